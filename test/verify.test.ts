// `reticle verify`: what compiles right is proved or tested, and what does not is found.
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { netlistGraph } from "../asm/graph.ts";
import type { Netlist } from "../asm/netlist.ts";
import { misconnected, type Verification, verify } from "../asm/verify.ts";
import { compile } from "../index.ts";
import type { Program } from "../lang/ast.ts";
import type { Reset } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { run } from "./command.ts";
import { programs } from "./random.ts";
import { targetNamed } from "./target-files.ts";

interface Changes {
  readonly assembly?: (one: Program) => Program;
  readonly netlist?: (one: Netlist) => Netlist;
}

function verified(
  text: string,
  name = "ice40",
  reset: Reset = "none",
  device?: string,
  changes: Changes = {},
): Verification {
  const target = targetNamed(name);
  const { value, diagnostics } = compile({ file: "test.ir", text }, target, {
    reset,
    until: "expand",
    device: device === undefined ? undefined : deviceNamed(target, device),
  });
  const { graph, assembly, netlist } = value;
  if (graph === undefined || assembly === undefined || netlist === undefined)
    throw new Error(diagnostics.map(({ message }) => message).join("; "));
  const { assembly: change = (one: Program) => one, netlist: cells = (one: Netlist) => one } = changes;
  return verify(graph, change(assembly), cells(netlist), target, { reset, prove: false });
}

test.each([
  ["ice40", "none", undefined],
  ["ice40", "sync", "up5k"],
  ["tiny", "none", undefined],
] as const)(
  "random programs for %s with reset %s are without a difference, and mostly proved",
  { timeout: 120_000 },
  (name, reset, device) => {
    let proved = 0;
    let tested = 0;
    fc.assert(
      fc.property(programs({ instructions: 15, memories: name === "ice40", hints: ["??"], widest: 20 }), (text) => {
        const found = verified(text, name, reset, device);
        expect(found.difference, text).toBeUndefined();
        proved += found.assembly.proved.length;
        tested += found.assembly.tested.length;
      }),
      { numRuns: 15 },
    );
    expect(proved).toBeGreaterThan(tested);
  },
);

const SUM = `def main(a: i8, b: i8, en: bool) -> (y: i8, less: bool) {
  s: i8 = add(a, b);
  y: i8 = reg[3](s, en);
  less: bool = lt(a, b);
}`;

describe("what is wrong is found", () => {
  test("a program that is right", () => {
    const { assembly, difference } = verified(SUM);
    expect([assembly.tested, difference]).toEqual([[], undefined]);
  });

  test.each([
    ["a truth table", (text: string) => text.replace("lut4[0x5555](y_2)", "lut4[0xaaaa](y_2)"), "y"],
    ["an initial value", (text: string) => text.replace("init: 0", "init: 1"), "y"],
    ["an enable", (text: string) => text.replace(/, _, en\s*\)/, ")"), "y"],
    ["an operand", (text: string) => text.replace("lut4[0x5555](b)", "lut4[0x5555](a)"), "less"],
  ])("%s of the assembly", (_what, change, output) => {
    const { assembly } = verified(SUM, "ice40", "none", undefined, {
      assembly: (one) => {
        const changed = change(print(one));
        expect(changed).not.toBe(print(one));
        return parse({ file: "test.asm", text: changed }).value;
      },
    });
    expect(assembly.tested).toEqual([output]);
  });

  test("a difference that no run would meet", () => {
    const text =
      "def main(a: u40, b: bool) -> (y: bool) { k: u40 = const[0xABCDE12345]; s: bool = eq(a, k); y: bool = and(s, b); }";
    const { difference } = verified(text, "ice40", "none", undefined, {
      // Some LUT takes one row more.
      assembly: (one) => {
        const changed = print(one).replace(/lut4\[0x8000\]/, "lut4[0x8001]");
        expect(changed).not.toBe(print(one));
        return parse({ file: "test.asm", text: changed }).value;
      },
    });
    expect(difference).toMatch(/^the assembly gives another result with a = \d+, b = 1$/);
  });

  test("a mask of a cell", () => {
    const netlist = (one: Netlist): Netlist => ({
      ...one,
      cells: one.cells.map((cell, at) =>
        at === one.cells.findIndex(({ params }) => params.length > 0)
          ? { ...cell, params: [(cell.params[0] ?? 0n) ^ 0xffffn] }
          : cell,
      ),
    });
    expect(verified(SUM, "ice40", "none", undefined, { netlist }).difference).toMatch(/ is .*, expected /);
  });

  test.each([
    ["driven twice", /driven twice/, (one: Netlist) => [...one.cells, one.cells[0] as Netlist["cells"][number]]],
    ["without a driver", /has no driver/, (one: Netlist) => one.cells.slice(1)],
    [
      "with an input too few",
      /has \d+ inputs/,
      (one: Netlist) => one.cells.map((cell) => ({ ...cell, inputs: cell.inputs.slice(1) })),
    ],
    [
      "with a wide parameter",
      /does not fit/,
      (one: Netlist) => one.cells.map((cell) => ({ ...cell, params: cell.params.map(() => 1n << 99n) })),
    ],
  ])("a cell %s", (_what, message, cells) => {
    verified(SUM, "ice40", "none", undefined, {
      netlist: (one) => {
        expect(misconnected(one)).toBeUndefined();
        expect(misconnected({ ...one, cells: cells(one) })).toMatch(message);
        return one;
      },
    });
  });
});

test("the command says what is proved, for people and for machines", async () => {
  const file = "examples/kernels/alu_8.ir";
  const said = await run(["verify", file, "--target", "ice40", "--prove"]);
  expect([said.status, said.out]).toEqual([
    0,
    expect.stringMatching(/^assembly: 2 of 2 outputs proved for all inputs in all cycles\ncells: 2 of 2 /),
  ]);
  const asked = await run(["verify", file, "--target", "ice40", "--json"]);
  expect(JSON.parse(asked.out)).toMatchObject({ file, assembly: { tested: [] } });
  const assembly = await run(["verify", "test/golden/place/chain.asm", "--target", "ice40"]);
  expect(assembly.status).not.toBe(0);
});

test("memories of kinds that a pattern leaves open", () => {
  for (const type of ["bool", "u1", "i3"]) {
    const text = `def main(a: u1, we: bool, d: ${type}) -> (y: ${type}) { y: ${type} = sram(a, a, d, we); }`;
    expect(verified(text).assembly.proved).toEqual(["y"]);
  }
});

test("a product of which the upper bits alone are read", () => {
  const text = `def main(a: i3) -> (y: i3) {
    three: i3 = const[3];
    p: i3 = mul(a, three);
    y: i3 = lut[11](a, p, three);
  }`;
  for (const name of ["ice40", "tiny"]) {
    const { assembly, difference } = verified(text, name);
    expect([assembly.proved, difference]).toEqual([["y"], undefined]);
  }
});

describe("state machines, whose unreachable states came in handy", () => {
  const text = readFileSync("examples/kernels/fsm_5.ir", "utf8");

  test("are proved by a walk through all states", () => {
    for (const reset of ["none", "sync"] as const) {
      const { assembly, difference } = verified(text, "ice40", reset);
      expect([assembly.proved, difference]).toEqual([["y"], undefined]);
    }
  });

  test("with another row are proved or refuted, never left open", () => {
    let refuted = 0;
    for (let row = 0; row < 16; row++) {
      const { assembly, difference } = verified(text, "ice40", "none", undefined, {
        assembly: (one) => {
          const changed = print(one).replace(/lut4\[0x(\w+)/, (_, table) => {
            const other = (Number(`0x${table}`) ^ (1 << row)).toString(16).padStart(4, "0");
            return `lut4[0x${other}`;
          });
          expect(changed).not.toBe(print(one));
          return parse({ file: "test.asm", text: changed }).value;
        },
      });
      if (difference === undefined) expect(assembly.proved).toEqual(["y"]);
      else {
        expect(difference).toMatch(/^the assembly gives another result with i0 = [01], /);
        refuted++;
      }
    }
    expect(refuted).toBeGreaterThan(3);
  });
});

describe("netlists as graphs", () => {
  const text = "def main(n1: i2<2>, e: bool) -> (n: i2<2>) { a: i2<2> = add(n1, n1); n: i2<2> = reg[1](a, e); }";
  const made = () => {
    const { netlist } = compile({ file: "test.ir", text }, targetNamed("ice40"), { reset: "sync" }).value;
    if (netlist === undefined) throw new Error("no netlist");
    return netlist;
  };

  test("have the ports of the program, and the reset behind them", () => {
    const graph = netlistGraph(made());
    const named = graph?.inputs.map((id) => `${graph.nodes[id]?.name}: ${graph.nodes[id]?.type.text}`);
    expect(named).toEqual(["n1: i2<2>", "e: bool", "reset: bool"]);
    expect(graph?.outputs.map(({ name, node }) => `${name}: ${graph.nodes[node]?.type.text}`)).toEqual(["n: i2<2>"]);
    const names = graph?.nodes.map(({ name }) => name) ?? [];
    expect(new Set(names).size).toBe(names.length);
    for (const { id, op, args } of graph?.nodes ?? [])
      if (op?.kind !== "reg") for (const arg of args) expect(arg).toBeLessThan(id);
  });

  test("are none where nets hang on themselves, or on nothing", () => {
    const netlist = made();
    const [loose, ...others] = netlist.cells;
    expect(loose).toBeDefined();
    expect(netlistGraph({ ...netlist, cells: others })).toBeUndefined();
    const looped = netlist.cells.map((cell) =>
      cell.prim.name === "SB_LUT4" ? { ...cell, inputs: cell.inputs.map(() => cell.outputs[0] as number) } : cell,
    );
    expect(netlistGraph({ ...netlist, cells: looped })).toBeUndefined();
  });
});
