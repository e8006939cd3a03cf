// All examples, from text to placed cells, under Icarus Verilog with models of the cells: they mean what the programs mean.
import { describe, expect, test } from "vitest";
import { hasIverilog, NO_IVERILOG } from "./iverilog.ts";
import { batches, built, FILES, isCI, wrongVerilog } from "./programs.ts";

/** The most cells that are simulated outside CI. */
const FEW_CELLS = 1500;

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog, with Yosys' cells" : NO_IVERILOG, () => {
  test.each([
    ["ice40", "none"],
    ["ice40", "sync"],
    ["ultrascale", "none"],
    ["ultrascale", "sync"],
  ] as const)("all examples for %s agree with their Verilog, reset %s", { timeout: 1_500_000 }, (target, reset) => {
    for (const some of batches(FILES, 12)) {
      const trials = some.map((file, at) => ({ one: built(file, target, reset, `m${at}`), seed: file.length }));
      const list = trials.filter(({ one }) => isCI || one.netlist.cells.length <= FEW_CELLS);
      expect(wrongVerilog(list, target).find((one) => one !== undefined)).toBe(undefined);
    }
  });
});
