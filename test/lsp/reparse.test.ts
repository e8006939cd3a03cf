// A tree that has been mended equals one that was read anew.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Diagnostic, sorted } from "../../lang/diagnostic.ts";
import { type Parsed, parseSteps, reparse } from "../../lang/lsp/reparse.ts";
import { parse } from "../../lang/parser.ts";
import { finish } from "../../lang/steps.ts";
import { applied, type Edit, edit, placed } from "./edits.ts";

const FOLDERS = ["test/golden/check", "test/golden/fmt", "test/golden/behav", "examples/tour", "targets/tiny"];
const TEXTS = FOLDERS.flatMap((folder) => readdirSync(folder).map((file) => join(folder, file)))
  .filter((file) => /\.(ir|asm|tdl)$/.test(file))
  .map((file) => readFileSync(file, "utf8"))
  .filter((text) => text.length < 6000);

function read(text: string): Parsed {
  const { value, diagnostics } = parse({ file: "a.ir", text });
  return { program: value, diagnostics };
}

/** Diagnostics as they are shown, in an order that does not depend on how they were found. */
function shown(diagnostics: readonly Diagnostic[]): readonly string[] {
  return sorted(diagnostics)
    .map((one) => JSON.stringify([one.code, one.message, one.labels, one.help]))
    .sort();
}

function hold(mended: Parsed, text: string): void {
  const fresh = read(text);
  expect(mended.program).toEqual(fresh.program);
  expect(shown(mended.diagnostics)).toEqual(shown(fresh.diagnostics));
}

test("random edits", { timeout: 300_000 }, () => {
  const property = fc.property(
    fc.constantFrom(...TEXTS),
    fc.array(edit, { minLength: 1, maxLength: 6 }),
    (text, edits: readonly Edit[]) => {
      let now = text;
      let parsed = read(text);
      for (const one of edits) {
        const { start, end, text: piece } = placed(now, one);
        now = applied(now, { start, end, text: piece });
        parsed = reparse(parsed, { file: "a.ir", text: now }, { start, end, length: piece.length });
        hold(parsed, now);
      }
    },
  );
  fc.assert(property, {
    seed: Number(process.env["SEED"] ?? 8),
    numRuns: process.env["CI"] === "true" ? 10_000 : 1500,
  });
});

test("a long text, piece by piece", () => {
  const body = (from: number) =>
    Array.from({ length: 3000 }, (_, at) => `    t${from + at}: i16 = add(a, b); // ${at}\n`).join("");
  const text = `def one(a: i16, b: i16) -> (t1: i16) {\n${body(0)}}\n\ndef two(a: i16, b: i16) -> (t5: i16) {\n${body(5)}    x: i16 = ;\n}\n`;
  hold(finish(parseSteps({ file: "a.ir", text })), text);
});
