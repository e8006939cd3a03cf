// What the server knows of a target: hints, lenses, views, mistakes that only a compiler finds, and the path of a build.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { costText } from "../../lang/lsp/mapping.ts";
import { bundle, type Client, start } from "./client.ts";

const folder = mkdtempSync(join(tmpdir(), "reticle-mapping-"));
writeFileSync(join(folder, "reticle.json"), '{"board": "icebreaker"}');
const made = bundle("mapping");
let client: Client;
let count = 0;

beforeAll(async () => {
  client = await start(made.cli, folder, { lensCommand: "show" });
}, 60_000);

afterAll(async () => {
  expect(await client.stop()).toBe(0);
  rmSync(folder, { recursive: true });
  made.remove();
});

/** Opens a program, and waits until it has been compiled. */
async function mapped(text: string, extension = "ir") {
  const path = join(folder, `m${++count}.${extension}`);
  writeFileSync(path, text);
  const uri = pathToFileURL(path).href;
  let ready = client.next<{ uri: string }>("reticle/mapped");
  client.open(uri, text);
  while ((await ready).uri !== uri) ready = client.next("reticle/mapped");
  return { uri, textDocument: { uri } };
}

const ALL = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
const FILTER =
  "def main(a: i8, b: i8, en: bool) -> (y: i8) {\n    p: i8 = xor(a, b);\n    s: i8 = add(p, y);\n    y: i8 = reg[0](s, en) @lut;\n}\n";

interface Hint {
  readonly position: { readonly line: number };
  readonly label: string;
}

describe("a program with a target", () => {
  test("says behind each instruction what it becomes", async () => {
    const { textDocument } = await mapped(FILTER);
    const hints = await client.request<Hint[]>("textDocument/inlayHint", { textDocument, range: ALL });
    const becomes = hints.filter(({ label }) => label.startsWith("→"));
    const on = (line: number) => becomes.find(({ position }) => position.line === line)?.label ?? "";
    expect(on(1)).toMatch(/^→ (in \w+|\d+ LC)/);
    expect(on(3)).toMatch(/^→ \d+ LC, \d+\.\d ns$/);
    // The addition has become a part of the instruction that keeps its result.
    expect(on(2)).toMatch(/^→ (in y|\d+ LC)/);
  });

  test("says above each definition what it takes", async () => {
    const { textDocument, uri } = await mapped(
      `def inc(a: i8) -> (y: i8) {\n    one: i8 = const[1];\n    y: i8 = add(a, one);\n}\ndef main(a: i8) -> (y: i8) {\n    t: i8 = inc(a);\n    y: i8 = reg[0](t);\n}\n`,
    );
    const lenses = await client.request<{ command: { title: string; command: string; arguments: unknown[] } }[]>(
      "textDocument/codeLens",
      { textDocument },
    );
    expect(lenses.map(({ command }) => [command.command, command.arguments])).toEqual([
      ["show", [uri, "inc"]],
      ["show", [uri, "main"]],
    ]);
    expect(lenses[0]?.command.title).toMatch(/^ice40 up5k: \d+ LC · depth \d+ · \d+\.\d ns$/);
    expect(lenses[1]?.command.title).toMatch(/ · about \d+ MHz$/);
  });

  test.each(["assembly", "verilog"])("its %s, with the lines that belong together", async (kind) => {
    const { uri } = await mapped(FILTER);
    const view = await client.request<{
      text: string;
      links: { range: { start: { line: number } }; lines: number[] }[];
    }>("workspace/executeCommand", { command: `reticle.${kind}`, arguments: [uri] });
    const lines = view.text.split("\n");
    expect(view.text).toContain(kind === "assembly" ? "def main(" : "module main(");
    const linesOf = (line: number) =>
      view.links
        .filter(({ range }) => range.start.line === line)
        .flatMap((link) => link.lines.map((at) => lines[at] ?? ""));
    expect(linesOf(1).join("\n")).toContain(kind === "assembly" ? ": i8 =" : "SB_LUT4");
    expect(linesOf(3).join("\n")).toContain(kind === "assembly" ? "y: i8 =" : "SB_DFFE");
  });

  test("a hint that cannot be met is a mistake, and can be dropped", async () => {
    const text = "def main(a: i40, b: i40) -> (y: i40) {\n    y: i40 = add(a, b) @bram;\n}\n";
    const { uri, textDocument } = await mapped(text);
    const found = await client.diagnostics(uri, 1);
    expect(found.map(({ code }) => code)).toEqual([expect.stringMatching(/^no-(pattern|resource)$/)]);
    const actions = await client.request<{ title: string }[]>("textDocument/codeAction", {
      textDocument,
      range: found[0]?.range,
      context: { diagnostics: [] },
    });
    expect(actions.map(({ title }) => title)).toContain("drop the hint `@bram`");
  });

  test("hover tells the cost", async () => {
    const { textDocument } = await mapped(FILTER);
    const { contents } = await client.request<{ contents: { value: string } }>("textDocument/hover", {
      textDocument,
      position: { line: 3, character: 4 },
    });
    expect(contents.value).toMatch(/On ice40 up5k: `\w+`, \d+ LC, \d+\.\d ns \(\d+ SB_/);
  });

  test("costs of the last good version stay while one types", async () => {
    const { uri, textDocument } = await mapped(FILTER);
    client.change(uri, 2, [
      { range: { start: { line: 2, character: 4 }, end: { line: 2, character: 5 } }, text: "ss" },
    ]);
    await client.diagnostics(uri, 2);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const hints = await client.request<Hint[]>("textDocument/inlayHint", { textDocument, range: ALL });
    expect(hints.some(({ label }) => label.startsWith("→"))).toBe(true);
  });
});

test.each([
  ["8 LC, 1.9 ns", { LC: 8 }, { LUT: 8, DFF: 8 }],
  ["MAC, 1.9 ns", { MAC: 1 }, { MAC: 1 }],
  ["2 MAC, 1 LC, 1.9 ns", { MAC: 2, LC: 1 }, { MAC: 2, LUT: 1 }],
])("a cost is told as %s", (text, sites, cells) => {
  expect(costText({ sites, cells, delay: 1900 })).toBe(text);
});

test("settings that name nothing are told", async () => {
  const odd = join(folder, "odd");
  mkdirSync(odd);
  writeFileSync(join(odd, "reticle.json"), '{"board": "icebraker"}');
  const told = client.next<{ message: string }>("window/showMessage");
  client.open(pathToFileURL(join(odd, "a.ir")).href, "def main(a: i8) -> (y: i8) {\n    y: i8 = not(a);\n}\n");
  expect((await told).message).toBe("Reticle: no board is called `icebraker`; did you mean `icebreaker`?");
});

describe("assembly", () => {
  const ASM = "def main(a: i8, b: i8) -> (y: i8) {\n    y: i8 = add(a, b) @lc(??, ??);\n}\n";

  test("hover has the pattern of an instruction and its cost", async () => {
    const { textDocument } = await mapped(ASM, "asm");
    const { contents } = await client.request<{ contents: { value: string } }>("textDocument/hover", {
      textDocument,
      position: { line: 1, character: 13 },
    });
    expect(contents.value).toContain("pat add<");
    expect(contents.value).toMatch(/On ice40 up5k: `add`, \d+ LC/);
  });

  test("completion has the instructions and the locations of the target", async () => {
    const { textDocument } = await mapped(ASM, "asm");
    const ask = async (character: number) =>
      (
        await client.request<{ items: { label: string }[] }>("textDocument/completion", {
          textDocument,
          position: { line: 1, character },
        })
      ).items.map(({ label }) => label);
    expect(await ask(12)).toContain("add");
    expect(await ask(23)).toContain("lc");
  });

  test("an instruction with operands of other types is a mistake", async () => {
    const { uri } = await mapped(ASM.replace("b: i8", "b: i16"), "asm");
    expect((await client.diagnostics(uri, 1)).map(({ code }) => code)).toEqual(["bad-instruction"]);
  });
});

describe("commands", () => {
  const run = <T>(command: string, ...args: readonly unknown[]) =>
    client.request<T>("workspace/executeCommand", { command, arguments: args });

  test("evaluate", async () => {
    const { uri } = await mapped(
      "def main(en: bool) -> (y: u4) {\n    one: u4 = const[1];\n    s: u4 = add(y, one);\n    y: u4 = reg[0](s);\n}\n".replace(
        "en: bool",
        "",
      ),
    );
    const { text } = await run<{ text: string }>("reticle.evaluate", uri);
    expect(JSON.parse(text).y.slice(0, 4)).toEqual([0, 1, 2, 3]);
  });

  test("what cannot be done is an error with its reason", async () => {
    await expect(run("reticle.nothing", "a")).rejects.toThrow("no command");
    await expect(run("reticle.build")).rejects.toThrow("takes the URI");
    await expect(run("reticle.assembly", "file:///nowhere.ir")).rejects.toThrow("not open");
    const { uri } = await mapped("def main(a: i8) -> (y: i8) {\n    y: i8 = not(a);\n}\n");
    await expect(run("reticle.floorplan", uri)).rejects.toThrow("build the program first");
  });

  const slow = process.env["CI"] === "true" || process.env["FLOW"] !== undefined;
  test.skipIf(!slow)("build, with the longest path as hints", { timeout: 180_000 }, async () => {
    const text =
      "def main() -> (led: bool) {\n    one: u24 = const[1];\n    next: u24 = add(count, one);\n    count: u24 = reg[0](next);\n    led: bool = ext[23](count);\n}\n";
    const { uri } = await mapped(text);
    writeFileSync(join(folder, "reticle.json"), '{"device": "hx1k", "package": "tq144"}');
    await client.connection.sendNotification("workspace/didChangeWatchedFiles", { changes: [] });
    const report = await run<{ fmax_mhz: Record<string, number> }>("reticle.build", uri);
    expect(Object.values(report.fmax_mhz)[0]).toBeGreaterThan(10);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const hints = (await client.diagnostics(uri, 1)).filter(({ severity }) => severity === 4);
    expect(hints[0]?.message).toMatch(/^longest path of `.*`, step 1 of \d+: \d+\.\d ns logic/);
    const { text: svg } = await run<{ text: string }>("reticle.floorplan", uri);
    expect(svg).toMatch(/iCE40HX1K: [1-9]\d* tiles used/);
  });
});
