// Where units would like to be: the quadratic placement of bodies, which pull at each other along their wires, and its
// spreading over the tiles, in turns (after Kim, Lee and Markov, "SimPL", 2010).
import type { Random } from "./random.ts";
import type { Wires } from "./wires.ts";

/** What moves as one: a unit, or a chain. */
export interface Bodies {
  readonly count: number;
  /** The body of a unit, and the rows of the unit above the body's place. */
  readonly of: Int32Array;
  readonly above: Float64Array;
  /** Sites that it takes; 0 where it is not spread, as it stands on other sites or stands already. */
  readonly area: Int32Array;
  /** Where a body stands that does not move; NaN for one that does. */
  readonly fixedX: Float64Array;
  readonly fixedY: Float64Array;
}

/** Tiles from a first to a last column and row, and how many sites are at `column * rows + row`. */
export interface Region {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly rows: number;
  readonly sites: Int32Array;
}

export interface Wishes {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

const ROUNDS = 12;
const STEPS = 24;

export function solve(bodies: Bodies, wires: Wires, region: Region, random: Random): Wishes {
  const { count, fixedX, fixedY } = bodies;
  const wide = region.x1 - region.x0 + 1;
  const high = region.y1 - region.y0 + 1;
  const start = (low: number, size: number, fixed: Float64Array) =>
    Float64Array.from({ length: count }, (_, body) =>
      Number.isNaN(fixed[body]) ? low + (size * random.below(1024)) / 1024 : (fixed[body] as number),
    );
  const x = start(region.x0, wide, fixedX);
  const y = start(region.y0, high, fixedY);
  const targetX = x.slice();
  const targetY = y.slice();
  const links = linksOf(bodies, wires);
  const sums = prefixSums(region);
  const pull = new Float64Array(links.count);
  for (let round = 0; round < ROUNDS; round++) {
    const anchor = round === 0 ? 0.002 : 0.01 * round * (1 + round / 4);
    for (const [place, target, fixed, offset] of [
      [x, targetX, fixedX, undefined],
      [y, targetY, fixedY, bodies.above],
    ] as const) {
      pulls(pull, links, place, offset, round);
      relax(place, target, fixed, offset, pull, links, bodies.count, anchor);
    }
    targetX.set(x);
    targetY.set(y);
    spread(targetX, targetY, bodies, region, sums);
  }
  return { x: targetX, y: targetY };
}

/** The wires between bodies, as those within one pull at nothing; those of a word are one link. */
interface Links {
  readonly count: number;
  /** Bodies, and units. */
  readonly a: Int32Array;
  readonly b: Int32Array;
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly weight: Float64Array;
  /** How many wires behind each other are the same. */
  readonly times: Int32Array;
}

function linksOf({ of }: Bodies, { count, from, to, weight }: Wires): Links {
  const first: number[] = [];
  const times: number[] = [];
  let last = -1;
  for (let wire = 0; wire < count; wire++) {
    if (of[from[wire] as number] === of[to[wire] as number]) continue;
    if (last >= 0 && from[wire] === from[last] && to[wire] === to[last] && weight[wire] === weight[last])
      times[times.length - 1] = (times.at(-1) as number) + 1;
    else {
      first.push(wire);
      times.push(1);
    }
    last = wire;
  }
  const column = (value: (wire: number) => number) => Int32Array.from(first, value);
  return {
    count: first.length,
    a: column((wire) => of[from[wire] as number] as number),
    b: column((wire) => of[to[wire] as number] as number),
    from: column((wire) => from[wire] as number),
    to: column((wire) => to[wire] as number),
    weight: Float64Array.from(first, (wire) => weight[wire] as number),
    times: Int32Array.from(times),
  };
}

/** Long wires pull less, so that the sum of lengths counts rather than that of their squares. */
function pulls(
  pull: Float64Array,
  { count, a, b, from, to, weight }: Links,
  place: Float64Array,
  above: Float64Array | undefined,
  round: number,
): void {
  for (let link = 0; link < count; link++) {
    const off =
      above === undefined ? 0 : (above[from[link] as number] as number) - (above[to[link] as number] as number);
    const length = Math.abs((place[a[link] as number] as number) - (place[b[link] as number] as number) + off);
    pull[link] = (weight[link] as number) / (round === 0 ? 1 : 1 + length);
  }
}

/** Conjugate gradients, preconditioned by the diagonal, on one coordinate. */
function relax(
  place: Float64Array,
  target: Float64Array,
  fixed: Float64Array,
  above: Float64Array | undefined,
  pull: Float64Array,
  links: Links,
  count: number,
  anchor: number,
): void {
  const diagonal = new Float64Array(count).fill(anchor);
  const residue = new Float64Array(count);
  const product = new Float64Array(count);
  const { a, b, from, to, times } = links;
  for (let link = 0; link < links.count; link++) {
    const [one, other] = [a[link] as number, b[link] as number];
    const w = pull[link] as number;
    const off =
      above === undefined ? 0 : w * ((above[from[link] as number] as number) - (above[to[link] as number] as number));
    const count = times[link] as number;
    diagonal[one] = repeated(diagonal[one] as number, w, count);
    diagonal[other] = repeated(diagonal[other] as number, w, count);
    if (off !== 0) push(residue, one, other, -off, count);
  }
  const multiply = (vector: Float64Array) => {
    for (let body = 0; body < count; body++) product[body] = anchor * (vector[body] as number);
    for (let link = 0; link < links.count; link++) {
      const [one, other] = [a[link] as number, b[link] as number];
      const force = (pull[link] as number) * ((vector[one] as number) - (vector[other] as number));
      push(product, one, other, force, times[link] as number);
    }
  };
  multiply(place);
  const step = new Float64Array(count);
  let energy = 0;
  for (let body = 0; body < count; body++) {
    const own = (residue[body] as number) + anchor * (target[body] as number) - (product[body] as number);
    residue[body] = Number.isNaN(fixed[body]) ? own : 0;
    step[body] = (residue[body] as number) / (diagonal[body] as number);
    energy += (residue[body] as number) * (step[body] as number);
  }
  const enough = energy * 1e-6;
  for (let round = 0; round < STEPS && energy > enough; round++) {
    multiply(step);
    let along = 0;
    for (let body = 0; body < count; body++) along += (step[body] as number) * (product[body] as number);
    if (along <= 0) return;
    const far = energy / along;
    let next = 0;
    for (let body = 0; body < count; body++) {
      place[body] = (place[body] as number) + far * (step[body] as number);
      const left = Number.isNaN(fixed[body]) ? (residue[body] as number) - far * (product[body] as number) : 0;
      residue[body] = left;
      next += (left * left) / (diagonal[body] as number);
    }
    for (let body = 0; body < count; body++)
      step[body] = (residue[body] as number) / (diagonal[body] as number) + (next / energy) * (step[body] as number);
    energy = next;
  }
}

/** Adds a force to one body so many times, and takes it from another. */
function push(sums: Float64Array, one: number, other: number, force: number, times: number): void {
  sums[one] = repeated(sums[one] as number, force, times);
  sums[other] = repeated(sums[other] as number, -force, times);
}

/** A sum with a number added to it so many times: one by one, as sums are rounded. */
function repeated(sum: number, by: number, times: number): number {
  let all = sum;
  for (let time = times; time > 0; time--) all += by;
  return all;
}

/** Spreads bodies over a region so that none of its parts has more than its share, in their order, part by part. */
function spread(
  x: Float64Array,
  y: Float64Array,
  { count, area }: Bodies,
  region: Region,
  sums: ReturnType<typeof prefixSums>,
): void {
  const order = new Int32Array(count);
  let used = 0;
  for (let body = 0; body < count; body++) if ((area[body] as number) > 0) order[used++] = body;
  const halve = (low: number, high: number, x0: number, y0: number, x1: number, y1: number): void => {
    if (high - low < 1) return;
    if ((x0 === x1 && y0 === y1) || high - low === 1) {
      for (let at = low; at < high; at++) {
        const body = order[at] as number;
        x[body] = Math.min(Math.max(x[body] as number, x0), x1);
        y[body] = Math.min(Math.max(y[body] as number, y0), y1);
      }
      return;
    }
    const isWide = x1 - x0 >= y1 - y0;
    const middle = isWide ? (x0 + x1) >> 1 : (y0 + y1) >> 1;
    const first = isWide ? sums(x0, y0, middle, y1) : sums(x0, y0, x1, middle);
    const second = isWide ? sums(middle + 1, y0, x1, y1) : sums(x0, middle + 1, x1, y1);
    let total = 0;
    for (let at = low; at < high; at++) total += area[order[at] as number] as number;
    const wanted = (total * first) / Math.max(first + second, 1);
    const cut = partition(order, low, high, isWide ? x : y, area, wanted);
    if (isWide) {
      halve(low, cut, x0, y0, middle, y1);
      halve(cut, high, middle + 1, y0, x1, y1);
    } else {
      halve(low, cut, x0, y0, x1, middle);
      halve(cut, high, x0, middle + 1, x1, y1);
    }
  };
  halve(0, used, region.x0, region.y0, region.x1, region.y1);
}

/** Moves the bodies with the lowest keys to the front until they have so much area; gives where the others begin. */
function partition(
  order: Int32Array,
  from: number,
  to: number,
  key: Float64Array,
  area: Int32Array,
  wanted: number,
): number {
  let low = from;
  let high = to;
  let before = 0;
  while (high - low > 1) {
    const pivot = key[order[(low + high) >> 1] as number] as number;
    let [i, j] = [low, high - 1];
    let sum = before;
    while (i <= j) {
      while ((key[order[i] as number] as number) < pivot) sum += area[order[i++] as number] as number;
      while ((key[order[j] as number] as number) > pivot) j--;
      if (i > j) break;
      const swap = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swap;
      sum += area[order[i] as number] as number;
      i++;
      j--;
    }
    if (sum > wanted && i < high) high = i;
    else if (sum > wanted) high = Math.max(i - 1, low + 1);
    else if (i === low) break;
    else {
      before = sum;
      low = i;
    }
  }
  return low < to && before + (area[order[low] as number] as number) / 2 <= wanted ? low + 1 : low;
}

/** Sites of any rectangle of tiles, both ends included. */
function prefixSums({ sites, rows, x1, y1 }: Region): (x0: number, y0: number, x1: number, y1: number) => number {
  const high = y1 + 2;
  const sums = new Float64Array((x1 + 2) * high);
  for (let x = 0; x <= x1; x++)
    for (let y = 0; y <= y1; y++)
      sums[(x + 1) * high + y + 1] =
        (sites[x * rows + y] as number) +
        (sums[x * high + y + 1] as number) +
        (sums[(x + 1) * high + y] as number) -
        (sums[x * high + y] as number);
  const at = (x: number, y: number) => sums[x * high + y] as number;
  return (a, b, c, d) => at(c + 1, d + 1) - at(a, d + 1) - at(c + 1, b) + at(a, b);
}
