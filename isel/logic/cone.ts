// The logic of a program between what is no logic: leaves that come from inputs, registers and other instructions, and
// roots that outputs, registers and other instructions need.
import { AND, type Bits, type Literal } from "./bits.ts";

/** An instruction in the middle of the logic: its results are leaves, its operands are roots. */
export interface Box {
  /** Of the roots of the cone. */
  readonly firstRoot: number;
  readonly rootCount: number;
  /** The first of its leaves, which follow each other. */
  readonly firstLeaf: number;
  /** From operands to results, in ps. */
  readonly delay: number;
}

export interface Cone {
  readonly bits: Bits;
  readonly roots: Literal[];
  /** What makes leaves that do not come from inputs and registers. A leaf is made after the roots of its box. */
  readonly boxes: Box[];
  /**
   * By leaf: how many more operands the cell has that makes it. Where nothing else uses the leaf, a function of it, and of
   * so many other bits, costs nothing.
   */
  readonly spare: Map<number, Spare>;
}

export interface Spare {
  readonly inputs: number;
  /** Operands of the cell anyway, which a function may use as well. */
  readonly free: readonly number[];
}

/** A function of a few bits. */
export interface Lut {
  readonly node: number;
  /** Bits, ascending. */
  readonly leaves: readonly number[];
  /** Bit r is the value where the leaves, the first the LEAST significant, spell r. */
  readonly table: bigint;
  /** All that it was made for, as the bits number it. */
  readonly origin: number;
}

/** How often each bit is used, by other bits and as a root. */
export function fanouts({ bits, roots }: Cone): Int32Array {
  const uses = new Int32Array(bits.count);
  const use = (literal: number) => {
    uses[literal >> 1] = (uses[literal >> 1] as number) + 1;
  };
  for (let node = 1; node < bits.count; node++)
    if ((bits.kind[node] as number) >= AND) {
      use(bits.left[node] as number);
      use(bits.right[node] as number);
    }
  for (const root of roots) use(root);
  return uses;
}
