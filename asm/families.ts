// Families over several numbers as a whole. The product of all widths and all choices of registers is millions of members,
// so that each is proved by way of a larger one: the larger computes what its pattern says (`prove.ts`, for each choice of
// registers); the cells of the member are those of the larger one with the upper bits of operands tied to a sign or to 0
// (`wiring`, for each choice of numbers, and once for all registers, as `symbolic` leaves them open); and the pattern says
// the same of operands that are widened (`values`, likewise).
import type { Expr } from "../lang/ast.ts";
import { type Instance, instancesOf, type Operands } from "../lang/target/instances.ts";
import { allNumbers, kindsOf, type Member, type Numbers, operations, type Probes } from "../lang/target/members.ts";
import type { Implementation, Pattern, Target, TypePattern } from "../lang/target/target.ts";
import { evaluate, mentions, TargetError } from "../lang/target/value.ts";
import { symbolic } from "./families/symbolic.ts";
import { areTied } from "./families/tied.ts";
import { agree } from "./families/values.ts";
import { type Made, type Port, type Sign, tiedTo } from "./families/wiring.ts";
import type { Netlist } from "./netlist.ts";
import { template } from "./template.ts";

/** A choice of kinds and numbers that others are proved by. */
export interface Leader extends Member {
  /** How many choices of kinds and numbers, itself among them, it stands for, with each choice of registers. */
  readonly count: number;
  /** Which choices of enables and resets have to be looked at: with all of them the others are as tied to constants. */
  readonly operands: Operands;
}

/** A pattern and what makes it. */
export interface Family {
  readonly pattern: Pattern;
  readonly imp: Implementation;
  readonly target: Target;
}

/** The choices that all others of a family are shown to follow from; undefined where a family is not of that sort. */
export function leadersOf(family: Family, probes: Probes): readonly Leader[] | undefined {
  const { pattern } = family;
  const { params } = pattern;
  const parts = conditions(pattern);
  const all = parts !== undefined && pattern.attrs.every(({ isFlag }) => isFlag) ? allNumbers(pattern) : undefined;
  // Kinds other than those of numbers are something else.
  if (parts === undefined || all === undefined || params.some(({ kinds }) => kinds?.has("bool"))) return undefined;
  const isLegal = (numbers: Numbers) => parts.every((part) => evaluate(part, numbers) !== 0n);
  const found = gathered(family, bySize(pattern, all.filter(isLegal)), probes);
  const [kinds = new Map(), ...others] = kindsOf(pattern);
  return found?.map(({ numbers, made, count }) => {
    const operands = made !== undefined && areTied(made, pattern) ? "most" : "all";
    return { kinds, numbers, count: count * (1 + others.length), operands };
  });
}

/** The conditions of a pattern on its numbers; undefined where one is on what is present, too, or on kinds. */
function conditions({ when, params }: Pattern): readonly Expr[] | undefined {
  const isOn = (part: Expr, kinds: boolean) =>
    params.some((param) => (param.kinds !== undefined) === kinds && mentions(part, param.name));
  const parts = conjuncts(when);
  if (parts.some((part) => isOn(part, true) || (isOn(part, false) && asksPresence(part)))) return undefined;
  return parts.filter((part) => isOn(part, false));
}

function conjuncts(expr: Expr | undefined): readonly Expr[] {
  if (expr?.kind !== "binary" || expr.op !== "&&") return expr === undefined ? [] : [expr];
  return [...conjuncts(expr.left), ...conjuncts(expr.right)];
}

function asksPresence(expr: Expr | undefined): boolean {
  switch (expr?.kind) {
    case "call":
      return expr.name.text === "present" || expr.args.some(asksPresence);
    case "unary":
      return asksPresence(expr.arg);
    case "binary":
      return asksPresence(expr.left) || asksPresence(expr.right);
    case "condition":
      return [expr.test, expr.then, expr.otherwise].some(asksPresence);
    default:
      return false;
  }
}

/** Those with the widest operands first, then those with the widest results. */
function bySize({ inputs, output }: Pattern, all: readonly Numbers[]): readonly Numbers[] {
  const sizes = new Map(
    all.map((numbers) => {
      const bits = inputs.reduce((sum, { type }) => sum + bitsOf(portOf(type, numbers)), 0);
      return [numbers, [bits, bitsOf(portOf(output.type, numbers))] as const];
    }),
  );
  const size = (numbers: Numbers) => sizes.get(numbers) ?? [0, 0];
  return all.toSorted((a, b) => size(b)[0] - size(a)[0] || size(b)[1] - size(a)[1]);
}

function portOf({ width, lanes }: TypePattern, numbers: Numbers): Port {
  const value = (expr: Expr | undefined) => (expr === undefined ? 1 : Number(evaluate(expr, numbers)));
  return { width: value(width), lanes: value(lanes) };
}

function bitsOf({ width, lanes }: Port): number {
  return width * lanes;
}

/** More leaders than this, and a family is probed instead. */
const MOST_LEADERS = 24;

interface Draft {
  readonly numbers: Numbers;
  /** Undefined where what is present cannot be left open. */
  readonly made: Made | undefined;
  /** Optional operations other than registers that may be absent. */
  readonly absent: readonly ReadonlySet<string>[];
  count: number;
}

function gathered(family: Family, all: readonly Numbers[], probes: Probes): readonly Draft[] | undefined {
  const { pattern } = family;
  const drafts: Draft[] = [];
  for (const numbers of all) {
    const own = agree(pattern, { member: numbers, other: numbers }, new Set(), EITHER, "either");
    if (own === "no program") continue;
    if (!own) return undefined;
    const made = madeOf(family, numbers);
    const draft = drafts.find((one) => follows(pattern, numbers, made, one));
    if (draft !== undefined) draft.count++;
    else if (drafts.length === MOST_LEADERS) return undefined;
    else drafts.push({ numbers, made, absent: absences(pattern, numbers, probes), count: 1 });
  }
  return drafts;
}

const EITHER: readonly Sign[] = [];

/** The choices of operations, registers aside, that members of these numbers leave out. */
function absences(pattern: Pattern, numbers: Numbers, probes: Probes): readonly ReadonlySet<string>[] {
  const registers = new Set(operations(pattern.tree).flatMap(({ op, name }) => (op.kind === "reg" ? [name] : [])));
  const [kinds = new Map()] = kindsOf(pattern);
  const found = new Map<string, ReadonlySet<string>>();
  for (const { absent } of instancesOf(pattern, { kinds, numbers }, probes)) {
    const others = [...absent].filter((name) => !registers.has(name));
    found.set(others.join(" "), new Set(others));
  }
  return [...found.values()];
}

/** Whether the members of these numbers follow from those of a leader, whatever registers there are. */
function follows(
  pattern: Pattern,
  numbers: Numbers,
  made: Made | undefined,
  { numbers: other, made: leader, absent }: Draft,
): boolean {
  const tied = leader === undefined || made === undefined ? undefined : tiedTo(leader, made);
  if (tied === undefined) return false;
  const { operands, above } = tied;
  return absent.every((one) => agree(pattern, { member: numbers, other }, one, operands, above) === true);
}

/** The cells of members with these numbers. */
function madeOf({ pattern, imp, target }: Family, numbers: Numbers): Made | undefined {
  const inputs = pattern.inputs.map(({ type }) => portOf(type, numbers));
  const open = {
    attrs: new Set(pattern.attrs.map(({ name }) => name)),
    ports: pattern.inputs.map(({ optional }) => optional),
  };
  try {
    return {
      // Without the kinds: cells that depend on them are not made.
      symbolic: symbolic(imp, numbers, inputs.map(bitsOf), target, open),
      inputs,
      output: portOf(pattern.output.type, numbers),
    };
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return undefined;
  }
}

/** Whether what was proved of a leader are its cells as the implementation makes them, so that others follow from it. */
export function isAsMade({ pattern, imp, target }: Family, { scope, present }: Instance, made: Netlist): boolean {
  const widths = pattern.inputs.map(({ name, type }) => (present(name) ? bitsOf(portOf(type, scope)) : undefined));
  const { cells } = template(imp, scope, widths, target);
  return (
    cells.length === made.cells.length &&
    cells.every(({ prim, params }, at) => {
      const cell = made.cells[at];
      return cell?.prim === prim && params.every((value, param) => value === cell.params[param]);
    })
  );
}
