// The words of a tree in the order of the text, each with what it is: what colours, references and places come from.
import type { Attr, Expr, Instruction, Item, Name, Port, Program, Statement, TypeExpr } from "../ast.ts";
import type { Span } from "../source.ts";
import { countBefore } from "./reparse.ts";

export type WordKind =
  | "keyword"
  /** The name of an item, where it is defined. */
  | "item"
  /** What an instruction does: an operation, a definition, an instruction or a cell of a target. */
  | "callee"
  | "input"
  | "output"
  /** The result of an instruction. */
  | "result"
  /** A parameter of a family or a cell, or the number of a loop. */
  | "parameter"
  /** The use of a name of the item. */
  | "use"
  | "type"
  | "number"
  | "string"
  | "resource"
  | "key"
  /** A function of parameters, such as `max`. */
  | "function";

export interface Word extends Span {
  readonly kind: WordKind;
  readonly text: string;
  readonly item: Item;
  readonly instruction: Instruction | undefined;
}

/** Words that stand for something that the item itself defines. */
export const LOCAL: ReadonlySet<WordKind> = new Set(["input", "output", "result", "parameter", "use"]);

/** Those that say what it is. */
export const DEFINING: ReadonlySet<WordKind> = new Set(["input", "result", "parameter"]);

export function wordsOf(item: Item, take: (word: Word) => void): void {
  const visit = visitor(item, take);
  visit.head();
  for (const statement of item.body) visit.statement(statement);
}

/** The word at an offset; where two touch, the one behind. */
export function wordAt({ items }: Program, offset: number): Word | undefined {
  const item = items[countBefore(items, offset + 1) - 1];
  if (item === undefined || offset > item.end) return undefined;
  let found: Word | undefined;
  const visit = visitor(item, (word) => {
    if (word.start <= offset && offset <= word.end && word.end > word.start) found = word;
  });
  if (offset <= item.marks.bodyStart) visit.head();
  else {
    const index = countBefore(item.body, offset + 1) - 1;
    for (const statement of item.body.slice(Math.max(0, index - 1), index + 1)) visit.statement(statement);
  }
  return found;
}

/** The item around an offset, and the statement of its body. */
export function statementAt(
  { items }: Program,
  offset: number,
): { readonly item: Item; readonly statement: Statement | undefined } | undefined {
  const item = items[countBefore(items, offset + 1) - 1];
  if (item === undefined || offset > item.end) return undefined;
  const statement = item.body[countBefore(item.body, offset + 1) - 1];
  return { item, statement: statement !== undefined && offset <= statement.end ? statement : undefined };
}

function visitor(item: Item, take: (word: Word) => void) {
  const parameters = new Set(item.params.map((param) => param.name.text));
  let instruction: Instruction | undefined;

  function word(kind: WordKind, text: string, start: number, end: number): void {
    take({ kind, text, start, end, item, instruction });
  }

  function name(kind: WordKind, { text, start, end }: Name): void {
    if (text !== "") word(kind, text, start, end);
  }

  function head(): void {
    name("keyword", item.keyword);
    name("item", item.name);
    for (const param of item.params) {
      name("parameter", param.name);
      for (const one of param.domain) expr(one);
    }
    for (const attr of item.attrs) {
      const isParameter =
        item.keyword.text === "prim" && attr.value.kind === "name" && /^u[0-9]+$/.test(attr.value.text);
      if (attr.key !== undefined) name(isParameter ? "parameter" : "key", attr.key);
      if (isParameter) word("type", attr.value.text, attr.value.start, attr.value.end);
      else value(attr.value, item.keyword.text !== "pat");
    }
    for (const port of item.inputs) declared("input", port);
    for (const port of item.outputs) declared("output", port);
  }

  function declared(kind: "input" | "output" | "result", port: Port): void {
    name(kind, port.name);
    if (port.index !== undefined) expr(port.index);
    if (port.type !== undefined) type(port.type);
  }

  function type(written: TypeExpr): void {
    const { name: text, start, args } = written;
    word(parameters.has(text) ? "use" : "type", text, start, start + text.length);
    for (const arg of args) expr(arg);
  }

  function statement(one: Statement): void {
    switch (one.kind) {
      case "instruction":
        instruction = one;
        for (const port of one.results) declared("result", port);
        name("callee", one.op);
        for (const attr of one.attrs) attribute(attr);
        for (const arg of one.args) expr(arg);
        if (one.loc !== undefined) {
          name("resource", one.loc.resource);
          for (const coordinate of one.loc.coordinates) expr(coordinate);
        }
        instruction = undefined;
        break;
      case "for":
        word("keyword", "for", one.start, one.start + 3);
        name("parameter", one.name);
        expr(one.range);
        for (const inner of one.body) statement(inner);
        break;
      case "if":
        word("keyword", "if", one.start, one.start + 2);
        expr(one.test);
        for (const inner of one.then) statement(inner);
        for (const inner of one.otherwise) statement(inner);
        break;
    }
  }

  function attribute({ key, value: given }: Attr): void {
    if (key !== undefined) name("key", key);
    // Items that are data speak in words of their own.
    value(given, ["tile", "timing", "device", "flow"].includes(item.keyword.text));
  }

  function value(given: Expr, isWord: boolean): void {
    if (isWord && given.kind === "name") word("resource", given.text, given.start, given.end);
    else expr(given);
  }

  function expr(one: Expr): void {
    switch (one.kind) {
      case "name":
        word("use", one.text, one.start, one.start + one.text.length);
        if (one.type !== undefined) type(one.type);
        break;
      case "int":
        word("number", one.text, one.start, one.end);
        break;
      case "string":
        word("string", one.value, one.start, one.end);
        break;
      case "hole":
        break;
      case "unary":
        expr(one.arg);
        break;
      case "binary":
        if (one.left !== undefined) expr(one.left);
        if (one.right !== undefined) expr(one.right);
        break;
      case "condition":
        expr(one.test);
        expr(one.then);
        expr(one.otherwise);
        break;
      case "index":
        expr(one.of);
        expr(one.at);
        break;
      case "call":
        name("function", one.name);
        for (const arg of one.args) expr(arg);
        break;
    }
  }

  return { head, statement };
}
