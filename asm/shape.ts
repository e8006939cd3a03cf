// What instructions of one shape share, the same operation on the same types with the same attributes: their place in the
// family, their timing, and the cells that they become.
import type { Instruction } from "../lang/ast.ts";
import type { Report } from "../lang/diagnostic.ts";
import { holdsState, isClocked, isCombinational } from "../lang/ops.ts";
import {
  type Implementation,
  isExtension,
  type Pattern,
  type PatternTree,
  type Target,
} from "../lang/target/target.ts";
import { cost } from "../lang/target/value.ts";
import { BOOL, type Type } from "../lang/type.ts";
import type { Group } from "./netlist.ts";
import { isThere, membership } from "./operands.ts";
import { type Template, template } from "./template.ts";

/** What reports say of instructions of one shape. */
export type GroupFacts = Pick<Group, "resource" | "delay" | "isRegistered" | "after">;

export interface Shape {
  /** One for each copy: a scalar has one, a vector of a scalar pattern one a lane. */
  readonly templates: readonly Template[];
  /** Whether it keeps something from one cycle to the next. */
  readonly hasState: boolean;
  readonly facts: GroupFacts;
  /** By operand, whether it reaches the result within a cycle; all of an instruction that ends in a register. */
  readonly isReached: readonly boolean[];
}

type Types = readonly (Type | undefined)[];

/** Instructions of the same key have the same shape; `types` are those of the operands, undefined for open ones. */
export function shapeKey({ op, attrs, loc, args, results }: Instruction, types: Types, result: Type): string {
  let key = `${op.text} ${result.text} ${args.length} ${results.length} ${loc?.resource.text}`;
  for (const type of types) key += ` ${type?.text}`;
  for (const { key: name, value } of attrs)
    key += ` ${name?.text ?? ""}:${value.kind === "int" ? value.value : value.kind}`;
  return key;
}

/** Reports what is wrong with an instruction; undefined then. */
export function shapeOf(
  one: Instruction,
  pattern: Pattern,
  imp: Implementation,
  types: Types,
  result: Type,
  target: Target,
  found: Report,
): Shape | undefined {
  const member = membership(one, pattern, types, result, target, found);
  if (member === undefined) return undefined;
  const { copies, scopes, present } = member;
  const latest = (key: string) => {
    const formula = pattern.costs.find((one) => one.key?.text === key)?.value;
    return formula === undefined ? 0 : Math.max(...scopes.map((scope) => cost(formula, scope, present)));
  };
  const widths = types.map((type, at) => {
    if (type === undefined) return undefined;
    if (isBroadcast(pattern, at, type)) return result.width;
    return copies === 1 ? type.bits : type.width;
  });
  const facts = {
    resource: pattern.resource,
    delay: latest("delay"),
    isRegistered: isRegistered(pattern.tree, present),
    after: latest("after"),
  };
  const known = new Map<string, Template>();
  const timed = new Set(timedPorts(pattern.tree, present));
  return {
    templates: scopes.map((scope) => {
      const key = [...scope.values()].join(" ");
      const made = known.get(key) ?? template(imp, scope, widths, target);
      known.set(key, made);
      return made;
    }),
    hasState: hasRegister(pattern.tree, present),
    facts,
    isReached: pattern.inputs.map(({ name }) => facts.isRegistered || timed.has(name)),
  };
}

/** Whether an operand is one bit that all bits of the result share. */
export function isBroadcast(pattern: Pattern, at: number, type: Type): boolean {
  return type === BOOL && pattern.inputs[at]?.broadcasts === true;
}

/** Whether an operation that is there keeps something from one cycle to the next. */
function hasRegister(tree: PatternTree, present: (name: string) => boolean): boolean {
  if (tree.kind !== "op") return false;
  return (isThere(tree, present) && holdsState(tree.op)) || tree.args.some((arg) => hasRegister(arg, present));
}

/** Operands that reach the result within a cycle; all of an instruction that ends in a register. */
function timedPorts(tree: PatternTree, present: (name: string) => boolean): readonly string[] {
  if (tree.kind !== "op") return tree.kind === "port" ? [tree.name] : [];
  if (!isThere(tree, present)) return timedPorts(tree.args[tree.standIn] as PatternTree, present);
  return tree.args.flatMap((arg, at) => (isCombinational(tree.op, at) ? timedPorts(arg, present) : []));
}

/** Whether the outermost operation that is there changes at clock edges alone. */
function isRegistered(tree: PatternTree, present: (name: string) => boolean): boolean {
  if (tree.kind !== "op") return false;
  if (isThere(tree, present) && !isExtension(tree)) return isClocked(tree.op);
  return isRegistered(tree.args[tree.standIn] as PatternTree, present);
}
