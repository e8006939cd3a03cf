// Members of the families of a pattern: choices of kinds and numbers, those that are probed and all there are.
import type { Operation } from "../ops.ts";
import { inRange, leastOf } from "./range.ts";
import type { Pattern, PatternTree, TypePattern } from "./target.ts";
import { evaluate } from "./value.ts";

/** Which members of a family are looked at. */
export interface Probes {
  /** Values of the one number of a family. */
  readonly single: readonly number[];
  /** Values of the one number of a family with many optional operands. */
  readonly few: readonly number[];
  /** Values of each of several. */
  readonly several: readonly number[];
  /** Values of each of more than two. */
  readonly many: readonly number[];
  /** Of families of more than `MOST_AT_ONCE` numbers only every n-th choice of optional operations, from the first of them on. */
  readonly part: readonly [first: number, n: number];
  /** Widths of addresses of memories. */
  readonly addresses: readonly number[];
  /** Up to here all attributes and initial values are tried, beyond a few. */
  readonly dense: number;
}

export type Kind = "i" | "u" | "bool";

/** The numbers of a family by name. */
export type Numbers = ReadonlyMap<string, bigint>;

/** A choice of kinds and numbers. */
export interface Member {
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly numbers: Numbers;
}

/** Families of one number with more optional operands than this take fewer values of it. */
const MOST_OPTIONAL = 4;

/** Families of more numbers than this, without lanes, are not probed with all of them and all registers at once. */
export const MOST_NUMBERS = 2;
/**
 * Of more numbers than this no two are probed with all they can be: all others are the largest. What else is optional in
 * operands is all there, or none of it.
 */
export const MOST_AT_ONCE = 3;

/** Lanes that are tried where a family counts them. */
const LANES = [1, 2, 3];

/** How many numbers a family has, lanes aside. */
export function countNumbers({ params, lanes }: Pattern): number {
  return params.filter((param) => param.kinds === undefined && param.name !== lanes).length;
}

/** The probed choices that meet the ranges of a family; with `isFew` not each of many numbers with each other. */
export function* members(pattern: Pattern, probes: Probes, isFew = true): Generator<Member> {
  const count = countNumbers(pattern);
  const addresses = addressWidths(pattern);
  const single = pattern.inputs.filter(({ optional }) => optional).length > MOST_OPTIONAL ? probes.few : probes.single;
  const values = count > MOST_NUMBERS && addresses.size === 0 ? probes.many : count > 1 ? probes.several : single;
  const isStar = isFew && count > MOST_AT_ONCE && addresses.size === 0;
  const tried = (name: string) => (name === pattern.lanes ? LANES : addresses.has(name) ? probes.addresses : values);
  let first = true;
  for (const kinds of kindsOf(pattern)) {
    for (const numbers of numbersOf(pattern, (name) => tried(name).map(BigInt), isStar ? 1 : count + 1)) {
      const all = [...numbers].map(([name, value]) => (addresses.has(name) ? 2 ** Number(value) : Number(value)));
      const bits = all.reduce((product, one) => product * one, 1);
      // A memory does not see what its words mean: other kinds are tried with small ones.
      const isTried = first ? bits <= MOST_BITS || !all.some((one) => one > 1 && one < bits) : bits <= FEW_BITS;
      if (addresses.size === 0 ? first || !isStar : isTried) yield { kinds, numbers };
    }
    first = false;
  }
}

/** Numbers at which each choice of what is optional is tried: proofs of it do not take long, and all bits matter. */
const MIDDLE = [5n, 6n, 20n];

/** Such choices of the numbers of a family, those with the widest result first, then with the narrowest operands. */
export function middles(pattern: Pattern): readonly Member[] {
  const [kinds = new Map()] = kindsOf(pattern);
  const width = (type: TypePattern, numbers: Numbers) =>
    type.width === undefined ? 1 : Number(evaluate(type.width, numbers));
  const sized = [...numbersOf(pattern, (name) => (name === pattern.lanes ? [2n] : MIDDLE))].map((numbers) => ({
    member: { kinds, numbers },
    result: width(pattern.output.type, numbers),
    operands: pattern.inputs.reduce((sum, { type }) => sum + width(type, numbers), 0),
  }));
  return sized.sort((a, b) => b.result - a.result || a.operands - b.operands).map(({ member }) => member);
}

/** Memories of so many bits are tried, of the first kinds and of others, and deeper ones of one bit. */
const MOST_BITS = 3 * 2 ** 12;
const FEW_BITS = 2 ** 3;

/** All choices of kinds. */
export function* kindsOf({ params }: Pattern): Generator<ReadonlyMap<string, Kind>> {
  const kinds = params.filter((param) => param.kinds !== undefined);
  const choose = function* (at: number, chosen: ReadonlyMap<string, Kind>): Generator<ReadonlyMap<string, Kind>> {
    const param = kinds[at];
    if (param === undefined) yield chosen;
    else for (const kind of param.kinds ?? []) yield* choose(at + 1, new Map(chosen).set(param.name, kind));
  };
  yield* choose(0, new Map());
}

/** All choices of numbers, lanes aside, of which a few are tried; undefined where there is no end to them. */
export function allNumbers(pattern: Pattern): readonly Numbers[] | undefined {
  const numbers = pattern.params.filter((param) => param.kinds === undefined && param.name !== pattern.lanes);
  if (numbers.length === 0 || numbers.some(({ range }) => range?.[0] === undefined || range[1] === undefined))
    return undefined;
  const all: Numbers[] = [];
  for (const chosen of numbersOf(pattern, (name, before) => {
    if (name === pattern.lanes) return LANES.map(BigInt);
    const [low, high] = numbers.find((param) => param.name === name)?.range ?? [];
    const [from, to] = [low, high].map((end) => (end === undefined ? 0n : evaluate(end, before))) as [bigint, bigint];
    return Array.from({ length: Math.max(0, Number(to - from) + 1) }, (_, at) => from + BigInt(at));
  })) {
    if (all.length === MOST_CHOICES) return undefined;
    all.push(chosen);
  }
  return all;
}

/** Families of more choices of numbers are probed. */
const MOST_CHOICES = 2 ** 16;

/**
 * Choices of numbers out of those tried of each, which may depend on those before; the least where none fits. At most
 * `atOnce` of them are not the largest that was tried.
 */
function* numbersOf(
  pattern: Pattern,
  tried: (name: string, before: Numbers) => readonly bigint[],
  atOnce = Number.POSITIVE_INFINITY,
): Generator<Numbers> {
  const numbers = pattern.params.filter((param) => param.kinds === undefined);
  const choose = function* (at: number, chosen: Numbers, left: number): Generator<Numbers> {
    const param = numbers[at];
    if (param === undefined) {
      yield chosen;
      return;
    }
    const inside = tried(param.name, chosen).filter((value) => inRange(param, value, chosen));
    const fitting = inside.length > 0 ? inside : leastOf(param, chosen);
    for (const value of fitting) {
      const rest = value === fitting.at(-1) ? left : left - 1;
      if (rest >= 0) yield* choose(at + 1, new Map(chosen).set(param.name, value), rest);
    }
  };
  yield* choose(0, new Map(), atOnce);
}

/** An operation of a pattern. */
export type PatternOp = PatternTree & { kind: "op" };

/** The operations, operands first. */
export function operations(tree: PatternTree): readonly PatternOp[] {
  if (tree.kind !== "op") return [];
  const all = [...tree.args.flatMap(operations), tree];
  return all.filter((one, at) => all.findIndex((other) => other.name === one.name) === at);
}

/** The ports that are the addresses of a memory that holds state. */
export function addressesOf({ op, args }: { readonly op: Operation; readonly args: readonly PatternTree[] }): string[] {
  if (op.kind !== "memory") return [];
  return args.slice(0, op.memory?.writable === true ? 2 : 1).flatMap((arg) => (arg.kind === "port" ? [arg.name] : []));
}

/** The parameters that are widths of addresses of memories that hold state. */
function addressWidths({ tree, inputs }: Pattern): ReadonlySet<string> {
  const ports = new Set(operations(tree).flatMap(addressesOf));
  const widths = inputs.flatMap(({ name, type }) =>
    ports.has(name) && type.width?.kind === "name" ? [type.width.text] : [],
  );
  return new Set(widths);
}
