// A build that cannot write what it makes, or is ended in the middle: a message, a status, and nothing half-written.
import { spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFolder } from "../files.ts";

const room = mkdtempSync(join(tmpdir(), "reticle-flow-disk-"));
// In the checkout, as the command line looks for the targets in the folders around it.
const bundle = resolve(".cache", `flow-disk-${process.pid}`);
afterAll(() => {
  for (const folder of [room, bundle]) rmSync(folder, { recursive: true, force: true });
});

const PROGRAM = "def count(a: i8, en: bool) -> (y: i8) {\n    t: i8 = add(y, a);\n    y: i8 = reg[0](t, en);\n}\n";
const FULL = "/dev/full";

describe("a folder of files", () => {
  const files = new Map<string, string | Uint8Array>([
    ["a.v", "module"],
    ["b.bin", new Uint8Array(9)],
    ["c.log", "end"],
  ]);

  test("is all there, and nothing else", () => {
    const folder = join(room, "whole", "deep");
    expect(writeFolder(folder, files)).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual(["a.v", "b.bin", "c.log"]);
    expect(readFileSync(join(folder, "c.log"), "utf8")).toBe("end");
  });

  test.skipIf(!existsSync(FULL))("is not there when the disk is full", () => {
    for (const full of files.keys()) {
      const folder = join(room, `full-${full}`);
      mkdirSync(folder);
      writeFileSync(join(folder, "a.v.old"), "kept");
      symlinkSync(FULL, join(folder, full));
      const [found] = writeFolder(folder, files);
      expect([found?.code, found?.message]).toEqual(["cannot-write", "cannot write this file: the disk is full"]);
      expect(readdirSync(folder).sort()).toEqual([full, "a.v.old"].sort());
    }
  });

  test("leaves no folder behind that it made for nothing", () => {
    const name = "x".repeat(300);
    const [found] = writeFolder(join(room, "new", "deep"), new Map([...files, [name, ""]]));
    expect(found?.message).toBe("cannot write this file: its name is too long");
    expect(existsSync(join(room, "new"))).toBe(false);
  });

  test("is not there where a file is in its way", () => {
    writeFileSync(join(room, "file"), "");
    const [found] = writeFolder(join(room, "file", "out"), files);
    expect(found?.message).toBe("cannot write this file: a part of its path is no folder");
  });
});

/** Tools in PATH that leave a trace when they start; those of `slow` go on for a minute. */
function tools(name: string, slow: string): string {
  const folder = join(room, name);
  mkdirSync(folder);
  for (const tool of ["nextpnr-ice40", "icepack"]) {
    const rest =
      tool === slow ? "exec sleep 60" : 'for f in kernel.asc report.json kernel.bin; do echo "{}" > $f; done';
    const script = `#!/bin/sh\n[ "$1" = --version ] && echo 9.9 && exit\ntouch ${folder}/started-${tool}\n${rest}\n`;
    writeFileSync(join(folder, tool), script);
    chmodSync(join(folder, tool), 0o755);
  }
  return folder;
}

interface Ended {
  readonly status: number | null;
  readonly signal: string | null;
  readonly err: string;
}

/** Builds in a process of its own; `meanwhile` is given its number. */
async function inProcess(
  path: string,
  out: string,
  temporary: string,
  meanwhile: (pid: number) => Promise<void> = async () => {},
): Promise<Ended> {
  const program = join(room, "count.ir");
  writeFileSync(program, PROGRAM);
  const args = ["build", program, "--target", "ice40", "--tools", "native", "--no-cache", "-o", out];
  const env = { ...process.env, PATH: `${path}${delimiter}${process.env["PATH"]}`, TMPDIR: temporary };
  const child = spawn(process.execPath, [join(bundle, "cli.js"), ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env,
  });
  let err = "";
  child.stderr.on("data", (piece) => {
    err += piece;
  });
  const ended = new Promise<Ended>((done) => {
    child.on("close", (status, signal) => done({ status, signal, err }));
  });
  await meanwhile(child.pid ?? 0);
  return ended;
}

describe.skipIf(process.platform === "win32")("a build", { timeout: 60_000 }, () => {
  beforeAll(async () => {
    const require =
      'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';
    await build({
      entryPoints: ["cli.ts"],
      outdir: bundle,
      bundle: true,
      splitting: true,
      format: "esm",
      platform: "node",
      target: "node20",
      external: ["@yowasp/*"],
      banner: { js: require },
      logLevel: "warning",
    });
  }, 60_000);

  const temporaryOf = (name: string) => {
    const temporary = join(room, `${name}-tmp`);
    mkdirSync(temporary);
    return temporary;
  };

  test("without an interrupt writes its folder, and leaves nothing elsewhere", async () => {
    const temporary = temporaryOf("plain");
    const { status } = await inProcess(tools("plain", "none"), join(room, "plain-out"), temporary);
    expect(status).toBe(0);
    expect(readdirSync(join(room, "plain-out"))).toContain("count.bin");
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([
    ["SIGINT", "nextpnr-ice40"],
    ["SIGINT", "icepack"],
    ["SIGTERM", "nextpnr-ice40"],
  ] as const)("ended by %s in %s says so, and leaves nothing", async (signal, tool) => {
    const name = `${signal}-${tool}`;
    const temporary = temporaryOf(name);
    const path = tools(name, tool);
    const { status, err } = await inProcess(path, join(room, `${name}-out`), temporary, async (pid) => {
      for (let wait = 0; wait < 300 && !existsSync(join(path, `started-${tool}`)); wait++) await delay(50);
      process.kill(pid, signal);
    });
    expect(err).toContain(`error[interrupted]: \`${tool}\` was interrupted`);
    expect(status).toBe(130);
    expect(existsSync(join(room, `${name}-out`))).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
  });

  test.each([20, 100, 200, 300, 400, 600])("ended %i ms after its start leaves all or nothing", async (ms) => {
    const name = `after-${ms}`;
    const temporary = temporaryOf(name);
    const out = join(room, `${name}-out`);
    const { status, signal } = await inProcess(tools(name, "none"), out, temporary, async (pid) => {
      await delay(ms);
      try {
        process.kill(pid, "SIGINT");
      } catch {
        // It was faster.
      }
    });
    expect(status === 0 || status === 130 || signal === "SIGINT").toBe(true);
    const left = existsSync(out) ? readdirSync(out) : [];
    expect(left.filter((file) => file.startsWith("."))).toEqual([]);
    if (left.length > 0) expect(left).toContain("count.bin");
  });

  test.skipIf(!existsSync(FULL))("onto a full disk says so", async () => {
    const out = join(room, "full-out");
    mkdirSync(out);
    symlinkSync(FULL, join(out, "count.bin"));
    const { status, err } = await inProcess(tools("full", "none"), out, temporaryOf("full"));
    expect(err).toContain("cannot write this file: the disk is full");
    expect(status).toBe(1);
    expect(readdirSync(out)).toEqual(["count.bin"]);
  });

  test("without a place for temporary files says so", async () => {
    const { status, err } = await inProcess(
      tools("nowhere", "none"),
      join(room, "nowhere-out"),
      join(room, "nowhere-tmp"),
    );
    expect(err).toContain("error[cannot-write]: no temporary folder can be written");
    expect(status).toBe(1);
    expect(existsSync(join(room, "nowhere-out"))).toBe(false);
  });
});
