// The commands that an editor has executed: views of a program, and runs of the command line on it.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { floorplan } from "./floorplan.ts";
import type { Settings } from "./lang/lsp/host.ts";
import type { Step } from "./lang/lsp/mapping.ts";
import type { Session } from "./lang/lsp/requests.ts";
import { type Nothing, view } from "./lang/lsp/view.ts";
import { lines } from "./lang/source.ts";
import type { Slicer } from "./slices.ts";
import { hardwareFor } from "./targets.ts";

/** What a command has come to. */
export interface Done {
  readonly answer: unknown;
  /** The longest path of a build, to be shown in the program. */
  readonly path?: {
    readonly uri: string;
    readonly version: number;
    readonly name: string;
    readonly steps: readonly Step[];
  };
}

/** A file that a command is about, and what is set for it. */
interface About {
  readonly uri: string;
  readonly path: string;
  readonly args: readonly unknown[];
  readonly settings: Settings;
  readonly session: Session;
  readonly slices: Slicer;
}

const COMMANDS: Readonly<Record<string, (about: About) => Promise<Done>>> = {
  "reticle.assembly": (about) => show(about, "assembly"),
  "reticle.verilog": (about) => show(about, "verilog"),
  "reticle.build": build,
  "reticle.evaluate": evaluate,
  "reticle.floorplan": plan,
};

/** Runs a command on the file that its first argument names. */
export async function runCommand(
  command: string,
  args: readonly unknown[],
  session: Session,
  slices: Slicer,
): Promise<Done> {
  const run = COMMANDS[command];
  const uri = args[0];
  if (run === undefined) return refused(`there is no command \`${command}\``);
  if (typeof uri !== "string") return refused(`\`${command}\` takes the URI of a file`);
  const { host } = session.world;
  return run({ uri, path: host.pathOf(uri), args, settings: host.settingsOf(uri), session, slices });
}

function refused(why: string): Done {
  return { answer: { refused: why } satisfies Nothing };
}

async function show({ uri, args, session, slices }: About, kind: "assembly" | "verilog"): Promise<Done> {
  const file = await slices.ready(uri);
  if (file === undefined) return refused("the file is not open");
  return { answer: view(file, kind, typeof args[1] === "string" ? args[1] : undefined, session.world) };
}

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs this very command line. Its output is read whole. */
function reticle(args: readonly string[], folder: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [process.argv[1] ?? "", ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (piece: Buffer) => (out += piece));
    child.stderr.on("data", (piece: Buffer) => (err += piece));
    child.on("error", (error) => resolve({ status: 70, out, err: error.message }));
    child.on("close", (status) => resolve({ status: status ?? 70, out, err }));
  });
}

function hardwareOptions({ target, device, board, package: pack, pcf }: Settings): readonly string[] {
  const option = (name: string, value: string | undefined) => (value === undefined ? [] : [`--${name}`, value]);
  if (board !== undefined) return option("board", board);
  return [...option("target", target), ...option("device", device), ...option("package", pack), ...option("pcf", pcf)];
}

function programOptions({ optimize, reset, top, mmap }: Settings): readonly string[] {
  const given = { optimize, reset, top, mmap };
  return Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value]));
}

/** The part of the report of a build that is shown. */
interface BuildReport {
  readonly cells: Readonly<Record<string, number>>;
  readonly fmax_mhz: Readonly<Record<string, number>>;
  readonly paths: readonly {
    readonly clock: string;
    readonly delay_ns: number;
    readonly legs: readonly Leg[];
  }[];
}

interface Leg {
  readonly logic_ns: number;
  readonly routing_ns: number;
  readonly line?: number;
  readonly column?: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}

/** Builds the file as it is saved, into the folder that is set, `out` beside it otherwise. */
async function build({ uri, path, settings, session }: About): Promise<Done> {
  const version = session.world.textOf(uri)?.version;
  const output = outputOf(path, settings);
  const options = [...hardwareOptions(settings), ...programOptions(settings)];
  const { status, out, err } = await reticle(["build", path, ...options, "-o", output, "--json"], dirname(path));
  if (status !== 0) return { answer: { refused: failureOf(out, err) } };
  const report = JSON.parse(out) as BuildReport;
  const text = await readFile(path, "utf8");
  const [longest] = [...report.paths].sort((a, b) => b.delay_ns - a.delay_ns);
  const answer = { folder: output, ...report };
  // The places are those of the file on the disk.
  if (longest === undefined || version === undefined || session.world.textOf(uri)?.text !== text) return { answer };
  return { answer, path: { uri, version, name: longest.clock, steps: stepsOf(longest.legs, text) } };
}

function outputOf(path: string, settings: Settings): string {
  return settings.output ?? join(dirname(path), "out");
}

function stepsOf(legs: readonly Leg[], text: string): readonly Step[] {
  const starts = lines({ file: "", text });
  return legs.flatMap(({ logic_ns, routing_ns, line, column = 1, endLine = 1, endColumn = 1 }) => {
    if (line === undefined) return [];
    const span = {
      start: (starts[line - 1] ?? 0) + column - 1,
      end: (starts[endLine - 1] ?? 0) + endColumn - 1,
    };
    const delays = `${logic_ns.toFixed(1)} ns logic, ${routing_ns.toFixed(1)} ns wires`;
    return [{ span, text: delays, delay: Math.round((logic_ns + routing_ns) * 1000) }];
  });
}

/** The first error of a run. */
function failureOf(out: string, err: string): string {
  try {
    const found = JSON.parse(out) as readonly { readonly message: string; readonly severity: string }[];
    const first = found.find((one) => one.severity === "error");
    if (first !== undefined) return first.message;
  } catch {
    // It stopped before it could say anything for machines.
  }
  return err.trim().split("\n")[0] ?? "the build failed";
}

/** Cycles of a program without a trace. */
const CYCLES = "16";

/** Runs the program on the trace beside it, `name.in.json`, or for some cycles; gives the outputs as text. */
async function evaluate({ path, settings }: About): Promise<Done> {
  const trace = path.replace(/\.\w+$/, ".in.json");
  const input = existsSync(trace) ? ["--trace", trace] : ["--cycles", CYCLES];
  const { optimize: _, ...options } = settings;
  const all = ["eval", path, ...input, ...programOptions({ ...options, optimize: undefined })];
  const { status, out, err } = await reticle(all, dirname(path));
  return { answer: status === 0 ? { text: out } : { refused: failureOf(out, err) } };
}

/** A picture of the device with the tiles that the last build uses. */
async function plan({ path, settings }: About): Promise<Done> {
  const { value: hardware } = await hardwareFor(settings);
  if (hardware?.device === undefined) return refused("no device is set: name a target, a device or a board");
  const output = outputOf(path, settings);
  const name = (path.split(/[/\\]/).at(-1) ?? "").replace(/\.\w+$/, "");
  const text = (file: string) => readFile(join(output, file), "utf8").catch(() => undefined);
  const routed = await text(`${name}.asc`);
  if (routed === undefined) return refused("there is no placed design yet: build the program first");
  return { answer: { text: floorplan(hardware.device, routed) } };
}
