// The TextMate grammar: that its file is what the tables give, and what it makes of the programs of the tour.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import oniguruma from "vscode-oniguruma";
import textmate, { type IGrammar } from "vscode-textmate";
import { type Grammar, grammarText } from "../../lang/lsp/grammar.ts";
import { type Word, type WordKind, wordsOf } from "../../lang/lsp/words.ts";
import { OPERATIONS } from "../../lang/ops.ts";
import { parse } from "../../lang/parser.ts";

const FILE = "lang/lsp/vscode/grammar.json";

test("the grammar is current; `npm run bless` writes it", () => {
  if (process.env["BLESS"] === "1") writeFileSync(FILE, grammarText());
  expect(readFileSync(FILE, "utf8")).toBe(grammarText());
});

let grammar: IGrammar;

beforeAll(async () => {
  const wasm = createRequire(import.meta.url).resolve("vscode-oniguruma/release/onig.wasm");
  const { buffer, byteOffset, byteLength } = readFileSync(wasm);
  await oniguruma.loadWASM(buffer.slice(byteOffset, byteOffset + byteLength) as ArrayBuffer);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async () => JSON.parse(grammarText()) satisfies Grammar,
  });
  grammar = (await registry.loadGrammar("source.reticle")) as IGrammar;
});

/** The innermost scope at every offset of a text. */
function scopes(text: string): readonly string[] {
  const found: string[] = [];
  let state = textmate.INITIAL;
  for (const line of text.split("\n")) {
    const { tokens, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    const row = new Array<string>(line.length + 1).fill("");
    for (const { startIndex, endIndex, scopes: all } of tokens)
      row.fill(all.at(-1) ?? "", startIndex, Math.min(endIndex, line.length));
    found.push(...row);
  }
  return found;
}

/** What the words of a tree are coloured as. */
const COLOURS: Readonly<Partial<Record<WordKind, RegExp>>> = {
  keyword: /^(storage\.type|keyword\.control)\.reticle$/,
  item: /^entity\.name\.function\.reticle$/,
  input: /^variable\.other\.definition/,
  output: /^variable\.other\.definition/,
  result: /^variable\.other\.definition/,
  use: /^variable\.other\.reticle$/,
  type: /^storage\.type\.value/,
  number: /^constant\.numeric/,
  string: /^string\.quoted/,
  resource: /^(entity\.name\.tag|constant\.language)/,
};

const TOUR = readdirSync("examples/tour").filter((file) => file.endsWith(".ir"));

describe("the tour", () => {
  test.each(TOUR)("%s: every word has its colour", (file) => {
    const text = readFileSync(join("examples/tour", file), "utf8");
    const found = scopes(text);
    const { items, comments } = parse({ file, text }).value;
    const wrong: string[] = [];
    const expectScope = ({ text: word, start }: Pick<Word, "text" | "start">, scope: RegExp) => {
      if (!scope.test(found[start] ?? "")) wrong.push(`${word}: ${found[start]}, not ${scope.source}`);
    };
    for (const item of items)
      wordsOf(item, (word) => {
        if (word.kind === "callee")
          expectScope(
            word,
            OPERATIONS.has(word.text) ? /^support\.function\.operation/ : /^entity\.name\.function\.call/,
          );
        const colour = COLOURS[word.kind];
        if (colour !== undefined) expectScope(word, colour);
      });
    for (const comment of comments) expectScope(comment, /^comment\./);
    expect(wrong).toEqual([]);
  });
});

test.each([
  ["a name that begins like a keyword", "def-x", 0, /^variable/],
  ["an arrow behind a name", "a->b", 1, /^keyword\.operator/],
  ["a negative number", "const[-12]", 7, /^constant\.numeric/],
  ["a hexadecimal number", "[0xFF_00]", 3, /^constant\.numeric/],
  ["a hole", "@lc(??, ??)", 4, /^constant\.language\.hole/],
  ["a comment over lines", "/* a\n b */", 6, /^comment\.block/],
  ["a type that is none", "i0", 0, /^variable/],
  ["a loop", "for i in 0..w {", 1, /^keyword\.control/],
])("%s", (_, text, at, scope) => {
  expect(scopes(text)[at]).toMatch(scope);
});
