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

/**
 * How many sites of each resource a netlist takes at least: a register shares the cell of a LUT that drives nothing else,
 * and a carry that of a LUT.
 */
export function sitesNeeded(netlist: Netlist): ReadonlyMap<string, number> {
  const needed = new Map<string, number>();
  const users = new Map<number, number>();
  const outputs = new Set(netlist.outputs.flatMap((port) => port.nets));
  const luts = new Set(netlist.cells.filter((cell) => cell.prim.role === "lut").flatMap((cell) => cell.outputs));
  for (const cell of netlist.cells) for (const net of cell.inputs) users.set(net, (users.get(net) ?? 0) + 1);
  for (const cell of netlist.cells) {
    const { prim } = cell;
    if (prim.resource === undefined || prim.role === "carry") continue;
    const shares =
      prim.role === "state" && cell.inputs.some((net) => luts.has(net) && users.get(net) === 1 && !outputs.has(net));
    if (!shares) needed.set(prim.resource, (needed.get(prim.resource) ?? 0) + 1);
  }
  return needed;
}
