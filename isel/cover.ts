// Least-cost covering: dynamic programming over the trees that a graph falls into where values have several users.
// Optimal for each tree: the cost of a node is the least, over all matches, of the match and of what feeds it.
import { bug } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { recall } from "./alike.ts";
import { type Covering, type CoverOptions, type Front, frontOf, inPlace, isRoot } from "./fronts.ts";
import { RESET, type Subject } from "./match.ts";
import { fitting, type PatternIndex } from "./patterns.ts";
import { type Best, least } from "./ways.ts";

export interface Cover {
  /** By node; nodes that no pattern computes are missing. */
  readonly best: ReadonlyMap<number, Best>;
  /** Nodes that nothing covers, with the patterns that came near. */
  readonly uncovered: readonly number[];
  /** Nodes whose instruction, or wire, is part of the result, in the order of the graph. */
  readonly chosen: readonly number[];
}

/** Covers everything that the outputs of a graph need. */
export function cover(graph: Graph, patterns: PatternIndex, options: CoverOptions): Cover {
  return coverOf(coveringOf(graph, patterns, options));
}

/** What covers of a graph have in common; ways are found as covers ask for them, and stay. */
export function coveringOf(graph: Graph, patterns: PatternIndex, options: CoverOptions): Covering {
  const scarce = new Set(options.prices?.keys());
  const seen: Subject = { graph, hasReset: options.hasReset, uses: countUses(graph), scarce };
  return {
    ...seen,
    options,
    fitting: fitting(patterns, graph),
    patterns,
    recall: recall(seen, options.memory),
    fronts: new Map(),
    shared: new Map(),
    shapes: new Map(),
    isEmpty: new Set(),
  };
}

/** Which of the ways to compute the root of a tree is taken; the one that weighs least where it gives nothing. */
export type Choose = (root: number, front: readonly Best[]) => Best | undefined;

export function coverOf(covering: Covering, choose?: Choose): Cover {
  const { graph, options } = covering;
  const best = new Map<number, Best>();
  const isNeeded = new Uint8Array(graph.nodes.length);
  const pending = graph.outputs.map((output) => output.node);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (isNeeded[id] === 1) continue;
    isNeeded[id] = 1;
    const front = settle(id, covering);
    // The user of an operand has chosen how it is computed; for the root of a tree it is chosen here.
    const way = best.get(id) ?? choose?.(id, front.ways) ?? least(front.ways, options.objective);
    const chosen = inPlace(way, front, graph);
    best.set(id, chosen);
    // What is there already has taken its way.
    for (const [leaf, way] of chosen.leaves) if (isNeeded[leaf] === 0) best.set(leaf, way);
    need(id, graph, chosen, pending);
  }
  const chosen = graph.nodes.filter((node) => isNeeded[node.id] === 1).map((node) => node.id);
  return { best, uncovered: chosen.filter((id) => covering.isEmpty.has(id)), chosen };
}

/** Users of each node; an output counts as two, so that its value is not hidden inside another instruction. */
function countUses(graph: Graph): Int32Array {
  const uses = new Int32Array(graph.nodes.length);
  for (const node of graph.nodes) for (const arg of node.args) uses[arg] = (uses[arg] as number) + 1;
  for (const output of graph.outputs) uses[output.node] = (uses[output.node] as number) + 2;
  return uses;
}

/** Adds to `pending` what has to be there for a node, given how it is computed. */
function need(id: number, graph: Graph, { match }: Best, pending: number[]): void {
  const feeds = match === undefined ? (graph.nodes[id] as Node).args : match.ports.values();
  for (const port of feeds) if (port !== RESET) pending.push(port);
}

/** The front of a node, computed after those of everything below it in its tree, without recursion. */
function settle(root: number, covering: Covering): Front {
  const { graph, fronts } = covering;
  const known = fronts.get(root);
  if (known !== undefined) return known;
  const path = [{ id: root, next: 0 }];
  for (let step = path.at(-1); step !== undefined && !fronts.has(root); step = path.at(-1)) {
    const arg = (graph.nodes[step.id] as Node).args[step.next++];
    if (arg === undefined) {
      fronts.set(step.id, frontOf(step.id, covering));
      path.pop();
    } else if (!isRoot(arg, covering) && !fronts.has(arg)) path.push({ id: arg, next: 0 });
  }
  return fronts.get(root) ?? bug("a node without a front");
}
