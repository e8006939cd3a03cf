// What covering logic gives and costs: the cells of the suite's kernels are as few as Yosys' or fewer, and time grows with
// the logic.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { compile } from "../index.ts";
import { select } from "../isel/select.ts";
import { measure } from "./bench/figures.ts";
import { graphOf } from "./netlist.ts";
import { targetNamed } from "./target-files.ts";
import { generator } from "./traces.ts";

const target = targetNamed("ice40");

function chooser(seed: number): (below: number) => number {
  const random = generator(seed + 1);
  return (below) => (random() >>> 0) % below;
}

/**
 * LUTs and depth at most, each followed by that of `yosys synth_ice40` 0.23 on our behavioural Verilog, the better of the
 * one with `-abc9` and the one without: `npm run bench` measures both.
 */
const MOST: Readonly<Record<string, readonly [number, number, number, number]>> = {
  fsm_3: [2, 4, 1, 2],
  fsm_5: [6, 9, 2, 3],
  fsm_7: [8, 14, 2, 3],
  fsm_9: [9, 20, 3, 4],
  crc_8: [17, 17, 2, 3],
  crc_32: [52, 54, 3, 3],
  popcount_32: [49, 53, 4, 7],
  popcount_64: [123, 121, 9, 9],
  priority_32: [40, 39, 4, 4],
  decoder_5: [40, 41, 2, 2],
  shift_32: [235, 230, 6, 6],
  rotate_32: [160, 160, 5, 5],
  mux_16: [80, 100, 4, 4],
  compare_16: [99, 100, 4, 4],
  saturate_16: [53, 52, 4, 4],
  alu_8: [97, 117, 6, 6],
  sort_8: [336, 336, 7, 7],
  sort_8_pipelined: [456, 456, 2, 2],
  gray_8: [15, 15, 2, 2],
  bcd_4: [30, 30, 3, 3],
  lfsr_16: [13, 13, 1, 1],
  uart_tx: [31, 30, 2, 2],
  traffic: [24, 27, 4, 4],
  arbiter_8: [29, 27, 5, 5],
  aes_sbox: [216, 260, 5, 5],
  sbox_tower: [61, 67, 8, 9],
  chacha_qr: [256, 254, 8, 8],
  sha256_round: [352, 471, 6, 7],
};

describe("kernels of logic are no larger and no slower than before, nor than a tenth more than Yosys makes them", () => {
  test.each(Object.entries(MOST))("%s", (name, [most, theirs, deepest, theirDepth]) => {
    const file = `examples/kernels/${name}.ir`;
    const { json = "" } = compile({ file, text: readFileSync(file, "utf8") }, target, { json: true }).value;
    const { lut, depth } = measure(json);
    expect(lut).toBeLessThanOrEqual(Math.min(most, 1.1 * theirs));
    expect(depth).toBeLessThanOrEqual(Math.min(deepest, 1.1 * theirDepth));
  });
});

/** A program of `count` operations on single bits. */
function soup(count: number): string {
  const choose = chooser(9);
  const inputs = Array.from({ length: 64 }, (_, at) => `t${at}`);
  const lines = Array.from({ length: count }, (_, index) => {
    const at = 64 + index;
    const operand = () => `t${at - 1 - choose(Math.min(at, 200))}`;
    const op = ["and", "or", "xor"][choose(3)];
    return `  t${at}: bool = ${op}(${operand()}, ${operand()});`;
  });
  const outputs = Array.from({ length: 64 }, (_, at) => `t${63 + count - 3 * at}: bool`);
  return `def main(${inputs.map((one) => `${one}: bool`).join(", ")}) -> (${outputs.join(", ")}) {\n${lines.join("\n")}\n}\n`;
}

test("time grows with the logic, and no faster", { timeout: 120_000, retry: 2 }, () => {
  const cpu = (count: number) => {
    const graph = graphOf(soup(count), "none");
    let least = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round++) {
      const before = process.cpuUsage();
      select(graph, target);
      const { user } = process.cpuUsage(before);
      least = Math.min(least, user / 1000);
    }
    return least;
  };
  const small = cpu(10_000);
  const large = cpu(40_000);
  expect(small).toBeLessThan(2500);
  expect(large / small).toBeLessThan(4 * 2);
});

test("chains of any length are covered", { timeout: 60_000 }, () => {
  const inputs = Array.from({ length: 50 }, (_, at) => `a${at}`);
  const lines = Array.from({ length: 30_000 }, (_, at) => {
    const before = at === 0 ? "r" : `t${at - 1}`;
    return `  t${at}: bool = ${["and", "xor", "or"][(at * 7) % 3]}(${before}, a${(at * 13) % 50});`;
  });
  const text = `def main(${inputs.map((one) => `${one}: bool`).join(", ")}) -> (r: bool) {\n${lines.join("\n")}\n  r: bool = reg[0](t29999);\n}\n`;
  const { value, diagnostics } = select(graphOf(text, "none"), target);
  expect(diagnostics.map((one) => one.message)).toEqual([]);
  expect(value.items[0]?.body.length).toBeLessThan(11_000);
});

test("choices that share choices before a register are looked at once", () => {
  const lines = Array.from({ length: 150 }, (_, at) => {
    const before = at === 0 ? "q" : `m${at - 1}`;
    return `  m${at}: u8 = mux(${at % 3 === 0 ? "c" : "d"}, ${before}, ${at % 5 === 4 ? "a" : before});`;
  });
  const text = `def main(c: bool, d: bool, a: u8) -> (q: u8) {\n${lines.join("\n")}\n  q: u8 = reg[0](m149);\n}\n`;
  expect(select(graphOf(text, "none"), target).diagnostics).toEqual([]);
});
