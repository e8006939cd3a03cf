// Types and attributes of random programs, by numbers to decide by.
import type { Operation } from "../lang/ops.ts";
import type { Form } from "../lang/signature.ts";
import { BOOL, integer, type Type, vector } from "../lang/type.ts";
import { generator, randomFitting } from "./traces.ts";

/** Numbers to decide by; when they are used up every choice is the first, the simplest. */
export interface Choices {
  /** A number below `count`. */
  below(count: number): number;
  of<T>(list: readonly T[]): T;
  /** True once in `times`. */
  once(times: number): boolean;
}

export function choices(numbers: readonly number[]): Choices {
  let at = 0;
  const below = (count: number) => (numbers[at++] ?? 0) % count;
  return {
    below,
    of: <T>(list: readonly T[]) => list[below(Math.max(list.length, 1))] as T,
    once: (times) => below(times) === times - 1,
  };
}

/** Small and odd ones, and both sides of every boundary that an implementation may have. */
const WIDTHS = [8, 1, 2, 3, 4, 5, 7, 9, 12, 13, 15, 16, 17, 18, 24, 27, 31, 32, 33, 48, 63, 64, 65, 96, 127, 128];
/** Twice this is the most that a value has which is made by putting others together, in bits of all lanes. */
export const WIDEST_LANE = 128;

/** A few types for a program, so that its values find each other. */
export function typePool(choose: Choices, widest: number): readonly Type[] {
  return [BOOL, ...Array.from({ length: 3 + choose.below(2) }, () => randomType(choose, widest))];
}

function randomType(choose: Choices, widest: number): Type {
  const width = choose.once(8) ? 1 + choose.below(widest) : choose.of(WIDTHS.filter((one) => one <= widest));
  const lane = integer(choose.of(["i", "u"]), width);
  const lanes = choose.of([0, 0, 0, 0, 4, 2, 3, 1]);
  return lanes === 0 ? lane : vector(lane, lanes);
}

/** The types of a program. */
export interface Types {
  readonly pool: readonly Type[];
  /** The widest lane, in bits, of inputs and of what is widened. */
  readonly widest: number;
}

interface Result {
  readonly type: Type;
  /** As they are written. */
  readonly attrs: readonly string[];
}

export function resultType(
  op: Operation,
  form: Form,
  types: readonly Type[],
  bound: ReadonlyMap<string, Type>,
  choose: Choices,
  { pool, widest }: Types,
): Result {
  const [first] = types;
  if (op.kind === "ext" && first !== undefined) return extResult(first, choose);
  if (op.kind === "cat") return { type: catType(types, choose), attrs: [] };
  const known = op.attrs === "tables" ? (types.find((one) => one !== BOOL) ?? BOOL) : bound.get(form.result);
  const type = known ?? (op.kind === "lanes" && first !== undefined ? widened(first, choose, widest) : choose.of(pool));
  return { type, attrs: attributes(op, type, types, choose) };
}

function extResult(from: Type, choose: Choices): Result {
  const limit = from.lanes > 0 ? from.lanes : from.width;
  const low = choose.below(limit);
  const high = low + choose.below(limit - low);
  const count = high - low + 1;
  const attrs = count === 1 && choose.once(2) ? [`${low}`] : [`${low}`, `${high}`];
  if (from.lanes === 0) return { type: scalarOf(count, choose), attrs };
  return { type: count === 1 && choose.once(2) ? from.lane : vector(from.lane, count), attrs };
}

function scalarOf(width: number, choose: Choices): Type {
  return width === 1 && choose.once(2) ? BOOL : integer(choose.of(["i", "u"]), width);
}

function catType(types: readonly Type[], choose: Choices): Type {
  const lane = types[0]?.lane ?? BOOL;
  const lanes = types.reduce((all, type) => all + Math.max(type.lanes, 1), 0);
  const isVector = lane !== BOOL && types.every((type) => type.lane === lane) && choose.once(2);
  return isVector
    ? vector(lane, lanes)
    : scalarOf(
        types.reduce((bits, type) => bits + type.bits, 0),
        choose,
      );
}

function widened(from: Type, choose: Choices, widest: number): Type {
  const more = Math.max(0, widest - from.width);
  const lane = integer(from.kind === "i" ? "i" : "u", from.width + choose.below(choose.once(2) ? more + 1 : 4));
  return from.lanes === 0 ? lane : vector(lane, from.lanes);
}

function attributes(op: Operation, type: Type, types: readonly Type[], choose: Choices): readonly string[] {
  switch (op.attrs) {
    case "none":
    case "bits":
      return [];
    case "values":
      return Array.from({ length: choose.once(2) ? Math.max(type.lanes, 1) : 1 }, () => spelled(type.width, choose));
    case "amount":
      return types.length > 1 ? [] : [`${choose.once(6) ? 2 ** choose.below(60) : choose.below(type.width + 2)}`];
    case "tables":
      return Array.from({ length: choose.once(2) ? type.width : 1 }, () => {
        const random = generator(choose.below(0xffffff));
        return `${BigInt.asUintN(2 ** types.length, randomFitting(2 ** types.length + 1, random))}`;
      });
    case "contents": {
      if (op.memory?.writable && choose.once(2)) return [];
      const random = generator(choose.below(0xffffff));
      return Array.from({ length: 2 ** (types[0]?.width ?? 0) }, () => `${randomFitting(type.bits, random)}`);
    }
  }
}

/** A number that fits in `width` bits as signed or as unsigned, in one of its spellings. */
export function spelled(width: number, choose: Choices): string {
  const value = randomFitting(width, generator(choose.below(0xffffff)));
  const sign = value < 0n ? "-" : "";
  const size = value < 0n ? -value : value;
  const spelling = choose.below(6);
  return spelling < 4 ? `${value}` : spelling === 4 ? `${sign}0x${size.toString(16)}` : `${sign}0b${size.toString(2)}`;
}
