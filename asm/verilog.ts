// A netlist as structural Verilog: instances of the vendor's cells, each with its place in the source.
import { type Outcome, report } from "../lang/diagnostic.ts";
import { type Origin, position, type Source, type Span } from "../lang/source.ts";
import type { Prim } from "../lang/target/target.ts";
import type { Type } from "../lang/type.ts";
import { declared, identifier, select, verilogNames } from "../lang/verilog.ts";
import { type Growing, growing } from "./lines.ts";
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
  const { add, text } = growing();
  add(`module ${identifier(netlist.name)}(\n`);
  ports.forEach(({ name, direction, type }, at) => {
    const called = identifier(name);
    const isLast = at === ports.length - 1;
    add(`    ${direction} ${declared(type)}${isLast ? `${called.trimEnd()}\n` : `${called},\n`}`);
  });
  add(");\n");
  for (const { called, type } of nets.wires) {
    add("    wire ");
    add(declared(type));
    add(called);
    add(";\n");
  }
  const clock = netlist.hasClock ? clockNet(netlist) : undefined;
  const assign = (called: string, type: Type, all: readonly number[]) => {
    if (!nets.repeating.has(called)) return;
    all.forEach((net, bit) => {
      const own = select(called, bit, bit, type);
      const driver = net === clock ? "clock" : nets.of(net);
      if (own !== driver) add(`    assign ${own} = ${driver};\n`);
    });
  };
  for (const { name, direction, type, nets } of ports) if (direction === "output") assign(identifier(name), type, nets);
  for (const wire of nets.wires) assign(wire.called, wire.type, wire.nets);
  const placeOf = places(netlist);
  const instance = instances(netlist, nets, add);
  for (const cell of netlist.cells) {
    add("    (* src = ");
    add(placeOf(cell));
    if (cell.loc !== undefined) add(`, LOC = ${JSON.stringify(cell.loc)}`);
    if (cell.site !== undefined) add(`, BEL = ${JSON.stringify(cell.site)}`);
    add(" *)\n    ");
    instance(cell);
  }
  add("endmodule\n");
  const { value, diagnostics } = text(netlist.source, "Verilog");
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

/** What instances of one kind of cell have in common. */
interface Layout {
  readonly prim: Prim;
  /** Up to the name of the cell. */
  readonly head: string;
  /** What stands before each of `nets`. */
  readonly before: readonly string[];
  /** The nets that are written, in their order: as places among the inputs, and behind them the outputs. */
  readonly nets: readonly number[];
  readonly tail: string;
}

/** Adds the texts of cells. What cells of one kind share is made once. */
function instances(netlist: Netlist, { of }: NetNames, add: Growing["add"]): (cell: Cell) => void {
  const clock = of(clockNet(netlist));
  // Cells of one instruction share their parameters.
  const layouts = new Map<readonly bigint[], Layout>();
  return (cell) => {
    const { prim, params, inputs, outputs } = cell;
    let layout = layouts.get(params);
    if (layout?.prim !== prim) {
      layout = layoutOf(cell, clock, of);
      layouts.set(params, layout);
    }
    const { head, before, nets, tail } = layout;
    add(head);
    add(identifier(cell.name));
    for (let at = 0; at < nets.length; at++) {
      const place = nets[at] as number;
      const net = place < inputs.length ? inputs[place] : outputs[place - inputs.length];
      add(before[at] as string);
      add(of(net as number));
    }
    add(tail);
  };
}

/** How cells of this kind are written. The highest bit of a port stands first. */
function layoutOf({ prim, params }: Cell, clock: string, of: (net: number) => string): Layout {
  const before: string[] = [];
  const nets: number[] = [];
  let text = "(";
  let end = 0;
  const port = (name: string, isFirst: boolean) => {
    text += `${isFirst ? "." : ", ."}${name}(`;
  };
  const bits = (width: number) => {
    const low = end;
    end += width;
    if (width > 1) text += "{";
    for (let at = end - 1; at >= low; at--) {
      before.push(text);
      nets.push(at);
      text = at > low ? ", " : "";
    }
    text += width > 1 ? "})" : ")";
  };
  prim.inputs.forEach(({ name, width, isClock, tie }, at) => {
    port(name, at === 0);
    if (isClock) text += `${clock})`;
    else if (tie !== undefined) text += `${tied(tie, width, of)})`;
    else bits(width);
  });
  prim.outputs.forEach(({ name, width }, at) => {
    port(name, at === 0 && prim.inputs.length === 0);
    bits(width);
  });
  return { prim, head: `${kindOf(prim, params)} `, before, nets, tail: `${text});\n` };
}

function tied(tie: 0 | 1, width: number, of: (net: number) => string): string {
  return width === 1 ? of(tie) : `{${width}{${of(tie)}}}`;
}

function kindOf(prim: Prim, params: Cell["params"]): string {
  const values = prim.params.map(({ name, width, words }, at) => {
    const value = params[at] ?? 0n;
    return `.${name}(${words === undefined ? `${width}'h${value.toString(16)}` : `"${words[Number(value)] ?? ""}"`})`;
  });
  return values.length > 0 ? `${prim.name} #(${values.join(", ")})` : prim.name;
}
