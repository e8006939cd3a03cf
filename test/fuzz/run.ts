// `npm run fuzz -- --time 10m --seed N [--count N]`: random programs through every stage and target. What fails is made
// smaller and kept in `test/fuzz/`, where `test/fuzz.test.ts` runs it again.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { targetNamed } from "../target-files.ts";
import { generator } from "../traces.ts";
import { anything, nearMatches } from "./generate.ts";
import { shrink } from "./shrink.ts";
import { SETTINGS, type Setting, trial } from "./trial.ts";

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000 };

function milliseconds(said: string): number {
  const [, count = "10", unit = "m"] = /^(\d+)([smh])$/.exec(said) ?? [];
  return Number(count) * (UNITS[unit] ?? 1);
}

/** All found, by how it fails, so that one defect is kept once. */
const found = new Map<string, number>();
const refused = new Map<string, number>();

function keep(text: string, setting: Setting, what: string): void {
  const target = targetNamed(setting.target);
  const kind = what.replace(/[\w-]*\d[\w-]*/g, "#");
  const small = shrink(text, (one) => {
    const again = trial(one, target, setting);
    return again.kind === "wrong" && again.what.replace(/[\w-]*\d[\w-]*/g, "#").slice(0, 12) === kind.slice(0, 12);
  });
  const name = createHash("sha256").update(small).digest("hex").slice(0, 8);
  const { target: family, device, optimize, reset } = setting;
  const head = `// found by fuzzing: ${family} ${device ?? "-"} ${optimize} ${reset}: ${what}\n`;
  writeFileSync(`test/fuzz/${name}.ir`, `${head}${small}`);
  console.log(`${name}: ${head}${small}`);
}

const { values } = parseArgs({
  options: {
    time: { type: "string", default: "10m" },
    count: { type: "string" },
    seed: { type: "string", default: "1" },
  },
});
const end = performance.now() + milliseconds(values.time);
const most = Number(values.count ?? Number.POSITIVE_INFINITY);
const seed = Number(values.seed);
let same = 0;
let wrong = 0;
for (let at = 0; same < most && performance.now() < end; at++) {
  const random = generator(seed * 1_000_003 + at);
  const setting = SETTINGS[random() % SETTINGS.length] as Setting;
  const target = targetNamed(setting.target);
  const hints =
    setting.target === "tiny" ? ["lut", "??"] : setting.device === "up5k" ? ["lut", "dsp", "??"] : ["lut", "??"];
  const isNear = random() % 3 > 0;
  const text = isNear ? nearMatches(target, random) : anything(random, hints, true);
  const outcome = trial(text, target, setting);
  if (outcome.kind === "same") same++;
  else if (outcome.kind === "refused") refused.set(outcome.code, (refused.get(outcome.code) ?? 0) + 1);
  else {
    wrong++;
    const kind = outcome.what.replace(/[\w-]*\d[\w-]*/g, "#").slice(0, 40);
    const times = found.get(kind) ?? 0;
    found.set(kind, times + 1);
    if (times < 2) keep(text, setting, outcome.what);
  }
  if (at % 500 === 499) console.error(`${at + 1} programs: ${same} the same, ${wrong} wrong`);
}
const codes = [...refused].sort((a, b) => b[1] - a[1]).map(([code, count]) => `${code} ${count}`);
console.log(`seed ${seed}: ${same} programs without a difference, ${wrong} wrong; refused: ${codes.join(", ")}`);
for (const [kind, count] of found) console.log(`  ${count} times: ${kind}`);
process.exitCode = wrong > 0 ? 1 : 0;
