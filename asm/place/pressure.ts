// How urgent wires are: those on long paths pull harder, the more so the longer refinement runs.
import { wireDelay } from "../../lang/target/timing.ts";
import type { Cell } from "../netlist.ts";
import { analyzer, BUFFERED, HOP, INSIDE, type Slacks, type TimingGraph, WIRE } from "../slack.ts";
import { SPAN } from "./anneal.ts";
import type { Board } from "./board.ts";
import type { Packed } from "./pack.ts";
import { pinsOf } from "./pins.ts";
import type { Wires } from "./wires.ts";

export interface Pressure {
  readonly graph: TimingGraph;
  readonly urgency: Float64Array;
  readonly delays: Float64Array;
  readonly update: (progress: number) => boolean;
  /** The delay of the way of a read, as units stand now. */
  readonly wire: (read: number) => number;
  readonly analyze: () => Slacks;
  /** The cells, with the inputs of their LUTs as the analysis has them. */
  readonly rewire: () => readonly Cell[];
}

/** What the worst wire's slowness weighs against a tile of length. */
const FORCE = 20;
/** How near to the least that is possible the longest path is good enough. */
const ENOUGH = 1.005;

export function pressureOf(
  graph: TimingGraph,
  packed: Packed,
  { x, y }: Board,
  wires: Wires,
  excesses: ReadonlyMap<string, number>,
): Pressure {
  const { unitOf } = packed;
  const pins = pinsOf(graph, packed);
  const analyze = analyzer(graph);
  const { timing, count, node, from, to, way, hops } = graph;
  const delays = new Float64Array(SPAN * SPAN);
  // In the scale of a segment: what it takes beyond a wire to the next tile.
  const unit = Math.max((timing.across + timing.along) / 2, 1);
  const ps = new Float64Array(SPAN * SPAN);
  for (let dx = 0; dx < SPAN; dx++)
    for (let dy = 0; dy < SPAN; dy++) {
      ps[dx * SPAN + dy] = wireDelay(timing, dx, dy);
      delays[dx * SPAN + dy] = ((ps[dx * SPAN + dy] as number) - timing.near) / unit;
    }
  const unitFrom = from.map((cell) => (cell < 0 ? -1 : (unitOf[cell] as number)));
  const unitTo = to.map((cell) => (cell < 0 ? -1 : (unitOf[cell] as number)));
  const wireOf = new Int32Array(count);
  for (let read = 0; read < count; read++)
    wireOf[read] =
      way[read] === WIRE && (unitTo[read] as number) >= 0
        ? wires.find(node[read] as number, unitTo[read] as number)
        : -1;
  const excess = new Float64Array(count);
  if (excesses.size > 0)
    for (let read = 0; read < count; read++) excess[read] = excesses.get(`${unitFrom[read]} ${unitTo[read]}`) ?? 0;
  const wire = (read: number): number => {
    const kind = way[read] as number;
    if (kind === INSIDE) return 0;
    if (kind === BUFFERED) return timing.buffered;
    const [a, b] = [unitFrom[read] as number, unitTo[read] as number];
    if (a < 0 || b < 0) return timing.near;
    const dy = Math.abs((y[a] as number) - (y[b] as number));
    if (kind >= HOP) {
      const hop = hops[kind - HOP];
      return (dy === 0 ? hop?.within : hop?.across) ?? 0;
    }
    const more = excess[read] as number;
    return more + (ps[Math.abs((x[a] as number) - (x[b] as number)) * SPAN + dy] as number);
  };
  const urgency = new Float64Array(wires.count);
  // With every wire as short as can be: no path gets faster than that.
  const { worst: least } = analyze((read) => (way[read] === WIRE ? timing.near : wire(read)));
  const update = (progress: number) => {
    pins.choose(analyze(wire), wire);
    const { worst, slack } = analyze(wire);
    urgency.fill(0);
    const rounds = 2 + Math.round(progress * 2);
    for (let read = 0; read < count; read++) {
      const one = wireOf[read] as number;
      if (one < 0) continue;
      let urgent = Math.max(0, 1 - (slack[read] as number) / worst);
      for (let round = 0; round < rounds; round++) urgent *= urgent;
      urgent *= FORCE;
      if (urgent > (urgency[one] as number)) urgency[one] = urgent;
    }
    return worst <= least * ENOUGH;
  };
  return {
    graph,
    urgency,
    delays,
    update,
    wire,
    analyze: () => analyze(wire),
    rewire: () => pins.rewire(() => analyze(wire), wire),
  };
}
