// Goldens: the first line of a file says with which command it runs, files beside it what comes out. `BLESS=1` writes
// them. `%s`, or the bare name, is the file, `%n` its name without extension. Standard output goes to `NAME.EXT` with the
// extension of its language, standard error and an exit status other than 0 to `NAME.err`.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODES } from "../lang/codes.ts";
import { run } from "./command.ts";

const FOLDER = "test/golden";
const COMMAND = /^\/\/ reticle (.*)\n/;

/** What the text on standard output is, by the command, or by what `--to` names. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  eval: "json",
  select: "asm",
  place: "placed.asm",
  json: "json",
  behav: "v",
  xdc: "xdc",
  verilog: "v",
};

interface Golden {
  readonly file: string;
  readonly name: string;
  readonly args: readonly string[];
}

const files = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((file) => /^[^.]*\.(ir|asm|tdl)$/.test(file))
  .sort();

const goldens = files.flatMap((path): Golden[] => {
  const file = join(FOLDER, path);
  const name = file.replace(/\.[a-z]+$/, "");
  const words = COMMAND.exec(readFileSync(file, "utf8"))?.[1]?.split(" ");
  const isOutput = path.endsWith(".asm") && files.includes(path.replace(/asm$/, "ir"));
  if (words === undefined || isOutput) return [];
  const fill = (word: string) => (word === basename(file) ? file : word.replaceAll("%s", file).replaceAll("%n", name));
  return [{ file, name, args: words.map(fill) }];
});

/** The extension of what a command prints. */
function extensionOf(args: readonly string[]): string {
  if (args.includes("--json")) return "json";
  const to = args[args.indexOf("--to") + 1] ?? "";
  return (args.includes("--to") ? EXTENSIONS[to] : EXTENSIONS[args[0] ?? ""]) ?? "txt";
}

function hold(file: string, text: string): void {
  if (process.env["BLESS"]) {
    if (text === "") rmSync(file, { force: true });
    else writeFileSync(file, text);
  }
  expect(existsSync(file) ? readFileSync(file, "utf8") : "").toBe(text);
}

describe("goldens", () => {
  test.each(goldens)("$file", async ({ name, args }) => {
    const { out, err, status } = await run(args);
    hold(`${name}.${extensionOf(args)}`, out);
    hold(`${name}.err`, err + (status === 0 ? "" : `exit ${status}\n`));
  });
});

/** Whether a test names the code: for what would be too long, or what only a tool that fails can show. */
function isTested(code: string): boolean {
  return readdirSync("test")
    .filter((file) => file.endsWith(".test.ts"))
    .some((file) => readFileSync(join("test", file), "utf8").includes(`"${code}"`));
}

test("every diagnostic has a golden, or a test", () => {
  const shown = goldens.flatMap(({ name }) => {
    const text = existsSync(`${name}.err`) ? readFileSync(`${name}.err`, "utf8") : "";
    return [...text.matchAll(/^(?:error|warning)\[([a-z-]+)\]/gm)].map((match) => match[1]);
  });
  expect(Object.keys(CODES).filter((code) => !shown.includes(code) && !isTested(code))).toEqual([]);
});
