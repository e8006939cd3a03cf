// The targets hold together: cells are those of the vendor, implementations compute what their patterns say; and what
// does not hold together is found.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkTarget } from "../asm/check-target.ts";
import { fingerprint } from "../checking.ts";
import { compile } from "../index.ts";
import { machine } from "../lang/eval/machine.ts";
import { parse } from "../lang/parser.ts";
import { devicesOf } from "../lang/target/device.ts";
import { loadTarget } from "../lang/target/load.ts";
import { graphOf as graphOfPrim } from "../lang/target/semantics.ts";
import type { Prim } from "../lang/target/target.ts";
import { timingNamed } from "../lang/target/timing.ts";
import { printTrees, readerOf } from "../lang/target/trees.ts";
import { evaluate } from "../lang/target/value.ts";
import { hasIverilog, NO_IVERILOG, type Seen, simulate } from "./iverilog.ts";
import { ICE40_CELLS, ULTRASCALE_CELLS } from "./netlist.ts";
import { targetNamed, targetSources } from "./target-files.ts";
import { generator, randomTrace } from "./traces.ts";

/** All members take many minutes, and their table is kept, `CHECKED.md` beside each target; these a few seconds. */
const WIDTHS = process.env["RETICLE_DEEP"] === undefined ? [1, 2, 3, 9, 18] : undefined;

test.each(["ice40", "tiny", "ultrascale"])("%s is read without a word", (name) => {
  const { diagnostics } = loadTarget(name, targetSources(name));
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  expect(devicesOf(targetNamed(name)).filter((device) => device.isDefault)).toHaveLength(1);
});

/** Products over several units, those with a sum before the product, and comparisons with constants. */
const PICKED = /^(mul_wide|dsp_(mul_long|mul_wide|pre|eq))/;

/** The many patterns of ultrascale are checked where all members are. */
const CHECKED = WIDTHS === undefined ? ["ice40", "tiny", "ultrascale"] : ["ice40", "tiny"];

test.each(CHECKED)("every implementation of %s computes its pattern", { timeout: 3_600_000 }, (name) => {
  const target = targetNamed(name);
  const { rows, diagnostics } = checkTarget(target, WIDTHS === undefined ? {} : { widths: WIDTHS });
  expect(
    diagnostics.filter(({ severity }) => severity === "error").map(({ message, help }) => [message, ...help]),
  ).toEqual([]);
  expect(rows.map(({ pattern }) => pattern)).toEqual([...target.patterns.keys()]);
  for (const { pattern, instances, proved, tested, failed, isWhole } of rows) {
    expect(failed).toBe(0);
    expect(proved + tested).toBe(instances);
    expect(instances).toBeGreaterThan(0);
    // Every combination of what a DSP computes by itself, where all widths are looked at.
    const isOne = target.patterns.get(pattern)?.resource === "dsp" && !PICKED.test(pattern);
    expect(isWhole, pattern).toBe(isOne && WIDTHS === undefined);
  }
});

/** Of the members that are looked at one by one at least this share is proved. */
const PROVED: readonly (readonly [target: string, share: number])[] = [
  ["ice40", 0.88],
  ["tiny", 0.9],
  ["ultrascale", 0.9],
];

test.each(PROVED)("the page of what is proved of %s is that of its description", (name, share) => {
  const target = targetNamed(name);
  const page = readFileSync(`targets/${name}/CHECKED.md`, "utf8");
  const again = `make it anew, in some minutes: reticle target check ${name} -o targets/${name}/CHECKED.md`;
  expect(page.includes(fingerprint(target)), again).toBe(true);
  const rows = [...page.matchAll(/^\| `?(\w+)`? \| (\d+) \| (?:all)? \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|$/gm)];
  expect(rows.map(([, pattern]) => pattern)).toEqual([...target.patterns.keys(), "all"]);
  const [, , instances = 0, proved = 0, followed = 0, tested = 0, failed] = (rows.at(-1) ?? []).map(Number);
  expect([failed, proved + tested]).toEqual([0, instances]);
  expect(proved - followed).toBeGreaterThanOrEqual(share * (instances - followed));
});

const GOOD = `
prim LUT[INIT: u4, role: lut, site: lc](A: bool, B: bool) -> (O: bool) {
  t: u4 = const[INIT];  i: u2 = cat(A, B);  s: u4 = srl(t, i);  O: bool = ext[0](s);
}
pat xor<T: i or u, w: 1..>[lc: w, delay: 100](a: T<w>, b: T<w>) -> (y: T<w>) { y: T<w> = xor(a, b); }
imp xor<w>(a, b) -> (y) { for i in 0..w { y[i] = LUT[6](a[i], b[i]); } }
`;

/** What is said about a target, the good one with a piece of it replaced or added. */
function said(from: string, to: string): readonly string[] {
  const { value, diagnostics } = loadTarget("made-up", [{ file: "made-up.tdl", text: GOOD.replace(from, () => to) }]);
  const found = checkTarget(value, { widths: [1, 2, 3, 16] });
  return [...diagnostics, ...found.diagnostics].map(({ code, message, help }) => [code, message, ...help].join(": "));
}

test("a target that holds together is not complained about", () => {
  expect(said("", "")).toEqual([]);
});

const OTHER =
  "pat same<T: i or u, w: 1..>[lc: w + 1, delay: 100](p: T<w>, q: T<w>) -> (z: T<w>) { z: T<w> = xor(p, q); }";

test.each([
  [
    "a wrong mask",
    "LUT[6]",
    "LUT[w == 3 ? 7 : 6]",
    /^wrong-implementation: .* in 2 of 8 members: with T = i, w = 3: a = 0, b = 0: y is /,
  ],
  ["crossed bits", "b[i]", "b[w - 1 - i]", /^wrong-implementation: .* with T = i, w = 2: /],
  ["a bit that is not defined", "0..w", "1..w", /^wrong-implementation: .*`y` is never defined/],
  [
    "a name that is used with a hole in it",
    "y[i] = LUT[6](a[i], b[i]); }",
    "t[i + 1] = LUT[6](a[i], b[i]); } y = id(t);",
    /^wrong-implementation: .*bit 0 is not defined/,
  ],
  ["an operand left open", "LUT[6](a[i], b[i])", "LUT[6](a[i], a[i])", /^unused: `xor` does not connect `b`/],
  ["a cost that is far off", "lc: w,", "lc: 2 * w,", /^wrong-cost: .* takes 32 `lc`, its cells take 16/],
  ["a cost below nothing", "lc: w,", "lc: w - 2,", /^bad-target: .*a cost is -1/],
  ["a cost without a meaning", "lc: w,", "lc: width,", /^bad-target: .*`width` is not a parameter/],
  ["a cell that is no program", "cat(A, B)", "cat(A)", /^type-mismatch: /],
  [
    "an implementation that nothing uses",
    "imp xor",
    "imp or<w>(a) -> (y) { y = id(a); }\nimp xor",
    /^unused: nothing uses the `imp` `or`/,
  ],
  [
    "a pattern without one",
    "imp xor",
    "pat or[lc: 1, delay: 1](a: i8, b: i8) -> (y: i8) { y: i8 = or(a, b); }\nimp xor",
    /^no-implementation: .*`or`/,
  ],
  [
    "a pattern that can never be chosen",
    "imp xor",
    `${OTHER}\nimp same<w>(p, q) -> (z) { z = xor(p, q); }\nimp xor`,
    /^never-chosen: `same` .*`xor` does the same/,
  ],
  [
    "a pattern for no program",
    "y: T<w> = xor(a, b)",
    "y: T<w> = lt(a, b)",
    /^bad-pattern: no program has a place for `xor`/,
  ],
  [
    "operands that do not count",
    "imp xor<w>(a, b)",
    "imp xor<w>(b, a, c)",
    /^bad-target: `xor` has 3 operands here, and 2 in its `pat`/,
  ],
])("the check finds %s", (_what, from, to, message) => {
  expect(
    said(from, to).some((one) => message.test(one)),
    said(from, to).join("\n"),
  ).toBe(true);
});

test("a cell that is no program stops what needs it, and says whose mistake it is", () => {
  const sources = targetSources("tiny").map((one) => ({
    ...one,
    text: one.text.replace("    I0: bool,", "    I0: ool,"),
  }));
  const { value } = loadTarget("tiny", sources);
  const text = "def main(a: i4, b: i4) -> (y: i4) { y: i4 = add(a, b); }";
  const { diagnostics } = compile({ file: "a.ir", text }, value);
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "bad-target: target `tiny`: `LUT4`: `ool` is not a type",
  ]);
});

const LEGAL: Readonly<Record<string, readonly bigint[]>> = {
  READ_WIDTH_A: [72n, 36n, 18n, 9n, 4n, 2n, 1n],
  WRITE_WIDTH_B: [72n, 36n, 18n, 9n, 4n, 2n, 1n],
  DOA_REG: [0n],
  DOB_REG: [0n],
};
const CYCLES = 200;

/** A module that has a cell with these parameters in it, the ports called alike. */
function moduleOf(name: string, prim: Prim, params: readonly bigint[]): string {
  const ports = [
    ...prim.inputs.map((port) => ({
      ...port,
      direction: "input",
      outside: port.isClock ? "clock" : port.tie === undefined ? port.name : `{${port.width}{1'b${port.tie}}}`,
    })),
    ...prim.outputs.map((port) => ({ ...port, direction: "output", outside: port.name })),
  ];
  const named = ports.filter(({ outside }, at) => ports.findIndex((one) => one.outside === outside) === at);
  const list = named
    .filter(({ outside }) => !outside.startsWith("{"))
    .map(({ direction, width, outside }) => `${direction} ${width > 1 ? `[${width - 1}:0] ` : ""}${outside}`);
  const values = prim.params.map(({ name: param, width, words }, at) => {
    const value = params[at] ?? 0n;
    return `.${param}(${words === undefined ? `${width}'h${value.toString(16)}` : `"${words[Number(value)]}"`})`;
  });
  const given = values.length > 0 ? ` #(${values.join(", ")})` : "";
  const pins = ports.map(({ name: pin, outside }) => `.${pin}(${outside})`);
  return `module ${name}(${list.join(", ")});\n  ${prim.name}${given} one(${pins.join(", ")});\nendmodule\n`;
}

/** An address of a memory: few of them, so that what is written is read again. */
const ADDRESS = /ADDR/;

function few(name: string, value: bigint): bigint {
  return ADDRESS.test(name) ? value & 0x703n : value;
}

/** A row without what another leaves open. */
function known(row: Seen[number], seen: Seen[number]): Seen[number] {
  return row.map((lanes, port) => lanes.map((value, lane) => (seen[port]?.[lane] === undefined ? undefined : value)));
}

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog" : NO_IVERILOG, () => {
  test.each([
    ["ice40", ICE40_CELLS],
    ["ultrascale", ULTRASCALE_CELLS],
  ] as const)("the cells of %s are those of Yosys' models, or of ours", { timeout: 120_000 }, (name, library) => {
    const random = generator(7);
    // The DSP slice has tests of its own.
    const prims = [...targetNamed(name).prims.values()].filter((prim) => prim.name !== "DSP48E2");
    const trials = prims.flatMap((prim) => {
      const times = prim.params.length > 0 ? 40 : 8;
      return Array.from({ length: times }, (_, trial) => {
        const params = prim.params.map(({ name: param, width, words }, place) => {
          const legal = LEGAL[param]?.filter((value) => value < 2n ** BigInt(width));
          if (legal !== undefined) return legal[random() % legal.length] ?? 0n;
          // The first of several words is what is meant here.
          if (words !== undefined) return 0n;
          // Two modes are tried all together.
          if (width <= 2 && prim.params.filter((one) => one.width <= 2).length <= 2)
            return BigInt.asUintN(width, BigInt(trial >> (2 * place)));
          let value = 0n;
          for (let bit = 0; bit < width; bit += 32) value = (value << 32n) | BigInt(random());
          return BigInt.asUintN(width, value);
        });
        return { prim, params, runner: machine(graphOfPrim(prim, params)) };
      });
    });
    const benches = trials.map(({ prim, params, runner }, at) => {
      const trace = randomTrace(
        runner.inputs.map(({ type }) => type),
        CYCLES,
        at + 1,
      ).map((cycle) => cycle.map((lanes, port) => lanes.map((value) => few(runner.inputs[port]?.name ?? "", value))));
      const clock = prim.inputs.some((port) => port.isClock);
      const { inputs, outputs } = runner;
      return {
        module: `m${at}`,
        verilog: moduleOf(`m${at}`, prim, params),
        inputs,
        outputs,
        clock,
        trace,
        reset: undefined,
      };
    });
    const seen = simulate(benches, library);
    const compared = new Map<Prim, number>();
    trials.forEach(({ prim, params, runner }, at) => {
      const expected: Seen = (benches[at]?.trace ?? []).map((cycle) => {
        cycle.forEach((lanes, port) => runner.set(port, 0, lanes[0] ?? 0n));
        runner.evaluate();
        const row = runner.outputs.map((_, output) => [runner.get(output, 0)]);
        runner.clock();
        return row;
      });
      const isMemory = runner.inputs.some(({ name }) => ADDRESS.test(name));
      // What a memory has not read yet is not specified.
      const specified = isMemory ? expected.map((row, cycle) => known(row, seen[at]?.[cycle] ?? [])) : expected;
      expect(seen[at], `${prim.name} ${params.join(" ")}`).toEqual(specified);
      const count = specified.flat(2).filter((value) => value !== undefined).length;
      compared.set(prim, (compared.get(prim) ?? 0) + count);
    });
    for (const [prim, count] of compared) expect(count, prim.name).toBeGreaterThan(CYCLES);
  });
});

test.each(["ice40", "tiny", "ultrascale"])("the trees of %s are what is parsed, and other texts are parsed", (name) => {
  const sources = targetSources(name);
  const read = readerOf(printTrees(sources));
  for (const source of sources) expect(read(source).value.items).toEqual(parse(source).value.items);
  const other = { file: "other.tdl", text: `${sources[0]?.text}\nimp more(a) -> (y) { y = id(a); }\n` };
  expect(read(other).value.items).toEqual(parse(other).value.items);
});

test("the delays of patterns on iCE40 agree with the timing of its HX devices", () => {
  const target = targetNamed("ice40");
  const timing = timingNamed(target, "hx") ?? expect.fail("there is a timing of HX");
  const of = (cell: string, from: string, to: string) =>
    timing.rows.find((row) => row.cells.has(cell) && row.from.has(from) && row.to.has(to))?.ps ?? 0;
  const delay = (name: string, w: bigint) => {
    const cost = target.patterns.get(name)?.item.attrs.find(({ key }) => key?.text === "delay");
    return Number(evaluate(cost?.value ?? expect.fail(name), new Map([["w", w]])));
  };
  const inputs = ["I0", "I1", "I2", "I3"].map((pin) => of("SB_LUT4", pin, "O"));
  const lut = inputs.reduce((sum, ps) => sum + ps, 0) / inputs.length + timing.near;
  for (const name of ["lut4", "and", "mux"]) expect(Math.abs(delay(name, 1n) / lut - 1)).toBeLessThan(0.1);
  const carry = of("SB_CARRY", "CI", "CO");
  for (const name of ["add", "sub"]) expect(delay(name, 33n) - delay(name, 1n)).toBe(32 * carry);
  expect(Math.abs(delay("add", 1n) / (lut + carry) - 1)).toBeLessThan(0.1);
});
