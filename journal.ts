// What jobs of a suite came to, kept as they end, so that a run that was interrupted goes on where it stood; and what a run
// is called by.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { printRun, type Result, readRun } from "./asm/bench/results.ts";
import type { Suite } from "./asm/bench/suite.ts";
import { benchScript } from "./crew.ts";
import type { Order } from "./measuring.ts";
import manifest from "./package.json" with { type: "json" };
import { cacheFolder } from "./routing.ts";

export interface Journal {
  /** The result of the same job: same program, traces, target, options, reticle. */
  readonly find: (order: Order) => Result | undefined;
  readonly add: (order: Order, result: Result) => void;
  /** At the end of a run, which may have been interrupted; without that nothing is left. */
  readonly close: (isInterrupted: boolean) => void;
}

/** The journal of a suite, a file in the cache; one that is not resumed begins anew. */
export function journalFor(suite: Suite, folder: string, isResumed: boolean): Journal {
  const home = join(cacheFolder(), "bench");
  const file = join(home, `${digest([suite.name, resolve(folder)])}.jsonl`);
  const known = new Map<string, Result>();
  const identity = digest([manifest.version, contentsOf(benchScript())]);
  try {
    mkdirSync(home, { recursive: true });
    if (!isResumed) rmSync(file, { force: true });
    else if (existsSync(file))
      for (const line of readFileSync(file, "utf8").split("\u001e")) {
        const run = line.trim() === "" ? undefined : readRun({ file, text: line }).value;
        const [result] = run?.results ?? [];
        if (run !== undefined && result !== undefined) known.set(run.suite, result);
      }
    writeFileSync(file, "", { flag: "a" });
  } catch {
    // Without a place to write the run is as good, and is not resumed.
    return { find: () => undefined, add: () => {}, close: () => {} };
  }
  const keyOf = (order: Order) => digest([identity, JSON.stringify(order), ...filesOf(order)]);
  return {
    find: (order) => known.get(keyOf(order)),
    add: (order, result) => {
      const run = { suite: keyOf(order), label: "-", jobs: [result.job], results: [result] };
      appendFileSync(file, `${printRun(run)}\u001e`);
    },
    close: (isInterrupted) => {
      if (!isInterrupted) rmSync(file, { force: true });
    },
  };
}

function digest(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${text.length}:`).update(text);
  return hash.digest("hex").slice(0, 32);
}

/** The contents of all files that a job names. */
function filesOf({ job: { kernel, target }, folder }: Order): readonly string[] {
  const traces = kernel.traces.flatMap(({ inputs, outputs }) => [inputs, outputs]);
  const named = [kernel.file, kernel.mmap, kernel.verilog, ...traces].filter((one) => one !== undefined);
  const home = resolve(folder, target.target);
  const described = existsSync(home) ? readdirSync(home).filter((one) => one.endsWith(".tdl")) : [];
  return [...named.map((one) => join(folder, one)), ...described.sort().map((one) => join(home, one))].map(contentsOf);
}

function contentsOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** What a run measures: the commit of the folder and its date, or the version of reticle where there is none. */
export function labelOf(folder: string): string {
  try {
    const args = ["-C", folder, "log", "-1", "--abbrev=10", "--format=%h of %cs"];
    const said = execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
    if (said !== "") return said;
  } catch {
    // No repository, or no git.
  }
  return `reticle ${manifest.version}`;
}
