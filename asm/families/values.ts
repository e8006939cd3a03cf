// What a pattern says of two choices of its numbers: whether one computes what the other does of operands that are
// widened, as far as both have bits. Each operation is looked at by itself: the low bits of sums and products depend on the
// low bits of their operands alone, and a register changes nothing about its operand. So what registers are there does
// not matter.
import type { Numbers, PatternOp } from "../../lang/target/members.ts";
import { isExtension, type Pattern, type PatternTree, type TypePattern } from "../../lang/target/target.ts";
import { evaluate } from "../../lang/target/value.ts";
import type { Sign } from "./wiring.ts";

/** Two choices of numbers: of the member, and of the one that it is held against. */
export interface Two {
  readonly member: Numbers;
  readonly other: Numbers;
}

/**
 * What a value of one has to do with that of the other: they are the same bit; the low bits of both are, as many as both
 * have; or both are the same number, of so many bits, which both have room for.
 */
type Relation =
  | { readonly kind: "bit" }
  | { readonly kind: "low" }
  | { readonly kind: "number"; readonly sign: Sign; readonly bits: number };

/** A value in both, with its widths. */
interface Value {
  readonly relation: Relation;
  readonly widths: readonly [member: number, other: number];
}

const BIT: Relation = { kind: "bit" };
const LOW_BITS: Relation = { kind: "low" };

/** "No program" where types do not fit together; undefined where nothing is known. */
type Found = Value | "no program" | undefined;

/**
 * Whether the results are related, so that what the other has above is the `above` of the member. `signs` says by operand
 * how it is widened.
 */
export function agree(
  pattern: Pattern,
  two: Two,
  absent: ReadonlySet<string>,
  signs: readonly Sign[],
  above: Sign,
): boolean | "no program" {
  const seen = new Map<string, Found>();
  const find = (tree: PatternTree): Found => {
    if (tree.kind === "port") {
      const at = pattern.inputs.findIndex(({ name }) => name === tree.name);
      const port = pattern.inputs[at];
      return port === undefined ? undefined : operand(port.type, two, signs[at] ?? "either");
    }
    if (tree.kind === "self") return { relation: LOW_BITS, widths: widthsOf(pattern.output.type, two) };
    if (!seen.has(tree.name)) seen.set(tree.name, operation(tree, two, absent, find));
    return seen.get(tree.name);
  };
  const found = find(pattern.tree);
  if (found === undefined || found === "no program") return found ?? false;
  const [width, other] = widthsOf(pattern.output.type, two);
  if (found.widths[0] !== width || found.widths[1] !== other) return "no program";
  return width <= other || isReadAs(found.relation, above, other);
}

function operand(type: TypePattern, two: Two, sign: Sign): Value {
  if (type.width === undefined) return { relation: BIT, widths: [1, 1] };
  const widths = widthsOf(type, two);
  return { relation: widths[0] <= widths[1] ? { kind: "number", sign, bits: widths[0] } : LOW_BITS, widths };
}

function widthsOf({ width }: TypePattern, { member, other }: Two): readonly [number, number] {
  return width === undefined ? [1, 1] : [Number(evaluate(width, member)), Number(evaluate(width, other))];
}

type Rule = (args: readonly Value[], widths: readonly [number, number]) => Relation | undefined;

/** What is known of the results of operations whose operands are as wide as they, but for conditions. */
const RULES: Readonly<Record<string, Rule>> = {
  add: (args, widths) => sum(args, widths),
  sub: (args, widths) => sum(args, widths, "signed"),
  mul: product,
  and: () => LOW_BITS,
  or: () => LOW_BITS,
  xor: () => LOW_BITS,
  not: () => LOW_BITS,
};

function operation(tree: PatternOp, two: Two, absent: ReadonlySet<string>, find: (tree: PatternTree) => Found): Found {
  const isRegister = tree.op.kind === "reg";
  if (!isRegister && absent.has(tree.name)) return find(tree.args[tree.standIn] as PatternTree);
  const args: Value[] = [];
  for (const arg of tree.args) {
    const found = find(arg);
    if (found === undefined || found === "no program") return found;
    args.push(found);
  }
  const [first] = args;
  if (first === undefined) return undefined;
  const widths = tree.type === undefined ? first.widths : widthsOf(tree.type, two);
  const isAsWide = ({ widths: own }: Value) => own[0] === widths[0] && own[1] === widths[1];
  if (isRegister) {
    const [init] = tree.attrs;
    const isPlain = args.slice(1).every(({ relation }) => relation.kind === "bit");
    return isPlain && init?.kind === "int" && init.value === 0n && isAsWide(first) ? first : undefined;
  }
  if (isExtension(tree)) return extension(first, tree.op.name === "sext" ? "signed" : "unsigned", widths);
  if (tree.op.name === "mux") {
    const [condition, ...choices] = args;
    if (condition?.relation.kind !== "bit") return undefined;
    return choices.every(isAsWide) ? { relation: LOW_BITS, widths } : "no program";
  }
  const relation = RULES[tree.op.name]?.(args, widths);
  if (relation === undefined) return undefined;
  return args.every(isAsWide) ? { relation, widths } : "no program";
}

/** Whether a value of that width, read with that sign, is the number that it stands for. */
function isReadAs(relation: Relation, sign: Sign, width: number): boolean {
  if (relation.kind !== "number" || sign === "either") return false;
  if (relation.sign === "either" || relation.sign === sign) return relation.bits <= width;
  return relation.sign === "unsigned" && relation.bits < width;
}

function extension(value: Value, sign: Sign, widths: readonly [number, number]): Found {
  const [from, to] = [value.widths, widths];
  if (from[0] > to[0] || from[1] > to[1]) return "no program";
  const { relation } = value;
  const isRead = ([0, 1] as const).every((at) => from[at] === to[at] || isReadAs(relation, sign, from[at]));
  if (isRead && relation.kind === "number") {
    const isFree = relation.sign === "either" && (from[0] < to[0] || from[1] < to[1]);
    return { relation: isFree ? { ...relation, sign } : relation, widths };
  }
  // What is above the bits that both had matters only where both have them now.
  const known = Math.min(from[0], from[1]);
  return Math.min(to[0], to[1]) <= known ? { relation: LOW_BITS, widths } : undefined;
}

/** The number that an operand is; one that may be read either way is read without a sign. */
function numberOf({ relation }: Value): { readonly isSigned: boolean; readonly bits: number } | undefined {
  return relation.kind === "number" ? { isSigned: relation.sign === "signed", bits: relation.bits } : undefined;
}

/** A number of so many bits, if both have room for it. */
function fitted(isSigned: boolean, bits: number, widths: readonly [number, number]): Relation {
  return bits <= Math.min(...widths) ? { kind: "number", sign: isSigned ? "signed" : "unsigned", bits } : LOW_BITS;
}

function product([a, b]: readonly Value[], widths: readonly [number, number]): Relation {
  const [x, y] = [a, b].map((one) => (one === undefined ? undefined : numberOf(one)));
  return x === undefined || y === undefined ? LOW_BITS : fitted(x.isSigned || y.isSigned, x.bits + y.bits, widths);
}

function sum([a, b]: readonly Value[], widths: readonly [number, number], sign?: "signed"): Relation {
  const [x, y] = [a, b].map((one) => (one === undefined ? undefined : numberOf(one)));
  if (x === undefined || y === undefined) return LOW_BITS;
  const isSigned = sign === "signed" || x.isSigned || y.isSigned;
  // A number without a sign takes a bit more where there are signs.
  const bits = Math.max(...[x, y].map((one) => one.bits + (isSigned && !one.isSigned ? 1 : 0))) + 1;
  return fitted(isSigned, bits, widths);
}
