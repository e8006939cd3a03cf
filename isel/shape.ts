// What the shape of a pattern, and the operation of a node, say by themselves.
import type { Expr } from "../lang/ast.ts";
import type { Graph, Node } from "../lang/graph.ts";
import type { Operation } from "../lang/ops.ts";
import type { Pattern, PatternTree, TypePattern } from "../lang/target/target.ts";
import { mentions } from "../lang/target/value.ts";
import { BOOL } from "../lang/type.ts";

/** The operations that can be the root of a pattern: more than one if the outer ones are optional. */
export function rootOperations(tree: PatternTree): readonly string[] {
  if (tree.kind !== "op") return [];
  const inner = tree.optional ? rootOperations(tree.args[tree.standIn] as PatternTree) : [];
  return [tree.op.name, ...inner];
}

const needed = new WeakMap<Pattern, readonly string[]>();

/** The operations without which a pattern fits nowhere: those that are not optional. */
export function neededOperations(pattern: Pattern): readonly string[] {
  const known = needed.get(pattern);
  if (known !== undefined) return known;
  const names = new Set<string>();
  const visit = (tree: PatternTree): void => {
    if (tree.kind !== "op") return;
    if (!tree.optional) names.add(tree.op.name);
    if (tree.optional) visit(tree.args[tree.standIn] as PatternTree);
    else tree.args.forEach(visit);
  };
  visit(pattern.tree);
  const made = [...names];
  needed.set(pattern, made);
  return made;
}

const counted = new WeakMap<Pattern, ReadonlyMap<string, number>>();

/** How often a pattern names the values of its body. */
export function references(pattern: Pattern): ReadonlyMap<string, number> {
  const known = counted.get(pattern);
  if (known !== undefined) return known;
  const counts = new Map<string, number>();
  const visit = (tree: PatternTree): void => {
    if (tree.kind !== "op") return;
    const count = counts.get(tree.name) ?? 0;
    counts.set(tree.name, count + 1);
    tree.args.forEach(visit);
  };
  visit(pattern.tree);
  counted.set(pattern, counts);
  return counts;
}

const outer = new WeakMap<Pattern, ReadonlyMap<string, readonly string[]>>();

/**
 * Whether the condition of a pattern does not ask for an operation further out, with `present(o) >= present(i)`, that is
 * not among those that are there.
 */
export function isInOrder(
  tree: PatternTree & { kind: "op" },
  pattern: Pattern,
  there: ReadonlyMap<string, unknown>,
): boolean {
  return !tree.optional || (outerNeeds(pattern).get(tree.name) ?? []).every((name) => there.has(name));
}

/** By optional operation, those further out without which the pattern's condition does not allow it. */
function outerNeeds(pattern: Pattern): ReadonlyMap<string, readonly string[]> {
  const known = outer.get(pattern);
  if (known !== undefined) return known;
  const asked = orders(pattern.when);
  const made = new Map<string, readonly string[]>();
  const visit = (tree: PatternTree, above: readonly string[]): void => {
    if (tree.kind !== "op") return;
    const needs = asked.flatMap(([o, i]) => (i === tree.name && above.includes(o) ? [o] : []));
    if (needs.length > 0) made.set(tree.name, needs);
    // What is there says so under its own name, if it has a flag.
    const isFlagged = tree.optional && tree.presence[0] === tree.name;
    for (const arg of tree.args) visit(arg, isFlagged ? [...above, tree.name] : above);
  };
  visit(pattern.tree, []);
  outer.set(pattern, made);
  return made;
}

/** The pairs (o, i) of `present(o) >= present(i)` that a condition is a conjunction of, among others. */
function orders(when: Expr | undefined): readonly (readonly [string, string])[] {
  if (when?.kind !== "binary" || when.left === undefined || when.right === undefined) return [];
  if (when.op === "&&") return [...orders(when.left), ...orders(when.right)];
  const [o, i] = [asksFor(when.left), asksFor(when.right)];
  return when.op === ">=" && o !== undefined && i !== undefined ? [[o, i]] : [];
}

function asksFor(expr: Expr): string | undefined {
  const [arg] = expr.kind === "call" && expr.name.text === "present" ? expr.args : [];
  return arg?.kind === "name" ? arg.text : undefined;
}

/**
 * Whether the two operands of a commutative operation take the same, so that exchanging them gives nothing new: of the
 * same shape, and no condition of the pattern tells their widths apart.
 */
export function areAlike(a: PatternTree, b: PatternTree, pattern: Pattern): boolean {
  if (a.kind !== "op" || b.kind !== "op") {
    if (a.kind !== "port" || b.kind !== "port") return false;
    const [one, other] = [a, b].map(({ name }) => pattern.inputs.find((port) => port.name === name));
    return (
      one !== undefined &&
      other !== undefined &&
      usesOf(one.name, pattern.tree) + usesOf(other.name, pattern.tree) === 2 &&
      one.optional === other.optional &&
      isFree(one.type, other.type, pattern)
    );
  }
  const isSame =
    a.op === b.op && a.optional === b.optional && a.attrs.length === b.attrs.length && a.op.kind !== "const";
  return isSame && a.args.every((arg, at) => arg === b.args[at] || areAlike(arg, b.args[at] as PatternTree, pattern));
}

function isFree(one: TypePattern, other: TypePattern, { when }: Pattern): boolean {
  const names = [one, other].map(({ width }) => (width?.kind === "name" ? width.text : ""));
  return (
    one.kind === other.kind &&
    (names[0] === names[1] || when === undefined || !names.some((name) => mentions(when, name)))
  );
}

function usesOf(port: string, tree: PatternTree): number {
  if (tree.kind !== "op") return tree.kind === "port" && tree.name === port ? 1 : 0;
  return tree.args.reduce((all, arg) => all + usesOf(port, arg), 0);
}

/** A wire of the assembly: it costs nothing, and stays as it is. */
export function isWire(node: Node): boolean {
  return node.op !== undefined && (node.op.wire || (node.op.attrs === "amount" && node.attrs.length > 0));
}

/** Whether it is a register behind a sum or a product of its own, which a copy of it would have made twice. */
export function isOfSum(
  { op, args }: Node,
  { graph, uses }: { readonly graph: Graph; readonly uses: Int32Array },
): boolean {
  const data = op?.kind === "reg" ? graph.nodes[args[0] as number] : undefined;
  return data !== undefined && uses[data.id] === 1 && ["add", "sub", "mul"].includes(data.op?.name ?? "");
}

/** A gate before a memory is cheap beside it, and may be there twice. */
export function isCheap({ op, type }: Node, root: Node): boolean {
  return type === BOOL && op?.kind === "lanes" && root.op?.kind === "memory";
}

/** Operations whose low bits need no others than the low bits of these operands. */
export const LOW_OF_LOW: Readonly<Record<string, readonly number[]>> = {
  add: [0, 1],
  sub: [0, 1],
  mul: [0, 1],
  and: [0, 1],
  or: [0, 1],
  xor: [0, 1],
  not: [0],
  id: [0],
  mux: [1, 2],
};

/** Operations that only make a value wider. */
export const WIDENING: readonly string[] = ["sext", "zext"];

export function isWidening(name: string | undefined): boolean {
  return name !== undefined && WIDENING.includes(name);
}

/** A node as what a pattern looks for that has `wanted` there: a constant that is widened is one, too. */
export function seenAs(wanted: Operation, node: Node, { nodes }: Graph): Node {
  const source = nodes[node.args[0] ?? -1];
  if (wanted.kind !== "const" || source?.op?.kind !== "const" || !isWidening(node.op?.name)) return node;
  const { type, attrs } = source;
  if (type.lanes > 0) return node;
  const bits = BigInt.asUintN(type.width, attrs[0] ?? 0n);
  const value = node.op?.name === "sext" ? BigInt.asIntN(type.width, bits) : bits;
  return { ...node, op: wanted, args: [], attrs: [BigInt.asUintN(node.type.width, value)] };
}
