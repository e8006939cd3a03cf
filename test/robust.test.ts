// No input makes the language hang, crash or eat memory: the worst that it does is a diagnostic, with its place.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { behavioural } from "../lang/behav.ts";
import { check } from "../lang/check.ts";
import type { Code } from "../lang/codes.ts";
import { type Diagnostic, failed } from "../lang/diagnostic.ts";
import { machine } from "../lang/eval/machine.ts";
import { frame, toJson } from "../lang/frame.ts";
import { elaborate } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import { print } from "../lang/printer.ts";
import { run } from "./command.ts";
import { mutate, mutation } from "./mutation.ts";

/** What is said about a text; if nothing is wrong with it, it goes on to the evaluator and to Verilog. */
function judge(text: string, dialect: "ir" | "asm" = "ir"): readonly Diagnostic[] {
  const { value: program, diagnostics: syntax } = parse({ file: "a.ir", text });
  const { value: checked, diagnostics: meaning } = check(program, dialect);
  const found = [...syntax, ...meaning];
  if (syntax.length === 0) print(program);
  if (failed(found) || dialect !== "ir") return found;
  const { value: graph, diagnostics } = elaborate(checked);
  if (graph === undefined || failed(diagnostics)) return [...found, ...diagnostics];
  const made = machine(graph);
  for (let cycle = 0; cycle < 3; cycle++) {
    made.evaluate();
    made.clock();
  }
  return [...found, ...diagnostics, ...behavioural(graph, { reset: "none" }).diagnostics];
}

/** Every diagnostic has a place in the text, and can be shown. */
function hold(text: string, diagnostics: readonly Diagnostic[]): void {
  for (const one of diagnostics) {
    expect(frame(one).length).toBeLessThan(100_000);
    const { line, column, endLine } = toJson(one);
    expect(line).toBeGreaterThan(0);
    expect(column).toBeGreaterThan(0);
    expect(endLine).toBeGreaterThanOrEqual(line);
    for (const { span } of one.labels) {
      expect(span.start).toBeGreaterThanOrEqual(0);
      expect(span.end).toBeLessThanOrEqual(text.length);
    }
  }
}

const def = (body: string, inputs = "a: i8") => `def main(${inputs}) -> (y: i8) { ${body} }`;
const times = (count: number, make: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => make(at)).join("");
const NAME = "n".repeat(100_000);

/** A text, and the codes that it has to get, among others. */
const TEXTS: Readonly<Record<string, readonly [text: string, ...codes: readonly Code[]]>> = {
  "an empty file": ["", "empty-program"],
  "an empty body": [def(""), "undefined-output"],
  "only space": [" \t\r\n\f\n", "empty-program"],
  "only a comment": ["// nothing", "empty-program"],
  "a byte order mark": [`\ufeff${def("y: i8 = id(a);")}`],
  "a NUL byte": ["def\0", "not-text"],
  "odd characters": ["\ud800 \u202e é 😀 \u0007", "unknown-character"],
  "50 MB": ["a".repeat(50_000_000), "too-large"],
  "50 MB of instructions": ["  t: i8 = add(a, b);\n".repeat(2_400_000), "too-large"],
  "30 MB of commas": [",".repeat(30_000_000), "too-large"],
  "a name of 100,000 characters": [def(`y: i8 = id(${NAME}); ${NAME}: i8 = id(${NAME}x);`), "undeclared"],
  "parentheses 10,000 deep": [def(`y: i8 = const[${"(".repeat(10_000)}1${")".repeat(10_000)}];`), "too-deep"],
  "parentheses that never close": [def(`y: i8 = const[${"(".repeat(100_000)}`), "too-deep"],
  "blocks 10,000 deep": [def(`${"if a { ".repeat(10_000)}${"}".repeat(10_000)}`), "too-deep"],
  "braces 10,000 deep": [def(`${"{".repeat(10_000)}${"}".repeat(10_000)}`), "syntax"],
  "signs 100,000 deep": [def(`y: i8 = const[${"-".repeat(100_000)}1];`), "too-deep"],
  "conditions 100,000 deep": [def(`y: i8 = const[${"a ? ".repeat(100_000)}1];`), "too-deep"],
  "types 100,000 deep": [def("y: i8 = id(a);", `a: ${"i8<".repeat(100_000)}4${">".repeat(100_000)}`), "syntax"],
  "calls 10,000 deep": [
    times(10_000, (at) => `def f${at}(a: i8) -> (y: i8) { y: i8 = ${at === 0 ? "not" : `f${at - 1}`}(a); }\n`),
  ],
  "calls 10,000 deep, the callers first": [
    times(10_000, (at) => `def f${at}(a: i8) -> (y: i8) { y: i8 = ${at === 9999 ? "not" : `f${at + 1}`}(a); }\n`),
  ],
  "calls that double 10,000 times": [
    times(10_000, (at) => {
      const callee = at === 0 ? "not" : `f${at - 1}`;
      return `def f${at}(a: i8) -> (y: i8) { t: i8 = ${callee}(a); y: i8 = ${callee}(t); }\n`;
    }),
    "too-large",
  ],
  "a circle of 10,000 calls": [
    times(10_000, (at) => `def f${at}(a: i8) -> (y: i8) { y: i8 = f${(at + 1) % 10_000}(a); }\n`),
    "recursion",
  ],
  "a cycle of 100,000 instructions": [
    def(`${times(100_000, (at) => `t${at}: i8 = add(a, t${(at + 1) % 100_000});\n`)} y: i8 = id(t0);`),
    "combinational-cycle",
  ],
  "width 0": [def("y: i8 = const[1];", "a: i0"), "bad-type"],
  "width 10^9": [def("y: i8 = const[1];", "a: u1000000000"), "bad-type"],
  "width past all numbers": [def("y: i8 = const[1];", `a: i${"9".repeat(10_000)}`), "bad-type"],
  "a million lanes": [def("y: i8 = const[1];", "a: i8<1000000>"), "bad-type"],
  "lanes past all numbers": [def("y: i8 = const[1];", `a: i8<${"9".repeat(10_000)}>`), "bad-type"],
  "no lanes": [def("y: i8 = const[1];", "a: i8<0>"), "bad-type"],
  "an unknown type": [def("y: i8 = const[1];", "a: int8_t"), "bad-type"],
  "a literal of a million digits": [def(`y: i8 = const[${"9".repeat(1_000_000)}];`), "bad-attribute"],
  "digits that are none": [def("y: i8 = const[0x_]; z: i8 = const[0b];"), "syntax"],
  "a missing semicolon, and a mistake behind it": [
    def("t: i8 = id(a)\n y: i8 = add(a, t, b);"),
    "syntax",
    "undeclared",
  ],
  "a body that never closes": [
    `def main(a: i8) -> (y: i8) { y: i8 = id(b);\ndef f() -> (y: i8) {`,
    "open-body",
    "undeclared",
  ],
  "50,000 bodies that never close": ["def main(a: i8) -> (y: i8) {\n".repeat(50_000), "open-body", "too-many-errors"],
  "a value of itself": [def("y: i8 = add(y, y);"), "combinational-cycle"],
  "a million quotes": [def('"'.repeat(1_000_001)), "open-string"],
  "a million open comments": ["/*".repeat(1_000_000), "open-comment"],
  "a million slashes": ["/".repeat(1_000_000), "empty-program"],
  "100,000 unknown names": [def(times(100_000, (at) => `t${at}: i8 = id(u${at});\n`)), "undeclared", "too-many-errors"],
  "100,000 unknown operations": [def(times(100_000, (at) => `t${at}: i8 = o${at}(a);\n`)), "unknown-operation"],
  "one name 100,000 times": [def("t: i8 = id(a);\n".repeat(100_000)), "defined-twice", "too-many-errors"],
  "100,000 inputs": [
    def(
      "y: i8 = const[1];",
      times(100_000, (at) => `${at === 0 ? "" : ", "}a${at}: i8`),
    ),
    "unused",
  ],
  "500,000 operands": [def(`y: i8 = cat(${"a, ".repeat(500_000)}a);`), "type-mismatch"],
  "500,000 values": [def(`y: i8 = const[${"1, ".repeat(500_000)}1];`), "bad-attribute"],
  "a memory of 2^30 words": [def("y: i8 = ram[](a, y, c); c: bool = const[1];", "a: u30"), "bad-attribute"],
  "4,096 bits, 1,000 times": [
    `def main(a: i4096) -> (y: i4096) { ${times(1000, (at) => `t${at}: i4096 = mul(a, ${at === 0 ? "a" : `t${at - 1}`});\n`)} y: i4096 = id(t999); }`,
  ],
};

describe("bad input", () => {
  test.each(Object.entries(TEXTS))("%s", { timeout: 60_000 }, (_, [text, ...codes]) => {
    const diagnostics = judge(text);
    const found = diagnostics.map((one) => one.code);
    for (const code of codes) expect(found).toContain(code);
    if (codes.length === 0) expect(failed(diagnostics)).toBe(false);
    hold(text, diagnostics.slice(0, 50));
  });

  test("one mistake is one message", () => {
    const text = def("t: i8 = id(a)\n u: i8 = nto(t);\n y: i8 = add(u, t);");
    expect(judge(text).map((one) => one.code)).toEqual(["syntax", "unknown-operation"]);
  });

  test("random bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const { status, out } = await run(["check", "-", "--json"], { stdin: once(bytes) });
        expect(status).toBe(1);
        expect(JSON.parse(out)[0].line).toBeGreaterThan(0);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

describe("files of memories", () => {
  const folder = mkdtempSync(join(tmpdir(), "reticle-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const inner = join(folder, "inner");
  mkdirSync(join(inner, "deeper"), { recursive: true });
  writeFileSync(join(folder, "secret.txt"), "1\n2\n");
  writeFileSync(join(inner, "deeper", "good.txt"), "1\n2\n");
  writeFileSync(join(inner, "few.txt"), "1\n");
  writeFileSync(join(inner, "many.txt"), "1\n2\n3\n");
  writeFileSync(join(inner, "wide.txt"), "1\n256\n");
  writeFileSync(join(inner, "far.txt"), "@ffffffffffffffff 1\n");
  writeFileSync(join(inner, "sparse.txt"), "@ffffff 1\n");
  symlinkSync(join(folder, "secret.txt"), join(inner, "link.txt"));
  symlinkSync(folder, join(inner, "up"));
  symlinkSync("circle.txt", join(inner, "circle.txt"));
  symlinkSync(join("deeper", "good.txt"), join(inner, "inside.txt"));

  test.each([
    ["deeper/good.txt", ""],
    ["inside.txt", ""],
    ["few.txt", "1 value for 2 words"],
    ["many.txt", "3 values for 2 words"],
    ["wide.txt", "does not fit in 8 bits"],
    ["far.txt", "is no address"],
    ["sparse.txt", "16777216 values for 2 words"],
    ["missing.txt", "there is no such file"],
    ["deeper", "it is a folder"],
    ["", "outside of the folder"],
    [".", "outside of the folder"],
    ["../secret.txt", "outside of the folder"],
    ["deeper/../../secret.txt", "outside of the folder"],
    ["link.txt", "outside of the folder"],
    ["up/secret.txt", "outside of the folder"],
    ["circle.txt", "its links go in a circle"],
    ["/dev/zero", "outside of the folder"],
    ["few.txt/x", "a part of its path is no folder"],
    ["x".repeat(10_000), "its name is too long"],
  ])("%s", async (name, message) => {
    const file = join(inner, "main.ir");
    writeFileSync(file, def(`y: i8 = rom["${name}"](a);`, "a: u1"));
    const { out, status } = await run(["check", file, "--json"]);
    const found = JSON.parse(out) as { message: string }[];
    expect(status).toBe(message === "" ? 0 : 1);
    if (message !== "") expect(found.map((one) => one.message).join()).toContain(message);
    else expect(found).toEqual([]);
  });
});

const FOLDERS = ["test/golden/check", "test/golden/fmt", "test/golden/behav", "examples/tour"];
const VALID = FOLDERS.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  .filter((file) => /\.(ir|asm|tdl)$/.test(file))
  .map((file) => readFileSync(file, "utf8"))
  .filter((text) => text.length < 4000);

test("10,000 mutations of valid files", { timeout: 600_000 }, () => {
  let slowest = 0;
  const property = fc.property(
    fc.constantFrom(...VALID),
    fc.array(mutation, { minLength: 1, maxLength: 4 }),
    fc.constantFrom("ir" as const, "ir" as const, "asm" as const),
    (text, mutations, dialect) => {
      const mutant = mutations.reduce(mutate, text);
      const start = performance.now();
      const diagnostics = judge(mutant, dialect);
      slowest = Math.max(slowest, performance.now() - start);
      hold(mutant, diagnostics.slice(0, 3));
    },
  );
  fc.assert(property, {
    seed: Number(process.env["SEED"] ?? 20261120),
    numRuns: Number(process.env["RUNS"] ?? 10_000),
  });
  expect(slowest).toBeLessThan(5000);
});
