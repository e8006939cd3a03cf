// Holds a kernel of the examples against its reference, in a test.
import { expect } from "vitest";
import { type Row, randomTrace, run, started } from "../trace.ts";
import { fileOf, type Reference } from "./reference.ts";

const CYCLES = 120;

/** Holds a kernel against its reference: over random inputs, then over those of `more`. */
export function compare(name: string, reference: Reference, more: readonly Row[] = []): void {
  const machine = started(fileOf(name));
  const trace = [...randomTrace(machine, CYCLES, name.length + 1), ...more];
  const past: Row[] = [];
  const expected = trace.map((row) => {
    const seen = reference(past, row);
    if (row["en"] !== 0n) past.push(row);
    return seen;
  });
  expect(run(machine, trace)).toEqual(expected);
}
