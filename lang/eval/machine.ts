// The evaluator: the definition of what a program means. A graph is compiled once into steps over slots, one slot a lane:
// up to 32 bits in an Int32Array (sign-extended for `i`, zero-extended for `u` and `bool`), wider ones as integers of any
// size. A cycle is one walk over the steps, then the clock edge.
import { bug } from "../diagnostic.ts";
import type { Graph, Node, Reset } from "../graph.ts";
import { lutNarrow } from "../lut.ts";
import type { Lane } from "../ops.ts";
import { type Type, wrap } from "../type.ts";
import { type Memory, memory, readStep } from "./memory.ts";

export interface MachinePort {
  readonly name: string;
  readonly type: Type;
}

/** A program that runs. Values are read as their types read them; lane 0 is the value of a scalar. */
export interface Machine {
  readonly inputs: readonly MachinePort[];
  readonly outputs: readonly MachinePort[];
  /** Sets an input, modulo 2^N. Inputs keep their values; at first they are 0. */
  set(port: number, lane: number, value: bigint): void;
  /** The same for a lane of at most 32 bits, given as a 32-bit pattern. */
  setNarrow(port: number, lane: number, value: number): void;
  /** The input `reset` of `--reset sync`. */
  setReset(high: boolean): void;
  /** Computes everything up to the clock edge. */
  evaluate(): void;
  get(output: number, lane: number): bigint;
  /** The same for a lane of at most 32 bits, without an integer of any size in between. */
  getNarrow(output: number, lane: number): number;
  /** Any value of the graph, by the number of its node. */
  probe(node: number, lane: number): bigint;
  /** The same for a lane of at most 32 bits, as a 32-bit pattern. */
  probeNarrow(node: number, lane: number): number;
  /** The clock edge, after `evaluate`. */
  clock(): void;
  /** Back to the state before the first clock edge; inputs become 0. */
  restart(): void;
}

/**
 * Where a lane lives: an index into the narrow slots if it is not negative, else `~index` into the wide ones.
 */
export type Slot = number;

/** The slots of a machine while it is built and while it runs. */
export interface Slots {
  readonly narrow: Int32Array;
  readonly wide: bigint[];
}

/** Types of at most this many bits live in narrow slots. */
const NARROW = 32;

export function isNarrow(type: Type): boolean {
  return type.width <= NARROW;
}

/** Cuts a pattern to the bits of a narrow lane. */
export function wrapNarrow(value: number, type: Type): number {
  const above = NARROW - type.width;
  return type.kind === "i" ? (value << above) >> above : (value << above) >>> above;
}

/** Reads a slot as a number of its type. */
export function load(slots: Slots, slot: Slot, type: Type): bigint {
  if (slot < 0) return slots.wide[~slot] as bigint;
  const value = slots.narrow[slot] as number;
  return BigInt(type.kind === "i" ? value : value >>> 0);
}

/** Writes a number that has been wrapped to its type. */
export function store(slots: Slots, slot: Slot, value: bigint): void {
  if (slot < 0) slots.wide[~slot] = value;
  else slots.narrow[slot] = Number(BigInt.asIntN(NARROW, value));
}

/** A register of one lane. */
interface Register {
  readonly out: Slot;
  readonly data: Slot;
  /** Undefined: always on. */
  readonly enable: Slot | undefined;
  readonly init: bigint;
}

/** Everything that the compilation of a graph gathers. */
interface Draft {
  readonly graph: Graph;
  /** First slot of each node; its lanes follow, unless `lanes` says where they are. */
  readonly lanes: (readonly Slot[])[];
  readonly steps: Step[];
  readonly registers: Register[];
  readonly memories: Memory[];
  readonly initial: { readonly slot: Slot; readonly value: bigint }[];
  narrow: number;
  wide: number;
}

/** A step over narrow slots, or one that does what it likes. */
interface Step {
  readonly run: ((slots: Slots) => void) | undefined;
  readonly fn: (a: number, b: number, c: number, k: number) => number;
  readonly out: Slot;
  readonly args: readonly Slot[];
  readonly k: number;
  readonly type: Type;
}

/** Compiles a graph. `reset: "sync"` gives the machine a reset. */
export function machine(graph: Graph, options: { readonly reset?: Reset } = {}): Machine {
  const draft: Draft = { graph, lanes: [], steps: [], registers: [], memories: [], initial: [], narrow: 1, wide: 0 };
  for (const node of graph.nodes) draft.lanes.push(place(node, draft));
  for (const node of graph.nodes) compile(node, draft);
  return build(draft, options.reset === "sync");
}

function allocate(type: Type, draft: Draft): Slot {
  return isNarrow(type) ? draft.narrow++ : ~draft.wide++;
}

/** Gives a node its slots. Wires that only rename take those of their operands. */
function place(node: Node, draft: Draft): readonly Slot[] {
  const { op, type } = node;
  const operands = node.args.map((id) => draft.lanes[id] ?? []);
  const first = operands[0] ?? [];
  const from = draft.graph.nodes[node.args[0] ?? 0]?.type;
  if (op?.name === "id") return first;
  if (op?.kind === "ext" && from !== undefined && from.lanes > 0)
    return first.slice(Number(node.attrs[0]), Number(node.attrs[1]) + 1);
  if (op?.kind === "cat" && type.lanes > 0) return operands.flat();
  return Array.from({ length: Math.max(type.lanes, 1) }, () => allocate(type, draft));
}

function compile(node: Node, draft: Draft): void {
  const { op, type, attrs, args } = node;
  if (op === undefined || op.name === "id") return;
  const out = draft.lanes[node.id] as readonly Slot[];
  const types = args.map((id) => (draft.graph.nodes[id] as Node).type);
  const operands = args.map((id) => draft.lanes[id] as readonly Slot[]);
  switch (op.kind) {
    case "const":
      out.forEach((slot, lane) => draft.initial.push({ slot, value: wrap(attrs[lane] ?? 0n, type) }));
      break;
    case "lanes":
      compileLanes(node, out, types, operands, draft);
      break;
    case "ext":
      if ((types[0] as Type).lanes === 0)
        compileExt(node, out[0] as Slot, types[0] as Type, operands[0]?.[0] as Slot, draft);
      break;
    case "cat":
      if (type.lanes === 0) draft.steps.push(catStep(out[0] as Slot, type, types, operands));
      break;
    case "reg":
      out.forEach((slot, lane) => {
        const init = wrap(attrs[lane] ?? 0n, type);
        draft.registers.push({ out: slot, data: operands[0]?.[lane] as Slot, enable: operands[1]?.[0], init });
        draft.initial.push({ slot, value: init });
      });
      break;
    case "memory": {
      const made = memory(node, out, types, operands);
      draft.memories.push(made);
      if (!made.synchronous) draft.steps.push(custom(readStep(made)));
      break;
    }
  }
}

const ZERO: Slot = 0;
const nothing = () => 0;

function custom(run: (slots: Slots) => void): Step {
  return { run, fn: nothing, out: ZERO, args: [], k: 0, type: undefined as unknown as Type };
}

function compileLanes(
  node: Node,
  out: readonly Slot[],
  types: readonly Type[],
  operands: readonly (readonly Slot[])[],
  draft: Draft,
): void {
  const meaning = node.op?.meaning ?? bug(`${node.op?.name} has no meaning`);
  const lane: Lane = { args: types.map((type) => type.lane), type: node.type.lane, attrs: node.attrs };
  const isFast = [lane.type, ...lane.args].every(isNarrow);
  const by = node.op?.attrs === "amount" ? node.attrs[0] : undefined;
  const amount = by === undefined ? undefined : draft.narrow++;
  if (amount !== undefined) draft.initial.push({ slot: amount, value: by !== undefined && by < 63n ? by : 63n });
  out.forEach((slot, at) => {
    const args = operands.map((lanes, arg) => ((types[arg] as Type).lanes > 0 ? lanes[at] : lanes[0]) as Slot);
    if (isFast && node.op?.attrs === "tables") {
      const look = lutNarrow(node.attrs, lane.args, lane.type);
      const { type } = lane;
      draft.steps.push(
        custom(({ narrow }) => {
          narrow[slot] = wrapNarrow(
            look((arg) => narrow[args[arg] as Slot] as number),
            type,
          );
        }),
      );
    } else if (isFast) {
      const slots = amount === undefined ? args : [...args, amount];
      draft.steps.push({
        run: undefined,
        fn: meaning.narrow,
        out: slot,
        args: slots,
        k: meaning.fact(lane),
        type: lane.type,
      });
    } else
      draft.steps.push(
        custom((slots) => {
          const values = args.map((arg, index) => load(slots, arg, lane.args[index] as Type));
          store(slots, slot, wrap(meaning.wide(values, lane), lane.type));
        }),
      );
  });
}

function compileExt(node: Node, out: Slot, from: Type, arg: Slot, draft: Draft): void {
  const low = Number(node.attrs[0]);
  if (isNarrow(from)) {
    draft.steps.push({ run: undefined, fn: (a, _b, _c, k) => a >>> k, out, args: [arg], k: low, type: node.type });
    return;
  }
  const by = BigInt(low);
  const { type } = node;
  draft.steps.push(custom((slots) => store(slots, out, wrap((slots.wide[~arg] as bigint) >> by, type))));
}

/** Puts the operands side by side, the first at the bottom. */
function catStep(out: Slot, type: Type, types: readonly Type[], operands: readonly (readonly Slot[])[]): Step {
  const parts: { readonly slot: Slot; readonly type: Type; readonly at: number }[] = [];
  let at = 0;
  types.forEach((one, index) => {
    for (const slot of operands[index] ?? []) {
      parts.push({ slot, type: one.lane, at });
      at += one.width;
    }
  });
  if (isNarrow(type))
    return custom((slots) => {
      let value = 0;
      for (const part of parts) value |= maskNarrow(slots.narrow[part.slot] as number, part.type) << part.at;
      slots.narrow[out] = wrapNarrow(value, type);
    });
  return custom((slots) => {
    let value = 0n;
    for (const part of parts)
      value |= BigInt.asUintN(part.type.width, load(slots, part.slot, part.type)) << BigInt(part.at);
    store(slots, out, wrap(value, type));
  });
}

/** The bits of a narrow lane, zeros above them. */
export function maskNarrow(value: number, type: Type): number {
  const above = NARROW - type.width;
  return (value << above) >>> above;
}

/** Turns the draft into typed arrays and closures over them. */
function build(draft: Draft, hasReset: boolean): Machine {
  const { graph, lanes, registers, memories } = draft;
  const slots: Slots = { narrow: new Int32Array(draft.narrow), wide: new Array<bigint>(draft.wide).fill(0n) };
  const evaluate = compileSteps(draft.steps, slots);
  const narrowRegisters = registers.filter((one) => one.out >= 0);
  const wideRegisters = registers.filter((one) => one.out < 0);
  const clockNarrow = narrowClock(narrowRegisters, slots);
  let reset = false;
  const restart = () => {
    slots.narrow.fill(0);
    slots.wide.fill(0n);
    for (const { slot, value } of draft.initial) store(slots, slot, value);
    for (const one of memories) one.restart();
    reset = false;
  };
  restart();
  const slotOf = (node: number | undefined, lane: number) => lanes[node ?? -1]?.[lane] ?? bug("no such port or lane");
  const typeOf = (node: number | undefined) => (graph.nodes[node ?? -1] as Node).type;
  return {
    inputs: graph.inputs.map((id) => ({ name: (graph.nodes[id] as Node).name, type: typeOf(id) })),
    outputs: graph.outputs.map(({ name, node }) => ({ name, type: typeOf(node) })),
    set: (port, lane, value) => store(slots, slotOf(graph.inputs[port], lane), wrap(value, typeOf(graph.inputs[port]))),
    setNarrow: (port, lane, value) => {
      slots.narrow[slotOf(graph.inputs[port], lane)] = wrapNarrow(value, typeOf(graph.inputs[port]));
    },
    setReset: (high) => {
      if (hasReset) reset = high;
    },
    evaluate,
    get: (output, lane) => load(slots, slotOf(graph.outputs[output]?.node, lane), typeOf(graph.outputs[output]?.node)),
    getNarrow: (output, lane) => slots.narrow[slotOf(graph.outputs[output]?.node, lane)] as number,
    probe: (node, lane) => load(slots, slotOf(node, lane), typeOf(node)),
    probeNarrow: (node, lane) => slots.narrow[slotOf(node, lane)] as number,
    clock: () => {
      for (const one of memories) one.read(slots);
      for (const one of memories) one.write(slots);
      const wide = wideRegisters.map((one) => nextWide(one, slots, reset));
      clockNarrow(reset);
      wideRegisters.forEach((one, at) => {
        slots.wide[~one.out] = wide[at] as bigint;
      });
      for (const one of memories) one.commit(slots);
    },
    restart,
  };
}

function nextWide(one: Register, slots: Slots, reset: boolean): bigint {
  if (reset) return one.init;
  const isOn = one.enable === undefined || slots.narrow[one.enable] !== 0;
  return slots.wide[~(isOn ? one.data : one.out)] as bigint;
}

function compileSteps(steps: readonly Step[], slots: Slots): () => void {
  const { narrow } = slots;
  const length = steps.length;
  const run = steps.map((step) => step.run);
  const fn = steps.map((step) => step.fn);
  const column = (pick: (step: Step) => number) => Int32Array.from(steps, pick);
  const a = column((step) => step.args[0] ?? ZERO);
  const b = column((step) => step.args[1] ?? ZERO);
  const c = column((step) => step.args[2] ?? ZERO);
  const k = column((step) => step.k);
  const out = column((step) => step.out);
  const above = column((step) => (step.run === undefined ? NARROW - step.type.width : 0));
  const signed = Uint8Array.from(steps, (step) => (step.run === undefined && step.type.kind === "i" ? 1 : 0));
  return () => {
    for (let at = 0; at < length; at++) {
      const own = run[at];
      if (own !== undefined) {
        own(slots);
        continue;
      }
      const apply = fn[at] as Step["fn"];
      const raw = apply(
        narrow[a[at] as number] as number,
        narrow[b[at] as number] as number,
        narrow[c[at] as number] as number,
        k[at] as number,
      );
      const shift = above[at] as number;
      narrow[out[at] as number] = signed[at] === 1 ? (raw << shift) >> shift : (raw << shift) >>> shift;
    }
  };
}

/** The clock edge of all narrow registers: first all new values are gathered, then they are written. */
function narrowClock(registers: readonly Register[], slots: Slots): (reset: boolean) => void {
  const { narrow } = slots;
  const length = registers.length;
  const out = Int32Array.from(registers, (one) => one.out);
  const data = Int32Array.from(registers, (one) => one.data);
  const enable = Int32Array.from(registers, (one) => one.enable ?? -1);
  const init = Int32Array.from(registers, (one) => Number(BigInt.asIntN(NARROW, one.init)));
  const next = new Int32Array(length);
  return (reset) => {
    for (let at = 0; at < length; at++) {
      const gate = enable[at] as number;
      const isOn = gate < 0 || narrow[gate] !== 0;
      next[at] = reset ? (init[at] as number) : (narrow[(isOn ? data[at] : out[at]) as number] as number);
    }
    for (let at = 0; at < length; at++) narrow[out[at] as number] = next[at] as number;
  };
}
