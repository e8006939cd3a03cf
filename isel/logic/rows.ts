// Functions as their rows, of which some may not matter: what is left of them where an input is known; and the rows of inputs.

/** The value of a row that does not matter. */
export const ANY = 2;

/**
 * A function as its rows: row r is the value where the inputs, the first the least significant, spell r; 0, 1, or ANY.
 */
export interface Func {
  /** What the inputs are: numbers of the caller's, or `~i` for function i of the network. */
  readonly inputs: readonly number[];
  readonly rows: Uint8Array;
}

/** A cell of a network; its inputs are as those of a `Func`. */
export interface Cell {
  readonly inputs: readonly number[];
  readonly rows: Uint8Array;
}

/** Rows of a choice by the first of three inputs: of the second where that is 1, else of the third. */
export const CHOICE = Uint8Array.from([0, 0, 0, 1, 1, 0, 1, 1]);

/** Half of the rows: those where input `at` is `value`. */
export function fixed(rows: Uint8Array, at: number, value: number): Uint8Array {
  const made = new Uint8Array(rows.length / 2);
  const low = (1 << at) - 1;
  for (let row = 0; row < made.length; row++)
    made[row] = rows[(row & low) | ((row & ~low) << 1) | (value << at)] as number;
  return made;
}

/** Rows of the first five inputs; the others are the same all over a word. */
export const WITHIN = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000];

/** The table of input `at` as `size` words of 32 rows, the first row the least significant bit. */
export function inputWords(at: number, size: number): Int32Array {
  const within = WITHIN[at];
  if (within !== undefined) return new Int32Array(size).fill(within);
  const words = new Int32Array(size);
  for (let word = 0; word < size; word++) words[word] = -((word >> (at - WITHIN.length)) & 1);
  return words;
}

const variables: (readonly Int32Array[] | undefined)[] = [];

/** The tables of so many inputs in their fewest words. They are shared: nothing may write into them. */
export function inputTables(count: number): readonly Int32Array[] {
  const size = Math.max(1, 2 ** (count - WITHIN.length));
  variables[count] ??= Array.from({ length: count }, (_, at) => inputWords(at, size));
  return variables[count];
}
