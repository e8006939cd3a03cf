// The programs of `examples/`, compiled, and programs under Icarus Verilog with Yosys' models of the cells.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Graph, Reset } from "../lang/graph.ts";
import { simulate } from "./iverilog.ts";
import { benchOf, type Compiled, cellsOf, difference, graphOf, runProgram, stimulus } from "./netlist.ts";

export const isCI = process.env["CI"] !== undefined;

/** Of a trace. */
export const CYCLES = 50;

/** Where the structural Verilog of programs differs from them, by program. */
export function wrongVerilog(
  list: readonly { readonly one: Compiled; readonly seed: number }[],
  target = "ice40",
): (string | undefined)[] {
  const trials = list.map(({ one, seed }) => ({ one, given: stimulus(one, CYCLES, seed) }));
  const seen = simulate(
    trials.map(({ one, given }) => benchOf(one, given)),
    cellsOf(target),
  );
  return trials.map(({ one, given }, at) => difference(one, runProgram(one, given), seen[at], "Verilog"));
}

export function batches<T>(list: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, at) => list.slice(at * size, (at + 1) * size));
}

/** A folder's programs. */
function examples(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".ir"))
    .map((name) => join(folder, name));
}

/** The longest program, in characters, that is run outside CI. */
const LONGEST = isCI ? Infinity : 30_000;

export const FILES = ["examples/kernels", "examples/tour", "examples/boards"]
  .flatMap(examples)
  .filter((file) => statSync(file).size <= LONGEST);

export function graphOfFile(file: string, reset: Reset): Graph {
  const files = (path: string) => readFileSync(join(dirname(file), path), "utf8");
  // What iCE40 has no resource for is asked of it in the IR all the same.
  return graphOf(readFileSync(file, "utf8").replace(/@dsp/g, "@??"), reset, file, files);
}
