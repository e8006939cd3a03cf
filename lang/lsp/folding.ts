// What can be folded away, and how a selection grows.
import { type FoldingRange, FoldingRangeKind, type Position, type SelectionRange } from "vscode-languageserver-types";
import type { Item, Statement } from "../ast.ts";
import type { Span } from "../source.ts";
import type { Analysis } from "./analysis.ts";
import { contains, offsetOf, rangeOf } from "./places.ts";
import { statementAt, wordAt } from "./words.ts";

/** Bodies, blocks, lists of ports, and comments of several lines. */
export function foldings(file: Analysis): readonly FoldingRange[] {
  const found: FoldingRange[] = [];
  const line = (offset: number) => file.document.positionAt(offset).line;
  const fold = (start: number, end: number, kind: FoldingRangeKind | undefined, keepsLast: boolean) => {
    const [startLine, endLine] = [line(start), line(end) - (keepsLast ? 1 : 0)];
    if (endLine > startLine) found.push({ startLine, endLine, ...(kind === undefined ? {} : { kind }) });
  };
  for (const item of file.program.items) {
    fold(item.name.start, item.marks.inputsEnd, undefined, true);
    fold(item.marks.bodyStart, item.end, undefined, true);
    for (const block of blocks(item.body)) fold(block.start, block.end, undefined, true);
  }
  let run: Span | undefined;
  for (const { start, end, text } of file.program.comments) {
    const isNext = run !== undefined && text.startsWith("//") && line(start) === line(run.end) + 1;
    if (run !== undefined && isNext && beginsLine(file.source.text, start)) run = { start: run.start, end };
    else {
      if (run !== undefined) fold(run.start, run.end, FoldingRangeKind.Comment, false);
      run = { start, end };
    }
  }
  if (run !== undefined) fold(run.start, run.end, FoldingRangeKind.Comment, false);
  return found;
}

function beginsLine(text: string, offset: number): boolean {
  let at = offset - 1;
  while (text[at] === " " || text[at] === "\t") at--;
  return at < 0 || text[at] === "\n";
}

function* blocks(body: Item["body"]): Generator<Statement> {
  for (const one of body) {
    if (one.kind === "instruction") continue;
    yield one;
    yield* blocks(one.kind === "for" ? one.body : [...one.then, ...one.otherwise]);
  }
}

/** The word, the operand or port, the list around it, the instruction, the body, the item, the file. */
export function selection(file: Analysis, position: Position): SelectionRange {
  const offset = offsetOf(file, position);
  const around = spansAround(file, offset).filter((span) => contains(span, offset));
  let result: SelectionRange | undefined;
  let last: Span | undefined;
  for (const span of around.sort((a, b) => b.end - b.start - (a.end - a.start))) {
    const isInside = last === undefined || (last.start <= span.start && span.end <= last.end);
    const isSame = last?.start === span.start && last.end === span.end;
    if (!isInside || isSame) continue;
    result = { range: rangeOf(file, span), ...(result === undefined ? {} : { parent: result }) };
    last = span;
  }
  return result ?? { range: { start: position, end: position } };
}

function spansAround(file: Analysis, offset: number): Span[] {
  const { program, source } = file;
  const spans: Span[] = [{ start: 0, end: source.text.length }];
  const found = statementAt(program, offset);
  const word = wordAt(program, offset);
  if (word !== undefined) spans.push(word);
  for (const comment of program.comments) if (contains(comment, offset)) spans.push(comment);
  if (found === undefined) return spans;
  const { item, statement } = found;
  spans.push(item, { start: item.marks.bodyStart, end: item.end });
  spans.push({ start: item.start, end: item.marks.outputsEnd }, ...item.inputs, ...item.outputs);
  let inner = statement;
  while (inner !== undefined) {
    spans.push(inner);
    if (inner.kind === "instruction") {
      const { results, attrs, args, loc } = inner;
      for (const list of [results, attrs, args]) {
        spans.push(...list);
        const [first, last] = [list[0], list.at(-1)];
        if (first !== undefined && last !== undefined) spans.push({ start: first.start, end: last.end });
      }
      if (loc !== undefined) spans.push(loc);
      break;
    }
    const nested: readonly Statement[] = inner.kind === "for" ? inner.body : [...inner.then, ...inner.otherwise];
    inner = nested.find((one) => contains(one, offset));
  }
  return spans;
}
