// What goes to DSP48E2: the cell against the behavioural model of it in test/models, the family of Lakeroad's designs
// (ASPLOS 2024), the kernels of the original system, and what comes out under Icarus Verilog.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countCells } from "../asm/netlist.ts";
import { machine } from "../lang/eval/machine.ts";
import { graphOf as graphOfPrim } from "../lang/target/semantics.ts";
import type { Prim } from "../lang/target/target.ts";
import { type Bench, hasIverilog, type Library, NO_IVERILOG, type Seen, simulate } from "./iverilog.ts";
import { type Compiled, compiled, difference, graphOf, runNetlist, runProgram, stimulus } from "./netlist.ts";
import { targetNamed } from "./target-files.ts";
import { generator, randomTrace } from "./traces.ts";

const target = targetNamed("ultrascale");
const SEED = Number(process.env["SEED"] ?? 20261121);
const MODEL: Library = { file: "test/models/DSP48E2.v", defines: [] };

function built(text: string, module?: string, reset: "none" | "sync" = "none"): Compiled {
  return compiled(graphOf(text, reset), target, reset, "balanced", module);
}

/** `{ DSP48E2: 1 }`: cells by name. */
function cellsOf({ netlist }: Compiled): Readonly<Record<string, number>> {
  return Object.fromEntries(countCells(netlist));
}

function disagreement(one: Compiled): string | undefined {
  const given = stimulus(one, 30, SEED);
  return difference(one, runProgram(one, given), runNetlist(one, given), "netlist");
}

/** Modes of the ALU that the guide allows: W, Z, and X with Y. */
function legalModes(usesProduct: boolean, hasP: boolean): readonly bigint[] {
  const w = hasP ? [0, 1, 3] : [0, 3];
  const z = hasP ? [0, 1, 2, 3, 5, 6] : [0, 1, 3, 5];
  const xy = [0, 3, 8, 11, 12, 15, ...(hasP ? [2, 10, 14] : []), ...(usesProduct ? [5, 5, 5, 5] : [])];
  return w.flatMap((high) => z.flatMap((middle) => xy.map((low) => BigInt((high << 7) | (middle << 4) | low))));
}

/** A module that has a cell with these parameters in it, the ports called alike. */
function moduleOf(name: string, { name: cell, inputs, outputs, params }: Prim, values: readonly bigint[]): string {
  const range = (width: number) => (width > 1 ? `[${width - 1}:0] ` : "");
  const free = inputs.filter((port) => port.tie === undefined && !port.isClock);
  const ports = [
    "input clock",
    ...free.map((port) => `input ${range(port.width)}${port.name}`),
    ...outputs.map((port) => `output ${range(port.width)}${port.name}`),
  ];
  const given = params.map(({ name, width, words }, at) => {
    const value = values[at] ?? 0n;
    return `.${name}(${words === undefined ? `${width}'d${value}` : `"${words[Number(value)]}"`})`;
  });
  const pins = [...inputs, ...outputs].map((port) => {
    const tie = "tie" in port ? port.tie : undefined;
    const isClock = "isClock" in port && port.isClock;
    return `.${port.name}(${isClock ? "clock" : tie === undefined ? port.name : `{${port.width}{1'b${tie}}}`})`;
  });
  return `module ${name}(${ports.join(", ")});\n  ${cell} #(${given.join(", ")}) one(${pins.join(", ")});\nendmodule\n`;
}

/** Parameters of a cell by name, for those that the cell allows: as many registers in the cascade as in the way in. */
function paramsOf(prim: Prim, random: () => number): readonly bigint[] {
  const areg = BigInt(random() % 3);
  const breg = BigInt(random() % 3);
  const some: Readonly<Record<string, bigint>> = { AREG: areg, ACASCREG: areg, BREG: breg, BCASCREG: breg };
  const controls = /^(ALUMODE|CARRYIN|CARRYINSEL|INMODE|OPMODE)REG$/;
  return prim.params.map(({ name, width, words }) => {
    let value = 0n;
    for (let bit = 0; bit < width; bit += 32) value = (value << 32n) | BigInt(random());
    if (controls.test(name)) return 0n;
    // One of the words, of which no meaning is said of the mode that is switched while it runs.
    if (words !== undefined) return BigInt(random() % words.length);
    if (name === "IS_INMODE_INVERTED") return value & 0xen;
    if (name === "IS_OPMODE_INVERTED") return 0n;
    // What is hardly masked is never found.
    if (name === "MASK") return BigInt.asUintN(48, value | ~(0x111n << (value % 40n)));
    return some[name] ?? BigInt.asUintN(width, value);
  });
}

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog" : NO_IVERILOG, () => {
  test("the cell computes what the model of it does, in every mode", { timeout: 120_000 }, () => {
    const prim = target.prims.get("DSP48E2") ?? expect.fail("there is a DSP48E2");
    const random = generator(SEED);
    const trials = Array.from({ length: 60 }, () => {
      const params = paramsOf(prim, random);
      return { params, runner: machine(graphOfPrim(prim, params)) };
    });
    const paramOf = (params: readonly bigint[], name: string) =>
      params[prim.params.findIndex((param) => param.name === name)] ?? 0n;
    const benches = trials.map(({ params, runner }, at): Bench => {
      const { inputs, outputs } = runner;
      const modes = legalModes(paramOf(params, "USE_MULT") > 0n, paramOf(params, "PREG") > 0n);
      const trace = randomTrace(
        inputs.map(({ type }) => type),
        80,
        at + 1,
      ).map((cycle) =>
        cycle.map((lanes, port) =>
          inputs[port]?.name === "OPMODE"
            ? [modes[Number(lanes[0]) % modes.length] ?? 0n]
            : inputs[port]?.name === "ALUMODE"
              ? // Parity is that of the logic unit; the majority beside carries is not in the guide.
                [(lanes[0] ?? 0n) < 8n ? (lanes[0] ?? 0n) : (lanes[0] ?? 0n) | 4n]
              : lanes,
        ),
      );
      // Inputs that nothing hangs on are left out of the meaning of the cell, and 0 here.
      const verilog = moduleOf(`m${at}`, prim, params);
      return { module: `m${at}`, verilog, inputs, outputs, clock: true, trace, reset: undefined };
    });
    const seen = simulate(benches, MODEL);
    let specified = 0;
    trials.forEach(({ params, runner }, at) => {
      const expected: Seen = (benches[at]?.trace ?? []).map((cycle) => {
        cycle.forEach((lanes, port) => runner.set(port, 0, lanes[0] ?? 0n));
        runner.evaluate();
        const row = runner.outputs.map((_, output) => [runner.get(output, 0)]);
        runner.clock();
        return row;
      });
      const isDetecting = paramOf(params, "USE_PATTERN_DETECT") > 0n;
      expected.forEach((row, cycle) => {
        row.forEach((lanes, output) => {
          if (runner.outputs[output]?.name === "PATTERNDETECT" && !isDetecting) return;
          specified++;
          expect(seen[at]?.[cycle]?.[output], `${params.join(" ")}, cycle ${cycle}, output ${output}`).toEqual(lanes);
        });
      });
    });
    expect(specified).toBeGreaterThan(9000);
  });
});

const KERNELS: readonly (readonly [name: string, units: number])[] = [
  ["tadd_64", 16],
  ["tadd_128", 32],
  ["tadd_256", 64],
  ["tadd_512", 128],
  ["tadd_scalar_64", 16],
  ["tadd_scalar_512", 128],
  ["tdot_5_3", 15],
  ["tdot_5_9", 45],
  ["tdot_5_36", 180],
];

test.each(KERNELS)("%s takes %i DSP48E2 and nothing else", (name, units) => {
  expect(cellsOf(built(readFileSync(`examples/kernels/${name}.ir`, "utf8")))).toEqual({ DSP48E2: units });
});

test("kernels give what the evaluator gives", () => {
  for (const name of ["tadd_64", "tadd_scalar_64", "tdot_5_3"])
    expect(disagreement(built(readFileSync(`examples/kernels/${name}.ir`, "utf8"))), name).toBe(undefined);
});
