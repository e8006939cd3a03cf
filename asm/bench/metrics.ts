// The metrics of a run, a row a family: which way is better, how far they may be from a baseline, how they are written.
import type { Tolerances } from "./suite.ts";

export interface Metric {
  /** What its names begin with. */
  readonly prefix: string;
  readonly better: "less" | "more";
  /** The most that a value may come to, or the least where more is better, without being worse than `before`. */
  readonly bound: (before: number, tolerances: Tolerances) => number;
  /** Whether it is the same in each run; what is not stays in the baseline until it leaves its band. */
  readonly isExact: boolean;
  /** Whether a figure that is missing means 0. */
  readonly isCount: boolean;
  readonly unit: string;
  readonly digits: number;
}

const counted = (prefix: string): Metric => ({
  prefix,
  better: "less",
  bound: (before, { cells }) => before * (1 + cells / 100),
  isExact: true,
  isCount: true,
  unit: "",
  digits: 0,
});

const frequency: Metric = {
  prefix: "frequency.",
  better: "more",
  bound: (before, { estimate }) => before * (1 - estimate / 100),
  isExact: false,
  isCount: false,
  unit: "MHz",
  digits: 1,
};

/** The first that fits a name is meant. */
export const METRICS: readonly Metric[] = [
  counted("cells."),
  counted("sites."),
  counted("units."),
  { ...counted("depth"), isCount: false },
  {
    ...frequency,
    prefix: "frequency.routed",
    bound: (before, tolerances) => before * (1 - tolerances.frequency / 100),
  },
  frequency,
  {
    prefix: "time.",
    better: "less",
    bound: (before, tolerances) => Math.max(before * tolerances.time, before + tolerances.time_floor_ms),
    isExact: false,
    isCount: false,
    unit: "ms",
    digits: 1,
  },
  {
    prefix: "memory.",
    better: "less",
    bound: (before, tolerances) => Math.max(before * tolerances.memory, before + tolerances.memory_floor_mb),
    isExact: false,
    isCount: false,
    unit: "MB",
    digits: 0,
  },
];

/** The family of a name; undefined for one that is not known. */
export function metricOf(name: string): Metric | undefined {
  return METRICS.find(({ prefix }) => (prefix.endsWith(".") ? name.startsWith(prefix) : name === prefix));
}

/** A value as reports write it, with its unit. */
export function written(name: string, value: number): string {
  const { unit, digits } = metricOf(name) ?? { unit: "", digits: 2 };
  return `${value.toFixed(digits)}${unit === "" ? "" : ` ${unit}`}`;
}

/** Rounds as figures are kept. */
export function rounded(name: string, value: number): number {
  return Number(value.toFixed(metricOf(name)?.digits ?? 3));
}
