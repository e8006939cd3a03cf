// Chains of carries of several bits: each takes a tile, and bit i of it the site i with the LUT that tells it where to go on,
// and the register behind its sum.
import type { Target } from "../../lang/target/target.ts";
import type { Tile, WideCarry } from "../../lang/target/tile.ts";
import type { Cell, Net, Netlist } from "../netlist.ts";
import { template } from "../template.ts";
import type { Chains, Seat } from "./chains.ts";
import { inputBit } from "./chains.ts";
import { readersOf } from "./readers.ts";

/** A netlist whose chains have a LUT of their own at each bit; no chain has more sites than `longest`. */
export function layWide(netlist: Netlist, tile: Tile, rule: WideCarry, target: Target, longest: number): Chains {
  const prim = wideCell(rule, target);
  const wide = netlist.cells.flatMap((cell, at) => (cell.prim === prim ? [at] : []));
  if (wide.length === 0) return { netlist, chains: [], firsts: [] };
  const cells = [...netlist.cells];
  const readers = readersOf(netlist);
  const shared = (target.prims.get(rule.carry)?.inputs.findIndex(({ name }) => name === rule.shares) ?? 1) - 1;
  const drivers = new Map<Net, number>();
  cells.forEach((cell, at) => {
    if (cell.prim.role === "lut" && cell.prim.resource === tile.resource) drivers.set(cell.outputs[0] as Net, at);
  });
  const isTaken = new Set<number>();
  let nets = netlist.netCount;
  /** The LUT before a bit, or one that only hands its value on. */
  const lutOf = (carry: number, bit: number): number => {
    const pin = 1 + shared * rule.bits + bit;
    const owner = cells[carry] as Cell;
    const net = owner.inputs[pin] as Net;
    const found = drivers.get(net);
    if (found !== undefined && !isTaken.has(found)) {
      isTaken.add(found);
      return found;
    }
    const made = template(rule.pass, new Map(), [1], target);
    const map: (Net | undefined)[] = [0, 1, net];
    const of = (local: Net) => (map[local] ??= nets++);
    const [pass] = made.cells;
    if (pass === undefined) return -1;
    const { group, span, name } = owner;
    const own = { name: `${name}+${bit}`, group, span, at: undefined };
    const lut = cells.push({ ...pass, ...own, inputs: pass.inputs.map(of), outputs: pass.outputs.map(of) }) - 1;
    const inputs = owner.inputs.with(pin, of(made.outputs[0]?.[0] as Net));
    cells[carry] = { ...owner, inputs };
    return lut;
  };
  /** The register that takes a sum, or the carry or the LUT where that is what comes out. */
  const registerOf = (carry: number, nets: readonly (Net | undefined)[]): number => {
    for (const net of nets) {
      const [reader, more] = net === undefined ? [] : readers.of(net).filter(({ cell }) => cell !== carry);
      if (reader === undefined || more !== undefined || readers.isOutput(net as Net)) continue;
      const { prim: register } = cells[reader.cell] as Cell;
      const isRegister = register.role === "state" && register.resource === tile.resource;
      if (isRegister && tile.register !== undefined && inputBit(register, tile.register) === reader.pin)
        return reader.cell;
    }
    return -1;
  };
  const chains = linked(wide, cells, rule.bits).flatMap((chain) => {
    const seats: Seat[] = [];
    chain.forEach((carry, at) => {
      const { outputs } = cells[carry] as Cell;
      const isRead = (bit: number) =>
        [outputs[bit], outputs[rule.bits + bit]].some((net) => readers.count(net as Net) > 0);
      let top = rule.bits - 1;
      while (at === chain.length - 1 && top > 0 && !isRead(top)) top--;
      for (let bit = 0; bit <= top; bit++) {
        const lut = lutOf(carry, bit);
        const register = registerOf(carry, [outputs[rule.bits + bit], outputs[bit], cells[lut]?.outputs[0]]);
        seats.push({ carry: bit === 0 ? carry : -1, lut, register });
      }
    });
    const parts: Seat[][] = [];
    for (let from = 0; from < seats.length; from += longest) parts.push(seats.slice(from, from + longest));
    return parts;
  });
  return { netlist: { ...netlist, cells, netCount: nets }, chains, firsts: [] };
}

/** The cell that `by` makes. */
function wideCell(rule: WideCarry, target: Target) {
  const [made] = rule.by.item.body;
  return made?.kind === "instruction" ? target.prims.get(made.op.text) : undefined;
}

/** Carries by chains, from the one at the bottom up. */
function linked(wide: readonly number[], cells: readonly Cell[], bits: number): readonly (readonly number[])[] {
  const from = new Map<Net, number>();
  const out = (cell: number) => cells[cell]?.outputs[bits - 1] as Net;
  const made = new Set(wide.map(out));
  const heads: number[] = [];
  for (const cell of wide) {
    const into = cells[cell]?.inputs[0] as Net;
    if (made.has(into) && !from.has(into)) from.set(into, cell);
    else heads.push(cell);
  }
  return heads.map((head) => {
    const chain: number[] = [];
    for (let cell: number | undefined = head; cell !== undefined; cell = from.get(out(cell))) chain.push(cell);
    return chain;
  });
}
