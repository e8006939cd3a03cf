// Two machines, the same inputs: where do they differ? All inputs where there are few, corners and random ones elsewhere.
import type { Machine } from "../lang/eval/machine.ts";
import { isNarrow } from "../lang/eval/machine.ts";
import type { Type } from "../lang/type.ts";

export interface CompareOptions {
  /** Whether they hold state. */
  readonly isClocked: boolean;
  /** Inputs that are addresses of memories: few of them are used at a time. */
  readonly addresses: readonly string[];
  /** Whether memories start with contents: then all addresses are gone through, too. */
  readonly hasContents: boolean;
  /** The input of `other` that is the reset of `one`, if it has one; it is the last. */
  readonly hasReset: boolean;
  /** Up to so many bits of inputs all values are tried, if there is no state; at most 24. */
  readonly exhaustive: number;
  /** How many random inputs, or cycles, there are where not all are tried. */
  readonly vectors: number;
}

export interface Comparison {
  /** No input is left out, and there is no state. */
  readonly isExhaustive: boolean;
  readonly vectors: number;
  /** The first difference, as `a = 3, b = 1: y is 4, expected 5`. */
  readonly difference: string | undefined;
}

/** With state, up to so many bits of inputs all values are tried from some states. */
const EXHAUSTIVE_CLOCKED = 10;

/** A lane of an input, or the reset. */
interface Field {
  readonly port: number;
  readonly lane: number;
  readonly type: Type;
}

/** Holds `other` against `one`, which is taken to be right. Their ports are the same but for the reset. */
export function compare(one: Machine, other: Machine, options: CompareOptions): Comparison {
  const fields = one.inputs.flatMap(({ type }, port) =>
    Array.from({ length: Math.max(type.lanes, 1) }, (_, lane): Field => ({ port, lane, type: type.lane })),
  );
  const bits = fields.reduce((all, field) => all + field.type.width, options.hasReset ? 1 : 0);
  const isFew = bits <= (options.isClocked ? EXHAUSTIVE_CLOCKED : options.exhaustive);
  if (isFew && !options.isClocked) return compareAll(one, other, fields, bits);
  const ordered = isFew ? countUp(fields, bits, 2) : [];
  const isAddress = (field: Field) => options.addresses.includes(one.inputs[field.port]?.name ?? "");
  const swept = options.hasContents ? sweep(fields, isAddress) : [];
  const random = randomValues(fields, options.vectors, isAddress);
  let vectors = 0;
  for (const list of [ordered, random, swept])
    for (const { values, reset } of list) {
      vectors++;
      fields.forEach(({ port, lane }, at) => {
        one.set(port, lane, values[at] as bigint);
        other.set(port, lane, values[at] as bigint);
      });
      if (options.hasReset) {
        one.setReset(reset);
        other.set(other.inputs.length - 1, 0, reset ? 1n : 0n);
      }
      one.evaluate();
      other.evaluate();
      const wrong = firstDifference(one, other);
      if (wrong !== undefined) {
        const shown = fields.map(({ port }, at) => `${one.inputs[port]?.name} = ${values[at]}`);
        const where = options.isClocked ? `cycle ${vectors}, ` : "";
        const difference = `${where}${[...shown, ...(reset ? ["reset"] : [])].join(", ")}: ${wrong}`;
        return { isExhaustive: false, vectors, difference };
      }
      if (options.isClocked) {
        one.clock();
        other.clock();
      }
    }
  return { isExhaustive: false, vectors, difference: undefined };
}

/** All values of the inputs, without state: every lane is narrow. */
function compareAll(one: Machine, other: Machine, fields: readonly Field[], bits: number): Comparison {
  const total = 2 ** bits;
  for (let word = 0; word < total; word++) {
    let rest = word;
    for (const { port, lane, type } of fields) {
      one.setNarrow(port, lane, rest);
      other.setNarrow(port, lane, rest);
      rest >>>= type.width;
    }
    one.evaluate();
    other.evaluate();
    const wrong = firstDifference(one, other);
    if (wrong === undefined) continue;
    let left = word;
    const shown = fields.map(({ port, type }) => {
      const value = left % 2 ** type.width;
      left >>>= type.width;
      return `${one.inputs[port]?.name} = ${value}`;
    });
    return { isExhaustive: true, vectors: word + 1, difference: `${shown.join(", ")}: ${wrong}` };
  }
  return { isExhaustive: true, vectors: total, difference: undefined };
}

interface Vector {
  readonly values: readonly bigint[];
  readonly reset: boolean;
}

/** All values of the inputs, several times; odd steps through them bring each behind many others. */
function* countUp(fields: readonly Field[], bits: number, times: number): Iterable<Vector> {
  const total = 2 ** bits;
  for (let time = 0; time < times; time++)
    for (let at = 0; at < total; at++) {
      let word = BigInt((at * (2 * time + 1) + time * 5) % total);
      const values = fields.map(({ type }) => {
        const value = word;
        word >>= BigInt(type.width);
        return value;
      });
      yield { values, reset: (word & 1n) === 1n };
    }
}

/** Corners of every lane in turn, mixed with random values; the same each time. */
function* randomValues(
  fields: readonly Field[],
  count: number,
  isAddress: (field: Field) => boolean,
): Iterable<Vector> {
  const next = randomSource();
  const draw = drawing(next);
  // What was drawn last comes up again, at any of the addresses.
  const last: bigint[] = [];
  const drawn = (field: Field): bigint => {
    if (!isAddress(field)) return draw(field);
    if (last.length < AGAIN || next() % 8 === 0) last[next() % AGAIN] = draw(field);
    return last[next() % AGAIN] ?? 0n;
  };
  for (let at = 0; at < count; at++) yield { values: fields.map(drawn), reset: next() % 5 === 0 };
}

/** So many addresses are in use at a time. */
const AGAIN = 4;

/** All addresses in turn, all of them alike, and random values beside them: twice, so that what is written is read. */
function* sweep(fields: readonly Field[], isAddress: (field: Field) => boolean): Iterable<Vector> {
  const widths = fields.filter(isAddress).map(({ type }) => type.width);
  const next = randomSource();
  const draw = drawing(next);
  const count = widths.length > 0 ? 2 ** Math.min(Math.max(...widths), WIDEST_SWEPT) : 0;
  for (let at = 0; at < 2 * count; at++)
    yield {
      values: fields.map((field) => (isAddress(field) ? BigInt(at % count) : draw(field))),
      reset: next() % 64 === 0,
    };
}

const WIDEST_SWEPT = 14;

/** mulberry32 */
function randomSource(): () => number {
  let state = 0x2f61c35e;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

function drawing(next: () => number): (field: Field) => bigint {
  return ({ type }) => {
    const high = 1n << BigInt(type.width - 1);
    const corners = [0n, -1n, 1n, high, high - 1n, high + 1n, 2n, BigInt(next() % (2 * type.width + 2))];
    const corner = corners[next() % 20];
    if (corner !== undefined) return corner;
    let value = 0n;
    for (let bit = 0; bit < type.width; bit += 32) value = (value << 32n) | BigInt(next());
    return value;
  };
}

function firstDifference(one: Machine, other: Machine): string | undefined {
  for (const [output, { name, type }] of one.outputs.entries())
    for (let lane = 0; lane < Math.max(type.lanes, 1); lane++) {
      const isSame = isNarrow(type)
        ? one.getNarrow(output, lane) === other.getNarrow(output, lane)
        : one.get(output, lane) === other.get(output, lane);
      if (!isSame) return `${name} is ${other.get(output, lane)}, expected ${one.get(output, lane)}`;
    }
  return undefined;
}
