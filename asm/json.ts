// A netlist as JSON with the members that Yosys writes (`help write_json`), which nextpnr reads: a line for each port, cell
// and net, as a million cells in a tree would take gigabytes.

import type { Outcome } from "../lang/diagnostic.ts";
import { verilogNames } from "../lang/verilog.ts";
import { joined } from "./lines.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "./netlist.ts";
import { clockNet, modulePorts, nameNets } from "./nets.ts";
import { pins, places } from "./verilog.ts";

/** The one module of a netlist. The same netlist gives the same text. */
export function netlistJson(netlist: Netlist, creator: string): Outcome<string> {
  const ports = modulePorts(netlist);
  const names = verilogNames();
  for (const port of ports) names.claim([port.name]);
  const named = [...ports, ...nameNets(netlist, ports, names).wires];
  const write = cellWriter(netlist);
  const members: readonly (readonly [name: string, rows: readonly string[]])[] = [
    ["ports", ports.map((port) => row(port.name, `"direction": "${port.direction}", "bits": ${bits(port.nets)}`))],
    ["cells", netlist.cells.map((cell) => row(cell.name, write(cell)))],
    ["netnames", named.map(({ name, nets }) => row(name, `"hide_name": 0, "bits": ${bits(nets)}, "attributes": {}`))],
  ];
  const lines = [
    "{",
    ` "creator": ${JSON.stringify(creator)},`,
    ` "modules": {`,
    `  ${JSON.stringify(netlist.name)}: {`,
    `   "attributes": {"top": "00000000000000000000000000000001"},`,
  ];
  members.forEach(([member, rows], at) => {
    lines.push(`   "${member}": {`);
    rows.forEach((one, index) => {
      lines.push(index < rows.length - 1 ? `${one},` : one);
    });
    lines.push(at < members.length - 1 ? "   }," : "   }");
  });
  lines.push("  }", " }", "}");
  return joined(lines, netlist.source, "JSON");
}

function row(name: string, members: string): string {
  return `    ${JSON.stringify(name)}: {${members}}`;
}

function bit(net: Net): string {
  return net === LOW ? '"0"' : net === HIGH ? '"1"' : `${net}`;
}

function bits(nets: readonly Net[]): string {
  return `[${nets.map(bit).join(", ")}]`;
}

/** Prints the members of a cell. What cells of one kind share is printed once. */
function cellWriter(netlist: Netlist): (cell: Cell) => string {
  const clock = clockNet(netlist);
  const place = places(netlist);
  const types = new Map<string, string>();
  const directions = new Map<string, string>();
  return (cell) => {
    const { prim, params } = cell;
    const connected = pins(cell, clock);
    const key = `${prim.name} ${params.join(" ")}`;
    let type = types.get(key);
    if (type === undefined) {
      const values = prim.params.map(({ name, width, words }, at) => [
        name,
        words?.[Number(params[at] ?? 0n)] ?? (params[at] ?? 0n).toString(2).padStart(width, "0"),
      ]);
      type = `"hide_name": 0, "type": ${JSON.stringify(prim.name)}, "parameters": ${object(values)}`;
      types.set(key, type);
    }
    let direction = directions.get(prim.name);
    if (direction === undefined) {
      direction = `"port_directions": ${object(connected.map((pin) => [pin.name, pin.direction]))}`;
      directions.set(prim.name, direction);
    }
    let connections = "";
    for (const { name, nets } of connected) connections += `${connections === "" ? "" : ", "}"${name}": ${bits(nets)}`;
    const loc = cell.loc === undefined ? "" : `, "LOC": ${JSON.stringify(cell.loc)}`;
    const site = cell.site === undefined ? loc : `${loc}, "BEL": ${JSON.stringify(cell.site)}`;
    return `${type}, "attributes": {"src": ${place(cell)}${site}}, ${direction}, "connections": {${connections}}`;
  };
}

function object(members: readonly (readonly string[])[]): string {
  return `{${members.map(([name = "", value = ""]) => `"${name}": ${JSON.stringify(value)}`).join(", ")}}`;
}
