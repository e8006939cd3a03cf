// Outlines: the items of a file with their ports and values, and the items of all files.
import { type DocumentSymbol, SymbolKind, type WorkspaceSymbol } from "vscode-languageserver-types";
import type { Instruction, Item, Port } from "../ast.ts";
import { printType } from "../printer.ts";
import type { Source, Span } from "../source.ts";
import type { Analysis } from "./analysis.ts";
import { locationOf, rangeOf } from "./places.ts";
import type { World } from "./world.ts";

const KINDS: Readonly<Record<string, SymbolKind>> = {
  def: SymbolKind.Function,
  pat: SymbolKind.Interface,
  imp: SymbolKind.Method,
  prim: SymbolKind.Class,
  device: SymbolKind.Module,
  flow: SymbolKind.Event,
};

/** Values that are listed of an item; longer lists help nobody. */
const MOST = 5000;

export function documentSymbols(file: Analysis): readonly DocumentSymbol[] {
  return file.program.items.map((item) =>
    symbol(file, item.name, item, KINDS[item.keyword.text], signature(item), [
      ...item.inputs.map((port) => portSymbol(file, port, port, SymbolKind.Property)),
      ...results(item).map(({ port, of }) => portSymbol(file, port, of, SymbolKind.Variable)),
    ]),
  );
}

function results({ body }: Item): readonly { readonly port: Port; readonly of: Instruction }[] {
  return body
    .slice(0, MOST)
    .flatMap((one) => (one.kind === "instruction" ? one.results.map((port) => ({ port, of: one })) : []));
}

function portSymbol(file: Analysis, port: Port, whole: Span, kind: SymbolKind): DocumentSymbol {
  return symbol(file, port.name, whole, kind, port.type === undefined ? "" : sourceText(file.source, port.type), []);
}

function symbol(
  file: Analysis,
  name: Span & { readonly text: string },
  whole: Span,
  kind: SymbolKind | undefined,
  detail: string,
  children: DocumentSymbol[],
): DocumentSymbol {
  return {
    name: name.text === "" ? "?" : name.text,
    kind: kind ?? SymbolKind.Null,
    detail,
    range: rangeOf(file, { start: Math.min(whole.start, name.start), end: Math.max(whole.end, name.end) }),
    selectionRange: rangeOf(file, name),
    children,
  };
}

/** `(a: i8, en: bool) -> (y: i8)`. */
export function signature(item: Item): string {
  const ports = (list: readonly Port[]) =>
    list
      .map(
        ({ name, type, optional }) =>
          `${name.text}${optional ? "?" : ""}${type === undefined ? "" : `: ${printType(type)}`}`,
      )
      .join(", ");
  const outputs = item.outputs.length === 0 ? "" : ` -> (${ports(item.outputs)})`;
  return item.inputs.length + item.outputs.length === 0 ? "" : `(${ports(item.inputs)})${outputs}`;
}

export function sourceText({ text }: Source, { start, end }: Span): string {
  return text.slice(start, end);
}

/** Items whose name has the letters of the query, in their order. */
export function workspaceSymbols(query: string, world: World): readonly WorkspaceSymbol[] {
  const found: WorkspaceSymbol[] = [];
  const letters = [...query.toLowerCase()];
  for (const dialect of ["ir", "asm", "tdl"] as const)
    for (const one of world.host.workspaceFiles(dialect, undefined)) {
      const file = world.analysisOf(one);
      for (const item of file.program.items) {
        if (!isWithin(letters, item.name.text.toLowerCase())) continue;
        const kind = KINDS[item.keyword.text] ?? SymbolKind.Null;
        found.push({
          name: item.name.text,
          kind,
          containerName: file.source.file,
          location: locationOf(file, item.name),
        });
      }
    }
  return found.slice(0, 1000);
}

function isWithin(letters: readonly string[], name: string): boolean {
  let at = 0;
  for (const letter of letters) {
    at = name.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
