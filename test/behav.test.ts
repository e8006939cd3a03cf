// Behavioural Verilog means what the evaluator says: random programs under Icarus Verilog, and what the text looks like.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { behavioural } from "../lang/behav.ts";
import { check } from "../lang/check.ts";
import type { Diagnostic } from "../lang/diagnostic.ts";
import { machine } from "../lang/eval/machine.ts";
import { elaborate, type Graph, type Reset } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import { BOOL } from "../lang/type.ts";
import {
  answers,
  type Bench,
  hasIverilog,
  inTemporaryFolder,
  NO_IVERILOG,
  type Seen,
  simulate,
  tool,
} from "./iverilog.ts";
import { programs } from "./random.ts";
import { randomTrace } from "./traces.ts";

const COUNT = Number(process.env["PROGRAMS"] ?? (process.env["CI"] ? 1000 : 200));
const SEED = Number(process.env["SEED"] ?? 20261120);
const CYCLES = 50;
const BATCH = 50;

const hasVerilator = answers("verilator", ["--version"]);
const NO_VERILATOR = "verilator is not installed: behavioural Verilog was NOT linted";
if (!hasIverilog) console.warn(NO_IVERILOG);
if (!hasVerilator) console.warn(NO_VERILATOR);

/** A program to run, and how. */
interface Case {
  readonly text: string;
  readonly reset: Reset;
  /** Of the trace. */
  readonly seed: number;
}

const cases: fc.Arbitrary<Case> = fc.record({
  text: programs(),
  reset: fc.constantFrom<Reset>("none", "sync"),
  seed: fc.noBias(fc.nat(0xffffff)),
});

function expectNoErrors(diagnostics: readonly Diagnostic[], text: string): void {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  expect(
    errors.map(({ code, message }) => `${code}: ${message}`),
    text,
  ).toEqual([]);
}

/** The graph of a program, its module called `name`, and its Verilog; fails on any error. */
function compiled(text: string, reset: Reset, name?: string): { readonly graph: Graph; readonly verilog: string } {
  const parsed = parse({ file: "random.ir", text });
  const checked = check(parsed.value, "ir");
  expectNoErrors([...parsed.diagnostics, ...checked.diagnostics], text);
  const elaborated = elaborate(checked.value, { reset });
  expectNoErrors(elaborated.diagnostics, text);
  const found = elaborated.value as Graph;
  const graph = name === undefined ? found : { ...found, name };
  const printed = behavioural(graph, { reset });
  expectNoErrors(printed.diagnostics, text);
  return { graph, verilog: printed.value };
}

interface Trial {
  readonly one: Case;
  readonly bench: Bench;
  readonly expected: Seen;
}

/** Runs a case in the evaluator. */
function trial(one: Case, module: string): Trial {
  const { graph, verilog } = compiled(one.text, one.reset, module);
  const runner = machine(graph, { reset: one.reset });
  const { inputs, outputs } = runner;
  const isReset = graph.stateful && one.reset === "sync";
  const types = inputs.map(({ type }) => type);
  const trace = randomTrace(types, CYCLES, one.seed);
  const reset = isReset ? randomTrace([BOOL], CYCLES, one.seed + 1).map(([value]) => value?.[0] === 1n) : undefined;
  const expected = trace.map((cycle, at) => {
    cycle.forEach((lanes, port) => lanes.forEach((value, lane) => runner.set(port, lane, value)));
    runner.setReset(reset?.[at] === true);
    runner.evaluate();
    const seen = outputs.map(({ type }, output) =>
      Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) => runner.get(output, lane)),
    );
    runner.clock();
    return seen;
  });
  return { one, bench: { module, verilog, inputs, outputs, clock: graph.stateful, trace, reset }, expected };
}

/** Where Verilog first differs from the evaluator, in words. */
function difference({ one, bench, expected }: Trial, seen: Seen | undefined): string | undefined {
  if (seen?.length !== expected.length) return `${seen?.length} cycles\n${one.text}`;
  for (const [cycle, outputs] of expected.entries())
    for (const [output, lanes] of outputs.entries())
      for (const [lane, value] of lanes.entries()) {
        const other = seen[cycle]?.[output]?.[lane];
        if (other !== value)
          return `cycle ${cycle}, ${bench.outputs[output]?.name}[${lane}]: evaluator ${value}, Verilog ${other}\n${one.text}\n${bench.verilog}`;
      }
  return undefined;
}

function compare(list: readonly Case[]): readonly (string | undefined)[] {
  const trials = list.map((one, at) => trial(one, `m${at}`));
  const seen = simulate(trials.map(({ bench }) => bench));
  return trials.map((one, at) => difference(one, seen[at]));
}

function batches<T>(list: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(list.length / BATCH) }, (_, at) => list.slice(at * BATCH, (at + 1) * BATCH));
}

const FOLDER = join(import.meta.dirname, "golden", "behav");
const GOLDENS = readdirSync(FOLDER)
  .filter((file) => file.endsWith(".ir"))
  .map((file) => file.slice(0, -3));

/** A program whose first line is the command that prints it. */
function readGolden(name: string): { readonly text: string; readonly reset: Reset } {
  const text = readFileSync(join(FOLDER, `${name}.ir`), "utf8");
  return { text, reset: /^.*--reset sync/.test(text) ? "sync" : "none" };
}

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog" : NO_IVERILOG, () => {
  test("the goldens agree with the evaluator", () => {
    const list = GOLDENS.map((name, at) => ({ ...readGolden(name), seed: at + 1 }));
    expect(compare(list).filter((one) => one !== undefined)).toEqual([]);
  });

  test("4,096 bits agree with the evaluator", () => {
    const text = `def main(a: i4096, b: i4096, k: u4096, v: u4096<2>) -> (p: i4096, l: bool, s: i4096, t: i4096, c: u4096, r: u4096<2>) {
      p: i4096 = mul(a, b);
      l: bool = lt(a, b);
      s: i4096 = sra(a, k);
      t: i4096 = sra[4000](a);
      c: u4096 = const[0x${"5a".repeat(512)}];
      r: u4096<2> = reg[-1, 1](v);
    }`;
    expect(compare([{ text, reset: "sync", seed: 1 }])).toEqual([undefined]);
  });

  test(`${COUNT} random programs agree with the evaluator for ${CYCLES} cycles (seed ${SEED})`, {
    timeout: 600_000,
  }, () => {
    const list = fc.sample(cases, { numRuns: COUNT, seed: SEED });
    for (const [batch, some] of batches(list).entries()) {
      const at = compare(some).findIndex((one) => one !== undefined);
      if (at < 0) continue;
      // The same program again, this time on its own, so that fast-check makes it smaller.
      const path = `${batch * BATCH + at}`;
      const agree = fc.property(cases, (one) => {
        const [wrong] = compare([one]);
        if (wrong !== undefined) throw new Error(wrong);
      });
      fc.assert(agree, { seed: SEED, path, numRuns: 1, interruptAfterTimeLimit: 120_000 });
      throw new Error(`program ${path} of seed ${SEED} differs in its batch, but not on its own`);
    }
  });
});

describe.skipIf(!hasVerilator)(hasVerilator ? "under verilator" : NO_VERILATOR, () => {
  test(`${COUNT} random programs and the goldens are clean, but for what they waive`, { timeout: 600_000 }, () => {
    const random = fc.sample(cases, { numRuns: COUNT, seed: SEED });
    const golden = GOLDENS.map((name) => readGolden(name));
    for (const some of batches([...golden, ...random]))
      inTemporaryFolder((folder) => {
        const files = some.map(({ text, reset }, at) => {
          writeFileSync(join(folder, `m${at}.v`), compiled(text, reset, `m${at}`).verilog);
          return `m${at}.v`;
        });
        tool("verilator", ["--lint-only", "-Wall", "-Wno-MULTITOP", ...files], folder);
      });
  });
});

describe("what it looks like", () => {
  test.each(GOLDENS)("%s", (name) => {
    const { text, reset } = readGolden(name);
    const { verilog } = compiled(text, reset);
    const file = join(FOLDER, `${name}.v`);
    if (process.env["BLESS"]) writeFileSync(file, verilog);
    expect(verilog).toBe(existsSync(file) ? readFileSync(file, "utf8") : "");
  });
});

/** What is said about a program. */
function said(text: string): readonly string[] {
  const checked = check(parse({ file: "test.ir", text }).value, "ir");
  const { value } = elaborate(checked.value);
  const { diagnostics } = behavioural(value as Graph, { reset: "none" });
  return diagnostics.map((one) => `${one.severity}: ${one.message}`);
}

describe("names that cannot be kept", () => {
  test("ports that are one port in Verilog are refused", () => {
    expect(said("def main(v: i8<2>, v_1: i8) -> (y: i8<2>) { y: i8<2> = cat(v_1, v_1); }")).toEqual([
      "error: the ports `v` and `v_1` would both be `v_1` in Verilog",
    ]);
  });
  test("a port with the name of its module is pointed out", () => {
    expect(said("def y(a: i8) -> (y: i8) { y: i8 = not(a); }")).toEqual([
      "warning: the port `y` has the name of its module, which Verilator refuses",
    ]);
  });
});
