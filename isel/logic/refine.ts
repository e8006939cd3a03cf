// Makes a network of cells smaller: cells that only serve each other are put together, and their function is taken apart
// anew; where that takes fewer cells in time, it replaces them. The result is a cone of its own, so that it can be covered
// once more.
import { and, type Bits, LEAF, type Literal, newBits, leaf as newLeaf, xor } from "./bits.ts";
import type { Cone, Lut } from "./cone.ts";
import { type Cell, decompose, fixed, inputRows, supported } from "./decompose.ts";
import { type Moved, movedCone } from "./moved.ts";
import { union } from "./origins.ts";

export interface RefineOptions {
  readonly inputs: number;
  readonly delay: number;
  readonly isAreaOnly: boolean;
  /** Inputs of the functions that are taken apart. */
  readonly widest: number;
}

/** A function over bits and, below 0, over new ones: `~i` is new cell i. */
interface Entry {
  readonly leaves: readonly number[];
  readonly rows: Uint8Array;
  readonly origin: number;
}

interface State {
  readonly cone: Cone;
  readonly options: RefineOptions;
  /** By bit; new cells are behind all bits. */
  readonly entries: Map<number, Entry>;
  readonly users: Map<number, Set<number>>;
  readonly rooted: Set<number>;
  readonly arrival: Map<number, number>;
  readonly required: Map<number, number>;
  /** New cells, by the cell that they were made for, which they come before. */
  readonly before: Map<number, number[]>;
  next: number;
}

export interface Refined extends Moved {
  /** The network that was found. */
  readonly luts: Lut[];
}

/** The same cone with fewer cells. */
export function refine(cone: Cone, luts: readonly Lut[], options: RefineOptions): Refined {
  const state: State = {
    cone,
    options,
    entries: new Map(luts.map((lut) => [lut.node, { leaves: lut.leaves, rows: rowsOf(lut), origin: lut.origin }])),
    users: new Map(),
    rooted: new Set(cone.roots.map((root) => root >> 1)),
    arrival: new Map(),
    required: new Map(),
    before: new Map(),
    next: cone.bits.count,
  };
  for (const [node, { leaves }] of state.entries) for (const one of leaves) usersOf(one, state).add(node);
  measure(state);
  for (const { node } of luts) if (state.entries.has(node)) improve(node, state);
  return rebuild(state);
}

function rowsOf({ leaves, table }: Lut): Uint8Array {
  const rows = new Uint8Array(2 ** leaves.length);
  const number = Number(BigInt.asUintN(32, table));
  const upper = Number(BigInt.asUintN(32, table >> 32n));
  for (let row = 0; row < rows.length; row++) rows[row] = ((row < 32 ? number : upper) >>> (row & 31)) & 1;
  return rows;
}

function usersOf(node: number, { users }: State): Set<number> {
  const known = users.get(node) ?? new Set<number>();
  users.set(node, known);
  return known;
}

/** When everything is there, and when it has to be. */
function measure(state: State): void {
  const { cone, entries, arrival, required, options } = state;
  const { bits, roots, boxes, boxOf } = cone;
  const boxTimes = new Float64Array(boxes.length);
  for (let node = 0; node < bits.count; node++) {
    const entry = entries.get(node);
    if (entry !== undefined) {
      arrival.set(node, entry.leaves.reduce((last, one) => Math.max(last, arrival.get(one) ?? 0), 0) + options.delay);
      continue;
    }
    const at = bits.kind[node] === LEAF ? boxOf.get(node) : undefined;
    const box = at === undefined ? undefined : boxes[at];
    if (at === undefined || box === undefined) continue;
    if (box.firstLeaf === node)
      for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
        boxTimes[at] = Math.max(boxTimes[at] as number, (arrival.get((roots[root] as number) >> 1) ?? 0) + box.delay);
    arrival.set(node, boxTimes[at] as number);
  }
  let end = 0;
  for (const root of roots) end = Math.max(end, arrival.get(root >> 1) ?? 0);
  if (options.isAreaOnly) end = Number.POSITIVE_INFINITY;
  const need = (node: number, time: number) => {
    if (time < (required.get(node) ?? Number.POSITIVE_INFINITY)) required.set(node, time);
  };
  for (const root of roots) need(root >> 1, end);
  const boxNeeds = new Float64Array(boxes.length).fill(Number.POSITIVE_INFINITY);
  for (let node = bits.count - 1; node > 0; node--) {
    const time = required.get(node) ?? Number.POSITIVE_INFINITY;
    const entry = entries.get(node);
    if (entry !== undefined) for (const one of entry.leaves) need(one, time - options.delay);
    const at = entry === undefined && bits.kind[node] === LEAF ? boxOf.get(node) : undefined;
    const box = at === undefined ? undefined : boxes[at];
    if (at === undefined || box === undefined) continue;
    boxNeeds[at] = Math.min(boxNeeds[at] as number, time);
    if (box.firstLeaf === node)
      for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
        need((roots[root] as number) >> 1, (boxNeeds[at] as number) - box.delay);
  }
}

/** Puts a cell and what only serves it together, and takes that apart anew. */
function improve(node: number, state: State): void {
  const { entries, options, arrival, required } = state;
  const inner = [node];
  const inside = new Set(inner);
  let inputs = [...(entries.get(node) as Entry).leaves];
  for (;;) {
    let best: readonly number[] | undefined;
    let chosen = -1;
    for (const input of inputs) {
      const entry = entries.get(input);
      if (entry === undefined || state.rooted.has(input)) continue;
      if (![...usersOf(input, state)].every((user) => inside.has(user))) continue;
      const wider = [...new Set([...inputs.filter((one) => one !== input), ...entry.leaves])];
      if (wider.length > options.widest || (best !== undefined && wider.length >= best.length)) continue;
      best = wider;
      chosen = input;
    }
    if (best === undefined) break;
    inputs = [...best];
    inner.push(chosen);
    inside.add(chosen);
  }
  if (inner.length < 2) return;
  inputs.sort((a, b) => a - b);
  const func = supported({ inputs, rows: simulate(node, inputs, state) });
  const cells = decompose(func, {
    inputs: options.inputs,
    cells: inner.length - 1,
    arrival: (input) => arrival.get(input) ?? 0,
    delay: options.delay,
    required: required.get(node) ?? Number.POSITIVE_INFINITY,
  });
  if (cells !== undefined) replace(node, inner, cells, state);
}

/** The rows of a cell over the inputs of the cone above it. */
function simulate(node: number, inputs: readonly number[], { entries }: State): Uint8Array {
  const size = 2 ** inputs.length;
  const values = inputRows(inputs);
  const compute = (one: number): Uint8Array => {
    const known = values.get(one);
    if (known !== undefined) return known;
    const { leaves, rows } = entries.get(one) as Entry;
    const operands = leaves.map(compute);
    const made = new Uint8Array(size);
    for (let row = 0; row < size; row++) {
      let index = 0;
      for (let at = 0; at < operands.length; at++) index |= ((operands[at] as Uint8Array)[row] as number) << at;
      made[row] = rows[index] as number;
    }
    values.set(one, made);
    return made;
  };
  return compute(node);
}

function replace(node: number, inner: readonly number[], cells: readonly Cell[], state: State): void {
  const { entries, arrival, options, before, cone } = state;
  let origin = (entries.get(node) as Entry).origin;
  for (const one of inner) {
    const entry = entries.get(one) as Entry;
    origin = union(cone.bits.origins, origin, entry.origin);
    for (const leaf of entry.leaves) usersOf(leaf, state).delete(one);
    entries.delete(one);
  }
  const ids = cells.map((_, at) => (at === cells.length - 1 ? node : state.next++));
  cells.forEach(({ inputs, rows }, at) => {
    const id = ids[at] as number;
    const leaves = inputs.map((input) => (input >= 0 ? input : (ids[~input] as number)));
    entries.set(id, { leaves, rows, origin });
    for (const one of leaves) usersOf(one, state).add(id);
    arrival.set(id, leaves.reduce((last, one) => Math.max(last, arrival.get(one) ?? 0), 0) + options.delay);
  });
  before.set(node, [...(before.get(node) ?? []), ...ids.slice(0, -1)]);
}

/** The network as a cone of its own: new bits, made in the order in which they need each other. */
function rebuild({ cone, entries, before }: State): Refined {
  const { bits } = cone;
  const made = newBits(bits.origins, bits.count);
  const literals = new Map<number, Literal>([[0, 0]]);
  const luts: Lut[] = [];
  const seen = new Set<number>();
  const build = (id: number) => {
    const entry = entries.get(id);
    if (entry === undefined) return;
    const { origin } = entry;
    const operands = entry.leaves.map((one) => literals.get(one) as Literal);
    const literal = structure(made, entry.rows, operands, origin);
    literals.set(id, literal);
    const node = literal >> 1;
    if (made.kind[node] === LEAF || node === 0 || seen.has(node)) return;
    seen.add(node);
    luts.push(normalized(node, literal & 1, operands, entry.rows, origin));
  };
  for (let node = 1; node < bits.count; node++) {
    if (bits.kind[node] === LEAF) {
      literals.set(node, newLeaf(made, bits.origin[node] as number));
      continue;
    }
    for (const id of before.get(node) ?? []) build(id);
    build(node);
  }
  return { ...movedCone(cone, made, literals), luts: luts.sort((a, b) => a.node - b.node) };
}

/** A cone without boxes, made anew of cells that are listed operands first. */
export function restructured(cone: Cone, luts: readonly Lut[]): Refined {
  const { bits } = cone;
  const made = newBits(bits.origins, bits.count);
  const literals = new Map<number, Literal>([[0, 0]]);
  for (let node = 1; node < bits.count; node++)
    if (bits.kind[node] === LEAF) literals.set(node, newLeaf(made, bits.origin[node] as number));
  const cells = new Map<number, Lut>();
  for (const lut of luts) {
    const operands = lut.leaves.map((one) => literals.get(one) as Literal);
    const literal = structure(made, rowsOf(lut), operands, lut.origin);
    literals.set(lut.node, literal);
    const node = literal >> 1;
    if (made.kind[node] !== LEAF && node !== 0 && !cells.has(node))
      cells.set(node, normalized(node, literal & 1, operands, rowsOf(lut), lut.origin));
  }
  return { ...movedCone(cone, made, literals), luts: [...cells.values()].sort((a, b) => a.node - b.node) };
}

/** A cell over bits instead of literals. */
function normalized(
  node: number,
  isInverted: number,
  operands: readonly Literal[],
  rows: Uint8Array,
  origin: number,
): Lut {
  const leaves = [...new Set(operands.map((one) => one >> 1))].filter((one) => one !== 0).sort((a, b) => a - b);
  let table = 0n;
  for (let row = 0; row < 2 ** leaves.length; row++) {
    const index = operands.reduce((all, one, at) => {
      const place = leaves.indexOf(one >> 1);
      return all | (((place < 0 ? 0 : (row >> place) & 1) ^ (one & 1)) << at);
    }, 0);
    if (((rows[index] as number) ^ isInverted) === 1) table |= 1n << BigInt(row);
  }
  return { node, leaves, table, origin };
}

/** A function as ands and exclusive ors: what an input alone decides comes off first, then halves are chosen between. */
export function structure(bits: Bits, rows: Uint8Array, operands: readonly Literal[], origin: number): Literal {
  if (rows.every((one) => one === rows[0])) return rows[0] as number;
  const halves = operands.map((_, at) => [fixed(rows, at, 0), fixed(rows, at, 1)] as const);
  const without = (at: number) => operands.toSpliced(at, 1);
  for (const [at, [low, high]] of halves.entries()) {
    const x = operands[at] as Literal;
    const rest = without(at);
    if (same(low, high)) return structure(bits, low, rest, origin);
    if (low.every((one) => one === 0)) return and(bits, x, structure(bits, high, rest, origin), origin);
    if (high.every((one) => one === 0)) return and(bits, x ^ 1, structure(bits, low, rest, origin), origin);
    if (low.every((one) => one === 1)) return and(bits, x, structure(bits, high, rest, origin) ^ 1, origin) ^ 1;
    if (high.every((one) => one === 1)) return and(bits, x ^ 1, structure(bits, low, rest, origin) ^ 1, origin) ^ 1;
    if (low.every((one, row) => one !== high[row])) return xor(bits, x, structure(bits, low, rest, origin), origin);
  }
  const pair = pairOf(rows, operands.length);
  if (pair !== undefined) {
    const { first, second, head, rest } = pair;
    const joined = structure(bits, head, [operands[first] as Literal, operands[second] as Literal], origin);
    const others = operands.filter((_, at) => at !== first && at !== second);
    return structure(bits, rest, [joined, ...others], origin);
  }
  const [low, high] = halves[0] as readonly [Uint8Array, Uint8Array];
  const x = operands[0] as Literal;
  const [a, b] = [structure(bits, high, without(0), origin), structure(bits, low, without(0), origin)];
  return and(bits, and(bits, x, a, origin) ^ 1, and(bits, x ^ 1, b, origin) ^ 1, origin) ^ 1;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((one, at) => one === b[at]);
}

/** Two inputs of which the function needs only a function of both. */
function pairOf(
  rows: Uint8Array,
  inputs: number,
):
  | { readonly first: number; readonly second: number; readonly head: Uint8Array; readonly rest: Uint8Array }
  | undefined {
  for (let first = 0; first < inputs; first++)
    for (let second = first + 1; second < inputs; second++) {
      const quarters = [0, 1, 2, 3].map((value) =>
        rows.filter((_, row) => (((row >> first) & 1) | (((row >> second) & 1) << 1)) === value),
      );
      const other = quarters.find((one) => !same(one, quarters[0] as Uint8Array));
      if (other === undefined) continue;
      const zero = quarters[0] as Uint8Array;
      if (!quarters.every((one) => same(one, zero) || same(one, other))) continue;
      const head = Uint8Array.from(quarters, (one) => (same(one, zero) ? 0 : 1));
      const rest = new Uint8Array(2 * zero.length);
      zero.forEach((one, at) => {
        rest[2 * at] = one;
        rest[2 * at + 1] = other[at] as number;
      });
      return { first, second, head, rest };
    }
  return undefined;
}
