// The programs of `examples/`, compiled, and programs under Icarus Verilog with Yosys' models of the cells.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { structural } from "../asm/verilog.ts";
import { compile } from "../index.ts";
import type { Graph, Reset } from "../lang/graph.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { simulate } from "./iverilog.ts";
import {
  benchOf,
  type Compiled,
  cellsOf,
  difference,
  expectNoErrors,
  graphOf,
  runProgram,
  stimulus,
} from "./netlist.ts";
import { targetNamed } from "./target-files.ts";

export const isCI = process.env["CI"] !== undefined;

/** Of a trace. */
export const CYCLES = 50;
/** Deep logic changes many times in a cycle, which Icarus Verilog follows: large netlists get fewer cycles. */
const LARGE = { cells: 4000, cycles: 16 };

/** Where the structural Verilog of programs differs from them, by program. */
export function wrongVerilog(
  list: readonly { readonly one: Compiled; readonly seed: number }[],
  target = "ice40",
): (string | undefined)[] {
  const trials = list.map(({ one, seed }) => ({ one, given: stimulus(one, cyclesFor(one), seed) }));
  const seen = simulate(
    trials.map(({ one, given }) => benchOf(one, given)),
    cellsOf(target),
  );
  return trials.map(({ one, given }, at) => difference(one, runProgram(one, given), seen[at], "Verilog"));
}

function cyclesFor({ netlist }: Compiled): number {
  return netlist.cells.length > LARGE.cells ? LARGE.cycles : CYCLES;
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

/** A program and the files that it names. */
function read(file: string): { readonly text: string; readonly files: (path: string) => string } {
  const files = (path: string) => readFileSync(join(dirname(file), path), "utf8");
  return { text: readFileSync(file, "utf8"), files };
}

/** Without hints that the device has no resource for. */
function textFor(target: string, text: string): string {
  return target === "ice40" ? text.replace(/@dsp/g, "@??") : text;
}

export function graphOfFile(file: string, reset: Reset): Graph {
  const { text, files } = read(file);
  return graphOf(textFor("ice40", text), reset, file, files);
}

/** An example through all stages for the default device, placed where it has room, as a module of that name. */
export function built(file: string, name: string, reset: Reset, module: string): Compiled {
  const { text, files } = read(file);
  const target = targetNamed(name);
  const device = deviceNamed(target, undefined) ?? expect.fail("there is a default device");
  const given = { reset, files, device, place: { device, optional: true }, until: "place" } as const;
  const { value, diagnostics } = compile({ file, text: textFor(name, text) }, target, given);
  expectNoErrors(diagnostics, file);
  const { graph, assembly, netlist } = value;
  if (graph === undefined || assembly === undefined || netlist === undefined) return expect.fail(`${file}: no cells`);
  const named = { ...netlist, name: module };
  const verilog = structural(named).value;
  return { graph: { ...graph, name: module }, reset, assembly: print(assembly), netlist: named, verilog };
}
