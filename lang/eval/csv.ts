// Traces as tables: the first line names the columns (`a`, `v[0]`, `v[1]`, ...), each line below is a cycle. Read and
// written a line at a time, so that their length does not matter.
import { type Diagnostic, type Report, report } from "../diagnostic.ts";
import type { Source } from "../source.ts";
import { isNarrow, type Machine } from "./machine.ts";
import { type Inputs, lanesOf, RESET, reportUnknown, type Signal, signalsOf, valueOf } from "./trace.ts";

/** Takes a table in pieces. */
export interface CsvReader {
  /** The next piece of the text. */
  feed(text: string): void;
  /** Behind the last piece; gives what was wrong. */
  finish(): readonly Diagnostic[];
}

/** After so many wrong lines a table is read no further. */
const PATIENCE = 20;

/** Sets the inputs of `machine` as each line says, and calls `step` then; not any more once something was wrong. */
export function csvReader(file: string, inputs: Inputs, machine: Machine, step: () => void): CsvReader {
  const diagnostics: Diagnostic[] = [];
  const pending: string[] = [];
  let columns: readonly (Signal | undefined)[] | undefined;
  let line = 0;

  function take(raw: string): void {
    line++;
    const text = line === 1 ? raw.replace(/^\ufeff/, "") : raw;
    if (diagnostics.length >= PATIENCE || text.trim() === "") return;
    const { found, place } = reportIn(file, line, text);
    if (columns === undefined) columns = header(cells(text), inputs, found, place);
    else row(cells(text), columns, machine, found, place);
    diagnostics.push(...found.list);
    if (diagnostics.length === 0 && columns !== undefined && line > 1) step();
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
      const rest = pending.join("");
      if (rest !== "") take(rest);
      if (columns === undefined && diagnostics.length === 0) {
        const { found } = reportIn(file, 1, "");
        found.error("bad-trace", "a table begins with the names of the inputs", [
          { span: { start: 0, end: 0 }, text: "" },
        ]);
        diagnostics.push(...found.list);
      }
      return diagnostics;
    },
  };
}

/** A cell, and where it stands in its line. */
interface Cell {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** One line of a table, which is a source of its own: the lines above it are not kept, and stand there empty. */
interface Line {
  /** Made at the first mistake. */
  readonly found: () => Report;
  readonly place: (cell: Cell) => Span;
}

function lineOf(file: string, number: number, text: string, diagnostics: Diagnostic[]): Line {
  let found: Report | undefined;
  const above = number - 1;
  return {
    found: () => {
      found ??= report({ file, text: "\n".repeat(above) + text });
      return { ...found, list: diagnostics };
    },
    place: ({ start, end }) => ({ start: above + start, end: above + end }),
  };
}

function cells(line: string): readonly Cell[] {
  const all: Cell[] = [];
  for (let start = 0; start <= line.length; ) {
    const comma = line.indexOf(",", start);
    const end = comma < 0 ? line.length : comma;
    const text = line.slice(start, end).trim();
    const inner = text.length > 1 && text.startsWith('"') && text.endsWith('"') ? text.slice(1, -1).trim() : text;
    const first = text === "" ? start : line.indexOf(text, start);
    all.push({ text: inner, start: first, end: first + text.length });
    start = end + 1;
  }
  return all;
}

/** The lanes that the columns stand for; a vector is there with all its lanes or with none. */
function header(names: readonly Cell[], inputs: Inputs, found: Report, place: Place): readonly (Signal | undefined)[] {
  const seen = new Map<string, Cell>();
  const vectors = new Map<string, { readonly cell: Cell; readonly signals: readonly Signal[]; count: number }>();
  const columns = names.map((cell) => {
    const name = cell.text.replace(/\[[0-9]+\]$/, "");
    const signals = signalsOf(name, inputs);
    const signal = signals.find((one) => one.name === cell.text);
    const first = seen.get(cell.text);
    seen.set(cell.text, cell);
    if (first !== undefined)
      found.error("bad-trace", `\`${cell.text}\` stands in the trace twice`, [
        { span: place(cell), text: "again here" },
        { span: place(first), text: "first here" },
      ]);
    else if (signals.length === 0) reportUnknown(name, place(cell), inputs, found);
    else if (signal === undefined) {
      const lanes = `${signals[0]?.name} to ${signals.at(-1)?.name}`;
      const help = cell.text === name ? [`write its lanes as columns, ${lanes}`] : [`its lanes are ${lanes}`];
      const isScalar = signals[0]?.name === name;
      found.error(
        "bad-trace",
        isScalar ? `\`${name}\` is no vector` : `\`${cell.text}\` is no lane of \`${name}\``,
        [{ span: place(cell), text: "" }],
        isScalar ? [`call the column \`${name}\``] : help,
      );
    } else {
      const vector = vectors.get(name) ?? { cell, signals, count: 0 };
      vector.count++;
      vectors.set(name, vector);
    }
    return signal;
  });
  if (found.list.length === 0)
    for (const [name, { cell, signals, count }] of vectors)
      if (count !== signals.length)
        found.error(
          "bad-trace",
          `${count} of the ${signals.length} lanes of \`${name}\` are there`,
          [{ span: place(cell), text: "" }],
          ["give all of them, or none: then all are 0"],
        );
  return columns;
}

function row(
  values: readonly Cell[],
  columns: readonly (Signal | undefined)[],
  machine: Machine,
  found: Report,
  place: Place,
): void {
  if (values.length !== columns.length) {
    const span = place(values[columns.length] ?? (values.at(-1) as Cell));
    found.error("bad-trace", `${values.length} values for ${columns.length} columns`, [{ span, text: "" }]);
    return;
  }
  for (let at = 0; at < values.length; at++) {
    const cell = values[at] as Cell;
    const signal = columns[at];
    if (signal === undefined) continue;
    const { name, type, port, lane } = signal;
    const quick = /^-?[0-9]{1,9}$/.test(cell.text) && type.width >= 31 ? Number(cell.text) : undefined;
    const value = quick ?? valueOf(cell.text, type);
    if (typeof value === "object")
      found.error("bad-value", `\`${name}\`: ${value.problem}`, [{ span: place(cell), text: "" }], value.help);
    else if (port === RESET) machine.setReset(Number(value) !== 0);
    else if (isNarrow(type)) machine.setNarrow(port, lane, Number(BigInt.asIntN(32, BigInt(value))));
    else machine.set(port, lane, BigInt(value));
  }
}

/** Prints the outputs as a table: the first line, then a line a cycle. */
export function csvWriter(machine: Machine): { readonly header: string; row(): string } {
  const lanes = machine.outputs.flatMap(({ name, type }, port) =>
    lanesOf(name, type).map((text, lane) => ({ text, type: type.lane, port, lane })),
  );
  return {
    header: `${lanes.map((one) => one.text).join(",")}\n`,
    row: () =>
      `${lanes
        .map(({ type, port, lane }) => {
          if (!isNarrow(type)) return `${machine.get(port, lane)}`;
          const pattern = machine.getNarrow(port, lane);
          return `${type.kind === "i" ? pattern : pattern >>> 0}`;
        })
        .join(",")}\n`,
  };
}
