// The kernels of logic on iCE40, ours against `yosys synth_ice40` without and with `-abc9` on our behavioural Verilog: cells,
// depth and our time. Arguments: names of kernels (all of logic if there are none), `--optimize` as in the command line,
// `--json`. What Yosys makes of a text is kept under .cache/bench/, so that runs after the first take our time alone.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { geometricMean } from "../../asm/bench/account.ts";
import { KERNELS, LOGIC } from "../../examples/kernels.ts";
import { behavioural, compile, loadTarget, type Objective } from "../../index.ts";
import { type Figures, measure } from "./figures.ts";

const CACHE = ".cache/bench";

/** The scripts that we compare with. */
const OTHERS = { plain: "synth_ice40", abc9: "synth_ice40 -abc9" } as const;

/** Figures that are compared, as a ratio of ours to theirs. */
const COMPARED = ["lut", "lc", "packed", "depth"] as const;

type Other = keyof typeof OTHERS;
type Compared = (typeof COMPARED)[number];

interface Result {
  readonly kernel: string;
  /** Why there is nothing of ours. */
  readonly message: string | undefined;
  readonly ours: Figures | undefined;
  /** From text to structural Verilog, warm. */
  readonly ms: number | undefined;
  readonly plain: Figures | undefined;
  readonly abc9: Figures | undefined;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: "boolean" }, optimize: { type: "string", default: "area" } },
});
const optimize = values.optimize as Objective;
const target = loadTarget(
  "ice40",
  readdirSync("targets/ice40")
    .filter((file) => file.endsWith(".tdl"))
    .map((file) => ({ file, text: readFileSync(join("targets/ice40", file), "utf8") })),
).value;
const asked = spawnSync("yosys", ["-V"], { encoding: "utf8" });
const version = asked.status === 0 ? asked.stdout.trim() : undefined;

const unknown = positionals.filter((name) => KERNELS[name] === undefined);
if (unknown.length > 0) throw new Error(`no such kernel: ${unknown.join(", ")}`);
const names = positionals.length > 0 ? positionals : Object.keys(LOGIC);
if (values.json === true) console.log(JSON.stringify(names.map(result), null, 1));
else table();

function result(kernel: string): Result {
  const file = `examples/kernels/${kernel}.ir`;
  const source = { file, text: readFileSync(file, "utf8") };
  const { value, diagnostics } = compile(source, target, { optimize, json: true });
  const verilog = value.graph === undefined ? undefined : behavioural(value.graph, { reset: "none" }).value;
  const other = (name: Other) => (verilog === undefined ? undefined : yosys(kernel, verilog, OTHERS[name]));
  return {
    kernel,
    message: value.json === undefined ? (diagnostics[0]?.message ?? "nothing was made") : undefined,
    ours: value.json === undefined ? undefined : measure(value.json),
    ms: value.json === undefined ? undefined : fastest(() => void compile(source, target, { optimize })),
    plain: other("plain"),
    abc9: other("abc9"),
  };
}

/** The best of five runs, in ms, behind some that warm it up. */
function fastest(run: () => void): number {
  const once = () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  };
  for (let spent = 0; spent < 100; ) spent += once();
  return Math.min(...Array.from({ length: 5 }, once));
}

/** What Yosys makes of a text, or what it made of it before; undefined where it is not there or fails. */
function yosys(top: string, verilog: string, synth: string): Figures | undefined {
  if (version === undefined) return undefined;
  const script = `${synth} -top ${top}`;
  const key = createHash("sha256").update([version, script, verilog].join("\n")).digest("hex").slice(0, 32);
  const base = join(CACHE, key);
  if (!existsSync(`${base}.json`)) {
    mkdirSync(CACHE, { recursive: true });
    writeFileSync(`${base}.v`, verilog);
    const all = `read_verilog ${base}.v; ${script}; write_json ${base}.part`;
    try {
      execFileSync("yosys", ["-q", "-p", all], { stdio: ["ignore", "ignore", "pipe"] });
    } catch (error) {
      console.error(`${top}: yosys ${synth} fails: ${error instanceof Error ? error.message : error}`);
      return undefined;
    }
    renameSync(`${base}.part`, `${base}.json`);
  }
  return measure(readFileSync(`${base}.json`, "utf8"));
}

/** Prints a row as soon as it is known; figures stand as ours/plain/abc9. */
function table(): void {
  if (version === undefined) console.log("yosys is not in PATH: ours alone");
  const heads = ["LUT", "carry", "FF", "LC", "packed", "depth"].map((head) => head.padStart(15)).join("");
  console.log(
    `${"ours/yosys/abc9".padEnd(16)}${heads}   LUT better   LC better/yosys/abc9   packed better   depth better        ms`,
  );
  const results = names.map((name) => {
    const one = result(name);
    console.log(row(one));
    return one;
  });
  const all = results.filter(({ ours }) => ours !== undefined);
  console.log(`\ngeometric means over ${all.length} kernels   better   yosys    abc9`);
  for (const figure of COMPARED) {
    const means = [better, theirs("plain"), theirs("abc9")].map((other) =>
      mean(all.map((one) => ratio(one, figure, other))),
    );
    console.log(`${figure.padEnd(32)}${means.map((value) => text(value).padStart(8)).join("")}`);
  }
}

function row(one: Result): string {
  const columns = (["lut", "carry", "ff", "lc", "packed", "depth"] as const).map((figure) =>
    [one.ours, one.plain, one.abc9]
      .map((figures) => figures?.[figure] ?? "-")
      .join("/")
      .padStart(15),
  );
  const head = `${one.kernel.padEnd(16)}${columns.join("")}`;
  if (one.message !== undefined) return `${head}   ${one.message}`;
  const cells = [better, theirs("plain"), theirs("abc9")].map((other) => text(ratio(one, "lc", other)).padStart(7));
  const lut = text(ratio(one, "lut", better)).padStart(13);
  const packed = text(ratio(one, "packed", better)).padStart(16);
  const depth = text(ratio(one, "depth", better)).padStart(15);
  return `${head}${lut}  ${cells.join("")}${packed}${depth}${(one.ms ?? 0).toFixed(2).padStart(10)}`;
}

type Choose = (one: Result, figure: Compared) => number | undefined;

function theirs(name: Other): Choose {
  return (one, figure) => one[name]?.[figure];
}

/** The smaller one of a figure; what is small in cells may be large in depth. */
function better(one: Result, figure: Compared): number | undefined {
  const found = [one.plain?.[figure], one.abc9?.[figure]].filter((value) => value !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** Ours by theirs; nothing counts as one, so that there is a ratio. */
function ratio(one: Result, figure: Compared, choose: Choose): number | undefined {
  const other = choose(one, figure);
  if (one.ours === undefined || other === undefined) return undefined;
  return Math.max(one.ours[figure], 1) / Math.max(other, 1);
}

function mean(ratios: readonly (number | undefined)[]): number | undefined {
  return geometricMean(ratios.filter((value) => value !== undefined));
}

function text(value: number | undefined): string {
  return value?.toFixed(2) ?? "-";
}
