// The TextMate grammar, made from the tables of tokens, keywords and operations: what editors colour before, or without,
// the server.
import type { TokenType } from "chevrotain";
import { OPERATIONS } from "../ops.ts";
import { KEYWORDS } from "../parser.ts";
import { BEFORE_DEFINITION, Int, Text, TOKENS, Word } from "../tokens.ts";

interface Rule {
  readonly name?: string;
  readonly match?: string;
  readonly begin?: string;
  readonly end?: string;
  readonly include?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
  readonly beginCaptures?: Readonly<Record<string, { readonly name: string }>>;
  readonly endCaptures?: Readonly<Record<string, { readonly name: string }>>;
  readonly patterns?: readonly Rule[];
}

export interface Grammar {
  readonly name: string;
  readonly scopeName: string;
  readonly fileTypes: readonly string[];
  readonly patterns: readonly Rule[];
  readonly repository: Readonly<Record<string, Rule>>;
}

/** How marks are called; all others are operators. */
const MARKS: Readonly<Record<string, string>> = {
  "(": "punctuation.section.parens.begin",
  ")": "punctuation.section.parens.end",
  "[": "punctuation.section.brackets.begin",
  "]": "punctuation.section.brackets.end",
  "{": "punctuation.section.braces.begin",
  "}": "punctuation.section.braces.end",
  ",": "punctuation.separator.sequence",
  ";": "punctuation.terminator.statement",
  ":": "punctuation.separator.type",
  "??": "constant.language.hole",
};

/** The words of blocks in target descriptions. */
const CONTROL = ["for", "in", "if", "else", "or"];

function source(type: TokenType): string {
  return type.PATTERN instanceof RegExp ? type.PATTERN.source : escaped(String(type.PATTERN));
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}

/** A word that is one of these, and not a part of a longer name. */
function words(list: Iterable<string>): string {
  return `\\b(?:${[...list].join("|")})\\b(?!-(?!>))`;
}

export function grammar(): Grammar {
  const name = source(Word);
  const marks = TOKENS.filter((type) => typeof type.PATTERN === "string" && type.PATTERN !== "NOT_APPLICABLE");
  const named = marks.filter((type) => MARKS[String(type.PATTERN)] !== undefined);
  const operators = marks.filter((type) => MARKS[String(type.PATTERN)] === undefined && type.PATTERN !== "@");
  const longestFirst = (list: readonly TokenType[]) =>
    [...list].sort((a, b) => String(b.PATTERN).length - String(a.PATTERN).length).map(source);
  const type = "\\b(?:bool|[iu][1-9][0-9]*)\\b(?!-(?!>))";
  return {
    name: "Reticle",
    scopeName: "source.reticle",
    fileTypes: ["ir", "asm", "tdl"],
    patterns: [{ include: "#comment" }, { include: "#item" }, { include: "#code" }],
    repository: {
      comment: {
        patterns: [
          { name: "comment.line.double-slash.reticle", match: "//.*$" },
          { name: "comment.block.reticle", begin: "/\\*", end: "\\*/" },
        ],
      },
      // `def main`: the keyword begins an item only before another word.
      item: {
        match: `\\b(${[...KEYWORDS].join("|")})\\s+(${name})`,
        captures: { 1: { name: "storage.type.reticle" }, 2: { name: "entity.name.function.reticle" } },
      },
      code: {
        patterns: [
          { include: "#comment" },
          { name: "string.quoted.double.reticle", match: source(Text) },
          { include: "#location" },
          // The name before a colon is where a value gets it; the operation stands behind the equals sign.
          { name: "variable.other.definition.reticle", match: `(?<=${before()}|^)\\s*${name}(?=\\s*\\??\\s*:)` },
          {
            match: `(=)\\s*(${words(OPERATIONS.keys())})(?=\\s*\\??\\s*[\\[(;@])`,
            captures: { 1: { name: "keyword.operator.reticle" }, 2: { name: "support.function.operation.reticle" } },
          },
          {
            match: `(?<!=)(=)(?!=)\\s*(${name})(?=\\s*\\??\\s*[\\[(;@])`,
            captures: { 1: { name: "keyword.operator.reticle" }, 2: { name: "entity.name.function.call.reticle" } },
          },
          { name: "storage.type.value.reticle", match: type },
          { name: "keyword.control.reticle", match: words(CONTROL) },
          { name: "constant.numeric.reticle", match: `(?<![A-Za-z0-9_-])-?(?:${source(Int)})\\b` },
          { name: "variable.other.reticle", match: name },
          { include: "#mark" },
        ],
      },
      location: {
        match: `(@)\\s*(${name}|\\?\\?)`,
        captures: { 1: { name: "punctuation.definition.annotation.reticle" }, 2: { name: "entity.name.tag.reticle" } },
      },
      mark: {
        patterns: [
          ...longestFirst(named).map((match, at) => ({
            name: `${MARKS[String([...named].sort((a, b) => String(b.PATTERN).length - String(a.PATTERN).length)[at]?.PATTERN)]}.reticle`,
            match,
          })),
          { name: "keyword.operator.reticle", match: longestFirst(operators).join("|") },
        ],
      },
    },
  };
}

/** The marks before which a name with a colon is a definition, as a set of characters. */
function before(): string {
  const marks = [...BEFORE_DEFINITION].filter((type) => typeof type.PATTERN === "string" && type.PATTERN.length === 1);
  return `[${marks.map((type) => escaped(String(type.PATTERN))).join("")}\\s]`;
}

/** The grammar as its file has it. */
export function grammarText(): string {
  return `${JSON.stringify(grammar(), undefined, 2)}\n`;
}
