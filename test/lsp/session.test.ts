// A session with the server: random edits, requests that make no sense, messages that are none, and clients that go away.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TextDocument } from "vscode-languageserver-textdocument";
import { analyse } from "../../lang/lsp/analysis.ts";
import { diagnosticsOf } from "../../lang/lsp/diagnostics.ts";
import { world } from "../../lang/lsp/world.ts";
import { finish } from "../../lang/steps.ts";
import { workspace } from "../../workspace.ts";
import { bundle, type Client, start } from "./client.ts";
import { applied, edit, placed } from "./edits.ts";

const folder = mkdtempSync(join(tmpdir(), "reticle-session-"));
const made = bundle("session");
let client: Client;
let count = 0;

beforeAll(async () => {
  client = await start(made.cli, folder);
}, 60_000);

afterAll(async () => {
  expect(await client.stop()).toBe(0);
  rmSync(folder, { recursive: true });
  made.remove();
});

const FOLDERS = ["test/golden/check", "test/golden/behav", "examples/tour", "targets/tiny"];
const TEXTS = FOLDERS.flatMap((one) => readdirSync(one).map((file) => join(one, file)))
  .filter((file) => /\.(ir|asm|tdl)$/.test(file))
  .map((file) => ({ text: readFileSync(file, "utf8"), extension: file.split(".").at(-1) ?? "" }))
  .filter(({ text }) => text.length < 5000);

/** A file that is alone in its folder. */
function fresh(extension = "ir"): string {
  return pathToFileURL(join(folder, `d${++count}`, `a.${extension}`)).href;
}

/** What a fresh reading of a text says. */
function expected(uri: string, version: number, text: string): unknown {
  const host = workspace();
  const file = finish(analyse(TextDocument.create(uri, "reticle", version, text), host));
  return JSON.parse(JSON.stringify(diagnosticsOf(file, world(host))));
}

function positionOf(text: string, offset: number): { line: number; character: number } {
  const before = text.slice(0, offset);
  const breaks = [...before.matchAll(/\r\n|\n|\r(?!\n)/g)];
  const last = breaks.at(-1);
  return { line: breaks.length, character: offset - (last === undefined ? 0 : last.index + last[0].length) };
}

const sortedText = (list: unknown) => (list as unknown[]).map((one) => JSON.stringify(one)).sort();

test("random edits: text and diagnostics are those of a fresh parse", { timeout: 900_000 }, async () => {
  const many = process.env["CI"] === "true" ? 10_000 : 1_000;
  const perFile = 20;
  const property = fc.asyncProperty(
    fc.constantFrom(...TEXTS),
    fc.array(edit, { minLength: perFile, maxLength: perFile }),
    async ({ text, extension }, edits) => {
      const uri = fresh(extension);
      client.open(uri, text);
      let now = text;
      let version = 1;
      for (const [step, one] of edits.entries()) {
        const place = placed(now, one);
        // A place within a surrogate pair or a line break is none.
        if (/[\udc00-\udfff\n]/.test(now.charAt(place.start) + now.charAt(place.end))) continue;
        const range = { start: positionOf(now, place.start), end: positionOf(now, place.end) };
        now = applied(now, place);
        version++;
        client.change(uri, version, [{ range, text: place.text }]);
        // Some edits come before the last one has been answered.
        if (one.at < 0.25 && step < edits.length - 1) continue;
        const found = await client.diagnostics(uri, version);
        expect(sortedText(found)).toEqual(sortedText(expected(uri, version, now)));
      }
      expect(await client.request("reticle/text", { uri })).toEqual({ text: now, version });
      void client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
    },
  );
  await fc.assert(property, { seed: Number(process.env["SEED"] ?? 8), numRuns: many / perFile, endOnFailure: true });
});

describe("requests that make no sense", () => {
  const TEXT = "def main(a: i8) -> (y: i8) {\n    y: i8 = not(a);\n}\n";
  const methods = [
    "hover",
    "definition",
    "references",
    "documentHighlight",
    "completion",
    "signatureHelp",
    "prepareRename",
  ];

  test("about files that nobody has opened", async () => {
    const params = { textDocument: { uri: "file:///nowhere/at/all.ir" }, position: { line: 0, character: 0 } };
    for (const method of [...methods, "documentSymbol", "foldingRange", "formatting", "codeLens"])
      expect(await client.request(`textDocument/${method}`, params)).toBeNull();
  });

  test("about places outside of the text", async () => {
    const uri = fresh();
    client.open(uri, TEXT);
    const ends = [0, 1, 99, 2 ** 31 - 1];
    for (const line of ends)
      for (const character of ends)
        for (const method of methods)
          await client.request(`textDocument/${method}`, { textDocument: { uri }, position: { line, character } });
    const range = { start: { line: 99, character: 99 }, end: { line: 3, character: 0 } };
    for (const method of ["inlayHint", "semanticTokens/range", "rangeFormatting", "codeAction"])
      await client.request(`textDocument/${method}`, {
        textDocument: { uri },
        range,
        context: { diagnostics: [] },
        options: {},
      });
    expect(await client.request("reticle/text", { uri })).toEqual({ text: TEXT, version: 1 });
  });

  test.each([
    [undefined],
    [null],
    [{}],
    [[]],
    [{ textDocument: 1 }],
    [{ textDocument: { uri: "file:///a.ir" }, position: { line: "x" } }],
  ])("with parameters %j", async (params) => {
    for (const method of methods)
      await expect(client.request(`textDocument/${method}`, params)).rejects.toMatchObject({ code: -32602 });
  });

  test("of a kind that there is not", async () => {
    await expect(client.request("textDocument/sing", {})).rejects.toMatchObject({ code: -32601 });
  });

  test("changes of files that are not open, and of versions that have passed", async () => {
    const uri = fresh();
    client.change(uri, 2, [{ text: "x" }]);
    client.open(uri, TEXT);
    client.change(uri, 5, [{ text: `${TEXT}\n` }]);
    client.change(uri, 4, [{ text: "lost" }]);
    client.change(uri, 6, [
      { range: { start: { line: 90, character: 0 }, end: { line: 90, character: 9 } }, text: "// end\n" },
    ]);
    expect(await client.request("reticle/text", { uri })).toEqual({ text: `${TEXT}\n// end\n`, version: 6 });
  });

  test("edits of one notification follow each other", async () => {
    const uri = fresh();
    client.open(uri, TEXT);
    const at = (line: number, character: number) => ({ start: { line, character }, end: { line, character } });
    client.change(uri, 2, [
      { range: at(1, 0), text: "    t: i8 = not(b);\n" },
      { range: at(1, 4), text: "t" },
      { range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } }, text: "" },
    ]);
    expect(await client.diagnostics(uri, 2)).toEqual([]);
    expect(await client.request("reticle/text", { uri })).toEqual({ text: TEXT, version: 2 });
  });

  test("a request that is taken back", async () => {
    const uri = fresh();
    client.open(uri, `def main(a: i8) -> (y: i8) {\n${"    t: i8 = not(a);\n".repeat(30_000)}}\n`);
    const { CancellationTokenSource } = await import("vscode-languageserver-protocol/node");
    const source = new CancellationTokenSource();
    const params = { textDocument: { uri }, position: { line: 1, character: 13 } };
    const asked = client.connection.sendRequest("textDocument/hover", params, source.token);
    source.cancel();
    await expect(asked).rejects.toMatchObject({ code: -32800 });
    void client.connection.sendNotification("textDocument/didClose", { textDocument: { uri } });
  });
});

describe("the wire", () => {
  const frame = (text: string) => `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
  const message = (id: number, method: string, params: unknown) =>
    frame(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
  const initialize = message(1, "initialize", { processId: null, rootUri: null, capabilities: {} });

  /** Writes to a server of its own, piece by piece; gives what it wrote, and its exit status. */
  async function talk(pieces: readonly string[], enough: string | undefined) {
    const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
    const child = spawn(process.execPath, [made.cli, "lsp", "--stdio"], { stdio: ["pipe", "pipe", "pipe"], env });
    let out = "";
    const heard = new Promise<void>((resolve) => {
      child.stdout.on("data", (piece: Buffer) => {
        out += piece;
        if (enough !== undefined && out.includes(enough)) resolve();
      });
      child.on("exit", () => resolve());
    });
    for (const piece of pieces) {
      child.stdin.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    if (enough !== undefined) await heard;
    const status = new Promise<number | null>((resolve) => child.on("exit", resolve));
    child.stdin.end();
    return { out, status: await status };
  }

  test("a message in pieces", async () => {
    const { out } = await talk([initialize.slice(0, 9), initialize.slice(9, 30), initialize.slice(30)], '"id":1');
    expect(out).toContain("capabilities");
  });

  test("a message that is no JSON is answered with an error, or passed over", async () => {
    const { out } = await talk([initialize, frame("{nonsense"), message(2, "shutdown", null)], '"id":2');
    expect(out).toContain('"id":2');
  });

  test("a request before the first", async () => {
    const { out } = await talk([message(7, "textDocument/hover", {}), initialize], '"id":1');
    expect(out).toMatch(/"id":7,"error":\{"code":-32/);
  });

  test("a client that goes away in the middle of a message", async () => {
    expect((await talk([initialize, "Content-Length: 100\r\n\r\n{half"], '"id":1')).status).toBe(1);
  });

  test("a client that goes away after it said so", async () => {
    expect((await talk([initialize, message(2, "shutdown", null)], '"id":2')).status).toBe(0);
  });

  test("exit without shutdown", async () => {
    const exit = frame(JSON.stringify({ jsonrpc: "2.0", method: "exit" }));
    expect((await talk([initialize, exit], undefined)).status).toBe(1);
  });
});
