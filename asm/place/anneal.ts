// Refinement: units and chains change places where that makes wires shorter and long paths faster, at first also where it
// makes them a little worse (simulated annealing, after Betz and Rose, "VPR", 1997, and Marquardt, Betz and Rose, 2000).
import type { Board } from "./board.ts";
import type { Packed } from "./pack.ts";
import type { Random } from "./random.ts";
import type { Wires } from "./wires.ts";

export interface Effort {
  /** Moves for each unit, in all. */
  readonly moves: number;
  readonly steps: number;
}

/** The delay of wires by columns and rows apart, at `columns * SPAN + rows`. */
export const SPAN = 128;

/** A round of refinement. */
export interface Refinement {
  /** What slowness costs, by wire: the others weigh it against their lengths. */
  readonly urgency: Float64Array;
  /** Computes the urgency anew; `progress` runs from 0 to 1. Gives whether no path can get any faster. */
  readonly update: (progress: number) => boolean;
  readonly delays: Float64Array;
  readonly isFixed: Uint8Array;
  readonly random: Random;
}

/** The last steps, in which nothing gets worse. */
const COLD = 2;

export function anneal(packed: Packed, board: Board, wires: Wires, how: Refinement, { moves, steps }: Effort): void {
  const { units, chains } = packed;
  const { x, y, site, unit: unitAt, grid, kind } = board;
  const { random, delays, isFixed, urgency } = how;
  const { from, to, weight, starts, list } = wires;
  const free = Int32Array.from(units.keys()).filter((one) => isFixed[one] === 0 && units[one]?.chain === -1);
  const movable = chains.map((_, at) => at).filter((at) => isFixed[chains[at]?.[0] as number] === 0);
  if (free.length + movable.length === 0 || wires.count === 0) return;
  const chainOf = Int32Array.from(units, (one) => one.chain);
  const stepOf = Int32Array.from(units, (one) => one.step);
  const exponential = exponentials();
  const tilesOf = grid.kinds.map((_, one) =>
    Int32Array.from(grid.kind.keys()).filter((tile) => grid.kind[tile] === one),
  );

  const costOf = (one: number) => {
    let sum = 0;
    const end = starts[one + 1] as number;
    for (let at = starts[one] as number; at < end; at++) {
      const wire = list[at] as number;
      const [a, b] = [from[wire] as number, to[wire] as number];
      const dx = Math.abs((x[a] as number) - (x[b] as number));
      const dy = Math.abs((y[a] as number) - (y[b] as number));
      sum += (weight[wire] as number) * (dx + dy) + (urgency[wire] as number) * (delays[dx * SPAN + dy] as number);
    }
    return sum;
  };

  /** A tile for a unit, near its place or near what it is connected to; -1 for none. */
  const target = (one: number, reach: number): number => {
    const own = kind[one] as number;
    const tiles = tilesOf[own] as Int32Array;
    if (tiles.length <= 64) return tiles[random.below(tiles.length)] as number;
    let [cx, cy, radius] = [x[one] as number, y[one] as number, reach];
    const degree = (starts[one + 1] as number) - (starts[one] as number);
    if (degree > 0 && (random.next() & 1) === 0) {
      const wire = list[(starts[one] as number) + random.below(degree)] as number;
      const other = from[wire] === one ? (to[wire] as number) : (from[wire] as number);
      [cx, cy, radius] = [x[other] as number, y[other] as number, Math.min(reach, 2)];
    }
    const column = cx - radius + random.below(2 * radius + 1);
    const row = cy - radius + random.below(2 * radius + 1);
    if (column < 0 || row < 0 || column >= grid.columns || row >= grid.rows) return -1;
    const tile = grid.at[column * grid.rows + row] as number;
    return tile >= 0 && grid.kind[tile] === own ? tile : -1;
  };

  const swap = (a: number, b: number, first: number, second: number) => {
    board.lift(a);
    if (b >= 0) board.lift(b);
    board.put(a, second);
    if (b >= 0) board.put(b, first);
  };

  const moveUnit = (reach: number, heat: number): boolean => {
    const one = free[random.below(free.length)] as number;
    const tile = target(one, reach);
    const here = site[one] as number;
    const old = grid.tileOf[here] as number;
    if (tile < 0 || tile === old) return false;
    const there = (grid.first[tile] as number) + random.below(grid.size[tile] as number);
    const other = unitAt[there] as number;
    if (other >= 0 && (chainOf[other] !== -1 || isFixed[other] === 1)) return false;
    const before = costOf(one) + (other >= 0 ? costOf(other) : 0);
    const [ox, oy] = [x[one] as number, y[one] as number];
    const [nx, ny] = [grid.x[tile] as number, grid.y[tile] as number];
    x[one] = nx;
    y[one] = ny;
    if (other >= 0) {
      x[other] = ox;
      y[other] = oy;
    }
    const more = costOf(one) + (other >= 0 ? costOf(other) : 0) - before;
    x[one] = ox;
    y[one] = oy;
    if (other >= 0) {
      x[other] = nx;
      y[other] = ny;
    }
    if (more > heat * (exponential[random.next() & 1023] as number)) return false;
    board.lift(one);
    if (other >= 0) board.lift(other);
    const fits = board.fits(one, tile) && (other < 0 || board.fits(other, old));
    board.put(one, fits ? there : here);
    if (other >= 0) board.put(other, fits ? here : there);
    return fits;
  };

  const moveChain = (reach: number, heat: number): boolean => {
    const chain = chains[movable[random.below(movable.length)] as number] as readonly number[];
    const head = chain[0] as number;
    const own = kind[head] as number;
    const lead = chain[random.below(chain.length)] as number;
    const wanted = target(lead, reach);
    if (wanted < 0) return false;
    const size = grid.size[wanted] as number;
    const column = grid.x[wanted] as number;
    const low = (grid.y[wanted] as number) - Math.floor((stepOf[lead] as number) / size);
    const here = site[head] as number;
    const bottom = low < 0 || low >= grid.rows ? -1 : (grid.at[column * grid.rows + low] as number);
    if (bottom < 0 || grid.kind[bottom] !== own) return false;
    const there = grid.first[bottom] as number;
    const { length } = chain;
    const top = grid.tileOf[there + length - 1];
    if (top === undefined || grid.x[top] !== column || grid.y[top] !== low + Math.floor((length - 1) / size))
      return false;
    if (grid.kind[top] !== own || Math.abs(there - here) < Math.ceil(length / size) * size) return false;
    for (let step = 0; step < length; step++) {
      const other = unitAt[there + step] as number;
      if (other < 0) continue;
      if (isFixed[other] === 1) return false;
      if (chainOf[other] === -1) continue;
      const start = step - (stepOf[other] as number);
      const its = (chains[chainOf[other] as number] as readonly number[]).length;
      if (start < 0 || start + its > length) return false;
    }
    const cost = () => {
      let sum = 0;
      for (let step = 0; step < length; step++) {
        for (const at of [here + step, there + step]) {
          const one = unitAt[at] as number;
          if (one >= 0) sum += costOf(one);
        }
      }
      return sum;
    };
    const exchange = () => {
      for (let step = 0; step < length; step++) {
        const [a, b] = [unitAt[here + step] as number, unitAt[there + step] as number];
        if (a >= 0) swap(a, b, here + step, there + step);
        else if (b >= 0) swap(b, a, there + step, here + step);
      }
    };
    const holds = () => {
      let all = true;
      for (let step = 0; step < length; step += size)
        for (const at of [here + step, there + step]) all = board.holds(grid.tileOf[at] as number) && all;
      return all;
    };
    const before = cost();
    exchange();
    const isBetter = cost() - before <= heat * (exponential[random.next() & 1023] as number);
    const isRight = holds() && isBetter;
    if (!isRight) {
      exchange();
      holds();
    }
    return isRight;
  };

  const share =
    movable.length === 0
      ? 0
      : free.length === 0
        ? 1
        : Math.min(0.3, 0.05 + movable.length / (free.length + movable.length));
  const chains1024 = Math.round(share * 1024);
  const move = (reach: number, heat: number) =>
    random.below(1024) < chains1024 ? moveChain(reach, heat) : moveUnit(reach, heat);
  how.update(0);
  let total = 0;
  for (const one of free) total += costOf(one);
  for (const one of movable) total += costOf(chains[one]?.[0] as number);
  let heat = (0.25 * total) / (free.length + movable.length);
  let reach = Math.max(4, Math.ceil(Math.max(grid.columns, grid.rows) / 5));
  const count = Math.ceil((moves * (free.length + movable.length)) / steps);
  for (let step = 0; step < steps; step++) {
    const isLast = step >= steps - COLD;
    let taken = 0;
    for (let one = 0; one < count; one++) if (move(reach, isLast ? 0 : heat)) taken++;
    if (how.update((step + 1) / steps) && step > 2) step = Math.max(step, steps - COLD - 1);
    const rate = taken / count;
    heat *= rate > 0.9 ? 0.5 : rate > 0.6 ? 0.75 : 0.85;
    reach = Math.max(2, Math.min(reach, Math.round(reach * (0.56 + rate))));
  }
}

/** A thousand values that chance takes from -ln(u), u from 0 to 1, by sums and products alone. */
function exponentials(): Float64Array {
  return Float64Array.from({ length: 1024 }, (_, at) => {
    let u = (at + 0.5) / 1024;
    let sum = 0;
    while (u < 0.5) {
      u *= 2;
      sum += Math.LN2;
    }
    // ln(u) = 2 artanh((u - 1) / (u + 1)).
    const ratio = (u - 1) / (u + 1);
    let power = ratio;
    let series = 0;
    for (let term = 1; term < 40; term += 2) {
      series += power / term;
      power *= ratio * ratio;
    }
    return sum - 2 * series;
  });
}
