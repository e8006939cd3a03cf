// Text to tokens. Written by hand: half of the time of a Chevrotain parser goes into its lexer, and this one needs a
// third of it (`npm run bench`). What the tokens are is said in their table alone.
import type { IToken, TokenType } from "chevrotain";
import type { Comment } from "./ast.ts";
import type { Report } from "./diagnostic.ts";
import { BEFORE_DEFINITION, Colon, Define, Int, Question, Text, TOKENS, Word } from "./tokens.ts";

/**
 * The tokens of a text, cut while they are asked for: only a few exist at a time, which spares the collector of garbage
 * as much work as the parser has.
 */
export interface TokenStream {
  /** The token `ahead` of the last one that was passed: 0 is that one, 1 the next; at most 4. */
  at(ahead: number): IToken;
  advance(): void;
  /** How many have been passed. */
  passed(): number;
  /** Those that were met so far. */
  readonly comments: readonly Comment[];
}

/** What a character may begin. */
const SPACE = 1;
const LETTER = 2;
const DIGIT = 3;
const QUOTE = 4;
const CLASS = new Uint8Array(128);
for (const c of " \t\r\n\f") CLASS[c.charCodeAt(0)] = SPACE;
for (let c = 0; c < 128; c++) if (/[A-Za-z_]/.test(String.fromCharCode(c))) CLASS[c] = LETTER;
for (const c of "0123456789") CLASS[c.charCodeAt(0)] = DIGIT;
CLASS['"'.charCodeAt(0)] = QUOTE;

const SLASH = 47;
const STAR = 42;
const MINUS = 45;
const GREATER = 62;
const BYTE_ORDER_MARK = 0xfeff;

/** Marks by their first character, the longer ones first. */
const MARKS: (TokenType[] | undefined)[] = [];
for (const type of TOKENS) {
  if (typeof type.PATTERN !== "string" || type.PATTERN === "NOT_APPLICABLE") continue;
  const first = type.PATTERN.charCodeAt(0);
  MARKS[first] = [...(MARKS[first] ?? []), type].sort((a, b) => length(b) - length(a));
}

const INTEGER = new RegExp(Int.PATTERN as RegExp, "y");
const STRING = new RegExp(Text.PATTERN as RegExp, "y");

function length(type: TokenType): number {
  return (type.PATTERN as string).length;
}

/** A text of more tokens would not fit in memory as a tree: a million instructions, about. */
const MAX_TOKENS = 2 ** 24;

/** Tokens that are kept: the last one, four ahead, and the two behind those that decide about a definition. */
const WINDOW = 8;

/** Cuts a text into tokens. What is no token is reported, once a run, and left out. `end` follows the last one. */
export function tokenStream(text: string, end: IToken, report: Report): TokenStream {
  const window: IToken[] = new Array(WINDOW).fill(end);
  const comments: Comment[] = [];
  let at = 0;
  let passed = 0;
  let cut = 0;

  function token(type: TokenType, image: string): IToken {
    const startOffset = at;
    at += image.length;
    return { image, startOffset, tokenTypeIdx: type.tokenTypeIdx as number, tokenType: type };
  }

  function next(): IToken {
    if (cut > MAX_TOKENS && at < text.length) {
      const what = `this text has more than ${MAX_TOKENS} tokens`;
      report.error("too-large", what, [{ span: { start: at, end: at + 1 }, text: "read so far" }]);
      at = text.length;
    }
    while (at < text.length) {
      const code = text.charCodeAt(at);
      const kind = code < 128 ? CLASS[code] : code === BYTE_ORDER_MARK ? SPACE : 0;
      if (kind === SPACE) at++;
      else if (kind === LETTER) return token(Word, text.slice(at, endOfWord(text, at + 1)));
      else if (kind === DIGIT) return token(Int, text.slice(at, match(INTEGER, text, at)));
      else if (kind === QUOTE && match(STRING, text, at) > 0)
        return token(Text, text.slice(at, match(STRING, text, at)));
      else if (code === SLASH && (text.charCodeAt(at + 1) === SLASH || text.charCodeAt(at + 1) === STAR)) {
        const comment = commentAt(text, at, report);
        comments.push(comment);
        at = comment.end;
      } else {
        const mark = markAt(text, at, code);
        if (mark !== undefined) return token(mark, mark.PATTERN as string);
        at = unknownAt(text, at, report);
      }
    }
    return end;
  }

  /** Cuts as far as `passed + ahead`, and two further: a word before `:` becomes a definition. */
  function fill(ahead: number): void {
    while (cut < passed + ahead + 2) {
      window[++cut % WINDOW] = next();
      const word = window[(cut + WINDOW - 2) % WINDOW] as IToken;
      if (word.tokenType === Word) retag(word, window, cut + WINDOW - 2);
    }
  }

  return {
    at: (ahead) => {
      if (cut < passed + ahead + 2) fill(ahead);
      return window[(passed + ahead) % WINDOW] as IToken;
    },
    advance: () => {
      passed++;
    },
    passed: () => passed,
    comments,
  };
}

/** Makes the word at `at` a definition if its neighbours say so. */
function retag(word: IToken, window: readonly IToken[], at: number): void {
  const next = window[(at + 1) % WINDOW]?.tokenType;
  if (next !== Colon && !(next === Question && window[(at + 2) % WINDOW]?.tokenType === Colon)) return;
  if (!BEFORE_DEFINITION.has(window[(at - 1) % WINDOW]?.tokenType as TokenType)) return;
  word.tokenType = Define;
  word.tokenTypeIdx = Define.tokenTypeIdx as number;
}

/** The longest mark that begins at `at`. */
function markAt(text: string, at: number, code: number): TokenType | undefined {
  const marks = MARKS[code];
  if (marks === undefined) return undefined;
  for (const mark of marks) if (length(mark) === 1 || text.startsWith(mark.PATTERN as string, at)) return mark;
  return undefined;
}

function endOfWord(text: string, from: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? CLASS[code] : 0;
    const dash = code === MINUS && text.charCodeAt(at + 1) !== GREATER;
    if (kind !== LETTER && kind !== DIGIT && !dash) break;
  }
  return at;
}

/** The end of what `pattern`, a sticky one, matches at `at`; 0 if it does not. */
function match(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : 0;
}

function commentAt(text: string, start: number, report: Report): Comment {
  const block = text.charCodeAt(start + 1) === STAR;
  const close = text.indexOf(block ? "*/" : "\n", start + 2);
  if (block && close < 0) {
    const span = { start, end: start + 2 };
    report.error("open-comment", "this comment never ends", [{ span, text: "opened here" }], ["close it with `*/`"]);
  }
  const end = close < 0 ? text.length : block ? close + 2 : close;
  return { text: text.slice(start, end).trimEnd(), start, end };
}

/** So far the end of a string that does not end is looked for. */
const LONGEST_STRING = 10_000;

/**
 * Reports a run of characters that begin no token, and gives its end. A string without an end is taken to end before the
 * first mark that may follow a string, so that the rest of its line is read.
 */
function unknownAt(text: string, start: number, report: Report): number {
  if (text.charCodeAt(start) === 34) {
    const line = text.slice(start, start + LONGEST_STRING).search(/[\])};\n]/);
    const end = line < 0 ? Math.min(text.length, start + LONGEST_STRING) : start + line;
    const span = { start, end };
    report.error("open-string", "this string does not end on its line", [{ span, text: "" }], ['close it with `"`']);
    return end;
  }
  let end = start + 1;
  while (end < text.length && isUnknown(text.charCodeAt(end))) end++;
  const image = JSON.stringify(text.slice(start, Math.min(end, start + 20)));
  report.error("unknown-character", `${image} is not part of the language`, [{ span: { start, end }, text: "" }]);
  return end;
}

function isUnknown(code: number): boolean {
  return code >= 128 ? code !== BYTE_ORDER_MARK : CLASS[code] === 0 && MARKS[code] === undefined;
}
