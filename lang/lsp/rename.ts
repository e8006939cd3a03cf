// Renaming: every place of a name, in all files that share it. What would change the meaning of a program is refused.
import type { Range, TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import { operationOf } from "../instruction.ts";
import { OPERATIONS } from "../ops.ts";
import type { Analysis } from "./analysis.ts";
import { type Place, placesOf } from "./definition.ts";
import { contains, rangeOf } from "./places.ts";
import { LOCAL, wordsOf } from "./words.ts";
import type { World } from "./world.ts";

/** Why something cannot be done, for the user. */
export interface Refusal {
  readonly refused: string;
}

/** The name that would be changed. */
export function prepareRename(file: Analysis, offset: number, world: World): Range | null {
  const places = placesOf(file, offset, world);
  const own = places.find((one) => one.file.uri === file.uri && contains(one.span, offset));
  return own === undefined || refusal(places, world) !== undefined ? null : rangeOf(file, own.span);
}

export function rename(file: Analysis, offset: number, name: string, world: World): WorkspaceEdit | Refusal | null {
  const places = placesOf(file, offset, world);
  if (places.length === 0) return null;
  if (!/^[A-Za-z_](?:[A-Za-z0-9_]|-(?!>))*$/.test(name)) return { refused: `\`${name}\` is not a name` };
  if (name === "_") return { refused: "`_` is the name of what is not used" };
  const wrong = refusal(places, world) ?? clash(file, offset, places, name);
  if (wrong !== undefined) return { refused: wrong };
  const changes: Record<string, TextEdit[]> = {};
  for (const { file: of, span } of places) {
    const edits = changes[of.uri] ?? [];
    changes[of.uri] = edits;
    edits.push({ range: rangeOf(of, span), newText: name });
  }
  return { changes };
}

/** The files of a target that comes with reticle are not the user's. */
function refusal(places: readonly Place[], world: World): string | undefined {
  const own = new Set([...world.host.workspaceFiles("tdl", undefined)].map((one) => one.uri));
  const foreign = places.find(({ file }) => file.dialect === "tdl" && !own.has(file.uri));
  return foreign === undefined ? undefined : `the name belongs to the target, ${foreign.file.source.file}`;
}

function clash(file: Analysis, offset: number, places: readonly Place[], name: string): string | undefined {
  const first = places[0] as Place;
  const isItem = places.some((one) => one.kind === "item" || one.kind === "callee");
  if (isItem) {
    if (file.dialect === "ir" && OPERATIONS.has(name)) return `\`${name}\` is an operation of the language`;
    const taken = places.find((place) =>
      place.file.program.items.some((item) => item.name.text === name && item.keyword.text !== "device"),
    );
    return taken === undefined ? undefined : `\`${name}\` is defined already`;
  }
  const item = file.program.items.find((one) => contains(one, offset));
  let isTaken = false;
  if (item !== undefined)
    wordsOf(item, (word) => {
      const isWire = word.instruction !== undefined && operationOf(word.instruction, file.dialect) !== undefined;
      if (word.text === name && LOCAL.has(word.kind) && (isWire || word.kind !== "use")) isTaken = true;
    });
  return isTaken && first.file.source.text.slice(first.span.start, first.span.end) !== name
    ? `\`${name}\` is a name in \`${item?.name.text}\` already`
    : undefined;
}
