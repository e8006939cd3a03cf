// What one job of a suite comes to: compiled as far as it is wanted, held against its traces, counted and timed. It runs in
// a process of its own, and tells of each stage as it ends.
import { extname, join, resolve } from "node:path";
import { cellFigures, topOf } from "./asm/bench/cells.ts";
import { rounded } from "./asm/bench/metrics.ts";
import type { Figures, Result, Status } from "./asm/bench/results.ts";
import { type Job, reaches } from "./asm/bench/suite.ts";
import { netlistGraph } from "./asm/graph.ts";
import { sitesNeeded } from "./asm/sites.ts";
import { limitsOf, summaryOf } from "./compilation.ts";
import { filesBeside, readText } from "./files.ts";
import { type CompileOptions, compile, type StageName } from "./index.ts";
import { stockOf } from "./isel/stock.ts";
import { type Diagnostic, failed } from "./lang/diagnostic.ts";
import { type Expectation, firstDifference } from "./lang/eval/expect.ts";
import { type Machine, machine } from "./lang/eval/machine.ts";
import { inputsOf, readTrace } from "./lang/eval/trace.ts";
import { type MemoryFile, readMemoryMap } from "./lang/mmap.ts";
import { position, type Source } from "./lang/source.ts";
import { routedFigures, synthesized } from "./rival.ts";
import { type Stopwatch, stopwatch } from "./stopwatch.ts";
import { type Hardware, NO_INPUT, readHardware } from "./targets.ts";

/** What a process is asked to do. */
export interface Order {
  readonly job: Job;
  /** The folder of the suite. */
  readonly folder: string;
  readonly tools: "wasm" | "native";
  /** Whether Yosys makes the same kernel. */
  readonly isAgainstYosys: boolean;
}

/** Why a job ends before its end: thrown, and caught in `measure`. */
export class Ended extends Error {
  readonly status: Status;
  constructor(status: Status, message: string) {
    super(message);
    this.status = status;
  }
}

/** What a job has to work with. */
export interface Bench {
  readonly order: Order;
  readonly hardware: Hardware;
  readonly source: Source;
  readonly options: CompileOptions;
  readonly watch: Stopwatch;
  /** Adds to the figures. */
  readonly note: (figures: Figures) => void;
}

/**
 * A compilation is repeated, as its first run is that of an engine that is still cold, and the least counts: as long as all
 * take less than so many ms of CPU, and so many times at the most; one that takes longer than `LONG` is not.
 */
const REPEATED = 600;
const LONG = 3000;
const FEWEST = 2;
const ROUNDS = 5;

/** Runs a job. Throws nothing but defects of ours. */
export async function measure(order: Order, say: (stage: string) => void): Promise<Result> {
  const { job } = order;
  const figures: Record<string, number> = {};
  const watch = stopwatch(say);
  const others: Record<string, Result["others"][string]> = {};
  let cycles = 0;
  const ended = (status: Status, message: string | undefined): Result => {
    const all = { ...figures, ...watch.figures() };
    const kept = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, rounded(name, value)]));
    return { job: job.id, status, message, until: job.until, cycles, figures: kept, others };
  };
  try {
    const bench = await prepare(order, watch, (more) => void Object.assign(figures, more));
    const made = compileBare(bench);
    cycles = await judge(bench, made);
    if (reaches(job.until, "route")) Object.assign(figures, await routedFigures(bench));
    if (order.isAgainstYosys) others["yosys"] = await synthesized(bench, made.graph);
    return ended("fine", undefined);
  } catch (error) {
    if (error instanceof Ended) return ended(error.status, error.message);
    throw error;
  }
}

/** The first error in one line, with its place: the whole frame comes from the command that is named beside it. */
export function firstError(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return "";
  const { line, column } = position(first.source, first.labels[0]?.span.start ?? 0);
  const place = first.source.file === "" ? "" : `${first.source.file}:${line}:${column}: `;
  const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
  return `${place}${first.code}: ${first.message}${more}`;
}

/** Ends a job that has errors. */
export function demand(diagnostics: readonly Diagnostic[], status: Status = "invalid"): void {
  if (failed(diagnostics)) throw new Ended(status, firstError(diagnostics));
}

async function prepare(order: Order, watch: Stopwatch, note: Bench["note"]): Promise<Bench> {
  const { job, folder } = order;
  const { kernel, target } = job;
  const named = /[/\\]|^\./.test(target.target) ? resolve(folder, target.target) : target.target;
  const { value: hardware, diagnostics } = await readHardware(named, target.device);
  demand(diagnostics);
  if (hardware === undefined) throw new Ended("invalid", `there is no target \`${target.target}\``);
  const limits = limitsOf(target.limit);
  if (limits === undefined) throw new Ended("invalid", `\`${target.limit}\` is no list of counts, such as \`dsp=4\``);
  const source = await readSource(join(folder, kernel.file), kernel.file);
  const memories = kernel.mmap === undefined ? undefined : await readMemories(folder, kernel.mmap);
  const { device } = hardware;
  const isPlaced = reaches(job.until, "place") && device !== undefined;
  const options: CompileOptions = {
    dialect: extname(kernel.file) === ".asm" ? "asm" : "ir",
    json: true,
    files: filesBeside(join(folder, kernel.file)),
    top: kernel.top,
    memoryMap: memories?.map,
    reset: kernel.reset,
    optimize: target.optimize,
    device,
    limits,
    place: isPlaced ? { device, seed: job.seed, optional: true } : undefined,
  };
  return { order, hardware, source, options, watch, note };
}

/** Reads a file of the suite; messages name it as the suite does. */
async function readSource(path: string, name: string): Promise<Source> {
  const { value, diagnostics } = await readText(path, NO_INPUT);
  demand(diagnostics.map((one) => ({ ...one, source: { ...one.source, file: name } })));
  return { file: name, text: value.text };
}

async function readMemories(folder: string, name: string): Promise<MemoryFile> {
  const { value, diagnostics } = readMemoryMap(await readSource(join(folder, name), name));
  demand(diagnostics);
  return value;
}

/** The stages of a compilation as a suite counts them. */
const STAGE_OF: Readonly<Record<StageName, string>> = {
  parse: "check",
  check: "check",
  elaborate: "check",
  select: "select",
  cascade: "select",
  expand: "emit",
  place: "place",
  emit: "emit",
};

/** Compiles the kernel as it stands, again and again as long as that is quick, and counts what it has become. */
function compileBare({ source, hardware, options, watch, note, order }: Bench) {
  let spent = 0;
  for (let round = 1; ; round++) {
    const lap = watch.laps();
    const { value: made, diagnostics } = compile(source, hardware.target, {
      ...options,
      onStage: (stage) => lap.end(STAGE_OF[stage]),
    });
    const took = lap.close();
    spent += took;
    demand(diagnostics);
    if (took < LONG && (round < FEWEST || (round < ROUNDS && spent < REPEATED))) continue;
    const { netlist, placement, json } = made;
    const top = topOf(json ?? "{}");
    if (netlist === undefined || top === undefined) throw new Ended("invalid", "nothing was made of it");
    note(cellFigures(top, hardware.target));
    const { scarce } = stockOf(hardware.target, hardware.device);
    for (const [resource, count] of sitesNeeded(netlist))
      note({ [`${scarce.has(resource) ? "units" : "sites"}.${resource}`]: count });
    const { delay_ns: delay } = summaryOf(netlist, placement, hardware.target);
    if (delay > 0) note({ [`frequency.${placement === undefined ? "selected" : "placed"}`]: 1000 / delay });
    if (options.place !== undefined && placement === undefined && hardware.target.tiles.size > 0)
      throw new Ended("failed", `it does not fit on \`${order.job.target.name}\`: not all cells have found a site`);
    return made;
  }
}

type Made = ReturnType<typeof compileBare>;

/** Holds the program and its cells against the traces; gives the number of cycles. */
async function judge({ order, options }: Bench, made: Made): Promise<number> {
  const { folder, job } = order;
  if (job.kernel.traces.length === 0) return 0;
  const cells = netlistGraph(made.netlist as NonNullable<Made["netlist"]>);
  const { graph } = made;
  if (cells === undefined) throw new Ended("crashed", "its cells cannot be run");
  if (graph === undefined) throw new Ended("invalid", "an assembly has no traces of its own");
  const start = () => machine(graph, { reset: options.reset ?? "none" });
  let cycles = 0;
  for (const { inputs, outputs, skip } of job.kernel.traces) {
    const program = start();
    const given = readTrace(
      await readSource(join(folder, inputs), inputs),
      inputsOf(program, options.reset === "sync"),
    );
    demand(given.diagnostics);
    const ports = { ports: program.outputs, hasReset: false };
    const wanted = readTrace(await readSource(join(folder, outputs), outputs), ports);
    demand(wanted.diagnostics);
    if (given.value.columns.length > 0 && wanted.value.cycles > given.value.cycles)
      throw new Ended(
        "invalid",
        `\`${outputs}\` has ${wanted.value.cycles} cycles, and \`${inputs}\` has ${given.value.cycles}`,
      );
    const expectation = { inputs: given.value, outputs: wanted.value, skip };
    hold("the evaluator", program, expectation, program, outputs);
    hold("the cells", machine(cells), expectation, program, outputs);
    cycles += Math.max(wanted.value.cycles - skip, 0);
  }
  return cycles;
}

function hold(who: string, runs: Machine, expectation: Expectation, program: Machine, file: string): void {
  const difference = firstDifference(runs, expectation, program);
  if (difference === undefined) return;
  const { output, cycle, expected, seen } = difference;
  throw new Ended("wrong", `\`${output}\` is ${seen} in cycle ${cycle}, and \`${file}\` expects ${expected} (${who})`);
}
