// Registers that are better kept inverted: those whose inverses alone leave the logic, as in `not(state)` at an output.
// The LUTs before and behind a register take either polarity for nothing, an output does not.
import { AND } from "./bits.ts";
import type { Frame } from "./frame.ts";

/** By register, bit by bit: whether it is kept the other way round. */
export type Turned = ReadonlyMap<number, readonly boolean[]>;

/** Which bit of a register another bit is the same as. */
export type SameAs = (node: number, bit: number) => { readonly node: number; readonly bit: number } | undefined;

/** The bits that nothing but logic sees as they are; with them those of which they are said to be the same. */
export function turnedRegisters({ cone, states, graph }: Frame, sameAs: SameAs): Turned {
  const { bits, roots } = cone;
  const uses = new Int32Array(bits.count);
  const direct = new Uint8Array(bits.count);
  for (const root of roots) {
    uses[root >> 1] = (uses[root >> 1] as number) + 1;
    if ((root & 1) === 0) direct[root >> 1] = 1;
  }
  const turned = new Map<number, boolean[]>();
  for (const { node, bits: live, leaves, data } of states)
    leaves.forEach((leaf, place) => {
      const from = (roots[data.first + place] as number) >> 1;
      const isFree = (bits.kind[from] as number) >= AND && uses[from] === 1;
      if (!isFree || uses[leaf] === 0 || direct[leaf] === 1) return;
      const own = turned.get(node.id) ?? [];
      own[live[place] as number] = true;
      turned.set(node.id, own);
    });
  if (turned.size === 0) return turned;
  for (const { id, op, type } of graph.nodes) {
    if (op?.kind !== "reg") continue;
    for (let bit = 0; bit < type.bits; bit++) {
      let from = sameAs(id, bit);
      for (let next = from; next !== undefined; next = sameAs(next.node, next.bit)) from = next;
      if (from === undefined || turned.get(from.node)?.[from.bit] !== true) continue;
      const own = turned.get(id) ?? [];
      own[bit] = true;
      turned.set(id, own);
    }
  }
  return turned;
}
