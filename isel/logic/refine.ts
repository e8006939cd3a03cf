// Makes a network of cells smaller: cells that only serve each other are put together, and their function is taken apart
// anew; where that takes fewer cells in time, it replaces them.
import type { Cone, Lut } from "./cone.ts";
import {
  arrive,
  coneOf,
  gathered,
  type Network,
  type NetworkOptions,
  networkOf,
  replace,
  takenApart,
} from "./network.ts";
import type { Rebuilt } from "./rebuild.ts";

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
  const { required } = network;
  const { inner, inputs } = gathered(node, widest, network);
  if (inner.length < 2) return false;
  const most = inner.length - 1;
  const cells = takenApart(node, inputs, { least: most, most }, required[node] as number, network);
  if (cells === undefined) return false;
  replace(node, inner, inputs, cells, network);
  return true;
}
