// Cells that a single wire of their own joins to the one in the site above: they make a column, as carries do.
import type { Prim } from "../../lang/target/target.ts";
import type { Tile } from "../../lang/target/tile.ts";
import { HIGH, type Net, type Netlist } from "../netlist.ts";
import { bitsOf } from "../overwires.ts";
import type { Seat } from "./chains.ts";

/** Columns of linked cells, from the first site up. */
export function layLinks({ cells }: Netlist, tiles: ReadonlyMap<string, Tile>): readonly (readonly Seat[])[] {
  const linkOf = ({ resource }: Prim) => tiles.get(resource ?? "")?.link;
  const from = new Map<Net, number>();
  cells.forEach(({ prim, outputs }, at) => {
    const link = linkOf(prim);
    const pin = link === undefined ? undefined : bitsOf(prim.outputs, link.over);
    if (pin !== undefined) from.set(outputs[pin.low] as Net, at);
  });
  const above = new Map<number, number>();
  const isAbove = new Set<number>();
  cells.forEach(({ prim, inputs }, at) => {
    const link = linkOf(prim);
    const pin = link === undefined ? undefined : bitsOf(prim.inputs, link.into);
    const net = pin === undefined ? undefined : inputs[pin.low];
    const below = net === undefined || net <= HIGH ? undefined : from.get(net);
    if (below === undefined) return;
    above.set(below, at);
    isAbove.add(at);
  });
  return [...above.keys()]
    .filter((at) => !isAbove.has(at))
    .map((first) => {
      const column: Seat[] = [];
      for (let at: number | undefined = first; at !== undefined; at = above.get(at))
        column.push({ carry: at, lut: -1 });
      return column;
    });
}
