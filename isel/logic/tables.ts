// Functions as packed tables, of which some rows may not matter: what is left of them where an input is known, and without
// those that do not matter.
import { ANY, WITHIN as INPUTS } from "./rows.ts";

/** Row r, the value where the inputs, the first the least significant, spell r, is bit r % 32 of word r / 32. */
export interface Table {
  /** Inputs; where they are fewer than five, the bits of the words above their rows are 0. */
  readonly count: number;
  /** The rows that are 1; then, in as many words, those that matter, which hold them all. */
  readonly words: Int32Array;
}

/** Inputs that the rows within a word tell apart. */
const WITHIN = INPUTS.length;

/** The rows within a word where an input is 0. */
export const LOW = INPUTS.map((rows) => ~rows);

/** Words of the rows of so many inputs. */
export function wordsOf(count: number): number {
  return count <= WITHIN ? 1 : 1 << (count - WITHIN);
}

/** All rows of so many inputs within a word. */
export function allRows(count: number): number {
  return count < WITHIN ? (1 << (1 << count)) - 1 : -1;
}

/** Rows that are 0, 1 or `ANY` as a table. */
export function tableOf(rows: Uint8Array): Table {
  const count = Math.log2(rows.length);
  const size = wordsOf(count);
  const words = new Int32Array(2 * size);
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row] as number;
    const word = row >> WITHIN;
    if (value === 1) words[word] = (words[word] as number) | (1 << row);
    if (value !== ANY) words[size + word] = (words[size + word] as number) | (1 << row);
  }
  return { count, words };
}

/** The rows of a table; those that do not matter are 0. */
export function rowsOf({ count, words }: Table): Uint8Array {
  const rows = new Uint8Array(1 << count);
  for (let row = 0; row < rows.length; row++) rows[row] = ((words[row >> WITHIN] as number) >>> row) & 1;
  return rows;
}

/** Whether all rows matter. */
export function isWhole({ count, words }: Table): boolean {
  const all = allRows(count);
  for (let word = words.length >> 1; word < words.length; word++) if (words[word] !== all) return false;
  return true;
}

/** The table without inputs that do not matter, or need not, and the places of those that are left. */
export function supported(table: Table): { readonly table: Table; readonly places: readonly number[] } {
  const places: number[] = [];
  let left = table;
  // What matters keeps mattering while rows that do not are filled in.
  for (let place = 0; place < table.count; place++)
    if (matters(left, places.length)) places.push(place);
    else left = folded(left, places.length, -1, -1);
  return { table: left, places };
}

/** Whether an input changes the value of a row. */
function matters({ words }: Table, at: number): boolean {
  const size = words.length >> 1;
  for (let word = 0; word < size; word++) if (changed(words, size, word, at) !== 0) return true;
  return false;
}

/** The rows of a word that are other ones where input `at` is 1 instead of 0. */
function changed(words: Int32Array, size: number, word: number, at: number): number {
  const one = words[word] as number;
  const care = words[size + word] as number;
  if (at < WITHIN) {
    const shift = 1 << at;
    return (one ^ (one >>> shift)) & care & (care >>> shift) & (LOW[at] as number);
  }
  const other = word | (1 << (at - WITHIN));
  return other === word ? 0 : (one ^ (words[other] as number)) & care & (words[size + other] as number);
}

/** By input: how many inputs matter where it is 0, and how many where it is 1, each looked at alone. */
export function supports(table: Table): readonly [lows: Uint8Array, highs: Uint8Array] {
  const { count, words } = table;
  const size = words.length >> 1;
  const lows = new Uint8Array(count);
  const highs = new Uint8Array(count);
  for (let other = 0; other < count; other++) {
    // Where it matters: rows within a word, and bits of the numbers of words that are 0 or 1 there.
    let rows = 0;
    let zeros = 0;
    let ones = 0;
    for (let word = 0; word < size; word++) {
      const rowsHere = changed(words, size, word, other);
      if (rowsHere === 0) continue;
      rows |= rowsHere;
      zeros |= ~word;
      ones |= word;
    }
    for (let at = 0; at < count; at++) {
      if (at === other) continue;
      const low = at < WITHIN ? rows & (LOW[at] as number) : zeros & (1 << (at - WITHIN));
      const high = at < WITHIN ? rows & ~(LOW[at] as number) : ones & (1 << (at - WITHIN));
      if (low !== 0) lows[at] = (lows[at] as number) + 1;
      if (high !== 0) highs[at] = (highs[at] as number) + 1;
    }
  }
  return [lows, highs];
}

/** The table where an input is known. */
export function fixedTable(table: Table, at: number, value: number): Table {
  return folded(table, at, value - 1, -value);
}

/** The table without input `at`: its rows where that is 0, under a mask, with those where it is 1, under another. */
function folded({ count, words }: Table, at: number, zero: number, one: number): Table {
  const made = new Int32Array(2 * wordsOf(count - 1));
  if (at >= WITHIN) {
    const step = 1 << (at - WITHIN);
    for (let word = 0; word < made.length; word++) {
      const from = word + (word & -step);
      made[word] = ((words[from] as number) & zero) | ((words[from + step] as number) & one);
    }
  } else {
    const shift = 1 << at;
    const half = (from: number) => {
      const word = words[from] as number;
      return packed((word & zero) | ((word >>> shift) & one), at);
    };
    for (let word = 0; word < made.length; word++)
      made[word] = count <= WITHIN ? half(word) : half(2 * word) | (half(2 * word + 1) << 16);
  }
  return { count: count - 1, words: made };
}

/** The 16 rows of a word where input `at` is 0, side by side. */
function packed(word: number, at: number): number {
  let rows = word & (LOW[at] as number);
  for (let step = at; step < WITHIN - 1; step++) rows = (rows | (rows >>> (1 << step))) & (LOW[step + 1] as number);
  return rows;
}

/**
 * By bit of `words` words: the row of a cell, 0 or 1, that is spelt by the bits of its operands, the first the least
 * significant.
 */
export function chosen(rows: Uint8Array, operands: readonly Int32Array[], words: number): Int32Array {
  return operands.length <= 4 ? ofFour(rows, operands, words) : ofMany(rows, operands, words);
}

/** Four operands at most: the first is decided beforehand. */
function ofFour(rows: Uint8Array, given: readonly Int32Array[], words: number): Int32Array {
  const made = new Int32Array(words);
  const [a = made, b = made, c = made, d = made] = given;
  const row = (at: number) => -(rows[at & (rows.length - 1)] as number);
  const low = (at: number) => row(2 * at);
  const turn = (at: number) => row(2 * at) ^ row(2 * at + 1);
  const [l0, l1, l2, l3, l4, l5, l6, l7] = [low(0), low(1), low(2), low(3), low(4), low(5), low(6), low(7)];
  const [t0, t1, t2, t3, t4, t5, t6, t7] = [turn(0), turn(1), turn(2), turn(3), turn(4), turn(5), turn(6), turn(7)];
  for (let word = 0; word < words; word++) {
    const x = a[word] as number;
    const y = b[word] as number;
    const z = c[word] as number;
    const w = d[word] as number;
    const p0 = l0 ^ (x & t0);
    const p1 = l1 ^ (x & t1);
    const p2 = l2 ^ (x & t2);
    const p3 = l3 ^ (x & t3);
    const p4 = l4 ^ (x & t4);
    const p5 = l5 ^ (x & t5);
    const p6 = l6 ^ (x & t6);
    const p7 = l7 ^ (x & t7);
    const q0 = p0 ^ (y & (p0 ^ p1));
    const q1 = p2 ^ (y & (p2 ^ p3));
    const q2 = p4 ^ (y & (p4 ^ p5));
    const q3 = p6 ^ (y & (p6 ^ p7));
    const r0 = q0 ^ (z & (q0 ^ q1));
    const r1 = q2 ^ (z & (q2 ^ q3));
    made[word] = r0 ^ (w & (r0 ^ r1));
  }
  return made;
}

/** Any number of operands. */
function ofMany(rows: Uint8Array, given: readonly Int32Array[], words: number): Int32Array {
  const made = new Int32Array(words);
  const left = new Int32Array(rows.length);
  for (let word = 0; word < words; word++) {
    for (let row = 0; row < rows.length; row++) left[row] = -(rows[row] as number);
    let count = rows.length;
    for (let at = 0; at < given.length; at++) {
      const value = (given[at] as Int32Array)[word] as number;
      count >>= 1;
      for (let row = 0; row < count; row++)
        left[row] = (value & (left[2 * row + 1] as number)) | (~value & (left[2 * row] as number));
    }
    made[word] = left[0] as number;
  }
  return made;
}
