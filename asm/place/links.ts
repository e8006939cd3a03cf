// Cells that a single wire of their own joins to the one in the site above: they make a column, as carries do.
import type { Prim } from "../../lang/target/target.ts";
import type { Tile } from "../../lang/target/tile.ts";
import { type Net, type Netlist, portPlace } from "../netlist.ts";
import type { Seat } from "./chains.ts";

/** Columns of linked cells, from the first site up. */
export function layLinks({ cells }: Netlist, tiles: ReadonlyMap<string, Tile>): readonly (readonly Seat[])[] {
  const linkOf = ({ resource = "" }: Prim) => tiles.get(resource)?.link;
  const from = new Map<Net, number>();
  cells.forEach(({ prim, outputs }, at) => {
    const pin = portPlace(prim.outputs, linkOf(prim)?.over ?? "");
    if (pin !== undefined) from.set(outputs[pin.low] as Net, at);
  });
  const above = new Map<number, number>();
  cells.forEach(({ prim, inputs }, at) => {
    const pin = portPlace(prim.inputs, linkOf(prim)?.into ?? "");
    const below = pin === undefined ? undefined : from.get(inputs[pin.low] as Net);
    if (below !== undefined) above.set(below, at);
  });
  const isAbove = new Set(above.values());
  return [...above.keys()]
    .filter((at) => !isAbove.has(at))
    .map((first) => {
      const column: Seat[] = [];
      for (let at: number | undefined = first; at !== undefined; at = above.get(at))
        column.push({ carry: at, lut: -1 });
      return column;
    });
}
