// Where scarce units go. A first cover, in which they cost next to nothing, tells what could use them. If the device has
// enough, that stays. Otherwise the ways to compute each tree are weighed against each other: of all choices that the
// device has units for, the one that saves the most (a knapsack, with the halves of units that instructions share).
import { type Outcome, report, sorted } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { type Cover, cover } from "./cover.ts";
import type { CoverOptions } from "./fronts.ts";
import { type Bundle, joined, levelsOf, type Share, shareOf } from "./join.ts";
import type { Match } from "./match.ts";
import type { PatternIndex } from "./patterns.ts";
import type { Stock } from "./stock.ts";
import { type Best, weighBest } from "./ways.ts";

/** Where the units of a resource went that are fewer than the program has use for. */
export interface Spending {
  readonly resource: string;
  /** Units that there were, all of them taken. */
  readonly available: number;
  /** What one unit more would have held, and the cells that it would have saved; undefined if it would have bought nothing. */
  readonly next: { readonly values: readonly string[]; readonly saves: number } | undefined;
}

/**
 * The graph with what goes to scarce units marked by hints, and put together where instructions share a unit. `tell` hears
 * of units that were too few.
 */
export function spend(
  graph: Graph,
  index: PatternIndex,
  stock: Stock,
  options: CoverOptions,
  tell?: (spending: Spending) => void,
): Outcome<Graph> {
  const found = report(graph.source);
  const free = { ...options, prices: stock.prices, known: new Map<number, readonly Match[]>() };
  let covered = cover(graph, index, free);
  if (!takenBy(covered).some((match) => match.units.length > 0)) return { value: graph, diagnostics: [] };
  const levels = levelsOf(graph);
  const shares = new Map<Match, Share | undefined>();
  const sharing = (match: Match) => {
    if (!shares.has(match)) shares.set(match, shareOf(match, graph, levels));
    return shares.get(match);
  };
  const budget = new Map<string, number>();
  let spent: readonly Spending[] = [];
  for (;;) {
    const taken = takenBy(covered);
    const excess = [...stock.scarce].map(
      ([resource, available]) => [resource, unitsOf(taken, resource, sharing) - available] as const,
    );
    const short = excess.filter(([, units]) => units > 0);
    if (short.length === 0) break;
    // A plan for one resource may move work to another, which then gets a budget, too.
    for (const [resource, units] of short)
      budget.set(
        resource,
        budget.has(resource) ? (budget.get(resource) ?? 0) - units : (stock.scarce.get(resource) ?? 0),
      );
    // One more, so that it can be told what that would buy.
    const counted = new Map([...budget].map(([resource, available]) => [resource, available + 1]));
    const trees = new Map<number, readonly Best[]>();
    const choose = (id: number, front: readonly Best[]) => {
      trees.set(id, front);
      return undefined;
    };
    cover(graph, index, { ...free, counted, choose });
    const plan = knapsack(trees, budget, options, sharing);
    if (plan === undefined) {
      const fewest = cover(graph, index, { ...free, counted, choose: (_, front) => leastUnits(front) });
      reportShortage(graph, [...budget.keys()], stock, takenBy(fewest), sharing, found);
      return { value: graph, diagnostics: sorted(found.list) };
    }
    covered = cover(graph, index, { ...free, counted, choose: (id, front) => plan.get(id) ?? leastUnits(front) });
    if (tell !== undefined)
      spent = [...budget].map(([resource, available]) => {
        const richer = knapsack(trees, new Map(budget).set(resource, available + 1), options, sharing);
        const whole = stock.scarce.get(resource) ?? available;
        return { resource, available: whole, next: bought(plan, richer ?? plan, stock, graph) };
      });
  }
  for (const one of spent) tell?.(one);
  const bundles = [...stock.scarce.keys()].flatMap((resource) => bundled(takenBy(covered), resource, sharing));
  return { value: joined(graph, bundles, (match) => match.units[0]?.resource ?? ""), diagnostics: [] };
}

/** What the richer of two plans does with what it has more. */
function bought(
  plan: ReadonlyMap<number, Best>,
  richer: ReadonlyMap<number, Best>,
  { prices }: Stock,
  { nodes }: Graph,
): Spending["next"] {
  const cells = (way: Best): number =>
    matchesOf(way).reduce(
      (sum, { units }) => units.reduce((rest, one) => rest - one.amount * (prices.get(one.resource) ?? 0), sum),
      way.area,
    );
  const changed = [...richer].filter(([id, way]) => plan.get(id) !== way);
  const saves = changed.reduce((sum, [id, way]) => sum + cells(plan.get(id) ?? way) - cells(way), 0);
  const more = changed.filter(([id, way]) => amountIn(way) > amountIn(plan.get(id) ?? way));
  const less = changed.filter(([id, way]) => amountIn(way) < amountIn(plan.get(id) ?? way));
  // What changes places with its like is no news.
  const values = more.slice(0, Math.max(1, more.length - less.length)).map(([id]) => (nodes[id] as Node).name);
  return values.length === 0 ? undefined : { values, saves };
}

/** The matches of a cover that take scarce units or not, in the order of the graph. */
function takenBy({ best, chosen }: Cover): readonly Match[] {
  return chosen.flatMap((id) => best.get(id)?.match ?? []);
}

function leastUnits(front: readonly Best[]): Best | undefined {
  let least = front[0];
  for (const way of front) if (least !== undefined && amountIn(way) < amountIn(least)) least = way;
  return least;
}

/** Of all resources that are counted. */
function amountIn(way: Best): number {
  return way.units.reduce((all, amount) => all + amount, 0);
}

function amountOf(match: Match, resource: string): number {
  let amount = 0;
  for (const units of match.units) if (units.resource === resource) amount += units.amount;
  return amount;
}

type Sharing = (match: Match) => Share | undefined;

/** How many lanes fill a unit. */
function lanesInUnit(match: Match, { lanes }: Share, resource: string): number {
  return Math.max(1, Math.round(lanes / amountOf(match, resource)));
}

/** The matches that take a resource, those that share units together; the fewest units that they can do with. */
function bundled(matches: readonly Match[], resource: string, sharing: Sharing): readonly Bundle[] {
  const bundles: Match[][] = [];
  const open = new Map<string, { readonly bundle: Match[]; lanes: number }>();
  for (const match of matches) {
    if (amountOf(match, resource) === 0) continue;
    const share = sharing(match);
    const rest = share === undefined ? undefined : open.get(share.key);
    const bundle = rest?.bundle ?? [];
    if (bundle.push(match) === 1) bundles.push(bundle);
    if (share === undefined) continue;
    const lanes = (rest?.lanes ?? 0) + share.lanes;
    if (lanes % lanesInUnit(match, share, resource) === 0) open.delete(share.key);
    else open.set(share.key, { bundle, lanes });
  }
  // Where nothing is won, each stays by itself.
  return bundles.flatMap((bundle): Match[][] => {
    const alone = bundle.map((match) => [match]);
    return unitsIn(alone, resource) > unitsIn([bundle], resource) ? [bundle] : alone;
  });
}

/** Whole units of some bundles. */
function unitsIn(bundles: readonly Bundle[], resource: string): number {
  return bundles.reduce(
    (all, bundle) => all + Math.ceil(bundle.reduce((sum, match) => sum + amountOf(match, resource), 0)),
    0,
  );
}

function unitsOf(matches: readonly Match[], resource: string, sharing: Sharing): number {
  return unitsIn(bundled(matches, resource, sharing), resource);
}

/** A choice of ways for the trees so far. */
interface State {
  /** By resource. */
  readonly units: ReadonlyMap<string, number>;
  /** By kind of instruction that shares units: how many lanes of the last unit are taken. */
  readonly open: ReadonlyMap<string, number>;
  /** Both as text: of states that say the same only the lightest is kept. */
  readonly key: string;
  readonly weight: number;
  readonly way: Best | undefined;
  readonly before: State | undefined;
}

/** With more states than this the heaviest are left out; then the choice is good, and no longer proved the best. */
const MOST_STATES = 4096;

/** Those that weigh least, and the one that leaves the most units to what comes. */
function lightest(states: readonly State[]): readonly State[] {
  const all = ({ units }: State) => [...units.values()].reduce((sum, count) => sum + count, 0);
  const frugal = states.reduce((best, state) => (all(state) < all(best) ? state : best));
  return [...states.toSorted((a, b) => a.weight - b.weight).slice(0, MOST_STATES - 1), frugal];
}

/** The way for each tree, so that their weights together are the least that the units allow; undefined if none do. */
function knapsack(
  trees: ReadonlyMap<number, readonly Best[]>,
  budget: ReadonlyMap<string, number>,
  options: CoverOptions,
  sharing: Sharing,
): ReadonlyMap<number, Best> | undefined {
  const none = { units: new Map(), open: new Map(), key: "" };
  let states: readonly State[] = [{ ...none, weight: 0, way: undefined, before: undefined }];
  const contested = [...trees].filter(([, front]) => front.some((way) => amountIn(way) > 0));
  for (const [, front] of contested) {
    const choices = front.map((way) => ({
      way,
      weight: weighBest(way, options.objective),
      taken: matchesOf(way),
    }));
    const next = new Map<string, State>();
    for (const state of states)
      for (const { way, weight, taken } of choices) {
        const made = taken.length === 0 ? state : taking(state, taken, budget, sharing);
        if (made === undefined) continue;
        const { units, open, key } = made;
        const total = state.weight + weight;
        const known = next.get(key);
        if (known === undefined || total < known.weight)
          next.set(key, { units, open, key, weight: total, way, before: state });
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

function written(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .map(([name, count]) => `${name} ${count}`)
    .sort()
    .join("/");
}

/** The matches of a way to compute a tree that take units. */
function matchesOf(way: Best): readonly Match[] {
  const found: Match[] = [];
  const pending = [way];
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (one.match !== undefined && one.match.units.length > 0) found.push(one.match);
    if (amountIn(one) > 0) for (const [, leaf] of one.leaves) pending.push(leaf);
  }
  return found;
}

/** What is taken with these matches, too; undefined where that is more than there is. */
function taking(
  { units, open }: State,
  matches: readonly Match[],
  budget: ReadonlyMap<string, number>,
  sharing: Sharing,
): Pick<State, "units" | "open" | "key"> | undefined {
  const counts = new Map(units);
  const lanes = new Map(open);
  for (const match of matches) {
    const share = sharing(match);
    for (const { resource, amount } of match.units) {
      if (!budget.has(resource)) continue;
      const add = (units: number) => counts.set(resource, (counts.get(resource) ?? 0) + units);
      if (share === undefined) {
        add(Math.ceil(amount));
        continue;
      }
      const shared = `${resource} ${share.key}`;
      const inUnit = lanesInUnit(match, share, resource);
      const taken = lanes.get(shared) ?? 0;
      const now = taken + share.lanes;
      add(Math.ceil(now / inUnit) - Math.ceil(taken / inUnit));
      if (now % inUnit === 0) lanes.delete(shared);
      else lanes.set(shared, now % inUnit);
    }
  }
  for (const [resource, count] of counts) if (count > (budget.get(resource) ?? 0)) return undefined;
  return { units: counts, open: lanes, key: `${written(counts)} ${written(lanes)}` };
}

/** At most so many instructions are shown that ask for a resource. */
const SHOWN = 5;

/** Says of what there is too little, even where all that can do without it does. */
function reportShortage(
  graph: Graph,
  counted: readonly string[],
  { device, scarce }: Stock,
  matches: readonly Match[],
  sharing: Sharing,
  found: ReturnType<typeof report>,
): void {
  for (const resource of counted) {
    const available = scarce.get(resource) ?? 0;
    const taking = matches.filter((match) => amountOf(match, resource) > 0);
    const units = unitsOf(taking, resource, sharing);
    if (units <= available && counted.length > 1) continue;
    const asking = taking.filter((match) => isAsked(match, graph));
    const isLimited = available < (device?.capacity.get(resource) ?? 0);
    const has = isLimited || device === undefined ? `the limit is ${available}` : `\`${device.name}\` has ${available}`;
    const shown = (asking.length > 0 ? asking : taking).toSorted(
      (a, b) => amountOf(b, resource) - amountOf(a, resource) || a.root - b.root,
    );
    found.error(
      "over-budget",
      asking.length > 0
        ? `hints ask for ${units} \`@${resource}\`, and ${has}`
        : `the program needs ${units} \`${resource}\`, and ${has}`,
      shown.slice(0, SHOWN).map((match, at) => ({
        span: (graph.nodes[match.root] as Node).span,
        text: `${at === 0 ? "takes" : "and this"} ${amountOf(match, resource)}`,
      })),
      [
        asking.length > 0
          ? "leave out the hint where the resource matters least: what has none goes where it saves most"
          : "nothing else of the target can hold these; a larger device may",
      ],
    );
  }
}

function isAsked({ laid }: Match, graph: Graph): boolean {
  return [...laid.values()].some((id) => (graph.nodes[id] as Node).hint !== undefined);
}
