// `reticle bench`: runs a suite of kernels, holds what comes out against what was expected and against a baseline, and
// reports.
import { existsSync, statSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { dirname, join } from "node:path";
import { type Account, accountOf, isGood, verdict } from "./asm/bench/account.ts";
import { type Baseline, compareResult, figuresByJob, readBaseline, updated } from "./asm/bench/baseline.ts";
import { merged, printRun, type Result, type Run, readRun } from "./asm/bench/results.ts";
import { type Job, jobsOf, readSuite, STAGES, type Suite, shardOf, type Wanted } from "./asm/bench/suite.ts";
import { tableText } from "./asm/bench/table.ts";
import { AT_FAULT, FINE, type Io, misuse, type Options } from "./commands.ts";
import { text } from "./compilation.ts";
import { type CrewEvent, runAll, runOne } from "./crew.ts";
import { readText, writeText } from "./files.ts";
import { journalFor, labelOf } from "./journal.ts";
import { type Diagnostic, failed, type Outcome } from "./lang/diagnostic.ts";
import { didYouMean } from "./lang/near.ts";
import type { Order } from "./measuring.ts";
import { tell } from "./programs.ts";
import { readHistory, writeReports } from "./reporting.ts";
import { general, NO_INPUT } from "./targets.ts";

/** The exit status after an interrupt, as shells know it. */
const INTERRUPTED = 130;

/** What a command line asks for, once it has been looked at. */
interface Plan {
  readonly suite: Suite;
  /** The folder of the suite. */
  readonly folder: string;
  /** All jobs that are wanted, and those of this shard. */
  readonly all: readonly Job[];
  readonly jobs: readonly Job[];
  readonly baseline: Baseline | undefined;
  readonly baselineFile: string;
  readonly label: string;
}

export async function bench([path = "."]: readonly string[], options: Options, io: Io): Promise<number> {
  const file = existsSync(path) && statSync(path).isDirectory() ? join(path, "bench.json") : path;
  const { value: suite, diagnostics } = await readWith(file, readSuite);
  if (suite === undefined) return tell(diagnostics, options, io);
  const wanted = wantedOf(suite, options, io);
  if (typeof wanted === "number") return wanted;
  const all = jobsOf(suite, wanted);
  const shard = shardOption(text(options, "shard"));
  if (shard === undefined)
    return misuse(io, `\`--shard ${text(options, "shard")}\` is no part of a whole`, ["write `--shard 1/4`"]);
  const folder = dirname(file);
  const baselineFile = text(options, "baseline") ?? join(folder, "baseline.json");
  const known = existsSync(baselineFile);
  if (!known && text(options, "baseline") !== undefined && options["update"] !== true)
    return misuse(io, `there is no baseline \`${baselineFile}\``, ["`--update` writes it"]);
  const baseline = known ? await readWith(baselineFile, readBaseline) : { value: undefined, diagnostics: [] };
  if (failed(baseline.diagnostics)) return tell(baseline.diagnostics, options, io);
  const label = text(options, "label") ?? labelOf(folder);
  const jobs = shardOf(all, ...shard);
  const plan = { suite, folder, all, jobs, baseline: baseline.value, baselineFile, label };
  const merging = text(options, "merge");
  const run = merging === undefined ? await measured(plan, options, io) : await mergedRun(merging.split(","), suite);
  if (typeof run === "number") return run;
  if (!("run" in run)) return tell(run, options, io);
  return finish(plan, run.run, run.found, options, io);
}

async function readWith<T>(path: string, read: (source: Diagnostic["source"]) => Outcome<T | undefined>) {
  const { value: source, diagnostics } = await readText(path, NO_INPUT);
  return failed(diagnostics) ? { value: undefined, diagnostics } : read(source);
}

/** Part `i` of `n`, from 1 on; all of one where nothing is said; undefined where it makes no sense. */
function shardOption(said = "1/1"): readonly [number, number] | undefined {
  const [, index = 0, count = 0] = (/^(\d{1,5})\/(\d{1,5})$/.exec(said) ?? []).map(Number);
  return index >= 1 && index <= count ? [index, count] : undefined;
}

/** What is chosen of a suite; a status after a message where it has no such thing. */
function wantedOf(suite: Suite, options: Options, io: Io): Wanted | number {
  const lists = { tiers: suite.tiers, kernels: namesOf(suite.kernels), targets: namesOf(suite.targets) };
  const flags = { tiers: "tier", kernels: "kernel", targets: "target" } as const;
  const chosen: Partial<Record<keyof typeof flags, readonly string[]>> = {};
  for (const [kind, flag] of Object.entries(flags) as [keyof typeof flags, string][]) {
    const names = text(options, flag)?.split(",");
    const unknown = names?.find((name) => !lists[kind].includes(name));
    if (unknown !== undefined)
      return misuse(
        io,
        `the suite \`${suite.name}\` has no ${flag} \`${unknown}\``,
        [
          ...didYouMean(unknown, lists[kind]),
          lists[kind].length === 0 ? `it has no ${kind}` : `it has ${lists[kind].join(", ")}`,
        ].slice(-2),
      );
    if (names !== undefined) chosen[kind] = names;
  }
  const [seconds, megabytes] = [options["timeout"], options["memory"]];
  return {
    tiers: chosen.tiers,
    kernels: chosen.kernels,
    targets: chosen.targets,
    until: STAGES.find((stage) => stage === options["until"]),
    limits: {
      ...(typeof seconds === "number" ? { seconds: Math.max(seconds, 1) } : {}),
      ...(typeof megabytes === "number" ? { megabytes: Math.max(megabytes, 64) } : {}),
    },
  };
}

function namesOf(all: readonly { readonly name: string }[]): readonly string[] {
  return all.map(({ name }) => name);
}

/** A run, and what is to be said of it besides. */
interface Ran {
  readonly run: Run;
  readonly found: readonly Diagnostic[];
}

/** Runs the jobs; a status where it is interrupted. */
async function measured(plan: Plan, options: Options, io: Io): Promise<Ran | number> {
  const { suite, folder, all, jobs, label } = plan;
  const orders = jobs.map(
    (job): Order => ({
      job,
      folder,
      tools: options["tools"] === "native" ? "native" : "wasm",
      isAgainstYosys: options["against"] === "yosys",
    }),
  );
  const journal = journalFor(suite, folder, options["resume"] === true);
  const results = new Map<string, Result>();
  for (const order of orders) {
    const known = journal.find(order);
    if (known !== undefined) results.set(order.job.id, known);
  }
  const rest = orders.filter(({ job }) => !results.has(job.id));
  const abort = new AbortController();
  const stop = () => abort.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  const show = progress(rest.length, io);
  try {
    await runAll(
      rest,
      crewSize(options, rest),
      (event) => {
        show(event);
        if (event.kind !== "end") return;
        results.set(event.result.job, event.result);
        const order = orders.find(({ job }) => job.id === event.result.job);
        if (order !== undefined) journal.add(order, event.result);
      },
      abort.signal,
    );
    if (!abort.signal.aborted) await confirmTimes(plan, orders, results, abort.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
    if (io.isWatched) io.err("\r\u001b[K");
    journal.close(abort.signal.aborted);
  }
  if (abort.signal.aborted) {
    io.err(`interrupted: ${results.size} of ${orders.length} jobs are done, and \`--resume\` goes on from there\n`);
    return INTERRUPTED;
  }
  return {
    run: { suite: suite.name, label, jobs: all.map(({ id }) => id), results: [...results.values()] },
    found: [],
  };
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** How often a time that looks worse is taken again. */
const CONFIRMATIONS = 2;

/**
 * Takes again the jobs whose times or memory are worse than the baseline, one at a time: the least counts. What is slow by
 * chance is not slow again; what is slow stays so.
 */
async function confirmTimes(
  { suite, baseline }: Plan,
  orders: readonly Order[],
  results: Map<string, Result>,
  signal: AbortSignal,
): Promise<void> {
  if (baseline === undefined) return;
  const before = figuresByJob(baseline);
  for (const order of orders)
    for (let again = 0; again < CONFIRMATIONS && !signal.aborted; again++) {
      const result = results.get(order.job.id);
      const known = before.get(order.job.id);
      if (result?.status !== "fine" || known === undefined) break;
      const isSlow = compareResult(result, known, suite.tolerances).some(
        ({ kind, metric }) => kind === "regression" && /^(time|memory)\./.test(metric),
      );
      if (!isSlow) break;
      const next = await runOne({ ...order, isAgainstYosys: false }, () => {}, signal);
      if (next.status !== "fine") break;
      const figures = Object.entries(result.figures).map(([name, value]) => {
        const other = /^(time|memory)\./.test(name) ? next.figures[name] : undefined;
        return [name, other === undefined ? value : Math.min(value, other)];
      });
      results.set(order.job.id, { ...result, figures: Object.fromEntries(figures) });
    }
}

/** Processes at a time: a core each, as far as memory goes by what a job usually takes, in bytes. */
function crewSize(options: Options, orders: readonly Order[]): number {
  const asked = options["jobs"];
  if (typeof asked === "number") return Math.max(asked, 1);
  const each = orders.some(({ job }) => job.until === "route" || job.until === "bits") ? 2 ** 30 : 2 ** 28;
  return Math.max(1, Math.min(availableParallelism(), Math.floor(totalmem() / each)));
}

/** A line that tells what runs, for a terminal. */
function progress(count: number, io: Io): (event: CrewEvent) => void {
  if (!io.isWatched) return () => {};
  const running = new Map<string, string>();
  let done = 0;
  return (event) => {
    if (event.kind === "start") running.set(event.job, "");
    if (event.kind === "stage") running.set(event.job, ` ${event.stage}`);
    if (event.kind === "end") {
      done++;
      running.delete(event.result.job);
    }
    const line = `${done}/${count}  ${[...running].map(([job, stage]) => job + stage).join(", ")}`;
    io.err(`\r\u001b[K${line.slice(0, 100)}`);
  };
}

/** Puts the results of shards together; what is wrong with them where they are not one run. */
async function mergedRun(files: readonly string[], suite: Suite): Promise<Ran | readonly Diagnostic[]> {
  const runs: Run[] = [];
  for (const file of files) {
    const { value, diagnostics } = await readWith(file, readRun);
    if (value === undefined) return diagnostics;
    if (value.suite !== suite.name)
      return [general("bad-results", `\`${file}\` is of the suite \`${value.suite}\`, not of \`${suite.name}\``)];
    runs.push(value);
  }
  const { run, missing, twice } = merged(runs);
  const named = (jobs: readonly string[]) => `\`${jobs[0]}\`${jobs.length > 1 ? ` and ${jobs.length - 1} more` : ""}`;
  if (twice.length > 0) return [general("bad-results", `${named(twice)} came several times`, ["name each shard once"])];
  const help = ["all shards of one run are needed"];
  const found = missing.length > 0 ? [general("bad-results", `no file has the result of ${named(missing)}`, help)] : [];
  return { run, found };
}

/** Compares, writes what is to be written, and says how it went. */
async function finish(
  { suite, baseline, baselineFile, all }: Plan,
  run: Run,
  before: readonly Diagnostic[],
  options: Options,
  io: Io,
): Promise<number> {
  const found = [...before];
  const history = await readHistory(text(options, "history"));
  found.push(...history.diagnostics);
  if (failed(history.diagnostics)) return tell(found, options, io);
  const isUpdate = options["update"] === true;
  const whole = jobsOf(suite, {
    tiers: undefined,
    kernels: undefined,
    targets: undefined,
    until: undefined,
    limits: {},
  });
  const account: Account = accountOf(suite, run, baseline, history.value);
  const judged = verdict(account);
  if (isUpdate) {
    found.push(...judged.filter(({ code }) => code !== "regression"));
    found.push(...writeText(baselineFile, updated(run, whole, baseline, suite.tolerances)));
  } else found.push(...judged);
  found.push(...writeReports(account, options));
  if (options["json"] === true) await io.out(machineText(account));
  else await io.out(tableText(account));
  // Standard output has the results then, and people read what is wrong.
  const status = await tell(found, { ...options, json: false }, io);
  if (baseline === undefined && !isUpdate && options["json"] !== true && all.length > 0)
    io.err("note: there is no baseline to compare with; `--update` writes one\n");
  return status === FINE && (isUpdate || isGood(account)) ? FINE : AT_FAULT;
}

/** Results, changes and means, for machines. */
export function machineText({ run, changes, comparisons }: Account): string {
  const means = Object.fromEntries(
    comparisons.map(({ tool, means: all }) => [
      tool,
      Object.fromEntries(all.map(({ name, value, count }) => [name, { mean: value ?? null, kernels: count }])),
    ]),
  );
  return printRun(run, { changes, means });
}
