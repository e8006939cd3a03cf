// The cells of an instruction against what its pattern says, by proof: see `lang/proof`.
import { bug } from "../lang/diagnostic.ts";
import { memoryOperands } from "../lang/eval/memory.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { type Blasting, blast, blastGraph, drive, type Later } from "../lang/proof/blast.ts";
import {
  type Net as Bit,
  type Circuit,
  emptyCircuit,
  inputNets,
  type Pair,
  TRUE,
  table,
  WIDEST_TABLE,
} from "../lang/proof/circuit.ts";
import { prove, type Verdict } from "../lang/proof/induction.ts";
import { type Rows, sameNumbers, stepsOf } from "../lang/proof/polynomial.ts";
import { inputsOf } from "../lang/proof/sweep.ts";
import { graphOf, truthTable } from "../lang/target/semantics.ts";
import { isOperand } from "../lang/target/target.ts";
import type { Type } from "../lang/type.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "./netlist.ts";

/** Memories of more bits stand for themselves: those of patterns, and those of cells, of which few words may be used. */
const MEMORY_BITS = 256;
const CELL_BITS = 4096;
/** Conditions that are tried both ways. */
const MOST_CONDITIONS = 3;

const OPEN: Verdict = { open: [0], counterexample: undefined };

/** Whether a netlist computes what a graph says; its ports are those of the graph, and perhaps a reset. */
export function equivalent(graph: Graph, netlist: Netlist, hasReset: boolean): Verdict | "proved" {
  const memories = graph.nodes.filter(({ op }) => op?.kind === "memory");
  const wordsOf = (node: Node) => 2 ** (graph.nodes[node.args[0] ?? -1]?.type.width ?? 0);
  if (memories.some((node) => wordsOf(node) * node.type.bits > MEMORY_BITS)) return OPEN;
  const hasProducts = graph.nodes.some(({ op }) => op?.name === "mul");
  const isWhole = netlist.cells.some(({ prim }) => prim.outputs.some(({ width }) => width > 1));
  const isByNumbers = (hasProducts || isWhole) && memories.length === 0 && byNumbers(graph, netlist);
  if (isByNumbers && (!hasReset || startsAnew(graph, netlist))) return "proved";
  // The solver does not take products apart.
  if (hasProducts) return OPEN;
  const { circuit, pairs } = together(graph, netlist, hasReset ? "input" : 0, new Map());
  const verdict = prove(circuit, pairs);
  return verdict.open.length === 0 ? "proved" : verdict;
}

/**
 * Whether a reset brings both back to where they begin, so that what holds without one holds behind it, too: then each
 * register takes its initial value, and what is seen meanwhile does not hang on the reset.
 */
function startsAnew(graph: Graph, netlist: Netlist): boolean {
  const made = (reset: Reset) => {
    const { circuit, pairs, reset: net } = together(graph, netlist, reset, new Map());
    return { circuit, roots: pairs.flat(), net };
  };
  const held = made(1);
  const { definitions, registers } = held.circuit;
  for (const net of reached(held.circuit, held.roots, true)) {
    const made = definitions[net];
    const one = made?.kind === "register" ? registers[made.register] : undefined;
    if (one !== undefined && (one.data !== one.init || one.enable !== TRUE)) return false;
  }
  const free = made("input");
  return !reached(free.circuit, free.roots, false).has(free.net);
}

/** The nets that the roots hang on, within a cycle or through registers. */
function reached(circuit: Circuit, roots: readonly Bit[], isThrough: boolean): ReadonlySet<Bit> {
  const found = new Set<Bit>();
  const pending = [...roots];
  for (let net = pending.pop(); net !== undefined; net = pending.pop()) {
    if (found.has(net)) continue;
    found.add(net);
    const made = circuit.definitions[net];
    if (made?.kind !== "register") pending.push(...inputsOf(circuit, net));
    else if (isThrough) {
      const { data, enable } = circuit.registers[made.register] ?? bug("no register");
      pending.push(data, enable);
    }
  }
  return found;
}

/** Sums and products as polynomials, the conditions of choices tried both ways. */
function byNumbers(graph: Graph, netlist: Netlist): boolean {
  const conditions = graph.inputs.filter((id) =>
    graph.nodes.some(({ op, args }) => op?.name === "mux" && args[0] === id),
  );
  if (conditions.length > MOST_CONDITIONS) return false;
  const { circuit, rows, inputs } = together(graph, netlist, 0, new Map());
  if (conditions.length === 0) return sameNumbers(circuit, rows);
  for (const id of conditions) {
    // A condition that is looked at in several cycles may differ between them.
    const steps = stepsOf(circuit, rows, inputs.get(id)?.[0] ?? bug("no condition"));
    if (steps === undefined || steps.size > 1) return false;
  }
  for (let choice = 0; choice < 2 ** conditions.length; choice++) {
    const fixed = new Map(conditions.map((id, at) => [id, (choice >> at) & 1]));
    const { circuit: one, rows: all } = together(graph, netlist, 0, fixed);
    if (!sameNumbers(one, all)) return false;
  }
  return true;
}

/** The reset of the netlist, if it has one: an input of both, or always the same. */
type Reset = "input" | 0 | 1;

interface Both {
  readonly circuit: Circuit;
  readonly reset: Bit;
  readonly inputs: ReadonlyMap<number, readonly Bit[]>;
  readonly pairs: readonly Pair[];
  /** The outputs a lane at a time. */
  readonly rows: readonly Rows[];
}

/** Both in one circuit, on the same inputs, of which some are constants. */
function together(graph: Graph, netlist: Netlist, tied: Reset, fixed: ReadonlyMap<number, number>): Both {
  const circuit = emptyCircuit();
  const reset = tied === "input" ? (inputNets(circuit, 1)[0] ?? bug("no net")) : tied;
  const blasting: Blasting = { circuit, reset, memoryBits: MEMORY_BITS };
  const inputs = new Map(
    graph.inputs.map((id): [number, readonly Bit[]] => {
      const value = fixed.get(id);
      return [id, value === undefined ? inputNets(circuit, graph.nodes[id]?.type.bits ?? 0) : [value]];
    }),
  );
  const values = blastGraph(
    blasting,
    graph,
    graph.inputs.map((id) => inputs.get(id) ?? []),
  );
  const given = new Map<Net, Bit>();
  graph.inputs.forEach((id, at) => {
    netlist.inputs[at]?.nets.forEach((net, bit) => {
      given.set(net, inputs.get(id)?.[bit] as Bit);
    });
  });
  if (netlist.reset !== undefined) given.set(netlist.reset, reset);
  const outputs = netlist.outputs.map(({ nets }) => nets);
  const made = blastNetlist({ circuit, reset: undefined, memoryBits: CELL_BITS }, netlist, given, outputs);
  const rows = graph.outputs.flatMap(({ node }, at) => {
    const { type } = graph.nodes[node] ?? bug("no output");
    return Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) => {
      const part = (row: readonly Bit[] = []) => row.slice(lane * type.width, (lane + 1) * type.width);
      return { one: part(values[node]), other: part(made[at]) };
    });
  });
  const pairs = rows.flatMap(({ one, other }) => one.map((bit, at): Pair => [bit, other[at] as Bit]));
  return { circuit, reset, inputs, pairs, rows };
}

/** The nets of a netlist that are asked for, out of those of its inputs. */
export function blastNetlist(
  blasting: Blasting,
  { cells }: Netlist,
  given: ReadonlyMap<Net, Bit>,
  asked: readonly (readonly Net[])[],
): readonly (readonly Bit[])[] {
  const known = new Map<Net, Bit>([...given, [LOW, LOW], [HIGH, HIGH]]);
  const later: Later[] = [];
  const drivers = new Map<Net, Cell>();
  for (const cell of cells) for (const net of cell.outputs) drivers.set(net, cell);
  const rows = new Map<Cell, Map<number, readonly Bit[]>>();

  const bitOf = (net: Net): Bit => {
    const before = known.get(net);
    if (before !== undefined) return before;
    const cell = drivers.get(net) ?? bug(`net ${net} has no driver`);
    const { prim, params } = cell;
    const width = prim.inputs.filter(isOperand).length;
    const rowsOf = width <= WIDEST_TABLE ? truthTable(prim, params) : undefined;
    if (rowsOf !== undefined) {
      const made = table(blasting.circuit, Number(rowsOf), cell.inputs.map(bitOf));
      known.set(net, made);
      return made;
    }
    let from = 0;
    const graph = graphOf(prim, params);
    prim.outputs.forEach((port, at) => {
      const nets = cell.outputs.slice(from, from + port.width);
      from += port.width;
      if (!nets.includes(net)) return;
      const bits = rowOf(cell, graph, graph.outputs[at]?.node ?? bug("no output of a cell"));
      nets.forEach((one, bit) => {
        known.set(one, bits[bit] as Bit);
      });
    });
    return known.get(net) ?? bug("a cell without its output");
  };

  /** A value within a cell. */
  const rowOf = (cell: Cell, graph: Graph, id: number): readonly Bit[] => {
    const values = rows.get(cell) ?? new Map<number, readonly Bit[]>();
    rows.set(cell, values);
    const before = values.get(id);
    if (before !== undefined) return before;
    const node = graph.nodes[id] ?? bug("no node");
    let made: readonly Bit[];
    if (node.op === undefined) {
      made = netsOfInput(cell, graph.inputs.indexOf(id)).map(bitOf);
    } else {
      const types = node.args.map((arg) => graph.nodes[arg]?.type ?? bug("no operand"));
      const operand = (at: number) => rowOf(cell, graph, node.args[at] ?? bug("no operand"));
      const isReadOnly = node.op.kind === "memory" && isIdle(cell, graph, node, types);
      made = blast(
        blasting,
        { op: node.op, type: node.type, attrs: node.attrs, types, operand, name: node.name, isReadOnly },
        later,
      );
    }
    values.set(id, made);
    return made;
  };

  for (const cell of cells)
    if (cell.prim.role !== "state" && cell.prim.role !== "other") {
      // Cells come in the order of their making: so the way down is short.
      if (cell.inputs.every((net) => known.has(net))) cell.outputs.forEach(bitOf);
    }
  const found = asked.map((nets) => nets.map(bitOf));
  drive(later);
  return found;
}

/** Whether the write enable of a memory within a cell is 0 by what the cell's inputs are tied to. */
function isIdle(cell: Cell, graph: Graph, { op, type, args }: Node, types: readonly Type[]): boolean {
  if (op?.memory?.writable !== true) return false;
  const isLow = (id: number): boolean => {
    const node = graph.nodes[id];
    if (node?.op === undefined)
      return graph.inputs.includes(id) && netsOfInput(cell, graph.inputs.indexOf(id)).every((net) => net === LOW);
    if (node.op.kind === "const") return node.attrs.every((value) => value === 0n);
    return node.op.name === "and" && node.type.bits === 1 && node.args.some(isLow);
  };
  return isLow(args[memoryOperands(types, type, true).writeEnable] ?? -1);
}

/** The nets of an operand of a cell. */
function netsOfInput({ prim, inputs }: Cell, at: number): readonly Net[] {
  const widths = prim.inputs.filter(isOperand).map(({ width }) => width);
  const start = widths.slice(0, at).reduce((all, width) => all + width, 0);
  return inputs.slice(start, start + (widths[at] ?? 0));
}
