// Functions as packed tables, of which some rows may not matter: what is left of them where an input is known, and without
// those that do not matter.
import { ANY } from "./rows.ts";

/** Row r, the value where the inputs, the first the least significant, spell r, is bit r % 32 of word r / 32. */
export interface Table {
  /** Inputs; where they are fewer than five, the bits of the word above their rows are 0. */
  readonly count: number;
  /** The rows that are 1, and those that matter, which hold them all. */
  readonly ones: Int32Array;
  readonly cares: Int32Array;
}

/** Inputs that the rows within a word tell apart. */
const WITHIN = 5;

/** The rows within a word where an input is 0. */
export const LOW = [0x55555555, 0x33333333, 0x0f0f0f0f, 0x00ff00ff, 0x0000ffff];

/** Words of a table of so many inputs. */
export function wordsOf(count: number): number {
  return count <= WITHIN ? 1 : 1 << (count - WITHIN);
}

/** Rows that are 0, 1 or `ANY` as a table. */
export function tableOf(rows: Uint8Array): Table {
  const count = Math.log2(rows.length);
  const ones = new Int32Array(wordsOf(count));
  const cares = new Int32Array(wordsOf(count));
  for (let row = 0; row < rows.length; row++) {
    const value = rows[row] as number;
    const word = row >> WITHIN;
    if (value === 1) ones[word] = (ones[word] as number) | (1 << row);
    if (value !== ANY) cares[word] = (cares[word] as number) | (1 << row);
  }
  return { count, ones, cares };
}

/** The rows of a table; those that do not matter are 0. */
export function rowsOf({ count, ones }: Table): Uint8Array {
  const rows = new Uint8Array(1 << count);
  for (let row = 0; row < rows.length; row++) rows[row] = ((ones[row >> WITHIN] as number) >>> row) & 1;
  return rows;
}

/** Whether all rows matter. */
export function isWhole({ count, cares }: Table): boolean {
  const full = count < WITHIN ? (1 << (1 << count)) - 1 : -1;
  for (let word = 0; word < cares.length; word++) if (cares[word] !== full) return false;
  return true;
}

/** How many inputs matter, each looked at alone. */
export function support(table: Table): number {
  let count = 0;
  for (let at = 0; at < table.count; at++) if (matters(table, at)) count++;
  return count;
}

/** The table without inputs that do not matter, or need not, and the places of those that are left. */
export function supported(table: Table): { readonly table: Table; readonly places: readonly number[] } {
  const places: number[] = [];
  let left = table;
  // What matters keeps mattering while rows that do not are filled in.
  for (let place = 0; place < table.count; place++)
    if (matters(left, places.length)) places.push(place);
    else left = joined(left, places.length);
  return { table: left, places };
}

/** Whether an input changes the value of a row. */
function matters({ ones, cares }: Table, at: number): boolean {
  const shift = 1 << at;
  if (at < WITHIN) {
    const low = LOW[at] as number;
    for (let word = 0; word < ones.length; word++) {
      const one = ones[word] as number;
      const care = cares[word] as number;
      if (((one ^ (one >>> shift)) & care & (care >>> shift) & low) !== 0) return true;
    }
    return false;
  }
  const step = shift >> WITHIN;
  for (let word = 0; word < ones.length; word++) {
    const other = word | step;
    if (other === word) continue;
    const differ = (ones[word] as number) ^ (ones[other] as number);
    if ((differ & (cares[word] as number) & (cares[other] as number)) !== 0) return true;
  }
  return false;
}

/** The table without an input that does not matter: a row that matters for one of its values does so for both. */
function joined({ count, ones, cares }: Table, at: number): Table {
  const either = (words: Int32Array) => {
    const low = halved(words, count, at, 0);
    const high = halved(words, count, at, 1);
    return low.map((word, index) => word | (high[index] as number));
  };
  return { count: count - 1, ones: either(ones), cares: either(cares) };
}

/** The table where an input is known. */
export function fixedTable({ count, ones, cares }: Table, at: number, value: number): Table {
  return { count: count - 1, ones: halved(ones, count, at, value), cares: halved(cares, count, at, value) };
}

/** The rows of words where input `at` of `count` is `value`. */
function halved(words: Int32Array, count: number, at: number, value: number): Int32Array {
  const made = new Int32Array(wordsOf(count - 1));
  if (at >= WITHIN) {
    const low = (1 << (at - WITHIN)) - 1;
    for (let word = 0; word < made.length; word++)
      made[word] = words[(word & low) | ((word & ~low) << 1) | (value << (at - WITHIN))] as number;
    return made;
  }
  const shift = value << at;
  if (count <= WITHIN) made[0] = packed((words[0] as number) >>> shift, at);
  else
    for (let word = 0; word < made.length; word++)
      made[word] =
        packed((words[2 * word] as number) >>> shift, at) |
        (packed((words[2 * word + 1] as number) >>> shift, at) << 16);
  return made;
}

/** The 16 rows of a word where input `at` is 0, side by side. */
function packed(word: number, at: number): number {
  let rows = word & (LOW[at] as number);
  for (let step = at; step < WITHIN - 1; step++) rows = (rows | (rows >>> (1 << step))) & (LOW[step + 1] as number);
  return rows;
}
