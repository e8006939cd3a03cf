// CPU times of stages, in units of work that runs beside them, so that neither a slow nor a busy machine counts.
import { readFileSync } from "node:fs";
import { calibrate, REFERENCE_MS } from "./asm/bench/calibrate.ts";
import type { Figures } from "./asm/bench/results.ts";

export interface Stopwatch {
  /** Begins to time stages one after the other. */
  readonly laps: () => Laps;
  /** Calibrated times and memory by stage, the times those of the middle round. */
  readonly figures: () => Figures;
  /** CPU time in calibrated ms. */
  readonly scaled: (ms: number) => number;
}

export interface Laps {
  /** The stage that has run since the last end is over; a stage may have several parts. */
  readonly end: (stage: string) => void;
  /** CPU time of all, in ms. */
  readonly close: () => number;
}

/** What an engine has not compiled yet is slow, and says nothing of the machine: rounds before the first that counts. */
const WARM = 3;
/** Rounds of calibration before and after laps; the middle one counts. */
const ROUNDS = 3;

/** `say` is told of each stage as it ends. */
export function stopwatch(say: (stage: string) => void): Stopwatch {
  const times = new Map<string, number[]>();
  const memory = new Map<string, number>();
  let unit: number | undefined;
  const work = () => {
    const before = cpuTime();
    calibrate();
    return cpuTime() - before;
  };
  const measure = () => {
    if (unit === undefined) for (let round = 0; round < WARM; round++) work();
    unit = middle(Array.from({ length: ROUNDS }, work));
    return unit;
  };
  return {
    scaled: (ms) => (ms * REFERENCE_MS) / (unit ?? measure()),
    laps: () => {
      // How fast the machine is changes with what else runs on it: laps are measured by the work beside them.
      const unitBefore = measure();
      const lap = new Map<string, number>();
      let last = cpuTime();
      return {
        end: (stage) => {
          const now = cpuTime();
          lap.set(stage, (lap.get(stage) ?? 0) + now - last);
          if (!memory.has(stage) || !times.has(stage)) memory.set(stage, megabytes());
          say(stage);
          last = cpuTime();
        },
        close: () => {
          const scale = (2 * REFERENCE_MS) / (unitBefore + measure());
          for (const [stage, ms] of lap) times.set(stage, [...(times.get(stage) ?? []), ms * scale]);
          return [...lap.values()].reduce((sum, ms) => sum + ms, 0);
        },
      };
    },
    figures: () =>
      Object.fromEntries([
        ...[...times].map(([stage, all]) => [`time.${stage}`, middle(all)]),
        ...[...memory].map(([stage, mb]) => [`memory.${stage}`, mb]),
      ]),
  };
}

/** The middle of some numbers; of an even count, the smaller one. */
function middle(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[(all.length - 1) >> 1] as number;
}

/** The most memory that this process has had, in MB. */
function megabytes(): number {
  return process.resourceUsage().maxRSS / 1024;
}

/** The tick of `/proc`, in ms: what Linux gives to programs on all its platforms. */
const TICK = 10;

/** CPU time of this process, all its threads, and of the tools that it has run to their end, in ms. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000 + childTime();
}

/** Fields 16 and 17 of `/proc/self/stat` (proc(5)), behind the name in parentheses; 0 where there is none. */
function childTime(): number {
  if (process.platform !== "linux") return 0;
  const fields = readFileSync("/proc/self/stat", "latin1")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) * TICK;
}
