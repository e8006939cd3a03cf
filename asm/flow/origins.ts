// Where the cells and nets of a routed design come from: the router's names back to places in the program.
import { lines, type Source, type Span } from "../../lang/source.ts";
import { entries, list, parsed, type Row, record, string } from "./shape.ts";

/** Places are what the `src` of a cell says: `fir.ir:12.5-12.30`. */
export interface Origins {
  /** Of the cell that the router made a cell of this name from. */
  readonly ofCell: (name: string) => string | undefined;
  /** Of the cell that drives the net. */
  readonly ofNet: (name: string) => string | undefined;
  /** The bit of a port that an input or output cell of this name serves. */
  readonly portOf: (name: string) => string | undefined;
}

/** Reads the netlist that the router was given, as JSON. What is not as expected is left out. */
export function origins(netlist: string): Origins {
  const module = topOf(netlist);
  const cells = new Map<string, string>();
  const drivers = new Map<unknown, string>();
  for (const [name, cell] of entries(module["cells"])) {
    const src = string(record(cell["attributes"])["src"]);
    if (src === undefined) continue;
    cells.set(name, src);
    const directions = record(cell["port_directions"]);
    for (const [port, bits] of Object.entries(record(cell["connections"])))
      if (directions[port] === "output") for (const bit of list(bits)) drivers.set(bit, src);
  }
  const bitsOf = (table: unknown) => new Map(entries(table).flatMap(([name, row]) => named(name, list(row["bits"]))));
  const nets = bitsOf(module["netnames"]);
  const ports = bitsOf(module["ports"]);
  return {
    ofCell: (name) => cut(name, (known) => cells.get(known)),
    ofNet: (name) => cut(name, (known) => drivers.get(nets.get(known) ?? ports.get(known))),
    portOf: (name) => cut(name, (known) => (ports.has(known) ? known : undefined)),
  };
}

/** The stretch of `program` that a place names; `undefined` when it is of another file. */
export function spanOf(program: Source, place: string): Span | undefined {
  for (const one of place.split("|")) {
    const [, file, ...numbers] = /^(.*):(\d+)\.(\d+)-(\d+)\.(\d+)$/.exec(one) ?? [];
    const [line = 0, column = 0, endLine = 0, endColumn = 0] = numbers.map(Number);
    const starts = lines(program);
    const start = starts[line - 1];
    const end = starts[endLine - 1];
    if (file !== program.file || start === undefined || end === undefined) continue;
    return { start: start + column - 1, end: end + endColumn - 1 };
  }
  return undefined;
}

/** The module marked as the top, or the first one. */
function topOf(netlist: string): Row {
  const modules = entries(parsed(netlist)["modules"]).map(([, module]) => module);
  return modules.find((module) => "top" in record(module["attributes"])) ?? record(modules[0]);
}

/** The bits of a vector by the names that the router has for them. */
function named(name: string, bits: readonly unknown[]): readonly (readonly [string, unknown])[] {
  return bits.length === 1 ? [[name, bits[0]]] : bits.map((bit, index) => [`${name}[${index}]`, bit] as const);
}

/** Packing puts words behind a name, `y_LC`, `y[0]$SB_IO_OUT`: they are taken off until a name is known. */
function cut<T>(name: string, find: (name: string) => T | undefined): T | undefined {
  for (let known = name; known !== ""; ) {
    const found = find(known);
    if (found !== undefined) return found;
    const word = /_[A-Z][A-Z0-9]*$/.exec(known) ?? /(?<=.)\$[^$]*$/.exec(known);
    if (word === null) return undefined;
    known = known.slice(0, word.index);
  }
  return undefined;
}
