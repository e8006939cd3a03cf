// Which polarity of each bit is made, and how many cells are before it.
import { bug } from "../../lang/diagnostic.ts";
import { boxOf, FALSE, LEAF, TRUE } from "./bits.ts";
import type { Lut } from "./cone.ts";
import type { Placed } from "./frame.ts";
import type { Weaving } from "./weaving.ts";

/**
 * Which polarity of each bit is made: the one that registers, units and outputs need, as a cell takes either for nothing.
 * Where both are needed a second cell makes the other, of the same operands, so that it is there as early; what no cell
 * makes, or one that goes into those of a unit, gets an inverter behind it.
 */
export function settlePolarity(weaving: Weaving): void {
  const { bits, frame, flipped, source, luts, lutOf, inverseOf } = weaving;
  const { roots, spare } = frame.cone;
  const uses = new Int32Array(bits.count);
  for (const lut of luts) for (const leaf of lut.leaves) uses[leaf] = (uses[leaf] as number) + 1;
  const asIs = new Uint8Array(bits.count);
  for (const root of roots) if ((root & 1) === 0) asIs[root >> 1] = 1;
  const inverters = new Map<number, number>();
  roots.forEach((root, at) => {
    const node = root >> 1;
    if (root <= TRUE) source[at] = root === FALSE ? -1 : -2;
    else if ((root & 1) === 0) source[at] = node;
    else if (asIs[node] === 0 && (lutOf[node] as number) >= 0) {
      flipped[node] = 1;
      source[at] = node;
    } else {
      let inverter = inverters.get(node);
      if (inverter === undefined) {
        inverter = bits.count + inverters.size;
        inverters.set(node, inverter);
        lutOf[inverter] = luts.length;
        inverseOf.set(inverter, node);
        const own = luts[lutOf[node] as number];
        const isDouble = own !== undefined && !own.leaves.some((leaf) => spare.has(leaf) && uses[leaf] === 1);
        if (isDouble) luts.push({ ...own, node: inverter, table: inverse(own) });
        else luts.push({ node: inverter, leaves: [node], table: 1n, origin: bits.origin[node] as number });
      }
      source[at] = inverter;
    }
  });
}

function inverse({ leaves, table }: Lut): bigint {
  return table ^ ((1n << BigInt(2 ** leaves.length)) - 1n);
}

/** How many cells and units are before each bit; groups and units of one level do not need each other. */
export function settleLevels(weaving: Weaving): void {
  const { bits, frame, level, luts } = weaving;
  const boxLevels = new Int32Array(frame.cone.boxes.length).fill(-1);
  weaving.luts.sort((a, b) => a.node - b.node);
  luts.forEach((lut, at) => {
    weaving.lutOf[lut.node] = at;
  });
  for (let node = 1; node < bits.count; node++) {
    const at = weaving.lutOf[node] as number;
    if (at >= 0) level[node] = lutLevel(luts[at] as Lut, level);
    else if (bits.kind[node] === LEAF) {
      const box = boxOf(bits, node);
      if (box < 0) continue;
      if ((boxLevels[box] as number) < 0) boxLevels[box] = boxLevel(box, weaving);
      level[node] = boxLevels[box] as number;
    }
  }
  for (const lut of luts) if (lut.node >= bits.count) level[lut.node] = lutLevel(lut, level);
}

function lutLevel({ leaves }: Lut, level: Int32Array): number {
  let last = 0;
  for (const leaf of leaves) last = Math.max(last, level[leaf] as number);
  return last + 1;
}

function boxLevel(at: number, { frame, source, level, bits, luts, lutOf }: Weaving): number {
  const box = frame.cone.boxes[at] ?? bug("no box");
  let last = 0;
  for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++) {
    const node = source[root] as number;
    if (node < 0) continue;
    const isInverter = node >= bits.count;
    const own = isInverter ? lutLevel(luts[lutOf[node] as number] as Lut, level) : (level[node] as number);
    last = Math.max(last, own);
  }
  return last + 1;
}

export function unitLevel(at: number, weaving: Weaving): number {
  const placed = weaving.frame.units[at] as Placed;
  return boxOf(weaving.bits, placed.leaf) < 0 ? 0 : (weaving.level[placed.leaf] as number);
}
