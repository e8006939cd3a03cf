// The choices before a register: when it keeps its value, when it is cleared, and what it takes otherwise.
import { and, type Bits, FALSE, type Literal, mux, not, or, TRUE } from "./bits.ts";

export interface Held {
  /** When the register takes something. */
  readonly enable: Literal;
  /** When, of these times, that is a constant. */
  readonly clear: Literal;
  readonly constant: readonly Literal[];
  /** What it takes else; it does not matter where it is not enabled, or is cleared. */
  readonly value: readonly Literal[];
}

/** The choice of `a` where `test` is 1, else of `b`. */
export function chosen(bits: Bits, test: Literal, a: Held, b: Held, origin: number): Held {
  const enable = mux(bits, test, a.enable, b.enable, origin);
  if (a.enable === FALSE) return { ...b, enable };
  if (b.enable === FALSE) return { ...a, enable };
  const isSame = a.constant.length > 0 && a.constant.every((bit, at) => bit === b.constant[at]);
  if (isSame) {
    const clear = mux(bits, test, a.clear, b.clear, origin);
    return { enable, clear, constant: a.constant, value: either(bits, test, a, b, origin) };
  }
  // The outer constant stays one, the other becomes a value.
  const isFirst = a.clear === TRUE || (b.clear !== TRUE && a.constant.length > 0);
  const [kept, other, when] = isFirst ? [a, b, test] : [b, a, not(test)];
  const value = filled(bits, other, origin);
  const rest =
    kept.clear === TRUE ? value : kept.value.map((bit, at) => mux(bits, when, bit, value[at] as Literal, origin));
  return { enable, clear: and(bits, when, kept.clear, origin), constant: kept.constant, value: rest };
}

function either(bits: Bits, test: Literal, a: Held, b: Held, origin: number): readonly Literal[] {
  if (a.clear === TRUE) return b.value;
  if (b.clear === TRUE) return a.value;
  return a.value.map((bit, at) => mux(bits, test, bit, b.value[at] as Literal, origin));
}

/** The value with the constant chosen by logic. */
export function filled(bits: Bits, { clear, constant, value }: Held, origin: number): readonly Literal[] {
  if (clear === FALSE) return value;
  return value.map((bit, at) =>
    constant[at] === TRUE ? or(bits, clear, bit, origin) : and(bits, not(clear), bit, origin),
  );
}
