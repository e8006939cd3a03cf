// Two LUTs of a few inputs as one that has two outputs.
import type { Prim, Target } from "../../lang/target/target.ts";
import type { Pair, WideCarry } from "../../lang/target/tile.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "../netlist.ts";
import { type Readers, readersOf } from "../place/readers.ts";
import { stamped } from "./stamped.ts";

/** LUTs that read the same are put together, first those whose results go to the same bit of a carry. */
export function pairLuts(
  netlist: Netlist,
  rule: Pair,
  target: Target,
  tables: ReadonlyMap<number, Prim>,
  wide: WideCarry | undefined,
): Netlist {
  const { cells } = netlist;
  const kinds = new Set(tables.values());
  const readers = readersOf(netlist);
  const candidates = cells.flatMap(({ prim, inputs }, at) =>
    kinds.has(prim) && inputs.length <= rule.inputs ? [at] : [],
  );
  if (candidates.length < 2) return netlist;
  const partner = new Int32Array(cells.length).fill(-1);
  const marry = (a: number, b: number) => {
    partner[a] = b;
    partner[b] = a;
  };
  const isAnchored = anchored(netlist, target, wide, candidates, readers, (lut, other) => {
    if (partner[lut] === -1 && partner[other] === -1 && together(lut, other, cells) <= rule.inputs) marry(lut, other);
  });
  const levels = levelsOf(netlist);
  const byInput = new Map<Net, number[]>();
  for (const at of candidates)
    for (const net of (cells[at] as Cell).inputs) byInput.set(net, [...(byInput.get(net) ?? []).slice(-MOST), at]);
  for (const at of candidates) {
    if (partner[at] !== -1 || isAnchored[at] === 1) continue;
    const own = (cells[at] as Cell).inputs;
    let best = -1;
    let most = 1;
    for (const other of own.flatMap((net) => byInput.get(net) ?? [])) {
      const isFree = other > at && partner[other] === -1 && isAnchored[other] === 0 && levels[other] === levels[at];
      if (!isFree) continue;
      const theirs = (cells[other] as Cell).inputs;
      const all = together(at, other, cells);
      const same = own.length + theirs.length - all;
      if (all > rule.inputs || (same < 2 && same < Math.min(own.length, theirs.length))) continue;
      if (same > most || best === -1) [best, most] = [other, same];
    }
    if (best !== -1) marry(at, best);
  }
  let nets = netlist.netCount;
  const fresh = () => nets++;
  const made = cells.flatMap((cell, at): readonly Cell[] => {
    const other = partner[at] as number;
    if (other === -1) return [cell];
    const isFirst = isAnchored[other] !== 1 && (isAnchored[at] === 1 || at < other);
    return isFirst ? both(cell, cells[other] as Cell, rule, target, fresh) : [];
  });
  return { ...netlist, cells: made, netCount: nets };
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
  candidates: readonly number[],
  readers: Readers,
  meet: (chooses: number, other: number) => void,
): Uint8Array {
  const found = new Uint8Array(cells.length);
  const imp = wide === undefined ? undefined : target.implementations.get(wide.by.name);
  const carry = wide === undefined ? undefined : target.prims.get(wide.carry);
  if (wide === undefined || imp === undefined || carry === undefined) return found;
  const isCandidate = new Set(candidates);
  const drivers = new Map<Net, number>();
  for (const at of candidates) drivers.set((cells[at] as Cell).outputs[0] as Net, at);
  const shared = carry.inputs.findIndex(({ name }) => name === wide.shares) - 1;
  const wides = new Set(imp.body.flatMap((one) => (one.kind === "instruction" ? [one.op.text] : [])));
  for (const { prim, inputs } of cells) {
    if (!wides.has(prim.name)) continue;
    for (let bit = 0; bit < wide.bits; bit++) {
      const operand = (word: number) => drivers.get(inputs[1 + word * wide.bits + bit] as Net) ?? -1;
      const chooses = operand(shared);
      if (!isCandidate.has(chooses)) continue;
      found[chooses] = 1;
      const other = operand(shared === 0 ? 1 : 0);
      const isOwn = (lut: number) => readers.count((cells[lut] as Cell).outputs[0] as Net) === 1;
      if (other !== -1 && other !== chooses && isOwn(chooses) && isOwn(other)) meet(chooses, other);
    }
  }
  return found;
}

/** By cell, how many LUTs and carries come before it since a register or an input. */
function levelsOf({ cells, netCount }: Netlist): Int32Array {
  const drivers = new Int32Array(netCount).fill(-1);
  cells.forEach(({ prim, outputs }, at) => {
    if (prim.role === "lut" || prim.role === "carry") for (const net of outputs) drivers[net] = at;
  });
  const levels = new Int32Array(cells.length).fill(-1);
  const next = new Int32Array(cells.length);
  cells.forEach((_, root) => {
    if (levels[root] !== -1) return;
    const path = [root];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { inputs } = cells[at] as Cell;
      const net = inputs[next[at] as number];
      next[at] = (next[at] as number) + 1;
      if (net === undefined) {
        let level = 0;
        for (const one of inputs) level = Math.max(level, 1 + (levels[drivers[one] as number] ?? -1));
        levels[at] = level;
        path.pop();
        continue;
      }
      const from = drivers[net] as number;
      if (from !== -1 && next[from] === 0) path.push(from);
    }
  });
  return levels;
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
