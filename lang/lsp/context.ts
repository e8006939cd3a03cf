// What may stand at a place of a text that is being written: told by the words before it, as the tree has none yet.
import type { Item } from "../ast.ts";
import type { Source } from "../source.ts";
import type { Analysis } from "./analysis.ts";
import { contains } from "./places.ts";
import { countBefore, isWhole } from "./reparse.ts";

export interface Context {
  readonly kind:
    | "keyword"
    | "name"
    | "type"
    | "operation"
    | "operand"
    | "attribute"
    | "resource"
    | "behind"
    | "nothing";
  /** The item around it, whose body it is in. */
  readonly item: Item | undefined;
  /** The word that has been begun. */
  readonly prefix: string;
  /** Of operands and attributes: what stands before the bracket, and how many are complete. */
  readonly callee: string;
  readonly index: number;
  /** The words of the operands that are complete. */
  readonly before: readonly string[];
  /** The result that the statement defines, as far as it is written. */
  readonly result: { readonly name: string; readonly type: string } | undefined;
}

interface Bracket {
  readonly mark: string;
  readonly head: string;
  readonly before: string[];
}

const WORDS = /[A-Za-z_](?:[A-Za-z0-9_]|-(?!>))*|[0-9]\w*|"[^"\n]*"?|->|\?\?|\.\.|\/\/.*|\/\*[\s\S]*?(?:\*\/|$)|\S/g;

/** So many characters before the place are looked at. */
const REACH = 20_000;

export function contextAt({ program, source }: Analysis, offset: number): Context {
  const nothing: Context = {
    kind: "nothing",
    item: undefined,
    prefix: "",
    callee: "",
    index: 0,
    before: [],
    result: undefined,
  };
  const comment = program.comments[countBefore(program.comments, offset) - 1];
  if (comment !== undefined && contains(comment, offset) && (offset < comment.end || comment.text.startsWith("//")))
    return nothing;
  const item = program.items[countBefore(program.items, offset) - 1];
  const inBody =
    item !== undefined && offset > item.marks.bodyStart && (offset < item.end || !closes(source.text, item));
  const from = Math.max(begin(item, offset, inBody, source), offset - REACH);
  const words = [...source.text.slice(from, offset).matchAll(WORDS)]
    .map((match) => ({ text: match[0], end: from + match.index + match[0].length }))
    .filter(({ text }) => !text.startsWith("//") && !text.startsWith("/*"));
  const last = words.at(-1);
  if (last?.text.startsWith('"') === true && (last.text.length === 1 || !last.text.endsWith('"'))) return nothing;
  const isBegun = last !== undefined && last.end === offset && /^[A-Za-z_]/.test(last.text);
  const prefix = isBegun ? last.text : "";
  const complete = (isBegun ? words.slice(0, -1) : words).map(({ text }) => text);
  const found = read(sinceStatement(complete), inBody);
  return { ...nothing, ...found, item: inBody ? item : undefined, prefix };
}

function closes(text: string, item: Item): boolean {
  return text[item.end - 1] === "}";
}

/** Where the words that matter begin: behind the last whole statement, or at the item. */
function begin(item: Item | undefined, offset: number, inBody: boolean, source: Source): number {
  if (item === undefined) return 0;
  if (!inBody) return offset > item.end ? item.end : item.start;
  for (let at = countBefore(item.body, offset) - 1; at >= 0; at--) {
    const statement = item.body[at];
    if (statement !== undefined && isWhole(statement, source) && statement.end <= offset) return statement.end;
  }
  return item.marks.bodyStart + 1;
}

/** The words behind the last `;` or brace. */
function sinceStatement(words: readonly string[]): readonly string[] {
  let from = words.length;
  while (from > 0 && !/^[;{}]$/.test(words[from - 1] ?? "")) from--;
  return words.slice(from);
}

function read(words: readonly string[], inBody: boolean): Partial<Context> {
  const brackets: Bracket[] = [];
  let equals = -1;
  words.forEach((word, at) => {
    const before = words[at - 1] ?? "";
    if (word === "(" || word === "[") {
      // Behind brackets stands the operation before them.
      const head = before === "]" ? headOf(words, at) : before;
      brackets.push({ mark: word, head: words[at - 2] === "@" ? "@" : head, before: [] });
    } else if (word === ")" || word === "]") brackets.pop();
    else if (word === ",") brackets.at(-1)?.before.push(before);
    else if (word === "=" && brackets.length === 0) equals = at;
  });
  const last = words.at(-1);
  const bracket = brackets.at(-1);
  if (!inBody) {
    if (last === ":") return { kind: "type" };
    return { kind: words.length === 0 ? "keyword" : "nothing" };
  }
  const result = resultOf(words, equals);
  if (last === "@") return { kind: "resource", result };
  if (bracket !== undefined && equals >= 0) {
    const { mark, head, before } = bracket;
    if (head === "@") return { kind: "nothing" };
    return { kind: mark === "(" ? "operand" : "attribute", callee: head, index: before.length, before, result };
  }
  if (equals >= 0) return { kind: last === "=" ? "operation" : "behind", result };
  if (last === ":") return { kind: "type" };
  return { kind: words.length === 0 || bracket !== undefined ? "name" : "nothing" };
}

/** The word before the brackets that end at `at`. */
function headOf(words: readonly string[], at: number): string {
  let depth = 0;
  for (let back = at - 1; back >= 0; back--) {
    if (words[back] === "]") depth++;
    if (words[back] === "[" && --depth === 0) return words[back - 1] ?? "";
  }
  return "";
}

/** The name and the type before the `=`. */
function resultOf(words: readonly string[], equals: number): Context["result"] {
  const colon = words.indexOf(":");
  if (colon < 0 || colon > equals) return undefined;
  return { name: words[colon - 1] ?? "", type: words.slice(colon + 1, equals).join("") };
}
