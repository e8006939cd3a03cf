// The rules of iCE40's logic tiles, written down once more, apart from the placer: Lattice's data sheet of the LP/HX family
// (FPGA-DS-02029) and the technology library (FPGA-TN-02026).
import type { Cell, Net, Netlist } from "../asm/netlist.ts";
import type { Device } from "../lang/target/device.ts";

interface Site {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  lut?: Cell;
  carry?: Cell;
  register?: Cell;
}

/** The nets of the ports of a cell by name, the clock left out. */
function ports({ prim, inputs }: Cell): Readonly<Record<string, Net>> {
  const names = prim.inputs.filter((port) => !port.isClock).map((port) => port.name);
  return Object.fromEntries(names.map((name, at) => [name, inputs[at] as Net]));
}

/** What is wrong with where the cells of a netlist stand; nothing if all is well. */
export function illegalities(netlist: Netlist, device: Device): readonly string[] {
  const wrong: string[] = [];
  const sites = new Map<string, Site>();
  const readers = new Map<Net, { readonly cell: Cell; readonly port: string }[]>();
  for (const cell of netlist.cells)
    for (const [port, net] of Object.entries(ports(cell))) {
      const known = readers.get(net);
      if (known === undefined) readers.set(net, [{ cell, port }]);
      else known.push({ cell, port });
    }
  const shown = new Set(netlist.outputs.flatMap((port) => port.nets));
  const blocks = new Set<string>();
  for (const cell of netlist.cells) {
    const { resource } = cell.prim;
    if (resource !== undefined && resource !== "lc") {
      const [, x = -1, y = -1] = (/^X(\d+)\/Y(\d+)\/\w+$/.exec(cell.site ?? "") ?? []).map(Number);
      const rule = device.sites.filter((one) => one.resource === resource).find((one) => holds(one, x, y));
      if (cell.site !== undefined && (rule === undefined || blocks.has(cell.site)))
        wrong.push(`${cell.name} cannot stand on ${cell.site}`);
      blocks.add(cell.site ?? "");
      continue;
    }
    const [, x = -1, y = -1, z = -1] = (/^X(\d+)\/Y(\d+)\/lc([0-7])$/.exec(cell.site ?? "") ?? []).map(Number);
    const rules = device.sites.filter((one) => holds(one, x, y));
    if (rules.at(-1)?.resource !== "lc") wrong.push(`${cell.name} stands on ${cell.site}`);
    const site = sites.get(`${x} ${y} ${z}`) ?? { x, y, z };
    sites.set(`${x} ${y} ${z}`, site);
    const kind = cell.prim.name === "SB_LUT4" ? "lut" : cell.prim.name === "SB_CARRY" ? "carry" : "register";
    if (site[kind] !== undefined) wrong.push(`${cell.name} and ${site[kind].name} are two of a kind on ${cell.site}`);
    site[kind] = cell;
  }
  for (const site of sites.values()) wrong.push(...inSite(site, sites, readers, shown));
  const tiles = grouped([...sites.values()]);
  for (const [name, tile] of tiles) wrong.push(...inTile(name, tile, netlist));
  return wrong;
}

/** Whether a rule puts a site at a column and a row. */
function holds(rule: Device["sites"][number], x: number, y: number): boolean {
  const isInside = rule.x[0] <= x && x <= rule.x[1] && rule.y[0] <= y && y <= rule.y[1];
  return isInside && (y - rule.y[0]) % rule.rows === 0;
}

function inSite(
  site: Site,
  sites: ReadonlyMap<string, Site>,
  readers: ReadonlyMap<Net, readonly { readonly cell: Cell; readonly port: string }[]>,
  shown: ReadonlySet<Net>,
): readonly string[] {
  const { x, y, z, lut, carry, register } = site;
  const wrong: string[] = [];
  const at = `${x} ${y} ${z}`;
  const out = lut?.outputs[0] as Net;
  if (lut !== undefined && register !== undefined) {
    const others = (readers.get(out) ?? []).filter(({ cell }) => cell !== register);
    if (ports(register)["D"] !== out || others.length > 0 || shown.has(out))
      wrong.push(`the register on ${at} is not alone behind its LUT`);
  }
  if (carry === undefined) return wrong;
  const { I0, I1, CI = 0 } = ports(carry);
  const below = z > 0 ? sites.get(`${x} ${y} ${z - 1}`) : sites.get(`${x} ${y - 1} 7`);
  if (CI > 1 && below?.carry?.outputs[0] !== CI) wrong.push(`the carry on ${at} does not come from below`);
  if (CI <= 1 && z !== 0) wrong.push(`the chain on ${at} begins within a tile`);
  if (lut === undefined) wrong.push(`the carry on ${at} has no LUT to hold it there`);
  else {
    const own = ports(lut);
    if (own["I1"] !== I0 || own["I2"] !== I1) wrong.push(`the LUT on ${at} has other operands than its carry`);
    if (CI > 1 && own["I3"] !== CI) wrong.push(`the LUT on ${at} does not read the carry`);
  }
  const above = z < 7 ? sites.get(`${x} ${y} ${z + 1}`) : sites.get(`${x} ${y + 1} 0`);
  const co = carry.outputs[0] as Net;
  if (shown.has(co)) wrong.push(`the carry of ${at} leaves the program`);
  for (const { cell, port } of readers.get(co) ?? [])
    if (!(cell === above?.carry && port === "CI") && !(cell === above?.lut && port === "I3"))
      wrong.push(`the carry of ${at} is read elsewhere, by ${cell.name}`);
  return wrong;
}

function grouped(sites: readonly Site[]): ReadonlyMap<string, readonly Site[]> {
  const tiles = new Map<string, Site[]>();
  for (const site of sites) {
    const name = `${site.x} ${site.y}`;
    tiles.set(name, [...(tiles.get(name) ?? []), site]);
  }
  return tiles;
}

/** Signals of more than 15 registers have a buffer, and do not count. */
function inTile(name: string, tile: readonly Site[], { cells }: Netlist): readonly string[] {
  const registers = tile.flatMap((site) => site.register ?? []);
  const signals = registers.map((cell) => {
    const { E, R, S } = ports(cell);
    return { enable: E ?? -1, reset: R ?? S ?? -1 };
  });
  const wrong: string[] = [];
  if (new Set(signals.map((one) => `${one.enable} ${one.reset}`)).size > 1)
    wrong.push(`the registers of tile ${name} have different signals`);
  const [signal] = signals;
  const isBusy = (net: Net, names: readonly string[]) =>
    cells.reduce((count, cell) => count + (names.some((port) => ports(cell)[port] === net) ? 1 : 0), 0) > 15;
  const local = [
    signal !== undefined && signal.enable > 1 && !isBusy(signal.enable, ["E"]),
    signal !== undefined && signal.reset > 1 && !isBusy(signal.reset, ["R", "S"]),
  ].filter(Boolean).length;
  const wires = tile.reduce((sum, { lut, register }) => {
    if (lut !== undefined) return sum + lut.inputs.filter((net) => net > 0).length;
    return sum + (register === undefined ? 0 : 1);
  }, local);
  if (wires > 32) wrong.push(`${wires} wires lead into tile ${name}`);
  return wrong;
}
