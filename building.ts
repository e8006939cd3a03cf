// `reticle build`: all the way from a program to a bitstream.
import { extname, join } from "node:path";
import { explainFailure, explainTiming } from "./asm/flow/errors.ts";
import { pathFrames } from "./asm/flow/path.ts";
import { legs, ns, type Routed } from "./asm/flow/report.ts";
import type { Ran } from "./asm/flow/run.ts";
import type { Netlist } from "./asm/netlist.ts";
import { modulePorts } from "./asm/nets.ts";
import { boardPins, pcfOf, portBits } from "./asm/pins.ts";
import { sitesNeeded } from "./asm/sites.ts";
import { hasConstraints, xdcOf } from "./asm/xdc.ts";
import { AT_FAULT, type Io, misuse, type Options } from "./commands.ts";
import { type Compiled, compileFile, summaryOf, text } from "./compilation.ts";
import { readText, writeFolder, writeText } from "./files.ts";
import { type Diagnostic, failed, type Outcome } from "./lang/diagnostic.ts";
import { didYouMean } from "./lang/near.ts";
import { print } from "./lang/printer.ts";
import { position, type Source } from "./lang/source.ts";
import { type Board, type Device, devicesOf } from "./lang/target/device.ts";
import { flowOf } from "./lang/target/flow.ts";
import type { Target } from "./lang/target/target.ts";
import { TargetError } from "./lang/target/value.ts";
import { tell } from "./programs.ts";
import { route } from "./routing.ts";
import { general, readAllTargets } from "./targets.ts";
import { verified } from "./verifying.ts";

/** The exit status after an interrupt, as shells know it. */
const INTERRUPTED = 130;

/** The hardware that a build is for, as the options name it. */
export interface Place {
  readonly device: Device;
  readonly package: string;
  readonly board: Board | undefined;
}

export async function build([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const folder = text(options, "output");
  if (folder === undefined || folder === "-") return misuse(io, "a build goes into a folder", ["name it, `-o out`"]);
  if (text(options, "board") !== undefined && text(options, "pcf") !== undefined)
    return misuse(io, "`--board` and `--pcf` both say where the ports go");
  const hardware = await withBoard(options);
  if (!("options" in hardware)) return tell([hardware], options, io);
  const compiled = await compileFile(path, "emit", hardware.options, io, {
    json: true,
    harness: options["harness"] === "scan",
    place: options["place"] !== false,
    optional: true,
  });
  if (typeof compiled === "number") return compiled;
  const placed = placeOf(compiled, hardware.board, options);
  if (!("device" in placed)) return tell([...compiled.diagnostics, placed], options, io);
  const pins = await pinsOf(compiled, placed, options, io);
  const { target } = compiled.hardware;
  const { value: flow, diagnostics: wrong } = flowOf(target);
  const found = [...compiled.diagnostics, ...tooLarge(compiled, placed), ...pins.diagnostics, ...wrong];
  const isOpenEnd = flow === undefined && wrong.length === 0 && hasConstraints(target);
  if (flow === undefined && wrong.length === 0 && !isOpenEnd)
    found.push(
      general("no-flow", `target \`${target.name}\` has no flow to a bitstream`, [
        "`reticle emit --to verilog` prints its cells",
      ]),
    );
  if (isOpenEnd && !failed(found)) return constrained(folder, path, compiled, placed, found, options, io);
  if (failed(found) || flow === undefined) return tell(found, options, io);
  const { ran, routed, made, notes } = await route(compiled, placed, pins.pcf, flow, options, io);
  const about = {
    program: compiled.made.source,
    pcf: pins.source,
    netlist: made.json ?? "",
    device: placed.device.part,
    package: placed.package,
  };
  for (const note of [...ran.notes, ...notes]) if (options["json"] !== true) io.err(`note: ${note}\n`);
  const log = text(options, "log");
  if (log !== undefined) found.push(...writeText(log, ran.log));
  if (ran.failed !== undefined) found.push(...explainFailure(ran.failed, about));
  const goal = Number(text(options, "freq"));
  if (goal > 0) found.push(...explainTiming(routed, goal, about.program));
  if (failed(found)) {
    const status = await tell(found, options, io);
    return ran.failed?.failure.kind === "interrupted" ? INTERRUPTED : status;
  }
  if (options["verify"] !== false) verified({ ...compiled, made }, options, false);
  return finish(
    { folder, path, compiled: { ...compiled, made }, placed, pcf: pins.pcf, ran, routed, found },
    options,
    io,
  );
}

/** A board says its device and package; what the command line says beside it must agree. */
async function withBoard(
  options: Options,
): Promise<{ readonly options: Options; readonly board: Board | undefined } | Diagnostic> {
  const name = text(options, "board");
  if (name === undefined) return { options, board: undefined };
  const read = boardsOf(await readAllTargets(text(options, "target")));
  if (failed(read.diagnostics)) return read.diagnostics[0] as Diagnostic;
  const all = read.value;
  const board = all.find((one) => one.name === name);
  if (board === undefined) {
    const names = all.map((one) => one.name);
    return general("no-device", `no board is called \`${name}\``, [
      ...didYouMean(name, names),
      `there are ${names.join(", ")}`,
    ]);
  }
  const device = text(options, "device");
  if (device !== undefined && device !== board.device)
    return general("no-device", `the board \`${name}\` has the device \`${board.device}\`, not \`${device}\``, [
      "leave `--device` out",
    ]);
  return { options: { ...options, device: board.device }, board };
}

function boardsOf(targets: readonly Target[]): Outcome<readonly Board[]> {
  try {
    const boards = targets.flatMap(devicesOf).flatMap((device) => device.boards);
    return { value: boards, diagnostics: [] };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const diagnostics = [general("bad-target", `the target description is wrong: ${error.message}`)];
    return { value: [], diagnostics };
  }
}

function placeOf({ hardware }: Compiled, board: Board | undefined, options: Options): Place | Diagnostic {
  const { device, target } = hardware;
  if (device === undefined) return general("no-device", `target \`${target.name}\` has no devices`);
  const names = [...device.packages.keys()];
  const name = board?.package ?? text(options, "package") ?? names[0] ?? "";
  if (board !== undefined && text(options, "package") !== undefined && text(options, "package") !== board.package)
    return general("no-package", `the board \`${board.name}\` has the package \`${board.package}\``, [
      "leave `--package` out",
    ]);
  if (device.packages.has(name)) return { device, package: name, board };
  if (names.length === 0) {
    if (name === "" && text(options, "pcf") === undefined) return { device, package: name, board };
    return general("no-package", `the pins of ${device.part} are not known`, [
      "say in constraints of your own where the ports go",
    ]);
  }
  return general("no-package", `${device.part} has no package \`${name}\``, [
    ...didYouMean(name, names),
    `there are ${names.join(", ")}`,
  ]);
}

/** More cells than the device has: by how much, and of what. */
function tooLarge({ made }: Compiled, { device }: Place): Diagnostic[] {
  if (made.netlist === undefined) return [];
  return [...sitesNeeded(made.netlist)].flatMap(([resource, count]) => {
    const has = device.capacity.get(resource) ?? 0;
    if (count <= has) return [];
    const message = `the program needs ${count} \`${resource}\`, and ${device.part} has ${has}: ${count - has} too many`;
    return [
      general("too-many-cells", message, ["`reticle report` shows what takes them; a larger device may hold it"]),
    ];
  });
}

interface Pins {
  readonly pcf: string | undefined;
  /** The file that it was read from. */
  readonly source?: Source;
  readonly diagnostics: readonly Diagnostic[];
}

async function pinsOf(
  { made }: Compiled,
  { device, package: name, board }: Place,
  options: Options,
  io: Io,
): Promise<Pins> {
  const ports = made.netlist === undefined ? [] : modulePorts(made.netlist);
  const bits = portBits(ports).length;
  if (device.packages.size === 0) return { pcf: undefined, diagnostics: [] };
  const pins = device.packages.get(name) ?? [];
  if (bits > pins.length) {
    const help = ["`--harness scan` puts it between two shift registers"];
    const message = `the program has ${bits} port bits, and \`${name}\` of ${device.part} has ${pins.length} pins`;
    return { pcf: undefined, diagnostics: [general("too-many-pins", message, help)] };
  }
  if (board !== undefined) {
    const { pins: chosen, missing } = boardPins(ports, board);
    const diagnostics = missing.map(({ port, bits: wanted, has }) =>
      general(
        "no-pin",
        has === 0
          ? `the board \`${board.name}\` has no pins called \`${port}\``
          : `\`${port}\` has ${wanted} bits, and the board has ${has} pins of that name`,
        [
          ...(has === 0 ? didYouMean(port, board.pins.keys()) : []),
          `it has ${[...board.pins.keys()].join(", ")}; \`--pcf\` gives any others`,
        ],
      ),
    );
    return { pcf: pcfOf(chosen), diagnostics };
  }
  const path = text(options, "pcf");
  if (path === undefined) {
    if (options["json"] !== true)
      io.err("note: no pins are given, so that the router chooses them; `--pcf` or `--board` says which\n");
    return { pcf: undefined, diagnostics: [] };
  }
  const read = await readText(path, io.stdin);
  if (failed(read.diagnostics)) return { pcf: undefined, diagnostics: read.diagnostics };
  const { parsePcf } = await import("./asm/pcf.ts");
  const checked = parsePcf(read.value, { ports: portBits(ports).map((bit) => bit.text), pins });
  return { pcf: read.value.text, source: read.value, diagnostics: checked.diagnostics };
}

/** What a build comes to where no open tool makes a bitstream: placed Verilog, and constraints for the vendor's tool. */
async function constrained(
  folder: string,
  path: string,
  { made, hardware }: Compiled,
  { device }: Place,
  before: readonly Diagnostic[],
  options: Options,
  io: Io,
): Promise<number> {
  const { netlist, assembly } = made;
  if (netlist === undefined || assembly === undefined) return AT_FAULT;
  const name = nameOf(path);
  const goal = Number(text(options, "freq") ?? 0);
  const { value: xdc, diagnostics } = xdcOf(netlist, { megahertz: goal > 0 ? goal : undefined });
  const summary = summaryOf(netlist, made.placement, hardware.target);
  const report = { target: hardware.target.name, device: device.name, ...summary, bitstream: false };
  const files = new Map<string, string>([
    [`${name}.asm`, print(assembly)],
    [`${name}.v`, made.verilog ?? ""],
    [`${name}.json`, made.json ?? ""],
    [`${name}.xdc`, xdc],
    [`${name}.report.json`, `${JSON.stringify(report, undefined, 2)}\n`],
  ]);
  if (made.placement !== undefined) {
    const { floorplanPage } = await import("./asm/picture.ts");
    files.set(`${name}.floorplan.html`, floorplanPage(made.placement, device));
  }
  const all = [...before, ...diagnostics, ...(failed(diagnostics) ? [] : writeFolder(folder, files))];
  if (failed(all)) return tell(all, options, io);
  if (options["json"] === true) {
    await io.out(`${JSON.stringify(report, undefined, 2)}\n`);
    return 0;
  }
  const cells = Object.entries(summary.cells).map(([cell, count]) => `${count} ${cell}`);
  const [verilog, constraints] = [`${name}.v`, `${name}.xdc`].map((file) => join(folder, file));
  await io.out(`${verilog}, ${constraints}: ${cells.join(", ")}\n`);
  io.err(`note: no open tool makes a bitstream of ${device.part}; these two are for the vendor's\n`);
  return tell(all, options, io);
}

function nameOf(path: string): string {
  return path === "-" ? "kernel" : (path.split(/[/\\]/).at(-1) ?? "kernel").replace(extname(path), "");
}

/** All that a build has made. */
interface Built {
  readonly folder: string;
  readonly path: string;
  readonly compiled: Compiled;
  readonly placed: Place;
  readonly pcf: string | undefined;
  readonly ran: Ran;
  readonly routed: Routed;
  readonly found: readonly Diagnostic[];
}

async function finish(built: Built, options: Options, io: Io): Promise<number> {
  const { folder, path, compiled, placed, pcf, ran, routed, found } = built;
  const { made, hardware } = compiled;
  const name = nameOf(path);
  if (made.netlist === undefined || made.assembly === undefined) return AT_FAULT;
  const summary = summaryOf(made.netlist, made.placement, hardware.target);
  const report = {
    target: hardware.target.name,
    device: placed.device.name,
    package: placed.package,
    ...summary,
    fmax_mhz: Object.fromEntries(routed.clocks.map((clock) => [clock.name, clock.achieved])),
    paths: clockedPaths(routed).map((path) => pathJson(path, made.source)),
    steps_ms: Object.fromEntries(ran.stages.map((stage) => [stage.step, Math.round(stage.ms)])),
  };
  const files = new Map<string, string | Uint8Array>([
    [`${name}.asm`, print(made.assembly)],
    [`${name}.v`, made.verilog ?? ""],
    [`${name}.json`, made.json ?? ""],
    [`${name}.report.json`, `${JSON.stringify(report, undefined, 2)}\n`],
    [`${name}.log`, ran.log],
  ]);
  if (pcf !== undefined) files.set(`${name}.pcf`, pcf);
  if (made.placement !== undefined) {
    const { floorplanPage } = await import("./asm/picture.ts");
    files.set(`${name}.floorplan.html`, floorplanPage(made.placement, placed.device));
  }
  for (const role of ["asc", "bin"]) {
    const bytes = ran.files.get(role);
    if (bytes !== undefined) files.set(`${name}.${role}`, bytes);
  }
  const all = [...found, ...writeFolder(folder, files)];
  if (failed(all) || options["json"] === true) {
    if (!failed(all)) await io.out(`${JSON.stringify(report, undefined, 2)}\n`);
    return failed(all) ? tell(all, options, io) : 0;
  }
  const cells = Object.entries(report.cells).map(([cell, count]) => `${count} ${cell}`);
  const lines = [
    `${join(folder, `${name}.bin`)}: ${cells.join(", ")}${frequencyOf(routed, made.netlist, summary.delay_ns)}`,
  ];
  await io.out(
    `${[...lines, ...criticalPaths(routed, made.source, `\`${join(folder, `${name}.report.json`)}\``)].join("\n")}\n`,
  );
  return tell(all, options, io);
}

/** What the router says; where all registers are inside cells that it does not time, what our own timing says. */
function frequencyOf(routed: Routed, { hasClock }: Netlist, delay: number): string {
  if (routed.clocks.length === 0 && hasClock && delay > 0)
    return `, clock up to ${(1e3 / delay).toFixed(1)} MHz by our own timing, as the router times no path`;
  return routed.clocks.map((clock) => `, ${clock.name} up to ${clock.achieved.toFixed(1)} MHz`).join("");
}

/** The longest path of each clock. */
function clockedPaths(routed: Routed): Routed["paths"] {
  return routed.paths.filter(({ from, to }) => from.clock !== undefined && from.clock === to.clock);
}

/** A path for machines: a leg for every stretch of it that one place of the program answers for. */
function pathJson(path: Routed["paths"][number], program: Source): unknown {
  return {
    clock: path.from.clock,
    delay_ns: rounded(path.delay),
    legs: legs(path, program).map(({ span, logic, routing }) => {
      const delays = { logic_ns: rounded(logic), routing_ns: rounded(routing) };
      if (span === undefined) return delays;
      const [from, to] = [position(program, span.start), position(program, span.end)];
      return { ...delays, line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
    }),
  };
}

function rounded(ns: number): number {
  return Math.round(ns * 1000) / 1000;
}

/** The longest path of each clock, in frames of the program. */
function criticalPaths(routed: Routed, program: Source, whole: string): readonly string[] {
  return clockedPaths(routed).flatMap((path) => [
    `longest path of ${path.from.clock}: ${ns(path.delay)}`,
    ...pathFrames(path, program, whole),
  ]);
}
