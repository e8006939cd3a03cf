// What a compiler with a fault in it is tried with: programs of which the fault has to spoil one. Ends with 1 if it does.
import { readdirSync, readFileSync } from "node:fs";
import { anything, nearMatches } from "../fuzz/generate.ts";
import { SETTINGS, trial } from "../fuzz/trial.ts";
import { targetNamed } from "../target-files.ts";
import { generator } from "../traces.ts";

const EXAMPLES = readdirSync("examples/tour").filter((file) => /^0[1-6].*\.ir$/.test(file));
const PROGRAMS = Number(process.argv[2] ?? "40");

function* texts(): Generator<{ readonly text: string; readonly at: number }> {
  let at = 0;
  for (const file of EXAMPLES)
    for (let setting = 0; setting < 6; setting++)
      yield { text: readFileSync(`examples/tour/${file}`, "utf8"), at: setting * 3 };
  const random = generator(99);
  for (; at < PROGRAMS; at++) {
    const { target } = SETTINGS[at % SETTINGS.length] ?? { target: "tiny" };
    yield { text: at % 3 > 0 ? nearMatches(targetNamed(target), random) : anything(random, ["??"], true), at };
  }
}

for (const { text, at } of texts()) {
  const setting = SETTINGS[at % SETTINGS.length];
  const outcome = setting === undefined ? undefined : trial(text, targetNamed(setting.target), setting);
  if (outcome?.kind !== "wrong") continue;
  console.log(outcome.what.slice(0, 100));
  process.exit(1);
}
