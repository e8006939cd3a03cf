// Suites of kernels in folders of their own, and `reticle bench` on them: the command as it is built, with a fault in it if
// need be, so that its processes have the fault, too.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import type { Change } from "../asm/bench/baseline.ts";
import type { Result } from "../asm/bench/results.ts";

/** A text of a file of ours, and what stands there instead. */
export interface Fault {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export function planted(text: string, { file, from, to }: Fault): string {
  if (!text.includes(from)) throw new Error(`no longer in ${file}: ${from}`);
  return text.replace(from, () => to);
}

const REQUIRE =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/** Builds the command line with faults into a folder of the cache, and gives its file. */
export async function built(name: string, faults: readonly Fault[] = []): Promise<string> {
  const outdir = join(".cache", "bench-test", name);
  const plugin: Plugin = {
    name: "faults",
    setup: (one) => {
      one.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const here = faults.filter(({ file }) => resolve(file) === path);
        const contents = here.reduce(planted, readFileSync(path, "utf8"));
        return { loader: "ts", contents };
      });
    },
  };
  await build({
    entryPoints: ["cli.ts", "bencher.ts"],
    outdir,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node20",
    external: ["@yowasp/*"],
    banner: { js: REQUIRE },
    plugins: faults.length > 0 ? [plugin] : [],
    logLevel: "warning",
  });
  return resolve(outdir, "cli.js");
}

/** An empty folder for a suite. */
export function suiteFolder(): string {
  return mkdtempSync(join(tmpdir(), "reticle-suite-"));
}

/** Writes files of a suite; those of JSON may be given as they are. */
export function write(folder: string, files: Readonly<Record<string, unknown>>): void {
  for (const [name, contents] of Object.entries(files))
    writeFileSync(join(folder, name), typeof contents === "string" ? contents : JSON.stringify(contents));
}

/** Copies a target that comes with reticle into a suite, where it may be changed. */
export function copyTarget(folder: string, name: string, ...faults: readonly Fault[]): void {
  const to = join(folder, name);
  mkdirSync(to, { recursive: true });
  cpSync(join("targets", name), to, { recursive: true });
  for (const fault of faults) {
    const path = join(to, fault.file);
    writeFileSync(path, planted(readFileSync(path, "utf8"), fault));
  }
}

export interface Benched {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `reticle bench`. The journal has a place of its own. */
export function bench(cli: string, folder: string, ...args: readonly string[]): Benched {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  const ran = spawnSync(process.execPath, [cli, "bench", folder, ...args], {
    encoding: "utf8",
    env: { ...env, XDG_CACHE_HOME: join(folder, ".cache") },
    maxBuffer: 2 ** 26,
  });
  return { status: ran.status, out: ran.stdout, err: ran.stderr };
}

/** What `--json` prints. */
export interface Told {
  readonly results: readonly Result[];
  readonly changes: readonly Change[];
}

export function told(ran: Benched): Told {
  return JSON.parse(ran.out) as Told;
}
