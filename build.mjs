// Bundles the doors, so that a cold start reads two files instead of hundreds, and writes the declarations beside them.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { build } from "esbuild";

const options = {
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  target: "node20",
  external: ["@yowasp/*"],
  minifySyntax: true,
  logLevel: "warning",
};
// Commander is CommonJS and asks for parts of Node by `require`.
const require = 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);';

rmSync("dist", { recursive: true, force: true });
await Promise.all([
  build({
    ...options,
    entryPoints: ["index.ts"],
    chunkNames: "chunks/[name]-[hash]",
    platform: "neutral",
    mainFields: ["module", "main"],
  }),
  build({
    ...options,
    entryPoints: ["cli.ts"],
    chunkNames: "chunks/cli-[name]-[hash]",
    platform: "node",
    banner: { js: require },
  }),
]);
if (!process.argv.includes("--no-types"))
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
