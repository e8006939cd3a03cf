// Functions as their rows, of which some may not matter: their inputs, and what is left of them where one is known.

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

/** The function without inputs that do not matter, or need not. */
export function supported({ inputs, rows }: Func): Func {
  let left = inputs;
  let table = rows;
  // What matters keeps mattering while rows that do not are filled in.
  for (let at = 0; at < left.length; ) {
    if (matters(table, at)) at++;
    else {
      table = joined(table, at);
      left = left.toSpliced(at, 1);
    }
  }
  return { inputs: left, rows: table };
}

/** Whether an input changes the value of a row. */
function matters(rows: Uint8Array, at: number): boolean {
  const step = 1 << at;
  for (let from = 0; from < rows.length; from += 2 * step)
    for (let row = from; row < from + step; row++)
      if ((rows[row] as number) + (rows[row + step] as number) === 1) return true;
  return false;
}

/** The rows without an input that does not matter: a row that is there for one of its values is there for both. */
function joined(rows: Uint8Array, at: number): Uint8Array {
  const made = new Uint8Array(rows.length / 2);
  const step = 1 << at;
  let next = 0;
  for (let from = 0; from < rows.length; from += 2 * step)
    for (let row = from; row < from + step; row++)
      made[next++] = Math.min(rows[row] as number, rows[row + step] as number);
  return made;
}

/** Half of the rows: those where input `at` is `value`. */
export function fixed(rows: Uint8Array, at: number, value: number): Uint8Array {
  const made = new Uint8Array(rows.length / 2);
  const low = (1 << at) - 1;
  for (let row = 0; row < made.length; row++)
    made[row] = rows[(row & low) | ((row & ~low) << 1) | (value << at)] as number;
  return made;
}

/** Tables of inputs: row r of that of input i is bit i of r. They are shared: nothing may write into them. */
export function inputRows(inputs: readonly number[]): Map<number, Uint8Array> {
  const count = inputs.length;
  let rows = variables.get(count);
  if (rows === undefined) {
    const made: Uint8Array[] = [];
    for (let at = 0; at < count; at++) {
      const one = new Uint8Array(2 ** count);
      for (let row = 0; row < one.length; row++) one[row] = (row >> at) & 1;
      made.push(one);
    }
    rows = made;
    variables.set(count, made);
  }
  const known = rows;
  return new Map(inputs.map((input, at) => [input, known[at] as Uint8Array]));
}

const variables = new Map<number, readonly Uint8Array[]>();

/** Rows of the first five inputs; the others are the same all over a word. */
const WITHIN = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000];

/** The table of input `at` as `size` words of 32 rows, the first row the least significant bit. */
export function inputWords(at: number, size: number): Int32Array {
  const within = WITHIN[at];
  if (within !== undefined) return new Int32Array(size).fill(within);
  return Int32Array.from({ length: size }, (_, word) => -((word >> (at - WITHIN.length)) & 1));
}
