// The other places of the name under the cursor, in the same file.
import { type DocumentHighlight, DocumentHighlightKind } from "vscode-languageserver-types";
import type { Analysis } from "./analysis.ts";
import { placesOf } from "./definition.ts";
import { rangeOf } from "./places.ts";
import type { World } from "./world.ts";

export function highlight(file: Analysis, offset: number, world: World): readonly DocumentHighlight[] {
  return placesOf(file, offset, world)
    .filter((one) => one.file.uri === file.uri)
    .map(({ span, isDefinition }) => ({
      range: rangeOf(file, span),
      kind: isDefinition ? DocumentHighlightKind.Write : DocumentHighlightKind.Read,
    }));
}
