// What the router says of its result: frequencies, use of the device, critical paths in places of the program.
import type { Label } from "../../lang/diagnostic.ts";
import type { Source, Span } from "../../lang/source.ts";
import { type Origins, spanOf } from "./origins.ts";
import { entries, list, number, parsed, type Row, record, string } from "./shape.ts";

export interface Routed {
  readonly clocks: readonly Clock[];
  readonly uses: readonly Use[];
  readonly paths: readonly CriticalPath[];
}

/** A clock, and how fast it may tick, in MHz. */
export interface Clock {
  readonly name: string;
  readonly achieved: number;
  /** What the router worked for: its own goal where none was given. */
  readonly asked: number | undefined;
}

/** How many cells of a type are used, of those that the device has. */
export interface Use {
  readonly type: string;
  readonly used: number;
  readonly available: number;
}

/** The longest path between two clocks, or between one and the outside. */
export interface CriticalPath {
  readonly from: Domain;
  readonly to: Domain;
  /** In ns. */
  readonly delay: number;
  readonly steps: readonly PathStep[];
}

export interface Domain {
  /** `undefined` outside of all clocks: at a port without a register. */
  readonly clock: string | undefined;
  readonly edge: "posedge" | "negedge" | undefined;
}

export interface PathStep {
  /** As the router calls it: `clk-to-q`, `source`, `logic`, `routing`, `setup`. */
  readonly kind: string;
  /** In ns. */
  readonly delay: number;
  readonly from: End;
  readonly to: End;
  readonly net: string | undefined;
  /** The place of the program that the cell at its beginning comes from. */
  readonly place: string | undefined;
}

export interface End {
  readonly cell: string;
  readonly port: string;
  /** Column and row of its tile. */
  readonly tile: readonly number[];
}

/** Reads `--report`; what is missing or of another shape is left out, and a text that is not JSON has nothing. */
export function readReport(text: string, origins: Origins): Routed {
  const report = parsed(text);
  const clocks = entries(report["fmax"]).map(([name, row]) => ({
    name: plain(name),
    achieved: number(row["achieved"]) ?? 0,
    asked: number(row["constraint"]),
  }));
  const uses = entries(report["utilization"]).map(([type, row]) => ({
    type,
    used: number(row["used"]) ?? 0,
    available: number(row["available"]) ?? 0,
  }));
  return { clocks, uses, paths: list(report["critical_paths"]).map((row) => readPath(record(row), origins)) };
}

function readPath(row: Row, origins: Origins): CriticalPath {
  const found = list(row["path"]).map(record);
  const steps = found.map((one, index): PathStep => {
    const from = end(one["from"]);
    const net = string(one["net"]);
    // A cell may hold a LUT and a register. The net that leaves it tells which of them is meant.
    const leaving = net ?? string(found[index + 1]?.["net"]);
    const kind = string(one["type"]) ?? "";
    const place = (leaving === undefined ? undefined : origins.ofNet(leaving)) ?? origins.ofCell(from.cell);
    return { kind, delay: number(one["delay"]) ?? 0, from, to: end(one["to"]), net, place };
  });
  const delay = steps.reduce((sum, step) => sum + step.delay, 0);
  return { from: domain(row["from"]), to: domain(row["to"]), delay, steps };
}

/** A stretch of a path that one place of the program is answerable for. Delays in ns. */
export interface Leg {
  /** `undefined` for what is not of the program's text: ports, or cells of a library. */
  readonly span: Span | undefined;
  /** In the cells. */
  readonly logic: number;
  /** From them to the next ones. */
  readonly routing: number;
}

/** The path in places of `program`, from its start to its end; steps in a row at one place are one leg. */
export function legs(path: CriticalPath, program: Source): readonly Leg[] {
  const found: { span: Span | undefined; logic: number; routing: number }[] = [];
  for (const { kind, delay, place } of path.steps) {
    const span = place === undefined ? undefined : spanOf(program, place);
    const last = found.at(-1);
    const isSame = last !== undefined && last.span?.start === span?.start && last.span?.end === span?.end;
    const leg = isSame ? last : { span, logic: 0, routing: 0 };
    if (!isSame) found.push(leg);
    if (kind === "routing") leg.routing += delay;
    else leg.logic += delay;
  }
  return found;
}

/** The legs as labels of a frame, the slowest first, with their number on the way; those off the program are left out. */
export function pathLabels(path: CriticalPath, program: Source): readonly Label[] {
  const delay = (leg: Leg) => leg.logic + leg.routing;
  return legs(path, program)
    .map((leg, index) => ({ leg, index }))
    .sort((a, b) => delay(b.leg) - delay(a.leg) || a.index - b.index)
    .flatMap(({ leg, index }) => {
      const parts = [
        leg.logic > 0 ? [`${ns(leg.logic)} logic`] : [],
        leg.routing > 0 ? [`${ns(leg.routing)} wires`] : [],
      ];
      return leg.span === undefined ? [] : [{ span: leg.span, text: `${index + 1}: ${parts.flat().join(", ")}` }];
    });
}

/** A delay as people read it, `1.36 ns`. */
export function ns(delay: number): string {
  return `${delay.toFixed(2)} ns`;
}

/** `posedge clock$SB_IO_IN_$glb_clk` is the clock `clock`; `<async>` is none. */
function domain(value: unknown): Domain {
  const [, edge, clock] = /^(posedge|negedge) (.*)$/.exec(string(value) ?? "") ?? [];
  if (clock === undefined) return { clock: undefined, edge: undefined };
  return { clock: plain(clock), edge: edge === "negedge" ? "negedge" : "posedge" };
}

/** The name of a clock without what buffers put behind it. */
function plain(name: string): string {
  return name.replace(/(?<=.)\$.*$/, "");
}

function end(value: unknown): End {
  const row = record(value);
  const tile = list(row["loc"]).flatMap((one) => number(one) ?? []);
  return { cell: string(row["cell"]) ?? "", port: string(row["port"]) ?? "", tile };
}
