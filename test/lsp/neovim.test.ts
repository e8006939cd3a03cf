// Neovim as the client, without a screen: diagnostics, definition, rename, formatting. Skipped where there is no `nvim`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundle } from "./client.ts";

const isThere = spawnSync("nvim", ["--version"]).status === 0;
if (!isThere) console.log("skipped: `nvim` is not in PATH; Debian has it as `neovim`");

test.skipIf(!isThere)("a session with Neovim", { timeout: 90_000 }, () => {
  const made = bundle("neovim");
  const folder = mkdtempSync(join(tmpdir(), "reticle-nvim-"));
  const file = join(folder, "a.ir");
  const out = join(folder, "seen.json");
  writeFileSync(file, "def main(a: i8) -> (y: i8) {\n  s: i8 = not(a);\n    y: i8 = add(a, miss); }\n");
  try {
    const env = {
      ...process.env,
      NODE_EXTRA_CA_CERTS: undefined,
      HOME: folder,
      RETICLE_NODE: process.execPath,
      RETICLE_CLI: made.cli,
      RETICLE_FILE: file,
      RETICLE_OUT: out,
    };
    const script = join(process.cwd(), "test", "lsp", "neovim.lua");
    spawnSync("nvim", ["--headless", "-u", "NONE", "-n", "-c", `luafile ${script}`], { env, timeout: 80_000 });
    const seen = JSON.parse(readFileSync(out, "utf8"));
    expect(seen.problem).toBeUndefined();
    expect(seen.diagnostics).toEqual([
      expect.objectContaining({ line: 1, message: expect.stringContaining("never used") }),
      expect.objectContaining({ line: 2, column: 19, message: expect.stringContaining("`miss` is not defined") }),
    ]);
    expect(seen.mended).toEqual([]);
    expect(seen.definition).toEqual([2, 2]);
    expect(seen.renamed).toBe("def main(a: i8) -> (y: i8) {\n  sum: i8 = not(a);\n    y: i8 = add(a, sum); }");
    expect(seen.formatted).toBe("def main(a: i8) -> (y: i8) {\n    sum: i8 = not(a);\n    y: i8 = add(a, sum);\n}");
    expect(seen.stopped).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
    made.remove();
  }
});
