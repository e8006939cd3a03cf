// The rules of the house: who imports whom, what lies where, and how long a file is.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { CODES } from "../lang/codes.ts";

/** Top-level folders, and what they hold. */
const FOLDERS = ["lang", "isel", "asm", "targets", "test", "examples"];

/** Which folders a file of a folder may import from. */
const IMPORTS: Readonly<Record<string, readonly string[]>> = {
  lang: ["lang"],
  isel: ["lang", "isel"],
  asm: ["lang", "asm"],
};

/** Packages that the core is made with; they do no I/O. The last is for its types alone. */
const PACKAGES = [
  "chevrotain",
  "vscode-languageserver-textdocument",
  "vscode-languageserver-types",
  "vscode-languageserver-protocol",
];

/** What runs within an editor, which is a door like those at the top. */
const EDITOR = "lang/lsp/vscode/";

/** The one place of the core that runs tools. */
const FLOW = /^asm\/flow(\/|\.ts$)/;

const LONGEST = 400;

/** Files that may be longer, and why. */
const LONG: Readonly<Record<string, string>> = {
  "lang/parser.ts": "one grammar is one class for Chevrotain",
  "lang/codes.ts": "a table, a row a diagnostic",
};

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

const doors = readdirSync(".").filter((file) => file.endsWith(".ts"));
const sources = [...doors, ...FOLDERS.flatMap(filesIn)].filter((file) => file.endsWith(".ts"));
const core = sources.filter(
  (file) => Object.keys(IMPORTS).includes(file.split("/")[0] ?? "") && !file.startsWith(EDITOR),
);

/** What a file imports, `import()` and types included. */
function importsOf(file: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  const found = text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\(\s*)"([^"]+)"/g);
  return [...found].map((match) => match[1] as string);
}

test("top-level folders are those of the contract", () => {
  const ignored = new Set([
    "node_modules",
    "dist",
    "coverage",
    // Where the commands of the README put what they build.
    "out",
    ...readdirSync(".").filter((one) => one.startsWith(".")),
  ]);
  const folders = readdirSync(".", { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const odd = folders.map((entry) => entry.name).filter((name) => !FOLDERS.includes(name) && !ignored.has(name));
  expect(odd).toEqual([]);
});

describe("the core", () => {
  test("has files", () => expect(core.length).toBeGreaterThan(20));

  test.each(core)("%s imports what it may", (file) => {
    const folder = file.split("/")[0] ?? "";
    const odd = importsOf(file).filter((from) => {
      if (from.startsWith(".")) {
        const to = relative(".", resolve(dirname(file), from));
        return !IMPORTS[folder]?.includes(to.split("/")[0] ?? "");
      }
      return !PACKAGES.includes(from) && !FLOW.test(file);
    });
    expect(odd).toEqual([]);
  });

  test.each(core.filter((file) => !FLOW.test(file)))("%s has neither clock nor chance nor I/O", (file) => {
    const text = readFileSync(file, "utf8").replace(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
    const odd =
      /\b(process\.|Date\.now|new Date|performance\.|Math\.random|setTimeout|fetch\(|WebAssembly|console\.)/.exec(text);
    expect(odd?.[0]).toBeUndefined();
  });
});

test("targets are data", () => {
  expect(filesIn("targets").filter((file) => !/\.(tdl|md|pcf)$/.test(file))).toEqual([]);
});

test("no file is too long, except where there is a reason", () => {
  const lines = (file: string) => readFileSync(file, "utf8").split("\n").length - 1;
  const long = sources.filter((file) => lines(file) > LONGEST);
  expect(long.filter((file) => LONG[file] === undefined)).toEqual([]);
  expect(Object.keys(LONG).filter((file) => !existsSync(file))).toEqual([]);
});

test("types are strict", () => {
  const odd = sources.flatMap((file) => {
    const text = readFileSync(file, "utf8").replace(/\/\/.*|\/\*[\s\S]*?\*\/|`[^`]*`|"[^"\n]*"/g, "");
    return [...(/(?::|<|\bas) any\b|\benum \w+ \{|@ts-(?:ignore|expect-error)/.exec(text) ?? [])].map(
      (what) => `${file}: ${what}`,
    );
  });
  expect(odd).toEqual([]);
});

test("every file says in its first line what it is for", () => {
  const odd = sources.filter((file) => !/^(#!.*\n)?\/\/ \S/.test(readFileSync(file, "utf8")));
  expect(odd).toEqual([]);
});

test("every file beside a golden belongs to one", () => {
  const files = filesIn("test/golden");
  const isInput = (file: string) => /^[^.]*\.(ir|asm|tdl)$/.test(file);
  const names = new Set(files.filter(isInput).map((file) => file.replace(/\.[a-z]+$/, "")));
  const contents = files.filter(isInput).map((file) => readFileSync(file, "utf8"));
  const odd = files.filter((file) => {
    const [name = ""] = /^[^.]*/.exec(file) ?? [];
    const isNamed = contents.some((text) => text.includes(file.split("/").at(-1) ?? ""));
    return !names.has(name) && !isNamed;
  });
  expect(odd).toEqual([]);
});

test("every diagnostic is reported somewhere", () => {
  const text = [...doors, ...core].filter((file) => file !== "lang/codes.ts").map((file) => readFileSync(file, "utf8"));
  const all = text.join("\n");
  expect(Object.keys(CODES).filter((code) => !all.includes(`"${code}"`))).toEqual([]);
});
