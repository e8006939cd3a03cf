// Least-cost covering: dynamic programming over the trees that a graph falls into where values have several users.
// Optimal for each tree: the cost of a node is the least, over all matches, of the match and of what feeds it.
import type { Graph, Node } from "../lang/graph.ts";
import { type Recall, recall } from "./alike.ts";
import { undominated } from "./dominated.ts";
import { type Match, matches, RESET, type Subject } from "./match.ts";
import { fitting, type PatternIndex } from "./patterns.ts";
import { isWire } from "./shape.ts";

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

export interface Cover {
  /** By node; nodes that no pattern computes are missing. */
  readonly best: ReadonlyMap<number, Best>;
  /** Nodes that nothing covers, with the patterns that came near. */
  readonly uncovered: readonly number[];
  /** Nodes whose instruction, or wire, is part of the result, in the order of the graph. */
  readonly chosen: readonly number[];
}

export interface CoverOptions {
  readonly objective: Objective;
  readonly hasReset: boolean;
  /** Whether the patterns of `resource` may compute a node that bears the hint. */
  readonly allows: (hint: string, resource: string) => boolean;
  /** Resources of which there are few, and what a unit of each counts for, in cells. */
  readonly prices?: ReadonlyMap<string, number> | undefined;
  /**
   * Some of these, and the most that a way to compute a value may take of each: of each value the ways are kept that take
   * less of one, and those that take more and save cells.
   */
  readonly counted?: ReadonlyMap<string, number> | undefined;
  /** Whether scarce resources go only to nodes whose hint says so. */
  readonly isAllotted?: boolean | undefined;
  /** Which of the ways to compute the root of a tree is taken; the one that weighs least where it gives nothing. */
  readonly choose?: ((root: number, front: readonly Best[]) => Best | undefined) | undefined;
  /** Matches by node that covers of the same graph have found before. */
  readonly known?: Map<number, readonly Match[]> | undefined;
  /** What a node takes that no pattern computes, as it becomes logic later; undefined where it cannot. */
  readonly estimate?: ((node: Node, graph: Graph) => Estimate | undefined) | undefined;
  /** Told of every match, whether it is allowed or not. */
  readonly consider?: Consider | undefined;
}

/** Cells, and ps. */
export interface Estimate {
  readonly area: number;
  readonly delay: number;
}

/** `graph` is the one whose nodes are meant: logic has been covered in it. */
export type Consider = (candidate: Candidate, graph: Graph) => void;

/** A way to compute a node, and what the whole tree below it costs that way. */
export interface Candidate {
  readonly node: number;
  readonly match: Match;
  /** Undefined where a hint rules it out. */
  readonly best: Best | undefined;
}

interface Covering extends Subject {
  readonly recall: Recall;
}

/** Covers everything that the outputs of a graph need. */
export function cover(graph: Graph, patterns: PatternIndex, options: CoverOptions): Cover {
  const index = fitting(patterns, graph);
  const uses = countUses(graph);
  const isRoot = (id: number) => (uses[id] as number) !== 1;
  const scarce = new Set(options.prices?.keys());
  const seen: Subject = { graph, hasReset: options.hasReset, uses, scarce };
  const subject: Covering = { ...seen, recall: recall(seen) };
  const best = new Map<number, Best>();
  const fronts = new Map<number, readonly Best[]>();
  const isEmpty = new Set<number>();
  const isNeeded = new Uint8Array(graph.nodes.length);
  const pending = graph.outputs.map((output) => output.node);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (isNeeded[id] === 1) continue;
    isNeeded[id] = 1;
    settle(id, graph, isRoot, fronts, (at) => {
      const front = frontOf(at, index, subject, options, fronts, isRoot);
      if (front.length > 0) return front;
      isEmpty.add(at);
      return [estimated(options.estimate?.(graph.nodes[at] as Node, graph) ?? IMPOSSIBLE)];
    });
    // The user of an operand has chosen how it is computed; for the root of a tree it is chosen here.
    const front = fronts.get(id) ?? [NOTHING];
    const chosen = best.get(id) ?? options.choose?.(id, front) ?? least(front, options.objective);
    best.set(id, chosen);
    // What is there already has taken its way.
    for (const [leaf, way] of chosen.leaves) if (isNeeded[leaf] === 0) best.set(leaf, way);
    pending.push(...feeds(id, graph, chosen));
  }
  const chosen = graph.nodes.filter((node) => isNeeded[node.id] === 1).map((node) => node.id);
  return { best, uncovered: chosen.filter((id) => isEmpty.has(id)), chosen };
}

/** Users of each node; an output counts as two, so that its value is not hidden inside another instruction. */
function countUses(graph: Graph): Int32Array {
  const uses = new Int32Array(graph.nodes.length);
  for (const node of graph.nodes) for (const arg of node.args) uses[arg] = (uses[arg] as number) + 1;
  for (const output of graph.outputs) uses[output.node] = (uses[output.node] as number) + 2;
  return uses;
}

/** What has to be there for a node, given how it is computed. */
function feeds(id: number, graph: Graph, best: Best | undefined): readonly number[] {
  if (best?.match === undefined) return (graph.nodes[id] as Node).args;
  return [...best.match.ports.values()].filter((port) => port !== RESET);
}

/** Computes the front of a node after those of everything below it in its tree, without recursion. */
function settle(
  root: number,
  graph: Graph,
  isRoot: (id: number) => boolean,
  fronts: Map<number, readonly Best[]>,
  compute: (id: number) => readonly Best[],
): void {
  if (fronts.has(root)) return;
  const path = [{ id: root, next: 0 }];
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const arg = (graph.nodes[step.id] as Node).args[step.next++];
    if (arg === undefined) {
      fronts.set(step.id, compute(step.id));
      path.pop();
    } else if (!isRoot(arg) && !fronts.has(arg)) path.push({ id: arg, next: 0 });
  }
}

/** More than any device has: whatever else there is, is better. */
const IMPOSSIBLE: Estimate = { area: 1e12, delay: 0 };

function estimated({ area, delay }: Estimate): Best {
  return { ...NOTHING, area, arrival: delay };
}

const NOTHING: Best = { match: undefined, area: 0, units: [], arrival: 0, critical: 0, leaves: [] };

/** The ways to compute a node of which none is better than another in area, arrival and critical path at once. */
function frontOf(
  id: number,
  index: PatternIndex,
  subject: Covering,
  options: CoverOptions,
  fronts: ReadonlyMap<number, readonly Best[]>,
  isRoot: (id: number) => boolean,
): readonly Best[] {
  const node = subject.graph.nodes[id] as Node;
  // Most matches at a node have the same operands.
  const combined = new Map<string, readonly Best[]>();
  const leaves = (ports: readonly number[], shared: readonly number[] = []) => {
    // What lies behind a root that a match has inside belongs to another tree.
    const isOwn = (port: number) => port !== RESET && !isRoot(port) && fronts.has(port) && !shared.includes(port);
    const own = [...new Set(ports.filter(isOwn))];
    if (own.length === 0) return [NOTHING];
    const key = own.join(" ");
    const made =
      combined.get(key) ??
      combine(
        own.map((port) => [port, fronts.get(port) ?? [NOTHING]]),
        options,
      );
    combined.set(key, made);
    return made;
  };
  if (node.op === undefined) return [NOTHING];
  if (isWire(node)) return leaves(node.args);
  const found: Best[] = [];
  const laid = options.known?.get(id) ?? matchesAt(node, index, subject, options);
  options.known?.set(id, laid);
  for (const match of laid) {
    const isAllowed = keepsHints(match, subject, options);
    const shared = sharedInside(match, subject);
    const saved = shared.reduce((all, one) => all + leastAlone(one, match, index, subject, options), 0);
    const behindShared = shared.flatMap(({ args }) => args);
    const taken = countedIn(match, options);
    const ways = leaves([...match.ports.values()], behindShared).map((below) => {
      const way = behind(match, taken, below, options);
      return saved === 0 ? way : { ...way, area: way.area - saved };
    });
    options.consider?.(
      { node: id, match, best: isAllowed ? least(ways, options.objective) : undefined },
      subject.graph,
    );
    if (isAllowed) found.push(...ways);
  }
  return prune(found, options);
}

/** All matches at a node. Once units are allotted, what stands on them says so, and nothing else is tried there. */
function matchesAt(
  node: Node,
  index: PatternIndex,
  subject: Covering,
  { isAllotted = false, allows, consider }: CoverOptions,
): readonly Match[] {
  const patterns = index.get(node.op?.name ?? "") ?? [];
  return subject.recall(node.id, patterns, () => {
    const found = patterns.flatMap((pattern) => {
      const isScarce = subject.scarce.has(pattern.resource);
      const isLeftOut = node.hint === undefined ? isAllotted && isScarce : !allows(node.hint, pattern.resource);
      return isLeftOut && consider === undefined ? [] : matches(pattern, node.id, subject);
    });
    return consider === undefined ? undominated(found, subject) : found;
  });
}

/** What a node takes by itself, if a match takes its place for all of its users: so much less it takes than it says. */
function leastAlone(node: Node, match: Match, index: PatternIndex, subject: Covering, options: CoverOptions): number {
  let inside = 0;
  for (const user of new Set(match.laid.values()))
    for (const arg of (subject.graph.nodes[user] as Node).args) if (arg === node.id) inside++;
  if (inside !== subject.uses[node.id]) return 0;
  const laid = options.known?.get(node.id) ?? matchesAt(node, index, subject, options);
  const areas = laid.map((match) => behind(match, [], NOTHING, options).area);
  return areas.length === 0 ? 0 : Math.min(...areas);
}

const NO_NODES: readonly Node[] = [];

/** Nodes inside a match that have several users: copies of registers, and what is used by nothing but the match. */
function sharedInside({ laid, root }: Match, { graph, uses }: Subject): readonly Node[] {
  const inner = new Set<Node>();
  for (const id of laid.values()) {
    const node = graph.nodes[id] as Node;
    if (id !== root && uses[id] !== 1 && !isWire(node)) inner.add(node);
  }
  return inner.size === 0 ? NO_NODES : [...inner];
}

/** Operands together, each in one of its ways: areas add up, the latest and the longest count. */
function combine(leaves: readonly (readonly [number, readonly Best[]])[], options: CoverOptions): readonly Best[] {
  let ways: readonly Best[] = [NOTHING];
  for (const [id, front] of leaves)
    ways = prune(
      ways.flatMap((way) =>
        front.map((one) => ({
          match: undefined,
          area: way.area + one.area,
          units: together(way.units, one.units),
          arrival: Math.max(way.arrival, one.arrival),
          critical: Math.max(way.critical, one.critical),
          leaves: [...way.leaves, [id, one] as const],
        })),
      ),
      options,
    );
  return ways;
}

/** Units of two ways; a way that takes nothing of anything may say so by an empty list. */
function together(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  return b.length === 0 ? a : a.map((amount, at) => amount + (b[at] as number));
}

/** What a match takes of each resource that is counted. */
function countedIn({ units }: Match, { counted }: CoverOptions): readonly number[] {
  if (counted === undefined || units.length === 0) return NOTHING.units;
  return [...counted.keys()].map((resource) =>
    units.reduce((sum, one) => sum + (one.resource === resource ? one.amount : 0), 0),
  );
}

/** A match behind its operands. */
function behind(
  match: Match,
  taken: readonly number[],
  { area, units, arrival, critical, leaves }: Best,
  { prices }: CoverOptions,
): Best {
  const through = arrival + match.delay;
  let cells = match.area;
  for (const { resource, amount } of match.units) cells += amount * (prices?.get(resource) ?? 0);
  const below = { match, area: area + cells, units: together(units, taken), leaves };
  return match.isRegistered
    ? { ...below, arrival: match.after, critical: Math.max(critical, through) }
    : { ...below, arrival: through, critical };
}

/** The most ways that are kept of a node; with more the cover would be exact for larger trees, and slower. */
const WIDEST_FRONT = 12;

/** Leaves out what another way is never worse than. Areas alone add up, so that for them one way is enough. */
function prune(ways: readonly Best[], { objective, counted }: CoverOptions): readonly Best[] {
  if (ways.length < 2) return ways;
  if (counted !== undefined) return pruneCounted(ways, objective, [...counted.values()]);
  if (objective === "area") return [least(ways, objective)];
  const kept: Best[] = [];
  for (const way of [...ways].sort((a, b) => weighBest(a, objective) - weighBest(b, objective))) {
    const isWorse = kept.some(
      (one) => one.area <= way.area && one.arrival <= way.arrival && one.critical <= way.critical,
    );
    if (!isWorse) kept.push(way);
    if (kept.length === WIDEST_FRONT) break;
  }
  return kept;
}

/** The most ways that are kept where units of several resources are counted; of one there are rarely that many. */
const WIDEST_COUNTED = 64;

/** The lightest way for all units that make it lighter; exact where areas are what counts. */
function pruneCounted(ways: readonly Best[], objective: Objective, most: readonly number[]): readonly Best[] {
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

function takesAtMost(units: readonly number[], others: readonly number[]): boolean {
  return units.every((amount, at) => amount <= (others[at] ?? 0));
}

/** The first of the ways that weigh least. */
function least(ways: readonly Best[], objective: Objective): Best {
  let best = ways[0] ?? NOTHING;
  for (const way of ways) if (weighBest(way, objective) < weighBest(best, objective)) best = way;
  return best;
}

function keepsHints(match: Match, subject: Subject, options: CoverOptions): boolean {
  const { resource } = match.pattern;
  const hintOf = (id: number) => (subject.graph.nodes[id] as Node).hint;
  if (options.isAllotted === true && match.units.length > 0 && hintOf(match.root) === undefined) return false;
  for (const id of match.laid.values()) {
    const hint = hintOf(id);
    if (hint !== undefined && !options.allows(hint, resource)) return false;
  }
  if (options.isAllotted !== true) return true;
  // A copy of a register needs what is before it, which may have its place inside the instruction of the original alone.
  const isHeld = (id: number) => hintOf(id) !== undefined && subject.uses[id] === 1;
  const inner = new Set(match.laid.values());
  return !sharedInside(match, subject).some(({ args }) => args.some((id) => isHeld(id) && !inner.has(id)));
}

/** A cell weighs as much as half a nanosecond where both count. */
const PS_PER_CELL = 500;

/** What a way to compute a tree counts for. */
export function weighBest({ area, arrival, critical }: Best, objective: Objective): number {
  return weigh({ area, delay: Math.max(arrival, critical) }, objective);
}

/** What cells and a delay, in ps, count for. */
export function weigh(
  { area, delay }: { readonly area: number; readonly delay: number },
  objective: Objective,
): number {
  switch (objective) {
    case "area":
      return area + delay * 1e-9;
    case "delay":
      return delay + area * 1e-6;
    case "balanced":
      return area + delay / PS_PER_CELL;
  }
}
