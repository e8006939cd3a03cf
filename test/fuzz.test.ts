// What fuzzing has found stays found: each case of `test/fuzz/` again, for every target, goal and reset; and some programs
// of each kind that it makes. `npm run fuzz` goes on from there.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { nearMatches } from "./fuzz/generate.ts";
import { shrink } from "./fuzz/shrink.ts";
import { SETTINGS, trial } from "./fuzz/trial.ts";
import { targetNamed } from "./target-files.ts";
import { generator } from "./traces.ts";

const CASES = readdirSync("test/fuzz").filter((file) => file.endsWith(".ir"));

test.each(CASES)("%s", { timeout: 60_000 }, (file) => {
  const text = readFileSync(`test/fuzz/${file}`, "utf8");
  const outcomes = SETTINGS.map((setting) => ({ setting, ...trial(text, targetNamed(setting.target), setting) }));
  expect(outcomes.filter(({ kind }) => kind === "wrong")).toEqual([]);
  expect(outcomes.some(({ kind }) => kind === "same")).toBe(true);
});

test("each case is told of in the ledger", () => {
  const ledger = readFileSync("test/fuzz/LEDGER.md", "utf8");
  expect(CASES.filter((file) => !ledger.includes(file))).toEqual([]);
});

test("near matches of patterns come out as they went in", { timeout: 120_000 }, () => {
  const random = generator(77);
  const kinds = new Map<string, number>();
  for (let at = 0; at < 36; at++) {
    const setting = SETTINGS[at % SETTINGS.length] as (typeof SETTINGS)[number];
    const target = targetNamed(setting.target);
    const text = nearMatches(target, random);
    const outcome = trial(text, target, setting);
    expect(outcome.kind === "wrong" ? `${outcome.what}\n${text}` : "").toBe("");
    kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1);
  }
  expect(kinds.get("same")).toBeGreaterThan(15);
});

test("a failing program is made as small as it goes", () => {
  const text = `def main(a: i8, b: i8) -> (x: i8, y: i8) {
  s: i8 = add(a, b);
  t: i8 = mul(s, b);
  x: i8 = sub(t, a);
  y: i8 = xor(s, t);
}
`;
  expect(shrink(text, (one) => one.includes("mul("))).toMatch(
    /^def main\((\w: i8(, )?)+\) -> \(\w: i8\) \{\n.*mul.*\n.*\n\}\n$/,
  );
});
