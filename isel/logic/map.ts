// Covering with k-input cuts, after Mishchenko, Cho, Chatterjee and Brayton, "Combinational and sequential mapping with
// priority cuts" (2007): a few cuts of each bit are kept, first those of least depth; then area is won back where depth
// allows it, by the flow of area through shared bits, and then by the area that a cut really adds.
import { absorbing, acquire, added, type Chosen, isGate, release } from "./area.ts";
import { boxOf } from "./bits.ts";
import { type Box, type Cone, fanouts } from "./cone.ts";
import { isWithin, type List, merge, newList, ones, WIDTH } from "./cuts.ts";

export interface MapOptions {
  /** Inputs of a cell, at most 6. */
  readonly inputs: number;
  /** From an input of a cell to its output, with the wire, in ps. */
  readonly delay: number;
  /** Whether depth may be given up for cells. */
  readonly isAreaOnly: boolean;
  /** Whether each bit comes as early as it can, at the cost of cells. */
  readonly isFast?: boolean | undefined;
}

/** The cut that was chosen for every bit that becomes a cell. */
export interface Mapping {
  /** By bit: its leaves, ascending; undefined for bits that vanish inside others. */
  readonly cuts: ReadonlyMap<number, readonly number[]>;
  /** When the last root is there, in ps. */
  readonly arrival: number;
}

/** Bits of a cone up to which cuts are merged by depth and by area, and up to which areas are counted twice. */
const MOST_MERGED = 1000;
const MOST_REPEATED = 6000;

interface State extends Chosen {
  readonly delay: number;
  /** Leaves of cut c of bit n from (n * WIDTH + c) * k on. */
  readonly leaves: Int32Array;
  readonly sizes: Uint8Array;
  /** By cut, a set of the lowest five bits of its leaves: cuts whose sets are too large together need not be merged. */
  readonly signs: Int32Array;
  readonly counts: Uint8Array;
  readonly list: List;
  readonly arrival: Float64Array;
  readonly flow: Float64Array;
  readonly required: Float64Array;
  /** How often a bit is expected to be used by the next mapping, and is by the graph. */
  readonly expected: Float64Array;
  readonly fanout: Int32Array;
  /** By box: when its results are there, and have to be there. */
  readonly boxArrival: Float64Array;
  readonly boxRequired: Float64Array;
  /** A cut in the making. */
  readonly scratch: Int32Array;
  /** Of the last cut that was measured: when it is there, and the area that it takes. */
  readonly measured: Float64Array;
}

/** `again` is by flow, too, among the cuts that are kept. */
type Phase = "depth" | "flow" | "again" | "exact";

export function map(cone: Cone, options: MapOptions): Mapping {
  const { bits } = cone;
  const { inputs: k } = options;
  const n = bits.count;
  const state: State = {
    cone,
    bits,
    k,
    delay: options.delay,
    leaves: new Int32Array(n * WIDTH * k),
    sizes: new Uint8Array(n * WIDTH),
    signs: new Int32Array(n * WIDTH),
    counts: new Uint8Array(n),
    list: newList(k),
    best: new Int32Array(n * k),
    bestSize: new Uint8Array(n),
    arrival: new Float64Array(n),
    flow: new Float64Array(n),
    required: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    refs: new Int32Array(n),
    expected: new Float64Array(n),
    fanout: fanouts(cone),
    isSpare: new Uint8Array(n),
    boxArrival: new Float64Array(cone.boxes.length),
    boxRequired: new Float64Array(cone.boxes.length),
    scratch: new Int32Array(16),
    measured: new Float64Array(2),
  };
  for (let node = 0; node < n; node++) state.expected[node] = Math.max(1, state.fanout[node] as number);
  for (const leaf of cone.spare.keys()) if (state.fanout[leaf] === 1) state.isSpare[leaf] = 1;
  const phases = options.isFast ? (["depth"] as const) : phasesOf(n, options);
  for (const phase of phases) {
    for (let node = 1; node < n; node++) choose(node, phase, state);
    count(state);
    for (let node = 0; node < n; node++)
      state.expected[node] = (2 * (state.expected[node] as number) + Math.max(1, state.refs[node] as number)) / 3;
    require(state, options.isAreaOnly ? Number.POSITIVE_INFINITY : latest(state));
  }
  const cuts = new Map<number, readonly number[]>();
  for (let node = 1; node < n; node++)
    if ((state.refs[node] as number) > 0 && isGate(bits, node)) cuts.set(node, cutOf(node, state));
  return { cuts, arrival: latest(state) };
}

/** Cells of more inputs have many more cuts than are kept, so that it matters which are. */
const FEW_INPUTS = 4;

/** Large cones are gone through less often, and cuts are merged once: by depth, which keeps more shapes of them. */
function phasesOf(count: number, { isAreaOnly, inputs }: MapOptions): readonly Phase[] {
  if (count > MOST_REPEATED) return isAreaOnly ? ["flow", "exact"] : ["depth", "again", "exact"];
  const isLarge = count > MOST_MERGED;
  const isOnce = isLarge && (!isAreaOnly || inputs <= FEW_INPUTS);
  const merged: readonly Phase[] = isOnce ? ["depth"] : isLarge || !isAreaOnly ? ["depth", "flow"] : ["flow"];
  return [...merged, "again", "exact", "exact"];
}

function cutOf(node: number, { best, bestSize, k }: State): readonly number[] {
  const leaves: number[] = [];
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++) leaves.push(best[at] as number);
  return leaves;
}

/** When a leaf is there: at once, or behind its box. */
function leafArrival(node: number, { cone, arrival, boxArrival }: State): number {
  const at = boxOf(cone.bits, node);
  if (at < 0) return 0;
  const box = cone.boxes[at] as Box;
  if (box.firstLeaf === node) {
    let last = 0;
    for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
      last = Math.max(last, arrival[(cone.roots[root] as number) >> 1] as number);
    boxArrival[at] = last + box.delay;
  }
  return boxArrival[at] as number;
}

/** Chooses a cut of a bit. */
function choose(node: number, phase: Phase, state: State): void {
  const { bits, k, leaves, sizes, signs, counts } = state;
  const first = node * WIDTH;
  if (!isGate(bits, node)) {
    leaves[first * k] = node;
    sizes[first] = 1;
    signs[first] = 1 << (node & 31);
    counts[node] = 1;
    state.arrival[node] = leafArrival(node, state);
    state.flow[node] = 0;
    return;
  }
  if (phase === "depth" || phase === "flow" || counts[node] === 0) return mergeCuts(node, phase, state);
  const isMapped = phase === "exact" && (state.refs[node] as number) > 0;
  if (isMapped) release(node, state);
  chooseKept(node, phase, state);
  if (isMapped) acquire(node, state);
}

/** Makes the cuts of a bit out of those of its operands, and chooses one. */
function mergeCuts(node: number, phase: Phase, state: State): void {
  const { bits, k, leaves, sizes, signs, counts, list, scratch } = state;
  const first = node * WIDTH;
  const a = (bits.left[node] as number) >> 1;
  const b = (bits.right[node] as number) >> 1;
  const required = state.required[node] as number;
  list.count = 0;
  // What the bit has at present stays among what is chosen from.
  const present = phase === "depth" ? 0 : (state.bestSize[node] as number);
  for (let leaf = 0; leaf < present; leaf++) scratch[leaf] = state.best[node * k + leaf] as number;
  if (present > 0) offer(present, phase, required, state);
  for (let i = 0; i < (counts[a] as number); i++) {
    const sign = signs[a * WIDTH + i] as number;
    for (let j = 0; j < (counts[b] as number); j++) {
      if (ones(sign | (signs[b * WIDTH + j] as number)) > k) continue;
      const size = merge(a * WIDTH + i, b * WIDTH + j, state);
      if (size > 0) offer(size, phase, required, state);
    }
  }
  const kept = Math.min(list.count, WIDTH - 1);
  for (let at = 0; at < kept; at++) {
    const from = list.order[at] as number;
    const size = list.sizes[from] as number;
    for (let leaf = 0; leaf < size; leaf++) leaves[(first + at) * k + leaf] = list.leaves[from * k + leaf] as number;
    sizes[first + at] = size;
    signs[first + at] = list.signs[from] as number;
  }
  // The bit itself, for those above.
  leaves[(first + kept) * k] = node;
  sizes[first + kept] = 1;
  signs[first + kept] = 1 << (node & 31);
  counts[node] = kept + 1;
  settle(node, list.order[0] as number, state);
}

/** Chooses among the cuts that were kept of a bit, itself left out. What it has at present is one of them. */
function chooseKept(node: number, phase: Phase, state: State): void {
  const { leaves, sizes, counts, k } = state;
  const required = state.required[node] as number;
  const first = node * WIDTH;
  const end = first + (counts[node] as number) - 1;
  for (let cut = first; cut < end; cut++) {
    const size = sizes[cut] as number;
    measure(leaves, cut * k, size, phase, state);
    if (cut === first || isBefore(leaves, cut * k, size, 0, phase, required, state))
      enter(leaves, cut * k, size, 0, state);
  }
  settle(node, 0, state);
}

/** Gives a bit the cut in a place of the list. */
function settle(node: number, place: number, { list, k, best, bestSize, arrival, flow, expected }: State): void {
  const size = list.sizes[place] as number;
  for (let leaf = 0; leaf < size; leaf++) best[node * k + leaf] = list.leaves[place * k + leaf] as number;
  bestSize[node] = size;
  arrival[node] = list.arrivals[place] as number;
  flow[node] = (list.flows[place] as number) / (expected[node] as number);
}

/** Says of a cut when its cell is there, and what it takes: into `measured`. */
function measure(leaves: Int32Array, from: number, size: number, phase: Phase, state: State): void {
  const { isSpare, measured, delay } = state;
  let isNear = 0;
  for (let at = from; at < from + size; at++) isNear |= isSpare[leaves[at] as number] as number;
  const own = isNear === 0 ? -1 : absorbing(leaves, from, size, state);
  const cell = own >= 0 ? 0 : 1;
  let last = 0;
  let flow = cell;
  for (let at = from; at < from + size; at++) {
    const leaf = leaves[at] as number;
    const time = state.arrival[leaf] as number;
    const late = leaf === own ? time - delay : time;
    if (late > last) last = late;
    flow += state.flow[leaf] as number;
  }
  measured[0] = last + delay;
  measured[1] = phase === "exact" ? added(leaves, from, size, cell, state) : flow;
}

/** Puts the cut that was measured into a place of the list. */
function enter(leaves: Int32Array, from: number, size: number, place: number, { list, k, measured }: State): void {
  for (let leaf = 0; leaf < size; leaf++) list.leaves[place * k + leaf] = leaves[from + leaf] as number;
  list.sizes[place] = size;
  list.arrivals[place] = measured[0] as number;
  list.flows[place] = measured[1] as number;
}

/** Puts the cut in the scratch into the list, unless that has one within it, or enough better ones. */
function offer(size: number, phase: Phase, required: number, state: State): void {
  const { list, k, scratch } = state;
  const { order, signs } = list;
  let sign = 0;
  for (let at = 0; at < size; at++) sign |= 1 << ((scratch[at] as number) & 31);
  for (let at = list.count - 1; at >= 0; at--) {
    const place = order[at] as number;
    const other = list.sizes[place] as number;
    const both = sign & (signs[place] as number);
    if (both !== sign && both !== signs[place]) continue;
    if (other <= size) {
      if (isWithin(list.leaves, place * k, other, scratch, 0, size)) return;
    } else if (isWithin(scratch, 0, size, list.leaves, place * k, other)) {
      list.count--;
      for (let next = at; next < list.count; next++) order[next] = order[next + 1] as number;
      order[list.count] = place;
    }
  }
  measure(scratch, 0, size, phase, state);
  let at = list.count;
  while (at > 0 && isBefore(scratch, 0, size, order[at - 1] as number, phase, required, state)) at--;
  if (at === WIDTH - 1) return;
  if (list.count === WIDTH - 1) list.count--;
  const place = order[list.count] as number;
  for (let next = list.count; next > at; next--) order[next] = order[next - 1] as number;
  order[at] = place;
  list.count++;
  enter(scratch, 0, size, place, state);
  signs[place] = sign;
}

const SLACK = 1e-6;

/** Whether the cut that was measured is better than one of the list. */
function isBefore(
  leaves: Int32Array,
  from: number,
  size: number,
  other: number,
  phase: Phase,
  required: number,
  { list, k, measured }: State,
): boolean {
  const arrival = measured[0] as number;
  const flow = measured[1] as number;
  const otherArrival = list.arrivals[other] as number;
  const otherFlow = list.flows[other] as number;
  const otherSize = list.sizes[other] as number;
  if (phase === "depth") {
    if (arrival !== otherArrival) return arrival < otherArrival;
    if (flow !== otherFlow) return flow < otherFlow;
  } else {
    const isLate = arrival > required + SLACK;
    if (isLate !== otherArrival > required + SLACK) return !isLate;
    if (isLate && arrival !== otherArrival) return arrival < otherArrival;
    if (Math.abs(flow - otherFlow) > SLACK) return flow < otherFlow;
    if (arrival !== otherArrival) return arrival < otherArrival;
  }
  if (size !== otherSize) return size < otherSize;
  for (let leaf = 0; leaf < size; leaf++) {
    const x = leaves[from + leaf] as number;
    const y = list.leaves[other * k + leaf] as number;
    if (x !== y) return x < y;
  }
  return false;
}

/** Counts what the chosen cuts use, from the roots. */
function count(state: State): void {
  const { refs, bits, cone, best, bestSize, k } = state;
  refs.fill(0);
  for (const root of cone.roots) refs[root >> 1] = (refs[root >> 1] as number) + 1;
  for (let node = bits.count - 1; node > 0; node--)
    if ((refs[node] as number) > 0 && isGate(bits, node))
      for (let at = node * k; at < node * k + (bestSize[node] as number); at++) {
        const leaf = best[at] as number;
        refs[leaf] = (refs[leaf] as number) + 1;
      }
}

function latest({ cone, arrival }: State): number {
  let last = 0;
  for (const root of cone.roots) last = Math.max(last, arrival[root >> 1] as number);
  return last;
}

/** When each bit has to be there so that all roots are there by `end`. */
function require(state: State, end: number): void {
  const { required, boxRequired, cone, bits, delay, best, bestSize, k } = state;
  required.fill(Number.POSITIVE_INFINITY);
  boxRequired.fill(Number.POSITIVE_INFINITY);
  const need = (node: number, time: number) => {
    if (time < (required[node] as number)) required[node] = time;
  };
  for (const root of cone.roots) need(root >> 1, end);
  for (let node = bits.count - 1; node > 0; node--) {
    const time = required[node] as number;
    if (isGate(bits, node)) {
      if (time === Number.POSITIVE_INFINITY || (state.refs[node] as number) === 0) continue;
      const own = absorbing(best, node * k, bestSize[node] as number, state);
      for (let at = node * k; at < node * k + (bestSize[node] as number); at++)
        need(best[at] as number, best[at] === own ? time : time - delay);
      continue;
    }
    const at = boxOf(bits, node);
    if (at < 0) continue;
    const box = cone.boxes[at] as Box;
    if (time < (boxRequired[at] as number)) boxRequired[at] = time;
    if (box.firstLeaf !== node || boxRequired[at] === Number.POSITIVE_INFINITY) continue;
    for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
      need((cone.roots[root] as number) >> 1, (boxRequired[at] as number) - box.delay);
  }
}
