// What a run of a suite has found out, as it is written to a file and read again: for reports, for shards that are put
// together, and for trends.
import { type Outcome, report } from "../../lang/diagnostic.ts";
import {
  listOf,
  maybe,
  needed,
  number,
  oneOf,
  type Reader,
  readDocument,
  record,
  tableOf,
  text,
} from "../../lang/document.ts";
import type { Source } from "../../lang/source.ts";

/**
 * Numbers by the name of a metric, as `METRICS` knows them: `cells.TYPE`, `sites.RESOURCE`, `units.RESOURCE` for
 * what a device has few of, `depth`, `frequency.STAGE` in MHz, `time.STAGE` in calibrated ms of CPU, `memory.STAGE` in MB;
 * and `kinds.KIND`, cells by what they are in any family, which is only reported.
 */
export type Figures = Readonly<Record<string, number>>;

/** How a job ended. */
export const STATUSES = ["fine", "invalid", "wrong", "failed", "crashed", "hung", "too-large"] as const;
export type Status = (typeof STATUSES)[number];

/** What another tool made of the same kernel: figures, or why there are none. */
export interface Other {
  readonly figures: Figures;
  readonly message: string | undefined;
}

/** What one job came to. Figures are those of the stages before it ended. */
export interface Result {
  readonly job: string;
  readonly status: Status;
  /** What is wrong, where something is. */
  readonly message: string | undefined;
  /** The last stage that it was asked for. */
  readonly until: string;
  /** Cycles that were compared with what was expected, by the evaluator and on the cells each. */
  readonly cycles: number;
  readonly figures: Figures;
  /** By name of the tool. */
  readonly others: Readonly<Record<string, Other>>;
}

/** A run: all of a suite, or a shard. */
export interface Run {
  readonly suite: string;
  /** What was measured: a commit and its date, or what the command line says. */
  readonly label: string;
  /** Keys of all jobs that were wanted, those of other shards included. */
  readonly jobs: readonly string[];
  readonly results: readonly Result[];
}

/** The shape in files: keys in one order, a line a figure, so that equal runs are equal bytes. */
export function printRun(run: Run, more: Readonly<Record<string, unknown>> = {}): string {
  const results = [...run.results].sort((a, b) => order(a.job, b.job)).map(printable);
  return `${JSON.stringify({ suite: run.suite, label: run.label, jobs: run.jobs, results, ...more }, undefined, 1)}\n`;
}

function printable({ job, status, message, until, cycles, figures, others }: Result) {
  const other = Object.entries(others).map(([name, one]) => [
    name,
    { ...(one.message === undefined ? {} : { message: one.message }), figures: sortedFigures(one.figures) },
  ]);
  return {
    job,
    status,
    ...(message === undefined ? {} : { message }),
    until,
    cycles,
    figures: sortedFigures(figures),
    others: Object.fromEntries(other),
  };
}

export function sortedFigures(figures: Figures): Figures {
  return Object.fromEntries(Object.entries(figures).sort(([a], [b]) => order(a, b)));
}

/** The order of code units: the same everywhere. */
export function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const figures = tableOf(number(0, Number.POSITIVE_INFINITY, false));
const anything: Reader<null> = () => null;
const other = record({ figures: needed(figures), message: maybe(text) });
const result = record({
  job: needed(text),
  status: needed(oneOf(STATUSES)),
  message: maybe(text),
  until: needed(text),
  cycles: needed(number(0, Number.MAX_SAFE_INTEGER, true)),
  figures: needed(figures),
  others: maybe(tableOf(other)),
});
const run = record({
  suite: needed(text),
  label: needed(text),
  jobs: needed(listOf(text)),
  results: needed(listOf(result)),
  changes: maybe(anything),
  means: maybe(anything),
});

/** Reads what `printRun` has written. */
export function readRun(source: Source): Outcome<Run | undefined> {
  const { value: tree, diagnostics } = readDocument(source);
  if (tree === undefined) return { value: undefined, diagnostics };
  const found = report(source);
  const read = run(tree, "the results of a run", (message, span, help = []) =>
    found.error("bad-results", message, [{ span, text: "" }], help),
  );
  if (read === undefined) return { value: undefined, diagnostics: found.list };
  const results = read.results.map(
    (one): Result => ({
      ...one,
      figures: Object.fromEntries(one.figures),
      others: Object.fromEntries(
        [...(one.others ?? [])].map(([name, { figures, message }]) => [
          name,
          { figures: Object.fromEntries(figures), message },
        ]),
      ),
    }),
  );
  return { value: { suite: read.suite, label: read.label, jobs: read.jobs, results }, diagnostics: [] };
}

/** Several runs of one suite as one, and the jobs that none of them has, or that several have. */
export function merged(runs: readonly Run[]): {
  readonly run: Run;
  readonly missing: readonly string[];
  readonly twice: readonly string[];
} {
  const results = runs.flatMap((one) => one.results);
  const jobs = [...new Set(runs.flatMap((one) => one.jobs))];
  const counts = new Map<string, number>();
  for (const { job } of results) counts.set(job, (counts.get(job) ?? 0) + 1);
  return {
    run: { suite: runs[0]?.suite ?? "", label: runs[0]?.label ?? "", jobs, results },
    missing: jobs.filter((job) => !counts.has(job)),
    twice: [...counts].flatMap(([job, count]) => (count > 1 ? [job] : [])),
  };
}
