// JSON as a tree in which every value has its place: for settings and tables, which are small. Traces, which are not, go
// through the events of `json`.
import { type Diagnostic, type Outcome, report } from "./diagnostic.ts";
import { type JsonReader, jsonReader } from "./json.ts";
import { didYouMean } from "./near.ts";
import type { Source, Span } from "./source.ts";

/** A value of JSON with its place. */
export type Tree = { readonly span: Span } & (
  | { readonly kind: "object"; readonly fields: ReadonlyMap<string, Field> }
  | { readonly kind: "list"; readonly items: readonly Tree[] }
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "word"; readonly word: "true" | "false" | "null" }
);

/** A field of an object: the place of its name, and what it is. */
export interface Field {
  readonly name: Span;
  readonly value: Tree;
}

/** No table is nested deeper. */
const DEEPEST = 32;

/** Reads a text; undefined, with a diagnostic, where it is not JSON, or nested beyond reason, or says a name twice. */
export function readDocument(source: Source): Outcome<Tree | undefined> {
  const found = report(source);
  const json = jsonReader(source.text);
  json.next();
  const tree = readTree(json, source, 0, (message, labels) => found.error("not-json", message, labels));
  if (tree !== undefined) json.next();
  if (json.event === "wrong")
    found.error("not-json", json.problem, [{ span: { start: json.start, end: json.end }, text: "" }]);
  return { value: found.list.length === 0 ? tree : undefined, diagnostics: found.list };
}

type Refuse = (message: string, labels: Diagnostic["labels"]) => void;

function readTree(json: JsonReader, source: Source, depth: number, refuse: Refuse): Tree | undefined {
  const { start, end, event } = json;
  const span = { start, end };
  if (depth > DEEPEST) {
    refuse(`this is nested deeper than ${DEEPEST} levels`, [{ span, text: "" }]);
    return undefined;
  }
  switch (event) {
    case "{":
      return readObject(json, source, depth, refuse);
    case "[": {
      const items: Tree[] = [];
      while (json.next() !== "]") {
        const item = readTree(json, source, depth + 1, refuse);
        if (item === undefined) return undefined;
        items.push(item);
      }
      return { kind: "list", items, span: { start, end: json.end } };
    }
    case "string":
      return { kind: "text", text: json.text(), span };
    case "number":
      return { kind: "number", value: Number(source.text.slice(start, end)), span };
    case "true":
    case "false":
    case "null":
      return { kind: "word", word: event, span };
    case "}":
    case "]":
    case "key":
    case "end":
    case "wrong":
      return undefined;
  }
}

function readObject(json: JsonReader, source: Source, depth: number, refuse: Refuse): Tree | undefined {
  const { start } = json;
  const fields = new Map<string, Field>();
  while (json.next() === "key") {
    const name = { start: json.start, end: json.end };
    const key = json.text();
    const before = fields.get(key);
    if (before !== undefined)
      refuse(`\`${key}\` stands here twice`, [
        { span: name, text: "again here" },
        { span: before.name, text: "first here" },
      ]);
    json.next();
    const value = readTree(json, source, depth + 1, refuse);
    if (value === undefined) return undefined;
    fields.set(key, { name, value });
  }
  return json.event === "}" ? { kind: "object", fields, span: { start, end: json.end } } : undefined;
}

/** Takes what is refused of a document. */
export type Complain = (message: string, span: Span, help?: readonly string[]) => void;

/** Reads a value of a tree; undefined, after a complaint, where it is something else. `what` is how messages call it. */
export type Reader<T> = (tree: Tree, what: string, complain: Complain) => T | undefined;

export const text: Reader<string> = (tree, what, complain) => {
  if (tree.kind === "text" && tree.text !== "") return tree.text;
  complain(`${what} is a text`, tree.span);
  return undefined;
};

/** A number within bounds, both included. */
export function number(least: number, most: number, isWhole: boolean): Reader<number> {
  return (tree, what, complain) => {
    const fits = tree.kind === "number" && tree.value >= least && tree.value <= most;
    if (fits && (!isWhole || Number.isInteger(tree.value))) return tree.value;
    const bounds = most === Number.POSITIVE_INFINITY ? `from ${least} on` : `from ${least} to ${most}`;
    complain(`${what} is ${isWhole ? "a whole number" : "a number"} ${bounds}`, tree.span);
    return undefined;
  };
}

/** One of some words. */
export function oneOf<T extends string>(words: readonly T[]): Reader<T> {
  return (tree, what, complain) => {
    const said = tree.kind === "text" ? words.find((word) => word === tree.text) : undefined;
    if (said === undefined) {
      const near = tree.kind === "text" ? didYouMean(tree.text, words) : [];
      const quoted = words.map((word) => `\`${word}\``).join(", ");
      complain(`${what} is one of ${quoted}`, tree.span, near);
    }
    return said;
  };
}

export function listOf<T>(item: Reader<T>): Reader<readonly T[]> {
  return (tree, what, complain) => {
    if (tree.kind !== "list") {
      complain(`${what} is a list`, tree.span);
      return undefined;
    }
    const read = tree.items.map((one, at) => item(one, `element ${at + 1} of ${what}`, complain));
    const known = read.filter((one) => one !== undefined);
    return known.length === read.length ? known : undefined;
  };
}

/** A field of a record: how it is read, and what stands for it where it is left out. */
export interface Slot<T> {
  readonly read: Reader<T>;
  readonly initial: { readonly value: T } | undefined;
}

/** A field that has to be there. */
export function needed<T>(read: Reader<T>): Slot<T> {
  return { read, initial: undefined };
}

export function optional<T>(read: Reader<T>, value: NoInfer<T>): Slot<T> {
  return { read, initial: { value } };
}

/** A field that may be missing, and is undefined then. */
export function maybe<T>(read: Reader<T>): Slot<T | undefined> {
  return { read, initial: { value: undefined } };
}

type Slots = Readonly<Record<string, Slot<unknown>>>;

/** What a record of slots reads; `span` is its place. */
export type RecordOf<S extends Slots> = {
  readonly [Name in keyof S]: S[Name] extends Slot<infer T> ? T : never;
} & { readonly span: Span };

/** An object with these fields, and no others. */
export function record<S extends Slots>(slots: S): Reader<RecordOf<S>> {
  return (tree, what, complain) => {
    if (tree.kind !== "object") {
      complain(`${what} is an object`, tree.span);
      return undefined;
    }
    let isWhole = true;
    for (const [key, { name }] of tree.fields)
      if (!Object.hasOwn(slots, key)) {
        isWhole = false;
        const names = Object.keys(slots);
        complain(`${what} has no \`${key}\``, name, [
          ...didYouMean(key, names),
          `it has ${names.map((one) => `\`${one}\``).join(", ")}`,
        ]);
      }
    const entries = Object.entries(slots).map(([name, { read, initial }]) => {
      const field = tree.fields.get(name);
      if (field === undefined && initial === undefined) complain(`${what} needs \`${name}\``, open(tree.span));
      const value = field === undefined ? initial?.value : read(field.value, `\`${name}\` of ${what}`, complain);
      if (value === undefined && (field !== undefined || initial === undefined)) isWhole = false;
      return [name, value] as const;
    });
    return isWhole ? ({ ...Object.fromEntries(entries), span: tree.span } as RecordOf<S>) : undefined;
  };
}

/** What a record is where all is left out that may be. */
export function initialsOf<S extends Slots>(slots: S): RecordOf<S> {
  const values = Object.entries(slots).map(([name, { initial }]) => [name, initial?.value]);
  return { ...Object.fromEntries(values), span: { start: 0, end: 0 } } as RecordOf<S>;
}

/** An object with any names, all for values of one kind. */
export function tableOf<T>(value: Reader<T>): Reader<ReadonlyMap<string, T>> {
  return (tree, what, complain) => {
    if (tree.kind !== "object") {
      complain(`${what} is an object`, tree.span);
      return undefined;
    }
    const all = new Map<string, T>();
    for (const [key, field] of tree.fields) {
      const read = value(field.value, `\`${key}\` of ${what}`, complain);
      if (read !== undefined) all.set(key, read);
    }
    return all.size === tree.fields.size ? all : undefined;
  };
}

/** The brace that opens an object: where something is missing in it. */
function open({ start }: Span): Span {
  return { start, end: start + 1 };
}
