// Tokens and comments to lines: indentation, the spaces between them, and where a line may be broken.
import type { Program } from "./ast.ts";
import { newlinesBefore, type PlacedComment, walkComments } from "./comments.ts";
import { type Break, broken, columnBehind, type List, type ListStyle, STEP } from "./lines.ts";
import type { Span } from "./source.ts";

/** Takes the tokens of a program one by one, the comments of the source go between them. */
export interface Writer {
  /** A token, behind the comments before it. `span` is its place in the source, if the tree knows it. */
  token(text: string, span?: Span): void;
  /** A space before the next token. */
  space(): void;
  /** Opens a list, which is broken as a whole. Lists do not nest. */
  open(bracket: string, style: ListStyle): void;
  /** The comma between two elements of a list. */
  separate(): void;
  close(bracket: string): void;
  /** Begins the line of a statement or an item; `span` is its place in the source. */
  begin(span: Span): void;
  end(): void;
  /** What follows stands apart by an empty line. */
  leaveBlank(): void;
  /** Opens a body; the line of its `}` stays open. */
  body(open: Span | undefined, close: Span | undefined, isEmpty: boolean, write: () => void): void;
  /** The text, which ends with a line break unless it is empty. */
  finish(): string;
}

/** What comes before the next token; `edge` and `gap` may become a line break, in a list that is broken. */
type Space = "none" | "space" | "after-comment" | "edge" | "gap" | "break";

/** No space comes between a comment and these. */
const CLINGING = ",;)]>:?";
/** A `//`, or a comment on a line of its own, goes behind these: `a, // of a`. */
const OVERTAKING = ",;{";

/** A writer of lines of at most `width` columns, where they can be broken. */
export function writer(program: Pick<Program, "source" | "comments">, width: number): Writer {
  const comments = walkComments(program);
  const source = program.source.text;
  let out = "";
  let level = 0;
  /** What the text ends with; the next line joins a comment that stands before code. */
  let ending: "code" | "line-comment" | "joining" = "code";
  /** Whether an empty line must come next, or must not. */
  let blank: "must" | "may" | "never" = "never";
  let lastBegun = -1;

  /** The statement or item that the next token begins. */
  let begun: Span | undefined;
  let pieces: string[] = [];
  /** Of all pieces together. */
  let length = 0;
  let column = 0;
  let hang = STEP;
  let marks: (List | Break)[] = [];
  let breaks = 0;
  let list: List | undefined;
  let next: Space = "none";

  function newline(separate: boolean): void {
    column = level * STEP;
    if (out !== "") out += blank === "must" || (separate && blank === "may") ? "\n\n" : "\n";
    out += " ".repeat(column);
    blank = "may";
    ending = "code";
  }

  function write(text: string): void {
    out += text;
    column = columnBehind(text, column);
  }

  /** Writes the comments up to `limit` between two lines, or behind the last one, unless they stand inside the next. */
  function settle(limit: number, inside = false): void {
    for (let comment = comments.peek(limit); comment !== undefined; comment = comments.peek(limit)) {
      comments.drop();
      const { text, first, last, toLineEnd } = comment;
      const own = first || out === "" || ending === "line-comment" || (inside && ending !== "joining");
      const joining = !toLineEnd && !last && (own || ending === "joining");
      if (own) newline(newlinesBefore(source, comment.start) > 1);
      else write(" ");
      write(text);
      if (toLineEnd) ending = "line-comment";
      else if (joining) ending = "joining";
      else if (ending === "joining") ending = "code";
    }
  }

  /** Writes a comment in a line. */
  function remark({ text, first, last, toLineEnd }: PlacedComment): void {
    const leads = next === "edge" && !toLineEnd && !(first && last);
    const own = !leads && (first || next === "break");
    if (leads) lineBreak("edge", "", false);
    else if (own) lineBreak("break", "", false);
    else add(" ");
    add(text);
    if (toLineEnd || (own && last)) next = "break";
    else if (leads || own || next === "none") next = "after-comment";
  }

  function add(text: string): void {
    pieces.push(text);
    length += text.length;
  }

  function lineBreak(kind: Break["kind"], space: string, closes: boolean): void {
    marks.push({ kind, at: length, skip: space.length, closes });
    add(space);
    if (kind !== "break") return;
    breaks++;
    if (list !== undefined) list.broken = true;
  }

  function append(text: string, closes: boolean): void {
    const space = next === "space" || next === "gap" || (next === "after-comment" && !CLINGING.includes(text));
    const clash = text.startsWith(">") && pieces.at(-1)?.endsWith("-") === true;
    const before = space || clash ? " " : "";
    if (next === "edge" || next === "gap" || next === "break") lineBreak(next, next === "break" ? "" : before, closes);
    else if (closes) lineBreak("edge", before, closes);
    else if (before !== "") add(before);
    add(text);
    if (list !== undefined && !closes) list.empty = false;
    next = "none";
  }

  /** Begins the line of which the first token stands at `first`; parentheses around it may be forgotten. */
  function start({ start }: Span, first: number): void {
    settle(start);
    const separate = newlinesBefore(source, comments.peek(first) === undefined ? start : first) > 1;
    settle(first, true);
    if (ending === "joining") {
      write(" ");
      ending = "code";
    } else newline(separate && start > lastBegun);
    lastBegun = Math.max(lastBegun, start);
    begun = undefined;
  }

  function token(text: string, span: Span | undefined, closes: boolean): void {
    const limit = comments.advance(text, span);
    if (begun !== undefined) start(begun, limit);
    for (let comment = comments.peek(limit); comment !== undefined; comment = comments.peek(limit)) {
      if (OVERTAKING.includes(text) && (comment.first || comment.toLineEnd)) break;
      comments.drop();
      remark(comment);
    }
    append(text, closes);
  }

  function end(): void {
    const whole = breaks === 0 && column + length <= width;
    const text = pieces.join("");
    out += whole ? text : broken({ text, marks, column, indent: level * STEP, hang }, width);
    pieces = [];
    length = 0;
    if (marks.length > 0) marks = [];
    breaks = 0;
    hang = STEP;
  }

  return {
    token: (text, span) => token(text, span, false),
    space: () => {
      if (next === "none" || next === "after-comment") next = "space";
    },
    open(bracket, style) {
      token(bracket, undefined, false);
      list = { kind: "list", at: length, style, broken: false, empty: true, end: 0 };
      marks.push(list);
      next = "edge";
    },
    separate() {
      token(",", undefined, false);
      next = "gap";
    },
    close(bracket) {
      token(bracket, undefined, true);
      if (list !== undefined) list.end = marks.length - 1;
      list = undefined;
    },
    begin: (span) => {
      begun = span;
    },
    end,
    leaveBlank: () => {
      blank = "must";
    },
    body(open, close, isEmpty, writeInside) {
      token("{", open, false);
      if (isEmpty && comments.isNext("}")) return token("}", close, false);
      end();
      level++;
      blank = "never";
      writeInside();
      settle(comments.advance("}", close));
      level--;
      newline(false);
      hang = 0;
      append("}", false);
    },
    finish() {
      blank = "may";
      settle(Number.POSITIVE_INFINITY);
      return out === "" ? "" : `${out}\n`;
    },
  };
}
