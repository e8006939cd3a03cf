// Implementations that are wires alone: what they make of the same nets and numbers is made once, for all choices of numbers
// of a family.
import type { Expr, Statement } from "../../lang/ast.ts";
import type { Implementation } from "../../lang/target/target.ts";
import type { Net } from "../netlist.ts";

export interface Wires {
  /** The numbers that the body may ask for. */
  readonly names: readonly string[];
  /** Outputs by what they are made of: `keyOf`. */
  readonly made: Map<string, readonly (readonly Net[])[]>;
}

const known = new WeakMap<Implementation, Wires | "cells">();

/** What is known of an implementation without cells; undefined for one with cells, or that asks what is present. */
export function wiresOf(imp: Implementation): Wires | undefined {
  let found = known.get(imp);
  if (found === undefined) {
    const names = new Set<string>();
    const isPlain = imp.item.body.every((one) => collect(one, names));
    found = isPlain ? { names: [...names], made: new Map() } : "cells";
    known.set(imp, found);
  }
  return found === "cells" ? undefined : found;
}

/** Numbers and nets as a text; undefined where some are not known, or not connected. */
export function keyOf(
  names: readonly string[],
  numbers: ReadonlyMap<string, bigint | string>,
  inputs: readonly (readonly Net[] | undefined)[],
): string | undefined {
  let key = "";
  for (const name of names) {
    const value = numbers.get(name);
    if (typeof value === "string") return undefined;
    key += `${value} `;
  }
  for (const nets of inputs) {
    if (nets === undefined || nets.some((net) => net < 0)) return undefined;
    key += `:${nets}`;
  }
  return key;
}

function collect(one: Statement, names: Set<string>): boolean {
  switch (one.kind) {
    case "instruction":
      return (
        one.op.text === "id" &&
        [...one.args, ...one.results.map(({ index }) => index)].every((expr) => mention(expr, names))
      );
    case "for":
      return mention(one.range, names) && one.body.every((inner) => collect(inner, names));
    case "if":
      return mention(one.test, names) && [...one.then, ...one.otherwise].every((inner) => collect(inner, names));
  }
}

/** Collects names; whether nothing is asked for but numbers and nets. */
function mention(expr: Expr | undefined, names: Set<string>): boolean {
  switch (expr?.kind) {
    case "name":
      names.add(expr.text);
      return true;
    case "unary":
      return mention(expr.arg, names);
    case "binary":
      return [expr.left, expr.right].every((part) => mention(part, names));
    case "condition":
      return [expr.test, expr.then, expr.otherwise].every((part) => mention(part, names));
    case "index":
      return [expr.of, expr.at].every((part) => mention(part, names));
    case "call":
      return expr.name.text !== "present" && expr.args.every((part) => mention(part, names));
    case "int":
    case undefined:
      return true;
    case "string":
    case "hole":
      return false;
  }
}
