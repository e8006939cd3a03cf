// Links to the files that programs name: the contents of memories.
import type { DocumentLink } from "vscode-languageserver-types";
import { OPERATIONS } from "../ops.ts";
import type { Analysis } from "./analysis.ts";
import { rangeOf } from "./places.ts";
import type { World } from "./world.ts";

export function documentLinks(file: Analysis, world: World): readonly DocumentLink[] {
  const found: DocumentLink[] = [];
  for (const { body } of file.program.items)
    for (const one of body) {
      if (one.kind !== "instruction" || OPERATIONS.get(one.op.text)?.kind !== "memory") continue;
      for (const { value } of one.attrs) {
        if (value.kind !== "string" || value.value === "") continue;
        const span = { start: value.start + 1, end: value.end - 1 };
        found.push({ range: rangeOf(file, span), target: world.host.uriBeside(file.uri, value.value) });
      }
    }
  return found;
}
