// Least-cost covering: dynamic programming over the trees that a graph falls into where values have several users.
// Optimal for each tree: the cost of a node is the least, over all matches, of the match and of what feeds it.
import type { Graph, Node } from "../lang/graph.ts";
import { type Recall, recall } from "./alike.ts";
import { undominated } from "./dominated.ts";
import { type Match, matches, RESET, type Subject } from "./match.ts";
import { fitting, type PatternIndex } from "./patterns.ts";
import { isWire } from "./shape.ts";
import { type Best, cellsOf, combine, eachWay, type Laid, least, NOTHING, type Weighing, waysOf } from "./ways.ts";

export interface Cover {
  /** By node; nodes that no pattern computes are missing. */
  readonly best: ReadonlyMap<number, Best>;
  /** Nodes that nothing covers, with the patterns that came near. */
  readonly uncovered: readonly number[];
  /** Nodes whose instruction, or wire, is part of the result, in the order of the graph. */
  readonly chosen: readonly number[];
}

export interface CoverOptions extends Weighing {
  readonly hasReset: boolean;
  /** Whether the patterns of `resource` may compute a node that bears the hint. */
  readonly allows: (hint: string, resource: string) => boolean;
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
  const found: Laid[] = [];
  const laid = options.known?.get(id) ?? matchesAt(node, index, subject, options);
  options.known?.set(id, laid);
  for (const match of laid) {
    const isAllowed = keepsHints(match, subject, options);
    if (!isAllowed && options.consider === undefined) continue;
    const shared = sharedInside(match, subject);
    const saved = shared.reduce((all, one) => all + leastAlone(one, match, index, subject, options), 0);
    const behindShared = shared.flatMap(({ args }) => args);
    const one = { match, below: leaves([...match.ports.values()], behindShared), saved };
    if (isAllowed) found.push(one);
    if (options.consider === undefined) continue;
    const best = isAllowed ? least(eachWay(one, options), options.objective) : undefined;
    options.consider({ node: id, match, best }, subject.graph);
  }
  return waysOf(found, options);
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
  return laid.length === 0 ? 0 : Math.min(...laid.map((match) => cellsOf(match, options)));
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
