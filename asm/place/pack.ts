// Which cells share a site: a LUT, the register that it feeds, and a carry with the same operands. What comes out are
// units, each of which takes one site, and what its tile must offer.
import { bug } from "../../lang/diagnostic.ts";
import type { Device } from "../../lang/target/device.ts";
import type { Target } from "../../lang/target/target.ts";
import type { Tile } from "../../lang/target/tile.ts";
import { type Cell, HIGH, type Net, type Netlist } from "../netlist.ts";
import { type ChainLimits, type Chains, type First, inputBit, layChains } from "./chains.ts";
import { layChoices } from "./choices.ts";
import { layLinks } from "./links.ts";
import { readersOf } from "./readers.ts";
import { layWide } from "./wide.ts";

export interface Packed {
  /** With the cells that chains need. */
  readonly netlist: Netlist;
  /** The unit of a cell; -1 for a cell without a place. */
  readonly unitOf: Int32Array;
  readonly units: readonly Unit[];
  /** Units in a column, the lowest first. */
  readonly chains: readonly (readonly number[])[];
  readonly firsts: readonly First[];
  /** Nets on wires across the device. */
  readonly buffered: ReadonlySet<Net>;
}

export interface Unit {
  readonly resource: string;
  /** Places among the cells, the first names the instruction that it belongs to. */
  readonly cells: readonly number[];
  /** What its registers share with others of the tile: units with other numbers stand elsewhere; -1 without registers. */
  readonly control: number;
  /** Wires into the tile for that, once a tile. */
  readonly controlWires: number;
  /** Wires into the tile for its operands. */
  readonly wires: number;
  /** Its chain, and its place there; -1 without. */
  readonly chain: number;
  readonly step: number;
}

interface Control {
  readonly id: number;
  readonly wires: number;
}

const FREE: Control = { id: -1, wires: 0 };

export function pack(
  given: Netlist,
  tiles: ReadonlyMap<string, Tile>,
  target: Target,
  device: Device,
  apart: (lut: Cell, register: Cell) => boolean = () => false,
): Packed {
  const buffered = bufferedNets(given, tiles);
  const controls = controlSets(tiles, buffered);
  const logic = [...tiles.values()].find((tile) => tile.chain !== undefined || tile.wide !== undefined);
  const limits = logic === undefined ? undefined : chainLimits(given, logic, device, controls);
  const { netlist, chains: carries, firsts } = lay(given, logic, limits, target);
  const { cells } = netlist;
  const choices =
    logic?.choices === undefined || limits === undefined
      ? []
      : layChoices(netlist, logic, logic.choices, target, limits.perTile, (register) => controls(register).id);
  const chains = [...carries, ...choices, ...layLinks(netlist, tiles)];
  const { first: behind, second } = registersBehind(netlist, tiles, apart, controls);
  for (const { register = -1 } of chains.flat()) if (register >= 0) behind[register] = -2;
  const isTaken = new Uint8Array(cells.length);
  const unitOf = new Int32Array(cells.length).fill(-1);
  const units: Unit[] = [];
  const add = (some: readonly number[], control: Control, chain: number, step: number) => {
    const first = cells[some[0] as number] as Cell;
    const wires = (cells[some[0] as number] as Cell).inputs.filter((net) => net >= HIGH).length;
    for (const cell of some) {
      unitOf[cell] = units.length;
      isTaken[cell] = 1;
    }
    const isRegister = first.prim.role === "state";
    const { resource = "" } = first.prim;
    const own = isRegister && tiles.get(resource)?.register !== undefined ? 1 : wires;
    units.push({ resource, cells: some, control: control.id, controlWires: control.wires, wires: own, chain, step });
  };
  // Registers without a LUT, two of an instruction to a site that has two.
  const single = new Map<string, number>();
  const addAlone = (at: number) => {
    const { prim, group } = cells[at] as Cell;
    const control = controls(cells[at] as Cell);
    const key = `${control.id} ${group}`;
    const before = single.get(key);
    if (prim.sites > 1) {
      const column = Array.from({ length: prim.sites }, (_, step) => units.length + step);
      for (const step of column.keys()) add([at], FREE, columns.length, step);
      unitOf[at] = column[0] as number;
      columns.push(column);
      return;
    }
    const most = prim.role === "state" ? (tiles.get(prim.resource ?? "")?.registers ?? 1) : 1;
    if (before === undefined || most < 2) {
      if (most > 1) single.set(key, units.length);
      add([at], control, -1, 0);
      return;
    }
    single.delete(key);
    units[before] = { ...(units[before] as Unit), cells: [...(units[before] as Unit).cells, at] };
    unitOf[at] = before;
    isTaken[at] = 1;
  };
  const chainAt = new Map<number, number>();
  chains.forEach((seats, chain) => {
    for (const { carry, lut, choice = -1 } of seats)
      for (const cell of [carry, lut, choice]) if (cell >= 0) chainAt.set(cell, chain);
  });
  const columns: (readonly number[])[] = [];
  const perTile = limits?.perTile ?? 1;
  const layColumn = (chain: number) => {
    const from = units.length;
    let shared = FREE;
    (chains[chain] ?? []).forEach(({ carry, lut, choice = -1, register: own }, step) => {
      if (step % perTile === 0) shared = FREE;
      const register = own ?? (lut < 0 ? -1 : (behind[lut] as number));
      const control = register < 0 ? FREE : controls(cells[register] as Cell);
      const fits = register >= 0 && (shared.id < 0 || shared.id === control.id);
      if (fits) shared = control;
      const some = [lut, carry, choice, fits ? register : -1].filter((cell) => cell >= 0);
      add(some, fits ? control : FREE, columns.length, step);
    });
    columns.push(Array.from({ length: units.length - from }, (_, step) => from + step));
  };
  const laid = new Set<number>();
  cells.forEach((cell, at) => {
    const { resource } = cell.prim;
    if (isTaken[at] === 1 || resource === undefined || !tiles.has(resource)) return;
    const chain = chainAt.get(at);
    if (chain !== undefined) {
      if (!laid.has(chain)) layColumn(chain);
      laid.add(chain);
    } else if (cell.prim.role === "lut") {
      const register = behind[at] as number;
      if (register < 0) add([at], FREE, -1, 0);
      else {
        const both = [register, second[at] as number].filter((one) => one >= 0);
        add([at, ...both], controls(cells[register] as Cell), -1, 0);
      }
    } else if (cell.prim.role !== "state" || !isBehind(at)) addAlone(at);
  });
  // Registers that a chain did not take stand alone.
  cells.forEach((cell, at) => {
    if (isTaken[at] === 0 && cell.prim.resource !== undefined && tiles.has(cell.prim.resource)) addAlone(at);
  });
  return { netlist, unitOf, units, chains: columns, firsts, buffered };

  function isBehind(register: number): boolean {
    return behind[register] === -2;
  }
}

/** Chains as the tiles of a target have them: of carries of one bit, or of several. */
function lay(netlist: Netlist, tile: Tile | undefined, limits: ChainLimits | undefined, target: Target): Chains {
  if (tile === undefined || limits === undefined) return { netlist, chains: [], firsts: [] };
  return tile.wide === undefined
    ? layChains(netlist, tile, target, limits)
    : layWide(netlist, tile, tile.wide, target, limits.longest);
}

/**
 * The register that shares the site of a LUT, by the LUT; -2 at such a register, -1 elsewhere. A LUT of two functions may
 * have a second.
 */
function registersBehind(
  netlist: Netlist,
  tiles: ReadonlyMap<string, Tile>,
  apart: (lut: Cell, register: Cell) => boolean,
  controls: (cell: Cell) => Control,
): { readonly first: Int32Array; readonly second: Int32Array } {
  const { cells } = netlist;
  const readers = readersOf(netlist);
  const behind = new Int32Array(cells.length).fill(-1);
  const second = new Int32Array(cells.length).fill(-1);
  cells.forEach((cell, at) => {
    if (cell.prim.role !== "lut") return;
    for (const net of cell.outputs) {
      const [reader] = readers.of(net);
      if (reader === undefined || readers.count(net) !== 1) continue;
      const register = cells[reader.cell] as Cell;
      const tile = tiles.get(register.prim.resource ?? "");
      const port = tile?.register;
      const isFed = register.prim.role === "state" && register.prim.resource === cell.prim.resource;
      if (!isFed || port === undefined || inputBit(register.prim, port) !== reader.pin || apart(cell, register))
        continue;
      const before = behind[at] as number;
      if (before < 0) behind[at] = reader.cell;
      else if (tile?.registers === 2 && controls(cells[before] as Cell).id === controls(register).id)
        second[at] = reader.cell;
      else continue;
      behind[reader.cell] = -2;
    }
  });
  return { first: behind, second };
}

function chainLimits(netlist: Netlist, tile: Tile, device: Device, controls: (cell: Cell) => Control) {
  const rule = device.sites.find((one) => one.resource === tile.resource) ?? bug(`no sites of ${tile.resource}`);
  const readers = readersOf(netlist);
  const registerWires = (net: Net) => {
    const [reader] = readers.of(net);
    const register = reader === undefined ? undefined : netlist.cells[reader.cell];
    return register?.prim.role === "state" ? controls(register).wires : 0;
  };
  return { longest: (rule.y[1] - rule.y[0] + 1) * rule.count, perTile: rule.count, registerWires };
}

/** Numbers the combinations of nets that registers share with others of their tile. */
function controlSets(tiles: ReadonlyMap<string, Tile>, buffered: ReadonlySet<Net>): (cell: Cell) => Control {
  const known = new Map<string, Control>();
  return ({ prim, inputs }) => {
    const tile = tiles.get(prim.resource ?? "");
    if (prim.role !== "state" || tile === undefined || tile.shared.length === 0) return FREE;
    const nets = tile.shared.map(({ ports }) => {
      const port = prim.inputs.find((one) => ports.has(one.name));
      return port === undefined ? -1 : (inputs[inputBit(prim, port.name)] as Net);
    });
    const key = nets.join(" ");
    const wires = nets.filter((net) => net >= 0 && !buffered.has(net)).length;
    const control = known.get(key) ?? { id: known.size, wires };
    known.set(key, control);
    return control;
  };
}

/** The nets that most registers read at shared ports, as many as there are buffers for. The clock takes one of them. */
function bufferedNets(netlist: Netlist, tiles: ReadonlyMap<string, Tile>): ReadonlySet<Net> {
  const found = new Set<Net>();
  for (const tile of tiles.values()) {
    const counts = tile.shared.map(() => new Map<Net, number>());
    for (const { prim, inputs } of netlist.cells) {
      if (prim.resource !== tile.resource) continue;
      tile.shared.forEach(({ ports }, at) => {
        for (const { name, isClock } of prim.inputs) {
          if (isClock || !ports.has(name)) continue;
          const net = inputs[inputBit(prim, name)] as Net;
          if (net > HIGH) counts[at]?.set(net, (counts[at]?.get(net) ?? 0) + 1);
        }
      });
    }
    const left = tile.shared.map(({ buffers }) => buffers);
    const wanted = tile.shared
      .flatMap(({ above }, at) =>
        [...(counts[at] as Map<Net, number>)].map(([net, count]) => ({ at, net, count, above })),
      )
      .filter(({ count, above }) => count > above)
      .sort((a, b) => b.count - a.count || a.net - b.net);
    for (const { at, net } of wanted) {
      if (found.size >= tile.buffers - (netlist.hasClock ? 1 : 0) || left[at] === 0 || found.has(net)) continue;
      left[at] = (left[at] as number) - 1;
      found.add(net);
    }
  }
  return found;
}
