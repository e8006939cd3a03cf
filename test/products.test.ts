// Products of values of which one has a sign: at all small widths of operands and result, the netlist computes them.
import { expect, test } from "vitest";
import { compiled, difference, graphOf, runNetlist, runProgram, stimulus } from "./netlist.ts";
import { targetNamed } from "./target-files.ts";

const target = targetNamed("ice40");
const WIDTHS = [1, 2, 3, 5, 8];

test("a product of a natural number and an integer", { timeout: 120_000 }, () => {
  for (const k of WIDTHS)
    for (const m of WIDTHS.slice(1))
      for (const w of [Math.max(k, m) + 1, k + m, k + m + 3]) {
        const text = `def main(a: u${k}, b: i${m}) -> (y: i${w}) {
  z: u${w} = zext(a);
  p: i${w} = ext[0, ${w - 1}](z);
  q: i${w} = sext(b);
  y: i${w} = mul(p, q);
}
`;
        const one = compiled(graphOf(text, "none"), target, "none", "area");
        if (k + m > 5 && w >= k + m) expect(one.assembly).toContain("mul_mixed");
        const given = stimulus(one, 300, k * 100 + m * 10 + w);
        expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist"), text).toBe(undefined);
      }
});

test("a product with a constant is a tree of sums, no wider than its operands", { timeout: 60_000 }, () => {
  const sizes = (text: string) => {
    const { netlist } = compiled(graphOf(text, "none"), target, "none", "area");
    return ["SB_CARRY", "SB_DFF"].map((kind) => netlist.cells.filter(({ prim }) => prim.name === kind).length);
  };
  const times = (value: number) => `def main(a: i8) -> (y: i24) {
  x: i24 = sext(a);
  c: i24 = const[${value}];
  p: i24 = mul(x, c);
  y: i24 = reg[0](p);
}
`;
  // Four terms: two sums of 10 bits or so, and one of both; 15 bits hold them all, and every sum adds one.
  const [carries, registers] = sizes(times(0b1010101)) as [number, number];
  expect(carries).toBeLessThan(34);
  expect(registers).toBeLessThan(19);
  for (const value of [0, 1, -1, 2, 3, -5, 7, 31, 85, -127, 12007, -32768, 8388607]) {
    const one = compiled(graphOf(times(value), "none"), target, "none", "area");
    const given = stimulus(one, 300, value);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist"), `${value}`).toBe(undefined);
  }
});
