// Above each definition, what it takes on the target: cells, depth, estimated delay and frequency.
import type { CodeLens } from "vscode-languageserver-types";
import type { Analysis } from "./analysis.ts";
import { frequency, mappingOf, nanoseconds, siteTexts } from "./mapping.ts";
import { rangeOf } from "./places.ts";
import type { World } from "./world.ts";

export function codeLenses(file: Analysis, world: World, command: string): readonly CodeLens[] {
  const mapping = world.mapping(file.uri);
  if (mapping === undefined || file.dialect === "tdl") return [];
  return file.program.items.flatMap((item) => {
    const def = mappingOf(world, file.uri, item.name.text);
    if (def === undefined || item.keyword.text !== "def") return [];
    const { sites, cells, delay, path, isClocked } = def;
    const costs = siteTexts(sites, cells);
    const title = [
      `${mapping.target}: ${costs.length === 0 ? "wires only" : costs.join(", ")}`,
      ...(path.length === 0 ? [] : [`depth ${path.length}`, nanoseconds(delay)]),
      ...(isClocked && delay > 0 ? [`about ${frequency(delay)}`] : []),
    ].join(" · ");
    const args = [file.uri, item.name.text];
    return [{ range: rangeOf(file, item.name), command: { title, command, arguments: args } }];
  });
}
