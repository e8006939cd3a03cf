// Signatures of operations, written as they are read: `(bool, T, T) -> T`. One letter stands for one type.
import { BOOL, type Type } from "./type.ts";

/** What a letter of a signature may stand for. */
interface Class {
  readonly accepts: (type: Type) => boolean;
  readonly text: string;
}

const CLASSES: Readonly<Record<string, Class>> = {
  bool: { accepts: (t) => t === BOOL, text: "`bool`" },
  T: { accepts: () => true, text: "any type" },
  U: { accepts: () => true, text: "any type" },
  I: { accepts: (t) => t.kind !== "bool", text: "an integer or a vector" },
  J: { accepts: (t) => t.kind !== "bool", text: "an integer or a vector" },
  S: { accepts: (t) => t.lanes === 0, text: "a scalar" },
  A: { accepts: (t) => t.lanes === 0 && t.kind !== "bool", text: "a scalar integer, read as unsigned" },
  K: { accepts: (t) => t.lanes === 0 && t.kind === "u", text: "an unsigned scalar" },
};

/** One form of an operation: its operands, the last of which may be left out, and its result. */
export interface Form {
  readonly text: string;
  readonly params: readonly string[];
  /** Operands that must be there. */
  readonly required: number;
  /** `...`: any number of operands, one at least. */
  readonly variadic: boolean;
  readonly result: string;
}

/** Reads `(T, bool?) -> T`. */
export function form(text: string): Form {
  const [left = "", result = ""] = text.split(" -> ");
  const words = left
    .slice(1, -1)
    .split(", ")
    .filter((word) => word !== "");
  return {
    text,
    params: words.map((word) => word.replace("?", "")),
    required: words.filter((word) => !word.endsWith("?")).length,
    variadic: words.includes("..."),
    result,
  };
}

/** Why operands do not suit a form: operand `at` (-1: the result) should be `expected`, as operand `like` is. */
export interface Mismatch {
  readonly at: number;
  readonly expected: string;
  readonly like: number | undefined;
}

/** Whether a letter of a signature, or `bool`, may stand for `type`. */
export function accepts(letter: string, type: Type): boolean {
  return CLASSES[letter]?.accepts(type) === true;
}

/** What a letter of a signature may stand for, in words; undefined for `...`. */
export function meaningOf(letter: string): string | undefined {
  return CLASSES[letter]?.text;
}

export function takes(form: Form, count: number): boolean {
  return form.variadic ? count > 0 : count >= form.required && count <= form.params.length;
}

/** Holds `args` and `result` against a form of the right arity. */
export function mismatch(form: Form, args: readonly Type[], result: Type): Mismatch | undefined {
  if (form.variadic) return undefined;
  for (let at = 0; at <= args.length; at++) {
    const last = at === args.length;
    const type = (last ? result : args[at]) as Type;
    const letter = last ? form.result : (form.params[at] as string);
    // The operand that the letter has been bound to.
    let like = letter === "bool" ? at : 0;
    while (like < at && form.params[like] !== letter) like++;
    if (like < at && args[like] !== type)
      return { at: last ? -1 : at, expected: `\`${(args[like] as Type).text}\``, like };
    const wanted = CLASSES[letter] as Class;
    if (like === at && !wanted.accepts(type)) return { at: last ? -1 : at, expected: wanted.text, like: undefined };
  }
  return undefined;
}
