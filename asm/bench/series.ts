// What charts show: a few figures a job, by the baseline, and over the runs that are kept.
import { type Account, type Comparison, geometricMean } from "./account.ts";
import { figuresByJob } from "./baseline.ts";
import { type Figures, order, type Run } from "./results.ts";

/** A figure that is charted. */
export interface Charted {
  readonly name: string;
  readonly better: "less" | "more";
  readonly of: (figures: Figures) => number | undefined;
}

/** The sum of all figures whose names begin so; undefined where there is none. */
function total(prefix: string): Charted["of"] {
  return (figures) => {
    const all = Object.entries(figures).flatMap(([name, value]) => (name.startsWith(prefix) ? [value] : []));
    return all.length === 0 ? undefined : all.reduce((sum, value) => sum + value, 0);
  };
}

export const CHARTED: readonly Charted[] = [
  { name: "cells", better: "less", of: total("cells.") },
  { name: "depth", better: "less", of: (figures) => figures["depth"] },
  {
    name: "MHz",
    better: "more",
    of: (figures) => figures["frequency.routed"] ?? figures["frequency.placed"] ?? figures["frequency.selected"],
  },
  { name: "CPU time", better: "less", of: total("time.") },
];

/** A job and a ratio; 1 is no change. */
export interface Ratio {
  readonly job: string;
  readonly ratio: number;
  readonly note: string;
}

/** Now by the baseline, for the jobs that both have. */
export function againstBaseline({ run, baseline }: Account, { of }: Charted): readonly Ratio[] {
  if (baseline === undefined) return [];
  const before = figuresByJob(baseline);
  return run.results.flatMap(({ job, figures, status }): Ratio[] => {
    const [was, is] = [of(before.get(job) ?? {}), of(figures)];
    if (status !== "fine" || was === undefined || is === undefined || was <= 0 || is <= 0) return [];
    return [{ job, ratio: is / was, note: `${text(was)} → ${text(is)}` }];
  });
}

/** Ours by another tool's, in the order of `COMPARED`. */
export function againstOther({ rows }: Comparison, at: number): readonly Ratio[] {
  return rows.flatMap(({ job, ratios, values }): Ratio[] => {
    const ratio = ratios[at];
    const [ours = 0, theirs = 0] = values[at] ?? [];
    return ratio === undefined ? [] : [{ job, ratio, note: `${text(ours)} by ${text(theirs)}` }];
  });
}

function text(value: number): string {
  return value >= 100 ? value.toFixed(0) : Number(value.toPrecision(3)).toString();
}

/** A line of a trend: by run, the geometric mean over the jobs, where the first run is 1. */
export interface Trend {
  readonly name: string;
  readonly better: "less" | "more";
  readonly values: readonly number[];
}

/** Trends over runs, the oldest first. Each run is held against the one before it, over the jobs that both have. */
export function trends(runs: readonly Run[]): readonly Trend[] {
  return CHARTED.map(({ name, better, of }) => {
    const values: number[] = [];
    runs.forEach((run, at) => {
      const before = runs[at - 1];
      const step = before === undefined ? 1 : (geometricMean(steps(before, run, of)) ?? 1);
      values.push((values.at(-1) ?? 1) * step);
    });
    return { name, better, values };
  });
}

function steps(before: Run, after: Run, of: Charted["of"]): readonly number[] {
  const known = new Map(before.results.map(({ job, figures }) => [job, of(figures)]));
  return after.results.flatMap(({ job, figures, status }) => {
    const [was, is] = [known.get(job), of(figures)];
    return status !== "fine" || was === undefined || is === undefined || was <= 0 || is <= 0 ? [] : [is / was];
  });
}

/** The values of one figure of a job over runs; undefined where a run does not have it. */
export function valuesOf(runs: readonly Run[], job: string, { of }: Charted): readonly (number | undefined)[] {
  return runs.map(({ results }) => {
    const result = results.find((one) => one.job === job);
    return result === undefined ? undefined : of(result.figures);
  });
}

/** Ratios from the worst to the best. */
export function worstFirst(ratios: readonly Ratio[], better: "less" | "more"): readonly Ratio[] {
  const sign = better === "less" ? -1 : 1;
  return [...ratios].sort((a, b) => sign * (a.ratio - b.ratio) || order(a.job, b.job));
}
