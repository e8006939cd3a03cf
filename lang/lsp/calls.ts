// Who calls whom: definitions of a program, implementations and cells of a target.
import {
  type CallHierarchyIncomingCall,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  SymbolKind,
} from "vscode-languageserver-types";
import type { Item } from "../ast.ts";
import type { Span } from "../source.ts";
import type { Analysis } from "./analysis.ts";
import { isOperation, type Place, placesOf } from "./definition.ts";
import { contains, rangeOf } from "./places.ts";
import { signature } from "./symbols.ts";
import { wordAt, wordsOf } from "./words.ts";
import type { World } from "./world.ts";

export function prepareCalls(file: Analysis, offset: number, world: World): readonly CallHierarchyItem[] {
  const kind = wordAt(file.program, offset)?.kind;
  if (kind !== "item" && kind !== "callee") return [];
  return definitionsOf(placesOf(file, offset, world));
}

function definitionsOf(places: readonly Place[]): readonly CallHierarchyItem[] {
  return places
    .filter((one) => one.isDefinition)
    .flatMap(({ file, span }) => {
      const item = file.program.items.find((one) => one.name.start === span.start);
      return item === undefined ? [] : [node(file, item)];
    });
}

function node(file: Analysis, item: Item): CallHierarchyItem {
  return {
    name: item.name.text,
    kind: item.keyword.text === "prim" ? SymbolKind.Class : SymbolKind.Function,
    detail: signature(item),
    uri: file.uri,
    range: rangeOf(file, item),
    selectionRange: rangeOf(file, item.name),
  };
}

export function incomingCalls(file: Analysis, offset: number, world: World): readonly CallHierarchyIncomingCall[] {
  const calls = new Map<Item, { readonly file: Analysis; readonly spans: Span[] }>();
  for (const { file: of, span, kind } of placesOf(file, offset, world)) {
    const item = of.program.items.find((one) => contains(one, span.start));
    if (kind !== "callee" || item === undefined) continue;
    const known = calls.get(item) ?? { file: of, spans: [] };
    known.spans.push(span);
    calls.set(item, known);
  }
  return [...calls].map(([item, { file: of, spans }]) => ({
    from: node(of, item),
    fromRanges: spans.map((span) => rangeOf(of, span)),
  }));
}

export function outgoingCalls(file: Analysis, offset: number, world: World): readonly CallHierarchyOutgoingCall[] {
  const item = file.program.items.find((one) => contains(one, offset));
  if (item === undefined) return [];
  const calls = new Map<string, Span[]>();
  wordsOf(item, (word) => {
    if (word.kind !== "callee" || isOperation(word, file.dialect)) return;
    const known = calls.get(word.text);
    if (known === undefined) calls.set(word.text, [word]);
    else known.push(word);
  });
  return [...calls.values()].flatMap((spans) =>
    definitionsOf(placesOf(file, (spans[0] as Span).start, world)).map((to) => ({
      to,
      fromRanges: spans.map((span) => rangeOf(file, span)),
    })),
  );
}
