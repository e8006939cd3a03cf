// Least-cost covering: dynamic programming over the trees that a graph falls into where values have several users.
// Optimal for each tree: the cost of a node is the least, over all matches, of the match and of what feeds it.
import type { Graph, Node } from "../lang/graph.ts";
import type { Pattern, Target } from "../lang/target/target.ts";
import { type Match, matches, RESET, rootOperations, type Subject } from "./match.ts";

export type Objective = "area" | "delay" | "balanced";

/** What it costs to have a value, its operands included as far as nothing else uses them. */
export interface Best {
  /** Undefined for inputs and wires. */
  readonly match: Match | undefined;
  readonly area: number;
  /** When the value is there, in ps after the clock edge. */
  readonly arrival: number;
  /** The longest path that ends inside. */
  readonly critical: number;
}

export interface Cover {
  /** By node; nodes that no pattern computes are missing. */
  readonly best: ReadonlyMap<number, Best>;
  /** Nodes that nothing covers, with the patterns that came near. */
  readonly uncovered: readonly number[];
  /** Nodes whose instruction, or wire, is part of the result, in the order of the graph. */
  readonly chosen: readonly number[];
}

/** A wire of the assembly: it costs nothing, and stays as it is. */
export function isWire(node: Node): boolean {
  return node.op !== undefined && (node.op.wire || (node.op.attrs === "amount" && node.attrs.length > 0));
}

/** Patterns by the operation at their root. */
export type PatternIndex = ReadonlyMap<string, readonly Pattern[]>;

export function indexPatterns(target: Target): PatternIndex {
  const index = new Map<string, Pattern[]>();
  for (const pattern of target.patterns.values())
    for (const op of new Set(rootOperations(pattern.tree))) index.set(op, [...(index.get(op) ?? []), pattern]);
  return index;
}

export interface CoverOptions {
  readonly objective: Objective;
  readonly hasReset: boolean;
  /** Whether the patterns of `resource` may compute a node that bears the hint. */
  readonly allows: (hint: string, resource: string) => boolean;
  /** Told of every match, whether it is allowed or not. */
  readonly consider?: ((candidate: Candidate) => void) | undefined;
}

/** A way to compute a node, and what the whole tree below it costs that way. */
export interface Candidate {
  readonly node: number;
  readonly match: Match;
  /** Undefined where a hint rules it out. */
  readonly best: Best | undefined;
}

/** Covers everything that the outputs of a graph need. */
export function cover(graph: Graph, index: PatternIndex, options: CoverOptions): Cover {
  const uses = countUses(graph);
  const isRoot = (id: number) => (uses[id] as number) !== 1;
  const subject: Subject = {
    graph,
    hasReset: options.hasReset,
    // A wire costs nothing, so that each user may have its own.
    mayBeInner: (id) => !isRoot(id) || isWire(graph.nodes[id] as Node),
  };
  const best = new Map<number, Best>();
  const uncovered: number[] = [];
  const isNeeded = new Uint8Array(graph.nodes.length);
  const pending = graph.outputs.map((output) => output.node);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (isNeeded[id] === 1) continue;
    isNeeded[id] = 1;
    settle(id, graph, isRoot, best, (at) => {
      const found = bestOf(at, index, subject, options, best, isRoot);
      if (found === undefined) uncovered.push(at);
      return found ?? { match: undefined, area: 0, arrival: 0, critical: 0 };
    });
    pending.push(...feeds(id, graph, best.get(id)));
  }
  const chosen = graph.nodes.filter((node) => isNeeded[node.id] === 1).map((node) => node.id);
  return { best, uncovered, chosen };
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

/** Computes `best` of a node after that of everything below it in its tree, without recursion. */
function settle(
  root: number,
  graph: Graph,
  isRoot: (id: number) => boolean,
  best: Map<number, Best>,
  compute: (id: number) => Best,
): void {
  if (best.has(root)) return;
  const path = [{ id: root, next: 0 }];
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const arg = (graph.nodes[step.id] as Node).args[step.next++];
    if (arg === undefined) {
      best.set(step.id, compute(step.id));
      path.pop();
    } else if (!isRoot(arg) && !best.has(arg)) path.push({ id: arg, next: 0 });
  }
}

const NOTHING: Best = { match: undefined, area: 0, arrival: 0, critical: 0 };

function bestOf(
  id: number,
  index: PatternIndex,
  subject: Subject,
  options: CoverOptions,
  best: ReadonlyMap<number, Best>,
  isRoot: (id: number) => boolean,
): Best | undefined {
  const node = subject.graph.nodes[id] as Node;
  const leaf = (port: number) => (port === RESET || isRoot(port) ? NOTHING : (best.get(port) ?? NOTHING));
  if (node.op === undefined) return NOTHING;
  if (isWire(node)) return sum(undefined, node.args.map(leaf));
  let least: Best | undefined;
  for (const pattern of index.get(node.op.name) ?? [])
    for (const match of matches(pattern, id, subject)) {
      const isAllowed = keepsHints(match, subject, options);
      const candidate = sum(match, [...match.ports.values()].map(leaf));
      options.consider?.({ node: id, match, best: isAllowed ? candidate : undefined });
      if (!isAllowed) continue;
      if (least === undefined || weigh(candidate, options.objective) < weigh(least, options.objective))
        least = candidate;
    }
  return least;
}

function keepsHints(match: Match, subject: Subject, options: CoverOptions): boolean {
  return match.inner.every((id) => {
    const { hint } = subject.graph.nodes[id] as Node;
    return hint === undefined || options.allows(hint, match.pattern.resource);
  });
}

function sum(match: Match | undefined, leaves: readonly Best[]): Best {
  const area = leaves.reduce((all, one) => all + one.area, match?.area ?? 0);
  const through = leaves.reduce((latest, one) => Math.max(latest, one.arrival), 0) + (match?.delay ?? 0);
  const critical = leaves.reduce((longest, one) => Math.max(longest, one.critical), 0);
  if (match?.isRegistered === true) return { match, area, arrival: 0, critical: Math.max(critical, through) };
  return { match, area, arrival: through, critical };
}

/** A cell weighs as much as half a nanosecond where both count. */
const PS_PER_CELL = 500;

function weigh(best: Best, objective: Objective): number {
  const delay = Math.max(best.arrival, best.critical);
  switch (objective) {
    case "area":
      return best.area + delay * 1e-9;
    case "delay":
      return delay + best.area * 1e-6;
    case "balanced":
      return best.area + delay / PS_PER_CELL;
  }
}
