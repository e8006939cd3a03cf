// From wishes to sites: chains first, the longest before the others, then units, each to the nearest site that can have it.
import type { Board } from "./board.ts";
import type { Grid } from "./grid.ts";
import type { Packed } from "./pack.ts";
import type { Wishes } from "./solve.ts";

/** What found no site: the first unit of it. */
export type Unsettled = number | undefined;

/** Puts all units that stand nowhere yet on sites. `wish` is by unit; a chain goes by its first unit. */
export function settle({ units, chains }: Packed, board: Board, wish: Wishes): Unsettled {
  const { grid } = board;
  const open = chains.filter(([first]) => board.site[first as number] === -1);
  const sorted = open
    .map((chain, at) => ({ chain, at }))
    .sort((a, b) => b.chain.length - a.chain.length || a.at - b.at);
  for (const { chain } of sorted) {
    const first = chain[0] as number;
    const site = nearestColumn(chain, board, wish.x[first] as number, wish.y[first] as number);
    if (site < 0) return first;
    chain.forEach((unit, step) => {
      board.put(unit, site + step);
    });
  }
  const order = Array.from(units.keys()).filter((unit) => board.site[unit] === -1);
  const controls = new Map<number, number>();
  for (const unit of order) {
    const control = units[unit]?.control as number;
    controls.set(control, (controls.get(control) ?? 0) + 1);
  }
  // Registers of the most frequent signals first, LUTs last: what is choosy gets its tiles while there are some.
  const rank = (unit: number) => {
    const control = units[unit]?.control as number;
    return control < 0 ? 0 : (controls.get(control) as number);
  };
  order.sort((a, b) => rank(b) - rank(a) || (units[a]?.control as number) - (units[b]?.control as number) || a - b);
  const lists = tilesByKind(board);
  for (const unit of order) {
    const tile = nearestTile(unit, board, lists, wish.x[unit] as number, wish.y[unit] as number);
    if (tile < 0) return unit;
    board.put(unit, freeSite(board, tile));
  }
  return undefined;

  function tilesByKind({ grid: { kind, kinds } }: Board): readonly Int32Array[] {
    return kinds.map((_, one) => Int32Array.from(Array.from(kind.keys()).filter((tile) => kind[tile] === one)));
  }

  /** Most resources have few tiles: they are looked at one by one; logic is searched in rings. */
  function nearestTile(
    unit: number,
    { kind, fits }: Board,
    all: readonly Int32Array[],
    wx: number,
    wy: number,
  ): number {
    const own = kind[unit] as number;
    const list = all[own] ?? new Int32Array();
    const can = (tile: number) =>
      tile >= 0 && grid.kind[tile] === own && freeSite(board, tile) >= 0 && fits(unit, tile);
    if (list.length <= 64) {
      let best = -1;
      let least = Number.POSITIVE_INFINITY;
      for (const tile of list) {
        const far = Math.abs((grid.x[tile] as number) - wx) + Math.abs((grid.y[tile] as number) - wy);
        if (far < least && can(tile)) [best, least] = [tile, far];
      }
      return best;
    }
    return nearest(grid, wx, wy, can);
  }
}

/** The nearest tile that a test allows, looked for in rings around a place; -1 if there is none. */
function nearest(grid: Grid, wx: number, wy: number, can: (tile: number) => boolean): number {
  const [cx, cy] = [Math.round(wx), Math.round(wy)];
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (let ring = 0; ring <= grid.columns + grid.rows && ring - 1 <= least; ring++)
    for (let dx = -ring; dx <= ring; dx++) {
      const column = cx + dx;
      if (column < 0 || column >= grid.columns) continue;
      const rest = ring - Math.abs(dx);
      for (let side = rest === 0 ? 1 : -1; side <= 1; side += 2) {
        const row = cy + side * rest;
        if (row < 0 || row >= grid.rows) continue;
        const tile = grid.at[column * grid.rows + row] as number;
        const far = Math.abs(column - wx) + Math.abs(row - wy);
        if (tile >= 0 && far < least && can(tile)) {
          best = tile;
          least = far;
        }
      }
    }
  return best;
}

/** The first site of a tile without a unit; -1 if there is none. */
function freeSite({ grid, unit }: Board, tile: number): number {
  const first = grid.first[tile] as number;
  for (let at = first; at < first + (grid.size[tile] as number); at++) if (unit[at] === -1) return at;
  return -1;
}

/** The first site of the nearest free stretch of a column for a chain; -1 if there is none. */
function nearestColumn(chain: readonly number[], board: Board, wx: number, wy: number): number {
  const { grid } = board;
  const kind = board.kind[chain[0] as number] as number;
  const tile = nearest(grid, wx, wy, (one) => grid.kind[one] === kind && canHold(chain, board, one));
  return tile < 0 ? -1 : (grid.first[tile] as number);
}

/** Whether a chain can stand from the first site of a tile up. */
export function canHold(chain: readonly number[], board: Board, tile: number): boolean {
  const { grid } = board;
  const first = grid.first[tile] as number;
  const size = grid.size[tile] as number;
  for (let at = 0; at < chain.length; at += size) {
    // Tiles of a column have their sites in a row; elsewhere the column has ended.
    const here = grid.tileOf[first + at];
    const isOn = here !== undefined && grid.x[here] === grid.x[tile] && grid.kind[here] === grid.kind[tile];
    if (!isOn || grid.y[here] !== (grid.y[tile] as number) + (at / size) * (grid.height[tile] as number)) return false;
    let wires = true;
    for (let step = at; step < Math.min(at + size, chain.length); step++) {
      if (board.unit[first + step] !== -1) return false;
      wires = wires && board.fits(chain[step] as number, here);
    }
    if (!wires) return false;
  }
  return true;
}
