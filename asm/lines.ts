// Texts of a netlist, put together from their parts.
import type { Outcome } from "../lang/diagnostic.ts";
import type { Source } from "../lang/source.ts";

/** The longest text that a string of JavaScript holds, in characters; engines differ a little, upwards. */
const LONGEST = 2 ** 29 - 24;

/**
 * The parts of a text as one, with `behind` behind each: lines with their breaks, or pieces that have them inside. Refused
 * where no string would hold it; `form` says what it is.
 */
export function joined(
  parts: readonly string[],
  source: Source,
  form: string,
  { behind = "\n", longest = LONGEST }: { readonly behind?: string; readonly longest?: number } = {},
): Outcome<string> {
  const length = parts.reduce((sum, part) => sum + part.length, parts.length * behind.length);
  if (length <= longest) return { value: inChunks(parts, behind), diagnostics: [] };
  const message = `the netlist as ${form} would have ${length} characters, and a text holds ${longest}`;
  const help = ["the program has too many cells for one module; compile its parts on their own"];
  return {
    value: "",
    diagnostics: [{ code: "too-large", severity: "error", message, source, labels: [], help }],
  };
}

/** Parts that are joined at a time: with all at once it takes twice as long, as their addresses leave the cache. */
const CHUNK = 2 ** 11;

function inChunks(parts: readonly string[], behind: string): string {
  const chunks: string[] = [];
  for (let at = 0; at < parts.length; at += CHUNK) chunks.push(parts.slice(at, at + CHUNK).join(behind));
  return `${chunks.join(behind)}${behind}`;
}
