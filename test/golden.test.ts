// Goldens: the first line of a file says with which command it runs, files beside it what comes out. `BLESS=1` writes
// them. `%s` is the file, `%n` its name without extension. Standard output goes to `NAME.out.EXT`, standard error and
// an exit status other than 0 to `NAME.err`.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CODES } from "../lang/codes.ts";
import { run } from "./command.ts";

const FOLDER = "test/golden";
const COMMAND = /^\/\/ reticle (.*)\n/;

/** What the text on standard output is, by the command. */
const EXTENSIONS: Readonly<Record<string, string>> = { eval: "json", emit: "v" };

/** Codes whose golden would be too long, and what shows them instead. */
const ELSEWHERE: readonly string[] = ["too-many-errors"];

interface Golden {
  readonly file: string;
  readonly name: string;
  readonly args: readonly string[];
}

const goldens = readdirSync(FOLDER, { recursive: true, encoding: "utf8" })
  .filter((file) => /^[^.]*\.(ir|asm|tdl)$/.test(file))
  .sort()
  .flatMap((path): Golden[] => {
    const file = join(FOLDER, path);
    const name = file.replace(/\.[a-z]+$/, "");
    const words = COMMAND.exec(readFileSync(file, "utf8"))?.[1]?.split(" ");
    const args = words?.map((word) => word.replaceAll("%s", file).replaceAll("%n", name));
    return args === undefined ? [] : [{ file, name, args }];
  });

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
    const extension = args.includes("--json") ? "json" : (EXTENSIONS[args[0] ?? ""] ?? "txt");
    hold(`${name}.out.${extension}`, out);
    hold(`${name}.err`, err + (status === 0 ? "" : `exit ${status}\n`));
  });
});

test("every diagnostic has a golden", () => {
  const shown = goldens.flatMap(({ name }) => {
    const text = existsSync(`${name}.err`) ? readFileSync(`${name}.err`, "utf8") : "";
    return [...text.matchAll(/^(?:error|warning)\[([a-z-]+)\]/gm)].map((match) => match[1]);
  });
  const missing = Object.keys(CODES).filter((code) => !shown.includes(code) && !ELSEWHERE.includes(code));
  expect(missing).toEqual([]);
});
