// Whether nets are equal in every cycle, by induction: registers that were equal in all cycles of a simulation are taken
// to be equal in a cycle, and shown to be so in the next; what fails that leaves its class, until the classes stand
// (van Eijk, "Sequential Equivalence Checking Based on Structural Similarities", 2000).
import { type Circuit, type Definition, type Memory, type Net, type Product, type Register, TRUE } from "./circuit.ts";
import { cone, type Effort, FULL_EFFORT, inputsOf, type Literal, type Sweep, source, sweep } from "./sweep.ts";
import { tabled } from "./tables.ts";

/** Two nets that should be equal. */
export type Pair = readonly [Net, Net];

export interface Verdict {
  /** Pairs that could not be shown to be equal, by their place. */
  readonly open: readonly number[];
  /**
   * Values of the inputs for which one of these pairs differs, if there is no state and nothing that stands for itself:
   * then it is a fact.
   */
  readonly counterexample: ReadonlyMap<Net, number> | undefined;
}

/** Cycles of the simulation, 32 runs side by side. */
const CYCLES = 40;
const MOST_ROUNDS = 20;
/** Bits of state beyond which nothing is tried. */
const MOST_STATE = 200_000;

/** `twins` gives for a memory the one that it is taken to be equal to, itself if there is none. */
export function prove(
  circuit: Circuit,
  pairs: readonly Pair[],
  twins: readonly number[] = [],
  effort: Effort = FULL_EFFORT,
): Verdict {
  const nets = reachable(circuit, pairs.flat());
  const registers = circuit.registers.filter(({ net }) => nets.has(net));
  const open = pairs.flatMap(([a, b], at) => (a === b ? [] : [at]));
  if (open.length === 0 || registers.length > MOST_STATE) return { open, counterexample: undefined };
  const memories = circuit.memories.flatMap((one, at) => (one.nets.some((net) => nets.has(net)) ? [at] : []));
  const twin = circuit.memories.map((_, at) => twins[at] ?? at);
  const order = cone(circuit, [...nets]);
  const leaders = classes(registers, traces(circuit, order, registers, twin));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { on, literals } = melt(circuit, order, leaders, twin, effort);
    const of = (net: Net) => literals.get(net) ?? 0;
    const next = ({ net, data, enable }: Register) => chosen(on, of(enable), of(data), of(net));
    // What is not equal under this hypothesis is not so under a weaker one.
    const found = verdict(circuit, pairs, on, of, order, registers.length + memories.length === 0);
    if (found.open.length > 0) return found;
    const isEqual = (a: Literal, b: Literal) => a === b || on.same(a, b) === true;
    let isStable = true;
    const left = new Map<Net, Net>();
    for (const one of registers) {
      const leader = leaders.get(one.net);
      if (leader === undefined || leader.net === one.net) continue;
      const ahead = leader.net === undefined ? 0 : next(leader.register as Register);
      if (isEqual(next(one), ahead ^ leader.flip)) continue;
      isStable = false;
      const former = leader.net ?? -1;
      const first = left.get(former) ?? one.net;
      left.set(former, first);
      const head = first === one.net ? { net: one.net, flip: 0, register: one } : (leaders.get(first) as Leader);
      const flip = one.init ^ (head.register?.init ?? 0);
      leaders.set(one.net, { net: first, flip, register: head.register });
    }
    for (const at of memories) {
      const [one, other] = [circuit.memories[at], circuit.memories[twin[at] as number]];
      if (one === undefined || other === undefined || one === other) continue;
      if (one.inputs.every((net, place) => isEqual(of(net), of(other.inputs[place] as Net)))) continue;
      isStable = false;
      twin[at] = at;
    }
    if (isStable) return found;
  }
  return { open: pairs.map((_, at) => at), counterexample: undefined };
}

function verdict(
  circuit: Circuit,
  pairs: readonly Pair[],
  on: Sweep,
  of: (net: Net) => Literal,
  order: readonly Net[],
  isStateless: boolean,
): Verdict {
  const open: number[] = [];
  let counterexample: Map<Net, number> | undefined;
  const isPlain = isStateless && order.every((net) => circuit.definitions[net]?.kind !== "product");
  pairs.forEach(([a, b], at) => {
    const [one, other] = [of(a), of(b)];
    if (one === other) return;
    const answer = on.same(one, other);
    if (answer === true) return;
    open.push(at);
    if (answer !== false || !isPlain || counterexample !== undefined) return;
    const inputs = order.filter((net) => net > TRUE && circuit.definitions[net]?.kind === "input");
    counterexample = new Map(inputs.map((net) => [net, on.seen(of(net))]));
  });
  return { open, counterexample };
}

function chosen(on: Sweep, test: Literal, a: Literal, b: Literal): Literal {
  if (a === b || test === 1) return a;
  if (test === 0) return b;
  return on.and(on.and(test, a) ^ 1, on.and(test ^ 1, b) ^ 1) ^ 1;
}

/** All nets that the roots hang on, across cycles, too. */
function reachable(circuit: Circuit, roots: readonly Net[]): ReadonlySet<Net> {
  const found = new Set(roots);
  const pending = [...found];
  for (let net = pending.pop(); net !== undefined; net = pending.pop())
    for (const next of [...inputsOf(circuit, net), ...stateInputs(circuit, net)])
      if (!found.has(next)) {
        found.add(next);
        pending.push(next);
      }
  return found;
}

function stateInputs(circuit: Circuit, net: Net): readonly Net[] {
  const made = circuit.definitions[net] as Definition;
  if (made.kind === "register") {
    const { data, enable } = circuit.registers[made.register] as Register;
    return [data, enable];
  }
  return made.kind === "memory" ? (circuit.memories[made.memory]?.inputs ?? []) : [];
}

/** The register that another is equal to, or its inverse; without a net it is a constant. */
interface Leader {
  readonly net: Net | undefined;
  readonly flip: number;
  readonly register: Register | undefined;
}

function classes(registers: readonly Register[], seen: ReadonlyMap<Net, string>): Map<Net, Leader> {
  const first = new Map<string, Register>();
  const leaders = new Map<Net, Leader>();
  for (const one of registers) {
    const key = seen.get(one.net) ?? "";
    const leader = first.get(key);
    if (key === "") leaders.set(one.net, { net: undefined, flip: one.init, register: undefined });
    else if (leader === undefined) {
      first.set(key, one);
      leaders.set(one.net, { net: one.net, flip: 0, register: one });
    } else leaders.set(one.net, { net: leader.net, flip: one.init ^ leader.init, register: leader });
  }
  return leaders;
}

/** What each register did in a simulation, relative to its initial value; empty for one that never changed. */
function traces(
  circuit: Circuit,
  order: readonly Net[],
  registers: readonly Register[],
  twin: readonly number[],
): ReadonlyMap<Net, string> {
  if (registers.length === 0) return new Map();
  const next = source();
  const values = new Int32Array(circuit.definitions.length);
  values[TRUE] = -1;
  const flips = registers.map(({ init }) => -init);
  const sums = registers.map(() => [0, 0] as [number, number]);
  const changed = registers.map(() => false);
  for (const { net, init } of registers) values[net] = -init;
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    for (const net of order) evaluate(circuit, net, values, next, twin);
    const ahead = registers.map(({ net, data, enable }) => {
      const on = values[enable] as number;
      return ((values[data] as number) & on) | ((values[net] as number) & ~on);
    });
    registers.forEach(({ net }, at) => {
      values[net] = ahead[at] as number;
      const word = (ahead[at] as number) ^ (flips[at] as number);
      changed[at] ||= word !== 0;
      const sum = sums[at] as [number, number];
      sum[0] = Math.imul(sum[0] ^ word, 0x9e3779b1) + (sum[0] >>> 15);
      sum[1] = Math.imul(sum[1] + word, 0x85ebca6b) ^ (sum[1] >>> 13);
    });
  }
  return new Map(registers.map(({ net }, at) => [net, changed[at] === true ? (sums[at] ?? []).join(" ") : ""]));
}

/** 32 runs of one net. Memories show random values, the same for twins. */
function evaluate(circuit: Circuit, net: Net, values: Int32Array, next: () => number, twin: readonly number[]): void {
  const made = circuit.definitions[net] as Definition;
  switch (made.kind) {
    case "input":
      // A quarter of the runs sees few ones, another many.
      if (net > TRUE) {
        const [a, b] = [next(), next()];
        values[net] = (a & (b | 0x00ffffff)) | (b & 0x0000ff00);
      }
      return;
    case "table":
      values[net] = lookUp(made.table, made.inputs, values);
      return;
    case "product":
      if (made.bit === 0) multiply(circuit, made.product, values);
      return;
    case "memory": {
      const leader = circuit.memories[twin[made.memory] as number]?.nets[made.bit] as Net;
      values[net] = leader === net || leader > net ? next() | 0 : (values[leader] as number);
      return;
    }
    case "register":
      return;
  }
}

function lookUp(rows: number, inputs: readonly Net[], values: Int32Array): number {
  let found = 0;
  for (let row = 0; row < 1 << inputs.length; row++) {
    if (((rows >> row) & 1) === 0) continue;
    let term = -1;
    for (let at = 0; at < inputs.length; at++) {
      const value = values[inputs[at] as Net] as number;
      term &= (row >> at) & 1 ? value : ~value;
    }
    found |= term;
  }
  return found;
}

/** The product of 32 runs, by the school's way. */
function multiply(circuit: Circuit, at: number, values: Int32Array): void {
  const { a, b, nets } = circuit.products[at] as Product;
  const sum = new Int32Array(nets.length);
  a.forEach((net, from) => {
    const gate = values[net] as number;
    let carry = 0;
    for (let bit = from; bit < sum.length; bit++) {
      const one = sum[bit] as number;
      const other = bit - from < b.length ? (values[b[bit - from] as Net] as number) & gate : 0;
      if (other === 0 && carry === 0 && bit - from >= b.length) break;
      const half = one ^ other;
      sum[bit] = half ^ carry;
      carry = (one & other) | (half & carry);
    }
  });
  nets.forEach((net, bit) => {
    values[net] = sum[bit] as number;
  });
}

/** The nets as literals, under the hypothesis that registers equal their leaders. */
function melt(
  circuit: Circuit,
  order: readonly Net[],
  leaders: ReadonlyMap<Net, Leader>,
  twin: readonly number[],
  effort: Effort,
): { readonly on: Sweep; readonly literals: ReadonlyMap<Net, Literal> } {
  const on = sweep(effort);
  const literals = new Map<Net, Literal>([
    [0, 0],
    [1, 1],
  ]);
  for (const { net, flip } of leaders.values())
    if (net !== undefined && flip === 0 && !literals.has(net)) literals.set(net, on.input());
  for (const [net, leader] of leaders)
    literals.set(net, leader.net === undefined ? leader.flip : (literals.get(leader.net) ?? 0) ^ leader.flip);
  const products = new Map<string, readonly Literal[]>();
  const reads = new Map<string, readonly Literal[]>();
  for (const net of order) {
    if (literals.has(net)) continue;
    const made = circuit.definitions[net] as Definition;
    const of = (one: Net) => literals.get(one) as Literal;
    switch (made.kind) {
      case "input":
      case "register":
        literals.set(net, on.input());
        break;
      case "table":
        literals.set(net, tabled(on, made.table, made.inputs.map(of)));
        break;
      case "product": {
        const { a, b, nets } = circuit.products[made.product] as Product;
        const key = [a.map(of).join(" "), b.map(of).join(" ")].sort().join(",");
        const bits = products.get(key) ?? nets.map(() => on.input());
        products.set(key, bits);
        nets.forEach((one, bit) => {
          literals.set(one, bits[bit] as Literal);
        });
        break;
      }
      case "memory": {
        const { nets, reads: address } = circuit.memories[made.memory] as Memory;
        const key = `${twin[made.memory]} ${address.map(of).join(" ")}`;
        const bits = reads.get(key) ?? nets.map(() => on.input());
        reads.set(key, bits);
        nets.forEach((one, bit) => {
          literals.set(one, bits[bit] as Literal);
        });
        break;
      }
    }
  }
  return { on, literals };
}
