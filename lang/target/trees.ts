// The trees of a target's files as JSON, made when reticle is built: to read them takes a tenth of the time of parsing.
import type { Item, Program } from "../ast.ts";
import { bug, type Outcome } from "../diagnostic.ts";
import { parse } from "../parser.ts";
import type { Source } from "../source.ts";

/** What is kept of a file: its text, by which it is known again, and what stands in it. */
interface Kept {
  readonly text: string;
  readonly items: readonly Item[];
}

/** Prints the trees of files without mistakes. An integer is an object with its digits. */
export function printTrees(sources: readonly Source[]): string {
  const kept = sources.map((source): Kept => {
    const { value, diagnostics } = parse(source);
    if (diagnostics.length > 0) bug(`${source.file}: ${diagnostics[0]?.message}`);
    return { text: source.text, items: value.items };
  });
  return JSON.stringify(kept, (_, value) => (typeof value === "bigint" ? { digits: `${value}` } : value));
}

/** Reads files: what `printed` has of the same text, without its comments, is not parsed again. */
export function readerOf(printed: string): (source: Source) => Outcome<Program> {
  const all = withIntegers(JSON.parse(printed)) as readonly Kept[];
  const known = new Map(all.map(({ text, items }) => [text, items]));
  return (source) => {
    const items = known.get(source.text);
    return items === undefined ? parse(source) : { value: { source, items, comments: [] }, diagnostics: [] };
  };
}

/** Puts integers into a value of JSON. */
function withIntegers(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if ("digits" in value) return BigInt(value.digits as string);
  const fields = value as Record<string, unknown>;
  for (const [name, inner] of Object.entries(fields)) {
    if (typeof inner === "object" && inner !== null) fields[name] = withIntegers(inner);
  }
  return value;
}
