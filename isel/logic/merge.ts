// Cells that go into those of a unit: a function of a sum in the LUTs of the sum.
import { bug } from "../../lang/diagnostic.ts";
import type { Node } from "../../lang/graph.ts";
import type { Lut } from "./cone.ts";
import type { Placed, Slice } from "./frame.ts";
import { mainOf } from "./origins.ts";
import { LOW, type Piece } from "./pieces.ts";
import { addLut, operand, type Weaving, wordOf } from "./weaving.ts";

/** A unit whose cells compute functions of its result as well: by bit, the cell that goes into its own. */
export interface Merge {
  readonly level: number;
  readonly placed: Placed;
  readonly luts: readonly (Lut | undefined)[];
}

/** Where the only user of a bit of a unit has no more operands than the unit's cell has room for. */
export function merged(weaving: Weaving): readonly Merge[] {
  const { frame, luts, level, source } = weaving;
  const { spare } = frame.cone;
  if (spare.size === 0) return [];
  const uses = new Map<number, number>();
  const users = new Map<number, Lut>();
  const use = (node: number) => uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of source) use(node);
  for (const lut of luts)
    for (const leaf of lut.leaves) {
      use(leaf);
      users.set(leaf, lut);
    }
  const taken = new Set<number>();
  return frame.units.flatMap((placed) => {
    const { leaf, unit } = placed;
    // An operand that comes a cycle later may hang on the very cell.
    if (!spare.has(leaf) || unit.ports.some((port) => port.isCombinational === false)) return [];
    const width = (frame.graph.nodes[unit.root] as Node).type.bits;
    const own = Array.from({ length: width }, (_, bit): Lut | undefined => {
      const lut = users.get(leaf + bit);
      const room = spare.get(leaf + bit);
      if (lut === undefined || room === undefined || uses.get(leaf + bit) !== 1 || taken.has(lut.node))
        return undefined;
      if (level[lut.node] !== (level[leaf] as number) + 1) return undefined;
      const others = lut.leaves.filter((one) => one !== leaf + bit && !room.free.includes(one));
      if (others.length > room.inputs) return undefined;
      taken.add(lut.node);
      return lut;
    });
    return own.some((lut) => lut !== undefined) ? [{ level: (level[leaf] as number) + 1, placed, luts: own }] : [];
  });
}

export function emitMerge({ placed, luts }: Merge, weaving: Weaving): void {
  const { frame, loom, pieces, flipped } = weaving;
  const { cone, graph } = frame;
  const { leaf, unit, ports } = placed;
  const { type } = graph.nodes[unit.root] as Node;
  const first = luts.find((lut) => lut !== undefined) ?? bug("a merge of nothing");
  const { bits } = weaving;
  const isBit = first.node < bits.count;
  const origin = graph.nodes[isBit ? mainOf(bits.origins, bits.origin[first.node] as number) : unit.root] as Node;
  const room = (bit: number) => cone.spare.get(leaf + bit)?.free ?? [];
  const extras = luts.map(
    (lut, bit) => lut?.leaves.filter((one) => one !== leaf + bit && !room(bit).includes(one)) ?? [],
  );
  const most = Math.max(...extras.map((list) => list.length));
  const shared = room(0).length === 0 ? [] : unit.ports.map((_, at) => at);
  const result = (pieces[leaf] as Piece).node;
  const args = [
    ...shared.map((at) => {
      const port = unit.ports[at] ?? bug("no such port");
      return wordOf(ports[at] as Slice, port.type, graph.nodes[port.node] as Node, weaving);
    }),
    result,
    ...Array.from({ length: most }, (_, at) => {
      const row = extras.map((list) =>
        list[at] === undefined ? LOW : (pieces[list[at] as number] ?? bug("a bit before its time")),
      );
      return operand(row, type, origin, loom);
    }),
  ];
  // What the operands of row `row` say of a leaf of the function.
  const tables = luts.map((lut, bit) => {
    let table = 0n;
    for (let row = 0; row < 2 ** args.length; row++) {
      const given = (at: number) => (row >> (args.length - 1 - at)) & 1;
      const value = (one: number): number => {
        if (one === leaf + bit) return given(shared.length);
        const extra = extras[bit]?.indexOf(one) ?? -1;
        if (extra >= 0) return given(shared.length + 1 + extra) ^ (flipped[one] as number);
        const at = shared.findIndex((place) => (cone.roots[(ports[place]?.first ?? 0) + bit] as number) >> 1 === one);
        const root = cone.roots[(ports[shared[at] as number]?.first ?? 0) + bit] as number;
        return given(at) ^ (root & 1);
      };
      const index = lut?.leaves.reduce((all, one, place) => all | (value(one) << place), 0) ?? 0;
      const set =
        lut === undefined
          ? given(shared.length)
          : Number((lut.table >> BigInt(index)) & 1n) ^ (flipped[lut.node] as number);
      if (set === 1) table |= 1n << BigInt(row);
    }
    return table;
  });
  const holds = luts.flatMap((lut) => (lut === undefined ? [] : [2 * lut.node + (flipped[lut.node] as number)]));
  const cells = luts.filter((lut) => lut !== undefined);
  const made = addLut(origin, cells, type, args, tables, cells.length === luts.length ? holds : [], weaving);
  luts.forEach((lut, bit) => {
    pieces[lut?.node ?? leaf + bit] = { node: made, bit };
  });
}
