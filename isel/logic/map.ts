// Covering with k-input cuts, after Mishchenko, Cho, Chatterjee and Brayton, "Combinational and sequential mapping with
// priority cuts" (2007): a few cuts of each bit are kept, first those of least depth; then area is won back where depth
// allows it, by the flow of area through shared bits, and then by the area that a cut really adds.
import { AND, type Bits } from "./bits.ts";
import type { Box, Cone } from "./cone.ts";

export interface MapOptions {
  /** Inputs of a cell, at most 6. */
  readonly inputs: number;
  /** From an input of a cell to its output, with the wire, in ps. */
  readonly delay: number;
  /** Whether depth may be given up for cells. */
  readonly isAreaOnly: boolean;
}

/** The cut that was chosen for every bit that becomes a cell. */
export interface Mapping {
  /** By bit: its leaves, ascending; undefined for bits that vanish inside others. */
  readonly cuts: ReadonlyMap<number, readonly number[]>;
  /** When the last root is there, in ps. */
  readonly arrival: number;
}

/** Cuts kept of a bit. */
const WIDTH = 10;

interface State {
  readonly cone: Cone;
  readonly bits: Bits;
  readonly k: number;
  readonly delay: number;
  /** Leaves of cut c of bit n from (n * WIDTH + c) * k on. */
  readonly leaves: Int32Array;
  readonly sizes: Uint8Array;
  readonly counts: Uint8Array;
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
  /** By box: when its results are there, and have to be there. */
  readonly boxArrival: Float64Array;
  readonly boxRequired: Float64Array;
  /** What a cut is measured by while cuts are merged. */
  readonly scratch: Int32Array;
}

type Phase = "depth" | "flow" | "exact";

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
    counts: new Uint8Array(n),
    best: new Int32Array(n * k),
    bestSize: new Uint8Array(n),
    arrival: new Float64Array(n),
    flow: new Float64Array(n),
    required: new Float64Array(n).fill(Number.POSITIVE_INFINITY),
    refs: new Int32Array(n),
    expected: new Float64Array(n),
    fanout: fanouts(cone),
    boxArrival: new Float64Array(cone.boxes.length),
    boxRequired: new Float64Array(cone.boxes.length),
    scratch: new Int32Array(16),
  };
  for (let node = 0; node < n; node++) state.expected[node] = Math.max(1, state.fanout[node] as number);
  const phases: readonly Phase[] = options.isAreaOnly
    ? ["flow", "flow", "exact", "exact"]
    : ["depth", "flow", "flow", "exact", "exact"];
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

function isGate(bits: Bits, node: number): boolean {
  return (bits.kind[node] as number) >= AND;
}

export function fanouts({ bits, roots }: Cone): Int32Array {
  const uses = new Int32Array(bits.count);
  const use = (literal: number) => {
    uses[literal >> 1] = (uses[literal >> 1] as number) + 1;
  };
  for (let node = 1; node < bits.count; node++)
    if (isGate(bits, node)) {
      use(bits.left[node] as number);
      use(bits.right[node] as number);
    }
  for (const root of roots) use(root);
  return uses;
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
  const { spare } = state.cone;
  if (spare.size === 0) return -1;
  for (let at = from; at < from + size; at++) {
    const own = leaves[at] as number;
    const room = spare.get(own);
    if (room === undefined || (state.fanout[own] as number) !== 1) continue;
    let others = 0;
    for (let other = from; other < from + size; other++)
      if (other !== at && !room.free.includes(leaves[other] as number)) others++;
    if (others <= room.inputs) return own;
  }
  return -1;
}

/** Makes the cuts of a bit out of those of its operands, and chooses one. */
function choose(node: number, phase: Phase, state: State): void {
  const { bits, k, leaves, sizes, counts } = state;
  const first = node * WIDTH;
  if (!isGate(bits, node)) {
    leaves[first * k] = node;
    sizes[first] = 1;
    counts[node] = 1;
    state.arrival[node] = leafArrival(node, state);
    state.flow[node] = 0;
    return;
  }
  const isMapped = (state.refs[node] as number) > 0;
  if (phase === "exact" && isMapped) release(node, state);
  const [a, b] = [(bits.left[node] as number) >> 1, (bits.right[node] as number) >> 1];
  const list: Candidate[] = [];
  for (let i = 0; i < (counts[a] as number); i++)
    for (let j = 0; j < (counts[b] as number); j++) {
      const size = merge(a * WIDTH + i, b * WIDTH + j, state);
      if (size === 0) continue;
      offer(size, node, phase, list, state);
    }
  if (phase !== "depth" && (state.bestSize[node] as number) > 0) keepPresent(node, phase, list, state);
  list.sort((x, y) => order(x, y, phase, state.required[node] as number));
  const kept = Math.min(list.length, WIDTH - 1);
  for (let at = 0; at < kept; at++) {
    const cut = list[at] as Candidate;
    leaves.set(cut.leaves, (first + at) * k);
    sizes[first + at] = cut.leaves.length;
  }
  // The bit itself, for those above.
  leaves[(first + kept) * k] = node;
  sizes[first + kept] = 1;
  counts[node] = kept + 1;
  const chosen = list[0] as Candidate;
  state.best.set(chosen.leaves, node * k);
  state.bestSize[node] = chosen.leaves.length;
  state.arrival[node] = chosen.arrival;
  state.flow[node] = chosen.flow / (state.expected[node] as number);
  if (phase === "exact" && isMapped) acquire(node, state);
}

interface Candidate {
  readonly leaves: Int32Array;
  readonly arrival: number;
  readonly flow: number;
}

/** Puts two cuts together in the scratch; gives the size, or 0 if it is too large. */
function merge(a: number, b: number, { leaves, sizes, k, scratch }: State): number {
  const [fromA, fromB] = [a * k, b * k];
  const [sizeA, sizeB] = [sizes[a] as number, sizes[b] as number];
  let [i, j, size] = [0, 0, 0];
  while (i < sizeA || j < sizeB) {
    const x = i < sizeA ? (leaves[fromA + i] as number) : 0x7fffffff;
    const y = j < sizeB ? (leaves[fromB + j] as number) : 0x7fffffff;
    if (size === k) return 0;
    if (x <= y) i++;
    if (y <= x) j++;
    scratch[size++] = x < y ? x : y;
  }
  return size;
}

/** Measures the cut in the scratch, and adds it to the list unless one of the list is within it. */
function offer(size: number, node: number, phase: Phase, list: Candidate[], state: State): void {
  const { scratch } = state;
  for (let at = list.length - 1; at >= 0; at--) {
    const known = (list[at] as Candidate).leaves;
    if (known.length <= size && within(known, scratch, size)) return;
    if (known.length > size && contains(known, scratch, size)) list.splice(at, 1);
  }
  list.push(measure(scratch.slice(0, size), node, phase, state));
}

function within(small: Int32Array, large: Int32Array, size: number): boolean {
  let at = 0;
  for (let i = 0; i < size && at < small.length; i++) if (large[i] === small[at]) at++;
  return at === small.length;
}

function contains(large: Int32Array, small: Int32Array, size: number): boolean {
  let at = 0;
  for (let i = 0; i < large.length && at < size; i++) if (large[i] === small[at]) at++;
  return at === size;
}

function keepPresent(node: number, phase: Phase, list: Candidate[], state: State): void {
  const present = cutOf(node, state);
  const isThere = list.some(
    (cut) => cut.leaves.length === present.length && cut.leaves.every((leaf, at) => leaf === present[at]),
  );
  if (!isThere) list.push(measure(present.slice(), node, phase, state));
}

function measure(leaves: Int32Array, node: number, phase: Phase, state: State): Candidate {
  const { arrival, flow } = state;
  const own = absorbing(leaves, 0, leaves.length, state);
  let last = 0;
  let area = own >= 0 ? 0 : 1;
  for (const leaf of leaves) {
    const at = (arrival[leaf] as number) - (leaf === own ? state.delay : 0);
    if (at > last) last = at;
    area += flow[leaf] as number;
  }
  if (phase === "exact") area = added(leaves, own >= 0 ? 0 : 1, node, state);
  return { leaves, arrival: last + state.delay, flow: area };
}

const SLACK = 1e-6;

function order(x: Candidate, y: Candidate, phase: Phase, required: number): number {
  if (phase === "depth")
    return x.arrival - y.arrival || x.flow - y.flow || x.leaves.length - y.leaves.length || earlier(x, y);
  const [xIsLate, yIsLate] = [x.arrival > required + SLACK, y.arrival > required + SLACK];
  if (xIsLate !== yIsLate) return xIsLate ? 1 : -1;
  if (xIsLate && x.arrival !== y.arrival) return x.arrival - y.arrival;
  if (Math.abs(x.flow - y.flow) > SLACK) return x.flow - y.flow;
  return x.arrival - y.arrival || x.leaves.length - y.leaves.length || earlier(x, y);
}

/** So that the order is one, whatever the sort does with equals. */
function earlier(x: Candidate, y: Candidate): number {
  for (let at = 0; at < x.leaves.length; at++)
    if (x.leaves[at] !== y.leaves[at]) return (x.leaves[at] as number) - (y.leaves[at] as number);
  return 0;
}

/** The cells that a cut adds to the mapping: those of its leaves that nothing else needs, and what these need. */
function added(leaves: Int32Array, own: number, _node: number, state: State): number {
  let area = own;
  for (const leaf of leaves) area += reference(leaf, state);
  for (const leaf of leaves) dereference(leaf, state);
  return area;
}

function reference(node: number, state: State): number {
  const { refs, bits } = state;
  const uses = refs[node] as number;
  refs[node] = uses + 1;
  if (uses > 0 || !isGate(bits, node)) return 0;
  const { best, bestSize, k } = state;
  const from = node * k;
  const size = bestSize[node] as number;
  let area = absorbing(best, from, size, state) >= 0 ? 0 : 1;
  for (let at = from; at < from + size; at++) area += reference(best[at] as number, state);
  return area;
}

function dereference(node: number, state: State): void {
  const { refs, bits } = state;
  const uses = (refs[node] as number) - 1;
  refs[node] = uses;
  if (uses > 0 || !isGate(bits, node)) return;
  const { best, bestSize, k } = state;
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++) dereference(best[at] as number, state);
}

function release(node: number, state: State): void {
  for (const leaf of cutOf(node, state)) dereference(leaf, state);
}

function acquire(node: number, state: State): void {
  for (const leaf of cutOf(node, state)) reference(leaf, state);
}

/** Counts what the chosen cuts use, from the roots. */
function count(state: State): void {
  const { refs, bits, cone } = state;
  refs.fill(0);
  for (const root of cone.roots) refs[root >> 1] = (refs[root >> 1] as number) + 1;
  for (let node = bits.count - 1; node > 0; node--)
    if ((refs[node] as number) > 0 && isGate(bits, node))
      for (const leaf of cutOf(node, state)) refs[leaf] = (refs[leaf] as number) + 1;
}

function latest({ cone, arrival }: State): number {
  let last = 0;
  for (const root of cone.roots) last = Math.max(last, arrival[root >> 1] as number);
  return last;
}

/** When each bit has to be there so that all roots are there by `end`. */
function require(state: State, end: number): void {
  const { required, boxRequired, cone, bits, delay } = state;
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
      const own = absorbing(state.best, node * state.k, state.bestSize[node] as number, state);
      for (const leaf of cutOf(node, state)) need(leaf, leaf === own ? time : time - delay);
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
