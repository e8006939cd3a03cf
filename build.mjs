// Bundles the doors, so that a cold start reads two files instead of hundreds, and writes the declarations beside them, and
// the trees of the targets' files, which are read sooner than parsed.
// `--no-types` leaves those out, and a folder may be named in place of dist. `--if-older` builds only where a source is newer
// than what there is: `npx` prepares the package again when it first runs it in its own folder.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const words = process.argv.slice(2);
const outdir = words.find((word) => !word.startsWith("-")) ?? "dist";

/** Whether all has been built, the declarations last, since any source was changed. */
function isCurrent() {
  const last = join(outdir, "index.d.ts");
  if (!existsSync(last)) return false;
  const folders = ["lang", "isel", "asm", "targets"].flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((file) => join(folder, file)),
  );
  const sources = [...folders, ...readdirSync(".")].filter((file) => /\.(ts|tdl|json|mjs)$/.test(file));
  const { mtimeMs } = statSync(last);
  return sources.every((file) => statSync(file).mtimeMs < mtimeMs);
}

if (words.includes("--if-older") && isCurrent()) process.exit(0);
const options = {
  outdir,
  bundle: true,
  splitting: true,
  format: "esm",
  target: "node20",
  external: ["@yowasp/*"],
  minifySyntax: true,
  minifyWhitespace: true,
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
    entryPoints: ["cli.ts", "mapper.ts", "bencher.ts", "asm/flow/worker.ts"],
    chunkNames: "chunks/cli-[name]-[hash]",
    platform: "node",
    banner: { js: require },
  }),
]);
const { outputFiles } = await build({
  entryPoints: ["lang/target/trees.ts"],
  ...options,
  splitting: false,
  platform: "node",
  write: false,
});
const { printTrees } = await import(
  `data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`
);
mkdirSync(join(outdir, "targets"));
for (const name of readdirSync("targets")) {
  const folder = join("targets", name);
  const files = readdirSync(folder).filter((file) => file.endsWith(".tdl"));
  const sources = files.map((file) => ({ file: join(folder, file), text: readFileSync(join(folder, file), "utf8") }));
  writeFileSync(join(outdir, "targets", `${name}.json`), printTrees(sources));
}
if (!words.includes("--no-types")) execFileSync("npx", ["tsc", "-p", "tsconfig.build.json"], { stdio: "inherit" });
