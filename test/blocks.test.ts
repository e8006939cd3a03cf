// Memories on UltraScale+: how many blocks each shape takes, what they compute, and where they stand.
import { describe, expect, test } from "vitest";
import { compile, countCells } from "../index.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { hasIverilog, NO_IVERILOG, simulate } from "./iverilog.ts";
import {
  benchOf,
  compiled,
  difference,
  graphOf,
  runNetlist,
  runProgram,
  stimulus,
  ULTRASCALE_CELLS,
} from "./netlist.ts";
import { targetNamed } from "./target-files.ts";

const target = targetNamed("ultrascale");

const srom = (a: number, w: number) => {
  const words = Array.from({ length: 2 ** a }, (_, at) =>
    BigInt.asUintN(w, BigInt(at + 1) ** 5n * 0x9e3779b97f4a7c15n),
  );
  return `def main(a: u${a}, en: bool) -> (y: u${w}) { y: u${w} = srom[${words.join(", ")}](a, en) @bram; }`;
};
const sram = (a: number, w: number) =>
  `def main(r: u${a}, w: u${a}, d: u${w}, we: bool) -> (y: u${w}) { y: u${w} = sram(r, w, d, we) @bram; }`;

/** Bits of an address, and of a word; blocks of 36 Kbit, and of 18. */
const SHAPES: readonly (readonly [a: number, w: number, whole: number, half: number])[] = [
  [1, 1, 0, 1],
  [9, 36, 0, 1],
  [9, 37, 1, 0],
  [9, 72, 1, 0],
  [9, 100, 1, 1],
  [9, 144, 2, 0],
  [10, 18, 0, 1],
  [10, 54, 1, 1],
  [11, 18, 1, 0],
  [12, 9, 1, 0],
  [12, 13, 1, 1],
  [13, 4, 1, 0],
  [13, 7, 2, 0],
  [14, 1, 0, 1],
  [14, 3, 1, 1],
  [15, 1, 1, 0],
  [15, 3, 3, 0],
  [16, 1, 2, 0],
];

function blocks(text: string): readonly number[] {
  const { netlist } = compiled(graphOf(text, "none"), target, "none", "area");
  const counts = countCells(netlist);
  return [counts.get("RAMB36E2") ?? 0, counts.get("RAMB18E2") ?? 0];
}

test.each(SHAPES)("2^%i words of %i bits take %i whole blocks and %i half ones", (a, w, whole, half) => {
  expect(blocks(sram(a, w))).toEqual([whole, half]);
  if (a === 10) expect(blocks(srom(a, w))).toEqual([whole, half]);
});

/** A program of each shape whose words, or a few of whose addresses, are used. */
const RUN: readonly (readonly [what: string, text: string])[] = [
  ["a table of 72 bits", srom(9, 72)],
  ["a table of a whole block and half a one", srom(9, 100)],
  ["a table of 36 bits", srom(10, 36)],
  ["a table of 18 bits", srom(11, 18)],
  ["a table of 9 bits", srom(12, 9)],
  ...(
    [
      [9, 100],
      [10, 50],
      [11, 23],
      [12, 13],
      [13, 7],
      [14, 3],
      [15, 1],
      [16, 1],
    ] as const
  ).map(
    ([a, w]) =>
      [
        `words of ${w} bits by ${a}`,
        `def main(r: u3, w: u3, d: u${w}, we: bool, en: bool) -> (y: u${w}) {
          k: u${a - 5} = const[${2 ** (a - 5) - 3}];
          l: u2 = const[1];
          ra: u${a} = cat(r, k, l);
          wa: u${a} = cat(w, k, l);
          y: u${w} = sram(ra, wa, d, we, en) @bram;
        }`,
      ] as const,
  ),
  [
    "a register behind a table",
    `def main(a: u9, en: bool) -> (y: u72) {
      t: u72 = rom[${Array.from({ length: 512 }, (_, at) => BigInt(at) * 0x123456789abcdn).join(", ")}](a) @bram;
      y: u72 = reg[0xabcdef0123456789ab](t, en);
    }`,
  ],
];

test("the netlist computes what the program does", () => {
  const some = RUN.map(([, text], at) => [text, at % 2 === 0 ? "none" : "sync"] as const);
  for (const [text, reset] of [...some, [RUN.at(-1)?.[1] ?? "", "none"] as const]) {
    const one = compiled(graphOf(text, reset), target, reset, "area");
    const given = stimulus(one, 80, 9);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
  }
});

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog" : NO_IVERILOG, () => {
  test("they show the same", () => {
    const trials = RUN.map(([, text], at) => compiled(graphOf(text, "none"), target, "none", "area", `m${at}`));
    const given = trials.map((one) => stimulus(one, 80, 9));
    const seen = simulate(
      trials.map((one, at) => benchOf(one, given[at] ?? expect.fail("as many"))),
      ULTRASCALE_CELLS,
    );
    trials.forEach((one, at) => {
      const expected = runProgram(one, given[at] ?? expect.fail("as many"));
      // What was not read yet is not specified.
      const known = expected.map((row, cycle) =>
        row.map((lanes, port) =>
          lanes.map((value, lane) => (seen[at]?.[cycle]?.[port]?.[lane] === undefined ? undefined : value)),
        ),
      );
      expect(known.flat(2).filter((value) => value !== undefined).length).toBeGreaterThan(60);
      expect(difference(one, known as typeof expected, seen[at], "Verilog")).toBe(undefined);
    });
  });
});

test("a whole block stands where two halves do, and is read again there", () => {
  const device = deviceNamed(target, undefined) ?? expect.fail("there is a default device");
  const placed = (file: string, text: string, dialect: "ir" | "asm") => {
    const { value, diagnostics } = compile({ file, text }, target, { dialect, device, place: { device } });
    expect(diagnostics.map(({ message }) => message)).toEqual([]);
    return value.placement ?? expect.fail("it is placed");
  };
  const placement = placed("blocks.ir", sram(9, 180), "ir");
  const places = placement.netlist.cells.filter(({ prim }) => prim.resource === "bram").map(({ loc }) => loc ?? "");
  const halves = places.flatMap((loc) => {
    const [, kind, x, y] = /^RAMB(18|36)_X(\d+)Y(\d+)$/.exec(loc) ?? expect.fail(loc);
    return kind === "18" ? [`${x} ${y}`] : [`${x} ${2 * Number(y)}`, `${x} ${2 * Number(y) + 1}`];
  });
  expect(places).toHaveLength(3);
  expect(new Set(halves).size).toBe(5);
  const text = print(placement.assembly);
  const again = placed("blocks.asm", text, "asm");
  expect(print(again.assembly)).toBe(text);
  const sites = ({ netlist }: typeof placement) => netlist.cells.map(({ loc }) => loc).sort();
  expect(sites(again)).toEqual(sites(placement));
});

describe("UltraRAM", () => {
  const text = (a: number, w: number) =>
    `def main(r: u3, w: u3, d: u${w}, we: bool, en: bool) -> (y: u${w}) {
      k: u${a - 5} = const[${2 ** (a - 5) - 3}];
      h: u2 = ext[0, 1](r);
      l: u2 = ext[0, 1](w);
      ra: u${a} = cat(r, k, h);
      wa: u${a} = cat(w, k, l);
      y: u${w} = sram(ra, wa, d, we, en) @uram;
    }`;
  const shapes = [
    [11, 72, 1],
    [12, 72, 1],
    [12, 80, 2],
    [13, 30, 2],
    [14, 100, 8],
  ] as const;
  const of = (a: number, w: number, reset: "none" | "sync" = "none") =>
    compiled(graphOf(text(a, w), reset), target, reset, "area", `m${a}_${w}`, "xczu5ev");

  test.each(shapes)("2^%i words of %i bits take %i", (a, w, count) => {
    const one = of(a, w);
    expect(countCells(one.netlist).get("URAM288")).toBe(count);
    const given = stimulus(one, 80, 4);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
  });

  test("is left alone by resets: its reset lines are low, and what was read last stays", () => {
    const one = of(13, 30, "sync");
    const given = stimulus(one, 80, 4);
    expect(difference(one, runProgram(one, given), runNetlist(one, given), "netlist")).toBe(undefined);
    const ties = target.prims.get("URAM288")?.inputs.filter(({ name }) => name.startsWith("RST_"));
    expect(ties?.map(({ name, tie }) => [name, tie])).toEqual([
      ["RST_A", 0],
      ["RST_B", 0],
    ]);
  });

  test.skipIf(!hasIverilog)(
    hasIverilog ? "shows the same under iverilog, with a reset or without" : NO_IVERILOG,
    () => {
      const trials = shapes.map(([a, w], at) => of(a, w, at % 2 === 0 ? "none" : "sync"));
      const given = trials.map((one) => stimulus(one, 80, 4));
      const seen = simulate(
        trials.map((one, at) => benchOf(one, given[at] ?? expect.fail("as many"))),
        ULTRASCALE_CELLS,
      );
      trials.forEach((one, at) => {
        const expected = runProgram(one, given[at] ?? expect.fail("as many"));
        expect(difference(one, expected, seen[at], "Verilog")).toBe(undefined);
      });
    },
  );

  test("is taken for large memories without contents where the device has it, and placed", () => {
    const plain = text(12, 60).replace(" @uram", "");
    const place = (name: string) => {
      const device = deviceNamed(target, name) ?? expect.fail(name);
      const { value, diagnostics } = compile({ file: "large.ir", text: plain }, target, { device, place: { device } });
      expect(diagnostics.map(({ message }) => message)).toEqual([]);
      const cells = value.placement?.netlist.cells ?? expect.fail("it is placed");
      return cells.filter(({ prim }) => prim.role === "other").map(({ prim, loc }) => `${prim.name} ${loc}`);
    };
    expect(place("xczu5ev")).toEqual([expect.stringMatching(/^URAM288 URAM288_X0Y\d+$/)]);
    expect(place("xczu3eg")).toHaveLength(7);
    expect(place("xczu3eg").every((one) => /^RAMB(36|18)E2 RAMB(36|18)_X\dY\d+$/.test(one))).toBe(true);
  });
});
