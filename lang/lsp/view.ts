// What a program has been turned into, for a second editor: its text, and which lines of it come from which place.
import type { Range } from "vscode-languageserver-types";
import type { Analysis } from "./analysis.ts";
import { rangeOf } from "./places.ts";
import type { World } from "./world.ts";

export interface Shown {
  /** `ice40, up5k`. */
  readonly target: string;
  readonly text: string;
  /** Places of the program, and the lines of the text that come from them. */
  readonly links: readonly { readonly range: Range; readonly lines: readonly number[] }[];
  /** The version of the program that it was made of. */
  readonly version: number;
}

/** Why there is none, for the user. */
export interface Nothing {
  readonly refused: string;
}

/** The assembly or the Verilog of a definition; without a name, of the first that the target has. */
export function view(
  file: Analysis,
  kind: "assembly" | "verilog",
  def: string | undefined,
  world: World,
): Shown | Nothing {
  const mapping = world.mapping(file.uri);
  if (mapping === undefined) {
    const target = world.host.targetOf(file.uri);
    return {
      refused:
        target === undefined
          ? 'no target is set: name one in `reticle.json`, `{"target": "ice40"}`, or in the settings'
          : "the program has not been compiled yet",
    };
  }
  const name = def ?? (mapping.defs.has("main") ? "main" : [...mapping.defs.keys()][0]);
  const found = name === undefined ? undefined : mapping.defs.get(name);
  if (found === undefined) return { refused: `${name === undefined ? "the program" : `\`${name}\``} has mistakes` };
  const { text, links } = kind === "verilog" ? found.verilog : found.assembly;
  const shown = links.map(({ span, lines }) => ({ range: rangeOf(file, span), lines }));
  return { target: mapping.target, text, links: shown, version: mapping.version };
}
