// Random edits of texts, as people and editors make them: characters, words, lines, and undone deletions.
import fc from "fast-check";

/** Replaces a stretch of a text. `at` is a share of the text, so that an edit suits any. */
export interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly piece: string;
}

/** Where the edit falls in a text, and what it puts there. */
export interface Placed {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What people type, and what breaks texts. */
const PIECES = [
  ..."(){}[]<>;:,@?=!~+-*/%&|^\"'\\\n \t é😀",
  ..."abtxyi018",
  "",
  "",
  "",
  "??",
  "->",
  "..",
  "//",
  "/*",
  "*/",
  "\r\n",
  "def ",
  "def f(a: i8) -> (y: i8) {\n",
  "}\n",
  "if a {",
  "for i in 0..w {",
  "bool",
  ": i8 = ",
  "add(a, b);\n",
  "    t: i8 = add(a, b);\n",
  "reg[0](a, en);",
  "const[1]",
  "@lut",
  "@dsp(0, 1)",
];

export const edit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.constantFrom(0, 0, 0, 0, 1, 1, 2, 5, 30),
  piece: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: fc.string() }),
});

export function placed(text: string, { at, drop, piece }: Edit): Placed {
  const start = Math.floor(at * text.length);
  return { start, end: Math.min(text.length, start + drop), text: piece };
}

export function applied(text: string, { start, end, text: piece }: Placed): string {
  return text.slice(0, start) + piece + text.slice(end);
}
