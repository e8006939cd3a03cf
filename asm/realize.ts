// The last step from instructions to cells: what implementations write bit by bit becomes the cells that the target has.
// Carries of one bit become cells of several, LUTs the smallest that hold them, those that only choose between two others the
// choices of tiles, and two LUTs one where that has two outputs.
import type { Prim, Target } from "../lang/target/target.ts";
import { tilesOf } from "../lang/target/tile.ts";
import { isTableOf } from "./kinds.ts";
import type { Netlist } from "./netlist.ts";
import { gatherCarries } from "./realize/carries.ts";
import { gatherChoices } from "./realize/choices.ts";
import { pairLuts, partnersOf } from "./realize/pairs.ts";
import { smallest } from "./realize/smallest.ts";

/** The same function in the cells that the target really has. */
export function realize(netlist: Netlist, target: Target): Netlist {
  const tables = tablesOf(target);
  let made = netlist;
  for (const { wide } of tilesOf(target).values())
    if (wide !== undefined) made = gatherCarries(made, wide, target, tables);
  if (tables.size > 1) made = smallest(made, tables);
  for (const { pair, choices, wide } of tilesOf(target).values()) {
    const found = (beside: ReadonlySet<string>) => partnersOf(made, pair, target, tables, wide, beside);
    let beside: ReadonlySet<string> = new Set();
    if (choices !== undefined)
      ({ netlist: made, beside } = gatherChoices(made, choices, target, tables, found(beside)));
    if (pair !== undefined) made = pairLuts(made, pair, target, found(beside));
  }
  return made;
}

const known = new WeakMap<Target, ReadonlyMap<number, Prim>>();

/** The LUTs of a target that hold any function, by the number of their inputs. */
function tablesOf(target: Target): ReadonlyMap<number, Prim> {
  const found = known.get(target);
  if (found !== undefined) return found;
  const tables = new Map<number, Prim>();
  for (const prim of target.prims.values())
    if (prim.role === "lut" && prim.outputs.length === 1 && isTableOf(prim) && !tables.has(prim.inputs.length))
      tables.set(prim.inputs.length, prim);
  known.set(target, tables);
  return tables;
}
