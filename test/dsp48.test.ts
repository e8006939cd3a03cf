// What goes to DSP48E2: the cell against the behavioural model of it in test/models, the family of Lakeroad's designs
// (ASPLOS 2024), the kernels of the original system, and what comes out under Icarus Verilog.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkTarget } from "../asm/check-target.ts";
import { countCells } from "../asm/netlist.ts";
import { compile } from "../index.ts";
import { machine } from "../lang/eval/machine.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { graphOf as graphOfPrim } from "../lang/target/semantics.ts";
import { isOperand, type Prim } from "../lang/target/target.ts";
import { type Bench, hasIverilog, type Library, NO_IVERILOG, type Seen, simulate } from "./iverilog.ts";
import { benchOf, type Compiled, compiled, difference, graphOf, runNetlist, runProgram, stimulus } from "./netlist.ts";
import { ENABLES } from "./own-enables.ts";
import { targetNamed } from "./target-files.ts";
import { generator, randomTrace } from "./traces.ts";

const target = targetNamed("ultrascale");
const SEED = Number(process.env["SEED"] ?? 20261121);
const MODEL: Library = { file: "test/models/DSP48E2.v", defines: [] };

const device = deviceNamed(target, "xczu3eg") ?? expect.fail("there is a xczu3eg");
const fileOf = (name: string) => readFileSync(`examples/kernels/${name}.ir`, "utf8");

function built(text: string, module?: string, reset: "none" | "sync" = "none"): Compiled {
  return compiled(graphOf(text, reset), target, reset, "balanced", module);
}

/** `{ DSP48E2: 1 }`: cells by name. */
function cellsOf({ netlist }: Compiled): Readonly<Record<string, number>> {
  return Object.fromEntries(countCells(netlist));
}

function disagreement(one: Compiled): string | undefined {
  const given = stimulus(one, 30, SEED);
  return difference(one, runProgram(one, given), runNetlist(one, given), "netlist");
}

/** Modes of the ALU that the guide allows: W, Z, and X with Y. */
function legalModes(usesProduct: boolean, hasP: boolean): readonly bigint[] {
  const w = hasP ? [0, 1, 3] : [0, 3];
  const z = hasP ? [0, 1, 2, 3, 5, 6] : [0, 1, 3, 5];
  const xy = [0, 3, 8, 11, 12, 15, ...(hasP ? [2, 10, 14] : []), ...(usesProduct ? [5, 5, 5, 5] : [])];
  return w.flatMap((high) => z.flatMap((middle) => xy.map((low) => BigInt((high << 7) | (middle << 4) | low))));
}

/** A module that has a cell with these parameters in it, the ports called alike. */
function moduleOf(name: string, { name: cell, inputs, outputs, params }: Prim, values: readonly bigint[]): string {
  const range = (width: number) => (width > 1 ? `[${width - 1}:0] ` : "");
  const free = inputs.filter((port) => port.tie === undefined && !port.isClock);
  const ports = [
    "input clock",
    ...free.map((port) => `input ${range(port.width)}${port.name}`),
    ...outputs.map((port) => `output ${range(port.width)}${port.name}`),
  ];
  const given = params.map(({ name, width, words }, at) => {
    const value = values[at] ?? 0n;
    return `.${name}(${words === undefined ? `${width}'d${value}` : `"${words[Number(value)]}"`})`;
  });
  const pins = [...inputs, ...outputs].map((port) => {
    const tie = "tie" in port ? port.tie : undefined;
    const isClock = "isClock" in port && port.isClock;
    return `.${port.name}(${isClock ? "clock" : tie === undefined ? port.name : `{${port.width}{1'b${tie}}}`})`;
  });
  return `module ${name}(${ports.join(", ")});\n  ${cell} #(${given.join(", ")}) one(${pins.join(", ")});\nendmodule\n`;
}

/** Parameters of a cell by name, for those that the cell allows: as many registers in the cascade as in the way in. */
function paramsOf(prim: Prim, random: () => number): readonly bigint[] {
  const areg = BigInt(random() % 3);
  const breg = BigInt(random() % 3);
  const some: Readonly<Record<string, bigint>> = { AREG: areg, ACASCREG: areg, BREG: breg, BCASCREG: breg };
  const controls = /^(ALUMODE|CARRYIN|CARRYINSEL|INMODE|OPMODE)REG$/;
  return prim.params.map(({ name, width, words }) => {
    let value = 0n;
    for (let bit = 0; bit < width; bit += 32) value = (value << 32n) | BigInt(random());
    if (controls.test(name)) return 0n;
    // One of the words, of which no meaning is said of the mode that is switched while it runs.
    if (words !== undefined) return BigInt(random() % words.length);
    if (name === "IS_INMODE_INVERTED") return value & 0xen;
    if (name === "IS_OPMODE_INVERTED") return 0n;
    // What is hardly masked is never found.
    if (name === "MASK") return BigInt.asUintN(48, value | ~(0x111n << (value % 40n)));
    return some[name] ?? BigInt.asUintN(width, value);
  });
}

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog" : NO_IVERILOG, () => {
  test("the cell computes what the model of it does, in every mode", { timeout: 120_000 }, () => {
    const prim = target.prims.get("DSP48E2") ?? expect.fail("there is a DSP48E2");
    const random = generator(SEED);
    const trials = Array.from({ length: 60 }, () => {
      const params = paramsOf(prim, random);
      return { params, runner: machine(graphOfPrim(prim, params)) };
    });
    const paramOf = (params: readonly bigint[], name: string) =>
      params[prim.params.findIndex((param) => param.name === name)] ?? 0n;
    const benches = trials.map(({ params, runner }, at): Bench => {
      const { inputs, outputs } = runner;
      const modes = legalModes(paramOf(params, "USE_MULT") > 0n, paramOf(params, "PREG") > 0n);
      const trace = randomTrace(
        inputs.map(({ type }) => type),
        80,
        at + 1,
      ).map((cycle) =>
        cycle.map((lanes, port) =>
          inputs[port]?.name === "OPMODE"
            ? [modes[Number(lanes[0]) % modes.length] ?? 0n]
            : inputs[port]?.name === "ALUMODE"
              ? // Parity is that of the logic unit; the majority beside carries is not in the guide.
                [(lanes[0] ?? 0n) < 8n ? (lanes[0] ?? 0n) : (lanes[0] ?? 0n) | 4n]
              : inputs[port]?.name === "CARRYINSEL"
                ? // Of the sources of the carry the meaning of the cell has two.
                  [(lanes[0] ?? 0n) & 2n]
                : lanes,
        ),
      );
      // Inputs that nothing hangs on are left out of the meaning of the cell, and 0 here.
      const verilog = moduleOf(`m${at}`, prim, params);
      return { module: `m${at}`, verilog, inputs, outputs, clock: true, trace, reset: undefined };
    });
    const seen = simulate(benches, MODEL);
    let specified = 0;
    trials.forEach(({ params, runner }, at) => {
      const expected: Seen = (benches[at]?.trace ?? []).map((cycle) => {
        cycle.forEach((lanes, port) => runner.set(port, 0, lanes[0] ?? 0n));
        runner.evaluate();
        const row = runner.outputs.map((_, output) => [runner.get(output, 0)]);
        runner.clock();
        return row;
      });
      const isSplit = paramOf(params, "USE_SIMD") > 0n;
      const isDetecting = paramOf(params, "USE_PATTERN_DETECT") > 0n;
      expected.forEach((row, cycle) => {
        row.forEach((lanes, output) => {
          if (runner.outputs[output]?.name === "PATTERNDETECT" && !isDetecting) return;
          if (runner.outputs[output]?.name === "CARRYCASCOUT" && isSplit) return;
          specified++;
          expect(seen[at]?.[cycle]?.[output], `${params.join(" ")}, cycle ${cycle}, output ${output}`).toEqual(lanes);
        });
      });
    });
    expect(specified).toBeGreaterThan(9000);
  });
});

/** The family: what is computed of a, b, c and d, in words of one type. */
const FUNCTIONS: Readonly<Record<string, readonly string[]>> = {
  "a*b": ["t0: T = mul(a, b);"],
  ...Object.fromEntries(
    ["add", "sub", "and", "or", "xor"].flatMap((after) => [
      [`(a*b) ${after} c`, ["m: T = mul(a, b);", `t0: T = ${after}(m, c);`]],
      ...["add", "sub"].map((before) => [
        `((d ${before} a)*b) ${after} c`,
        [`e: T = ${before}(d, a);`, "m: T = mul(e, b);", `t0: T = ${after}(m, c);`],
      ]),
    ]),
  ),
};

function design(name: string, type: string, registers: number): string {
  const chain = Array.from({ length: registers }, (_, at) => `t${at + 1}: T = reg[0](t${at});`);
  const lines = [...(FUNCTIONS[name] ?? []), ...chain, `y: T = id(t${registers});`];
  const body = lines.join("\n  ").replaceAll(": T", `: ${type}`);
  const ports = ["a", "b", "c", "d"].filter((port) => new RegExp(`\\b${port}\\b`).test(name));
  return `def main(${ports.map((port) => `${port}: ${type}`).join(", ")}) -> (y: ${type}) {\n  ${body}\n}\n`;
}

/**
 * How many registers one DSP48E2 has behind a function, when those of its operands are free; undefined where it cannot hold
 * the function. Of a product: two of A and B (A and AD with the first adder), M, P. An addend passes C and P alone. The
 * adder that joins the partial products of M is the last thing before P, so that no logic can stand behind a product.
 */
function registersBehind(name: string): number | undefined {
  if (/ (and|or|xor) c/.test(name)) return undefined;
  return / (add|sub) c/.test(name) ? 2 : 4;
}

test("every function of the family that one DSP48E2 can hold is in one, and nothing else is used", () => {
  const wrong: string[] = [];
  let possible = 0;
  let all = 0;
  for (const name of Object.keys(FUNCTIONS))
    for (const kind of ["i", "u"])
      for (let width = 8; width <= 18; width++)
        for (let registers = 0; registers <= 3; registers++) {
          all++;
          if (registers > (registersBehind(name) ?? -1)) continue;
          possible++;
          const one = built(design(name, `${kind}${width}`, registers));
          const cells = JSON.stringify(cellsOf(one));
          if (cells !== '{"DSP48E2":1}') wrong.push(`${name} ${kind}${width} ${registers}: ${cells}`);
          else if (width % 9 === 0) wrong.push(...[disagreement(one)].filter((text) => text !== undefined));
        }
  console.log(`multiply-like functions on one DSP48E2: ${possible - wrong.length} of ${possible} possible, of ${all}`);
  expect(wrong).toEqual([]);
}, 300_000);

const lanesOf = (type: string) => `def main(a: ${type}, b: ${type}, en: bool) -> (y: ${type}) {
  p: ${type} = reg[0](a, en); q: ${type} = reg[0](b, en); s: ${type} = sub(p, q); y: ${type} = reg[0](s, en);
}`;

const PROGRAMS: readonly (readonly [what: string, text: string, cells: Readonly<Record<string, number>>])[] = [
  ...["i8<4>", "i12<4>", "u16<2>", "i24<2>"].map(
    (type) => [`lanes of ${type}`, lanesOf(type), { DSP48E2: 1 }] as const,
  ),
  ["nine lanes", lanesOf("i10<9>"), { DSP48E2: 3 }],
  [
    "scalars that share their enable",
    `def main(a: i8, b: i8, c: u12, d: u12, e: i5, f: i5, en: bool) -> (y: i8, z: u12, x: i5) {
      s: i8 = add(a, b); y: i8 = reg[0](s, en); t: u12 = add(c, d); z: u12 = reg[0](t, en);
      v: i5 = add(e, f); x: i5 = reg[0](v, en);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "a product of 27 by 18 bits and a sum of 48, with registers everywhere",
    `def main(a: i27, b: i18, c: i48, en: bool) -> (y: i48) {
      p: i27 = reg[0](a, en); q: i18 = reg[0](b, en); v: i45 = sext(p); w: i45 = sext(q);
      m: i45 = mul(v, w); r: i45 = reg[0](m, en); x: i48 = sext(r); s: i48 = sub(x, c); y: i48 = reg[0](s, en);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "operands of which one has a sign",
    "def main(a: i18, b: u26) -> (y: i44) { v: i44 = sext(a); z: u44 = zext(b); w: i44 = ext[0, 43](z); y: i44 = mul(v, w); }",
    { DSP48E2: 1 },
  ],
  [
    "an accumulator that is loaded",
    `def main(a: i16, b: i16, c: i40, load: bool, en: bool) -> (y: i40) {
      v: i32 = sext(a); w: i32 = sext(b); m: i32 = mul(v, w); x: i40 = sext(m); s: i40 = sub(y, x);
      n: i40 = mux(load, c, s); y: i40 = reg[0](n, en);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "a sum or a difference, as is said",
    `def main(n: bool, a: u12, b: u12, c: u24) -> (y: u24) {
      v: u24 = zext(a); w: u24 = zext(b); m: u24 = mul(v, w); p: u24 = add(c, m); q: u24 = sub(c, m);
      y: u24 = mux(n, q, p);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "counters of lanes that are loaded",
    `def main(a: i16<2>, c: i16<2>, load: bool) -> (y: i16<2>) {
      s: i16<2> = add(y, a); n: i16<2> = mux(load, c, s); y: i16<2> = reg[0](n);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "a wide difference",
    "def main(a: u48, b: u48, en: bool) -> (y: u48) { s: u48 = sub(a, b); p: u48 = reg[0](s, en); y: u48 = reg[0](p, en); }",
    { DSP48E2: 1 },
  ],
  [
    "whether a wide sum is a constant",
    `def main(a: u40, b: u40, en: bool) -> (y: bool) {
      p: u40 = reg[0](a, en); q: u40 = reg[0](b, en); s: u40 = sub(p, q); k: u40 = const[3]; e: bool = eq(s, k);
      y: bool = reg[0](e, en);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "words bit by bit between registers",
    `def main(a: u32, b: u32) -> (y: u32) {
      p: u32 = reg[0](a); q: u32 = reg[0](b); s: u32 = or(p, q); y: u32 = reg[0](s);
    }`,
    { DSP48E2: 1 },
  ],
  ["a product of 32 bits", "def main(a: i32, b: i32) -> (y: i32) { y: i32 = mul(a, b) @dsp; }", { DSP48E2: 3 }],
  [
    "a product of 27 by 40 bits",
    "def main(a: i27, b: u40) -> (y: i67) { v: i67 = sext(a); z: u67 = zext(b); w: i67 = ext[0, 66](z); y: i67 = mul(v, w); }",
    { DSP48E2: 3 },
  ],
  [
    "a difference before the product, of operands that are widened",
    `def main(d: i16, a: i16, b: i18, c: i48) -> (y: i48) {
      u: i17 = sext(d); v: i17 = sext(a); e: i17 = sub(u, v); f: i17 = reg[0](e); s: i35 = sext(f); t: i35 = sext(b);
      m: i35 = mul(s, t); r: i35 = reg[0](m); x: i48 = sext(r); o: i48 = add(x, c); y: i48 = reg[0](o);
    }`,
    { DSP48E2: 1 },
  ],
  [
    "a sum of more bits than a slice has, behind registers",
    `def main(a: i96, b: i96) -> (y: i96) {
      c: i96 = reg[0](a); d: i96 = reg[0](b); y: i96 = add(c, d) @dsp;
    }`,
    { DSP48E2: 2 },
  ],
  ...ENABLES,
  ["a difference of two limbs", "def main(a: u50, b: u50) -> (y: u50) { y: u50 = sub(a, b) @dsp; }", { DSP48E2: 2 }],
  ["a sum of four limbs", "def main(a: i192, b: i192) -> (y: i192) { y: i192 = add(a, b) @dsp; }", { DSP48E2: 4 }],
];

test("limbs of a long word are above each other, their carries on the wires between them", () => {
  const text = "def main(a: i192, b: i192) -> (y: i192) { y: i192 = sub(a, b) @dsp; }";
  const { netlist } = compile({ file: "test.ir", text }, target, { device, place: { device } }).value;
  const cells = netlist?.cells ?? [];
  const places = cells.map(
    ({ loc }) =>
      /^DSP48E2_X(\d+)Y(\d+)$/
        .exec(loc ?? "")
        ?.slice(1)
        .map(Number) ?? [],
  );
  const [[x = -1, y = -1] = []] = places;
  expect(places).toEqual([0, 1, 2, 3].map((up) => [x, y + up]));
  const pin = (at: number, name: string) => {
    const { prim, inputs } = cells[at] ?? expect.fail("a cell is missing");
    const before = prim.inputs.filter(isOperand).slice(
      0,
      prim.inputs.filter(isOperand).findIndex((one) => one.name === name),
    );
    return inputs[before.reduce((all, { width }) => all + width, 0)];
  };
  for (let at = 1; at < 4; at++) expect(pin(at, "CARRYCASCIN")).toBe(cells[at - 1]?.outputs.at(-1));
});

test.each(PROGRAMS)("%s", (_what, text, cells) => {
  for (const reset of ["none", "sync"] as const) {
    const one = built(text, undefined, reset);
    expect(cellsOf(one), one.assembly).toEqual(cells);
    expect(disagreement(one)).toBe(undefined);
  }
});

test("the rows of a product of two words of several limbs are summed in slices", () => {
  const text = "def main(a: i40, b: i50) -> (y: i90) { v: i90 = sext(a); w: i90 = sext(b); y: i90 = mul(v, w); }";
  const one = compiled(graphOf(text, "none"), targetNamed("ultrascale"), "none", "balanced");
  expect(countCells(one.netlist).get("DSP48E2")).toBe(9);
  const given = stimulus(one, 100, 1);
  expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
});

test("implementations on DSP48E2 compute their patterns", { timeout: 120_000 }, () => {
  // All members of all patterns take minutes: `reticle target check ultrascale`.
  const only = ["dsp_four_sub", "dsp_wide_either", "dsp_mul_long_sext_sext", "dsp_logic_or"];
  const { rows, diagnostics } = checkTarget(target, { only, widths: [9, 18] });
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(rows.map(({ pattern, failed }) => [pattern, failed]).sort()).toEqual(only.map((name) => [name, 0]).sort());
  for (const { proved, instances } of rows) expect(proved).toBeGreaterThanOrEqual(instances / 2);
});

describe.skipIf(!hasIverilog)(hasIverilog ? "Verilog under iverilog" : NO_IVERILOG, () => {
  test("functions of the family, and the programs above, give what the evaluator gives", { timeout: 120_000 }, () => {
    const designs = Object.keys(FUNCTIONS).flatMap((name, at) =>
      [`i${8 + (at % 11)}`, `u${18 - (at % 11)}`].flatMap((type) =>
        [0, 1, 2, 3]
          .filter((registers) => registers <= (registersBehind(name) ?? -1))
          .map((n) => design(name, type, n)),
      ),
    );
    const texts = [...designs, ...PROGRAMS.map(([, text]) => text), fileOf("tadd_64"), fileOf("tdot_5_3")];
    const trials = texts.map((text, at) => {
      const one = built(text, `dsp48_${at}`, at % 2 === 0 ? "none" : "sync");
      return { one, given: stimulus(one, 60, SEED + at) };
    });
    const seen = simulate(
      trials.map(({ one, given }) => benchOf(one, given)),
      MODEL,
    );
    const wrong = trials.flatMap(
      ({ one, given }, at) => difference(one, runProgram(one, given), seen[at], "Verilog") ?? [],
    );
    expect(wrong).toEqual([]);
  });
});

const KERNELS: readonly (readonly [name: string, units: number])[] = [
  ["tadd_64", 16],
  ["tadd_128", 32],
  ["tadd_256", 64],
  ["tadd_512", 128],
  ["tadd_scalar_64", 16],
  ["tadd_scalar_512", 128],
  ["tdot_5_3", 15],
  ["tdot_5_9", 45],
  ["tdot_5_36", 180],
];

test.each(KERNELS)("%s takes %i DSP48E2 and nothing else", (name, units) => {
  expect(cellsOf(built(fileOf(name)))).toEqual({ DSP48E2: units });
});

test("kernels give what the evaluator gives", () => {
  for (const name of ["tadd_64", "tadd_scalar_64", "tdot_5_3"])
    expect(disagreement(built(fileOf(name))), name).toBe(undefined);
});
