// What tools call the places of cells.
import type { Tile } from "../../lang/target/tile.ts";
import type { Cell, Netlist } from "../netlist.ts";
import type { Board } from "./board.ts";
import type { Grid } from "./grid.ts";
import type { Packed } from "./pack.ts";

/** Cells with the coordinates of their sites, and what the flow or the vendor calls them. */
export function withSites(
  { netlist, units, unitOf }: Packed,
  { grid, site }: Board,
  tiles: ReadonlyMap<string, Tile>,
): Netlist {
  const ordinals = ordinalsOf(grid);
  const cells = netlist.cells.map((cell, at): Cell => {
    const one = unitOf[at] as number;
    if (one < 0) return cell;
    const place = site[one] as number;
    const tile = grid.tileOf[place] as number;
    const unit = units[one];
    const z = place - (grid.first[tile] as number);
    const [c, r] = [ordinals.column[tile] as number, ordinals.row[tile] as number];
    const registers = unit?.cells.filter((other) => netlist.cells[other]?.prim.role === "state") ?? [];
    const words: Readonly<Record<string, number | string>> = {
      x: grid.x[tile] as number,
      y: grid.y[tile] as number,
      z,
      c,
      r,
      n: r * (grid.size[tile] as number) + z,
      l: String.fromCharCode(65 + z),
      j: String.fromCharCode(64 + z),
      h: 2 * z < (grid.size[tile] as number) ? "BOT" : "TOP",
      k: registers.indexOf(at) > 0 ? "2" : "",
    };
    const named = (pattern: string | undefined) => pattern?.replace(/\{(\w)\}/g, (_, key: string) => `${words[key]}`);
    const { site: whole, loc, bels, locs } = tiles.get(unit?.resource ?? "") ?? {};
    const coordinates = [grid.x[tile] as number, grid.y[tile] as number, z];
    return {
      ...cell,
      at: coordinates,
      site: named(whole ?? bels?.get(cell.prim.name)),
      loc: named(locs?.get(cell.prim.name) ?? loc),
    };
  });
  return { ...netlist, cells };
}

/** By tile: its column among those of its kind, and its place in that. */
function ordinalsOf(grid: Grid): { readonly column: Int32Array; readonly row: Int32Array } {
  const column = new Int32Array(grid.x.length);
  const row = new Int32Array(grid.x.length);
  const last = new Map<number, { x: number; column: number; row: number }>();
  grid.x.forEach((x, tile) => {
    const kind = grid.kind[tile] as number;
    const at = last.get(kind) ?? { x, column: 0, row: -1 };
    if (at.x !== x) Object.assign(at, { x, column: at.column + 1, row: -1 });
    at.row++;
    last.set(kind, at);
    column[tile] = at.column;
    row[tile] = at.row;
  });
  return { column, row };
}
