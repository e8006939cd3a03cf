// What diagnostics look like, to the letter, and which names are near to a slip.
import { expect, test } from "vitest";
import type { Code } from "../lang/codes.ts";
import type { Diagnostic, Label, Severity } from "../lang/diagnostic.ts";
import { frame, type Style, summary, toJson } from "../lang/frame.ts";
import { didYouMean, near } from "../lang/near.ts";
import type { Source } from "../lang/source.ts";

/** Frames do not care which codes there are. */
const CODE = "code" as string as Code;

/** Labels are given as the text that they mark (its first occurrence) and what they say. */
type Marked = readonly [marked: string, text: string];

function label({ text }: Source, [marked, says]: Marked): Label {
  const start = text.indexOf(marked);
  if (start < 0) throw new Error(`no ${marked} in the text`);
  return { span: { start, end: start + marked.length }, text: says };
}

const about = (
  source: Source,
  labels: readonly Label[],
  message = "wrong",
  help: readonly string[] = [],
  severity: Severity = "error",
): Diagnostic => ({ code: CODE, severity, message, source, labels, help });

/** The rows of a frame below its header, about the text `text`. */
function rows(text: string, ...marked: readonly Marked[]): string {
  const source = { file: "a.ir", text };
  return below(
    about(
      source,
      marked.map((m) => label(source, m)),
    ),
  );
}

const below = (diagnostic: Diagnostic) => frame(diagnostic).split("\n").slice(3).join("\n");

/** A text between two lines of its own, which stay out. */
const block = (text: string) => text.replace(/^\n|\n$/g, "");

const FIR: Source = {
  file: "fir.ir",
  text: `// A filter.

def fir(a: i8, k: i24) -> (y: i24) {
    x: i24 = sext(a);
    b: i8 = id(a);
    c: i8 = id(a);
    d: i8 = id(a);
    e: i8 = id(a);
    f: i8 = id(a);
    g: i8 = id(a);
    h: i8 = id(a);
    p: i24 = mul(x, k);
}
`,
};

const NO_PATTERN: Diagnostic = {
  code: "no-pattern" as string as Code,
  severity: "error",
  message: "target `ice40` has no instruction for `mul` on `i24`",
  source: FIR,
  labels: [
    label(FIR, ["p: i24 = mul(x, k);", "the widest `mul` on `@dsp` is `i16`"]),
    label(FIR, ["x: i24", "widened to `i24` here"]),
  ],
  help: ["multiply before widening, or drop the hint `@dsp`"],
};

test("the sample of the style page", () => {
  expect(frame(NO_PATTERN)).toBe(
    block(`
error[no-pattern]: target \`ice40\` has no instruction for \`mul\` on \`i24\`
  ┌─ fir.ir:12:5
  │
 4 │     x: i24 = sext(a);
   │     ------ widened to \`i24\` here
12 │     p: i24 = mul(x, k);
   │     ^^^^^^^^^^^^^^^^^^^ the widest \`mul\` on \`@dsp\` is \`i16\`
   = help: multiply before widening, or drop the hint \`@dsp\`
`),
  );
});

test("painting", () => {
  const tag = (name: string) => (text: string) => `<${name} ${text}>`;
  const style: Style = {
    error: tag("e"),
    warning: tag("w"),
    message: tag("m"),
    label: tag("l"),
    frame: tag("f"),
    note: tag("n"),
  };
  const source = { file: "a.ir", text: "x y" };
  const labels = [label(source, ["y", "used"]), label(source, ["x", "made"])];
  expect(frame(about(source, labels, "unused", ["drop it"], "warning"), style)).toBe(
    block(`
<w warning[code]><m : unused>
 <f ┌─> a.ir:1:3
 <f │>
<f 1 │> x y
<f   │> <l -> <w ^> <w used>
<f   │> <l │>
<f   │> <l made>
  <f => <n help:> drop it
`),
  );
});

test("labels on one line hang below each other", () => {
  expect(rows("  y: i8 = add(a, bc);", ["y: i8", "these differ"], ["a,", ""], ["bc", "`i16`"], ["add", "`i8`"])).toBe(
    block(`
1 │   y: i8 = add(a, bc);
  │   ^^^^^   --- -- -- \`i16\`
  │   │       │
  │   │       \`i8\`
  │   these differ
`),
  );
});

test("overlapping labels have a row each", () => {
  expect(rows("y: i8 = add(a, b);", ["y: i8 = add(a, b);", "wrong"], ["a, b", "these"], ["b", "this"])).toBe(
    block(`
1 │ y: i8 = add(a, b);
  │ ^^^^^^^^^^^^^^^^^^ wrong
  │             ---- these
  │                - this
`),
  );
});

test("a label over several lines is marked to the end of its first", () => {
  expect(rows("def main(\r\n  a: i8\r\n)", ["main(\r\n  a: i8\r\n)", "not closed"])).toBe(
    block(`
1 │ def main(
  │     ^^^^^ not closed
`),
  );
});

test("empty places get one mark, also where there is no text", () => {
  const source = { file: "a.ir", text: "ab\n" };
  const at = (start: number, end = start) => below(about(source, [{ span: { start, end }, text: "here" }]));
  expect(at(1)).toBe("1 │ ab\n  │  ^ here");
  expect(at(2, 3)).toBe("1 │ ab\n  │   ^ here");
  expect(at(3)).toBe("2 │\n  │ ^ here");
  expect(at(99, 100)).toBe("2 │\n  │ ^ here");
  expect(at(1, 0)).toBe("1 │ ab\n  │  ^ here");
});

test("a diagnostic without labels, text or file", () => {
  const source = { file: "in.json", text: "" };
  expect(frame(about(source, [], "cannot read it", ["is it there?", "may you read it?"]))).toBe(
    block(`
error[code]: cannot read it
 ┌─ in.json
  = help: is it there?
  = help: may you read it?
`),
  );
  expect(frame(about({ file: "", text: "" }, [], "nothing"))).toBe("error[code]: nothing");
  expect(frame(about({ file: "", text: "" }, [{ span: { start: 0, end: 0 }, text: "" }], "nothing"))).toBe(
    block(`
error[code]: nothing
 ┌─ 1:1
 │
1 │
  │ ^
`),
  );
});

test("tabs are four columns", () => {
  expect(rows("\ta\tb = c;", ["a\tb", "both"], ["c", "one"])).toBe(
    block(`
1 │     a    b = c;
  │     ^^^^^^   - one
  │     │
  │     both
`),
  );
});

test("control and invisible characters do not reach the terminal", () => {
  const source = { file: "a\x1b.ir", text: "a\x1b[31m\u202eb\ud800c\u200bd" };
  expect(frame(about(source, [label(source, ["d", "odd\nrow\x07"])], "odd `\x1b`\nrow"))).toBe(
    block(`
error[code]: odd \`�\` row
 ┌─ a�.ir:1:12
 │
1 │ a�[31m�b�c�d
  │            ^ odd row�
`),
  );
});

test("a long line is cut around its labels, and shown again for one too far off", () => {
  const a = "a".repeat(1000);
  expect(rows(`${a}<x>${a}<y>${a}`, ["<y>", "second"], ["<x>", "first"])).toBe(
    block(`
1 │ …${"a".repeat(48)}<x>${"a".repeat(49)}…
  │  ${" ".repeat(48)}--- first
1 │ …${"a".repeat(48)}<y>${"a".repeat(49)}…
  │  ${" ".repeat(48)}^^^ second
`),
  );
});

test("a window at either end of a line wastes no room", () => {
  expect(rows(`<x>${"a".repeat(1000)}`, ["<x>", ""])).toBe(`1 │ <x>${"a".repeat(97)}…\n  │ ^^^`);
  expect(rows(`${"a".repeat(1000)}<x>`, ["<x>", ""])).toBe(`1 │ …${"a".repeat(97)}<x>\n  │ ${" ".repeat(98)}^^^`);
});

test("a name of 100,000 characters stays in the frame, in the text and in the messages", () => {
  const name = "n".repeat(100_000);
  const source = { file: "a.ir", text: `  ${name}: i8` };
  expect(frame(about(source, [label(source, [name, `\`${name}\` again`])], `no \`${name}\` here`))).toMatch(
    /^error\[code\]: no `n{58}…n{19}` here\n ┌─ a.ir:1:3\n │\n1 │ …n{100}…\n {2}│ {2}\^{101}\n {2}│ {2}│\n {2}│ {2}`n{58}…n{19}` again$/,
  );
});

test("a label that does not fit beside its mark goes below, in rows of whole words", () => {
  const text = `${" ".repeat(80)}here`;
  const words = "word ".repeat(30).trim();
  expect(rows(text, ["here", "thirty columns of label, or so"])).toBe(
    block(`
1 │ ${text}
  │ ${" ".repeat(80)}^^^^
  │ ${" ".repeat(80)}│
  │ ${" ".repeat(70)}thirty columns of label, or so
`),
  );
  expect(rows("here", ["here", words])).toBe(
    block(`
1 │ here
  │ ^^^^
  │ │
  │ ${words.slice(0, 99)}
  │ ${words.slice(100)}
`),
  );
});

test("frames into one line of 50 MB, far from its start, cost no more than into a short one", { retry: 2 }, () => {
  const source = { file: "a.ir", text: "a".repeat(50_000_000) };
  const span = { start: 40_000_000, end: 49_000_000 };
  const start = performance.now();
  for (let time = 0; time < 1000; time++)
    for (const row of frame(about(source, [{ span, text: "all of it" }])).split("\n"))
      expect(row.length).toBeLessThan(120);
  expect(performance.now() - start).toBeLessThan(5000);
});

test("summaries", () => {
  const source = { file: "", text: "" };
  const error = about(source, []);
  const warning = about(source, [], "", [], "warning");
  expect(summary([])).toBe("");
  expect(summary([error])).toBe("1 error");
  expect(summary([warning, warning])).toBe("2 warnings");
  expect(summary([error, warning, error])).toBe("2 errors, 1 warning");
});

test("the machine's form", () => {
  expect(JSON.stringify(toJson({ ...NO_PATTERN, help: ["do this", "or that"] }))).toBe(
    '{"code":"no-pattern","severity":"error",' +
      '"message":"target `ice40` has no instruction for `mul` on `i24`","file":"fir.ir",' +
      '"line":12,"column":5,"endLine":12,"endColumn":24,"help":"do this; or that"}',
  );
  expect(toJson(about({ file: "a.ir", text: "a\nb" }, [{ span: { start: 0, end: 3 }, text: "" }]))).toEqual({
    code: CODE,
    severity: "error",
    message: "wrong",
    file: "a.ir",
    line: 1,
    column: 1,
    endLine: 2,
    endColumn: 2,
    help: "",
  });
  expect(toJson(about({ file: "a.ir", text: "a\nb" }, []))).toMatchObject({
    line: 1,
    column: 1,
    endLine: 1,
    endColumn: 1,
  });
});

test("near names", () => {
  const operations = ["add", "sub", "mul", "and", "or", "xor", "not", "mux", "reg", "sext", "zext"];
  expect(near("ad", operations)).toEqual(["add", "and"]);
  expect(near("mu", operations)).toEqual(["mul", "mux"]);
  expect(near("ADD", operations)).toEqual(["add", "and"]);
  expect(near("sxet", operations)).toEqual(["sext"]);
  expect(near("ext", operations)).toEqual(["sext", "zext"]);
  expect(near("multiply", operations)).toEqual([]);
  expect(near("", operations)).toEqual([]);
  expect(near("t9", ["t0", "t1"])).toEqual([]);
  expect(near("add", ["add", "addd", "addd"])).toEqual(["addd"]);
});

test("the nearest come first, and equals keep their order", () => {
  expect(near("carry_out", ["carry_oot", "curry_oot", "Carry_Out", "carry_uot"])).toEqual(["Carry_Out", "carry_oot"]);
  expect(near("carry_in", ["xarry_in", "carry_ix", "carry_i"])).toEqual(["xarry_in", "carry_ix"]);
});

test("near agrees with the plain table of distances", () => {
  const words = [..."abc"].flatMap((a) => [..."abc"].flatMap((b) => [..."abc"].map((c) => a + b + c)));
  const names = words.flatMap((word) => [word, `${word}ab`, `ca${word}c`]);
  for (const word of names)
    for (const name of names.filter((other) => other !== word)) {
      const limit = Math.floor(Math.max(word.length, name.length) / 3);
      expect([word, name, near(word, [name]).length]).toEqual([word, name, distance(word, name) <= limit ? 1 : 0]);
    }
});

/** Optimal string alignment, straight from its definition. */
function distance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const swapped = a.length > 1 && a.at(-1) === b.at(-2) && a.at(-2) === b.at(-1);
  return Math.min(
    distance(a.slice(0, -1), b) + 1,
    distance(a, b.slice(0, -1)) + 1,
    distance(a.slice(0, -1), b.slice(0, -1)) + (a.at(-1) === b.at(-1) ? 0 : 1),
    swapped ? distance(a.slice(0, -2), b.slice(0, -2)) + 1 : Infinity,
  );
}

test("100,000 long candidates cost little, and a word over 64 characters costs nothing", { retry: 2 }, () => {
  const start = performance.now();
  const tail = "abcdefgh".repeat(7);
  const names = Array.from({ length: 100_000 }, (_, index) => `${tail}${String(index).padStart(8, "0")}`);
  expect(near(`${tail}00000x0y`, names)).toHaveLength(2);
  expect(near("x".repeat(64), names)).toEqual([]);
  expect(near("x".repeat(65), ["x".repeat(64)])).toEqual([]);
  expect(performance.now() - start).toBeLessThan(2000);
});

test("the help line for near names", () => {
  expect(didYouMean("fo", ["foo"])).toEqual(["did you mean `foo`?"]);
  expect(didYouMean("baz", ["foo", "bar", "bas"])).toEqual(["did you mean `bar` or `bas`?"]);
  expect(didYouMean("nothing", ["foo"])).toEqual([]);
});
