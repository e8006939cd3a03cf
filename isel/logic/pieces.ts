// A graph in the making, and words in it that are put together from bits of other words.
import { bug } from "../../lang/diagnostic.ts";
import { OPERATIONS, type Operation } from "../../lang/ops.ts";
import type { Span } from "../../lang/source.ts";
import { BOOL, integer, type Type } from "../../lang/type.ts";

/** A node whose operands may come later. */
export interface Draft {
  name: string;
  readonly type: Type;
  readonly op: Operation | undefined;
  args: readonly number[];
  readonly attrs: readonly bigint[];
  readonly hint: string | undefined;
  readonly span: Span;
}

/** Bit `bit` of draft `node`, lane 0 first; or a constant: node -1 is 0, node -2 is 1. */
export interface Piece {
  readonly node: number;
  readonly bit: number;
}

export const LOW: Piece = { node: -1, bit: 0 };
export const HIGH: Piece = { node: -2, bit: 0 };

export interface Loom {
  readonly drafts: Draft[];
  /** A name that nothing has yet, made of `base`. */
  readonly fresh: (base: string) => string;
  /** Takes a name of the graph for what is the same in the new one; false if something has it already. */
  readonly claim: (name: string) => boolean;
  /** Words that have been put together before. */
  readonly words: Map<string, number>;
}

export function loom(taken: Iterable<string>): Loom {
  const names = new Set(taken);
  const counts = new Map<string, number>();
  const fresh = (base: string) => {
    for (let count = counts.get(base) ?? 1; ; count++) {
      const made = `${base}_${count}`;
      if (names.has(made)) continue;
      counts.set(base, count + 1);
      names.add(made);
      return made;
    }
  };
  const claimed = new Set<string>();
  const claim = (name: string) => {
    const isFree = !claimed.has(name);
    claimed.add(name);
    return isFree;
  };
  return { drafts: [], fresh, claim, words: new Map() };
}

export function add(loom: Loom, draft: Draft): number {
  return loom.drafts.push(draft) - 1;
}

export function operationNamed(name: string): Operation {
  return OPERATIONS.get(name) ?? bug(`no operation ${name}`);
}

/** An unsigned integer of so many bits; a `bool` for one. */
export function plain(width: number): Type {
  return width === 1 ? BOOL : integer("u", width);
}

/** A word of `type` whose bits are `pieces`, called after `base` if it has to be made. */
export function word(loom: Loom, pieces: readonly Piece[], type: Type, base: string, span: Span): number {
  const whole = wholeNode(loom, pieces);
  if (whole !== undefined && (loom.drafts[whole] as Draft).type === type) return whole;
  const key = `${type.text} ${pieces.map(({ node, bit }) => `${node}.${bit}`).join(" ")}`;
  const known = loom.words.get(key);
  if (known !== undefined) return known;
  const made = type.lanes > 0 ? vectorWord(loom, pieces, type, base, span) : scalarWord(loom, pieces, type, base, span);
  loom.words.set(key, made);
  return made;
}

/** The node of which the pieces are all bits in their order. */
function wholeNode({ drafts }: Loom, pieces: readonly Piece[]): number | undefined {
  const node = pieces[0]?.node ?? -1;
  const isWhole =
    node >= 0 &&
    drafts[node]?.type.bits === pieces.length &&
    pieces.every((piece, at) => piece.node === node && piece.bit === at);
  return isWhole ? node : undefined;
}

function wire(
  loom: Loom,
  op: string,
  type: Type,
  args: readonly number[],
  attrs: readonly bigint[],
  base: string,
  span: Span,
): number {
  return add(loom, { name: loom.fresh(base), type, op: operationNamed(op), args, attrs, hint: undefined, span });
}

function vectorWord(loom: Loom, pieces: readonly Piece[], type: Type, base: string, span: Span): number {
  if (pieces.every((piece) => piece.node < 0)) {
    const lanes = Array.from({ length: type.lanes }, (_, lane) =>
      constant(pieces.slice(lane * type.width, (lane + 1) * type.width)),
    );
    return wire(loom, "const", type, [], lanes, base, span);
  }
  const lanes = Array.from({ length: type.lanes }, (_, lane) =>
    word(loom, pieces.slice(lane * type.width, (lane + 1) * type.width), type.lane, base, span),
  );
  return wire(loom, "cat", type, lanes, [], base, span);
}

function constant(pieces: readonly Piece[]): bigint {
  return pieces.reduceRight((all, { node }) => 2n * all + (node === HIGH.node ? 1n : 0n), 0n);
}

function scalarWord(loom: Loom, pieces: readonly Piece[], type: Type, base: string, span: Span): number {
  const extended = extension(pieces);
  if (extended !== undefined && type.kind !== "bool") {
    const { op, from } = extended;
    return wire(
      loom,
      op,
      type,
      [word(loom, pieces.slice(0, from), integer(type.kind, from), base, span)],
      [],
      base,
      span,
    );
  }
  const runs = runsOf(loom, pieces);
  const [only] = runs;
  if (only !== undefined && runs.length === 1) return run(loom, only, type, base, span);
  const parts = runs.map((one) => {
    const whole = wholeNode(loom, one);
    return whole ?? run(loom, one, plain(one.length), base, span);
  });
  return wire(loom, "cat", type, parts, [], base, span);
}

/** What widens a word of `from` bits to these; undefined where they do not end in one bit, or in zeros. */
function extension(pieces: readonly Piece[]): { readonly op: "sext" | "zext"; readonly from: number } | undefined {
  const last = pieces.at(-1) as Piece;
  let from = pieces.length;
  while (from > 1 && isSame(pieces[from - 2] as Piece, last)) from--;
  if (last.node >= 0 && from > 1 && from < pieces.length) return { op: "sext", from };
  if (last.node !== LOW.node || from < 3) return undefined;
  return { op: "zext", from: from - 1 };
}

function isSame(a: Piece, b: Piece): boolean {
  return a.node === b.node && a.bit === b.bit;
}

/** Neighbouring bits of one lane of one node, or constants. */
function runsOf({ drafts }: Loom, pieces: readonly Piece[]): readonly (readonly Piece[])[] {
  const runs: Piece[][] = [];
  for (const piece of pieces) {
    const last = runs.at(-1);
    const before = last?.at(-1);
    const goesOn =
      before !== undefined &&
      (piece.node < 0
        ? before.node < 0
        : piece.node === before.node &&
          piece.bit === before.bit + 1 &&
          (drafts[piece.node]?.type.lanes === 0 || piece.bit % (drafts[piece.node]?.type.width ?? 1) !== 0));
    if (goesOn) last?.push(piece);
    else runs.push([piece]);
  }
  return runs;
}

/** A run as a scalar of `type`. */
function run(loom: Loom, pieces: readonly Piece[], type: Type, base: string, span: Span): number {
  const [first] = pieces;
  if (first === undefined) return bug("a word of no bits");
  if (first.node < 0) return wire(loom, "const", type, [], [constant(pieces)], base, span);
  const from = (loom.drafts[first.node] as Draft).type;
  if (from.lanes === 0) {
    const last = first.bit + pieces.length - 1;
    return wire(loom, "ext", type, [first.node], [BigInt(first.bit), BigInt(last)], base, span);
  }
  const lane = Math.floor(first.bit / from.width);
  const start = lane * from.width;
  const all = Array.from({ length: from.width }, (_, bit) => ({ node: first.node, bit: start + bit }));
  const laneKey = `${from.lane.text} lane ${first.node} ${lane}`;
  const laneWord =
    loom.words.get(laneKey) ?? wire(loom, "ext", from.lane, [first.node], [BigInt(lane), BigInt(lane)], base, span);
  loom.words.set(laneKey, laneWord);
  if (type === from.lane && pieces.length === all.length) return laneWord;
  const low = first.bit - start;
  return wire(loom, "ext", type, [laneWord], [BigInt(low), BigInt(low + pieces.length - 1)], base, span);
}
