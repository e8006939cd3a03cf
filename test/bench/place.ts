// Placement against `yosys synth_ice40` and nextpnr's own placer: the frequency after routing, by nextpnr and by icetime.
// Every kernel stands between the same shift registers on both sides. Theirs is the median of several seeds, ours is one.
// Then how the time of our placement grows.
//
//     place.mjs [--device hx8k,up5k] [--seeds 5] [--theirs FILE] [kernel ...]
//
// In the file, results of theirs are kept from one run to the next; without it all is done anew.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { geometricMean } from "../../asm/bench/account.ts";
import { compile, countCells, type Device, deviceNamed } from "../../index.ts";
import { illegalities } from "../sites.ts";
import { folder, type Harnessed, harnessed, hasTools, KERNELS, median, routed, synthesized, target } from "./tools.ts";

interface Frequencies {
  readonly mhz: number;
  readonly icetime: number;
}

function theirs(kernel: Harnessed, device: Device, seeds: number): Frequencies {
  const { json } = synthesized(kernel);
  const all = Array.from({ length: seeds }, (_, seed) => routed(json, device, seed + 1));
  return { mhz: median(all.map((one) => one.mhz)), icetime: median(all.map((one) => one.icetime)) };
}

/** What is there already, or what `make` gives and is kept. */
function kept(file: string | undefined, key: string, make: () => Frequencies): Frequencies {
  if (file === undefined) return make();
  const all = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, Frequencies>) : {};
  const found = all[key] ?? make();
  writeFileSync(file, JSON.stringify({ ...all, [key]: found }));
  return found;
}

interface Ours extends Frequencies {
  readonly units: number;
  readonly cells: string;
  readonly wrong: number;
}

function ours({ source, top }: Harnessed, device: Device): Ours {
  const json = join(folder, "a.json");
  const { value, diagnostics } = compile(source, target, { top, json: true, place: { device } });
  const error = diagnostics.find((one) => one.severity === "error");
  const { placement } = value;
  if (error !== undefined || placement === undefined) throw new Error(error?.message ?? "not placed");
  writeFileSync(json, value.json ?? "");
  const blocks = [...countCells(placement.netlist)].filter(([name]) => /RAM|MAC/.test(name));
  return {
    ...routed(json, device, 1),
    units: placement.packed.units.length,
    cells: blocks.map(([name, count]) => `, ${count} ${name}`).join(""),
    wrong: illegalities(placement.netlist, device).length,
  };
}

function against(device: Device, names: readonly string[], seeds: number, file: string | undefined): void {
  console.log(`\n${device.part}: MHz ours/theirs, by nextpnr and by icetime`);
  const ratios: Frequencies[] = [];
  for (const name of names)
    try {
      const kernel = harnessed(name);
      const own = ours(kernel, device);
      const other = kept(file, `${device.name} ${name} ${seeds}`, () => theirs(kernel, device, seeds));
      const ratio = { mhz: own.mhz / other.mhz, icetime: own.icetime / other.icetime };
      ratios.push(ratio);
      const pair = (pick: (one: Frequencies) => number) =>
        `${pick(own).toFixed(1)}/${pick(other).toFixed(1)}`.padStart(14) + pick(ratio).toFixed(2).padStart(6);
      const columns = [pair((one) => one.mhz), pair((one) => one.icetime)].join("");
      console.log(
        `${name.padEnd(18)}${`${own.units}`.padStart(6)} units${columns}${own.wrong > 0 ? " ILLEGAL" : ""}${own.cells}`,
      );
    } catch (error) {
      console.log(`${name.padEnd(18)} ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    }
  const of = (pick: (one: Frequencies) => number) => geometricMean(ratios.map(pick))?.toFixed(3) ?? "-";
  console.log(`geometric means of ${ratios.length}: ${of((one) => one.mhz)} and ${of((one) => one.icetime)}`);
}

/** The least CPU time of three that placement takes, in ms, and how it grows from one kernel to one of twice its size. */
function growth(name: string): void {
  const device = deviceNamed(target, "grid64");
  if (device === undefined) return;
  let last = 0;
  for (const size of [64, 128, 256, 512]) {
    const file = `examples/kernels/${name}_${size}.ir`;
    let least = Number.POSITIVE_INFINITY;
    let units = 0;
    for (let round = 0; round < 3; round++) {
      let before = process.cpuUsage();
      const { value } = compile({ file, text: readFileSync(file, "utf8") }, target, {
        place: { device },
        onStage: (stage) => {
          const { user, system } = process.cpuUsage(before);
          before = process.cpuUsage();
          if (stage === "place") least = Math.min(least, (user + system) / 1000);
        },
      });
      units = value.placement?.packed.units.length ?? 0;
    }
    const grown = last === 0 ? "" : `, ${(least / last).toFixed(2)} times the one before`;
    console.log(`${name}_${size}: ${units} units placed in ${least.toFixed(0)} ms of CPU${grown}`);
    last = least;
  }
}

const words = process.argv.slice(2);
const option = (flag: string) => (words.includes(flag) ? words.splice(words.indexOf(flag), 2)[1] : undefined);
const devices = (option("--device") ?? "hx8k,up5k").split(",");
const seeds = Number(option("--seeds") ?? 5);
const file = option("--theirs");
if (!hasTools) console.log("yosys, nextpnr-ice40 and icetime are not in PATH: the time of placement alone");
else
  for (const name of devices) {
    const device = deviceNamed(target, name);
    if (device !== undefined) against(device, words.length > 0 ? words : KERNELS, seeds, file);
  }
if (words.length === 0) growth("tadd");
rmSync(folder, { recursive: true });
