// The tree of a text after an edit: only the stretch that the edit has touched is read again.
import type { Instruction, Item, Program, Statement } from "../ast.ts";
import type { Diagnostic, Outcome } from "../diagnostic.ts";
import { parse, parseRest, type Rest } from "../parser.ts";
import type { Source, Span } from "../source.ts";
import type { Steps } from "../steps.ts";
import { moveComment, moved, moveItem, moveStatement } from "./move.ts";

/** A text that has been read, and what was wrong with its syntax. */
export interface Parsed {
  readonly program: Program;
  readonly diagnostics: readonly Diagnostic[];
}

/** A stretch of the old text, and how long is what replaced it. */
export interface Change extends Span {
  readonly length: number;
}

/** Characters that are read at once where a text is read in steps. */
const PIECE = 30_000;

/** With more mistakes than this a text is read anew: past a limit they are only counted. */
const MOST = 500;

/** How many statements behind a change are read until the tree should be found again; a mistake swallows one or two. */
const AHEAD = [3, 50];

/**
 * A place between two statements of the body of an item: behind the statement of that index, or, where it is -1, before the
 * first. Before the first item it is the beginning of the text.
 */
interface Seam {
  readonly item: number;
  readonly statement: number;
  readonly offset: number;
}

/** Reads a text in steps: a long one grows at its end, piece by piece. */
export function* parseSteps(source: Source): Steps<Parsed> {
  const { file, text } = source;
  if (text.length <= PIECE || text.includes("\0")) return whole(source);
  let parsed = whole({ file, text: text.slice(0, PIECE) });
  for (let end = PIECE; end < text.length; ) {
    yield;
    const start = end;
    end = Math.min(end + PIECE, text.length);
    const next = end === text.length ? source : { file, text: text.slice(0, end) };
    parsed = reparse(parsed, next, { start, end: start, length: end - start });
  }
  return parsed;
}

function whole(source: Source): Parsed {
  const { value, diagnostics } = parse(source);
  return { program: value, diagnostics };
}

/**
 * What `parse` gives for `next`, which is the text of `old` with one change. The nodes of `old` go over into it.
 *
 * Behind the semicolon of a statement the parser's state is known: it is in the body of an item, whatever came before. So
 * it is enough to read from the last whole statement before the change to the first whole one behind it that is found
 * again at its place, with the same state. From there on the old tree holds, moved.
 */
export function reparse(old: Parsed, next: Source, change: Change): Parsed {
  const { program } = old;
  if (program.items.length === 0 || next.text.includes("\0", change.start) || isFull(old)) return whole(next);
  const from = seamBefore(program, change.start) ?? { item: -1, statement: -1, offset: 0 };
  for (const count of AHEAD) {
    const to = seamBehind(program, change.end, count);
    const parsed = splice(old, next, change, from, to);
    if (parsed !== undefined) return parsed;
    if (to === undefined) break;
  }
  return splice(old, next, change, from, undefined) ?? whole(next);
}

/** Mistakes past a limit are only counted, and so cannot be taken over. */
function isFull({ diagnostics }: Parsed): boolean {
  return diagnostics.some(({ code }) => code === "too-many-errors" || code === "too-large" || code === "too-deep");
}

/** The last place before `offset` at which the parser's state is known. */
function seamBefore({ items, source }: Program, offset: number): Seam | undefined {
  for (let item = countBefore(items, offset) - 1; item >= 0; item--) {
    const { body, marks } = items[item] as Item;
    for (let at = countBefore(body, offset) - 1; at >= 0; at--) {
      const statement = body[at] as Statement;
      if (isWhole(statement, source) && statement.end <= offset) return { item, statement: at, offset: statement.end };
    }
    if (marks.bodyStart < offset) return { item, statement: -1, offset: marks.bodyStart + 1 };
  }
  return undefined;
}

/**
 * The place behind the `count`th whole statement after `offset`, or behind the last one that there is. A character between
 * them and the change keeps the tokens apart.
 */
function seamBehind({ items, source }: Program, offset: number, count: number): Seam | undefined {
  let seam: Seam | undefined;
  let left = count;
  for (let item = Math.max(0, countBefore(items, offset) - 1); item < items.length; item++) {
    const { body } = items[item] as Item;
    for (let at = countBefore(body, offset + 1); at < body.length; at++) {
      const statement = body[at] as Statement;
      if (!isWhole(statement, source) || statement.start <= offset) continue;
      seam = { item, statement: at, offset: statement.end };
      if (--left === 0) return seam;
    }
  }
  return seam;
}

/** How many nodes, which stand in the order of the text, begin before `offset`. */
export function countBefore(nodes: readonly Span[], offset: number): number {
  let low = 0;
  let high = nodes.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle] as Span).start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** An instruction that was read to its semicolon. */
export function isWhole(statement: Statement, source: Source): statement is Instruction {
  return statement.kind === "instruction" && !statement.partial && source.text[statement.end - 1] === ";";
}

/** The tree with what lies between two seams, or between one and the end, read again; undefined where that cannot be. */
function splice(old: Parsed, next: Source, change: Change, from: Seam, to: Seam | undefined): Parsed | undefined {
  const { items } = old.program;
  const shift = change.length - (change.end - change.start);
  const end = to === undefined ? next.text.length : to.offset + shift;
  // The text is copied behind a brace of its own, so that names of the tree do not keep older texts in memory.
  const copy = next.text.slice(from.offset, end);
  const { value: rest, diagnostics } =
    from.item < 0
      ? parseStart({ file: next.file, text: ` ${copy}` })
      : parseRest({ file: next.file, text: `{${copy}` });
  const by = from.offset - 1;
  const opener = items[from.item]?.marks.bodyStart ?? -1;
  const place = ({ start, end }: Span): Span =>
    from.item >= 0 && start === 0 && end === 1
      ? { start: opener, end: opener + 1 }
      : { start: start + by, end: end + by };
  const found = [...diagnostics];
  if (found.some(({ code }) => code === "too-deep" || code === "too-many-errors" || code === "too-large"))
    return undefined;
  let kept = old.diagnostics.filter((one) => startOf(one) < from.offset);
  if (to === undefined) kept = kept.filter((one) => one.code !== "open-body" || startOf(one) < opener);
  else {
    if (old.diagnostics.some(({ code }) => code === "open-body")) return undefined;
    if (found.some(({ code }) => code === "open-string" || code === "open-comment")) return undefined;
    const statement = (items[to.item] as Item).body[to.statement] as Instruction;
    const last = rest.items.at(-1)?.body.at(-1) ?? (rest.items.length === 0 ? rest.body.at(-1) : undefined);
    if (last === undefined || last.kind !== "instruction" || last.partial) return undefined;
    if (last.start + by !== statement.start + shift || last.end + by !== end) return undefined;
    // The body that is open at the end of what was read goes on in the old text.
    if (found.pop()?.code !== "open-body") return undefined;
  }
  const behind = to === undefined ? [] : old.diagnostics.filter((one) => startOf(one) >= to.offset);
  if (kept.length + found.length + behind.length > MOST) return undefined;
  // From here on the old tree is taken apart.
  const list = [
    ...kept.map((one) => moved(one, next, (span) => span)),
    ...found.map((one) => moved(one, next, place)),
    ...behind.map((one) => moved(one, next, (span) => ({ start: span.start + shift, end: span.end + shift }))),
  ];
  for (const item of rest.items) moveItem(item, by);
  for (const statement of rest.body) moveStatement(statement, by);
  for (const comment of rest.comments) moveComment(comment, by);
  const { comments } = old.program;
  const later = to === undefined ? [] : comments.slice(countBefore(comments, to.offset));
  for (const comment of later) moveComment(comment, shift);
  return {
    program: {
      source: next,
      items: joined(items, from, to, { ...rest, bodyEnd: rest.bodyEnd + by }, shift),
      comments: [...comments.slice(0, countBefore(comments, from.offset)), ...rest.comments, ...later],
    },
    diagnostics: list,
  };
}

/** A text from its beginning. */
function parseStart(source: Source): Outcome<Rest> {
  const { value, diagnostics } = parse(source);
  return { value: { body: [], bodyEnd: 0, items: value.items, comments: value.comments }, diagnostics };
}

function startOf({ labels }: Diagnostic): number {
  return labels[0]?.span.start ?? 0;
}

/** The items before, those that were read, and those behind; the first and the last of them are one with a neighbour. */
function joined(items: readonly Item[], from: Seam, to: Seam | undefined, read: Rest, shift: number): readonly Item[] {
  const first = items[from.item];
  const made = items.slice(0, Math.max(0, from.item));
  if (first !== undefined)
    made.push({ ...first, body: first.body.slice(0, from.statement + 1).concat(read.body), end: read.bodyEnd });
  for (const item of read.items) made.push(item);
  if (to === undefined) return made;
  const old = items[to.item] as Item;
  const last = made.pop() as Item;
  const later = old.body.slice(to.statement + 1);
  made.push({ ...last, body: last.body.concat(later), end: old.end + shift });
  const behind = items.slice(to.item + 1);
  if (shift !== 0) {
    for (const statement of later) moveStatement(statement, shift);
    for (const item of behind) moveItem(item, shift);
  }
  return made.concat(behind);
}
