// All examples, from text to cells, under Icarus Verilog with Yosys' models of the cells: they mean what the programs mean.
import { describe, expect, test } from "vitest";
import { hasIverilog, NO_IVERILOG } from "./iverilog.ts";
import { compiled } from "./netlist.ts";
import { batches, FILES, graphOfFile, isCI, wrongVerilog } from "./programs.ts";
import { targetNamed } from "./target-files.ts";

/** The most cells that are simulated outside CI, and anywhere for the second family. */
const FEW_CELLS = 1500;

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog, with Yosys' cells" : NO_IVERILOG, () => {
  test.each([
    ["ice40", "none"],
    ["ice40", "sync"],
    ["ultrascale", "none"],
    ["ultrascale", "sync"],
  ] as const)("all examples for %s agree with their Verilog, reset %s", { timeout: 1_500_000 }, (target, reset) => {
    // On the second family each example has one of the resets.
    const own = FILES.filter((_, at) => target === "ice40" || (at % 2 === 0) === (reset === "none"));
    for (const some of batches(own, 12)) {
      const trials = some.map((file, at) => ({
        one: compiled(graphOfFile(file, reset), targetNamed(target), reset, "balanced", `m${at}`),
        seed: file.length,
      }));
      const isAll = isCI && target === "ice40";
      const list = trials.filter(({ one }) => isAll || one.netlist.cells.length <= FEW_CELLS);
      expect(wrongVerilog(list, target).find((one) => one !== undefined)).toBe(undefined);
    }
  });
});
