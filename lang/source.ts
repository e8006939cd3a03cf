// A text and the places in it.

/** A stretch of a source text: offsets in UTF-16 units, `end` exclusive. Every node of the AST is one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Where something comes from that several stretches of a text have a part in: the main one, then the others, distinct and
 * in the order of the text.
 */
export interface Origin extends Span {
  readonly others: readonly Span[];
}

/** Others that are kept at most. */
const MOST_OTHERS = 15;

/** What was made of `parts`, chiefly of `main`. */
export function joinOrigins(main: Span, parts: readonly Origin[]): Origin {
  const { start, end } = main;
  const isOther = (one: Span) => one.end > 0 && (one.start !== start || one.end !== end);
  const all = parts.flatMap((part) => [part, ...part.others]).filter(isOther);
  if (all.length === 0) return { start, end, others: NO_SPANS };
  all.sort((a, b) => a.start - b.start || a.end - b.end);
  const others: Span[] = [];
  for (const one of all) {
    const last = others.at(-1);
    if (last?.start !== one.start || last.end !== one.end) others.push({ start: one.start, end: one.end });
    if (others.length === MOST_OTHERS) break;
  }
  return { start, end, others };
}

/** Shared by everything that stems from one stretch. */
export const NO_SPANS: readonly Span[] = [];

/** A text with the name that diagnostics call it by. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

/** A place for people and editors: both count from 1, columns in UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const lineStarts = new WeakMap<Source, readonly number[]>();

/** Offsets at which the lines of `source` begin; computed at the first question and kept. */
export function lines(source: Source): readonly number[] {
  const known = lineStarts.get(source);
  if (known !== undefined) return known;
  const starts = [0];
  for (let at = source.text.indexOf("\n"); at >= 0; at = source.text.indexOf("\n", at + 1)) starts.push(at + 1);
  lineStarts.set(source, starts);
  return starts;
}

/** Line and column of `offset`, which is clamped to the text. */
export function position(source: Source, offset: number): Position {
  const starts = lines(source);
  const clamped = Math.max(0, Math.min(offset, source.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= clamped) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: clamped - (starts[low] ?? 0) + 1 };
}

/** The text of one line (from 1), without its line break. */
export function lineText(source: Source, line: number): string {
  const starts = lines(source);
  const start = starts[line - 1] ?? source.text.length;
  const next = starts[line];
  return source.text.slice(start, next === undefined ? source.text.length : next - 1).replace(/\r$/, "");
}
