// Features of the language server that change texts, and hints, asked for over standard input and output.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Desk, desk, type Edit, edited } from "./desk.ts";

let room: Desk;
const open: Desk["open"] = (...given) => room.open(...given);

beforeAll(async () => {
  room = await desk("changes");
}, 60_000);

afterAll(async () => expect(await room.leave()).toBe(0));

const CALLS =
  "def twice(a: i8) -> (y: i8) {\n    y: i8 = add(a, a);\n}\ndef main(a: i8) -> (y: i8) {\n    t: i8 = tw¦ice(a);\n    y: i8 = twice(t);\n}\n";

describe("formatting", () => {
  const UGLY = "def main(a:i8)->(y:i8){\ns:i8=not(a);\n\n  y : i8 = id( s ) ;\n}\n";
  const NICE = "def main(a: i8) -> (y: i8) {\n    s: i8 = not(a);\n\n    y: i8 = id(s);\n}\n";

  test("of a file", async () => {
    const { ask, text } = open(UGLY);
    expect(edited(text, await ask("formatting", { options: {} }))).toBe(NICE);
    expect(await open(NICE).ask("formatting", { options: {} })).toEqual([]);
  });

  test("of a range, only its lines", async () => {
    const { ask, text } = open(UGLY);
    const range = { start: { line: 3, character: 0 }, end: { line: 3, character: 5 } };
    expect(edited(text, await ask("rangeFormatting", { range, options: {} }))).toBe(
      UGLY.replace("  y : i8 = id( s ) ;", "    y: i8 = id(s);"),
    );
  });

  test("not where something could not be read", async () => {
    expect(await open("def main(a:i8)->(y:i8){ y:i8 = ; }\n").ask("formatting", { options: {} })).toEqual([]);
  });
});

describe("code actions", () => {
  /** Titles, and the text after each; `¦` marks the selection. */
  const actions = async (text: string) => {
    const { uri, text: plain, textDocument, at: places } = open(text);
    const [from, to = from] = places;
    const found = await room.client.request<
      { title: string; kind: string; edit: { changes: Record<string, Edit[]> } }[]
    >("textDocument/codeAction", {
      textDocument,
      range: { start: from, end: to },
      context: { diagnostics: [] },
    });
    return found.map(({ title, edit }) => `${title}\n${edited(plain, edit.changes[uri] ?? [])}`);
  };

  test.each([
    ["a near name", "def main(first: i8) -> (y: i8) {\n    y: i8 = not(¦frst);\n}\n"],
    ["a near operation", "def main(a: i8) -> (y: i8) {\n    y: i8 = ¦nto(a);\n}\n"],
    ["narrower", "def main(a: i8, b: u16) -> (y: i8) {\n    y: i8 = add(a, ¦b);\n}\n"],
    ["wider", "def main(a: i16, b: i8) -> (y: i16) {\n    y: i16 = add(a, ¦b);\n}\n"],
    ["a literal", "def main(a: i8) -> (y: i8) {\n    y: i8 = add(a, ¦5);\n}\n"],
    ["an enable that is missing", "def main(a: u4, d: i8, w: bool) -> (y: i8) {\n    ¦y: i8 = ram[](a, d);\n}\n"],
    ["an initial value that is missing", "def main(a: i8) -> (y: i8) {\n    y: i8 = ¦reg(a);\n}\n"],
    ["a hint that nobody knows", "def main(a: i8) -> (y: i8) {\n    y: i8 = not(a) ¦@ltu;\n}\n"],
    ["coordinates in the IR", "def main(a: i8) -> (y: i8) {\n    y: i8 = not(a) ¦@lut(1, 2);\n}\n"],
    ["what is not used", "def main(a: i8) -> (y: i8) {\n    ¦t: i8 = not(a);\n    y: i8 = not(a);\n}\n"],
    ["a semicolon", "def main(a: i8) -> (y: i8) {\n    y: i8 = not(a)¦\n}\n"],
    ["inline", CALLS.replace("add(a, a)", "add(a, b);\n    b: i8 = not(a)")],
    [
      "extract",
      "def main(a: i8, b: i8) -> (y: i8) {\n    ¦s: i8 = add(a, b);\n    t: i8 = not(s);¦\n    y: i8 = mul(t, b);\n}\n",
    ],
  ])("%s", async (_, text) => {
    expect((await actions(text)).join("\n---\n")).toMatchSnapshot();
  });
});

test("hints tell what operands are", async () => {
  const { textDocument, text } = open(
    "def main(a: u4, d: i8, w: bool) -> (y: i8) {\n    t: i8 = mux(w, d, y);\n    y: i8 = ram[](a, t, w);\n}\n",
  );
  const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
  const hints = await room.client.request<{ position: Edit["range"]["start"]; label: string }[]>(
    "textDocument/inlayHint",
    {
      textDocument,
      range,
    },
  );
  const edits = hints.map(({ position, label }) => ({ range: { start: position, end: position }, newText: label }));
  expect(edited(text, edits)).toMatchSnapshot();
});
