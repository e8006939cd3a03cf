// Kernels between shift registers, and the tools that they are compared with: `yosys synth_ice40`, nextpnr, icepack and
// icetime, native, each timed in CPU time, so that other work on the machine does not count.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { behavioural, check, type Device, elaborate, type Graph, loadTarget, parse, type Source } from "../../index.ts";
import { scanHarness } from "../../lang/harness.ts";

/** Kernels of all kinds, the smallest first. */
export const KERNELS = [
  "gray_8 lfsr_16 fsm_9 traffic uart_tx arbiter_8 crc_32 alu_8 popcount_32 shift_32 sort_8 sort_8_pipelined sobel",
  "fir_symmetric fir_transposed fir_direct tadd_64 chacha_qr tdot_5_3 sha256_round aes_round conv_3x3 cordic butterfly",
  "matmul_3 tdot_5_9",
].flatMap((line) => line.split(" "));

const sources = readdirSync("targets/ice40").filter((file) => file.endsWith(".tdl"));
export const target = loadTarget(
  "ice40",
  sources.map((file) => ({ file, text: readFileSync(join("targets/ice40", file), "utf8") })),
).value;

export const folder = mkdtempSync(join(tmpdir(), "reticle-place-"));

/** Whether all tools of the comparison are in PATH. */
export const hasTools = ["yosys", "nextpnr-ice40", "icepack", "icetime"].every(
  (tool) => spawnSync(tool, ["--version"]).error === undefined,
);

/** A kernel with shift registers around it, as a text and as the graph of its top. */
export interface Harnessed {
  readonly name: string;
  readonly source: Source;
  readonly top: string;
  readonly graph: Graph;
}

export function harnessed(name: string): Harnessed {
  const file = `examples/kernels/${name}.ir`;
  const text = readFileSync(file, "utf8");
  const { value: checked } = check(parse({ file, text }).value, "ir", {});
  const def = checked.defs.get(elaborate(checked, {}).value?.name ?? "");
  if (def === undefined) throw new Error(`no kernel ${name}`);
  const top = `${def.item.name.text}-scan`;
  const source = { file, text: text + scanHarness(def, top) };
  const graph = elaborate(check(parse(source).value, "ir", {}).value, { top }).value;
  if (graph === undefined) throw new Error(`no graph of ${name}`);
  return { name, source, top, graph };
}

/** Runs a command without its output, and gives the CPU seconds that it and its children took. */
export function seconds(command: string, args: readonly string[]): number {
  const script = 'TIMEFORMAT="%U %S"; time "$@" > /dev/null 2> "$0"';
  const errors = join(folder, "errors");
  const { status, stderr } = spawnSync("bash", ["-c", script, errors, command, ...args], { encoding: "utf8" });
  if (status !== 0) {
    const lines = readFileSync(errors, "utf8").split("\n");
    throw new Error(`${command}: ${lines.find((line) => /error/i.test(line)) ?? lines[0]}`);
  }
  return stderr
    .trim()
    .split(/\s+/)
    .slice(-2)
    .reduce((sum, word) => sum + Number(word), 0);
}

/** Their synthesis: the CPU seconds, and the netlist that it writes. */
export function synthesized({ name, graph }: Harnessed): { readonly took: number; readonly json: string } {
  const [file, json] = [join(folder, `${name}.v`), join(folder, `${name}.yosys.json`)];
  writeFileSync(file, behavioural({ ...graph, name: "top" }, { reset: "none" }).value);
  const took = seconds("yosys", ["-q", "-p", `read_verilog ${file}; synth_ice40 -top top -json ${json}`]);
  return { took, json };
}

/** Frequencies in MHz, by nextpnr and by icetime, and CPU seconds of nextpnr and icepack. */
export interface Routed {
  readonly mhz: number;
  readonly icetime: number;
  readonly took: number;
}

/** Routes a netlist and packs it. */
export function routed(json: string, device: Device, seed: number): Routed {
  const pack = [...device.packages.keys()][0] ?? "";
  const [asc, report] = [join(folder, "a.asc"), join(folder, "a.report")];
  const args = [device.option, "--package", pack, "--json", json, "--asc", asc, "--report", report];
  const route = seconds("nextpnr-ice40", [...args, "--timing-allow-fail", "-q", "--seed", `${seed}`]);
  const took = route + seconds("icepack", [asc, join(folder, "a.bin")]);
  const { fmax } = JSON.parse(readFileSync(report, "utf8")) as { fmax: Record<string, { achieved: number }> };
  const mhz = Math.min(...Object.values(fmax).map((clock) => clock.achieved));
  return { mhz, icetime: icetime(asc, device), took };
}

function icetime(asc: string, device: Device): number {
  const said = execFileSync("icetime", ["-d", device.option.replace(/^--/, ""), asc], { encoding: "utf8" });
  return Number(/\(([\d.]+) MHz\)/.exec(said)?.[1] ?? 0);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
