// Nodes that look alike as far as patterns reach: patterns fit them in the same ways, so that they are laid once. Programs
// repeat themselves, a lane, a tap or a round after the other.
import { bug } from "../lang/diagnostic.ts";
import type { Pattern, PatternTree } from "../lang/target/target.ts";
import { mentions } from "../lang/target/value.ts";
import type { Match, Subject } from "./match.ts";
import { WIDENING } from "./shape.ts";

/** A node and what is below it, in the order in which it is met, and what all that looks like. */
interface Surroundings {
  readonly text: string;
  readonly ids: readonly number[];
}

interface Known {
  readonly ids: readonly number[];
  readonly matches: readonly Match[];
}

/** What `find` gives for a node, moved from a node before that looked the same. */
export type Recall = (root: number, patterns: readonly Pattern[], find: () => readonly Match[]) => readonly Match[];

/** For one graph; whatever else `find` depends on, but the node and its hint, has to stay. */
export function recall(subject: Subject): Recall {
  const known = new Map<string, Known>();
  const scopes = new Map<readonly Pattern[], Scope>();
  return (root, patterns, find) => {
    const scope = scopes.get(patterns) ?? scopeOf(patterns);
    scopes.set(patterns, scope);
    const here = surroundings(root, scope, subject);
    if (here === undefined) return find();
    const before = known.get(here.text);
    if (before !== undefined) return before.matches.map((match) => moved(match, before.ids, here.ids, subject));
    const matches = find();
    known.set(here.text, { ids: here.ids, matches });
    return matches;
  };
}

/** What matters to some patterns of the nodes that they are laid over. */
interface Scope {
  /** By how many operations a node is below the root: the operations of patterns that may be laid over it. */
  readonly laid: readonly ReadonlySet<string>[];
  /** More users than patterns have operands: whether there are more still does not matter. */
  readonly mostUses: number;
  /** Whether a cost or a condition depends on a truth table. */
  readonly readsTables: boolean;
}

function scopeOf(patterns: readonly Pattern[]): Scope {
  const laid: Set<string>[] = [];
  // Operations before an optional one are nearer to the root where that is left out.
  const lay = (name: string, depth: number) => {
    for (let at = 0; at <= depth; at++) {
      const names = laid[at] ?? new Set();
      laid[at] = names.add(name);
    }
  };
  const visit = (tree: PatternTree, depth: number): void => {
    if (tree.kind !== "op") return;
    lay(tree.op.name, depth);
    for (const arg of tree.args) visit(arg, depth + 1);
    if (tree.op.kind !== "const") return;
    // A constant may be widened.
    for (const name of WIDENING) lay(name, depth);
    lay(tree.op.name, depth + 1);
  };
  for (const { tree } of patterns) visit(tree, 0);
  const readsTables = patterns.some(({ attrs, costs, when }) =>
    attrs.some(
      ({ name, table }) =>
        table !== undefined && (mentions(when, name) || costs.some(({ value }) => mentions(value, name))),
    ),
  );
  const mostUses = 1 + Math.max(0, ...patterns.map(({ tree }) => operandsOf(tree)));
  return { laid, mostUses, readsTables };
}

function operandsOf(tree: PatternTree): number {
  return tree.kind === "op" ? tree.args.reduce((all, arg) => all + 1 + operandsOf(arg), 0) : 0;
}

/** Nodes, and attributes of a node, that are looked at; what has more is like nothing else. */
const MOST_NODES = 40;
const MOST_ATTRS = 32;

/** What patterns may be laid over, with the types of what that is given. */
function surroundings(
  root: number,
  { laid, mostUses, readsTables }: Scope,
  { graph, uses }: Subject,
): Surroundings | undefined {
  const ids = [root];
  let text = graph.nodes[root]?.hint ?? "";
  let depth = 0;
  for (let at = 0, end = 1; at < ids.length; at++) {
    if (at === end) {
      depth++;
      end = ids.length;
    }
    const node = graph.nodes[ids[at] as number];
    if (node === undefined || node.attrs.length > MOST_ATTRS || ids.length > MOST_NODES) return undefined;
    const { op, type, attrs, args } = node;
    text += `;${op?.name} ${type.text}`;
    if (op === undefined || laid[depth]?.has(op.name) !== true) continue;
    text += ` ${Math.min(uses[node.id] as number, mostUses)}`;
    if (op.attrs === "tables" && !readsTables) text += `,${attrs.length}`;
    else for (const attr of attrs) text += `,${attr}`;
    for (const arg of args) {
      const place = ids.indexOf(arg);
      text += ` ${place < 0 ? ids.push(arg) - 1 : place}`;
    }
  }
  return { text, ids };
}

/** A match of a node at one that looks the same. Operands that are no nodes are the same everywhere. */
function moved(match: Match, from: readonly number[], to: readonly number[], { graph }: Subject): Match {
  const place = (id: number) => (id < 0 ? id : (to[from.indexOf(id)] as number));
  const all = (ids: ReadonlyMap<string, number>) => {
    const made = new Map<string, number>();
    for (const [name, id] of ids) made.set(name, place(id));
    return made;
  };
  // Truth tables may differ: they are those of the nodes.
  const tables = match.pattern.attrs.filter(({ name, table }) => table !== undefined && match.attrs.has(name));
  const attrs = new Map(match.attrs);
  for (const { name } of tables) {
    const owner = match.laid.get(ownerOf(name, match.pattern.tree) ?? "") ?? bug("a table of no node");
    attrs.set(name, graph.nodes[place(owner)]?.attrs ?? []);
  }
  return { ...match, root: place(match.root), ports: all(match.ports), attrs, laid: all(match.laid) };
}

/** The name of the operation in a pattern whose truth table has a name. */
function ownerOf(table: string, tree: PatternTree): string | undefined {
  if (tree.kind !== "op") return undefined;
  const [attr] = tree.attrs;
  if (tree.op.attrs === "tables" && attr?.kind === "name" && attr.text === table) return tree.name;
  for (const arg of tree.args) {
    const owner = ownerOf(table, arg);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
