// Two LUTs of a few inputs as one that has two outputs.
import type { Prim, Target } from "../../lang/target/target.ts";
import type { Pair, WideCarry } from "../../lang/target/tile.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "../netlist.ts";
import { type Readers, readersOf } from "../place/readers.ts";
import { levelsOf } from "./levels.ts";
import { stamped } from "./stamped.ts";

/** What is found of a netlist's LUTs: by cell, the one that it shares a cell with, or -1, and whether a carry holds it. */
export interface Partners {
  readonly partner: Int32Array;
  readonly isAnchored: Uint8Array;
}

/** LUTs that read the same are put together, first those whose results go to the same bit of a carry. */
export function pairLuts(netlist: Netlist, rule: Pair, target: Target, { partner, isAnchored }: Partners): Netlist {
  let nets = netlist.netCount;
  const fresh = () => nets++;
  const made = netlist.cells.flatMap((cell, at): readonly Cell[] => {
    const other = partner[at] as number;
    if (other === -1) return [cell];
    const isFirst = isAnchored[other] !== 1 && (isAnchored[at] === 1 || at < other);
    return isFirst ? both(cell, netlist.cells[other] as Cell, rule, target, fresh) : [];
  });
  return { ...netlist, cells: made, netCount: nets };
}

/** Finds pairs among the LUTs but those that have to be `alone`, by name; without a rule none. */
export function partnersOf(
  netlist: Netlist,
  rule: Pair | undefined,
  target: Target,
  tables: ReadonlyMap<number, Prim>,
  wide: WideCarry | undefined,
  alone: ReadonlySet<string>,
): Partners {
  const { cells } = netlist;
  const kinds = new Set(tables.values());
  const readers = readersOf(netlist);
  const most = rule?.inputs ?? 0;
  const candidates = cells.flatMap(({ prim, inputs, name }, at) =>
    kinds.has(prim) && (rule === undefined || inputs.length <= most) && !alone.has(name) ? [at] : [],
  );
  const partner = new Int32Array(cells.length).fill(-1);
  const marry = (a: number, b: number) => {
    partner[a] = b;
    partner[b] = a;
  };
  const isAnchored = anchored(netlist, target, wide, readers, kinds, new Set(candidates), (lut, other) => {
    if (partner[lut] === -1 && partner[other] === -1 && together(lut, other, cells) <= most) marry(lut, other);
  });
  if (candidates.length < 2) return { partner, isAnchored };
  const levels = levelsOf(netlist);
  const byInput = new Map<Net, number[]>();
  for (const at of candidates)
    for (const net of (cells[at] as Cell).inputs) byInput.set(net, [...(byInput.get(net) ?? []).slice(-MOST), at]);
  for (const at of candidates) {
    if (partner[at] !== -1 || isAnchored[at] === 1) continue;
    const own = (cells[at] as Cell).inputs;
    let best = -1;
    let shared = 1;
    for (const other of own.flatMap((net) => byInput.get(net) ?? [])) {
      const isFree = other > at && partner[other] === -1 && isAnchored[other] === 0 && levels[other] === levels[at];
      if (!isFree) continue;
      const theirs = (cells[other] as Cell).inputs;
      const all = together(at, other, cells);
      const same = own.length + theirs.length - all;
      if (all > most || (same < 2 && same < Math.min(own.length, theirs.length))) continue;
      if (same > shared || best === -1) [best, shared] = [other, same];
    }
    if (best !== -1) marry(at, best);
  }
  return { partner, isAnchored };
}

/** LUTs that read a net are looked at up to this many before another. */
const MOST = 40;

/** How many nets two cells read together. */
function together(a: number, b: number, cells: readonly Cell[]): number {
  const own = (cells[a] as Cell).inputs;
  return own.length + (cells[b] as Cell).inputs.filter((net) => !own.includes(net)).length;
}

/**
 * Marks the LUTs that choose between the carry and another value in a bit of a carry: they have to be the first function of
 * a cell, and the way out of their site belongs to the sum. `meet` is told them with the LUT of that value, if both are for
 * nothing else.
 */
function anchored(
  { cells }: Netlist,
  target: Target,
  wide: WideCarry | undefined,
  readers: Readers,
  kinds: ReadonlySet<Prim>,
  candidates: ReadonlySet<number>,
  meet: (chooses: number, other: number) => void,
): Uint8Array {
  const found = new Uint8Array(cells.length);
  const imp = wide === undefined ? undefined : target.implementations.get(wide.by.name);
  const carry = wide === undefined ? undefined : target.prims.get(wide.carry);
  if (wide === undefined || imp === undefined || carry === undefined) return found;
  const drivers = new Map<Net, number>();
  cells.forEach(({ prim, outputs }, at) => {
    if (kinds.has(prim)) drivers.set(outputs[0] as Net, at);
  });
  const shared = carry.inputs.findIndex(({ name }) => name === wide.shares) - 1;
  const wides = new Set(imp.item.body.flatMap((one) => (one.kind === "instruction" ? [one.op.text] : [])));
  for (const { prim, inputs } of cells) {
    if (!wides.has(prim.name)) continue;
    for (let bit = 0; bit < wide.bits; bit++) {
      const operand = (word: number) => drivers.get(inputs[1 + word * wide.bits + bit] as Net) ?? -1;
      const chooses = operand(shared);
      if (chooses === -1) continue;
      found[chooses] = 1;
      if (!candidates.has(chooses)) continue;
      const other = operand(shared === 0 ? 1 : 0);
      const isOwn = (lut: number) => readers.count((cells[lut] as Cell).outputs[0] as Net) === 1;
      if (candidates.has(other) && other !== chooses && isOwn(chooses) && isOwn(other)) meet(chooses, other);
    }
  }
  return found;
}

/** A cell with both functions, the first of which may be one that is anchored. */
function both(a: Cell, b: Cell, rule: Pair, target: Target, fresh: () => Net): readonly Cell[] {
  const inputs = [...new Set([...a.inputs, ...b.inputs])].filter((net) => net > HIGH);
  while (inputs.length < rule.inputs) inputs.push(LOW);
  const table = ({ params, inputs: own }: Cell) => {
    let made = 0n;
    for (let row = 0; row < 2 ** rule.inputs; row++) {
      const from = own.reduce((all, net, at) => all | (((row >> inputs.indexOf(net)) & 1) << at), 0);
      made |= (((params[0] as bigint) >> BigInt(from)) & 1n) << BigInt(row);
    }
    return made;
  };
  const params = new Map([
    ["f", table(a)],
    ["g", table(b)],
  ]);
  const nets = inputs.map((net) => [net]);
  return stamped(rule.by, params, nets, [a.outputs, b.outputs], a, target, fresh);
}
