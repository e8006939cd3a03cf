// What the parser makes its trees of: tokens become nodes, flat rows of operators become trees.
import type { IToken } from "chevrotain";
import {
  type Attr,
  type Expr,
  type Instruction,
  type Location,
  type Name,
  type Port,
  PRECEDENCE,
  type TypeExpr,
} from "./ast.ts";
import { NO_SPANS } from "./source.ts";
import { endOf, Minus, Plus } from "./tokens.ts";

/** An instruction in the making. */
export interface Draft {
  readonly results: Port[];
  op: Name | undefined;
  optional: boolean;
  attrs: Attr[];
  args: Expr[];
  loc: Location | undefined;
}

export const NONE: never[] = [];
const NO_OP: Name = { text: "", start: 0, end: 0 };

export function finish(draft: Draft, start: number, end: number, partial: boolean): Instruction {
  const { results, op, optional, attrs, args, loc } = draft;
  return {
    kind: "instruction",
    results,
    op: op ?? NO_OP,
    optional,
    attrs,
    args,
    loc,
    partial,
    start,
    end,
    others: NO_SPANS,
  };
}

export function nameOf(token: IToken): Name {
  return { text: token.image, start: token.startOffset, end: endOf(token) };
}

export function nameExpr(token: IToken, type: TypeExpr | undefined): Expr {
  return {
    kind: "name",
    text: token.image,
    type,
    start: token.startOffset,
    end: type === undefined ? endOf(token) : type.end,
  };
}

export function textOf(token: IToken): Expr {
  const value = ((token.image as string | undefined) ?? "").slice(1, -1).replace(/\\(.)/g, "$1");
  return { kind: "string", value, start: token.startOffset, end: endOf(token) };
}

export function holeOf(token: IToken): Expr {
  return { kind: "hole", start: token.startOffset, end: endOf(token) };
}

/** A sign before a literal belongs to the literal. */
export function signed(op: IToken, arg: Expr): Expr {
  const start = op.startOffset;
  if (op.tokenType === Plus) return { ...arg, start };
  if (op.tokenType === Minus && arg.kind === "int" && !arg.text.startsWith("-"))
    return { kind: "int", value: -arg.value, text: `-${arg.text}`, start, end: arg.end };
  return { kind: "unary", op: op.image as "-" | "!" | "~", arg, start, end: arg.end };
}

/** Builds the tree of a flat row of operands and operators, all of them left-associative. */
export function climb(operands: readonly (Expr | undefined)[], operators: readonly string[]): Expr {
  const output: (Expr | undefined)[] = [operands[0]];
  const pending: string[] = [];
  const reduce = () => {
    const right = output.pop();
    const left = output.pop();
    const start = left?.start ?? right?.start ?? 0;
    output.push({ kind: "binary", op: pending.pop() ?? "", left, right, start, end: right?.end ?? left?.end ?? start });
  };
  operators.forEach((op, at) => {
    while (pending.length > 0 && (PRECEDENCE[pending.at(-1) ?? ""] ?? 0) >= (PRECEDENCE[op] ?? 0)) reduce();
    pending.push(op);
    output.push(operands[at + 1]);
  });
  while (pending.length > 0) reduce();
  return output[0] ?? { kind: "hole", start: 0, end: 0 };
}
