// Where scarce units go. A first cover, in which they cost next to nothing, tells what could use them. If the device has
// enough, that stays. Otherwise the ways to compute each tree are weighed against each other: of all choices that the
// device has units for, the one that saves the most (a knapsack, with the halves of units that instructions share).
import { type Outcome, report, sorted } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { type Best, type Cover, type CoverOptions, cover, type PatternIndex, weighBest } from "./cover.ts";
import { type Bundle, joined, joinKey, levelsOf } from "./join.ts";
import type { Match } from "./match.ts";
import type { Stock } from "./stock.ts";

/** The graph with what goes to scarce units marked by hints, and put together where instructions share a unit. */
export function spend(graph: Graph, index: PatternIndex, stock: Stock, options: CoverOptions): Outcome<Graph> {
  const found = report(graph.source);
  const free = { ...options, prices: stock.prices, known: new Map<number, readonly Match[]>() };
  let covered = cover(graph, index, free);
  if (!takenBy(covered).some((match) => match.units.length > 0)) return { value: graph, diagnostics: [] };
  const levels = levelsOf(graph);
  const keys = new Map<Match, string | undefined>();
  const keyOf = (match: Match) => {
    if (!keys.has(match)) keys.set(match, joinKey(match, graph, levels));
    return keys.get(match);
  };
  for (const [resource, available] of stock.scarce) {
    if (unitsOf(takenBy(covered), resource, keyOf) <= available) continue;
    const trees = new Map<number, readonly Best[]>();
    const choose = (id: number, front: readonly Best[]) => {
      trees.set(id, front);
      return undefined;
    };
    cover(graph, index, { ...free, counted: resource, choose });
    const plan = knapsack(trees, available, resource, options, keyOf);
    if (plan === undefined) {
      reportShortage(graph, resource, available, stock, takenBy(covered), found);
      return { value: graph, diagnostics: sorted(found.list) };
    }
    covered = cover(graph, index, {
      ...free,
      counted: resource,
      choose: (id, front) => plan.get(id) ?? leastUnits(front),
    });
  }
  const bundles = [...stock.scarce.keys()].flatMap((resource) => bundled(takenBy(covered), resource, keyOf));
  return { value: joined(graph, bundles, (match) => match.units[0]?.resource ?? ""), diagnostics: [] };
}

/** The matches of a cover that take scarce units or not, in the order of the graph. */
function takenBy({ best, chosen }: Cover): readonly Match[] {
  return chosen.flatMap((id) => best.get(id)?.match ?? []);
}

function leastUnits(front: readonly Best[]): Best | undefined {
  let least = front[0];
  for (const way of front) if (least !== undefined && way.units < least.units) least = way;
  return least;
}

function amountOf(match: Match, resource: string): number {
  let amount = 0;
  for (const units of match.units) if (units.resource === resource) amount += units.amount;
  return amount;
}

/** How many like it fill a unit. */
function lanesOf(match: Match, resource: string): number {
  return Math.max(1, Math.round(1 / amountOf(match, resource)));
}

/** The matches that take a resource, those that share a unit together. */
function bundled(
  matches: readonly Match[],
  resource: string,
  keyOf: (match: Match) => string | undefined,
): readonly Bundle[] {
  const bundles: Match[][] = [];
  const open = new Map<string, Match[]>();
  for (const match of matches) {
    if (amountOf(match, resource) === 0) continue;
    const key = keyOf(match);
    let bundle = key === undefined ? undefined : open.get(key);
    if (bundle === undefined || bundle.length === lanesOf(match, resource)) {
      bundle = [];
      bundles.push(bundle);
      if (key !== undefined) open.set(key, bundle);
    }
    bundle.push(match);
  }
  return bundles;
}

function unitsOf(matches: readonly Match[], resource: string, keyOf: (match: Match) => string | undefined): number {
  return bundled(matches, resource, keyOf).reduce((all, [first]) => {
    const amount = first === undefined ? 0 : amountOf(first, resource);
    return all + Math.ceil(amount);
  }, 0);
}

/** A choice of ways for the trees so far. */
interface State {
  readonly units: number;
  /** By kind of instruction that shares units: how many lanes of the last unit are taken. */
  readonly open: ReadonlyMap<string, number>;
  readonly weight: number;
  readonly way: Best | undefined;
  readonly before: State | undefined;
}

/** With more states than this the heaviest are left out; then the choice is good, and no longer proved the best. */
const MOST_STATES = 4096;

/** The way for each tree, so that their weights together are the least that the units allow; undefined if none do. */
function knapsack(
  trees: ReadonlyMap<number, readonly Best[]>,
  available: number,
  resource: string,
  options: CoverOptions,
  keyOf: (match: Match) => string | undefined,
): ReadonlyMap<number, Best> | undefined {
  let states: readonly State[] = [{ units: 0, open: new Map(), weight: 0, way: undefined, before: undefined }];
  const contested = [...trees].filter(([, front]) => front.some((way) => way.units > 0));
  for (const [, front] of contested) {
    const choices = front.map((way) => ({
      way,
      weight: weighBest(way, options.objective),
      taken: within(way, resource),
    }));
    const next = new Map<string, State>();
    for (const state of states)
      for (const { way, weight, taken } of choices) {
        const made = taking(state, taken, resource, keyOf);
        if (made.units > available) continue;
        const key = `${made.units} ${[...made.open]
          .map(([name, lanes]) => `${name} ${lanes}`)
          .sort()
          .join("/")}`;
        const total = state.weight + weight;
        const known = next.get(key);
        if (known === undefined || total < known.weight) next.set(key, { ...made, weight: total, way, before: state });
      }
    states = [...next.values()];
    if (states.length > MOST_STATES) states = states.toSorted((a, b) => a.weight - b.weight).slice(0, MOST_STATES);
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

/** The matches of a way to compute a tree that take a resource. */
function within(way: Best, resource: string): readonly Match[] {
  const own = way.match !== undefined && amountOf(way.match, resource) > 0 ? [way.match] : [];
  return way.units === 0 ? own : [...own, ...way.leaves.flatMap(([, leaf]) => within(leaf, resource))];
}

/** What is taken with these matches, too. */
function taking(
  { units, open }: State,
  matches: readonly Match[],
  resource: string,
  keyOf: (match: Match) => string | undefined,
): Pick<State, "units" | "open"> {
  if (matches.length === 0) return { units, open };
  let count = units;
  const lanes = new Map(open);
  for (const match of matches) {
    const key = keyOf(match);
    const taken = key === undefined ? 0 : (lanes.get(key) ?? 0);
    if (taken === 0) count += Math.ceil(amountOf(match, resource));
    if (key === undefined) continue;
    const now = (taken + 1) % lanesOf(match, resource);
    if (now === 0) lanes.delete(key);
    else lanes.set(key, now);
  }
  return { units: count, open: lanes };
}

/** At most so many instructions are shown that ask for a resource. */
const SHOWN = 5;

function reportShortage(
  graph: Graph,
  resource: string,
  available: number,
  { device }: Stock,
  matches: readonly Match[],
  found: ReturnType<typeof report>,
): void {
  const asking = matches.filter((match) => amountOf(match, resource) > 0 && isAsked(match, graph));
  const units = Math.ceil(asking.reduce((all, match) => all + amountOf(match, resource), 0));
  found.error(
    "over-budget",
    `hints ask for ${units} \`@${resource}\`, and ${device === undefined ? "there are" : `\`${device.name}\` has`} ${available}`,
    asking.slice(0, SHOWN).map((match, at) => ({
      span: (graph.nodes[match.root] as Node).span,
      text: `${at === 0 ? "takes" : "and this"} ${amountOf(match, resource)}`,
    })),
    ["leave out the hint where the resource matters least: what has none goes where it saves most"],
  );
}

function isAsked({ laid }: Match, graph: Graph): boolean {
  return [...laid.values()].some((id) => (graph.nodes[id] as Node).hint !== undefined);
}
