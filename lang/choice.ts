// Functions that only choose among some of their inputs: what cells that choose between LUTs side by side can compute.

/** A value, or a choice between two trees by an input: `high` where it is 1. */
export type ChoiceTree =
  | { readonly kind: "value"; readonly at: number; readonly isInverted: boolean }
  | { readonly kind: "choice"; readonly by: number; readonly high: ChoiceTree; readonly low: ChoiceTree };

/** What may be chosen, by input. */
export interface Values {
  /** Levels of choices that make the input already; -1 where it cannot be chosen. */
  readonly height: (at: number) => number;
  /** Whether its inverse can be made instead. */
  readonly isTurnable: (at: number) => boolean;
}

/**
 * A function as a tree of choices of `levels` levels, counted from the LUTs on, each value in it once; undefined if it is
 * none. Bit r of the table is its value where the inputs, the first the least significant, spell r.
 */
export function choiceTree(table: bigint, inputs: number, levels: number, values: Values): ChoiceTree | undefined {
  let count = 0;
  for (let at = 0; at < inputs; at++) if (values.height(at) >= 0) count++;
  if (count < 2) return undefined;
  return grown(
    table,
    Array.from({ length: inputs }, (_, at) => at),
    levels,
    values,
    [],
  );
}

/** The tree of a function of the inputs `places`; the values of it are added to those that are `taken`. */
function grown(
  table: bigint,
  places: readonly number[],
  levels: number,
  values: Values,
  taken: number[],
): ChoiceTree | undefined {
  const value = inputOf(table, places, levels, values, taken);
  if (value !== undefined || levels === 0) return value;
  for (let at = 0; at < places.length; at++) {
    const mark = taken.length;
    const rest = places.toSpliced(at, 1);
    const half = (side: number) => grown(halved(table, places.length, at, side), rest, levels - 1, values, taken);
    const high = half(1);
    const low = high === undefined ? undefined : half(0);
    if (high !== undefined && low !== undefined) return { kind: "choice", by: places[at] as number, high, low };
    taken.length = mark;
  }
  return undefined;
}

/** An input, or its inverse, that is all there is to a function. */
function inputOf(
  table: bigint,
  places: readonly number[],
  levels: number,
  { height, isTurnable }: Values,
  taken: number[],
): ChoiceTree | undefined {
  const all = (1n << BigInt(2 ** places.length)) - 1n;
  for (const [place, at] of places.entries()) {
    if (height(at) !== levels || taken.includes(at)) continue;
    const own = variable(place, places.length);
    const isInverted = table === (own ^ all);
    if (table !== own && !(isInverted && isTurnable(at))) continue;
    taken.push(at);
    return { kind: "value", at, isInverted };
  }
  return undefined;
}

/** The table of input `at` itself. */
function variable(at: number, inputs: number): bigint {
  const step = BigInt(2 ** at);
  let table = ((1n << step) - 1n) << step;
  for (let rows = 2n * step; rows < 2n ** BigInt(inputs); rows *= 2n) table |= table << rows;
  return table;
}

/** The rows in which input `at` is `side`. */
function halved(table: bigint, inputs: number, at: number, side: number): bigint {
  const step = 2 ** at;
  const mask = (1n << BigInt(step)) - 1n;
  let made = 0n;
  for (let from = side * step, to = 0; from < 2 ** inputs; from += 2 * step, to += step)
    made |= ((table >> BigInt(from)) & mask) << BigInt(to);
  return made;
}
