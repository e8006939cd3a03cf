// Functions of several inputs as networks of small ones, after Ashenhurst (1957) and Curtis (1962): some inputs are bound
// together where the function tells no more than two kinds of their values apart, if need be for each value of inputs that
// stay in sight. What cannot be bound is split by an input.
import { BRANCHES, type Candidate, MOST_BOUND, MOST_FREE } from "./columns.ts";
import { type Cell, CHOICE, type Func } from "./rows.ts";
import {
  type Bound,
  boundBy,
  halfOf,
  type Part,
  partOf,
  rowsOfShape,
  type Shape,
  type Shapes,
  supportsOf,
  type Way,
  waysOf,
} from "./shapes.ts";
import { tableOf } from "./tables.ts";

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

interface Search {
  readonly limits: Limits;
  /** When the result of what is sought has to be there. */
  required: number;
  readonly cells: Cell[];
  /** When they are there. */
  readonly times: number[];
  /** Steps that may still be made. */
  fuel: number;
}

/** The cells of a function, the last its result; undefined if it takes more than the limits allow. */
export function decompose(part: Part, limits: Limits): readonly Cell[] | undefined {
  const search = begun(limits);
  return solve(part, limits.cells, search) ? search.cells : undefined;
}

/** The fewest cells that are found for a function. */
export function decomposeLeast({ inputs, rows }: Func, limits: Limits, shapes: Shapes): readonly Cell[] | undefined {
  const search = begun(limits);
  return solveLeast(partOf(tableOf(rows), inputs, shapes), limits.cells, search) ? search.cells : undefined;
}

function begun(limits: Limits): Search {
  return { limits, required: limits.required, cells: [], times: [], fuel: FUEL };
}

const FUEL = 100;

/** Tries with one cell more and more; large functions are split in any case, so that they are tried once. */
function solveLeast(part: Part, budget: number, search: Search): boolean {
  if (part.inputs.length > MOST_BOUND) return solve(part, budget, search);
  for (let most = 1; most <= budget; most++) {
    search.fuel = FUEL;
    if (solve(part, most, search)) return true;
  }
  return false;
}

function arrivalOf(input: number, { limits, times }: Search): number {
  return input >= 0 ? limits.arrival(input) : (times[~input] as number);
}

/** When a cell of inputs is there. */
function timeOf(inputs: readonly number[], search: Search): number {
  let last = 0;
  for (const input of inputs) last = Math.max(last, arrivalOf(input, search));
  return last + search.limits.delay;
}

function push(cell: Cell, search: Search): void {
  search.times[search.cells.length] = timeOf(cell.inputs, search);
  search.cells.push(cell);
}

/** Whether that few cells cannot have so many inputs. */
function isShort(budget: number, inputs: number, { limits }: Search): boolean {
  return budget < Math.max(1, Math.ceil((inputs - 1) / (limits.inputs - 1)));
}

/** Pushes the cells of a function onto the search, at most `budget`; takes them back if that is not enough. */
function solve(part: Part, budget: number, search: Search): boolean {
  const { limits } = search;
  const { inputs, shape } = part;
  if (search.fuel-- <= 0 || isShort(budget, inputs.length, search)) return false;
  if (inputs.length <= limits.inputs) {
    if (timeOf(inputs, search) > search.required) return false;
    push({ inputs, rows: rowsOfShape(shape) }, search);
    return true;
  }
  if (inputs.length > Math.min(MOST_BOUND, limits.inputs + MOST_FREE)) return split(part, budget, search);
  const times = inputs.map((input) => arrivalOf(input, search));
  for (const way of bestWays(shape, times, limits.inputs)) {
    if (search.fuel <= 0) return false;
    // What cannot be is told before it is made.
    const { candidate } = way;
    if (isShort(budget - candidate.heads, candidate.least, search) || isLate(candidate, times, search)) search.fuel--;
    else if (follow(part, boundBy(shape, way), candidate.bound, budget, search)) return true;
  }
  return split(part, budget, search);
}

/** Whether all inputs that are left go into one cell, which comes too late. */
function isLate({ bound, least }: Candidate, times: readonly number[], { limits, required }: Search): boolean {
  if (least === 0 || least > limits.inputs) return false;
  let last = 0;
  for (let at = 0; at < times.length; at++)
    last = Math.max(last, (times[at] as number) + (bound.includes(at) ? limits.delay : 0));
  return last + limits.delay > required;
}

/** Pushes the functions of bound inputs, and the cells of what is left with them. */
function follow(
  { inputs }: Part,
  { heads, rest }: Bound,
  bound: readonly number[],
  budget: number,
  search: Search,
): boolean {
  const mark = search.cells.length;
  const own = bound.map((at) => inputs[at] as number);
  for (const rows of heads) push({ inputs: own, rows }, search);
  const left = rest.inputs.map((one) => (one >= 0 ? (inputs[one] as number) : ~(mark + ~one)));
  if (solve({ inputs: left, shape: rest.shape }, budget - heads.length, search)) return true;
  search.cells.length = mark;
  return false;
}

/** The best ways to bind so many inputs, at most `BRANCHES`: few inputs that are left, then time. */
function bestWays(shape: Shape, times: readonly number[], count: number): readonly Way[] {
  const best: Way[] = [];
  const weights: number[] = [];
  for (const way of waysOf(shape, count)) {
    const { bound, cost } = way.candidate;
    let last = 0;
    for (const at of bound) last = Math.max(last, times[at] as number);
    const weight = cost * 1e9 + last;
    let place = best.length;
    while (place > 0 && weight < (weights[place - 1] as number)) place--;
    if (place === BRANCHES) continue;
    best.splice(place, 0, way);
    weights.splice(place, 0, weight);
    if (best.length <= BRANCHES) continue;
    best.pop();
    weights.pop();
  }
  return best;
}

/** Chooses between two functions by an input. */
function split(part: Part, budget: number, search: Search): boolean {
  const { inputs, shape } = part;
  if (budget < 3) return false;
  const { limits, required } = search;
  // Where little is left of both halves; among equals what comes last.
  const [lows, highs] = supportsOf(shape);
  const left = inputs.map((_, at) => (lows[at] as number) + (highs[at] as number));
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
    search.required = required - limits.delay;
    const low = half(part, at, 0, budget - 1, search);
    const high = low === undefined ? undefined : half(part, at, 1, budget - 1 - (search.cells.length - mark), search);
    search.required = required;
    const test = inputs[at] as number;
    const isInTime = arrivalOf(test, search) + limits.delay <= required;
    if (low !== undefined && high !== undefined && isInTime && search.cells.length - mark < budget) {
      push({ inputs: [test, high, low], rows: CHOICE }, search);
      return true;
    }
    search.cells.length = mark;
  }
  return false;
}

/** Pushes the cells of a function where an input is known, and gives what the last of them is as an input. */
function half({ inputs, shape }: Part, at: number, value: 0 | 1, budget: number, search: Search): number | undefined {
  const isLarge = inputs.length > MOST_BOUND;
  if (!isLarge && isShort(budget, supportsOf(shape)[value][at] as number, search)) {
    search.fuel--;
    return undefined;
  }
  const part = halfOf(shape, at, value);
  const rest = { inputs: part.inputs.map((one) => inputs[one] as number), shape: part.shape };
  const isDone = (isLarge ? solveLeast : solve)(rest, budget, search);
  return isDone ? ~(search.cells.length - 1) : undefined;
}
