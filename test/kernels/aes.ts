// AES-128 encryption on numbers, written from FIPS 197 (2001), and the examples that it prints.
import type { Row } from "../trace.ts";
import { indices } from "./reference.ts";

/** Product in GF(2⁸), section 4.2: that of the polynomials, then the remainder by x⁸ + x⁴ + x³ + x + 1. */
export function times(a: number, b: number): number {
  let all = indices(8).reduce((sum, bit) => (((b >> bit) & 1) === 1 ? sum ^ (a << bit) : sum), 0);
  for (let bit = 14; bit >= 8; bit--) if (((all >> bit) & 1) === 1) all ^= 0x11b << (bit - 8);
  return all;
}

/** Section 5.1.1: the inverse, then bit i is the sum of bits i, i + 4, i + 5, i + 6, i + 7 and that of 0x63. */
export const SBOX = indices(256).map((x) => {
  const inverse = Math.max(
    indices(256).findIndex((y) => times(x, y) === 1),
    0,
  );
  const bit = (at: number) => (inverse >> (at % 8)) & 1;
  return (
    indices(8).reduce((all, i) => all | ([4, 5, 6, 7].reduce((sum, by) => sum ^ bit(i + by), bit(i)) << i), 0) ^ 0x63
  );
});

const substituted = (at: number) => SBOX[at] as number;

export function bytesOf(block: bigint): readonly number[] {
  const hex = block.toString(16).padStart(32, "0");
  return indices(16).map((at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}

export function blockOf(bytes: readonly number[]): bigint {
  return bytes.reduce((all, byte) => (all << 8n) | BigInt(byte), 0n);
}

/** SubBytes, ShiftRows and, but in the last round, MixColumns (section 5.1); byte 4c + r is row r of column c. */
export function round(state: readonly number[], isLast: boolean): readonly number[] {
  const shifted = (r: number, c: number) => substituted(state[4 * ((c + r) % 4) + r] as number);
  const matrix = [2, 3, 1, 1];
  return indices(16).map((at) => {
    const [r, c] = [at % 4, Math.floor(at / 4)];
    if (isLast) return shifted(r, c);
    return indices(4).reduce((sum, k) => sum ^ times(matrix[(4 + k - r) % 4] as number, shifted(k, c)), 0);
  });
}

/** Section 5.2: the bytes of the keys of rounds 0 to 10. */
function expanded(key: readonly number[]): readonly number[] {
  const bytes = [...key];
  let constant = 1;
  for (let word = 4; word < 44; word++) {
    let last = bytes.slice(-4);
    if (word % 4 === 0) {
      last = [...last.slice(1), last[0] as number].map(substituted);
      last[0] = (last[0] as number) ^ constant;
      constant = times(constant, 2);
    }
    last.forEach((byte) => bytes.push((bytes[bytes.length - 16] as number) ^ byte));
  }
  return bytes;
}

export function encrypted(key: bigint, plaintext: bigint): bigint {
  const keys = expanded(bytesOf(key));
  const added = (state: readonly number[], at: number) => state.map((byte, k) => byte ^ (keys[16 * at + k] as number));
  let state = added(bytesOf(plaintext), 0);
  for (let at = 1; at <= 10; at++) state = added(round(state, at === 10), at);
  return blockOf(state);
}

/** Key, plaintext and ciphertext of the examples. */
export const EXAMPLES: readonly (readonly [where: string, key: bigint, plaintext: bigint, ciphertext: bigint])[] = [
  [
    "appendix B",
    0x2b7e151628aed2a6abf7158809cf4f3cn,
    0x3243f6a8885a308d313198a2e0370734n,
    0x3925841d02dc09fbdc118597196a0b32n,
  ],
  [
    "appendix C.1",
    0x000102030405060708090a0b0c0d0e0fn,
    0x00112233445566778899aabbccddeeffn,
    0x69c4e0d86a7b0430d8cdb78070b4c55an,
  ],
];

/** How a kernel is fed, and when the result of a block is there: so many cycles after its first. */
export interface Form {
  readonly feed: (key: bigint, plaintext: bigint) => readonly Row[];
  readonly cycles: number;
}

const WHOLE: Form = { feed: (key, plaintext) => [{ key, plaintext, start: 1n }], cycles: 11 };
const word = (block: bigint, at: number) => (block >> BigInt(96 - 32 * at)) & 0xffff_ffffn;
const BY_COLUMNS: Form = {
  feed: (key, plaintext) => indices(4).map((at) => ({ key: word(key, at), plaintext: word(plaintext, at), load: 1n })),
  cycles: 55,
};
/** The kernels of AES-128. */
export const FORMS: Readonly<Record<string, Form>> = {
  aes128: WHOLE,
  aes128_bram: WHOLE,
  aes128_serial: BY_COLUMNS,
  aes128_serial_bram: BY_COLUMNS,
};
/** Blocks one after the other, something else on the inputs while they are computed. */
export function rowsOf(
  { feed, cycles }: Form,
  blocks: readonly (readonly [key: bigint, plaintext: bigint])[],
): readonly Row[] {
  return blocks.flatMap(([key, plaintext]) => {
    const fed = feed(key, plaintext);
    const idle = indices(cycles - fed.length + 1).map(() => ({ key: word(~key, 1), plaintext: word(~key, 2) }));
    return [...fed, ...idle];
  });
}
