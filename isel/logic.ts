// Logic cones: what a program computes in LUTs is taken apart into bits, across all its instructions, covered anew by cuts,
// and put together again as `lut`s a word at a time. What needs more than LUTs (chains, multipliers, memories) stays.
import { bug } from "../lang/diagnostic.ts";
import type { Graph } from "../lang/graph.ts";
import type { Cover } from "./cover.ts";
import type { CoverOptions } from "./fronts.ts";
import { takenApart, type Ways } from "./logic/apart.ts";
import { balanced } from "./logic/balance.ts";
import type { Literal } from "./logic/bits.ts";
import type { Choosing, LogicCells } from "./logic/cells.ts";
import { chosenIn, treesOf } from "./logic/choices.ts";
import type { Cone, Lut } from "./logic/cone.ts";
import type { Frame, State } from "./logic/frame.ts";
import { hasten } from "./logic/hasten.ts";
import { shareSums } from "./logic/linear.ts";
import { lutsOf } from "./logic/luts.ts";
import { machineAt, remade, servants } from "./logic/machines.ts";
import { type MapOptions, map } from "./logic/map.ts";
import { gatesOf } from "./logic/observe.ts";
import type { Rebuilt } from "./logic/rebuild.ts";
import { type RefineOptions, refine } from "./logic/refine.ts";
import { resubstituted } from "./logic/resub.ts";
import { newShapes } from "./logic/shapes.ts";
import { tidy } from "./logic/tidy.ts";
import { latestRoot } from "./logic/timing.ts";
import { weave } from "./logic/weave.ts";
import type { Objective } from "./ways.ts";

/** The graph with its logic as `lut`s. `cover` says how each node would be computed alone. */
export function coverLogic(
  graph: Graph,
  cover: Cover,
  target: LogicCells,
  { objective, hasReset }: CoverOptions,
): Graph {
  const isAreaOnly = objective === "area";
  const options = { inputs: target.inputs, delay: target.delay, isAreaOnly, objective, shapes: newShapes() };
  const apart = (ways: Ways) => takenApart(graph, cover, target, objective, ways);
  // The reset of `--reset sync` takes the pin by which registers are cleared.
  const ways: Ways = { clears: target.clears && !hasReset, narrowest: NARROWEST };
  const first = apart(ways);
  const made = coverFrame(first, ways, apart, target.choosing, options);
  // What is fast may come out smaller as well.
  const isSmall = isAreaOnly && made.frame.cone.bits.count < SMALL;
  const even: Options = { ...options, isAreaOnly: false };
  const other = isSmall ? coverFrame(first, ways, apart, target.choosing, even) : made;
  const { frame, luts } = other.luts.length < made.luts.length ? other : made;
  return weave(frame, luts);
}

/** The cells of a frame, or of one that is taken apart in another way where that is better. */
function coverFrame(
  first: Frame,
  given: Ways,
  apart: (ways: Ways) => Frame,
  choosing: Choosing | undefined,
  options: Options,
): Covered {
  const { objective } = options;
  const covering = (frame: Frame) => {
    const rough = covered(frame, options);
    const first = withSums(improved(rough, options), rough, options);
    return isLarge(frame) ? first : withMachines(first, options);
  };
  let ways = given;
  let best = covering(first);
  const glance = (frame: Frame) => improved(covered(frame, options), options, GLANCE);
  const attempt = (other: Ways, frame: Frame) => {
    const found = covering(frame);
    if (!isSmaller(found, best, objective)) return;
    best = found;
    ways = other;
  };
  if (best.before.cone.bits.count < SMALL) {
    const isCleared = best.before.states.some((state) => state.clear !== undefined);
    const without = { ...ways, clears: false };
    if (isCleared) attempt(without, apart(without));
    const narrow = { ...ways, narrowest: 1 };
    const frame = apart(narrow);
    const isNarrow = ({ bits, enable, clear }: State) =>
      bits.length < NARROWEST && (enable !== undefined || clear !== undefined);
    // There are many narrow registers, and they are seldom worth it.
    if (frame.states.some(isNarrow) && isSmaller(glance(frame), glance(best.before), objective)) attempt(narrow, frame);
  }
  return withChoices(hastened(best, options), choosing, options);
}

/** Registers of fewer bits are seldom worth a signal that enables them. */
const NARROWEST = 3;

type Options = MapOptions & Omit<RefineOptions, "widest"> & { readonly objective: Objective };

/** Beyond so many bits one way is taken without a look at others. */
const MOST_TRIED = 5000;

function isLarge({ cone }: Frame): boolean {
  return cone.bits.count > MOST_TRIED;
}

/** Cells of a large cone with shared sums, for each without them, that are worth a closer look. */
const SHARED = 0.99;

/** With sums modulo 2 shared anew where that makes it smaller; of large cones that shows at once, against `rough`. */
function withSums(first: Improved, rough: Covered, options: Options): Improved {
  const shared = isLarge(first.before) ? undefined : shareSums(first.before.cone);
  if (shared === undefined) return first;
  const frame = movedFrame(first.before, shared.cone, shared.moved);
  const start = covered(frame, options);
  if (frame.cone.bits.count >= SMALL && start.luts.length > SHARED * rough.luts.length) return first;
  const other = improved(start, options);
  return isBetter(other, first) ? other : first;
}

/** With functions of more inputs than a LUT has, where choices between LUTs make them smaller. */
function withChoices(first: Covered, choosing: Choosing | undefined, options: Options): Covered {
  if (choosing === undefined) return first;
  const { objective, delay } = options;
  const paid = (one: Covered) => {
    const chosen = chosenIn(one.luts, choosing);
    const lag = (node: number, leaf: number) => (chosen.get(node)?.has(leaf) === true ? choosing.delay : delay);
    const arrival = latestRoot(one.frame.cone, one.luts, delay, lag);
    return weight(one.luts.length - chosen.size, arrival, objective);
  };
  const trees = moved(first, treesOf(first.frame.cone, first.luts, choosing, options), options);
  return paid(trees) < paid(first) * (1 - 1e-9) ? trees : first;
}

/** Faster as long as that goes on, and then made smaller again, where that is worth its cells. */
function hastened(first: Improved, options: Options): Improved {
  if (options.objective === "area" || isLarge(first.before) || first.luts.length === 0) return first;
  // Where cells have been won, nothing comes earlier than it must.
  const fast = faster(covered(first.before, { ...options, isFast: true }), 0, options);
  let best = first;
  if (fast.arrival < first.arrival - 1e-6) {
    const other = improved(covered(fast.frame, options), options);
    if (isSmaller(other, best, options.objective)) best = { ...other, before: fast.frame };
  }
  if (first.before.cone.bits.count >= SMALL) return best;
  if (options.objective === "delay") {
    const even = balanced(first.before.cone, options.delay);
    const frame = movedFrame(first.before, even.cone, even.moved);
    const other = improved(faster(covered(frame, { ...options, isFast: true }), 0, options), options);
    if (isSmaller(other, best, options.objective)) best = { ...other, before: frame };
  }
  // The other way round: few cells first, which then are made as fast.
  const areaOnly = { ...options, isAreaOnly: true };
  const few = faster(improved(covered(first.before, areaOnly), areaOnly, FEW), 0, options);
  if (few.arrival > best.arrival + 1e-6) return best;
  const other = improved(few, options);
  return isSmaller(other, best, options.objective) ? { ...other, before: best.before } : best;
}

/** Faster until it is there at `end`, or that does not go on. */
function faster(from: Covered, end: number, options: Options): Covered {
  let fast = from;
  for (let round = 0; round < MOST_HASTENED && fast.arrival > end + 1e-6; round++) {
    const other = moved(fast, hasten(fast.frame.cone, fast.luts, options), options);
    if (other.arrival >= fast.arrival - 1e-6) break;
    fast = other;
  }
  return fast;
}

/** Rounds in which cells are won that then are made faster. */
const FEW = 3;
/** Levels of cells that are saved at most. */
const MOST_HASTENED = 8;

/** With the logic of state machines made anew where that makes it smaller. */
function withMachines(first: Improved, options: Options): Improved {
  const glance = (frame: Frame) => improved(covered(frame, options), options, GLANCE);
  let rough: Improved | undefined;
  let chosen = first.before;
  let rounds = Math.floor(WORK / chosen.cone.bits.count);
  let rows = MOST_ROWS;
  const servantsOf = servants(first.frame, first.luts);
  first.frame.states.forEach((state, at) => {
    const machine = rounds > 0 ? machineAt(chosen, at) : undefined;
    if (machine === undefined || machine.work > rows) return;
    const served = servantsOf(at);
    // Hardly a bit takes no cell at all.
    if (served <= state.bits.length) return;
    const most = chosen.cone.bits.count < SMALL ? Math.floor(served * AMPLE) : served - 1;
    rows -= machine.work;
    let best = chosen;
    for (const made of remade(chosen, machine, most, options)) {
      rounds--;
      rough ??= glance(chosen);
      const other = glance(made);
      if (!isSmaller(other, rough, options.objective)) continue;
      rough = other;
      best = made;
    }
    chosen = best;
  });
  if (chosen === first.before) return first;
  const best = improved(covered(chosen, options), options);
  return isSmaller(best, first, options.objective) ? best : first;
}

/** Rows of tables that are made for state machines in all. */
const MOST_ROWS = 20_000_000;
/** New cells of a machine, by those that they replace: they may share with others, and become fewer. */
const AMPLE = 1.6;
/** Rounds by which ways are compared before one of them is gone. */
const GLANCE = 1;

/** A cover that was made smaller, and the frame with which that began. */
type Improved = Covered & { readonly before: Frame };

/** Made smaller as long as that goes on. */
function improved(first: Covered, options: Options, effort = EFFORT): Improved {
  let best = first;
  let last = first;
  let failures = 0;
  const size = first.frame.cone.bits.count;
  const rounds = first.luts.length === 0 ? 0 : Math.min(effort, Math.floor(WORK / size));
  const patience = size < SMALL ? PATIENCE : 1;
  for (let round = 0; round < rounds && failures < patience; round++) {
    const before = best;
    const widest = WIDEST[round % WIDEST.length] as number;
    const { isChanged, rebuilt } = refine(last.frame.cone, last.luts, { ...options, widest });
    const refined = isChanged || size < SMALL ? moved(last, rebuilt(), options) : last;
    const served = resubstituted(refined.frame.cone, refined.luts, { ...options, gates: gatesOf(refined.frame) });
    const smaller = served === undefined ? refined : moved(refined, served, options);
    // A large cone in which nothing was found is not worth another look.
    if (size >= SMALL && smaller.luts.length >= last.luts.length) break;
    if (isBetter(smaller, best)) best = smaller;
    // Covering a large cone anew takes long, and seldom wins.
    const again = size < MOST_COVERED ? covered(smaller.frame, options) : smaller;
    if (isBetter(again, best)) best = again;
    failures = best === before ? failures + 1 : 0;
    // What is not better may still lead on: it has other shapes.
    last = best === smaller ? smaller : again;
  }
  return { ...best, before: first.frame };
}

function moved(from: Covered, to: Rebuilt, { delay }: Options): Covered {
  const luts = tidy(to.cone, to.luts);
  return { frame: movedFrame(from.frame, to.cone, to.moved), luts, arrival: latestRoot(to.cone, luts, delay) };
}

/** A frame and the cells of its logic. */
interface Covered {
  readonly frame: Frame;
  readonly luts: readonly Lut[];
  readonly arrival: number;
}

/** Rounds at most, and bits times rounds: large cones are covered once. */
const EFFORT = 12;
const WORK = 12_000;
/** Rounds in a row that may fail, for cones of fewer bits than that. */
const PATIENCE = 3;
const SMALL = 600;
/** Bits of a cone that is covered again in each round. */
const MOST_COVERED = 1500;
/** Inputs of the functions that are taken apart anew, by round. */
const WIDEST = [8, 7, 9];

function covered(frame: Frame, options: Options): Covered {
  const cone = { ...frame.cone, roots: [...frame.cone.roots] };
  const luts = tidy(cone, lutsOf(cone.bits, map(cone, options)));
  return { frame: { ...frame, cone }, luts, arrival: latestRoot(cone, luts, options.delay) };
}

function isSmaller(one: Covered, other: Covered, objective: Objective): boolean {
  return merit(one, objective) < merit(other, objective) * (1 - 1e-9);
}

/** Less is better; where both count, a hundredth of the cells is worth four hundredths of the time. */
function merit({ luts, arrival }: Covered, objective: Objective): number {
  return weight(luts.length, arrival, objective);
}

function weight(size: number, arrival: number, objective: Objective): number {
  switch (objective) {
    case "area":
      return size + 1e-9 * arrival;
    case "delay":
      return arrival + 1e-6 * size;
    case "balanced":
      return size ** 4 * arrival;
  }
}

function isBetter(one: Covered, other: Covered): boolean {
  return one.luts.length < other.luts.length && one.arrival <= other.arrival + 1e-6;
}

/** The frame around a cone that was made anew. */
function movedFrame(frame: Frame, cone: Cone, moved: (literal: Literal) => Literal | undefined): Frame {
  const place = (leaf: number) => (moved(2 * leaf) ?? bug("a leaf that is gone")) >> 1;
  return {
    ...frame,
    cone,
    inputs: frame.inputs.map((one) => ({ ...one, leaf: place(one.leaf) })),
    states: frame.states.map((one) => ({ ...one, leaves: one.leaves.map(place) })),
    units: frame.units.map((one) => ({ ...one, leaf: place(one.leaf) })),
    values: frame.values.map((bits) => bits?.map((bit) => moved(bit) ?? -1)),
  };
}
