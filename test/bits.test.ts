// From bits back to Verilog: kernels are built for HX8K with the native tools, `icebox_vlog` of fpga-icestorm turns the
// bitstream's text form into Verilog again, and that still computes what the evaluator does.
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { run as runFlow } from "../asm/flow/run.ts";
import { modulePorts } from "../asm/nets.ts";
import { pcfOf, portBits } from "../asm/pins.ts";
import { compile } from "../index.ts";
import { machine } from "../lang/eval/machine.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { flowOf } from "../lang/target/flow.ts";
import { identifier } from "../lang/verilog.ts";
import { answers, hasIverilog, inTemporaryFolder, simulate, tool } from "./iverilog.ts";
import { graphOf, ICE40_CELLS_READ } from "./netlist.ts";
import { programs } from "./random.ts";
import { targetNamed } from "./target-files.ts";
import { randomTrace } from "./traces.ts";

const KERNELS = [
  "examples/kernels/fsm_5.ir",
  "examples/kernels/crc_8.ir",
  "examples/kernels/popcount_32.ir",
  "examples/kernels/sobel.ir",
  "examples/kernels/sort_8_pipelined.ir",
  "examples/boards/breathe.ir",
  "examples/tour/08-memories.ir",
  "examples/kernels/aes128_serial_bram.ir",
];

const CYCLES = 60;
/** Of HX8K in ct256. */
const MOST_PINS = 200;
const hasTools =
  hasIverilog &&
  answers("nextpnr-ice40", ["--version"]) &&
  answers("icepack", ["-h"]) &&
  answers("icebox_vlog", ["-h"]);
if (!hasTools) console.warn("nextpnr-ice40, fpga-icestorm or iverilog is not installed: bitstreams were NOT read back");

/** Builds a program, and holds what comes back from its bits against the evaluator. */
async function comesBack(file: string, text: string): Promise<void> {
  const target = targetNamed("ice40");
  const files = (path: string) => readFileSync(join(dirname(file), path), "utf8");
  const { value } = compile({ file, text }, target, { json: true, files });
  const { netlist, graph, json } = value;
  const device = deviceNamed(target, "hx8k");
  const flow = flowOf(target).value;
  if (netlist === undefined || graph === undefined || json === undefined || device === undefined || flow === undefined)
    throw new Error(`${file} does not compile`);
  const ports = modulePorts(netlist);
  const pins = device.packages.get("ct256") ?? [];
  const pcf = pcfOf(new Map(portBits(ports).map((bit, at) => [bit.text, pins[at] as string])));
  const encoder = new TextEncoder();
  const made = await runFlow(
    {
      flow,
      values: { option: device.option, package: "ct256", seed: "1", freq: undefined, top: netlist.name },
      files: new Map([
        ["json", encoder.encode(json)],
        ["pcf", encoder.encode(pcf)],
      ]),
    },
    { tools: "native", cache: undefined, signal: undefined, worker: undefined, progress: undefined },
  );
  expect(made.failed).toBeUndefined();
  const chip = inTemporaryFolder((folder) => {
    writeFileSync(join(folder, "chip.asc"), made.files.get("asc") as Uint8Array);
    writeFileSync(join(folder, "chip.pcf"), pcf);
    return tool("icebox_vlog", ["-s", "-p", "chip.pcf", "chip.asc"], folder);
  });
  // The chip has a port a bit; a wrapper has the ports of the kernel again.
  const bits = portBits(ports);
  const declarations = ports.map(
    ({ name, direction, nets }) => `${direction} ${nets.length > 1 ? `[${nets.length - 1}:0] ` : ""}${name}`,
  );
  const used = bits.filter(({ text }) => chip.includes(text.includes("[") ? `\\${text} ` : text));
  const connections = used.map(({ text }) => `.${text.includes("[") ? `\\${text} ` : text}(${text})`);
  const wrapper = `module top(${declarations.join(", ")});\nchip chip(${connections.join(", ")});\nendmodule\n`;
  const run = machine(graph);
  const trace = randomTrace(
    run.inputs.map((port) => port.type),
    CYCLES,
    7,
  );
  const { inputs, outputs } = run;
  const clock = netlist.hasClock;
  const bench = { module: "top", verilog: `${chip}\n${wrapper}`, inputs, outputs, clock, trace, reset: undefined };
  const seen = simulate([bench], chip.includes("SB_RAM40_4K") ? ICE40_CELLS_READ : undefined)[0];
  trace.forEach((values, cycle) => {
    values.forEach((lanes, port) => lanes.forEach((value, lane) => run.set(port, lane, value)));
    run.evaluate();
    run.outputs.forEach((port, at) => {
      const wanted = Array.from({ length: Math.max(port.type.lanes, 1) }, (_, lane) => run.get(at, lane));
      expect(seen?.[cycle]?.[at], `${port.name} in cycle ${cycle}`).toEqual(wanted);
    });
    run.clock();
  });
}

test.skipIf(!hasTools).each(KERNELS)("%s comes back from its bits", { timeout: 120_000 }, (file) =>
  comesBack(file, readFileSync(file, "utf8")),
);

const RANDOM = Number(process.env["BITS"] ?? (process.env["CI"] === undefined ? 1 : 4));
const SEED = Number(process.env["SEED"] ?? 20261121);

/** Programs whose ports the package has pins for, with names that icebox_vlog writes as they are. */
function sampled(count: number): readonly string[] {
  const all = programs({ memories: true, hints: ["lut", "??"], widest: 10 });
  return fc
    .sample(all, { numRuns: 10 * count, seed: SEED })
    .filter((text) => {
      const { inputs, outputs } = machine(graphOf(text, "none"));
      const ports = [...inputs, ...outputs];
      const bits = ports.reduce((sum, { type }) => sum + type.bits, 1);
      return bits <= MOST_PINS && ports.every(({ name }) => identifier(name) === name);
    })
    .slice(0, count);
}

test.skipIf(!hasTools)(
  `${RANDOM} random programs come back from their bits`,
  { timeout: 60_000 * RANDOM },
  async () => {
    const texts = sampled(RANDOM);
    expect(texts).toHaveLength(RANDOM);
    for (const text of texts) await comesBack("random.ir", text);
  },
);
