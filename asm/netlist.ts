// A netlist: cells of the target and the nets between them.
import type { Origin, Source } from "../lang/source.ts";
import { isOperand, type Prim, type PrimPort } from "../lang/target/target.ts";
import type { Type } from "../lang/type.ts";

/** A net is a number; 0 and 1 are the constants. */
export type Net = number;
export const LOW: Net = 0;
export const HIGH: Net = 1;

export interface Cell {
  readonly prim: Prim;
  readonly name: string;
  /** Values of the prim's parameters, in their order. */
  readonly params: readonly bigint[];
  /** Nets of its inputs, then of its outputs, a bit at a time, in the order of the prim's ports, the clock left out. */
  readonly inputs: readonly Net[];
  readonly outputs: readonly Net[];
  /** The instruction that it belongs to, for relative placement. */
  readonly group: number;
  /** Its place within the instruction, or on the device once that is known. */
  readonly at: readonly number[] | undefined;
  /** What the flow calls its place, once that is known. */
  readonly site?: string | undefined;
  /** Where a vendor's constraints put it, of which `site` then is the part that it takes. */
  readonly loc?: string | undefined;
  readonly span: Origin;
}

export interface NetlistPort {
  readonly name: string;
  readonly type: Type;
  /** Bits, the lowest first; of a vector lane 0 first. */
  readonly nets: readonly Net[];
}

/** An instruction of the target, as far as reports speak of it. */
export interface Group {
  readonly instruction: string;
  /** The resource that it stands on; undefined for a wire. */
  readonly resource: string | undefined;
  readonly result: string;
  readonly args: readonly string[];
  /** From its operands to its result, or to the clock edge, in ps. */
  readonly delay: number;
  /** Whether its result comes from a clock edge, and when it is there behind that, in ps. */
  readonly isRegistered: boolean;
  readonly after: number;
  readonly span: Origin;
}

/** A value of the assembly and the nets that carry it: what nets are called by. */
export interface NamedNets {
  readonly name: string;
  readonly nets: readonly Net[];
}

export interface Netlist {
  readonly name: string;
  readonly source: Source;
  readonly inputs: readonly NetlistPort[];
  readonly outputs: readonly NetlistPort[];
  readonly cells: readonly Cell[];
  /** Nets are below this. */
  readonly netCount: number;
  /** The implicit inputs, where something uses them. */
  readonly hasClock: boolean;
  readonly reset: Net | undefined;
  readonly names: readonly NamedNets[];
  /** The instructions and wires of the assembly; `group` of a cell is its place here. */
  readonly groups: readonly Group[];
}

/** Where a port lies among the bits of all of its kind, as cells have them: without the clock and what is tied. */
export function portPlace(
  ports: readonly PrimPort[],
  name: string,
): { readonly low: number; readonly width: number } | undefined {
  let low = 0;
  for (const port of ports) {
    if (!isOperand(port)) continue;
    if (port.name === name) return { low, width: port.width };
    low += port.width;
  }
  return undefined;
}

/** Number of cells by the name of their prim, in the order of their first use. */
export function countCells(netlist: Netlist): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const cell of netlist.cells) counts.set(cell.prim.name, (counts.get(cell.prim.name) ?? 0) + 1);
  return counts;
}
