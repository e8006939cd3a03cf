// What the tests of the kernels share: a reference gives the outputs of a cycle from the inputs of all enabled cycles
// before it, written from a definition.
import type { Row } from "../trace.ts";

/** `past`: the inputs of the cycles before in which `en`, if there is one, was high; `now`: those of this cycle. */
export type Reference = (past: readonly Row[], now: Row) => Row;

export const indices = (count: number) => Array.from({ length: count }, (_, at) => at);

/** The row `ago` enabled cycles before; before the first one everything was 0. */
export const before = (past: readonly Row[], ago: number): Row => past[past.length - ago] ?? {};
export const scalar = (row: Row, name: string): bigint => (typeof row[name] === "bigint" ? row[name] : 0n);
export const number = (row: Row, name: string): number => Number(scalar(row, name));

export const fileOf = (name: string) => `examples/kernels/${name}.ir`;
