// Choices between LUTs side by side: which functions are such, and where their cells stand.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cell, Netlist } from "../asm/netlist.ts";
import { compile, countCells } from "../index.ts";
import { type ChoiceTree, choiceTree } from "../lang/choice.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { compiled, difference, graphOf, runNetlist, runProgram, stimulus } from "./netlist.ts";
import { targetNamed } from "./target-files.ts";
import { generator } from "./traces.ts";

const target = targetNamed("ultrascale");
const device = deviceNamed(target, undefined) ?? expect.fail("there is a default device");

/** What a tree is where the inputs spell `row`. */
function value(tree: ChoiceTree, row: number): number {
  if (tree.kind === "value") return ((row >> tree.at) & 1) ^ (tree.isInverted ? 1 : 0);
  return value(((row >> tree.by) & 1) === 1 ? tree.high : tree.low, row);
}

function tableOf(tree: ChoiceTree, inputs: number): bigint {
  let table = 0n;
  for (let row = 0; row < 2 ** inputs; row++) table |= BigInt(value(tree, row)) << BigInt(row);
  return table;
}

/** A choice by inputs 4 and 5, or by one of them and an input that is a choice already. */
const trees = fc
  .tuple(
    fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 }),
    fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
  )
  .map(([order, turns]): ChoiceTree => {
    const [a, b, c, d, by, other] = order as [number, number, number, number, number, number];
    const leaf = (at: number, place: number): ChoiceTree => ({ kind: "value", at, isInverted: turns[place] === true });
    const pair = (x: number, y: number, place: number): ChoiceTree => ({
      kind: "choice",
      by: other,
      high: leaf(x, place),
      low: leaf(y, place + 1),
    });
    return { kind: "choice", by, high: pair(a, b, 0), low: pair(c, d, 2) };
  });

describe("trees of choices", () => {
  test("are found of every function that is one, and compute it", () => {
    fc.assert(
      fc.property(trees, (tree) => {
        const table = tableOf(tree, 6);
        const free = { height: () => 0, isTurnable: () => true };
        const found = choiceTree(table, 6, 2, free) ?? expect.fail("it is one");
        expect(tableOf(found, 6)).toBe(table);
        expect(choiceTree(table, 6, 1, free)).toBe(undefined);
      }),
      { numRuns: 100 },
    );
  });

  test("are of what may be chosen, each once, and turned where that may be", () => {
    const two = 0xcan; // c ? b : a
    expect(choiceTree(two, 3, 1, { height: () => 0, isTurnable: () => false })).toEqual({
      kind: "choice",
      by: 2,
      high: { kind: "value", at: 1, isInverted: false },
      low: { kind: "value", at: 0, isInverted: false },
    });
    expect(choiceTree(two, 3, 1, { height: (at) => (at === 1 ? -1 : 0), isTurnable: () => true })).toBe(undefined);
    expect(choiceTree(two, 3, 1, { height: (at) => at, isTurnable: () => true })).toBe(undefined);
    // c ? b : not b
    expect(choiceTree(0xc3n, 3, 1, { height: () => 0, isTurnable: () => true })).toBe(undefined);
    const turned = 0xc5n; // c ? b : not a
    expect(choiceTree(turned, 3, 1, { height: () => 0, isTurnable: () => false })).toBe(undefined);
    expect(choiceTree(turned, 3, 1, { height: () => 0, isTurnable: () => true })?.kind).toBe("choice");
  });
});

/** Multiplexers of 8, 16 and 32 words before registers with enables of their own, and before a sum. */
const TEXT = `def main(a: u32, b: u32, c: u32, d: u32, s: u5, x: u8, e: bool, f: bool) -> (p: u4, q: u2, r: bool, t: u8, u: bool) {
  k: u32 = srl(a, s);
  l: bool = ext[0](k);
  r: bool = reg[1](l, f);
  s4: u4 = ext[0, 3](s);
  a0: u16 = ext[0, 15](b);
  a1: u16 = ext[16, 31](b);
  b0: u16 = srl(a0, s4);
  b1: u16 = srl(a1, s4);
  m0: bool = ext[0](b0);
  m1: bool = ext[0](b1);
  m: u2 = cat(m0, m1);
  q: u2 = reg[2](m, e);
  s3: u3 = ext[0, 2](s);
  c0: u8 = ext[0, 7](c);
  c1: u8 = ext[8, 15](c);
  c2: u8 = ext[16, 23](c);
  c3: u8 = ext[24, 31](c);
  d0: u8 = srl(c0, s3);
  d1: u8 = srl(c1, s3);
  d2: u8 = srl(c2, s3);
  d3: u8 = srl(c3, s3);
  n0: bool = ext[0](d0);
  n1: bool = ext[0](d1);
  n2: bool = ext[0](d2);
  n3: bool = ext[0](d3);
  n: u4 = cat(n0, n1, n2, n3);
  p: u4 = reg[5](n, e);
  v: u32 = srl(d, s);
  w: u8 = ext[0, 7](v);
  t: u8 = add(w, x) @lut;
  u: bool = ext[31](k);
}`;

function placed(file: string, text: string, dialect: "ir" | "asm") {
  const limits = new Map([["dsp", 0]]);
  const { value, diagnostics } = compile({ file, text }, target, { dialect, device, place: { device }, limits });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  return value.placement ?? expect.fail("it is placed");
}

const LEVELS = ["MUXF7", "MUXF8", "MUXF9"];

/** What is wrong with where a choice stands: the rules of UG574 once more. */
function misplaced(cell: Cell, { cells }: Netlist): string | undefined {
  const level = LEVELS.indexOf(cell.prim.name);
  const driver = (pin: number) => cells.find((one) => one.outputs.includes(cell.inputs[pin] as number));
  const [low, high] = [driver(0), driver(1)];
  const z = cell.at?.[2] ?? -1;
  const span = 2 ** level;
  const where = (from: Cell | undefined) => from?.at?.[2] ?? -1;
  if (low?.loc !== cell.loc || high?.loc !== cell.loc) return "values in another slice";
  if (z % (2 * span) !== span) return "in no place for it";
  if (level === 0) {
    if (where(low) !== z || where(high) !== z - 1) return "LUTs elsewhere";
    if (![low, high].every((one) => /^LUT[1-6]$/.test(one?.prim.name ?? ""))) return "no LUTs";
  } else {
    if (where(low) !== z + span / 2 || where(high) !== z - span / 2) return "choices elsewhere";
    if (![low, high].every((one) => one?.prim.name === LEVELS[level - 1])) return "no choices";
  }
  const letters = "ABCDEFGH";
  const half = z < 4 ? "BOT" : "TOP";
  const bel = [`F7MUX_${letters[z - 1]}${letters[z]}`, `F8MUX_${half}`, "F9MUX"][level];
  return cell.site === bel ? undefined : `called ${cell.site}, not ${bel}`;
}

describe("choices in slices", () => {
  const placement = placed("choices.ir", TEXT, "ir");

  test("stand where the slice has them, each LUT beside one other", () => {
    const { netlist } = placement;
    const counts = countCells(netlist);
    for (const name of LEVELS) expect(counts.get(name), name).toBeGreaterThan(0);
    const choices = netlist.cells.filter(({ prim }) => LEVELS.includes(prim.name));
    expect(choices.map((one) => misplaced(one, netlist)).filter((one) => one !== undefined)).toEqual([]);
    const values = choices.flatMap(({ inputs }) => inputs.slice(0, 2));
    expect(new Set(values).size).toBe(values.length);
    const places = netlist.cells.flatMap(({ loc, site }) => (site === undefined ? [] : [`${loc} ${site}`]));
    expect(new Set(places).size).toBe(places.length);
  });

  test("have the register behind them in their site", () => {
    const { netlist } = placement;
    const registers = netlist.cells.filter(({ prim }) => prim.role === "state");
    const beside = registers.filter(({ inputs, at }) =>
      netlist.cells.some(
        (one) => LEVELS.includes(one.prim.name) && inputs.includes(one.outputs[0] as number) && `${one.at}` === `${at}`,
      ),
    );
    expect(registers).toHaveLength(7);
    expect(beside).toHaveLength(7);
  });

  test("are read again where they were", () => {
    const text = print(placement.assembly);
    expect(text).not.toContain("??");
    const again = placed("choices.asm", text, "asm");
    expect(print(again.assembly)).toBe(text);
    const sites = ({ netlist }: typeof placement) => netlist.cells.map(({ loc, site }) => `${loc} ${site}`).sort();
    expect(sites(again)).toEqual(sites(placement));
  });

  test("of an instruction with a place take the others along", () => {
    const text = print(placement.assembly);
    const lines = text.split("\n");
    const open = lines.map((line) =>
      /lut\d\[.*@lut\(/.test(line) && !/^ +n0?_?\d*:/.test(line) ? line.replace(/@lut\([^)]*\)/, "@lut(??, ??)") : line,
    );
    const again = placed("open.asm", open.join("\n"), "asm");
    const choices = again.netlist.cells.filter(({ prim }) => LEVELS.includes(prim.name));
    expect(choices.map((one) => misplaced(one, again.netlist)).filter((one) => one !== undefined)).toEqual([]);
  });

  test("compute what the program does", () => {
    const one = compiled(graphOf(TEXT, "none"), target, "none", "balanced");
    const given = stimulus(one, 60, 5);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
  });
});

/** LUTs at most, a cell of two functions being one, and LUTs of `yosys synth_xilinx -family xcup` 0.23 without inverters. */
const MOST_LUTS: Readonly<Record<string, readonly [number, number]>> = {
  aes_sbox: [32, 32],
  sbox_tower: [32, 32],
  mux_16: [32, 46],
  shift_32: [98, 296],
  crc_32: [35, 50],
};

test.each(Object.entries(MOST_LUTS))("%s takes no more LUTs than before", (name, [most]) => {
  const file = `examples/kernels/${name}.ir`;
  const { netlist } = compile({ file, text: readFileSync(file, "utf8") }, target).value;
  const luts = netlist?.cells.filter(({ prim }) => prim.role === "lut").length;
  expect(luts).toBeLessThanOrEqual(most);
});

describe("registers of which the program shows the inverse", () => {
  const text = `def main(a: u8, b: u8, en: bool, clr: bool) -> (y: u8, z: u8) {
    s: u8 = xor(a, x);
    k: u8 = const[7];
    t: u8 = mux(clr, k, s);
    x: u8 = reg[0xa5](t, en);
    y: u8 = not(x);
    n: u8 = and(a, b);
    w: u8 = reg[0xf0](n);
    v: u8 = reg[0xf0](n);
    z0: u8 = not(w);
    z1: u8 = not(v);
    z: u8 = and(z0, z1);
  }`;

  test.each(["none", "sync"] as const)("are kept inverted, reset %s", (reset) => {
    const one = compiled(graphOf(text, reset), target, reset, "balanced");
    const luts = one.netlist.cells.filter(({ prim }) => prim.role === "lut");
    expect(luts.filter(({ prim }) => prim.name === "LUT1")).toEqual([]);
    const given = stimulus(one, 60, 3);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
  });
});

test.each([7, 8, 9])("functions of %i inputs are trees over the LUTs of one slice", (inputs) => {
  const random = generator(inputs);
  for (let trial = 0; trial < 3; trial++) {
    const rows = Array.from({ length: 2 ** inputs }, () => random() & 1);
    const text = `def main(a: u${inputs}) -> (y: bool) { y: bool = rom[${rows.join(", ")}](a); }`;
    const one = compiled(graphOf(text, "none"), target, "none", "balanced");
    const luts = one.netlist.cells.filter(({ prim }) => prim.role === "lut").length;
    expect(luts).toBeLessThanOrEqual(2 ** (inputs - 6));
    const given = stimulus(one, 100, trial);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
  }
});
