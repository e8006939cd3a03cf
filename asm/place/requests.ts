// What a person asked for in coordinates, put on the board before anything else, or refused with both ends.
import type { Instruction } from "../../lang/ast.ts";
import type { Report } from "../../lang/diagnostic.ts";
import type { Device } from "../../lang/target/device.ts";
import type { Target } from "../../lang/target/target.ts";
import type { Board } from "./board.ts";
import { isInColumn } from "./columns.ts";
import type { Grid } from "./grid.ts";
import { type Coordinate, type Request, requestOf, siteAt, sitesFrom, sitesOf } from "./locate.ts";
import type { Packed, Unit } from "./pack.ts";

/** An instruction that has units of its own, or whose registers stand in those of others. */
export interface Owner {
  readonly instruction: Instruction;
  /** Its units, those on the resource that its location names before the others, and how many those are. */
  readonly units: readonly number[];
  readonly main: number;
}

/** A request with names or holes in it, which waits for the others. */
export interface Open {
  readonly owner: Owner;
  readonly request: Request & { readonly kind: "from" };
}

/** The units of each instruction, by its place in the program. */
export function ownersOf(
  { netlist, units, unitOf }: Packed,
  instructions: readonly Instruction[],
  target: Target,
): readonly Owner[] {
  const everyUnit = units;
  const own: number[][] = instructions.map(() => []);
  const guest: Set<number>[] = instructions.map(() => new Set());
  units.forEach(({ cells }, unit) => {
    const [first] = cells;
    if (first !== undefined) own[netlist.cells[first]?.group ?? -1]?.push(unit);
  });
  netlist.cells.forEach(({ group }, cell) => {
    if ((unitOf[cell] as number) >= 0) guest[group]?.add(unitOf[cell] as number);
  });
  return instructions.map((instruction, at) => {
    const units = own[at] as number[];
    const all = units.length > 0 ? units : [...(guest[at] as Set<number>)];
    const resource = target.patterns.get(instruction.op.text)?.resource;
    const isMain = (unit: number) => everyUnit[unit]?.resource === resource;
    const main = all.filter(isMain);
    return { instruction, units: [...main, ...all.filter((unit) => !isMain(unit))], main: main.length };
  });
}

/** Puts what was asked for on the board; `wish` says where the rest would like to be. Gives what stands fixed then. */
export function putRequests(
  owners: readonly Owner[],
  packed: Packed,
  board: Board,
  device: Device,
  found: Report,
): readonly Open[] {
  const { grid } = board;
  const holders = new Map<number, Owner>();
  const open: Open[] = [];
  for (const whole of owners) {
    const request = requestOf(whole.instruction);
    const { loc } = whole.instruction;
    // What stands on other resources is named by stretches, or left open.
    const isWhole = request !== undefined && typeof request !== "string" && countOf(request) === whole.units.length;
    const owner = isWhole || whole.main === 0 ? whole : { ...whole, units: whole.units.slice(0, whole.main) };
    if (request === undefined || loc === undefined) continue;
    if (typeof request === "string") {
      found.error("bad-location", request, [{ span: loc, text: "" }], ["write `(3, 4)`, or `(3, 4, 0..7)`"]);
      continue;
    }
    const units = owner.units.map((unit) => packed.units[unit] as Unit);
    if (units.length === 0) continue;
    const resource = units[0]?.resource ?? "";
    if (
      request.kind === "from" &&
      [request.x, request.y, request.z].some((one) => one !== undefined && one.kind !== "number")
    ) {
      open.push({ owner, request });
      continue;
    }
    const sites =
      request.kind === "from"
        ? sitesFrom(siteAt(value(request.x), value(request.y), value(request.z), resource, grid), units, grid)
        : sitesOf(
            request.stretches,
            units.map((unit) => unit.resource),
            grid,
          );
    putAt(owner, units, sites, packed, board, device, holders, found);
  }
  return open;
}

/** How many sites a request names; undefined where it names only the first. */
function countOf(request: Request): number | undefined {
  if (request.kind === "from") return undefined;
  return request.stretches.reduce((sum, { low, high }) => sum + Math.max(high - low + 1, 0), 0);
}

function value(one: Coordinate | undefined): number {
  return one?.kind === "number" ? one.value : 0;
}

/** Puts the units of an instruction on sites, or says why they cannot stand there. */
function putAt(
  owner: Owner,
  units: readonly Unit[],
  sites: readonly number[],
  packed: Packed,
  board: Board,
  device: Device,
  holders: Map<number, Owner>,
  found: Report,
): void {
  const { loc, results } = owner.instruction;
  if (loc === undefined) return;
  const name = results[0]?.name.text ?? "";
  const resource = units[0]?.resource ?? "";
  const span = results[0] ?? owner.instruction;
  const cells = `${units.length} ${units.length === 1 ? "cell" : "cells"}`;
  if (sites.length !== units.length) {
    found.error("bad-location", `\`${name}\` has ${cells}, and this names ${sites.length} sites`, [
      { span: loc, text: `${sites.length} sites` },
      { span, text: cells },
    ]);
    return;
  }
  if (sites[0] === -1 || (sites.includes(-1) && !units.some((unit) => unit.chain >= 0))) {
    found.error(
      "bad-location",
      sites[0] === -1
        ? `${device.part} has no \`${resource}\` here`
        : `the column of ${device.part} ends before \`${name}\` does`,
      [
        { span: loc, text: "" },
        { span, text: `needs ${cells}` },
      ],
      [sitesHelp(resource, device)],
    );
    return;
  }
  if (sites.includes(-1)) {
    const left = sites.filter((site) => site >= 0).length;
    found.error(
      "bad-location",
      `the chain of \`${name}\` is longer than what is left of its column`,
      [
        { span: loc, text: `${left} cells are left from here up` },
        { span, text: `needs ${cells}` },
      ],
      ["begin further down, or leave the row open with `??`"],
    );
    return;
  }
  for (const [at, unit] of owner.units.entries()) {
    const site = sites[at] as number;
    const taken = board.unit[site] as number;
    if (taken === unit) continue;
    const holder = holders.get(taken >= 0 ? taken : unit);
    const other =
      holder === undefined ? [] : [{ span: holder.instruction.loc ?? holder.instruction, text: "first here" }];
    if (taken >= 0 || (board.site[unit] as number) >= 0) {
      const where = placeText(site, board.grid);
      found.error(
        "bad-location",
        taken >= 0
          ? `two instructions are put on ${where}`
          : `\`${name}\` shares cells with \`${holder?.instruction.results[0]?.name.text}\`, which stand elsewhere`,
        [{ span: loc, text: taken >= 0 ? "again here" : "here" }, ...other],
        ["a site holds a LUT, the register that it feeds, and a carry"],
      );
      return;
    }
    if (!isInColumn(unit, site, packed, board)) {
      found.error(
        "bad-location",
        `the cells of a chain follow each other from the first site of a tile up`,
        [
          { span: loc, text: `${placeText(site, board.grid)} does not` },
          { span, text: "has a chain" },
        ],
        ["name the tile alone, `(3, 4)`"],
      );
      return;
    }
    if (!board.fits(unit, board.grid.tileOf[site] as number)) {
      const sharer = neighbour(site, board, holders, owner);
      found.error(
        "no-place",
        `the tile of ${placeText(site, board.grid)} cannot hold these together`,
        [
          { span: loc, text: "" },
          ...(sharer === undefined
            ? []
            : [{ span: sharer.instruction.loc ?? sharer.instruction, text: "beside this" }]),
        ],
        ["the registers of a tile have one enable and one reset, and a tile takes so many wires and no more"],
      );
      return;
    }
    board.put(unit, site);
    holders.set(unit, owner);
  }
}

/** Another instruction in the tile of a site. */
function neighbour(
  site: number,
  { grid, unit }: Board,
  holders: ReadonlyMap<number, Owner>,
  but: Owner,
): Owner | undefined {
  const tile = grid.tileOf[site] as number;
  const first = grid.first[tile] as number;
  for (let at = first; at < first + (grid.size[tile] as number); at++) {
    const holder = holders.get(unit[at] as number);
    if (holder !== undefined && holder !== but) return holder;
  }
  return undefined;
}

export function placeText(site: number, grid: Grid): string {
  const tile = grid.tileOf[site] as number;
  const z = (grid.size[tile] as number) > 1 ? `, ${site - (grid.first[tile] as number)}` : "";
  return `\`${grid.kinds[grid.kind[tile] as number]}(${grid.x[tile]}, ${grid.y[tile]}${z})\``;
}

function sitesHelp(resource: string, { sites }: Device): string {
  const own = sites.filter((rule) => rule.resource === resource);
  const ends = (pick: (rule: (typeof own)[number]) => readonly [number, number]) => {
    const all = own.flatMap((rule) => [...pick(rule)]);
    return `${Math.min(...all)} to ${Math.max(...all)}`;
  };
  if (own.length === 0) return `the device has no \`${resource}\` at all`;
  return `\`${resource}\` is in columns ${ends((rule) => rule.x)} and rows ${ends((rule) => rule.y)}`;
}
