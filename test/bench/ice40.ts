// Cells and compile times of the kernels on iCE40, against `yosys synth_ice40` on our behavioural Verilog of the same
// kernel, in one run: the time that passes, and CPU time, user and system, of all threads (of ours those of the garbage
// collector and of V8's compilers, too). Ours is warm and from text to structural Verilog, theirs that of the whole process,
// native. A kernel that says `@lut` of its memories is synthesized with `-nobram`, so that it is the same circuit; it bears a
// star. Then the time of each stage for an instruction, in programs of 1,000 to 100,000 of them.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  behavioural,
  type CompileOptions,
  compile,
  countCells,
  deviceNamed,
  type Graph,
  loadTarget,
} from "../../index.ts";
import { GROWN } from "../grown.ts";

const KINDS = ["SB_LUT4", "SB_CARRY", "SB_DFF"] as const;

/** CPU time that is spent on a kernel before it is timed, in ms, so that all of the compiler has been optimized. */
const WARM = 8000;

/** Time that passes, and CPU time, in ms. */
interface Time {
  readonly wall: number;
  readonly cpu: number;
}

function sum(cells: ReadonlyMap<string, number>): readonly number[] {
  return KINDS.map((kind) => [...cells].reduce((all, [name, count]) => (name.startsWith(kind) ? all + count : all), 0));
}

function yosys(
  folder: string,
  top: string,
  verilog: string,
  flags: string,
): { readonly cells: ReadonlyMap<string, number>; readonly time: Time } {
  const file = join(folder, "kernel.v");
  writeFileSync(file, verilog);
  const script = `read_verilog ${file}; synth_ice40 -top ${top} ${flags}; tee -q -o ${folder}/stat.json stat -json`;
  // The second line of `times` is what the children of the shell took.
  const timed = 'yosys -q -p "$0" > /dev/null 2>&1; times';
  const start = performance.now();
  const [, children = ""] = execFileSync("sh", ["-c", timed, script], { encoding: "utf8" }).split("\n");
  const wall = performance.now() - start;
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (all, [, m, s]) => all + 6e4 * Number(m) + 1e3 * Number(s),
    0,
  );
  const stat = JSON.parse(readFileSync(join(folder, "stat.json"), "utf8")) as {
    design: { num_cells_by_type: Record<string, number> };
  };
  return { cells: new Map(Object.entries(stat.design.num_cells_by_type)), time: { wall, cpu } };
}

/** Whether memories are to be in LUTs, and none elsewhere. */
function isWithoutRams({ nodes }: Graph): boolean {
  const memories = nodes.filter(({ op }) => op?.memory !== undefined);
  return memories.length > 0 && memories.every(({ hint }) => hint === "lut");
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] as number;
}

const sources = readdirSync("targets/ice40").filter((file) => file.endsWith(".tdl"));
const target = loadTarget(
  "ice40",
  sources.map((file) => ({ file, text: readFileSync(join("targets/ice40", file), "utf8") })),
).value;
const hasYosys = spawnSync("yosys", ["-V"]).status === 0;
if (!hasYosys) console.log("yosys is not in PATH: ours alone");
const asked = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "reticle-bench-"));
console.log(
  `kernel                 LUT ours/yosys     carry        FF       ms ours/yosys  times less   CPU ms ours/yosys  times less`,
);
const ratios: number[] = [];
for (const file of readdirSync("examples/kernels").filter((name) => name.endsWith(".ir"))) {
  const name = file.replace(".ir", "");
  if (asked.length > 0 && !asked.includes(name)) continue;
  const path = join("examples/kernels", file);
  const source = { file: path, text: readFileSync(path, "utf8") };
  const run = () => compile(source, target, { optimize: "area" });
  let made = run();
  const { netlist, graph } = made.value;
  if (netlist === undefined || graph === undefined) {
    console.log(`${name.padEnd(20)} ${made.diagnostics[0]?.message ?? ""}`);
    continue;
  }
  const once = (): Time => {
    const before = process.cpuUsage();
    const start = performance.now();
    made = run();
    const wall = performance.now() - start;
    const { user, system } = process.cpuUsage(before);
    return { wall, cpu: (user + system) / 1000 };
  };
  for (let spent = 0; spent < WARM; ) spent += once().cpu;
  const times = Array.from({ length: 9 }, once);
  const time = { wall: median(times.map((one) => one.wall)), cpu: median(times.map((one) => one.cpu)) };
  const ours = sum(countCells(netlist));
  const isStarred = isWithoutRams(graph);
  const { value: verilog } = behavioural(graph, { reset: "none" });
  const theirs = hasYosys ? yosys(folder, netlist.name, verilog, isStarred ? "-nobram" : "") : undefined;
  const other = theirs === undefined ? [] : sum(theirs.cells);
  const columns = ours.map((count, at) => `${count}/${other[at] ?? "-"}`.padStart(13));
  const lut = (ours[0] as number) / Math.max(other[0] ?? 1, 1);
  if (theirs !== undefined) ratios.push(lut);
  const speed = (["wall", "cpu"] as const).map((kind) =>
    theirs === undefined
      ? time[kind].toFixed(1).padStart(20)
      : `${time[kind].toFixed(1)}/${theirs.time[kind].toFixed(0)}`.padStart(20) +
        `${(theirs.time[kind] / time[kind]).toFixed(0)}x`.padStart(12),
  );
  console.log(
    `${(name + (isStarred ? " *" : "")).padEnd(20)}${columns.join("")}${speed.join("")}  LUT ratio ${lut.toFixed(2)}`,
  );
}
rmSync(folder, { recursive: true });
if (ratios.length > 0) {
  const mean = Math.exp(ratios.reduce((all, one) => all + Math.log(one), 0) / ratios.length);
  console.log(`geometric mean of the LUT ratio: ${mean.toFixed(3)}`);
}

/** CPU time of a stage for an instruction, in us: the least of `rounds` runs. */
function perInstruction(
  text: string,
  count: number,
  rounds: number,
  options: CompileOptions = {},
): ReadonlyMap<string, number> {
  const least = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    let last = process.cpuUsage();
    const { diagnostics } = compile({ file: "grown.ir", text }, target, {
      json: true,
      ...options,
      onStage: (stage) => {
        const { user, system } = process.cpuUsage(last);
        last = process.cpuUsage();
        least.set(stage, Math.min(least.get(stage) ?? Number.POSITIVE_INFINITY, (user + system) / count));
      },
    });
    const wrong = diagnostics.find(({ severity }) => severity === "error");
    if (wrong !== undefined) console.log(`  ${wrong.message}`);
  }
  return least;
}

if (asked.length === 0) {
  console.log("\nprogram  instructions   us an instruction, from text to Verilog and JSON");
  for (const [name, grown] of Object.entries(GROWN))
    for (const count of [1_000, 10_000, 100_000]) {
      const times = perInstruction(grown(count), count, count > 10_000 ? 1 : 3);
      const columns = [...times].map(([stage, us]) => `${stage} ${us.toFixed(1)}`);
      console.log(`${name.padEnd(7)}${`${count}`.padStart(14)}   ${columns.join("  ")}`);
    }
}

if (asked.length === 0) {
  const count = 2_000;
  const widths = Array.from({ length: count }, (_, at) => (at % 2 === 0 ? 16 : 8));
  const ports = widths.map((w, at) => `a${at}: i${w}, b${at}: i${w}`).join(", ");
  const body = widths.map((w, at) => `y${at}: i${w} = mul(a${at}, b${at});`).join("\n");
  const outputs = widths.map((w, at) => `y${at}: i${w}`).join(", ");
  const options = { device: deviceNamed(target, "up5k"), until: "select" } as const;
  const times = perInstruction(`def main(${ports}) -> (${outputs}) {\n${body}\n}`, 1000, 5, options);
  console.log(`\nselection of ${count} products for the 8 DSPs of up5k: ${times.get("select")?.toFixed(0)} ms`);
}
