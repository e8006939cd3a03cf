// Combinational loops of a netlist. A program of the IR has none; assembly that somebody wrote may.
import type { Graph, Node } from "../lang/graph.ts";
import { isCombinational } from "../lang/ops.ts";
import { graphOf } from "../lang/target/semantics.ts";
import { isOperand, type Prim } from "../lang/target/target.ts";
import type { Cell, Netlist } from "./netlist.ts";

/** The cells of a loop without a clock edge on it, each driving the one before; undefined if there is none. */
export function combinationalLoop(netlist: Netlist): readonly Cell[] | undefined {
  const { cells, netCount } = netlist;
  const drivers = new Int32Array(netCount).fill(-1);
  cells.forEach((cell, at) => {
    for (const net of cell.outputs) drivers[net] = at;
  });
  const needs = needsCache();
  return isLoopless(cells, drivers, needs) ? undefined : loopOfNets(netlist, drivers, needs);
}

/** Whether there is no loop even if each output of a cell needs all that any of them does, as in most netlists. */
function isLoopless(cells: readonly Cell[], drivers: Int32Array, needs: (cell: Cell) => Needs): boolean {
  const OPEN = 1;
  const DONE = 2;
  const state = new Uint8Array(cells.length);
  const next = new Int32Array(cells.length);
  const bitsOf = cells.map((cell) => (isOfInputs(cell) ? undefined : needs(cell).any));
  const path: number[] = [];
  for (let root = 0; root < cells.length; root++) {
    if (state[root] === DONE) continue;
    path.push(root);
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      state[at] = OPEN;
      const { inputs } = cells[at] as Cell;
      const bits = bitsOf[at];
      const turn = next[at] as number;
      next[at] = turn + 1;
      const net = inputs[bits === undefined ? turn : (bits[turn] ?? inputs.length)];
      if (net === undefined) {
        state[at] = DONE;
        path.pop();
        continue;
      }
      const from = drivers[net] as number;
      if (from < 0 || state[from] === DONE) continue;
      if (state[from] === OPEN) return false;
      path.push(from);
    }
  }
  return true;
}

/** Whether each output of a cell depends on all of its inputs, as far as loops go: a table does not change what they reach. */
function isOfInputs({ prim }: Cell): boolean {
  return prim.role !== "state" && prim.role !== "other";
}

function loopOfNets(
  { cells, netCount }: Netlist,
  drivers: Int32Array,
  needs: (cell: Cell) => Needs,
): readonly Cell[] | undefined {
  const inputsOf = inputsCache(cells, drivers, needs);
  const next = new Int32Array(netCount);
  const isDone = new Uint8Array(netCount);
  const isOpen = new Uint8Array(netCount);
  for (const cell of cells)
    for (const root of cell.outputs) {
      if (isDone[root] === 1) continue;
      const path = [root];
      for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
        isOpen[at] = 1;
        const net = inputsOf(at)[next[at] as number];
        next[at] = (next[at] as number) + 1;
        if (net === undefined) {
          isDone[at] = 1;
          isOpen[at] = 0;
          path.pop();
        } else if (isOpen[net] === 1) {
          const loop = path.slice(path.indexOf(net));
          return loop.map((one) => cells[drivers[one] as number] as Cell);
        } else if (isDone[net] === 0 && drivers[net] !== -1) path.push(net);
      }
    }
  return undefined;
}

/** The nets that reach a driven net within a cycle. */
function inputsCache(
  cells: readonly Cell[],
  drivers: Int32Array,
  needs: (cell: Cell) => Needs,
): (net: number) => readonly number[] {
  const known: (readonly number[] | undefined)[] = [];
  return (net) => {
    const cell = cells[drivers[net] as number] as Cell;
    if (isOfInputs(cell)) return cell.inputs;
    const { byOutput } = needs(cell);
    const inputs = known[net] ?? byOutput[cell.outputs.indexOf(net)]?.map((bit) => cell.inputs[bit] as number) ?? [];
    known[net] = inputs;
    return inputs;
  };
}

/** The input bits of a cell that reach an output within a cycle. */
interface Needs {
  readonly byOutput: readonly (readonly number[])[];
  readonly any: readonly number[];
}

function needsCache(): (cell: Cell) => Needs {
  const known = new Map<Prim, Map<string, Needs>>();
  // Cells of one instruction share their parameters.
  const byParams = new Map<readonly bigint[], readonly [Prim, Needs]>();
  return ({ prim, params }) => {
    const [owner, before] = byParams.get(params) ?? [];
    if (owner === prim && before !== undefined) return before;
    const ofPrim = known.get(prim) ?? new Map<string, Needs>();
    known.set(prim, ofPrim);
    const key = params.join(" ");
    const needs = ofPrim.get(key) ?? needsOf(prim, graphOf(prim, params));
    ofPrim.set(key, needs);
    byParams.set(params, [prim, needs]);
    return needs;
  };
}

function needsOf(prim: Prim, graph: Graph): Needs {
  const bitsOf: number[][] = [];
  let from = 0;
  for (const port of prim.inputs) {
    if (!isOperand(port)) continue;
    const { width } = port;
    bitsOf.push(Array.from({ length: width }, (_, bit) => from + bit));
    from += width;
  }
  const reached: (readonly Reach[])[] = [];
  for (const node of graph.nodes) reached[node.id] = reachOf(node, graph, reached);
  const byOutput = graph.outputs.flatMap(({ node }) =>
    (reached[node] ?? []).map((ports) => [...ports].flatMap((port) => bitsOf[port] ?? [])),
  );
  return { byOutput, any: [...new Set(byOutput.flat())] };
}

/** The ports that a bit depends on within a cycle. */
type Reach = ReadonlySet<number>;
const NOWHERE: Reach = new Set();

function reachOf(
  { id, op, args, attrs, type }: Node,
  graph: Graph,
  reached: readonly (readonly Reach[])[],
): readonly Reach[] {
  const every = (reach: Reach) => Array.from({ length: type.bits }, () => reach);
  if (op === undefined) return every(new Set([graph.inputs.indexOf(id)]));
  const operands = args.filter((_, at) => isCombinational(op, at)).map((arg) => reached[arg] ?? []);
  const [a = [], b = [], c = []] = operands;
  const low = Number(attrs[0] ?? 0n);
  switch (op.name) {
    case "const":
      return every(NOWHERE);
    case "id":
    case "not":
      return a;
    case "cat":
      return operands.flat();
    case "ext":
      return a.slice(low, Number(attrs[1] ?? 0n) + 1);
    case "zext":
      return every(NOWHERE).map((none, bit) => a[bit] ?? none);
    case "sext":
      return every(NOWHERE).map((none, bit) => a[bit] ?? a.at(-1) ?? none);
    case "mux":
      return b.map((one, bit) => union([a[0] ?? NOWHERE, one, c[bit] ?? NOWHERE]));
    default:
      return every(union(operands.flat()));
  }
}

function union(sets: readonly Reach[]): Reach {
  const all = new Set<number>();
  for (const set of new Set(sets)) for (const one of set) all.add(one);
  return all;
}
