// Texts of a netlist, put together from their parts.
import type { Outcome } from "../lang/diagnostic.ts";
import type { Source } from "../lang/source.ts";

/** The longest text that a string of JavaScript holds, in characters; engines differ a little, upwards. */
const LONGEST = 2 ** 29 - 24;

/** Pieces that are joined at a time: with all at once it takes twice as long, as their addresses leave the cache. */
const CHUNK = 2 ** 11;

/** A text that grows by pieces, many of which are the same: a string for each line would be garbage the next moment. */
export interface Growing {
  readonly add: (piece: string) => void;
  /** The whole. Refused where no string would hold it; `form` says what it is. */
  readonly text: (source: Source, form: string) => Outcome<string>;
}

export function growing(longest: number = LONGEST): Growing {
  const chunks: string[] = [];
  const open: string[] = new Array(CHUNK).fill("");
  let count = 0;
  /** Of the whole, in characters, also where that is too long to be joined. */
  let length = 0;
  const close = () => {
    if (length <= longest) chunks.push(open.fill("", count).join(""));
    count = 0;
  };
  return {
    add: (piece) => {
      length += piece.length;
      open[count++] = piece;
      if (count === CHUNK) close();
    },
    text: (source, form) => {
      close();
      if (length <= longest) return { value: chunks.join(""), diagnostics: [] };
      const message = `the netlist as ${form} would have ${length} characters, and a text holds ${longest}`;
      const help = ["the program has too many cells for one module; compile its parts on their own"];
      return {
        value: "",
        diagnostics: [{ code: "too-large", severity: "error", message, source, labels: [], help }],
      };
    },
  };
}

/** Lines as one text, with breaks between them and at its end. Refused where no string would hold it. */
export function joined(lines: readonly string[], source: Source, form: string, longest?: number): Outcome<string> {
  const { add, text } = growing(longest);
  lines.forEach((line, at) => {
    add(at === 0 ? "" : "\n");
    add(line);
  });
  add("\n");
  return text(source, form);
}
