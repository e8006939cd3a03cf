// A program taken apart: its logic as bits, and around them what stays as it is. Registers whose bits never change, or are
// the same as others, are found on the way.
import { bug } from "../../lang/diagnostic.ts";
import type { Graph, Node } from "../../lang/graph.ts";
import { joinOrigins, type Origin } from "../../lang/source.ts";
import type { Cover } from "../cover.ts";
import type { Objective } from "../ways.ts";
import { and, FALSE, type Literal, leaf, mux, newBits, not, TRUE, xor } from "./bits.ts";
import { blast, canBlast, same } from "./blast.ts";
import type { LogicCells } from "./cells.ts";
import type { Cone } from "./cone.ts";
import { type Frame, initialBit, type Placed, type Slice, type State } from "./frame.ts";
import { chosen, type Held } from "./hold.ts";
import { newOrigins, union } from "./origins.ts";
import { constants, duplicates } from "./registers.ts";
import { type Turned, turnedRegisters } from "./turned.ts";
import { comparisonUnit, isComparison, type Order, type Unit, unitOf } from "./units.ts";

/** What may be done with registers. */
export interface Ways {
  /** Whether they are cleared by a signal of their own where they take a constant. */
  readonly clears: boolean;
  /** Registers of fewer bits take their own value, and constants, as any other. */
  readonly narrowest: number;
}

/** Choices within choices that are looked through. */
const DEEPEST = 200;
/** Inverters in a row that are told of. */
const MOST_INVERTERS = 4;

/** Taken apart until nothing more is known of the registers. */
export function takenApart(graph: Graph, cover: Cover, cells: LogicCells, objective: Objective, ways: Ways): Frame {
  let facts: Facts = new Map();
  for (let round = 0; ; round++) {
    const frame = takeApart(graph, cover, cells, objective, ways, facts, NONE);
    const found = new Map([...duplicates(frame), ...constants(frame)]);
    if (found.size === 0 || round === ROUNDS) {
      if (cells.prefersZero) return frame;
      const turned = turnedRegisters(frame, (node, bit) => {
        const fact = facts.get(node)?.[bit];
        return fact === undefined || "constant" in fact ? undefined : fact;
      });
      return turned.size === 0 ? frame : takeApart(graph, cover, cells, objective, ways, facts, turned);
    }
    facts = merged(facts, found, frame);
  }
}

const NONE: Turned = new Map();

/** How often registers are looked at again after some of their bits have gone. */
const ROUNDS = 3;

/** By register, bit by bit: a constant, the bit of another register, or nothing. */
type Facts = ReadonlyMap<number, readonly (Fact | undefined)[]>;
type Fact = { readonly constant: Literal } | { readonly node: number; readonly bit: number };

function merged(facts: Facts, found: ReadonlyMap<number, Literal>, { states }: Frame): Facts {
  const owners = new Map<number, { readonly node: number; readonly bit: number }>();
  for (const { leaves, bits, node } of states)
    leaves.forEach((leaf, place) => {
      owners.set(leaf, { node: node.id, bit: bits[place] as number });
    });
  const all = new Map<number, (Fact | undefined)[]>([...facts].map(([node, list]) => [node, [...list]]));
  for (const [leaf, literal] of found) {
    const owner = owners.get(leaf);
    if (owner === undefined) continue;
    const list = all.get(owner.node) ?? [];
    all.set(owner.node, list);
    // Literals are those of the leaf, which may be kept inverted as the other is.
    list[owner.bit] = literal <= TRUE ? { constant: literal } : owners.get(literal >> 1);
  }
  return all;
}

/** The matches that are kept, by the node that they compute. */
function unitsOf(graph: Graph, cover: Cover, cells: LogicCells, objective: Objective): ReadonlyMap<number, Unit> {
  const matches = [...cover.best].flatMap(([id, { match }]) =>
    match === undefined || cells.soft.has(match.pattern.name) ? [] : [[id, match] as const],
  );
  const hard = new Set(matches.map(([id]) => id));
  const isMade = (id: number): boolean => {
    const { op } = graph.nodes[id] as Node;
    return op !== undefined && op.kind !== "reg" && op.kind !== "memory" && !hard.has(id);
  };
  const units = new Map<number, Unit>();
  for (const [, match] of matches) {
    const unit = unitOf(match, graph, cells);
    units.set(unit.root, unit);
  }
  // Comparisons are on a chain or not by what is around them.
  for (const [id, { match }] of cover.best) {
    if (match === undefined || match.pattern.resource !== cells.lut.resource) continue;
    const node = graph.nodes[id] as Node;
    const unit = comparisonUnit(node, graph, cells, objective, isMade);
    if (unit !== undefined) units.set(id, unit);
    else if (isComparison(node)) units.delete(id);
  }
  return units;
}

/** The nodes that outputs need, where units are what they are. */
function needed(graph: Graph, units: ReadonlyMap<number, Unit>): Uint8Array {
  const isNeeded = new Uint8Array(graph.nodes.length);
  const pending = graph.outputs.map((output) => output.node);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (isNeeded[id] === 1) continue;
    isNeeded[id] = 1;
    const unit = units.get(id);
    const { args } = graph.nodes[id] as Node;
    if (unit === undefined) pending.push(...args);
    else {
      pending.push(...unit.ports.map((port) => port.node));
      // A small unit becomes logic after all, out of the wires that were inside it.
      pending.push(...args.filter((arg) => graph.nodes[arg]?.op?.wire === true));
    }
  }
  return isNeeded;
}

function takeApart(
  graph: Graph,
  cover: Cover,
  cells: LogicCells,
  objective: Objective,
  ways: Ways,
  facts: Facts,
  turned: Turned,
): Frame {
  const units = unitsOf(graph, cover, cells, objective);
  const isNeeded = needed(graph, units);
  const bits = newBits(newOrigins(graph.nodes.length));
  const cone: Cone = { bits, roots: [], boxes: [], spare: new Map() };
  const values: (readonly Literal[] | undefined)[] = new Array(graph.nodes.length);
  const inputs: { node: Node; leaf: number }[] = [];
  const states: State[] = [];
  const placed: Placed[] = [];
  const late: (() => void)[] = [];

  const leaves = (count: number, origin: number, box = -1) =>
    Array.from({ length: count }, () => leaf(bits, origin, box));
  const slice = (literals: readonly Literal[]): Slice => {
    const first = cone.roots.length;
    cone.roots.push(...literals);
    return { first, count: literals.length };
  };
  const bitsOf = (id: number) => values[id] ?? bug("bits that nothing has made");

  const place = (unit: Unit, node: Node) => {
    const ports: Slice[] = new Array(unit.ports.length);
    const first = cone.roots.length;
    const connect = (at: number) => {
      const { node: from, isInverted } = unit.ports[at] as Unit["ports"][number];
      ports[at] = slice(bitsOf(from).map((bit) => bit ^ (isInverted ? 1 : 0)));
    };
    unit.ports.forEach((port, at) => {
      if (port.isCombinational) connect(at);
      else late.push(() => connect(at));
    });
    const rootCount = cone.roots.length - first;
    const isBox = unit.delay > 0 || unit.ports.some((port) => port.isCombinational);
    const made = leaves(node.type.bits, node.id, isBox ? cone.boxes.length : -1);
    const firstLeaf = (made[0] ?? FALSE) >> 1;
    if (isBox) cone.boxes.push({ firstRoot: first, rootCount, firstLeaf, delay: unit.delay });
    placed.push({ unit, ports, leaf: firstLeaf });
    const absorber = cells.absorbing.get(unit.steps.at(-1)?.op.name ?? "");
    if (absorber !== undefined && unit.steps.length <= 2 && node.type.lanes === 0)
      made.forEach((one, bit) => {
        const free = absorber.shared.flatMap((at) => {
          const root = cone.roots[(ports[at]?.first ?? 0) + bit];
          return ports[at] === undefined || root === undefined ? [] : [root >> 1];
        });
        cone.spare.set(one >> 1, { inputs: absorber.inputs, free });
      });
    values[node.id] = made;
  };

  const orders = new Map<string, Literal>();
  const equalities = new Set(
    graph.nodes.flatMap(({ op, args }) =>
      op?.name === "eq" || op?.name === "neq" ? [args.join(" "), args.toReversed().join(" ")] : [],
    ),
  );
  /** A comparison, out of one of the same operands that is there already. */
  const compare = (unit: Unit, { isSigned, isInverted, saysLess }: Order, node: Node) => {
    const [a, b] = unit.ports.map((port) => port.node) as [number, number];
    const rows = [bitsOf(a), bitsOf(b)] as const;
    const key = rows.map((row) => row.join(" ")).join(", ");
    const reverse = rows
      .map((row) => row.join(" "))
      .reverse()
      .join(", ");
    let less = orders.get(key);
    const more = orders.get(reverse);
    if (less === undefined && more !== undefined && equalities.has(`${a} ${b}`))
      less = and(bits, not(more), not(same(bits, rows[0], rows[1], node.id)), node.id);
    if (less === undefined) {
      place(unit, node);
      less = (bitsOf(node.id)[0] as Literal) ^ (saysLess ? 0 : 1);
    }
    orders.set(key, less);
    const [x, y] = rows.map((row) => row.at(-1) as Literal) as [Literal, Literal];
    const found = isSigned ? mux(bits, xor(bits, x, y, node.id), x, less, node.id) : less;
    values[node.id] = [found ^ (isInverted ? 1 : 0)];
  };

  /** A LUT holds every bit of what has so few operands, unless it has been given to other cells. */
  const isSmall = (unit: Unit, node: Node): boolean => {
    if (
      !canBlast(node) ||
      (cover.best.get(node.id)?.match?.pattern.resource ?? cells.lut.resource) !== cells.lut.resource ||
      node.args.some((arg) => values[arg] === undefined) ||
      unit.steps.some(
        (step) => !step.op.wire && step.op !== node.op && step.op.name !== "not" && step.op.name !== "add",
      )
    )
      return false;
    const distinct = new Set<number>();
    for (const port of unit.ports)
      for (const bit of bitsOf(port.node)) {
        if (bit > TRUE) distinct.add(bit >> 1);
        if (distinct.size > cells.inputs) return false;
      }
    return true;
  };

  /** A node, and the inverters before it, which make no bits of their own. */
  const originOf = ({ id, args }: Node): number => {
    let origin = id;
    for (const arg of args) {
      let from = graph.nodes[arg] as Node;
      for (let depth = 0; depth < MOST_INVERTERS && from.op?.name === "not"; depth++) {
        origin = union(bits.origins, origin, from.id);
        from = graph.nodes[from.args[0] as number] as Node;
      }
    }
    return origin;
  };

  const stored = new Map<number, readonly Literal[]>();
  const hold = (node: Node) => {
    const known = facts.get(node.id) ?? [];
    const isInverted = Array.from(
      { length: node.type.bits },
      (_, bit) => (cells.prefersZero && initialBit(node, bit) === 1) || turned.get(node.id)?.[bit] === true,
    );
    const turn = (bit: Literal, at: number) => bit ^ (isInverted[at] === true ? 1 : 0);
    const made: Literal[] = [];
    stored.set(node.id, made);
    for (let at = 0; at < node.type.bits; at++) {
      const fact = known[at];
      if (fact === undefined) made.push(leaf(bits, node.id));
      else made.push("constant" in fact ? fact.constant : (stored.get(fact.node)?.[fact.bit] ?? bug("no such bit")));
    }
    values[node.id] = made.map(turn);
    late.push(() => {
      const live = made.flatMap((_, at) => (known[at] === undefined ? [at] : []));
      if (live.length === 0) return;
      const passed: Origin[] = [];
      const { enable, clear, constant, value } = held(node, passed);
      const span = joinOrigins(node.span, passed);
      const gate = node.args[1] === undefined ? enable : and(bits, bitsOf(node.args[1])[0] as Literal, enable, node.id);
      const data = slice(live.map((at) => turn(value[at] as Literal, at)));
      const on = gate === TRUE ? undefined : slice([gate]).first;
      const cleared = clear === FALSE ? undefined : { root: slice([clear]).first, constant: constant.map(turn) };
      const leaves = live.map((at) => (made[at] as Literal) >> 1);
      states.push({ node, bits: live, leaves, data, enable: on, clear: cleared, isInverted, span });
    });
  };

  /** What a register takes, when, and when it is cleared instead; `passed` is told of the choices that vanish. */
  const held = (node: Node, passed: Origin[]): Held => {
    const data = node.args[0] as number;
    const own = facts.get(node.id) ?? [];
    const isNarrow = node.type.bits - own.filter((fact) => fact !== undefined).length < ways.narrowest;
    const plain: Held = { enable: TRUE, clear: FALSE, constant: [], value: bitsOf(data) };
    const found = isNarrow ? plain : choices(data, node, 0, new Map(), passed);
    // Nothing but its own value: it never changes.
    if (found.value.length > 0) return found;
    passed.length = 0;
    return plain;
  };

  /** Looks through the choices before a register: of its own value, which keeps it, and of constants, which clear it. */
  const choices = (id: number, node: Node, depth: number, seen: Map<number, Held>, passed: Origin[]): Held => {
    // Choices share choices, so that each is looked at once.
    const made = seen.get(id) ?? choice(id, node, depth, seen, passed);
    seen.set(id, made);
    return made;
  };

  const choice = (id: number, node: Node, depth: number, seen: Map<number, Held>, passed: Origin[]): Held => {
    const one = graph.nodes[id] as Node;
    if (id === node.id) return { enable: FALSE, clear: FALSE, constant: [], value: [] };
    if (one.op?.name === "id") return choices(one.args[0] as number, node, depth, seen, passed);
    const value = bitsOf(id);
    if (ways.clears && depth > 0 && value.every((bit) => bit <= TRUE))
      return { enable: TRUE, clear: TRUE, constant: value, value };
    const whole: Held = { enable: TRUE, clear: FALSE, constant: [], value };
    if (one.op?.name !== "mux" || units.has(id) || depth > DEEPEST) return whole;
    const test = bitsOf(one.args[0] as number)[0] as Literal;
    const [a, b] = one.args.slice(1).map((arg) => choices(arg, node, depth + 1, seen, passed)) as [Held, Held];
    const found = chosen(bits, test, a, b, id);
    if (found.enable === TRUE && found.clear === FALSE) return whole;
    passed.push(one.span);
    return found;
  };

  for (const id of graph.inputs) {
    const node = graph.nodes[id] as Node;
    const made = leaves(node.type.bits, id);
    values[id] = made;
    inputs.push({ node, leaf: (made[0] as Literal) >> 1 });
  }
  for (const node of graph.nodes) {
    if (isNeeded[node.id] === 0 || node.op === undefined) continue;
    const unit = units.get(node.id);
    if (unit !== undefined && !isSmall(unit, node)) {
      if (unit.order === undefined) place(unit, node);
      else compare(unit, unit.order, node);
    } else if (node.op.kind === "reg") hold(node);
    else
      values[node.id] = blast(
        bits,
        node,
        node.args.map(bitsOf),
        node.args.map((arg) => (graph.nodes[arg] as Node).type),
        originOf(node),
      );
  }
  for (const finish of late) finish();
  const outputs = graph.outputs.map((output) => slice(bitsOf(output.node)));
  return { graph, cone, inputs, states, units: placed, outputs, values };
}
