// Traces as tables: the first line names the columns (`a`, `v[0]`, `v[1]`, ...), each line below is a cycle. Read and
// written a line at a time, so that their length does not matter.
import { type Diagnostic, type Report, report } from "../diagnostic.ts";
import type { Span } from "../source.ts";
import { isNarrow, type Machine } from "./machine.ts";
import { type Inputs, lanesOf, parseValue, RESET, reportUnknown, type Signal, signalsOf } from "./trace.ts";

/** Takes a table in pieces. */
export interface CsvReader {
  /** The next piece of the text. */
  feed(text: string): void;
  /** Behind the last piece; gives what was wrong. */
  finish(): readonly Diagnostic[];
}

/** After so many mistakes a table is read no further. */
const PATIENCE = 20;

/** Sets the inputs of `machine` as each line says, and calls `step` then; not any more once something was wrong. */
export function csvReader(file: string, inputs: Inputs, machine: Machine, step: () => void): CsvReader {
  const diagnostics: Diagnostic[] = [];
  const pending: string[] = [];
  let columns: readonly (Signal | undefined)[] | undefined;
  let number = 0;

  function take(raw: string): void {
    number++;
    const text = number === 1 ? raw.replace(/^\ufeff/, "") : raw;
    if (diagnostics.length >= PATIENCE || text.trim() === "") return;
    const line = lineOf(file, number, text);
    const isHeader = columns === undefined;
    if (columns === undefined) columns = readHeader(cells(text), inputs, line);
    else readRow(cells(text), columns, machine, line);
    diagnostics.push(...line.mistakes());
    if (diagnostics.length === 0 && !isHeader) step();
  }

  return {
    feed: (text) => {
      let from = 0;
      for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", from)) {
        pending.push(text.slice(from, end));
        from = end + 1;
        take(pending.length === 1 ? (pending[0] as string) : pending.join(""));
        pending.length = 0;
      }
      pending.push(text.slice(from));
    },
    finish: () => {
      take(pending.join(""));
      if (columns === undefined) {
        const line = lineOf(file, 1, "");
        const span = { start: 0, end: 0 };
        line.found().error("bad-trace", "a table begins with the names of the inputs", [{ span, text: "" }]);
        diagnostics.push(...line.mistakes());
      }
      return diagnostics;
    },
  };
}

/** A line, which is a source of its own: the lines above it are not kept, and stand there empty. */
interface Line {
  /** Made at the first mistake. */
  readonly found: () => Report;
  readonly mistakes: () => readonly Diagnostic[];
  readonly place: (cell: Cell) => Span;
}

function lineOf(file: string, number: number, text: string): Line {
  const above = number - 1;
  let found: Report | undefined;
  return {
    found: () => {
      found ??= report({ file, text: "\n".repeat(above) + text });
      return found;
    },
    mistakes: () => found?.list ?? [],
    place: ({ start, end }) => ({ start: above + start, end: above + end }),
  };
}

/** A cell, without spaces and quotes around it, and where it stands in its line. */
interface Cell {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function cells(line: string): readonly Cell[] {
  const all: Cell[] = [];
  for (let from = 0; from <= line.length; ) {
    const comma = line.indexOf(",", from);
    const to = comma < 0 ? line.length : comma;
    const part = line.slice(from, to);
    const text = part.trim();
    const start = from + part.length - part.trimStart().length;
    const isQuoted = text.length > 1 && text.startsWith('"') && text.endsWith('"');
    all.push({ text: isQuoted ? text.slice(1, -1).trim() : text, start, end: start + text.length });
    from = to + 1;
  }
  return all;
}

/** The lanes that the columns stand for; a vector is there with all its lanes or with none. */
function readHeader(names: readonly Cell[], inputs: Inputs, line: Line): readonly (Signal | undefined)[] {
  const seen = new Map<string, Cell>();
  const vectors = new Map<string, { readonly cell: Cell; readonly signals: readonly Signal[]; count: number }>();
  const columns = names.map((cell) => {
    const name = cell.text.replace(/\[[0-9]+\]$/, "");
    const signals = signalsOf(name, inputs);
    const signal = signals.find((one) => one.name === cell.text);
    const first = seen.get(cell.text);
    seen.set(cell.text, cell);
    if (first !== undefined)
      line.found().error("bad-trace", `\`${cell.text}\` stands in the trace twice`, [
        { span: line.place(cell), text: "again here" },
        { span: line.place(first), text: "first here" },
      ]);
    else if (signals.length === 0) reportUnknown(name, line.place(cell), inputs, line.found());
    else if (signal === undefined) reportLane(cell, name, signals, line);
    else {
      const vector = vectors.get(name) ?? { cell, signals, count: 0 };
      vector.count++;
      vectors.set(name, vector);
    }
    return signal;
  });
  if (line.mistakes().length > 0) return columns;
  for (const [name, { cell, signals, count }] of vectors)
    if (count !== signals.length)
      line
        .found()
        .error(
          "bad-trace",
          `${count} of the ${signals.length} lanes of \`${name}\` ${count === 1 ? "is" : "are"} there`,
          [{ span: line.place(cell), text: "" }],
          ["give all of them, or none: then all are 0"],
        );
  return columns;
}

/** Reports `a[0]` for a scalar, and `v` or `v[9]` for a vector. */
function reportLane(cell: Cell, name: string, signals: readonly Signal[], line: Line): void {
  const isScalar = signals[0]?.name === name;
  const lanes = `\`${signals[0]?.name}\` to \`${signals.at(-1)?.name}\``;
  line
    .found()
    .error(
      "bad-trace",
      isScalar ? `\`${name}\` is no vector` : `\`${cell.text}\` is no lane of \`${name}\``,
      [{ span: line.place(cell), text: "" }],
      [isScalar ? `call the column \`${name}\`` : `its lanes are the columns ${lanes}`],
    );
}

function readRow(
  values: readonly Cell[],
  columns: readonly (Signal | undefined)[],
  machine: Machine,
  line: Line,
): void {
  if (values.length !== columns.length) {
    const span = line.place(values[columns.length] ?? (values.at(-1) as Cell));
    line.found().error("bad-trace", `${values.length} values for ${columns.length} columns`, [{ span, text: "" }]);
    return;
  }
  for (let at = 0; at < values.length; at++) {
    const cell = values[at] as Cell;
    const signal = columns[at];
    if (signal === undefined) continue;
    const { name, type, port, lane } = signal;
    const quick = quickValue(cell.text, type.width);
    const value = quick ?? parseValue(cell.text, type);
    if (typeof value === "object")
      line
        .found()
        .error("bad-value", `\`${name}\`: ${value.problem}`, [{ span: line.place(cell), text: "" }], value.help);
    else if (port === RESET) machine.setReset(Number(value) !== 0);
    else if (!isNarrow(type)) machine.set(port, lane, BigInt(value));
    else machine.setNarrow(port, lane, typeof value === "number" ? value : Number(BigInt.asIntN(32, value)));
  }
}

/** A small decimal integer that fits: what most tables consist of. */
function quickValue(text: string, width: number): number | undefined {
  if (text.length > 9 || !/^-?[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= -(2 ** (width - 1)) && value < 2 ** width ? value : undefined;
}

/** Prints the outputs as a table: the first line, then a line a cycle. */
export function csvWriter(machine: Machine): { readonly header: string; row(): string } {
  const lanes = machine.outputs.flatMap(({ name, type }, port) =>
    lanesOf(name, type).map((text, lane) => ({ text, type: type.lane, port, lane })),
  );
  const textOf = ({ type, port, lane }: (typeof lanes)[number]) => {
    if (!isNarrow(type)) return `${machine.get(port, lane)}`;
    const pattern = machine.getNarrow(port, lane);
    return `${type.kind === "i" ? pattern : pattern >>> 0}`;
  };
  return { header: `${lanes.map((one) => one.text).join(",")}\n`, row: () => `${lanes.map(textOf).join(",")}\n` };
}
