// A cone whose bits have been made anew.
import { type Bits, FALSE, type Literal } from "./bits.ts";
import type { Cone, Spare } from "./cone.ts";

export interface Moved {
  readonly cone: Cone;
  /** Where a bit of the old cone, or its inverse, is in the new one. */
  readonly moved: (literal: Literal) => Literal | undefined;
}

/** By old bit, what it has become; undefined where it is gone. */
export type Literals = (Literal | undefined)[];

/** Room for what `count` bits become, the constant as it is. */
export function newLiterals(count: number): Literals {
  const made: Literals = new Array(count);
  made[0] = FALSE;
  return made;
}

/** The cone over new bits; `literals` has at least its leaves and roots. */
export function movedCone(cone: Cone, bits: Bits, literals: Literals): Moved {
  const place = (node: number) => (literals[node] as Literal) >> 1;
  const spare = new Map<number, Spare>();
  for (const [node, { inputs, free }] of cone.spare)
    spare.set(place(node), { inputs, free: free.filter((one) => literals[one] !== undefined).map(place) });
  const made: Cone = {
    bits,
    roots: cone.roots.map((root) => (literals[root >> 1] as Literal) ^ (root & 1)),
    boxes: cone.boxes.map((box) => ({ ...box, firstLeaf: place(box.firstLeaf) })),
    spare,
  };
  const moved = (literal: Literal) => {
    const known = literals[literal >> 1];
    return known === undefined ? undefined : known ^ (literal & 1);
  };
  return { cone: made, moved };
}
