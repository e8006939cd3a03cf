// The values of a lane over time: what traces are made of.
import type { Type } from "../type.ts";
import { isNarrow } from "./machine.ts";

/** The values of a lane, one a cycle. */
export interface Column {
  readonly type: Type;
  length: number;
  /** For lanes of at most 32 bits: patterns, at least `length` of them. */
  narrow: Int32Array;
  readonly wide: bigint[];
}

export function column(type: Type, room = 0): Column {
  return { type, length: 0, narrow: new Int32Array(isNarrow(type) ? room : 0), wide: [] };
}

/** Appends a pattern to a column of a narrow type. */
export function append(to: Column, pattern: number): void {
  if (to.length === to.narrow.length) {
    const larger = new Int32Array(Math.max(1024, 2 * to.length));
    larger.set(to.narrow);
    to.narrow = larger;
  }
  to.narrow[to.length++] = pattern;
}

export function appendWide(to: Column, value: bigint): void {
  to.wide.push(value);
  to.length++;
}

const LARGEST = 1n << 53n;

/** A value as JSON: a number if every reader of JSON keeps its digits, else a string of decimal digits. */
export function textAt(from: Column, at: number): string {
  if (isNarrow(from.type)) {
    const pattern = from.narrow[at] as number;
    return `${from.type.kind === "i" ? pattern : pattern >>> 0}`;
  }
  const value = from.wide[at] as bigint;
  return value > -LARGEST && value < LARGEST ? `${value}` : `"${value}"`;
}
