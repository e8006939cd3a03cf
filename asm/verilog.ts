// A netlist as structural Verilog: instances of the vendor's cells, each with its place in the source.
import { type Outcome, report } from "../lang/diagnostic.ts";
import { position, type Source, type Span } from "../lang/source.ts";
import { declared, identifier, select, verilogNames } from "../lang/verilog.ts";
import type { Cell, Netlist } from "./netlist.ts";
import { clockNet, modulePorts, type NetNames, nameNets } from "./nets.ts";

/** `file:line.column-line.column`, as Yosys writes places; the last column is that behind the end. */
export function place(source: Source, span: Span): string {
  const from = position(source, span.start);
  const to = position(source, span.end);
  return `${source.file}:${from.line}.${from.column}-${to.line}.${to.column}`;
}

/** The module of a netlist. Refused where two ports get one name. */
export function structural(netlist: Netlist): Outcome<string> {
  const found = report(netlist.source);
  const names = verilogNames();
  const ports = modulePorts(netlist);
  for (const name of ports.flatMap((port) => names.claim([port.name])))
    found.error(
      "name-clash",
      `two ports are called \`${name}\` in Verilog`,
      [],
      ["lanes of a vector `v` are called `v_0`, `v_1`, ...; rename one of the ports"],
    );
  const nets = nameNets(netlist, ports, names);
  const lines = [`module ${identifier(netlist.name)}(`];
  ports.forEach(({ name, direction, type }, at) => {
    lines.push(
      `    ${direction} ${declared(type)}${identifier(name).trimEnd()} ${at < ports.length - 1 ? "," : ""}`
        .trimEnd()
        .replace(/ ,$/, name === identifier(name) ? "," : " ,"),
    );
  });
  lines.push(");");
  for (const { name, type } of nets.wires) lines.push(`    wire ${declared(type)}${identifier(name)};`);
  for (const port of [...ports.filter((port) => port.direction === "output"), ...nets.wires])
    port.nets.forEach((net, bit) => {
      const own = select(identifier(port.name), bit, bit, port.type);
      const driver = net === clockNet(netlist) ? "clock" : nets.of(net);
      if (own !== driver) lines.push(`    assign ${own} = ${driver};`);
    });
  const places = new Map<number, string>();
  for (const cell of netlist.cells) {
    const known = places.get(cell.group) ?? place(netlist.source, cell.span);
    places.set(cell.group, known);
    lines.push(`    (* src = ${JSON.stringify(known)} *)`, `    ${instance(cell, netlist, nets)}`);
  }
  lines.push("endmodule", "");
  return { value: lines.join("\n"), diagnostics: found.list };
}

/** The bits of the ports of a cell, as they are called: the clock among them. */
export function pins(
  cell: Cell,
  clock: number,
): readonly { readonly name: string; readonly direction: "input" | "output"; readonly nets: readonly number[] }[] {
  let input = 0;
  let output = 0;
  const inputs = cell.prim.inputs.map(({ name, width, isClock }) => {
    const nets = isClock ? [clock] : cell.inputs.slice(input, input + width);
    if (!isClock) input += width;
    return { name, direction: "input", nets } as const;
  });
  const outputs = cell.prim.outputs.map(({ name, width }) => {
    output += width;
    return { name, direction: "output", nets: cell.outputs.slice(output - width, output) } as const;
  });
  return [...inputs, ...outputs];
}

function instance(cell: Cell, netlist: Netlist, nets: NetNames): string {
  const params = cell.prim.params.map(
    ({ name, width }, at) => `.${name}(${width}'h${(cell.params[at] ?? 0n).toString(16)})`,
  );
  const connections = pins(cell, clockNet(netlist)).map(({ name, nets: bits }) => {
    const refs = [...bits].reverse().map(nets.of);
    return `.${name}(${refs.length === 1 ? refs[0] : `{${refs.join(", ")}}`})`;
  });
  return `${cell.prim.name}${params.length > 0 ? ` #(${params.join(", ")})` : ""} ${identifier(cell.name)}(${connections.join(", ")});`;
}
