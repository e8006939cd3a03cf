// The reports of `reticle bench`: for a CI, for a comment, and the page.
import { describe, expect, test } from "vitest";
import { accountOf } from "../asm/bench/account.ts";
import { readBaseline } from "../asm/bench/baseline.ts";
import { junit } from "../asm/bench/junit.ts";
import { markdown } from "../asm/bench/markdown.ts";
import { page } from "../asm/bench/page.ts";
import { merged, printRun, type Result, type Run, readRun } from "../asm/bench/results.ts";
import { trends } from "../asm/bench/series.ts";
import { jobsOf, readSuite, shardOf } from "../asm/bench/suite.ts";

function result(job: string, figures: Result["figures"], more: Partial<Result> = {}): Result {
  return { job, status: "fine", message: undefined, until: "bits", cycles: 8, figures, others: {}, ...more };
}

function ran(label: string, results: readonly Result[]): Run {
  return { suite: "<s & t>", label, jobs: results.map(({ job }) => job), results };
}

const kernels = ["a", "b", "c"].map((name) => ({ name, file: `${name}.ir` }));
const targets = [{ name: "t", target: "tiny" }];
const suite = readSuite({ file: "bench.json", text: JSON.stringify({ name: "<s & t>", targets, kernels }) }).value;
if (suite === undefined) throw new Error("the suite is wrong");

const baseline = readBaseline({
  file: "baseline.json",
  text: '{"suite": "<s & t>", "since": "one", "figures": {"a/t cells.L": 10, "a/t depth": 2, "a/t time.select": 50, "b/t cells.L": 8}}',
}).value;

const yosys = { figures: { "cells.L": 20, "kinds.lut": 20, depth: 4, "frequency.routed": 50 }, message: undefined };
const now = ran("two <of> 2026-11-21", [
  result(
    "a/t",
    { "cells.L": 12, "kinds.lut": 12, depth: 2, "time.select": 51, "frequency.routed": 100 },
    { others: { yosys } },
  ),
  result("b/t", { "cells.L": 5, "kinds.lut": 5, depth: 1, "frequency.routed": 50 }, { others: { yosys } }),
  result("c/t", {}, { status: "wrong", message: '`y` is 1 in cycle 3, and "c.out.json" expects <2>\u0007 | 3' }),
]);
const before = ran("one of 2026-11-20", [result("a/t", { "cells.L": 10 }), result("b/t", { "cells.L": 10 })]);
const account = accountOf(suite, now, baseline, [before]);

/** Elements that are open at the end, and whether every one that is closed was. */
function unclosed(markup: string): readonly string[] {
  const open: string[] = [];
  for (const [, close, name = "", rest = ""] of markup.matchAll(/<(\/?)([a-z]+)((?:"[^"]*"|[^">])*)>/g)) {
    if (rest.endsWith("/")) continue;
    if (close === "") open.push(name);
    else if (open.pop() !== name) throw new Error(`</${name}> closes something else`);
  }
  return open;
}

test("a comparison has ratios and geometric means", () => {
  const [comparison] = account.comparisons;
  expect(comparison?.rows.map(({ ratios }) => ratios[0])).toEqual([0.6, 0.25]);
  expect(comparison?.means[0]?.value).toBeCloseTo(Math.sqrt(0.6 * 0.25));
  expect(comparison?.means[3]).toMatchObject({ name: "MHz", count: 2 });
  expect(comparison?.means[3]?.value).toBeCloseTo(Math.sqrt(2));
});

test("JUnit's XML is well formed, and counts regressions and failures", () => {
  const text = junit(account);
  expect(unclosed(text.replace(/<\?.*\?>/, ""))).toEqual([]);
  expect(text).toContain('<testsuite name="&lt;s &amp; t&gt;" tests="3" failures="2" errors="0"');
  expect(text).toContain('message="cells.L is 12, 20.0 % more than 10"');
  expect(text).toContain("expects &lt;2&gt;? | 3");
  expect(text).not.toContain("\u0007");
});

test("Markdown names what is worse, what is better and what failed", () => {
  const text = markdown(account);
  expect(text).toMatch(/^### ❌ \\<s & t\\>, two \\<of\\> 2026-11-21\n/);
  expect(text).toContain("| `a/t` | `cells.L` | is 12, 20.0 % more than 10 |");
  expect(text).toContain("| `b/t` | `cells.L` | is 5, 37.5 % less than 8 |");
  expect(text).toContain("expects \\<2\\>\u0007 \\| 3 |");
  for (const line of text.split("\n").filter((one) => one.startsWith("| `")))
    expect(line.replace(/\\\|/g, "").split("|").length).toBeGreaterThan(4 - Number(line.startsWith("| `c/t` | gives")));
});

describe("the page", () => {
  const text = page(account);

  test("is well formed and needs nothing from elsewhere", () => {
    const body = text.replace(/<!DOCTYPE html>|<meta [^>]*>|<input [^>]*>|<(style|script)>[\s\S]*?<\/\1>/g, "");
    expect(unclosed(body)).toEqual([]);
    expect(text.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|src=|href=|url\(|@import/);
  });

  test("has charts by the baseline, by the other tool and over runs", () => {
    for (const title of ["By the baseline", "By yosys", "Trend", "All kernels", "Failures", "Changes since one"])
      expect(text).toContain(`<h2>${title}</h2>`);
    expect(text).toContain("<title>a/t: 1.20 (10 → 12)</title>");
    expect(text).not.toContain("<of>");
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

test("a trend follows the jobs that two runs have in common", () => {
  const [cells] = trends([before, now, ran("three", [result("b/t", { "cells.L": 10 })])]);
  expect(cells?.values.map((value) => Number(value.toFixed(4)))).toEqual([1, 0.7746, 1.5492]);
});

describe("results", () => {
  test("are read as they were written", () => {
    const text = printRun(now, { changes: [], means: {} });
    const again = readRun({ file: "run.json", text }).value;
    expect(again === undefined ? "" : printRun(again, { changes: [], means: {} })).toBe(text);
  });

  test("of shards are those of all jobs, once", () => {
    const jobs = jobsOf(suite, {
      tiers: undefined,
      kernels: undefined,
      targets: undefined,
      until: undefined,
      limits: {},
    });
    const parts = [1, 2].map((index) => shardOf(jobs, index, 2).map(({ id }) => id));
    expect(parts).toEqual([["a/t", "c/t"], ["b/t"]]);
    const shards = parts.map((ids) => ({ ...now, results: now.results.filter(({ job }) => ids.includes(job)) }));
    const whole = merged(shards);
    expect([whole.missing, whole.twice]).toEqual([[], []]);
    expect(printRun(whole.run)).toBe(printRun(now));
    expect(merged([...shards.slice(0, 1), ...shards.slice(0, 1)])).toMatchObject({
      missing: ["b/t"],
      twice: ["a/t", "c/t"],
    });
  });
});
