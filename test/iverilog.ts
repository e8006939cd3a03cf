// Icarus Verilog as the oracle: many modules and a testbench for each, compiled and run at once.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MachinePort } from "../lang/eval/machine.ts";
import type { Type } from "../lang/type.ts";
import { identifier, laneNames } from "../lang/verilog.ts";
import type { Trace } from "./traces.ts";

/** A module and what is fed to it. */
export interface Bench {
  /** The name of the module; in one run no two have the same. */
  readonly module: string;
  /** Its text, and that of modules it needs. */
  readonly verilog: string;
  readonly inputs: readonly MachinePort[];
  readonly outputs: readonly MachinePort[];
  /** Whether it has an input `clock`. */
  readonly clock: boolean;
  readonly trace: Trace;
  /** By cycle, if it has an input `reset`. */
  readonly reset: readonly boolean[] | undefined;
}

/** Outputs by cycle, port and lane, as their types read them, seen before the clock edge; undefined for x or z. */
export type Seen = readonly (readonly (readonly (bigint | undefined)[])[])[];

/** Whether a tool is there. */
export function answers(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).error === undefined;
}

export const hasIverilog = answers("iverilog", ["-V"]) && answers("vvp", ["-V"]);

/** What a skipped test says. */
export const NO_IVERILOG = "iverilog is not installed: evaluator and Verilog were NOT compared";

/** Runs `run` with the path of a new folder, and removes that afterwards. */
export function inTemporaryFolder<T>(run: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "reticle-"));
  try {
    return run(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs a tool, and gives what it prints; throws with its complaints if it fails, or has any. */
export function tool(command: string, args: readonly string[], folder: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 300_000,
    maxBuffer: 1 << 29,
  });
  if (error !== undefined) throw error;
  if (status !== 0 || stderr !== "")
    throw new Error(`${command} ${args.join(" ")}: status ${status}\n${stderr}${stdout}`);
  return stdout;
}

/** A vendor's cells that the modules stand on. */
export interface Library {
  readonly file: string;
  /** Macros that it is read with. */
  readonly defines: readonly string[];
  /** Modules that are taken of it; without them all. */
  readonly modules?: readonly string[];
  /** Files with models of cells that it lacks. */
  readonly more?: readonly string[];
  /** Texts of the file and what stands for them. Each has to be there. */
  readonly replaced?: readonly (readonly [from: string, to: string])[];
}

/** Simulates all benches in one run, as Verilog-2001. */
export function simulate(benches: readonly Bench[], library?: Library): readonly Seen[] {
  const printed = inTemporaryFolder((folder) => {
    const files = benches.flatMap((bench, at) => {
      writeFileSync(join(folder, `m${at}.v`), bench.verilog);
      writeFileSync(join(folder, `t${at}.v`), testbench(bench, at));
      writeFileSync(join(folder, `t${at}.bits`), `${stimuli(bench).join("\n")}\n`);
      return [`m${at}.v`, `t${at}.v`];
    });
    if (library !== undefined) {
      writeFileSync(join(folder, "cells.v"), cellsOf(library));
      files.push("cells.v");
    }
    writeFileSync(join(folder, "files"), `${files.join("\n")}\n`);
    const defines = library?.defines.map((name) => `-D${name}`) ?? [];
    const tops = benches.flatMap((_, at) => ["-s", `testbench_${at}`]);
    const flags = ["-g2001", "-Wall", "-Wno-timescale", ...defines, ...tops, "-o", "all.vvp", "-c", "files"];
    tool("iverilog", flags, folder);
    return tool("vvp", ["-n", "all.vvp"], folder);
  });
  const rows = benches.map((): string[] => []);
  for (const line of printed.split("\n")) {
    const [at, bits] = line.split(" ");
    if (bits !== undefined) rows[Number(at)]?.push(bits);
  }
  return benches.map(({ outputs }, at) => (rows[at] ?? []).map((bits) => unpack(bits, outputs)));
}

function cellsOf({ file, modules, more = [], replaced = [] }: Library): string {
  const whole = readFileSync(file, "utf8");
  const text = replaced.reduce(
    (text, [from, to]) => {
      if (!text.includes(from)) throw new Error(`${file} has no \`${from}\``);
      return text.replaceAll(from, to);
    },
    modules === undefined ? whole : modules.map((name) => moduleNamed(name, whole, file)).join("\n"),
  );
  return [text, ...more.map((name) => readFileSync(name, "utf8"))].join("\n");
}

/** A module without its timing, which is not simulated. */
function moduleNamed(name: string, text: string, file: string): string {
  const found = new RegExp(`^module ${name}\\s*\\([\\s\\S]*?^endmodule`, "m").exec(text)?.[0];
  if (found === undefined) throw new Error(`${file} has no module ${name}`);
  return found.replace(/^\s*specify[\s\S]*?^\s*endspecify/gm, "");
}

/** The lanes of ports, lane 0 of the first at the bottom of a word. */
interface Field {
  readonly net: string;
  readonly type: Type;
  readonly low: number;
}

function fields(ports: readonly MachinePort[], from = 0): readonly Field[] {
  let low = from;
  return ports.flatMap(({ name, type }) =>
    laneNames(name, type).map((net) => {
      low += type.width;
      return { net, type: type.lane, low: low - type.width };
    }),
  );
}

function widthOf(list: readonly Field[]): number {
  const last = list.at(-1);
  return last === undefined ? 1 : last.low + last.type.width;
}

function testbench({ module, inputs, outputs, clock, trace, reset }: Bench, at: number): string {
  const ins = fields(inputs, 1);
  const outs = fields(outputs);
  const connect = (word: string) => (one: Field) =>
    `.${identifier(one.net)}(${word}[${one.low + one.type.width - 1}:${one.low}])`;
  const connections = [
    ...(clock ? [".clock(clock)"] : []),
    ...(reset === undefined ? [] : [".reset(in[0])"]),
    ...ins.map(connect("in")),
    ...outs.map(connect("out")),
  ];
  const inWidth = Math.max(widthOf(ins), 1);
  return `module testbench_${at};
  reg clock;
  reg [${inWidth - 1}:0] in, trace [0:${trace.length - 1}];
  wire [${widthOf(outs) - 1}:0] out;
  integer cycle;
  ${identifier(module)} dut(${connections.join(", ")});
  initial begin
    clock = 1'b0;
    $readmemb("t${at}.bits", trace);
    for (cycle = 0; cycle < ${trace.length}; cycle = cycle + 1) begin
      in = trace[cycle];
      #1 $display("${at} %b", out);
      clock = 1'b1;
      #1 clock = 1'b0;
      #1 in = in;
    end
  end
endmodule
`;
}

/** The word of the inputs in each cycle: `reset` at the bottom. */
function stimuli({ inputs, trace, reset }: Bench): string[] {
  return trace.map((cycle, at) => {
    const lanes = inputs.flatMap(({ type }, port) =>
      (cycle[port] ?? []).map((value) => BigInt.asUintN(type.width, value).toString(2).padStart(type.width, "0")),
    );
    return `${lanes.reverse().join("")}${reset?.[at] === true ? 1 : 0}`;
  });
}

function unpack(bits: string, ports: readonly MachinePort[]): Seen[number] {
  const list = fields(ports);
  let next = 0;
  return ports.map(({ type }) =>
    Array.from({ length: Math.max(type.lanes, 1) }, () => {
      const { low } = list[next++] as Field;
      const digits = bits.slice(bits.length - low - type.width, bits.length - low);
      if (!/^[01]+$/.test(digits)) return undefined;
      const value = BigInt(`0b${digits}`);
      return type.kind === "i" ? BigInt.asIntN(type.width, value) : value;
    }),
  );
}
