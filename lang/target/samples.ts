// Values with which members of families are tried: contents, truth tables, constants. The same each time.
import { packWords } from "./value.ts";

/** Contents without a rule, side by side. */
export function mixedWords(count: number, width: number): bigint {
  const words = Array.from({ length: count }, (_, at) => {
    const [a, b] = [BigInt(at + 1) * 0x9e37_79b9_7f4a_7c15n, BigInt(at + 7) * 0xc2b2_ae3d_27d4_eb4fn];
    return BigInt.asUintN(width, (((a ^ (a >> 29n)) * 0xbf58_476d_1ce4_e5b9n) >> 37n) ^ (b * b * b));
  });
  return packWords(words, width);
}

/** Truth tables of `given` operands, side by side as those of `inputs` would be: one for all bits, then one a bit. */
export function tables(given: number, inputs: number, width: number): readonly bigint[] {
  const own = (seed: bigint) => BigInt.asUintN(2 ** given, MIXED >> seed);
  const pack = (table: (bit: bigint) => bigint) => {
    let packed = 0n;
    for (let bit = 0; bit < width; bit++) packed |= table(BigInt(bit)) << BigInt(bit * 2 ** inputs);
    return packed;
  };
  return [...new Set([pack(() => own(3n)), pack((bit) => own((bit * 7n) % 61n))])];
}

/** Zeros and ones without a rule, the lowest bits those of wider values, too. */
export const MIXED = 0x9a4d_2f61_c35e_87b2_9a4d_2f61_c35e_87b2n;

/** Zeros, ones, and a mixture that is not its own mirror, up to `dense` bits; the mixture alone beyond. */
export function initialValues(width: bigint, dense: number): readonly bigint[] {
  const ones = (1n << width) - 1n;
  const mixed = BigInt.asUintN(Number(width), MIXED);
  return width <= BigInt(dense) ? [...new Set([0n, ones, mixed])] : [mixed];
}

/** All constants of up to 3 bits; corners and a mixture of wider ones, more of these up to `dense` bits. */
export function constants(width: bigint, dense: number): readonly bigint[] {
  const all = 1n << width;
  if (width <= 3n) return Array.from({ length: Number(all) }, (_, at) => BigInt(at));
  const mixed = BigInt.asUintN(Number(width), MIXED);
  const few = [0n, 1n, all - 1n, all >> 1n, mixed];
  if (width > BigInt(dense)) return few;
  return [...new Set([...few, 3n, 6n, 7n, (all >> 1n) - 1n, all - 2n])];
}
