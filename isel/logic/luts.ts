// The functions of a mapping: a truth table for each bit that becomes a cell.
import { AND, type Bits } from "./bits.ts";
import type { Lut } from "./cone.ts";
import type { Mapping } from "./map.ts";
import { union } from "./origins.ts";
import { inputTables } from "./rows.ts";

/** Truth tables of the variables, in two halves of 32 rows. */
const VARIABLES = inputTables(6);

/** The cells of a mapping, operands before users. A leaf that does not matter is left out. */
export function lutsOf(bits: Bits, { cuts }: Mapping): Lut[] {
  const { kind, left, right, origins } = bits;
  const low = new Int32Array(bits.count);
  const high = new Int32Array(bits.count);
  const stamp = new Int32Array(bits.count);
  const path: number[] = [];
  let round = 0;
  const luts: Lut[] = [];
  for (const [node, leaves] of cuts) {
    round++;
    let origin = bits.origin[node] as number;
    for (let at = 0; at < leaves.length; at++) {
      const leaf = leaves[at] as number;
      const variable = VARIABLES[at] as Int32Array;
      low[leaf] = variable[0] as number;
      high[leaf] = variable[1] as number;
      stamp[leaf] = round;
    }
    path.push(node);
    for (let at: number | undefined = node; at !== undefined; at = path.at(-1)) {
      const a = left[at] as number;
      const b = right[at] as number;
      const isOpen = stamp[at] !== round;
      if (isOpen && stamp[b >> 1] !== round) path.push(b >> 1);
      else if (isOpen && stamp[a >> 1] !== round) path.push(a >> 1);
      else {
        path.pop();
        if (!isOpen) continue;
        const isAnd = kind[at] === AND;
        low[at] = combined(half(low, a), half(low, b), isAnd);
        high[at] = combined(half(high, a), half(high, b), isAnd);
        stamp[at] = round;
        origin = union(origins, origin, bits.origin[at] as number);
      }
    }
    luts.push(
      reduced({ node, leaves, table: tableOf(low[node] as number, high[node] as number, leaves.length), origin }),
    );
  }
  return luts;
}

function half(table: Int32Array, literal: number): number {
  return (table[literal >> 1] as number) ^ -(literal & 1);
}

function combined(a: number, b: number, isAnd: boolean): number {
  return isAnd ? a & b : a ^ b;
}

function tableOf(low: number, high: number, inputs: number): bigint {
  if (inputs <= 5) return BigInt((inputs === 5 ? low : low & ((1 << (1 << inputs)) - 1)) >>> 0);
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
}

/** Half of a table: the rows where variable `at` is `value`. */
export function cofactor(table: bigint, inputs: number, at: number, value: number): bigint {
  if (inputs <= 5) return BigInt(narrowCofactor(Number(table), inputs, at, value));
  if (inputs === 6) {
    const [low, high] = [Number(BigInt.asUintN(32, table)), Number(table >> 32n)];
    if (at === 5) return BigInt(value === 1 ? high : low);
    return BigInt(narrowCofactor(high, 5, at, value) * 0x10000 + narrowCofactor(low, 5, at, value));
  }
  let half = 0n;
  let next = 0n;
  for (let row = 0; row < 2 ** inputs; row++)
    if (((row >> at) & 1) === value) half |= ((table >> BigInt(row)) & 1n) << next++;
  return half;
}

/** The same for tables of up to 32 rows, without integers of any size. */
function narrowCofactor(table: number, inputs: number, at: number, value: number): number {
  let half = 0;
  const low = (1 << at) - 1;
  const rows = 1 << (inputs - 1);
  for (let row = 0; row < rows; row++)
    half |= ((table >>> ((row & low) | ((row & ~low) << 1) | (value << at))) & 1) << row;
  return half >>> 0;
}

/** The same function without leaves that do not matter. */
export function reduced(lut: Lut): Lut {
  const { leaves, table } = lut;
  if (leaves.length <= 5) {
    const narrow = Number(table);
    const isFull = leaves.every(
      (_, at) => narrowCofactor(narrow, leaves.length, at, 0) !== narrowCofactor(narrow, leaves.length, at, 1),
    );
    if (isFull) return lut;
  }
  for (let at = 0; at < leaves.length; at++) {
    const without = cofactor(table, leaves.length, at, 0);
    if (without === cofactor(table, leaves.length, at, 1)) {
      return reduced({ ...lut, leaves: leaves.toSpliced(at, 1), table: without });
    }
  }
  return lut;
}

/** The same function with its leaves in another order: new leaf `at` is the old one `order[at]`. */
export function permuted(table: bigint, order: readonly number[]): bigint {
  if (order.every((old, at) => old === at)) return table;
  if (order.length <= 5) {
    const narrow = Number(table);
    let made = 0;
    for (let row = 0; row < 1 << order.length; row++) {
      let from = 0;
      for (let at = 0; at < order.length; at++) from |= ((row >> at) & 1) << (order[at] as number);
      made |= ((narrow >>> from) & 1) << row;
    }
    return BigInt(made >>> 0);
  }
  let made = 0n;
  for (let row = 0; row < 2 ** order.length; row++) {
    let from = 0;
    order.forEach((old, at) => {
      from |= ((row >> at) & 1) << old;
    });
    made |= ((table >> BigInt(from)) & 1n) << BigInt(row);
  }
  return made;
}

/** The function whose inputs in the set `flips` are inverted. */
export function turned(table: bigint, inputs: number, flips: number): bigint {
  if (flips === 0) return table;
  let made = 0n;
  for (let row = 0; row < 2 ** inputs; row++) made |= ((table >> BigInt(row ^ flips)) & 1n) << BigInt(row);
  return made;
}
