// How fast the language is: parse and check by the size of the program, the evaluator on a kernel and on traces, and the
// start of the command. Rates are those of warm runs in this process, by the time that its main thread computes, as far
// as the system tells it, so that what else the machine does matters less.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { check, elaborate, machine, parse } from "../../index.ts";
import { csvReader } from "../../lang/eval/csv.ts";
import { recorder } from "../../lang/eval/recorder.ts";
import { give, inputsOf, readTrace } from "../../lang/eval/trace.ts";

const SIZES = [1_000, 10_000, 100_000];
const KERNEL = "examples/kernels/tdot_5_9.ir";

/** A program of `count` instructions, as a compiler prints them. */
function program(count: number): string {
  const lines: string[] = [];
  for (let at = 0; at < count - 1; at++) {
    const [a, b] = [at === 0 ? "a" : `t${at - 1}`, at < 7 ? "b" : `t${at - 7}`];
    const op = [
      `add(${a}, ${b})`,
      `mul(${a}, ${b}) @dsp`,
      `reg[0](${a}, en)`,
      `xor(${a}, ${b})`,
      `mux(en, ${a}, ${b})`,
    ][at % 5];
    lines.push(`    t${at}: i16 = ${op};`);
  }
  return `def main(a: i16, b: i16, en: bool) -> (y: i16) {\n${lines.join("\n")}\n    y: i16 = id(t${count - 2});\n}\n`;
}

/** The time that this thread has computed, in ms. */
function clock(): number {
  const file = "/proc/thread-self/schedstat";
  return existsSync(file) ? Number(readFileSync(file, "utf8").split(" ")[0]) / 1e6 : performance.now();
}

/** The time of a run, in ms: the best of eight rounds of at least a tenth of a second, after some to warm up. */
function best(run: () => void): number {
  const round = (least: number) => {
    const start = clock();
    let runs = 0;
    do {
      run();
      runs++;
    } while (clock() - start < least);
    return (clock() - start) / runs;
  };
  round(500);
  return Math.min(...Array.from({ length: 8 }, () => round(100)));
}

function line(name: string, rate: number, unit: string, more = ""): void {
  console.log(`${name.padEnd(44)} ${Math.round(rate).toLocaleString("en-US").padStart(14)} ${unit}${more}`);
}

console.log("parse and check");
const perPiece: number[] = [];
for (const size of SIZES) {
  const text = program(size);
  const read = best(() => void parse({ file: "bench.ir", text }));
  const whole = best(() => {
    const { value, diagnostics } = parse({ file: "bench.ir", text });
    const { diagnostics: more } = check(value, "ir");
    if (diagnostics.length + more.length > 0) throw new Error("the bench has a mistake");
  });
  perPiece.push(whole / size);
  line(`  ${size.toLocaleString("en-US")} instructions, parse`, (1000 * size) / read, "instructions/s");
  line(`  ${size.toLocaleString("en-US")} instructions, parse and check`, (1000 * size) / whole, "instructions/s");
}
const ratio = (perPiece.at(-1) ?? 0) / (perPiece[0] ?? 1);
console.log(`  time a piece at 100,000 against 1,000: ${ratio.toFixed(2)} (at most 1.5)`);

/** The graph of a kernel. */
function graphOf(file: string) {
  const { value } = parse({ file, text: readFileSync(file, "utf8") });
  const graph = elaborate(check(value, "ir").value).value;
  if (graph === undefined) throw new Error(`${file} has a mistake`);
  return graph;
}

console.log("evaluate");
const graph = graphOf(KERNEL);
const instructions = graph.nodes.length - graph.inputs.length;
const made = machine(graph);
const CYCLES = 2_000;
const spent = best(() => {
  for (let cycle = 0; cycle < CYCLES; cycle++) {
    for (let port = 0; port < made.inputs.length; port++) made.setNarrow(port, 0, cycle * 31 + port);
    made.evaluate();
    made.clock();
  }
});
line(`  ${KERNEL}`, (1000 * CYCLES * instructions) / spent, "instruction-cycles/s", " (at least 10 million)");

console.log("traces");
const accumulate = "def main(a: i32, en: bool) -> (y: i32) { s: i32 = add(a, y); y: i32 = reg[0](s, en); }";
const counter = machine(elaborate(check(parse({ file: "a.ir", text: accumulate }).value, "ir").value).value ?? graph);
const inputs = inputsOf(counter, false);
const rows = Array.from({ length: 200_000 }, (_, at) => [(at * 7919) % 100_000, at & 1]);
const json = JSON.stringify({ a: rows.map(([a]) => a), en: rows.map(([, en]) => en) });
const csv = `a,en\n${rows.map((row) => row.join(",")).join("\n")}\n`;
const step = () => {
  counter.evaluate();
  counter.clock();
};
const jsonTime = best(() => {
  const kept = recorder(counter);
  const { value: trace } = readTrace({ file: "a.json", text: json }, inputs);
  for (let cycle = 0; cycle < trace.cycles; cycle++) {
    for (const { signal, column } of trace.columns) give(counter, signal, column, cycle);
    counter.evaluate();
    kept.sample();
    counter.clock();
  }
  for (const _ of kept.text());
});
line("  JSON in, two columns, and out", (1000 * rows.length) / jsonTime, "cycles/s");
const csvTime = best(() => {
  const reader = csvReader("a.csv", inputs, counter, step);
  reader.feed(csv);
  reader.finish();
});
line("  a table in, two columns", (1000 * rows.length) / csvTime, "cycles/s");

/** The least CPU time of a command, in ms, with what its process costs. */
function cpu(args: string): number {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
  const times = Array.from({ length: 8 }, () => {
    const { stdout } = spawnSync("/bin/bash", ["-c", `node dist/cli.js ${args} >/dev/null; times`], {
      encoding: "utf8",
      env,
    });
    const children = stdout.trim().split("\n").at(-1) ?? "";
    return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
  });
  return 1000 * Math.min(...times);
}

if (existsSync("dist/cli.js") && existsSync("/bin/bash")) {
  console.log("start, CPU time");
  line("  reticle --version", cpu("--version"), "ms", " (at most 100)");
  line("  reticle check, ten lines", cpu("check examples/tour/01-wires.ir"), "ms", " (at most 300)");
}
