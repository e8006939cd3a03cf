// What the nets of a netlist are called, and what its ports are in Verilog.

import { integer, type Type } from "../lang/type.ts";
import type { Names } from "../lang/verilog.ts";
import { identifier, laneNames, select } from "../lang/verilog.ts";
import { HIGH, LOW, type Net, type Netlist } from "./netlist.ts";

/** A port of the module: a lane of a port of the program, or an implicit one. */
export interface ModulePort {
  readonly name: string;
  readonly direction: "input" | "output";
  readonly type: Type;
  readonly nets: readonly Net[];
}

/** The net of the implicit clock, one past all others; a constant where nothing waits for it. */
export function clockNet(netlist: Netlist): Net {
  return netlist.hasClock ? netlist.netCount : LOW;
}

const BIT = integer("u", 1);

/** `clock` and `reset` where they are used, then the inputs and the outputs, a port a lane. */
export function modulePorts(netlist: Netlist): readonly ModulePort[] {
  const implicit: ModulePort[] = [];
  if (netlist.hasClock) implicit.push({ name: "clock", direction: "input", type: BIT, nets: [clockNet(netlist)] });
  if (netlist.reset !== undefined)
    implicit.push({ name: "reset", direction: "input", type: BIT, nets: [netlist.reset] });
  const sides = [
    { direction: "input", ports: netlist.inputs },
    { direction: "output", ports: netlist.outputs },
  ] as const;
  const own = sides.flatMap(({ direction, ports }) =>
    ports.flatMap(({ name, type, nets }) =>
      laneNames(name, type).map((lane, at): ModulePort => {
        const width = type.width;
        return { name: lane, direction, type: type.lane, nets: nets.slice(at * width, (at + 1) * width) };
      }),
    ),
  );
  return [...implicit, ...own];
}

/** A declared wire, and which of its bits are only other names for nets. */
export interface Wire {
  readonly name: string;
  /** Its name in Verilog. */
  readonly called: string;
  readonly type: Type;
  readonly nets: readonly Net[];
}

export interface NetNames {
  /** What to write for a net. */
  readonly of: (net: Net) => string;
  readonly wires: readonly Wire[];
  /** Ports and wires, as they are called, of which some bits are other names for nets that have one already. */
  readonly repeating: ReadonlySet<string>;
}

/** Gives each net one name: of an input, an output, a value of the assembly, or of the cell that drives it. */
export function nameNets(netlist: Netlist, ports: readonly ModulePort[], names: Names): NetNames {
  const refs: (string | undefined)[] = new Array(netlist.netCount + 1);
  refs[LOW] = "1'b0";
  refs[HIGH] = "1'b1";
  const repeating = new Set<string>();
  const take = (called: string, type: Type, nets: readonly Net[]): boolean => {
    let taken = 0;
    for (let bit = 0; bit < nets.length; bit++) {
      const net = nets[bit] as Net;
      if (refs[net] !== undefined) continue;
      refs[net] = select(called, bit, bit, type);
      taken++;
    }
    if (taken < nets.length) repeating.add(called);
    return taken > 0;
  };
  for (const port of ports) take(identifier(port.name), port.type, port.nets);
  const driven = new Uint8Array(netlist.netCount + 1);
  for (const cell of netlist.cells) for (const net of cell.outputs) driven[net] = 1;
  const wires: Wire[] = [];
  for (const { name, nets } of netlist.names) {
    if (!nets.some((net) => driven[net] === 1 && refs[net] === undefined)) continue;
    const type = integer("u", nets.length);
    const [own = name] = names.fresh(name, type);
    const called = identifier(own);
    if (take(called, type, nets)) wires.push({ name: own, called, type, nets });
  }
  for (const cell of netlist.cells)
    for (let at = 0; at < cell.outputs.length; at++) {
      const net = cell.outputs[at] as Net;
      if (refs[net] !== undefined) continue;
      const [own = ""] = names.fresh(`${cell.name}_${at}`, BIT);
      const called = identifier(own);
      refs[net] = called;
      wires.push({ name: own, called, type: BIT, nets: [net] });
    }
  return { of: (net) => refs[net] ?? "1'bx", wires, repeating };
}
