// Cells of one function that become one instruction, lane by lane.
import { bug } from "../../lang/diagnostic.ts";
import type { Node } from "../../lang/graph.ts";
import type { Lut } from "./cone.ts";
import { permuted, turned } from "./luts.ts";
import { mainOf } from "./origins.ts";
import { plain } from "./pieces.ts";
import { addLut, operand, type Weaving } from "./weaving.ts";

/** Cells that become one instruction. */
export interface Group {
  readonly level: number;
  readonly origin: number;
  /** In the order of their numbers; leaves of one operand at the same place. */
  readonly luts: Lut[];
}

/** The register whose data a bit is, if it is nothing else; by bit. */
function soleUsers({ frame, bits, luts, source }: Weaving): Int32Array {
  const users = new Int32Array(bits.count + frame.cone.roots.length).fill(-1);
  frame.states.forEach(({ data }, at) => {
    for (let root = data.first; root < data.first + data.count; root++) {
      const node = source[root] as number;
      if (node >= 0) users[node] = users[node] === -1 ? at : -2;
    }
  });
  for (const { leaves } of luts) for (const leaf of leaves) users[leaf] = -2;
  return users;
}

/** Cells of the same level, origin and function, for the same register, are one instruction. */
export function grouped(weaving: Weaving, taken: ReadonlySet<number>): readonly Group[] {
  const { luts, level, bits, flipped } = weaving;
  const users = soleUsers(weaving);
  const originOf = (node: number) => (node < bits.count ? mainOf(bits.origins, bits.origin[node] as number) : -1);
  const singles = new Map<string, Group[]>();
  const groups = new Map<string, Group>();
  luts.forEach((lut, at) => {
    if (taken.has(lut.node)) return;
    const ranks = lut.leaves.map(originOf);
    const order = byRank(ranks);
    let flips = 0;
    let operands = "";
    const leaves = order.map((old, place) => {
      const leaf = lut.leaves[old] as number;
      if (flipped[leaf] === 1) flips |= 1 << place;
      operands += ` ${ranks[old]}`;
      return leaf;
    });
    let table = turned(permuted(lut.table, order), leaves.length, flips);
    if (flipped[lut.node] === 1) table ^= (1n << BigInt(2 ** leaves.length)) - 1n;
    const made = { ...lut, leaves, table };
    luts[at] = made;
    const origin = mainOf(bits.origins, lut.origin);
    const shape = `${level[lut.node]} ${origin} ${users[lut.node]} ${leaves.length} ${lut.node >= bits.count ? 1 : 0}`;
    const key = `${shape}${operands} ${table}`;
    const known = groups.get(key);
    if (known !== undefined) known.luts.push(made);
    else {
      const group = { level: level[lut.node] as number, origin, luts: [made] };
      groups.set(key, group);
      const alike = singles.get(shape);
      if (alike === undefined) singles.set(shape, [group]);
      else alike.push(group);
    }
  });
  return [...singles.values()].flatMap((list) => {
    const many = list.filter((group) => group.luts.length > 1);
    const [first, ...rest] = list.filter((group) => group.luts.length === 1);
    if (first === undefined) return many;
    return [...many, { ...first, luts: [first, ...rest].flatMap((group) => group.luts) }];
  });
}

/** Places by rank; those of one rank stay as they are. */
function byRank(ranks: readonly number[]): readonly number[] {
  const order: number[] = [];
  for (let place = 0; place < ranks.length; place++) {
    let at = place;
    for (; at > 0 && (ranks[order[at - 1] as number] as number) > (ranks[place] as number); at--)
      order[at] = order[at - 1] as number;
    order[at] = place;
  }
  return order;
}

/** Makes the instruction of a group. */
export function emitGroup(group: Group, weaving: Weaving): void {
  const { frame, loom, pieces } = weaving;
  const origin = frame.graph.nodes[group.origin] ?? (frame.graph.nodes[0] as Node);
  const { luts } = group;
  const tables = luts.map((lut) => lut.table);
  const isUniform = tables.every((table) => table === tables[0]);
  const isWhole = origin.type.bits === luts.length && (isUniform || origin.type.lanes === 0);
  const type = isWhole ? origin.type : plain(luts.length);
  const arity = luts[0]?.leaves.length ?? 0;
  const args: number[] = [];
  // The last leaf is the most significant, which comes first.
  for (let place = arity - 1; place >= 0; place--) {
    const row = luts.map((lut) => pieces[lut.leaves[place] as number] ?? bug("a bit before its time"));
    args.push(operand(row, type, origin, loom));
  }
  const holds = luts.map(({ node }) => {
    const of = weaving.inverseOf.get(node);
    return of === undefined ? 2 * node + (weaving.flipped[node] as number) : 2 * of + 1;
  });
  const made = addLut(origin, luts, type, args, tables, isWhole ? holds : [], weaving);
  luts.forEach((lut, bit) => {
    pieces[lut.node] = { node: made, bit };
  });
}
