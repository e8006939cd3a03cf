// Where names are defined, and where they are used: in their item, in their file, and across the files of a target.
import type { Definition, Location } from "vscode-languageserver-types";
import type { Dialect, Item, Name } from "../ast.ts";
import { operationOf } from "../instruction.ts";
import { OPERATIONS } from "../ops.ts";
import type { Span } from "../source.ts";
import type { Analysis } from "./analysis.ts";
import type { File } from "./host.ts";
import { locationOf } from "./places.ts";
import { DEFINING, LOCAL, type Word, type WordKind, wordAt, wordsOf } from "./words.ts";
import type { World } from "./world.ts";

/** The place of a name, and whether it is that where it gets its meaning. */
export interface Place {
  readonly file: Analysis;
  readonly span: Span;
  readonly isDefinition: boolean;
  /** Whether its value is given there: the result of an instruction, or an input. */
  readonly kind: WordKind;
}

/** All that stands for what the word at an offset stands for; nothing where it has no other end. */
export function placesOf(file: Analysis, offset: number, world: World): readonly Place[] {
  const word = wordAt(file.program, offset);
  if (word === undefined) return [];
  if (LOCAL.has(word.kind) && isLocal(word)) return inItem(file, word);
  if (word.kind === "callee" && isOperation(word, file.dialect)) return [];
  if (word.kind === "item" || word.kind === "callee" || word.kind === "use") return inFiles(file, word, world);
  return [];
}

/** In target descriptions words may stand for nothing of their item, such as the attributes of a pattern. */
function isLocal(word: Word): boolean {
  return word.kind !== "use" || word.item.keyword.text === "def" || definingWords(word.item).has(word.text);
}

/** Whether an instruction is one of the language, which has no place. */
export function isOperation({ item, instruction, text }: Word, dialect: Dialect): boolean {
  if (dialect === "asm") return instruction !== undefined && operationOf(instruction, "asm") !== undefined;
  return dialect === "ir" || item.keyword.text !== "imp" ? OPERATIONS.has(text) : text === "id";
}

function definingWords(item: Item): ReadonlySet<string> {
  const names = new Set<string>();
  wordsOf(item, (word) => {
    if (LOCAL.has(word.kind) && word.kind !== "use") names.add(word.text);
  });
  return names;
}

function inItem(file: Analysis, { item, text }: Word): readonly Place[] {
  const found: Place[] = [];
  wordsOf(item, (word) => {
    if (word.text !== text || !LOCAL.has(word.kind)) return;
    found.push({ file, span: word, isDefinition: DEFINING.has(word.kind), kind: word.kind });
  });
  return found;
}

/** The keywords under which a file defines what others name. */
const NAMESPACES: Readonly<Record<string, string>> = { def: "def", pat: "cell", imp: "cell", prim: "cell" };

function inFiles(file: Analysis, { item, text, kind }: Word, world: World): readonly Place[] {
  const space = file.dialect === "ir" ? "def" : kind === "item" ? NAMESPACES[item.keyword.text] : "cell";
  if (space === undefined) return kind === "item" ? [{ file, span: item.name, isDefinition: true, kind }] : [];
  const isAssemblyDef = file.dialect === "asm" && kind === "item";
  const files = isAssemblyDef || space === "def" ? [file] : filesAround(file, world);
  return files.flatMap((one) => namesIn(one, text, isAssemblyDef ? "def" : space));
}

/** The files that share the names of a target: its descriptions, and the assembly that is written for it. */
export function filesAround(file: Analysis, world: World): readonly Analysis[] {
  const { host } = world;
  const target = host.targetOf(file.uri);
  const own = new Map<string, File>();
  if (file.dialect === "tdl") for (const one of host.workspaceFiles("tdl", file.uri)) own.set(one.uri, one);
  else for (const one of descriptions(file, world)) own.set(one.uri, one);
  const uris = new Set(own.keys());
  for (const one of host.workspaceFiles("asm", undefined)) {
    const others =
      file.dialect === "asm" ? host.targetOf(one.uri) === target && target !== undefined : usesAny(one, uris, world);
    if (one.uri === file.uri || others) own.set(one.uri, one);
  }
  const files = [...own.values()].map((one) => world.analysisOf(one));
  return files.some((one) => one.uri === file.uri) ? files : [file, ...files];
}

/** The files of the target that is set for a file. */
function descriptions({ uri }: Analysis, { host }: World): readonly File[] {
  const target = host.targetOf(uri);
  if (target === undefined) return [];
  const sources = new Map(
    [...target.patterns.values(), ...target.prims.values(), ...target.implementations.values()].map((one) => [
      one.source.file,
      one.source,
    ]),
  );
  return [...sources.values()].flatMap((source) => {
    const at = host.uriOfTarget(source);
    return at === undefined ? [] : [{ uri: at, text: source.text }];
  });
}

function usesAny({ uri }: File, uris: ReadonlySet<string>, { host }: World): boolean {
  const target = host.targetOf(uri);
  if (target === undefined) return false;
  return [...target.patterns.values()].some(({ source }) => uris.has(host.uriOfTarget(source) ?? ""));
}

function namesIn(file: Analysis, text: string, space: string): readonly Place[] {
  const found: Place[] = [];
  const add = (name: Name, isDefinition: boolean, kind: WordKind) => {
    if (name.text === text) found.push({ file, span: name, isDefinition, kind });
  };
  for (const item of file.program.items) {
    if (NAMESPACES[item.keyword.text] === space) add(item.name, true, "item");
    // The operations of a pattern and of a cell are those of the language.
    const names = item.keyword.text === "imp" || item.keyword.text === "def";
    if (!names) continue;
    wordsOf(item, (word) => {
      if (word.kind === "callee" && word.text === text && !isOperation(word, file.dialect)) add(word, false, "callee");
    });
  }
  return found;
}

export function definition(file: Analysis, offset: number, world: World): Definition | null {
  const places = placesOf(file, offset, world).filter((one) => one.isDefinition);
  return places.length === 0 ? null : places.map((one): Location => locationOf(one.file, one.span));
}

export function references(file: Analysis, offset: number, world: World, withDefinition: boolean): readonly Location[] {
  return placesOf(file, offset, world)
    .filter((one) => withDefinition || !one.isDefinition)
    .map((one) => locationOf(one.file, one.span));
}
