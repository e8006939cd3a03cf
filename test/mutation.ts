// Texts and values with something wrong in them.
import fc from "fast-check";

/** What is put into texts. */
const PIECES = [
  ..."(){}[]<>;:,@?=!~+-*/%&|^\"'\\\n\t\0 é",
  ...[
    "??",
    "->",
    "..",
    "==",
    "&&",
    "<<",
    "//",
    "/*",
    "*/",
    "def",
    "pat",
    "for",
    "in",
    "if",
    "else",
    "or",
    "bool",
    "i8",
  ],
  ...["u4<2>", "0x", "-1", "9999999999", "a", "y", "add", "reg[0]", "ram[]", "cat", "const[1]", "@lut", "@dsp(0, 1)"],
];

/** Changes one place of a text: leaves something out, doubles, moves or inserts it. */
export interface Mutation {
  readonly kind: "drop" | "double" | "swap" | "insert" | "flip";
  /** Shares of the text. */
  readonly at: number;
  readonly size: number;
  readonly piece: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom("drop", "double", "swap", "insert", "flip"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  size: fc.constantFrom(1, 1, 2, 5, 20, 100),
  piece: fc.constantFrom(...PIECES),
});

/** Where a word, a number or a mark begins, so that whole tokens are changed as well. */
function boundary(text: string, at: number): number {
  const found = text.slice(at).search(/(?<=\W)\w|(?<=\w)\W|[^\w\s]/);
  return found < 0 ? at : at + found;
}

export function mutate(text: string, { kind, at, size, piece }: Mutation): string {
  const place = Math.floor(at * text.length);
  const start = size > 2 ? boundary(text, place) : place;
  const end = size > 2 ? boundary(text, start + size) : start + size;
  const [before, middle, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  switch (kind) {
    case "drop":
      return before + after;
    case "double":
      return before + middle + middle + after;
    case "swap":
      return before + after.slice(0, size) + middle + after.slice(size);
    case "insert":
      return before + piece + middle + after;
    case "flip":
      return before + String.fromCharCode((middle.charCodeAt(0) || 0) ^ size) + middle.slice(1) + after;
  }
}

/** What others may have put where a number, a name or a list should be. */
const ODD: readonly unknown[] = [
  null,
  true,
  -1,
  0.5,
  1e308,
  "",
  "__proto__",
  "constructor",
  "x".repeat(10_000),
  "posedge $",
  [],
  [[[[]]]],
  {},
  { __proto__: null, toString: 1 },
];

/** A value of JSON with one part of it, which `at` chooses, left out, doubled or made odd. */
export function mutateJson(value: unknown, at: number, which: number): unknown {
  const places: (readonly [holder: Record<string, unknown>, key: string])[] = [];
  const whole = { "": structuredClone(value) };
  const visit = (holder: Record<string, unknown>) => {
    for (const key of Object.keys(holder)) {
      places.push([holder, key]);
      const inner = holder[key];
      if (typeof inner === "object" && inner !== null) visit(inner as Record<string, unknown>);
    }
  };
  visit(whole);
  const [holder, key] = places[Math.floor(at * places.length)] as (typeof places)[number];
  const odd = which % (ODD.length + 2);
  if (odd < ODD.length) holder[key] = ODD[odd];
  else if (odd === ODD.length) delete holder[key];
  else holder["__proto__x"] = holder[key];
  return whole[""];
}
