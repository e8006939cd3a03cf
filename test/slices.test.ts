// Slices of UltraScale+ as they are placed: what the vendor's tool takes for granted of LOC and BEL.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Cell, Netlist } from "../asm/netlist.ts";
import { compile } from "../index.ts";
import { deviceNamed, devicesOf } from "../lang/target/device.ts";
import { targetNamed } from "./target-files.ts";

const target = targetNamed("ultrascale");
const device = deviceNamed(target, undefined) ?? expect.fail("there is a default device");

const WIDE = `def main(a: i40, b: i40, c: i40, s: bool, en: bool, ld: bool) -> (y: i40, z: i40, q: bool, w: i41) {
  t: i40 = mux(s, b, c);
  u: i40 = add(a, t) @lut;
  y: i40 = reg[5](u, en) @lut;
  k: i40 = const[0];
  v: i40 = sub(a, y) @lut;
  g: i40 = mux(ld, k, v);
  z: i40 = reg[0](g, en) @lut;
  q: bool = lt(a, c) @lut;
  x: i41 = sext(a);
  r: i41 = sext(c);
  w: i41 = add(x, r) @lut;
}`;

function placed(file: string, text: string, reset: "none" | "sync"): Netlist {
  const { value, diagnostics } = compile({ file, text }, target, {
    reset,
    device,
    place: { device },
    limits: new Map([["dsp", 0]]),
  });
  expect(diagnostics.map(({ message }) => message)).toEqual([]);
  expect(value.placement).toBeDefined();
  return value.netlist ?? expect.fail("there is a netlist");
}

/** The net at a port of one bit. */
function at({ prim, inputs }: Cell, port: string): number | undefined {
  let bit = 0;
  for (const { name, width, isClock, tie } of prim.inputs) {
    if (isClock || tie !== undefined) continue;
    if (name === port) return inputs[bit];
    bit += width;
  }
  return undefined;
}

test.each([
  ["wide", WIDE, "none"],
  ["wide", WIDE, "sync"],
  ...["popcount_32", "alu_8", "uart_tx"].map((name) => [name, undefined, "sync"] as const),
] as const)("slices of %s are legal", (name, text, reset) => {
  const file = `examples/kernels/${name}.ir`;
  const { cells } = placed(file, text ?? readFileSync(file, "utf8"), reset);
  const places = cells.flatMap(({ loc, site, prim }) => (prim.name === "LUT6_2" ? [] : [`${loc} ${site}`]));
  expect(places.length).toBeGreaterThan(0);
  expect(places.filter((place) => !/^SLICE_X([0-3]?\d|4[0-8])Y\d+ ([A-H](6LUT|FF2?)|CARRY8)$/.test(place))).toEqual([]);
  expect(new Set(places).size).toBe(places.length);
  const signals = new Map<string, Set<string>>();
  for (const cell of cells) {
    if (cell.prim.role !== "state") continue;
    const own = [at(cell, "CE"), at(cell, "R") ?? at(cell, "S")].join(" ");
    signals.set(cell.loc ?? "", (signals.get(cell.loc ?? "") ?? new Set()).add(own));
  }
  for (const shared of signals.values()) expect(shared.size).toBe(1);
  // No more LUTs in a slice than it has, two functions in one of them counted once.
  const luts = new Map<string, number>();
  for (const { loc, prim } of cells) if (prim.role === "lut") luts.set(loc ?? "", (luts.get(loc ?? "") ?? 0) + 1);
  expect(Math.max(...luts.values())).toBeLessThanOrEqual(8);
});

test("a carry stands beside the LUTs that tell it where to go on, and goes on in the slice above", () => {
  const { cells } = placed("wide.ir", WIDE, "none");
  const drivers = new Map(cells.flatMap((cell) => cell.outputs.map((net, bit) => [net, { cell, bit }] as const)));
  const slice = (cell: Cell | undefined) =>
    /^SLICE_X(\d+)Y(\d+)$/
      .exec(cell?.loc ?? "")
      ?.slice(1)
      .map(Number) ?? [];
  const carries = cells.filter(({ prim }) => prim.name === "CARRY8");
  let links = 0;
  for (const carry of carries) {
    const below = drivers.get(carry.inputs[0] as number)?.cell;
    if (below?.prim.name === "CARRY8") {
      expect(slice(carry)).toEqual([slice(below)[0], (slice(below)[1] as number) + 1]);
      links++;
    }
    for (let bit = 0; bit < 8; bit++) {
      const net = carry.inputs[9 + bit] as number;
      if (net <= 1) continue;
      const { cell, bit: output } = drivers.get(net) ?? expect.fail("nothing drives it");
      expect(cell.loc).toBe(carry.loc);
      expect(cell.at?.[2]).toBe(bit);
      expect(output).toBe(0);
    }
  }
  expect(links).toBeGreaterThan(10);
});

test("devices have as many sites as they say", () => {
  for (const { name, columns, rows, sites, capacity } of devicesOf(target)) {
    const kinds = Array.from({ length: columns }, (_, x) => sites.findLast((one) => one.x[0] <= x && x <= one.x[1]));
    for (const resource of ["lut", "dsp", "bram", "uram"]) {
      const count = kinds.reduce(
        (all, one) => all + (one?.resource === resource ? one.count * Math.floor(rows / one.rows) : 0),
        0,
      );
      expect(`${name} ${resource} ${count}`).toBe(`${name} ${resource} ${capacity.get(resource) ?? 0}`);
    }
  }
});
