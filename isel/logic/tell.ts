// Which few bits tell what a function is: a pair of rows, one where it is 1 and one where it is 0, has to be told apart by
// one of them. Pairs are added as they are found to be missing, and the bits are a hitting set of them.

/** A function where it matters: whole truth tables, 32 rows a word. */
export interface Wanted {
  readonly table: Int32Array;
  readonly care: Int32Array;
}

/** A pair of rows, and by candidate whether it tells them apart. */
type Pair = Uint8Array;

interface Search {
  readonly wanted: Wanted;
  readonly candidates: readonly Int32Array[];
  readonly pairs: Pair[];
  readonly isBanned: Uint8Array;
  fuel: number;
}

/** Choices that are tried for a function. */
const FUEL = 400;

/** The places of at most `most` candidates that together tell the function; undefined where none are found. */
export function telling(
  wanted: Wanted,
  candidates: readonly Int32Array[],
  most: number,
): readonly number[] | undefined {
  const search = { wanted, candidates, pairs: [], isBanned: new Uint8Array(candidates.length), fuel: FUEL };
  const chosen: number[] = [];
  return extend(chosen, most, search) ? chosen : undefined;
}

function extend(chosen: number[], most: number, search: Search): boolean {
  if (search.fuel-- <= 0) return false;
  const pair = openPair(chosen, search);
  if (pair === undefined) return true;
  if (chosen.length === most) return false;
  const { isBanned, candidates } = search;
  const tried: number[] = [];
  let isFound = false;
  for (let at = 0; at < candidates.length && !isFound; at++) {
    if (pair[at] === 0 || isBanned[at] === 1) continue;
    chosen.push(at);
    isFound = extend(chosen, most, search);
    if (isFound) break;
    chosen.pop();
    // With it everything has been tried.
    isBanned[at] = 1;
    tried.push(at);
  }
  for (const at of tried) isBanned[at] = 0;
  return isFound;
}

/** A pair that the chosen bits do not tell apart: one that is known, or a new one. */
function openPair(chosen: readonly number[], search: Search): Pair | undefined {
  for (const pair of search.pairs) if (chosen.every((at) => pair[at] === 0)) return pair;
  const rows = confused(chosen, search);
  if (rows === undefined) return undefined;
  const [one, other] = rows;
  const value = (table: Int32Array, row: number) => ((table[row >> 5] as number) >>> (row & 31)) & 1;
  const pair = Uint8Array.from(search.candidates, (table) => value(table, one) ^ value(table, other));
  search.pairs.push(pair);
  return pair;
}

/** Two rows that the chosen bits say the same of, and the function does not. */
function confused(
  chosen: readonly number[],
  { wanted: { table, care }, candidates }: Search,
): readonly [number, number] | undefined {
  const given = chosen.map((at) => candidates[at] as Int32Array);
  const count = 1 << given.length;
  const ones = new Int32Array(count).fill(-1);
  const zeros = new Int32Array(count).fill(-1);
  for (let word = 0; word < care.length; word++) {
    const minds = care[word] as number;
    if (minds === 0) continue;
    const value = table[word] as number;
    for (let row = 0; row < count; row++) {
      let mask = minds;
      for (let at = 0; at < given.length; at++) {
        const bits = (given[at] as Int32Array)[word] as number;
        mask &= ((row >> at) & 1) === 1 ? bits : ~bits;
      }
      if ((mask & value) !== 0) ones[row] = 32 * word + lowest(mask & value);
      if ((mask & ~value) !== 0) zeros[row] = 32 * word + lowest(mask & ~value);
      if ((ones[row] as number) >= 0 && (zeros[row] as number) >= 0) return [ones[row] as number, zeros[row] as number];
    }
  }
  return undefined;
}

/** The place of the lowest bit that is 1. */
function lowest(value: number): number {
  return 31 - Math.clz32(value & -value);
}
