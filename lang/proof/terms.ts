// Steps of the rewriting of polynomials: tables as sums of products of bits, and products that are there as a whole.
import { span, type Weighted } from "./circuit.ts";

/** Values at all points become coefficients of products of bits. */
export function moebius(values: bigint[]): void {
  for (let step = 1; step < values.length; step *= 2)
    for (let at = 0; at < values.length; at++)
      if (at & step) values[at] = (values[at] as bigint) - (values[at - step] as bigint);
}

/**
 * Whether the multiples in which the bits of a product occur are those of the whole product, `times`: each bit twice the
 * one before, the last one perhaps negative; what is cut off above has to vanish modulo 2^w.
 */
export function isWhole(
  known: readonly bigint[],
  times: bigint,
  modulus: bigint,
  a: readonly Weighted[],
  b: readonly Weighted[],
): boolean {
  const width = Number(modulus);
  const bits = BigInt(known.length);
  const [low, high] = span(a, b);
  const isModular = BigInt.asUintN(width, times << bits) === 0n;
  const isUnsigned = isModular || (low >= 0n && high < 1n << bits);
  const isSigned = isModular || (low >= -(1n << (bits - 1n)) && high < 1n << (bits - 1n));
  return known.every((amount, bit) => {
    const expected = BigInt.asUintN(width, times << BigInt(bit));
    if (bit < known.length - 1) return amount === expected;
    return (isUnsigned && amount === expected) || (isSigned && amount === BigInt.asUintN(width, -expected));
  });
}
