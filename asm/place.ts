// Placement: every cell of a program gets its site, before any tool of the flow runs. Cells are packed into units; what was
// asked for is put first; the rest is solved, spread, settled on sites, and refined by wire length and slack.
import type { Instruction, Location, Program } from "../lang/ast.ts";
import { NOWHERE } from "../lang/ast.ts";
import { bug, type Outcome, type Report, report } from "../lang/diagnostic.ts";
import type { Device } from "../lang/target/device.ts";
import type { Target } from "../lang/target/target.ts";
import { type Tile, tilesOf } from "../lang/target/tile.ts";
import { type Timing, timingNamed, wireDelay } from "../lang/target/timing.ts";
import type { Cell, Netlist } from "./netlist.ts";
import { checkAbove } from "./place/above.ts";
import { anneal, type Effort, SPAN } from "./place/anneal.ts";
import { type Board, boardOf } from "./place/board.ts";
import { inputBit } from "./place/chains.ts";
import { completeChains } from "./place/columns.ts";
import { type Grid, gridOf } from "./place/grid.ts";
import { coordinatesOf } from "./place/locate.ts";
import { withSites } from "./place/named.ts";
import { putOpen } from "./place/open.ts";
import { type Packed, pack, type Unit } from "./place/pack.ts";
import { keepApart } from "./place/pins.ts";
import { type Pressure, pressureOf } from "./place/pressure.ts";
import { randomFrom } from "./place/random.ts";
import { readersOf } from "./place/readers.ts";
import { type Owner, ownersOf, putRequests } from "./place/requests.ts";
import { settle } from "./place/settle.ts";
import { type Bodies, type Region, solve, type Wishes } from "./place/solve.ts";
import { type Wires, wiresOf } from "./place/wires.ts";
import { timingGraph } from "./slack.ts";

export interface PlaceOptions {
  /** Where chance begins; another number gives another placement. */
  readonly seed?: number | undefined;
  /** Whether a program for which no sites are found is left as it is, without an error, if it asks for no places. */
  readonly optional?: boolean | undefined;
  /** What wires have taken in a placement before. */
  readonly slow?: readonly SlowWire[] | undefined;
}

/** A wire between two cells, by what a router calls them and where they were, and the time that it took, in ps. */
export interface SlowWire {
  readonly from: { readonly cell: string; readonly tile: readonly number[] };
  readonly to: { readonly cell: string; readonly tile: readonly number[] };
  readonly ps: number;
}

/** A program that has been placed. */
export interface Placement {
  /** What was placed: the program, and its cells. */
  readonly program: Program;
  readonly given: Netlist;
  /** The program with all coordinates. */
  readonly assembly: Program;
  /** Its cells, with the sites that they stand on, and those that chains needed. */
  readonly netlist: Netlist;
  readonly packed: Packed;
  readonly board: Board;
  readonly owners: readonly Owner[];
  /** Its timing, where the device says how long signals take. */
  readonly pressure: Pressure | undefined;
}

/** Whether a target says how cells share the sites of a device, without which nothing is placed. */
export function isPlaceable(target: Target, device: Device | undefined): device is Device {
  return device !== undefined && target.tiles.size > 0 && device.sites.some((rule) => target.tiles.has(rule.resource));
}

/** Places a program of assembly whose cells are `given`. */
export function place(
  program: Program,
  given: Netlist,
  target: Target,
  device: Device,
  { seed = 1, optional = false, slow = [] }: PlaceOptions = {},
): Outcome<Placement | undefined> {
  const found = report(program.source);
  const tiles = tilesOf(target);
  const grid = gridOf(device);
  const instructions = (program.items[0] ?? bug("no definition")).body.filter(
    (one): one is Instruction => one.kind === "instruction",
  );
  const packed = pack(given, tiles, target, device);
  const board = boardOf(packed, grid, tiles);
  const owners = ownersOf(packed, instructions, target);
  const open = putRequests(owners, packed, board, device, found);
  if (found.list.length > 0) return { value: undefined, diagnostics: found.list };
  const isAsked = open.length > 0 || board.site.some((site) => site >= 0);
  const failure = (unit: Unit) => {
    if (!optional || isAsked) refuse(unit, packed, device, found);
    return { value: undefined, diagnostics: found.list };
  };
  const surplus = firstSurplus(packed, grid);
  if (surplus !== undefined) return failure(surplus);
  const wires = wiresOf(packed);
  const random = randomFrom(seed);
  const wish = wishesOf(packed, board, wires, random);
  putOpen(open, packed, board, wish, found);
  if (found.list.length > 0) return { value: undefined, diagnostics: found.list };
  const stray = completeChains(packed, board);
  if (stray !== undefined) return failure(packed.units[stray] as Unit);
  const isFixed = Uint8Array.from(board.site, (site) => (site >= 0 ? 1 : 0));
  const unsettled = settle(packed, board, wish);
  if (unsettled !== undefined) return failure(packed.units[unsettled] as Unit);
  checkAbove(packed.netlist, packed.unitOf, board, instructions, target, found);
  if (found.list.length > 0) return { value: undefined, diagnostics: found.list };
  const pressure = pressureFor(packed, board, wires, tiles, target, device, slow);
  const { urgency, delays, update } = pressure ?? idle(wires);
  anneal(packed, board, wires, { urgency, delays, update, isFixed, random }, effortFor(packed.units.length));
  const cells = [...(pressure?.rewire() ?? packed.netlist.cells)];
  keepApart(cells, packed.firsts, readersOf({ ...packed.netlist, cells }));
  const netlist = withSites({ ...packed, netlist: { ...packed.netlist, cells } }, board, tiles);
  const assembly = withCoordinates(program, owners, packed, board);
  return {
    value: { assembly, netlist, program, given, packed: { ...packed, netlist }, board, owners, pressure },
    diagnostics: [],
  };
}

/** Moves for each unit: small programs get more, large ones at least what keeps the time linear. */
function effortFor(units: number): Effort {
  return { moves: Math.max(120, Math.min(1200, Math.round(1_200_000 / units))), steps: 40 };
}

function pressureFor(
  packed: Packed,
  board: Board,
  wires: Wires,
  tiles: ReadonlyMap<string, Tile>,
  target: Target,
  device: Device,
  slow: readonly SlowWire[],
): Pressure | undefined {
  const timing = timingNamed(target, device.timing);
  if (timing === undefined) return undefined;
  const { netlist, unitOf, buffered } = packed;
  const graph = timingGraph(netlist, timing, {
    buffered: (net) => buffered.has(net),
    share: (a, b) => unitOf[a] === unitOf[b],
    isRegister: ({ prim }, pin) => {
      const port = prim.role === "state" ? tiles.get(prim.resource ?? "")?.register : undefined;
      return port !== undefined && inputBit(prim, port) === pin;
    },
  });
  return pressureOf(graph, packed, board, wires, excesses(slow, packed, timing));
}

/** What wires took beyond what the timing says of their length, by the units at their ends. */
function excesses(slow: readonly SlowWire[], { netlist, unitOf }: Packed, timing: Timing): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  if (slow.length === 0) return found;
  const units = new Map(netlist.cells.map(({ name }, cell) => [name, unitOf[cell] as number]));
  // A packer puts words behind the name of a cell.
  const unitNamed = (name: string) => units.get(name) ?? units.get(name.replace(/_[A-Z]+$/, "")) ?? -1;
  for (const { from, to, ps } of slow) {
    const [a, b] = [unitNamed(from.cell), unitNamed(to.cell)];
    const [dx, dy] = [0, 1].map((axis) => Math.abs((from.tile[axis] ?? 0) - (to.tile[axis] ?? 0)));
    const excess = ps - wireDelay(timing, dx ?? 0, dy ?? 0);
    if (a >= 0 && b >= 0 && excess > 0) found.set(`${a} ${b}`, excess);
  }
  return found;
}

/** The first unit for which there are fewer sites than units of its kind; undefined if there are enough. */
function firstSurplus({ units }: Packed, grid: Grid): Unit | undefined {
  const left = new Map<string, number>();
  for (let tile = 0; tile < grid.kind.length; tile++) {
    const kind = grid.kinds[grid.kind[tile] as number] as string;
    left.set(kind, (left.get(kind) ?? 0) + (grid.size[tile] as number));
  }
  return units.find(({ resource }) => {
    const count = (left.get(resource) ?? 0) - 1;
    left.set(resource, count);
    return count < 0;
  });
}

/** Says that there is no place for a unit. */
function refuse({ chain, resource, cells }: Unit, { netlist, chains }: Packed, device: Device, found: Report): void {
  const { span } = netlist.cells[cells[0] as number] as Cell;
  const length = chain < 0 ? 1 : (chains[chain] as readonly number[]).length;
  found.error(
    "no-place",
    chain < 0
      ? `no \`${resource}\` of ${device.part} is left for this`
      : `no column of ${device.part} has ${length} cells in a row left for this chain`,
    [{ span, text: "" }],
    ["a larger device leaves more room; the registers of a tile share their enable and their reset"],
  );
}

function idle(wires: Wires): Pick<Pressure, "urgency" | "delays" | "update"> {
  return { urgency: new Float64Array(wires.count), delays: new Float64Array(SPAN * SPAN), update: () => false };
}

/** Where units would like to stand, by unit. */
function wishesOf(packed: Packed, board: Board, wires: Wires, random: ReturnType<typeof randomFrom>): Wishes {
  const { units, chains } = packed;
  const { grid } = board;
  const of = new Int32Array(units.length);
  const above = new Float64Array(units.length);
  const logic = busiestKind(board);
  const area: number[] = [];
  const fixedX: number[] = [];
  const fixedY: number[] = [];
  units.forEach(({ chain, step }, unit) => {
    const site = board.site[unit] as number;
    const size = siteCount(grid, board.kind[unit] as number);
    if (chain >= 0 && step > 0) {
      of[unit] = of[(chains[chain] as readonly number[])[0] as number] as number;
      above[unit] = Math.floor(step / size);
      return;
    }
    of[unit] = area.length;
    const isMoving = site < 0;
    area.push(
      isMoving && board.kind[unit] === logic ? (chain < 0 ? 1 : (chains[chain] as readonly number[]).length) : 0,
    );
    fixedX.push(isMoving ? Number.NaN : (board.x[unit] as number));
    fixedY.push(isMoving ? Number.NaN : (board.y[unit] as number));
  });
  const bodies: Bodies = {
    count: area.length,
    of,
    above,
    area: Int32Array.from(area),
    fixedX: Float64Array.from(fixedX),
    fixedY: Float64Array.from(fixedY),
  };
  const solved = solve(bodies, wires, regionFor(bodies, packed, board, logic), random);
  const byUnit = (place: Float64Array, offset: boolean) =>
    Float64Array.from(
      units,
      (_, unit) => (place[of[unit] as number] as number) + (offset ? (above[unit] as number) : 0),
    );
  return { x: byUnit(solved.x, false), y: byUnit(solved.y, true) };
}

function busiestKind({ grid }: Board): number {
  const counts = grid.kinds.map(() => 0);
  for (let tile = 0; tile < grid.kind.length; tile++)
    counts[grid.kind[tile] as number] = (counts[grid.kind[tile] as number] as number) + (grid.size[tile] as number);
  return counts.indexOf(Math.max(...counts));
}

function siteCount(grid: Grid, kind: number): number {
  const tile = grid.kind.indexOf(kind);
  return tile < 0 ? 1 : (grid.size[tile] as number);
}

/** How full a region of the device is at the most, if the device has more. */
const DENSITY = 0.8;

/** A square in the middle of the device with room for all; the whole device where something stands fixed. */
function regionFor(bodies: Bodies, { chains }: Packed, { grid, unit }: Board, logic: number): Region {
  const sites = new Int32Array(grid.columns * grid.rows);
  let [x0, y0, x1, y1] = [grid.columns, grid.rows, 0, 0];
  for (let tile = 0; tile < grid.kind.length; tile++) {
    if (grid.kind[tile] !== logic) continue;
    const [x, y] = [grid.x[tile] as number, grid.y[tile] as number];
    const first = grid.first[tile] as number;
    let free = 0;
    for (let at = first; at < first + (grid.size[tile] as number); at++) if (unit[at] === -1) free++;
    sites[x * grid.rows + y] = free;
    [x0, y0, x1, y1] = [Math.min(x0, x), Math.min(y0, y), Math.max(x1, x), Math.max(y1, y)];
  }
  const whole = { x0, y0, x1, y1, rows: grid.rows, sites };
  if (bodies.fixedX.some((x) => !Number.isNaN(x))) return whole;
  const size = siteCount(grid, logic);
  // A chain has the last of its tiles to itself but for what others leave over.
  const needed = bodies.area.reduce((sum, area) => sum + area, 0) / DENSITY;
  const tallest = Math.ceil(Math.max(1, ...chains.map((chain) => chain.length)) / size);
  const inside = (w: number, h: number): Region => {
    const left = Math.max(x0, Math.min(x1 - w + 1, ((x0 + x1 + 1) >> 1) - (w >> 1)));
    const low = Math.max(y0, Math.min(y1 - h + 1, ((y0 + y1 + 1) >> 1) - (h >> 1)));
    return { x0: left, y0: low, x1: Math.min(x1, left + w - 1), y1: Math.min(y1, low + h - 1), rows: grid.rows, sites };
  };
  for (let side = 2; side <= Math.max(x1 - x0, y1 - y0) + 1; side++) {
    const region = inside(Math.min(side, x1 - x0 + 1), Math.min(Math.max(side, tallest + 1), y1 - y0 + 1));
    let room = 0;
    for (let x = region.x0; x <= region.x1; x++)
      for (let y = region.y0; y <= region.y1; y++) room += sites[x * grid.rows + y] as number;
    if (room >= needed) return region;
  }
  return whole;
}

/** The program with the coordinates of its instructions; those that a person wrote in numbers stay. */
function withCoordinates(
  program: Program,
  owners: readonly Owner[],
  { units }: Packed,
  { grid, site }: Board,
): Program {
  const byInstruction = new Map(owners.map((owner) => [owner.instruction, owner]));
  const placed = (instruction: Instruction): Instruction => {
    const owner = byInstruction.get(instruction);
    const { loc } = instruction;
    if (owner === undefined || loc === undefined) return instruction;
    if (loc.coordinates.length > 0 && !loc.coordinates.some((one) => one.kind !== "int")) return instruction;
    const own = owner.units.map((unit) => units[unit] as Unit);
    const coordinates = coordinatesOf(
      own,
      owner.units.map((unit) => site[unit] as number),
      grid,
    );
    // What has become a wire stands nowhere.
    const { resource } = loc;
    const filled: Location | undefined = coordinates.length === 0 ? undefined : { resource, coordinates, ...NOWHERE };
    return { ...instruction, loc: filled };
  };
  const items = program.items.map((item) => ({
    ...item,
    body: item.body.map((one) => (one.kind === "instruction" ? placed(one) : one)),
  }));
  return { ...program, items };
}
