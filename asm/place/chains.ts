// Chains of carries as the sites of a tile can hold them: a site has a carry and the LUT that reads the same operands, and
// a carry leads to the next site and nowhere else. What does not fit gets cells more, as the target describes them.
import type { Implementation, Prim, Target } from "../../lang/target/target.ts";
import type { ChainRule, Tile } from "../../lang/target/tile.ts";
import { type Cell, HIGH, type Net, type Netlist, portPlace } from "../netlist.ts";
import { template } from "../template.ts";
import { keepApart } from "./pins.ts";
import { type Readers, readersOf } from "./readers.ts";

/** A site of a chain: its carry and its LUT, by their places among the cells; -1 where it has none. */
export interface Seat {
  readonly carry: number;
  readonly lut: number;
  /** The register behind a sum that comes out of the carry; elsewhere it is the one behind the LUT. */
  readonly register?: number;
  /** What chooses between LUTs of sites side by side, and has its result here. */
  readonly choice?: number;
}

export interface Chains {
  /** With the cells that were needed. */
  readonly netlist: Netlist;
  /** From the first site up. */
  readonly chains: readonly (readonly Seat[])[];
  readonly firsts: readonly First[];
}

/** A carry that begins a chain with a constant, and what a packer looks for the LUT beside it by. */
export interface First {
  readonly carry: number;
  readonly lut: number;
  /** Inputs of the LUT, and those of the carry that are the same. */
  readonly pins: readonly (readonly [lut: number, carry: number])[];
}

/** What a chain must keep to, beside its tile's rule. */
export interface ChainLimits {
  /** Sites of a column. */
  readonly longest: number;
  /** Sites of a tile. */
  readonly perTile: number;
  /** Wires that the register behind a net takes of a tile; 0 where there is none. */
  readonly registerWires: (net: Net) => number;
}

/** The place of a port's first bit among the inputs of a cell; -1 if there is none. */
export function inputBit(prim: Prim, port: string): number {
  return portPlace(prim.inputs, port)?.low ?? -1;
}

/** Lays all chains of a netlist. Where there is no rule for chains, it stays as it is. */
export function layChains(netlist: Netlist, tile: Tile, target: Target, limits: ChainLimits): Chains {
  const rule = tile.chain;
  const prim = rule === undefined ? undefined : target.prims.get(rule.carry);
  const lut = rule === undefined ? undefined : target.prims.get(rule.lut);
  if (rule === undefined || prim === undefined || lut === undefined) return { netlist, chains: [], firsts: [] };
  const work = draft(netlist, rule, prim, lut, target);
  const chains: (readonly Seat[])[] = [];
  const carries = netlist.cells.flatMap((cell, at) => (cell.prim === prim ? [at] : []));
  const next = new Map<Net, number>();
  const heads: number[] = [];
  const made = new Set(carries.map((at) => work.carryOut(at)));
  for (const at of carries) {
    const from = work.carryIn(at);
    if (!made.has(from) || next.has(from)) heads.push(at);
    else next.set(from, at);
  }
  for (const head of heads) layChain(head, next, work, tile.wires, limits, chains);
  const laid = { ...netlist, cells: work.cells, outputs: work.outputs(), netCount: work.netCount() };
  const firsts = chains.flatMap(([first]): First[] =>
    first === undefined || first.carry < 0 || work.carryIn(first.carry) > HIGH ? [] : [{ ...first, pins: work.pins }],
  );
  keepApart(work.cells, firsts, readersOf(laid));
  return { netlist: laid, chains, firsts };
}

/** A netlist whose chains are being laid. */
interface Draft {
  readonly rule: ChainRule;
  readonly cells: Cell[];
  readonly netCount: () => number;
  readonly outputs: () => Netlist["outputs"];
  readonly carryIn: (carry: number) => Net;
  readonly carryOut: (carry: number) => Net;
  /** Gives a carry, and the LUT beside it, another net that comes in. */
  readonly feed: (carry: number, lut: number, net: Net) => void;
  /** Takes a LUT that can stand beside a carry; -1 if there is none. */
  readonly host: (carry: number) => number;
  /**
   * A packer finds the LUT beside a first carry by its operands alone. Where another carry has the same: a net with which
   * a carry before it would be like no other.
   */
  readonly distinction: (head: number, next: ReadonlyMap<Net, number>) => Net | undefined;
  /** A LUT that stands beside a carry and does nothing, if none does. */
  readonly hostOrIdle: (carry: number, lut: number) => number;
  /** The cells of an `imp`, and its results. */
  readonly stamp: (
    imp: Implementation,
    args: readonly Net[],
    like: number,
    value?: bigint,
  ) => { cells: number[]; results: readonly Net[] };
  /** Those who read a carry, but for the next carry and the LUT beside that. */
  readonly strangers: (net: Net, carry: number, lut: number) => { readonly cell: number; readonly pin: number }[];
  readonly isOutput: (net: Net) => boolean;
  /** Lets others than a chain read another net instead. */
  readonly rename: (net: Net, to: Net, readers: readonly { readonly cell: number; readonly pin: number }[]) => void;
  /** Whether a LUT reads the net where a carry of its site would come in, and stands in no other site. */
  readonly isLast: (cell: number, pin: number) => boolean;
  readonly wires: (seat: Seat) => number;
  readonly takeLast: (lut: number) => void;
  readonly pins: First["pins"];
}

/** Sites that the end of a chain may need beside that of its last carry: to let it pass, and to take it out. */
const SPARE = 4;

function layChain(
  head: number,
  next: ReadonlyMap<Net, number>,
  work: Draft,
  most: number,
  limits: ChainLimits,
  chains: (readonly Seat[])[],
): void {
  const { rule, cells } = work;
  let seats: Seat[] = [];
  let wires = 0;
  let reserved = 0;
  const sit = (seat: Seat) => {
    if (seats.length % limits.perTile === 0) {
      wires = 0;
      reserved = 0;
    }
    seats.push(seat);
    wires += work.wires(seat);
    reserved = Math.max(reserved, registerWires(seat));
  };
  const registerWires = ({ lut }: Seat) => (lut < 0 ? 0 : limits.registerWires(cells[lut]?.outputs[0] as Net));
  const enter = (net: Net, like: number): Net => {
    const { cells: made, results } = work.stamp(rule.enter, [net], like);
    const carry = made[0] as number;
    sit({ carry, lut: work.hostOrIdle(carry, -1) });
    return results[0] as Net;
  };
  const pass = (net: Net, like: number): readonly Net[] => {
    const { cells: made, results } = work.stamp(rule.pass, [net], like);
    sit({ lut: made[0] as number, carry: made[1] as number });
    return results;
  };
  let carry: number | undefined = head;
  let taken = -1;
  const apart = work.distinction(head, next);
  if (apart !== undefined) {
    const value = work.carryIn(head);
    const { cells: made, results } = work.stamp(rule.begin, [apart], head, BigInt(value));
    const first = made[0] as number;
    sit({ carry: first, lut: work.hostOrIdle(first, -1) });
    const lut = work.host(head);
    work.feed(head, lut, results[0] as Net);
    taken = lut;
  }
  let lut = apart === undefined ? work.host(head) : taken;
  if (apart === undefined && work.carryIn(head) > HIGH) work.feed(head, lut, enter(work.carryIn(head), head));
  while (carry !== undefined) {
    const isFull = seats.length >= limits.longest - SPARE;
    if (isFull) {
      const { cells: made, results } = work.stamp(rule.leave, [work.carryIn(carry)], carry);
      sit({ carry: -1, lut: made[0] as number });
      chains.push(seats);
      seats = [];
      work.feed(carry, lut, enter(results[0] as Net, carry));
    }
    const seat = { carry, lut };
    const room = seats.length % limits.perTile === 0 ? most : most - wires;
    const needs = work.wires(seat) + Math.max(seats.length % limits.perTile === 0 ? 0 : reserved, registerWires(seat));
    if (needs > room && seats.length > 0) {
      const [, on] = pass(work.carryIn(carry), carry);
      work.feed(carry, lut, on as Net);
    }
    sit({ carry, lut: work.hostOrIdle(carry, lut) });
    const out = work.carryOut(carry);
    const following = next.get(out);
    const beside = following === undefined ? -1 : work.host(following);
    const strangers = work.strangers(out, following ?? -1, beside);
    const [only, more] = strangers;
    if (following === undefined) {
      if (only !== undefined && more === undefined && !work.isOutput(out) && work.isLast(only.cell, only.pin)) {
        work.takeLast(only.cell);
        sit({ carry: -1, lut: only.cell });
      } else if (only !== undefined || work.isOutput(out)) {
        const { cells: made, results } = work.stamp(rule.leave, [out], carry);
        sit({ carry: -1, lut: made[0] as number });
        work.rename(out, results[0] as Net, strangers);
      }
    } else if (only !== undefined || work.isOutput(out)) {
      const [value, on] = pass(out, carry);
      work.rename(out, value as Net, strangers);
      work.feed(following, beside, on as Net);
    }
    carry = following;
    lut = beside;
  }
  chains.push(seats);
}

function draft(netlist: Netlist, rule: ChainRule, carryPrim: Prim, lutPrim: Prim, target: Target): Draft {
  const cells = [...netlist.cells];
  const readers: Readers = readersOf(netlist);
  const from = inputBit(carryPrim, rule.from);
  const pairs = [...rule.pins].map(([pin, port]) => [inputBit(lutPrim, pin), inputBit(carryPrim, port)] as const);
  const carryPin = pairs.find(([, port]) => port === from)?.[0] ?? -1;
  const isCarryOut = new Set(netlist.cells.flatMap((cell) => (cell.prim === carryPrim ? cell.outputs : [])));
  const isTaken = new Set<number>();
  const renamed = new Map<Net, Net>();
  let nets = netlist.netCount;
  const input = (cell: number, pin: number) => cells[cell]?.inputs[pin] as Net;
  const set = (cell: number, pin: number, net: Net) => {
    const inputs = [...(cells[cell] as Cell).inputs];
    inputs[pin] = net;
    cells[cell] = { ...(cells[cell] as Cell), inputs };
  };
  const fits = (lut: number, carry: number) =>
    cells[lut]?.prim === lutPrim &&
    !isTaken.has(lut) &&
    pairs.every(([pin, port]) =>
      port === from && input(carry, from) <= HIGH
        ? !isCarryOut.has(input(lut, pin))
        : input(lut, pin) === input(carry, port),
    );
  const stamp: Draft["stamp"] = (imp, args, like, value = 0n) => {
    const made = template(
      imp,
      new Map([["value", value]]),
      args.map(() => 1),
      target,
    );
    const map: Net[] = [0, 1, ...args];
    while (map.length < made.netCount) map.push(nets++);
    const owner = cells[like] as Cell;
    const places = made.cells.map((cell) => {
      const name = `${owner.name}+${cells.length - netlist.cells.length}`;
      const own = { name, group: owner.group, span: owner.span, at: undefined };
      const of = (local: readonly Net[]) => local.map((net) => map[net] as Net);
      return cells.push({ ...cell, ...own, inputs: of(cell.inputs), outputs: of(cell.outputs) }) - 1;
    });
    return { cells: places, results: made.outputs.map((bits) => map[bits[0] as number] as Net) };
  };
  const others = pairs.filter(([, port]) => port !== from);
  const keyOf = (carry: number) => others.map(([, port]) => input(carry, port)).join(" ");
  const alike = new Map<string, number>();
  for (const [at, cell] of cells.entries())
    if (cell.prim === carryPrim) alike.set(keyOf(at), (alike.get(keyOf(at)) ?? 0) + 1);
  return {
    distinction: (head, next) => {
      const value = input(head, from);
      if (value > HIGH || (alike.get(keyOf(head)) ?? 0) < 2) return undefined;
      const isOwn = (net: Net) => {
        const key = [net, ...others.slice(1).map(() => value)].join(" ");
        if (net <= HIGH || alike.has(key)) return false;
        alike.set(key, 1);
        return true;
      };
      for (let at: number | undefined = head; at !== undefined; at = next.get(cells[at]?.outputs[0] as Net))
        for (const [, port] of others) if (isOwn(input(at, port))) return input(at, port);
      // An early value from elsewhere, then.
      const registers = netlist.cells.filter((cell) => cell.prim.role === "state");
      return registers.find((cell) => isOwn(cell.outputs[0] as Net))?.outputs[0];
    },
    rule,
    cells,
    netCount: () => nets,
    outputs: () => netlist.outputs.map((port) => ({ ...port, nets: port.nets.map((net) => renamed.get(net) ?? net) })),
    carryIn: (carry) => input(carry, from),
    carryOut: (carry) => cells[carry]?.outputs[0] as Net,
    feed: (carry, lut, net) => {
      set(carry, from, net);
      if (lut >= 0) set(lut, carryPin, net);
    },
    host: (carry) => {
      const nets = (cells[carry] as Cell).inputs.filter((net) => net > HIGH);
      const anchor = input(carry, from) > HIGH ? input(carry, from) : nets[0];
      const found = anchor === undefined ? undefined : readers.of(anchor).find(({ cell }) => fits(cell, carry))?.cell;
      if (found !== undefined) isTaken.add(found);
      return found ?? -1;
    },
    hostOrIdle: (carry, lut) => {
      if (lut >= 0) return lut;
      const args = [...others.map(([, port]) => input(carry, port)), input(carry, from)];
      const [idle = -1] = stamp(rule.idle, args, carry).cells;
      isTaken.add(idle);
      return idle;
    },
    stamp,
    strangers: (net, carry, lut) =>
      readers.of(net).filter(({ cell, pin }) => {
        const isNext = (cell === carry && pin === from) || (cell === lut && pin === carryPin);
        return !isNext && input(cell, pin) === net;
      }),
    isOutput: (net) => readers.isOutput(net),
    rename: (net, to, some) => {
      renamed.set(net, to);
      for (const { cell, pin } of some) set(cell, pin, to);
    },
    isLast: (cell, pin) => pin === carryPin && cells[cell]?.prim === lutPrim && !isTaken.has(cell),
    takeLast: (lut) => isTaken.add(lut),
    wires: ({ carry, lut }) => (cells[lut >= 0 ? lut : carry]?.inputs ?? []).filter((net) => net >= HIGH).length,
    pins: others,
  };
}
