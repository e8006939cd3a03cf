// The sites of a device in arrays: which tile has how many of which resource.
import type { Device } from "../../lang/target/device.ts";

export interface Grid {
  readonly columns: number;
  readonly rows: number;
  /** Names of the resources; tiles have their numbers. */
  readonly kinds: readonly string[];
  /** By tile: column, row, resource, number of sites, the first of them, rows to the next tile above. */
  readonly x: Int32Array;
  readonly y: Int32Array;
  readonly kind: Int32Array;
  readonly size: Int32Array;
  readonly first: Int32Array;
  readonly height: Int32Array;
  /** The tile at `column * rows + row`; -1 where there are no sites. */
  readonly at: Int32Array;
  /** The tile of a site. */
  readonly tileOf: Int32Array;
}

export function gridOf({ columns, rows, sites }: Device): Grid {
  const rule = new Int32Array(columns * rows).fill(-1);
  sites.forEach(({ x, y }, at) => {
    for (let column = x[0]; column <= Math.min(x[1], columns - 1); column++)
      for (let row = y[0]; row <= Math.min(y[1], rows - 1); row++) rule[column * rows + row] = at;
  });
  const kinds = [...new Set(sites.map((one) => one.resource))];
  const numbers = sites.map((one) => kinds.indexOf(one.resource));
  const size = columns * rows;
  const tiles = { x: new Int32Array(size), y: new Int32Array(size), rule: new Int32Array(size) };
  const at = new Int32Array(size).fill(-1);
  let count = 0;
  let siteCount = 0;
  for (let x = 0; x < columns; x++)
    for (let y = 0; y < rows; y++) {
      const own = rule[x * rows + y] as number;
      const one = sites[own];
      if (one === undefined || (y - one.y[0]) % one.rows !== 0) continue;
      tiles.x[count] = x;
      tiles.y[count] = y;
      tiles.rule[count] = own;
      at[x * rows + y] = count++;
      siteCount += one.count;
    }
  const first = new Int32Array(count);
  const tileOf = new Int32Array(siteCount);
  const byRule = (values: readonly number[]) => {
    const column = new Int32Array(count);
    for (let tile = 0; tile < count; tile++) column[tile] = values[tiles.rule[tile] as number] as number;
    return column;
  };
  const sizes = byRule(sites.map((one) => one.count));
  for (let tile = 0, site = 0; tile < count; tile++) {
    first[tile] = site;
    for (let left = sizes[tile] as number; left > 0; left--) tileOf[site++] = tile;
  }
  return {
    columns,
    rows,
    kinds,
    x: tiles.x.slice(0, count),
    y: tiles.y.slice(0, count),
    kind: byRule(numbers),
    size: sizes,
    height: byRule(sites.map((one) => one.rows)),
    first,
    at,
    tileOf,
  };
}

/** The site above another, in the same tile or the next one of its column; -1 at the end. */
export function siteAbove(grid: Grid, site: number): number {
  const tile = grid.tileOf[site] as number;
  if (site + 1 < (grid.first[tile] as number) + (grid.size[tile] as number)) return site + 1;
  const [x, kind] = [grid.x[tile] as number, grid.kind[tile]];
  for (let y = (grid.y[tile] as number) + 1; y < grid.rows; y++) {
    const next = grid.at[x * grid.rows + y] as number;
    if (next >= 0 && grid.kind[next] === kind) return grid.first[next] as number;
  }
  return -1;
}
