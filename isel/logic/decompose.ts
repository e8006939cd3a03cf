// Functions of several inputs as networks of small ones, after Ashenhurst (1957) and Curtis (1962): some inputs are bound
// together where the function tells no more than two kinds of their values apart, if need be for each value of inputs that
// stay in sight. What cannot be bound is split by an input.
import { ANY, type Func, fixed, support, supported } from "./rows.ts";

/** A cell of a network; its inputs are as those of a `Func`. */
export interface Cell {
  readonly inputs: readonly number[];
  readonly rows: Uint8Array;
}

export interface Limits {
  /** Inputs of a cell. */
  readonly inputs: number;
  /** Cells at most. */
  readonly cells: number;
  /** When the inputs of the caller are there, and how long a cell takes. */
  readonly arrival: (input: number) => number;
  readonly delay: number;
  /** When the result has to be there. */
  readonly required: number;
}

/** Ways to bind inputs that are followed at each step. */
const BRANCHES = 5;

/** Functions of more inputs are only split. */
const MOST_BOUND = 9;

interface Search {
  readonly limits: Limits;
  readonly cells: Cell[];
  /** Steps that may still be made. */
  fuel: number;
}

/** The cells of a function, the last its result; undefined if it takes more than the limits allow. */
export function decompose(func: Func, limits: Limits): readonly Cell[] | undefined {
  const search: Search = { limits, cells: [], fuel: FUEL };
  return solve(supported(func), limits.cells, search) ? search.cells : undefined;
}

/** The fewest cells that are found for a function. */
export function decomposeLeast(func: Func, limits: Limits): readonly Cell[] | undefined {
  const search: Search = { limits, cells: [], fuel: FUEL };
  return solveLeast(supported(func), limits.cells, search) ? search.cells : undefined;
}

const FUEL = 100;

/** Tries with one cell more and more; large functions are split in any case, so that they are tried once. */
function solveLeast(func: Func, budget: number, search: Search): boolean {
  if (func.inputs.length > MOST_BOUND) return solve(func, budget, search);
  for (let most = 1; most <= budget; most++) {
    search.fuel = FUEL;
    if (solve(func, most, search)) return true;
  }
  return false;
}

function arrivalOf(input: number, search: Search): number {
  if (input >= 0) return search.limits.arrival(input);
  const cell = search.cells[~input] as Cell;
  return cell.inputs.reduce((last, one) => Math.max(last, arrivalOf(one, search)), 0) + search.limits.delay;
}

/** Pushes the cells of a function onto the search, at most `budget`; takes them back if that is not enough. */
function solve(func: Func, budget: number, search: Search): boolean {
  const { limits } = search;
  const { inputs, rows } = func;
  if (search.fuel-- <= 0) return false;
  const least = Math.ceil((inputs.length - 1) / (limits.inputs - 1));
  if (budget < Math.max(1, least)) return false;
  if (inputs.length <= limits.inputs) {
    const last = inputs.reduce((time, one) => Math.max(time, arrivalOf(one, search)), 0);
    if (last + limits.delay > limits.required) return false;
    search.cells.push({ inputs, rows: rows.map((row) => (row === ANY ? 0 : row)) });
    return true;
  }
  const isBound = inputs.length <= Math.min(MOST_BOUND, limits.inputs + MOST_FREE);
  for (const candidate of isBound ? bindings(func, search) : []) {
    const binding = bind(func, candidate);
    const mark = search.cells.length;
    for (const rows of binding.heads) search.cells.push({ inputs: binding.bound, rows });
    const heads = binding.heads.map((_, at) => ~(mark + at));
    const rest = supported({ inputs: [...heads, ...binding.rest], rows: binding.rows });
    if (solve(rest, budget - heads.length, search)) return true;
    search.cells.length = mark;
  }
  return split(func, budget, search);
}

/** Binding of inputs: `heads` are functions of `bound`, and the rest is a function of them and of `rest`. */
interface Binding {
  readonly bound: readonly number[];
  readonly heads: readonly Uint8Array[];
  readonly rest: readonly number[];
  readonly rows: Uint8Array;
}

/** A binding that is possible. */
interface Candidate {
  readonly choice: Choice;
  /** Bound inputs that stay in sight, by place. */
  readonly seen: readonly number[];
  readonly columns: Columns;
  readonly heads: number;
  /** Smaller is better: inputs that are left, then time. */
  readonly weight: number;
}

/** A choice of inputs to bind, and where the rows lie that belong to their values, and to those of the others. */
interface Choice {
  readonly bound: readonly number[];
  readonly free: readonly number[];
  readonly outer: Int32Array;
  readonly inner: Int32Array;
}

const known = new Map<string, readonly Choice[]>();

/** All choices of `count` of `of` inputs. */
function choicesOf(of: number, count: number): readonly Choice[] {
  const key = `${of} ${count}`;
  const made = known.get(key) ?? combinations(of, count).map((bound) => choice(bound, of));
  known.set(key, made);
  return made;
}

function combinations(of: number, count: number): readonly (readonly number[])[] {
  const made: (readonly number[])[] = [];
  const grow = (from: number, chosen: readonly number[]): void => {
    if (chosen.length === count) made.push(chosen);
    else for (let next = from; next < of; next++) grow(next + 1, [...chosen, next]);
  };
  grow(0, []);
  return made;
}

function choice(bound: readonly number[], of: number): Choice {
  const free = Array.from({ length: of }, (_, at) => at).filter((at) => !bound.includes(at));
  const spread = (places: readonly number[]) =>
    Int32Array.from({ length: 1 << places.length }, (_, value) =>
      places.reduce((all, place, at) => all | (((value >> at) & 1) << place), 0),
    );
  return { bound, free, outer: spread(bound), inner: spread(free) };
}

/** The best bindings of a function, at most `BRANCHES`. */
function bindings(func: Func, search: Search): readonly Candidate[] {
  const { inputs, rows } = func;
  const n = inputs.length;
  const k = search.limits.inputs;
  const found: Candidate[] = [];
  const times = inputs.map((input) => arrivalOf(input, search));
  for (const choice of choicesOf(n, k)) {
    const columns = columnsOf(rows, choice, k);
    if (columns === undefined) continue;
    const time = choice.bound.reduce((last, at) => Math.max(last, times[at] as number), 0);
    const add = (seen: readonly number[], heads: number) =>
      found.push({ choice, seen, columns, heads, weight: (n - k + seen.length + 2 * heads) * 1e9 + time });
    // Fewer than two inputs less than before is no progress.
    const seen = sharings(k).find((one) => one.length <= k - 2 && isTold(columns, one));
    if (seen !== undefined) add(seen, 1);
    if (n > k + 1 && found.length < BRANCHES && columns.count <= 4) add([], 2);
  }
  return found.sort((a, b) => a.weight - b.weight).slice(0, BRANCHES);
}

const sights = new Map<number, readonly (readonly number[])[]>();

/** Which of k bound inputs may stay in sight: none, then one, then two. */
function sharings(k: number): readonly (readonly number[])[] {
  const made = sights.get(k) ?? [[], ...combinations(k, 1), ...combinations(k, 2)];
  sights.set(k, made);
  return made;
}

/** The functions of the free inputs that are left by the values of the bound ones, as sets of rows. */
interface Columns {
  /** By values of the bound inputs: the kind of function, numbered as they are met. */
  readonly kinds: Uint8Array;
  readonly count: number;
  /** By kind: the rows that are 1, and those that matter, filled in from all that are of the kind. */
  readonly ones: Int32Array;
  readonly cares: Int32Array;
}

/** More kinds than two for each value of two inputs in sight are of no use. */
const MOST_KINDS = 8;
/** Free inputs, so that a set of rows is one integer. */
const MOST_FREE = 5;

function columnsOf(rows: Uint8Array, { outer, inner }: Choice, k: number): Columns | undefined {
  const kinds = new Uint8Array(outer.length);
  const ones = new Int32Array(MOST_KINDS);
  const cares = new Int32Array(MOST_KINDS);
  const most = k < 4 ? 2 ** (k - 1) : MOST_KINDS;
  let count = 0;
  for (let value = 0; value < outer.length; value++) {
    const base = outer[value] as number;
    let one = 0;
    let care = 0;
    for (let at = 0; at < inner.length; at++) {
      const row = rows[base | (inner[at] as number)] as number;
      one |= (row & 1) << at;
      care |= (row < ANY ? 1 : 0) << at;
    }
    let kind = 0;
    while (kind < count && ((one ^ (ones[kind] as number)) & care & (cares[kind] as number)) !== 0) kind++;
    if (kind === count && ++count > most) return undefined;
    ones[kind] = (ones[kind] as number) | one;
    cares[kind] = (cares[kind] as number) | care;
    kinds[value] = kind;
  }
  return { kinds, count, ones, cares };
}

const first = new Int8Array(4);
const second = new Int8Array(4);

/** Whether there are no more than two kinds for each value of the inputs in sight. */
function isTold({ kinds, count }: Columns, seen: readonly number[]): boolean {
  if (count <= 2) return true;
  if (count > 2 << seen.length) return false;
  first.fill(-1);
  second.fill(-1);
  for (let value = 0; value < kinds.length; value++) {
    const sight = sightOf(value, seen);
    const kind = kinds[value] as number;
    if (first[sight] === -1) first[sight] = kind;
    else if (first[sight] !== kind) {
      if (second[sight] === -1) second[sight] = kind;
      else if (second[sight] !== kind) return false;
    }
  }
  return true;
}

/** What the inputs in sight are where the bound ones spell `value`. */
function sightOf(value: number, seen: readonly number[]): number {
  let sight = 0;
  for (let at = 0; at < seen.length; at++) sight |= ((value >> (seen[at] as number)) & 1) << at;
  return sight;
}

/** Numbers the kinds anew for each value of the inputs in sight. */
function labelsOf({ kinds }: Columns, seen: readonly number[]): Uint8Array {
  const met: number[][] = Array.from({ length: 1 << seen.length }, () => []);
  return kinds.map((kind, value) => {
    const own = met[sightOf(value, seen)] as number[];
    const known = own.indexOf(kind);
    return known < 0 ? own.push(kind) - 1 : known;
  });
}

function bind({ inputs }: Func, { choice, seen, columns, heads }: Candidate): Binding {
  const { bound, free } = choice;
  const { kinds, ones, cares } = columns;
  const labels = labelsOf(columns, seen);
  const shown = heads + seen.length;
  const restPlaces = [...seen.map((at) => bound[at] as number), ...free];
  const rows = new Uint8Array(1 << (heads + restPlaces.length)).fill(ANY);
  // A label and the inputs in sight tell the kind.
  labels.forEach((label, value) => {
    const low = label | (sightOf(value, seen) << heads);
    const kind = kinds[value] as number;
    for (let at = 0; at < 1 << free.length; at++)
      rows[low | (at << shown)] =
        (((cares[kind] as number) >> at) & 1) === 0 ? ANY : ((ones[kind] as number) >> at) & 1;
  });
  return {
    bound: bound.map((at) => inputs[at] as number),
    heads: Array.from({ length: heads }, (_, bit) => labels.map((one) => (one >> bit) & 1)),
    rest: restPlaces.map((place) => inputs[place] as number),
    rows,
  };
}

/** Chooses between two functions by an input. */
function split({ inputs, rows }: Func, budget: number, search: Search): boolean {
  if (budget < 3) return false;
  const { limits } = search;
  // Where little is left of both halves; among equals what comes last.
  const left = inputs.map((_, at) => support(fixed(rows, at, 0)) + support(fixed(rows, at, 1)));
  const order = inputs
    .map((_, at) => at)
    .sort(
      (a, b) =>
        (left[a] as number) - (left[b] as number) ||
        arrivalOf(inputs[b] as number, search) - arrivalOf(inputs[a] as number, search),
    );
  const isLarge = inputs.length > MOST_BOUND;
  for (const at of order.slice(0, isLarge ? 1 : 3)) {
    const mark = search.cells.length;
    const rest = inputs.toSpliced(at, 1);
    const halves = [0, 1].map((value) => supported({ inputs: rest, rows: fixed(rows, at, value) }));
    const inner: Search = {
      limits: { ...limits, required: limits.required - limits.delay },
      cells: search.cells,
      fuel: search.fuel,
    };
    const ends: number[] = [];
    let isMade = true;
    for (const half of halves) {
      isMade = isMade && (isLarge ? solveLeast : solve)(half, budget - 1 - (search.cells.length - mark), inner);
      ends.push(~(search.cells.length - 1));
    }
    search.fuel = inner.fuel;
    const [low, high] = ends as [number, number];
    const test = inputs[at] as number;
    const isInTime = arrivalOf(test, search) + limits.delay <= limits.required;
    if (isMade && isInTime && search.cells.length - mark < budget) {
      search.cells.push({ inputs: [test, high, low], rows: Uint8Array.from([0, 0, 0, 1, 1, 0, 1, 1]) });
      return true;
    }
    search.cells.length = mark;
  }
  return false;
}
