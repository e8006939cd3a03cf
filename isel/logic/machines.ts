// State machines: a register of few bits whose next value depends on few bits. All its states are walked from the first
// one on; what the logic says of values that never come does not matter, and it is made anew for those that do: with the
// register enabled where its value changes, or always.
import { AND, FALSE, LEAF, type Literal, TRUE } from "./bits.ts";
import type { Cone, Lut } from "./cone.ts";
import { decomposeLeast } from "./decompose.ts";
import type { Frame, State } from "./frame.ts";
import { union } from "./origins.ts";
import { beginning } from "./registers.ts";
import { ANY, type Cell, type Func, inputWords } from "./rows.ts";
import type { Shapes } from "./shapes.ts";
import { structure } from "./structure.ts";

export interface MachineOptions {
  readonly inputs: number;
  readonly delay: number;
  readonly shapes: Shapes;
}

/** Bits of a register, and bits on which its next value depends. */
const MOST_STATE = 8;
const MOST_INPUTS = 14;
/** Gates between them. */
const MOST_GATES = 2000;

/** A register whose states can be walked. */
export interface Machine {
  readonly at: number;
  /** What its next value takes, operands first, and the leaves among it, its own bits first. */
  readonly gates: readonly number[];
  readonly inputs: readonly number[];
  /** Rows of tables that have to be made for it. */
  readonly work: number;
}

/** Register `at` as a state machine; undefined where it is none, or too large. */
export function machineAt(frame: Frame, at: number): Machine | undefined {
  const state = frame.states[at] as State;
  if (state.bits.length < 2 || state.bits.length > MOST_STATE) return undefined;
  const { data, enable, clear } = taken(frame, state);
  const gates = gatesOf(frame.cone, [...data, enable, clear]);
  // A register that does not depend on itself has no states to walk.
  if (gates === undefined || !gates.some((node) => state.leaves.includes(node))) return undefined;
  const { kind } = frame.cone.bits;
  const leaves = gates.filter((node) => kind[node] === LEAF && !state.leaves.includes(node));
  const inputs = [...state.leaves, ...leaves];
  if (inputs.length > MOST_INPUTS) return undefined;
  return { at, gates, inputs, work: gates.length * 2 ** inputs.length };
}

/** What a register takes, and when. */
function taken({ cone: { roots } }: Frame, { data, enable, clear }: State) {
  return {
    data: Array.from({ length: data.count }, (_, place) => roots[data.first + place] as Literal),
    enable: enable === undefined ? TRUE : (roots[enable] as Literal),
    clear: clear === undefined ? FALSE : (roots[clear.root] as Literal),
  };
}

/** Tells how many cells serve nothing but what a register takes. */
export function servants(frame: Frame, luts: readonly Lut[]): (at: number) => number {
  const cells = new Map(luts.map((lut) => [lut.node, lut]));
  const uses = new Int32Array(frame.cone.bits.count);
  const use = (node: number, count: number) => {
    uses[node] = (uses[node] as number) + count;
  };
  for (const root of frame.cone.roots) use(root >> 1, 1);
  for (const { leaves } of luts) for (const leaf of leaves) use(leaf, 1);
  return (at) => {
    const { data, enable, clear } = taken(frame, frame.states[at] as State);
    const pending = [...data, enable, clear].map((root) => root >> 1);
    const dropped: number[] = [];
    let count = 0;
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      use(node, -1);
      dropped.push(node);
      const cell = cells.get(node);
      if ((uses[node] as number) > 0 || cell === undefined) continue;
      count++;
      pending.push(...cell.leaves);
    }
    for (const node of dropped) use(node, 1);
    return count;
  };
}

/**
 * The frame with the logic of a state machine made anew: always enabled, or where its value changes; none that takes more
 * than `most` cells.
 */
export function remade(
  frame: Frame,
  { at, gates, inputs }: Machine,
  most: number,
  options: MachineOptions,
): readonly Frame[] {
  const { cone } = frame;
  const state = frame.states[at] as State;
  const { data, enable, clear } = taken(frame, state);
  const values = simulate(cone, gates, inputs);
  const value = (literal: Literal, row: number) =>
    literal <= TRUE
      ? literal
      : ((((values.get(literal >> 1) as Int32Array)[row >> 5] as number) >>> (row & 31)) & 1) ^ (literal & 1);
  const size = 2 ** inputs.length;
  const mask = 2 ** state.leaves.length - 1;
  const next = new Uint8Array(size);
  for (let row = 0; row < size; row++) {
    const isCleared = value(clear, row) === 1;
    const bitTaken = (one: Literal, place: number) =>
      isCleared ? (state.clear?.constant[state.bits[place] as number] as Literal) : value(one, row);
    const isOn = value(enable, row) === 1;
    next[row] = isOn ? data.reduce((all, one, place) => all | (bitTaken(one, place) << place), 0) : row & mask;
  }
  const isReached = walk(
    next,
    mask,
    state.leaves.reduce((all, _, place) => all | (beginning(state, place) << place), 0),
  );
  const table = (of: (row: number) => number) => () => ({
    inputs,
    rows: Uint8Array.from({ length: size }, (_, row) => (isReached[row & mask] === 1 ? of(row) : ANY)),
  });
  const changes = (row: number) => next[row] !== (row & mask);
  const bit = (row: number, place: number) => ((next[row] as number) >> place) & 1;
  const always = solve(
    state.leaves.map((_, place) => table((row) => bit(row, place))),
    most,
    options,
  );
  const gated = solve(
    [
      table((row) => (changes(row) ? 1 : 0)),
      ...state.leaves.map((_, place) => table((row) => (changes(row) ? bit(row, place) : ANY))),
    ],
    most,
    options,
  );
  return [always, gated].flatMap((functions) =>
    functions === undefined ? [] : [rewired(frame, at, gates, functions, functions === gated)],
  );
}

/** All bits that the literals depend on within a cycle, operands first; undefined if they are too many. */
function gatesOf({ bits }: Cone, literals: readonly Literal[]): readonly number[] | undefined {
  const seen = new Set<number>();
  const pending = literals.map((one) => one >> 1);
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === 0 || seen.has(node)) continue;
    seen.add(node);
    if (seen.size > MOST_GATES) return undefined;
    if ((bits.kind[node] as number) >= AND)
      pending.push((bits.left[node] as number) >> 1, (bits.right[node] as number) >> 1);
  }
  return [...seen].sort((a, b) => a - b);
}

/** By gate, its value in each row of the inputs: row r is bit r of the words, the least significant first. */
function simulate(
  { bits }: Cone,
  gates: readonly number[],
  inputs: readonly number[],
): ReadonlyMap<number, Int32Array> {
  const size = Math.max(1, 2 ** (inputs.length - 5));
  const values = new Map(inputs.map((input, at) => [input, inputWords(at, size)]));
  for (const node of gates) {
    if ((bits.kind[node] as number) < AND) continue;
    const [a, b] = [bits.left[node] as number, bits.right[node] as number];
    const [x, y] = [values.get(a >> 1) as Int32Array, values.get(b >> 1) as Int32Array];
    const [p, q] = [-(a & 1), -(b & 1)];
    const made = new Int32Array(size);
    if (bits.kind[node] === AND)
      for (let at = 0; at < size; at++) made[at] = ((x[at] as number) ^ p) & ((y[at] as number) ^ q);
    else for (let at = 0; at < size; at++) made[at] = (x[at] as number) ^ p ^ (y[at] as number) ^ q;
    values.set(node, made);
  }
  return values;
}

/** The states that come, from the first one on. */
function walk(next: Uint8Array, mask: number, first: number): Uint8Array {
  const isReached = new Uint8Array(mask + 1);
  isReached[first] = 1;
  const pending = [first];
  for (let state = pending.pop(); state !== undefined; state = pending.pop())
    for (let row = state; row < next.length; row += mask + 1) {
      const then = next[row] as number;
      if (isReached[then] === 1) continue;
      isReached[then] = 1;
      pending.push(then);
    }
  return isReached;
}

/** The cells of each function; undefined where all together are more than `most`. */
function solve(
  functions: readonly (() => Func)[],
  most: number,
  { inputs, delay, shapes }: MachineOptions,
): readonly (readonly Cell[])[] | undefined {
  const made: (readonly Cell[])[] = [];
  let left = most;
  for (const func of functions) {
    const limits = { inputs, cells: left, arrival: () => 0, delay, required: Number.POSITIVE_INFINITY };
    const cells = decomposeLeast(func(), limits, shapes);
    if (cells === undefined) return undefined;
    made.push(cells);
    left -= cells.length;
  }
  return made;
}

/** The frame whose register takes these functions, the first its enable if it has one. */
function rewired(
  frame: Frame,
  at: number,
  gates: readonly number[],
  functions: readonly (readonly Cell[])[],
  isGated: boolean,
): Frame {
  const { cone } = frame;
  const state = frame.states[at] as State;
  const { origins, origin: made } = cone.bits;
  const origin = gates.reduce((all, gate) => union(origins, all, made[gate] as number), state.node.id);
  const literals = functions.map((cells) => {
    const made: Literal[] = [];
    for (const { inputs, rows } of cells) {
      const operands = inputs.map((input) => (input >= 0 ? 2 * input : (made[~input] as Literal)));
      made.push(structure(cone.bits, rows, operands, origin));
    }
    return made.at(-1) as Literal;
  });
  const roots = [...cone.roots];
  const data = isGated ? literals.slice(1) : literals;
  data.forEach((literal, place) => {
    roots[state.data.first + place] = literal;
  });
  const enable = isGated ? roots.push(literals[0] as Literal) - 1 : undefined;
  if (state.enable !== undefined) roots[state.enable] = TRUE;
  if (state.clear !== undefined) roots[state.clear.root] = FALSE;
  const clear = undefined;
  return { ...frame, cone: { ...cone, roots }, states: frame.states.with(at, { ...state, enable, clear }) };
}
