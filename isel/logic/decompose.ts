// Functions of several inputs as networks of small ones, after Ashenhurst (1957) and Curtis (1962): some inputs are bound
// together where the function tells no more than two kinds of their values apart, if need be for each value of inputs that
// stay in sight. What cannot be bound is split by an input.
import { MOST_BOUND, MOST_FREE } from "./columns.ts";
import type { Func } from "./rows.ts";
import { boundBy, halvesOf, leftsOf, type Part, partOf, rowsOfShape, type Way, waysOf } from "./shapes.ts";
import { tableOf } from "./tables.ts";

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
  /** When the result of what is sought has to be there. */
  required: number;
  readonly cells: Cell[];
  /** When they are there. */
  readonly times: number[];
  /** Steps that may still be made. */
  fuel: number;
}

/** The cells of a function, the last its result; undefined if it takes more than the limits allow. */
export function decompose(func: Func, limits: Limits): readonly Cell[] | undefined {
  const search = begun(limits);
  return solve(partOf(tableOf(func.rows), func.inputs), limits.cells, search) ? search.cells : undefined;
}

/** The fewest cells that are found for a function. */
export function decomposeLeast(func: Func, limits: Limits): readonly Cell[] | undefined {
  const search = begun(limits);
  return solveLeast(partOf(tableOf(func.rows), func.inputs), limits.cells, search) ? search.cells : undefined;
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

/** Pushes the cells of a function onto the search, at most `budget`; takes them back if that is not enough. */
function solve(part: Part, budget: number, search: Search): boolean {
  const { limits } = search;
  const { inputs, shape } = part;
  if (search.fuel-- <= 0) return false;
  const least = Math.ceil((inputs.length - 1) / (limits.inputs - 1));
  if (budget < Math.max(1, least)) return false;
  if (inputs.length <= limits.inputs) {
    if (timeOf(inputs, search) > search.required) return false;
    push({ inputs, rows: rowsOfShape(shape) }, search);
    return true;
  }
  const isBound = inputs.length <= Math.min(MOST_BOUND, limits.inputs + MOST_FREE);
  for (const way of isBound ? bestWays(part, search) : []) {
    const { heads, rest } = boundBy(shape, way);
    const mark = search.cells.length;
    const bound = way.candidate.bound.map((at) => inputs[at] as number);
    for (const rows of heads) push({ inputs: bound, rows }, search);
    const left = rest.inputs.map((one) => (one >= 0 ? (inputs[one] as number) : ~(mark + ~one)));
    if (solve({ inputs: left, shape: rest.shape }, budget - heads.length, search)) return true;
    search.cells.length = mark;
  }
  return split(part, budget, search);
}

/** The best ways to bind inputs, at most `BRANCHES`: few inputs that are left, then time. */
function bestWays({ inputs, shape }: Part, search: Search): readonly Way[] {
  const times = inputs.map((input) => arrivalOf(input, search));
  const weight = ({ candidate: { bound, cost } }: Way) => {
    let last = 0;
    for (const at of bound) last = Math.max(last, times[at] as number);
    return cost * 1e9 + last;
  };
  return waysOf(shape, search.limits.inputs)
    .map((way) => ({ way, weight: weight(way) }))
    .sort((a, b) => a.weight - b.weight)
    .slice(0, BRANCHES)
    .map(({ way }) => way);
}

/** Chooses between two functions by an input. */
function split({ inputs, shape }: Part, budget: number, search: Search): boolean {
  if (budget < 3) return false;
  const { limits, required } = search;
  // Where little is left of both halves; among equals what comes last.
  const left = leftsOf(shape);
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
    const ends: number[] = [];
    search.required = required - limits.delay;
    const isMade = halvesOf(shape, at).every((half) => {
      const part = { inputs: half.inputs.map((one) => inputs[one] as number), shape: half.shape };
      const room = budget - 1 - (search.cells.length - mark);
      const isDone = (isLarge ? solveLeast : solve)(part, room, search);
      ends.push(~(search.cells.length - 1));
      return isDone;
    });
    search.required = required;
    const [low, high] = ends as [number, number];
    const test = inputs[at] as number;
    const isInTime = arrivalOf(test, search) + limits.delay <= required;
    if (isMade && isInTime && search.cells.length - mark < budget) {
      push({ inputs: [test, high, low], rows: CHOICE }, search);
      return true;
    }
    search.cells.length = mark;
  }
  return false;
}

/** The second input where the first is 1, else the third. */
const CHOICE = Uint8Array.from([0, 0, 0, 1, 1, 0, 1, 1]);
