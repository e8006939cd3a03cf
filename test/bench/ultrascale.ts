// The kernels on UltraScale+, ours against `yosys synth_xilinx -family xcup` on our behavioural Verilog: LUTs, carries,
// flip-flops and the time from text to placed structural Verilog. Neither side has DSPs for kernels of logic. A LUT6_2 counts
// one LUT, which is what it takes, and two functions, as Yosys does not look for such pairs. Arguments: names of kernels,
// `--optimize` as in the command line. What Yosys makes of a text is kept under .cache/bench/.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { KERNELS, LOGIC } from "../../examples/kernels.ts";
import { behavioural, compile, deviceNamed, type Objective } from "../../index.ts";
import { targetNamed } from "../target-files.ts";

const CACHE = ".cache/bench";

/** What is counted of a netlist. */
interface Figures {
  readonly lut: number;
  readonly functions: number;
  readonly carry: number;
  readonly ff: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { optimize: { type: "string", default: "balanced" } },
});
const optimize = values.optimize as Objective;
const target = targetNamed("ultrascale");
const device = deviceNamed(target, undefined);
const asked = spawnSync("yosys", ["-V"], { encoding: "utf8" });
const version = asked.status === 0 ? asked.stdout.trim() : undefined;
const names = positionals.length > 0 ? positionals : Object.keys(LOGIC);
const unknown = names.filter((name) => KERNELS[name] === undefined);
if (unknown.length > 0) throw new Error(`no such kernel: ${unknown.join(", ")}`);

if (version === undefined) console.log("yosys is not in PATH: ours alone");
console.log(
  `${"ours/yosys".padEnd(18)}${["LUT", "functions", "CARRY8", "FF"].map((head) => head.padStart(12)).join("")}   LUT/yosys  functions/yosys    CPU ms`,
);
const ratios: (readonly [number, number])[] = [];
for (const kernel of names) console.log(row(kernel));
const mean = (at: 0 | 1) => Math.exp(ratios.reduce((all, one) => all + Math.log(one[at]), 0) / ratios.length);
if (ratios.length > 0)
  console.log(
    `\ngeometric means over ${ratios.length} kernels: ${mean(0).toFixed(2)} LUTs, ${mean(1).toFixed(2)} functions`,
  );

function row(kernel: string): string {
  const file = `examples/kernels/${kernel}.ir`;
  const source = { file, text: readFileSync(file, "utf8") };
  const limits = LOGIC[kernel] === undefined ? undefined : new Map([["dsp", 0]]);
  const place = device === undefined ? undefined : { device };
  const build = () => compile(source, target, { optimize, limits, place, device });
  const { value, diagnostics } = build();
  if (value.netlist === undefined) return `${kernel.padEnd(18)} ${diagnostics[0]?.message}`;
  // LUTs that a chain only passes through are counted on neither side.
  const ours = figures((value.placement?.given ?? value.netlist).cells.map(({ prim }) => prim.name));
  const verilog = value.graph === undefined ? "" : behavioural(value.graph, { reset: "none" }).value;
  const theirs = yosys(kernel, verilog, limits === undefined ? "" : "-nodsp");
  const columns = (["lut", "functions", "carry", "ff"] as const).map((key) =>
    `${ours[key]}/${theirs?.[key] ?? "-"}`.padStart(12),
  );
  const started = process.cpuUsage();
  build();
  const { user, system } = process.cpuUsage(started);
  const ratio = (own: number, other: number) => Math.max(own, 1) / Math.max(other, 1);
  if (theirs !== undefined) ratios.push([ratio(ours.lut, theirs.lut), ratio(ours.functions, theirs.functions)]);
  const [lut, functions] =
    theirs === undefined ? ["-", "-"] : (ratios.at(-1) ?? []).map((one) => Number(one).toFixed(2));
  const ms = ((user + system) / 1000).toFixed(0);
  return `${kernel.padEnd(18)}${columns.join("")}${`${lut}`.padStart(12)}${`${functions}`.padStart(17)}${ms.padStart(10)}`;
}

function figures(cells: readonly string[]): Figures {
  const count = (test: RegExp) => cells.filter((name) => test.test(name)).length;
  const [single, double] = [count(/^LUT[1-6]$/), count(/^LUT6_2$/)];
  const memory = 8 * count(/^RAM(64M8|32M16)$/) + 2 * count(/^RAM(32|64)X1D$/) + 4 * count(/^RAM(32M|64M)$/);
  return {
    lut: single + double + memory,
    functions: single + 2 * double + memory,
    carry: count(/^CARRY8$/),
    ff: count(/^FD[RSCP]E$/),
  };
}

/** What Yosys makes of a text, or what it made of it before; undefined where it is not there or fails. */
function yosys(top: string, verilog: string, option: string): Figures | undefined {
  if (version === undefined) return undefined;
  const script = `synth_xilinx -family xcup -noiopad -noclkbuf ${option} -top ${top}`;
  const key = createHash("sha256").update([version, script, verilog].join("\n")).digest("hex").slice(0, 32);
  const base = join(CACHE, key);
  if (!existsSync(`${base}.json`)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${base}.v`, verilog);
    try {
      execFileSync("yosys", ["-q", "-p", `read_verilog ${base}.v; ${script}; write_json ${base}.part`], {
        stdio: ["ignore", "ignore", "pipe"],
      });
    } catch (error) {
      console.error(`${top}: yosys fails: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
    renameSync(`${base}.part`, `${base}.json`);
  }
  const { modules } = JSON.parse(readFileSync(`${base}.json`, "utf8")) as {
    readonly modules: Readonly<
      Record<
        string,
        { readonly cells: Readonly<Record<string, { readonly type: string }>>; readonly attributes: object }
      >
    >;
  };
  const own = Object.values(modules).find(({ attributes }) => "top" in attributes);
  return figures(Object.values(own?.cells ?? {}).map(({ type }) => type));
}
