// Families over operations: `pat mac<X: sext or zext, ...>` is one pattern for each choice, called after it (`mac_sext`).
// In attributes a parameter that is an operation stands for its place in the list, from 0; `only` says which choices there are.
import type { Attr, Expr, Instruction, Item, Param, Statement } from "../ast.ts";
import { OPERATIONS } from "../ops.ts";
import { evaluate } from "./value.ts";

/** A member of a family over operations. */
export interface Variant {
  readonly item: Item;
  /** The places of the chosen operations, by parameter. */
  readonly fixed: ReadonlyMap<string, bigint>;
}

interface Choice {
  readonly param: string;
  readonly place: bigint;
  readonly operation: string;
}

/** The patterns that one declaration makes; itself where it has no parameters that are operations. Throws `TargetError`. */
export function variants(item: Item): readonly Variant[] {
  const families = item.params.filter((param) => operations(param).length > 0);
  if (families.length === 0) return [{ item, fixed: new Map() }];
  let choices: readonly (readonly Choice[])[] = [[]];
  for (const param of families)
    choices = choices.flatMap((chosen) =>
      operations(param).map((operation, at) => [...chosen, { param: param.name.text, place: BigInt(at), operation }]),
    );
  return choices.flatMap((chosen) => {
    const fixed = new Map(chosen.map(({ param, place }) => [param, place]));
    const only = item.attrs.find((attr) => attr.key?.text === "only")?.value;
    return only === undefined || evaluate(only, fixed) !== 0n ? [{ item: chosenItem(item, chosen, fixed), fixed }] : [];
  });
}

function operations({ domain }: Param): readonly string[] {
  return domain.flatMap((one) => (one.kind === "name" && OPERATIONS.has(one.text) ? [one.text] : []));
}

function chosenItem(item: Item, chosen: readonly Choice[], fixed: ReadonlyMap<string, bigint>): Item {
  const named = new Map(chosen.map(({ param, operation }) => [param, operation]));
  const instruction = (one: Instruction): Instruction => {
    const text = named.get(one.op.text);
    return text === undefined ? one : { ...one, op: { ...one.op, text } };
  };
  const attrs = item.attrs
    .filter((attr) => attr.key?.text !== "only")
    .map((attr): Attr => ({ ...attr, value: filled(attr.value, fixed) }));
  return {
    ...item,
    name: { ...item.name, text: [item.name.text, ...named.values()].join("_") },
    params: item.params
      .filter((param) => !named.has(param.name.text))
      .map((param) => ({ ...param, domain: param.domain.map((one) => filled(one, fixed)) })),
    attrs,
    body: item.body.map((one): Statement => (one.kind === "instruction" ? instruction(one) : one)),
  };
}

/** An expression with the parameters that are known filled in. */
function filled(expr: Expr, fixed: ReadonlyMap<string, bigint>): Expr {
  const inner = (one: Expr | undefined) => (one === undefined ? undefined : filled(one, fixed));
  switch (expr.kind) {
    case "name": {
      const value = fixed.get(expr.text);
      return value === undefined ? expr : { kind: "int", value, text: `${value}`, start: expr.start, end: expr.end };
    }
    case "unary":
      return { ...expr, arg: filled(expr.arg, fixed) };
    case "binary":
      return { ...expr, left: inner(expr.left), right: inner(expr.right) };
    case "condition":
      return {
        ...expr,
        test: filled(expr.test, fixed),
        // biome-ignore lint/suspicious/noThenProperty: the name of the tree
        then: filled(expr.then, fixed),
        otherwise: filled(expr.otherwise, fixed),
      };
    case "call":
      return { ...expr, args: expr.args.map((one) => filled(one, fixed)) };
    case "int":
    case "string":
    case "hole":
    case "index":
      return expr;
  }
}
