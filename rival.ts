// The way to bits in a job of a suite: of our cells, placed, and of what Yosys makes of the same kernel, both through the
// same router.
import { join } from "node:path";
import { cellFigures, topOf } from "./asm/bench/cells.ts";
import type { Figures, Other } from "./asm/bench/results.ts";
import { reaches } from "./asm/bench/suite.ts";
import { explainFailure } from "./asm/flow/errors.ts";
import { origins } from "./asm/flow/origins.ts";
import { readReport } from "./asm/flow/report.ts";
import { type Progress, run } from "./asm/flow/run.ts";
import { wrap } from "./compilation.ts";
import { filesBeside, readText } from "./files.ts";
import { compile } from "./index.ts";
import { behavioural } from "./lang/behav.ts";
import { check } from "./lang/check.ts";
import { elaborate, type Graph } from "./lang/graph.ts";
import { parse } from "./lang/parser.ts";
import { flowOf, type TargetFlow } from "./lang/target/flow.ts";
import { type Bench, demand, Ended, firstError } from "./measuring.ts";
import { flowWorker, route } from "./routing.ts";
import { cpuTime, type Laps } from "./stopwatch.ts";
import { NO_INPUT } from "./targets.ts";

/** What is routed: the kernel between shift registers, or as it stands. */
function harnessed(bench: Bench): { readonly source: Bench["source"]; readonly top: string | undefined } {
  const { order, source, options } = bench;
  const { kernel } = order.job;
  if (kernel.harness === "none" || options.dialect === "asm") return { source, top: kernel.top };
  const wrapped = wrap(source, kernel.top, filesOf(bench).files);
  if (wrapped === undefined) throw new Ended("invalid", "it cannot be put between shift registers");
  return wrapped;
}

function filesOf({ order }: Bench) {
  return { files: filesBeside(join(order.folder, order.job.kernel.file)) };
}

function flowFor({ order, hardware }: Bench): TargetFlow {
  const { value: flow, diagnostics } = flowOf(hardware.target);
  demand(diagnostics);
  if (flow === undefined) throw new Ended("failed", `the target \`${hardware.target.name}\` has no flow to bits`);
  if (order.job.until === "bits") return flow;
  const last = flow.steps.findIndex(({ writes }) => writes.includes("report"));
  return { ...flow, steps: last < 0 ? flow.steps : flow.steps.slice(0, last + 1) };
}

/** The device and the package of a job. */
function placeOf({ order, hardware }: Bench) {
  const { device } = hardware;
  if (device === undefined) throw new Ended("failed", `the target \`${hardware.target.name}\` has no devices`);
  const packages = [...device.packages.keys()];
  const name = order.job.target.package ?? packages[0] ?? "";
  if (!device.packages.has(name))
    throw new Ended("invalid", `${device.part} has no package \`${name}\`, but ${packages.join(", ")}`);
  return { device, package: name, board: undefined };
}

/** Ends laps with the steps of a flow, called as the flow calls them; the tools in PATH take other times than those as WASM. */
function timed(lap: Laps, tools: "wasm" | "native"): (event: Progress) => void {
  return (event) => {
    if (event.kind === "end") lap.end(tools === "native" ? `${event.step}-native` : event.step);
  };
}

const SILENT = { out: () => {}, err: () => {}, stdin: NO_INPUT, hasColours: false, isWatched: false };

/** Places and routes the kernel; its frequency, and notes of how long that took. */
export async function routedFigures(bench: Bench): Promise<Figures> {
  const { order, hardware, options, watch } = bench;
  const flow = flowFor(bench);
  const place = placeOf(bench);
  const { source, top } = harnessed(bench);
  const { value: made, diagnostics } = compile(source, hardware.target, { ...options, top });
  demand(diagnostics);
  const lap = watch.laps();
  const asked = { tools: order.tools, cache: false, seed: `${order.job.seed}` };
  const compiled = { made, hardware, diagnostics: [], times: new Map() };
  const { ran, routed } = await route(compiled, place, undefined, flow, asked, SILENT, timed(lap, order.tools));
  lap.close();
  if (ran.failed !== undefined) {
    const about = {
      program: source,
      pcf: undefined,
      netlist: made.json ?? "",
      device: place.device.part,
      package: place.package,
    };
    throw new Ended("failed", firstError(explainFailure(ran.failed, about)));
  }
  return frequencyOf(routed.clocks.map(({ achieved }) => achieved));
}

function frequencyOf(clocks: readonly number[]): Figures {
  return clocks.length === 0 ? {} : { "frequency.routed": Math.min(...clocks) };
}

/** How a module is called that is printed for Yosys. */
const TOP = "top";

/** What Yosys makes of the kernel as behavioural Verilog: its cells and depth, and the frequency after the same router. */
export async function synthesized(bench: Bench, graph: Graph | undefined): Promise<Other> {
  const { order, hardware, options } = bench;
  const { kernel } = order.job;
  const none = (message: string): Other => ({ figures: {}, message });
  const { value: flow } = flowOf(hardware.target);
  if (flow === undefined || graph === undefined) return none("the target has no flow");
  if (!flow.tools.some(({ name }) => name === "yosys")) return none("the flow of the target does not name `yosys`");
  const reset = options.reset ?? "none";
  const own = kernel.verilog === undefined ? undefined : await readText(join(order.folder, kernel.verilog), NO_INPUT);
  demand(own?.diagnostics ?? []);
  const bare = own?.value.text ?? behavioural({ ...graph, name: TOP }, { reset }).value;
  const top = own === undefined ? TOP : kernel.name;
  const first = await synthesize(bench, flow, bare, top, false);
  if (typeof first === "string") return none(first);
  const figures: Record<string, number> = { ...first.figures, "time.synth": first.ms };
  if (!reaches(order.job.until, "route")) return { figures, message: undefined };
  const around = own === undefined || kernel.harness === "none" ? harnessed(bench) : undefined;
  if (around === undefined) return { figures, message: undefined };
  const wrapped = elaborate(check(parse(around.source).value, "ir", filesOf(bench)).value, {
    top: around.top,
    memoryMap: options.memoryMap,
    reset,
  }).value;
  if (wrapped === undefined) return { figures, message: "it cannot be put between shift registers" };
  const text = own === undefined ? behavioural({ ...wrapped, name: TOP }, { reset }).value : bare;
  const routed = await synthesize(bench, flow, text, top, true);
  if (typeof routed === "string") return { figures, message: routed };
  return { figures: { ...figures, ...routed.frequency, "time.route": routed.ms }, message: undefined };
}

/** Runs Yosys in place of the flow's first steps, and the flow behind it if it is `routed`. */
async function synthesize(bench: Bench, flow: TargetFlow, verilog: string, top: string, routed: boolean) {
  const { order, hardware, watch } = bench;
  const { target, seed } = order.job;
  const command = target.yosys ?? `synth_${hardware.target.name}`;
  const script = `read_verilog {verilog}; ${command} -top {top}; write_json {json}`;
  const synth = { name: "synth", tool: "yosys", args: ["-q", "-p", script], reads: ["verilog"], writes: ["json"] };
  const later = flow.steps.filter(({ writes }) => !writes.includes("json"));
  const last = later.findIndex(({ writes }) => writes.includes("report"));
  const steps = routed ? [synth, ...later.slice(0, last + 1)] : [synth];
  const { device, package: name } = placeOf(bench);
  const values = { option: device.option, package: name, seed: `${seed}`, freq: undefined, top };
  const before = cpuTime();
  const ran = await run(
    { flow: { ...flow, steps }, values, files: new Map([["verilog", new TextEncoder().encode(verilog)]]) },
    { tools: order.tools, cache: undefined, signal: undefined, worker: flowWorker(), progress: undefined },
  );
  const ms = cpuTime() - before;
  if (ran.failed !== undefined) return `\`${ran.failed.tool}\`: ${ran.failed.log.trim().split("\n").at(-1) ?? ""}`;
  const textOf = (role: string) => new TextDecoder().decode(ran.files.get(role));
  const module = topOf(textOf("json"));
  if (module === undefined) return "its netlist has no top module";
  const clocks = routed ? readReport(textOf("report"), origins("")).clocks.map(({ achieved }) => achieved) : [];
  return { figures: cellFigures(module, hardware.target), frequency: frequencyOf(clocks), ms: watch.scaled(ms) };
}
