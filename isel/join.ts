// Instructions that fill a unit together: scalars that are computed in the same way, with the same control, become the
// lanes of one vector. The graph that comes out has the operations of all of them as operations on vectors, with `cat`
// before and `ext` behind; selection then covers it as any other.
import { bug } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { isCombinational, OPERATIONS } from "../lang/ops.ts";
import { joinOrigins, type Origin } from "../lang/source.ts";
import type { PatternTree } from "../lang/target/target.ts";
import { vector } from "../lang/type.ts";
import { type Draft, draftsOf, settled } from "./drafts.ts";
import type { Match } from "./match.ts";

/** Matches of one pattern that become the lanes of one instruction; one alone stays what it is. */
export type Bundle = readonly Match[];

/**
 * What two matches have to share to become lanes of one instruction; undefined for one that has no room for another.
 * Instructions that are combinational must be of one level, so that none waits for another.
 */
export function joinKey(match: Match, graph: Graph, levels: Int32Array): string | undefined {
  const { pattern, root, ports, laid } = match;
  const { type } = graph.nodes[root] as Node;
  if (pattern.lanes === undefined || type.lanes > 0 || match.units.every(({ amount }) => Number.isInteger(amount)))
    return undefined;
  const shared = pattern.inputs.map((port) => (port.type.lanes === undefined ? (ports.get(port.name) ?? "-") : ""));
  const types = [...laid].map(([name, id]) => `${name} ${(graph.nodes[id] as Node).type.text}`);
  const operands = pattern.inputs.map((port) => graph.nodes[ports.get(port.name) ?? -1]?.type.text ?? "-");
  const level = isThrough(pattern.tree, match, graph) ? levels[root] : "-";
  return [pattern.name, shared, operands, types, level].join("|");
}

/** Whether an operand reaches the result within a cycle. */
function isThrough(tree: PatternTree, match: Match, graph: Graph): boolean {
  if (tree.kind !== "op") return tree.kind === "port";
  const id = match.laid.get(tree.name);
  if (id === undefined) return isThrough(tree.args[tree.standIn] as PatternTree, match, graph);
  return tree.op.kind !== "reg" && tree.args.some((arg) => isThrough(arg, match, graph));
}

/** By node, the most operations between it and the registers and inputs that it needs. */
export function levelsOf({ nodes }: Graph): Int32Array {
  const levels = new Int32Array(nodes.length);
  for (const { id, op, args } of nodes) {
    let level = 0;
    args.forEach((arg, at) => {
      if (op !== undefined && isCombinational(op, at)) level = Math.max(level, (levels[arg] as number) + 1);
    });
    levels[id] = level;
  }
  return levels;
}

/** The graph in which the matches of each bundle are one, and stand on `resource`, as those that are alone. */
export function joined(graph: Graph, bundles: readonly Bundle[], hint: (match: Match) => string): Graph {
  const { drafts, fresh } = draftsOf(graph);
  const at = (id: number) => drafts[id] ?? bug(`no node ${id}`);
  const uses = new Int32Array(graph.nodes.length);
  for (const node of graph.nodes) for (const arg of node.args) uses[arg] = (uses[arg] as number) + 1;
  for (const bundle of bundles) {
    const [first] = bundle as readonly [Match];
    if (bundle.length > 1) weld(bundle, hint(first), at, fresh);
    else for (const id of ownNodes(first, graph, uses)) at(id).hint ??= hint(first);
  }
  return settled(graph, drafts);
}

/** The nodes of a match that serve nothing but its root. */
function ownNodes({ laid, root }: Match, graph: Graph, uses: Int32Array): ReadonlySet<number> {
  const own = new Set([root]);
  const outputs = new Set(graph.outputs.map((output) => output.node));
  for (let before = 0; before < own.size; ) {
    before = own.size;
    const inside = new Map<number, number>();
    for (const user of own)
      for (const arg of (graph.nodes[user] as Node).args) inside.set(arg, (inside.get(arg) ?? 0) + 1);
    for (const id of laid.values()) if (inside.get(id) === uses[id] && !outputs.has(id)) own.add(id);
  }
  return own;
}

function originOf(rows: readonly Draft[]): Origin {
  const [first, ...others] = rows as readonly [Draft, ...Draft[]];
  return joinOrigins(
    first.span,
    others.map((row) => row.span),
  );
}

/** Makes one instruction of a bundle: its roots become lanes of the new one. */
function weld(bundle: Bundle, hint: string, at: (id: number) => Draft, fresh: (base: string) => string): void {
  const [first] = bundle as readonly [Match];
  const { pattern } = first;
  const ports = new Map(pattern.inputs.map((port) => [port.name, port.type]));
  const made = new Map<string, Draft>();
  const roots = bundle.map((match) => at(match.root));
  const base = roots.map((root) => root.name).join("_");
  const bundled = (rows: readonly Draft[]): Draft => {
    const [lane] = rows as readonly [Draft];
    const name = fresh(rows.map((row) => row.name).join("_"));
    const span = originOf(rows);
    return {
      name,
      type: vector(lane.type, rows.length),
      op: OPERATIONS.get("cat"),
      args: [...rows],
      attrs: [],
      hint: undefined,
      span,
    };
  };
  const grow = (tree: PatternTree): Draft | undefined => {
    if (tree.kind === "self") return made.get(pattern.output.name);
    if (tree.kind === "port") {
      const rows = bundle.map((match) => match.ports.get(tree.name));
      if (rows[0] === undefined) return undefined;
      return ports.get(tree.name)?.lanes === undefined ? at(rows[0]) : bundled(rows.map((id) => at(id as number)));
    }
    const before = made.get(tree.name);
    if (before !== undefined) return before;
    const rows = bundle.flatMap((match) => {
      const id = match.laid.get(tree.name);
      return id === undefined ? [] : [at(id)];
    });
    const [lane] = rows;
    if (lane === undefined) return grow(tree.args[tree.standIn] as PatternTree);
    const isLane = tree.type?.lanes !== undefined;
    const draft: Draft = {
      name: fresh(tree.name === pattern.output.name ? base : `${base}_${tree.name}`),
      type: isLane ? vector(lane.type, rows.length) : lane.type,
      op: lane.op,
      args: [],
      attrs: lane.op?.attrs === "values" && isLane ? rows.flatMap((row) => row.attrs) : lane.attrs,
      hint,
      span: originOf(rows),
    };
    made.set(tree.name, draft);
    draft.args = tree.args.flatMap((arg) => grow(arg) ?? []);
    return draft;
  };
  const whole = grow(pattern.tree) ?? bug("a bundle of nothing");
  roots.forEach((root, lane) => {
    root.op = OPERATIONS.get("ext");
    root.args = [whole];
    root.attrs = [BigInt(lane), BigInt(lane)];
    root.hint = undefined;
  });
}
