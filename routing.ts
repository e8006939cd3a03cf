// The flow of a build: once with the placement that was made, again with what the router said of it if that was not good
// enough, and as the last resort with the router's own.
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { cacheIn } from "./asm/flow/cache.ts";
import { origins } from "./asm/flow/origins.ts";
import { type Routed, readReport } from "./asm/flow/report.ts";
import { type Progress, type Ran, run } from "./asm/flow/run.ts";
import { netlistJson } from "./asm/json.ts";
import type { Netlist } from "./asm/netlist.ts";
import { type Placement, place as placeAgain, type SlowWire } from "./asm/place.ts";
import { structural } from "./asm/verilog.ts";
import type { Place } from "./building.ts";
import type { Io, Options } from "./commands.ts";
import { type Compiled, text } from "./compilation.ts";
import type { TargetFlow } from "./lang/target/flow.ts";
import { packageFolder } from "./targets.ts";

type Made = Compiled["made"];

/** A run of the flow. */
interface Round {
  readonly made: Made;
  readonly ran: Ran;
  readonly routed: Routed;
}

/** The best run, and what a person should know of those before it. */
export interface Routing extends Round {
  readonly notes: readonly string[];
}

/**
 * Runs the flow, and again where a placement cannot be routed or misses the frequency that is asked for. `watch` is told
 * of the steps in place of a person.
 */
export async function route(
  compiled: Compiled,
  place: Place,
  pcf: string | undefined,
  flow: TargetFlow,
  options: Options,
  io: Io,
  watch?: (event: Progress) => void,
): Promise<Routing> {
  const goal = Number(text(options, "freq") ?? place.board?.megahertz ?? 0);
  const notes: string[] = [];
  const attempt = async (made: Made): Promise<Round> => {
    const ran = await runFlow(made, place, pcf, flow, options, io, watch);
    return { made, ran, routed: routingOf(made, ran) };
  };
  let best = await attempt(compiled.made);
  const { placement } = compiled.made;
  if (placement === undefined) {
    if (options["place"] !== false && compiled.hardware.target.tiles.size > 0)
      notes.push("the router has placed, as not all cells found their sites before");
    return { ...best, notes };
  }
  const better = async (made: Made, before: string) => {
    const next = await attempt(made);
    const reached = isGood(next, 0) ? `${slowest(next.routed).toFixed(1)} MHz` : "no result";
    notes.push(`${before}: ${complaint(best, goal)}, then ${reached}`);
    if (isGood(next, 0) && (!isGood(best, 0) || slowest(next.routed) > slowest(best.routed))) best = next;
  };
  if (isOver(best, goal)) return { ...best, notes };
  const again = placedAgain(placement, compiled, place, best, options);
  if (again !== undefined) await better(again, "placed again with what the router reported");
  if (isOver(best, goal)) return { ...best, notes };
  await better(printed(compiled.made, withoutSites(placement.netlist)), "placement left to the router");
  return { ...best, notes };
}

/** Whether nothing is to be gained by another round: it is good, or the tools themselves do not run. */
function isOver(round: Round, goal: number): boolean {
  const kind = round.ran.failed?.failure.kind;
  return isGood(round, goal) || (kind !== undefined && kind !== "failed");
}

function isGood({ ran, routed }: Round, goal: number): boolean {
  return ran.failed === undefined && slowest(routed) >= goal;
}

function slowest({ clocks }: Routed): number {
  return Math.min(Number.POSITIVE_INFINITY, ...clocks.map((clock) => clock.achieved));
}

function complaint({ ran, routed }: Round, goal: number): string {
  if (ran.failed !== undefined) return `the router failed on the placement before`;
  return `${slowest(routed).toFixed(1)} MHz of ${goal} MHz before`;
}

/** Another placement, from another start, in which the wires that the router was slow on count for what they took. */
function placedAgain(
  { program, given }: Placement,
  { made, hardware }: Compiled,
  { device }: Place,
  { routed }: Round,
  options: Options,
): Made | undefined {
  const slow = routed.paths.flatMap(({ steps }): readonly SlowWire[] =>
    steps.flatMap(({ kind, delay, from, to }) =>
      kind === "routing" ? [{ from, to, ps: Math.round(delay * 1000) }] : [],
    ),
  );
  const seed = Number(text(options, "seed") ?? "1") + 1;
  const { value } = placeAgain(program, given, hardware.target, device, { seed, slow });
  if (value === undefined) return undefined;
  return { ...printed(made, value.netlist), placement: value, assembly: value.assembly };
}

function withoutSites(netlist: Netlist): Netlist {
  return { ...netlist, cells: netlist.cells.map((cell) => ({ ...cell, site: undefined })) };
}

function printed(made: Made, netlist: Netlist): Made {
  return { ...made, netlist, verilog: structural(netlist).value, json: netlistJson(netlist, "reticle").value };
}

/** What the router says of its result. */
function routingOf(made: Made, ran: Ran): Routed {
  const bytes = ran.files.get("report");
  return readReport(bytes === undefined ? "" : new TextDecoder().decode(bytes), origins(made.json ?? ""));
}

/** What ends a flow: its tools are ended with it, and what they were working on is removed. */
const SIGNALS = ["SIGINT", "SIGTERM"] as const;

async function runFlow(
  made: Made,
  place: Place,
  pcf: string | undefined,
  flow: TargetFlow,
  options: Options,
  io: Io,
  watch: ((event: Progress) => void) | undefined,
): Promise<Ran> {
  const encoder = new TextEncoder();
  const { json = "", verilog = "" } = made;
  const files = new Map([
    ["json", encoder.encode(json)],
    ["verilog", encoder.encode(verilog)],
  ]);
  if (pcf !== undefined) files.set("pcf", encoder.encode(pcf));
  const freq =
    text(options, "freq") ?? (place.board?.megahertz === undefined ? undefined : String(place.board.megahertz));
  const values = {
    option: place.device.option,
    package: place.package,
    seed: text(options, "seed") ?? "1",
    freq,
    top: made.netlist?.name,
  };
  const abort = new AbortController();
  const stop = () => abort.abort();
  for (const signal of SIGNALS) process.once(signal, stop);
  try {
    return await run(
      { flow, values, files },
      {
        tools: options["tools"] === "native" ? "native" : "wasm",
        cache: options["cache"] === false ? undefined : cacheIn(cacheFolder()),
        signal: abort.signal,
        worker: flowWorker(),
        progress: watch ?? (io.isWatched ? progress(io) : undefined),
      },
    );
  } finally {
    for (const signal of SIGNALS) process.off(signal, stop);
  }
}

/** The built thread of the tools; undefined in a checkout that has not been built. */
export function flowWorker(): URL | undefined {
  const worker = join(packageFolder(), "dist", "asm", "flow", "worker.js");
  return existsSync(worker) ? pathToFileURL(worker) : undefined;
}

export function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "reticle");
}

/** A line a stage, with its time, for a terminal. */
function progress(io: Io): (event: Progress) => void {
  return (event) => {
    if (event.kind === "start") io.err(`\r\u001b[K${event.step} (${event.tool}) ...`);
    if (event.kind === "end")
      io.err(
        `\r\u001b[K${event.step} (${event.tool}) ${event.cached ? "from the cache" : `${(event.ms / 1000).toFixed(1)} s`}\n`,
      );
  };
}
