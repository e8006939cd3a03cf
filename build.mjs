// Bundles the doors, so that a cold start reads two files instead of hundreds, and writes the declarations beside them.
// `--no-types` leaves those out, and a folder may be named in place of dist.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { build } from "esbuild";

const words = process.argv.slice(2);
const outdir = words.find((word) => !word.startsWith("-")) ?? "dist";
const options = {
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "node20",
  external: ["@yowasp/*"],
  minifySyntax: true,
  logLevel: "warning",
};
// Commander is CommonJS and asks for parts of Node by `require`.
const require =
  'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);';

rmSync(outdir, { recursive: true, force: true });
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
    entryPoints: ["cli.ts", "mapper.ts", "asm/flow/worker.ts"],
    chunkNames: "chunks/cli-[name]-[hash]",
    platform: "node",
    banner: { js: require },
  }),
]);
if (!words.includes("--no-types")) execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
