// Features of the language server that tell something, asked for over standard input and output.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at, type Desk, desk, type Edit, edited } from "./desk.ts";

let room: Desk;
const open: Desk["open"] = (...given) => room.open(...given);

beforeAll(async () => {
  room = await desk("features");
}, 60_000);

afterAll(async () => expect(await room.leave()).toBe(0));

const SUM = "def main(a: i8, en: bool) -> (y: i8) {\n    s: i8 = add(a, y);\n    y: i8 = reg[0](s, en);\n}\n";

test("what the server says it can do", () => {
  expect(room.client.initialized.serverInfo?.name).toBe("reticle");
  expect(Object.keys(room.client.initialized.capabilities).sort()).toMatchSnapshot();
});

describe("diagnostics", () => {
  test("have their other ends", async () => {
    const { diagnostics } = open("def main(a: i8, b: u16) -> (y: i8) {\n    y: i8 = add(a, b);\n}\n");
    const text = JSON.stringify(await diagnostics(), undefined, 1).replaceAll(
      pathToFileURL(room.folder).href,
      "folder",
    );
    expect(text).toMatchSnapshot();
  });

  test("a half-written line does not hide what is wrong elsewhere", async () => {
    const { diagnostics } = open(
      "def main(a: i8, b: i8) -> (y: i8) {\n    s: i8 = add(a, \n    y: i8 = add(s, c);\n}\ndef f(a: i8) -> (y: i16) {\n    y: i16 = not(a);\n}\n",
    );
    expect((await diagnostics()).map(({ code, range }) => [code, range.start.line])).toMatchSnapshot();
  });
});

describe("completion", () => {
  const labels = async (text: string, extension?: string) => {
    const { ask } = open(text, extension);
    const { items } = await ask<{ items: { label: string }[] }>("completion");
    return items.map(({ label }) => label).slice(0, 6);
  };

  test.each([
    ["names of the type that is wanted", "def main(a: i8, b: u8, c: i8) -> (y: i8) {\n    y: i8 = add(¦);\n}\n"],
    ["names like the other operand", "def main(a: i8, b: u8, en: bool) -> (y: bool) {\n    y: bool = lt(b, ¦\n}\n"],
    ["an enable", "def main(a: i8, b: u8, en: bool) -> (y: i8) {\n    y: i8 = reg[0](a, ¦);\n}\n"],
    ["operations that make the type", "def main(a: i8) -> (y: bool) {\n    y: bool = ¦\n}\n"],
    ["operations by their letters", "def main(a: i8) -> (y: i8) {\n    y: i8 = su¦\n}\n"],
    ["types", "def main(a: i24, b: i24) -> (y: ¦) {\n}\n"],
    ["hints", "def main(a: i8) -> (y: i8) {\n    y: i8 = mul(a, a) @¦\n}\n"],
    ["outputs that are missing", "def main(a: i8) -> (y: i8, z: i8) {\n    y: i8 = id(a);\n    ¦\n}\n"],
    [
      "definitions",
      "def f(a: i8) -> (y: i8) {\n    y: i8 = id(a);\n}\ndef main(a: i8) -> (y: i8) {\n    y: i8 = f¦\n}\n",
    ],
    ["keywords", "¦"],
  ])("%s", async (_, text) => {
    expect(await labels(text)).toMatchSnapshot();
  });

  test("nothing in a comment", async () => {
    expect(await labels("def main(a: i8) -> (y: i8) {\n    y: i8 = id(a); // a¦\n}\n")).toEqual([]);
  });
});

test("signature help", async () => {
  const { ask } = open("def main(a: u4, d: i8, w: bool) -> (y: i8) {\n    y: i8 = ram[](a, ¦);\n}\n");
  expect(await ask("signatureHelp")).toMatchSnapshot();
});

describe("hover", () => {
  const value = async (text: string, extension?: string) =>
    (await open(text, extension).ask<{ contents: { value: string } } | null>("hover"))?.contents.value;

  test.each([
    ["a value", SUM.replace("(s,", "(¦s,")],
    ["an input", SUM.replace("add(a", "add(¦a")],
    ["an operation", SUM.replace("add(", "ad¦d(")],
    ["a constant", "def main() -> (y: i8) {\n    ¦y: i8 = const[0xF6];\n}\n"],
    ["a vector", "def main(a: ¦u4<3>) -> (y: u4<3>) {\n    y: u4<3> = not(a);\n}\n"],
    ["a number", "def main() -> (y: i8) {\n    y: i8 = const[2¦55];\n}\n"],
    [
      "a definition, with its comment",
      "// Doubles.\ndef twice(a: i8) -> (y: i8) {\n    y: i8 = add(a, a);\n}\ndef main(a: i8) -> (y: i8) {\n    y: i8 = twi¦ce(a);\n}\n",
    ],
    ["nothing", `${SUM}\n¦`],
  ])("%s", async (_, text) => {
    expect(await value(text)).toMatchSnapshot();
  });
});

const CALLS =
  "def twice(a: i8) -> (y: i8) {\n    y: i8 = add(a, a);\n}\ndef main(a: i8) -> (y: i8) {\n    t: i8 = tw¦ice(a);\n    y: i8 = twice(t);\n}\n";

describe("names", () => {
  test.each([
    ["of a value", SUM.replace("reg[0](s", "reg[0](¦s"), ["1:4"]],
    ["of an output, at its instruction", SUM.replace("(y: i8)", "(¦y: i8)"), ["2:4"]],
    ["of an input", SUM.replace("s, en", "s, e¦n"), ["0:16"]],
    ["of a definition", CALLS, ["0:4"]],
    ["of an operation there is none", SUM.replace("add", "a¦dd"), []],
  ])("the definition %s", async (_, text, places) => {
    const found = (await open(text).ask<{ range: Edit["range"] }[] | null>("definition")) ?? [];
    expect(at(found)).toEqual(places);
  });

  test("references, with and without the definition", async () => {
    const { ask } = open(CALLS);
    expect(at(await ask("references", { context: { includeDeclaration: true } }))).toEqual(["0:4", "4:12", "5:12"]);
    expect(at(await ask("references", { context: { includeDeclaration: false } }))).toEqual(["4:12", "5:12"]);
  });

  test("highlights", async () => {
    const { ask } = open(SUM.replace("s: i8", "¦s: i8"));
    expect(await ask("documentHighlight")).toMatchSnapshot();
  });

  test("rename a value, everywhere it stands", async () => {
    const { ask, text, uri } = open(SUM.replace("add(a, y", "add(a, ¦y"));
    const { changes } = await ask<{ changes: Record<string, Edit[]> }>("rename", { newName: "total" });
    expect(edited(text, changes[uri] ?? [])).toBe(SUM.replaceAll("y", "total"));
  });

  test("rename a definition", async () => {
    const { ask, text, uri } = open(CALLS);
    const { changes } = await ask<{ changes: Record<string, Edit[]> }>("rename", { newName: "double" });
    expect(edited(text, changes[uri] ?? [])).toBe(text.replaceAll("twice", "double"));
  });

  test.each([
    ["what is no name", "3x", "is not a name"],
    ["a name that is taken", "main", "is defined already"],
    ["an operation", "add", "is an operation of the language"],
  ])("rename to %s is refused", async (_, newName, message) => {
    await expect(open(CALLS).ask("rename", { newName })).rejects.toThrow(message);
  });

  test("rename across the files of a target, and the assembly for it", async () => {
    const own = join(room.folder, "own");
    mkdirSync(own);
    const write = (name: string, text: string) => {
      writeFileSync(join(own, name), text);
      return pathToFileURL(join(own, name)).href;
    };
    const pats = write("pats.tdl", "pat inv[lc: 1, delay: 400](a: bool) -> (y: bool) {\n    y: bool = not(a);\n}\n");
    const imps = write("imps.tdl", "imp inv(a) -> (y) {\n    y = LUT[1](a);\n}\n");
    write(
      "prims.tdl",
      "prim LUT[INIT: u2, role: lut, site: lc](a: bool) -> (y: bool) {\n    t: u2 = const[INIT];\n    i: u1 = cat(a);\n    s: u2 = srl(t, i);\n    y: bool = ext[0](s);\n}\n",
    );
    const asm = write("use.asm", "def main(a: bool) -> (y: bool) {\n    y: bool = inv(a) @lc(??, ??);\n}\n");
    write("reticle.json", '{"target": "../own"}');
    await room.client.connection.sendNotification("workspace/didChangeWatchedFiles", {
      changes: [pats, imps, asm].map((uri) => ({ uri, type: 1 })),
    });
    room.client.open(imps, "imp inv(a) -> (y) {\n    y = LUT[1](a);\n}\n");
    room.client.open(asm, "def main(a: bool) -> (y: bool) {\n    y: bool = inv(a) @lc(??, ??);\n}\n");
    await room.client.diagnostics(asm, 1);
    const { changes } = await room.client.request<{ changes: Record<string, Edit[]> }>("textDocument/rename", {
      textDocument: { uri: imps },
      position: { line: 0, character: 5 },
      newName: "flip",
    });
    expect(
      Object.fromEntries(Object.entries(changes).map(([uri, edits]) => [uri, at(edits.map((one) => one))])),
    ).toEqual({
      [pats]: ["0:4"],
      [imps]: ["0:4"],
      [asm]: ["1:14"],
    });
    const definition = await room.client.request<{ uri: string }[]>("textDocument/definition", {
      textDocument: { uri: asm },
      position: { line: 1, character: 15 },
    });
    expect(definition.map(({ uri }) => uri).sort()).toEqual([imps, pats]);
    const cell = await room.client.request<{ uri: string }[]>("textDocument/definition", {
      textDocument: { uri: imps },
      position: { line: 1, character: 9 },
    });
    expect(cell.map(({ uri }) => uri)).toEqual([pathToFileURL(join(own, "prims.tdl")).href]);
  });
});

describe("outlines", () => {
  test("of a file", async () => {
    const symbols =
      await open(CALLS).ask<{ name: string; detail: string; children: { name: string; detail: string }[] }[]>(
        "documentSymbol",
      );
    expect(
      symbols.map(({ name, detail, children }) => [name, detail, children.map((one) => `${one.name}: ${one.detail}`)]),
    ).toEqual([
      ["twice", "(a: i8) -> (y: i8)", ["a: i8", "y: i8"]],
      ["main", "(a: i8) -> (y: i8)", ["a: i8", "t: i8", "y: i8"]],
    ]);
  });

  test("of all files", async () => {
    open("def findable(a: i8) -> (y: i8) {\n    y: i8 = id(a);\n}\n");
    const found = await room.client.request<{ name: string }[]>("workspace/symbol", { query: "fndbl" });
    expect(found.map(({ name }) => name)).toEqual(["findable"]);
  });

  test("foldings", async () => {
    const { ask } = open(
      "// One\n// two\n\ndef main(\n    a: i8\n) -> (y: i8) {\n    y: i8 = id(a);\n}\n/* a\n b */\n",
    );
    const found = await ask<{ startLine: number; endLine: number; kind?: string }[]>("foldingRange");
    expect(found).toEqual([
      { startLine: 3, endLine: 4 },
      { startLine: 5, endLine: 6 },
      { startLine: 0, endLine: 1, kind: "comment" },
      { startLine: 8, endLine: 9, kind: "comment" },
    ]);
  });

  test("selections grow", async () => {
    const { text, textDocument, at: places } = open(SUM.replace("add(a", "add(¦a"));
    interface Grown {
      readonly range: Edit["range"];
      readonly parent?: Grown;
    }
    const [first] = await room.client.request<Grown[]>("textDocument/selectionRange", {
      textDocument,
      positions: places,
    });
    const lines = text.split("\n");
    const shown: string[] = [];
    for (let now = first; now !== undefined; now = now.parent) {
      const { start: from, end } = now.range;
      shown.push(
        from.line === end.line
          ? (lines[from.line] ?? "").slice(from.character, end.character)
          : `${end.line - from.line + 1} lines`,
      );
    }
    expect(shown).toEqual(["a", "a, y", "s: i8 = add(a, y);", "4 lines", "4 lines", "5 lines"]);
  });

  test("calls", async () => {
    const { ask } = open(CALLS);
    const [item] = await ask<{ name: string }[]>("prepareCallHierarchy");
    expect(item?.name).toBe("twice");
    const incoming = await room.client.request<{ from: { name: string }; fromRanges: Edit["range"][] }[]>(
      "callHierarchy/incomingCalls",
      { item },
    );
    expect(incoming.map(({ from, fromRanges }) => [from.name, at(fromRanges.map((range) => ({ range })))])).toEqual([
      ["main", ["4:12", "5:12"]],
    ]);
    const [from] = incoming;
    const outgoing = await room.client.request<{ to: { name: string } }[]>("callHierarchy/outgoingCalls", {
      item: from?.from,
    });
    expect(outgoing.map(({ to }) => to.name)).toEqual(["twice"]);
  });

  test("links to the contents of memories", async () => {
    const { ask } = open('def main(a: u2) -> (y: i8) {\n    y: i8 = rom["tables/squares.txt"](a);\n}\n');
    const [link] = await ask<{ target: string; range: Edit["range"] }[]>("documentLink");
    expect(link?.target).toBe(pathToFileURL(join(room.folder, "tables/squares.txt")).href);
    expect(link?.range.start).toEqual({ line: 1, character: 17 });
  });
});

describe("semantic tokens", () => {
  test("of a file, and the difference after an edit", async () => {
    const { ask, uri, textDocument } = open(SUM);
    const { data, resultId } = await ask<{ data: number[]; resultId: string }>("semanticTokens/full");
    const { legend } = room.client.initialized.capabilities.semanticTokensProvider as {
      legend: { tokenTypes: string[] };
    };
    const lines = SUM.split("\n");
    let [line, column] = [0, 0];
    const shown: string[] = [];
    for (let i = 0; i < data.length; i += 5) {
      const [down = 0, right = 0, length = 0, type = 0] = data.slice(i, i + 4);
      line += down;
      column = down > 0 ? right : column + right;
      shown.push(`${(lines[line] ?? "").slice(column, column + length)} ${legend.tokenTypes[type]}`);
    }
    expect(shown.join("\n")).toMatchSnapshot();
    room.client.change(uri, 2, [
      { range: { start: { line: 1, character: 12 }, end: { line: 1, character: 15 } }, text: "sub" },
    ]);
    const same = await room.client.request<{ edits: unknown[]; resultId: string }>(
      "textDocument/semanticTokens/full/delta",
      { textDocument, previousResultId: resultId },
    );
    expect(same.edits).toEqual([]);
    room.client.change(uri, 3, [
      { range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }, text: "    u: i8 = id(a);\n" },
    ]);
    const { edits } = await room.client.request<{ edits: { start: number; deleteCount: number; data: number[] }[] }>(
      "textDocument/semanticTokens/full/delta",
      { textDocument, previousResultId: same.resultId },
    );
    const patched = [...data];
    for (const { start: from, deleteCount, data: more } of edits) patched.splice(from, deleteCount, ...more);
    expect(patched).toEqual((await ask<{ data: number[] }>("semanticTokens/full")).data);
    expect(edits[0]?.data.length).toBeLessThan(40);
  });
});
