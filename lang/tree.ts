// Nodes of the tree that are made by a program and not read from a text: all spans are 0..0.
import type { Expr, Instruction, Item, Name, Port, TypeExpr } from "./ast.ts";
import { NO_SPANS } from "./source.ts";
import type { Type } from "./type.ts";

/** A name and its type. */
export interface Signal {
  readonly name: string;
  readonly type: Type;
}

/** `results = op[attrs](args) @hint`. */
export interface Parts {
  readonly results: readonly Signal[];
  readonly op: string;
  readonly attrs: readonly Expr[];
  readonly args: readonly string[];
  readonly hint: string | undefined;
}

/** A literal: in hexadecimal of that many digits at least, or in decimal if `digits` is 0 or it is negative. */
export function literal(value: bigint, digits: number): Expr {
  const text = digits > 0 && value >= 0n ? `0x${value.toString(16).padStart(digits, "0")}` : value.toString();
  return { kind: "int", value, text, start: 0, end: 0 };
}

export function string(value: string): Expr {
  return { kind: "string", value, start: 0, end: 0 };
}

export function itemNode(
  name: string,
  inputs: readonly Signal[],
  outputs: readonly Signal[],
  body: readonly Parts[],
): Item {
  return {
    keyword: nameNode("def"),
    name: nameNode(name),
    params: [],
    attrs: [],
    inputs: inputs.map(portNode),
    outputs: outputs.map(portNode),
    body: body.map(instructionNode),
    marks: { inputsEnd: 0, outputsEnd: 0, bodyStart: 0 },
    start: 0,
    end: 0,
  };
}

function instructionNode({ results, op, attrs, args, hint }: Parts): Instruction {
  return {
    kind: "instruction",
    results: results.map(portNode),
    op: nameNode(op),
    optional: false,
    attrs: attrs.map((value) => ({ key: undefined, value, start: 0, end: 0 })),
    args: args.map((text) => ({ kind: "name", text, type: undefined, start: 0, end: 0 })),
    loc: hint === undefined ? undefined : { resource: nameNode(hint), coordinates: [], start: 0, end: 0 },
    partial: false,
    start: 0,
    end: 0,
    others: NO_SPANS,
  };
}

function nameNode(text: string): Name {
  return { text, start: 0, end: 0 };
}

function portNode({ name, type }: Signal): Port {
  return { name: nameNode(name), optional: false, index: undefined, type: typeNode(type), start: 0, end: 0 };
}

const types = new Map<Type, TypeExpr>();

/** The same node for the same type: there are few types and many values. */
function typeNode(type: Type): TypeExpr {
  const known = types.get(type);
  if (known !== undefined) return known;
  const args = type.lanes > 0 ? [literal(BigInt(type.lanes), 0)] : [];
  const made = { name: type.lane.text, args, start: 0, end: 0 };
  types.set(type, made);
  return made;
}
