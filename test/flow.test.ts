// The flow: steps as data, tools as WASM and in PATH, the cache. Runs of seconds are for CI, or for RETICLE_WASM=1.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, describe, expect, test } from "vitest";
import { cacheIn, keyOf } from "../asm/flow/cache.ts";
import { explainFailure } from "../asm/flow/errors.ts";
import { native } from "../asm/flow/native.ts";
import { origins } from "../asm/flow/origins.ts";
import { packages } from "../asm/flow/packages.ts";
import { type Call, call, needed, type Tool } from "../asm/flow/plan.ts";
import { readReport } from "../asm/flow/report.ts";
import { type Options, type Progress, run } from "../asm/flow/run.ts";
import type { Failure } from "../asm/flow/runner.ts";
import { flowOf } from "../lang/target/flow.ts";
import { run as reticle } from "./command.ts";
import { targetNamed } from "./target-files.ts";

const flow = flowOf(targetNamed("ice40")).value ?? expect.fail("ice40 has a flow");
const room = mkdtempSync(join(tmpdir(), "reticle-flow-test-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const isThorough = process.env["CI"] !== undefined || process.env["RETICLE_WASM"] !== undefined;
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (from: Uint8Array | undefined) => new TextDecoder().decode(from);
const OPTIONS: Options = { tools: "wasm", cache: undefined, signal: undefined, worker: undefined, progress: undefined };
const VALUES = { option: "--hx1k", package: "tq144", seed: "1", top: "main" };

const PROGRAM = {
  file: "count.ir",
  text: "def main(a: i8, en: bool) -> (y: i8) {\n    t: i8 = add(y, a);\n    y: i8 = reg[0](t, en);\n}\n",
};

/** The program as cells of the target. */
async function emitted(language: "json" | "verilog", program = PROGRAM.text): Promise<Uint8Array> {
  const { out, err, status } = await reticle(["emit", "-", "--dialect", "ir", "--target", "ice40", "--to", language], {
    input: program,
  });
  expect(err).toBe("");
  expect(status).toBe(0);
  return bytes(out);
}

describe("a plan", () => {
  test("leaves out what is there", () => {
    const names = (...given: string[]) => needed(flow, given).map((step) => step.name);
    expect(names("verilog")).toEqual(["elaborate", "route", "pack"]);
    expect(names("json", "pcf")).toEqual(["route", "pack"]);
    expect(names("asc")).toEqual(["pack"]);
    expect(names("bin")).toEqual([]);
  });

  test("fills in values, files and what depends on them", () => {
    const step = flow.steps.find((one) => one.name === "route") ?? expect.fail("there is routing");
    const bare = call(flow, step, VALUES, new Map([["json", bytes("{}")]]));
    expect(bare.args).toContain("--hx1k");
    expect(bare.args).not.toContain("--pcf");
    expect(bare.args).not.toContain("--freq");
    expect([...bare.files.keys()]).toEqual(["kernel.json"]);
    const full = call(
      flow,
      step,
      { ...VALUES, freq: "50" },
      new Map([
        ["json", bytes("{}")],
        ["pcf", bytes("")],
      ]),
    );
    expect(full.args.join(" ")).toMatch(/--freq 50.*--pcf kernel.pcf/);
    expect(full.writes).toEqual(["kernel.asc", "report.json"]);
    expect(() => call(flow, step, {}, new Map())).toThrow("nothing is known of");
  });
});

describe("the cache", () => {
  const tool: Tool = { name: "t", package: "p", version: [], oldest: undefined };
  const one: Call = { tool, args: ["-a"], files: new Map([["in", bytes("1")]]), writes: ["out"] };
  const kept = {
    files: new Map([
      ["out", new Uint8Array([0, 255, 10])],
      ["b", bytes("")],
    ]),
    log: "fine – ✓\n",
  };
  const key = keyOf("t 1", one);

  test("tells apart what can make a difference", () => {
    const others = [
      keyOf("t 2", one),
      keyOf("t 1", { ...one, args: ["-b"] }),
      keyOf("t 1", { ...one, args: ["-a", ""] }),
      keyOf("t 1", { ...one, writes: ["other"] }),
      keyOf("t 1", { ...one, files: new Map([["in", bytes("2")]]) }),
      keyOf("t 1", { ...one, files: new Map([["i", bytes("n1")]]) }),
      keyOf("t 1", { ...one, tool: { ...tool, name: "u" } }),
    ];
    expect(new Set([key, ...others]).size).toBe(others.length + 1);
    expect(keyOf("t 1", { ...one, files: new Map(one.files) })).toBe(key);
  });

  test("gives back what was put", async () => {
    const cache = cacheIn(join(room, "cache", "deep"));
    expect(await cache.get(key)).toBeUndefined();
    await cache.put(key, kept);
    expect(await cache.get(key)).toEqual(kept);
    expect(readdirSync(join(room, "cache", "deep"))).toEqual([`${key}.step`]);
  });

  test.each([
    ["cut", (entry: Buffer) => entry.subarray(0, entry.length - 1)],
    ["empty", () => Buffer.alloc(0)],
    ["changed", (entry: Buffer) => Buffer.concat([entry.subarray(0, -1), Buffer.from("!")])],
    ["other", () => Buffer.from("{}\n".repeat(99))],
  ])("forgets an entry that is %s", async (name, spoil) => {
    const at = join(room, name);
    const cache = cacheIn(at);
    await cache.put(key, kept);
    const path = join(at, `${key}.step`);
    writeFileSync(path, spoil(readFileSync(path)));
    expect(await cache.get(key)).toBeUndefined();
    expect(existsSync(path)).toBe(false);
  });

  test("drops what was not used for longest", async () => {
    const at = join(room, "small");
    const cache = cacheIn(at, 2500);
    const big = { files: new Map([["out", new Uint8Array(1000)]]), log: "" };
    const keys = ["1", "2", "3"].map((identity) => keyOf(identity, one));
    for (const [index, each] of keys.entries()) {
      await cache.put(each, big);
      const path = join(at, `${each}.step`);
      if (existsSync(path)) utimesSync(path, 1000 + index, 1000 + index);
      if (index === 1) await cache.get(keys[0] ?? "");
    }
    const left = await Promise.all(keys.map(async (each) => (await cache.get(each)) !== undefined));
    expect(left).toEqual([true, false, true]);
    await cache.put(key, { files: new Map([["out", new Uint8Array(9000)]]), log: "" });
    expect(await cache.get(key)).toBeUndefined();
  });

  test("without a folder that can be written there is none, and no error", async () => {
    writeFileSync(join(room, "file"), "");
    const cache = cacheIn(join(room, "file"));
    await cache.put(key, kept);
    expect(await cache.get(key)).toBeUndefined();
  });
});

describe.skipIf(process.platform === "win32")("tools in PATH", () => {
  let count = 0;
  /** A folder with one tool, which is a script. */
  function withTool(script: string): string {
    const at = join(room, `bin${count++}`);
    mkdirSync(at);
    writeFileSync(join(at, "tool"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(at, "tool"), 0o755);
    return `${at}:/bin:/usr/bin`;
  }
  const tool: Tool = { name: "tool", package: "p", version: ["-V"], oldest: "1.10" };
  const one: Call = { tool, args: ["in", "out $x"], files: new Map([["in", bytes("hello")]]), writes: ["out", "none"] };
  const ask = async (script: string, signal?: AbortSignal) => {
    const lines: string[] = [];
    const result = await native(signal, withTool(script)).run(one, (line) => lines.push(line));
    return { ...result, lines };
  };

  test("run in a folder that is gone afterwards, without a shell", async () => {
    const { files, lines, log, failure } = await ask(
      '[ "$1" = -V ] && echo "Tool 1.12 (git)" && exit\npwd; echo "$2" >&2; cat "$1" > out; printf end',
    );
    expect(failure).toBeUndefined();
    expect(text(files.get("out"))).toBe("hello");
    expect([...files.keys()]).toEqual(["out"]);
    expect(lines).toEqual(expect.arrayContaining(["out $x", "end"]));
    const folder = log.split("\n").find((line) => line.startsWith("/")) ?? "";
    expect(folder).toContain("reticle-flow-");
    expect(existsSync(folder)).toBe(false);
  });

  test.each<[string, string, Failure["kind"], string]>([
    ["too old", "echo 1.9.3", "old", "1.9.3"],
    ["failing", '[ "$1" = -V ] && echo 2.0 && exit; exit 3', "failed", "status 3"],
    ["killed", '[ "$1" = -V ] && echo 2.0 && exit; kill -SEGV $$', "crashed", "SIGSEGV"],
  ])("one that is %s", async (_, script, kind, detail) => {
    expect((await ask(script)).failure).toEqual({ kind, detail });
  });

  test("one that is not there", async () => {
    expect((await native(undefined, room).run(one, () => {})).failure).toEqual({ kind: "missing", detail: "PATH" });
  });

  test("are ended when they route in circles", async () => {
    const at = dirname(withTool("").split(":")[0] as string);
    const row = (left: string) => `Info: 1000 |  589   410 | 1000     0 |   ${left}|   1.73   1.73|`;
    const script = `[ "$1" = --version ] && echo "Version 0.7" && exit
i=0; while [ $i -lt 40 ]; do echo "${row("$i")}"; i=$((i+1)); done
while :; do echo "${row("1985")}"; sleep 0.01; done`;
    const bin = join(at, "circles");
    mkdirSync(bin);
    writeFileSync(join(bin, "nextpnr-ice40"), `#!/bin/sh\n${script}\n`);
    chmodSync(join(bin, "nextpnr-ice40"), 0o755);
    const before = process.env["PATH"];
    process.env["PATH"] = `${bin}:/bin:/usr/bin`;
    const job = { flow, values: VALUES, files: new Map([["json", bytes("{}")]]) };
    const { failed, log } = await run(job, { ...OPTIONS, tools: "native" }).finally(() => {
      process.env["PATH"] = before;
    });
    expect(failed?.failure).toEqual({ kind: "failed", detail: "it routes in circles" });
    // The first rows had something new each.
    expect(log.split("\n").length).toBeGreaterThan(50);
  });

  test("are killed by an interrupt", async () => {
    const abort = new AbortController();
    const asked = ask('[ "$1" = -V ] && echo 2.0 && exit; pwd; exec sleep 60', abort.signal);
    setTimeout(() => abort.abort(), 300);
    const { failure, log } = await asked;
    expect(failure?.kind).toBe("interrupted");
    if (log !== "") expect(existsSync(log.trim())).toBe(false);
  });
});

describe("tools as WASM", () => {
  const tool: Tool = { name: "icepack", package: "@yowasp/nextpnr-ice40", version: [], oldest: undefined };

  test("say what they are, and when they are not there", async () => {
    expect(await packages().identity(tool)).toMatch(/^@yowasp\/nextpnr-ice40 \d+\.\d+\.\d+$/);
    const missing = { ...tool, package: "@yowasp/nothing" };
    expect(await packages().identity(missing)).toEqual({ kind: "missing", detail: "@yowasp/nothing" });
  });

  test("fail with their log", async () => {
    const files = new Map([["a.asc", bytes("hello\n")]]);
    const result = await packages().run({ tool, args: ["a.asc", "a.bin"], files, writes: ["a.bin"] }, () => {});
    expect(result.failure?.kind).toBe("failed");
    expect(result.log).toContain("Unexpected data line: hello");
  });

  test("run by their package where that is not as expected, with a note", async () => {
    const home = join(room, "package", "gen");
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "..", "package.json"), '{"version": "9.9", "type": "module"}');
    const real = pathToFileURL(createRequire(import.meta.url).resolve(tool.package)).href;
    writeFileSync(join(home, "bundle.js"), `export * from ${JSON.stringify(real)};\n`);
    const files = new Map([["a.asc", bytes(`.device 8k\n.io_tile 1 0\n${`${"0".repeat(18)}\n`.repeat(16)}`)]]);
    const given = { ...tool, package: join(home, "bundle.js") };
    const asked = { tool: given, args: ["a.asc", "a.bin"], files, writes: ["a.bin"] };
    const result = await packages().run(asked, () => {});
    const ours = await packages().run({ ...asked, tool }, () => {});
    expect(result.notes).toEqual([expect.stringContaining("9.9 has another list of resources than expected")]);
    expect(ours.notes).toEqual([]);
    expect(result.failure).toEqual(ours.failure);
    expect(result.files).toEqual(ours.files);
    expect(ours.files.get("a.bin")?.length).toBeGreaterThan(30_000);
  });
});

describe.skipIf(!isThorough)("a bitstream", { timeout: 300_000 }, () => {
  test("is the same by the long way, the short way, and the package's own", async () => {
    const json = await emitted("json");
    const short = await run({ flow, values: VALUES, files: new Map([["json", json]]) }, OPTIONS);
    expect(short.failed).toBeUndefined();
    const verilog = await emitted("verilog");
    const long = await run({ flow, values: VALUES, files: new Map([["verilog", verilog]]) }, OPTIONS);
    expect(long.failed).toBeUndefined();
    expect(long.stages.map((stage) => stage.step)).toEqual(["elaborate", "route", "pack"]);
    const bitstream = short.files.get("bin") ?? new Uint8Array();
    expect(bitstream.length).toBeGreaterThan(30_000);
    expect(Buffer.compare(bitstream, long.files.get("bin") ?? new Uint8Array())).toBe(0);

    const step = flow.steps.find((one) => one.name === "route") ?? expect.fail("there is routing");
    const asked = call(flow, step, VALUES, new Map([["json", json]]));
    const door: unknown = await import(createRequire(import.meta.url).resolve("@yowasp/nextpnr-ice40"));
    const { runNextpnrIce40 } = door as {
      runNextpnrIce40: (args: readonly string[], files: object, options: object) => Promise<Record<string, Uint8Array>>;
    };
    const theirs = await runNextpnrIce40(asked.args, Object.fromEntries(asked.files), {
      stdout: null,
      stderr: null,
      decodeASCII: false,
    });
    expect(Buffer.compare(theirs["kernel.asc"] ?? bytes(""), short.files.get("asc") ?? bytes("?"))).toBe(0);

    const netlist = origins(text(json));
    const [path] = readReport(text(short.files.get("report")), netlist).paths;
    expect(path?.steps.filter((each) => each.kind !== "routing" && each.place === undefined)).toEqual([]);
  });

  test("comes from the cache the second time", async () => {
    const json = await emitted("json");
    const cache = cacheIn(join(room, "flow"));
    const events: Progress[] = [];
    const once = (seed: string) =>
      run(
        { flow, values: { ...VALUES, seed }, files: new Map([["json", json]]) },
        { ...OPTIONS, cache, progress: (event) => events.push(event) },
      );
    const first = await once("1");
    const second = await once("1");
    expect(second.stages.map((stage) => stage.cached)).toEqual([true, true]);
    expect(second.files).toEqual(first.files);
    expect(second.log).toBe(first.log);
    expect((await once("2")).stages[0]?.cached).toBe(false);
    expect(events.filter((event) => event.kind === "line").length).toBeGreaterThan(20);
  });

  test("is made in a thread, which an interrupt ends", async () => {
    const outdir = join(room, "worker");
    const entryPoints = ["asm/flow/worker.ts"];
    await build({
      entryPoints,
      outdir,
      bundle: true,
      format: "esm",
      platform: "node",
      outExtension: { ".js": ".mjs" },
    });
    const worker = pathToFileURL(join(outdir, "worker.mjs"));
    // The worker asks for packages from where it lies.
    mkdirSync(join(outdir, "node_modules"));
    const home = dirname(dirname(dirname(dirname(createRequire(import.meta.url).resolve("@yowasp/nextpnr-ice40")))));
    symlinkSync(join(home, "@yowasp"), join(outdir, "node_modules", "@yowasp"));
    const files = new Map([["json", await emitted("json")]]);
    let ticks = 0;
    const clock = setInterval(() => ticks++, 10);
    const inThread = await run({ flow, values: VALUES, files }, { ...OPTIONS, worker });
    clearInterval(clock);
    expect(ticks).toBeGreaterThan(3);
    const here = await run({ flow, values: VALUES, files }, OPTIONS);
    expect(inThread.failed).toBeUndefined();
    expect(inThread.files).toEqual(here.files);

    // At the first line that the router prints it is far from done.
    const abort = new AbortController();
    const progress = (event: Progress) => {
      if (event.kind === "line") abort.abort();
    };
    const { failed, files: left } = await run(
      { flow, values: VALUES, files },
      { ...OPTIONS, worker, signal: abort.signal, progress },
    );
    expect(failed?.failure.kind).toBe("interrupted");
    expect([...left.keys()]).toEqual(["json"]);
  });

  test.each([
    ["no-pin", "set_io clock 999\n", "hx1k", PROGRAM.text],
    ["bad-pcf", "set_io clock 21\nset_io en 21\n", "hx1k", PROGRAM.text],
    ["too-many-cells", undefined, "hx1k", PROGRAM.text.replaceAll("i8", "i1400")],
    ["no-package", undefined, "hx8k", PROGRAM.text],
  ])("is refused with %s", async (code, pcf, device, program) => {
    const json = await emitted("json", program);
    const files = new Map([["json", json]]);
    if (pcf !== undefined) files.set("pcf", bytes(pcf));
    const values = { ...VALUES, option: `--${device}` };
    const { failed } = await run({ flow, values, files }, OPTIONS);
    const source = pcf === undefined ? undefined : { file: "a.pcf", text: pcf };
    const about = { program: PROGRAM, pcf: source, netlist: text(json), device, package: "tq144" };
    const found = failed === undefined ? [] : explainFailure(failed, about);
    expect(found[0]?.code).toBe(code);
  });
});
