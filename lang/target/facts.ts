// The attributes of blocks that are data, `device` and `flow`: words by the key before them.
import type { Attr, Expr } from "../ast.ts";
import { TargetError } from "./value.ts";

/** Values by the key before them; those before the first key are under "". */
export function keyed(attrs: readonly Attr[]): Map<string, string[]> {
  const facts = new Map<string, string[]>([["", []]]);
  let key = "";
  for (const attr of attrs) {
    if (attr.key !== undefined) key = attr.key.text;
    facts.set(key, [...(facts.get(key) ?? []), word(attr.value)]);
  }
  return facts;
}

/** A name, a number or a string, as text. */
export function word(expr: Expr): string {
  if (expr.kind === "name" || expr.kind === "int") return expr.text;
  if (expr.kind === "string") return expr.value;
  throw new TargetError("expected a name, a number or a string", expr);
}
