// The area of cuts: the cells that one adds to a mapping. Cells that go into those of units count as none.
import { AND, type Bits } from "./bits.ts";
import type { Cone, Spare } from "./cone.ts";

/** The cuts that are chosen, and how often each bit is used by them. */
export interface Chosen {
  readonly cone: Cone;
  readonly bits: Bits;
  readonly k: number;
  /** The cut chosen of bit n: its leaves, from n * k on, and how many. */
  readonly best: Int32Array;
  readonly bestSize: Uint8Array;
  readonly refs: Int32Array;
  /** Leaves of units that are used once, and whose cells have inputs to spare. */
  readonly isSpare: Uint8Array;
}

export function isGate(bits: Bits, node: number): boolean {
  return (bits.kind[node] as number) >= AND;
}

/** Whether a cut is inside the cell of a leaf that has inputs to spare; gives the leaf, or -1. */
export function absorbing(leaves: Int32Array, from: number, size: number, state: Chosen): number {
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

/** The cells that a cut adds to the mapping: those of its leaves that nothing else needs, and what these need. */
export function added(leaves: Int32Array, from: number, size: number, own: number, state: Chosen): number {
  let area = own;
  for (let at = from; at < from + size; at++) area += reference(leaves[at] as number, state);
  for (let at = from; at < from + size; at++) dereference(leaves[at] as number, state);
  return area;
}

/**
 * Cells behind cells that are looked through while area is counted. What lies deeper counts as there: in a long chain all
 * of it would be looked through again for each cell. The counts that are used in the end are made anew after each phase.
 */
const DEEPEST = 16;

function reference(node: number, state: Chosen, depth = DEEPEST): number {
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

function dereference(node: number, state: Chosen, depth = DEEPEST): void {
  const { refs, bits } = state;
  const uses = (refs[node] as number) - 1;
  refs[node] = uses;
  if (uses > 0 || depth === 0 || !isGate(bits, node)) return;
  const { best, bestSize, k } = state;
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++)
    dereference(best[at] as number, state, depth - 1);
}

export function release(node: number, state: Chosen): void {
  const { best, bestSize, k } = state;
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++) dereference(best[at] as number, state);
}

export function acquire(node: number, state: Chosen): void {
  const { best, bestSize, k } = state;
  for (let at = node * k; at < node * k + (bestSize[node] as number); at++) reference(best[at] as number, state);
}
