// The disk as the language server sees it, while files are being read.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { workspace } from "../../workspace.ts";

const folder = mkdtempSync(join(tmpdir(), "reticle-workspace-"));
const path = join(folder, "a.ir");
const uri = pathToFileURL(path).href;
const texts = (host: ReturnType<typeof workspace>) => [...host.workspaceFiles("ir", undefined)].map((one) => one.text);

afterAll(() => rmSync(folder, { recursive: true }));

test("what has been said of a file holds when all has been read", async () => {
  const host = workspace();
  writeFileSync(path, "one");
  void host.scan([pathToFileURL(folder).href]);
  await host.settled();
  expect(texts(host)).toEqual(["one"]);
  writeFileSync(path, "two");
  void host.changed([uri]);
  // Until it has been read, a file is what it was: it is never missing.
  expect(texts(host)).toEqual(["one"]);
  await host.settled();
  expect(texts(host)).toEqual(["two"]);
  rmSync(path);
  void host.changed([uri]);
  writeFileSync(path, "three");
  void host.changed([uri]);
  await host.settled();
  expect(texts(host)).toEqual(["three"]);
  rmSync(path);
  void host.changed([uri]);
  await host.settled();
  expect(texts(host)).toEqual([]);
});
