// What a compilation came to: cells, instructions, delay.
import type { Target } from "../lang/target/target.ts";
import { countCells, type Netlist } from "./netlist.ts";
import { longestPath } from "./timing.ts";

/** The shape of `report --json` without its times. */
export interface Summary {
  readonly cells: Readonly<Record<string, number>>;
  /** By hint: instructions on `lut`, `dsp`, `bram`. */
  readonly instructions: Readonly<Record<string, number>>;
  readonly delay_ns: number;
}

export function summarize(netlist: Netlist, target: Target): Summary {
  const hints = new Map([...target.hints].map(([hint, resource]) => [resource, hint]));
  const instructions: Record<string, number> = {};
  for (const { resource } of netlist.groups) {
    if (resource === undefined) continue;
    const hint = hints.get(resource) ?? resource;
    instructions[hint] = (instructions[hint] ?? 0) + 1;
  }
  const cells = Object.fromEntries([...countCells(netlist)].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { cells, instructions, delay_ns: Math.round(longestPath(netlist).delay) / 1000 };
}
