// Cells that choose between LUTs beside them, which cost no LUT: how many there are in a network, and functions of a few
// inputs more than a LUT has as trees of such choices, split by one input after the other (Shannon's expansion).
import { choiceTree } from "../../lang/choice.ts";
import { LEAF } from "./bits.ts";
import type { Choosing } from "./cells.ts";
import type { Cone, Lut } from "./cone.ts";
import { arrive, coneOf, type Network, type NetworkOptions, networkOf, replace, simulate } from "./network.ts";
import type { Entry, Rebuilt } from "./rebuild.ts";
import { type Cell, CHOICE, fixed } from "./rows.ts";
import { rowsOf } from "./tables.ts";

/** By cell that is a choice, the bits that it chooses among; levels are no more than the target has. */
export type Chosen = ReadonlyMap<number, ReadonlySet<number>>;

/** The cells of a network that cost no LUT. Cells come operands first. */
export function chosenIn(luts: readonly Lut[], { levels }: Choosing): Chosen {
  const height = new Map<number, number>();
  const found = new Map<number, ReadonlySet<number>>();
  for (const { node, leaves, table } of luts) {
    height.set(node, 0);
    // Of a choice of one level there are three inputs, and of two of those six at the most, if they share what chooses.
    const values = { height: (at: number) => height.get(leaves[at] as number) ?? -1, isTurnable: () => true };
    for (let level = 1; level <= levels && leaves.length > 2; level++) {
      const tree = choiceTree(table, leaves.length, level, values);
      if (tree === undefined) continue;
      const own = new Set<number>();
      const visit = (one: typeof tree): void => {
        if (one.kind === "value") own.add(leaves[one.at] as number);
        else [one.high, one.low].forEach(visit);
      };
      visit(tree);
      // A LUT is beside one other, and no more.
      for (const leaf of own) height.delete(leaf);
      height.set(node, level);
      found.set(node, own);
      break;
    }
  }
  return found;
}

/**
 * The network with functions of as many inputs as trees have, no more, as trees: those that others of more inputs use, or
 * that leave the logic. This is for all of them together, as what they shared before goes with them.
 */
export function treesOf(cone: Cone, luts: readonly Lut[], choosing: Choosing, options: NetworkOptions): Rebuilt {
  const network = networkOf(cone, luts, options);
  const most = options.inputs + choosing.levels;
  const supports = new Map<number, readonly number[]>();
  const wide = new Set<number>();
  for (const { node, leaves } of luts) {
    const own = new Set<number>();
    for (const leaf of leaves)
      for (const one of cone.bits.kind[leaf] === LEAF ? [leaf] : (supports.get(leaf) ?? [])) own.add(one);
    if (own.size <= most && !leaves.some((leaf) => wide.has(leaf)))
      supports.set(
        node,
        [...own].sort((a, b) => a - b),
      );
    else wide.add(node);
  }
  const isFrontier = new Set(cone.roots.map((root) => root >> 1));
  for (const { node, leaves } of luts) if (wide.has(node)) for (const leaf of leaves) isFrontier.add(leaf);
  for (const { node } of luts) {
    arrive(node, network);
    const inputs = supports.get(node);
    if (inputs === undefined || inputs.length <= options.inputs || !isFrontier.has(node)) continue;
    if ((network.into[node] as number) > 0) continue;
    split(node, inputs, network);
  }
  return coneOf(network);
}

/** Puts a tree of choices over LUTs in the place of a cell; what comes last chooses last. */
function split(node: number, inputs: readonly number[], network: Network): void {
  const { arrival, options } = network;
  const count = inputs.length - options.inputs;
  const order = inputs
    .map((_, at) => at)
    .sort((a, b) => (arrival[inputs[b] as number] as number) - (arrival[inputs[a] as number] as number) || b - a);
  const choosing = order.slice(0, count);
  const rest = order.slice(count).sort((a, b) => a - b);
  const cells: Cell[] = [];
  const grow = (rows: Uint8Array, places: readonly number[], level: number): number => {
    const by = choosing[level];
    if (by === undefined) return ~(cells.push({ inputs: rest, rows }) - 1);
    const at = places.indexOf(by);
    const left = places.toSpliced(at, 1);
    const [low, high] = [0, 1].map((side) => grow(fixed(rows, at, side), left, level + 1)) as [number, number];
    return ~(cells.push({ inputs: [by, high, low], rows: CHOICE }) - 1);
  };
  grow(
    rowsOf(simulate(node, inputs, network)),
    inputs.map((_, at) => at),
    0,
  );
  replace(node, [network.entries[node] as Entry], inputs, cells, network);
}
