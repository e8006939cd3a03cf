// What a compiler for a target says of a file: the costs that hints and lenses show, and the texts of the views. Plain
// data, as the compiler runs beside the server.
import type { Span } from "../source.ts";
import type { World } from "./world.ts";

/** What the instruction that computes a value has become. */
export interface Made {
  /** The instruction of the target; undefined where it has become a part of others. */
  readonly instruction: string | undefined;
  /** Cells by their name. */
  readonly cells: Readonly<Record<string, number>>;
  /** Sites that they stand on: by resource, `LC`, or by the only kind of cell that stands there, `SB_MAC16`. */
  readonly sites: Readonly<Record<string, number>>;
  /** From its operands to its result, in ps. */
  readonly delay: number;
  /** The values whose instructions have taken it in. */
  readonly into: readonly string[];
}

/** A step of a path through a program. */
export interface Step {
  readonly span: Span;
  readonly text: string;
  /** In ps. */
  readonly delay: number;
}

/** Lines of a view that come from one stretch of the program; lines from 0. */
export interface Link {
  readonly span: Span;
  readonly lines: readonly number[];
}

/** A text that the program has been turned into. */
export interface View {
  readonly text: string;
  readonly links: readonly Link[];
}

/** What has become of one definition, compiled as the whole program. */
export interface DefMapping {
  readonly made: ReadonlyMap<string, Made>;
  readonly cells: Readonly<Record<string, number>>;
  readonly sites: Readonly<Record<string, number>>;
  /** The longest path, as estimated: its delay in ps and its instructions. */
  readonly delay: number;
  readonly path: readonly Step[];
  readonly isClocked: boolean;
  readonly assembly: View;
  readonly verilog: View;
}

/** What the compiler found wrong; spans of the text that was compiled. */
export interface Problem {
  readonly code: string;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly labels: readonly { readonly span: Span; readonly text: string }[];
  readonly help: readonly string[];
}

export interface Mapping {
  /** The version of the file that was compiled. */
  readonly version: number;
  /** What it was compiled for, as people call it. */
  readonly target: string;
  /** By name; those with mistakes are missing. */
  readonly defs: ReadonlyMap<string, DefMapping>;
  readonly problems: readonly Problem[];
}

/** What is known of the mapping of a file, of its version or of one before it. */
export function mappingOf(world: World, uri: string, def: string): DefMapping | undefined {
  return world.mapping(uri)?.defs.get(def);
}

/** `8 LC, 1.9 ns`, or `SB_MAC16, 2.5 ns`. */
export function costText({ sites, cells, delay }: Pick<Made, "sites" | "cells" | "delay">): string {
  const time = delay > 0 ? [nanoseconds(delay)] : [];
  return [...siteTexts(sites, cells), ...time].join(", ");
}

/** `8 LC`, `2 SB_MAC16`; a single cell is its name alone. */
export function siteTexts(sites: Made["sites"], cells: Made["cells"]): readonly string[] {
  return Object.entries(sites).map(([name, count]) =>
    count === 1 && Object.hasOwn(cells, name) ? name : `${count} ${name}`,
  );
}

export function nanoseconds(ps: number): string {
  return `${(ps / 1000).toFixed(1)} ns`;
}

/** The frequency that a delay allows, `83 MHz`. */
export function frequency(ps: number): string {
  return `${Math.floor(1_000_000 / Math.max(ps, 1))} MHz`;
}
