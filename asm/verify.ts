// Whether one compilation came out as it went in: the program = the assembly = the netlist. The assembly is its own
// certificate, as each instruction stands for what its pattern says, and that is held against the program by proof; the
// netlist is walked once more, then run beside the program.
import type { Program } from "../lang/ast.ts";
import { bug } from "../lang/diagnostic.ts";
import { machine } from "../lang/eval/machine.ts";
import type { Graph, Reset } from "../lang/graph.ts";
import { type Blasting, blastGraph } from "../lang/proof/blast.ts";
import { type Net as Bit, type Circuit, emptyCircuit, inputNets } from "../lang/proof/circuit.ts";
import { type Pair, prove } from "../lang/proof/induction.ts";
import { type Effort, FULL_EFFORT } from "../lang/proof/sweep.ts";
import { isOperand, type Target } from "../lang/target/target.ts";
import { compare } from "./compare.ts";
import { netlistGraph } from "./graph.ts";
import { HIGH, LOW, type Net, type Netlist } from "./netlist.ts";
import { blastNetlist } from "./prove.ts";
import { unfold } from "./unfold.ts";

export interface VerifyOptions {
  readonly reset: Reset;
  /** Asks for a proof of the cells, too, and takes the time for it. */
  readonly prove: boolean;
}

/** What was found out. */
export interface Verification {
  /** Outputs of the program that the assembly is proved to give, in all cycles. */
  readonly assembly: Proven;
  /** The same of the cells, where that was asked for. */
  readonly netlist: Proven | undefined;
  /** Cycles that the program and the cells were run beside each other, and whether that was for all inputs there are. */
  readonly cycles: number;
  readonly isExhaustive: boolean;
  /** What is wrong: a defect of ours. */
  readonly difference: string | undefined;
}

export interface Proven {
  readonly proved: readonly string[];
  /** Not proved, only run. */
  readonly tested: readonly string[];
}

/** Memories of more bits stand for themselves. */
const MEMORY_BITS = 64;
const CELL_BITS = 4096;
/** Conflicts of the solver where time counts. */
const QUICK: Effort = { inside: 10, end: 200, work: 600_000 };
/** Up to so many bits of inputs all are tried. */
const EXHAUSTIVE = 10;
const CYCLES = 60;
const FEWEST_CYCLES = 12;
const WORK = 250_000;

/** Holds a program against the assembly and the cells that were made of it. */
export function verify(
  graph: Graph,
  assembly: Program,
  netlist: Netlist,
  target: Target,
  options: VerifyOptions,
): Verification {
  const wrong = misconnected(netlist);
  const effort = options.prove ? FULL_EFFORT : QUICK;
  const proved = held(graph, options.reset, effort, (blasting, given) => unfold(assembly, target, blasting, given));
  const cells = options.prove
    ? held(graph, options.reset, effort, (blasting, given) => {
        const nets = new Map<Net, Bit>();
        for (const port of netlist.inputs)
          port.nets.forEach((net, bit) => {
            nets.set(net, given.get(port.name)?.[bit] ?? bug("no input"));
          });
        if (netlist.reset !== undefined) nets.set(netlist.reset, given.get("reset")?.[0] ?? bug("no reset"));
        return blastNetlist(
          { ...blasting, reset: undefined, memoryBits: CELL_BITS },
          netlist,
          nets,
          netlist.outputs.map((port) => port.nets),
        );
      })
    : undefined;
  const found = { assembly: proved.proven, netlist: cells?.proven };
  const known = wrong ?? about("the assembly", proved.counterexample) ?? about("the netlist", cells?.counterexample);
  if (known !== undefined) return { ...found, cycles: 0, isExhaustive: false, difference: known };
  return { ...found, ...run(graph, netlist, options.reset) };
}

function about(what: string, counterexample: string | undefined): string | undefined {
  return counterexample === undefined ? undefined : `${what} gives another result with ${counterexample}`;
}

/** What was found out of a program and what was made of it; `counterexample` are inputs for which they surely differ. */
interface Held {
  readonly proven: Proven;
  readonly counterexample: string | undefined;
}

/** A program against what was made of it, on the same inputs. */
function held(
  graph: Graph,
  reset: Reset,
  effort: Effort,
  other: (blasting: Blasting, given: ReadonlyMap<string, readonly Bit[]>) => readonly (readonly Bit[])[],
): Held {
  const circuit = emptyCircuit();
  const resetNet = reset === "sync" ? inputNets(circuit, 1)[0] : undefined;
  const blasting: Blasting = { circuit, reset: resetNet, memoryBits: MEMORY_BITS };
  const given = new Map(
    graph.inputs.map((id): [string, readonly Bit[]] => {
      const { name, type } = graph.nodes[id] ?? bug("no input");
      return [name, inputNets(circuit, type.bits)];
    }),
  );
  const rows = blastGraph(blasting, graph, [...given.values()]);
  const memories = circuit.memories.length;
  if (resetNet !== undefined) given.set("reset", [resetNet]);
  const made = other({ ...blasting, reset: undefined }, given);
  const owners: number[] = [];
  const pairs = graph.outputs.flatMap(({ node }, at) =>
    (rows[node] ?? []).map((bit, place): Pair => {
      owners.push(at);
      return [bit, made[at]?.[place] ?? bug("an output without nets")];
    }),
  );
  const names = graph.outputs.map(({ name }) => name);
  const verdict = prove(circuit, pairs, twins(circuit, memories), effort);
  const open = new Set(verdict.open.map((at) => owners[at]));
  const seen = verdict.counterexample;
  return {
    proven: { proved: names.filter((_, at) => !open.has(at)), tested: names.filter((_, at) => open.has(at)) },
    counterexample: seen === undefined ? undefined : assignment(given, seen),
  };
}

/** Inputs with their values, an input that does not matter as 0. */
function assignment(given: ReadonlyMap<string, readonly Bit[]>, seen: ReadonlyMap<Bit, number>): string {
  const valued = (bits: readonly Bit[]) =>
    bits.reduce((value, bit, place) => value | (BigInt(seen.get(bit) ?? 0) << BigInt(place)), 0n);
  return [...given].map(([name, bits]) => `${name} = ${valued(bits)}`).join(", ");
}

/** Memories of the second half and those of the first that do the same: of the same name if there are several. */
function twins({ memories }: Circuit, first: number): readonly number[] {
  const free = new Set(memories.slice(0, first).keys());
  return memories.map(({ key, name }, at) => {
    if (at < first) return at;
    const same = [...free].filter((other) => memories[other]?.key === key);
    const chosen = same.find((other) => memories[other]?.name === name) ?? same[0] ?? at;
    free.delete(chosen);
    return chosen;
  });
}

/** Nets without a driver or with two, ports and parameters that are too wide; undefined where all is well. */
export function misconnected({ inputs, outputs, cells, reset }: Netlist): string | undefined {
  const driven = new Set<Net>([LOW, HIGH]);
  const drive = (net: Net, what: string): string | undefined => {
    if (driven.has(net)) return `net ${net} is driven twice, the second time by ${what}`;
    driven.add(net);
    return undefined;
  };
  for (const { name, type, nets } of inputs) {
    if (nets.length !== type.bits) return `the input ${name} has ${nets.length} nets for ${type.bits} bits`;
    for (const net of nets) {
      const twice = drive(net, `the input ${name}`);
      if (twice !== undefined) return twice;
    }
  }
  if (reset !== undefined) driven.add(reset);
  for (const { name, prim, params, inputs: from, outputs: to } of cells) {
    const bits = (ports: readonly { readonly width: number }[]) => ports.reduce((all, { width }) => all + width, 0);
    if (from.length !== bits(prim.inputs.filter(isOperand))) return `the cell ${name} has ${from.length} inputs`;
    if (to.length !== bits(prim.outputs)) return `the cell ${name} has ${to.length} outputs`;
    const wide = prim.params.find(
      ({ width }, at) => (params[at] ?? 0n) < 0n || (params[at] ?? 0n) >> BigInt(width) > 0n,
    );
    if (wide !== undefined) return `the parameter ${wide.name} of the cell ${name} does not fit`;
    for (const net of to) {
      const twice = drive(net, `the cell ${name}`);
      if (twice !== undefined) return twice;
    }
  }
  for (const { name, inputs: from } of cells)
    for (const net of from) if (!driven.has(net)) return `an input of the cell ${name} has no driver`;
  for (const { name, type, nets } of outputs) {
    if (nets.length !== type.bits) return `the output ${name} has ${nets.length} nets for ${type.bits} bits`;
    if (nets.some((net) => !driven.has(net))) return `the output ${name} has no driver`;
  }
  return undefined;
}

/** The program and the cells side by side, under the evaluator. */
function run(
  graph: Graph,
  netlist: Netlist,
  reset: Reset,
): Pick<Verification, "cycles" | "isExhaustive" | "difference"> {
  const cells = netlistGraph(netlist);
  if (cells === undefined) return { cycles: 0, isExhaustive: false, difference: "the cells cannot be run" };
  const hasReset = netlist.reset !== undefined;
  const program = machine(graph, { reset });
  const { vectors, isExhaustive, difference } = compare(program, machine(cells), {
    isClocked: graph.stateful,
    addresses: addressInputs(graph),
    hasContents: false,
    hasReset,
    exhaustive: EXHAUSTIVE,
    vectors: Math.max(FEWEST_CYCLES, Math.min(CYCLES, Math.round(WORK / (netlist.cells.length + 1)))),
  });
  return { cycles: vectors, isExhaustive, difference };
}

/** Inputs that are addresses of memories as they stand. */
function addressInputs(graph: Graph): readonly string[] {
  return graph.nodes.flatMap(({ op, args }) => {
    const address = op?.kind === "memory" ? graph.nodes[args[0] ?? -1] : undefined;
    return address !== undefined && address.op === undefined ? [address.name] : [];
  });
}
