// What can be written at a place, the likeliest first.
import {
  type CompletionItem,
  CompletionItemKind,
  type CompletionList,
  InsertTextFormat,
} from "vscode-languageserver-types";
import type { Binding } from "../check.ts";
import { OPERATIONS, type Operation } from "../ops.ts";
import { accepts } from "../signature.ts";
import type { Type } from "../type.ts";
import { quietType } from "../written.ts";
import type { Analysis } from "./analysis.ts";
import { type Context, contextAt } from "./context.ts";
import { calleeNamed, typeNamed, wantedAt } from "./operands.ts";
import { signature } from "./symbols.ts";
import type { World } from "./world.ts";

/** What the client can do with an answer. */
export interface Abilities {
  readonly snippets: boolean;
}

/** Longer lists are cut, and asked for again with the next letter. */
const MOST = 100;

const HINTS = ["lut", "dsp", "bram", "??"];
const TYPES = ["bool", "i8", "i16", "i32", "u8", "u16", "u32", "u1", "u4"];
const KEYWORDS: Readonly<Record<string, readonly string[]>> = {
  ir: ["def"],
  asm: ["def"],
  tdl: ["pat", "imp", "prim", "tile", "timing", "device", "flow"],
};

/** A completion with its place in the list: lower ranks come first, then what is nearer. */
interface Candidate {
  readonly item: CompletionItem;
  readonly rank: number;
  readonly distance: number;
}

export function completion(file: Analysis, offset: number, world: World, abilities: Abilities): CompletionList {
  const context = contextAt(file, offset);
  const letters = context.prefix.toLowerCase();
  const candidates = [...candidatesFor(context, file, offset, world, abilities)].filter(({ item }) =>
    item.label.toLowerCase().includes(letters),
  );
  const starts = ({ item }: Candidate) => (item.label.toLowerCase().startsWith(letters) ? 0 : 1);
  candidates.sort((a, b) => starts(a) - starts(b) || a.rank - b.rank || a.distance - b.distance);
  const items = candidates.slice(0, MOST).map(({ item }, at) => ({ ...item, sortText: `${at}`.padStart(4, "0") }));
  return { isIncomplete: candidates.length > MOST, items };
}

function* candidatesFor(
  context: Context,
  file: Analysis,
  offset: number,
  world: World,
  abilities: Abilities,
): Generator<Candidate> {
  switch (context.kind) {
    case "keyword":
      for (const label of KEYWORDS[file.dialect] ?? []) yield plain(label, CompletionItemKind.Keyword);
      break;
    case "type":
      yield* types(file);
      break;
    case "operation":
      yield* operations(context, file, world, abilities);
      break;
    case "operand":
      yield* operands(context, file, offset, world);
      break;
    case "resource":
      yield* resources(file, world);
      break;
    case "behind":
      for (const { item, ...rest } of resources(file, world))
        yield { ...rest, item: { ...item, label: `@${item.label}`, insertText: `@${item.insertText ?? item.label}` } };
      break;
    case "name":
      yield* outputs(context, file);
      break;
    case "attribute":
    case "nothing":
      break;
  }
}

function plain(label: string, kind: CompletionItemKind, rank = 0, detail?: string): Candidate {
  return { item: { label, kind, ...(detail === undefined ? {} : { detail }) }, rank, distance: 0 };
}

/** The types of the file, those that are used most first; then some that everyone uses. */
function* types(file: Analysis): Generator<Candidate> {
  const counts = new Map(TYPES.map((name) => [name, 0]));
  for (const def of file.checked?.defs.values() ?? [])
    for (const { type } of def.scope.values())
      if (type !== undefined) counts.set(type.text, (counts.get(type.text) ?? 0) + 1);
  for (const [name, count] of counts) yield plain(name, CompletionItemKind.TypeParameter, -count);
}

function* operations(context: Context, file: Analysis, world: World, abilities: Abilities): Generator<Candidate> {
  const type = typeNamed(context.result?.type ?? "");
  if (file.dialect === "asm")
    for (const { name, inputs, item, resource, source } of world.host.targetOf(file.uri)?.patterns.values() ?? []) {
      const ports = inputs.map((port) => (port.optional ? `${port.name}?` : port.name)).join(", ");
      yield callable(
        {
          label: name,
          kind: CompletionItemKind.Function,
          detail: `(${ports}) @${resource}`,
          documentation: source.text.slice(item.start, item.end),
        },
        0,
        "",
        abilities,
      );
    }
  const isImplementation = context.item?.keyword.text === "imp";
  for (const one of OPERATIONS.values()) {
    if (file.dialect === "asm" && !one.wire) continue;
    if (isImplementation && one.name !== "id") continue;
    const suits = type === undefined || one.forms.some((form) => form.variadic || accepts(form.result, type));
    const item = {
      label: one.name,
      kind: CompletionItemKind.Operator,
      detail: one.forms.map((form) => form.text).join(" | "),
      documentation: one.doc,
    };
    yield callable(item, suits ? 1 : 2, attributesOf(one, abilities), abilities);
  }
  for (const item of file.program.items) {
    if (item === context.item || item.name.text === "") continue;
    if (isImplementation ? item.keyword.text !== "imp" && item.keyword.text !== "prim" : item.keyword.text !== "def")
      continue;
    const [output] = item.outputs;
    const suits = type === undefined || output === undefined || quietType(output) === type;
    yield callable(
      { label: item.name.text, kind: CompletionItemKind.Function, detail: signature(item) },
      suits ? 0 : 3,
      "",
      abilities,
    );
  }
  if (isImplementation)
    for (const one of world.host.workspaceFiles("tdl", file.uri)) {
      if (one.uri === file.uri) continue;
      for (const item of world.analysisOf(one).program.items)
        if (item.keyword.text === "prim" || item.keyword.text === "imp")
          yield callable(
            { label: item.name.text, kind: CompletionItemKind.Class, detail: signature(item) },
            1,
            "",
            abilities,
          );
    }
}

/** With snippets the cursor goes into the brackets. */
function callable(item: CompletionItem, rank: number, attributes: string, { snippets }: Abilities): Candidate {
  const more = snippets
    ? { insertText: `${item.label}${attributes}($0)`, insertTextFormat: InsertTextFormat.Snippet }
    : {};
  return { item: { ...item, ...more }, rank, distance: 0 };
}

/** The brackets of an operation, with places for what they hold. */
function attributesOf({ attrs }: Operation, { snippets }: Abilities): string {
  if (!snippets) return "";
  return attrs === "values" || attrs === "bits" ? "[$1]" : attrs === "contents" ? "[]" : "";
}

/** Names of the definition: those of the type that is wanted first, the nearest above the cursor before the others. */
function* operands(context: Context, file: Analysis, offset: number, world: World): Generator<Candidate> {
  const scope = file.checked?.defs.get(context.item?.name.text ?? "")?.scope;
  if (scope === undefined) {
    yield* ports(context);
    return;
  }
  const others = context.before.map((name) => scope.get(name)?.type);
  const callee = calleeNamed(context.callee, file, world);
  const wanted = wantedAt(callee, context.index, typeNamed(context.result?.type ?? ""), others);
  const letters = context.prefix.toLowerCase();
  for (const [label, { type, by, port }] of scope) {
    if (!label.toLowerCase().includes(letters)) continue;
    const isOwn = label === context.result?.name;
    const rank = isOwn ? 3 : suitability(type, wanted.type, wanted.suits);
    const distance = port.start <= offset ? offset - port.start : 1e9 + port.start;
    const kind = by === undefined ? CompletionItemKind.Field : CompletionItemKind.Variable;
    yield { item: { label, kind, ...(type === undefined ? {} : { detail: detailOf(type, by) }) }, rank, distance };
  }
}

function detailOf(type: Type, by: Binding["by"]): string {
  return by === undefined ? `${type.text}, input` : `${type.text} = ${by.op.text}`;
}

function suitability(type: Type | undefined, wanted: Type | undefined, suits: (type: Type) => boolean): number {
  if (type === undefined) return 2;
  return wanted === undefined ? (suits(type) ? 0 : 2) : type === wanted ? 0 : 2;
}

/** In target descriptions: the ports and parameters of the item. */
function* ports({ item }: Context): Generator<Candidate> {
  for (const { name } of item?.inputs ?? []) yield plain(name.text, CompletionItemKind.Field);
  for (const { name } of item?.params ?? []) yield plain(name.text, CompletionItemKind.Property, 1);
  for (const one of item?.body ?? [])
    if (one.kind === "instruction")
      for (const { name } of one.results) yield plain(name.text, CompletionItemKind.Variable, 1);
}

function* resources(file: Analysis, world: World): Generator<Candidate> {
  const target = world.host.targetOf(file.uri);
  if (file.dialect === "asm") {
    for (const name of new Set(target?.hints.values() ?? []))
      yield {
        item: { label: name, kind: CompletionItemKind.Module, insertText: `${name}(??, ??)` },
        rank: 0,
        distance: 0,
      };
    return;
  }
  const hints = target === undefined ? HINTS : [...target.hints.keys(), "??"];
  for (const name of hints) yield plain(name, CompletionItemKind.Module, 0, target?.hints.get(name));
}

/** Outputs that no instruction defines yet. */
function* outputs({ item }: Context, file: Analysis): Generator<Candidate> {
  const scope = file.checked?.defs.get(item?.name.text ?? "")?.scope;
  for (const port of item?.outputs ?? []) {
    const type = quietType(port);
    if (scope?.has(port.name.text) === true || type === undefined) continue;
    const text = `${port.name.text}: ${type.text} = `;
    yield {
      item: {
        label: port.name.text,
        kind: CompletionItemKind.Field,
        detail: `the output, ${type.text}`,
        insertText: text,
      },
      rank: 0,
      distance: 0,
    };
  }
}
