// The time of what makes cells and texts of an assembly grows with its length, and no faster.
import { expect, test } from "vitest";
import { expand } from "../asm/expand.ts";
import type { FlatNetlist } from "../asm/flat.ts";
import { netlistGraph } from "../asm/graph.ts";
import { netlistJson } from "../asm/json.ts";
import { joined } from "../asm/lines.ts";
import { combinationalLoop } from "../asm/loops.ts";
import type { Netlist } from "../asm/netlist.ts";
import { simplify } from "../asm/simplify.ts";
import { sitesNeeded } from "../asm/sites.ts";
import { longestPath } from "../asm/timing.ts";
import { structural } from "../asm/verilog.ts";
import type { Program } from "../lang/ast.ts";
import { check } from "../lang/check.ts";
import { parse } from "../lang/parser.ts";
import { grownAssembly } from "./grown.ts";
import { targetNamed } from "./target-files.ts";

const SHORT = 3_000;
const LONG = 30_000;
/**
 * What the time per instruction may grow by, from the short program to the long one, on a machine that does other work
 * too: a collector with another process on its core makes 3 of it. A stage of quadratic time makes 10.
 */
const FACTOR = 5;
const ROUNDS = 8;
/** Of a time, once more when another process was in its way. */
const TIMED = { timeout: 120_000, retry: 2 };

const target = targetNamed("ice40");

interface Made {
  readonly program: Program;
  readonly netlist: Netlist;
}

function made(count: number): Made {
  const program = parse({ file: "long.asm", text: grownAssembly(count) }).value;
  expect(check(program, "asm").diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return { program, netlist: expand(program, target).value ?? expect.fail("it has cells") };
}

/** CPU time of this process, in us. */
function clock(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** The least time per instruction of some runs, in us; they end when it is `enough`. */
function best(work: () => unknown, count: number, rounds: number, enough: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds && least > enough; round++) {
    const started = clock();
    work();
    least = Math.min(least, (clock() - started) / count);
  }
  return least;
}

/** The netlist as it was before its cells were objects. */
function flattened(netlist: Netlist): FlatNetlist {
  const first = [0];
  for (const { inputs, outputs } of netlist.cells)
    first.push((first.at(-1) as number) + inputs.length + outputs.length);
  const nets = netlist.cells.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]);
  const group = Int32Array.from(netlist.cells, (cell) => cell.group);
  const cells = { like: netlist.cells, group, first: Int32Array.from(first), nets: Int32Array.from(nets) };
  return { ...netlist, cells };
}

const STAGES: Readonly<Record<string, (of: Made) => unknown>> = {
  expand: ({ program }) => expand(program, target),
  loops: ({ netlist }) => combinationalLoop(netlist),
  simplify: ({ netlist }) => simplify(flattened(netlist)),
  verilog: ({ netlist }) => structural(netlist),
  json: ({ netlist }) => netlistJson(netlist, "reticle"),
  graph: ({ netlist }) => netlistGraph(netlist),
  timing: ({ netlist }) => longestPath(netlist),
  sites: ({ netlist }) => sitesNeeded(netlist),
};

const short = made(SHORT);
const long = made(LONG);

test.each(Object.entries(STAGES))("%s is linear", TIMED, (_, stage) => {
  const before = best(() => stage(short), SHORT, ROUNDS, 0);
  const bound = FACTOR * before;
  expect(best(() => stage(long), LONG, ROUNDS, bound)).toBeLessThanOrEqual(bound);
});

test("operands that thousands of carries share cost no more", TIMED, () => {
  const shared = (count: number) => {
    const lines = Array.from({ length: count }, (_, at) => {
      const operand = at < 3 ? "b" : `s${at - 3}`;
      return `s${at}: i4 = add[init: 0](a, ${operand}, en) @lc(??, ??);`;
    });
    const text = `def main(a: i4, b: i4, en: bool) -> (y: i4) {\n${lines.join("\n")}\ny: i4 = id(s${count - 1});\n}\n`;
    return expand(parse({ file: "shared.asm", text }).value, target).value ?? expect.fail("it has cells");
  };
  const [few, many] = [shared(SHORT), shared(LONG)];
  const bound = FACTOR * best(() => sitesNeeded(few), SHORT, ROUNDS, 0);
  expect(best(() => sitesNeeded(many), LONG, ROUNDS, bound)).toBeLessThanOrEqual(bound);
});

test("a text that no string holds is refused, with both numbers", () => {
  const source = { file: "long.asm", text: "" };
  expect(joined(["ab", "c"], source, "JSON", 5)).toEqual({ value: "ab\nc\n", diagnostics: [] });
  const { value, diagnostics } = joined(["ab", "cd"], source, "JSON", 5);
  expect(value).toBe("");
  expect(diagnostics.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    "too-large: the netlist as JSON would have 6 characters, and a text holds 5",
  ]);
});
