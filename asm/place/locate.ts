// Coordinates of the assembly: which sites they name for the units of an instruction, and how sites are written.
//
// `@lc(3, 4)` begins with the first site of a tile, `@lc(3, 4, 2)` with its third; the units of an instruction follow each
// other up the column, and a chain begins with a tile. `@lc(3, 4, 0..5, 7, 2, 1)` says it for stretches one by one: column,
// row, and one site or a range of them. A name, `y` or `y+1`, is a number that is the same wherever it stands.
import type { BinaryExpr, Expr, Instruction, IntExpr } from "../../lang/ast.ts";
import { NOWHERE } from "../../lang/ast.ts";
import type { Grid } from "./grid.ts";
import { siteAbove } from "./grid.ts";
import type { Unit } from "./pack.ts";

/** One coordinate: a number, a name with a number added, or to be found. */
export type Coordinate =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "name"; readonly name: string; readonly plus: number }
  | { readonly kind: "hole" };

/** Where an instruction asks to be: from a site on, or stretch by stretch. */
export type Request =
  | { readonly kind: "from"; readonly x: Coordinate; readonly y: Coordinate; readonly z: Coordinate | undefined }
  | { readonly kind: "stretches"; readonly stretches: readonly Stretch[] };

export interface Stretch {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** What an instruction asks for; undefined if it asks for nothing, a text if it cannot be understood. */
export function requestOf({ loc }: Instruction): Request | undefined | string {
  const exprs = loc?.coordinates ?? [];
  if (exprs.length === 0 || exprs.every((one) => one.kind === "hole")) return undefined;
  const [x, y, z] = exprs.slice(0, 3).map(coordinate);
  if (exprs.length <= 3 && x !== undefined && y !== undefined && (exprs.length === 2 || z !== undefined))
    return { kind: "from", x, y, z };
  if (exprs.length % 3 !== 0) return "a place is a column, a row, and for one site of a tile its number";
  const stretches: Stretch[] = [];
  for (let at = 0; at < exprs.length; at += 3) {
    const [column, row] = [exprs[at], exprs[at + 1]].map((one) => coordinate(one as Expr));
    const range = rangeOf(exprs[at + 2] as Expr);
    if (column?.kind !== "number" || row?.kind !== "number" || range === undefined)
      return "of several stretches each is a column, a row, and a site or a range of them, in numbers";
    stretches.push({ x: column.value, y: row.value, low: range[0], high: range[1] });
  }
  return { kind: "stretches", stretches };
}

function coordinate(expr: Expr): Coordinate | undefined {
  if (expr.kind === "hole") return { kind: "hole" };
  if (expr.kind === "int") return { kind: "number", value: Number(expr.value) };
  if (expr.kind === "name") return { kind: "name", name: expr.text, plus: 0 };
  if (expr.kind !== "binary" || (expr.op !== "+" && expr.op !== "-")) return undefined;
  const { left, right } = expr;
  if (left?.kind !== "name" || right?.kind !== "int") return undefined;
  return { kind: "name", name: left.text, plus: expr.op === "+" ? Number(right.value) : -Number(right.value) };
}

function rangeOf(expr: Expr): readonly [number, number] | undefined {
  if (expr.kind === "int") return [Number(expr.value), Number(expr.value)];
  if (expr.kind !== "binary" || expr.op !== ".." || expr.left?.kind !== "int" || expr.right?.kind !== "int")
    return undefined;
  return [Number(expr.left.value), Number(expr.right.value)];
}

/** The sites of units from one on up the column; -1 behind its end. */
export function sitesFrom(site: number, units: readonly Unit[], grid: Grid): readonly number[] {
  let at = site;
  return units.map((unit, index) => {
    if (index > 0 && at >= 0) at = siteAbove(grid, at);
    const isStart = index > 0 && unit.chain >= 0 && unit.step === 0;
    while (isStart && at >= 0 && at !== grid.first[grid.tileOf[at] as number]) at = siteAbove(grid, at);
    return at;
  });
}

/** The sites of stretches, for units on these resources; -1 where the device has none of them. */
export function sitesOf(stretches: readonly Stretch[], resources: readonly string[], grid: Grid): readonly number[] {
  let unit = 0;
  return stretches.flatMap(({ x, y, low, high }) =>
    Array.from({ length: Math.max(high - low + 1, 0) }, (_, at) =>
      siteAt(x, y, low + at, resources[unit++] ?? resources[0] ?? "", grid),
    ),
  );
}

/** A site by its column, row and number; -1 where the device has none of this resource. */
export function siteAt(x: number, y: number, z: number, resource: string, grid: Grid): number {
  const isInside = x >= 0 && y >= 0 && x < grid.columns && y < grid.rows;
  const tile = isInside ? (grid.at[x * grid.rows + y] as number) : -1;
  if (tile < 0 || grid.kinds[grid.kind[tile] as number] !== resource) return -1;
  return z >= 0 && z < (grid.size[tile] as number) ? (grid.first[tile] as number) + z : -1;
}

/** The coordinates that say where the units of an instruction stand. */
export function coordinatesOf(units: readonly Unit[], sites: readonly number[], grid: Grid): readonly Expr[] {
  const [first] = sites;
  if (first === undefined) return [];
  const place = (site: number) => {
    const tile = grid.tileOf[site] as number;
    return { x: grid.x[tile] as number, y: grid.y[tile] as number, z: site - (grid.first[tile] as number) };
  };
  const { x, y, z } = place(first);
  const isColumn =
    units.every((unit) => unit.resource === units[0]?.resource) &&
    sitesFrom(first, units, grid).every((site, at) => site === sites[at]);
  const isWhole = units.length > 1 || (grid.size[grid.tileOf[first] as number] as number) === 1;
  if (isColumn) return (z === 0 && isWhole ? [x, y] : [x, y, z]).map(int);
  const stretches: { x: number; y: number; low: number; high: number }[] = [];
  for (const site of sites) {
    const at = place(site);
    const last = stretches.at(-1);
    if (last !== undefined && last.x === at.x && last.y === at.y && last.high + 1 === at.z) last.high++;
    else stretches.push({ x: at.x, y: at.y, low: at.z, high: at.z });
  }
  return stretches.flatMap((one) => [int(one.x), int(one.y), one.low === one.high ? int(one.low) : range(one)]);
}

function int(value: number): IntExpr {
  return { kind: "int", value: BigInt(value), text: `${value}`, ...NOWHERE };
}

function range({ low, high }: { readonly low: number; readonly high: number }): BinaryExpr {
  return { kind: "binary", op: "..", left: int(low), right: int(high), ...NOWHERE };
}
