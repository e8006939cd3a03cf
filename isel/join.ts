// Instructions that fill units together: scalars, and vectors that leave a part of a unit free, which are computed in the
// same way, with the same control, become the lanes of one vector. The graph that comes out has the operations of all of
// them as operations on vectors, with `cat` before and `ext` behind; selection then covers it as any other.
import { bug } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { isCombinational, operation } from "../lang/ops.ts";
import { portAt } from "../lang/target/enables.ts";
import {
  isExtension,
  type Pattern,
  type PatternPort,
  type PatternTree,
  type TypePattern,
} from "../lang/target/target.ts";
import { evaluate, type Scope } from "../lang/target/value.ts";
import { MAX_LANES, type Type, vector, withWidth } from "../lang/type.ts";
import { besideKey, layBeside } from "./beside.ts";
import { type Draft, draftsOf, originOf, settled, wire } from "./drafts.ts";
import { type Match, RESET } from "./match.ts";
import { isWidening, LOW_OF_LOW } from "./shape.ts";

/** Matches of one pattern that become the lanes of one instruction; one alone stays what it is. */
export type Bundle = readonly Match[];

/** Longer vectors, and wider words, stay alone, so that no bundle has more lanes or bits than there may be. */
const LONGEST = MAX_LANES / 16;

/**
 * What two matches have to share to become lanes of one instruction; undefined for one that has no room for another.
 * Instructions that are combinational must be of one level, so that none waits for another.
 */
export function joinKey(match: Match, graph: Graph, levels: Int32Array): string | undefined {
  const { pattern, root, ports, laid } = match;
  const { type } = graph.nodes[root] as Node;
  const isWhole = match.units.every(({ amount }) => Number.isInteger(amount));
  if (isWhole) return undefined;
  if (pattern.beside !== undefined) return type.bits > LONGEST ? undefined : besideKey(match, pattern.beside);
  if (pattern.lanes === undefined || type.lanes > LONGEST) return undefined;
  const shared = pattern.inputs.map((port) => (port.type.lanes === undefined ? (ports.get(port.name) ?? "-") : ""));
  const isWidened = mayWiden(pattern.tree);
  const seen = (id: number | undefined) => {
    const of = graph.nodes[id ?? -1]?.type;
    return of === undefined ? "-" : isWidened && of.kind !== "bool" ? "number" : of.lane.text;
  };
  const types = [...laid].map(([name, id]) => `${name} ${seen(id)}`);
  const operands = pattern.inputs.map((port) => seen(ports.get(port.name)));
  const level = isThrough(pattern.tree, match, graph) ? levels[root] : "-";
  return [pattern.name, shared, operands, types, level].join("|");
}

/** Whether what a pattern computes may be the low bits of the same for wider operands. */
function mayWiden(tree: PatternTree): boolean {
  if (tree.kind !== "op") return true;
  const { op, attrs, args } = tree;
  const isLow = op.name in LOW_OF_LOW || isWidening(op.name) || op.kind === "reg";
  return isLow && attrs.every((attr) => attr.kind === "int" && attr.value === 0n) && args.every(mayWiden);
}

/** How the pattern widens an operand: as a signed number if it does so itself. */
function widening(tree: PatternTree, port: string, outer: "sext" | "zext" = "zext"): "sext" | "zext" | undefined {
  if (tree.kind !== "op") return tree.kind === "port" && tree.name === port ? outer : undefined;
  const inner = tree.op.name === "sext" ? "sext" : outer;
  for (const arg of tree.args) {
    const found = widening(arg, port, inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** By parameter, the widths of lanes that all of a bundle fit in. */
function commonWidths(bundle: Bundle, pattern: Pattern, typeOf: (id: number) => Type): Scope {
  const widths = new Map<string, bigint>();
  const widen = ({ width, lanes }: TypePattern, id: number | undefined) => {
    if (id === undefined || lanes === undefined || width?.kind !== "name") return;
    const own = BigInt(typeOf(id).width);
    if (own > (widths.get(width.text) ?? 0n)) widths.set(width.text, own);
  };
  for (const match of bundle) {
    for (const port of pattern.inputs) widen(port.type, match.ports.get(port.name));
    widen(pattern.output.type, match.root);
  }
  return widths;
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
    if (bundle.length > 1 && first.pattern.beside !== undefined) layBeside(bundle, hint(first), at, fresh);
    else if (bundle.length > 1) weld(bundle, hint(first), at, fresh);
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

/** Makes one instruction of a bundle: its roots become lanes of the new one. */
function weld(bundle: Bundle, hint: string, at: (id: number) => Draft, fresh: (base: string) => string): void {
  const [first] = bundle as readonly [Match];
  const { pattern } = first;
  const ports = new Map(pattern.inputs.map((port) => [port.name, port]));
  const made = new Map<string, Draft>();
  const roots = bundle.map((match) => at(match.root));
  const base = roots.map((root) => root.name).join("_");
  const widths = commonWidths(bundle, pattern, (id) => at(id).type);
  const laneType = ({ lane }: Type, { width }: TypePattern): Type =>
    width === undefined || lane.kind === "bool" ? lane : withWidth(lane, Number(evaluate(width, widths)));
  /** Operands side by side, as wide as the widest. */
  const bundled = (port: PatternPort, rows: readonly Draft[]): Draft => {
    const [first] = rows as readonly [Draft];
    const lane = laneType(first.type, port.type);
    const how = widening(pattern.tree, port.name) ?? "zext";
    const parts = rows.every((row) => row.type.lane === lane) ? rows : rows.flatMap((row) => lanesOf(row, fresh));
    const wide = parts.map((row) => {
      const { kind, width } = row.type;
      const last = BigInt(width) - 1n;
      if (row.type.lane === lane) return row;
      const alike =
        kind === lane.kind ? row : wire(fresh(`${row.name}_bits`), withWidth(lane, width), "ext", [row], [0n, last]);
      return alike.type === lane ? alike : wire(fresh(`${row.name}_wide`), lane, how, [alike]);
    });
    return wire(fresh(rows.map((row) => row.name).join("_")), vector(lane, lanesIn(rows)), "cat", wide);
  };
  const grow = (tree: PatternTree): Draft | undefined => {
    if (tree.kind === "self") return made.get(pattern.output.name);
    if (tree.kind === "port") {
      const rows = bundle.map((match) => match.ports.get(portAt(tree, (name) => match.ports.has(name))));
      // The reset is no node: registers have it by themselves.
      if (rows[0] === undefined || rows[0] === RESET) return undefined;
      const port = ports.get(tree.name);
      return port?.type.lanes === undefined
        ? at(rows[0])
        : bundled(
            port,
            rows.map((id) => at(id as number)),
          );
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
    const type = tree.type === undefined ? lane.type.lane : laneType(lane.type, tree.type);
    if (isExtension(tree)) {
      const inner = grow(tree.args[0] as PatternTree);
      if (inner?.type.width === type.width) return inner;
    }
    const draft: Draft = {
      name: fresh(tree.name === pattern.output.name ? base : `${base}_${tree.name}`),
      type: isLane ? vector(type, lanesIn(rows)) : lane.type,
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
  handOut(whole, roots, fresh);
}

/** Gives each root its lanes of what was made for all of them, as narrow as it is. */
function handOut(whole: Draft, roots: readonly Draft[], fresh: (base: string) => string): void {
  let next = 0;
  for (const root of roots) {
    const { lane, lanes } = root.type;
    const from = next;
    next += Math.max(lanes, 1);
    root.hint = undefined;
    const set = (op: string, args: Draft[], attrs: readonly bigint[]) =>
      Object.assign(root, { op: operation(op), args, attrs });
    if (lane === whole.type.lane) {
      set("ext", [whole], [BigInt(from), BigInt(next) - 1n]);
      continue;
    }
    const low = [0n, BigInt(lane.width) - 1n];
    const wide = Array.from({ length: next - from }, (_, at) =>
      wire(fresh(`${root.name}_wide`), whole.type.lane, "ext", [whole], [BigInt(from + at), BigInt(from + at)]),
    );
    if (lanes === 0) set("ext", wide, low);
    else {
      const parts = wide.map((one) => wire(fresh(`${root.name}_low`), lane, "ext", [one], low));
      set("cat", parts, []);
    }
  }
}

/** The lanes of all of some values; a scalar is one. */
function lanesIn(rows: readonly Draft[]): number {
  return rows.reduce((all, { type }) => all + Math.max(type.lanes, 1), 0);
}

/** The lanes of a value, each by itself. */
function lanesOf(row: Draft, fresh: (base: string) => string): readonly Draft[] {
  const { lane, lanes } = row.type;
  if (lanes === 0) return [row];
  return Array.from({ length: lanes }, (_, at) =>
    wire(fresh(`${row.name}_${at}`), lane, "ext", [row], [BigInt(at), BigInt(at)]),
  );
}
