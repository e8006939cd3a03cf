// Carries of one bit, put together to cells of several.
import { bug } from "../../lang/diagnostic.ts";
import type { Prim, Target } from "../../lang/target/target.ts";
import type { WideCarry } from "../../lang/target/tile.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "../netlist.ts";
import { type Readers, readersOf } from "../place/readers.ts";
import { fitted } from "./smallest.ts";
import { stamped } from "./stamped.ts";

/** A bit of a chain: the operands of its carry but the carry that comes in, and the nets that it drives, if any. */
interface Bit {
  readonly operands: readonly Net[];
  carry: Net | undefined;
  sum: Net | undefined;
  /** The cell that stands for it in messages and names. */
  readonly like: Cell;
}

interface Chain {
  readonly into: Net;
  readonly bits: Bit[];
  /** Whether the last carry may go on to a sum of the same chain. */
  closed: boolean;
}

/** Puts all chains together. Sums without a carry beside them or below them become LUTs. */
export function gatherCarries(
  netlist: Netlist,
  rule: WideCarry,
  target: Target,
  tables: ReadonlyMap<number, Prim>,
): Netlist {
  const [carry, sum] = [target.prims.get(rule.carry), target.prims.get(rule.sum)];
  if (carry === undefined || sum === undefined) return bug(`no prim ${rule.carry} or ${rule.sum}`);
  if (!netlist.cells.some(({ prim }) => prim === carry || prim === sum)) return netlist;
  const readers = readersOf(netlist);
  const shared = carry.inputs.findIndex(({ name }) => name === rule.shares) - 1;
  const chains = chainsOf(netlist, carry);
  const rest = addSums(netlist, sum, chains, shared);
  let nets = netlist.netCount;
  const fresh = () => nets++;
  const renamed = new Map<Net, Net>();
  const inverters: Cell[] = [];
  for (const chain of chains)
    separate(chain, {
      readers,
      shared,
      own: new Set([carry, sum]),
      cells: netlist.cells,
      invert: (from, like) => {
        const lut = tables.get(1) ?? bug("no LUT of one input");
        const to = fresh();
        inverters.push({ ...like, name: `${like.name}~`, prim: lut, params: [1n], inputs: [from], outputs: [to] });
        return to;
      },
      fresh,
      rename: (from, to) => renamed.set(from, to),
    });
  const wide = chains.flatMap((chain) => widened(chain, rule, target, fresh));
  const firsts = new Map(wide.map((cell) => [cell.name, cell]));
  const net = (one: Net) => renamed.get(one) ?? one;
  const cells = netlist.cells.flatMap((cell): readonly Cell[] => {
    const made = firsts.get(cell.name);
    if (made !== undefined) return [made];
    if (cell.prim !== carry && cell.prim !== sum) return [{ ...cell, inputs: cell.inputs.map(net) }];
    return rest.has(cell) ? [fitted({ ...cell, inputs: cell.inputs.map(net) }, tables)] : [];
  });
  return {
    ...netlist,
    cells: [...cells, ...inverters],
    netCount: nets,
    outputs: netlist.outputs.map((port) => ({ ...port, nets: port.nets.map(net) })),
    names: netlist.names.map(({ name, nets: some }) => ({ name, nets: some.map(net) })),
  };
}

/** Carries that lead from one to the next. */
function chainsOf({ cells }: Netlist, carry: Prim): Chain[] {
  const carries = cells.filter(({ prim }) => prim === carry);
  const made = new Set(carries.map(({ outputs }) => outputs[0]));
  const next = new Map<Net, Cell>();
  const heads: Cell[] = [];
  for (const cell of carries) {
    const from = cell.inputs[0] as Net;
    if (!made.has(from) || next.has(from)) heads.push(cell);
    else next.set(from, cell);
  }
  return heads.map((head) => {
    const bits: Bit[] = [];
    for (let cell: Cell | undefined = head; cell !== undefined; cell = next.get(cell.outputs[0] as Net))
      bits.push({ operands: cell.inputs.slice(1), carry: cell.outputs[0] as Net, sum: undefined, like: cell });
    return { into: head.inputs[0] as Net, bits, closed: false };
  });
}

/** Gives the bits of chains their sums; the cells that belong to none are left. */
function addSums({ cells }: Netlist, sum: Prim, chains: readonly Chain[], shared: number): ReadonlySet<Cell> {
  const byOperands = new Map<string, Bit>();
  const byCarry = new Map<Net, Chain>();
  for (const chain of chains) {
    let into = chain.into;
    for (const bit of chain.bits) {
      const key = `${into} ${bit.operands[shared]}`;
      if (!byOperands.has(key)) byOperands.set(key, bit);
      into = bit.carry as Net;
    }
    byCarry.set(into, chain);
  }
  const rest = new Set<Cell>();
  for (const cell of cells) {
    if (cell.prim !== sum) continue;
    const [into, operand] = cell.inputs as [Net, Net];
    const bit = byOperands.get(`${into} ${operand}`);
    const chain = byCarry.get(into);
    if (bit !== undefined && bit.sum === undefined) bit.sum = cell.outputs[0];
    else if (chain !== undefined && !chain.closed) {
      const [first] = chain.bits as [Bit];
      const operands = first.operands.map((_, at) => (at === shared ? operand : LOW));
      chain.bits.push({ operands, carry: undefined, sum: cell.outputs[0], like: cell });
      chain.closed = true;
    } else rest.add(cell);
  }
  return rest;
}

interface Surroundings {
  readonly readers: Readers;
  readonly cells: readonly Cell[];
  readonly shared: number;
  readonly own: ReadonlySet<Prim>;
  readonly invert: (from: Net, like: Cell) => Net;
  readonly fresh: () => Net;
  readonly rename: (from: Net, to: Net) => void;
}

/**
 * A bit shows its sum or its carry to others, not both: a carry that is read elsewhere leaves as the sum of a further bit,
 * which is its inverse where it has to go on.
 */
function separate({ bits }: Chain, { readers, cells, shared, own, invert, fresh, rename }: Surroundings): void {
  for (let at = 0; at < bits.length; at++) {
    const { carry, sum, like, operands } = bits[at] as Bit;
    if (carry === undefined || sum === undefined) continue;
    const isStrange = readers.of(carry).some(({ cell }) => !own.has((cells[cell] as Cell).prim));
    if (!isStrange && !readers.isOutput(carry)) continue;
    const isLast = at + 1 === bits.length;
    const shown = fresh();
    rename(carry, isLast ? shown : invert(shown, like));
    const passing = operands.map((_, operand) => (!isLast && operand === shared ? HIGH : LOW));
    bits.splice(at + 1, 0, { operands: passing, carry: isLast ? undefined : fresh(), sum: shown, like });
    at++;
  }
}

/** The cells of a chain, each with as many bits as there is room for. */
function widened({ into, bits }: Chain, rule: WideCarry, target: Target, fresh: () => Net): readonly Cell[] {
  const made: Cell[] = [];
  let from = into;
  for (let low = 0; low < bits.length; low += rule.bits) {
    const some = bits.slice(low, low + rule.bits);
    const [first] = some as [Bit];
    const places = Array.from({ length: rule.bits }, (_, at) => at);
    const words = first.operands.map((_, operand) => places.map((at) => some[at]?.operands[operand] ?? LOW));
    const carries = places.map((at) => some[at]?.carry ?? fresh());
    const sums = places.map((at) => some[at]?.sum ?? fresh());
    const cells = stamped(rule.by, new Map(), [[from], ...words], [carries, sums], first.like, target, fresh);
    made.push(...cells);
    from = carries.at(-1) as Net;
  }
  return made;
}
