// Bundles the doors, so that a cold start reads two files instead of hundreds, and writes the declarations beside them.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { build } from "esbuild";

rmSync("dist", { recursive: true, force: true });
await build({
  entryPoints: ["index.ts", "cli.ts"],
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  chunkNames: "chunks/[name]-[hash]",
  external: ["@yowasp/*"],
  minifySyntax: true,
  logLevel: "warning",
});
if (!process.argv.includes("--no-types")) execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
