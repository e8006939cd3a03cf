// A cone whose bits have been made anew.
import type { Bits, Literal } from "./bits.ts";
import type { Cone } from "./cone.ts";

export interface Moved {
  readonly cone: Cone;
  /** Where a bit of the old cone, or its inverse, is in the new one. */
  readonly moved: (literal: Literal) => Literal | undefined;
}

/** The cone over new bits; `literals` has at least its leaves and roots, by old bit. */
export function movedCone(cone: Cone, bits: Bits, literals: ReadonlyMap<number, Literal>): Moved {
  const place = (node: number) => (literals.get(node) as Literal) >> 1;
  const made: Cone = {
    bits,
    roots: cone.roots.map((root) => (literals.get(root >> 1) as Literal) ^ (root & 1)),
    boxes: cone.boxes.map((box) => ({ ...box, firstLeaf: place(box.firstLeaf) })),
    boxOf: new Map([...cone.boxOf].map(([node, box]) => [place(node), box])),
    spare: new Map(
      [...cone.spare].map(([node, { inputs, free }]) => [
        place(node),
        { inputs, free: free.flatMap((one) => (literals.has(one) ? [place(one)] : [])) },
      ]),
    ),
  };
  const moved = (literal: Literal) => {
    const known = literals.get(literal >> 1);
    return known === undefined ? undefined : known ^ (literal & 1);
  };
  return { cone: made, moved };
}
