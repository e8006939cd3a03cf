// A network of cells that is changed a cell at a time: when its bits are there and have to be, and functions of several cells
// that are taken apart anew.
import { boxOf } from "./bits.ts";
import type { Box, Cone, Lut } from "./cone.ts";
import { decompose } from "./decompose.ts";
import { union } from "./origins.ts";
import { type Entry, type Rebuilt, rebuilt, rowsOf } from "./rebuild.ts";
import { type Cell, inputTables } from "./rows.ts";
import { cellsOf, type Part, partOf, type Shapes } from "./shapes.ts";
import { allRows, chosen, type Table, wordsOf } from "./tables.ts";
import { absorber } from "./timing.ts";

export interface NetworkOptions {
  readonly inputs: number;
  readonly delay: number;
  readonly isAreaOnly: boolean;
  /** Functions that have been taken apart before. */
  readonly shapes: Shapes;
}

/** By bit; new cells are behind all bits. */
export interface Network {
  readonly cone: Cone;
  readonly options: NetworkOptions;
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

export function networkOf(cone: Cone, luts: readonly Lut[], options: NetworkOptions): Network {
  const { count } = cone.bits;
  const network: Network = {
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
  const { entries, uses, isRoot, into } = network;
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
  for (let node = 1; node < count; node++) arrive(node, network);
  measure(network);
  return network;
}

/** The network as a cone of its own. */
export function coneOf({ cone, entries, before }: Network): Rebuilt {
  return rebuilt(cone, entries.length, (node, build) => {
    for (const one of before.get(node) ?? []) if (entries[one] !== undefined) build(entries[one]);
    if (entries[node] !== undefined && node < cone.bits.count) build(entries[node]);
  });
}

/** Says when a bit is there. */
export function arrive(node: number, { cone, entries, arrival, into, options: { delay } }: Network): void {
  const entry = entries[node];
  if (entry !== undefined) {
    let last = 0;
    for (const leaf of entry.leaves)
      last = Math.max(last, (arrival[leaf] as number) + (leaf === into[node] ? 0 : delay));
    arrival[node] = last;
    return;
  }
  const at = boxOf(cone.bits, node);
  if (at < 0) return;
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
function measure({ cone, entries, arrival, required, into, options }: Network): void {
  const { bits, roots, boxes } = cone;
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
    const at = boxOf(bits, node);
    if (at < 0) continue;
    const box = boxes[at] as Box;
    boxNeeds[at] = Math.min(boxNeeds[at] as number, time);
    if (box.firstLeaf === node)
      for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
        need((roots[root] as number) >> 1, (boxNeeds[at] as number) - box.delay);
  }
}

/** Whether nothing but the cells of `inner` uses a cell. */
export function isServing({ node }: Entry, inner: readonly Entry[], { isRoot, into, uses }: Network): boolean {
  if (isRoot[node] === 1 || (into[node] ?? 0) > 0) return false;
  let own = 0;
  for (const { leaves } of inner) if (leaves.includes(node)) own++;
  return own === uses[node];
}

/** A cell with the cells that serve nothing else, as long as their inputs are no more than `widest`; those ascend. */
export function gathered(
  node: number,
  widest: number,
  network: Network,
): { readonly inner: readonly Entry[]; readonly inputs: readonly number[] } {
  const { entries } = network;
  const inner = [entries[node] as Entry];
  let inputs = (entries[node] as Entry).leaves;
  for (;;) {
    let fewest = widest + 1;
    let chosen: Entry | undefined;
    for (const input of inputs) {
      const entry = entries[input];
      if (entry === undefined || !isServing(entry, inner, network)) continue;
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
  return { inner, inputs: inner.length === 1 ? inputs : inputs.toSorted((a, b) => a - b) };
}

/**
 * The cells of the function of a cell over these inputs: the fewest that are found between `least` and `most`, and there by
 * `end`. Their inputs are places in `inputs`.
 */
export function takenApart(
  node: number,
  inputs: readonly number[],
  { least, most }: { readonly least: number; readonly most: number },
  end: number,
  network: Network,
): readonly Cell[] | undefined {
  const { arrival, options } = network;
  const everywhere = inputs.map((_, at) => at);
  const { inputs: places, shape } = partOf(simulate(node, inputs, network), everywhere, options.shapes);
  const part = { inputs: everywhere.slice(0, places.length), shape };
  for (let budget = Math.max(least, 1); budget <= most; budget++) {
    // Cells that may follow each input; no more than there may be in all.
    const room = places.map((at) => {
      const time = end - (arrival[inputs[at] as number] as number);
      return time >= budget * options.delay ? budget : Math.floor((time + SLACK) / options.delay);
    });
    if (room.some((count) => count < 1)) return undefined;
    const cells = cellsOf(shape, `${budget} ${room.join("")}`, () => ofPlaces(part, room, budget, options));
    if (cells !== undefined)
      return cells.map((cell) => ({
        inputs: cell.inputs.map((one) => (one >= 0 ? (places[one] as number) : one)),
        rows: cell.rows,
      }));
  }
  return undefined;
}

const SLACK = 1e-6;

function ofPlaces(part: Part, room: readonly number[], budget: number, { inputs }: NetworkOptions) {
  const arrival = (input: number) => budget - (room[input] as number);
  return decompose(part, { inputs, cells: budget, arrival, delay: 1, required: budget });
}

/** The table of a cell over the inputs of the cone above it. */
export function simulate(node: number, inputs: readonly number[], { entries }: Network): Table {
  const count = inputs.length;
  const size = wordsOf(count);
  const tables = inputTables(count);
  const values = new Map<number, Int32Array>();
  for (let at = 0; at < count; at++) values.set(inputs[at] as number, tables[at] as Int32Array);
  const compute = (one: number): Int32Array => {
    const known = values.get(one);
    if (known !== undefined) return known;
    const { leaves, rows } = entries[one] as Entry;
    const made = chosen(rows, leaves.map(compute), size);
    values.set(one, made);
    return made;
  };
  const ones = compute(node);
  const all = allRows(count);
  const words = new Int32Array(2 * size).fill(all);
  for (let word = 0; word < size; word++) words[word] = (ones[word] as number) & all;
  return { count, words };
}

/** Puts cells in the place of those of `inner`, the first of which they compute. */
export function replace(
  node: number,
  inner: readonly Entry[],
  inputs: readonly number[],
  cells: readonly Cell[],
  network: Network,
): void {
  const { entries, uses, before, cone } = network;
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
    arrive(id, network);
  });
  before.set(node, [...(before.get(node) ?? []), ...ids.slice(0, -1)]);
}
