// Makes a network of cells faster: a cell on the longest way is put together with the cells before it, those that come last
// first, and their function is taken apart anew so that it is there earlier. What other cells use of it stays.
import type { Cone, Lut } from "./cone.ts";
import {
  arrive,
  coneOf,
  isServing,
  type Network,
  type NetworkOptions,
  networkOf,
  replace,
  takenApart,
} from "./network.ts";
import type { Entry, Rebuilt } from "./rebuild.ts";

/** Inputs of the functions that are taken apart, and cells that they may take more than before. */
const WIDEST = 9;
const MORE = 2;

/** The same cone with shorter longest ways, where that was found. */
export function hasten(cone: Cone, luts: readonly Lut[], options: NetworkOptions): Rebuilt {
  const network = networkOf(cone, luts, options);
  const { entries, into, arrival, required } = network;
  for (let node = 1; node < cone.bits.count; node++) {
    arrive(node, network);
    const isLate = (arrival[node] as number) > (required[node] as number) - options.delay / 2;
    if (isLate && entries[node] !== undefined && into[node] === 0) speed(node, network);
  }
  return coneOf(network);
}

/** Makes a cell earlier by half its delay, if that can be, with the fewest cells more: chains come between whole cells. */
function speed(node: number, network: Network): void {
  const { entries, arrival, options } = network;
  const own = entries[node] as Entry;
  const inner = [own];
  const end = (arrival[node] as number) - options.delay / 2;
  let inputs = [...own.leaves];
  for (let chosen = latest(inputs, network); chosen !== undefined; chosen = latest(inputs, network)) {
    const { node: gone, leaves } = chosen;
    inputs = [...inputs.filter((one) => one !== gone), ...leaves.filter((leaf) => !inputs.includes(leaf))];
    inner.push(chosen);
    if (inputs.some((input) => (arrival[input] as number) > end - options.delay + 1e-6)) continue;
    const ordered = inputs.toSorted((a, b) => a - b);
    const spared = inner.filter((one, at) => at === 0 || isServing(one, inner, network)).length;
    const cells = takenApart(node, ordered, { least: spared, most: spared + MORE }, end, network);
    if (cells === undefined) continue;
    replace(node, [own], ordered, cells, network);
    return;
  }
}

/** The cell that makes the latest of some bits, and has no more inputs than there is room for. */
function latest(inputs: readonly number[], { entries, arrival, into }: Network): Entry | undefined {
  let chosen: Entry | undefined;
  let last = -1;
  for (const input of inputs) {
    const entry = entries[input];
    const time = arrival[input] as number;
    if (entry === undefined || (into[input] ?? 0) > 0 || time <= last) continue;
    if (inputs.length - 1 + entry.leaves.filter((leaf) => !inputs.includes(leaf)).length > WIDEST) continue;
    last = time;
    chosen = entry;
  }
  return chosen;
}
