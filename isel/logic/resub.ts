// Cells that can do without one of their inputs if they take another bit instead: what only served that input goes, after
// Mishchenko, Brayton, Jiang and Jang, "Scalable don't-care-based logic optimization and resynthesis" (2009). Functions are
// compared as whole truth tables over the leaves, where they matter, so that this is for cones of few leaves.
import { LEAF } from "./bits.ts";
import type { Cone, Lut } from "./cone.ts";
import { cared, computed, type Gate, refresh, type Tables } from "./observe.ts";
import { type Origins, union } from "./origins.ts";
import { type Rebuilt, rebuilt, rowsOf } from "./rebuild.ts";
import { inputWords } from "./rows.ts";
import { telling, type Wanted } from "./tell.ts";

export interface ResubOptions {
  readonly inputs: number;
  readonly delay: number;
  readonly isAreaOnly: boolean;
  /** By root, when it matters. */
  readonly gates: readonly (Gate | undefined)[];
}

/** Leaves and cells up to which it is tried. */
const MOST_LEAVES = 15;
const MOST_CELLS = 300;
/** Bits up to which pairs of them are tried. */
const MOST_PAIRED = 40;

interface State extends Tables {
  readonly options: ResubOptions;
  readonly luts: Map<number, Lut>;
  readonly users: Map<number, Set<number>>;
  readonly rooted: ReadonlySet<number>;
  readonly levels: Map<number, number>;
  readonly origins: Origins;
  /** The word of the tables by which bits were last found not to tell a function. */
  doubt: number;
}

/** The cone with fewer cells; undefined where nothing was found, or it is too large. */
export function resubstituted(cone: Cone, luts: readonly Lut[], options: ResubOptions): Rebuilt | undefined {
  const { bits, roots, boxes } = cone;
  if (luts.length > MOST_CELLS || boxes.length > 0) return undefined;
  const leaves = [...new Set(luts.flatMap((lut) => lut.leaves))].filter((node) => bits.kind[node] === LEAF);
  if (leaves.length > MOST_LEAVES) return undefined;
  const state: State = {
    options,
    luts: new Map(luts.map((lut) => [lut.node, lut])),
    tables: new Map(),
    users: new Map(),
    rooted: new Set(roots.map((root) => root >> 1)),
    levels: new Map(),
    words: Math.max(1, 2 ** (leaves.length - 5)),
    roots,
    gates: options.gates,
    origins: bits.origins,
    doubt: 0,
  };
  leaves.forEach((node, at) => state.tables.set(node, inputWords(at, state.words)));
  for (const lut of luts) {
    state.tables.set(
      lut.node,
      computed(lut, (one) => state.tables.get(one) as Int32Array, state.words),
    );
    for (const one of lut.leaves) usersOf(one, state).add(lut.node);
  }
  const deepest = measure(state);
  const order = luts.map((lut) => lut.node).reverse();
  // First what holds in all rows, which is faster; where that gives nothing, what holds in those that matter.
  for (const isCareful of [false, true]) {
    let isChanged = false;
    for (const node of order) if (state.luts.has(node) && improve(node, state, deepest, isCareful)) isChanged = true;
    if (isChanged) return again(cone, sorted(state));
  }
  return undefined;
}

/** The cone out of cells that are listed operands first: there are no boxes, so that all can be made behind the leaves. */
function again(cone: Cone, luts: readonly Lut[]): Rebuilt {
  const { count } = cone.bits;
  const end = luts.reduce((most, lut) => Math.max(most, lut.node + 1), count);
  return rebuilt(cone, end, (node, build) => {
    if (node === count) for (const lut of luts) build({ ...lut, rows: rowsOf(lut) });
  });
}

function usersOf(node: number, { users }: State): Set<number> {
  const known = users.get(node) ?? new Set<number>();
  users.set(node, known);
  return known;
}

/** Cells before each bit; gives the most. */
function measure({ luts, levels }: State): number {
  let deepest = 0;
  for (const { node, leaves } of luts.values()) {
    const level = 1 + Math.max(0, ...leaves.map((one) => levels.get(one) ?? 0));
    levels.set(node, level);
    deepest = Math.max(deepest, level);
  }
  return deepest;
}

/** How many levels may still follow a cell. */
function room(node: number, state: State, deepest: number): number {
  let behind = 0;
  const visit = (one: number, count: number) => {
    behind = Math.max(behind, count);
    for (const user of usersOf(one, state)) visit(user, count + 1);
  };
  visit(node, 0);
  return deepest - behind;
}

/** Everything that depends on a bit, itself included. */
function above(node: number, state: State, seen = new Set<number>()): Set<number> {
  if (seen.has(node)) return seen;
  seen.add(node);
  for (const user of usersOf(node, state)) above(user, state, seen);
  return seen;
}

/** What only serves `node`, itself included. */
function served(node: number, state: State, inside = new Set<number>()): Set<number> {
  inside.add(node);
  for (const one of state.luts.get(node)?.leaves ?? [])
    if (state.luts.has(one) && !state.rooted.has(one) && [...usersOf(one, state)].every((user) => inside.has(user)))
      served(one, state, inside);
  return inside;
}

function improve(node: number, state: State, deepest: number, isCareful: boolean): boolean {
  const lut = state.luts.get(node) as Lut;
  const latest = state.options.isAreaOnly ? Number.POSITIVE_INFINITY : room(node, state, deepest);
  const own: Wanted = {
    table: state.tables.get(node) as Int32Array,
    care: isCareful ? cared(node, state) : new Int32Array(state.words).fill(-1),
  };
  const users = above(node, state);
  for (const leaf of lut.leaves) {
    if (!state.luts.has(leaf) || state.rooted.has(leaf) || usersOf(leaf, state).size > 1) continue;
    const freed = served(leaf, state);
    const rest = lut.leaves.filter((one) => one !== leaf);
    const isOpen = (one: number) =>
      !users.has(one) && !freed.has(one) && !rest.includes(one) && (state.levels.get(one) ?? 0) < latest;
    const others = [...state.tables.keys()].filter(
      (one) => isOpen(one) && (state.luts.has(one) || state.levels.get(one) === undefined),
    );
    const found = instead(own, rest, others, state);
    if (found === undefined) continue;
    replace(node, [...rest, ...found], freed, own, state);
    improve(node, state, deepest, isCareful);
    return true;
  }
  if (!isCareful) return false;
  const freed = served(node, state);
  freed.delete(node);
  if (freed.size === 0) return false;
  const open = [...state.tables.keys()].filter(
    (one) => !users.has(one) && !freed.has(one) && (state.levels.get(one) ?? 0) < latest,
  );
  const tables = open.map((one) => state.tables.get(one) as Int32Array);
  const found = telling(own, tables, state.options.inputs);
  if (found === undefined) return false;
  replace(
    node,
    found.map((at) => open[at] as number),
    freed,
    own,
    state,
  );
  return true;
}

/** Bits that tell what a function is together with `rest`: none, one, or two if the cell has room for them. */
function instead(
  own: Wanted,
  rest: readonly number[],
  others: readonly number[],
  state: State,
): readonly number[] | undefined {
  if (decides(own, rest, state)) return [];
  for (const one of others) if (decides(own, [...rest, one], state)) return [one];
  if (rest.length + 2 > state.options.inputs || others.length > MOST_PAIRED) return undefined;
  for (const [at, one] of others.entries())
    for (const two of others.slice(at + 1)) if (decides(own, [...rest, one, two], state)) return [one, two];
  return undefined;
}

/** By row of some bits: where a word has it, and whether the function is 0 and 1 somewhere there. */
const masks = new Int32Array(64);
const zeros = new Uint8Array(64);
const ones = new Uint8Array(64);

/** Whether some bits tell what a function is. */
function decides({ table, care }: Wanted, bits: readonly number[], state: State): boolean {
  const { tables, words } = state;
  const given = bits.map((one) => tables.get(one) as Int32Array);
  const rows = 1 << bits.length;
  zeros.fill(0, 0, rows);
  ones.fill(0, 0, rows);
  // What refuted the last bits often refutes these, too.
  for (let step = 0, word = state.doubt; step < words; step++, word = word + 1 < words ? word + 1 : 0) {
    const minds = care[word] as number;
    if (minds === 0) continue;
    const value = table[word] as number;
    masks[0] = minds;
    for (let at = 0; at < given.length; at++) {
      const one = (given[at] as Int32Array)[word] as number;
      for (let row = (1 << at) - 1; row >= 0; row--) {
        const mask = masks[row] as number;
        masks[2 * row + 1] = mask & one;
        masks[2 * row] = mask & ~one;
      }
    }
    for (let row = 0; row < rows; row++) {
      const mask = masks[row] as number;
      if ((mask & value) !== 0) ones[row] = 1;
      if ((mask & ~value) !== 0) zeros[row] = 1;
      if (ones[row] === 0 || zeros[row] === 0) continue;
      state.doubt = word;
      return false;
    }
  }
  return true;
}

function replace(
  node: number,
  bits: readonly number[],
  freed: ReadonlySet<number>,
  { table: own, care }: Wanted,
  state: State,
): void {
  const { luts, tables, levels } = state;
  let { origin } = luts.get(node) as Lut;
  for (const one of [node, ...freed]) {
    const lut = luts.get(one);
    if (lut === undefined) continue;
    origin = union(state.origins, origin, lut.origin);
    for (const leaf of lut.leaves) usersOf(leaf, state).delete(one);
  }
  for (const one of freed) {
    luts.delete(one);
    tables.delete(one);
  }
  const leaves = [...bits].sort((a, b) => a - b);
  let table = 0n;
  for (let row = 0; row < 2 ** leaves.length; row++) {
    const isOne = own.some((value, word) => {
      let mask = care[word] as number;
      for (let at = 0; at < leaves.length; at++) {
        const one = (tables.get(leaves[at] as number) as Int32Array)[word] as number;
        mask &= ((row >> at) & 1) === 1 ? one : ~one;
      }
      return (mask & value) !== 0;
    });
    if (isOne) table |= 1n << BigInt(row);
  }
  luts.set(node, { node, leaves, table, origin });
  for (const one of leaves) usersOf(one, state).add(node);
  levels.set(node, 1 + Math.max(0, ...leaves.map((one) => levels.get(one) ?? 0)));
  refresh(node, state);
}

/** Operands before users. */
function sorted({ luts }: State): readonly Lut[] {
  const made: Lut[] = [];
  const seen = new Set<number>();
  const visit = (node: number) => {
    const lut = luts.get(node);
    if (lut === undefined || seen.has(node)) return;
    seen.add(node);
    lut.leaves.forEach(visit);
    made.push(lut);
  };
  for (const node of luts.keys()) visit(node);
  return made;
}
