// Choices between LUTs side by side as the cells that tiles have for them, which cost no LUT.
import { type ChoiceTree, choiceTree } from "../../lang/choice.ts";
import { bug } from "../../lang/diagnostic.ts";
import type { Prim, Target } from "../../lang/target/target.ts";
import type { Choices } from "../../lang/target/tile.ts";
import { type Cell, LOW, type Net, type Netlist } from "../netlist.ts";
import { readersOf } from "../place/readers.ts";
import { levelsOf } from "./levels.ts";
import type { Partners } from "./pairs.ts";
import { stamped } from "./stamped.ts";

/** What a LUT becomes: its choices, the one at the root of this level. */
interface Grown {
  readonly tree: ChoiceTree;
  readonly level: number;
  /** The cells that it chooses among. */
  readonly values: readonly number[];
}

/** A netlist with choices, and the names of the LUTs that stand beside others for them. */
export interface Chosen {
  readonly netlist: Netlist;
  readonly beside: ReadonlySet<string>;
}

/** LUTs that only choose between others become choices, where that parts no more pairs of LUTs than it saves. */
export function gatherChoices(
  netlist: Netlist,
  rule: Choices,
  target: Target,
  tables: ReadonlyMap<number, Prim>,
  { partner, isAnchored }: Partners,
): Chosen {
  const { cells } = netlist;
  const readers = readersOf(netlist);
  const drivers = driversOf(cells, new Set(tables.values()), isAnchored);
  // By cell, the levels of choices that make it; -1 for what has no place beside another.
  const height = new Int8Array(cells.length).fill(-1);
  for (const at of drivers.values()) height[at] = 0;
  const levels = levelsOf(netlist);
  const trees = new Map<number, Grown>();
  const turned = new Set<number>();
  const beside = new Set<string>();
  const left = partner.slice();
  // The inverse of a choice is the choice of the inverses.
  const isTurnable = (at: number): boolean =>
    readers.count(cells[at]?.outputs[0] as Net) === 1 && (trees.get(at)?.values.every(isTurnable) ?? true);
  const turn = (at: number): void => {
    const inner = trees.get(at)?.values;
    if (inner !== undefined) inner.forEach(turn);
    else if (!turned.delete(at)) turned.add(at);
  };
  for (const at of [...drivers.values()].sort((a, b) => (levels[a] as number) - (levels[b] as number) || a - b)) {
    const { params, inputs } = cells[at] as Cell;
    const driver = (pin: number) => drivers.get(inputs[pin] as Net) ?? -1;
    const values = {
      height: (pin: number) => height[driver(pin)] ?? -1,
      isTurnable: (pin: number) => isTurnable(driver(pin)),
    };
    let tree: ChoiceTree | undefined;
    let level = 0;
    while (tree === undefined && level < rule.by.length)
      tree = choiceTree(params[0] as bigint, inputs.length, ++level, values);
    if (tree === undefined) continue;
    const chosen = valuesOf(tree).map(({ at: pin, isInverted }) => ({ value: driver(pin), isInverted }));
    const parted = new Set(chosen.map(({ value }) => value).filter((one) => left[one] !== -1));
    for (const one of parted) parted.delete(left[one] as number);
    if (parted.size > (left[at] === -1 ? 1 : 0)) continue;
    for (const one of [at, ...parted]) {
      if (left[one] !== -1) left[left[one] as number] = -1;
      left[one] = -1;
    }
    for (const { value, isInverted } of chosen) {
      height[value] = -1;
      beside.add((cells[value] as Cell).name);
      if (isInverted) turn(value);
    }
    height[at] = level;
    trees.set(at, { tree, level, values: chosen.map(({ value }) => value) });
  }
  let nets = netlist.netCount;
  const fresh = () => nets++;
  const made = cells.flatMap((cell, at): readonly Cell[] => {
    const tree = trees.get(at);
    if (tree !== undefined) return choosing(cell, tree, rule, target, fresh);
    return turned.has(at) ? [inverted(cell)] : [cell];
  });
  return { netlist: { ...netlist, cells: made, netCount: nets }, beside };
}

/** LUTs by the nets that they drive, but those that a carry holds. */
function driversOf(cells: readonly Cell[], kinds: ReadonlySet<Prim>, isAnchored: Uint8Array): ReadonlyMap<Net, number> {
  const drivers = new Map<Net, number>();
  cells.forEach(({ prim, outputs }, at) => {
    if (kinds.has(prim) && isAnchored[at] === 0) drivers.set(outputs[0] as Net, at);
  });
  return drivers;
}

type Value = Extract<ChoiceTree, { kind: "value" }>;

function valuesOf(tree: ChoiceTree): readonly Value[] {
  return tree.kind === "value" ? [tree] : [...valuesOf(tree.high), ...valuesOf(tree.low)];
}

/** The cells of a tree in the place of a LUT; the first of them has its name. */
function choosing(cell: Cell, { tree, level }: Grown, { by }: Choices, target: Target, fresh: () => Net): Cell[] {
  const { inputs, name } = cell;
  const made: Cell[] = [];
  const grow = (one: ChoiceTree, at: number, own: string, out: Net): Net => {
    if (one.kind === "value") return inputs[one.at] as Net;
    const place = made.length;
    const operands = [inputs[one.by] as Net];
    const like = { ...cell, name: own };
    const imp = by[at - 1] ?? bug("no choice of this level");
    for (const [side, half] of [one.high, one.low].entries())
      operands.push(grow(half, at - 1, `${own}+${side}`, half.kind === "value" ? LOW : fresh()));
    const nets = operands.map((net) => [net]);
    made.splice(place, 0, ...stamped(imp, new Map(), nets, [[out]], like, target, fresh));
    return out;
  };
  grow(tree, level, name, cell.outputs[0] as Net);
  return made;
}

/** A LUT of the opposite. */
function inverted(cell: Cell): Cell {
  const all = (1n << BigInt(2 ** cell.inputs.length)) - 1n;
  return { ...cell, params: [(cell.params[0] as bigint) ^ all] };
}
