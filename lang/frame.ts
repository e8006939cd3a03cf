// How a diagnostic looks: a frame for people, an object for machines.
import type { Diagnostic, Label, Severity } from "./diagnostic.ts";
import { lines, position, type Source } from "./source.ts";

/** Wraps a text in the marks of a terminal, say. It must not change what the text looks like in columns. */
export type Paint = (text: string) => string;

/** How the parts of a frame are painted. */
export interface Style {
  /** `error[code]`, and what marks the mistake of an error. */
  readonly error: Paint;
  /** `warning[code]`, and what marks the mistake of a warning. */
  readonly warning: Paint;
  readonly message: Paint;
  /** What marks the other ends of the mistake. */
  readonly label: Paint;
  /** Bars and line numbers. */
  readonly frame: Paint;
  /** The word `help:`. */
  readonly note: Paint;
}

/** A diagnostic as `--json` prints it: lines and columns from 1, `help` joined by "; " and empty where there is none. */
export interface Json {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly help: string;
}

const asIs: Paint = (text) => text;
const PLAIN: Style = { error: asIs, warning: asIs, message: asIs, label: asIs, frame: asIs, note: asIs };

/** Columns of source text, or of label text, that a row shows at the most; a longer line is cut around its labels. */
const SHOWN = 100;
/** Columns of a tab. Constant, so that a window into a line of megabytes need not look at its start. */
const TAB = 4;
/** Longest word and longest text of a message, in UTF-16 units; more is cut in the middle. JSON has it all. */
const WORD = 80;
const TEXT = 480;

/**
 * The diagnostic as a frame, without a line break at its end: the source lines of all labels in the order of the text,
 * `^` under the first label and `-` under the others. A label over several lines is marked to the end of its first.
 * Control characters and invisible ones come out as `�`, so that no program can write to the terminal.
 * The work depends on what is shown, not on how long the lines or the labels are.
 */
export function frame(diagnostic: Diagnostic, style: Style = PLAIN): string {
  const { code, severity, source, labels, help } = diagnostic;
  const { rows, margin } = body(source, labels, style, (m) => (m.main ? style[severity] : style.label));
  return [
    style[severity](`${severity}[${code}]`) + style.message(`: ${plain(diagnostic.message)}`),
    ...rows,
    ...help.map((action) => `${margin} ${style.frame("=")} ${style.note("help:")} ${plain(action)}`),
  ].join("\n");
}

/** The rows of a frame that is no diagnostic: the place, and the lines with what is marked in them. */
export function excerpt(source: Source, labels: readonly Label[], style: Style = PLAIN): readonly string[] {
  return body(source, labels, style, () => style.label).rows;
}

function body(
  source: Source,
  labels: readonly Label[],
  style: Style,
  paint: (mark: Mark) => Paint,
): { readonly rows: readonly string[]; readonly margin: string } {
  const marked = labels.map((label, index) => mark(source, label, index === 0));
  const excerpts = cut(source, marked);
  const digits = String(excerpts.at(-1)?.line ?? 1).length;
  const margin = " ".repeat(digits);
  const bar = (number: string, content: string) =>
    style.frame(`${number.padStart(digits)} │`) + (content === "" ? "" : ` ${content}`);

  const rows: string[] = [];
  const at = labels[0] === undefined ? undefined : position(source, labels[0].span.start);
  const place = [clean(source.file), at?.line ?? "", at?.column ?? ""].filter((part) => part !== "").join(":");
  if (place !== "") rows.push(`${margin}${style.frame("┌─")} ${place}`);
  if (excerpts.length > 0) rows.push(margin + style.frame("│"));
  for (const { line, text, marks } of excerpts) {
    rows.push(bar(String(line), text));
    for (const row of underline(marks, paint)) rows.push(bar("", row));
  }
  return { rows, margin };
}

/** How many there are of each severity, "2 errors, 1 warning"; empty for none. */
export function summary(diagnostics: readonly Diagnostic[]): string {
  const severities: readonly Severity[] = ["error", "warning"];
  return severities
    .map((severity) => ({ severity, count: diagnostics.filter((d) => d.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}${count === 1 ? "" : "s"}`)
    .join(", ");
}

/** The diagnostic for machines. The place is the first label's; without labels it is the start of the file. */
export function toJson(diagnostic: Diagnostic): Json {
  const { code, severity, message, source, labels } = diagnostic;
  const span = labels[0]?.span ?? { start: 0, end: 0 };
  const { line, column } = position(source, span.start);
  const end = position(source, Math.max(span.start, span.end));
  const help = diagnostic.help.join("; ");
  return { code, severity, message, file: source.file, line, column, endLine: end.line, endColumn: end.column, help };
}

/** A label, or the part of it in its first line: between offsets of the source, or between columns of an excerpt. */
interface Mark {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly main: boolean;
  /** In rows. */
  readonly text: readonly string[];
}

/** A line, or a window into it, with the marks in its columns. */
interface Excerpt {
  readonly line: number;
  readonly text: string;
  readonly marks: readonly Mark[];
}

function mark(source: Source, { span, text }: Label, main: boolean): Mark {
  const { line } = position(source, span.start);
  const [lineStart, lineEnd] = bounds(source, line);
  const start = Math.max(lineStart, Math.min(span.start, lineEnd));
  return { line, start, end: Math.max(start, Math.min(span.end, lineEnd)), main, text: wrap(plain(text)) };
}

/** Offsets of a line without its line break. `lineText` would copy a line that may be the whole file. */
function bounds(source: Source, line: number): readonly [number, number] {
  const starts = lines(source);
  const start = starts[line - 1] ?? 0;
  const next = starts[line];
  const end = next === undefined ? source.text.length : next - 1;
  return [start, end > start && source.text[end - 1] === "\r" ? end - 1 : end];
}

/** Marks of one line share an excerpt as long as they fit; a mark too far off gets another excerpt of the line. */
function cut(source: Source, marks: readonly Mark[]): readonly Excerpt[] {
  const groups: Mark[][] = [];
  for (const next of [...marks].sort((a, b) => a.start - b.start)) {
    const group = groups.at(-1);
    const first = group?.[0];
    const fits = first?.line === next.line && walk(source.text, first.start, next.end, SHOWN) === next.end;
    if (group !== undefined && (fits || first?.start === next.start)) group.push(next);
    else groups.push([next]);
  }
  return groups.map((group) => windowed(source, group));
}

/** The window around the marks: as much of the line as fits, the same on both sides where it must be cut. */
function windowed(source: Source, marks: readonly Mark[]): Excerpt {
  const { text } = source;
  const line = marks[0]?.line ?? 1;
  const [lineStart, lineEnd] = bounds(source, line);
  const first = marks[0]?.start ?? lineStart;
  const end = marks.reduce((furthest, m) => Math.max(furthest, m.end), first);
  const last = walk(text, first, end, SHOWN);
  const before = walk(text, first, lineStart, Math.floor((SHOWN - columns(text, first, last)) / 2));
  const to = walk(text, last, lineEnd, SHOWN - columns(text, before, last));
  const from = walk(text, before, lineStart, SHOWN - columns(text, before, to));
  const left = from > lineStart ? "…" : "";
  const right = to < lineEnd ? "…" : "";
  const column = (at: number) => left.length + columns(text, from, Math.min(at, to)) + (at > to ? right.length : 0);
  return {
    line,
    text: (left + clean(text.slice(from, to)) + right).trimEnd(),
    marks: marks.map((m) => ({ ...m, start: column(m.start), end: Math.max(column(m.start) + 1, column(m.end)) })),
  };
}

/** How far from `from` towards `until` one comes in `room` columns. */
function walk(text: string, from: number, until: number, room: number): number {
  const step = Math.sign(until - from);
  let at = from;
  for (let used = 0; at !== until; at += step) {
    used += text[step > 0 ? at : at - 1] === "\t" ? TAB : 1;
    if (used > room) break;
  }
  return at;
}

function columns(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) count += text[at] === "\t" ? TAB : 1;
  return count;
}

/** The rows below a source line. Marks that do not touch share a row, so that overlapping labels stay readable. */
function underline(marks: readonly Mark[], paint: (mark: Mark) => Paint): readonly string[] {
  const groups: Mark[][] = [];
  for (const next of marks) {
    const free = groups.find((group) => (group.at(-1)?.end ?? 0) < next.start);
    if (free === undefined) groups.push([next]);
    else free.push(next);
  }
  return groups.flatMap((group) => rowsOf(group, paint));
}

/** A column, and a text that begins there. */
type Piece = readonly [column: number, text: string, paint: Paint];

/** A row of marks, the text of the last one behind it where it fits, and the other texts hanging below, right to left. */
function rowsOf(marks: readonly Mark[], paint: (mark: Mark) => Paint): readonly string[] {
  const row: Piece[] = marks.map((m) => [m.start, (m.main ? "^" : "-").repeat(m.end - m.start), paint(m)]);
  const last = marks.at(-1);
  const [tail, ...more] = last?.text ?? [];
  const fits = last !== undefined && tail !== undefined && more.length === 0 && last.end + tail.length < SHOWN;
  if (fits) row.push([last.end + 1, tail, paint(last)]);

  const hanging = marks.filter((m) => m.text.length > 0 && !(fits && m === last));
  const wires = (count: number, before: number): readonly Piece[] =>
    hanging.slice(0, count).flatMap((m): Piece[] => (m.start < before ? [[m.start, "│", paint(m)]] : []));
  const rows = hanging.length === 0 ? [row] : [row, wires(hanging.length, Infinity)];
  for (const [index, m] of [...hanging.entries()].reverse()) {
    const width = m.text.reduce((widest, part) => Math.max(widest, part.length), 0);
    const column = Math.max(0, Math.min(m.start, SHOWN - width));
    for (const text of m.text) rows.push([...wires(index, column - 1), [column, text, paint(m)]]);
  }
  return rows.map(lay);
}

function lay(pieces: readonly Piece[]): string {
  let row = "";
  let end = 0;
  for (const [column, text, paint] of pieces) {
    row += " ".repeat(column - end) + paint(text);
    end = column + text.length;
  }
  return row;
}

/** Rows of whole words, none longer than `SHOWN`. */
function wrap(text: string): readonly string[] {
  return text.match(/\S(?:.{0,98}\S)?(?=\s|$)/g) ?? [];
}

/** A text of ours on one line, with what is far too long cut in its middle. */
function plain(text: string): string {
  const words = shorten(text, TEXT).trim().split(/\s+/);
  return clean(words.map((word) => shorten(word, WORD)).join(" "));
}

function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.floor(limit / 4);
  return `${text.slice(0, limit - tail - 1)}…${text.slice(-tail)}`;
}

/** Tabs expanded; everything else that is not one visible character, such as half a surrogate pair, is `�`. */
function clean(text: string): string {
  return text
    .replaceAll("\t", " ".repeat(TAB))
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, (character) => "�".repeat(character.length));
}
