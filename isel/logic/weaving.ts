// What the parts of the way back share: which cell is where, and how words are made of bits.
import { bug } from "../../lang/diagnostic.ts";
import type { Node } from "../../lang/graph.ts";
import { BOOL, type Type } from "../../lang/type.ts";
import type { Bits, Literal } from "./bits.ts";
import type { Lut } from "./cone.ts";
import type { Frame, Slice } from "./frame.ts";
import { add, HIGH, LOW, type Loom, operationNamed, type Piece, word } from "./pieces.ts";

/** What is known while words are put together from cells. */
export interface Weaving {
  readonly frame: Frame;
  readonly bits: Bits;
  readonly loom: Loom;
  /** By bit: where it is, once it has been made. */
  readonly pieces: (Piece | undefined)[];
  /** By bit: whether what is made is its inverse. */
  readonly flipped: Uint8Array;
  /** By root: the bit that has its value, or a constant: -1 is 0, -2 is 1. */
  readonly source: Int32Array;
  readonly luts: Lut[];
  readonly level: Int32Array;
  /** By bit, its place in `luts`, or -1. */
  readonly lutOf: Int32Array;
}

/** An operand of a `lut`: a `bool` where all bits have the same. */
export function operand(row: readonly Piece[], type: Type, { name, span }: Node, loom: Loom): number {
  const [first] = row as readonly [Piece];
  const isShared = type !== BOOL && row.every((one) => one.node === first.node && one.bit === first.bit);
  return isShared ? word(loom, [first], BOOL, name, span) : word(loom, row, type, name, span);
}

/** The name of a node for what has exactly its bits; one like it for anything else. */
export function nameOf(node: Node, holds: readonly Literal[], { frame, loom }: Weaving): string {
  const bits = frame.values[node.id];
  const isSame = bits?.length === holds.length && bits.every((bit, at) => bit === holds[at]);
  return isSame && loom.claim(node.name) ? node.name : loom.fresh(node.name);
}

export function pieceOf(root: number, { source, pieces }: Weaving): Piece {
  const node = source[root] as number;
  if (node < 0) return node === -1 ? LOW : HIGH;
  return pieces[node] ?? bug("a root before its time");
}

export function wordOf({ first, count }: Slice, type: Type, about: Node, weaving: Weaving): number {
  const pieces = Array.from({ length: count }, (_, bit) => pieceOf(first + bit, weaving));
  return word(weaving.loom, pieces, type, about.name, about.span);
}

/** Makes a `lut`: `tables` are those of its bits, `holds` the literals that they are. */
export function addLut(
  origin: Node,
  type: Type,
  args: readonly number[],
  tables: readonly bigint[],
  holds: readonly Literal[],
  weaving: Weaving,
): number {
  const isUniform = tables.every((table) => table === tables[0]);
  return add(weaving.loom, {
    // A `bool` may have the bit of a number.
    name: nameOf(origin, type === origin.type ? holds : [], weaving),
    type,
    op: operationNamed("lut"),
    args,
    attrs: isUniform ? tables.slice(0, 1) : tables,
    hint: undefined,
    span: origin.span,
  });
}
