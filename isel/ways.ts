// The ways to compute a node, and which of them are kept. Most of those that there are are worse than another, so that they
// are numbers until it is known which are not.
import type { Match } from "./match.ts";

export type Objective = "area" | "delay" | "balanced";

/** What it costs to have a value, its operands included as far as nothing else uses them. */
export interface Best {
  /** Undefined for inputs and wires. */
  readonly match: Match | undefined;
  readonly area: number;
  /** What it takes of each resource that is counted. */
  readonly units: readonly number[];
  /** When the value is there, in ps after the clock edge. */
  readonly arrival: number;
  /** The longest path that ends inside. */
  readonly critical: number;
  /** How the operands that nothing else uses are computed then. */
  readonly leaves: readonly (readonly [number, Best])[];
}

/** What ways are weighed by. */
export interface Weighing {
  readonly objective: Objective;
  /** Resources of which there are few, and what a unit of each counts for, in cells. */
  readonly prices?: ReadonlyMap<string, number> | undefined;
  /** Whether scarce resources go only to nodes whose hint says so, and nothing shares a unit any more. */
  readonly isAllotted?: boolean | undefined;
  /**
   * Some of these, and the most that a way to compute a value may take of each: of each value the ways are kept that take
   * less of one, and those that take more and save cells.
   */
  readonly counted?: ReadonlyMap<string, number> | undefined;
}

/** A match, with the ways to have its operands, and the cells that it saves elsewhere. */
export interface Laid {
  readonly match: Match;
  readonly below: readonly Best[];
  readonly saved: number;
}

export const NOTHING: Best = { match: undefined, area: 0, units: [], arrival: 0, critical: 0, leaves: [] };

/** The ways of several matches at a node of which none is better than another in area, arrival and critical path at once. */
export function waysOf(laid: readonly Laid[], weighing: Weighing): readonly Best[] {
  if (weighing.counted !== undefined)
    return prune(
      laid.flatMap((one) => eachWay(one, weighing)),
      weighing,
    );
  const rows = rowsFor(laid.reduce((all, { below }) => all + below.length, 0));
  let end = 0;
  for (const { match, below, saved } of laid) {
    const cells = cellsOf(match, weighing);
    for (const way of below) fillBehind(rows, end++, match, cells, saved, way);
  }
  const owner = (row: number) => {
    let first = 0;
    for (const one of laid) {
      if (row < first + one.below.length) return [one.match, one.below[row - first] as Best] as const;
      first += one.below.length;
    }
    return [undefined, NOTHING] as const;
  };
  return undominated(rows, end, weighing).map((row) => {
    const [match, { units, leaves }] = owner(row);
    return made(rows, row, match, units, leaves);
  });
}

/** All ways of one match, one for each way to have its operands. */
export function eachWay({ match, below, saved }: Laid, weighing: Weighing): readonly Best[] {
  const taken = countedIn(match, weighing);
  const cells = cellsOf(match, weighing);
  const rows = rowsFor(below.length);
  return below.map((way, at) => {
    fillBehind(rows, at, match, cells, saved, way);
    return made(rows, at, match, together(way.units, taken), way.leaves);
  });
}

/** Operands together, each in one of its ways: areas add up, the latest and the longest count. */
export function combine(leaves: readonly (readonly [number, readonly Best[]])[], weighing: Weighing): readonly Best[] {
  let ways: readonly Best[] = [NOTHING];
  for (const [id, front] of leaves) {
    const both = (way: Best, one: Best, units: Best["units"]): Best => ({
      match: undefined,
      area: way.area + one.area,
      units,
      arrival: Math.max(way.arrival, one.arrival),
      critical: Math.max(way.critical, one.critical),
      leaves: [...way.leaves, [id, one]],
    });
    if (weighing.counted !== undefined) {
      const all = ways.flatMap((way) => front.map((one) => both(way, one, together(way.units, one.units))));
      ways = prune(all, weighing);
    } else if (ways[0] === NOTHING) ways = front.map((one) => both(NOTHING, one, one.units));
    else {
      const before = ways;
      const rows = rowsFor(before.length * front.length);
      let end = 0;
      for (const way of before) for (const one of front) fillBoth(rows, end++, way, one);
      ways = undominated(rows, end, weighing).map((row) => {
        const one = front[row % front.length] as Best;
        return both(before[Math.floor(row / front.length)] as Best, one, one.units);
      });
    }
  }
  return ways;
}

/** Ways as columns of numbers. */
interface Rows {
  readonly area: Float64Array;
  readonly arrival: Float64Array;
  readonly critical: Float64Array;
  readonly weight: Float64Array;
}

/** Columns that are used again: only as long as one front is computed is anything kept in them. */
let scratch: Rows = columns(256);

function columns(size: number): Rows {
  const column = () => new Float64Array(size);
  return { area: column(), arrival: column(), critical: column(), weight: column() };
}

function rowsFor(count: number): Rows {
  if (count > scratch.area.length) scratch = columns(2 * count);
  return scratch;
}

function made(
  { area, arrival, critical }: Rows,
  row: number,
  match: Match | undefined,
  units: Best["units"],
  leaves: Best["leaves"],
): Best {
  return {
    match,
    area: area[row] as number,
    units,
    arrival: arrival[row] as number,
    critical: critical[row] as number,
    leaves,
  };
}

/** A match behind its operands. */
function fillBehind(rows: Rows, row: number, match: Match, cells: number, saved: number, below: Best): void {
  const through = below.arrival + match.delay;
  rows.area[row] = saved === 0 ? below.area + cells : below.area + cells - saved;
  rows.arrival[row] = match.isRegistered ? match.after : through;
  rows.critical[row] = match.isRegistered ? Math.max(below.critical, through) : below.critical;
}

function fillBoth(rows: Rows, row: number, one: Best, other: Best): void {
  rows.area[row] = one.area + other.area;
  rows.arrival[row] = Math.max(one.arrival, other.arrival);
  rows.critical[row] = Math.max(one.critical, other.critical);
}

/** Of whole units those are better that are used less, where all else is the same. */
const TIE = 1e-9;

/** Cells that a match takes, scarce units at their price. */
export function cellsOf(match: Match, { prices, isAllotted = false }: Weighing): number {
  let cells = match.area;
  for (const { resource, amount } of match.units) {
    const units = isAllotted ? Math.ceil(amount) + amount * TIE : amount;
    cells += units * (prices?.get(resource) ?? 0);
  }
  return cells;
}

/** Units of two ways; a way that takes nothing of anything may say so by an empty list. */
function together(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : a.map((amount, at) => amount + (b[at] as number));
}

/** What a match takes of each resource that is counted. */
function countedIn({ units }: Match, { counted }: Weighing): readonly number[] {
  if (counted === undefined || units.length === 0) return NOTHING.units;
  return [...counted.keys()].map((resource) =>
    units.reduce((sum, one) => sum + (one.resource === resource ? one.amount : 0), 0),
  );
}

/** The most ways that are kept of a node; with more the cover would be exact for larger trees, and slower. */
const WIDEST_FRONT = 12;

/**
 * The rows of the first `end` that no other is never worse than, the lightest first, those before others where they weigh
 * the same. Areas alone add up, so that for them one way is enough.
 */
function undominated({ area, arrival, critical, weight }: Rows, end: number, { objective }: Weighing): number[] {
  const kept: number[] = [];
  const most = objective === "area" ? 1 : WIDEST_FRONT;
  for (let row = 0; row < end; row++)
    weight[row] = weightOf(area[row] as number, arrival[row] as number, critical[row] as number, objective);
  while (kept.length < most) {
    let best = -1;
    let least = Number.POSITIVE_INFINITY;
    for (let row = 0; row < end; row++)
      if ((weight[row] as number) < least) {
        least = weight[row] as number;
        best = row;
      }
    if (best < 0) break;
    kept.push(best);
    for (let row = 0; row < end; row++)
      if (
        (area[best] as number) <= (area[row] as number) &&
        (arrival[best] as number) <= (arrival[row] as number) &&
        (critical[best] as number) <= (critical[row] as number)
      )
        weight[row] = Number.POSITIVE_INFINITY;
  }
  return kept;
}

/** Of ways that take units the least, and the lightest for all units that make it lighter; exact where areas count. */
function prune(ways: readonly Best[], { objective, counted = new Map() }: Weighing): readonly Best[] {
  if (ways.length < 2) return ways;
  const most = [...counted.values()];
  const all = (way: Best) => way.units.reduce((sum, amount) => sum + amount, 0);
  // Whatever the budgets are, there has to be a way that takes the least.
  const least = ways.reduce((best, way) => (all(way) < all(best) ? way : best));
  const kept: Best[] = [];
  for (const way of [...ways].sort((a, b) => weighBest(a, objective) - weighBest(b, objective) || all(a) - all(b)))
    if ((way === least || takesAtMost(way.units, most)) && !kept.some((one) => takesAtMost(one.units, way.units)))
      kept.push(way);
  if (kept.length <= WIDEST_COUNTED) return kept;
  return [...kept.slice(0, WIDEST_COUNTED).filter((way) => way !== least), least];
}

/** The most ways that are kept where units of several resources are counted; of one there are rarely that many. */
const WIDEST_COUNTED = 64;

function takesAtMost(units: readonly number[], others: readonly number[]): boolean {
  return units.every((amount, at) => amount <= (others[at] ?? 0));
}

/** The first of the ways that weigh least. */
export function least(ways: readonly Best[], objective: Objective): Best {
  let best = ways[0] ?? NOTHING;
  for (const way of ways) if (weighBest(way, objective) < weighBest(best, objective)) best = way;
  return best;
}

/** A cell weighs as much as half a nanosecond where both count. */
const PS_PER_CELL = 500;

/** What a way to compute a tree counts for. */
export function weighBest({ area, arrival, critical }: Best, objective: Objective): number {
  return weightOf(area, arrival, critical, objective);
}

/** What cells and a delay, in ps, count for. */
export function weigh(
  { area, delay }: { readonly area: number; readonly delay: number },
  objective: Objective,
): number {
  return weightOf(area, delay, delay, objective);
}

function weightOf(area: number, arrival: number, critical: number, objective: Objective): number {
  const delay = Math.max(arrival, critical);
  switch (objective) {
    case "area":
      return area + delay * 1e-9;
    case "delay":
      return delay + area * 1e-6;
    case "balanced":
      return area + delay / PS_PER_CELL;
  }
}
