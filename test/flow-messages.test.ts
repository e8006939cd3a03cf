// What the router reports and what the tools complain about, in terms of the program.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explainFailure, explainTiming } from "../asm/flow/errors.ts";
import { origins } from "../asm/flow/origins.ts";
import { pathFrames } from "../asm/flow/path.ts";
import { type CriticalPath, legs, type PathStep, readReport } from "../asm/flow/report.ts";
import type { Failure } from "../asm/flow/runner.ts";
import { frame } from "../lang/frame.ts";
import { run as reticle } from "./command.ts";

// Builds take seconds of WASM: for CI, or for RETICLE_WASM=1.
const isThorough = process.env["CI"] !== undefined || process.env["RETICLE_WASM"] !== undefined;

const PROGRAM = {
  file: "count.ir",
  text: "def main(a: i8, en: bool) -> (y: i8) {\n    t: i8 = add(y, a);\n    y: i8 = reg[0](t, en);\n}\n",
};

/** A path through the adder of `PROGRAM`, as nextpnr reports it. */
const REPORT = {
  critical_paths: [
    {
      from: "posedge clock$SB_IO_IN_$glb_clk",
      to: "posedge clock$SB_IO_IN_$glb_clk",
      path: [
        { delay: 0.5, from: { cell: "y_1_LC", loc: [1, 2], port: "O" }, to: {}, type: "clk-to-q" },
        {
          delay: 0.6,
          from: { cell: "y_1_LC", loc: [1, 2], port: "O" },
          net: "y[1]$SB_IO_OUT",
          to: {},
          type: "routing",
        },
        { delay: 0.4, from: { cell: "t_1_LC", loc: [1, 2], port: "I1" }, to: { cell: "t_1_LC" }, type: "setup" },
      ],
    },
  ],
  fmax: { clock$SB_IO_IN_$glb_clk: { achieved: 453.5, constraint: 500 } },
  utilization: { ICESTORM_LC: { available: 1280, used: 9 }, SB_IO: {} },
};

const NETLIST = JSON.stringify({
  modules: {
    main: {
      ports: { a: { bits: [2, 3] }, clock: { bits: [4] } },
      cells: {
        t_1: { attributes: { src: "count.ir:2.5-2.23" }, port_directions: { O: "output" }, connections: { O: [7] } },
        y_1: { attributes: { src: "count.ir:3.5-3.27" }, port_directions: { Q: "output" }, connections: { Q: [9] } },
      },
      netnames: { y: { bits: [8, 9] }, t: { bits: [6, 7] } },
    },
  },
});

describe("the report", () => {
  test("leads back to the program", () => {
    const { clocks, uses, paths } = readReport(JSON.stringify(REPORT), origins(NETLIST));
    expect(clocks).toEqual([{ name: "clock", achieved: 453.5, asked: 500 }]);
    expect(uses[0]).toEqual({ type: "ICESTORM_LC", used: 9, available: 1280 });
    const [path] = paths;
    expect(path?.from).toEqual({ clock: "clock", edge: "posedge" });
    expect(path?.delay).toBeCloseTo(1.5);
    const marked = path === undefined ? [] : legs(path, PROGRAM);
    const shown = marked.map(({ span, logic, routing }) => [
      PROGRAM.text.slice(span?.start, span?.end),
      logic,
      routing,
    ]);
    expect(shown).toEqual([
      ["y: i8 = reg[0](t, en);", 0.5, 0.6],
      ["t: i8 = add(y, a);", 0.4, 0],
    ]);
  });

  test("knows cells and nets under the names that packing gives them", () => {
    const { ofCell, ofNet, portOf } = origins(NETLIST.replaceAll("y_1", "y$14"));
    expect(ofCell("y$14_DFFLC")).toBe(ofNet("y[1]$SB_IO_IN_$glb_clk"));
    expect(ofCell("y$15_LC")).toBeUndefined();
    expect(portOf("a[0]$sb_io")).toBe("a[0]");
  });

  test("says what is slow", () => {
    const [warning] = explainTiming(readReport(JSON.stringify(REPORT), origins(NETLIST)), 500, PROGRAM);
    expect(warning?.code).toBe("slow-clock");
    expect(warning === undefined ? "" : frame(warning)).toMatchInlineSnapshot(`
      "warning[slow-clock]: \`clock\` reaches 453.50 MHz of the 500 MHz that are asked for
       ┌─ count.ir:3:5
       │
      2 │     t: i8 = add(y, a);
        │     ------------------ 2: 0.40 ns logic
      3 │     y: i8 = reg[0](t, en);
        │     ^^^^^^^^^^^^^^^^^^^^^^ 1: 0.50 ns logic, 0.60 ns wires
        = help: a register on the way, \`--optimize delay\` or another \`--seed\` may help"
    `);
    expect(explainTiming(readReport(JSON.stringify(REPORT), origins(NETLIST)), 400, PROGRAM)).toEqual([]);
  });

  test.each(["", "null", "[]", "{}", '{"fmax": 3, "critical_paths": [null, {"path": [1, {}]}], "utilization": [2]}'])(
    "%s has nothing",
    (given) => {
      const { clocks, uses } = readReport(given, origins(given));
      expect([clocks, uses]).toEqual([[], []]);
    },
  );
});

/** A path by the kind of each step, its delay in ns, and its line of `PROGRAM`; 0 is none. */
function pathOf(...steps: readonly (readonly [kind: string, delay: number, line: number])[]): CriticalPath {
  const end = { cell: "y_1_LC", port: "O", tile: [] };
  const domain = { clock: "clock", edge: "posedge" } as const;
  return {
    from: domain,
    to: domain,
    delay: steps.reduce((sum, [, delay]) => sum + delay, 0),
    steps: steps.map(
      ([kind, delay, line]): PathStep => ({
        kind,
        delay,
        from: end,
        to: end,
        net: undefined,
        place: line === 0 ? undefined : `count.ir:${line}.5-${line}.${line === 2 ? 23 : 27}`,
      }),
    ),
  };
}

describe("a critical path in frames", () => {
  test("tells each step and the time that has passed", () => {
    const path = readReport(JSON.stringify(REPORT), origins(NETLIST)).paths[0];
    const rows = path === undefined ? [] : pathFrames(path, PROGRAM, "all.json");
    expect(rows.join("\n")).toMatchInlineSnapshot(`
      " ┌─ count.ir:3:5
       │
      3 │     y: i8 = reg[0](t, en);
        │     ^^^^^^^^^^^^^^^^^^^^^^ clock-to-q 0.50 ns, at 0.50 ns; wires 0.60 ns, at 1.10 ns
       ┌─ count.ir:2:5
       │
      2 │     t: i8 = add(y, a);
        │     ^^^^^^^^^^^^^^^^^^ setup 0.40 ns, at 1.50 ns"
    `);
  });

  test("tells the cells of a chain at once, and what is not of the program in a row", () => {
    const chain = Array.from({ length: 20 }, (_, at) => [at % 2 === 0 ? "logic" : "routing", 0.125, 2] as const);
    const path = pathOf(["clk-to-q", 0.5, 3], ["routing", 1, 0], ["setup", 0.25, 0], ...chain, ["setup", 0.5, 2]);
    expect(pathFrames(path, PROGRAM, "all.json").join("\n")).toMatchInlineSnapshot(`
      " ┌─ count.ir:3:5
       │
      3 │     y: i8 = reg[0](t, en);
        │     ^^^^^^^^^^^^^^^^^^^^^^ clock-to-q 0.50 ns, at 0.50 ns
        wires 1.00 ns from \`y_1_LC\`, at 1.50 ns
        setup 0.25 ns from \`y_1_LC\`, at 1.75 ns
       ┌─ count.ir:2:5
       │
      2 │     t: i8 = add(y, a);
        │     ^^^^^^^^^^^^^^^^^^
        │     │
        │     logic 1.25 ns in 10 cells, wires 1.25 ns, at 4.25 ns; setup 0.50 ns, at 4.75 ns"
    `);
  });

  test("shares a frame between neighbours in a line", () => {
    const text = "def main(a: i8) -> (y: i8) { t: i8 = add(y, a); y: i8 = reg[0](t); }\n";
    const path = pathOf(["clk-to-q", 0.5, 3], ["logic", 0.25, 2], ["setup", 0.5, 3]);
    const places = ["count.ir:1.49-1.67", "count.ir:1.30-1.48", "count.ir:1.49-1.67"];
    const steps = path.steps.map((step, at) => ({ ...step, place: places[at] }));
    expect(pathFrames({ ...path, steps }, { ...PROGRAM, text }, "all.json").join("\n")).toMatchInlineSnapshot(`
      " ┌─ count.ir:1:49
       │
      1 │ def main(a: i8) -> (y: i8) { t: i8 = add(y, a); y: i8 = reg[0](t); }
        │                              ------------------ ^^^^^^^^^^^^^^^^^^
        │                              │                  │
        │                              │             clock-to-q 0.50 ns, at 0.50 ns; setup 0.50 ns, at 1.25 ns
        │                              logic 0.25 ns, at 0.75 ns"
    `);
  });

  test("is cut in its middle when it is long", () => {
    const path = pathOf(...Array.from({ length: 30 }, (_, at) => ["logic", 1, 2 + (at % 2)] as const));
    const rows = pathFrames(path, PROGRAM, "`out/count.report.json`");
    expect(rows.filter((row) => row.includes("┌─")).length).toBe(12);
    expect(rows.filter((row) => row.includes("..."))).toEqual([
      "  ... 18 more frames, from 6.00 ns to 24.00 ns; all of the path is in `out/count.report.json`",
    ]);
    expect(rows.at(-1)).toContain("at 30.00 ns");
  });

  test.skipIf(!isThorough)("ends a build", { timeout: 120_000 }, async () => {
    const out = mkdtempSync(join(tmpdir(), "reticle-flow-framed-"));
    const args = ["build", "examples/kernels/gray_8.ir", "--target", "ice40", "--harness", "scan", "--no-cache"];
    const { out: said, status } = await reticle([...args, "-o", out]);
    rmSync(out, { recursive: true });
    expect(status).toBe(0);
    const [, ...rows] = said.split("\n");
    expect(rows[0]).toMatch(/^longest path of clock: \d+\.\d\d ns$/);
    expect(rows.filter((row) => /^ +┌─ examples\/kernels\/gray_8\.ir:\d+:\d+$/.test(row)).length).toBeGreaterThan(0);
    expect(rows.join("\n")).toMatch(/\^ (.*│ +│ +)?clock-to-q \d+\.\d\d ns, at \d+\.\d\d ns/s);
    const total = /: (.* ns)$/.exec(rows[0] ?? "")?.[1];
    expect(rows.findLast((row) => row !== "")).toMatch(new RegExp(`setup \\d+\\.\\d\\d ns, at ${total}$`));
  });
});

/** What the tools really said, without the rest of their logs. */
const COMPLAINTS: readonly (readonly [string, string, string])[] = [
  ["no-pin", "ERROR: package does not have a pin named '99' (on line 2)", "99"],
  ["no-pin", "ERROR: IO 'a[1]' is unconstrained in PCF (override this error with --pcf-allow-unconstrained)", ""],
  ["bad-pcf", "ERROR: duplicate pin constraint on 'clock' (on line 1)", "clock"],
  ["bad-pcf", "ERROR: unsupported PCF command 'set_oi' (on line 3)", "set_oi"],
  ["bad-pcf", "ERROR: expected PCF syntax 'set_io cell pin' (on line 1)", "set_io clock 21"],
  ["bad-pcf", "ERROR: Invalid value 'maybe' for -pullup (on line 4)", "maybe"],
  [
    "bad-pcf",
    "ERROR: Cell 'clock$sb_io' cannot be bound to bel 'X0/Y8/io1' since it is already bound to cell 'a[0]$sb_io'",
    "clock",
  ],
  [
    "bad-location",
    "ERROR: Cell 't_1_LC' cannot be bound to bel 'X1/Y1/lc0' since it is already bound to cell 'y_1_DFFLC'",
    "t: i8 = add(y, a);",
  ],
  [
    "bad-location",
    "ERROR: No Bel named 'X99/Y1/lc0' located for this chip (processing BEL attribute on 't_1_LC')",
    "t: i8 = add(y, a);",
  ],
  [
    "bad-location",
    "ERROR: Bel 'X3/Y1/ram' of type 'ICESTORM_RAM' does not match cell 't_1_LC' of type 'ICESTORM_LC'",
    "t: i8 = add(y, a);",
  ],
  ["no-package", "ERROR: Unsupported package 'nope'.", ""],
  ["no-device", "unrecognised option '--hx9k'", ""],
  [
    "no-place",
    "ERROR: Unable to find legal placement for cell 't_1_LC' of type 'ICESTORM_LC' after 187579 attempts, check constraints and utilisation.",
    "t: i8 = add(y, a);",
  ],
  ["no-place", "ERROR: Unable to place cell 'y_1_OSC' of type 'ICESTORM_HFOSC'", "y: i8 = reg[0](t, en);"],
  ["no-route", "ERROR: Failed to find a route for arc 0 of net t[1].", "t: i8 = add(y, a);"],
  [
    "too-many-cells",
    "Info: \t         ICESTORM_LC:    2001/   1280   156%\nERROR: Unable to place cell 'y_1_DFFLC', no BELs remaining to implement cell type 'ICESTORM_LC'",
    "",
  ],
  [
    "too-many-cells",
    "Info: \t               SB_IO:   400/  112   357%\nERROR: Unable to find a placement location for cell 'a[146]$sb_io'",
    "",
  ],
  ["flow-failed", "kernel.v:1: ERROR: syntax error, unexpected ';'", ""],
  ["flow-failed", "Error: Unexpected data line: hello", ""],
];

describe("errors", () => {
  const pcf = { file: "a.pcf", text: "set_io clock 21\nset_io a[0] 99\nset_oi\nset_io -pullup maybe a[0] 1\n" };
  const about = { program: PROGRAM, pcf, netlist: NETLIST, device: "hx1k", package: "tq144" };
  const explained = (kind: Failure["kind"], detail: string, log: string) =>
    explainFailure({ step: "route", tool: "nextpnr-ice40", failure: { kind, detail }, log }, about);

  test.each(COMPLAINTS)("%s: %s", (code, log, marked) => {
    const found = explained(
      "failed",
      "status 255",
      `Info: before\n${log}\nERROR: Loading PCF failed.\n0 warnings, 2 errors\n`,
    );
    expect(found.map((one) => one.code)).toEqual([code]);
    const span = found[0]?.labels[0]?.span;
    expect(span === undefined ? "" : found[0]?.source.text.slice(span.start, span.end)).toBe(marked);
  });

  test.each<[string, Failure["kind"], string]>([
    ["no-tool", "missing", "PATH"],
    ["no-tool", "missing", "@yowasp/yosys"],
    ["no-tool", "old", "0.3"],
    ["cannot-write", "unwritable", "ENOSPC: no space left on device"],
    ["interrupted", "interrupted", ""],
    ["tool-crashed", "crashed", "unreachable"],
  ])("%s: %s %s", (code, kind, detail) => {
    expect(explained(kind, detail, "").map((one) => one.code)).toEqual([code]);
  });
});
