// `npm run mutants`: plants faults in us, one after the other, and counts how many the checks find. Those of descriptions
// are for `target check`, those of passes for the trial that fuzzing uses.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin } from "esbuild";
import { checkTarget } from "../../asm/check-target.ts";
import { loadTarget } from "../../lang/target/load.ts";
import { targetSources } from "../target-files.ts";
import { FAULTS, type Fault } from "./faults.ts";

const WIDTHS = [1, 2, 3, 5, 8];
const FOLDER = ".cache/mutants";
const REQUIRE =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

/** What a description with the fault in it is told; undefined if nothing. */
function described({ file, from, to, pattern = "" }: Fault): string | undefined {
  const family = file.split("/")[1] ?? "";
  const sources = targetSources(family).map((source) => ({
    ...source,
    text: source.file === file ? planted(source.text, from, to) : source.text,
  }));
  const { value, diagnostics } = loadTarget(family, sources);
  const found = checkTarget(value, { widths: WIDTHS, only: [pattern] });
  return [...diagnostics, ...found.diagnostics].find(({ severity }) => severity === "error")?.help[0];
}

function planted(text: string, from: string, to: string): string {
  if (text.split(from).length < 2) throw new Error(`no longer there: ${from}`);
  return text.replace(from, () => to);
}

/** What a program says that comes out wrong when a pass has the fault in it; undefined if all come out right. */
async function spoiled({ file, from, to }: Omit<Fault, "pattern">, at: number): Promise<string | undefined> {
  const outfile = join(FOLDER, `probe-${at}.mjs`);
  const fault: Plugin = {
    name: "fault",
    setup: (one) => {
      one.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const text = readFileSync(path, "utf8");
        return { loader: "ts", contents: path === resolve(file) && from !== "" ? planted(text, from, to) : text };
      });
    },
  };
  await build({
    entryPoints: ["test/mutants/probe.ts"],
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    outfile,
    banner: { js: REQUIRE },
    plugins: [fault],
  });
  const ran = spawnSync(process.execPath, [outfile], { encoding: "utf8", timeout: 300_000 });
  return ran.status === 0 ? undefined : ran.stdout.trim() || ran.stderr.trim().split("\n").at(-1) || "it does not end";
}

const sound = await spoiled({ file: "asm/expand.ts", from: "", to: "" }, -1);
if (sound !== undefined) throw new Error(`without a fault it is found, too: ${sound}`);
const asked = process.argv[2];
let found = 0;
let tried = 0;
for (const [at, fault] of FAULTS.entries()) {
  if (asked !== undefined && !fault.file.includes(asked)) continue;
  tried++;
  const what = fault.pattern === undefined ? await spoiled(fault, at) : described(fault);
  if (what !== undefined) found++;
  const shown = `${fault.file}: ${fault.to.split("\n")[0]}`;
  console.log(`${what === undefined ? "ESCAPED" : "found"}  ${shown}  ${what?.slice(0, 80) ?? ""}`);
}
console.log(`${found} of ${tried} found`);
process.exitCode = found === tried ? 0 : 1;
