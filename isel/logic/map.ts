// Covering with k-input cuts, after Mishchenko, Cho, Chatterjee and Brayton, "Combinational and sequential mapping with
// priority cuts" (2007): a few cuts of each bit are kept, first those of least depth; then area is won back where depth
// allows it, by the flow of area through shared bits, and then by the area that a cut really adds.
import { AND, type Bits } from "./bits.ts";
import { type Box, type Cone, fanouts, type Spare } from "./cone.ts";
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

interface State {
  readonly cone: Cone;
  readonly bits: Bits;
  readonly k: number;
  readonly delay: number;
  /** Leaves of cut c of bit n from (n * WIDTH + c) * k on. */
  readonly leaves: Int32Array;
  readonly sizes: Uint8Array;
  /** By cut, a set of the lowest five bits of its leaves: cuts whose sets are too large together need not be merged. */
  readonly signs: Int32Array;
  readonly counts: Uint8Array;
  readonly list: List;
  /** The cut chosen of each bit. */
  readonly best: Int32Array;
  readonly bestSize: Uint8Array;
  readonly arrival: Float64Array;
  readonly flow: Float64Array;
  readonly required: Float64Array;
  /** How often a bit is used by the present mapping, what is expected of the next, and by the graph. */
  readonly refs: Int32Array;
  readonly expected: Float64Array;
  readonly fanout: Int32Array;
  /** Leaves of units that are used once, and whose cells have inputs to spare. */
  readonly isSpare: Uint8Array;
  /** By box: when its results are there, and have to be there. */
  readonly boxArrival: Float64Array;
  readonly boxRequired: Float64Array;
  /** What a cut is measured by while cuts are merged. */
  readonly scratch: Int32Array;
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
  };
  for (let node = 0; node < n; node++) state.expected[node] = Math.max(1, state.fanout[node] as number);
  for (const leaf of cone.spare.keys()) if (state.fanout[leaf] === 1) state.isSpare[leaf] = 1;
  const phases = options.isFast ? (["depth"] as const) : phasesOf(n, options.isAreaOnly);
  for (const phase of phases) {
    for (let node = 1; node < n; node++) choose(node, phase, state);
    count(state);
    for (let node = 0; node < n; node++)
      state.expected[node] = (2 * (state.expected[node] as number) + Math.max(1, state.refs[node] as number)) / 3;
    require(state, options.isAreaOnly ? Number.POSITIVE_INFINITY : latest(state));
  }
  const cuts = new Map<number, readonly number[]>();
  for (let node = 1; node < n; node++)
    if ((state.refs[node] as number) > 0 && isGate(bits, node)) cuts.set(node, [...cutOf(node, state)]);
  return { cuts, arrival: latest(state) };
}

/** Large cones are gone through less often, and cuts are merged once. */
function phasesOf(count: number, isAreaOnly: boolean): readonly Phase[] {
  if (count > MOST_REPEATED) return isAreaOnly ? ["flow", "exact"] : ["depth", "again", "exact"];
  const merged: readonly Phase[] = isAreaOnly ? ["flow"] : count > MOST_MERGED ? ["depth"] : ["depth", "flow"];
  return [...merged, "again", "exact", "exact"];
}

function isGate(bits: Bits, node: number): boolean {
  return (bits.kind[node] as number) >= AND;
}

function cutOf(node: number, { best, bestSize, k }: State): Int32Array {
  return best.subarray(node * k, node * k + (bestSize[node] as number));
}

/** When a leaf is there: at once, or behind its box. */
function leafArrival(node: number, { cone, arrival, boxArrival }: State): number {
  const at = cone.boxOf.get(node);
  if (at === undefined) return 0;
  const box = cone.boxes[at] as Box;
  if (box.firstLeaf === node) {
    let last = 0;
    for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
      last = Math.max(last, arrival[(cone.roots[root] as number) >> 1] as number);
    boxArrival[at] = last + box.delay;
  }
  return boxArrival[at] as number;
}

/** Whether a cut is inside the cell of a leaf that has inputs to spare; gives the leaf, or -1. */
function absorbing(leaves: Int32Array, from: number, size: number, state: State): number {
  const { cone, isSpare } = state;
  for (let at = from; at < from + size; at++) {
    const own = leaves[at] as number;
    if (isSpare[own] === 0) continue;
    const room = cone.spare.get(own) as Spare;
    let others = 0;
    for (let other = from; other < from + size; other++)
      if (other !== at && !room.free.includes(leaves[other] as number)) others++;
    if (others <= room.inputs) return own;
  }
  return -1;
}

/** Makes the cuts of a bit out of those of its operands, and chooses one. */
function choose(node: number, phase: Phase, state: State): void {
  const { bits, k, leaves, sizes, signs, counts, list } = state;
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
  const isMapped = (state.refs[node] as number) > 0;
  if (phase === "exact" && isMapped) release(node, state);
  const a = (bits.left[node] as number) >> 1;
  const b = (bits.right[node] as number) >> 1;
  list.count = 0;
  const required = state.required[node] as number;
  if (phase !== "depth") offerPresent(node, phase, required, state);
  const isKnown = (phase === "again" || phase === "exact") && (counts[node] as number) > 0;
  if (isKnown) offerKnown(node, phase, required, state);
  for (let i = 0; i < (isKnown ? 0 : (counts[a] as number)); i++) {
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
  const chosen = list.order[0] as number;
  const size = list.sizes[chosen] as number;
  for (let leaf = 0; leaf < size; leaf++) state.best[node * k + leaf] = list.leaves[chosen * k + leaf] as number;
  state.bestSize[node] = size;
  state.arrival[node] = list.arrivals[chosen] as number;
  state.flow[node] = (list.flows[chosen] as number) / (state.expected[node] as number);
  if (phase === "exact" && isMapped) acquire(node, state);
}

/** Measures the cut in the scratch, and puts it into the list unless that has one within it, or enough better ones. */
function offer(size: number, phase: Phase, required: number, state: State): void {
  const { list, k, scratch } = state;
  let sign = 0;
  for (let at = 0; at < size; at++) sign |= 1 << ((scratch[at] as number) & 31);
  for (let at = list.count - 1; at >= 0; at--) {
    const place = list.order[at] as number;
    const other = list.sizes[place] as number;
    const both = sign & (list.signs[place] as number);
    if (both !== sign && both !== list.signs[place]) continue;
    if (other <= size) {
      if (isWithin(list.leaves, place * k, other, scratch, 0, size)) return;
    } else if (isWithin(scratch, 0, size, list.leaves, place * k, other)) {
      list.order.copyWithin(at, at + 1, list.count);
      list.order[--list.count] = place;
    }
  }
  const own = absorbing(scratch, 0, size, state);
  let last = 0;
  let flow = own >= 0 ? 0 : 1;
  for (let at = 0; at < size; at++) {
    const leaf = scratch[at] as number;
    const time = (state.arrival[leaf] as number) - (leaf === own ? state.delay : 0);
    if (time > last) last = time;
    flow += state.flow[leaf] as number;
  }
  const arrival = last + state.delay;
  if (phase === "exact") flow = added(scratch, size, own >= 0 ? 0 : 1, state);
  let at = list.count;
  while (at > 0 && isBefore(arrival, flow, size, list.order[at - 1] as number, phase, required, state)) at--;
  if (at === WIDTH - 1) return;
  if (list.count === WIDTH - 1) list.count--;
  const place = list.order[list.count] as number;
  list.order.copyWithin(at + 1, at, list.count);
  list.order[at] = place;
  list.count++;
  for (let leaf = 0; leaf < size; leaf++) list.leaves[place * k + leaf] = scratch[leaf] as number;
  list.sizes[place] = size;
  list.signs[place] = sign;
  list.arrivals[place] = arrival;
  list.flows[place] = flow;
}

/** The cut that the bit has at present stays among those to choose from. */
function offerPresent(node: number, phase: Phase, required: number, state: State): void {
  const size = state.bestSize[node] as number;
  for (let leaf = 0; leaf < size; leaf++) state.scratch[leaf] = state.best[node * state.k + leaf] as number;
  if (size > 0) offer(size, phase, required, state);
}

/** The cuts that were kept of the bit, itself left out, are all that is looked at once they were chosen by area. */
function offerKnown(node: number, phase: Phase, required: number, state: State): void {
  const { leaves, sizes, counts, scratch, k } = state;
  for (let cut = node * WIDTH; cut < node * WIDTH + (counts[node] as number) - 1; cut++) {
    const size = sizes[cut] as number;
    for (let leaf = 0; leaf < size; leaf++) scratch[leaf] = leaves[cut * k + leaf] as number;
    offer(size, phase, required, state);
  }
}

const SLACK = 1e-6;

/** Whether the cut in the scratch is better than one of the list. */
function isBefore(
  arrival: number,
  flow: number,
  size: number,
  other: number,
  phase: Phase,
  required: number,
  state: State,
): boolean {
  const { list } = state;
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
  const { scratch, k } = state;
  for (let leaf = 0; leaf < size; leaf++) {
    const x = scratch[leaf] as number;
    const y = list.leaves[other * k + leaf] as number;
    if (x !== y) return x < y;
  }
  return false;
}

/** The cells that a cut adds to the mapping: those of its leaves that nothing else needs, and what these need. */
function added(leaves: Int32Array, size: number, own: number, state: State): number {
  let area = own;
  for (let at = 0; at < size; at++) area += reference(leaves[at] as number, state);
  for (let at = 0; at < size; at++) dereference(leaves[at] as number, state);
  return area;
}

/**
 * Cells behind cells that are looked through while area is counted. What lies deeper counts as there: in a long chain all
 * of it would be looked through again for each cell. The counts that are used in the end are made anew after each phase.
 */
const DEEPEST = 16;

function reference(node: number, state: State, depth = DEEPEST): number {
  const { refs, bits } = state;
  const uses = refs[node] as number;
  refs[node] = uses + 1;
  if (uses > 0 || depth === 0 || !isGate(bits, node)) return 0;
  const { best, bestSize, k } = state;
  const from = node * k;
  const size = bestSize[node] as number;
  let area = absorbing(best, from, size, state) >= 0 ? 0 : 1;
  for (let at = from; at < from + size; at++) area += reference(best[at] as number, state, depth - 1);
  return area;
}

function dereference(node: number, state: State, depth = DEEPEST): void {
  const { refs, bits } = state;
  const uses = (refs[node] as number) - 1;
  refs[node] = uses;
  if (uses > 0 || depth === 0 || !isGate(bits, node)) return;
  const { best, bestSize, k } = state;
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++)
    dereference(best[at] as number, state, depth - 1);
}

function release(node: number, state: State): void {
  const { best, bestSize, k } = state;
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++) dereference(best[at] as number, state);
}

function acquire(node: number, state: State): void {
  const { best, bestSize, k } = state;
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++) reference(best[at] as number, state);
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
    const at = cone.boxOf.get(node);
    if (at === undefined) continue;
    const box = cone.boxes[at] as Box;
    if (time < (boxRequired[at] as number)) boxRequired[at] = time;
    if (box.firstLeaf !== node || boxRequired[at] === Number.POSITIVE_INFINITY) continue;
    for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
      need((cone.roots[root] as number) >> 1, (boxRequired[at] as number) - box.delay);
  }
}
