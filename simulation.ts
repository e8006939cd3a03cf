// `reticle eval`: a program, a trace, and what comes out. Tables and waveforms are written while the program runs.
import { type Io, misuse, type Options } from "./commands.ts";
import { isUnwritable, type Output, openOutput, pieces, readText, unreadable, unwritable } from "./files.ts";
import { type Diagnostic, failed } from "./lang/diagnostic.ts";
import { csvReader, csvWriter } from "./lang/eval/csv.ts";
import { type Machine, machine } from "./lang/eval/machine.ts";
import { recorder } from "./lang/eval/recorder.ts";
import { give, type Inputs, inputsOf, readTrace } from "./lang/eval/trace.ts";
import { vcd } from "./lang/eval/vcd.ts";
import type { Graph } from "./lang/graph.ts";
import { readGraph, resetOf, tell } from "./programs.ts";

/** What a run reads and writes. */
interface Plan {
  readonly trace: string | undefined;
  readonly cycles: number | undefined;
  readonly vcd: string | undefined;
  readonly output: string;
  readonly hasReset: boolean;
}

export async function simulate([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const named = (option: string) => (typeof options[option] === "string" ? options[option] : undefined);
  const plan: Plan = {
    trace: named("trace"),
    cycles: typeof options["cycles"] === "number" ? options["cycles"] : undefined,
    vcd: named("vcd"),
    output: named("output") ?? "-",
    hasReset: resetOf(options) === "sync",
  };
  if ([path, plan.trace, named("mmap")].filter((one) => one === "-").length > 1)
    return misuse(io, "standard input is wanted twice");
  if (plan.vcd === "-") return misuse(io, "a waveform goes to a file", ["name it, `--vcd out.vcd`"]);
  if (plan.vcd === plan.output) return misuse(io, "the waveform and the outputs go to the same file");
  if (plan.trace === undefined && plan.cycles === undefined)
    return misuse(io, "neither a trace nor a number of cycles is given", ["say `--trace in.json`, or `--cycles 100`"]);
  const loaded = await readGraph(path, options, io);
  if (typeof loaded === "number") return loaded;
  const found = [...loaded.diagnostics, ...(await run(loaded.graph, plan, io))];
  // Standard output has the outputs then, which are JSON, and nothing else.
  const isTaken = plan.output === "-" && !failed(found);
  return tell(found, isTaken ? { ...options, json: false } : options, io);
}

/** Takes what a run shows. */
interface Sink {
  readonly file: Output | undefined;
  /** After `evaluate`. */
  sample(): void;
  finish(): Promise<void> | void;
}

async function run(graph: Graph, plan: Plan, io: Io): Promise<readonly Diagnostic[]> {
  const bare = machine(graph, { reset: plan.hasReset ? "sync" : "none" });
  let reset = false;
  const made: Machine = {
    ...bare,
    setReset: (high) => {
      reset = high;
      bare.setReset(high);
    },
  };
  const inputs = inputsOf(made, plan.hasReset);
  const sinks: Sink[] = [];
  try {
    sinks.push(plan.output.endsWith(".csv") ? table(made, plan.output) : records(made, plan.output, io));
    if (plan.vcd !== undefined) sinks.push(waveform(graph, made, inputs, plan.vcd, () => reset));
    const found = await drive(made, inputs, sinks, plan, graph, io);
    if (failed(found)) return found;
    for (const sink of sinks) await sink.finish();
    for (const sink of sinks) sink.file?.commit();
    return found;
  } catch (error) {
    return [unwritable(error)];
  } finally {
    for (const sink of sinks) sink.file?.discard();
  }
}

function records(made: Machine, path: string, io: Io): Sink {
  const file = path === "-" ? undefined : openOutput(path);
  const { sample, text } = recorder(made);
  const finish = async () => {
    for (const piece of text()) await (file === undefined ? io.out(piece) : file.write(piece));
  };
  return { file, sample, finish };
}

function table(made: Machine, path: string): Sink {
  const file = openOutput(path);
  const { header, row } = csvWriter(made);
  file.write(header);
  return { file, sample: () => file.write(row()), finish: () => {} };
}

function waveform(graph: Graph, made: Machine, inputs: Inputs, path: string, isReset: () => boolean): Sink {
  const file = openOutput(path);
  const { header, cycle, end } = vcd(graph, made, { hasReset: inputs.hasReset });
  file.write(header());
  return { file, sample: () => file.write(cycle(isReset())), finish: () => file.write(end()) };
}

/** The most values of outputs that are kept for JSON, which has them by name and not by cycle; in words of 32 bits. */
const MOST_WORDS = 2 ** 28;
/** After so many cycles somebody who watches is told. */
const REPORTED = 2 ** 18;

/** Lets signals come through now and then, as a run would else hold the process until its end. */
function breath(): () => Promise<void> | undefined {
  let last = performance.now();
  return () => {
    const now = performance.now();
    if (now - last < 50) return undefined;
    last = now;
    return new Promise((resolve) => setImmediate(resolve));
  };
}

/** Runs the machine over the trace. */
async function drive(
  made: Machine,
  inputs: Inputs,
  sinks: readonly Sink[],
  plan: Plan,
  graph: Graph,
  io: Io,
): Promise<readonly Diagnostic[]> {
  const words = made.outputs.reduce((sum, { type }) => sum + Math.max(type.lanes, 1) * Math.ceil(type.width / 32), 0);
  const limit = plan.output.endsWith(".csv") ? Infinity : Math.floor(MOST_WORDS / Math.max(words, 1));
  const wanted = plan.cycles ?? Infinity;
  let count = 0;
  const step = () => {
    if (count >= wanted || count >= limit) return;
    made.evaluate();
    for (const sink of sinks) sink.sample();
    made.clock();
    count++;
    if (io.isWatched && count % REPORTED === 0) io.err(`\r${count} cycles`);
  };
  const breathe = breath();
  const found = plan.trace === undefined ? [] : await follow(plan.trace, made, inputs, step, breathe, wanted, io);
  if (!failed(found) && plan.cycles !== undefined) {
    clear(made);
    while (count < Math.min(wanted, limit)) {
      step();
      if (count % 64 === 0) await breathe();
    }
  }
  if (io.isWatched && count >= REPORTED) io.err("\r\u001b[K");
  return count >= limit ? [...found, tooLong(graph, count)] : found;
}

/** Sets the inputs as the trace says, and steps. */
async function follow(
  path: string,
  made: Machine,
  inputs: Inputs,
  step: () => void,
  breathe: () => Promise<void> | undefined,
  wanted: number,
  io: Io,
): Promise<readonly Diagnostic[]> {
  if (path.endsWith(".csv")) {
    const reader = csvReader(path, inputs, made, step);
    try {
      for await (const piece of pieces(path, io.stdin)) {
        reader.feed(piece);
        await breathe();
      }
    } catch (error) {
      if (isUnwritable(error)) throw error;
      return [unreadable(path, error)];
    }
    return reader.finish();
  }
  const { value: source, diagnostics } = await readText(path, io.stdin);
  if (failed(diagnostics)) return diagnostics;
  const { value: trace, diagnostics: found } = readTrace(source, inputs);
  if (failed(found)) return found;
  const cycles = Math.min(trace.cycles, wanted);
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const { signal, column } of trace.columns) give(made, signal, column, cycle);
    step();
    if (cycle % 64 === 0) await breathe();
  }
  return found;
}

/** Behind the end of a trace all inputs are 0. */
function clear(made: Machine): void {
  made.setReset(false);
  made.inputs.forEach(({ type }, port) => {
    for (let lane = 0; lane < Math.max(type.lanes, 1); lane++) made.set(port, lane, 0n);
  });
}

function tooLong({ source }: Graph, cycles: number): Diagnostic {
  return {
    code: "too-large",
    severity: "error",
    message: `the outputs of more than ${cycles} cycles do not fit in memory`,
    source,
    labels: [],
    help: ["write them as a table, `-o out.csv`"],
  };
}
