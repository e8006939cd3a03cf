// What the operands of an instruction are called and which types they take: for completion, signatures and hints.
import type { Item } from "../ast.ts";
import { OPERATIONS, type Operation } from "../ops.ts";
import { accepts, type Form } from "../signature.ts";
import type { Pattern } from "../target/target.ts";
import { BOOL, scalarNamed, type Type, vector } from "../type.ts";
import { quietType } from "../written.ts";
import type { Analysis } from "./analysis.ts";
import type { World } from "./world.ts";

/** Something that an instruction can do. */
export type Callee =
  | { readonly kind: "operation"; readonly operation: Operation }
  | { readonly kind: "def"; readonly item: Item }
  | { readonly kind: "pattern"; readonly pattern: Pattern };

/** What a name means as the operation of an instruction. */
export function calleeNamed(name: string, file: Analysis, world: World): Callee | undefined {
  const operation = OPERATIONS.get(name);
  if (file.dialect === "asm") {
    const pattern = world.host.targetOf(file.uri)?.patterns.get(name);
    if (pattern !== undefined) return { kind: "pattern", pattern };
    return operation?.wire === true || operation?.attrs === "amount" ? { kind: "operation", operation } : undefined;
  }
  if (operation !== undefined) return { kind: "operation", operation };
  const item = file.program.items.find((one) => one.name.text === name && one.keyword.text !== "pat");
  return item === undefined ? undefined : { kind: "def", item };
}

const TWO_ADDRESSES = 2;

/** Names for the operands of a form where their order does not speak for itself. */
export function operandNames({ name, memory, attrs }: Operation, { params }: Form): readonly (string | undefined)[] {
  if (name === "mux") return ["if", "then", "else"];
  if (name === "reg") return [undefined, "enable"];
  if (attrs === "amount") return [undefined, "by"];
  if (memory === undefined) return [];
  if (!memory.writable) return ["at", "enable"];
  const isDual = params.filter((one) => one === "A").length === TWO_ADDRESSES;
  return isDual ? ["read at", "write at", "data", "write", "enable"] : ["at", "data", "write", "enable"];
}

/** What an operand should be: a type, any type that a letter accepts, or nothing that is known. */
export interface Wanted {
  readonly type: Type | undefined;
  readonly suits: (type: Type) => boolean;
}

const ANYTHING: Wanted = { type: undefined, suits: () => true };

/** What operand `index` of an instruction should be, by its result and its other operands. */
export function wantedAt(
  callee: Callee | undefined,
  index: number,
  result: Type | undefined,
  others: readonly (Type | undefined)[],
): Wanted {
  if (callee === undefined) return ANYTHING;
  if (callee.kind === "def") {
    const port = callee.item.inputs[index];
    return exactly(port === undefined ? undefined : quietType(port));
  }
  if (callee.kind === "pattern") return callee.pattern.inputs[index]?.type.kind === "bool" ? exactly(BOOL) : ANYTHING;
  const forms = callee.operation.forms.filter((form) => form.variadic || form.params.length > index);
  const wanted = forms.map((form) => inForm(form, index, result, others));
  return wanted.find((one) => one.type !== undefined) ?? wanted[0] ?? ANYTHING;
}

function exactly(type: Type | undefined): Wanted {
  return type === undefined ? ANYTHING : { type, suits: (one) => one === type };
}

function inForm(form: Form, index: number, result: Type | undefined, others: readonly (Type | undefined)[]): Wanted {
  if (form.variadic) return ANYTHING;
  const letter = form.params[index] ?? "";
  if (letter === "bool") return exactly(BOOL);
  const like = form.params.findIndex((one, at) => one === letter && at !== index && others[at] !== undefined);
  const same = letter === form.result && result !== undefined ? result : like < 0 ? undefined : others[like];
  return same === undefined ? { type: undefined, suits: (type) => accepts(letter, type) } : exactly(same);
}

/** Reads `i8`, `u4<2>`. */
export function typeNamed(text: string): Type | undefined {
  const [, name = "", lanes] = /^([a-z0-9]+)(?:<([0-9]+)>)?$/.exec(text) ?? [];
  const scalar = scalarNamed(name);
  if ("problem" in scalar) return undefined;
  const count = Number(lanes ?? 0);
  if (lanes === undefined) return scalar;
  return scalar.kind !== "bool" && count >= 1 && count <= 4096 ? vector(scalar, count) : undefined;
}
