// Pictures of a placement: the device's grid, what stands on its sites by instruction or by slack, and the longest path.
// An SVG, or a page around it that needs nothing else.
import { position } from "../lang/source.ts";
import type { Device } from "../lang/target/device.ts";
import type { Cell } from "./netlist.ts";
import type { Placement } from "./place.ts";
import { longestReads } from "./slack.ts";

/** Pixels of a tile. */
const TILE = 24;

/** Colours of instructions, in the order of their first use; then they begin anew. */
const KINDS = [
  "#2f6db5",
  "#c9781f",
  "#4f9a2f",
  "#8a4aa8",
  "#b83a3a",
  "#1f9a9a",
  "#b5952f",
  "#d0589a",
  "#6b7280",
  "#5b4fc4",
] as const;

/** Colours by slack, the tightest first. */
const SLACKS = ["#b3001b", "#e0532f", "#f09a38", "#f2d13c", "#a8c94a", "#55a868", "#3b8686", "#3b6e96"] as const;

export interface Colouring {
  /** Whether units are coloured by what the instruction is, or by how much time it has to spare. */
  readonly by: "kind" | "slack";
}

/** An SVG of a placement. Row 0 is at the bottom. */
export function picture(placement: Placement, device: Device, { by }: Colouring): string {
  const { columns, rows } = device;
  const size = `viewBox="0 0 ${columns * TILE} ${rows * TILE + 28}" width="${columns * TILE}" height="${rows * TILE + 28}"`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" ${size} class="${by}" font-family="sans-serif">`,
    `<style>${styleOf()}</style>`,
    ...tilesOf(placement, device),
    ...unitsOf(placement, device),
    ...pathOf(placement, device),
    `<text x="4" y="${rows * TILE + 19}" font-size="13">${escaped(caption(placement, device))}</text>`,
    "</svg>",
    "",
  ].join("\n");
}

/** A page with the picture, where one chooses the colours and reads names by pointing. */
export function floorplanPage(placement: Placement, device: Device): string {
  const kinds = kindsOf(placement);
  const legend = kinds
    .map((kind, at) => `<span><i class="u k${at % KINDS.length}"></i>${escaped(kind)}</span>`)
    .join(" ");
  const slacks = SLACKS.map((_, at) => `<i class="u s${at}"></i>`).join("");
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<title>${escaped(placement.netlist.name)} on ${escaped(device.part)}</title>
<style>
body { font-family: sans-serif; margin: 1em; } i { display: inline-block; width: 1em; height: 1em; margin: 0 .2em; }
label { margin-right: 1em; } .legend { margin: .5em 0; line-height: 1.6; }
body.kind .by-slack, body.slack .by-kind { display: none; } i.u { background: var(--c); }
${styleOf()}
</style>
<body class="kind">
<h1>${escaped(caption(placement, device))}</h1>
<label><input type="radio" name="by" value="kind" checked> by instruction</label>
<label><input type="radio" name="by" value="slack"> by slack</label>
<label><input type="checkbox" id="path" checked> longest path</label>
<div class="legend by-kind kind">${legend}</div>
<div class="legend by-slack slack">no time to spare ${slacks} much</div>
${picture(placement, device, { by: "kind" })}
<script>
for (const one of document.getElementsByName("by"))
  one.onchange = () => { document.body.className = one.value; document.querySelector("svg").setAttribute("class", one.value); };
document.getElementById("path").onchange = (event) => {
  document.querySelector(".path").style.display = event.target.checked ? "" : "none";
};
</script>
</body>
</html>
`;
}

function styleOf(): string {
  const kinds = KINDS.map((colour, at) => `.kind .k${at}{--c:${colour};fill:${colour}}`);
  const slacks = SLACKS.map((colour, at) => `.slack .s${at}{--c:${colour};fill:${colour}}`);
  return [".u{stroke:#fff;stroke-width:.3}", ...kinds, ...slacks].join("");
}

function tilesOf({ board: { grid } }: Placement, { rows }: Device): readonly string[] {
  const fills = ["#eef1f4", "#f4f7f0", "#faf3ea", "#f5eef8", "#faeeee"];
  return Array.from(grid.x, (x, tile) => {
    const height = grid.height[tile] as number;
    const y = (rows - (grid.y[tile] as number) - height) * TILE;
    const kind = grid.kind[tile] as number;
    const place = `x="${x * TILE + 0.5}" y="${y + 0.5}" width="${TILE - 1}" height="${height * TILE - 1}"`;
    return `<rect ${place} fill="${fills[kind % fills.length]}"><title>${grid.kinds[kind]}(${x}, ${grid.y[tile]})</title></rect>`;
  });
}

/** The names of the instructions that have units, in the order of their first use. */
function kindsOf({ packed: { units, netlist } }: Placement): readonly string[] {
  return [...new Set(units.map(({ cells }) => instructionOf(netlist.cells[cells[0] as number] as Cell, netlist)))];
}

function instructionOf({ group }: Cell, { groups }: Placement["netlist"]): string {
  return groups[group]?.instruction ?? "";
}

/** The corner of a site, in pixels, and its size. */
function boxOf({ board: { grid } }: Placement, { rows }: Device, site: number) {
  const tile = grid.tileOf[site] as number;
  const height = (grid.height[tile] as number) * TILE;
  const count = grid.size[tile] as number;
  const z = site - (grid.first[tile] as number);
  const low = (rows - (grid.y[tile] as number)) * TILE;
  const tall = (height - 2) / count;
  return { x: (grid.x[tile] as number) * TILE + 1, y: low - 1 - (z + 1) * tall, width: TILE - 2, height: tall };
}

function unitsOf(placement: Placement, device: Device): readonly string[] {
  const { packed, board, pressure, netlist } = placement;
  const kinds = kindsOf(placement);
  const spare = slackOf(placement);
  const worst = pressure?.analyze().worst ?? 0;
  return packed.units.map(({ cells }, unit) => {
    const site = board.site[unit] as number;
    const cell = netlist.cells[cells[0] as number] as Cell;
    const { group } = cell;
    const { x, y, width, height } = boxOf(placement, device, site);
    const instruction = instructionOf(cell, netlist);
    const left = spare[unit] as number;
    const step = Math.min(SLACKS.length - 1, Math.floor((Math.max(left, 0) / Math.max(worst, 1)) * SLACKS.length));
    const { line, column } = position(netlist.source, cell.span.start);
    const time = Number.isFinite(left) ? `, ${(left / 1000).toFixed(2)} ns to spare` : "";
    const name = `${netlist.groups[group]?.result ?? cell.name} = ${instruction}, ${placeOf(placement, site)}${time}, ${netlist.source.file}:${line}:${column}`;
    const box = `x="${x}" y="${round(y)}" width="${width}" height="${round(height)}"`;
    const slack = Number.isFinite(left) ? step : SLACKS.length - 1;
    return `<rect class="u k${kinds.indexOf(instruction) % KINDS.length} s${slack}" ${box}><title>${escaped(name)}</title></rect>`;
  });
}

function placeOf({ board: { grid } }: Placement, site: number): string {
  const tile = grid.tileOf[site] as number;
  return `${grid.kinds[grid.kind[tile] as number]}(${grid.x[tile]}, ${grid.y[tile]}, ${site - (grid.first[tile] as number)})`;
}

/** By unit: the least time that a path through it has to spare, in ps. */
function slackOf({ packed, pressure }: Placement): Float64Array {
  const spare = new Float64Array(packed.units.length).fill(Number.POSITIVE_INFINITY);
  if (pressure === undefined) return spare;
  const { graph } = pressure;
  const { slack } = pressure.analyze();
  for (let read = 0; read < graph.count; read++)
    for (const cell of [graph.from[read] as number, graph.to[read] as number]) {
      const unit = cell < 0 ? -1 : (packed.unitOf[cell] as number);
      if (unit >= 0) spare[unit] = Math.min(spare[unit] as number, slack[read] as number);
    }
  return spare;
}

function pathOf(placement: Placement, device: Device): readonly string[] {
  const { packed, board, pressure } = placement;
  if (pressure === undefined) return [];
  const { graph } = pressure;
  const points: string[] = [];
  const visit = (cell: number) => {
    const unit = cell < 0 ? -1 : (packed.unitOf[cell] as number);
    if (unit < 0) return;
    const { x, y, width, height } = boxOf(placement, device, board.site[unit] as number);
    const point = `${round(x + width / 2)},${round(y + height / 2)}`;
    if (points.at(-1) !== point) points.push(point);
  };
  for (const read of longestReads(graph, pressure.analyze(), pressure.wire)) {
    visit(graph.from[read] as number);
    visit(graph.to[read] as number);
  }
  return [
    `<polyline class="path" points="${points.join(" ")}" fill="none" stroke="#000" stroke-width="1.6" stroke-linejoin="round" opacity="0.75"/>`,
  ];
}

function caption({ netlist, packed, pressure }: Placement, device: Device): string {
  const worst = pressure?.analyze().worst ?? 0;
  const time = worst > 0 ? `, longest path ${(worst / 1000).toFixed(2)} ns` : "";
  return `${netlist.name} on ${device.part}: ${packed.units.length} sites${time}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
