// The printer: goldens of the layout, and what must hold of every text.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Program } from "../lang/ast.ts";
import { parse } from "../lang/parser.ts";
import { print, printExpr, printInstruction, printType } from "../lang/printer.ts";

const GOLDEN = new URL("./golden/fmt/", import.meta.url);

function read(text: string): Program {
  const { value, diagnostics } = parse({ file: "test", text });
  expect(diagnostics.map((d) => `${d.message} in\n${text}`)).toEqual([]);
  return value;
}

/** The tree without its places, which is what printing must keep. */
function bare(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(bare);
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  const PLACES = new Set(["start", "end", "marks", "source", "comments"]);
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (PLACES.has(key) ? [] : [[key, bare(inner)]])),
  );
}

/** The same program as code would have made it: no source, and every span is 0..0. */
function made(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(made);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === "comments" ? [] : key === "text" && "file" in value ? "" : typeof inner === "number" ? 0 : made(inner),
    ]),
  );
}

/** Comments and tokens in their order; left out are the marks that printing adds, drops, or moves comments over. */
function order(text: string): string[] {
  const tokens = text.matchAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\/|"(?:[^"\\]|\\.)*"|[A-Za-z_](?:\w|-(?!>))*|\w+|->|[^\s]/g);
  return [...tokens].map(([token]) => token.trimEnd()).filter((token) => !"()[],;{+".includes(token));
}

function formats(text: string): string {
  const program = read(text);
  const printed = print(program);
  const again = read(printed);
  expect(bare(again)).toEqual(bare(program));
  expect(print(again)).toBe(printed);
  expect(order(printed)).toEqual(order(text));
  expect(printed).toMatch(/^$|[^\n]\n$/);
  return printed;
}

const inputs = readdirSync(GOLDEN).filter((name) => !name.includes(".out."));

test.each(inputs)("%s prints as its golden says", (name) => {
  const golden = new URL(name.replace(/\.(?=[a-z]+$)/, ".out."), GOLDEN);
  const program = read(readFileSync(new URL(name, GOLDEN), "utf8"));
  const printed = print(program);
  if (process.env["BLESS"]) writeFileSync(golden, printed);
  expect(printed).toBe(readFileSync(golden, "utf8"));
  expect(bare(read(printed))).toEqual(bare(program));
  expect(print(read(printed))).toBe(printed);
});

test.each([
  ["", ""],
  ["\n\n  ", ""],
  ["// alone", "// alone\n"],
  ["\n/* a */ // b\n\n\n// c\n", "/* a */ // b\n\n// c\n"],
  ["def f(){}", "def f() {}\n"],
  ["def f() /* in */ {} // behind", "def f() /* in */ {} // behind\n"],
  ["def f() // a\n{ // b\n}", "def f() { // a\n    // b\n}\n"],
  ["// dos\r\ndef f() {\r\n\r\n  // in\r\n\r\n\r\n  a;\r\n}\r\n", "// dos\ndef f() {\n    // in\n\n    a;\n}\n"],
  ["device d {}", "device d {}\n"],
  ["imp a<w-  >{}", "imp a<w- > {}\n"],
])("%j prints as %j", (text, printed) => {
  expect(formats(text)).toBe(printed);
});

test("parts print on one line, without comments", () => {
  const names = Array.from({ length: 40 }, (_, at) => `name${at}`).join(", ");
  const [item] = read(`def f() { y: T<w+1><4> = op?[k: a - 1](${names}) /* no */ @lut(1, 2); }`).items;
  const [instruction] = item?.body ?? [];
  if (instruction?.kind !== "instruction") throw new Error("no instruction");
  expect(printInstruction(instruction)).toBe(`y: T<w+1><4> = op?[k: a - 1](${names}) @lut(1, 2);`);
  expect(instruction.attrs.map((attr) => printExpr(attr.value))).toEqual(["a - 1"]);
  expect(instruction.results.map(({ type }) => type && printType(type))).toEqual(["T<w+1><4>"]);
});

test("comments that a program adds stand on top", () => {
  const { source, items } = read("def f() { a; }");
  const comments = ["// one", "/* two */"].map((text) => ({ text, start: 0, end: 0 }));
  const program = { source, items, comments };
  expect(print(program)).toBe("// one\n/* two */\ndef f() {\n    a;\n}\n");
});

const LARGE: readonly (readonly [name: string, text: string])[] = [
  ["instructions", `def f() {\n${"  y: i8 = reg[0](a, b) @lut; // c\n".repeat(100_000)}}\n// end\n`],
  ["words of a memory", `def f() { y: i8 = rom[${"0x12, ".repeat(100_000)} 0](a); }`],
  ["words with comments", `def f() { y: i8 = rom[${"0x12, // c\n".repeat(100_000)} 0](a); }`],
  ["ports", `def f(${"a: i8, ".repeat(100_000)} a: i8) -> (b: i8) {}`],
  ["terms of a sum", `def f() { a(b${" - b".repeat(100_000)}); }`],
  ["indices", `def f() { a(b${"[0]".repeat(100_000)}); }`],
  ["comments", `def f() {}${"\n/* a */".repeat(100_000)}`],
  ["comments before a statement", `def f() {${"\n/* a */ a;".repeat(100_000)} }`],
  ["comments before a mark", `def f()${"/* a */".repeat(100_000)} -> (a) {}`],
  ["empty lines", `def f() {${"\n".repeat(1_000_000)}a;${"\n".repeat(1_000_000)}// c\n}`],
];

test.each(LARGE)("100,000 %s print in linear time", { timeout: 60_000, retry: 2 }, (_, text) => {
  const start = performance.now();
  const program = read(text);
  const between = performance.now();
  const printed = print(program);
  expect(performance.now() - between).toBeLessThan(10 * (between - start) + 1000);
  expect(print(read(printed))).toBe(printed);
});

// Random texts, as lists of tokens.
type Tokens = fc.Arbitrary<string[]>;

function row(...parts: readonly (Tokens | string)[]): Tokens {
  return fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant([part]) : part)))
    .map((lists) => lists.flat());
}

function maybe(part: Tokens): Tokens {
  return fc.oneof(fc.constant<string[]>([]), part);
}

function list(open: string, element: Tokens, close: string, minLength = 0, maxLength = 3): Tokens {
  return fc
    .array(element, { minLength, maxLength })
    .map((lists) => [open, ...lists.flatMap((one, at) => (at > 0 ? [",", ...one] : one)), close]);
}

function many(element: Tokens, maxLength = 3): Tokens {
  return fc.array(element, { maxLength }).map((lists) => lists.flat());
}

const word = fc
  .constantFrom("a", "b", "w", "y0", "t-1", "x-", "in", "or", "i8", "quite_a_long_name_for_a_value")
  .map((text) => [text]);
const int = fc.constantFrom("0", "1", "42", "0xCACA", "0b01", "1_000").map((text) => [text]);
const string = fc.constantFrom('"-p"', '"a \\"b\\" \\\\"').map((text) => [text]);

const sign = fc.constantFrom("-", "!", "~", "+").map((op) => [op]);
const sumOp = fc.constantFrom("+", "-", "*", "/", "%", "&", "|", "^", "<<").map((op) => [op]);
const testOp = fc.constantFrom("<", ">", "<=", ">=", "==", "!=", "&&", "||").map((op) => [op]);

type Kind = "operand" | "sum" | "terms" | "expr";

const { operand, sum, expr } = fc.letrec<Record<Kind, string[]>>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    word,
    int,
    string,
    row("??"),
    row(sign, tie("operand")),
    row("(", tie("expr"), ")"),
    row(word, list("(", tie("expr"), ")")),
    row(word, "[", tie("expr"), "]"),
    row("(", tie("expr"), ")", "[", tie("expr"), "]"),
  ),
  sum: fc.oneof({ maxDepth: 2, withCrossShrink: true }, tie("operand"), row(tie("operand"), sumOp, tie("sum"))),
  terms: fc.oneof({ maxDepth: 2, withCrossShrink: true }, tie("sum"), row(tie("sum"), testOp, tie("terms"))),
  expr: fc.oneof(
    { maxDepth: 2, withCrossShrink: true },
    tie("terms"),
    row(maybe(tie("terms")), "..", maybe(tie("terms"))),
    row(tie("terms"), "..", tie("terms"), "..", tie("terms")),
    row(tie("terms"), "?", tie("expr"), ":", tie("expr")),
    row("..", tie("terms"), "?", tie("expr"), ":", tie("expr")),
  ),
}));

/** What may stand between angle brackets. */
const narrow: Tokens = fc.oneof(sum, row(maybe(sum), "..", maybe(sum)));

const type: Tokens = row(word, maybe(row("<", narrow, ">")), maybe(row("<", narrow, ">")));
const typed: Tokens = row(word, maybe(row("?")), ":", type);
const port: Tokens = fc.oneof(typed, word, row(word, "?"), row(word, maybe(row("?")), "[", expr, "]"));
const bracketed: Tokens = list("(", port, ")");
const ports: Tokens = fc.oneof(bracketed, row(word, ":", type));
const attr: Tokens = row(maybe(row(word, ":")), expr);
const attrs: Tokens = fc.oneof(list("[", attr, "]"), list("[", int, "]", 0, 60));
const args: Tokens = fc.oneof(list("(", fc.oneof(expr, row(word, ":", type)), ")"), list("(", word, ")", 0, 20));
const result: Tokens = fc.oneof(
  row(word, ":", type, "="),
  row(word, maybe(row("[", expr, "]")), "="),
  row(list("(", port, ")", 1), "="),
);
const location: Tokens = row("@", fc.oneof(word, row("??")), maybe(list("(", expr, ")")));
const instruction: Tokens = row(
  fc.oneof(
    row(result, word, maybe(row("?")), maybe(attrs), maybe(fc.oneof(args, word))),
    row(word, maybe(attrs), maybe(args)),
  ),
  maybe(location),
  ";",
);

const { statement } = fc.letrec<Record<"statement" | "branch", string[]>>((tie) => {
  const block = row("{", many(tie("statement")), "}");
  return {
    branch: row(
      "if",
      expr,
      block,
      maybe(row("else", fc.oneof(tie("branch"), row("{", tie("statement"), many(tie("statement")), "}")))),
    ),
    statement: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 4, arbitrary: instruction },
      { weight: 1, arbitrary: row("for", word, "in", expr, block) },
      { weight: 1, arbitrary: tie("branch") },
    ),
  };
});

const param: Tokens = row(word, maybe(row(":", many(row(operand, "or"), 2), narrow)));
const outputs: Tokens = row("->", fc.oneof(list("(", port, ")", 1), row(word, ":", type)));
const item: Tokens = row(
  fc.constantFrom("def", "pat", "imp", "prim", "tile", "timing", "device", "flow").map((text) => [text]),
  word,
  fc.oneof(
    row(maybe(attrs), ports, maybe(outputs)),
    row(maybe(list("<", param, ">", 1)), maybe(attrs), maybe(bracketed), maybe(outputs)),
  ),
  row("{", many(statement, 4), "}"),
);

/** What stands between two tokens; `#` is a comment's number. */
const between = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("", " ", "", " ", "\n", "\n\n\n", "  \n\t") },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      " // #\n",
      "\n// #\n",
      "\n\n  //#  \n\n\n",
      " /* # */ ",
      "\n/* # */ ",
      " /* # */\n",
      "\n  /* # */\n",
      " /* #\n more */ ",
      "\n\n/* #\n  more */\n",
      " /* # */ // #\n",
      "\n/* # */ /* # */ ",
    ),
  },
);

/** Joins tokens, with a space at least where two of them would become one. */
function join(tokens: readonly string[], gaps: readonly string[]): string {
  let count = 0;
  let text = "";
  tokens.forEach((token, at) => {
    const gap = (gaps[at] ?? "").replaceAll("#", () => `${count++}`);
    text += (gap === "" && !/[()[\]{},;@]$/.test(text) && !/^[()[\]{},;@]/.test(token) ? " " : gap) + token;
  });
  return text + (gaps[tokens.length] ?? "").replaceAll("#", () => `${count++}`);
}

const text = many(item, 2).chain((tokens) =>
  fc
    .array(between, { minLength: tokens.length + 1, maxLength: tokens.length + 1, size: "max" })
    .map((gaps) => join(tokens, gaps)),
);

test("of every text the program, its comments and their order stay, and printing again changes nothing", () => {
  fc.assert(
    fc.property(text, (source) => {
      formats(source);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 200) },
  );
}, 60_000);

test("a program that code has made prints like one that was read", () => {
  fc.assert(
    fc.property(many(item, 2), (tokens) => {
      const program = read(join(tokens, []));
      const printed = print(made(program) as Program);
      expect(bare(read(printed))).toEqual(bare(program));
      expect(print(read(printed))).toBe(printed);
    }),
  );
}, 60_000);
