// A picture of a device: its tiles by what sits in them, and those that a routed design uses.
import type { Device } from "./lang/target/device.ts";

/** Pixels of a tile. */
const TILE = 14;

/** Fills of tiles by the place of their resource among those of the device, unused and used. */
const FILLS = [
  ["#dfe7ef", "#2f6db5"],
  ["#e6efdf", "#4f9a2f"],
  ["#f3e7d8", "#c9781f"],
  ["#ece0f0", "#8a4aa8"],
  ["#f3dddd", "#b83a3a"],
] as const;

/** An SVG of the device with a routed design in the form of Project IceStorm, `.asc`. Row 0 is at the bottom. */
export function floorplan(device: Device, routed: string): string {
  const used = usedTiles(routed);
  const kinds = [...new Set(device.sites.map((rule) => rule.resource))];
  const { columns, rows } = device;
  const [width, height] = [columns * TILE, rows * TILE + 24];
  const tiles: string[] = [];
  let count = 0;
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const resource = resourceAt(device, x, y);
      if (resource === undefined) continue;
      const isUsed = used.has(`${x} ${y}`);
      if (isUsed) count++;
      const fill = FILLS[kinds.indexOf(resource) % FILLS.length]?.[isUsed ? 1 : 0];
      const place = `x="${x * TILE + 1}" y="${(rows - 1 - y) * TILE + 1}" width="${TILE - 2}" height="${TILE - 2}"`;
      tiles.push(
        `<rect ${place} fill="${fill}"><title>${resource} (${x}, ${y})${isUsed ? ", used" : ""}</title></rect>`,
      );
    }
  const caption = `<text x="4" y="${rows * TILE + 16}" font-family="sans-serif" font-size="11">${device.part}: ${count} tiles used</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    ...tiles,
    caption,
    "</svg>",
    "",
  ].join("\n");
}

/** What sits in a tile: the last rule that names it. */
function resourceAt({ sites }: Device, x: number, y: number): string | undefined {
  return sites.findLast((rule) => rule.x[0] <= x && x <= rule.x[1] && rule.y[0] <= y && y <= rule.y[1])?.resource;
}

/** Tiles that the design gives a name to a net in, or configures a cell of. */
function usedTiles(routed: string): ReadonlySet<string> {
  const used = new Set<string>();
  const blocks = routed.split(/^\./m);
  for (const block of blocks) {
    const match = /^(?:logic|ram[bt]|dsp\d|ipcon|io)_tile (\d+) (\d+)\n([01\n]+)/.exec(block);
    if (match === null || !match[3]?.includes("1")) continue;
    used.add(`${match[1]} ${match[2]}`);
  }
  return used;
}
