// `reticle bench`: kernels that run and are held against their traces, baselines, and what becomes of faults.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { readBaseline, updated } from "../asm/bench/baseline.ts";
import type { Result } from "../asm/bench/results.ts";
import { readSuite } from "../asm/bench/suite.ts";
import { bench, built, suiteFolder, told, write } from "./suites.ts";

const HERE = { name: "hx1k", target: "ice40", device: "hx1k", until: "place" };

const SUM = "def main(a: i8, b: i8) -> (y: i8) { s: i8 = add(a, b); y: i8 = reg[0](s); }";
const MIX = "def main(a: u8, b: u8) -> (y: u8) { k: u8 = const[90]; s: u8 = xor(a, k); y: u8 = and(s, b); }";
const FILES = {
  "sum.ir": SUM,
  "sum.in.json": { a: [1, 2, 100, -5], b: [1, 5, 100, 2] },
  "sum.out.json": { y: [0, 2, 7, -56] },
  "mix.ir": MIX,
  "mix.in.json": { a: [0, 255, 90], b: [255, 255, 7] },
  "mix.out.json": { y: [90, 165, 0] },
};

const traced = (name: string) => [{ inputs: `${name}.in.json`, outputs: `${name}.out.json` }];
const kernel = (name: string, more = {}) => ({ name, file: `${name}.ir`, traces: traced(name), ...more });

/** A folder with two kernels and `more` in its suite. */
function small(more: Readonly<Record<string, unknown>> = {}): string {
  const folder = suiteFolder();
  const suite = { name: "small", targets: [HERE], kernels: [kernel("sum"), kernel("mix")], ...more };
  write(folder, { ...FILES, "bench.json": suite });
  return folder;
}

/** Figures that have to be the same in every run. */
function exact(results: readonly Result[]) {
  return results.map(({ job, status, cycles, figures }) => ({
    job,
    status,
    cycles,
    figures: Object.entries(figures).filter(([name]) => !/^(time|memory)/.test(name)),
  }));
}

let cli = "";
beforeAll(async () => {
  cli = await built("sound");
});

describe("a suite", () => {
  test("runs, is compared, and gives the same baseline twice", { timeout: 120_000 }, () => {
    const folder = small();
    const first = bench(cli, folder, "--update", "--json", "--label", "one");
    expect(first.err).toBe("");
    expect(first.status).toBe(0);
    const [, mix] = told(first).results;
    expect(mix).toMatchObject({ job: "sum/hx1k", status: "fine", cycles: 4, until: "place" });
    expect(mix?.figures).toMatchObject({ "cells.SB_LUT4": 8, "cells.SB_DFF": 8, "kinds.register": 8, depth: 1 });
    for (const stage of ["check", "select", "place", "emit"]) expect(mix?.figures[`time.${stage}`]).toBeGreaterThan(0);
    const baseline = readFileSync(join(folder, "baseline.json"), "utf8");
    expect(baseline).toContain('"since": "one"');
    const again = bench(cli, folder, "--update", "--json", "--label", "two");
    expect(exact(told(again).results)).toEqual(exact(told(first).results));
    expect(readFileSync(join(folder, "baseline.json"), "utf8")).toBe(baseline);
    const table = bench(cli, folder);
    expect(table.err).toBe("");
    expect(table.status).toBe(0);
    expect(table.out).toContain("2 jobs, 2 fine, 0 failed; 0 regressions");
  });

  test("a wrong constant gives a wrong output, in the kernel where it is", { timeout: 60_000 }, () => {
    const folder = small();
    writeFileSync(join(folder, "mix.ir"), MIX.replace("90", "91"));
    const { status, err, out } = bench(cli, folder);
    expect(status).toBe(1);
    expect(err).toContain(
      "error[wrong-output]: `mix/hx1k`: `y` is 91 in cycle 0, and `mix.out.json` expects 90 (the evaluator)",
    );
    expect(out).toContain("2 jobs, 1 fine, 1 failed");
  });

  test("what is asked for has to be there", () => {
    const folder = small({ tiers: ["quick"] });
    for (const args of [
      ["--tier", "quik"],
      ["--kernel", "summ"],
      ["--target", "hx8k"],
      ["--shard", "3/2"],
    ]) {
      const { status, err, out } = bench(cli, folder, ...args);
      expect([status, out]).toEqual([2, ""]);
      expect(err).toMatch(/^error: /);
    }
    expect(bench(cli, folder, "--baseline", "none.json").status).toBe(2);
    expect(bench(cli, join(folder, "nowhere")).err).toContain("error[cannot-read]");
  });
});

const hasYosys = spawnSync("yosys", ["-V"]).status === 0;

describe.skipIf(!hasYosys)(hasYosys ? "against Yosys" : "yosys is not in PATH", () => {
  test("the same kernel, or Verilog of its own, is made by both", { timeout: 120_000 }, () => {
    // Its own Verilog computes one bit more than the kernel.
    const verilog = "module mix(input [7:0] a, b, output [8:0] y); assign y = {^a, (a ^ 8'd90) & b}; endmodule\n";
    const folder = small({
      targets: [{ ...HERE, until: "select", yosys: "synth_ice40 -abc9" }],
      kernels: [kernel("sum"), kernel("mix", { verilog: "mix.v" })],
    });
    write(folder, { "mix.v": verilog });
    const ran = bench(cli, folder, "--against", "yosys", "--tools", "native", "--json");
    expect([ran.status, ran.err]).toEqual([0, ""]);
    const [mix, sum] = told(ran).results;
    expect(sum?.others["yosys"]?.message).toBeUndefined();
    expect(sum?.others["yosys"]?.figures).toMatchObject({ "kinds.lut": 8, "kinds.register": 8, depth: 1 });
    expect(mix?.figures["kinds.lut"]).toBe(8);
    expect(mix?.others["yosys"]?.figures["kinds.lut"]).toBeGreaterThan(9);
    expect(mix?.others["yosys"]?.figures["time.synth"]).toBeGreaterThan(0);
    const { means } = JSON.parse(ran.out) as { means: { yosys: Record<string, { mean: number; kernels: number }> } };
    const ratio = 8 / (mix?.others["yosys"]?.figures["kinds.lut"] ?? 0);
    expect(means.yosys["LUTs"]?.kernels).toBe(2);
    expect(means.yosys["LUTs"]?.mean).toBeCloseTo(Math.sqrt(ratio));
  });
});

describe("baselines", () => {
  const text = (value: number) =>
    `{"suite": "s", "since": "old", "figures": {"k/t cells.A": 5, "k/t time.select": ${value}}}`;
  const suite = readSuite({
    file: "bench.json",
    text: '{"name": "s", "targets": [{"name": "t", "target": "t"}], "kernels": [{"name": "k", "file": "k.ir"}]}',
  }).value;
  const update = (was: number, figures: Result["figures"]) => {
    const result: Result = {
      job: "k/t",
      status: "fine",
      message: undefined,
      until: "bits",
      cycles: 1,
      figures,
      others: {},
    };
    const run = { suite: "s", label: "new", jobs: ["k/t"], results: [result] };
    const old = readBaseline({ file: "baseline.json", text: text(was) }).value;
    if (suite === undefined || old === undefined) throw new Error("wrong examples");
    return JSON.parse(updated(run, [{ id: "k/t", until: "bits" }], old, suite.tolerances)) as unknown;
  };

  test("what is measured stays while it is within its band, what is counted does not", () => {
    const figures = { "k/t cells.A": 5, "k/t time.select": 100 };
    expect(update(100, { "cells.A": 5, "time.select": 190 })).toEqual({ suite: "s", since: "old", figures });
    expect(update(100, { "cells.A": 5, "time.select": 201 })).toMatchObject({
      since: "new",
      figures: { "k/t time.select": 201 },
    });
    expect(update(100, { "cells.A": 5, "time.select": 40 })).toMatchObject({
      since: "new",
      figures: { "k/t time.select": 40 },
    });
    expect(update(100, { "cells.A": 4, "time.select": 101 })).toEqual({
      suite: "s",
      since: "new",
      figures: { "k/t cells.A": 4, "k/t time.select": 100 },
    });
  });
});
