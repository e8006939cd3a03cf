// Static timing of a netlist, a bit at a time: when each net has its value, how late it may come, and the longest path.
// Paths begin at registers and inputs, and end at registers and outputs.
import { truthTable } from "../lang/target/semantics.ts";
import type { Prim } from "../lang/target/target.ts";
import type { Hop, Timing, TimingRow } from "../lang/target/timing.ts";
import { evaluate } from "../lang/target/value.ts";
import { type Cell, HIGH, type Net, type Netlist } from "./netlist.ts";

/** How a value gets from the cell that makes it to one that reads it. */
export const WIRE = 0;
export const INSIDE = 1;
export const BUFFERED = 2;
/** From here on: the hops of the timing in their order. */
export const HOP = 3;

/** Reads of nets, in an order in which each comes behind those that it waits for. All times are in ps. */
export interface TimingGraph {
  readonly timing: Timing;
  readonly hops: readonly Hop[];
  readonly count: number;
  readonly node: Int32Array;
  /** The cells at its ends; -1 for a port. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly pin: Int32Array;
  readonly way: Uint8Array;
  /** From the end of the wire through the cell, or before the clock. */
  readonly delay: Int32Array;
  /** What it makes late; -1 where the path ends. */
  readonly makes: Int32Array;
  readonly nodes: number;
  /** When the nodes at which paths begin have their value. */
  readonly start: Float64Array;
}

/** What packing has decided. */
export interface TimingFacts {
  /** Whether a net goes over wires across the device. */
  readonly buffered: (net: Net) => boolean;
  /** Whether two cells share a site. */
  readonly share: (from: number, to: number) => boolean;
  /** Whether an input of a cell is that of a register that a LUT of its site may feed. */
  readonly isRegister: (cell: Cell, pin: number) => boolean;
}

/** What the timing says of a cell, by bits of its inputs and outputs; -1 where it says nothing. */
interface CellTiming {
  readonly through: readonly number[];
  readonly setup: readonly number[];
  readonly start: readonly number[];
  /** Between registers inside. */
  readonly inside: number;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export function timingGraph(netlist: Netlist, timing: Timing, facts: TimingFacts): TimingGraph {
  const { cells, netCount } = netlist;
  const timingOf = cellTimings(timing);
  const hopOf = hopFinder([...timing.hops.keys()]);
  const drivers = new Int32Array(netCount).fill(-1);
  const bits = new Int32Array(netCount);
  cells.forEach(({ outputs }, at) => {
    outputs.forEach((net, bit) => {
      drivers[net] = at;
      bits[net] = bit;
    });
  });
  const starts: number[] = [];
  const rows = columns();
  let nodes = netCount;
  const all = cells.map(timingOf);
  cells.forEach((cell, to) => {
    const { through, setup, start, inside, inputs } = all[to] as CellTiming;
    if (inside > 0) rows.add(nodes++, to, to, -1, INSIDE, inside, -1);
    const isCombinational = through.some((ps) => ps >= 0);
    const [single, more] = cell.outputs;
    let makes = single as number;
    if (isCombinational && more !== undefined) {
      makes = nodes++;
      for (const net of cell.outputs) rows.add(makes, to, to, -1, INSIDE, 0, net);
    }
    cell.outputs.forEach((net, bit) => {
      starts[net] = start[bit] ?? -1;
    });
    cell.inputs.forEach((net, pin) => {
      if (net <= HIGH) return;
      const isThrough = (through[pin] as number) >= 0;
      const isEnd = (setup[pin] as number) > Number.NEGATIVE_INFINITY;
      if (!isThrough && !isEnd) return;
      const from = drivers[net] as number;
      const hop =
        from < 0 ? -1 : hopOf(all[from]?.outputs[bits[net] as number] ?? "", inputs[pin] as string, cell.prim.name);
      const isRegister = facts.isRegister(cell, pin);
      const isShared = isRegister && from >= 0 && facts.share(from, to);
      const way = hop >= 0 ? HOP + hop : isShared ? INSIDE : facts.buffered(net) ? BUFFERED : WIRE;
      const alone = !isShared && isRegister;
      if (isThrough) rows.add(net, from, to, pin, way, through[pin] as number, makes);
      if (isEnd) rows.add(net, from, to, pin, way, (setup[pin] as number) + (alone ? timing.alone : 0), -1);
    });
  });
  for (const { nets } of netlist.outputs)
    for (const net of nets) if (net > HIGH) rows.add(net, drivers[net] as number, -1, -1, WIRE, 0, -1);
  const order = inOrder(rows.node, rows.makes, nodes);
  const column = (values: readonly number[]) => {
    const sorted = new Int32Array(order.length);
    for (let at = 0; at < sorted.length; at++) sorted[at] = values[order[at] as number] as number;
    return sorted;
  };
  return {
    timing,
    hops: [...timing.hops.values()],
    count: order.length,
    node: column(rows.node),
    from: column(rows.from),
    to: column(rows.to),
    pin: column(rows.pin),
    way: Uint8Array.from(column(rows.way)),
    delay: column(rows.delay),
    makes: column(rows.makes),
    nodes,
    start: Float64Array.from({ length: nodes }, (_, node) => Math.max(starts[node] ?? 0, 0)),
  };
}

/** The number of the hop from an output to an input, of any cell or of one; -1 where there is none. */
function hopFinder(names: readonly string[]): (output: string, input: string, prim: string) => number {
  const known = new Map<string, number>();
  return (output, input, prim) => {
    const ports = `${output} ${input}`;
    const whole = `${ports} ${prim}`;
    const before = known.get(whole);
    if (before !== undefined) return before;
    const hop = names.findIndex((name) => name === ports || name === whole);
    known.set(whole, hop);
    return hop;
  };
}

/** Reads in the making, a column a fact. */
function columns() {
  const [node, from, to, pin, way, delay, makes]: number[][] = [[], [], [], [], [], [], []];
  const all = { node, from, to, pin, way, delay, makes } as Readonly<
    Record<"node" | "from" | "to" | "pin" | "way" | "delay" | "makes", number[]>
  >;
  const add = (
    read: number,
    source: number,
    reader: number,
    bit: number,
    how: number,
    ps: number,
    made: number,
  ): void => {
    all.node.push(read);
    all.from.push(source);
    all.to.push(reader);
    all.pin.push(bit);
    all.way.push(how);
    all.delay.push(ps);
    all.makes.push(made);
  };
  return { ...all, add };
}

/**
 * Sorts reads so that each comes behind all that make its node (Kahn 1962). Where units are timed as a whole, their ways may
 * seem to form loops that their bits do not: one is cut at its first node.
 */
function inOrder(node: readonly number[], makes: readonly number[], nodes: number): Int32Array {
  const waits = new Int32Array(nodes);
  const starts = new Int32Array(nodes + 1);
  for (let row = 0; row < node.length; row++) {
    const made = makes[row] as number;
    if (made >= 0) waits[made] = (waits[made] as number) + 1;
    const at = (node[row] as number) + 1;
    starts[at] = (starts[at] as number) + 1;
  }
  for (let at = 0; at < nodes; at++) starts[at + 1] = (starts[at + 1] as number) + (starts[at] as number);
  const places = starts.slice();
  const byNode = new Int32Array(node.length);
  for (let row = 0; row < node.length; row++) {
    const place = places[node[row] as number] as number;
    byNode[place] = row;
    places[node[row] as number] = place + 1;
  }
  const sorted = new Int32Array(node.length);
  let count = 0;
  const ready: number[] = [];
  for (let at = nodes - 1; at >= 0; at--) if (waits[at] === 0) ready.push(at);
  let cut = 0;
  const next = (): number | undefined => {
    if (ready.length > 0) return ready.pop();
    while (cut < nodes && (waits[cut] as number) <= 0) cut++;
    if (cut === nodes) return undefined;
    waits[cut] = 0;
    return cut;
  };
  for (let one = next(); one !== undefined; one = next())
    for (let at = starts[one] as number; at < (starts[one + 1] as number); at++) {
      const row = byNode[at] as number;
      sorted[count++] = row;
      const made = makes[row] as number;
      if (made < 0) continue;
      waits[made] = (waits[made] as number) - 1;
      if (waits[made] === 0) ready.push(made);
    }
  return sorted.subarray(0, count);
}

function cellTimings(timing: Timing): (cell: Cell) => CellTiming {
  const known = new Map<string, CellTiming>();
  const byPrim = new Map<Prim, readonly TimingRow[]>();
  return (cell) => {
    const key = `${cell.prim.name} ${cell.params.join(" ")}`;
    const found = known.get(key);
    if (found !== undefined) return found;
    const rows = byPrim.get(cell.prim) ?? timing.rows.filter((row) => row.cells.has(cell.prim.name));
    byPrim.set(cell.prim, rows);
    const made = cellTiming(cell, rows);
    known.set(key, made);
    return made;
  };
}

function cellTiming({ prim, params }: Cell, all: readonly TimingRow[]): CellTiming {
  const scope = new Map(prim.params.map(({ name }, at) => [name, params[at] ?? 0n]));
  const rows = all.filter(({ when }) => when === undefined || evaluate(when, scope) !== 0n);
  const spread = (ports: Prim["inputs"]) =>
    ports.filter((port) => !port.isClock).flatMap(({ name, width }) => Array.from({ length: width }, () => name));
  const inputs = spread(prim.inputs);
  const outputs = spread(prim.outputs);
  const table = prim.role === "lut" || prim.role === "carry" ? truthTable(prim, params) : undefined;
  const matters = (bit: number) => table === undefined || dependsOn(table, bit, inputs.length);
  const first = (kind: TimingRow["kind"], name: string, side: "from" | "to") =>
    rows.find((row) => row.kind === kind && row[side].has(name))?.ps;
  return {
    inputs,
    outputs,
    through: inputs.map((name, bit) => (matters(bit) ? (first("delay", name, "from") ?? -1) : -1)),
    setup: inputs.map((name) => first("setup", name, "from") ?? Number.NEGATIVE_INFINITY),
    start: outputs.map((name) => first("start", name, "to") ?? -1),
    inside: rows.find((row) => row.kind === "inside")?.ps ?? 0,
  };
}

/** Whether a function, as the table of its rows, depends on an input. */
export function dependsOn(table: bigint, bit: number, inputs: number): boolean {
  for (let row = 0; row < 2 ** inputs; row++)
    if (((table >> BigInt(row)) & 1n) !== ((table >> BigInt(row ^ (1 << bit))) & 1n)) return true;
  return false;
}

/** What an analysis finds. */
export interface Slacks {
  /** The longest path. */
  readonly worst: number;
  /** By read: how much later its path could end without being the longest. */
  readonly slack: Float64Array;
  /** The read at the end of the longest path; -1 if there is none. */
  readonly last: number;
  /** When the nodes have their values. */
  readonly arrival: Float64Array;
}

/**
 * Analyses with `wire(read)`, the delay of the way of a read. The arrays of a result are those of the analysis before, so
 * that it holds until the next.
 */
export function analyzer(graph: TimingGraph): (wire: (read: number) => number) => Slacks {
  const { count, node, delay, makes, nodes, start } = graph;
  const arrival = new Float64Array(nodes);
  const ways = new Float64Array(count);
  const needed = new Float64Array(nodes);
  const slack = new Float64Array(count);
  return (wire) => {
    arrival.set(start);
    let worst = 0;
    let last = -1;
    for (let read = 0; read < count; read++) {
      const way = wire(read) + (delay[read] as number);
      ways[read] = way;
      const time = (arrival[node[read] as number] as number) + way;
      const made = makes[read] as number;
      if (made >= 0) {
        if (time > (arrival[made] as number)) arrival[made] = time;
      } else if (time > worst) {
        worst = time;
        last = read;
      }
    }
    needed.fill(worst);
    for (let read = count - 1; read >= 0; read--) {
      const made = makes[read] as number;
      const due = (made < 0 ? worst : (needed[made] as number)) - (ways[read] as number);
      const from = node[read] as number;
      slack[read] = due - (arrival[from] as number);
      if (due < (needed[from] as number)) needed[from] = due;
    }
    return { worst, slack, last, arrival };
  };
}

/** The reads of the longest path, from its start to its end. */
export function longestReads(graph: TimingGraph, { arrival, last }: Slacks, wire: (read: number) => number): number[] {
  const makers = new Map<number, number>();
  for (let read = 0; read < graph.count; read++) {
    const made = graph.makes[read] as number;
    if (made < 0) continue;
    const time = (arrival[graph.node[read] as number] as number) + wire(read) + (graph.delay[read] as number);
    if (time === arrival[made]) makers.set(made, read);
  }
  const path: number[] = [];
  for (let read: number | undefined = last < 0 ? undefined : last; read !== undefined; ) {
    path.push(read);
    read = makers.get(graph.node[read] as number);
  }
  return path.reverse();
}
