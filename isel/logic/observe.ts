// Where a bit matters: the rows of the leaves in which some root is another if the bit is. What it is elsewhere is free,
// which leaves room for simpler functions (observability don't-cares).
import type { Literal } from "./bits.ts";
import type { Lut } from "./cone.ts";
import type { Frame } from "./frame.ts";
import { rowsOf } from "./rebuild.ts";
import { chosen } from "./tables.ts";

/** The roots that say when another root matters: only where `on` is 1, and not where `off` is. */
export interface Gate {
  readonly on: number | undefined;
  readonly off: number | undefined;
}

/** By root: a register that is not enabled takes nothing, one that is cleared takes no data. */
export function gatesOf({ states, cone }: Frame): readonly (Gate | undefined)[] {
  const gates: (Gate | undefined)[] = new Array(cone.roots.length);
  for (const { data, enable, clear } of states) {
    for (let root = data.first; root < data.first + data.count; root++) gates[root] = { on: enable, off: clear?.root };
    if (clear !== undefined) gates[clear.root] = { on: enable, off: undefined };
  }
  return gates;
}

/** Whole truth tables over the leaves, 32 rows a word, and the cells that they are of. */
export interface Tables {
  readonly luts: ReadonlyMap<number, Lut>;
  readonly tables: Map<number, Int32Array>;
  readonly users: ReadonlyMap<number, ReadonlySet<number>>;
  readonly words: number;
  readonly roots: readonly Literal[];
  readonly gates: readonly (Gate | undefined)[];
}

/** The rows in which it matters what a bit is. */
export function cared(node: number, state: Tables): Int32Array {
  const { tables, words, roots, gates } = state;
  const turned = new Map<number, Int32Array>();
  turned.set(
    node,
    (tables.get(node) as Int32Array).map((word) => ~word),
  );
  const at = (one: number) => turned.get(one) ?? (tables.get(one) as Int32Array);
  for (const one of behind(node, state)) {
    const lut = state.luts.get(one) as Lut;
    if (!lut.leaves.some((leaf) => turned.has(leaf))) continue;
    const other = computed(lut, at, words);
    const own = tables.get(one) as Int32Array;
    if (differs(own, other)) turned.set(one, other);
  }
  const care = new Int32Array(words);
  // A leaf that no cell reads has no table: it may be anything.
  const gate = (at: number | undefined) => {
    const literal = at === undefined ? undefined : roots[at];
    const table = literal === undefined ? undefined : tables.get(literal >> 1);
    return literal === undefined || table === undefined
      ? undefined
      : (word: number) => (table[word] as number) ^ -(literal & 1);
  };
  roots.forEach((root, index) => {
    const other = turned.get(root >> 1);
    if (other === undefined) return;
    const own = tables.get(root >> 1) as Int32Array;
    const on = gate(gates[index]?.on);
    const off = gate(gates[index]?.off);
    for (let word = 0; word < words; word++) {
      let rows = (own[word] as number) ^ (other[word] as number);
      if (on !== undefined) rows &= on(word);
      if (off !== undefined) rows &= ~off(word);
      care[word] = (care[word] as number) | rows;
    }
  });
  return care;
}

function differs(a: Int32Array, b: Int32Array): boolean {
  for (let word = 0; word < a.length; word++) if (a[word] !== b[word]) return true;
  return false;
}

/** Makes the tables of a cell and of all that depends on it anew. */
export function refresh(node: number, state: Tables): void {
  const { luts, tables, words } = state;
  const at = (one: number) => tables.get(one) as Int32Array;
  for (const one of [node, ...behind(node, state)]) tables.set(one, computed(luts.get(one) as Lut, at, words));
}

/** The cells that depend on a bit, operands first, the bit itself left out. */
function behind(node: number, { users }: Tables): readonly number[] {
  const seen = new Set<number>();
  const order: number[] = [];
  const visit = (one: number) => {
    if (seen.has(one)) return;
    seen.add(one);
    for (const user of users.get(one) ?? []) visit(user);
    if (one !== node) order.push(one);
  };
  visit(node);
  return order.reverse();
}

/** The table of a cell, out of those of its leaves. */
export function computed(lut: Lut, tables: (node: number) => Int32Array, words: number): Int32Array {
  return chosen(rowsOf(lut), lut.leaves.map(tables), words);
}
