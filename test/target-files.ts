// Targets from disk, for tests.
import { readdirSync, readFileSync } from "node:fs";
import { failed } from "../lang/diagnostic.ts";
import type { Source } from "../lang/source.ts";
import { loadTarget } from "../lang/target/load.ts";
import type { Target } from "../lang/target/target.ts";

export function targetSources(name: string): readonly Source[] {
  const files = readdirSync(`targets/${name}`).filter((file) => file.endsWith(".tdl"));
  return files.sort().map((file) => {
    const path = `targets/${name}/${file}`;
    return { file: path, text: readFileSync(path, "utf8") };
  });
}

const loaded = new Map<string, Target>();

/** A target that has to be right. */
export function targetNamed(name: string): Target {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const { value, diagnostics } = loadTarget(name, targetSources(name));
  if (failed(diagnostics)) throw new Error(`target ${name}: ${diagnostics.map((one) => one.message).join("; ")}`);
  loaded.set(name, value);
  return value;
}
