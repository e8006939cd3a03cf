// A netlist as structural Verilog: instances of the vendor's cells, each with its place in the source.
import { type Outcome, report } from "../lang/diagnostic.ts";
import { type Origin, position, type Source, type Span } from "../lang/source.ts";
import type { Prim } from "../lang/target/target.ts";
import type { Type } from "../lang/type.ts";
import { declared, identifier, select, verilogNames } from "../lang/verilog.ts";
import { joined } from "./lines.ts";
import { type Cell, LOW, type Netlist } from "./netlist.ts";
import { clockNet, modulePorts, type NetNames, nameNets } from "./nets.ts";

/**
 * `file:line.column-line.column`, as Yosys writes places, the main one first, with `|` between them; the last column is
 * that behind the end.
 */
export function place(source: Source, origin: Origin): string {
  const written = (span: Span) => {
    const from = position(source, span.start);
    const to = position(source, span.end);
    return `${source.file}:${from.line}.${from.column}-${to.line}.${to.column}`;
  };
  return [origin, ...origin.others].map(written).join("|");
}

/** The places of the cells of a netlist, as quoted strings of Verilog and of JSON. */
export function places(netlist: Netlist): (cell: Cell) => string {
  const known: (string | undefined)[] = [];
  return ({ group, span }) => (known[group] ??= JSON.stringify(place(netlist.source, span)));
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
  for (const { called, type } of nets.wires) lines.push(`    wire ${declared(type)}${called};`);
  const clock = netlist.hasClock ? clockNet(netlist) : undefined;
  const assign = (called: string, type: Type, all: readonly number[]) =>
    all.forEach((net, bit) => {
      const own = select(called, bit, bit, type);
      const driver = net === clock ? "clock" : nets.of(net);
      if (own !== driver) lines.push(`    assign ${own} = ${driver};`);
    });
  for (const { name, direction, type, nets } of ports) if (direction === "output") assign(identifier(name), type, nets);
  for (const wire of nets.wires) assign(wire.called, wire.type, wire.nets);
  const placeOf = places(netlist);
  const instance = instances(netlist, nets);
  for (const cell of netlist.cells) {
    const loc = cell.loc === undefined ? "" : `, LOC = ${JSON.stringify(cell.loc)}`;
    const site = cell.site === undefined ? loc : `${loc}, BEL = ${JSON.stringify(cell.site)}`;
    lines.push(`    (* src = ${placeOf(cell)}${site} *)`, `    ${instance(cell)}`);
  }
  lines.push("endmodule");
  const { value, diagnostics } = joined(lines, netlist.source, "Verilog");
  return { value, diagnostics: [...found.list, ...diagnostics] };
}

/** The bits of the ports of a cell, as they are called: the clock among them. */
export function pins(
  cell: Cell,
  clock: number,
): readonly { readonly name: string; readonly direction: "input" | "output"; readonly nets: readonly number[] }[] {
  let input = 0;
  let output = 0;
  const inputs = cell.prim.inputs.map(({ name, width, isClock, tie }) => {
    const isFixed = isClock || tie !== undefined;
    const nets = isFixed
      ? new Array<number>(width).fill(isClock ? clock : (tie ?? LOW))
      : cell.inputs.slice(input, input + width);
    if (!isFixed) input += width;
    return { name, direction: "input", nets } as const;
  });
  const outputs = cell.prim.outputs.map(({ name, width }) => {
    output += width;
    return { name, direction: "output", nets: cell.outputs.slice(output - width, output) } as const;
  });
  return [...inputs, ...outputs];
}

/** Prints cells. What cells of one kind share is printed once. */
function instances(netlist: Netlist, nets: NetNames): (cell: Cell) => string {
  const clock = clockNet(netlist);
  // Cells of one instruction share their parameters.
  const kinds = new Map<readonly bigint[], readonly [Prim, string]>();
  return (cell) => {
    const { prim, params } = cell;
    const [owner, before] = kinds.get(params) ?? [];
    const kind = owner === prim && before !== undefined ? before : kindOf(cell);
    if (kind !== before) kinds.set(params, [prim, kind]);
    return `${kind} ${identifier(cell.name)}(${connections(cell, clock, nets.of)});`;
  };
}

function connections({ prim, inputs, outputs }: Cell, clock: number, of: (net: number) => string): string {
  let text = "";
  let from = 0;
  const bits = (all: readonly number[], width: number) => {
    from += width;
    if (width === 1) return of(all[from - 1] as number);
    let list = "";
    for (let at = from - width; at < from; at++)
      list = `${of(all[at] as number)}${at === from - width ? "" : ", "}${list}`;
    return `{${list}}`;
  };
  for (const { name, width, isClock, tie } of prim.inputs) {
    const value = isClock ? of(clock) : tie !== undefined ? tied(tie, width, of) : bits(inputs, width);
    text += `${text === "" ? "." : ", ."}${name}(${value})`;
  }
  from = 0;
  for (const { name, width } of prim.outputs) text += `${text === "" ? "." : ", ."}${name}(${bits(outputs, width)})`;
  return text;
}

function tied(tie: 0 | 1, width: number, of: (net: number) => string): string {
  return width === 1 ? of(tie) : `{${width}{${of(tie)}}}`;
}

function kindOf({ prim, params }: Cell): string {
  const values = prim.params.map(({ name, width, words }, at) => {
    const value = params[at] ?? 0n;
    return `.${name}(${words === undefined ? `${width}'h${value.toString(16)}` : `"${words[Number(value)] ?? ""}"`})`;
  });
  return values.length > 0 ? `${prim.name} #(${values.join(", ")})` : prim.name;
}
