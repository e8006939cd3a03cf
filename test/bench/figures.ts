// What a netlist of iCE40 costs, by one function for ours and for Yosys': both come as JSON in the form that Yosys writes.

import { type Bit, type ModuleCell as Cell, depthOf, type Module, topOf } from "../../asm/bench/cells.ts";

/** The size of a netlist. */
export interface Figures {
  readonly lut: number;
  readonly carry: number;
  readonly ff: number;
  /** Logic cells: a LUT, a carry and a flip-flop share one where the wires between them are those of the cell. */
  readonly lc: number;
  /**
   * Logic cells as nextpnr packs them, but for its two constants: with those that bring carries into chains and out of
   * them, without the small LUTs that go into the cell of the carry that they feed (ice40/chains.cc and pack.cc).
   */
  readonly packed: number;
  /** The most LUTs on a path between inputs or flip-flops and outputs or flip-flops; carries count nothing. */
  readonly depth: number;
}

/** Measures the top module of a netlist. A cell that is no LUT and no carry begins and ends paths, as a flip-flop does. */
export function measure(json: string): Figures {
  const top = topOf(json);
  if (top === undefined) throw new Error("the netlist has no top module");
  const cells = Object.values(top.cells);
  const luts = cells.filter(({ type }) => type === "SB_LUT4");
  const carries = cells.filter(({ type }) => type === "SB_CARRY");
  const ffs = cells.filter(({ type }) => type.startsWith("SB_DFF"));
  const uses = usesOf(top);
  const pairs = paired(carries, luts);
  const fed = fedAlone(ffs, luts, uses);
  const lc = luts.length + carries.length - pairs.size + ffs.length - fed.size;
  const busy = new Set([...pairs.values(), ...fed]);
  return {
    lut: luts.length,
    carry: carries.length,
    ff: ffs.length,
    lc,
    packed:
      lc +
      passages(carries, uses) -
      merged(
        carries.filter((carry) => !pairs.has(carry)),
        luts.filter((lut) => !busy.has(lut)),
      ),
    depth: depthOf(top, (type) => WEIGHTS[type]),
  };
}

/** A pin that reads a net; an output of the module is one of no cell. */
interface Use {
  readonly cell: Cell | undefined;
  readonly pin: string;
}

type Uses = ReadonlyMap<Bit, readonly Use[]>;

function usesOf({ ports, cells }: Module): Uses {
  const uses = new Map<Bit, Use[]>();
  const use = (bit: Bit, by: Use) => uses.set(bit, [...(uses.get(bit) ?? []), by]);
  for (const [pin, { direction, bits }] of Object.entries(ports))
    if (direction === "output") for (const bit of bits) use(bit, { cell: undefined, pin });
  for (const cell of Object.values(cells))
    for (const [pin, bits] of Object.entries(cell.connections))
      if (cell.port_directions[pin] === "input")
        for (const bit of bits) if (typeof bit === "number") use(bit, { cell, pin });
  return uses;
}

function pin(cell: Cell, name: string): Bit {
  return cell.connections[name]?.[0] ?? "0";
}

/** What a LUT and a carry of one cell share: the operands are I1 and I2 of the LUT, and the carry that comes in its I3. */
function shared(cell: Cell): string {
  const names = cell.type === "SB_CARRY" ? ["I0", "I1", "CI"] : ["I1", "I2", "I3"];
  return names.map((name) => pin(cell, name)).join();
}

/** Carries and the LUTs that go with them. */
function paired(carries: readonly Cell[], luts: readonly Cell[]): ReadonlyMap<Cell, Cell> {
  const free = new Map<string, Cell[]>();
  for (const lut of luts) free.set(shared(lut), [...(free.get(shared(lut)) ?? []), lut]);
  const pairs = new Map<Cell, Cell>();
  for (const carry of carries) {
    const lut = free.get(shared(carry))?.pop();
    if (lut !== undefined) pairs.set(carry, lut);
  }
  return pairs;
}

/** LUTs that feed a flip-flop and nothing else. */
function fedAlone(ffs: readonly Cell[], luts: readonly Cell[], uses: Uses): ReadonlySet<Cell> {
  const data = new Set(ffs.map((ff) => pin(ff, "D")));
  return new Set(luts.filter((lut) => data.has(pin(lut, "O")) && uses.get(pin(lut, "O"))?.length === 1));
}

/** How many of `luts`, of two operands at I2 and I3, go into the cells of `carries`, one into each. */
function merged(carries: readonly Cell[], luts: readonly Cell[]): number {
  const small = luts.filter((lut) => pin(lut, "I0") === "0" && pin(lut, "I1") === "0");
  const free = new Set(small.map((lut) => pin(lut, "O")));
  return carries.filter((carry) => free.delete(pin(carry, "I0")) || free.delete(pin(carry, "I1"))).length;
}

/**
 * Cells that bring a net into a chain, or a carry out of it where another pin than I3 of the next cell reads it; a chain
 * that goes on behind begins anew.
 */
function passages(carries: readonly Cell[], uses: Uses): number {
  const made = new Set(carries.map((carry) => pin(carry, "CO")));
  const ins = carries.filter((carry) => typeof pin(carry, "CI") === "number" && !made.has(pin(carry, "CI")));
  const outs = carries.map((carry): number => {
    const readers = uses.get(pin(carry, "CO")) ?? [];
    const next = readers.find(({ cell, pin }) => cell?.type === "SB_CARRY" && pin === "CI")?.cell;
    const others = readers.filter(({ cell, pin }) => cell !== next || pin !== "CI");
    const isWithin = ({ cell, pin }: Use) =>
      cell?.type === "SB_LUT4" && pin === "I3" && (next === undefined || shared(cell) === shared(next));
    if (others.length <= 1 && others.every(isWithin)) return 0;
    return next === undefined ? 1 : 2;
  });
  return outs.reduce((all, count) => all + count, ins.length);
}

/** LUTs on a path; carries count nothing. */
const WEIGHTS: Readonly<Record<string, number>> = { SB_LUT4: 1, SB_CARRY: 0 };
