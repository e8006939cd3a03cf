// The comments of a program, in the order of its text, and which of them stand before a token that is being printed.
import type { Program } from "./ast.ts";
import type { Span } from "./source.ts";

/** A comment, and how it stands in its text. */
export interface PlacedComment {
  readonly text: string;
  readonly start: number;
  /** `//`: what follows begins a new line. */
  readonly toLineEnd: boolean;
  /** Nothing but space stands before it on its line. */
  readonly first: boolean;
  /** Nothing but space stands behind it on its line. */
  readonly last: boolean;
}

/** Goes over the comments while the tokens around them are printed. None is passed over. */
export interface Comments {
  /**
   * Goes on to the token `text`, and gives its offset: comments that end there or before stand before it. A mark that
   * the tree has no span of is looked for in the source; if it is not the next token there, nothing changes.
   */
  advance(text: string, span: Span | undefined): number;
  /** Whether no comment stands between the last token and the mark `text`. */
  isNext(text: string): boolean;
  /** The next comment, if it ends at `limit` or before. */
  peek(limit: number): PlacedComment | undefined;
  /** Leaves the comment that `peek` gave. */
  drop(): void;
}

/** Marks of the source that the tree forgets, because they change nothing. */
const FORGOTTEN = "()[]+";

export function walkComments({ source, comments }: Pick<Program, "source" | "comments">): Comments {
  const { text } = source;
  let next = 0;
  let current: PlacedComment | undefined;
  /** The offset behind the last token of which the place is known. */
  let behind = 0;

  /** Skips space, comments and forgotten marks. */
  function find(token: string): number | undefined {
    let ahead = next;
    for (let at = behind; ; ) {
      at = skipSpace(text, at);
      while ((comments[ahead]?.start ?? at) < at) ahead++;
      const comment = comments[ahead];
      if (comment?.start === at && comment.end > at) at = comment.end;
      else if (text.startsWith(token, at)) return at;
      else if (at < text.length && FORGOTTEN.includes(text.charAt(at))) at++;
      else return undefined;
    }
  }

  return {
    advance(token, span) {
      if (next >= comments.length) return behind;
      const known = span !== undefined && span.end > 0;
      // The sign of `+a` is forgotten, but the span begins with it.
      const at = known && text[span.start] === token[0] ? span.start : find(token);
      const end = known ? span.end : at === undefined ? 0 : at + token.length;
      const before = at ?? behind;
      behind = Math.max(behind, end);
      return before;
    },
    isNext: (token) => (comments[next]?.end ?? Number.POSITIVE_INFINITY) > (find(token) ?? behind),
    peek(limit) {
      const comment = comments[next];
      if (comment === undefined || comment.end > limit) return undefined;
      current ??= place(text, comment);
      return current;
    },
    drop() {
      next++;
      current = undefined;
    },
  };
}

/** A comment that a program made, of the span 0..0, stands on a line of its own. */
function place(source: string, { text, start, end }: Span & { readonly text: string }): PlacedComment {
  const made = start === end;
  return {
    text,
    start,
    toLineEnd: text.startsWith("//"),
    first: made || newlinesBefore(source, start) > 0,
    last: made || endsLine(source, end),
  };
}

const NEWLINE = 10;

/** Space that ends no line. */
function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 13 || code === 12 || code === 0xfeff;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (isSpace(text.charCodeAt(at)) || text.charCodeAt(at) === NEWLINE) at++;
  return at;
}

/** Line breaks in the space before `offset`, at most 2; the beginning of the text is one. */
export function newlinesBefore(text: string, offset: number): number {
  let count = 0;
  for (let at = offset - 1; count < 2; at--) {
    if (at < 0) return Math.max(count, 1);
    const code = text.charCodeAt(at);
    if (code === NEWLINE) count++;
    else if (!isSpace(code)) break;
  }
  return count;
}

function endsLine(text: string, offset: number): boolean {
  let at = offset;
  while (isSpace(text.charCodeAt(at))) at++;
  return at >= text.length || text.charCodeAt(at) === NEWLINE;
}
