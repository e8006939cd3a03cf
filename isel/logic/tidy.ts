// Cleans a network of functions: constants and mere copies go, equal functions become one, and what nothing needs goes.
import { FALSE, type Literal } from "./bits.ts";
import type { Cone, Lut } from "./cone.ts";
import { cofactor, permuted, reduced, turned } from "./luts.ts";

/** The functions that are left, operands before users. Roots of the cone are led to what took the place of their bits. */
export function tidy(cone: Cone, luts: readonly Lut[]): Lut[] {
  const { roots, bits } = cone;
  const same = new Map<number, Literal>();
  const kept: Lut[] = [];
  // By hash the last cell that has it; by cell, the one before it.
  const last = new Map<number, number>();
  const before: number[] = [];
  for (const lut of luts) {
    const made = substituted(lut, same);
    const { leaves, table } = made;
    const [first] = leaves;
    if (first === undefined) same.set(lut.node, table === 0n ? FALSE : 1);
    else if (leaves.length === 1) same.set(lut.node, 2 * first + (table === 1n ? 1 : 0));
    else {
      const key = hash(made);
      let known: Literal | undefined;
      for (let at = last.get(key) ?? -1; at >= 0 && known === undefined; at = before[at] as number)
        known = asOther(made, kept[at] as Lut);
      if (known !== undefined) same.set(lut.node, known);
      else {
        before.push(last.get(key) ?? -1);
        last.set(key, kept.push(made) - 1);
      }
    }
  }
  roots.forEach((root, at) => {
    const other = same.get(root >> 1);
    if (other !== undefined) roots[at] = other ^ (root & 1);
  });
  const isUsed = new Uint8Array(bits.count);
  for (const root of roots) isUsed[root >> 1] = 1;
  const live: Lut[] = [];
  for (const lut of kept.reverse()) {
    if (isUsed[lut.node] === 0) continue;
    for (const leaf of lut.leaves) isUsed[leaf] = 1;
    live.push(lut);
  }
  return live.reverse();
}

/** The same for a function and its inverse. */
function hash({ leaves, table }: Lut): number {
  const rows = Number(BigInt.asUintN(32, table)) | 0;
  let key = leaves.length < 5 && (rows & 1) === 1 ? ~rows & ((1 << (1 << leaves.length)) - 1) : rows ^ -(rows & 1);
  for (const leaf of leaves) key = Math.imul(key, 0x01000193) + leaf;
  return (key ^ (key >>> 15)) & 0x3fffffff;
}

/** A cell as another of the same function or its inverse. */
function asOther({ leaves, table }: Lut, other: Lut): Literal | undefined {
  if (leaves.length !== other.leaves.length) return undefined;
  for (let at = 0; at < leaves.length; at++) if (leaves[at] !== other.leaves[at]) return undefined;
  if (table === other.table) return 2 * other.node;
  return (table ^ other.table) === (1n << BigInt(2 ** leaves.length)) - 1n ? 2 * other.node + 1 : undefined;
}

/** The function over what its leaves have become; leaves ascend, and each is there once. */
function substituted(lut: Lut, same: ReadonlyMap<number, Literal>): Lut {
  let { leaves, table } = lut;
  // Most cells stay as they are, with leaves that ascend.
  if (!leaves.some((leaf) => same.has(leaf))) return reduced(lut);
  for (let at = leaves.length - 1; at >= 0; at--) {
    const literal = same.get(leaves[at] as number);
    if (literal === undefined) continue;
    const node = literal >> 1;
    if (node === 0) {
      table = cofactor(table, leaves.length, at, literal);
      leaves = leaves.toSpliced(at, 1);
      continue;
    }
    if ((literal & 1) === 1) table = turned(table, leaves.length, 1 << at);
    const other = leaves.indexOf(node);
    if (other < 0) leaves = leaves.with(at, node);
    else {
      table = joined(table, leaves.length, at, other);
      leaves = leaves.toSpliced(at, 1);
    }
  }
  const order = leaves.map((_, at) => at).sort((a, b) => (leaves[a] as number) - (leaves[b] as number));
  return reduced({ ...lut, leaves: order.map((at) => leaves[at] as number), table: permuted(table, order) });
}

/** The table without input `at`, which is the same as input `other`. */
function joined(table: bigint, inputs: number, at: number, other: number): bigint {
  let made = 0n;
  let next = 0n;
  for (let row = 0; row < 2 ** inputs; row++)
    if (((row >> at) & 1) === 0) {
      const from = ((row >> other) & 1) === 1 ? row | (1 << at) : row;
      made |= ((table >> BigInt(from)) & 1n) << next++;
    }
  return made;
}
