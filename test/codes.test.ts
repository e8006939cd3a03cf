// The examples of `reticle explain` are true: the wrong one is refused with its code, the right one is not.
import { expect, test } from "vitest";
import { behavioural } from "../lang/behav.ts";
import { check } from "../lang/check.ts";
import { CODES, type Explanation } from "../lang/codes.ts";
import { type Diagnostic, failed } from "../lang/diagnostic.ts";
import { readTrace } from "../lang/eval/trace.ts";
import { elaborate } from "../lang/graph.ts";
import { readMemoryMap, reportUnknownMemories } from "../lang/mmap.ts";
import { parse } from "../lang/parser.ts";
import { BOOL, integer } from "../lang/type.ts";
import { run } from "./command.ts";

const MEMORY = "def main(a: u2) -> (y: i8) { y: i8 = rom[](a); }";
const INPUTS = [
  { name: "a", type: integer("i", 8) },
  { name: "en", type: BOOL },
];

function judgeProgram(text: string, contents?: string): readonly Diagnostic[] {
  const { value: program, diagnostics: syntax } = parse({ file: "a.ir", text });
  const { value: checked, diagnostics } = check(program, "ir");
  const found = [...syntax, ...diagnostics];
  if (failed(found)) return found;
  const file = contents === undefined ? undefined : readMemoryMap({ file: "a.json", text: contents });
  const graph = elaborate(checked, { memoryMap: file?.value.map });
  found.push(...(file?.diagnostics ?? []), ...graph.diagnostics);
  if (graph.value === undefined || failed(found)) return found;
  if (file !== undefined) found.push(...reportUnknownMemories(file.value, checked, graph.value));
  return [...found, ...behavioural(graph.value, { reset: "none" }).diagnostics];
}

/** What is said about an example; those of whole commands and of targets are for people only. */
const JUDGES: Partial<Record<Explanation["of"], (text: string) => readonly Diagnostic[]>> = {
  ir: judgeProgram,
  trace: (text) => readTrace({ file: "a.json", text }, { ports: INPUTS, hasReset: false }).diagnostics,
  contents: (text) => judgeProgram(MEMORY, text),
};

const examples = Object.entries<Explanation>(CODES).flatMap(([code, { of, bad, good }]) => {
  const judge = JUDGES[of];
  return judge === undefined ? [] : [{ code, judge, bad, good }];
});

test.each(examples)("$code", { timeout: 30_000 }, ({ code, judge, bad, good }) => {
  expect(judge(bad).map((one) => one.code)).toContain(code);
  expect(judge(good)).toEqual([]);
});

test("titles are one line, without a full stop", () => {
  for (const { title, explanation } of Object.values<Explanation>(CODES)) {
    expect(title).toMatch(/^[a-z`].{5,90}[^.]$/);
    expect(explanation).toMatch(/^[A-Z`].*\.$/);
  }
});

test.each(["", ...Object.keys(CODES), "add", "reg", "ext", "sram"])("reticle explain %s", async (name) => {
  const args = name === "" ? [] : [name];
  const { out, status } = await run(["explain", ...args]);
  expect(status).toBe(0);
  expect(out).toContain(name);
  for (const line of out.split("\n")) expect(line.length).toBeLessThan(140);
  expect(() => JSON.parse(out)).toThrow();
  expect(JSON.parse((await run(["explain", ...args, "--json"])).out)).toBeTruthy();
});
