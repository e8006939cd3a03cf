import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { programs } from "./random.ts";
import { parse } from "../lang/parser.ts"; import { check } from "../lang/check.ts"; import { elaborate } from "../lang/graph.ts"; import { behavioural } from "../lang/behav.ts";
test("lint", { timeout: 6000000 }, () => {
  const N = Number(process.env.N);
  const list = fc.sample(programs(), { numRuns: N, seed: Number(process.env.S) });
  mkdirSync("/tmp/bv/lint", { recursive: true });
  const bad = new Map<string, number>();
  for (let b = 0; b < N; b += 50) {
    const files = list.slice(b, b + 50).map((text, i) => {
      const at = b + i; const reset = at % 2 ? "sync" : "none";
      const g = elaborate(check(parse({ file: "x", text }).value, "ir").value, { reset }).value!;
      writeFileSync(`/tmp/bv/lint/m${i}.v`, behavioural({ ...g, name: `m${i}` }, { reset }).value);
      return `m${i}.v`;
    });
    const r = spawnSync("verilator", ["--lint-only", "-Wall", "-Wno-MULTITOP", ...files], { cwd: "/tmp/bv/lint", encoding: "utf8" });
    if (r.status !== 0) { console.log(r.stderr.slice(0, 1200)); const w = /m(\d+)\.v:(\d+)/.exec(r.stderr)!; console.log(list[b + Number(w[1])]); }
  }
});
