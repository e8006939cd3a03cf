// Which unit stands on which site, and whether a tile can hold what stands in it.
import type { Tile } from "../../lang/target/tile.ts";
import type { Grid } from "./grid.ts";
import type { Packed } from "./pack.ts";

export interface Board {
  readonly grid: Grid;
  /** By unit: its site, -1 before it has one, and the tile's column and row. */
  readonly site: Int32Array;
  readonly x: Int32Array;
  readonly y: Int32Array;
  /** By unit: the number of its resource among those of the grid. */
  readonly kind: Int32Array;
  /** By site: its unit; -1 where it is free. */
  readonly unit: Int32Array;
  readonly put: (unit: number, site: number) => void;
  readonly lift: (unit: number) => void;
  /** Whether a tile has the wires, and the signals, for a unit beside those that stand in it. */
  readonly fits: (unit: number, tile: number) => boolean;
  /** Whether what stands in a tile can stand together; counts anew, as units of several signals may have passed through. */
  readonly holds: (tile: number) => boolean;
}

export function boardOf({ units }: Packed, grid: Grid, tiles: ReadonlyMap<string, Tile>): Board {
  const kind = Int32Array.from(units, (unit) => grid.kinds.indexOf(unit.resource));
  const control = Int32Array.from(units, (unit) => unit.control);
  const controlWires = Int32Array.from(units, (unit) => unit.controlWires);
  const wires = Int32Array.from(units, (unit) => unit.wires);
  const most = Float64Array.from(grid.kind, (one) => {
    const { wires: limit } = tiles.get(grid.kinds[one] ?? "") ?? { wires: Number.POSITIVE_INFINITY };
    return limit;
  });
  const site = new Int32Array(units.length).fill(-1);
  const x = new Int32Array(units.length);
  const y = new Int32Array(units.length);
  const unit = new Int32Array(grid.tileOf.length).fill(-1);
  const used = new Int32Array(grid.x.length);
  const sharing = new Int32Array(grid.x.length);
  const shared = new Int32Array(grid.x.length).fill(-1);
  const lift = (one: number) => {
    const at = site[one] as number;
    const tile = grid.tileOf[at] as number;
    unit[at] = -1;
    site[one] = -1;
    used[tile] = (used[tile] as number) - (wires[one] as number);
    if ((control[one] as number) < 0) return;
    sharing[tile] = (sharing[tile] as number) - 1;
    if (sharing[tile] === 0) {
      shared[tile] = -1;
      used[tile] = (used[tile] as number) - (controlWires[one] as number);
    }
  };
  const put = (one: number, at: number) => {
    const tile = grid.tileOf[at] as number;
    unit[at] = one;
    site[one] = at;
    x[one] = grid.x[tile] as number;
    y[one] = grid.y[tile] as number;
    used[tile] = (used[tile] as number) + (wires[one] as number);
    if ((control[one] as number) < 0) return;
    if (sharing[tile] === 0) {
      shared[tile] = control[one] as number;
      used[tile] = (used[tile] as number) + (controlWires[one] as number);
    }
    sharing[tile] = (sharing[tile] as number) + 1;
  };
  const fits = (one: number, tile: number) => {
    const own = control[one] as number;
    if (own >= 0 && sharing[tile] !== 0 && shared[tile] !== own) return false;
    const more = own >= 0 && sharing[tile] === 0 ? (controlWires[one] as number) : 0;
    return (used[tile] as number) + (wires[one] as number) + more <= (most[tile] as number);
  };
  const holds = (tile: number) => {
    const first = grid.first[tile] as number;
    let sum = 0;
    let count = 0;
    let signals = -1;
    let isMixed = false;
    for (let at = first; at < first + (grid.size[tile] as number); at++) {
      const one = unit[at] as number;
      if (one < 0) continue;
      sum += wires[one] as number;
      const own = control[one] as number;
      if (own < 0) continue;
      if (signals < 0) sum += controlWires[one] as number;
      else isMixed = isMixed || own !== signals;
      if (signals < 0) signals = own;
      count++;
    }
    used[tile] = sum;
    sharing[tile] = count;
    shared[tile] = signals;
    return !isMixed && sum <= (most[tile] as number);
  };
  return { grid, site, x, y, kind, unit, put, lift, fits, holds };
}
