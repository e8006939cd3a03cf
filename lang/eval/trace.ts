// Traces: the values of inputs, one element a cycle. They are read into columns without a tree in between, so that a
// trace of a million cycles is in memory once.
import { numeral } from "../contents.ts";
import { bug, type Label, type Outcome, type Report, report } from "../diagnostic.ts";
import { type JsonReader, jsonReader } from "../json.ts";
import { didYouMean } from "../near.ts";
import type { Source, Span } from "../source.ts";
import { BOOL, fits, type Type } from "../type.ts";
import { append, appendWide, type Column, column } from "./column.ts";
import { isNarrow, type Machine, type MachinePort } from "./machine.ts";

/** What can be given to a program: its inputs, and the reset if there is one. */
export interface Inputs {
  readonly ports: readonly MachinePort[];
  readonly hasReset: boolean;
}

/** One lane of an input; `port` is `RESET` for the reset. */
export interface Signal {
  /** As a column of a table is called: `a`, or `v[0]` for a lane. */
  readonly name: string;
  readonly type: Type;
  readonly port: number;
  readonly lane: number;
}

export const RESET = -1;

/** Values for the lanes that a text names; all others are 0. */
export interface Trace {
  readonly cycles: number;
  readonly columns: readonly { readonly signal: Signal; readonly column: Column }[];
}

/** The inputs of a machine; with `--reset sync` there is a reset, unless an input has its name. */
export function inputsOf(machine: Pick<Machine, "inputs">, isSync: boolean): Inputs {
  const hasReset = isSync && !machine.inputs.some((port) => port.name === "reset");
  return { ports: machine.inputs, hasReset };
}

/** The lanes of the input that a trace calls `name`. */
export function signalsOf(name: string, inputs: Inputs): readonly Signal[] {
  if (name === "reset" && inputs.hasReset) return [{ name, type: BOOL, port: RESET, lane: 0 }];
  const port = inputs.ports.findIndex((one) => one.name === name);
  const type = inputs.ports[port]?.type;
  return type === undefined
    ? []
    : lanesOf(name, type).map((lane, at) => ({ name: lane, type: type.lane, port, lane: at }));
}

/** What the lanes of a value are called. */
export function lanesOf(name: string, type: Type): readonly string[] {
  return type.lanes === 0 ? [name] : Array.from({ length: type.lanes }, (_, lane) => `${name}[${lane}]`);
}

/** Sets a lane of a machine to the value that a column has for a cycle. */
export function give(machine: Machine, signal: Signal, from: Column, cycle: number): void {
  if (signal.port === RESET) machine.setReset(from.narrow[cycle] !== 0);
  else if (isNarrow(signal.type)) machine.setNarrow(signal.port, signal.lane, from.narrow[cycle] as number);
  else machine.set(signal.port, signal.lane, from.wide[cycle] as bigint);
}

/** Reports a name that no input has. */
export function reportUnknown(name: string, span: Span, inputs: Inputs, found: Report): void {
  const names = [...inputs.ports.map((port) => port.name), ...(inputs.hasReset ? ["reset"] : [])];
  const help =
    name === "reset"
      ? ["a reset comes with `--reset sync`"]
      : name === "clock"
        ? ["leave it out: each element is a clock cycle"]
        : didYouMean(name, names);
  found.error("unknown-input", `no input is called \`${name}\``, [{ span, text: "" }], help);
}

/** Why a text or a number is no value of a type, and what to do about it. */
export interface Refusal {
  readonly problem: string;
  readonly help: readonly string[];
}

/** Reads a value as it stands in a string or a cell. */
export function parseValue(text: string, type: Type): bigint | Refusal {
  if (type === BOOL && (text === "true" || text === "false")) return text === "true" ? 1n : 0n;
  const value = numeral(text);
  if (value !== undefined) return fits(value, type.width) ? value : misfit(text, type);
  if (text === "") return { problem: "a value is missing", help: ["write `0` if it does not matter"] };
  return { problem: `\`${clip(text)}\` is not an integer`, help: [] };
}

function clip(text: string): string {
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function misfit(text: string, type: Type): Refusal {
  const bits = type.width === 1 ? "the one bit" : `the ${type.width} bits`;
  return { problem: `\`${clip(text)}\` does not fit in ${bits} of \`${type.text}\``, help: [] };
}

/** A trace being read. */
interface Reading {
  readonly json: JsonReader;
  readonly inputs: Inputs;
  readonly found: Report;
  readonly text: string;
}

/** Reads a trace: `{"a": [1, -2], "v": [[0, 1], [2, 3]]}`. Without errors all columns are of one length. */
export function readTrace(source: Source, inputs: Inputs): Outcome<Trace> {
  const reading: Reading = { json: jsonReader(source.text), inputs, found: report(source), text: source.text };
  const { json, found } = reading;
  const columns: { signal: Signal; column: Column }[] = [];
  const lengths = new Map<string, { readonly span: Span; readonly cycles: number }>();
  if (json.next() !== "{") refuse(reading, "a trace is an object, with a list of values for each input");
  else
    while (json.next() === "key") {
      const name = json.text();
      const span = { start: json.start, end: json.end };
      const signals = signalsOf(name, inputs);
      const first = lengths.get(name);
      if (signals.length === 0) reportUnknown(name, span, inputs, found);
      else if (first !== undefined)
        found.error("bad-trace", `\`${name}\` stands in the trace twice`, [
          { span, text: "again here" },
          { span: first.span, text: "first here" },
        ]);
      json.next();
      const made = signals.map((signal) => ({ signal, column: column(signal.type) }));
      const cycles = signals.length === 0 || first !== undefined ? undefined : readColumn(name, made, reading);
      if (cycles === undefined) json.skip();
      else {
        columns.push(...made);
        lengths.set(name, { span, cycles });
      }
    }
  if (json.event === "}") json.next();
  if (json.event === "wrong") reportJson(json, found);
  else checkLengths(lengths, found);
  return { value: { cycles: columns[0]?.column.length ?? 0, columns }, diagnostics: found.list };
}

/** Reports where a text is not JSON. */
export function reportJson(json: JsonReader, found: Report): void {
  const { start, end } = json;
  found.error("not-json", json.problem, [{ span: { start, end }, text: "" }]);
}

function refuse({ json, found }: Reading, message: string): void {
  if (json.event === "wrong") return;
  found.error(
    "bad-trace",
    message,
    [{ span: { start: json.start, end: json.end }, text: "" }],
    ['a trace looks like `{"a": [1, -2, 3]}`'],
  );
  json.skip();
}

function checkLengths(lengths: ReadonlyMap<string, { readonly span: Span; readonly cycles: number }>, found: Report) {
  const all = [...lengths];
  const [first] = all;
  const odd = all.find(([, one]) => one.cycles !== first?.[1].cycles);
  if (first === undefined || odd === undefined) return;
  const labels: Label[] = [odd, first].map(([, { span, cycles }]) => ({ span, text: cyclesOf(cycles) }));
  found.error(
    "bad-trace",
    `\`${odd[0]}\` has ${cyclesOf(odd[1].cycles)}, but \`${first[0]}\` has ${first[1].cycles}`,
    labels,
  );
}

function cyclesOf(count: number): string {
  return `${count} ${count === 1 ? "value" : "values"}`;
}

/** Values of one input that are refused: the first, and how many. */
interface Refused {
  first: { readonly refusal: Refusal; readonly span: Span; readonly cycle: number } | undefined;
  count: number;
}

/** Reads the list of an input, and gives its length; undefined if it is none. */
function readColumn(
  name: string,
  lanes: readonly { readonly signal: Signal; readonly column: Column }[],
  reading: Reading,
): number | undefined {
  const { json, found } = reading;
  if (json.event !== "[") {
    refuse(reading, `\`${name}\` is not a list of values, one a cycle`);
    return undefined;
  }
  const isVector = lanes.some(({ signal }) => signal.name !== name);
  const refused: Refused = { first: undefined, count: 0 };
  const only = lanes[0]?.column ?? bug("an input without lanes");
  let cycle = 0;
  for (let event = json.next(); event !== "]" && event !== "wrong"; event = json.next()) {
    if (isVector) readLanes(lanes, cycle, refused, reading);
    else readValue(only, cycle, refused, reading);
    cycle++;
  }
  const { first, count } = refused;
  if (first !== undefined)
    found.error(
      "bad-value",
      `cycle ${first.cycle} of \`${name}\`: ${first.refusal.problem}`,
      [{ span: first.span, text: count > 1 ? `and ${count - 1} more of this input` : "" }],
      first.refusal.help,
    );
  return cycle;
}

/** Reads the list of the lanes of a vector in one cycle. */
function readLanes(
  lanes: readonly { readonly column: Column }[],
  cycle: number,
  refused: Refused,
  reading: Reading,
): void {
  const { json } = reading;
  const { start } = json;
  if (json.event !== "[") {
    const help = [`write a list of ${lanes.length} values`];
    note(refused, cycle, { start, end: json.end }, "the lanes of a vector are a list", help);
    json.skip();
    return;
  }
  let count = 0;
  let event = json.next();
  for (; event !== "]" && event !== "wrong"; event = json.next()) {
    const to = lanes[count++]?.column;
    if (to === undefined) json.skip();
    else readValue(to, cycle, refused, reading);
  }
  if (count === lanes.length || event === "wrong") return;
  const problem = `${count} ${count === 1 ? "lane" : "lanes"}, expected ${lanes.length}`;
  note(refused, cycle, { start, end: json.end }, problem);
}

function note(refused: Refused, cycle: number, span: Span, problem: string, help: readonly string[] = []): void {
  refused.count++;
  refused.first ??= { refusal: { problem, help }, span, cycle };
}

/** Appends the value that the reader is at. */
function readValue(to: Column, cycle: number, refused: Refused, reading: Reading): void {
  const { json, text } = reading;
  const { type } = to;
  if (json.event === "number" && !Number.isNaN(json.integer)) {
    const value = json.integer;
    if (type.width > 50 || (value >= -(2 ** (type.width - 1)) && value < 2 ** type.width)) {
      if (isNarrow(type)) append(to, value | 0);
      else appendWide(to, BigInt(value));
      return;
    }
  }
  const value = otherValue(json, text, type);
  if (typeof value === "bigint") {
    if (isNarrow(type)) append(to, Number(BigInt.asIntN(32, value)));
    else appendWide(to, value);
    return;
  }
  note(refused, cycle, { start: json.start, end: json.end }, value.problem, value.help);
  json.skip();
}

function otherValue(json: JsonReader, text: string, type: Type): bigint | Refusal {
  const written = clip(text.slice(json.start, json.end));
  switch (json.event) {
    case "number": {
      const value = Number(text.slice(json.start, json.end));
      if (Number.isSafeInteger(value)) return parseValue(`${value}`, type);
      if (!Number.isInteger(value)) return { problem: `\`${written}\` is not an integer`, help: [] };
      if (!fits(BigInt(value), type.width)) return misfit(written, type);
      return {
        problem: `\`${written}\` is too large for a number of JSON`,
        help: [`write \`"${written}"\`, a string`],
      };
    }
    case "string":
      return parseValue(json.text(), type);
    case "true":
    case "false":
      if (type === BOOL) return json.event === "true" ? 1n : 0n;
      return {
        problem: `\`${written}\` is not a value of \`${type.text}\``,
        help: [`write \`${Number(json.event === "true")}\``],
      };
    case "null":
      return { problem: "a value is missing", help: ["write `0` if it does not matter"] };
    default:
      return { problem: `a value of \`${type.text}\` is one integer`, help: [] };
  }
}
