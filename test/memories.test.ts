// Memories on iCE40: how many blocks each shape takes, that what was never read does not come out where it must not, and
// what the tools of the flow make of them.
import { describe, expect, test } from "vitest";
import { countCells } from "../asm/netlist.ts";
import { hasIverilog, NO_IVERILOG, simulate } from "./iverilog.ts";
import {
  benchOf,
  compiled,
  difference,
  graphOf,
  ICE40_CELLS,
  runNetlist,
  runProgram,
  type Stimulus,
  stimulus,
} from "./netlist.ts";
import { targetNamed } from "./target-files.ts";

function compiledText(text: string, reset: "none" | "sync" = "none") {
  return compiled(graphOf(text, reset), targetNamed("ice40"), reset, "area", undefined, "up5k");
}

function blocksOf(text: string): number {
  return countCells(compiledText(text).netlist).get("SB_RAM40_4K") ?? 0;
}

const srom = (a: number, type: string, bits: number) => {
  const words = Array.from({ length: 2 ** a }, (_, at) => BigInt.asUintN(bits, BigInt(at + 1) * 0x9e3779b97f4a7c15n));
  return `def main(a: u${a}) -> (y: ${type}) { y: ${type} = srom[${words.join(", ")}](a) @bram; }`;
};
const sram = (a: number, type: string) =>
  `def main(r: u${a}, w: u${a}, d: ${type}, we: bool) -> (y: ${type}) { y: ${type} = sram(r, w, d, we) @bram; }`;

/** Bits of an address, and of a word. */
const SHAPES: readonly (readonly [number, number])[] = [
  [1, 1],
  [8, 16],
  [9, 8],
  [10, 4],
  [11, 2],
  [12, 1],
  [13, 1],
  [8, 17],
  [9, 12],
  [10, 5],
  [11, 3],
  [12, 3],
  [13, 2],
];

describe("the least number of block RAMs", () => {
  test.each(SHAPES)("for 2^%i words of %i bits", { timeout: 60_000 }, (a, w) => {
    // Blocks side by side hold words; below 256 words the depth of a block is not used.
    const least = Math.ceil((2 ** Math.max(a, 8) * w) / 4096);
    expect(blocksOf(srom(a, `u${w}`, w))).toBe(least);
    expect(blocksOf(sram(a, `u${w}`))).toBe(least);
  });

  test("for words of vectors", () => {
    expect(blocksOf(sram(8, "i8<4>"))).toBe(2);
    expect(blocksOf(sram(10, "u1<4>"))).toBe(1);
    expect(blocksOf(srom(8, "u5<3>", 15))).toBe(1);
  });
});

test("a large memory with one port is on a single-port RAM, with a bit of block RAM a word", () => {
  const text = `def main(a: u14, d: u16, we: bool, en: bool) -> (y: u16) {
    n: bool = not(we);
    r: bool = and(n, en);
    y: u16 = sram(a, d, we, r);
  }`;
  const cells = countCells(compiledText(text).netlist);
  expect([cells.get("SB_SPRAM256KA"), cells.get("SB_RAM40_4K")]).toEqual([1, 4]);
});

test("where a read excludes a write, a block RAM stands nearly alone", () => {
  const text = `def main(r: u9, w: u9, d: u8, we: bool) -> (y: u8) {
    n: bool = not(we);
    y: u8 = sram(r, w, d, we, n);
  }`;
  expect([...countCells(compiledText(text).netlist)]).toEqual([
    ["SB_LUT4", 1],
    ["SB_RAM40_4K", 1],
  ]);
});

test("what selects and what writes may share a signal", () => {
  const text = `def main(a: u9, d: u8, select: bool, write: bool) -> (y: u8, z: bool) {
    we: bool = and(select, write);
    n: bool = not(write);
    r: bool = and(select, n);
    y: u8 = sram(a, d, we, r);
    z: bool = reg[0](r);
  }`;
  const cells = countCells(compiledText(text).netlist);
  expect([cells.get("SB_RAM40_4K"), cells.get("SB_DFF")]).toEqual([1, 1]);
});

/** Programs whose outputs are specified in every cycle although there are memories in them that were not read yet. */
const SPECIFIED: Readonly<Record<string, string>> = {
  "a table behind a register": `def main(a: u3, en: bool) -> (y: u4, z: bool) {
    t: u4 = rom[1, 2, 3, 4, 5, 6, 7, 8](a) @bram;
    y: u4 = reg[9](t, en);
    s: bool = rom[1, 0, 1, 1, 0, 1, 0, 0](a) @bram;
    z: bool = reg[1](s);
  }`,
  "a single-port RAM that is masked until it was read": `def main(a: u2, d: u8, we: bool, en: bool) -> (y: u8) {
    top: u12 = const[3];
    x: u14 = cat(a, top);
    n: bool = not(we);
    r: bool = and(n, en);
    m: u8 = sram(x, d, we, r) @spram;
    was: bool = reg[0](one, r);
    one: bool = const[1];
    zero: u8 = const[0];
    y: u8 = mux(was, m, zero);
  }`,
};

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog" : NO_IVERILOG, () => {
  test.each(
    Object.entries(SPECIFIED).flatMap(([what, text]) => [[what, "none", text] as const, [what, "sync", text] as const]),
  )("%s, reset %s, shows nothing that was not read", (_what, reset, text) => {
    const one = compiledText(text, reset);
    const given: Stimulus = stimulus(one, 300, 5);
    const expected = runProgram(one, given);
    expect(difference(one, expected, runNetlist(one, given), "netlist")).toBe(undefined);
    expect(difference(one, expected, simulate([benchOf(one, given)], ICE40_CELLS)[0], "Verilog")).toBe(undefined);
  });
});
