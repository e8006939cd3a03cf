// Makes a network of cells smaller: cells that only serve each other are put together, and their function is taken apart
// anew; where that takes fewer cells in time, it replaces them.
import { LEAF } from "./bits.ts";
import type { Box, Cone, Lut } from "./cone.ts";
import { type Cell, decompose, type Func, inputRows, supported } from "./decompose.ts";
import { union } from "./origins.ts";
import { type Entry, type Rebuilt, rebuilt, rowsOf } from "./rebuild.ts";
import { absorber } from "./timing.ts";

export interface RefineOptions {
  readonly inputs: number;
  readonly delay: number;
  readonly isAreaOnly: boolean;
  /** Inputs of the functions that are taken apart. */
  readonly widest: number;
  /** What has been taken apart before, or could not be. */
  readonly known: Map<string, readonly Cell[] | undefined>;
}

/** By bit; new cells are behind all bits. */
interface State {
  readonly cone: Cone;
  readonly options: RefineOptions;
  readonly entries: (Entry | undefined)[];
  /** Cells and roots that use a bit. */
  readonly uses: number[];
  readonly isRoot: Uint8Array;
  /** The bit of a unit into whose cell a cell goes, so that it costs nothing; else 0. */
  readonly into: Int32Array;
  readonly arrival: number[];
  readonly required: Float64Array;
  /** New cells, by the cell that they were made for, which they come before. */
  readonly before: Map<number, number[]>;
}

/** The same cone with fewer cells. */
export function refine(cone: Cone, luts: readonly Lut[], options: RefineOptions): Rebuilt {
  const { count } = cone.bits;
  const state: State = {
    cone,
    options,
    entries: new Array(count),
    uses: new Array(count).fill(0),
    isRoot: new Uint8Array(count),
    into: new Int32Array(count),
    arrival: new Array(count).fill(0),
    required: new Float64Array(count).fill(Number.POSITIVE_INFINITY),
    before: new Map(),
  };
  const { entries, uses, isRoot, into } = state;
  for (const lut of luts) {
    entries[lut.node] = { node: lut.node, leaves: lut.leaves, rows: rowsOf(lut), origin: lut.origin };
    for (const leaf of lut.leaves) uses[leaf] = (uses[leaf] as number) + 1;
  }
  for (const root of cone.roots) {
    isRoot[root >> 1] = 1;
    uses[root >> 1] = (uses[root >> 1] as number) + 1;
  }
  if (cone.spare.size > 0)
    for (const { node, leaves } of luts) into[node] = Math.max(0, absorber(leaves, cone.spare, uses));
  for (let node = 1; node < count; node++) arrive(node, state);
  measure(state);
  for (let node = 1; node < count; node++) {
    // What is before it may have become faster or slower.
    arrive(node, state);
    if (entries[node] !== undefined && into[node] === 0) improve(node, state);
  }
  const { before } = state;
  return rebuilt(cone, (node) =>
    node === count
      ? []
      : [...(before.get(node) ?? []), node].flatMap((id) => (entries[id] === undefined ? [] : [entries[id]])),
  );
}

/** Says when a bit is there. */
function arrive(node: number, { cone, entries, arrival, into, options: { delay } }: State): void {
  const entry = entries[node];
  if (entry !== undefined) {
    let last = 0;
    for (const leaf of entry.leaves)
      last = Math.max(last, (arrival[leaf] as number) + (leaf === into[node] ? 0 : delay));
    arrival[node] = last;
    return;
  }
  const at = cone.bits.kind[node] === LEAF ? cone.boxOf.get(node) : undefined;
  if (at === undefined) return;
  const { firstLeaf, firstRoot, rootCount, delay: through } = cone.boxes[at] as Box;
  if (firstLeaf !== node) {
    arrival[node] = arrival[firstLeaf] as number;
    return;
  }
  let last = 0;
  for (let root = firstRoot; root < firstRoot + rootCount; root++)
    last = Math.max(last, arrival[(cone.roots[root] as number) >> 1] as number);
  arrival[node] = last + through;
}

/** When everything has to be there. */
function measure({ cone, entries, arrival, required, into, options }: State): void {
  const { bits, roots, boxes, boxOf } = cone;
  let end = 0;
  for (const root of roots) end = Math.max(end, arrival[root >> 1] as number);
  if (options.isAreaOnly) return;
  const need = (node: number, time: number) => {
    if (time < (required[node] as number)) required[node] = time;
  };
  for (const root of roots) need(root >> 1, end);
  const boxNeeds = new Float64Array(boxes.length).fill(Number.POSITIVE_INFINITY);
  for (let node = bits.count - 1; node > 0; node--) {
    const time = required[node] as number;
    const entry = entries[node];
    if (entry !== undefined) {
      for (const one of entry.leaves) need(one, time - (one === into[node] ? 0 : options.delay));
      continue;
    }
    const at = bits.kind[node] === LEAF ? boxOf.get(node) : undefined;
    const box = at === undefined ? undefined : boxes[at];
    if (at === undefined || box === undefined) continue;
    boxNeeds[at] = Math.min(boxNeeds[at] as number, time);
    if (box.firstLeaf === node)
      for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
        need((roots[root] as number) >> 1, (boxNeeds[at] as number) - box.delay);
  }
}

/** Puts a cell and what only serves it together, and takes that apart anew. */
function improve(node: number, state: State): void {
  const { entries, options } = state;
  const inner = [entries[node] as Entry];
  let inputs = [...(entries[node] as Entry).leaves];
  for (;;) {
    let fewest = options.widest + 1;
    let chosen: Entry | undefined;
    for (const input of inputs) {
      const entry = entries[input];
      if (entry === undefined || !isServing(entry, inner, state)) continue;
      let count = inputs.length - 1;
      for (const leaf of entry.leaves) if (!inputs.includes(leaf)) count++;
      if (count >= fewest) continue;
      fewest = count;
      chosen = entry;
    }
    if (chosen === undefined) break;
    const { node: gone, leaves } = chosen;
    inputs = [...inputs.filter((one) => one !== gone), ...leaves.filter((leaf) => !inputs.includes(leaf))];
    inner.push(chosen);
  }
  if (inner.length < 2) return;
  inputs.sort((a, b) => a - b);
  const cells = takenApart(node, inputs, inner.length - 1, state);
  if (cells !== undefined) replace(node, inner, inputs, cells, state);
}

/** Whether nothing but the cells of `inner` uses a cell. */
function isServing({ node }: Entry, inner: readonly Entry[], { isRoot, into, uses }: State): boolean {
  if (isRoot[node] === 1 || (into[node] ?? 0) > 0) return false;
  let own = 0;
  for (const { leaves } of inner) if (leaves.includes(node)) own++;
  return own === uses[node];
}

/** The cells of the function of a cell over these inputs, if there are as few; their inputs are places in `inputs`. */
function takenApart(
  node: number,
  inputs: readonly number[],
  budget: number,
  state: State,
): readonly Cell[] | undefined {
  const { arrival, required, options } = state;
  const end = required[node] ?? Number.POSITIVE_INFINITY;
  const { inputs: places, rows } = supported({
    inputs: inputs.map((_, at) => at),
    rows: simulate(node, inputs, state),
  });
  // Cells that may follow each input; no more than there may be in all.
  const room = places.map((at) => {
    const time = end - (arrival[inputs[at] as number] as number);
    return time >= budget * options.delay ? budget : Math.floor((time + SLACK) / options.delay);
  });
  if (room.some((count) => count < 1)) return undefined;
  const key = `${budget} ${room.join("")} ${packed(rows)}`;
  const { known } = options;
  if (!known.has(key)) known.set(key, ofPlaces({ inputs: places.map((_, at) => at), rows }, room, budget, options));
  return known.get(key)?.map(({ inputs: own, rows: table }) => ({
    inputs: own.map((one) => (one >= 0 ? (places[one] as number) : one)),
    rows: table,
  }));
}

const SLACK = 1e-6;

function ofPlaces(func: Func, room: readonly number[], budget: number, { inputs }: RefineOptions) {
  const arrival = (input: number) => budget - (room[input] as number);
  return decompose(func, { inputs, cells: budget, arrival, delay: 1, required: budget });
}

/** Rows as a text of few letters. */
function packed(rows: Uint8Array): string {
  let text = "";
  for (let row = 0; row < rows.length; row += 16) {
    let letter = 0;
    for (let at = 0; at < 16 && row + at < rows.length; at++) letter |= (rows[row + at] as number) << at;
    text += String.fromCharCode(letter);
  }
  return text;
}

/** The rows of a cell over the inputs of the cone above it. */
function simulate(node: number, inputs: readonly number[], { entries }: State): Uint8Array {
  const size = 2 ** inputs.length;
  const values = inputRows(inputs);
  const compute = (one: number): Uint8Array => {
    const known = values.get(one);
    if (known !== undefined) return known;
    const { leaves, rows } = entries[one] as Entry;
    const operands = leaves.map(compute);
    const made = new Uint8Array(size);
    for (let at = 0; at < operands.length; at++) {
      const operand = operands[at] as Uint8Array;
      for (let row = 0; row < size; row++) made[row] = (made[row] as number) | ((operand[row] as number) << at);
    }
    for (let row = 0; row < size; row++) made[row] = rows[made[row] as number] as number;
    values.set(one, made);
    return made;
  };
  return compute(node);
}

function replace(
  node: number,
  inner: readonly Entry[],
  inputs: readonly number[],
  cells: readonly Cell[],
  state: State,
): void {
  const { entries, uses, before, cone } = state;
  let origin = (entries[node] as Entry).origin;
  for (const one of inner) {
    origin = union(cone.bits.origins, origin, one.origin);
    for (const leaf of one.leaves) uses[leaf] = (uses[leaf] as number) - 1;
    entries[one.node] = undefined;
  }
  const ids: number[] = [];
  cells.forEach(({ inputs: own, rows }, at) => {
    const id = at === cells.length - 1 ? node : entries.push(undefined) - 1;
    ids.push(id);
    if (id !== node) uses[id] = 0;
    const leaves = own.map((input) => (input >= 0 ? (inputs[input] as number) : (ids[~input] as number)));
    entries[id] = { node: id, leaves, rows, origin };
    for (const leaf of leaves) uses[leaf] = (uses[leaf] as number) + 1;
    arrive(id, state);
  });
  before.set(node, [...(before.get(node) ?? []), ...ids.slice(0, -1)]);
}
