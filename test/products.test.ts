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
