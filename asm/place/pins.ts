// Which input of a LUT each of its operands takes: the later it comes, the faster the input. Where a packer would take a LUT
// for the one beside a first carry, that is avoided.
import { truthTable } from "../../lang/target/semantics.ts";
import type { Prim } from "../../lang/target/target.ts";
import { type Cell, HIGH, LOW, type Net } from "../netlist.ts";
import { dependsOn, type Slacks, type TimingGraph } from "../slack.ts";
import type { First } from "./chains.ts";
import type { Packed } from "./pack.ts";
import type { Readers } from "./readers.ts";

export interface Pins {
  /** Gives the operands of all LUTs their inputs anew, by when they come; delays of the graph change with them. */
  readonly choose: (slacks: Slacks, wire: (read: number) => number) => void;
  /** The cells with the inputs that are chosen at the end, whatever was chosen on the way. */
  readonly rewire: (analyze: () => Slacks, wire: (read: number) => number) => readonly Cell[];
}

export function pinsOf(graph: TimingGraph, { netlist, unitOf, units }: Packed): Pins {
  const { cells } = netlist;
  const isFree = new Uint8Array(cells.length);
  const isTable = new Map<Prim, boolean>();
  cells.forEach(({ prim }, at) => {
    if (prim.role !== "lut") return;
    if (!isTable.has(prim)) isTable.set(prim, isTableOf(prim));
    const beside = units[unitOf[at] as number]?.cells ?? [];
    if (isTable.get(prim) === true && beside.every((cell) => cells[cell]?.prim.role !== "carry")) isFree[at] = 1;
  });
  // LUTs of a chain without a carry of their own have it on an input that only the chain reaches.
  for (let read = 0; read < graph.count; read++)
    if ((graph.to[read] as number) >= 0 && (graph.way[read] as number) >= 3) isFree[graph.to[read] as number] = 0;
  const reads = new Map<number, number[]>();
  for (let read = 0; read < graph.count; read++) {
    const to = graph.to[read] as number;
    if (to < 0 || isFree[to] === 0) continue;
    const known = reads.get(to);
    if (known === undefined) reads.set(to, [read]);
    else known.push(read);
  }
  // What the timing does not know of is not there to be put elsewhere.
  for (const [cell, own] of reads) {
    const { inputs, params } = cells[cell] as Cell;
    const needed = inputs.filter((net, pin) => net > HIGH && dependsOn(params[0] ?? 0n, pin, inputs.length));
    if (needed.length > own.length) reads.delete(cell);
  }
  const speeds = speedsOf(graph, cells);
  const pinOf = graph.pin.slice();
  const lists = [...reads].flatMap(([cell, own]) => {
    const fast = speeds.get((cells[cell] as Cell).prim);
    return fast === undefined ? [] : [{ own, fast }];
  });
  const times = new Float64Array(8);
  const choose: Pins["choose"] = ({ arrival }, wire) => {
    for (const { own, fast } of lists) {
      // Sorted by insertion: there are four at the most, and nearly in order.
      for (let at = 0; at < own.length; at++) {
        const read = own[at] as number;
        const time = (arrival[graph.node[read] as number] as number) + wire(read);
        let place = at;
        for (; place > 0 && (times[place - 1] as number) < time; place--) {
          own[place] = own[place - 1] as number;
          times[place] = times[place - 1] as number;
        }
        own[place] = read;
        times[place] = time;
      }
      for (let at = 0; at < own.length; at++) {
        const { pin, ps } = fast[at] as { readonly pin: number; readonly ps: number };
        pinOf[own[at] as number] = pin;
        graph.delay[own[at] as number] = ps;
      }
    }
  };
  const rewire: Pins["rewire"] = (analyze, wire) => {
    for (const { own, fast } of lists) {
      own.sort((a, b) => a - b);
      for (const [at, read] of own.entries()) graph.delay[read] = fast[at]?.ps ?? 0;
    }
    for (let round = 0; round < 2; round++) choose(analyze(), wire);
    const made = [...cells];
    for (const [cell, own] of reads) {
      const order = new Map(own.map((read) => [graph.pin[read] as number, pinOf[read] as number]));
      made[cell] = permuted(cells[cell] as Cell, order);
    }
    return made;
  };
  return { choose, rewire };
}

/** Inputs of the LUTs with their delays, the fastest first. */
function speedsOf({ timing }: TimingGraph, cells: readonly Cell[]) {
  const speeds = new Map<Prim, readonly { readonly pin: number; readonly ps: number }[]>();
  for (const { prim } of cells) {
    if (prim.role !== "lut" || speeds.has(prim)) continue;
    const rows = timing.rows.filter((row) => row.kind === "delay" && row.cells.has(prim.name));
    const all = prim.inputs.map(({ name }, pin) => ({ pin, ps: rows.find((row) => row.from.has(name))?.ps ?? 0 }));
    speeds.set(
      prim,
      all.sort((a, b) => a.ps - b.ps || a.pin - b.pin),
    );
  }
  return speeds;
}

/** Whether the one parameter of a cell is its truth table: tried with a table that is like no other. */
function isTableOf(prim: Prim): boolean {
  const inputs = prim.inputs.length;
  const [param, more] = prim.params;
  const sample = BigInt.asUintN(2 ** inputs, 0x6a3c59e2d174b80fn);
  const isSmall = param !== undefined && more === undefined && param.width === 2 ** inputs;
  return isSmall && prim.inputs.every((port) => port.width === 1) && truthTable(prim, [sample]) === sample;
}

/** The LUT with its inputs on other places, `order` by old place; those without one fill up what is left. */
export function permuted(cell: Cell, order: ReadonlyMap<number, number>): Cell {
  const count = cell.inputs.length;
  const taken = new Set(order.values());
  const left = Array.from({ length: count }, (_, pin) => pin).filter((pin) => !taken.has(pin));
  const to = cell.inputs.map((_, pin) => order.get(pin) ?? (left.shift() as number));
  const inputs = new Array<Net>(count).fill(LOW);
  // What does not matter is not connected.
  for (const [pin, place] of to.entries()) if (order.has(pin)) inputs[place] = cell.inputs[pin] as Net;
  const table = cell.params[0] ?? 0n;
  const constants = to.map((_, pin) => (order.has(pin) ? 0 : cell.inputs[pin] === HIGH ? 1 : 0));
  let turned = 0n;
  for (let row = 0; row < 2 ** count; row++) {
    let from = 0;
    for (let pin = 0; pin < count; pin++) {
      const bit = order.has(pin) ? (row >> (to[pin] as number)) & 1 : (constants[pin] as number);
      from |= bit << pin;
    }
    if ((table >> BigInt(from)) & 1n) turned |= 1n << BigInt(row);
  }
  return { ...cell, inputs, params: [turned] };
}

/**
 * A packer looks for the LUT beside a first carry by its operands alone. Others that have them at the same inputs read them
 * the other way round.
 */
export function keepApart(cells: Cell[], firsts: readonly First[], readers: Readers): void {
  for (const { carry, lut, pins } of firsts) {
    const wanted = cells[carry] as Cell;
    const anchor = wanted.inputs.find((net) => net > HIGH);
    const [one, other] = pins;
    if (anchor === undefined || one === undefined || other === undefined) continue;
    for (const { cell } of readers.of(anchor)) {
      const found = cells[cell] as Cell;
      const isAlike =
        cell !== lut &&
        found.prim === cells[lut]?.prim &&
        pins.every(([pin, port]) => found.inputs[pin] === wanted.inputs[port]);
      if (isAlike) cells[cell] = swapped(found, one[0], other[0]);
    }
  }
}

/** A LUT with two of its inputs the other way round. */
function swapped(cell: Cell, a: number, b: number): Cell {
  const inputs = [...cell.inputs];
  [inputs[a], inputs[b]] = [cell.inputs[b] as Net, cell.inputs[a] as Net];
  const table = cell.params[0] ?? 0n;
  let turned = 0n;
  for (let row = 0; row < 2 ** inputs.length; row++) {
    const [low, high] = [(row >> a) & 1, (row >> b) & 1];
    const from = (row & ~((1 << a) | (1 << b))) | (low << b) | (high << a);
    if ((table >> BigInt(from)) & 1n) turned |= 1n << BigInt(row);
  }
  return { ...cell, inputs, params: [turned] };
}
