// Canonical layout, as edits of the lines that differ.
import type { Range, TextEdit } from "vscode-languageserver-types";
import { print } from "../printer.ts";
import type { Analysis } from "./analysis.ts";
import { rangeOf } from "./places.ts";

/** So far a place is looked for at which two texts are alike again. */
const WINDOW = 60;

/** Nothing where the syntax is wrong: what could not be read would be lost. Within a range, only the lines of it. */
export function formatting(file: Analysis, range: Range | undefined): readonly TextEdit[] {
  if (file.parsed.diagnostics.length > 0) return [];
  const old = lines(file.source.text);
  const next = lines(print(file.program));
  return hunks(old, next)
    .filter(
      ({ from, to }) => range === undefined || (from <= range.end.line && Math.max(from, to - 1) >= range.start.line),
    )
    .map(({ from, to, text }) => ({ range: linesRange(file, old, from, to), newText: text }));
}

/** Lines with their line breaks. */
function lines(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Lines `from` to `to`, exclusive, become `text`. */
interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

function hunks(old: readonly string[], next: readonly string[]): readonly Hunk[] {
  const found: Hunk[] = [];
  let a = 0;
  let b = 0;
  while (a < old.length || b < next.length) {
    if (areAlike(old[a], next[b])) {
      if (old[a] !== next[b]) found.push({ from: a, to: a + 1, text: next[b] ?? "" });
      a++;
      b++;
      continue;
    }
    const [skipOld, skipNext] = resync(old, next, a, b);
    found.push({ from: a, to: a + skipOld, text: next.slice(b, b + skipNext).join("") });
    a += skipOld;
    b += skipNext;
  }
  return found;
}

/** Whether lines differ in their spaces only. */
function areAlike(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && (a === b || a.replace(/\s/g, "") === b.replace(/\s/g, ""));
}

/** How many lines to leave on each side until both are alike again: the fewest in all. */
function resync(old: readonly string[], next: readonly string[], a: number, b: number): readonly [number, number] {
  for (let sum = 1; sum <= WINDOW; sum++)
    for (let skip = 0; skip <= sum; skip++) {
      const line = old[a + skip];
      if (line?.trim() !== "" && areAlike(line, next[b + sum - skip])) return [skip, sum - skip];
    }
  return [old.length - a, next.length - b];
}

function linesRange(file: Analysis, old: readonly string[], from: number, to: number): Range {
  const { document } = file;
  if (to < old.length) return { start: { line: from, character: 0 }, end: { line: to, character: 0 } };
  const start = document.offsetAt({ line: from, character: 0 });
  return rangeOf(file, { start, end: file.source.text.length });
}
