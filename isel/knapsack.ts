// Of the ways to compute each tree, those that together weigh the least and take no more units than there are.
import type { Sharing } from "./bundles.ts";
import type { CoverOptions } from "./fronts.ts";
import type { Match } from "./match.ts";
import { type Best, weighBest } from "./ways.ts";

/**
 * What ways for the trees so far take. Of choices that take the same only the lightest is kept, so that there is one object
 * for each.
 */
interface Taken {
  /** By resource, whole units. */
  readonly units: ReadonlyMap<string, number>;
  /** By what shares units: how much of the last one is taken. */
  readonly open: ReadonlyMap<string, number>;
  /** By what a further way takes: what is taken then; undefined where that is more than there is. */
  readonly onward: Map<string, Taken | undefined>;
}

/** A choice of ways for the trees so far. */
interface State {
  readonly taken: Taken;
  readonly weight: number;
  readonly way: Best | undefined;
  readonly before: State | undefined;
}

/** With more states than this the heaviest are left out; then the choice is good, and no longer proved the best. */
const MOST_STATES = 4096;

/** Those that weigh least, and the one that leaves the most units to what comes. */
function lightest(states: readonly State[]): readonly State[] {
  const all = ({ taken }: State) => [...taken.units.values()].reduce((sum, count) => sum + count, 0);
  const frugal = states.reduce((best, state) => (all(state) < all(best) ? state : best));
  return [...states.toSorted((a, b) => a.weight - b.weight).slice(0, MOST_STATES - 1), frugal];
}

/** The way for each tree, so that their weights together are the least that the units allow; undefined if none do. */
export function knapsack(
  trees: ReadonlyMap<number, readonly Best[]>,
  budget: ReadonlyMap<string, number>,
  options: CoverOptions,
  sharing: Sharing,
): ReadonlyMap<number, Best> | undefined {
  const take = taker(budget, sharing);
  let states: readonly State[] = [{ taken: take.nothing, weight: 0, way: undefined, before: undefined }];
  const contested = [...trees].filter(([, front]) => front.some((way) => amountIn(way) > 0));
  for (const [, front] of contested) {
    const choices = front.map((way) => {
      const matches = matchesOf(way);
      return { way, weight: weighBest(way, options.objective), matches, sign: take.signOf(matches) };
    });
    const next = new Map<Taken, State>();
    for (const state of states)
      for (const { way, weight, matches, sign } of choices) {
        const taken = take.also(state.taken, matches, sign);
        if (taken === undefined) continue;
        const total = state.weight + weight;
        const known = next.get(taken);
        if (known === undefined || total < known.weight) next.set(taken, { taken, weight: total, way, before: state });
      }
    states = [...next.values()];
    if (states.length > MOST_STATES) states = lightest(states);
  }
  let best = states[0];
  for (const state of states) if (best === undefined || state.weight < best.weight) best = state;
  if (best === undefined) return undefined;
  const plan = new Map<number, Best>();
  let at: State | undefined = best;
  for (const [id] of contested.toReversed()) {
    if (at?.way !== undefined) plan.set(id, at.way);
    at = at?.before;
  }
  return plan;
}

/** What is taken, and what more takes. */
interface Taker {
  readonly nothing: Taken;
  /** What some matches take, as text. */
  readonly signOf: (matches: readonly Match[]) => string;
  /** What is taken with some matches, whose sign is given; undefined where that is more than there is. */
  readonly also: (taken: Taken, matches: readonly Match[], sign: string) => Taken | undefined;
}

function taker(budget: ReadonlyMap<string, number>, sharing: Sharing): Taker {
  const nothing: Taken = { units: new Map(), open: new Map(), onward: new Map() };
  const made = new Map([[keyOf(nothing), nothing]]);
  const numbers = new Map<string, number>();
  const numberOf = (key: string) => {
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return number;
  };
  return {
    nothing,
    signOf: (matches) => {
      let sign = "";
      for (const match of matches) {
        const key = sharing(match);
        if (key !== undefined) sign += numberOf(key);
        for (const { resource, amount } of match.units) if (budget.has(resource)) sign += ` ${resource} ${amount}`;
        sign += ",";
      }
      return sign;
    },
    also: (before, matches, sign) => {
      if (matches.length === 0) return before;
      if (before.onward.has(sign)) return before.onward.get(sign);
      const { units, open } = together(before, matches, budget, sharing);
      const key = keyOf({ units, open });
      const fits = [...units].every(([resource, count]) => count <= (budget.get(resource) ?? 0));
      const taken = fits ? (made.get(key) ?? { units, open, onward: new Map() }) : undefined;
      if (taken !== undefined) made.set(key, taken);
      before.onward.set(sign, taken);
      return taken;
    },
  };
}

function keyOf({ units, open }: Pick<Taken, "units" | "open">): string {
  return `${written(units)} ${written(open)}`;
}

function written(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .map(([name, count]) => `${name} ${count}`)
    .sort()
    .join("/");
}

/** What is taken with these matches, too. */
function together(
  { units, open }: Taken,
  matches: readonly Match[],
  budget: ReadonlyMap<string, number>,
  sharing: Sharing,
): Pick<Taken, "units" | "open"> {
  const counts = new Map(units);
  const rests = new Map(open);
  for (const match of matches) {
    const key = sharing(match);
    for (const { resource, amount } of match.units) {
      if (!budget.has(resource)) continue;
      const shared = `${resource} ${key}`;
      const taken = key === undefined ? 0 : (rests.get(shared) ?? 0);
      const now = taken + amount;
      counts.set(resource, (counts.get(resource) ?? 0) + Math.ceil(now) - Math.ceil(taken));
      if (key === undefined) continue;
      if (Number.isInteger(now)) rests.delete(shared);
      else rests.set(shared, now % 1);
    }
  }
  return { units: counts, open: rests };
}

/** The matches of a way to compute a tree that take units. */
export function matchesOf(way: Best): readonly Match[] {
  const found: Match[] = [];
  const pending = [way];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (one.match !== undefined && one.match.units.length > 0) found.push(one.match);
    if (amountIn(one) > 0) for (const [, leaf] of one.leaves) pending.push(leaf);
  }
  return found;
}

/** Of all resources that are counted. */
export function amountIn(way: Best): number {
  return way.units.reduce((all, amount) => all + amount, 0);
}
