// Wires between units in arrays: from the unit that makes a net to each that reads it. What a placement costs is a sum over
// them.
import { HIGH } from "../netlist.ts";
import type { Packed } from "./pack.ts";

export interface Wires {
  readonly count: number;
  readonly from: Int32Array;
  readonly to: Int32Array;
  /** What a tile of length costs: less for each wire of a net that has many, as they share their way. */
  readonly weight: Float64Array;
  /** By unit: its wires are `list[starts[unit]] .. list[starts[unit + 1] - 1]`. */
  readonly starts: Int32Array;
  readonly list: Int32Array;
  /** The wire from a unit to another, for a net; -1 if there is none. */
  readonly find: (net: number, to: number) => number;
}

export function wiresOf({ netlist, units, unitOf, buffered }: Packed): Wires {
  const { cells, netCount } = netlist;
  const maker = new Int32Array(netCount).fill(-1);
  cells.forEach(({ outputs }, cell) => {
    for (const net of outputs) maker[net] = unitOf[cell] as number;
  });
  const known = new Map<number, number>();
  const from: number[] = [];
  const to: number[] = [];
  const nets: number[] = [];
  const fanout = new Int32Array(netCount);
  cells.forEach(({ inputs }, cell) => {
    const unit = unitOf[cell] as number;
    if (unit < 0) return;
    for (const net of inputs) {
      const made = maker[net] as number;
      if (net <= HIGH || made < 0 || made === unit || buffered.has(net)) continue;
      const key = net * units.length + unit;
      if (known.has(key)) continue;
      known.set(key, from.length);
      from.push(made);
      to.push(unit);
      nets.push(net);
      fanout[net] = (fanout[net] as number) + 1;
    }
  });
  const count = from.length;
  const starts = new Int32Array(units.length + 1);
  for (const ends of [from, to]) for (const unit of ends) starts[unit + 1] = (starts[unit + 1] as number) + 1;
  for (let unit = 0; unit < units.length; unit++)
    starts[unit + 1] = (starts[unit + 1] as number) + (starts[unit] as number);
  const places = starts.slice();
  const list = new Int32Array(2 * count);
  for (let wire = 0; wire < count; wire++)
    for (const unit of [from[wire] as number, to[wire] as number]) {
      const place = places[unit] as number;
      list[place] = wire;
      places[unit] = place + 1;
    }
  return {
    count,
    from: Int32Array.from(from),
    to: Int32Array.from(to),
    weight: Float64Array.from(nets, (net) => 2 / (1 + (fanout[net] as number))),
    starts,
    list,
    find: (net, unit) => known.get(net * units.length + unit) ?? -1,
  };
}
