// The package of the VS Code extension: always the same bytes, complete, and its server answers from where it lies.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { start } from "./client.ts";

const folder = mkdtempSync(join(tmpdir(), "reticle-vsix-test-"));
const file = join(folder, "reticle.vsix");
let files: ReadonlyMap<string, Buffer>;

/** Reads a zip archive by its directory. */
function unzip(archive: Buffer): ReadonlyMap<string, Buffer> {
  const end = archive.lastIndexOf("PK\u0005\u0006", undefined, "latin1");
  const found = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    const [packed, size, length] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
    ];
    const local = archive.readUInt32LE(at + 42);
    const data = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
    const contents = inflateRawSync(archive.subarray(data, data + packed));
    expect(contents.length).toBe(size);
    found.set(archive.toString("utf8", at + 46, at + 46 + length), contents);
    at += 46 + length + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return found;
}

function pack(to: string): void {
  execFileSync(process.execPath, ["lang/lsp/vscode/package.mjs", to]);
}

beforeAll(() => {
  pack(file);
  files = unzip(readFileSync(file));
  for (const [name, data] of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), data);
  }
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true }));

test("the same sources give the same bytes", { timeout: 60_000 }, () => {
  const again = join(folder, "again.vsix");
  pack(again);
  expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
});

test("it has what its manifests name", () => {
  const manifest = JSON.parse(files.get("extension/package.json")?.toString() ?? "");
  const { languages, grammars, snippets, commands } = manifest.contributes;
  const named = [
    manifest.main,
    ...[...grammars, ...snippets].map((one: { path: string }) => one.path),
    ...languages.map((one: { configuration: string }) => one.configuration),
  ].map((path: string) => `extension/${path.replace(/^\.\//, "")}`);
  for (const name of [
    ...named,
    "extension.vsixmanifest",
    "[Content_Types].xml",
    "extension/LICENSE.txt",
    "extension/dist/cli.js",
    "extension/dist/mapper.js",
    "extension/targets/ice40/pats.tdl",
  ])
    expect([...files.keys()]).toContain(name);
  expect(commands).toHaveLength(5);
  const xml = files.get("extension.vsixmanifest")?.toString() ?? "";
  expect(xml).toContain(`Version="${JSON.parse(readFileSync("package.json", "utf8")).version}"`);
  for (const [, path = ""] of xml.matchAll(/Path="([^"]+)"/g)) expect([...files.keys()]).toContain(path);
  const types = files.get("[Content_Types].xml")?.toString() ?? "";
  for (const name of files.keys())
    if (!name.startsWith("[")) expect(types).toContain(`Extension=".${name.split(".").at(-1)}"`);
});

test("nothing in it names this machine", () => {
  for (const [name, data] of files) expect(data.includes(process.cwd()), name).toBe(false);
});

test("its server runs from the extension's folder", { timeout: 60_000 }, async () => {
  const client = await start(join(folder, "extension", "dist", "cli.js"), folder, { target: "ice40" });
  const uri = "untitled:Untitled-1";
  const ready = client.next("reticle/mapped");
  client.open(uri, "def main(a: i8) -> (y: i8) {\n    y: i8 = add(a, a);\n}\n");
  expect(await client.diagnostics(uri, 1)).toEqual([]);
  await ready;
  const view = await client.request<{ text: string }>("reticle/view", { textDocument: { uri }, kind: "assembly" });
  expect(view.text).toContain("def main(a: i8) -> (y: i8)");
  expect(await client.stop()).toBe(0);
});

test("its client loads in an editor, and registers its commands", async () => {
  const registered: string[] = [];
  // As much of the editor as is touched before the server starts; whatever else is asked for is such a thing again.
  class Thing {}
  const anything: unknown = new Proxy(Thing, {
    get(_, key) {
      if (key === "prototype") return Thing.prototype;
      return key === Symbol.toPrimitive ? () => "" : key === "then" ? undefined : anything;
    },
    apply: () => anything,
    construct: () => anything as object,
  });
  const NAMES = ["workspace", "window", "languages", "env", "extensions", "Uri", "EventEmitter", "ThemeColor"];
  const vscode = new Proxy<Record<string, unknown>>(
    {
      ...Object.fromEntries(NAMES.map((name) => [name, anything])),
      version: "1.91.0",
      commands: { registerCommand: (name: string) => void registered.push(name) },
    },
    { get: (own, key) => own[String(key)] ?? anything },
  );
  const load = Module as unknown as { _load: (name: string, ...rest: unknown[]) => unknown };
  const original = load._load;
  load._load = (name, ...rest) => (name === "vscode" ? vscode : original(name, ...rest));
  try {
    const client = createRequire(import.meta.url)(join(folder, "extension", "client.cjs"));
    expect(typeof client.activate).toBe("function");
    expect(typeof client.deactivate).toBe("function");
    // There is no editor behind it, so that the server is not started.
    await client.activate({ extensionPath: join(folder, "extension"), subscriptions: [] }).catch(() => undefined);
  } finally {
    load._load = original;
  }
  const { contributes } = JSON.parse(files.get("extension/package.json")?.toString() ?? "");
  expect(registered.sort()).toEqual(contributes.commands.map((one: { command: string }) => one.command).sort());
});
