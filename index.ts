// The door for programs: the compiler on one page. Its stages are a table; `compile` walks it, and stops at the first
// stage that reports an error.
import { cascaded } from "./asm/cascade.ts";
import { expand } from "./asm/expand.ts";
import { netlistJson } from "./asm/json.ts";
import type { Netlist } from "./asm/netlist.ts";
import { overWires } from "./asm/overwires.ts";
import { isPlaceable, type Placement, type PlaceOptions, place } from "./asm/place.ts";
import { structural } from "./asm/verilog.ts";
import type { Consider } from "./isel/fronts.ts";
import { type SelectOptions, select } from "./isel/select.ts";
import type { Objective } from "./isel/ways.ts";
import type { Program } from "./lang/ast.ts";
import { type Checked, type CheckOptions, check } from "./lang/check.ts";
import { bug, type Diagnostic, failed, type Outcome, report } from "./lang/diagnostic.ts";
import { elaborate, type Graph, type GraphOptions } from "./lang/graph.ts";
import { parse } from "./lang/parser.ts";
import type { Source } from "./lang/source.ts";
import { type Device, deviceNamed } from "./lang/target/device.ts";
import type { Target } from "./lang/target/target.ts";
import { TargetError } from "./lang/target/value.ts";

export { type Cell, countCells, type Netlist } from "./asm/netlist.ts";
export type { Placement, PlaceOptions } from "./asm/place.ts";
export { type Summary, summarize } from "./asm/report.ts";
export { sitesNeeded } from "./asm/sites.ts";
export { longestPath } from "./asm/timing.ts";
export type { Objective } from "./isel/ways.ts";
export type { Dialect, Instruction, Item, Program } from "./lang/ast.ts";
export { behavioural } from "./lang/behav.ts";
export * from "./lang/builder.ts";
export { type Checked, type CheckOptions, check } from "./lang/check.ts";
export type { Diagnostic, Label, Outcome } from "./lang/diagnostic.ts";
export { type Machine, machine } from "./lang/eval/machine.ts";
export { frame, toJson } from "./lang/frame.ts";
export { elaborate, type Graph, type Node, type Reset } from "./lang/graph.ts";
export { parse } from "./lang/parser.ts";
export { print } from "./lang/printer.ts";
export type { Source, Span } from "./lang/source.ts";
export { type Device, deviceNamed, devicesOf } from "./lang/target/device.ts";
export { loadTarget } from "./lang/target/load.ts";
export type { Target } from "./lang/target/target.ts";

export interface CompileOptions extends CheckOptions, GraphOptions {
  /** What the text is: `ir`, which is the default, or assembly, which is not selected again. */
  readonly dialect?: "ir" | "asm";
  readonly optimize?: Objective | undefined;
  /** The device whose units there are to spend; the target's default device without it. */
  readonly device?: Device | undefined;
  /** Fewer units of a resource than the device has. */
  readonly limits?: ReadonlyMap<string, number> | undefined;
  /** Told of each resource that the program has more use for than there is. */
  readonly spent?: SelectOptions["spent"];
  /** Told of every way that was found to compute a value. */
  readonly consider?: Consider | undefined;
  /** The device that cells are placed on; without one, or where the target does not say how, they are not. */
  readonly place?: (PlaceOptions & { readonly device: Device }) | undefined;
  /** Whether the netlist is printed as JSON, too. */
  readonly json?: boolean;
  /** The last stage to run. */
  readonly until?: StageName;
  /** Called behind each stage; for clocks and progress, which the core has none of. */
  readonly onStage?: (stage: StageName) => void;
}

/** What has been made so far; each stage adds its part. */
export interface Compilation {
  readonly source: Source;
  readonly target: Target;
  readonly program: Program;
  readonly checked: Checked;
  readonly graph: Graph;
  readonly assembly: Program;
  readonly netlist: Netlist;
  readonly placement: Placement;
  readonly verilog: string;
  readonly json: string;
}

type Part = Partial<Compilation> & Pick<Compilation, "source" | "target">;

interface Stage {
  readonly says: string;
  /** Whether an assembly goes through it, too. */
  readonly forAssembly: boolean;
  readonly run: (have: Part, options: CompileOptions) => Outcome<Partial<Compilation>>;
}

/** The stages in their order. */
export const STAGES = {
  parse: stage("read the text", true, ({ source }) => as("program", parse(source))),
  check: stage("find what is wrong with it", true, ({ program, target }, options) => {
    const hints = { ...options, resources: target.hints.keys() };
    const { value, diagnostics } = check(program ?? missing("program"), options.dialect ?? "ir", hints);
    return {
      value: options.dialect === "asm" ? { checked: value, assembly: program as Program } : { checked: value },
      diagnostics,
    };
  }),
  elaborate: stage("inline its calls", false, ({ checked }, options) =>
    as("graph", elaborate(checked ?? missing("checked"), options)),
  ),
  select: stage("cover it with instructions of the target", false, ({ graph, target }, options) =>
    as("assembly", select(graph ?? missing("graph"), target, options)),
  ),
  cascade: stage("chain instructions over wires of their own", true, ({ assembly, target }, options) => {
    const given = assembly ?? missing("assembly");
    const device = options.place?.device ?? options.device ?? deviceNamed(target, undefined);
    return as("assembly", { value: cascaded(given, target, device), diagnostics: [] });
  }),
  expand: stage("turn instructions into cells", true, ({ assembly, graph, target }, options) => {
    const implicit = { clock: graph?.stateful, reset: graph?.stateful === true && options.reset === "sync" };
    const { value, diagnostics } = expand(assembly ?? missing("assembly"), target, implicit);
    if (value === undefined) return { value: {}, diagnostics };
    const wired = overWires(value, target);
    return as("netlist", { ...wired, diagnostics: [...diagnostics, ...wired.diagnostics] });
  }),
  place: stage("put cells on the sites of a device", true, (have, options) => {
    const { assembly = missing("assembly"), netlist = missing("netlist"), target } = have;
    if (options.place === undefined || !isPlaceable(target, options.place.device))
      return { value: {}, diagnostics: [] };
    const { device, ...asked } = options.place;
    const { value: placement, diagnostics } = place(assembly, netlist, target, device, asked);
    if (placement === undefined) return { value: {}, diagnostics };
    return { value: { placement, assembly: placement.assembly, netlist: placement.netlist }, diagnostics };
  }),
  emit: stage("print the cells", true, ({ netlist }, options) => {
    const cells = netlist ?? missing("netlist");
    const { value: verilog, diagnostics } = structural(cells);
    if (options.json !== true) return { value: { verilog }, diagnostics };
    const { value: json, diagnostics: found } = netlistJson(cells, "reticle");
    return { value: { verilog, json }, diagnostics: [...diagnostics, ...found] };
  }),
} satisfies Readonly<Record<string, Stage>>;

export type StageName = keyof typeof STAGES;

function stage(says: string, forAssembly: boolean, run: Stage["run"]): Stage {
  return { says, forAssembly, run };
}

function as<Key extends keyof Compilation>(
  key: Key,
  { value, diagnostics }: Outcome<Compilation[Key] | undefined>,
): Outcome<Partial<Compilation>> {
  return { value: { [key]: value }, diagnostics };
}

/** Runs a stage; a mistake in the description of the target that it meets is told of. */
function described(run: () => Outcome<Partial<Compilation>>, { source, target }: Part): Outcome<Partial<Compilation>> {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    const found = report(source);
    const help = ["this is a mistake in the target description, not in the program"];
    found.error("bad-target", `target \`${target.name}\`: ${error.message}`, [], help);
    return { value: {}, diagnostics: found.list };
  }
}

function missing(part: string): never {
  return bug(`a stage ran without ${part}`);
}

/** Compiles a text for a target. The value holds what the stages that ran have made. */
export function compile(source: Source, target: Target, options: CompileOptions = {}): Outcome<Part> {
  let have: Part = { source, target };
  const diagnostics: Diagnostic[] = [];
  for (const [name, { forAssembly, run }] of Object.entries(STAGES) as [StageName, Stage][]) {
    if (options.dialect === "asm" && !forAssembly) continue;
    const { value, diagnostics: found } = described(() => run(have, options), have);
    have = { ...have, ...value };
    diagnostics.push(...found);
    options.onStage?.(name);
    if (failed(found) || name === options.until) break;
  }
  return { value: have, diagnostics };
}
