// Cleans a netlist with nothing but the cells' own meaning: what is constant becomes a constant, what only repeats an
// input becomes a wire, equal LUTs and equal registers become one, and cells that nothing needs go. Thereby sums lose the
// bits above those that their operands need: there each bit has the operands of the one below.

import type { Prim } from "../lang/target/target.ts";
import type { Columns, FlatNetlist } from "./flat.ts";
import { isIdempotent, type Kind, type KindOf, kindCache, shaped } from "./kinds.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "./netlist.ts";

/** What stands for no cell: where a net has no driver, and where a table is empty. */
const NOBODY = -1;

/** The same function with fewer cells. */
export function simplify(netlist: FlatNetlist): Netlist {
  const { cells, netCount } = netlist;
  const drivers = new Int32Array(netCount).fill(NOBODY);
  cells.like.forEach(({ inputs, outputs }, at) => {
    const from = (cells.first[at] as number) + inputs.length;
    for (let bit = 0; bit < outputs.length; bit++) drivers[cells.nets[from + bit] as Net] = at;
  });
  const kindOf = kindCache();
  const known = new Map([...new Set(cells.like)].map((like) => [like, kindOf(like.prim, like.params)] as const));
  const wired: Wired = { netlist, drivers, kinds: cells.like.map((like) => known.get(like) as Kind), kindOf };
  const once = reduced(wired, new Uint8Array(netCount));
  const ends = endsOf(once, wired);
  return named(ends === undefined ? once : reduced(wired, ends), netlist);
}

/** A netlist, and what is known of it before anything is reduced. */
interface Wired {
  readonly netlist: FlatNetlist;
  /** The cell that drives a net. */
  readonly drivers: Int32Array;
  /** By cell. */
  readonly kinds: readonly Kind[];
  readonly kindOf: KindOf;
}

/** What is left of a netlist. */
interface Reduced {
  readonly kinds: readonly Kind[];
  /** In the places of `Columns`. */
  readonly nets: Int32Array;
  /** The net that stands for another. */
  readonly final: (net: Net) => Net;
  /** By cell, whether something needs it. */
  readonly isKept: Uint8Array;
  /** Carries that always equal another net. */
  readonly repeated: readonly Net[];
}

/** Of the `repeated` carries, by net, those that no carry reads, or only others of them; undefined if there are none. */
function endsOf(
  { repeated, nets, final, kinds, isKept }: Reduced,
  { netlist, drivers }: Wired,
): Uint8Array | undefined {
  if (repeated.length === 0) return undefined;
  const { like, first } = netlist.cells;
  const isCarry = (at: number) => isKept[at] === 1 && (kinds[at] as Kind).prim.role === "carry";
  const eachInput = (at: number, visit: (net: Net) => void) => {
    const from = first[at] as number;
    const end = from + (like[at] as Columns["like"][number]).inputs.length;
    for (let pin = from; pin < end; pin++) visit(final(nets[pin] as Net));
  };
  const readers = new Int32Array(netlist.netCount);
  for (let at = 0; at < like.length; at++)
    if (isCarry(at))
      eachInput(at, (net) => {
        readers[net] = (readers[net] as number) + 1;
      });
  const ends = new Uint8Array(netlist.netCount);
  const open = new Set(repeated);
  const pending = repeated.filter((net) => readers[net] === 0);
  for (let net = pending.pop(); net !== undefined; net = pending.pop()) {
    ends[net] = 1;
    const from = drivers[net] as number;
    if (!isCarry(from)) continue;
    eachInput(from, (input) => {
      const left = (readers[input] as number) - 1;
      readers[input] = left;
      if (left === 0 && open.has(input)) pending.push(input);
    });
  }
  return ends.includes(1) ? ends : undefined;
}

/**
 * Reduces once. A carry that repeats another net stays as it is, as it holds its chain together, unless it is one of `ends`;
 * the result lists all of them.
 */
function reduced({ netlist, drivers, kinds: given, kindOf }: Wired, ends: Uint8Array): Reduced {
  const { like, first } = netlist.cells;
  const nets = netlist.cells.nets.slice();
  const kinds = given.slice();
  const alias = new Int32Array(netlist.netCount);
  for (let net = 0; net < alias.length; net++) alias[net] = net;
  const cells: Columns = { ...netlist.cells, nets };
  const share = sharing(cells, kinds);
  const repeated: Net[] = [];
  /** Carries that are not another net, by cell. */
  const isCarry = new Uint8Array(like.length);

  /** The input of a carry that it always equals, as it comes from a carry with the same operands. */
  const repeats = (kind: Kind, table: bigint, from: number, count: number): Net | undefined => {
    for (let pin = 0; pin < count; pin++) {
      const net = nets[from + pin] as Net;
      const below = drivers[net] as number;
      if (below === NOBODY || isCarry[below] === 0 || kinds[below] !== kind) continue;
      const other = first[below] as number;
      let same = 0;
      while (same < count && (same === pin || nets[from + same] === nets[other + same])) same++;
      if (same === count && isIdempotent(table, pin, count)) return net;
    }
    return undefined;
  };

  const reduce = (at: number) => {
    const { inputs, outputs, at: place } = like[at] as Columns["like"][number];
    if (outputs.length !== 1) return;
    const count = inputs.length;
    const from = first[at] as number;
    const out = nets[from + count] as Net;
    for (let pin = from; pin < from + count; pin++) nets[pin] = alias[nets[pin] as Net] as Net;
    const kind = kinds[at] as Kind;
    const { table } = kind;
    if (kind.prim.role === "state") alias[out] = share(at);
    if (kind.prim.role === "state" || table === undefined) return;
    const { same, folded } = shaped(kind, table, nets, from, count, kindOf);
    const net = same === undefined || same <= HIGH ? same : (nets[from + same - HIGH - 1] as Net);
    if (kind.prim.role === "carry") {
      const below = repeats(kind, table, from, count);
      if (net !== undefined && net > HIGH) repeated.push(out);
      if (net !== undefined && (net <= HIGH || ends[out] === 1)) alias[out] = net;
      else if (below !== undefined) alias[out] = below;
      else isCarry[at] = 1;
    } else if (net !== undefined) alias[out] = net;
    else {
      // A carry shares the inputs of a LUT that has its place within the instruction.
      if (folded !== undefined && place === undefined) {
        kinds[at] = folded.kind;
        for (let pin = 0; pin < count; pin++) if (((folded.left >> pin) & 1) === 0) nets[from + pin] = LOW;
      }
      alias[out] = share(at);
    }
  };

  inOrder(cells, kinds, drivers, reduce);
  // What repeats a register that feeds itself was reduced before that register.
  const final = (net: Net): Net => {
    let at = net;
    while (alias[at] !== at) at = alias[at] as Net;
    return at;
  };
  return { kinds, nets, final, isKept: needed(netlist, nets, final, drivers), repeated };
}

/** Visits all cells that may be reduced, those that feed others first. */
function inOrder(
  { like, first, nets }: Columns,
  kinds: readonly Kind[],
  drivers: Int32Array,
  visit: (at: number) => void,
): void {
  const isDone = new Uint8Array(like.length);
  const next = new Int32Array(like.length);
  const path: number[] = [];
  const enter = (at: number) => {
    if (isDone[at] === 1 || !isReduced((kinds[at] as Kind).prim)) return;
    isDone[at] = 1;
    path.push(at);
  };
  for (let root = 0; root < like.length; root++) {
    enter(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const pin = next[at] as number;
      next[at] = pin + 1;
      if (pin === (like[at] as Columns["like"][number]).inputs.length) {
        visit(at);
        path.pop();
        continue;
      }
      const from = drivers[nets[(first[at] as number) + pin] as Net] as number;
      if (from !== NOBODY) enter(from);
    }
  }
}

/** Whether what a cell makes may be found to be another net. Two registers with the same inputs hold the same. */
function isReduced({ role }: Prim): boolean {
  return role === "lut" || role === "carry" || role === "state";
}

/**
 * Tells the net that cells of one kind with the same inputs share: that of the first of them that was asked for. They are
 * found in a table of open addresses, as a text for each cell would be garbage.
 */
function sharing({ like, first, nets }: Columns, kinds: readonly Kind[]): (at: number) => Net {
  const size = 2 ** Math.ceil(Math.log2(2 * like.length + 2));
  const table = new Int32Array(size).fill(NOBODY);
  const isSame = (one: number, other: number, count: number) => {
    if (kinds[one] !== kinds[other]) return false;
    const [a, b] = [first[one] as number, first[other] as number];
    for (let pin = 0; pin < count; pin++) if (nets[a + pin] !== nets[b + pin]) return false;
    return true;
  };
  return (at) => {
    const from = first[at] as number;
    const count = (like[at] as Columns["like"][number]).inputs.length;
    let hash = (kinds[at] as Kind).number;
    for (let pin = from; pin < from + count; pin++) hash = Math.imul(hash ^ (nets[pin] as Net), HASH_PRIME);
    let slot = (hash ^ (hash >>> 15)) & (size - 1);
    while (table[slot] !== NOBODY && !isSame(table[slot] as number, at, count)) slot = (slot + 1) & (size - 1);
    if (table[slot] === NOBODY) table[slot] = at;
    const owner = table[slot] as number;
    return nets[(first[owner] as number) + count] as Net;
  };
}

/** Of FNV-1a, taken a net at a time. */
const HASH_PRIME = 0x01000193;

/** The cells that an output needs, by way of kept cells. */
function needed(
  { cells: { like, first }, outputs }: FlatNetlist,
  nets: Int32Array,
  final: (net: Net) => Net,
  drivers: Int32Array,
): Uint8Array {
  const isKept = new Uint8Array(like.length);
  const pending: number[] = [];
  const need = (net: Net) => {
    const from = drivers[final(net)] as number;
    if (from === NOBODY || isKept[from] === 1) return;
    isKept[from] = 1;
    pending.push(from);
  };
  for (const port of outputs) port.nets.forEach(need);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    const { inputs } = like[at] as Columns["like"][number];
    const from = first[at] as number;
    for (let pin = from; pin < from + inputs.length; pin++) need(nets[pin] as Net);
  }
  return isKept;
}

/** The cells that are kept, as objects with names: that of the result of their instruction, and a number. */
function named({ kinds, nets, final, isKept }: Reduced, netlist: FlatNetlist): Netlist {
  const { like, first, group: groupOf } = netlist.cells;
  const counts = new Int32Array(netlist.groups.length);
  const cells: Cell[] = [];
  like.forEach(({ inputs, outputs, at: place }, at) => {
    if (isKept[at] === 0) return;
    const { prim, params } = kinds[at] as Kind;
    const group = groupOf[at] as number;
    const { result, span } = netlist.groups[group] as Netlist["groups"][number];
    const index = counts[group] as number;
    counts[group] = index + 1;
    const from = first[at] as number;
    cells.push({
      prim,
      name: `${result}$${index}`,
      params,
      inputs: inputs.map((_, pin) => final(nets[from + pin] as Net)),
      outputs: outputs.map((_, bit) => nets[from + inputs.length + bit] as Net),
      group,
      at: place,
      span,
    });
  });
  return {
    ...netlist,
    cells,
    outputs: netlist.outputs.map((port) => ({ ...port, nets: port.nets.map(final) })),
    names: netlist.names.map(({ name, nets }) => ({ name, nets: nets.map(final) })),
  };
}
