// The command line: statuses, streams, files, and the contract of DESIGN.md, section 5. Most runs are in this process;
// what concerns the process itself is tried with the bundle.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../package.json" with { type: "json" };
import { run } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "reticle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;

/** Writes a file of this name into a folder of its own, and gives its path. */
function file(name: string, text: string): string {
  const path = join(folder, `${count++}`, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const GOOD = "def main(a: i8) -> (y: i8) {\n    y: i8 = not(a);\n}\n";
const BAD = "def main(a: i8) -> (y: i8) {\n    y: i8 = not(b);\n}\n";
const COUNTER = `def main(en: bool) -> (y: u8) {
    one: u8 = const[1];
    next: u8 = add(y, one);
    y: u8 = reg[0](next, en);
}
`;

describe("statuses", () => {
  test.each([
    [["--version"], 0],
    [["--help"], 0],
    [["help", "eval"], 0],
    [["eval", "--help"], 0],
    [[], 2],
    [["chek"], 2],
    [["check"], 2],
    [["check", "--jsn", "a.ir"], 2],
    [["check", "a.txt"], 2],
    [["check", "a.ir", "--dialect", "asm"], 2],
    [["check", "-", "--dialect", "c"], 2],
    [["emit", "a.ir"], 2],
    [["emit", "a.ir", "--to", "vhdl"], 2],
    [["emit", "a.ir", "b.ir", "--to", "behav"], 2],
    [["eval", "a.ir"], 2],
    [["eval", "a.ir", "--cycles", "-1"], 2],
    [["eval", "a.ir", "--cycles", "many"], 2],
    [["eval", "-", "--trace", "-"], 2],
    [["eval", "a.ir", "--cycles", "1", "--vcd", "-"], 2],
    [["eval", "a.ir", "--cycles", "1", "--vcd", "x.vcd", "-o", "x.vcd"], 2],
    [["fmt", "a.ir", "--write", "--check"], 2],
    [["fmt", "-", "--write"], 2],
    [["explain", "ad"], 2],
    [["check", "a.ir"], 1],
  ])("reticle %j gives %i", async (args, status) => {
    const ran = await run(args);
    expect(ran.status).toBe(status);
    if (status === 0) expect(ran.out).not.toBe("");
    else expect(ran.err).not.toBe("");
    if (status === 2) expect(ran.out).toBe("");
    expect(ran.err).not.toContain("defect");
  });

  test("a slip is met with what was meant", async () => {
    expect((await run(["chek"])).err).toContain("did you mean `check`?");
    expect((await run(["check", "--jsno", "a.ir"])).err).toContain("did you mean `--json`?");
    expect((await run(["explain", "type-missmatch"])).err).toContain("did you mean `type-mismatch`?");
  });

  test("the version is that of the package", async () => {
    expect((await run(["--version"])).out).toBe(`${manifest.version}\n`);
  });

  test("a defect is ours", async () => {
    const out = () => {
      throw new Error("out of paper");
    };
    const { err, status } = await run(["explain"], { out });
    expect(status).toBe(70);
    expect(err).toContain("this is a defect of reticle");
    expect(err).toContain(manifest.version);
    expect(err).toContain("out of paper");
  });
});

describe("diagnostics", () => {
  test("are frames and their number on standard error", async () => {
    const path = file("a.ir", BAD);
    const { out, err, status } = await run(["check", path]);
    expect([out, status]).toEqual(["", 1]);
    expect(err).toContain(`┌─ ${path}:2:17`);
    expect(err).toMatch(/\n\n1 error, 1 warning\n$/);
    expect(err).not.toContain("\u001b");
  });

  test("are painted for a terminal", async () => {
    const { err } = await run(["check", file("a.ir", BAD)], { hasColours: true });
    expect(err).toContain("\u001b[1;31merror[undeclared]\u001b[0m");
  });

  test("are JSON on request, and nothing else", async () => {
    const path = file("a.ir", BAD);
    const { out, err, status } = await run(["check", path, "--json"]);
    expect([err, status]).toEqual(["", 1]);
    expect(JSON.parse(out)).toEqual([
      {
        code: "unused",
        severity: "warning",
        message: "the input `a` is never used",
        file: path,
        line: 1,
        column: 10,
        endLine: 1,
        endColumn: 11,
        help: "",
      },
      {
        code: "undeclared",
        severity: "error",
        message: "`b` is not defined",
        file: path,
        line: 2,
        column: 17,
        endLine: 2,
        endColumn: 18,
        help: "",
      },
    ]);
  });

  test("of a sound file are none", async () => {
    const path = file("a.ir", GOOD);
    expect(await run(["check", path])).toEqual({ out: "", err: "", status: 0 });
    expect(JSON.parse((await run(["check", path, "--json"])).out)).toEqual([]);
  });

  test("warnings alone are no failure", async () => {
    const { err, status } = await run(["check", "-"], { input: "def main(a: i8) -> (y: i8) { y: i8 = const[1]; }" });
    expect(status).toBe(0);
    expect(err).toMatch(/^warning\[unused\].*<stdin>:1:10\n.*\n1 warning\n$/s);
  });

  test("of several files come together", async () => {
    const { err, status } = await run(["check", file("a.ir", GOOD), file("b.ir", BAD), file("c.ir", BAD)]);
    expect(status).toBe(1);
    expect(err).toMatch(/b\.ir:2:17.*c\.ir:2:17.*\n2 errors, 2 warnings\n$/s);
  });

  test("an unknown extension needs a dialect", async () => {
    const path = file("program.txt", GOOD);
    expect((await run(["check", path])).err).toContain("`--dialect ir`");
    expect((await run(["check", path, "--dialect", "ir"])).status).toBe(0);
  });
});

describe("fmt", () => {
  const messy = "def main(a:i8)->(y:i8){y:i8=not(a);} // end\n";
  const neat = "def main(a: i8) -> (y: i8) {\n    y: i8 = not(a);\n} // end\n";

  test("prints", async () => {
    expect(await run(["fmt", file("a.ir", messy)])).toEqual({ out: neat, err: "", status: 0 });
    expect((await run(["fmt", "-"], { input: messy })).out).toBe(neat);
  });

  test("writes, and leaves alone what is neat", async () => {
    const path = file("a.ir", messy);
    const other = file("b.ir", neat);
    chmodSync(path, 0o640);
    const { mtimeMs } = statSync(other);
    expect(await run(["fmt", path, other, "--write"])).toEqual({ out: "", err: "", status: 0 });
    expect(readFileSync(path, "utf8")).toBe(neat);
    expect(statSync(path).mode & 0o777).toBe(0o640);
    expect(statSync(other).mtimeMs).toBe(mtimeMs);
  });

  test("tells which files it would change", async () => {
    const { err, status } = await run(["fmt", file("a.ir", messy), file("b.ir", neat), "--check"]);
    expect(status).toBe(1);
    expect(err).toContain("a.ir:1:12");
    expect(err).not.toContain("b.ir");
  });

  test("changes nothing that it cannot read", async () => {
    const path = file("a.ir", "def main(a:i8)->(y:i8){y:i8=not(a;}");
    expect((await run(["fmt", path, "--write"])).status).toBe(1);
    expect(readFileSync(path, "utf8")).toBe("def main(a:i8)->(y:i8){y:i8=not(a;}");
    const latin = file("b.ir", "");
    writeFileSync(latin, Buffer.from("// Gr\xfc\xdfe\n", "latin1"));
    expect((await run(["fmt", latin, "--write"])).err).toContain("not-text");
  });
});

describe("-o", () => {
  const emit = (path: string, output: string) => run(["emit", path, "--to", "behav", "-o", output]);

  test("writes the file and nothing else", async () => {
    const path = file("a.ir", GOOD);
    const output = join(dirname(path), "a.v");
    expect(await emit(path, output)).toEqual({ out: "", err: "", status: 0 });
    expect(readFileSync(output, "utf8")).toBe((await run(["emit", path, "--to", "behav"])).out);
    expect(readdirSync(dirname(path)).sort()).toEqual(["a.ir", "a.v"]);
  });

  test("leaves what is there when something is wrong", async () => {
    const path = file("a.ir", BAD);
    const output = join(dirname(path), "a.v");
    writeFileSync(output, "before");
    expect((await emit(path, output)).status).toBe(1);
    const trace = file("in.json", '{"en": [1, 2]}');
    expect(
      (await run(["eval", file("a.ir", COUNTER), "--trace", trace, "-o", output, "--vcd", `${output}cd`])).status,
    ).toBe(1);
    expect(readFileSync(output, "utf8")).toBe("before");
    expect(readdirSync(dirname(path)).sort()).toEqual(["a.ir", "a.v"]);
  });

  test("follows links, keeps modes, and writes devices as they are", async () => {
    const path = file("a.ir", GOOD);
    const output = join(dirname(path), "a.v");
    writeFileSync(output, "before");
    chmodSync(output, 0o604);
    symlinkSync("a.v", join(dirname(path), "link.v"));
    expect((await emit(path, join(dirname(path), "link.v"))).status).toBe(0);
    expect(lstatSync(join(dirname(path), "link.v")).isSymbolicLink()).toBe(true);
    expect(readFileSync(output, "utf8")).toContain("module main");
    expect(statSync(output).mode & 0o777).toBe(0o604);
    expect((await emit(path, "/dev/null")).status).toBe(0);
    expect(statSync("/dev/null").isCharacterDevice()).toBe(true);
  });

  test.each(["", "nowhere/a.v", "a.ir/a.v", `${"x".repeat(300)}.v`])("refuses %j", async (name) => {
    const path = file("a.ir", GOOD);
    const { err, status } = await emit(path, join(dirname(path), name));
    expect(status).toBe(1);
    expect(err).toContain("error[cannot-write]: cannot write this file: ");
    expect(readdirSync(dirname(path))).toEqual(["a.ir"]);
  });

  test("with --json the diagnostics are on standard output", async () => {
    const path = file("a.ir", GOOD);
    const { out } = await run(["emit", path, "--to", "behav", "--json", "-o", join(dirname(path), "a.v")]);
    expect(JSON.parse(out)).toEqual([]);
    const whole = JSON.parse((await run(["emit", path, "--to", "behav", "--json"])).out);
    expect(whole.text).toBe(readFileSync(join(dirname(path), "a.v"), "utf8"));
    expect(whole.diagnostics).toEqual([]);
  });
});

describe("eval", () => {
  const program = () => file("a.ir", COUNTER);

  test("takes the trace from standard input", async () => {
    const { out } = await run(["eval", program(), "--trace", "-"], { input: '{"en": [1, 0, 1, 1]}' });
    expect(out).toBe('{\n  "y": [0, 1, 1, 2]\n}\n');
  });

  test("takes the program from standard input", async () => {
    const trace = file("in.json", '{"en": [true, false]}');
    expect((await run(["eval", "-", "--trace", trace], { input: COUNTER })).out).toBe('{\n  "y": [0, 1]\n}\n');
  });

  test("takes a table in pieces of any size, with the same outcome", async () => {
    const rows = Array.from({ length: 500 }, (_, at) => ((at * 7) % 3) & 1);
    const trace = file("in.json", JSON.stringify({ en: rows }));
    const table = file("in.csv", `\ufeffen\r\n${rows.join("\r\n")}`);
    const { out } = await run(["eval", program(), "--trace", trace]);
    expect((await run(["eval", program(), "--trace", table])).out).toBe(out);
    const output = file("out.csv", "");
    expect((await run(["eval", program(), "--trace", table, "-o", output])).status).toBe(0);
    expect(readFileSync(output, "utf8")).toBe(`y\n${JSON.parse(out).y.join("\n")}\n`);
  });

  test("runs as long as it is told", async () => {
    const trace = file("in.json", '{"en": [1, 1]}');
    const cycles = async (n: string) =>
      JSON.parse((await run(["eval", program(), "--trace", trace, "--cycles", n])).out).y;
    expect(await cycles("0")).toEqual([]);
    expect(await cycles("1")).toEqual([0]);
    expect(await cycles("5")).toEqual([0, 1, 2, 2, 2]);
  });

  test("warnings of a program do not get between the outputs", async () => {
    const path = file("a.ir", "def main(a: i8) -> (y: i8) { y: i8 = const[7]; }");
    const { out, err, status } = await run(["eval", path, "--cycles", "2", "--json"]);
    expect(JSON.parse(out)).toEqual({ y: [7, 7] });
    expect(err).toContain("1 warning");
    expect(status).toBe(0);
  });

  test("tells who watches how far it is", async () => {
    const { err } = await run(["eval", program(), "--cycles", "300000", "-o", "/dev/null"], { isWatched: true });
    expect(err).toContain("262144 cycles");
  });

  test("a trace of a million cycles is in memory once", { timeout: 120_000 }, async () => {
    const cycles = 1_000_000;
    const path = file("a.ir", "def main(a: i32) -> (y: i32) { y: i32 = reg[0](a); }");
    const trace = file("in.csv", `a\n${Array.from({ length: cycles }, (_, at) => at * 2000).join("\n")}\n`);
    let length = 0;
    let largest = 0;
    const out = (text: string) => {
      length += text.length;
      largest = Math.max(largest, text.length);
    };
    const { status } = await run(["eval", path, "--trace", trace], { out });
    expect(status).toBe(0);
    expect(length).toBeGreaterThan(8 * cycles);
    expect(largest).toBeLessThan(1_000_000);
  });
});

describe("the process", () => {
  const bundle = ".cache/test-cli";
  const cli = join(bundle, "cli.js");
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined, NO_COLOR: undefined };
  beforeAll(() => execFileSync("node", ["build.mjs", "--no-types", bundle]), 60_000);

  test("has the streams and statuses of the command", () => {
    const path = file("a.ir", BAD);
    const ran = spawnSync("node", [cli, "check", path], { encoding: "utf8", env });
    expect(ran.status).toBe(1);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain("1 error, 1 warning");
    expect(ran.stderr).not.toContain("\u001b");
    const piped = spawnSync("node", [cli, "check", "-", "--json"], { encoding: "utf8", env, input: GOOD });
    expect([piped.stdout, piped.stderr, piped.status]).toEqual(["[\n]\n", "", 0]);
  });

  test("goes quietly when its reader goes", async () => {
    const child = spawn("node", [cli, "eval", file("a.ir", COUNTER), "--cycles", "2000000"], { env });
    let err = "";
    child.stderr.on("data", (piece: Buffer) => {
      err += piece.toString();
    });
    child.stdout.once("data", () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.once("close", resolve));
    expect([err, status]).toEqual(["", 0]);
  });

  test("leaves nothing behind when it is stopped", async () => {
    const output = join(folder, "stopped", "out.csv");
    mkdirSync(dirname(output));
    const child = spawn("node", [cli, "eval", file("a.ir", COUNTER), "--cycles", "900000000", "-o", output], { env });
    while (readdirSync(dirname(output)).length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill("SIGTERM");
    await new Promise((resolve) => child.once("close", resolve));
    expect(readdirSync(dirname(output))).toEqual([]);
  });

  test("loads what a command needs, and no more", () => {
    const loaded = (entry: string, seen = new Set<string>()): Set<string> => {
      if (seen.has(entry)) return seen;
      seen.add(entry);
      const imports = readFileSync(entry, "utf8").matchAll(/^import\b[^;]*?"(\.[^"]+)";/gm);
      for (const [, from = ""] of imports) loaded(join(dirname(entry), from), seen);
      return seen;
    };
    const text = [...loaded(cli)].map((one) => readFileSync(one, "utf8")).join("");
    expect(text).toContain("CommanderError");
    expect(text).not.toContain("EmbeddedActionsParser");
    expect(text).not.toContain("combinational-cycle");
  });

  test.skipIf(!existsSync("/bin/bash"))("starts fast", { timeout: 60_000 }, () => {
    const path = file("a.ir", COUNTER);
    // The least of several runs: what others do on the machine only adds to it.
    const seconds = (args: string) => {
      const script = `node ${cli} ${args} >/dev/null; times`;
      const times = Array.from({ length: 6 }, () => {
        const children = spawnSync("/bin/bash", ["-c", script], { encoding: "utf8", env })
          .stdout.trim()
          .split("\n")
          .at(-1);
        return [...(children ?? "").matchAll(/(\d+)m([\d.]+)s/g)].reduce(
          (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
          0,
        );
      });
      return Math.min(...times);
    };
    expect(seconds("--version")).toBeLessThan(0.15);
    expect(seconds(`check ${path}`)).toBeLessThan(0.3);
  });
});
