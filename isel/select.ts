// Instruction selection: from a graph to a program of the target's instructions, unplaced.
import {
  type Attr,
  type Expr,
  type Instruction,
  type Item,
  type Name,
  NOWHERE,
  type Port,
  type Program,
  type TypeExpr,
} from "../lang/ast.ts";
import { type Outcome, type Report, report, sorted } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { didYouMean } from "../lang/near.ts";
import { joinOrigins, type Origin, type Span } from "../lang/source.ts";
import { type Device, devicesOf } from "../lang/target/device.ts";
import type { Pattern, PatternTree, Target } from "../lang/target/target.ts";
import { TargetError } from "../lang/target/value.ts";
import type { Type } from "../lang/type.ts";
import { memory } from "./alike.ts";
import { type Cover, cover } from "./cover.ts";
import type { Consider, CoverOptions, Estimate } from "./fronts.ts";
import { canBlast } from "./logic/blast.ts";
import { type LogicCells, logicCells } from "./logic/cells.ts";
import { coverLogic } from "./logic.ts";
import { wholeWrites } from "./masks.ts";
import { type Match, RESET } from "./match.ts";
import { plainMemories } from "./memories.ts";
import { narrowProducts } from "./narrow.ts";
import { fitting, type PatternIndex } from "./patterns.ts";
import { plainForm } from "./plain.ts";
import { isWire, rootOperations } from "./shape.ts";
import { type Spending, spend } from "./spend.ts";
import { type Stock, stockOf } from "./stock.ts";
import type { Best, Objective } from "./ways.ts";

export interface SelectOptions {
  readonly optimize?: Objective | undefined;
  readonly reset?: "none" | "sync" | undefined;
  /** The device that it is for; the target's default device without it. */
  readonly device?: Device | undefined;
  /** Fewer units of a resource than the device has. */
  readonly limits?: ReadonlyMap<string, number> | undefined;
  /** Told of each resource that the program has more use for than there is. */
  readonly spent?: ((spending: Spending) => void) | undefined;
  /** Told of every way that was found to compute a value; see `why`. */
  readonly consider?: Consider | undefined;
}

/** Covers a graph with the instructions of a target. Spans of the result are those of the IR. */
export function select(from: Graph, target: Target, options: SelectOptions = {}): Outcome<Program> {
  const given = plainMemories(wholeWrites(plainForm(options.reset === "sync" ? freeReset(from) : from)));
  const found = report(given.source);
  const cells = logicCells(target);
  const made = attempt(
    () => {
      const stock = stockOf(target, options.device, options.limits);
      const base = {
        objective: options.optimize ?? "balanced",
        hasReset: options.reset === "sync",
        estimate: (node: Node, graph: Graph) =>
          cells !== undefined && isLogic(node, target, stock.plain, cells) ? tableCost(node, graph, cells) : undefined,
        allows: (hint: string, resource: string) => target.hints.get(hint) === resource,
        consider: options.consider,
        memory: memory(),
      };
      const { graph: words, isAllotted } = allotted(
        narrowProducts(given, holdsProducts(stock)),
        stock,
        base,
        found,
        options.spent,
      );
      if (found.list.length > 0) return undefined;
      const index = isAllotted ? stock.all : stock.plain;
      const coverOptions = { ...base, isAllotted, prices: stock.dear };
      const first = cover(words, index, { ...coverOptions, consider: undefined });
      const missing = first.uncovered.filter(
        (id) => cells === undefined || !isLogic(words.nodes[id] as Node, target, stock.plain, cells),
      );
      if (cells === undefined || missing.length > 0)
        return { graph: words, covered: { ...first, uncovered: missing }, stock };
      if (options.consider === undefined && takesOnly(first, words, stock))
        return { graph: words, covered: first, stock };
      const graph = coverLogic(words, first, cells, coverOptions);
      return { graph, covered: cover(graph, index, coverOptions), stock };
    },
    target,
    found,
  );
  if (made === undefined) return { value: { source: given.source, items: [], comments: [] }, diagnostics: found.list };
  const { graph, covered, stock } = made;
  for (const id of covered.uncovered) reportUncovered(graph.nodes[id] as Node, graph, target, stock, found);
  const body: Instruction[] = [];
  for (const id of covered.chosen) {
    const one = instruction(graph.nodes[id] as Node, graph, covered.best.get(id));
    if (one !== undefined) body.push(one);
  }
  const defined = new Set(body.flatMap((one) => one.results.map((result) => result.name.text)));
  for (const output of graph.outputs)
    if (!defined.has(output.name)) body.push(rename(output.name, graph.nodes[output.node] as Node, graph));
  return { value: { source: graph.source, items: [item(graph, body)], comments: [] }, diagnostics: sorted(found.list) };
}

/** Whether there are units for products that have registers of their own. */
function holdsProducts({ all, scarce }: Stock): boolean {
  return (all.get("mul") ?? []).some(
    ({ resource, tree }) => scarce.has(resource) && rootOperations(tree).includes("reg"),
  );
}

/** Whether nothing is left for logic: all that is computed is in scarce units. */
function takesOnly({ best, chosen }: Cover, { nodes }: Graph, { scarce }: Stock): boolean {
  return chosen.every((id) => {
    const node = nodes[id] as Node;
    return node.op === undefined || isWire(node) || scarce.has(best.get(id)?.match?.pattern.resource ?? "");
  });
}

/** The graph with what goes to scarce units marked; whether anything does. */
function allotted(
  graph: Graph,
  stock: Stock,
  options: CoverOptions,
  found: Report,
  tell: SelectOptions["spent"],
): { readonly graph: Graph; readonly isAllotted: boolean } {
  const candidates = [...fitting(stock.all, graph).values()].flat();
  if (!candidates.some(({ resource }) => stock.scarce.has(resource))) return { graph, isAllotted: false };
  const { value, diagnostics } = spend(graph, stock.all, stock, { ...options, consider: undefined }, tell);
  found.list.push(...diagnostics);
  return { graph: value, isAllotted: value !== graph };
}

/** Whether an operation of which the target has no pattern at all can be made of LUTs. */
function isLogic(node: Node, target: Target, index: PatternIndex, { lut }: LogicCells): boolean {
  return (
    !index.has(node.op?.name ?? "") &&
    canBlast(node) &&
    (node.hint === undefined || target.hints.get(node.hint) === lut.resource)
  );
}

/** About what an operation takes whose bits are tables of those of its operands, as if they had no structure. */
function tableCost({ type, args }: Node, graph: Graph, { inputs, delay }: LogicCells): Estimate {
  const width = args.reduce((all, arg) => all + (graph.nodes[arg] as Node).type.bits, 0);
  const levels = Math.max(width - inputs, 0);
  // One LUT a table of its own inputs, and as many two thirds to choose among them.
  const luts = levels === 0 ? 1 : (5 / 3) * 2 ** Math.min(levels, MOST_LEVELS);
  return { area: type.bits * luts, delay: delay * (1 + levels) };
}

const MOST_LEVELS = 24;

/** The graph with another name for a value that is called like the implicit reset. */
function freeReset(graph: Graph): Graph {
  if (!graph.stateful || !graph.nodes.some((node) => node.name === "reset")) return graph;
  const taken = new Set([...graph.nodes, ...graph.outputs].map((one) => one.name));
  let count = 2;
  while (taken.has(`reset_${count}`)) count++;
  const nodes = graph.nodes.map((node) => (node.name === "reset" ? { ...node, name: `reset_${count}` } : node));
  return { ...graph, nodes };
}

/** What `run` gives; nothing after a report where the target's description is at fault. */
function attempt<T>(run: () => T, target: Target, found: Report): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    found.error(
      "bad-target",
      `target \`${target.name}\`: ${error.message}`,
      [],
      ["this is a mistake in the target description, not in the program"],
    );
    return undefined;
  }
}

function item(graph: Graph, body: readonly Instruction[]): Item {
  return {
    keyword: name("def"),
    name: name(graph.name),
    params: [],
    attrs: [],
    inputs: graph.inputs.map((id) => port((graph.nodes[id] as Node).name, (graph.nodes[id] as Node).type, NOWHERE)),
    outputs: graph.outputs.map((output) => port(output.name, (graph.nodes[output.node] as Node).type, NOWHERE)),
    body,
    marks: { inputsEnd: 0, outputsEnd: 0, bodyStart: 0 },
    ...NOWHERE,
  };
}

function name(text: string): Name {
  return { text, start: NOWHERE.start, end: NOWHERE.end };
}

function port(text: string, type: Type, { start, end }: Span): Port {
  return { name: name(text), optional: false, index: undefined, type: written(type), start, end };
}

const types = new WeakMap<Type, TypeExpr>();

function written(type: Type): TypeExpr {
  const known = types.get(type);
  if (known !== undefined) return known;
  const args = type.lanes === 0 ? [] : [int(BigInt(type.lanes))];
  const made: TypeExpr = { name: type.lane.text, args, ...NOWHERE };
  types.set(type, made);
  return made;
}

function int(value: bigint): Expr {
  return { kind: "int", value, text: `${value}`, start: NOWHERE.start, end: NOWHERE.end };
}

function use(id: number, graph: Graph): Expr {
  const text = id === RESET ? "reset" : (graph.nodes[id] as Node).name;
  return { kind: "name", text, type: undefined, start: NOWHERE.start, end: NOWHERE.end };
}

const UNCONNECTED: Expr = { kind: "name", text: "_", type: undefined, ...NOWHERE };

/** What an instruction computes, and where. */
type Deed = Pick<Instruction, "op" | "attrs" | "args" | "loc">;

/** The instruction, or the wire, that computes a node; undefined for an input. */
function instruction(node: Node, graph: Graph, best: Best | undefined): Instruction | undefined {
  if (node.op === undefined) return undefined;
  const spans = [node.span];
  for (const id of best?.match?.laid.values() ?? []) spans.push((graph.nodes[id] as Node).span);
  const origin = joinOrigins(node.span, spans);
  if (isWire(node)) {
    const attrs = wireAttrs(node).map((value): Attr => ({ key: undefined, value: int(value), ...NOWHERE }));
    const args = node.args.map((arg) => use(arg, graph));
    return defining(node.name, node, { op: name(node.op.name), attrs, args, loc: undefined }, origin);
  }
  const match = best?.match;
  if (match === undefined) return undefined;
  const args = match.pattern.inputs.map((one) => {
    const id = match.ports.get(one.name);
    return id === undefined ? UNCONNECTED : use(id, graph);
  });
  while (args.at(-1) === UNCONNECTED) args.pop();
  return defining(node.name, node, { ...called(match.pattern), attrs: keyed(match), args }, origin);
}

const calls = new WeakMap<Pattern, Pick<Instruction, "op" | "loc">>();

/** What all instructions of a pattern have in common. */
function called(pattern: Pattern): Pick<Instruction, "op" | "loc"> {
  const known = calls.get(pattern);
  if (known !== undefined) return known;
  const hole: Expr = { kind: "hole", ...NOWHERE };
  const loc = { resource: name(pattern.resource), coordinates: [hole, hole], ...NOWHERE };
  const made = { op: name(pattern.name), loc };
  calls.set(pattern, made);
  return made;
}

/** An instruction whose result has the type of a node. */
function defining(
  text: string,
  node: Node,
  { op, attrs, args, loc }: Deed,
  { start, end, others }: Origin,
): Instruction {
  const results = [port(text, node.type, node.span)];
  return { kind: "instruction", results, op, optional: false, attrs, args, loc, partial: false, start, end, others };
}

/** `[init: 3]`; `[init: 1, 2, 3, 4]` where lanes differ. */
function keyed(match: Match): Attr[] {
  return match.pattern.attrs.flatMap(({ name: key, table, contentsAt }): Attr[] => {
    const values = match.attrs.get(key) ?? [];
    if (table !== undefined) {
      return tables(values, operandsOf(match), table);
    }
    const isUniform = contentsAt === undefined && values.every((value) => value === values[0]);
    const shown = isUniform ? values.slice(0, 1) : values;
    return shown.map((value, at) => ({ key: at === 0 ? name(key) : undefined, value: int(value), ...NOWHERE }));
  });
}

function wireAttrs(node: Node): readonly bigint[] {
  const { attrs } = node;
  if (node.op?.kind === "const" && attrs.every((value) => value === attrs[0])) return attrs.slice(0, 1);
  return node.op?.kind === "ext" && attrs[0] === attrs[1] ? attrs.slice(0, 1) : attrs;
}

/** An output that is another name for a value. */
function rename(text: string, node: Node, graph: Graph): Instruction {
  const deed = { op: name("id"), attrs: [], args: [use(node.id, graph)], loc: undefined };
  return defining(text, node, deed, node.span);
}

/** Says what the target has for an operation, and what stands in the way. */
function reportUncovered(
  node: Node,
  graph: Graph,
  target: Target,
  { device, scarce, all }: Stock,
  found: Report,
): void {
  const op = node.op?.name ?? "";
  const near = all.get(op) ?? [];
  const types = [...new Set([node, ...node.args.map((id) => graph.nodes[id] as Node)].map((one) => one.type.text))];
  const labels = [{ span: node.span, text: "" }];
  if (node.hint !== undefined && !target.hints.has(node.hint)) {
    found.error(
      "no-resource",
      `target \`${target.name}\` has no \`@${node.hint}\``,
      labels,
      didYouMean(node.hint, target.hints.keys()),
    );
    return;
  }
  const resource = target.hints.get(node.hint ?? "") ?? "";
  if (scarce.get(resource) === 0 && device !== undefined) {
    const others = devicesOf(target).filter((one) => (one.capacity.get(resource) ?? 0) > 0);
    found.error(
      "no-resource",
      `device \`${device.name}\` has no \`@${node.hint}\` to spend`,
      labels,
      others.slice(0, 3).map((one) => `\`${one.name}\` has ${one.capacity.get(resource)}`),
    );
    return;
  }
  const hint = node.hint === undefined ? "" : ` on \`@${node.hint}\``;
  const twin = node.op?.memory?.synchronous === false ? `s${op}` : "";
  const places = [...new Set((all.get(twin) ?? []).map(({ resource }) => `\`@${resource}\``))];
  const other = places.length === 0 ? [] : [`\`${twin}\` reads at the clock edge, and may be on ${places.join(", ")}`];
  const isMeant = ({ resource }: Pattern) => node.hint !== undefined && target.hints.get(node.hint) === resource;
  const nearest = [...near.filter(isMeant), ...near.filter((pattern) => !isMeant(pattern))];
  const help = nearest.map((pattern) => `\`${pattern.name}\` is for ${shape(pattern)}`).slice(0, 3);
  found.error(
    "no-pattern",
    `target \`${target.name}\` has no instruction for \`${op}\` of \`${types.join("`, `")}\`${hint}`,
    labels,
    [...other, ...help],
  );
}

function shape(pattern: Pattern): string {
  const ranges = pattern.params.map((param) => {
    const [low, high] = param.range ?? [];
    const end = (expr: Expr | undefined) => (expr?.kind === "int" ? expr.text : "");
    return param.kinds !== undefined
      ? `${param.name} in ${[...param.kinds].join(", ")}`
      : `${param.name} in ${end(low)}..${end(high)}`;
  });
  return `\`@${pattern.resource}\`${ranges.length > 0 ? `, ${ranges.join(", ")}` : ""}`;
}

/** How many operands the `lut` of a match has. */
function operandsOf({ pattern, ports }: Match): number {
  const visit = (tree: PatternTree): number => {
    if (tree.kind !== "op") return 0;
    if (tree.op.attrs !== "tables") return Math.max(0, ...tree.args.map(visit));
    return tree.args.filter((arg) => arg.kind !== "port" || ports.has(arg.name)).length;
  };
  return visit(pattern.tree);
}

/** Truth tables of `given` operands, without a name, and repeated so that they fill those of all `inputs`. */
function tables(values: readonly bigint[], given: number, inputs: number): Attr[] {
  return values.map((value) => {
    let whole = value;
    for (let at = given; at < inputs; at++) whole |= whole << BigInt(2 ** at);
    const text = `0x${whole.toString(16).padStart(Math.max(1, 2 ** (inputs - 2)), "0")}`;
    return { key: undefined, value: { kind: "int", value: whole, text, ...NOWHERE }, ...NOWHERE };
  });
}
