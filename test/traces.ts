// Random values and traces, each the same for the same seed.
import fc from "fast-check";
import { BOOL, integer, range, type Type } from "../lang/type.ts";

/** Random bits of a seed: 32 at a time (mulberry32). The seed 0 gives zeros only, the simplest. */
export type Random = () => number;

export function generator(seed: number): Random {
  if (seed === 0) return () => 0;
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return (bits ^ (bits >>> 14)) >>> 0;
  };
}

/** `width` random bits. */
function randomBits(width: number, random: Random): bigint {
  let bits = 0n;
  for (let at = 0; at < width; at += 32) bits = (bits << 32n) | BigInt(random());
  return BigInt.asUintN(width, bits);
}

/** A number that fits in `width` bits as signed or as unsigned. */
export function randomFitting(width: number, random: Random): bigint {
  const value = randomValue(integer("i", width), random);
  return random() % 2 === 0 ? value : BigInt.asUintN(width, value);
}

/** A value of a lane of `type`: a corner, a small one, or any. */
export function randomValue(type: Type, random: Random): bigint {
  const [least, most] = range(type);
  const number = random();
  const which = number % 16;
  const corners = [0n, most, least, 1n, type.kind === "i" ? -1n : most - 1n, most >> 1n];
  const corner = corners[which];
  const value = corner ?? (which < 9 ? BigInt((number >>> 8) % 16) : randomBits(type.width, random));
  return type.kind === "i" ? BigInt.asIntN(type.width, value) : BigInt.asUintN(type.width, value);
}

/** Values by cycle, port and lane. */
export type Trace = readonly (readonly (readonly bigint[])[])[];

/** The values of one lane over a trace: held for stretches or new in each cycle, as the seed has it. */
function laneTrace(type: Type, cycles: number, random: Random): bigint[] {
  const longest = [1, 1, 3, 8, cycles][random() % 5] as number;
  const values: bigint[] = [];
  while (values.length < cycles) {
    const value = type === BOOL ? BigInt(random() & 1) : randomValue(type, random);
    for (let left = 1 + (random() % longest); left > 0 && values.length < cycles; left--) values.push(value);
  }
  return values;
}

/** A trace of a seed: corners and random values, enables held low and high for stretches. */
export function randomTrace(types: readonly Type[], cycles: number, seed: number): Trace {
  const random = generator(seed);
  const ports = types.map((type) =>
    Array.from({ length: Math.max(type.lanes, 1) }, () => laneTrace(type.lane, cycles, random)),
  );
  return Array.from({ length: cycles }, (_, cycle) =>
    ports.map((lanes) => lanes.map((values) => values[cycle] as bigint)),
  );
}

/** Random traces of inputs of these types. */
export function traces(types: readonly Type[], cycles: number): fc.Arbitrary<Trace> {
  return fc.noBias(fc.nat(0xffffff)).map((seed) => randomTrace(types, cycles, seed));
}
