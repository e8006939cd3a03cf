// A netlist as JSON in the form that Yosys writes (`help write_json`), which nextpnr reads.

import { verilogNames } from "../lang/verilog.ts";
import { HIGH, LOW, type Net, type Netlist } from "./netlist.ts";
import { clockNet, modulePorts, nameNets } from "./nets.ts";
import { pins, place } from "./verilog.ts";

type Bit = number | "0" | "1";

function bit(net: Net): Bit {
  return net === LOW ? "0" : net === HIGH ? "1" : net;
}

/** The one module of a netlist. The same netlist gives the same text. */
export function netlistJson(netlist: Netlist, creator: string): string {
  const clock = clockNet(netlist);
  const ports = modulePorts(netlist);
  const portRows = ports.map(({ name, direction, nets }) => [name, { direction, bits: nets.map(bit) }]);
  const cells = netlist.cells.map((cell) => {
    const connected = pins(cell, clock);
    const parameters = cell.prim.params.map(({ name, width }, at) => [
      name,
      (cell.params[at] ?? 0n).toString(2).padStart(width, "0"),
    ]);
    const value = {
      hide_name: 0,
      type: cell.prim.name,
      parameters: Object.fromEntries(parameters),
      attributes: { src: place(netlist.source, cell.span) },
      port_directions: Object.fromEntries(connected.map((pin) => [pin.name, pin.direction])),
      connections: Object.fromEntries(connected.map((pin) => [pin.name, pin.nets.map(bit)])),
    };
    return [cell.name, value];
  });
  const names = verilogNames();
  for (const port of ports) names.claim([port.name]);
  const named = [...ports, ...nameNets(netlist, ports, names).wires];
  const netnames = named.map(({ name, nets }) => [name, { hide_name: 0, bits: nets.map(bit), attributes: {} }]);
  const module = {
    attributes: { top: "00000000000000000000000000000001" },
    ports: Object.fromEntries(portRows),
    cells: Object.fromEntries(cells),
    netnames: Object.fromEntries(netnames),
  };
  return `${JSON.stringify({ creator, modules: { [netlist.name]: module } }, null, 1)}\n`;
}
