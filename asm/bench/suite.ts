// A suite of kernels, as `bench.json` says it: what is compiled for what, how far, and what has to come out.
import { type Outcome, report } from "../../lang/diagnostic.ts";
import {
  type Complain,
  initialsOf,
  listOf,
  maybe,
  needed,
  number,
  oneOf,
  optional,
  type RecordOf,
  readDocument,
  record,
  text,
} from "../../lang/document.ts";
import { didYouMean } from "../../lang/near.ts";
import type { Source, Span } from "../../lang/source.ts";

/** How far a kernel goes, in the order of the stages. */
export const STAGES = ["select", "place", "route", "bits"] as const;
export type Stage = (typeof STAGES)[number];

const OBJECTIVES = ["area", "delay", "balanced"] as const;
const RESETS = ["none", "sync"] as const;
const HARNESSES = ["scan", "none"] as const;

/** How far a figure may be from its baseline. */
const TOLERANCES = {
  /** Of cells, sites and depth, in percent: exact where nothing else is said. */
  cells: optional(number(0, 1000, false), 0),
  /** Of frequencies that we estimate, which are the same in every run, in percent. */
  estimate: optional(number(0, 1000, false), 1),
  /** Of frequencies behind the router, in percent: any other netlist is another throw of its dice. */
  frequency: optional(number(0, 1000, false), 5),
  /** Of CPU times, as a factor; and what is passed over besides, in calibrated ms. */
  time: optional(number(1, 1000, false), 2),
  time_floor_ms: optional(number(0, 1e6, false), 30),
  /** Of memory, as a factor; and what is passed over besides, in MB. */
  memory: optional(number(1, 1000, false), 1.5),
  memory_floor_mb: optional(number(0, 1e6, false), 64),
};
export type Tolerances = RecordOf<typeof TOLERANCES>;

const LIMITS = {
  /** Of a whole job, by the clock on the wall. */
  seconds: optional(number(1, 86_400, false), 600),
  /** Of all memory that its process takes. */
  megabytes: optional(number(64, 1e6, true), 3000),
};
export type Limits = RecordOf<typeof LIMITS>;

const TRACE = {
  /** Files with the values of the inputs and of the outputs, one element a cycle. */
  inputs: needed(text),
  outputs: needed(text),
  /** Cycles at the beginning that are not compared: those before the first read of a memory. */
  skip: optional(number(0, 1e9, true), 0),
};
export type SuiteTrace = RecordOf<typeof TRACE>;

const TARGET = {
  name: needed(text),
  /** A family that comes with reticle, or the path of a folder, beside the suite. */
  target: needed(text),
  device: maybe(text),
  package: maybe(text),
  optimize: optional(oneOf(OBJECTIVES), "balanced"),
  /** Fewer units than the device has: `dsp=4,bram=2`. */
  limit: maybe(text),
  /** Where placement and the router start from. */
  seeds: optional(listOf(number(1, 2 ** 31 - 1, true)), [1]),
  until: optional(oneOf(STAGES), "bits"),
  /** The command of Yosys for this family, where it is not `synth_` and its name. */
  yosys: maybe(text),
};
export type SuiteTarget = RecordOf<typeof TARGET>;

const KERNEL = {
  name: needed(text),
  file: needed(text),
  tier: maybe(text),
  top: maybe(text),
  mmap: maybe(text),
  reset: optional(oneOf(RESETS), "none"),
  traces: optional(listOf(record(TRACE)), []),
  /** Behavioural Verilog of the same, for comparisons; without it, that which reticle prints. */
  verilog: maybe(text),
  /** Names of targets, where it is not for all of them. */
  targets: maybe(listOf(text)),
  until: optional(oneOf(STAGES), "bits"),
  /** Whether it is routed between shift registers, or as it stands. */
  harness: optional(oneOf(HARNESSES), "scan"),
  limits: maybe(record(LIMITS)),
};
export type SuiteKernel = RecordOf<typeof KERNEL>;

const SUITE = {
  name: needed(text),
  targets: needed(listOf(record(TARGET))),
  kernels: needed(listOf(record(KERNEL))),
  /** From the quickest to the slowest; a kernel without one belongs to each. */
  tiers: optional(listOf(text), []),
  limits: optional(record(LIMITS), initialsOf(LIMITS)),
  tolerances: optional(record(TOLERANCES), initialsOf(TOLERANCES)),
};

/** A suite that has been read; what it leaves out is filled in. */
export interface Suite extends RecordOf<typeof SUITE> {
  readonly source: Source;
}

/** One kernel on one target from one seed: what runs by itself. */
export interface Job {
  /** `kernel/target`, and `#seed` where the target has several. */
  readonly id: string;
  readonly kernel: SuiteKernel;
  readonly target: SuiteTarget;
  readonly seed: number;
  readonly until: Stage;
  readonly limits: Limits;
}

/** Reads a suite; undefined where it is wrong. */
export function readSuite(source: Source): Outcome<Suite | undefined> {
  const { value: tree, diagnostics } = readDocument(source);
  if (tree === undefined) return { value: undefined, diagnostics };
  const found = report(source);
  const complain: Complain = (message, span, help = []) =>
    found.error("bad-suite", message, [{ span, text: "" }], help);
  const read = record(SUITE)(tree, "a suite", complain);
  if (read !== undefined) judge(read, complain);
  const isRight = read !== undefined && found.list.length === 0;
  return { value: isRight ? { ...read, source } : undefined, diagnostics: found.list };
}

/** What the shape alone does not say: names that are there, once. */
function judge({ targets, kernels, tiers }: RecordOf<typeof SUITE>, complain: Complain): void {
  distinct(targets, "target", complain);
  distinct(kernels, "kernel", complain);
  const names = targets.map(({ name }) => name);
  for (const { name, tier, targets: wanted, span } of kernels) {
    if (tier !== undefined && !tiers.includes(tier))
      complain(`the kernel \`${name}\` is of the tier \`${tier}\`, which the suite does not list`, span, [
        ...didYouMean(tier, tiers),
        'list it, `"tiers": [...]`',
      ]);
    for (const one of wanted ?? [])
      if (!names.includes(one))
        complain(`the kernel \`${name}\` is for \`${one}\`, which is no target of the suite`, span, [
          ...didYouMean(one, names),
          `there are ${names.join(", ")}`,
        ]);
  }
}

/** Names become parts of keys, so that `/`, `#` and spaces are not for them. */
const NAME = /^[\w][\w.+-]*$/;

function distinct(
  all: readonly { readonly name: string; readonly span: Span }[],
  what: string,
  complain: Complain,
): void {
  const seen = new Set<string>();
  for (const { name, span } of all) {
    if (!NAME.test(name))
      complain(`\`${name}\` is no name of a ${what}`, span, ["letters, digits, `_`, `-`, `.`, `+`"]);
    if (seen.has(name)) complain(`two ${what}s are called \`${name}\``, span);
    seen.add(name);
  }
}

/** What of a suite is wanted; undefined is all. */
export interface Wanted {
  readonly tiers: readonly string[] | undefined;
  readonly kernels: readonly string[] | undefined;
  readonly targets: readonly string[] | undefined;
  readonly until: Stage | undefined;
  readonly limits: Partial<Omit<Limits, "span">>;
}

/** The jobs of a suite, in its order. */
export function jobsOf(suite: Suite, wanted: Wanted): readonly Job[] {
  const isWanted = (name: string, some: readonly string[] | undefined) => some === undefined || some.includes(name);
  return suite.kernels.flatMap((kernel) => {
    const inTier = kernel.tier === undefined || isWanted(kernel.tier, wanted.tiers);
    if (!inTier || !isWanted(kernel.name, wanted.kernels)) return [];
    const targets = suite.targets.filter(
      ({ name }) => isWanted(name, kernel.targets) && isWanted(name, wanted.targets),
    );
    return targets.flatMap((target) =>
      target.seeds.map((seed): Job => {
        const id = `${kernel.name}/${target.name}${target.seeds.length > 1 ? `#${seed}` : ""}`;
        const until = least([kernel.until, target.until, wanted.until ?? "bits"]);
        const limits = { ...suite.limits, ...kernel.limits, ...wanted.limits };
        return { id, kernel, target, seed, until, limits };
      }),
    );
  });
}

function least(stages: readonly Stage[]): Stage {
  return STAGES.find((stage) => stages.includes(stage)) ?? "bits";
}

/** Whether a job that ends with `until` goes through `stage`. */
export function reaches(until: Stage, stage: Stage): boolean {
  return STAGES.indexOf(until) >= STAGES.indexOf(stage);
}

/** Part `index` (from 1 on) of `count` of the jobs, every `count`th, so that the parts are of the same kinds. */
export function shardOf(jobs: readonly Job[], index: number, count: number): readonly Job[] {
  return jobs.filter((_, at) => at % count === index - 1);
}
