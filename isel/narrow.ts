// Products no wider than they have to be: of a product, and of what it is part of, only the bits are computed that are
// read; an operand of which fewer bits say everything is those bits, widened. So instructions for narrow operands fit
// wherever they can, whatever the way was to write it.
import type { Graph, Node } from "../lang/graph.ts";
import { operation } from "../lang/ops.ts";
import { type Type, withWidth } from "../lang/type.ts";
import { type Draft, draftsOf, settled, wire } from "./drafts.ts";
import { isWidening, LOW_OF_LOW } from "./shape.ts";

/**
 * The graph with its products, and what is computed of them, as narrow as can be; the same one if it has no products.
 * `isHeldInside` says that registers are best next to products, as there are instructions with both.
 */
export function narrowProducts(graph: Graph, isHeldInside: boolean): Graph {
  if (!graph.nodes.some((node) => node.op?.name === "mul")) return graph;
  const needs = needed(graph);
  const { drafts, fresh } = draftsOf(graph);
  const tools = { fresh, cut: new Map<Draft, Map<Type, Draft>>() };
  graph.nodes.forEach((node, id) => cutTo(drafts[id] as Draft, needs[id] as number, node, tools));
  const extents = new Map<Draft, Extent>();
  for (const draft of drafts) extentOf(draft, extents);
  const uses = new Map<Draft, number>();
  for (const { args } of drafts) for (const arg of args) uses.set(arg, (uses.get(arg) ?? 0) + 1);
  for (const output of graph.outputs) uses.set(drafts[output.node] as Draft, 2);
  for (const draft of drafts)
    if (draft.op?.name === "mul" && draft.type.lanes === 0) {
      draft.args = draft.args.map((arg) => widened(arg, extents, tools));
      exactly(draft, uses, tools);
    }
  if (isHeldInside) {
    // One register behind the other, and wire behind wire, they are moved one by one.
    let registers = drafts.filter(({ op }) => op?.kind === "reg");
    for (let count = -1; count !== 0; ) {
      const moved = registers.flatMap((draft) => keepWhole(draft, uses, tools) ?? []);
      registers = [...registers.filter(({ op }) => op?.kind === "reg"), ...moved];
      count = moved.length;
    }
  }
  return settled(graph, drafts);
}

interface Tools {
  readonly fresh: (base: string) => string;
  /** Low bits of values, by their type. */
  readonly cut: Map<Draft, Map<Type, Draft>>;
}

/** By node, how many of its low bits are read. What is not a number of bits counts as read as a whole. */
function needed({ nodes, outputs }: Graph): Int32Array {
  const needs = new Int32Array(nodes.length);
  const need = (id: number, bits: number) => {
    needs[id] = Math.max(needs[id] as number, Math.min(bits, (nodes[id] as Node).type.bits));
  };
  for (const { node } of outputs) need(node, Number.POSITIVE_INFINITY);
  // Users come first, but for those at a clock edge, which read all.
  for (const { op, args } of nodes)
    if (op?.kind === "reg" || op?.kind === "memory") for (const arg of args) need(arg, Number.POSITIVE_INFINITY);
  for (const { id, op, args, attrs, type } of nodes.toReversed()) {
    const own = needs[id] as number;
    const low = type.lanes === 0 ? LOW_OF_LOW[op?.name ?? ""] : undefined;
    args.forEach((arg, at) => {
      const isNumber = (nodes[arg] as Node).type.lanes === 0;
      if (isNumber && op?.kind === "ext") need(arg, Number(attrs.at(-1) ?? 0n) + 1);
      else if (isNumber && (low?.includes(at) || isWidening(op?.name))) need(arg, own);
      else need(arg, Number.POSITIVE_INFINITY);
    });
  }
  return needs;
}

/** Types of one bit are several, and nothing is won with them. */
const NARROWEST = 2;

/** Makes a value, and the operands that it then needs, as wide as what is read of it. */
function cutTo(draft: Draft, need: number, { type, op }: Node, tools: Tools): void {
  const bits = Math.max(need, NARROWEST);
  const low = LOW_OF_LOW[op?.name ?? ""];
  const isCut = type.kind !== "bool" && type.lanes === 0 && need > 0 && bits < type.bits;
  if (isCut && low !== undefined) {
    draft.type = withWidth(type, bits);
    draft.args = draft.args.map((arg, at) => (low.includes(at) ? lowOf(arg, bits, type, tools) : arg));
  } else if (isCut && isWidening(op?.name)) {
    const arg = draft.args[0] as Draft;
    draft.type = withWidth(type, bits);
    if (bits > arg.type.bits) return;
    draft.op = operation("ext");
    draft.attrs = [0n, BigInt(bits - 1)];
  } else if (low !== undefined && type.lanes === 0)
    // Operands that are read elsewhere are never narrower than here.
    draft.args = draft.args.map((arg, at) => (low.includes(at) ? lowOf(arg, type.bits, type, tools) : arg));
}

/** The low bits of a value, as a number of the kind of `like`. */
function lowOf(draft: Draft, bits: number, like: Type, { fresh, cut }: Tools): Draft {
  const type = withWidth(like, bits);
  if (draft.type === type || (draft.type.bits === bits && like.kind === "bool")) return draft;
  const known = cut.get(draft) ?? new Map<Type, Draft>();
  cut.set(draft, known);
  const made = known.get(type) ?? wire(fresh(`${draft.name}_low`), type, "ext", [draft], [0n, BigInt(bits - 1)]);
  known.set(type, made);
  return made;
}

/** So many low bits of a value say all of it: it is `source`, of which these are all, widened. */
interface Extent {
  readonly bits: number;
  readonly isSigned: boolean;
  readonly source: Draft;
}

function extentOf(draft: Draft, extents: Map<Draft, Extent>): void {
  const known = measured(draft, (arg) => extents.get(arg) ?? whole(arg));
  if (known !== undefined && known.bits < draft.type.bits) extents.set(draft, known);
}

function whole(source: Draft): Extent {
  return { bits: source.type.bits, isSigned: false, source };
}

function measured(draft: Draft, of: (arg: Draft) => Extent): Extent | undefined {
  const { op, args, attrs, type } = draft;
  if (op === undefined || type.lanes > 0 || args.some((arg) => arg.type.lanes > 0)) return undefined;
  const [a, b] = args.map(of);
  const own = (bits: number, isSigned: boolean): Extent => ({
    bits: Math.max(bits, NARROWEST),
    isSigned,
    source: draft,
  });
  switch (op.name) {
    case "const":
      return constantExtent(draft, own);
    case "id":
      return args.length === 1 ? a : undefined;
    case "zext":
      // The sign of a narrower value ends where that does.
      return a === undefined
        ? undefined
        : isFull(a, args[0]) || !a.isSigned
          ? { ...a, isSigned: false }
          : whole(args[0] as Draft);
    case "sext":
      return a === undefined ? undefined : isFull(a, args[0]) ? { ...a, isSigned: true } : a;
    case "ext":
      return a !== undefined && attrs[0] === 0n && a.bits <= type.bits ? a : undefined;
    case "and": {
      const bounds = [a, b].flatMap((one) => (one !== undefined && !one.isSigned ? one.bits : []));
      return own(Math.min(...bounds, type.bits), false);
    }
    case "or":
    case "xor":
      return a?.isSigned === false && b?.isSigned === false ? own(Math.max(a.bits, b.bits), false) : undefined;
    case "add":
      return a?.isSigned === false && b?.isSigned === false ? own(Math.max(a.bits, b.bits) + 1, false) : undefined;
    case "mul":
      return a?.isSigned === false && b?.isSigned === false ? own(a.bits + b.bits, false) : undefined;
    case "mux": {
      const [, , c] = args.map(of);
      return b?.isSigned === false && c?.isSigned === false ? own(Math.max(b.bits, c.bits), false) : undefined;
    }
    default:
      return undefined;
  }
}

function isFull({ bits }: Extent, value: Draft | undefined): boolean {
  return bits === value?.type.bits;
}

function constantExtent({ attrs, type }: Draft, own: (bits: number, isSigned: boolean) => Extent): Extent {
  const value = BigInt.asUintN(type.bits, attrs[0] ?? 0n);
  const negative = -BigInt.asIntN(type.bits, value) - 1n;
  return negative < 0n
    ? own(value.toString(2).length, false)
    : own((negative === 0n ? 0 : negative.toString(2).length) + 1, true);
}

/** A value as the bits that say all of it, widened. */
function widened(draft: Draft, extents: ReadonlyMap<Draft, Extent>, tools: Tools): Draft {
  const extent = extents.get(draft);
  if (extent === undefined || extent.bits >= draft.type.bits) return draft;
  const { bits, isSigned, source } = extent;
  const type = withWidth(draft.type, bits);
  const op = isSigned ? "sext" : "zext";
  if (draft.op?.name === op && draft.args[0]?.type === type) return draft;
  const narrow = (one: Draft): Draft => {
    if (one.op?.kind !== "const") return lowOf(one, bits, type, tools);
    const attrs = one.attrs.map((value) => BigInt.asUintN(bits, value));
    return { ...one, name: tools.fresh(`${one.name}_low`), type, attrs };
  };
  return wire(tools.fresh(`${draft.name}_wide`), draft.type, op, [narrow(source)]);
}

/**
 * A register of some bits of a product, or of a sum with one, holds all of them, as an instruction may hold them inside;
 * one of a widened product holds it as it was. Gives the register that stands there now.
 */
function keepWhole(draft: Draft, uses: Map<Draft, number>, { fresh }: Tools): Draft | undefined {
  if (draft.op?.kind !== "reg" || draft.attrs.some((value) => value !== 0n)) return undefined;
  const [part, ...others] = draft.args as unknown as readonly [Draft, ...Draft[]];
  const [from] = part.args;
  const isPart = (part.op?.kind === "ext" || isWidening(part.op?.name)) && part.type.lanes === 0;
  if (!isPart || uses.get(part) !== 1 || from === undefined || uses.get(from) !== 1 || !isProduct(from))
    return undefined;
  const { type } = from;
  const register: Draft = { ...draft, name: fresh(`${draft.name}_whole`), type, attrs: [0n], args: [from, ...others] };
  draft.op = part.op;
  draft.args = [register];
  draft.attrs = part.attrs;
  draft.hint = undefined;
  uses.set(register, 1);
  return register;
}

/** A product of narrow operands has the bits of both, and is widened then. */
function exactly(draft: Draft, uses: Map<Draft, number>, { fresh }: Tools): void {
  const { op, type, args, hint, span } = draft;
  if (!args.every((arg) => isWidening(arg.op?.name))) return;
  const bits = args.reduce((sum, arg) => sum + (arg.args[0]?.type.bits ?? 0), 0);
  if (bits >= type.bits) return;
  const exact = withWidth(type, bits);
  const narrow = args.map((arg): Draft => ({ ...arg, name: fresh(`${arg.name}_exact`), type: exact }));
  const product: Draft = { name: fresh(`${draft.name}_exact`), type: exact, op, args: narrow, attrs: [], hint, span };
  draft.op = operation(args.some((arg) => arg.op?.name === "sext") ? "sext" : "zext");
  draft.args = [product];
  draft.hint = undefined;
  uses.set(product, 1);
}

/** More registers than that no instruction has behind its function. */
const MOST_REGISTERS = 4;

/** A product, a sum with one, or registers of them, widened perhaps. */
function isProduct(draft: Draft): boolean {
  let from = draft;
  const isPassed = ({ op }: Draft) => op?.kind === "reg" || isWidening(op?.name);
  for (let count = 1; count < MOST_REGISTERS && isPassed(from); count++) from = from.args[0] as Draft;
  const { op, args, type } = from;
  if (type.lanes > 0) return false;
  if (op?.name === "mul") return true;
  return (op?.name === "add" || op?.name === "sub") && args.some((arg) => arg.op?.name === "mul");
}
