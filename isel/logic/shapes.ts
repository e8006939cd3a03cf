// How functions come apart, remembered, as the same ones come again and again: whatever their inputs are, and when they are
// there.
import { bind, type Candidate, candidatesOf, MOST_BOUND } from "./columns.ts";
import type { Cell } from "./rows.ts";
import { fixedTable, rowsOf, supported, supports, type Table } from "./tables.ts";

/** The functions of a compilation that are remembered, by a hash of their tables: some thousands for a hundred cells. */
export interface Shapes {
  readonly known: Map<number, Shape[]>;
  count: number;
}

const MOST_KNOWN = 10_000;

export function newShapes(): Shapes {
  return { known: new Map(), count: 0 };
}

/** A function all of whose inputs matter. */
export interface Shape {
  readonly table: Table;
  readonly found: Found;
  readonly among: Shapes;
}

/** What has been found of a function so far. */
interface Found {
  rows: Uint8Array | undefined;
  /** By how many inputs are bound. */
  ways: (readonly Way[] | undefined)[] | undefined;
  supports: readonly [lows: Uint8Array, highs: Uint8Array] | undefined;
  /** By twice the input, plus its value: what is left. */
  halves: (Part | undefined)[] | undefined;
  /** By what was asked for: its cells, or that it has none. */
  cells: Map<string, readonly Cell[] | undefined> | undefined;
}

/** A function of some inputs of another: their places there, or `~i` for head i. */
export interface Part {
  readonly inputs: readonly number[];
  readonly shape: Shape;
}

/** A way to bind inputs, and what comes of it, once that is made. */
export interface Way {
  readonly candidate: Candidate;
  made: Bound | undefined;
}

/** Functions of the inputs that are bound, and what is left: a function of them, the heads, and of the other inputs. */
export interface Bound {
  readonly heads: readonly Uint8Array[];
  readonly rest: Part;
}

/** The function of a table without inputs that do not matter; `inputs` are what those of the table are. */
export function partOf(whole: Table, inputs: readonly number[], among: Shapes): Part {
  const { table, places } = supported(whole);
  return { inputs: places.map((place) => inputs[place] as number), shape: shapeOf(table, among) };
}

function shapeOf(table: Table, among: Shapes): Shape {
  if (table.count > MOST_BOUND) return newShape(table, among);
  const { known } = among;
  const hash = hashOf(table);
  const alike = known.get(hash) ?? [];
  for (const one of alike) if (isSame(one.table, table)) return one;
  if (among.count++ === MOST_KNOWN) {
    known.clear();
    among.count = 1;
  }
  const shape = newShape(table, among);
  alike.push(shape);
  known.set(hash, alike);
  return shape;
}

function newShape(table: Table, among: Shapes): Shape {
  const found = { rows: undefined, ways: undefined, supports: undefined, halves: undefined, cells: undefined };
  return { table, found, among };
}

function hashOf({ count, words }: Table): number {
  let hash = count;
  for (let at = 0; at < words.length; at++) {
    hash = Math.imul(hash ^ (words[at] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}

function isSame(a: Table, b: Table): boolean {
  if (a.count !== b.count) return false;
  for (let at = 0; at < a.words.length; at++) if (a.words[at] !== b.words[at]) return false;
  return true;
}

/** Its rows; those that do not matter are 0. */
export function rowsOfShape({ table, found }: Shape): Uint8Array {
  found.rows ??= rowsOf(table);
  return found.rows;
}

/** The ways to bind so many of its inputs. */
export function waysOf({ table, found }: Shape, bound: number): readonly Way[] {
  found.ways ??= [];
  found.ways[bound] ??= candidatesOf(table, bound).map((candidate) => ({ candidate, made: undefined }));
  return found.ways[bound];
}

/** What comes of a way. */
export function boundBy({ table, among }: Shape, way: Way): Bound {
  way.made ??= made(table, way.candidate, among);
  return way.made;
}

function made(table: Table, candidate: Candidate, among: Shapes): Bound {
  const { heads, table: left, rest } = bind(table, candidate);
  return { heads, rest: partOf(left, [...heads.map((_, at) => ~at), ...rest], among) };
}

/** By input: how many inputs matter where it is 0, and how many where it is 1; no fewer are left. */
export function supportsOf({ table, found }: Shape): readonly [lows: Uint8Array, highs: Uint8Array] {
  found.supports ??= supports(table);
  return found.supports;
}

/** The function where an input is known. */
export function halfOf({ table, found, among }: Shape, at: number, value: 0 | 1): Part {
  found.halves ??= [];
  const known = found.halves[2 * at + value];
  if (known !== undefined) return known;
  const rest: number[] = [];
  for (let one = 0; one < table.count; one++) if (one !== at) rest.push(one);
  const half = partOf(fixedTable(table, at, value), rest, among);
  found.halves[2 * at + value] = half;
  return half;
}

/** Its cells as `make` makes them, once for each that is asked for. */
export function cellsOf(
  { found }: Shape,
  asked: string,
  make: () => readonly Cell[] | undefined,
): readonly Cell[] | undefined {
  found.cells ??= new Map();
  const known = found.cells.get(asked);
  if (known !== undefined || found.cells.has(asked)) return known;
  const cells = make();
  found.cells.set(asked, cells);
  return cells;
}
