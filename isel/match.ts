// Where a pattern fits: a tree of operations laid over the graph, its parameters bound on the way. All ways to lay it are
// found: optional parts there or not, operands of commutative operations in either order.
import { memoryOperands } from "../lang/eval/memory.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { isClocked } from "../lang/ops.ts";
import type { FamilyParam, Pattern, PatternTree, TypePattern } from "../lang/target/target.ts";
import { cost, evaluate, packTables } from "../lang/target/value.ts";
import { BOOL, type Type } from "../lang/type.ts";

/** A pattern laid over the graph. */
export interface Match {
  readonly pattern: Pattern;
  readonly root: number;
  /** Ports to the nodes that feed them; optional ports that are not connected are missing. */
  readonly ports: ReadonlyMap<string, number>;
  /** Attributes by name, as natural numbers, one a lane. */
  readonly attrs: ReadonlyMap<string, readonly bigint[]>;
  /** The nodes that it computes, the root first. */
  readonly inner: readonly number[];
  /** How often the pattern is there: once, or once a lane. */
  readonly copies: number;
  /** Cells of its resource, over all lanes. */
  readonly area: number;
  /** From its operands to its result, or to the clock edge, in ps. */
  readonly delay: number;
  /** Whether its result comes from a clock edge. */
  readonly isRegistered: boolean;
  /** When the result is there behind the clock edge, in ps. */
  readonly after: number;
}

/** The operand that `--reset sync` adds to every register. */
export const RESET = -2;
/** An operand that is not there. */
const ABSENT = -1;

/** The graph as patterns see it: names looked through, uses counted. */
export interface Subject {
  readonly graph: Graph;
  readonly hasReset: boolean;
  /** Whether a node may vanish into the instruction of its user. */
  readonly mayBeInner: (id: number) => boolean;
}

/** What has been bound so far. Bindings are undone when a way turns out not to fit. */
interface State {
  readonly subject: Subject;
  readonly pattern: Pattern;
  readonly root: number;
  readonly numbers: Map<string, bigint>;
  readonly kinds: Map<string, Type["kind"]>;
  readonly ports: Map<string, number>;
  readonly attrs: Map<string, readonly bigint[]>;
  readonly inner: number[];
  lanes: number;
  readonly undo: (() => void)[];
}

/** All ways to lay `pattern` so that it computes node `root`. */
export function matches(pattern: Pattern, root: number, subject: Subject): readonly Match[] {
  if (!mayFit(pattern.tree, root, subject)) return [];
  const found: Match[] = [];
  const state: State = {
    subject,
    pattern,
    root,
    numbers: new Map(),
    kinds: new Map(),
    ports: new Map(),
    attrs: new Map(),
    inner: [],
    lanes: nodeAt(subject, root).type.lanes,
    undo: [],
  };
  const mark = state.undo.length;
  if (bindType(pattern.output.type, nodeAt(subject, root).type, state))
    lay(pattern.tree, root, state, () => {
      const match = finish(state, root);
      if (match !== undefined) found.push(match);
    });
  rollBack(state, mark);
  return found;
}

/** Whether the operations of a tree are there, whatever their types: most patterns are ruled out by that alone. */
function mayFit(tree: PatternTree, id: number, subject: Subject): boolean {
  if (tree.kind === "port" || id < 0) return true;
  const node = nodeAt(subject, id);
  if (node.op === tree.op) {
    const [a, b] = tree.args;
    const args = operands(node, subject);
    const fits = tree.args.every((arg, at) => mayFit(arg, args[at] ?? ABSENT, subject));
    if (fits) return true;
    if (tree.op.commutes && a !== undefined && b !== undefined)
      if (mayFit(a, node.args[1] ?? ABSENT, subject) && mayFit(b, node.args[0] ?? ABSENT, subject)) return true;
  }
  return tree.optional && mayFit(tree.args[tree.standIn] as PatternTree, id, subject);
}

/** The operations that can be the root of a pattern: more than one if the outer ones are optional. */
export function rootOperations(tree: PatternTree): readonly string[] {
  if (tree.kind === "port") return [];
  const inner = tree.optional ? rootOperations(tree.args[tree.standIn] as PatternTree) : [];
  return [tree.op.name, ...inner];
}

function nodeAt(subject: Subject, id: number): Node {
  return subject.graph.nodes[id] as Node;
}

/**
 * The operands of a node, in the places that patterns give them: a register has data, enable, reset; a memory that is
 * written has the addresses of reading and writing, data, write enable, read enable.
 */
function operands(node: Node, subject: Subject): readonly number[] {
  if (node.op?.memory?.writable === true) {
    const types = node.args.map((id) => nodeAt(subject, id).type);
    const { writeAddress, data, writeEnable, readEnable } = memoryOperands(types, node.type, true);
    return [0, writeAddress, data, writeEnable, readEnable].map((at) => node.args[at] ?? ABSENT);
  }
  if (node.op?.kind !== "reg") return node.args;
  return [node.args[0] ?? ABSENT, node.args[1] ?? ABSENT, subject.hasReset ? RESET : ABSENT];
}

function rollBack(state: State, mark: number): void {
  while (state.undo.length > mark) state.undo.pop()?.();
}

function set<K, V>(map: Map<K, V>, key: K, value: V, state: State): void {
  map.set(key, value);
  state.undo.push(() => map.delete(key));
}

/** Lays `tree` with its result at node `id`, and calls `next` for every way that fits. */
function lay(tree: PatternTree, id: number, state: State, next: () => void): void {
  if (tree.kind === "port") {
    layPort(tree.name, id, state, next);
    return;
  }
  const mark = state.undo.length;
  const node = id >= 0 ? nodeAt(state.subject, id) : undefined;
  if (node?.op === tree.op && isInside(id, state) && bindNode(tree, node, state)) {
    state.inner.push(id);
    layOperands(tree.args, operands(node, state.subject), tree.op.commutes, state, next);
    state.inner.pop();
  }
  rollBack(state, mark);
  const only = tree.args[tree.standIn];
  if (tree.optional && only !== undefined) {
    lay(only, id, state, next);
    rollBack(state, mark);
  }
}

/**
 * The root may be used anywhere; what is inside must have no other user. A gate before a memory is cheap beside it, and
 * may be there twice.
 */
function isInside(id: number, state: State): boolean {
  const { subject, inner, root } = state;
  if (inner.length === 0 || subject.mayBeInner(id)) return true;
  const { op, type } = nodeAt(subject, id);
  return type === BOOL && op?.kind === "lanes" && nodeAt(subject, root).op?.kind === "memory";
}

function layPort(name: string, id: number, state: State, next: () => void): void {
  const port = state.pattern.inputs.find((one) => one.name === name);
  if (port === undefined || (id === ABSENT && !port.optional)) return;
  const mark = state.undo.length;
  const known = state.ports.get(name);
  if (known !== undefined && known !== id) return;
  if (id !== ABSENT && known === undefined) {
    const type = id === RESET ? undefined : nodeAt(state.subject, id).type;
    const isShared = type === BOOL && port.broadcasts && nodeAt(state.subject, state.root).type !== BOOL;
    if (type !== undefined && !isShared && !bindType(port.type, type, state)) {
      rollBack(state, mark);
      return;
    }
    set(state.ports, name, id, state);
  }
  next();
  rollBack(state, mark);
}

function layOperands(
  trees: readonly PatternTree[],
  ids: readonly number[],
  commutes: boolean,
  state: State,
  next: () => void,
): void {
  const inOrder = (order: readonly number[]) => {
    const step = (at: number): void => {
      if (at < trees.length) lay(trees[at] as PatternTree, order[at] ?? ABSENT, state, () => step(at + 1));
      else if (order.slice(trees.length).every((rest) => rest === ABSENT)) next();
    };
    step(0);
  };
  inOrder(ids);
  const [first, second] = trees;
  const isPlain = (tree: PatternTree | undefined) =>
    tree?.kind === "port" && usesOf(tree.name, state.pattern.tree) === 1;
  const isSymmetric = isPlain(first) && isPlain(second);
  if (commutes && !isSymmetric && ids[0] !== ids[1]) inOrder([ids[1] ?? ABSENT, ids[0] ?? ABSENT]);
}

function usesOf(port: string, tree: PatternTree): number {
  if (tree.kind === "port") return tree.name === port ? 1 : 0;
  return tree.args.reduce((all, arg) => all + usesOf(port, arg), 0);
}

function bindNode(tree: PatternTree & { kind: "op" }, node: Node, state: State): boolean {
  if (tree.type !== undefined && !bindType(tree.type, node.type, state)) return false;
  if (tree.attrs.length === 0) return node.attrs.length === 0 || tree.op.attrs === "none";
  if (tree.op.attrs === "tables") return bindTables(tree, node, state);
  if (tree.op.attrs === "contents") return bindContents(tree, node, state);
  const perLane = tree.op.attrs === "values";
  if (!perLane && tree.attrs.length !== node.attrs.length) return false;
  for (const [at, attr] of tree.attrs.entries()) {
    const values = perLane
      ? node.attrs.map((value) => BigInt.asUintN(node.type.width, value))
      : [node.attrs[at] as bigint];
    if (attr.kind === "name") {
      const known = state.attrs.get(attr.text);
      if (known === undefined) set(state.attrs, attr.text, values, state);
      else if (known.length !== values.length || known.some((value, lane) => value !== values[lane])) return false;
    } else if (values.some((value) => value !== evaluate(attr, state.numbers))) return false;
  }
  return true;
}

function bindTables(tree: PatternTree & { kind: "op" }, node: Node, state: State): boolean {
  const [attr] = tree.attrs;
  if (attr?.kind !== "name" || state.attrs.has(attr.text)) return false;
  set(state.attrs, attr.text, node.attrs, state);
  return true;
}

function bindContents(tree: PatternTree & { kind: "op" }, { attrs, type }: Node, state: State): boolean {
  const [attr] = tree.attrs;
  if (attr?.kind !== "name" || state.attrs.has(attr.text) || type.lanes > 0) return false;
  const words = attrs.map((value) => BigInt.asUintN(type.width, value));
  if (words.length > 0) set(state.attrs, attr.text, words, state);
  return words.length > 0 || tree.op.memory?.writable === true;
}

/** Binds the parameters of a type. A scalar pattern fits a vector, too: once a lane, its scalar operands shared. */
function bindType(pattern: TypePattern, type: Type, state: State): boolean {
  if (!bindKind(pattern.kind, type, state)) return false;
  if (pattern.lanes !== undefined) return type.lanes > 0 && bindNumber(pattern.lanes, type.lanes, state);
  if (type.lanes !== 0 && type.lanes !== state.lanes) return false;
  return pattern.width === undefined || bindNumber(pattern.width, type.width, state);
}

function bindKind(kind: string, type: Type, state: State): boolean {
  if (kind === "bool" || kind === "i" || kind === "u") return type.kind === kind;
  const param = state.pattern.params.find((one) => one.name === kind);
  if (param?.kinds?.has(type.kind) !== true) return false;
  const known = state.kinds.get(kind);
  if (known === undefined) set(state.kinds, kind, type.kind, state);
  return known === undefined || known === type.kind;
}

function bindNumber(expr: TypePattern["width"] & object, value: number, state: State): boolean {
  if (expr.kind !== "name" || state.numbers.has(expr.text)) return evaluate(expr, state.numbers) === BigInt(value);
  const param = state.pattern.params.find((one) => one.name === expr.text);
  if (param === undefined || !inRange(param, BigInt(value), state)) return false;
  set(state.numbers, expr.text, BigInt(value), state);
  return true;
}

/** Whether a value lies in the range of a parameter, both ends included. */
function inRange(param: FamilyParam, value: bigint, state: State): boolean {
  const [low, high] = param.range ?? [];
  if (low !== undefined && value < evaluate(low, state.numbers)) return false;
  return high === undefined || value <= evaluate(high, state.numbers);
}

function finish(state: State, root: number): Match | undefined {
  const { pattern, numbers, attrs, ports, subject } = state;
  const node = nodeAt(subject, root);
  const copies = pattern.output.type.lanes === undefined ? Math.max(node.type.lanes, 1) : 1;
  const present = (name: string) => ports.has(name) || attrs.has(name);
  const tables = new Map(pattern.attrs.flatMap(({ name, table }) => (table === undefined ? [] : [[name, table]])));
  const contents = new Set(pattern.attrs.flatMap(({ name, contentsAt }) => (contentsAt === undefined ? [] : [name])));
  const isVaried = [...attrs].some(
    ([name, values]) =>
      !tables.has(name) && !contents.has(name) && values.length > 1 && values.some((value) => value !== values[0]),
  );
  let area = 0;
  let delay = 0;
  let after = 0;
  for (let lane = 0; lane < (isVaried ? copies : 1); lane++) {
    const scope = new Map(numbers);
    for (const [name, kind] of state.kinds) scope.set(name, kind === "i" ? 1n : 0n);
    for (const [name, values] of attrs) {
      if (contents.has(name)) continue;
      const inputs = tables.get(name);
      const value = inputs === undefined ? values[lane] : packTables(values, inputs, node.type.width);
      scope.set(name, value ?? (values[0] as bigint));
    }
    if (pattern.when !== undefined && evaluate(pattern.when, scope, present) === 0n) return undefined;
    for (const { key, value } of pattern.costs) {
      const amount = cost(value, scope, present);
      if (key?.text === "delay") delay = Math.max(delay, amount);
      else if (key?.text === "after") after = Math.max(after, amount);
      else area += isVaried ? amount : amount * copies;
    }
  }
  return {
    pattern,
    root,
    ports: new Map(ports),
    attrs: new Map(attrs),
    inner: [...state.inner],
    copies,
    area,
    delay,
    isRegistered: isClocked(nodeAt(subject, state.inner[0] ?? root).op),
    after,
  };
}
