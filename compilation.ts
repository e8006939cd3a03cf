// The commands that compile for a target: select, emit of structural forms, report, target.
import { extname } from "node:path";
import type { Netlist } from "./asm/netlist.ts";
import { pathLines } from "./asm/pathlines.ts";
import type { Placement } from "./asm/place.ts";
import { type Summary, summarize } from "./asm/report.ts";
import { sitesNeeded } from "./asm/sites.ts";
import { longestPath } from "./asm/timing.ts";
import { hasConstraints, xdcOf } from "./asm/xdc.ts";
import { AT_FAULT, FINE, type Io, misuse, type Options } from "./commands.ts";
import { filesBeside, readText, writeText } from "./files.ts";
import { type Compilation, type CompileOptions, compile, type StageName } from "./index.ts";
import type { Candidate } from "./isel/fronts.ts";
import type { Spending } from "./isel/spend.ts";
import { stockOf } from "./isel/stock.ts";
import { why } from "./isel/why.ts";
import { check } from "./lang/check.ts";
import type { Files } from "./lang/contents.ts";
import { type Diagnostic, failed } from "./lang/diagnostic.ts";
import type { Graph } from "./lang/graph.ts";
import { elaborate } from "./lang/graph.ts";
import { scanHarness } from "./lang/harness.ts";
import { readMemoryMap } from "./lang/mmap.ts";
import { didYouMean } from "./lang/near.ts";
import { parse } from "./lang/parser.ts";
import { position, type Source } from "./lang/source.ts";
import { type Device, devicesOf } from "./lang/target/device.ts";
import type { Target } from "./lang/target/target.ts";
import { TargetError } from "./lang/target/value.ts";
import { give, resetOf, tell } from "./programs.ts";
import { general, type Hardware, readHardware, readTarget, targetNames } from "./targets.ts";

/** A program that has been compiled, the hardware, and the time that each stage took, in ms. */
export interface Compiled {
  readonly made: Partial<Compilation> & Pick<Compilation, "source" | "target">;
  readonly hardware: Hardware;
  readonly diagnostics: readonly Diagnostic[];
  readonly times: ReadonlyMap<StageName, number>;
}

/** The value of an option that takes a word. */
export function text(options: Options, name: string): string | undefined {
  return typeof options[name] === "string" ? options[name] : undefined;
}

interface CompileMore extends Pick<CompileOptions, "json" | "consider" | "spent"> {
  /** Whether the program is put between shift registers. */
  readonly harness?: boolean;
  /** Whether it is placed, and whether it may stay without places where there are not enough. */
  readonly place?: boolean;
  readonly optional?: boolean;
}

/** Compiles a file as far as `until`; tells what is wrong, and gives the exit status then. */
export async function compileFile(
  path: string,
  until: StageName,
  options: Options,
  io: Io,
  more: CompileMore = {},
): Promise<Compiled | number> {
  const { place, optional, harness, ...rest } = more;
  const target = text(options, "target");
  const device = text(options, "device");
  if (target === undefined && device === undefined)
    return misuse(io, "neither a target nor a device is given", [
      `say \`--target NAME\`; there are ${targetNames().join(", ")}`,
    ]);
  const limited = text(options, "limit");
  const limits = limitsOf(limited);
  if (limits === undefined) return misuse(io, `\`--limit ${limited}\` is no list of counts`, ["write `--limit dsp=4`"]);
  const dialect = extname(path) === ".asm" || options["dialect"] === "asm" ? "asm" : "ir";
  const { value: hardware, diagnostics: found } = await readHardware(target, device);
  if (hardware === undefined || failed(found)) return tell(found, options, io);
  const { scarce } = stockOf(hardware.target, hardware.device);
  const unknown = [...limits.keys()].find((resource) => !scarce.has(resource));
  if (unknown !== undefined)
    return misuse(io, `\`--limit\` does not know \`${unknown}\``, [
      scarce.size === 0 ? "nothing of this target is scarce" : `there are ${[...scarce.keys()].sort().join(", ")}`,
    ]);
  const { value: read, diagnostics: unread } = await readText(path, io.stdin);
  const mmap = text(options, "mmap");
  const memory = mmap === undefined ? undefined : await readText(mmap, io.stdin);
  const memories = memory === undefined || failed(memory.diagnostics) ? undefined : readMemoryMap(memory.value);
  const before = [...found, ...unread, ...(memory?.diagnostics ?? []), ...(memories?.diagnostics ?? [])];
  if (failed(before)) return tell(before, options, io);
  const wrapped = harness === true ? wrap(read, text(options, "top"), filesBeside(path)) : undefined;
  const source = wrapped?.source ?? read;
  const times = new Map<StageName, number>();
  let last = performance.now();
  const seed = Number(text(options, "seed") ?? "1");
  const { value: made, diagnostics } = compile(source, hardware.target, {
    dialect,
    until,
    ...rest,
    place: place === true && hardware.device !== undefined ? { device: hardware.device, seed, optional } : undefined,
    files: filesBeside(path),
    top: wrapped?.top ?? text(options, "top"),
    memoryMap: memories?.value.map,
    reset: resetOf(options),
    optimize: objective(options),
    device: hardware.device,
    limits,
    onStage: (stage) => {
      const now = performance.now();
      times.set(stage, now - last);
      last = now;
    },
  });
  const all = [...before, ...diagnostics];
  return failed(all) ? tell(all, options, io) : { made, hardware, diagnostics: all, times };
}

/** A program with a scan harness behind it; nothing where it has mistakes, which compiling it will report. */
export function wrap(
  source: Source,
  asked: string | undefined,
  files: Files,
): { readonly source: Source; readonly top: string } | undefined {
  const parsed = parse(source);
  const checked = check(parsed.value, "ir", { files });
  if (failed([...parsed.diagnostics, ...checked.diagnostics])) return undefined;
  const graph = elaborate(checked.value, { top: asked }).value;
  const def = checked.value.defs.get(graph?.name ?? "");
  if (def === undefined) return undefined;
  const top = `${def.item.name.text}-scan`;
  return { source: { file: source.file, text: source.text + scanHarness(def, top) }, top };
}

/** Reads `dsp=4,ram=2`; undefined where it is something else. */
export function limitsOf(said: string | undefined): ReadonlyMap<string, number> | undefined {
  const limits = new Map<string, number>();
  for (const one of said?.split(",") ?? []) {
    const [, resource, count] = /^\s*([A-Za-z_]\w*)\s*=\s*(\d{1,9})\s*$/.exec(one) ?? [];
    if (resource === undefined) return undefined;
    limits.set(resource, Number(count));
  }
  return limits;
}

function objective(options: Options): "area" | "delay" | "balanced" {
  const said = options["optimize"];
  return said === "area" || said === "delay" ? said : "balanced";
}

/** `reticle select`. */
export async function selectFile([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const { print } = await import("./lang/printer.ts");
  if (extname(path) === ".asm") return misuse(io, `\`${path}\` is assembly already`);
  const candidates: Candidate[] = [];
  const asked = options["why"];
  let covered: Graph | undefined;
  const note = (candidate: Candidate, of: Graph) => {
    candidates.push(candidate);
    covered = of;
  };
  const consider = asked === undefined ? undefined : note;
  const spendings: Spending[] = [];
  const spent = asked === undefined ? undefined : (one: Spending) => spendings.push(one);
  const compiled = await compileFile(path, "select", options, io, { consider, spent });
  if (typeof compiled === "number") return compiled;
  const { assembly, graph } = compiled.made;
  if (asked !== undefined && assembly !== undefined && graph !== undefined) {
    const names = new Set(typeof asked === "string" ? asked.split(",") : []);
    const unknown = [...names].find((name) => !graph.nodes.some((node) => node.name === name));
    if (unknown !== undefined)
      return misuse(
        io,
        `no value is called \`${unknown}\``,
        didYouMean(
          unknown,
          graph.nodes.map((node) => node.name),
        ),
      );
    const told = why(graph, covered ?? graph, assembly, candidates, names);
    const units = spendings.map((one) => `${spendingText(one, compiled.hardware.device)}\n`).join("");
    return give(told + units, compiled.diagnostics, options, io);
  }
  return assembly === undefined ? AT_FAULT : give(print(assembly), compiled.diagnostics, options, io);
}

/** `reticle place`. */
export async function placeFile([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const { print } = await import("./lang/printer.ts");
  const compiled = await compileFile(path, "place", options, io, { place: true });
  if (typeof compiled === "number") return compiled;
  const { made, hardware, diagnostics } = compiled;
  const { placement } = made;
  if (placement === undefined || hardware.device === undefined) {
    const name = hardware.target.name;
    const help = ["its description needs `tile` items, and a `device` with sites"];
    return tell([general("no-tiles", `target \`${name}\` does not say how cells share sites`, help)], options, io);
  }
  const drawing = text(options, "svg");
  if (drawing === undefined) return give(print(placement.assembly), diagnostics, options, io);
  const { picture } = await import("./asm/picture.ts");
  const by = options["colour"] === "slack" ? "slack" : "kind";
  const found = [...diagnostics, ...writeText(drawing, picture(placement, hardware.device, { by }))];
  return failed(found) ? tell(found, options, io) : give(print(placement.assembly), found, options, io);
}

/** `reticle emit --to verilog`, `--to json` and `--to xdc`. */
export async function emitStructure([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const isXdc = options["to"] === "xdc";
  const place = isXdc || options["place"] === true;
  const compiled = await compileFile(path, "emit", options, io, { json: options["to"] === "json", place });
  if (typeof compiled === "number") return compiled;
  const { made, hardware } = compiled;
  if (isXdc && (made.netlist === undefined || !hasConstraints(hardware.target))) {
    const message = `target \`${hardware.target.name}\` does not say what constraints call its sites`;
    return tell([general("no-tiles", message, ["`--to verilog --place` gives each cell its site"])], options, io);
  }
  if (isXdc && made.netlist !== undefined) {
    const { value, diagnostics } = xdcOf(made.netlist, { megahertz: undefined });
    return give(value, [...compiled.diagnostics, ...diagnostics], options, io);
  }
  const { verilog = "", json = "" } = made;
  return give(options["to"] === "json" ? json : verilog, compiled.diagnostics, options, io);
}

/** Times by the names of the contract: inlining is part of checking, expanding part of emitting. */
function stageTimes(times: Compiled["times"]): Record<string, number> {
  const sum = (...stages: StageName[]) =>
    Math.round(stages.reduce((all, one) => all + (times.get(one) ?? 0), 0) * 1000) / 1000;
  return {
    parse: sum("parse"),
    check: sum("check", "elaborate"),
    select: sum("select", "cascade"),
    place: sum("place"),
    emit: sum("expand", "emit"),
  };
}

/** Values that are named as what a further unit would hold. */
const NAMED = 3;

function spendingText({ resource, available, next }: Spending, device: Device | undefined): string {
  const has = device?.capacity.get(resource) ?? available;
  const taken =
    available < has ? `the limit of ${available} \`${resource}\` is reached` : `all ${has} \`${resource}\` are taken`;
  if (next === undefined) return `${taken}; one more would save nothing`;
  const { values, saves } = next;
  const named = values.slice(0, NAMED).map((name) => `\`${name}\``);
  const others = values.length > NAMED ? ` and ${values.length - NAMED} others` : "";
  return `${taken}; one more would hold ${named.join(", ")}${others} and save ${saves} cells`;
}

/** What a compilation came to, with the delay that the places give where there are any. */
export function summaryOf(netlist: Netlist, placement: Placement | undefined, target: Target): Summary {
  const summary = summarize(netlist, target);
  const slacks = placement?.pressure?.analyze();
  return slacks === undefined ? summary : { ...summary, delay_ns: Math.round(slacks.worst) / 1000 };
}

/** `reticle report`. */
export async function reportFile([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const spendings: Spending[] = [];
  const spent = (one: Spending) => spendings.push(one);
  const compiled = await compileFile(path, "emit", options, io, { place: true, optional: true, spent });
  if (typeof compiled === "number") return compiled;
  const { made, hardware, times, diagnostics } = compiled;
  const { netlist, source, placement } = made;
  if (netlist === undefined) return AT_FAULT;
  const { target, device } = hardware;
  const summary = summaryOf(netlist, placement, target);
  const wanting = spendings.map(({ resource, available, next }) => ({ resource, available, next: next ?? null }));
  const shape = {
    target: target.name,
    device: device?.name ?? null,
    ...summary,
    ...(wanting.length > 0 ? { wanting } : {}),
    stages_ms: stageTimes(times),
  };
  if (options["json"] === true) {
    await io.out(`${JSON.stringify(shape, undefined, 2)}\n`);
    return FINE;
  }
  const rows: string[][] = Object.entries(summary.cells).map(([name, count]) => [name, `${count}`]);
  for (const [resource, count] of sitesNeeded(netlist)) {
    const capacity = device?.capacity.get(resource);
    const of = capacity === undefined ? "" : ` of ${capacity} (${Math.ceil((100 * count) / capacity)} %)`;
    rows.push([`sites ${resource}`, `${count}${of}`]);
  }
  const lines = [
    `${netlist.name} on ${device?.part ?? target.name}`,
    ...table(rows),
    ...spendings.map((one) => `  ${spendingText(one, device)}`),
    "",
    `longest path, ${placement === undefined ? "estimated" : "as placed"}: ${summary.delay_ns.toFixed(2)} ns`,
  ];
  if (placement !== undefined) lines.push(...pathLines(placement));
  else
    for (const step of longestPath(netlist).steps) {
      const { line, column } = position(source, step.span.start);
      const place = `${source.file}:${line}:${column}`;
      lines.push(`  ${place}  ${step.result} = ${step.instruction}, ${(step.delay / 1000).toFixed(1)} ns`);
    }
  lines.push("", ...table(Object.entries(shape.stages_ms).map(([stage, ms]) => [stage, `${ms.toFixed(1)} ms`])), "");
  await io.out(lines.join("\n"));
  return tell(diagnostics, options, io);
}

/** Two columns, the second set to the right of the longest name. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const width = Math.max(0, ...rows.map(([name = ""]) => name.length));
  return rows.map(([name = "", value = ""]) => `  ${name.padEnd(width)}  ${value}`);
}

/** `reticle target list`, `show` and `check`. */
export async function target([verb = "", name]: readonly string[], options: Options, io: Io): Promise<number> {
  const asJson = options["json"] === true;
  if (verb === "list") {
    const names = targetNames();
    await io.out(asJson ? `${JSON.stringify(names)}\n` : names.map((one) => `${one}\n`).join(""));
    return FINE;
  }
  if (verb !== "show" && verb !== "check")
    return misuse(io, `\`target\` has no verb \`${verb}\``, ["there are `list`, `show` and `check`"]);
  if (name === undefined)
    return misuse(io, `which target should \`${verb}\` take?`, [`there are ${targetNames().join(", ")}`]);
  const { value, diagnostics } = await readTarget(name);
  if (value === undefined || failed(diagnostics)) return tell(diagnostics, options, io);
  if (verb === "check") return (await import("./checking.ts")).checkTargetCommand(value, diagnostics, options, io);
  let devices: readonly Device[];
  try {
    devices = devicesOf(value);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return tell([general("bad-target", `the target description is wrong: ${error.message}`)], options, io);
  }
  if (asJson) {
    const boards = devices.flatMap((device) =>
      device.boards.map(({ name, package: pack }) => ({ name, device: device.name, package: pack })),
    );
    const shown = devices.map((one) => ({
      name: one.name,
      part: one.part,
      capacity: Object.fromEntries(one.capacity),
      packages: [...one.packages.keys()],
    }));
    await io.out(
      `${JSON.stringify({ target: value.name, devices: shown, boards, instructions: [...value.patterns.keys()], cells: [...value.prims.keys()] }, undefined, 2)}\n`,
    );
    return FINE;
  }
  const lines = [`target ${value.name}`, "", "devices"];
  const rows = devices.map((one) => [
    one.name,
    `${[...one.capacity].map(([kind, count]) => `${count} ${kind}`).join(", ")}; ${[...one.packages.keys()].join(" ")}${one.isDefault ? " (default)" : ""}`,
  ]);
  lines.push(...table(rows));
  const boards = devices.flatMap((one) => one.boards);
  if (boards.length > 0)
    lines.push(
      "",
      "boards",
      ...table(boards.map((one) => [one.name, `${one.device}, ${one.package}; ${[...one.pins.keys()].join(" ")}`])),
    );
  const params = (pattern: typeof value.patterns extends ReadonlyMap<string, infer P> ? P : never) =>
    pattern.inputs.map((port) => (port.optional ? `${port.name}?` : port.name)).join(", ");
  lines.push(
    "",
    "instructions",
    ...table([...value.patterns.values()].map((one) => [one.name, `(${params(one)}) @${one.resource}`])),
    "",
    `cells: ${[...value.prims.keys()].join(" ")}`,
    "",
  );
  await io.out(lines.join("\n"));
  return FINE;
}
