// What stays an instruction in the middle of the logic: the matches of patterns that are more than LUTs and registers,
// as steps over operands that the logic makes.
import type { Graph, Node } from "../../lang/graph.ts";
import { isClocked, isCombinational, OPERATIONS, type Operation } from "../../lang/ops.ts";
import type { Origin } from "../../lang/source.ts";
import { integer, type Type } from "../../lang/type.ts";
import type { Match } from "../match.ts";
import { type Objective, weigh } from "../ways.ts";
import { costAt, type LogicCells } from "./cells.ts";

/** An operation of a unit; operands are steps before it, or ports of the unit: `~port`. */
export interface Step {
  readonly op: Operation;
  readonly type: Type;
  readonly attrs: readonly bigint[];
  readonly hint: string | undefined;
  readonly args: readonly number[];
  readonly span: Origin;
}

export interface UnitPort {
  /** The node of the graph whose bits come in. */
  readonly node: number;
  readonly type: Type;
  /** Whether the inverse of the bits is wanted. */
  readonly isInverted: boolean;
  /** Whether it reaches the result within a cycle. */
  readonly isCombinational: boolean;
}

export interface Order {
  /** Whether the node compares them as signed numbers. */
  readonly isSigned: boolean;
  /** Whether the node says the opposite of less. */
  readonly isInverted: boolean;
  /** Whether the unit says that the first is less; else it says that it is not. */
  readonly saysLess: boolean;
}

export interface Unit {
  /** The node of the graph that it computes. */
  readonly root: number;
  readonly steps: readonly Step[];
  readonly ports: readonly UnitPort[];
  /** A comparison of natural numbers that the graph's node follows from. */
  readonly order: Order | undefined;
  /** From operands to result, or from the clock edge to it, in ps. */
  readonly delay: number;
}

/** How a match is kept. */
export function unitOf(match: Match, graph: Graph, cells: LogicCells): Unit {
  const isLogicTile = match.pattern.resource === cells.lut.resource;
  const top = graph.nodes[match.root] as Node;
  const root = isLogicTile ? withoutLogic(top, match, graph) : top;
  const { delay } = match;
  const inCells = isLogicTile ? difference(root, graph, cells, delay) : undefined;
  return inCells ?? copied(root, graph, match, delay);
}

/** What is left of a match without the register, the choice and the function behind it, which go into its cells again. */
function withoutLogic(top: Node, { laid }: Match, graph: Graph): Node {
  const inner = new Set(laid.values());
  let root = top;
  for (;;) {
    if (root.op?.kind !== "reg" && root.op?.name !== "mux" && root.op?.name !== "lut") return root;
    const hard = root.args.filter((id) => id !== top.id && inner.has(id) && graph.nodes[id]?.op?.kind !== "const");
    const [only] = hard;
    if (only === undefined || hard.length > 1) return root;
    root = graph.nodes[only] as Node;
  }
}

/** A step on the way to `root`. */
function step(name: string, type: Type, args: readonly number[], { hint, span }: Node): Step {
  return { op: OPERATIONS.get(name) as Operation, type, attrs: [], hint, args, span };
}

function port(node: Node, changes: Partial<UnitPort> = {}): UnitPort {
  return { node: node.id, type: node.type, isInverted: false, isCombinational: true, ...changes };
}

const COMPARISONS: ReadonlySet<string> = new Set(["lt", "gt", "le", "ge"]);

/** An order of integers; whether they are equal is never asked of a chain. */
export function isComparison({ op }: Node): boolean {
  return COMPARISONS.has(op?.name ?? "");
}

/**
 * A comparison on a chain: less than, between natural numbers, one operand inverted where that suits the chain. Undefined
 * where LUTs alone are the better choice. `isMade`: whether a node is computed by logic, so that its inverse comes as
 * cheap.
 */
export function comparisonUnit(
  root: Node,
  graph: Graph,
  cells: LogicCells,
  objective: Objective,
  isMade: (node: number) => boolean,
): Unit | undefined {
  const name = root.op?.name ?? "";
  const { comparison, inverting } = cells;
  if (!COMPARISONS.has(name) || comparison === undefined || !inverting.has("lt 0") || !inverting.has("ge 1"))
    return undefined;
  const isSwapped = name === "gt" || name === "le";
  const [a, b] = (isSwapped ? root.args.toReversed() : root.args).map((id) => graph.nodes[id] as Node) as [Node, Node];
  if (a.type.kind === "bool") return undefined;
  const { width } = a.type;
  const isFree = (one: Node) => one.op?.kind === "const" || isMade(one.id);
  const chain = costAt(comparison, width);
  // Inverters go into the cells of the chain, whose LUTs are idle, and cost only time.
  const onChain = { area: chain.area, delay: chain.delay + (isFree(a) || isFree(b) ? 0 : cells.delay) };
  // Two bits a cell tell less from equal, then a tree.
  const alone = { area: Math.ceil(1.5 * width) - 1, delay: cells.delay * (1 + Math.ceil(Math.log2(width / 2))) };
  if (weigh(alone, objective) <= weigh(onChain, objective)) return undefined;
  const type = integer("u", width);
  const first = isFree(a) && !isFree(b);
  const ports = [port(a, { type, isInverted: first }), port(b, { type, isInverted: !first })];
  const inverse = step("not", type, [first ? ~0 : ~1], { ...root, hint: undefined });
  // The carry says which is less if the first comes inverted, else which is not.
  const compare = first ? step("lt", root.type, [0, ~1], root) : step("ge", root.type, [~0, 0], root);
  const order = { isSigned: a.type.kind === "i", isInverted: name === "le" || name === "ge", saysLess: first };
  return { root: root.id, steps: [inverse, compare], ports, order, delay: onChain.delay };
}

/** A difference: one operand comes inverted, or the sum with the negative of a constant. */
function difference(root: Node, graph: Graph, { inverting }: LogicCells, delay: number): Unit | undefined {
  const [a, b] = root.args.map((id) => graph.nodes[id] as Node);
  if (root.op?.name !== "sub" || a === undefined || b === undefined || !inverting.has("sub 1")) return undefined;
  if (a.op?.kind === "const") return undefined;
  const whole = { root: root.id, order: undefined, delay };
  if (b.op?.kind === "const") {
    const negative = {
      ...step("const", b.type, [], { ...b, hint: undefined }),
      attrs: b.attrs.map((value) => BigInt.asUintN(b.type.width, -value)),
    };
    return { ...whole, steps: [negative, step("add", root.type, [~0, 0], root)], ports: [port(a)] };
  }
  const steps = [step("not", b.type, [~1], { ...root, hint: undefined }), step("sub", root.type, [~0, 0], root)];
  return { ...whole, steps, ports: [port(a), port(b, { isInverted: true })] };
}

/** The nodes of the match as they are. */
function copied(root: Node, graph: Graph, match: Match, delay: number): Unit {
  // A feedback leads from the unit, or from the register behind it, back into it.
  const inner = new Set([...match.laid.values()].filter((id) => id !== match.root && id !== root.id));
  const steps: Step[] = [];
  const ports: UnitPort[] = [];
  const places = new Map<string, number>();
  const made = new Map<number, number>();
  const begun = new Set<number>();
  const copy = (node: Node, isCombined: boolean): number => {
    begun.add(node.id);
    const op = node.op as Operation;
    const args = node.args.map((id, at) => {
      const arg = graph.nodes[id] as Node;
      const reaches = isCombined && isCombinational(op, at);
      // A register may feed itself: then its value comes from the one outside.
      if (inner.has(id) && !begun.has(id)) return copy(arg, reaches);
      if (made.has(id)) return made.get(id) as number;
      const key = `${id} ${reaches}`;
      const place = places.get(key) ?? ports.push(port(arg, { isCombinational: reaches })) - 1;
      places.set(key, place);
      return ~place;
    });
    const at = steps.push({ op, type: node.type, attrs: node.attrs, hint: node.hint, args, span: node.span }) - 1;
    made.set(node.id, at);
    return at;
  };
  copy(root, true);
  return { root: root.id, steps, ports, order: undefined, delay: isClocked(root.op) ? match.after : delay };
}
