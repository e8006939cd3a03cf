// A netlist means what its program means: random programs and all examples, from text to cells, in the evaluator; random
// programs under Icarus Verilog with Yosys' models of the cells, too.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expand } from "../asm/expand.ts";
import type { Objective } from "../isel/ways.ts";
import { check } from "../lang/check.ts";
import type { Reset } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import { hasIverilog, NO_IVERILOG } from "./iverilog.ts";
import { compiled, difference, graphOf, runNetlist, runProgram, stimulus } from "./netlist.ts";
import { batches, CYCLES, FILES, graphOfFile, isCI, wrongVerilog } from "./programs.ts";
import { programs } from "./random.ts";
import { targetNamed } from "./target-files.ts";

const COUNT = Number(process.env["PROGRAMS"] ?? (isCI ? 1000 : 200));
const SIMULATED = Number(process.env["SIMULATED"] ?? (isCI ? 300 : 60));
const SEED = Number(process.env["SEED"] ?? 20261121);
const BATCH = 30;
const TIMED = { timeout: 4_000 * SIMULATED };

const OBJECTIVES = ["area", "delay", "balanced"] as const;

/** A program to compile, and how. */
interface Case {
  readonly text: string;
  readonly reset: Reset;
  readonly optimize: Objective;
  /** Of the trace. */
  readonly seed: number;
}

const cases = (memories: boolean): fc.Arbitrary<Case> =>
  fc.record({
    text: programs({ memories, hints: ["lut", "??"], widest: 40 }),
    reset: fc.constantFrom<Reset>("none", "sync"),
    optimize: fc.constantFrom(...OBJECTIVES),
    seed: fc.noBias(fc.nat(0xffffff)),
  });

function sampled(count: number, memories: boolean): readonly Case[] {
  return fc.sample(cases(memories), { numRuns: count, seed: SEED });
}

/** Where the netlist of a case differs from its program. */
function wrongNetlist(
  target: string,
  device: string | undefined,
  { text, reset, optimize, seed }: Case,
): string | undefined {
  const one = compiled(graphOf(text, reset), targetNamed(target), reset, optimize, undefined, device);
  const given = stimulus(one, CYCLES, seed);
  return difference(one, runProgram(one, given), runNetlist(one, given), `netlist (${optimize}, reset ${reset})`);
}

test.each([
  ["ice40", undefined, COUNT],
  ["ice40", "up5k", Math.ceil(COUNT / 2)],
  ["tiny", undefined, Math.ceil(COUNT / 4)],
  ["ultrascale", undefined, Math.ceil(COUNT / 10)],
] as const)(
  "on %s, device %s, %i random programs agree with their netlists",
  {
    timeout: 600_000,
  },
  (target, device, count) => {
    const memories = true;
    sampled(count, memories).forEach((one, at) => {
      let wrong: string | undefined;
      try {
        wrong = wrongNetlist(target, device, one);
      } catch (error) {
        wrong = String(error);
      }
      if (wrong === undefined) return;
      const agree = fc.property(cases(memories), (smaller) => {
        const message = wrongNetlist(target, device, smaller);
        if (message !== undefined) throw new Error(message);
      });
      fc.assert(agree, { seed: SEED, path: `${at}`, numRuns: 1, interruptAfterTimeLimit: 60_000 });
      throw new Error(wrong);
    });
  },
);

test.each(FILES)("the netlist of %s agrees with it", { timeout: 120_000 }, (file) => {
  for (const reset of ["none", "sync"] as const) {
    const one = compiled(graphOfFile(file, reset), targetNamed("ice40"), reset, "balanced");
    const given = stimulus(one, CYCLES, file.length);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
  }
});

/** What is said about an assembly for iCE40 with these lines. */
function said(lines: string): readonly string[] {
  const text = `def main(a: i8, b: i8, v: i8<2>, x: i8<4>, en: bool) -> (y: i8) {\n${lines}\n}\n`;
  const { value, diagnostics } = parse({ file: "test.asm", text });
  const found = [...diagnostics, ...check(value, "asm").diagnostics];
  const errors = found.filter(({ severity }) => severity === "error");
  return (errors.length > 0 ? errors : expand(value, targetNamed("ice40")).diagnostics).map(({ code }) => code);
}

test.each([
  ["a right one", "y: i8 = add[init: 3](a, y, en) @lc(??, ??);", []],
  ["open operands", "y: i8 = add[init: 3](a, b, _, reset) @lc(1, 2);", []],
  ["an instruction that is not there", "y: i8 = addd(a, b);", ["unknown-instruction"]],
  ["an operand that is not there", "y: i8 = add(a, c);", ["undeclared"]],
  ["an operand too few", "y: i8 = add(a);", ["wrong-arity"]],
  ["an open operand that is needed", "y: i8 = add(a, _);", ["wrong-arity"]],
  ["an operand too many", "y: i8 = add[init: 3](a, b, en, en, en, en);", ["wrong-arity"]],
  ["two results", "(y: i8, z: i8) = add(a, b);", ["wrong-arity"]],
  ["no result", "add(a, b); y: i8 = id(a);", ["wrong-arity"]],
  ["an operand that nothing uses", "y: i8 = add(a, b, en);", ["bad-instruction"]],
  ["operands of two types", "z: u8 = ext[0, 7](a); y: i8 = add(a, z);", ["bad-instruction"]],
  ["lanes that do not match", "z: i8<2> = add(v, x); y: i8 = ext[0](z);", ["bad-instruction"]],
  ["a scalar of vectors", "y: i8 = add(v, v);", ["bad-instruction"]],
  ["a wider result", "z: i9 = add(a, b); y: i8 = ext[0, 7](z);", ["bad-instruction"]],
  ["a number out of its range", "z: i300 = sext(a); w: i300 = mul(z, z); y: i8 = ext[0, 7](w);", ["bad-instruction"]],
  ["a place of another kind", "y: i8 = add(a, b) @dsp(??, ??);", ["bad-instruction"]],
  ["an unknown attribute", "y: i8 = add[start: 3](a, b);", ["bad-attribute"]],
  ["an attribute without its name", "y: i8 = add[3](a, b);", ["bad-attribute"]],
  ["an attribute twice", "y: i8 = add[init: 3, init: 4](a, b);", ["bad-attribute"]],
  ["too many values", "z: i8<2> = reg[init: 1, 2, 3](v); y: i8 = ext[0](z);", ["bad-attribute"]],
  ["a missing attribute", "y: i8 = reg(a);", ["bad-attribute"]],
  ["contents", "k: u1 = ext[0, 0](a); z: i8 = srom[words: 1, 2](k); y: i8 = id(z);", []],
  ["no contents", "k: u1 = ext[0, 0](a); y: i8 = srom(k);", ["bad-attribute"]],
  ["contents of another size", "k: u1 = ext[0, 0](a); y: i8 = srom[words: 1, 2, 3](k);", ["bad-attribute"]],
  ["contents that are too wide", "k: u1 = ext[0, 0](a); y: i8 = srom[words: 1, 256](k);", ["bad-attribute"]],
  [
    "contents of vectors",
    "k: u1 = ext[0, 0](a); z: i8<2> = srom[words: 1, 2](k); y: i8 = ext[0](z);",
    ["bad-attribute"],
  ],
  ["a memory that feeds itself", "k: u1 = ext[0, 0](a); y: i8 = sram(k, k, y, en);", []],
  ["a loop of wires", "z: i8 = id(y); y: i8 = id(z);", ["combinational-cycle"]],
  ["a loop of instructions", "z: i8 = add(a, y); y: i8 = xor(b, z);", ["combinational-cycle"]],
  ["a loop through a register", "z: i8 = add(a, y); y: i8 = xor[init: 0](b, z);", []],
])("of assembly, %s", (_what, lines, codes) => {
  expect(said(lines)).toEqual(codes);
});

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog, with Yosys' cells" : NO_IVERILOG, () => {
  test.each([
    ["ice40", SIMULATED],
    ["ultrascale", Math.ceil(SIMULATED / 10)],
  ])(`for %s, %i random programs agree with their Verilog (seed ${SEED})`, TIMED, (target, count) => {
    for (const some of batches(sampled(count, true), BATCH)) {
      const list = some.map(({ text, reset, optimize, seed }, at) => ({
        one: compiled(graphOf(text, reset), targetNamed(target), reset, optimize, `m${at}`),
        seed,
      }));
      expect(wrongVerilog(list, target).find((one) => one !== undefined)).toBe(undefined);
    }
  });
});
