// Inputs of a function that can be bound together: for each choice of them its columns, the functions of the other inputs
// that are left by their values, and how many kinds of these there are. The table is permuted on the way from choice to
// choice until a column is a word; choices that begin alike share that.
import { allRows, isWhole, LOW, type Table, wordsOf } from "./tables.ts";

/** A way to bind inputs together. */
export interface Candidate {
  /** The places of the inputs that are bound; they ascend. */
  readonly bound: readonly number[];
  readonly sight: Sight;
  /** Cells that take the bound inputs. */
  readonly heads: number;
  /** Smaller is better: inputs that are left, and cells. */
  readonly cost: number;
  /** Inputs that are left with the heads; 0 if that is not known, as what does not matter may make them fewer. */
  readonly least: number;
}

/** What is left of a function when inputs are bound. */
export interface Binding {
  /** Functions of the bound inputs. */
  readonly heads: readonly Uint8Array[];
  /** The function of the heads and of `rest`, places of the inputs that follow them. */
  readonly table: Table;
  readonly rest: readonly number[];
}

/** Bound inputs that stay in sight. */
interface Sight {
  /** By place among the bound. */
  readonly seen: readonly number[];
  /** The values of the bound inputs, those together for which the seen ones are the same. */
  readonly order: Uint8Array;
}

/** Inputs of functions that are looked at. */
export const MOST_BOUND = 9;
/** Inputs that are not bound, so that a column is a word. */
export const MOST_FREE = 5;
/** More kinds than two for each value of two inputs in sight are of no use. */
const MOST_KINDS = 8;
/** Ways that are followed; once so many are found, none are looked for that take two cells, nor any that cost more. */
export const BRANCHES = 5;

/** A table some of whose inputs are in place: the i-th that is bound is bit i of the number of a word. */
interface Level {
  readonly ones: Int32Array;
  readonly cares: Int32Array;
  /** The inputs, first those within a word. */
  readonly inputs: Uint8Array;
}

interface Walk {
  readonly count: number;
  readonly bound: number;
  readonly free: number;
  /** Whether some rows do not matter; if not, nothing is asked of `cares`. */
  readonly isOpen: boolean;
}

const levels: readonly Level[] = Array.from({ length: MOST_BOUND }, () => ({
  ones: new Int32Array(1 << (MOST_BOUND - 1)),
  cares: new Int32Array(1 << (MOST_BOUND - 1)),
  inputs: new Uint8Array(MOST_BOUND),
}));

/** By value of the bound inputs: the kind of its column, numbered as they are met. */
const kinds = new Uint8Array(1 << (MOST_BOUND - 1));
/** By kind: the rows that are 1, and those that matter, filled in from all columns of the kind. */
const kindOnes = new Int32Array(MOST_KINDS);
const kindCares = new Int32Array(MOST_KINDS);

/**
 * The ways to bind `bound` inputs of a function of at most `MOST_BOUND`, of which no more than `MOST_FREE` are left; where
 * `BRANCHES` are found, none that cost more than all of these.
 */
export function candidatesOf(table: Table, bound: number): readonly Candidate[] {
  const walk = begun(table, bound);
  const { free } = walk;
  const found: Candidate[] = [];
  const sights = sightsOf(bound);
  // By inputs in sight: how many are found with one head, and with how many of them it is still worth a look.
  const tallies = [0, 0, 0];
  let widest = tallies.length - 1;
  const add = (chosen: number, told: number, sight: Sight, heads: number) => {
    const { seen } = sight;
    // Where all rows matter, all that is left does: with less in sight, or a head less, the kinds would not be told.
    const least = walk.isOpen ? 0 : free + seen.length + (told <= 2 ? 1 : heads);
    found.push({ bound: placesOf(chosen), sight, heads, cost: free + seen.length + 2 * heads, least });
  };
  const visit = (chosen: number) => {
    const told = numbered(walk, 2 << widest);
    if (told === 0) return;
    const sight = firstTold(told, sights, widest);
    if (sight !== undefined) {
      add(chosen, told, sight, 1);
      tallies[sight.seen.length] = (tallies[sight.seen.length] as number) + 1;
      const [none, one] = tallies as [number, number];
      if (none >= BRANCHES) widest = 0;
      else if (none + one >= BRANCHES) widest = Math.min(widest, 1);
    }
    if (free > 1 && found.length < BRANCHES && told <= 4) add(chosen, told, sights[0] as Sight, 2);
  };
  const choose = (from: number, depth: number, chosen: number) => {
    for (let next = from; next <= free + depth; next++) {
      place(next, depth, walk);
      if (depth + 1 === bound) visit(chosen | (1 << next));
      else choose(next + 1, depth + 1, chosen | (1 << next));
    }
  };
  choose(0, 0, 0);
  return found;
}

/** By the bits of a number, their places, ascending. */
const places: (readonly number[] | undefined)[] = [];

function placesOf(chosen: number): readonly number[] {
  const known = places[chosen];
  if (known !== undefined) return known;
  const made: number[] = [];
  for (let at = 0; chosen >> at > 0; at++) if (((chosen >> at) & 1) === 1) made.push(at);
  places[chosen] = made;
  return made;
}

/** The table on the first level, with none of its inputs in place. */
function begun(table: Table, bound: number): Walk {
  const { count, words } = table;
  const size = words.length >> 1;
  const free = count - bound;
  const mask = allRows(free);
  const level = levels[0] as Level;
  for (let value = 0; value < 1 << bound; value++) {
    const row = value << free;
    level.ones[value] = ((words[row >> 5] as number) >>> row) & mask;
    level.cares[value] = ((words[size + (row >> 5)] as number) >>> row) & mask;
  }
  for (let at = 0; at < count; at++) level.inputs[at] = at;
  return { count, bound, free, isOpen: !isWhole(table) };
}

/** Puts an input in place as the one that is bound after `depth` others, on the next level. */
function place(input: number, depth: number, { count, bound, free, isOpen }: Walk): void {
  const from = levels[depth] as Level;
  const to = levels[depth + 1] as Level;
  let at = 0;
  while (from.inputs[at] !== input) at++;
  for (let one = 0; one < count; one++) to.inputs[one] = from.inputs[one] as number;
  to.inputs[at] = from.inputs[free + depth] as number;
  to.inputs[free + depth] = input;
  exchange(from.ones, to.ones, 1 << bound, at, depth, free);
  if (isOpen) exchange(from.cares, to.cares, 1 << bound, at, depth, free);
}

/** Exchanges the input at `at` with that of bit `depth` of the numbers of the words. */
function exchange(from: Int32Array, to: Int32Array, size: number, at: number, depth: number, free: number): void {
  const bit = 1 << depth;
  if (at >= free) {
    const other = 1 << (at - free);
    for (let word = 0; word < size; word++) {
      const isTurned = ((word & bit) === 0) !== ((word & other) === 0);
      to[word] = from[isTurned ? word ^ bit ^ other : word] as number;
    }
    return;
  }
  const low = LOW[at] as number;
  const shift = 1 << at;
  for (let word = 0; word < size; word++) {
    if ((word & bit) !== 0) continue;
    const zero = from[word] as number;
    const one = from[word | bit] as number;
    const turned = ((zero >>> shift) ^ one) & low;
    to[word] = zero ^ (turned << shift);
    to[word | bit] = one ^ turned;
  }
}

/** Numbers the columns of the last level by their kinds, and says how many these are; 0 if they are more than `limit`. */
function numbered({ bound, isOpen }: Walk, limit: number): number {
  const { ones, cares } = levels[bound] as Level;
  const most = Math.min(limit, 1 << (bound - 1));
  const size = 1 << bound;
  let count = 0;
  if (!isOpen) {
    for (let value = 0; value < size; value++) {
      const one = ones[value] as number;
      let kind = 0;
      while (kind < count && kindOnes[kind] !== one) kind++;
      if (kind === count) {
        if (count === most) return 0;
        kindOnes[count++] = one;
      }
      kinds[value] = kind;
    }
    return count;
  }
  for (let value = 0; value < size; value++) {
    const one = ones[value] as number;
    const care = cares[value] as number;
    let kind = 0;
    while (kind < count && ((one ^ (kindOnes[kind] as number)) & care & (kindCares[kind] as number)) !== 0) kind++;
    if (kind === count) {
      if (count === most) return 0;
      kindOnes[count] = 0;
      kindCares[count++] = 0;
    }
    kindOnes[kind] = (kindOnes[kind] as number) | one;
    kindCares[kind] = (kindCares[kind] as number) | care;
    kinds[value] = kind;
  }
  return count;
}

/** The first sight, of those of at most `widest` inputs, in which `count` kinds are told. */
function firstTold(count: number, sights: readonly Sight[], widest: number): Sight | undefined {
  for (const sight of sights) {
    if (sight.seen.length > widest) return undefined;
    if (isTold(count, sight)) return sight;
  }
  return undefined;
}

/** Whether there are no more than two kinds, of `count`, for each value of the inputs in sight. */
function isTold(count: number, { seen, order }: Sight): boolean {
  if (count <= 2) return true;
  if (count > 2 << seen.length) return false;
  const size = order.length >> seen.length;
  for (let at = 0; at < order.length; ) {
    let met = 0;
    for (const end = at + size; at < end; at++) met |= 1 << (kinds[order[at] as number] as number);
    met &= met - 1;
    if ((met & (met - 1)) !== 0) return false;
  }
  return true;
}

const sights = new Map<number, readonly Sight[]>();

/** Which of `bound` inputs may stay in sight: none, then one, then two; fewer than two less than before is no progress. */
function sightsOf(bound: number): readonly Sight[] {
  const known = sights.get(bound);
  if (known !== undefined) return known;
  const places = Array.from({ length: bound }, (_, at) => at);
  const pairs = places.flatMap((one) => places.slice(one + 1).map((two) => [one, two]));
  const made = [[], ...places.map((one) => [one]), ...pairs]
    .filter((seen) => seen.length === 0 || seen.length <= bound - 2)
    .map((seen) => {
      const values = Array.from({ length: 1 << bound }, (_, value) => value);
      return { seen, order: Uint8Array.from(values.sort((a, b) => sightOf(a, seen) - sightOf(b, seen))) };
    });
  sights.set(bound, made);
  return made;
}

/** What the inputs in sight are where the bound ones spell `value`. */
function sightOf(value: number, seen: readonly number[]): number {
  return seen.reduce((sight, at, place) => sight | (((value >> at) & 1) << place), 0);
}

/** What is left of a function by a candidate. */
export function bind(table: Table, { bound, sight: { seen, order }, heads }: Candidate): Binding {
  const walk = begun(table, bound.length);
  const { free, isOpen } = walk;
  bound.forEach((input, depth) => {
    place(input, depth, walk);
  });
  const count = numbered(walk, MOST_KINDS);
  if (!isOpen) kindCares.fill(allRows(free));
  const rest = seen.map((at) => bound[at] as number);
  const inputs = sorted((levels[bound.length] as Level).inputs, free, count);
  for (let at = 0; at < free; at++) rest.push(inputs[at] as number);
  // A label and the inputs in sight tell the kind; labels are numbered anew for each value of these.
  const labels = new Uint8Array(order.length);
  const shown = heads + seen.length;
  const size = wordsOf(shown + free);
  const words = new Int32Array(2 * size);
  const length = order.length >> seen.length;
  for (let at = 0; at < order.length; at++) {
    const part = Math.floor(at / length);
    if (at % length === 0) met.length = 0;
    const value = order[at] as number;
    const kind = kinds[value] as number;
    let label = met.indexOf(kind);
    if (label < 0) {
      label = met.push(kind) - 1;
      const first = label | (part << heads);
      spread(kindOnes[kind] as number, words, first, shown);
      spread(kindCares[kind] as number, words, first + 32 * size, shown);
    }
    labels[value] = label;
  }
  const made: Uint8Array[] = [];
  for (let bit = 0; bit < heads; bit++) {
    const rows = new Uint8Array(order.length);
    for (let value = 0; value < rows.length; value++) rows[value] = ((labels[value] as number) >> bit) & 1;
    made.push(rows);
  }
  return { heads: made, table: { count: shown + free, words }, rest };
}

/** The kinds that were met for a value of the inputs in sight. */
const met: number[] = [];

/** Sorts the inputs within the words of `count` kinds. */
function sorted(inputs: Uint8Array, free: number, count: number): Uint8Array {
  for (let low = 0; low < free; low++) {
    let high = low;
    for (let at = low + 1; at < free; at++) if ((inputs[at] as number) < (inputs[high] as number)) high = at;
    if (high === low) continue;
    const least = inputs[high] as number;
    inputs[high] = inputs[low] as number;
    inputs[low] = least;
    for (let kind = 0; kind < count; kind++) {
      kindOnes[kind] = swapped(kindOnes[kind] as number, low, high);
      kindCares[kind] = swapped(kindCares[kind] as number, low, high);
    }
  }
  return inputs;
}

/** A column with two of its inputs exchanged. */
function swapped(column: number, low: number, high: number): number {
  const shift = (1 << high) - (1 << low);
  const turned = (column ^ (column >>> shift)) & ~(LOW[low] as number) & (LOW[high] as number);
  return column ^ turned ^ (turned << shift);
}

/** Puts the rows of a column into every 2^`step`-th row of a table, from `first` on. */
function spread(column: number, words: Int32Array, first: number, step: number): void {
  for (let left = column; left !== 0; left &= left - 1) {
    const row = first + ((31 - Math.clz32(left & -left)) << step);
    words[row >> 5] = (words[row >> 5] as number) | (1 << row);
  }
}
