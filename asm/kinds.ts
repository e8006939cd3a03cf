// Kinds of cells: what those of the same prim and parameters have in common, as far as netlists are made smaller by it.
import { truthTable } from "../lang/target/semantics.ts";
import { isOperand, type Prim } from "../lang/target/target.ts";
import { HIGH, LOW, type Net } from "./netlist.ts";

export interface Kind {
  readonly prim: Prim;
  readonly params: readonly bigint[];
  readonly number: number;
  /** The function that it is of its inputs, if it is one. */
  readonly table: bigint | undefined;
  /** What is known by the shape of inputs. */
  readonly shapes: Map<number, Shaped>;
}

/** What a function is if some of its inputs are constant or the same. */
export interface Shaped {
  /** The constant, or the input (counted from 2), that it always equals. */
  readonly same: number | undefined;
  /** The same function with constants and repeated inputs in its table; undefined where that changes nothing. */
  readonly folded: Folded | undefined;
}

export interface Folded {
  readonly kind: Kind;
  /** The inputs that are left, a bit each. The others are low. */
  readonly left: number;
}

/** The one kind of all cells with a prim and parameters. */
export type KindOf = (prim: Prim, params: readonly bigint[]) => Kind;

export function kindCache(): KindOf {
  const known = new Map<string, Kind>();
  return (prim, params) => {
    const text = `${prim.name} ${params.join(" ")}`;
    const before = known.get(text);
    if (before !== undefined) return before;
    const kind = { prim, params, number: known.size, table: tableOf(prim, params), shapes: new Map() };
    known.set(text, kind);
    return kind;
  };
}

function tableOf(prim: Prim, params: readonly bigint[]): bigint | undefined {
  if (prim.role === "state") return undefined;
  return isTableOf(prim) ? params[0] : truthTable(prim, params);
}

/**
 * What a kind is for inputs from `nets[from]` on. What matters of them is which are constant and which are the same, so that
 * an answer serves for all cells of one kind and shape.
 */
export function shaped(
  kind: Kind,
  table: bigint,
  nets: Int32Array,
  from: number,
  count: number,
  kindOf: KindOf,
): Shaped {
  let shape = 0;
  for (let at = count - 1; at >= 0; at--) shape = shape * (count + 2) + placeOf(nets, from, at);
  const before = kind.shapes.get(shape);
  if (before !== undefined) return before;
  const places = Array.from({ length: count }, (_, at) => placeOf(nets, from, at));
  const made = { same: equals(table, places), folded: folded(kind, table, places, kindOf) };
  kind.shapes.set(shape, made);
  return made;
}

/** A constant stands for itself, any other net for the first input that it is on, counted from 2. */
function placeOf(nets: Int32Array, from: number, at: number): number {
  const net = nets[from + at] as Net;
  if (net <= HIGH) return net;
  let first = 0;
  while (nets[from + first] !== net) first++;
  return first + 2;
}

function equals(table: bigint, places: readonly number[]): number | undefined {
  let candidates = [LOW, HIGH, ...new Set(places.filter((place) => place > HIGH))];
  for (let row = 0; row < 2 ** places.length && candidates.length > 0; row++) {
    if (!places.every((place, at) => bitAt(place, row) === ((row >> at) & 1))) continue;
    const result = Number((table >> BigInt(row)) & 1n);
    candidates = candidates.filter((place) => bitAt(place, row) === result);
  }
  return candidates[0];
}

/** What is at a place in a row of a table: a constant, or an input. */
function bitAt(place: number, row: number): number {
  return place <= HIGH ? place : (row >> (place - 2)) & 1;
}

/** Takes constants and repeated inputs out of a function, where the one parameter of the cell is its truth table. */
function folded({ prim }: Kind, table: bigint, places: readonly number[], kindOf: KindOf): Folded | undefined {
  const isOdd = places.some((place, at) => place !== LOW && place !== at + 2);
  if (!isOdd || !isTableOf(prim)) return undefined;
  let made = 0n;
  for (let row = 0; row < 2 ** places.length; row++) {
    const from = places.reduce((all, place, at) => all | (bitAt(place, row) << at), 0);
    if ((table >> BigInt(from)) & 1n) made |= 1n << BigInt(row);
  }
  const left = places.reduce((all, place, at) => (place === at + 2 ? all | (1 << at) : all), 0);
  return { kind: kindOf(prim, [made]), left };
}

/** Whether a function is not changed by being its own input `pin`. */
export function isIdempotent(table: bigint, pin: number, inputs: number): boolean {
  const bit = 1 << pin;
  for (let row = 0; row < 2 ** inputs; row++) {
    const value = (table >> BigInt(row)) & 1n;
    const again = value === 1n ? row | bit : row & ~bit;
    if (((table >> BigInt(again)) & 1n) !== value) return false;
  }
  return true;
}

const tabular = new WeakMap<Prim, boolean>();

/** Whether the one parameter of a cell is its truth table: tried with a table that is like no other, and its inverse. */
export function isTableOf(prim: Prim): boolean {
  const known = tabular.get(prim);
  if (known !== undefined) return known;
  const inputs = prim.inputs.filter(isOperand).length;
  const [param, more] = prim.params;
  const sample = BigInt.asUintN(2 ** inputs, 0x6a3c59e2d174b80fn);
  const inverse = BigInt.asUintN(2 ** inputs, ~sample);
  const isTable =
    param !== undefined &&
    more === undefined &&
    param.width === 2 ** inputs &&
    [sample, inverse].every((table) => truthTable(prim, [table]) === table);
  tabular.set(prim, isTable);
  return isTable;
}
