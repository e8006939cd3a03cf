// Baselines: what figures came to before. A file of one line a figure, sorted, so that a change of it is read in a diff.
import { type Outcome, report } from "../../lang/diagnostic.ts";
import { needed, number, type Reader, readDocument, record, tableOf, text } from "../../lang/document.ts";
import type { Source, Span } from "../../lang/source.ts";
import { type Metric, metricOf } from "./metrics.ts";
import { type Figures, order, type Result, type Run } from "./results.ts";
import { type Job, reaches, STAGES, type Tolerances } from "./suite.ts";

/** A value of the file and where it stands. */
export interface Kept {
  readonly value: number;
  readonly span: Span;
}

export interface Baseline {
  readonly suite: string;
  /** What was measured when a figure changed last: a commit and its date, as the run was labelled. */
  readonly since: string;
  /** By job, a space, and metric. */
  readonly figures: ReadonlyMap<string, Kept>;
  readonly source: Source;
}

/** A figure that is not what it was. */
export interface Change {
  readonly kind: "regression" | "improvement";
  readonly job: string;
  readonly metric: string;
  readonly before: number;
  /** Undefined where the figure is missing. */
  readonly after: number | undefined;
}

const kept: Reader<Kept> = (tree, what, complain) => {
  const value = number(0, Number.POSITIVE_INFINITY, false)(tree, what, complain);
  return value === undefined ? undefined : { value, span: tree.span };
};

export function readBaseline(source: Source): Outcome<Baseline | undefined> {
  const { value: tree, diagnostics } = readDocument(source);
  if (tree === undefined) return { value: undefined, diagnostics };
  const found = report(source);
  const shape = record({ suite: needed(text), since: needed(text), figures: needed(tableOf(kept)) });
  const read = shape(tree, "a baseline", (message, span, help = []) =>
    found.error("bad-baseline", message, [{ span, text: "" }], [...help, "`reticle bench --update` writes it anew"]),
  );
  return { value: read === undefined ? undefined : { ...read, source }, diagnostics: found.list };
}

export function printBaseline(suite: string, since: string, figures: ReadonlyMap<string, number>): string {
  const lines = [...figures]
    .sort(([a], [b]) => order(a, b))
    .map(([key, value]) => `    ${JSON.stringify(key)}: ${value}`);
  const body = lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
  return `{\n  "suite": ${JSON.stringify(suite)},\n  "since": ${JSON.stringify(since)},\n  "figures": ${body}\n}\n`;
}

function keyOf(job: string, metric: string): string {
  return `${job} ${metric}`;
}

/** Job and metric of a key. */
function partsOf(key: string): readonly [job: string, metric: string] {
  const at = key.indexOf(" ");
  return [key.slice(0, at), key.slice(at + 1)];
}

/** The figures of a baseline by job. */
export function figuresByJob({ figures }: Baseline): ReadonlyMap<string, Figures> {
  const all = new Map<string, Record<string, number>>();
  for (const [key, { value }] of figures) {
    const [job, metric] = partsOf(key);
    const some = all.get(job) ?? {};
    some[metric] = value;
    all.set(job, some);
  }
  return all;
}

/** The worst changes of results against a baseline come first; jobs that it does not know have none. */
export function compareRun({ results }: Run, baseline: Baseline, tolerances: Tolerances): readonly Change[] {
  const before = figuresByJob(baseline);
  const changes = results.flatMap((result) => {
    const known = before.get(result.job);
    return known === undefined || result.status !== "fine" ? [] : compareResult(result, known, tolerances);
  });
  return changes.sort((a, b) => (a.kind === b.kind ? sizeOf(b) - sizeOf(a) : a.kind === "regression" ? -1 : 1));
}

/** How much larger or smaller, as a factor of at least 1. */
export function sizeOf({ before, after }: Change): number {
  if (after === undefined || before === 0 || after === 0) return Number.POSITIVE_INFINITY;
  return Math.max(after / before, before / after);
}

export function compareResult(result: Result, before: Figures, tolerances: Tolerances): readonly Change[] {
  const { figures, job } = result;
  return [...new Set([...Object.keys(before), ...Object.keys(figures)])].sort(order).flatMap((name): Change[] => {
    const metric = metricOf(name);
    if (metric === undefined) return [];
    const [was, is] = [
      before[name] ?? (metric.isCount ? 0 : undefined),
      figures[name] ?? (metric.isCount ? 0 : undefined),
    ];
    if (was === undefined) return [];
    const made = (kind: Change["kind"]) => [{ kind, job, metric: name, before: was, after: is }];
    if (is === undefined) return isDue(name, result.until) ? made("regression") : [];
    if (isWorse(metric, was, is, tolerances)) return made("regression");
    return isWorse(metric, is, was, tolerances) ? made("improvement") : [];
  });
}

function isWorse(metric: Metric, was: number, is: number, tolerances: Tolerances): boolean {
  const bound = metric.bound(was, tolerances);
  return metric.better === "less" ? is > bound : is < bound;
}

/** The stages that a frequency is known behind; one that is missing there is a loss. */
const KNOWN_AFTER: Readonly<Record<string, "select" | "place" | "route">> = {
  depth: "select",
  "frequency.selected": "select",
  "frequency.placed": "place",
  "frequency.routed": "route",
};

function isDue(metric: string, until: string): boolean {
  const stage = KNOWN_AFTER[metric];
  const reached = STAGES.find((one) => one === until);
  return stage !== undefined && reached !== undefined && reaches(reached, stage);
}

/**
 * The baseline after a run: figures of jobs that ran, those of other jobs of the suite as they were. What is measured
 * rather than counted stays as long as it is within its tolerance, so that two updates in a row give the same bytes, and
 * small steps add up against one value.
 */
export function updated(
  run: Run,
  jobs: readonly Pick<Job, "id" | "until">[],
  old: Baseline | undefined,
  tolerances: Tolerances,
): string {
  const before = old === undefined ? new Map<string, Figures>() : figuresByJob(old);
  const results = new Map(run.results.map((result) => [result.job, result]));
  const figures = new Map<string, number>();
  for (const { id: job, until } of jobs) {
    const known = before.get(job) ?? {};
    const result = results.get(job);
    const isNew = result !== undefined && result.status === "fine";
    const changed = isNew ? new Set(compareResult(result, known, tolerances).map(({ metric }) => metric)) : undefined;
    const left = isNew && result.until !== until ? undue(known, result.figures) : {};
    const made = isNew ? { ...left, ...result.figures } : known;
    for (const [metric, value] of Object.entries(made)) {
      if (metricOf(metric) === undefined) continue;
      const stays = known[metric] !== undefined && metricOf(metric)?.isExact !== true && !changed?.has(metric);
      figures.set(keyOf(job, metric), stays ? (known[metric] as number) : value);
    }
  }
  const same = old !== undefined && figures.size === old.figures.size;
  const since =
    same && [...figures].every(([key, value]) => old.figures.get(key)?.value === value) ? old.since : run.label;
  return printBaseline(run.suite, since, figures);
}

/** Measures of stages that a run was not asked for this time. */
function undue(known: Figures, figures: Figures): Figures {
  const isLeft = (metric: string) => figures[metric] === undefined && metricOf(metric)?.isCount === false;
  return Object.fromEntries(Object.entries(known).filter(([metric]) => isLeft(metric)));
}
