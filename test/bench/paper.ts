// The rows of the original system's evaluation (PLDI 2021: Vivado 2020.1 and its own compiler, as its artifact reports them),
// and ours on the same device: cells, the longest path as our timing has it, and CPU seconds from text to placed structural
// Verilog, of a new process and of a warm one. The paper's paths are Vivado's after routing, ours an estimate.
import { readFileSync } from "node:fs";
import { compile, deviceNamed } from "../../index.ts";
import { targetNamed } from "../target-files.ts";
import { seconds } from "./tools.ts";

/** What the paper has: seconds and ns of Vivado alone, then of the original; LUTs and DSPs of Vivado with hints, then of it. */
interface Row {
  readonly kernel: string;
  readonly seconds: readonly [vivado: string, original: number];
  readonly luts: readonly [vivado: number, original: number];
  readonly dsps: readonly [vivado: number, original: number];
  readonly path: readonly [vivado: string, original: string];
}

const FSM = "84-91";
const ADD = "94-123";
const DOT = "93-131";
const ROWS: readonly Row[] = [
  row("fsm_3", FSM, 0.41, [3, 21], [0, 0], "0.56", "1.84"),
  row("fsm_5", FSM, 0.51, [9, 35], [0, 0], "0.91", "2.71"),
  row("fsm_7", FSM, 0.79, [9, 49], [0, 0], "0.94", "3.29"),
  row("fsm_9", FSM, 1.87, [12, 63], [0, 0], "1.07", "4.66"),
  row("tadd_64", ADD, 0.56, [0, 0], [64, 16], "0.28", "0.34"),
  row("tadd_128", ADD, 2.6, [0, 0], [128, 32], "0.28", "0.34"),
  row("tadd_256", ADD, 7.9, [0, 0], [256, 64], "0.28", "0.34"),
  row("tadd_512", ADD, 52.5, [1216, 0], [360, 128], "0.93", "0.34"),
  row("tdot_5_3", DOT, 0.42, [0, 0], [15, 15], "1.03-1.07", "1.10-1.01"),
  row("tdot_5_9", DOT, 1.2, [0, 0], [45, 45], "1.03-1.07", "1.10-1.01"),
  row("tdot_5_18", DOT, 4.9, [0, 0], [90, 90], "1.03-1.07", "1.10-1.01"),
  row("tdot_5_36", DOT, 11.0, [0, 0], [180, 180], "1.03-1.07", "1.10-1.01"),
];

function row(
  kernel: string,
  vivado: string,
  original: number,
  luts: Row["luts"],
  dsps: Row["dsps"],
  ...path: Row["path"]
): Row {
  return { kernel, seconds: [vivado, original], luts, dsps, path };
}

const target = targetNamed("ultrascale");
const device = deviceNamed(target, undefined);
if (device === undefined) throw new Error("no device");
const WARM_ROUNDS = 8;

console.log("| kernel | LUTs: Vivado, original, ours | DSPs | path ns | s: Vivado, original, ours cold, warm |");
console.log("| --- | --- | --- | --- | --- |");
for (const one of ROWS) console.log(measured(one));

function measured({ kernel, seconds: took, luts, dsps, path }: Row): string {
  const file = `examples/kernels/${kernel}.ir`;
  const source = { file, text: readFileSync(file, "utf8") };
  const build = () => compile(source, target, { place: { device: device as NonNullable<typeof device> } });
  const { netlist, placement } = build().value;
  if (netlist === undefined || placement === undefined) throw new Error(`${kernel} is not placed`);
  const count = (test: RegExp) => netlist.cells.filter(({ prim }) => test.test(prim.name)).length;
  const warm = Math.min(...Array.from({ length: WARM_ROUNDS }, () => cpuOf(build)));
  const cold = seconds(process.execPath, [
    "dist/cli.js",
    "emit",
    file,
    "--to",
    "verilog",
    "--target",
    "ultrascale",
    "--place",
  ]);
  const ns = ((placement.pressure?.analyze().worst ?? 0) / 1000).toFixed(2);
  const ours = [count(/^LUT/), count(/^DSP48E2$/)];
  return `| ${[
    kernel,
    [...luts, ours[0]].join(", "),
    [...dsps, ours[1]].join(", "),
    [...path, ns].join(", "),
    [...took, cold.toFixed(2), warm.toFixed(2)].join(", "),
  ].join(" | ")} |`;
}

/** CPU seconds of this process. */
function cpuOf(run: () => unknown): number {
  const started = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}
