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
  const inputsOf = inputsCache(cells, drivers);
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
function inputsCache(cells: readonly Cell[], drivers: Int32Array): (net: number) => readonly number[] {
  const needs = needsCache();
  const known: (readonly number[] | undefined)[] = [];
  return (net) => {
    const cell = cells[drivers[net] as number] as Cell;
    // A table does not change what its inputs reach.
    if (cell.prim.role !== "state" && cell.prim.role !== "other") return cell.inputs;
    const inputs = known[net] ?? needs(cell)[cell.outputs.indexOf(net)]?.map((bit) => cell.inputs[bit] as number) ?? [];
    known[net] = inputs;
    return inputs;
  };
}

/** By output bit of a cell, the input bits that reach it within a cycle. */
type Needs = readonly (readonly number[])[];

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
  return graph.outputs.flatMap(({ node }) =>
    (reached[node] ?? []).map((ports) => [...ports].flatMap((port) => bitsOf[port] ?? [])),
  );
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
