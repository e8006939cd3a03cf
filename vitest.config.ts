// Tests need Node alone; what more a machine offers (iverilog, verilator) is used where it is found.
import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type Reporter, type TestModule, type TestSpecification } from "vitest/node";

/** The last line of a run, for machines: `N passed, N failed, N skipped`. A file that cannot run has failed. */
const totals: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], errors) {
    const counts = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      if (module.children.size === 0 && module.state() === "failed") counts.failed++;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        counts[state === "passed" || state === "failed" ? state : "skipped"]++;
      }
    }
    console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  },
};

/** Files of minutes, which begin first: a worker that gets one last works on it alone. */
const LONG = ["netlist-examples", "netlist", "flow", "target", "kernels-crypto"];

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = LONG.findIndex((name) => moduleId.endsWith(`/${name}.test.ts`));
      return place < 0 ? LONG.length : place;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    sequence: { sequencer: LongFirst },
    reporters: ["default", totals],
    testTimeout: 60_000,
    // A worker a core: vitest keeps one back for itself, which is half of a small machine.
    maxWorkers: availableParallelism(),
  },
});
