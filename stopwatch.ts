// CPU times of stages, in units of work that runs beside them, so that neither a slow nor a busy machine counts.
import { readFileSync } from "node:fs";
import { calibrate, REFERENCE_MS } from "./asm/bench/calibrate.ts";
import type { Figures } from "./asm/bench/results.ts";

export interface Stopwatch {
  /** Takes a round of the work that times are measured by. */
  readonly calibrate: () => void;
  /** Begins to time stages one after the other. */
  readonly laps: () => Laps;
  /** Calibrated times and memory by stage: the least of all rounds, and the most. */
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

const WARM = 3;

/** `say` is told of each stage as it ends. */
export function stopwatch(say: (stage: string) => void): Stopwatch {
  const times = new Map<string, number>();
  const memory = new Map<string, number>();
  let unit = Number.POSITIVE_INFINITY;
  let rounds = 0;
  const work = () => {
    const before = cpuTime();
    calibrate();
    return cpuTime() - before;
  };
  const once = () => {
    // What an engine has not compiled yet is slow, and says nothing of the machine.
    for (; rounds < WARM; rounds++) work();
    unit = Math.min(unit, work());
  };
  return {
    calibrate: once,
    scaled: (ms) => (ms * REFERENCE_MS) / unit,
    laps: () => {
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
          for (const [stage, ms] of lap) times.set(stage, Math.min(times.get(stage) ?? Number.POSITIVE_INFINITY, ms));
          return [...lap.values()].reduce((sum, ms) => sum + ms, 0);
        },
      };
    },
    figures: () => {
      if (!Number.isFinite(unit)) return {};
      const scale = REFERENCE_MS / unit;
      return Object.fromEntries([
        ...[...times].map(([stage, ms]) => [`time.${stage}`, ms * scale]),
        ...[...memory].map(([stage, mb]) => [`memory.${stage}`, mb]),
      ]);
    },
  };
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
