// Semantic tokens: what each word is, in the protocol's row of numbers; the difference to the row that a client has.
import type { Range, SemanticTokens, SemanticTokensDelta, SemanticTokensLegend } from "vscode-languageserver-types";
import { operationOf } from "../instruction.ts";
import { OPERATIONS } from "../ops.ts";
import type { Span } from "../source.ts";
import type { Analysis } from "./analysis.ts";
import { spanOf } from "./places.ts";
import { type Word, type WordKind, wordsOf } from "./words.ts";

const TYPES = [
  "keyword",
  "function",
  "method",
  "macro",
  "parameter",
  "variable",
  "property",
  "type",
  "number",
  "string",
  "decorator",
  "comment",
] as const;
const MODIFIERS = ["declaration", "readonly", "static", "defaultLibrary"] as const;

export const LEGEND: SemanticTokensLegend = { tokenTypes: [...TYPES], tokenModifiers: [...MODIFIERS] };

type Style = readonly [(typeof TYPES)[number], ...(typeof MODIFIERS)[number][]];

const STYLES: Readonly<Record<WordKind, Style>> = {
  keyword: ["keyword"],
  item: ["function", "declaration"],
  callee: ["function"],
  input: ["parameter", "declaration"],
  output: ["parameter"],
  result: ["variable", "declaration"],
  parameter: ["property", "declaration"],
  use: ["variable"],
  type: ["type"],
  number: ["number"],
  string: ["string"],
  resource: ["decorator"],
  key: ["property"],
  function: ["function", "defaultLibrary"],
};

const OPERATION: Style = ["method", "defaultLibrary"];
const INSTRUCTION: Style = ["macro"];
const INPUT: Style = ["parameter"];
const CONSTANT: Style = ["variable", "readonly"];

/** Texts longer than this have tokens where they are looked at only. */
export const LONGEST = 1_000_000;

/** The row of a file, or of a part of it. */
export function tokens(file: Analysis, range: Range | undefined): readonly number[] {
  const part = range === undefined ? { start: 0, end: file.source.text.length } : spanOf(file, range);
  if (range === undefined && part.end > LONGEST) return [];
  const row = writer(file);
  for (const item of file.program.items) {
    if (item.end < part.start || item.start > part.end) continue;
    const names = namesOf(file, item.name.text);
    wordsOf(item, (word) => {
      if (word.end >= part.start && word.start <= part.end) row.add(word, styleOf(word, file, names));
    });
  }
  return row.numbers();
}

/** What is known of the names of an item: inputs, and constants. */
function namesOf({ checked }: Analysis, def: string): (name: string) => Style | undefined {
  const scope = checked?.defs.get(def)?.scope;
  return (name) => {
    const binding = scope?.get(name);
    if (binding === undefined) return undefined;
    return binding.by === undefined ? INPUT : binding.by.op.text === "const" ? CONSTANT : undefined;
  };
}

function styleOf(word: Word, file: Analysis, names: (name: string) => Style | undefined): Style {
  if (word.kind === "use") return names(word.text) ?? STYLES.use;
  if (word.kind !== "callee") return STYLES[word.kind];
  if (file.dialect === "asm")
    return word.instruction !== undefined && operationOf(word.instruction, "asm") !== undefined
      ? OPERATION
      : INSTRUCTION;
  return OPERATIONS.has(word.text) ? OPERATION : STYLES.callee;
}

/** Writes tokens, in any order, as differences of lines and columns. */
function writer({ source }: Analysis) {
  const found: (Span & { readonly style: Style })[] = [];
  return {
    add: ({ start, end }: Span, style: Style) => void found.push({ start, end, style }),
    numbers(): readonly number[] {
      const row: number[] = [];
      let line = 0;
      let column = 0;
      let behind = 0;
      // A place is found by counting on from the last one.
      let at = 0;
      let atLine = 0;
      let lineStart = 0;
      for (const { start, end, style } of found.sort((a, b) => a.start - b.start)) {
        if (start < behind || end <= start) continue;
        behind = end;
        for (; at < start; at++) {
          const code = source.text.charCodeAt(at);
          if (code !== 10 && !(code === 13 && source.text.charCodeAt(at + 1) !== 10)) continue;
          atLine++;
          lineStart = at + 1;
        }
        const character = start - lineStart;
        const [type, ...modifiers] = style;
        row.push(
          atLine - line,
          atLine === line ? character - column : character,
          end - start,
          TYPES.indexOf(type),
          modifiers.reduce((bits, one) => bits | (1 << MODIFIERS.indexOf(one)), 0),
        );
        line = atLine;
        column = character;
      }
      return row;
    },
  };
}

/** Rows by their number, as clients name the one that they have. */
export interface TokenStore {
  full(file: Analysis): SemanticTokens;
  delta(file: Analysis, previous: string): SemanticTokens | SemanticTokensDelta;
  forget(uri: string): void;
}

export function tokenStore(): TokenStore {
  const rows = new Map<string, { readonly id: string; readonly row: readonly number[] }>();
  let count = 0;
  const keep = (uri: string, row: readonly number[]) => {
    const id = `${++count}`;
    rows.set(uri, { id, row });
    return id;
  };
  return {
    full(file) {
      const row = tokens(file, undefined);
      return { resultId: keep(file.uri, row), data: [...row] };
    },
    delta(file, previous) {
      const known = rows.get(file.uri);
      const row = tokens(file, undefined);
      const resultId = keep(file.uri, row);
      if (known?.id !== previous) return { resultId, data: [...row] };
      return { resultId, edits: difference(known.row, row) };
    },
    forget: (uri) => void rows.delete(uri),
  };
}

/** The one stretch that differs; positions are relative, so that an edit leaves most of the row as it was. */
function difference(old: readonly number[], next: readonly number[]): SemanticTokensDelta["edits"] {
  const most = Math.min(old.length, next.length);
  let start = 0;
  while (start < most && old[start] === next[start]) start++;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === next[next.length - 1 - end]) end++;
  const deleteCount = old.length - end - start;
  const data = next.slice(start, next.length - end);
  return deleteCount === 0 && data.length === 0 ? [] : [{ start, deleteCount, data }];
}
