// Text to tokens. Written by hand: half of the time of a Chevrotain parser goes into its lexer, and this one needs a
// third of it (`npm run bench`). What the tokens are is said in their table alone.
import type { IToken, TokenType } from "chevrotain";
import type { Comment } from "./ast.ts";
import type { Report } from "./diagnostic.ts";
import { BEFORE_DEFINITION, Colon, Define, Int, Question, Text, TOKENS, Word } from "./tokens.ts";

export interface Lexed {
  readonly tokens: IToken[];
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

/** Cuts a text into tokens. What is no token is reported, once a run, and left out. */
export function lex(text: string, report: Report): Lexed {
  const tokens: IToken[] = [];
  const comments: Comment[] = [];
  const add = (type: TokenType, start: number, end: number) => {
    tokens.push({
      image: text.slice(start, end),
      startOffset: start,
      tokenTypeIdx: type.tokenTypeIdx as number,
      tokenType: type,
    });
    return end;
  };
  for (let at = 0; at < text.length; ) {
    const code = text.charCodeAt(at);
    const kind = code < 128 ? CLASS[code] : code === BYTE_ORDER_MARK ? SPACE : 0;
    if (kind === SPACE) at++;
    else if (kind === LETTER) at = add(Word, at, endOfWord(text, at + 1));
    else if (kind === DIGIT) at = add(Int, at, match(INTEGER, text, at));
    else if (kind === QUOTE && match(STRING, text, at) > 0) at = add(Text, at, match(STRING, text, at));
    else if (code === SLASH && (text.charCodeAt(at + 1) === SLASH || text.charCodeAt(at + 1) === STAR)) {
      const comment = commentAt(text, at, report);
      comments.push(comment);
      at = comment.end;
    } else {
      const mark = MARKS[code]?.find((type) => text.startsWith(type.PATTERN as string, at));
      at = mark === undefined ? unknownAt(text, at, report) : add(mark, at, at + length(mark));
    }
  }
  retag(tokens);
  return { tokens, comments };
}

/** A word before `:` becomes a definition. */
function retag(tokens: readonly IToken[]): void {
  for (let at = 0; at + 1 < tokens.length; at++) {
    const token = tokens[at] as IToken;
    if (token.tokenType !== Word) continue;
    const next = tokens[at + 1]?.tokenType;
    if (next !== Colon && !(next === Question && tokens[at + 2]?.tokenType === Colon)) continue;
    const before = tokens[at - 1]?.tokenType;
    if (before !== undefined && !BEFORE_DEFINITION.has(before)) continue;
    token.tokenType = Define;
    token.tokenTypeIdx = Define.tokenTypeIdx as number;
  }
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

/** Reports a run of characters that begin no token, and gives its end. */
function unknownAt(text: string, start: number, report: Report): number {
  if (text.charCodeAt(start) === 34) {
    const line = text.indexOf("\n", start);
    const end = line < 0 ? text.length : line;
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
