// Choices between LUTs with the sites that they take: as many as there are LUTs below them, side by side. What takes as
// many shares tiles, as far as its registers may.
import { bug } from "../../lang/diagnostic.ts";
import type { Prim, Target } from "../../lang/target/target.ts";
import type { Choices, Tile } from "../../lang/target/tile.ts";
import type { Cell, Net, Netlist } from "../netlist.ts";
import { template } from "../template.ts";
import { inputBit, type Seat } from "./chains.ts";
import { readersOf } from "./readers.ts";

/** The cell of a level of choices, and which of its inputs are the values that 1 and 0 choose. */
interface Level {
  readonly prim: Prim;
  readonly high: number;
  readonly low: number;
}

/**
 * Seats of choices, from the first site of a tile up, for tiles of `perTile` sites. Only registers with the same
 * `controlOf` stand in one tile.
 */
export function layChoices(
  { cells, ...netlist }: Netlist,
  tile: Tile,
  rule: Choices,
  target: Target,
  perTile: number,
  controlOf: (register: Cell) => number,
): readonly (readonly Seat[])[] {
  const levels = rule.by.map((imp) => levelOf(template(imp, new Map(), [1, 1, 1], target).cells));
  const levelAt = new Map(levels.map(({ prim }, at) => [prim, at]));
  const own = cells.flatMap((cell, at) => (levelAt.has(cell.prim) ? [at] : []));
  if (own.length === 0) return [];
  const readers = readersOf({ ...netlist, cells });
  const drivers = new Map<Net, number>();
  cells.forEach(({ prim, outputs }, at) => {
    if (prim.role === "lut" || prim.role === "choice") drivers.set(outputs[0] as Net, at);
  });
  const values = (cell: number): readonly [high: number, low: number] => {
    const { prim, inputs } = cells[cell] as Cell;
    const { high, low } = levels[levelAt.get(prim) ?? -1] ?? bug("not a choice");
    const driver = (pin: number) => drivers.get(inputs[pin] as Net) ?? bug("a choice of what stands nowhere");
    return [driver(high), driver(low)];
  };
  const isInner = new Set(own.flatMap(values));
  const registerOf = (cell: number): number => {
    const net = cells[cell]?.outputs[0] as Net;
    const [reader] = readers.of(net);
    const register = reader === undefined ? undefined : cells[reader.cell];
    if (reader === undefined || readers.count(net) !== 1 || tile.register === undefined) return -1;
    const isRegister = register?.prim.role === "state" && register.prim.resource === tile.resource;
    return isRegister && inputBit(register.prim, tile.register) === reader.pin ? reader.cell : -1;
  };
  const seatsOf = (cell: number): readonly Seat[] => {
    if (!levelAt.has((cells[cell] as Cell).prim)) return [{ carry: -1, lut: cell, register: -1 }];
    const [high, low] = values(cell).map(seatsOf) as [readonly Seat[], readonly Seat[]];
    const [first, ...rest] = low as [Seat, ...Seat[]];
    return [...high, { ...first, choice: cell, register: registerOf(cell) }, ...rest];
  };
  const laid: Seat[][] = [];
  const open = new Map<string, Seat[]>();
  for (const cell of own) {
    if (isInner.has(cell)) continue;
    const seats = seatsOf(cell);
    const registers = seats.flatMap(({ register = -1 }) => (register < 0 ? [] : [cells[register] as Cell]));
    const key = `${seats.length} ${registers.map(controlOf).join(" ")}`;
    const before = open.get(key);
    if (before !== undefined && before.length + seats.length <= perTile) before.push(...seats);
    else {
      const fresh = [...seats];
      laid.push(fresh);
      open.set(key, fresh);
    }
  }
  return laid;
}

/** What an implementation of a choice is: its operands are the nets behind the constants. */
function levelOf([cell]: readonly Pick<Cell, "prim" | "inputs">[]): Level {
  if (cell === undefined) return bug("a choice of no cells");
  return { prim: cell.prim, high: cell.inputs.indexOf(3), low: cell.inputs.indexOf(4) };
}
