// Tables of a few inputs as nodes of a sweep.
import { cofactor } from "./circuit.ts";
import type { Literal, Sweep } from "./sweep.ts";

/** By table, the input that is added modulo 2, as the last of its inputs; -1 if there is none. */
const added = new Map<number, number>();

function addedIn(rows: number, inputs: number): number {
  const key = rows + inputs * 2 ** 32;
  let found = added.get(key);
  if (found !== undefined) return found;
  const full = 2 ** (1 << (inputs - 1)) - 1;
  found = inputs - 1;
  while (found >= 0 && cofactor(rows, found, inputs, 0) + cofactor(rows, found, inputs, 1) !== full) found--;
  if (added.size > 2 ** 16) added.clear();
  added.set(key, found);
  return found;
}

/** A table as a node: sums modulo 2, majorities and choices in forms of their own, else one input after the other. */
export function tabled(on: Sweep, rows: number, inputs: readonly Literal[]): Literal {
  const full = 2 ** (1 << inputs.length) - 1;
  if (rows === 0) return 0;
  if (rows === full) return 1;
  if (inputs.length === 1) return (inputs[0] as Literal) ^ (rows === 1 ? 1 : 0);
  const parity = PARITIES[inputs.length];
  if (parity !== undefined && (rows === parity || rows === full - parity))
    return inputs.reduce((all, one) => on.xor(all, one), rows === parity ? 0 : 1);
  if (inputs.length === 3) {
    const flips = [0, 1, 2, 3, 4, 5, 6, 7].find((flip) => turned(0xe8, flip) === rows);
    if (flips !== undefined) {
      const [a, b, c] = inputs.map((one, at) => one ^ ((flips >> at) & 1)) as [Literal, Literal, Literal];
      return on.and(on.and(a, b) ^ 1, on.and(on.xor(a, b), c) ^ 1) ^ 1;
    }
  }
  const sum = addedIn(rows, inputs.length);
  if (sum >= 0)
    return on.xor(inputs[sum] as Literal, tabled(on, cofactor(rows, sum, inputs.length, 0), inputs.toSpliced(sum, 1)));
  const last = inputs.length - 1;
  const [low, high] = [cofactor(rows, last, inputs.length, 0), cofactor(rows, last, inputs.length, 1)];
  const test = inputs[last] as Literal;
  const rest = inputs.slice(0, last);
  const [a, b] = [tabled(on, high, rest), tabled(on, low, rest)];
  if (a === b) return a;
  if ((a ^ b) === 1) return on.xor(test, b);
  return on.and(on.and(test, a) ^ 1, on.and(test ^ 1, b) ^ 1) ^ 1;
}

const PARITIES = [undefined, undefined, 0x6, 0x96, 0x6996];

/** A table of three inputs of which some are inverted. */
function turned(rows: number, flip: number): number {
  let made = 0;
  for (let row = 0; row < 8; row++) made |= ((rows >> (row ^ flip)) & 1) << row;
  return made;
}
