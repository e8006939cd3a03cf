// What is around the logic of a program: its ports, its registers, and the instructions that stay.
import type { Graph, Node } from "../../lang/graph.ts";
import type { Origin } from "../../lang/source.ts";
import type { Literal } from "./bits.ts";
import type { Cone } from "./cone.ts";
import type { Unit } from "./units.ts";

/** Roots of the cone, by number, that are the bits of one word. */
export interface Slice {
  readonly first: number;
  readonly count: number;
}

/** A register of the graph, as far as its bits are not known otherwise. */
export interface State {
  readonly node: Node;
  /** The bits of it that are there, their leaves, and the roots that they take. */
  readonly bits: readonly number[];
  readonly leaves: readonly number[];
  readonly data: Slice;
  /** The root that enables it. */
  readonly enable: number | undefined;
  /** The root that clears it, and by bit of the node what the leaf is then. */
  readonly clear: { readonly root: number; readonly constant: readonly Literal[] } | undefined;
  /** By bit of the node, whether the leaf is the inverse of the bit: it may be better kept inverted. */
  readonly isInverted: readonly boolean[];
  /** Of the node, and of the choices that its enable and its clear were made of. */
  readonly span: Origin;
}

/** A unit: its ports are roots, its result is leaves from `leaf` on. */
export interface Placed {
  readonly unit: Unit;
  readonly ports: readonly Slice[];
  readonly leaf: number;
}

/** Everything that is between the logic. */
export interface Frame {
  readonly graph: Graph;
  readonly cone: Cone;
  /** Inputs of the graph, by their first leaf. */
  readonly inputs: readonly { readonly node: Node; readonly leaf: number }[];
  readonly states: readonly State[];
  readonly units: readonly Placed[];
  readonly outputs: readonly Slice[];
  /** By node of the graph: its bits, as far as they were needed. */
  readonly values: readonly (readonly Literal[] | undefined)[];
}

/** What bit `bit` of a register is before the first clock edge, lane 0 first. */
export function initialBit({ attrs, type }: Node, bit: number): number {
  return Number(((attrs[Math.floor(bit / type.width)] ?? 0n) >> BigInt(bit % type.width)) & 1n);
}
