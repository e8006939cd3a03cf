// What goes to DSPs: the family of Lakeroad's designs (ASPLOS 2024), budgets against all ways to spend them, and what
// comes out under Icarus Verilog with Yosys' model.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expand } from "../asm/expand.ts";
import { countCells } from "../asm/netlist.ts";
import { sitesNeeded } from "../asm/sites.ts";
import { select } from "../isel/select.ts";
import type { Spending } from "../isel/spend.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { hasIverilog, NO_IVERILOG, simulate } from "./iverilog.ts";
import {
  benchOf,
  type Compiled,
  compiled,
  difference,
  graphOf,
  ICE40_CELLS,
  runNetlist,
  runProgram,
  stimulus,
} from "./netlist.ts";
import { targetNamed } from "./target-files.ts";

const target = targetNamed("ice40");
const isCI = process.env["CI"] !== undefined;
const SEED = Number(process.env["SEED"] ?? 20261121);

function built(text: string, module?: string): Compiled {
  return compiled(graphOf(text, "none"), target, "none", "balanced", module, "up5k");
}

/** `{ SB_MAC16: 1 }`: cells by name. */
function cellsOf({ netlist }: Compiled): Readonly<Record<string, number>> {
  return Object.fromEntries(countCells(netlist));
}

function disagreement(one: Compiled): string | undefined {
  const given = stimulus(one, 40, SEED);
  return difference(one, runProgram(one, given), runNetlist(one, given), "netlist");
}

const FUNCTIONS = {
  "a*b": ["t0: T = mul(a, b);"],
  "a*b+c": ["m: T = mul(a, b);", "t0: T = add(m, c);"],
  "c-a*b": ["m: T = mul(a, b);", "t0: T = sub(c, m);"],
} as const;

/** A design of the family: a function, then registers. */
function design(name: keyof typeof FUNCTIONS, type: string, registers: number): string {
  const chain = Array.from({ length: registers }, (_, at) => `t${at + 1}: T = reg[0](t${at});`);
  const body = [...FUNCTIONS[name], ...chain, `y: T = id(t${registers});`].join("\n  ").replaceAll(": T", `: ${type}`);
  const addend = name === "a*b" ? "" : `, c: ${type}`;
  return `def main(a: ${type}, b: ${type}${addend}) -> (y: ${type}) {\n  ${body}\n}\n`;
}

/**
 * Registers that one SB_MAC16 has behind a function, when those of its operands are free: for a product those of A and B,
 * of the partial products, of the product and of the sum; an addend passes through C and D and the sum alone.
 */
const MOST_REGISTERS = { "a*b": 4, "a*b+c": 2, "c-a*b": 2 } as const;

test("every multiply-like function that one SB_MAC16 can hold is in one, and nothing else is used", () => {
  const wrong: string[] = [];
  let possible = 0;
  let all = 0;
  for (const name of Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[])
    for (const kind of ["i", "u"])
      for (let width = 8; width <= 16; width++)
        for (let registers = 0; registers <= 3; registers++) {
          all++;
          if (registers > MOST_REGISTERS[name]) continue;
          possible++;
          const one = built(design(name, `${kind}${width}`, registers));
          const cells = JSON.stringify(cellsOf(one));
          if (cells !== '{"SB_MAC16":1}') wrong.push(`${name} ${kind}${width} ${registers}: ${cells}`);
          else if (width % 4 === 0) wrong.push(...[disagreement(one)].filter((text) => text !== undefined));
        }
  console.log(`multiply-like functions on one SB_MAC16: ${possible - wrong.length} of ${possible} possible, of ${all}`);
  expect(wrong).toEqual([]);
}, 300_000);

test("tensordot of 5 rows by 3 columns takes nothing but DSPs", () => {
  const one = built(readFileSync("examples/kernels/tdot_5_3.ir", "utf8"));
  expect(cellsOf(one)).toEqual({ SB_MAC16: 8 });
  expect(disagreement(one)).toBe(undefined);
});

const PROGRAMS: readonly (readonly [what: string, text: string, cells: Readonly<Record<string, number>>])[] = [
  [
    "sums of the lanes of a vector, two a unit",
    `def main(a: i8<8>, b: i8<8>, en: bool) -> (y: i8<8>) {
      p: i8<8> = reg[0](a, en); q: i8<8> = reg[0](b, en); s: i8<8> = add(p, q); y: i8<8> = reg[0](s, en);
    }`,
    { SB_MAC16: 4 },
  ],
  ["two sums of 16 bits", "def main(a: i16<2>, b: i16<2>) -> (y: i16<2>) { y: i16<2> = add(a, b); }", { SB_MAC16: 1 }],
  [
    "scalars that share their enable",
    `def main(a: i8, b: i8, c: i8, d: i8, en: bool) -> (y: i8, z: i8) {
      s: i8 = add(a, b); y: i8 = reg[0](s, en); t: i8 = add(c, d); z: i8 = reg[0](t, en);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "a product and a sum of 32 bits, with registers everywhere",
    `def main(a: i8, b: i8, c: i32, en: bool) -> (y: i32) {
      p: i8 = reg[0](a, en); q: i8 = reg[0](b, en); v: i16 = sext(p); w: i16 = sext(q);
      m: i16 = mul(v, w); r: i16 = reg[0](m, en); x: i32 = sext(r); s: i32 = add(x, c); y: i32 = reg[0](s, en);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "an accumulator that is loaded",
    `def main(a: i16, b: i16, c: i32, load: bool, en: bool) -> (y: i32) {
      v: i32 = sext(a); w: i32 = sext(b); m: i32 = mul(v, w); s: i32 = add(y, m);
      n: i32 = mux(load, c, s); y: i32 = reg[0](n, en);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "a sum or a difference, as is said",
    `def main(n: bool, a: u12, b: u12, c: u24) -> (y: u24) {
      v: u24 = zext(a); w: u24 = zext(b); m: u24 = mul(v, w); p: u24 = add(c, m); q: u24 = sub(c, m);
      y: u24 = mux(n, q, p);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "the same, the sum first, and second names on the way",
    `def main(n: bool, a: i16, b: i16, c: i32, en: bool) -> (y: i32) {
      v: i32 = sext(a); w: i32 = sext(b); m0: i32 = mul(v, w); m: i32 = id(m0); p: i32 = add(m, c); k: i32 = id(c);
      q: i32 = sub(k, m); g: i32 = mux(n, p, q); h: i32 = id(g); y: i32 = reg[0](h, en);
    }`,
    { SB_MAC16: 1, SB_LUT4: 1 },
  ],
  [
    "some bits of a product, with a register behind them",
    `def main(a: i16, b: i16, en: bool) -> (y: i16) {
      v: i32 = sext(a); w: i32 = sext(b); m: i32 = mul(v, w); s: i16 = ext[15, 30](m);
      p: i16 = reg[0](s, en); y: i16 = reg[0](p, en);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "a product of which only the low bits are read",
    `def main(a: i32, b: i32, c: i32) -> (y: i16) {
      m: i32 = mul(a, b); s: i32 = add(m, c); y: i16 = ext[0, 15](s);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "operands whose upper bits are masked away",
    `def main(a: u32, b: u32) -> (y: u32) {
      k: u32 = const[0xFFFF]; c: u32 = and(a, k); d: u32 = and(b, k); y: u32 = mul(c, d);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "a coefficient",
    "def main(a: i16, c: i32) -> (y: i32) { v: i32 = sext(a); k: i32 = const[-12345]; m: i32 = mul(v, k); y: i32 = add(m, c); }",
    { SB_MAC16: 1 },
  ],
  [
    "sums of different widths",
    `def main(a: i8, b: i8, c: u13, d: u13, e: i8, f: i8, en: bool) -> (y: i8, z: u13, w: i10) {
      s: i8 = add(a, b); y: i8 = reg[0](s, en); t: u13 = add(c, d); z: u13 = reg[0](t, en);
      p: i10 = sext(e); q: i10 = sext(f); v: i10 = sub(p, q); w: i10 = reg[0](v, en);
    }`,
    { SB_MAC16: 2 },
  ],
  [
    "products of different widths",
    `def main(a: i8, b: i4, c: i3, d: i8, e: i11, f: i11) -> (y: i11, z: i11) {
      k: i11 = sext(a); l: i11 = sext(b); m: i11 = mul(k, l); y: i11 = add(m, e);
      n: i11 = sext(c); o: i11 = sext(d); p: i11 = mul(n, o); z: i11 = add(p, f);
    }`,
    { SB_MAC16: 1 },
  ],
  [
    "a vector of three products with a sum each, and a scalar one",
    `def main(a: i8<3>, b: i8<3>, c: i8<3>, d: i8, e: i8, f: i8, en: bool) -> (y: i8<3>, z: i8) {
      m: i8<3> = mul(a, b); s: i8<3> = add(m, c); y: i8<3> = reg[0](s, en);
      n: i8 = mul(d, e); t: i8 = add(n, f); z: i8 = reg[0](t, en);
    }`,
    { SB_MAC16: 2 },
  ],
  [
    "odd vectors and scalars of different widths and signs",
    `def main(a: i16<3>, b: i16<3>, c: u12<5>, d: u12<5>, e: i7<2>, f: i7<2>, g: u9, h: u9, k: i5, l: i5, en: bool)
      -> (y: i16<3>, z: u12<5>, w: i7<2>, v: u9, x: i5) {
      s: i16<3> = sub(a, b); y: i16<3> = reg[0](s, en); t: u12<5> = sub(c, d); z: u12<5> = reg[0](t, en);
      p: i7<2> = sub(e, f); w: i7<2> = reg[0](p, en); q: u9 = sub(g, h); v: u9 = reg[0](q, en);
      r: i5 = sub(k, l); x: i5 = reg[0](r, en);
    }`,
    { SB_MAC16: 6 },
  ],
  [
    "an odd vector of accumulators, and one that is loaded by another signal",
    `def main(a: i8<3>, b: i8<3>, c: u8, d: u8, k: i16<3>, l: u16, p: bool, q: bool) -> (y: i16<3>, z: u16) {
      v: i16<3> = sext(a); w: i16<3> = sext(b); m: i16<3> = mul(v, w); s: i16<3> = add(y, m);
      n: i16<3> = mux(p, k, s); y: i16<3> = reg[0](n);
      e: u16 = zext(c); f: u16 = zext(d); g: u16 = mul(e, f); t: u16 = add(z, g);
      h: u16 = mux(q, l, t); z: u16 = reg[0](h);
    }`,
    { SB_MAC16: 3 },
  ],
  [
    "registers with enables of their own",
    `def main(a: i16, b: i16, c: i32, ea: bool, eb: bool, ey: bool) -> (y: i32, z: i32) {
      p: i16 = reg[0](a, ea); q: i16 = reg[0](b, eb); v: i32 = sext(p); w: i32 = sext(q); m: i32 = mul(v, w);
      r: i32 = reg[0](m); s: i32 = sub(c, r); y: i32 = reg[0](s, ey);
      k: i16 = reg[0](c0, ea); c0: i16 = ext[0, 15](c); x: i32 = sext(k); n: i32 = mul(x, w2); w2: i32 = sext(q2);
      q2: i16 = reg[0](a); t: i32 = add(z, n); z: i32 = reg[0](t, ey);
    }`,
    { SB_MAC16: 2, SB_LUT4: 3 },
  ],
  [
    "an accumulator that is much wider than the product",
    "def main(a: i8, b: u8) -> (y: i32) { v: i32 = sext(a); z: u32 = zext(b); w: i32 = ext[0, 31](z); m: i32 = mul(v, w); s: i32 = add(y, m); y: i32 = reg[0](s); }",
    { SB_MAC16: 1 },
  ],
  [
    "a product of 18 bits",
    "def main(a: i18, b: i18) -> (y: i36) { v: i36 = sext(a); w: i36 = sext(b); y: i36 = mul(v, w); }",
    { SB_MAC16: 4, SB_LUT4: 4, SB_CARRY: 3 },
  ],
  [
    "a hint on a product that a table could hold",
    "def main(a: i2, b: i2) -> (y: i2) { y: i2 = mul(a, b) @dsp; }",
    { SB_MAC16: 1 },
  ],
  ["a product of 32 bits", "def main(a: i32, b: i32) -> (y: i32) { y: i32 = mul(a, b); }", { SB_MAC16: 3 }],
];

test.each(PROGRAMS)("%s", (_what, text, cells) => {
  const one = built(text);
  expect(cellsOf(one), one.assembly).toEqual(cells);
  expect(disagreement(one)).toBe(undefined);
});

test("products of any widths are split over units", () => {
  const width = (most: number) => fc.integer({ min: 2, max: most });
  fc.assert(
    fc.property(width(48), width(32), width(80), fc.boolean(), fc.boolean(), fc.boolean(), (k, l, w, x, y, isKept) => {
      const [wide, cut] = [Math.max(k, l, w), Math.min(Math.max(k, l), w)];
      const type = (isSigned: boolean, size: number) => `${isSigned ? "i" : "u"}${size}`;
      const grow = (name: string, isSigned: boolean, size: number) =>
        size === wide
          ? `${name}w: i${wide} = ext[0, ${wide - 1}](${name});`
          : `${name}z: ${type(isSigned, wide)} = ${isSigned ? "sext" : "zext"}(${name}); ${name}w: i${wide} = ext[0, ${wide - 1}](${name}z);`;
      const widened = `def main(a: ${type(x, k)}, b: ${type(y, l)}, en: bool) -> (y: i${wide}) {
        pa: ${type(x, k)} = ${isKept ? "reg[0](a, en)" : "id(a)"}; pb: ${type(y, l)} = ${isKept ? "reg[0](b, en)" : "id(b)"};
        ${grow("pa", x, k)} ${grow("pb", y, l)} y: i${wide} = mul(paw, pbw) @dsp;
      }`;
      const low = `def main(a: i${cut}, b: i${cut}) -> (y: i${cut}) { y: i${cut} = mul(a, b); }`;
      expect(disagreement(built(low))).toBe(undefined);
      const one = built(widened);
      expect(cellsOf(one)["SB_MAC16"], one.assembly).toBeGreaterThan(0);
      expect(disagreement(one)).toBe(undefined);
    }),
    { seed: SEED, numRuns: isCI ? 60 : 20 },
  );
}, 120_000);

test("registers that reset synchronously stay outside", () => {
  const graph = graphOf("def main(a: i8, b: i8) -> (y: i8) { m: i8 = mul(a, b) @dsp; y: i8 = reg[0](m); }", "sync");
  const one = compiled(graph, target, "sync", "balanced", undefined, "up5k");
  expect(cellsOf(one)).toEqual({ SB_MAC16: 1, SB_DFFSR: 8 });
  expect(disagreement(one)).toBe(undefined);
});

/** Logic cells that a program takes; undefined where there are not units enough. */
function cellsWith(text: string, limits: ReadonlyMap<string, number>): number | undefined {
  const device = deviceNamed(target, "up5k");
  const { value, diagnostics } = select(graphOf(text, "none"), target, { device, limits, optimize: "area" });
  if (diagnostics.some(({ severity }) => severity === "error")) return undefined;
  const netlist = expand(value, target).value;
  return netlist === undefined ? undefined : (sitesNeeded(netlist).get("lc") ?? 0);
}

/** Products and sums of some widths, now and then of odd vectors, each its own tree. */
const trees = fc.array(
  fc.tuple(fc.constantFrom("mul", "add"), fc.constantFrom(6, 8, 12, 16), fc.constantFrom("", "", "<3>")),
  { minLength: 2, maxLength: 5 },
);

test("units go where they save most, whatever else would have fitted", () => {
  fc.assert(
    fc.property(trees, fc.integer({ min: 1, max: 4 }), (list, units) => {
      const program = (hints: readonly string[]) => {
        const types = list.map(([, width, lanes]) => `i${width}${lanes}`);
        const ports = types.flatMap((type, at) => [`a${at}: ${type}`, `b${at}: ${type}`]);
        const outputs = types.map((type, at) => `y${at}: ${type}`);
        const body = list.map(([op], at) => `y${at}: ${types[at]} = ${op}(a${at}, b${at})${hints[at] ?? ""};`);
        return `def main(${ports.join(", ")}) -> (${outputs.join(", ")}) {\n${body.join("\n")}\n}`;
      };
      const limits = new Map([["dsp", units]]);
      const ours = cellsWith(program([]), limits);
      let least = Number.POSITIVE_INFINITY;
      for (let choice = 0; choice < 2 ** list.length; choice++) {
        const hints = list.map((_, at) => ((choice >> at) & 1 ? " @dsp" : " @lut"));
        least = Math.min(least, cellsWith(program(hints), limits) ?? Number.POSITIVE_INFINITY);
      }
      expect(ours).toBe(least);
    }),
    { seed: SEED, numRuns: isCI ? 25 : 8 },
  );
}, 300_000);

test("what one more unit would buy is said, and true", () => {
  const widths = [16, 8, 12, 14];
  const text = `def main(${widths.map((w, n) => `a${n}: i${w}, b${n}: i${w}`).join(", ")})
    -> (${widths.map((w, n) => `y${n}: i${w}`).join(", ")}) {
    ${widths.map((w, n) => `y${n}: i${w} = mul(a${n}, b${n});`).join("\n")}
  }`;
  const device = deviceNamed(target, "up5k");
  const cells = (dsp: number) => {
    const spendings: Spending[] = [];
    const options = {
      device,
      limits: new Map([["dsp", dsp]]),
      optimize: "area",
      spent: (one: Spending) => spendings.push(one),
    } as const;
    const { value } = select(graphOf(text, "none"), target, options);
    return { spendings, match: [...print(value).matchAll(/(y\d)\w*: \w+ = mul\w*\(.*@dsp/g)].map(([, name]) => name) };
  };
  expect(cells(1)).toEqual({
    spendings: [{ resource: "dsp", available: 1, next: { values: ["y3"], saves: 14 * 14 } }],
    match: ["y0"],
  });
  expect(cells(2).match).toEqual(["y0", "y3"]);
  expect(cells(4).spendings).toEqual([]);
});

test("two kinds of units that are both short keep their budgets together", () => {
  const ways = Array.from({ length: 5 }, (_, at) => at);
  const words = (at: number) =>
    Array.from({ length: 64 }, (_, row) => (row * row * 7 + at * 13 + row) % 256).join(", ");
  const text = `def main(k: i16, at: u6, en: bool, ${ways.map((n) => `a${n}: i16`).join(", ")})
    -> (${ways.map((n) => `y${n}: i16, r${n}: u8`).join(", ")}) {
    ${ways.map((n) => `y${n}: i16 = mul(a${n}, k); r${n}: u8 = srom[${words(n)}](at, en);`).join("\n")}
  }`;
  const device = deviceNamed(target, "up5k");
  for (const [dsp, bram] of [
    [2, 3],
    [0, 1],
    [4, 0],
  ] as const) {
    const limits = new Map([
      ["dsp", dsp],
      ["bram", bram],
    ]);
    const { value } = select(graphOf(text, "none"), target, { device, limits });
    const netlist = expand(value, target).value;
    const sites = netlist === undefined ? undefined : sitesNeeded(netlist);
    expect([sites?.get("dsp") ?? 0, sites?.get("bram") ?? 0]).toEqual([dsp, bram]);
  }
});

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog, with Yosys' model of SB_MAC16" : NO_IVERILOG, () => {
  test("functions of the family, and the programs above, agree with their Verilog", { timeout: 300_000 }, () => {
    const names = Object.keys(FUNCTIONS) as (keyof typeof FUNCTIONS)[];
    const designs = names.flatMap((name) =>
      ["i8", "u8", "i11", "u13", "i16", "u16"].flatMap((type) =>
        [0, 1, 2, 3].map((registers) => design(name, type, registers)),
      ),
    );
    const texts = [...designs, ...PROGRAMS.map(([, text]) => text)];
    const trials = texts.map((text, at) => {
      const one = built(text, `dsp_${at}`);
      return { one, given: stimulus(one, 60, SEED + at) };
    });
    const seen = simulate(
      trials.map(({ one, given }) => benchOf(one, given)),
      ICE40_CELLS,
    );
    const wrong = trials.flatMap(
      ({ one, given }, at) => difference(one, runProgram(one, given), seen[at], "Verilog") ?? [],
    );
    expect(wrong).toEqual([]);
  });
});
