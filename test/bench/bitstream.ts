// From the text of a kernel to its bitstream, against `yosys synth_ice40`, nextpnr with its own placer, and icepack: CPU
// seconds of whole processes, one after the other, native tools against native tools, and the WASM packages as they are
// against ours on the same packages. The kernels stand between the same shift registers on both sides.
//
//     bitstream.mjs [--device hx8k] [--wasm] [--rounds 3] [kernel ...]

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { geometricMean } from "../../asm/bench/account.ts";
import { behavioural, deviceNamed } from "../../index.ts";
import { folder, type Harnessed, harnessed, hasTools, median, routed, seconds, synthesized, target } from "./tools.ts";

/** The smallest kernel, some between, and those of 3,000 cells and more. */
const KERNELS = ["gray_8", "uart_tx", "crc_32", "fir_transposed", "tadd_64", "tdot_5_9", "matmul_3"];

const words = process.argv.slice(2);
const option = (flag: string) => (words.includes(flag) ? words.splice(words.indexOf(flag), 2)[1] : undefined);
const flag = (name: string) => words.includes(name) && words.splice(words.indexOf(name), 1).length > 0;
const device = deviceNamed(target, option("--device") ?? "hx8k");
const rounds = Number(option("--rounds") ?? 3);
const isWasm = flag("--wasm");

/** The whole command line but for the proof, which theirs does not have either. */
function ours({ source }: Harnessed, pack: string, part: string): number {
  const args = ["--harness", "scan", "--device", part, "--package", pack, "--no-cache", "--no-verify"];
  const tools = isWasm ? "wasm" : "native";
  return seconds("node", ["dist/cli.js", "build", source.file, ...args, "--tools", tools, "-o", join(folder, "out")]);
}

/** What a user of the packages writes. */
const PACKAGES = `
import { readFileSync, writeFileSync } from "node:fs";
import { runYosys } from "@yowasp/yosys";
import { runIcepack, runNextpnrIce40 } from "@yowasp/nextpnr-ice40";
const [verilog, option, pack, out] = process.argv.slice(1);
const quiet = { stdout: () => {}, stderr: () => {} };
const script = "read_verilog a.v; synth_ice40 -top top -json a.json";
const made = await runYosys(["-q", "-p", script], { "a.v": readFileSync(verilog, "utf8") }, quiet);
const args = [option, "--package", pack, "--json", "a.json", "--asc", "a.asc", "--timing-allow-fail", "-q"];
const placed = await runNextpnrIce40(args, { "a.json": made["a.json"] }, quiet);
const packed = await runIcepack(["a.asc", "a.bin"], { "a.asc": placed["a.asc"] }, quiet);
writeFileSync(out, packed["a.bin"]);
`;

function theirs(kernel: Harnessed, seed: number, pack: string): number {
  if (device === undefined) return 0;
  if (!isWasm) {
    const { took, json } = synthesized(kernel);
    return took + routed(json, device, seed).took;
  }
  const verilog = join(folder, "b.v");
  writeFileSync(verilog, behavioural({ ...kernel.graph, name: "top" }, { reset: "none" }).value);
  const args = [verilog, device.option, pack, join(folder, "b.bin")];
  return seconds("node", ["--input-type=module", "-e", PACKAGES, "--", ...args]);
}

if (device !== undefined && (hasTools || isWasm)) {
  const pack = [...device.packages.keys()][0] ?? "";
  console.log(`${device.part}, ${isWasm ? "WASM" : "native"}: CPU seconds from the text to the bitstream`);
  const ratios: number[] = [];
  for (const name of words.length > 0 ? words : KERNELS)
    try {
      const kernel = harnessed(name);
      const pairs = Array.from({ length: rounds }, (_, round) => [
        ours(kernel, pack, device.name),
        theirs(kernel, round + 1, pack),
      ]);
      const [own, other] = [0, 1].map((side) => median(pairs.map((pair) => pair[side] as number))) as [number, number];
      ratios.push(other / own);
      console.log(
        `${name.padEnd(18)}${own.toFixed(2).padStart(8)}${other.toFixed(2).padStart(8)}  ${(other / own).toFixed(1)} times`,
      );
    } catch (error) {
      console.log(`${name.padEnd(18)} ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    }
  console.log(`geometric mean of ${ratios.length}: ${geometricMean(ratios)?.toFixed(2) ?? "-"} times`);
}
rmSync(folder, { recursive: true });
