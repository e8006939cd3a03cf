// Functions as ands and exclusive ors: what an input alone decides comes off first, then what two inputs tell together, then
// halves are chosen between. How that goes is found once a function.
import { AND, and, type Bits, FALSE, type Literal, leaf, newBits, xor } from "./bits.ts";
import { newOrigins } from "./origins.ts";
import { fixed } from "./rows.ts";

/** The gates of a function over its inputs, which are bits 1, 2, ...; the gates follow them. */
interface Recipe {
  readonly inputs: number;
  readonly kind: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
  readonly result: Literal;
}

const known = new Map<number | string, Recipe>();
/** Functions that are remembered: all of four inputs, and many of more. */
const MOST_KNOWN = 200_000;

/** The function of operands, the first the least significant of a row. */
export function structure(bits: Bits, rows: Uint8Array, operands: readonly Literal[], origin: number): Literal {
  const { inputs, kind, left, right, result } = recipeOf(rows);
  const made: Literal[] = [FALSE];
  for (const operand of operands) made.push(operand);
  for (let at = 0; at < kind.length; at++) {
    const a = within(made, left[at] as Literal);
    const b = within(made, right[at] as Literal);
    made[inputs + 1 + at] = kind[at] === AND ? and(bits, a, b, origin) : xor(bits, a, b, origin);
  }
  return within(made, result);
}

function within(made: readonly Literal[], literal: Literal): Literal {
  return (made[literal >> 1] as Literal) ^ (literal & 1);
}

function recipeOf(rows: Uint8Array): Recipe {
  const key = keyOf(rows);
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const bits = newBits(newOrigins(0));
  const inputs = Math.log2(rows.length);
  const operands = Array.from({ length: inputs }, () => leaf(bits, -1));
  const result = build(bits, rows, operands);
  const gates = <T extends Uint8Array | Int32Array>(list: T) => list.slice(inputs + 1, bits.count) as T;
  const made = { inputs, kind: gates(bits.kind), left: gates(bits.left), right: gates(bits.right), result };
  known.set(key, made);
  return made;
}

/** A number for up to 32 rows, else a text. */
export function keyOf(rows: Uint8Array): number | string {
  if (rows.length > 32) return rows.join("");
  let value = 0;
  for (let row = 0; row < rows.length; row++) value |= (rows[row] as number) << row;
  return rows.length * 2 ** 32 + (value >>> 0);
}

function build(bits: Bits, rows: Uint8Array, operands: readonly Literal[]): Literal {
  if (rows.every((one) => one === rows[0])) return rows[0] as number;
  const halves = operands.map((_, at) => [fixed(rows, at, 0), fixed(rows, at, 1)] as const);
  const without = (at: number) => operands.toSpliced(at, 1);
  for (const [at, [low, high]] of halves.entries()) {
    const x = operands[at] as Literal;
    const rest = without(at);
    if (same(low, high)) return build(bits, low, rest);
    if (low.every((one) => one === 0)) return and(bits, x, build(bits, high, rest), -1);
    if (high.every((one) => one === 0)) return and(bits, x ^ 1, build(bits, low, rest), -1);
    if (low.every((one) => one === 1)) return and(bits, x, build(bits, high, rest) ^ 1, -1) ^ 1;
    if (high.every((one) => one === 1)) return and(bits, x ^ 1, build(bits, low, rest) ^ 1, -1) ^ 1;
    if (low.every((one, row) => one !== high[row])) return xor(bits, x, build(bits, low, rest), -1);
  }
  const pair = pairOf(rows, operands.length);
  if (pair !== undefined) {
    const { first, second, head, rest } = pair;
    const joined = build(bits, head, [operands[first] as Literal, operands[second] as Literal]);
    return build(bits, rest, [joined, ...operands.filter((_, at) => at !== first && at !== second)]);
  }
  const [low, high] = halves[0] as readonly [Uint8Array, Uint8Array];
  const x = operands[0] as Literal;
  const [a, b] = [build(bits, high, without(0)), build(bits, low, without(0))];
  return and(bits, and(bits, x, a, -1) ^ 1, and(bits, x ^ 1, b, -1) ^ 1, -1) ^ 1;
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
