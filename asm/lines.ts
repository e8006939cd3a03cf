// Texts of a netlist, put together from their lines.
import type { Outcome } from "../lang/diagnostic.ts";
import type { Source } from "../lang/source.ts";

/** The longest text that a string of JavaScript holds, in characters; engines differ a little, upwards. */
const LONGEST = 2 ** 29 - 24;

/** The lines as one text, with a line break behind each. Refused where no string would hold it; `form` says what it is. */
export function joined(lines: readonly string[], source: Source, form: string, longest = LONGEST): Outcome<string> {
  const length = lines.reduce((sum, line) => sum + line.length + 1, 0);
  if (length <= longest) return { value: `${lines.join("\n")}\n`, diagnostics: [] };
  const message = `the netlist as ${form} would have ${length} characters, and a text holds ${longest}`;
  const help = ["the program has too many cells for one module; compile its parts on their own"];
  return {
    value: "",
    diagnostics: [{ code: "too-large", severity: "error", message, source, labels: [], help }],
  };
}
