// A network of cells as a cone of its own, so that it can be covered once more.
import { boxOf, LEAF, type Literal, leaf, newBits } from "./bits.ts";
import type { Cone, Lut } from "./cone.ts";
import { type Moved, movedCone, newLiterals } from "./moved.ts";
import { structure } from "./structure.ts";

export interface Rebuilt extends Moved {
  /** The cells, over the new bits. */
  readonly luts: readonly Lut[];
}

/** A cell as its rows; `node` is the bit of the old cone that it makes, or a new number. */
export interface Entry {
  readonly node: number;
  readonly leaves: readonly number[];
  readonly rows: Uint8Array;
  readonly origin: number;
}

/**
 * The cone made anew of cells. `cellsAt` has those built that are made where an old bit was, operands first; they may use any
 * bit before it. What has no such place comes behind all bits. Numbers of cells are below `end`.
 */
export function rebuilt(
  cone: Cone,
  end: number,
  cellsAt: (node: number, build: (entry: Entry) => void) => void,
): Rebuilt {
  const { bits } = cone;
  const made = newBits(bits.origins, bits.count);
  const literals = newLiterals(end);
  const luts: Lut[] = [];
  const seen = new Set<number>();
  const build = ({ node: id, leaves, rows, origin }: Entry) => {
    const operands = leaves.map((one) => literals[one] as Literal);
    const literal = structure(made, rows, operands, origin);
    literals[id] = literal;
    const node = literal >> 1;
    if (node === 0 || made.kind[node] === LEAF || seen.has(node)) return;
    seen.add(node);
    luts.push(normalized(node, literal & 1, operands, rows, origin));
  };
  for (let node = 1; node < bits.count; node++)
    if (bits.kind[node] === LEAF) literals[node] = leaf(made, bits.origin[node] as number, boxOf(bits, node));
    else cellsAt(node, build);
  cellsAt(bits.count, build);
  return { ...movedCone(cone, made, literals), luts: luts.sort((a, b) => a.node - b.node) };
}

/** The rows of functions of few inputs, by their number and table. */
const known = new Map<number, Uint8Array>();
const MOST_KNOWN = 4;

/** The rows of a cell; they are shared: nothing may write into them. */
export function rowsOf({ leaves, table }: Lut): Uint8Array {
  if (leaves.length > MOST_KNOWN) return rowsOfTable(table, leaves.length);
  const key = 2 ** (2 ** MOST_KNOWN) * leaves.length + Number(table);
  const rows = known.get(key) ?? rowsOfTable(table, leaves.length);
  known.set(key, rows);
  return rows;
}

function rowsOfTable(table: bigint, inputs: number): Uint8Array {
  const rows = new Uint8Array(2 ** inputs);
  const number = Number(BigInt.asUintN(32, table));
  const upper = rows.length > 32 ? Number(BigInt.asUintN(32, table >> 32n)) : 0;
  for (let row = 0; row < rows.length; row++) rows[row] = ((row < 32 ? number : upper) >>> (row & 31)) & 1;
  return rows;
}

/** A cell over bits instead of literals. */
function normalized(
  node: number,
  isInverted: number,
  operands: readonly Literal[],
  rows: Uint8Array,
  origin: number,
): Lut {
  const leaves = ascending(operands);
  const places = operands.map((one) => leaves.indexOf(one >> 1));
  let [low, high] = [0, 0];
  for (let row = 0; row < 1 << leaves.length; row++) {
    let index = 0;
    for (let at = 0; at < operands.length; at++) {
      const place = places[at] as number;
      index |= ((place < 0 ? 0 : (row >> place) & 1) ^ ((operands[at] as Literal) & 1)) << at;
    }
    const value = (rows[index] as number) ^ isInverted;
    if (row < 32) low |= value << row;
    else high |= value << (row & 31);
  }
  const table = leaves.length > 5 ? (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0) : BigInt(low >>> 0);
  return { node, leaves, table, origin };
}

/** The bits of some literals, each once, without the constant. */
function ascending(literals: readonly Literal[]): readonly number[] {
  const bits: number[] = [];
  for (const literal of literals) {
    const bit = literal >> 1;
    if (bit === 0 || bits.includes(bit)) continue;
    let at = bits.push(bit) - 1;
    for (; at > 0 && (bits[at - 1] as number) > bit; at--) bits[at] = bits[at - 1] as number;
    bits[at] = bit;
  }
  return bits;
}
