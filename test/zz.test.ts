import fc from "fast-check";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { test } from "vitest";
import { programs } from "./random.ts";
import { parse } from "../lang/parser.ts"; import { check } from "../lang/check.ts"; import { elaborate } from "../lang/graph.ts"; import { behavioural } from "../lang/behav.ts";
test("lint", { timeout: 600000 }, () => {
  const list = fc.sample(programs(), { numRuns: 400, seed: 99 });
  mkdirSync("/tmp/bv/lint", { recursive: true });
  const texts = list.map((text, at) => {
    const reset = at % 2 ? "sync" : "none";
    const g = elaborate(check(parse({ file: "x", text }).value, "ir").value, { reset }).value!;
    const v = behavioural({ ...g, name: `m${at}` }, { reset }).value;
    writeFileSync(`/tmp/bv/lint/m${at}.v`, v);
    writeFileSync(`/tmp/bv/lint/n${at}.v`, v.replace(/verilator lint_off/g, "foo"));
    return v;
  });
  for (let b = 0; b < 400; b += 100) {
    const files = (c: string) => texts.slice(b, b + 100).map((_, i) => `${c}${b + i}.v`);
    const t = Date.now();
    const r = spawnSync("verilator", ["--lint-only", "-Wall", "-Wno-MULTITOP", ...files("m")], { cwd: "/tmp/bv/lint", encoding: "utf8" });
    console.log(b, Date.now() - t, r.status, r.stderr.slice(0, 3000));
    const found = new Map<number, Set<string>>();
    for (const f of files("n")) {
    const s = spawnSync("verilator", ["--lint-only", "-Wall", f], { cwd: "/tmp/bv/lint", encoding: "utf8" });
    for (const m of s.stderr.matchAll(/%(Warning-\w+|Error): n(\d+)\.v:(\d+):\d+: (.*)/g)) { const at = Number(m[2]); if (!found.has(at)) found.set(at, new Set()); found.get(at)!.add(m[1]!.replace("UNUSEDSIGNAL", "UNUSED").replace("Warning-","")); }
    }
    texts.slice(b, b + 100).forEach((v, i) => {
      const waived = [...v.matchAll(/lint_off (\w+)/g)].map((m) => m[1]!).sort().join();
      const real = [...(found.get(b + i) ?? [])].sort().join();
      if (waived !== real) console.log(b + i, "waived", waived, "real", real, "");
    });
  }
});
