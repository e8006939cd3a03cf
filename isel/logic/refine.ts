// Makes a network of cells smaller: cells that only serve each other are put together, and their function is taken apart
// anew; where that takes fewer cells in time, it replaces them.
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

export interface RefineOptions extends NetworkOptions {
  /** Inputs of the functions that are taken apart. */
  readonly widest: number;
}

/** The same cone with fewer cells; it has other shapes even where none has gone. */
export interface Refined {
  readonly isChanged: boolean;
  readonly rebuilt: () => Rebuilt;
}

export function refine(cone: Cone, luts: readonly Lut[], options: RefineOptions): Refined {
  const network = networkOf(cone, luts, options);
  const { entries, into } = network;
  let isChanged = false;
  for (let node = 1; node < cone.bits.count; node++) {
    // What is before it may have become faster or slower.
    arrive(node, network);
    if (entries[node] !== undefined && into[node] === 0 && improve(node, options.widest, network)) isChanged = true;
  }
  return { isChanged, rebuilt: () => coneOf(network) };
}

/** Puts a cell and what only serves it together, and takes that apart anew; says whether that is smaller. */
function improve(node: number, widest: number, network: Network): boolean {
  const { entries, required } = network;
  const inner = [entries[node] as Entry];
  let inputs = [...(entries[node] as Entry).leaves];
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
  if (inner.length < 2) return false;
  inputs.sort((a, b) => a - b);
  const most = inner.length - 1;
  const cells = takenApart(node, inputs, { least: most, most }, required[node] as number, network);
  if (cells === undefined) return false;
  replace(node, inner, inputs, cells, network);
  return true;
}
