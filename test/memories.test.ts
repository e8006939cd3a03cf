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
  ICE40_CELLS_READ,
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

const words = (count: number, bits: number, seed: number) =>
  Array.from({ length: count }, (_, at) => BigInt.asUintN(bits, BigInt(at + seed) ** 3n * 0x9e3779b97f4a7c15n)).join(
    ", ",
  );

/** Memories with the same addresses, and how many blocks hold them. */
const BESIDE: readonly (readonly [what: string, text: string, blocks: number])[] = [
  [
    "two halves of a word, each written by its own enable",
    `def main(r: u3, w: u3, d: u8, e: u8, v: bool, x: bool) -> (y: u8, z: u8) {
      y: u8 = sram(r, w, d, v); z: u8 = sram(r, w, e, x);
    }`,
    1,
  ],
  [
    "parts of any widths and signs, some with contents, which are read while one signal is high",
    `def main(r: u3, w: u3, d: i5, e: u8, f: i3, g: u16, v: bool, x: bool, k: bool, on: bool)
      -> (y: i5, z: u8, t: i3, s: u16) {
      y: i5 = sram[${words(8, 5, 1)}](r, w, d, v, on); z: u8 = sram(r, w, e, x, on);
      t: i3 = sram[${words(8, 3, 2)}](r, w, f, k, on); s: u16 = sram[${words(8, 16, 3)}](r, w, g, v, on);
    }`,
    2,
  ],
  [
    "bytes of a word of 256",
    "def main(r: u8, w: u8, d: u8<4>, we: u4, en: bool) -> (y: u8<4>) { y: u8<4> = sram(r, w, d, we, en); }",
    2,
  ],
  [
    "bits of a word, with contents",
    `def main(r: u2, w: u2, d: i16, we: u16) -> (y: i16) { y: i16 = sram[${words(4, 16, 4)}](r, w, d, we); }`,
    1,
  ],
  [
    "one that is read elsewhere stands alone",
    `def main(r: u3, q: u3, w: u3, d: u8, e: u8, v: bool, x: bool) -> (y: u8, z: u8) {
      y: u8 = sram(r, w, d, v) @bram; z: u8 = sram(q, w, e, x) @bram;
    }`,
    2,
  ],
  [
    "tables that are read at the same address, in their shape",
    `def main(a: u9, en: bool) -> (y: u4, z: i3, t: bool) {
      y: u4 = srom[${words(512, 4, 5)}](a, en); z: i3 = srom[${words(512, 3, 6)}](a, en);
      t: bool = srom[${words(512, 1, 7)}](a, en);
    }`,
    1,
  ],
];

test.each(BESIDE)("%s", (_what, text, count) => {
  const one = compiledText(text.replaceAll(/(sram(?:\[.*?\])?\([^)]*\));/g, "$1 @bram;"));
  expect(countCells(one.netlist).get("SB_RAM40_4K"), one.assembly).toBe(count);
  const given = stimulus(one, 200, 6);
  expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
});

test("memories share blocks where there are too few for each", () => {
  const count = 40;
  const each = (text: (at: number) => string) => Array.from({ length: count }, (_, at) => text(at)).join(", ");
  const body = Array.from({ length: count }, (_, at) => `y${at}: u10 = sram(r${at % 4}, w, d${at}, e${at});`);
  const text = `def main(r0: u8, r1: u8, r2: u8, r3: u8, w: u8, ${each((at) => `d${at}: u10, e${at}: bool`)})
    -> (${each((at) => `y${at}: u10`)}) { ${body.join("\n")} }`;
  expect(blocksOf(text)).toBe(4 * Math.ceil((count / 4) * (10 / 16)));
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
  test("memories that share blocks show the same", () => {
    const trials = BESIDE.map(([, text], at) =>
      compiled(
        graphOf(text.replaceAll(/(sram(?:\[.*?\])?\([^)]*\));/g, "$1 @bram;"), "none"),
        targetNamed("ice40"),
        "none",
        "area",
        `m${at}`,
        "up5k",
      ),
    );
    const given = trials.map((one) => stimulus(one, 200, 7));
    const seen = simulate(
      trials.map((one, at) => benchOf(one, given[at] ?? expect.fail("as many"))),
      ICE40_CELLS_READ,
    );
    const wrong = trials.flatMap((one, at) => {
      const trace = given[at] ?? expect.fail("as many");
      return difference(one, runProgram(one, trace), seen[at], "Verilog") ?? [];
    });
    expect(wrong).toEqual([]);
  });

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
