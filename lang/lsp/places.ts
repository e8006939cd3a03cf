// Places of the tree as places of the protocol, and back.
import type { Location, Position, Range } from "vscode-languageserver-types";
import type { Span } from "../source.ts";
import type { Analysis } from "./analysis.ts";

export function rangeOf({ document }: Analysis, { start, end }: Span): Range {
  return { start: document.positionAt(start), end: document.positionAt(end) };
}

export function locationOf(file: Analysis, span: Span): Location {
  return { uri: file.uri, range: rangeOf(file, span) };
}

/** Places outside of the text are clamped to it. */
export function offsetOf({ document }: Analysis, position: Position): number {
  return document.offsetAt(position);
}

export function spanOf({ document }: Analysis, range: Range): Span {
  const [a, b] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  return { start: Math.min(a, b), end: Math.max(a, b) };
}

export function contains(span: Span, offset: number): boolean {
  return span.start <= offset && offset <= span.end;
}
