// How functions come apart, remembered, as the same ones come again and again: whatever their inputs are, and when they are
// there.
import { bind, type Candidate, candidatesOf, MOST_BOUND } from "./columns.ts";
import { fixedTable, rowsOf, support, supported, type Table } from "./tables.ts";

/** A function all of whose inputs matter. */
export interface Shape {
  readonly table: Table;
  readonly found: Found;
}

/** What has been found of a function so far. */
interface Found {
  rows?: Uint8Array;
  /** By how many inputs are bound. */
  readonly ways: (readonly Way[] | undefined)[];
  lefts?: readonly number[];
  /** By input. */
  readonly halves: (readonly Part[] | undefined)[];
}

/** A function of some inputs of another: their places there, or `~i` for head i. */
export interface Part {
  readonly inputs: readonly number[];
  readonly shape: Shape;
}

/** A way to bind inputs. */
export interface Way {
  readonly candidate: Candidate;
  bound?: Bound;
}

/** Functions of the inputs that are bound, and what is left: a function of them, the heads, and of the other inputs. */
export interface Bound {
  readonly heads: readonly Uint8Array[];
  readonly rest: Part;
}

/** Functions that are remembered, by a hash of their tables. */
const known = new Map<number, Shape[]>();
const MOST_KNOWN = 10_000;
let count = 0;

/** The function of a table without inputs that do not matter; `inputs` are what those of the table are. */
export function partOf(whole: Table, inputs: readonly number[]): Part {
  const { table, places } = supported(whole);
  return { inputs: places.map((place) => inputs[place] as number), shape: shapeOf(table) };
}

function shapeOf(table: Table): Shape {
  if (table.count > MOST_BOUND) return { table, found: { ways: [], halves: [] } };
  const hash = hashOf(table);
  const alike = known.get(hash) ?? [];
  for (const one of alike) if (isSame(one.table, table)) return one;
  if (count++ === MOST_KNOWN) {
    known.clear();
    count = 1;
  }
  const shape = { table, found: { ways: [], halves: [] } };
  alike.push(shape);
  known.set(hash, alike);
  return shape;
}

function hashOf({ count, ones, cares }: Table): number {
  let hash = count;
  for (let word = 0; word < ones.length; word++) {
    hash = Math.imul(hash ^ (ones[word] as number), 0x9e3779b1);
    hash = Math.imul(hash ^ (hash >>> 15) ^ (cares[word] as number), 0x85ebca6b);
  }
  return hash ^ (hash >>> 13);
}

function isSame(a: Table, b: Table): boolean {
  if (a.count !== b.count) return false;
  for (let word = 0; word < a.ones.length; word++)
    if (a.ones[word] !== b.ones[word] || a.cares[word] !== b.cares[word]) return false;
  return true;
}

/** Its rows; those that do not matter are 0. */
export function rowsOfShape({ table, found }: Shape): Uint8Array {
  found.rows ??= rowsOf(table);
  return found.rows;
}

/** The ways to bind so many of its inputs. */
export function waysOf({ table, found }: Shape, bound: number): readonly Way[] {
  found.ways[bound] ??= candidatesOf(table, bound).map((candidate) => ({ candidate }));
  return found.ways[bound];
}

/** What comes of a way. */
export function boundBy({ table }: Shape, way: Way): Bound {
  way.bound ??= made(table, way.candidate);
  return way.bound;
}

function made(table: Table, candidate: Candidate): Bound {
  const { heads, table: left, rest } = bind(table, candidate);
  return { heads, rest: partOf(left, [...heads.map((_, at) => ~at), ...rest]) };
}

/** By input: how many inputs matter where it is 0, and where it is 1, together. */
export function leftsOf({ table, found }: Shape): readonly number[] {
  found.lefts ??= Array.from(
    { length: table.count },
    (_, at) => support(fixedTable(table, at, 0)) + support(fixedTable(table, at, 1)),
  );
  return found.lefts;
}

/** The function where input `at` is 0, and where it is 1. */
export function halvesOf({ table, found }: Shape, at: number): readonly Part[] {
  const rest = Array.from({ length: table.count }, (_, one) => one).toSpliced(at, 1);
  found.halves[at] ??= [0, 1].map((value) => partOf(fixedTable(table, at, value), rest));
  return found.halves[at];
}
