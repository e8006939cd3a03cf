// Cleans a netlist with nothing but the cells' own meaning: what is constant becomes a constant, what only repeats an
// input becomes a wire, equal LUTs and equal registers become one, and cells that nothing needs go. Thereby sums lose the
// bits above those that their operands need: there each bit has the operands of the one below.

import { truthTable } from "../lang/target/semantics.ts";
import { isOperand, type Prim } from "../lang/target/target.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "./netlist.ts";

/** A net that nothing drives yet. */
const NOBODY = -1;

/** The same function with fewer cells. */
export function simplify(netlist: Netlist): Netlist {
  const once = reduced(netlist, new Set());
  const ends = endsOf(once.netlist, once.repeated);
  return ends.size === 0 ? once.netlist : reduced(netlist, ends).netlist;
}

/** Those of the `repeated` carries that no carry reads, or only others of them. */
function endsOf({ cells }: Netlist, repeated: readonly Net[]): ReadonlySet<Net> {
  const ends = new Set<Net>();
  if (repeated.length === 0) return ends;
  const carries = cells.filter((cell) => cell.prim.role === "carry");
  const made = new Map(carries.map((cell) => [cell.outputs[0] as Net, cell]));
  const readers = new Map<Net, number>();
  for (const net of carries.flatMap((cell) => cell.inputs)) readers.set(net, (readers.get(net) ?? 0) + 1);
  const open = new Set(repeated);
  const pending = repeated.filter((net) => !readers.has(net));
  for (let net = pending.pop(); net !== undefined; net = pending.pop()) {
    ends.add(net);
    for (const input of made.get(net)?.inputs ?? []) {
      const left = (readers.get(input) ?? 0) - 1;
      readers.set(input, left);
      if (left === 0 && open.has(input)) pending.push(input);
    }
  }
  return ends;
}

/**
 * Reduces once. A carry that repeats another net stays as it is, as it holds its chain together, unless it is one of `ends`;
 * the result lists all of them.
 */
function reduced(
  netlist: Netlist,
  ends: ReadonlySet<Net>,
): { readonly netlist: Netlist; readonly repeated: readonly Net[] } {
  const { cells, netCount } = netlist;
  const drivers = new Int32Array(netCount).fill(NOBODY);
  cells.forEach((cell, at) => {
    for (const net of cell.outputs) drivers[net] = at;
  });
  const alias = Int32Array.from({ length: netCount }, (_, net) => net);
  const kindOf = kindCache();
  const shared = new Map<string, Net>();
  const isDone = new Uint8Array(cells.length);

  const next = new Int32Array(cells.length);
  const visit = (root: number) => {
    const path = [root];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const net = (cells[at] as Cell).inputs[next[at] as number];
      next[at] = (next[at] as number) + 1;
      if (net === undefined) {
        reduce(at);
        path.pop();
        continue;
      }
      const from = drivers[net] as number;
      if (from === NOBODY || isDone[from] === 1 || !isReduced((cells[from] as Cell).prim)) continue;
      isDone[from] = 1;
      path.push(from);
    }
  };

  const replaced = new Map<number, Cell>();
  const fold = folding();

  const reduce = (at: number) => {
    const cell = cells[at] as Cell;
    const [out, more] = cell.outputs;
    if (out === undefined || more !== undefined) return;
    const inputs = cell.inputs.some((net) => alias[net] !== net)
      ? cell.inputs.map((net) => alias[net] as Net)
      : cell.inputs;
    const kind = kindOf(cell);
    if (cell.prim.role === "state") {
      share(`${kind.number} ${inputs.join(" ")}`, out);
      return;
    }
    const { table } = kind;
    if (table === undefined) return;
    const same = equal(kind, table, inputs);
    const isCarry = cell.prim.role === "carry";
    const below = isCarry ? repeats(kind, table, inputs) : undefined;
    if (isCarry && same !== undefined && same > HIGH) repeated.push(out);
    if (same !== undefined && (same <= HIGH || !isCarry || ends.has(out))) alias[out] = same;
    else if (below !== undefined) alias[out] = below;
    else if (isCarry) carries.set(out, { kind, inputs });
    else {
      const folded = fold(cell, table, inputs);
      if (folded !== undefined) replaced.set(at, folded);
      share(`${(folded === undefined ? kind : kindOf(folded)).number} ${(folded ?? { inputs }).inputs.join(" ")}`, out);
    }
  };

  const share = (key: string, out: Net) => {
    const known = shared.get(key);
    if (known === undefined) shared.set(key, out);
    else alias[out] = known;
  };

  const repeated: Net[] = [];
  const carries = new Map<Net, { readonly kind: Kind; readonly inputs: readonly Net[] }>();

  /** The input of a carry that it always equals, as it comes from a carry with the same operands. */
  const repeats = (kind: Kind, table: bigint, inputs: readonly Net[]): Net | undefined =>
    inputs.find((net, pin) => {
      const below = carries.get(net);
      return (
        below?.kind === kind &&
        inputs.every((other, index) => index === pin || other === below.inputs[index]) &&
        isIdempotent(table, pin, inputs.length)
      );
    });

  cells.forEach((cell, at) => {
    if (isDone[at] === 1 || !isReduced(cell.prim)) return;
    isDone[at] = 1;
    visit(at);
  });
  const folded = cells.map((cell, at) => replaced.get(at) ?? cell);
  // What repeats a register that feeds itself was reduced before that register.
  const final = (net: Net): Net => {
    let at = net;
    while (alias[at] !== at) at = alias[at] as Net;
    return at;
  };
  return { netlist: sweep({ ...netlist, cells: folded }, final, drivers), repeated };
}

/** Whether what a cell makes may be found to be another net. Two registers with the same inputs hold the same. */
function isReduced(prim: Prim): boolean {
  return prim.role === "lut" || prim.role === "carry" || prim.role === "state";
}

/** Whether a function is not changed by being its own input `pin`. */
function isIdempotent(table: bigint, pin: number, inputs: number): boolean {
  const bit = 1 << pin;
  for (let row = 0; row < 2 ** inputs; row++) {
    const value = (table >> BigInt(row)) & 1n;
    const again = value === 1n ? row | bit : row & ~bit;
    if (((table >> BigInt(again)) & 1n) !== value) return false;
  }
  return true;
}

/** A kind of cell, and the function that it is of its inputs. */
interface Kind {
  readonly prim: Prim;
  readonly number: number;
  readonly table: bigint | undefined;
  /** By the shape of inputs, what it equals. */
  readonly equal: Map<number, number | undefined>;
}

/** The kind of a cell. Cells of one instruction share their parameters, and so do those of instructions like it. */
function kindCache(): (cell: Cell) => Kind {
  const known = new Map<string, Kind>();
  const byParams = new Map<readonly bigint[], Kind>();
  return ({ prim, params }) => {
    const before = byParams.get(params);
    if (before?.prim === prim) return before;
    const text = `${prim.name} ${params.join(" ")}`;
    const kind = known.get(text) ?? { prim, number: known.size, table: tableOf(prim, params), equal: new Map() };
    known.set(text, kind);
    byParams.set(params, kind);
    return kind;
  };
}

function tableOf(prim: Prim, params: readonly bigint[]): bigint | undefined {
  if (prim.role === "state") return undefined;
  return isTableOf(prim) ? params[0] : truthTable(prim, params);
}

/**
 * The constant, or the input, that a function of inputs always equals. What matters of the inputs is which of them are
 * constant and which are the same, so that an answer serves for all cells of one kind and shape.
 */
function equal({ equal: known }: Kind, table: bigint, inputs: readonly Net[]): Net | undefined {
  let shape = 0;
  for (let at = inputs.length - 1; at >= 0; at--) shape = (shape << 3) | placeOf(inputs[at] as Net, inputs);
  let same = known.get(shape);
  if (same === undefined && !known.has(shape)) {
    same = equals(
      table,
      inputs.map((net) => placeOf(net, inputs)),
    );
    known.set(shape, same);
  }
  return same === undefined || same <= HIGH ? same : inputs[same - 2];
}

/** A constant stands for itself, any other net for the first input that it is on, counted from 2. */
function placeOf(net: Net, inputs: readonly Net[]): number {
  return net <= HIGH ? net : inputs.indexOf(net) + 2;
}

function equals(table: bigint, shape: readonly number[]): number | undefined {
  let candidates = [LOW, HIGH, ...new Set(shape.filter((place) => place > HIGH))];
  for (let row = 0; row < 2 ** shape.length && candidates.length > 0; row++) {
    const value = (place: number) => (place <= HIGH ? place : (row >> (place - 2)) & 1);
    if (!shape.every((place, at) => value(place) === ((row >> at) & 1))) continue;
    const result = Number((table >> BigInt(row)) & 1n);
    candidates = candidates.filter((place) => value(place) === result);
  }
  return candidates[0];
}

/**
 * Takes constants and repeated inputs out of a LUT, into its table; undefined where nothing changes. It does so for cells
 * whose one parameter is their truth table, and leaves those that have a place within their instruction: there a carry
 * shares the inputs.
 */
function folding(): (cell: Cell, table: bigint, inputs: readonly Net[]) => Cell | undefined {
  return (cell, table, inputs) => {
    const { prim, at } = cell;
    const isOdd = inputs.some((net, index) => net === HIGH || (net !== LOW && inputs.indexOf(net) < index));
    if (at !== undefined || !isOdd) return undefined;
    if (!isTableOf(prim)) return undefined;
    let folded = 0n;
    for (let row = 0; row < 2 ** inputs.length; row++) {
      const from = inputs.reduce((all, net, index) => all | (bitOf(net, inputs, row) << index), 0);
      if ((table >> BigInt(from)) & 1n) folded |= 1n << BigInt(row);
    }
    const left = inputs.map((net, index) => (net === HIGH || inputs.indexOf(net) < index ? LOW : net));
    return { ...cell, params: [folded], inputs: left };
  };

  /** What a net is in a row of the new table: a constant, or the input on which it stays. */
  function bitOf(net: Net, inputs: readonly Net[], row: number): number {
    return net <= HIGH ? net : (row >> inputs.indexOf(net)) & 1;
  }
}

const tabular = new WeakMap<Prim, boolean>();

/** Whether the one parameter of a cell is its truth table: tried with a table that is like no other, and its inverse. */
export function isTableOf(prim: Prim): boolean {
  const known = tabular.get(prim);
  if (known !== undefined) return known;
  const inputs = prim.inputs.filter(isOperand).length;
  const [param, more] = prim.params;
  const sample = BigInt.asUintN(2 ** inputs, 0x6a3c59e2d174b80fn);
  const inverse = BigInt.asUintN(2 ** inputs, ~sample);
  const isTable =
    param !== undefined &&
    more === undefined &&
    param.width === 2 ** inputs &&
    [sample, inverse].every((table) => truthTable(prim, [table]) === table);
  tabular.set(prim, isTable);
  return isTable;
}

/** Leaves out what neither an output nor a kept cell needs. */
function sweep(netlist: Netlist, alias: (net: Net) => Net, drivers: Int32Array): Netlist {
  const { cells } = netlist;
  const isKept = new Uint8Array(cells.length);
  const pending: Net[] = netlist.outputs.flatMap((port) => port.nets.map(alias));
  for (let net = pending.pop(); net !== undefined; net = pending.pop()) {
    const from = drivers[net] as number;
    if (from === NOBODY || isKept[from] === 1) continue;
    isKept[from] = 1;
    for (const input of (cells[from] as Cell).inputs) pending.push(alias(input));
  }
  const counts = new Map<string, number>();
  const named: Cell[] = [];
  cells.forEach((cell, at) => {
    if (isKept[at] === 0) return;
    const { prim, params, outputs, group, at: place, span } = cell;
    const index = counts.get(cell.name) ?? 0;
    counts.set(cell.name, index + 1);
    const name = `${cell.name}$${index}`;
    named.push({ prim, name, params, inputs: cell.inputs.map(alias), outputs, group, at: place, span });
  });
  return {
    ...netlist,
    cells: named,
    outputs: netlist.outputs.map((port) => ({ ...port, nets: port.nets.map(alias) })),
    names: netlist.names.map(({ name, nets }) => ({ name, nets: nets.map(alias) })),
  };
}
