// Where a pattern fits: a tree of operations laid over the graph, its parameters bound on the way. All ways to lay it are
// found: optional parts there or not, operands of commutative operations in either order.
import { memoryOperands } from "../lang/eval/memory.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { isClocked } from "../lang/ops.ts";
import { connections } from "../lang/target/enables.ts";
import { inRange } from "../lang/target/range.ts";
import type { Pattern, PatternTree, TypePattern } from "../lang/target/target.ts";
import { cost, evaluate, packTables, sharedCost } from "../lang/target/value.ts";
import { BOOL, type Type } from "../lang/type.ts";
import { areAlike, isCheap, isInOrder, isOfSum, isWire, references, seenAs } from "./shape.ts";

/** A pattern laid over the graph. */
export interface Match {
  readonly pattern: Pattern;
  readonly root: number;
  /** Ports to the nodes that feed them; optional ports that are not connected are missing. */
  readonly ports: ReadonlyMap<string, number>;
  /** Attributes by name, as natural numbers, one a lane. */
  readonly attrs: ReadonlyMap<string, readonly bigint[]>;
  /** The nodes that it computes, by the names of the pattern's body; the root comes first. */
  readonly laid: ReadonlyMap<string, number>;
  /** How often the pattern is there: once, or once a lane. */
  readonly copies: number;
  /** Cells over all lanes, without those of scarce resources. */
  readonly area: number;
  /** What it takes of scarce resources; a share where lanes of another instruction may fill the rest of a unit. */
  readonly units: readonly Units[];
  /** From its operands to its result, or to the clock edge, in ps. */
  readonly delay: number;
  /** Whether its result comes from a clock edge. */
  readonly isRegistered: boolean;
  /** When the result is there behind the clock edge, in ps. */
  readonly after: number;
}

export interface Units {
  readonly resource: string;
  readonly amount: number;
}

/** The operand that `--reset sync` adds to every register. */
export const RESET = -2;
/** An operand that is not there. */
const ABSENT = -1;

/** The graph as patterns see it: names looked through, uses counted. */
export interface Subject {
  readonly graph: Graph;
  readonly hasReset: boolean;
  /** How many use a node; an output counts as two, so that its value is not hidden inside another instruction. */
  readonly uses: Int32Array;
  /** Resources of which a device has few: instructions that take them are counted apart. */
  readonly scarce: ReadonlySet<string>;
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
  readonly laid: Map<string, number>;
  /** Optional operations that are left out, with the node that stands in: a pattern may name them more than once. */
  readonly omitted: Map<string, number>;
  /** Types that depend on parameters which are not bound yet. */
  readonly later: (readonly [pattern: TypePattern, type: Type])[];
  lanes: number;
  /** How many matches have been found. */
  found: number;
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
    laid: new Map(),
    omitted: new Map(),
    later: [],
    lanes: nodeAt(subject, root).type.lanes,
    found: 0,
    undo: [],
  };
  const mark = state.undo.length;
  if (bindType(pattern.output.type, nodeAt(subject, root).type, state))
    lay(pattern.tree, root, state, () => {
      const match = finish(state, root);
      if (match !== undefined) state.found = found.push(match);
    });
  rollBack(state, mark);
  return found;
}

/** Whether the operations of a tree are there, whatever their types: most patterns are ruled out by that alone. */
function mayFit(tree: PatternTree, id: number, subject: Subject): boolean {
  if (tree.kind !== "op" || id < 0) return true;
  const node = seenAs(tree.op, nodeAt(subject, id), subject.graph);
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
    layPort(tree.own ?? tree.name, id, state, next);
    return;
  }
  if (tree.kind === "self") {
    if (id === state.root) next();
    return;
  }
  const before = state.laid.get(tree.name);
  if (before !== undefined) {
    if (before === id) next();
    return;
  }
  const only = tree.args[tree.standIn];
  const standIn = state.omitted.get(tree.name);
  if (standIn !== undefined) {
    if (standIn === id && only !== undefined) lay(only, id, state, next);
    return;
  }
  const mark = state.undo.length;
  const { found } = state;
  const node = id >= 0 ? seenAs(tree.op, nodeAt(state.subject, id), state.subject.graph) : undefined;
  if (node?.op === tree.op && mayBeInner(tree, node, state) && bindNode(tree, node, state)) {
    set(state.laid, tree.name, id, state);
    if (tree.optional && tree.presence[0] === tree.name) set(state.attrs, tree.name, [1n], state);
    layOperands(tree.args, operands(node, state.subject), tree.op.commutes, state, next);
  }
  rollBack(state, mark);
  if (state.found > found && node !== undefined && isBetterInside(tree, node, state)) return;
  if (tree.optional && only !== undefined) {
    set(state.omitted, tree.name, id, state);
    lay(only, id, state, next);
    rollBack(state, mark);
  }
}

/**
 * Whether a register that an instruction has to spare is never better outside: unless it is one of an operand, and may as
 * well stand behind what computes that.
 */
function isBetterInside(tree: PatternTree & { kind: "op" }, node: Node, { subject }: State): boolean {
  if (tree.presence[0] !== tree.name) return false;
  let below: PatternTree = tree;
  while (below.kind === "op" && (below === tree || below.optional)) below = below.args[below.standIn] as PatternTree;
  const { op } = nodeAt(subject, node.args[0] as number);
  return below.kind === "op" || op === undefined || op.wire || op.kind === "reg";
}

/**
 * What is inside has no other user, or costs nothing to have twice: a wire; a register, whose copy stands where the
 * instruction has one to spare.
 */
function mayBeInner(tree: PatternTree & { kind: "op" }, node: Node, state: State): boolean {
  const { subject, pattern, laid, root, attrs } = state;
  if (!isInOrder(tree, pattern, attrs)) return false;
  if (laid.size === 0) return true;
  const uses = subject.uses[node.id] as number;
  if (isCheap(node, nodeAt(subject, root))) return true;
  if (uses > 1 && isOfSum(node, subject)) return false;
  return uses === 1 || isWire(node) || node.op?.kind === "reg" || uses <= (references(pattern).get(tree.name) ?? 1);
}

/** Whether values that are used more than once are used by nothing outside. */
function isClosed({ laid, subject, root }: State): boolean {
  for (const id of laid.values()) {
    const node = nodeAt(subject, id);
    const uses = subject.uses[id] as number;
    if (id === root || uses === 1 || isWire(node) || node.op?.kind === "reg") continue;
    if (isCheap(node, nodeAt(subject, root))) continue;
    let own = 0;
    for (const user of laid.values()) for (const arg of nodeAt(subject, user).args) if (arg === id) own++;
    if (own < uses) return false;
  }
  return true;
}

function layPort(name: string, id: number, state: State, next: () => void): void {
  const port = state.pattern.inputs.find((one) => one.name === name);
  if (port === undefined || (id === ABSENT && !port.optional)) return;
  const mark = state.undo.length;
  const known = state.ports.get(name);
  if (known !== undefined && known !== id) return;
  if (known === undefined) {
    const type = id < 0 ? undefined : nodeAt(state.subject, id).type;
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
  const isSymmetric = first !== undefined && second !== undefined && areAlike(first, second, state.pattern);
  if (commutes && !isSymmetric && ids[0] !== ids[1]) inOrder([ids[1] ?? ABSENT, ids[0] ?? ABSENT]);
}

function bindNode(tree: PatternTree & { kind: "op" }, node: Node, state: State): boolean {
  if (tree.type !== undefined && !bindInner(tree.type, node.type, state)) return false;
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

/**
 * Binds the parameters of a type. A scalar pattern fits a vector, too: once a lane, its scalar operands shared. Where
 * lanes are counted, a scalar is one.
 */
function bindType(pattern: TypePattern, type: Type, state: State): boolean {
  if (!bindKind(pattern.kind, type, state)) return false;
  if (pattern.lanes !== undefined) {
    if (!bindNumber(pattern.lanes, Math.max(type.lanes, 1), state)) return false;
    if ((type.lanes === 0) !== (state.lanes === 0)) return false;
  } else if (type.lanes !== 0 && type.lanes !== state.lanes) return false;
  return pattern.width === undefined || bindNumber(pattern.width, type.width, state);
}

/** The same of a value inside; what depends on parameters that come with the operands has to wait. */
function bindInner(pattern: TypePattern, type: Type, state: State): boolean {
  const { width } = pattern;
  if (width === undefined || width.kind === "name" || width.kind === "int") return bindType(pattern, type, state);
  if (!bindType({ ...pattern, width: undefined }, type, state)) return false;
  state.later.push([pattern, type]);
  state.undo.push(() => state.later.pop());
  return true;
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
  if (param === undefined || !inRange(param, BigInt(value), state.numbers)) return false;
  set(state.numbers, expr.text, BigInt(value), state);
  return true;
}

function finish(state: State, root: number): Match | undefined {
  const { pattern, numbers, attrs, ports, subject } = state;
  const node = nodeAt(subject, root);
  const copies = pattern.output.type.lanes === undefined ? Math.max(node.type.lanes, 1) : 1;
  if (!isClosed(state)) return undefined;
  for (const [{ width }, type] of state.later)
    if (width !== undefined && evaluate(width, numbers) !== BigInt(type.width)) return undefined;
  const connected = connections(ports, pattern, ABSENT);
  const present = (name: string) => connected.has(name) || attrs.has(name);
  const tables = new Map(pattern.attrs.flatMap(({ name, table }) => (table === undefined ? [] : [[name, table]])));
  const contents = new Set(pattern.attrs.flatMap(({ name, contentsAt }) => (contentsAt === undefined ? [] : [name])));
  const isVaried = [...attrs].some(
    ([name, values]) =>
      !tables.has(name) && !contents.has(name) && values.length > 1 && values.some((value) => value !== values[0]),
  );
  let area = 0;
  let delay = 0;
  const units: Units[] = [];
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
      const resource = key?.text ?? "";
      const isScarce = subject.scarce.has(resource);
      const own = isScarce ? sharedCost(value, scope, present, pattern.lanes ?? pattern.beside) : undefined;
      const amount = (own ?? cost(value, scope, present)) * (isVaried ? 1 : copies);
      if (resource === "delay") delay = Math.max(delay, cost(value, scope, present));
      else if (resource === "after") after = Math.max(after, cost(value, scope, present));
      else if (!isScarce) area += amount;
      else if (amount > 0) units.push({ resource, amount });
    }
  }
  const [first = root] = state.laid.values();
  return {
    pattern,
    root,
    ports: connected,
    attrs: new Map(attrs),
    laid: new Map(state.laid),
    copies,
    area,
    units,
    delay,
    isRegistered: isClocked(nodeAt(subject, first).op),
    after,
  };
}
