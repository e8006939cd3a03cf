// A run with all that it is held against: what every report is made of.
import type { Diagnostic } from "../../lang/diagnostic.ts";
import { report } from "../../lang/diagnostic.ts";
import { type Baseline, type Change, compareRun } from "./baseline.ts";
import { metricOf, written } from "./metrics.ts";
import type { Figures, Result, Run } from "./results.ts";
import type { Suite } from "./suite.ts";

export interface Account {
  readonly suite: Suite;
  readonly run: Run;
  readonly baseline: Baseline | undefined;
  readonly changes: readonly Change[];
  /** Runs before this one, the oldest first. */
  readonly history: readonly Run[];
  /** Ours by another's, by name of the tool. */
  readonly comparisons: readonly Comparison[];
}

/** The figures of one comparison with another tool. */
export interface Comparison {
  readonly tool: string;
  readonly rows: readonly ComparedJob[];
  readonly means: readonly Mean[];
}

export interface ComparedJob {
  readonly job: string;
  /** Ours by theirs, in the order of `COMPARED`; undefined where one is missing. */
  readonly ratios: readonly (number | undefined)[];
  /** The two values, in the same order. */
  readonly values: readonly (readonly [ours: number | undefined, theirs: number | undefined])[];
  readonly message: string | undefined;
}

/** The geometric mean of so many ratios. */
export interface Mean {
  readonly name: string;
  readonly value: number | undefined;
  readonly count: number;
}

/** What is compared with other tools; `of` takes the figure. */
export const COMPARED: readonly {
  readonly name: string;
  readonly better: "less" | "more";
  readonly of: (figures: Figures) => number | undefined;
  /** Counts have no ratio to 0: it is one to 1. */
  readonly isCount: boolean;
}[] = [
  { name: "LUTs", better: "less", of: (figures) => figures["kinds.lut"] ?? 0, isCount: true },
  { name: "registers", better: "less", of: (figures) => figures["kinds.register"] ?? 0, isCount: true },
  { name: "depth", better: "less", of: (figures) => figures["depth"], isCount: true },
  { name: "MHz", better: "more", of: (figures) => figures["frequency.routed"], isCount: false },
  { name: "CPU time", better: "less", of: compileTime, isCount: false },
];

/** CPU time up to the netlist, placement left out; of another tool that of its synthesis. */
function compileTime(figures: Figures): number | undefined {
  const stages = ["synth", "check", "select", "emit"].map((stage) => figures[`time.${stage}`]);
  const known = stages.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, ms) => sum + ms, 0);
}

export function accountOf(suite: Suite, run: Run, baseline: Baseline | undefined, history: readonly Run[]): Account {
  const changes = baseline === undefined ? [] : compareRun(run, baseline, suite.tolerances);
  const tools = [...new Set(run.results.flatMap(({ others }) => Object.keys(others)))].sort();
  return { suite, run, baseline, changes, history, comparisons: tools.map((tool) => comparison(tool, run)) };
}

function comparison(tool: string, run: Run): Comparison {
  const rows = inOrder(run).flatMap((result): ComparedJob[] => {
    const other = result.others[tool];
    if (other === undefined) return [];
    const known = Object.keys(other.figures).length > 0;
    const ratios = COMPARED.map((one) => (known ? ratioOf(one, result.figures, other.figures) : undefined));
    const values = COMPARED.map(({ of }) => [of(result.figures), of(other.figures)] as const);
    return [{ job: result.job, ratios, values, message: other.message }];
  });
  const means = COMPARED.map(({ name }, at): Mean => {
    const all = rows.flatMap(({ ratios }) => ratios[at] ?? []);
    return { name, value: geometricMean(all), count: all.length };
  });
  return { tool, rows, means };
}

/** Results in the order of the suite. */
export function inOrder({ jobs, results }: Run): readonly Result[] {
  const places = new Map(jobs.map((job, at) => [job, at]));
  return [...results].sort((a, b) => (places.get(a.job) ?? 0) - (places.get(b.job) ?? 0));
}

function ratioOf({ of, isCount }: (typeof COMPARED)[number], ours: Figures, theirs: Figures): number | undefined {
  const [a, b] = [of(ours), of(theirs)];
  if (a === undefined || b === undefined) return undefined;
  if (isCount) return Math.max(a, 1) / Math.max(b, 1);
  return a > 0 && b > 0 ? a / b : undefined;
}

export function geometricMean(values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Whether a run is as it should be. */
export function isGood({ run, changes }: Account): boolean {
  return run.results.every(({ status }) => status === "fine") && changes.every(({ kind }) => kind !== "regression");
}

/** CPU time of all stages, in calibrated ms, and the most memory, in MB. */
export function totals({ figures }: Result): { readonly ms: number | undefined; readonly mb: number | undefined } {
  const of = (prefix: string) =>
    Object.entries(figures).flatMap(([name, value]) => (name.startsWith(prefix) ? [value] : []));
  const [times, memory] = [of("time."), of("memory.")];
  return {
    ms: times.length === 0 ? undefined : times.reduce((sum, ms) => sum + ms, 0),
    mb: memory.length === 0 ? undefined : Math.max(...memory),
  };
}

/** A change in words, without what it is a change of. */
export function changeText({ metric, before, after }: Change): string {
  if (after === undefined) return `is missing, and was ${written(metric, before)}`;
  const { better, unit } = metricOf(metric) ?? { better: "less", unit: "" };
  const comparative = unit === "MHz" ? ["slower", "faster"] : after > before ? ["more", "more"] : ["less", "less"];
  const isWorse = better === "less" ? after > before : after < before;
  const word = isWorse ? comparative[0] : comparative[1];
  const percent = before === 0 ? "" : `, ${factor(before, after)} ${word}`;
  return `is ${written(metric, after)}${percent} than ${written(metric, before)}`;
}

/** By how much: percents up to a factor of 3, then the factor. */
function factor(before: number, after: number): string {
  const ratio = after / before;
  return ratio > 3 ? `${ratio.toFixed(1)} times` : `${(100 * Math.abs(ratio - 1)).toFixed(1)} %`;
}

/** What is wrong with a run: kernels in the suite's file, regressions in that of the baseline. */
export function verdict({ suite, run, baseline, changes }: Account): readonly Diagnostic[] {
  const found = report(suite.source);
  for (const { job, status, message = "" } of run.results) {
    if (status === "fine") continue;
    const [name = ""] = job.split("/");
    const kernel = suite.kernels.find((one) => one.name === name);
    const labels =
      kernel === undefined ? [] : [{ span: { start: kernel.span.start, end: kernel.span.start + 1 }, text: "" }];
    const help = status === "invalid" && kernel !== undefined ? [`\`reticle check ${kernel.file}\` says more`] : [];
    if (status === "wrong") found.error("wrong-output", `\`${job}\`: ${message}`, labels);
    else found.error("kernel-failed", `\`${job}\` ${SAID[status]}: ${message}`, labels, help);
  }
  if (baseline === undefined) return found.list;
  const worse = report(baseline.source);
  for (const change of changes) {
    if (change.kind !== "regression") continue;
    const span = baseline.figures.get(`${change.job} ${change.metric}`)?.span ?? { start: 0, end: 1 };
    const message = `\`${change.job}\`: \`${change.metric}\` ${changeText(change)}`;
    worse.error("regression", message, [{ span, text: `since ${baseline.since}` }]);
  }
  return [...found.list, ...worse.list];
}

/** Statuses in words. */
export const SAID = {
  fine: "is fine",
  invalid: "is not valid",
  wrong: "gives a wrong output",
  failed: "cannot be built",
  crashed: "crashed",
  hung: "hung",
  "too-large": "ran out of memory",
} as const;
