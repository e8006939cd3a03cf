// Where scarce units go. A first cover, in which they cost next to nothing, tells what could use them. If the device has
// enough, that stays. Otherwise the ways to compute each tree are weighed against each other: of all choices that the
// device has units for, the one that saves the most (a knapsack, with the halves of units that instructions share).
import { type Outcome, report, sorted } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { amountOf, bundled, type Sharing, unitsOf } from "./bundles.ts";
import { type Cover, cover, coveringOf, coverOf } from "./cover.ts";
import type { CoverOptions } from "./fronts.ts";
import { joined, joinKey, levelsOf } from "./join.ts";
import { amountIn, knapsack, matchesOf } from "./knapsack.ts";
import type { Match } from "./match.ts";
import type { PatternIndex } from "./patterns.ts";
import type { Stock } from "./stock.ts";
import type { Best } from "./ways.ts";

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
  const keys = new Map<Match, string | undefined>();
  const sharing = (match: Match) => {
    if (!keys.has(match)) keys.set(match, joinKey(match, graph, levels));
    return keys.get(match);
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
    const covering = coveringOf(graph, index, { ...free, counted });
    coverOf(covering, choose);
    const plan = knapsack(trees, budget, options, sharing);
    if (plan === undefined) {
      const fewest = coverOf(covering, (_, front) => leastUnits(front));
      reportShortage(graph, [...budget.keys()], stock, takenBy(fewest), sharing, found);
      return { value: graph, diagnostics: sorted(found.list) };
    }
    covered = coverOf(covering, (id, front) => plan.get(id) ?? leastUnits(front));
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
