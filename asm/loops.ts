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
  const isDone = new Uint8Array(netCount);
  const isOpen = new Uint8Array(netCount);
  const open = (net: number) => {
    const cell = cells[drivers[net] as number];
    if (cell === undefined) return { net, inputs: [], next: 0 };
    isOpen[net] = 1;
    return {
      net,
      inputs: (needs(cell)[cell.outputs.indexOf(net)] ?? []).map((bit) => cell.inputs[bit] as number),
      next: 0,
    };
  };
  for (const root of cells.flatMap((cell) => cell.outputs)) {
    if (isDone[root] === 1) continue;
    const path = [open(root)];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const net = step.inputs[step.next++];
      if (net === undefined) {
        isDone[step.net] = 1;
        isOpen[step.net] = 0;
        path.pop();
      } else if (isOpen[net] === 1) {
        const loop = path.slice(path.findIndex((one) => one.net === net));
        return loop.map((one) => cells[drivers[one.net] as number] as Cell);
      } else if (isDone[net] === 0 && drivers[net] !== -1) path.push(open(net));
    }
  }
  return undefined;
}

/** By output bit of a cell, the input bits that reach it within a cycle. */
type Needs = readonly (readonly number[])[];

function needsCache(): (cell: Cell) => Needs {
  const known = new Map<Prim, Map<string, Needs>>();
  return ({ prim, params }) => {
    const all = [...Array(prim.inputs.reduce((bits, port) => bits + (isOperand(port) ? port.width : 0), 0)).keys()];
    // A table does not change what its inputs reach.
    if (prim.role === "lut" || prim.role === "carry") return prim.outputs.map(() => all);
    const byParams = known.get(prim) ?? new Map<string, Needs>();
    known.set(prim, byParams);
    const key = params.join(" ");
    const needs = byParams.get(key) ?? needsOf(prim, graphOf(prim, params));
    byParams.set(key, needs);
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
  const constants: (bigint | undefined)[] = [];
  for (const node of graph.nodes) {
    constants[node.id] = constantOf(node, constants);
    reached[node.id] = reachOf(node, graph, reached, constants);
  }
  return graph.outputs.flatMap(({ node }) =>
    (reached[node] ?? []).map((ports) => [...ports].flatMap((port) => bitsOf[port] ?? [])),
  );
}

/** The ports that a bit depends on within a cycle. */
type Reach = ReadonlySet<number>;
const NOWHERE: Reach = new Set();

/** The value of a node that depends on parameters alone, as far as it is told easily. */
function constantOf({ op, args, attrs }: Node, known: readonly (bigint | undefined)[]): bigint | undefined {
  const [a, b] = args.map((arg) => known[arg]);
  if (op?.kind === "const") return attrs[0];
  if (op?.name === "ext" && a !== undefined && attrs[0] === attrs[1]) return (a >> (attrs[0] ?? 0n)) & 1n;
  if (op?.name === "not" && a !== undefined) return a === 0n ? 1n : 0n;
  return op?.name === "and" && (a === 0n || b === 0n) ? 0n : undefined;
}

function reachOf(
  { id, op, args, attrs, type }: Node,
  graph: Graph,
  reached: readonly (readonly Reach[])[],
  constants: readonly (bigint | undefined)[],
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
    case "mux": {
      const condition = constants[args[0] ?? -1];
      if (condition !== undefined) return condition === 1n ? b : c;
      return b.map((one, bit) => union([a[0] ?? NOWHERE, one, c[bit] ?? NOWHERE]));
    }
    default:
      return every(union(operands.flat()));
  }
}

function union(sets: readonly Reach[]): Reach {
  const all = new Set<number>();
  for (const set of new Set(sets)) for (const one of set) all.add(one);
  return all;
}
