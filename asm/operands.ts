// An instruction of assembly against its pattern: which member of the family it is, and whether it is given what that
// needs, no less and no more.
import type { Attr, Expr, Instruction } from "../lang/ast.ts";
import { misfit } from "../lang/contents.ts";
import type { Report } from "../lang/diagnostic.ts";
import { didYouMean } from "../lang/near.ts";
import { portAt } from "../lang/target/enables.ts";
import {
  type FamilyParam,
  isExtension,
  type Pattern,
  type PatternTree,
  type Target,
  type TypePattern,
} from "../lang/target/target.ts";
import { evaluate, packTables, packWords } from "../lang/target/value.ts";
import { BOOL, type Type } from "../lang/type.ts";

/** What an instruction is a member of. */
export interface Membership {
  /** How often the cells are there: once, or once a lane. */
  readonly copies: number;
  /** Numbers of the family and attributes of each copy; a parameter that is a kind is 1 for `i`. */
  readonly scopes: readonly ReadonlyMap<string, bigint>[];
  /** Whether an optional operand or attribute is there. */
  readonly present: (name: string) => boolean;
}

/** `types` are those of the operands, undefined for open ones. Reports what is wrong; undefined then. */
export function membership(
  one: Instruction,
  pattern: Pattern,
  types: readonly (Type | undefined)[],
  result: Type,
  target: Target,
  found: Report,
): Membership | undefined {
  const before = found.list.length;
  const lanes = pattern.output.type.lanes === undefined ? result.lanes : 0;
  const attrs = attributes(one, pattern, lanes, result, found);
  checkOperands(one, pattern, types, found);
  checkContents(one, pattern, types, result, attrs, found);
  checkPlace(one, pattern, target, found);
  const wrong = () => {
    found.error("bad-instruction", `\`${one.op.text}\` is not for values of these types`, [{ span: one, text: "" }]);
    return undefined;
  };
  if (found.list.length > before) return undefined;
  const numbers = parameters(pattern, types, result);
  if (numbers === undefined) return wrong();
  const connected = new Set(pattern.inputs.filter((_, at) => types[at] !== undefined).map((port) => port.name));
  const present = (name: string) => connected.has(name) || attrs.has(name);
  const copies = Math.max(lanes, 1);
  const scopes = Array.from({ length: copies }, (_, lane) => {
    const scope = new Map(numbers);
    for (const { name, table, contentsAt } of pattern.attrs) {
      const values = attrs.get(name);
      if (values === undefined) continue;
      const own = values[lane] ?? (values[0] as bigint);
      scope.set(name, table === undefined ? own : packTables(values, table, result.width));
      if (contentsAt !== undefined) scope.set(name, packWords(values, result.width));
    }
    return scope;
  });
  const { when } = pattern;
  if (when !== undefined && scopes.some((scope) => evaluate(when, scope, present) === 0n)) return wrong();
  const used = new Set(usedPorts(pattern.tree, present));
  const idle = pattern.inputs.findIndex((port) => connected.has(port.name) && !used.has(port.name));
  if (idle < 0) return { copies, scopes, present };
  found.error(
    "bad-instruction",
    `\`${one.op.text}\` has no use for its operand \`${pattern.inputs[idle]?.name}\` here`,
    [{ span: one.args[idle] ?? one, text: "" }],
    missingAttrs(pattern, attrs).map((name) => `give the attribute \`${name}\`, or leave the operand out`),
  );
  return undefined;
}

function missingAttrs(pattern: Pattern, attrs: ReadonlyMap<string, unknown>): readonly string[] {
  return pattern.attrs.filter((attr) => !attrs.has(attr.name)).map((attr) => attr.name);
}

/** The ports of the operations that are there. */
function usedPorts(tree: PatternTree, present: (name: string) => boolean): readonly string[] {
  if (tree.kind === "self") return [];
  if (tree.kind === "port") return [portAt(tree, present)];
  const used = isThere(tree, present) ? tree.args : [tree.args[tree.standIn] as PatternTree];
  return used.flatMap((arg) => usedPorts(arg, present));
}

/** Whether an optional operation is meant. */
export function isThere(tree: PatternTree & { kind: "op" }, present: (name: string) => boolean): boolean {
  return !tree.optional || isExtension(tree) || tree.presence.some(present);
}

function checkOperands(one: Instruction, pattern: Pattern, types: readonly (Type | undefined)[], found: Report): void {
  const open = pattern.inputs.find((port, at) => types[at] === undefined && !port.optional);
  const extra = one.args[pattern.inputs.length];
  const [, second] = one.results;
  if (open !== undefined)
    found.error("wrong-arity", `\`${pattern.name}\` lacks its operand \`${open.name}\``, [{ span: one, text: "" }]);
  else if (extra !== undefined)
    found.error("wrong-arity", `\`${pattern.name}\` has ${pattern.inputs.length} operands`, [
      { span: extra, text: "" },
    ]);
  if (second !== undefined)
    found.error("wrong-arity", `\`${pattern.name}\` has one result`, [{ span: second, text: "" }]);
}

/** A memory has as many words as its address reaches, and each fits. */
function checkContents(
  one: Instruction,
  pattern: Pattern,
  types: readonly (Type | undefined)[],
  result: Type,
  attrs: ReadonlyMap<string, readonly bigint[]>,
  found: Report,
): void {
  for (const { name, contentsAt } of pattern.attrs) {
    const words = attrs.get(name);
    const address = types[pattern.inputs.findIndex((port) => port.name === contentsAt)];
    if (words === undefined || address === undefined) continue;
    const wrong = misfit(words, 2 ** address.width, result.bits);
    if (wrong !== undefined)
      found.error("bad-attribute", `the contents of \`${pattern.name}\` do not fit: ${wrong}`, [
        { span: one.attrs[0] ?? one.op, text: "" },
      ]);
    else if (result.lanes > 0)
      found.error("bad-attribute", `\`${pattern.name}\` has contents for no vectors`, [{ span: one.op, text: "" }]);
  }
}

function checkPlace(one: Instruction, pattern: Pattern, target: Target, found: Report): void {
  const resource = one.loc?.resource;
  if (resource === undefined || resource.text === "??" || target.hints.get(resource.text) === pattern.resource) return;
  if (resource.text !== pattern.resource)
    found.error(
      "bad-instruction",
      `\`${pattern.name}\` is not on \`@${resource.text}\``,
      [{ span: resource, text: "" }],
      [`write \`@${pattern.resource}\``],
    );
}

/** `[init: 1, 2]`: values by the name before them, one or one a lane. */
function attributes(
  one: Instruction,
  pattern: Pattern,
  lanes: number,
  result: Type,
  found: Report,
): ReadonlyMap<string, readonly bigint[]> {
  const values = new Map<string, bigint[]>();
  const names = pattern.attrs.map((attr) => attr.name);
  const refuse = (message: string, at: Attr | undefined, help: readonly string[] = []) =>
    found.error("bad-attribute", message, [{ span: at ?? one.op, text: "" }], help);
  // Truth tables stand first, without their name.
  const [first] = pattern.attrs;
  let current: bigint[] | undefined;
  if (first?.table !== undefined && one.attrs[0] !== undefined && one.attrs[0].key === undefined) {
    current = [];
    values.set(first.name, current);
  }
  for (const attr of one.attrs) {
    const key = attr.key?.text;
    if (key !== undefined) {
      if (!names.includes(key)) refuse(`\`${pattern.name}\` has no attribute \`${key}\``, attr, didYouMean(key, names));
      else if (values.has(key)) refuse(`\`${key}\` is given twice`, attr);
      current = [];
      values.set(key, current);
    }
    if (attr.value.kind === "int" && current !== undefined) current.push(attr.value.value);
    else refuse("an attribute of an instruction looks like `init: 0`", attr);
  }
  for (const { name, isFlag } of pattern.attrs)
    if (isFlag && values.get(name)?.some((value) => value !== 1n))
      refuse(`\`${name}\` says with a 1 that a part is there; leave it out otherwise`, one.attrs[0]);
  for (const { name, table } of pattern.attrs)
    if (table !== undefined) checkTables(values.get(name) ?? [], table, result, one, refuse);
  for (const [name, list] of values)
    if (
      list.length > 1 &&
      list.length !== lanes &&
      !pattern.attrs.some((attr) => attr.name === name && (attr.table !== undefined || attr.contentsAt !== undefined))
    )
      refuse(`\`${name}\` has ${list.length} values for ${lanes === 0 ? "a scalar" : `${lanes} lanes`}`, one.attrs[0]);
  const missing = pattern.attrs.find((attr) => !attr.optional && !values.has(attr.name));
  if (missing !== undefined) refuse(`\`${pattern.name}\` needs its attribute \`${missing.name}\``, undefined);
  return values;
}

function checkTables(
  list: readonly bigint[],
  inputs: number,
  { width, text }: Type,
  one: Instruction,
  refuse: (message: string, at: Attr | undefined) => void,
): void {
  if (list.length > 1 && list.length !== width) refuse(`${list.length} truth tables for \`${text}\``, one.attrs[0]);
  const wrong = list.findIndex((table) => table < 0n || table >> BigInt(2 ** inputs) !== 0n);
  if (wrong >= 0) refuse(`a truth table of ${inputs} inputs has ${2 ** inputs} bits`, one.attrs[wrong]);
}

/** The parameters of a family, out of the types of an instruction's operands and result; undefined if they do not fit. */
function parameters(
  pattern: Pattern,
  types: readonly (Type | undefined)[],
  result: Type,
): ReadonlyMap<string, bigint> | undefined {
  const numbers = new Map<string, bigint>();
  const kinds = new Map<string, Type["kind"]>();
  const bindKind = (kind: string, actual: Type): boolean => {
    const param = pattern.params.find((one) => one.name === kind);
    if (param === undefined) return kind === actual.kind;
    const known = kinds.get(kind) ?? actual.kind;
    kinds.set(kind, known);
    numbers.set(kind, known === "i" ? 1n : 0n);
    return known === actual.kind && param.kinds?.has(known) === true;
  };
  const bindNumber = (expr: Expr, actual: number): boolean => {
    if (expr.kind !== "name" || numbers.has(expr.text)) return evaluate(expr, numbers) === BigInt(actual);
    const param = pattern.params.find((one) => one.name === expr.text);
    if (param === undefined || !inRange(param, BigInt(actual), numbers)) return false;
    numbers.set(expr.text, BigInt(actual));
    return true;
  };
  // A scalar pattern is one of vectors, too; its scalar operands are shared by the lanes.
  const fits = (type: TypePattern, actual: Type): boolean =>
    bindKind(type.kind, actual) &&
    (type.lanes === undefined
      ? actual.lanes === 0 || actual.lanes === result.lanes
      : actual.lanes > 0 === result.lanes > 0 && bindNumber(type.lanes, Math.max(actual.lanes, 1))) &&
    (type.width === undefined || bindNumber(type.width, actual.width));
  // Ranges of operands may depend on the width of the result.
  const isFirst = pattern.output.type.width?.kind === "name";
  if (isFirst && !fits(pattern.output.type, result)) return undefined;
  const isMember =
    pattern.inputs.every((port, at) => {
      const actual = types[at];
      const isShared = actual === BOOL && port.broadcasts && result !== BOOL;
      return actual === undefined || isShared || fits(port.type, actual);
    }) &&
    (isFirst || fits(pattern.output.type, result));
  return isMember ? numbers : undefined;
}

/** Whether a value lies in the range of a parameter, both ends included. */
function inRange(param: FamilyParam, value: bigint, numbers: ReadonlyMap<string, bigint>): boolean {
  const [low, high] = param.range ?? [];
  return (
    (low === undefined || value >= evaluate(low, numbers)) && (high === undefined || value <= evaluate(high, numbers))
  );
}
