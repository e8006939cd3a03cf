// Placement against `yosys synth_ice40` and nextpnr's own placer, native tools on both sides, in one run: the frequency
// after routing, by nextpnr and by icetime, and the time from the text to the bitstream. Every kernel stands between the
// same shift registers on both sides. Theirs is the median of five seeds. Then how the time of our placement grows.
//
//     place.mjs [--device hx8k,up5k] [--seeds 5] [kernel ...]
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  behavioural,
  check,
  compile,
  type Device,
  deviceNamed,
  elaborate,
  type Graph,
  loadTarget,
  parse,
  type Source,
} from "../../index.ts";
import { scanHarness } from "../../lang/harness.ts";
import { illegalities } from "../sites.ts";

/** Kernels of all kinds that both devices hold. */
const KERNELS = [
  "crc_32 fsm_9 popcount_32 sort_8 sort_8_pipelined alu_8 arbiter_8 shift_32 fir_direct fir_transposed fir_symmetric",
  "matmul_3 cordic butterfly sobel conv_3x3 tdot_5_3 sha256_round chacha_qr uart_tx tadd_64 aes_round tdot_5_9",
].flatMap((line) => line.split(" "));

const sources = readdirSync("targets/ice40").filter((file) => file.endsWith(".tdl"));
const target = loadTarget(
  "ice40",
  sources.map((file) => ({ file, text: readFileSync(join("targets/ice40", file), "utf8") })),
).value;
const folder = mkdtempSync(join(tmpdir(), "reticle-place-"));

/** A kernel with shift registers around it, as a text and as the graph of its top. */
function harnessed(name: string): { readonly source: Source; readonly top: string; readonly graph: Graph } | undefined {
  const file = `examples/kernels/${name}.ir`;
  const text = readFileSync(file, "utf8");
  const { value: checked } = check(parse({ file, text }).value, "ir", {});
  const def = checked.defs.get(elaborate(checked, {}).value?.name ?? "");
  if (def === undefined) return undefined;
  const top = `${def.item.name.text}-scan`;
  const source = { file, text: text + scanHarness(def, top) };
  const graph = elaborate(check(parse(source).value, "ir", {}).value, { top }).value;
  return graph === undefined ? undefined : { source, top, graph };
}

interface Result {
  readonly mhz: number;
  readonly icetime: number;
  readonly seconds: number;
}

function seconds(run: () => void): number {
  const started = performance.now();
  run();
  return (performance.now() - started) / 1000;
}

/** Routes a netlist, packs it, and times it. */
function route(json: string, device: Device, seed: number): Result {
  const pack = [...device.packages.keys()][0] ?? "";
  const [asc, report] = [join(folder, "a.asc"), join(folder, "a.report")];
  const args = [device.option, "--package", pack, "--json", json, "--asc", asc, "--report", report];
  const took = seconds(() => {
    execFileSync("nextpnr-ice40", [...args, "--timing-allow-fail", "-q", "--seed", `${seed}`], { stdio: "ignore" });
    execFileSync("icepack", [asc, join(folder, "a.bin")]);
  });
  const { fmax } = JSON.parse(readFileSync(report, "utf8")) as { fmax: Record<string, { achieved: number }> };
  const said = execFileSync("icetime", ["-d", device.option.replace(/^--/, ""), asc], { encoding: "utf8" });
  const mhz = Math.min(...Object.values(fmax).map((clock) => clock.achieved));
  return { mhz, icetime: Number(/\(([\d.]+) MHz\)/.exec(said)?.[1] ?? 0), seconds: took };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

function theirs(name: string, graph: Graph, device: Device, seeds: number): Result {
  const [file, json] = [join(folder, "b.v"), join(folder, `${name}.yosys.json`)];
  writeFileSync(file, behavioural({ ...graph, name: "top" }, { reset: "none" }).value);
  const script = `read_verilog ${file}; synth_ice40 -top top -json ${json}`;
  const synthesis = seconds(() => execFileSync("yosys", ["-q", "-p", script], { stdio: "ignore" }));
  const all = Array.from({ length: seeds }, (_, seed) => route(json, device, seed + 1));
  const of = (pick: (one: Result) => number) => median(all.map(pick));
  return {
    mhz: of((one) => one.mhz),
    icetime: of((one) => one.icetime),
    seconds: synthesis + of((one) => one.seconds),
  };
}

function ours(
  source: Source,
  top: string,
  device: Device,
): Result & { readonly cells: number; readonly wrong: number } {
  const json = join(folder, "a.json");
  let cells = 0;
  let wrong = 0;
  const before = seconds(() => {
    const { value, diagnostics } = compile(source, target, { top, json: true, place: { device } });
    const error = diagnostics.find((one) => one.severity === "error");
    if (error !== undefined || value.placement === undefined) throw new Error(error?.message ?? "not placed");
    writeFileSync(json, value.json ?? "");
    cells = value.placement.packed.units.length;
    wrong = illegalities(value.placement.netlist, device).length;
  });
  const routed = route(json, device, 1);
  return { ...routed, seconds: before + routed.seconds, cells, wrong };
}

function mean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / Math.max(values.length, 1));
}

function against(device: Device, names: readonly string[], seeds: number): void {
  console.log(`\n${device.part}: MHz ours/theirs by nextpnr, by icetime; seconds from the text to the bitstream`);
  const ratios: { readonly mhz: number; readonly icetime: number; readonly time: number }[] = [];
  for (const name of names) {
    const made = harnessed(name);
    if (made === undefined) continue;
    try {
      const own = ours(made.source, made.top, device);
      const other = theirs(name, made.graph, device, seeds);
      const ratio = {
        mhz: own.mhz / other.mhz,
        icetime: own.icetime / other.icetime,
        time: other.seconds / own.seconds,
      };
      ratios.push(ratio);
      const pair = (a: number, b: number) => `${a.toFixed(1)}/${b.toFixed(1)}`.padStart(14);
      const columns = [pair(own.mhz, other.mhz), ratio.mhz.toFixed(2), pair(own.icetime, other.icetime)];
      columns.push(ratio.icetime.toFixed(2), pair(own.seconds, other.seconds), `${ratio.time.toFixed(1)}x`);
      console.log(
        `${name.padEnd(18)}${`${own.cells}`.padStart(6)} cells ${columns.join(" ")}${own.wrong ? " ILLEGAL" : ""}`,
      );
    } catch (error) {
      console.log(`${name.padEnd(18)} ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    }
  }
  const of = (pick: (one: (typeof ratios)[number]) => number) => mean(ratios.map(pick)).toFixed(3);
  const means = `nextpnr ${of((one) => one.mhz)}, icetime ${of((one) => one.icetime)}, time ${of((one) => one.time)}`;
  console.log(`geometric means of ${ratios.length}: ${means}`);
}

/** The least of three times that placement takes, in ms, and how it grows from one kernel to one of twice its size. */
function growth(name: string): void {
  const device = deviceNamed(target, "grid64");
  if (device === undefined) return;
  let last = 0;
  for (const size of [64, 128, 256, 512]) {
    const file = `examples/kernels/${name}_${size}.ir`;
    let least = Number.POSITIVE_INFINITY;
    let cells = 0;
    for (let round = 0; round < 3; round++) {
      let started = 0;
      const { value } = compile({ file, text: readFileSync(file, "utf8") }, target, {
        place: { device },
        onStage: (stage) => {
          if (stage === "expand") started = performance.now();
          if (stage === "place") least = Math.min(least, performance.now() - started);
        },
      });
      cells = value.placement?.packed.units.length ?? 0;
    }
    const grown = last === 0 ? "" : `, ${(least / last).toFixed(2)} times the one before`;
    console.log(`${name}_${size}: ${cells} cells placed in ${least.toFixed(0)} ms${grown}`);
    last = least;
  }
}

const words = process.argv.slice(2);
const option = (flag: string) => (words.includes(flag) ? words.splice(words.indexOf(flag), 2)[1] : undefined);
const devices = (option("--device") ?? "hx8k,up5k").split(",");
const seeds = Number(option("--seeds") ?? 5);
const hasTools = ["yosys", "nextpnr-ice40", "icetime"].every(
  (tool) => spawnSync(tool, ["--version"]).error === undefined,
);
if (!hasTools) console.log("yosys, nextpnr-ice40 and icetime are not in PATH: the time of placement alone");
else
  for (const name of devices) {
    const device = deviceNamed(target, name);
    if (device !== undefined) against(device, words.length > 0 ? words : KERNELS, seeds);
  }
console.log("");
growth("tadd");
rmSync(folder, { recursive: true });
