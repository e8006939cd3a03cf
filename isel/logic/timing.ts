// When the bits of a cone are there, given its cells.
import { boxOf, LEAF } from "./bits.ts";
import type { Box, Cone, Lut, Spare } from "./cone.ts";

/**
 * When the last root is there, in ps; `delay` is that of a cell, where `lag` does not say less for what leads from a leaf
 * to it. Cells come operands first.
 */
export function latestRoot(
  cone: Cone,
  luts: readonly Lut[],
  delay: number,
  lag: (node: number, leaf: number) => number = () => delay,
): number {
  const { bits, roots, boxes } = cone;
  const arrival = new Float64Array(bits.count);
  const uses = cone.spare.size > 0 ? usesOf(cone, luts) : undefined;
  let next = 0;
  const visit = (node: number, box: Box) => {
    if (box.firstLeaf !== node) {
      arrival[node] = arrival[box.firstLeaf] as number;
      return;
    }
    let last = 0;
    for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++)
      last = Math.max(last, arrival[(roots[root] as number) >> 1] as number);
    arrival[node] = last + box.delay;
  };
  for (let node = 1; node < bits.count; node++) {
    if (bits.kind[node] === LEAF) {
      const at = boxOf(bits, node);
      if (at >= 0) visit(node, boxes[at] as Box);
      continue;
    }
    const lut = luts[next];
    if (lut?.node !== node) continue;
    next++;
    const own = uses === undefined ? -1 : absorber(lut.leaves, cone.spare, uses);
    let last = 0;
    for (const leaf of lut.leaves)
      last = Math.max(last, (arrival[leaf] as number) + (leaf === own ? 0 : lag(node, leaf)) - delay);
    arrival[node] = last + delay;
  }
  let last = 0;
  for (const root of roots) last = Math.max(last, arrival[root >> 1] as number);
  return last;
}

function usesOf({ bits, roots }: Cone, luts: readonly Lut[]): Int32Array {
  const uses = new Int32Array(bits.count);
  const use = (node: number) => {
    uses[node] = (uses[node] as number) + 1;
  };
  for (const root of roots) use(root >> 1);
  for (const lut of luts) lut.leaves.forEach(use);
  return uses;
}

/** The leaf of a unit whose cell takes in a function of some bits; -1 where there is none. */
export function absorber(
  leaves: readonly number[],
  spare: ReadonlyMap<number, Spare>,
  uses: Int32Array | readonly number[],
): number {
  for (const leaf of leaves) {
    const room = spare.get(leaf);
    if (room === undefined || uses[leaf] !== 1) continue;
    let others = 0;
    for (const one of leaves) if (one !== leaf && !room.free.includes(one)) others++;
    if (others <= room.inputs) return leaf;
  }
  return -1;
}
