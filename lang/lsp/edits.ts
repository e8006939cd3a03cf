// What changes of a text need: names that nobody has, and how far a line is indented.
import type { Analysis } from "./analysis.ts";

/** `wish`, with a number behind it if the definition has such a name. */
export function freshName(wish: string, file: Analysis, def: string, more: Iterable<string> = []): string {
  const scope = file.checked?.defs.get(def)?.scope;
  const taken = new Set([...(scope?.keys() ?? []), ...more]);
  const base = /^[A-Za-z_]/.test(wish) ? wish : `t_${wish}`;
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
  return name;
}

/** The space before the line of `offset`. */
export function indentOf(text: string, offset: number): string {
  const line = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(line, offset))?.[0] ?? "";
}
