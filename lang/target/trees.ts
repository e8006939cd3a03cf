// The trees of a target's files as JSON, made when reticle is built: to read them takes a tenth of the time of parsing.
import type { Item, Program, Statement } from "../ast.ts";
import { bug, type Outcome } from "../diagnostic.ts";
import { parse } from "../parser.ts";
import type { Source } from "../source.ts";

/** What is kept of a file: its text, by which it is known again, and what stands in it. */
interface Kept {
  readonly text: string;
  readonly items: readonly KeptItem[];
}

/** An item, and where its body is among those of all items, in characters: most bodies are of cells that nobody needs. */
interface KeptItem extends Omit<Item, "body"> {
  readonly from: number;
  readonly to: number;
}

/** Prints the trees of files without mistakes, the bodies behind the rest. An integer is an object with its digits. */
export function printTrees(sources: readonly Source[]): string {
  let bodies = "";
  const written = (value: unknown) =>
    JSON.stringify(value, (_, one) => (typeof one === "bigint" ? { digits: `${one}` } : one));
  const kept = sources.map((source): Kept => {
    const { value, diagnostics } = parse(source);
    if (diagnostics.length > 0) bug(`${source.file}: ${diagnostics[0]?.message}`);
    const items = value.items.map(({ body, ...item }): KeptItem => {
      const from = bodies.length;
      bodies += written(body);
      return { ...item, from, to: bodies.length };
    });
    return { text: source.text, items };
  });
  return `${written(kept)}\n${bodies}`;
}

/** Reads files: what `printed` has of the same text, without its comments, is not parsed again. */
export function readerOf(printed: string): (source: Source) => Outcome<Program> {
  const end = printed.indexOf("\n");
  const all = withIntegers(JSON.parse(printed.slice(0, end))) as readonly Kept[];
  const known = new Map(all.map(({ text, items }) => [text, items]));
  return (source) => {
    const kept = known.get(source.text);
    if (kept === undefined) return parse(source);
    const items = kept.map(({ from, to, ...item }): Item => {
      let body: readonly Statement[] | undefined;
      const read = () => withIntegers(JSON.parse(printed.slice(end + 1 + from, end + 1 + to))) as readonly Statement[];
      return {
        ...item,
        get body() {
          body ??= read();
          return body;
        },
      };
    });
    return { value: { source, items, comments: [] }, diagnostics: [] };
  };
}

/** Puts integers into a value of JSON. */
function withIntegers(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) {
      const inner: unknown = value[at];
      if (typeof inner === "object" && inner !== null) value[at] = withIntegers(inner);
    }
    return value;
  }
  if ("digits" in value) return BigInt(value.digits as string);
  const fields = value as Record<string, unknown>;
  for (const name in fields) {
    const inner = fields[name];
    if (typeof inner === "object" && inner !== null) fields[name] = withIntegers(inner);
  }
  return value;
}
