// Requests with names and holes: what shares a name finds its value together.
import type { Report } from "../../lang/diagnostic.ts";
import type { Board } from "./board.ts";
import { isInColumn } from "./columns.ts";
import type { Grid } from "./grid.ts";
import { type Coordinate, sitesFrom } from "./locate.ts";
import type { Packed, Unit } from "./pack.ts";
import type { Open, Owner } from "./requests.ts";

/** How many places are tried for requests that hang together. */
const TRIES = 200_000;

/** Where units would like to be, by unit. */
interface Wishes {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/** Requests that hang together. */
type Cluster = readonly Open[];

/**
 * Puts the requests with names and holes, nearest to their wishes. Where some find no place then, all are put from the
 * bottom of the columns up, those with the most units first.
 */
export function putOpen(open: readonly Open[], packed: Packed, board: Board, wish: Wishes, found: Report): void {
  const clusters = clustersOf(open);
  const put: number[] = [];
  if (clusters.every((cluster) => putCluster(cluster, packed, board, wish, put))) return;
  for (const unit of put) board.lift(unit);
  const size = (cluster: Cluster) => cluster.reduce((sum, { owner }) => sum + owner.units.length, 0);
  for (const cluster of clusters.toSorted((a, b) => size(b) - size(a))) {
    if (putCluster(cluster, packed, board, undefined, put)) continue;
    const [first, second] = cluster;
    found.error(
      "no-place",
      "no place keeps to these coordinates",
      [first, second].flatMap((one) =>
        one === undefined
          ? []
          : [{ span: one.owner.instruction.loc ?? one.owner.instruction, text: one === first ? "this" : "and this" }],
      ),
      ["a name stands for the same number everywhere; leave one of the coordinates open with `??`"],
    );
  }
}

/** Puts requests that hang together: each is tried in turn, and taken back where one behind it finds no place. */
function putCluster(cluster: Cluster, packed: Packed, board: Board, wish: Wishes | undefined, all: number[]): boolean {
  const values = new Map<string, number>();
  let tries = 0;
  const visit = (at: number): boolean => {
    const one = cluster[at];
    if (one === undefined) return true;
    const units = one.owner.units.map((unit) => packed.units[unit] as Unit);
    const first = one.owner.units[0] as number;
    const near = wish === undefined ? undefined : ([wish.x[first] as number, wish.y[first] as number] as const);
    for (const site of candidates(one.request, units, board, values, near)) {
      if (++tries > TRIES) return false;
      const put = tryAt(one.owner, units, site, packed, board);
      if (put === undefined) continue;
      const bound = bind(one.request, site, board.grid, values);
      if (visit(at + 1)) {
        all.push(...put);
        return true;
      }
      for (const name of bound) values.delete(name);
      for (const unit of put) board.lift(unit);
    }
    return false;
  };
  return visit(0);
}

/** Requests that share a name, directly or through others. */
function clustersOf(open: readonly Open[]): readonly (readonly Open[])[] {
  const clusters: Open[][] = [];
  const home = new Map<string, Open[]>();
  for (const one of open) {
    const names = [one.request.x, one.request.y, one.request.z].flatMap((part) =>
      part?.kind === "name" ? [part.name] : [],
    );
    const joined = [...new Set(names.flatMap((name) => home.get(name) ?? []))];
    const all = new Set(names.map((name) => home.get(name)).filter((list) => list !== undefined));
    const cluster = [...joined, one];
    for (const old of all) clusters.splice(clusters.indexOf(old), 1);
    clusters.push(cluster);
    for (const member of cluster)
      for (const part of [member.request.x, member.request.y, member.request.z])
        if (part?.kind === "name") home.set(part.name, cluster);
  }
  return clusters;
}

/** First sites that a request allows: the nearest to `near` first, or from the bottom of the first column up. */
function candidates(
  { x, y, z }: Open["request"],
  units: readonly Unit[],
  { grid }: Board,
  values: ReadonlyMap<string, number>,
  near: readonly [x: number, y: number] | undefined,
): readonly number[] {
  const known = (one: Coordinate | undefined) =>
    one?.kind === "number"
      ? one.value
      : one?.kind === "name"
        ? (values.get(one.name) ?? Number.NaN) + one.plus
        : Number.NaN;
  const [kx, ky, kz] = [known(x), known(y), z === undefined ? 0 : known(z)];
  const kind = grid.kinds.indexOf(units[0]?.resource ?? "");
  const sites: number[] = [];
  const isKnown = !Number.isNaN(kx) && !Number.isNaN(ky);
  const only = isKnown && kx >= 0 && ky >= 0 && kx < grid.columns && ky < grid.rows ? grid.at[kx * grid.rows + ky] : -1;
  const [from, to] = isKnown ? [only ?? -1, (only ?? -1) + 1] : [0, grid.x.length];
  for (let tile = Math.max(from, 0); tile < to; tile++) {
    if (grid.kind[tile] !== kind) continue;
    if (!Number.isNaN(kx) && grid.x[tile] !== kx) continue;
    if (!Number.isNaN(ky) && grid.y[tile] !== ky) continue;
    for (let at = 0; at < (grid.size[tile] as number); at++)
      if (Number.isNaN(kz) || at === kz) sites.push((grid.first[tile] as number) + at);
  }
  if (near === undefined) return sites;
  const [wx, wy] = near;
  const far = (site: number) => {
    const tile = grid.tileOf[site] as number;
    return Math.abs((grid.x[tile] as number) - wx) + Math.abs((grid.y[tile] as number) - wy);
  };
  return sites.sort((a, b) => far(a) - far(b) || a - b);
}

function bind({ x, y, z }: Open["request"], site: number, grid: Grid, values: Map<string, number>): readonly string[] {
  const tile = grid.tileOf[site] as number;
  const actual = [grid.x[tile] as number, grid.y[tile] as number, site - (grid.first[tile] as number)];
  return [x, y, z].flatMap((one, at) => {
    if (one?.kind !== "name" || values.has(one.name)) return [];
    values.set(one.name, (actual[at] as number) - one.plus);
    return [one.name];
  });
}

/** Puts the units of an instruction from a site on, or none of them. Gives those that were put. */
function tryAt(owner: Owner, units: readonly Unit[], site: number, packed: Packed, board: Board): number[] | undefined {
  const put: number[] = [];
  const sites = sitesFrom(site, units, board.grid);
  const isRight = owner.units.every((unit, at) => {
    const here = sites[at] as number;
    if (here < 0 || (board.site[unit] as number) >= 0 || (board.unit[here] as number) >= 0)
      return board.unit[here] === unit;
    if (!isInColumn(unit, here, packed, board) || !board.fits(unit, board.grid.tileOf[here] as number)) return false;
    board.put(unit, here);
    put.push(unit);
    return true;
  });
  if (isRight) return put;
  for (const unit of put) board.lift(unit);
  return undefined;
}
