// From a program to a netlist through every text on the way, for tests, and what comes out held against what went in.
import { existsSync } from "node:fs";
import { expect } from "vitest";
import { expand } from "../asm/expand.ts";
import { netlistGraph } from "../asm/graph.ts";
import type { Netlist } from "../asm/netlist.ts";
import { structural } from "../asm/verilog.ts";
import { select } from "../isel/select.ts";
import type { Objective } from "../isel/ways.ts";
import type { Program } from "../lang/ast.ts";
import { type CheckOptions, check } from "../lang/check.ts";
import type { Diagnostic } from "../lang/diagnostic.ts";
import { type Machine, machine } from "../lang/eval/machine.ts";
import { elaborate, type Graph, type Reset } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import type { Target } from "../lang/target/target.ts";
import { BOOL } from "../lang/type.ts";
import type { Bench, Library, Seen } from "./iverilog.ts";
import { randomTrace, type Trace } from "./traces.ts";

/**
 * Yosys' simulation models of the cells of iCE40. Registers of SB_MAC16 have no initial value there; here they start with
 * 0, as all registers of the device do after configuration.
 */
export const ICE40_CELLS: Library = {
  file:
    ["node_modules/@yowasp/yosys/gen/share/ice40/cells_sim.v", "/usr/share/yosys/ice40/cells_sim.v"].find(existsSync) ??
    "",
  defines: ["NO_ICE40_DEFAULT_ASSIGNMENTS"],
  replaced: [
    ["reg [15:0] rC, rA;", "reg [15:0] rC = 0, rA = 0;"],
    ["reg [15:0] rB, rD;", "reg [15:0] rB = 0, rD = 0;"],
    ["reg [15:0] rF, rJ;", "reg [15:0] rF = 0, rJ = 0;"],
    ["reg [15:0] rK, rG;", "reg [15:0] rK = 0, rG = 0;"],
    ["reg [15:0] rQ;", "reg [15:0] rQ = 0;"],
    ["reg [15:0] rS;", "reg [15:0] rS = 0;"],
    ["reg [31:0] rH;", "reg [31:0] rH = 0;"],
  ],
};

/** The same, where a memory shows 0 before its first read, as the evaluator has it: that output is not specified. */
export const ICE40_CELLS_READ: Library = {
  ...ICE40_CELLS,
  replaced: [...(ICE40_CELLS.replaced ?? []), ["reg  [15:0] RDATA_I;", "reg [15:0] RDATA_I = 16'h0000;"]],
};

/**
 * Yosys' simulation models of the slices of UltraScale+, with models of our own of the cells of which it has none. Carries of
 * one bit never come out.
 */
export const ULTRASCALE_CELLS: Library = {
  file:
    ["node_modules/@yowasp/yosys/gen/share/xilinx/cells_sim.v", "/usr/share/yosys/xilinx/cells_sim.v"].find(
      existsSync,
    ) ?? "",
  defines: [],
  modules: [
    ...["LUT1", "LUT2", "LUT3", "LUT4", "LUT5", "LUT6", "LUT6_2", "CARRY8", "MUXCY", "XORCY"],
    ...["MUXF7", "MUXF8", "MUXF9", "FDRE", "FDSE", "RAM64M8", "RAM32M16"],
  ],
  more: [
    "test/models/DSP48E2.v",
    "test/models/block_ram.v",
    "test/models/RAMB18E2.v",
    "test/models/RAMB36E2.v",
    "test/models/URAM288.v",
  ],
};

/** Models of the cells of a target, memories showing 0 before their first read. */
export function cellsOf(target: string): Library {
  return target === "ultrascale" ? ULTRASCALE_CELLS : ICE40_CELLS_READ;
}

/** Fails on errors, with `text` beside them. */
export function expectNoErrors(diagnostics: readonly Diagnostic[], text: string): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(
    errors.map(({ code, message }) => `${code}: ${message}`),
    text,
  ).toEqual([]);
}

export function graphOf(text: string, reset: Reset, file = "test.ir", files?: CheckOptions["files"]): Graph {
  const parsed = parse({ file, text });
  const checked = check(parsed.value, "ir", files === undefined ? {} : { files });
  expectNoErrors([...parsed.diagnostics, ...checked.diagnostics], text);
  const { value, diagnostics } = elaborate(checked.value, { reset });
  expectNoErrors(diagnostics, text);
  return value as Graph;
}

/** A netlist and the texts of the stages before it. */
export interface Compiled {
  readonly graph: Graph;
  readonly reset: Reset;
  readonly assembly: string;
  readonly netlist: Netlist;
  readonly verilog: string;
}

/** For a device, the default one where none is named. Selects instructions, prints them, reads them again and expands that; the module is called `module`. */
export function compiled(
  from: Graph,
  target: Target,
  reset: Reset,
  optimize: Objective,
  module?: string,
  device?: string,
): Compiled {
  const graph = module === undefined ? from : { ...from, name: module };
  const selected = select(graph, target, {
    reset,
    optimize,
    device: device === undefined ? undefined : deviceNamed(target, device),
  });
  expectNoErrors(selected.diagnostics, graph.source.text);
  const assembly = print(selected.value);
  const parsed = parse({ file: "test.asm", text: assembly });
  const checked = check(parsed.value, "asm");
  expectNoErrors([...parsed.diagnostics, ...checked.diagnostics], assembly);
  const netlist = expanded(parsed.value, target, assembly);
  const verilog = verilogOf(netlist, assembly);
  const direct = verilogOf(expanded(selected.value, target, assembly), assembly);
  expect(withoutPlaces(verilog)).toBe(withoutPlaces(direct));
  return { graph, reset, assembly, netlist, verilog };
}

function expanded(program: Program, target: Target, text: string): Netlist {
  const { value, diagnostics } = expand(program, target);
  expectNoErrors(diagnostics, text);
  return value as Netlist;
}

function verilogOf(netlist: Netlist, text: string): string {
  const { value, diagnostics } = structural(netlist);
  expectNoErrors(diagnostics, text);
  return value;
}

function withoutPlaces(verilog: string): string {
  return verilog.replace(/^ *\(\* src = .* \*\)\n/gm, "");
}

/** What a compiled program is fed with: the inputs, and the reset if there is one. */
export interface Stimulus {
  readonly trace: Trace;
  readonly reset: readonly boolean[] | undefined;
}

/** Random values, the reset high now and then, everything held for stretches. */
export function stimulus({ graph, reset }: Compiled, cycles: number, seed: number): Stimulus {
  const { inputs } = machine(graph);
  const types = inputs.map(({ type }) => type);
  const high = randomTrace([BOOL, BOOL], cycles, seed + 1).map(([one, two]) => one?.[0] === 1n && two?.[0] === 1n);
  return { trace: randomTrace(types, cycles, seed), reset: graph.stateful && reset === "sync" ? high : undefined };
}

function run(runner: Machine, { trace, reset }: Stimulus, setReset: (high: boolean) => void): Seen {
  const { outputs } = runner;
  return trace.map((cycle, at) => {
    cycle.forEach((lanes, port) => lanes.forEach((value, lane) => runner.set(port, lane, value)));
    setReset(reset?.[at] === true);
    runner.evaluate();
    const seen = outputs.map(({ type }, output) =>
      Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) => runner.get(output, lane)),
    );
    runner.clock();
    return seen;
  });
}

/** What the evaluator sees of the program. */
export function runProgram({ graph, reset }: Compiled, given: Stimulus): Seen {
  const runner = machine(graph, { reset });
  return run(runner, given, runner.setReset);
}

/** What the evaluator sees of the netlist. */
export function runNetlist({ netlist }: Compiled, given: Stimulus): Seen {
  const runner = machine(netlistGraph(netlist) as Graph);
  const port = netlist.reset === undefined ? -1 : runner.inputs.length - 1;
  return run(runner, given, (high) => {
    if (port >= 0) runner.set(port, 0, high ? 1n : 0n);
  });
}

/** The testbench of the structural Verilog. */
export function benchOf({ graph, netlist, verilog }: Compiled, given: Stimulus): Bench {
  const { inputs, outputs } = machine(graph);
  return {
    module: graph.name,
    verilog,
    inputs,
    outputs,
    clock: netlist.hasClock,
    trace: given.trace,
    reset: netlist.reset === undefined ? undefined : (given.reset ?? []),
  };
}

/** Where two runs of a program first differ, in words. */
export function difference(one: Compiled, expected: Seen, seen: Seen | undefined, whose: string): string | undefined {
  const { graph, assembly } = one;
  const texts = `${graph.source.text}\n${assembly}`;
  if (seen?.length !== expected.length) return `${whose}: ${seen?.length} cycles\n${texts}`;
  for (const [cycle, outputs] of expected.entries())
    for (const [output, lanes] of outputs.entries())
      for (const [lane, value] of lanes.entries()) {
        const other = seen[cycle]?.[output]?.[lane];
        const where = `cycle ${cycle}, ${graph.outputs[output]?.name}[${lane}]`;
        if (other !== value) return `${where}: program ${value}, ${whose} ${other}\n${texts}`;
      }
  return undefined;
}
