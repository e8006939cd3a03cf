// Functions of several inputs as networks of small ones, after Ashenhurst (1957) and Curtis (1962): some inputs are bound
// together where the function tells no more than two kinds of their values apart, if need be for each value of inputs that
// stay in sight. What cannot be bound is split by an input.

/** A function as its rows: row r is the value where the inputs, the first the least significant, spell r. */
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

interface Search {
  readonly limits: Limits;
  readonly cells: Cell[];
  /** Steps that may still be made. */
  fuel: number;
}

/** The cells of a function, the last its result; undefined if it takes more than the limits allow. */
export function decompose(func: Func, limits: Limits): readonly Cell[] | undefined {
  const search: Search = { limits, cells: [], fuel: 400 };
  const made = solve(supported(func), limits.cells, search);
  return made ? search.cells : undefined;
}

/** The function without inputs that do not matter. */
export function supported({ inputs, rows }: Func): Func {
  for (let at = 0; at < inputs.length; at++) {
    const step = 1 << at;
    let matters = false;
    for (let row = 0; row < rows.length && !matters; row++)
      if ((row & step) === 0 && rows[row] !== rows[row | step]) matters = true;
    if (!matters) return supported({ inputs: inputs.toSpliced(at, 1), rows: fixed(rows, at, 0) });
  }
  return { inputs, rows };
}

function fixed(rows: Uint8Array, at: number, value: number): Uint8Array {
  const made = new Uint8Array(rows.length / 2);
  const low = (1 << at) - 1;
  for (let row = 0; row < made.length; row++)
    made[row] = rows[(row & low) | ((row & ~low) << 1) | (value << at)] as number;
  return made;
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
    search.cells.push({ inputs, rows });
    return true;
  }
  for (const binding of bindings(func, search).slice(0, BRANCHES)) {
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
  /** Smaller is better: inputs that are left, then time. */
  readonly weight: number;
}

const subsets = new Map<string, readonly (readonly number[])[]>();

/** All choices of `count` of the numbers below `of`. */
function choices(of: number, count: number): readonly (readonly number[])[] {
  const key = `${of} ${count}`;
  const known = subsets.get(key);
  if (known !== undefined) return known;
  const made: (readonly number[])[] = [];
  const grow = (from: number, chosen: readonly number[]): void => {
    if (chosen.length === count) made.push(chosen);
    else for (let next = from; next < of; next++) grow(next + 1, [...chosen, next]);
  };
  grow(0, []);
  subsets.set(key, made);
  return made;
}

function bindings(func: Func, search: Search): readonly Binding[] {
  const { inputs } = func;
  const n = inputs.length;
  const k = search.limits.inputs;
  const found: Binding[] = [];
  for (const bound of choices(n, k)) {
    const free = Array.from({ length: n }, (_, at) => at).filter((at) => !bound.includes(at));
    const kinds = columns(func, bound, free);
    const time = bound.reduce((last, at) => Math.max(last, arrivalOf(inputs[at] as number, search)), 0);
    for (const seen of sharings(k)) {
      // Fewer than two inputs less than before is no progress.
      if (seen.length > k - 2) continue;
      const labels = label(kinds, seen, 2);
      if (labels === undefined) continue;
      found.push(binding(func, bound, free, seen, labels, 1, time));
      break;
    }
    if (n > k + 1 && found.length < BRANCHES) {
      const labels = label(kinds, [], 4);
      if (labels !== undefined) found.push(binding(func, bound, free, [], labels, 2, time));
    }
  }
  return found.sort((a, b) => a.weight - b.weight);
}

/** Which bound inputs may stay in sight: none, then one, then two. */
function sharings(k: number): readonly (readonly number[])[] {
  return [[], ...choices(k, 1), ...choices(k, 2)];
}

/** By values of the bound inputs: the kind of function of the free ones that is left, numbered as they are met. */
function columns({ rows }: Func, bound: readonly number[], free: readonly number[]): Uint8Array {
  const spread = (places: readonly number[]) =>
    Int32Array.from({ length: 1 << places.length }, (_, value) =>
      places.reduce((all, place, at) => all | (((value >> at) & 1) << place), 0),
    );
  const [outer, inner] = [spread(bound), spread(free)];
  const kinds = new Uint8Array(outer.length);
  const firsts: number[] = [];
  for (let value = 0; value < outer.length; value++) {
    const base = outer[value] as number;
    let kind = firsts.findIndex((first) => {
      for (const offset of inner) if (rows[base | offset] !== rows[first | offset]) return false;
      return true;
    });
    if (kind < 0) kind = firsts.push(base) - 1;
    kinds[value] = kind;
  }
  return kinds;
}

/** Numbers the kinds anew for each value of the inputs in sight; undefined where there are more than `most`. */
function label(kinds: Uint8Array, seen: readonly number[], most: number): Uint8Array | undefined {
  const labels = new Uint8Array(kinds.length);
  const known = new Map<number, Map<number, number>>();
  for (let value = 0; value < kinds.length; value++) {
    const sight = seen.reduce((all, at, index) => all | (((value >> at) & 1) << index), 0);
    const own = known.get(sight) ?? new Map<number, number>();
    known.set(sight, own);
    const kind = kinds[value] as number;
    const made = own.get(kind) ?? own.size;
    if (made >= most) return undefined;
    own.set(kind, made);
    labels[value] = made;
  }
  return labels;
}

function binding(
  { inputs, rows }: Func,
  bound: readonly number[],
  free: readonly number[],
  seen: readonly number[],
  labels: Uint8Array,
  heads: number,
  time: number,
): Binding {
  const restPlaces = [...seen.map((at) => bound[at] as number), ...free];
  const count = heads + restPlaces.length;
  const made = new Uint8Array(1 << count);
  // A value of the bound inputs that has a label, for each label and value of the inputs in sight.
  const examples = new Map<number, number>();
  labels.forEach((one, value) => {
    const sight = seen.reduce((all, at, index) => all | (((value >> at) & 1) << index), 0);
    const key = one | (sight << heads);
    if (!examples.has(key)) examples.set(key, value);
  });
  const seenMask = (1 << (heads + seen.length)) - 1;
  for (let row = 0; row < made.length; row++) {
    const example = examples.get(row & seenMask) ?? examples.get(row & seenMask & ~((1 << heads) - 1)) ?? 0;
    let from = 0;
    bound.forEach((place, at) => {
      from |= ((example >> at) & 1) << place;
    });
    free.forEach((place, at) => {
      from |= ((row >> (heads + seen.length + at)) & 1) << place;
    });
    made[row] = rows[from] as number;
  }
  return {
    bound: bound.map((at) => inputs[at] as number),
    heads: Array.from({ length: heads }, (_, bit) => labels.map((one) => (one >> bit) & 1)),
    rest: restPlaces.map((place) => inputs[place] as number),
    rows: made,
    weight: (restPlaces.length + 2 * heads) * 1e9 + time,
  };
}

/** Chooses between two functions by an input. */
function split({ inputs, rows }: Func, budget: number, search: Search): boolean {
  if (budget < 3) return false;
  const { limits } = search;
  const order = inputs
    .map((_, at) => at)
    .sort((a, b) => arrivalOf(inputs[b] as number, search) - arrivalOf(inputs[a] as number, search));
  for (const at of order.slice(0, 3)) {
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
      isMade = isMade && solve(half, budget - 1 - (search.cells.length - mark), inner);
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
