// Chains over wires of their own: where they are laid, where they are cut, and where there are none.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Netlist } from "../asm/netlist.ts";
import { neighbours } from "../asm/overwires.ts";
import { compile } from "../index.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { hasIverilog, simulate } from "./iverilog.ts";
import { benchOf, difference, graphOf, runNetlist, runProgram, stimulus, ULTRASCALE_CELLS } from "./netlist.ts";
import { targetNamed } from "./target-files.ts";

const target = targetNamed("ultrascale");
const device = deviceNamed(target, "xczu3eg") ?? expect.fail("there is a xczu3eg");

/** A sum of products, one behind the other, each with a register; `more` are statements beside it. */
function chain(name: string, steps: number, start: string): string {
  const lines = Array.from({ length: steps }, (_, k) => {
    const before = k === 0 ? start : `${name}${k - 1}`;
    return `${name}m${k}: i16 = mul(a, ${k % 2 === 0 ? "b" : "c"}); ${name}r${k}: i16 = reg[0](${name}m${k});
      ${name}s${k}: i16 = add(${name}r${k}, ${before}); ${name}${k}: i16 = reg[0](${name}s${k});`;
  });
  return lines.join("\n");
}

function cascadedText(text: string): string {
  const { value, diagnostics } = compile({ file: "test.ir", text }, target, { device, until: "cascade" });
  expect(diagnostics).toEqual([]);
  return print(value.assembly ?? expect.fail("there is an assembly"));
}

function placed(text: string, dialect: "ir" | "asm" = "ir") {
  return compile({ file: "test.ir", text }, target, { device, dialect, place: { device } });
}

/** By chain, the columns and rows of its cells from the bottom up. */
function columnsOf(netlist: Netlist): readonly (readonly (readonly number[])[])[] {
  const above = new Map(neighbours(netlist, target).map((pair) => [pair.below, pair.above]));
  const upper = new Set(above.values());
  return [...above.keys()]
    .filter((cell) => !upper.has(cell))
    .map((head) => {
      const cells = [head];
      for (let at = above.get(head); at !== undefined; at = above.get(at)) cells.push(at);
      return cells.map((cell) => netlist.cells[cell]?.at ?? []);
    });
}

/** The number of a slice in its column: two of them are five rows. */
const numberOf = ([, y = 0, z = 0]: readonly number[]) => (y / 5) * 2 + z;

test("a chain of products has relative coordinates, and the wires of its column", () => {
  const text = `def main(a: i16, b: i16, c: i16, d: i16) -> (t3: i16) {\n${chain("t", 4, "d")}\n}`;
  const assembly = cascadedText(text);
  const places = [...assembly.matchAll(/t(\d): i16 = (dsp_mac|dsp_chain)_.*?@dsp\((.*?)\);/gs)];
  expect(places.map(([, step, name, at]) => `${step} ${name} ${at}`).sort()).toEqual([
    "0 dsp_mac x0, y0, 0",
    "1 dsp_chain x0, y0, 1",
    "2 dsp_chain x0, y0+5, 0",
    "3 dsp_chain x0, y0+5, 1",
  ]);
});

test("what else is read, comes back, or waits in a register, is in no chain", () => {
  const used = `def main(a: i16, b: i16, c: i16, d: i16) -> (t2: i16, t1: i16) {\n${chain("t", 3, "d")}\n}`;
  expect(columnsOf(placed(used).value.netlist ?? expect.fail("placed")).map((cells) => cells.length)).toEqual([2]);
  const back = "def main(a: i16, b: i16) -> (y: i16) { m: i16 = mul(a, b); s: i16 = add(m, y); y: i16 = reg[0](s); }";
  expect(cascadedText(back)).toContain("dsp_acc");
  const waiting = `def main(a: i16, b: i16, c: i16) -> (y: i16) {
    m: i16 = mul(a, b); p: i16 = reg[0](m); q: i16 = reg[0](p); n: i16 = mul(a, c); r: i16 = reg[0](n);
    s: i16 = add(r, q); y: i16 = reg[0](s);
  }`;
  expect(columnsOf(placed(waiting).value.netlist ?? expect.fail("placed"))).toHaveLength(1);
});

test("chains stand in real columns, and are cut where a column ends", () => {
  const text = `def main(a: i16, b: i16, c: i16, d: i16) -> (t99: i16) {\n${chain("t", 100, "d")}\n}`;
  const { value, diagnostics } = placed(text);
  expect(diagnostics).toEqual([]);
  const columns = columnsOf(value.netlist ?? expect.fail("it is placed"));
  expect(columns.map((cells) => cells.length).sort()).toEqual([28, 72]);
  const rules = device.sites.filter(({ resource }) => resource === "dsp");
  for (const cells of columns)
    cells.forEach((cell, step) => {
      expect(rules.some(({ x }) => x[0] === cell[0])).toBe(true);
      expect([cell[0], numberOf(cell)]).toEqual([cells[0]?.[0], numberOf(cells[0] ?? []) + step]);
    });
});

test("chains that fill the device find their places", () => {
  const chains = Array.from({ length: 10 }, (_, at) => chain(`t${at}x`, at < 5 ? 40 : 32, "d"));
  const outputs = chains.map((_, at) => `t${at}x${at < 5 ? 39 : 31}: i16`);
  const text = `def main(a: i16, b: i16, c: i16, d: i16) -> (${outputs.join(", ")}) {\n${chains.join("\n")}\n}`;
  const { value, diagnostics } = placed(text);
  expect(diagnostics).toEqual([]);
  const columns = columnsOf(value.netlist ?? expect.fail("it is placed"));
  expect(columns.map((cells) => cells.length).sort()).toEqual([32, 32, 32, 32, 32, 40, 40, 40, 40, 40]);
});

test("an assembly that tears a chain apart is refused", () => {
  const text = `def main(a: i16, b: i16, c: i16) -> (y: i16) {
    t: i16 = dsp_mul_sext_sext[y: 1](a, b) @dsp(4, 0, 0);
    y: i16 = dsp_chain_sext_sext_add[y: 1](a, c, t) @dsp(4, 5, 0);
  }`;
  expect(placed(text, "asm").diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "bad-location: `y` reads `t` over wires to the next site above it",
  ]);
  expect(placed(text.replace("4, 5, 0", "4, 0, 1"), "asm").diagnostics).toEqual([]);
  const lonely =
    "def main(a: i16, b: i16, c: i16) -> (y: i16) { y: i16 = dsp_chain_sext_sext_add(a, b, c) @dsp(??, ??); }";
  expect(placed(lonely, "asm").diagnostics.map(({ code }) => code)).toEqual(["bad-instruction"]);
});

const PRE = `def main(d: i12, a: i12, b: i16, c: i40, en: bool) -> (y: i40) {
  u: i13 = sext(d); v: i13 = sext(a); e: i13 = sub(u, v); f: i13 = reg[0](e, en);
  s: i29 = sext(f); t: i29 = sext(b); m: i29 = mul(s, t); x: i40 = sext(m); o: i40 = add(x, c); p: i40 = reg[0](o, en);
  n: i29 = mul(t, s); z: i40 = sext(n); q: i40 = sub(p, z); y: i40 = reg[0](q, en);
}`;
const kernel = (name: string) => readFileSync(`examples/kernels/${name}.ir`, "utf8");

/** Programs, and how many instructions of them read another over the wires. */
const PROGRAMS: readonly (readonly [text: string, links: number])[] = [
  [`def main(a: i16, b: i16, c: i16, d: i16) -> (t8: i16) {\n${chain("t", 9, "d")}\n}`, 8],
  [PRE, 1],
  [kernel("tdot_5_9"), 40],
  [kernel("fir_direct"), 6],
  [kernel("fir_symmetric"), 2],
  [kernel("fir_transposed"), 6],
  [kernel("matmul_3"), 9],
  [kernel("conv_3x3"), 7],
  [kernel("butterfly"), 2],
  [kernel("sobel"), 0],
];

test.skipIf(!hasIverilog)(
  "chains and kernels give what the evaluator gives, in Verilog, too",
  { timeout: 120_000 },
  () => {
    const trials = PROGRAMS.map(([source, links], at) => {
      const text = source.replace(/^def \w+/m, `def cascade_${at}`);
      const { value } = compile({ file: "test.ir", text }, target, { device });
      const { netlist = expect.fail("netlist"), verilog = "", assembly = expect.fail("assembly") } = value;
      expect(neighbours(netlist, target)).toHaveLength(links);
      const one = { graph: graphOf(text, "none"), reset: "none" as const, assembly: print(assembly), netlist, verilog };
      return { one, given: stimulus(one, 60, at + 5) };
    });
    const seen = simulate(
      trials.map(({ one, given }) => benchOf(one, given)),
      ULTRASCALE_CELLS,
    );
    trials.forEach(({ one, given }, at) => {
      const expected = runProgram(one, given);
      expect(difference(one, expected, runNetlist(one, given), "netlist")).toBe(undefined);
      expect(difference(one, expected, seen[at], "Verilog")).toBe(undefined);
    });
  },
);
