// LUTs as small as their functions allow.
import { truthTable } from "../../lang/target/semantics.ts";
import type { Prim } from "../../lang/target/target.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "../netlist.ts";

/** A function of nets: bit i of the table is its value where the nets, the first the least significant, spell i. */
export interface Function {
  readonly table: bigint;
  readonly inputs: readonly Net[];
}

/** Every LUT that may hold any function becomes the smallest of `tables`, by inputs, that holds its own. */
export function smallest(netlist: Netlist, tables: ReadonlyMap<number, Prim>): Netlist {
  const kinds = new Set(tables.values());
  const cells = netlist.cells.map((cell) => (kinds.has(cell.prim) ? fitted(cell, tables) : cell));
  return { ...netlist, cells };
}

/** A cell of one output as the smallest LUT that computes the same. */
export function fitted(cell: Cell, tables: ReadonlyMap<number, Prim>): Cell {
  const { prim, params, inputs } = cell;
  const own = tables.get(inputs.length) === prim ? params[0] : truthTable(prim, params);
  const { table, inputs: left } = essential({ table: own ?? 0n, inputs });
  const made = tables.get(left.length);
  if (made === undefined || (made === prim && left.length === inputs.length && table === own)) return cell;
  return { ...cell, prim: made, params: [table], inputs: left };
}

/** The same function of the nets that make a difference, each of them once. */
export function essential({ table, inputs }: Function): Function {
  for (let at = inputs.length - 1; at >= 0; at--) {
    const net = inputs[at] as Net;
    const first = inputs.indexOf(net);
    const [low, high] = [half(table, inputs.length, at, 0), half(table, inputs.length, at, 1)];
    const without = inputs.toSpliced(at, 1);
    if (net === LOW || low === high) return essential({ table: low, inputs: without });
    if (net === HIGH) return essential({ table: high, inputs: without });
    if (first < at) {
      let made = 0n;
      for (let row = 0; row < 2 ** without.length; row++)
        made |= ((((row >> first) & 1 ? high : low) >> BigInt(row)) & 1n) << BigInt(row);
      return essential({ table: made, inputs: without });
    }
  }
  return { table, inputs };
}

/** The rows of a table in which input `at` is `value`. */
function half(table: bigint, inputs: number, at: number, value: number): bigint {
  let made = 0n;
  const low = (1 << at) - 1;
  for (let row = 0; row < 1 << (inputs - 1); row++)
    made |= ((table >> BigInt((row & low) | ((row & ~low) << 1) | (value << at))) & 1n) << BigInt(row);
  return made;
}
