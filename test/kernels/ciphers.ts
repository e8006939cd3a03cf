// Pieces of ciphers and hashes, written from the standards.
import { blockOf, bytesOf, round, SBOX } from "./aes.ts";
import type { CRYPTO } from "./crypto.ts";
import { before, indices, type Reference, scalar } from "./reference.ts";

const sbox: Reference = (_past, now) => ({ y: BigInt(SBOX[Number(scalar(now, "x"))] as number) });

function aesRound(state: bigint, key: bigint): bigint {
  return blockOf(round(bytesOf(state), false)) ^ key;
}

export const u32 = (value: bigint) => BigInt.asUintN(32, value);
export const turned = (value: bigint, left: number) => u32((value << BigInt(left)) | (value >> BigInt(32 - left)));

/** RFC 8439, section 2.1. */
const chacha: Reference = (past) => {
  const word = new Map([..."abcd"].map((port) => [port, scalar(before(past, 1), port)]));
  const at = (name: string) => word.get(name) as bigint;
  for (const [sum, other, mixed, by] of [
    ["a", "b", "d", 16],
    ["c", "d", "b", 12],
    ["a", "b", "d", 8],
    ["c", "d", "b", 7],
  ] as const) {
    word.set(sum, u32(at(sum) + at(other)));
    word.set(mixed, turned(at(mixed) ^ at(sum), by));
  }
  return Object.fromEntries([...word].map(([name, value]) => [`${name}_next`, value]));
};

/** The exclusive or of rotations to the right by the first two, and of a rotation or a shift by the third. */
export function sigma(value: bigint, [r, s, t]: readonly [number, number, number], last: "turn" | "shift"): bigint {
  const third = last === "turn" ? turned(value, 32 - t) : value >> BigInt(t);
  return turned(value, 32 - r) ^ turned(value, 32 - s) ^ third;
}

/** FIPS 180-4, section 6.2.2, step 3. */
const sha256: Reference = (_past, now) => {
  const [a, b, c, d, e, f, g, h, k, w] = [..."abcdefghkw"].map((port) => scalar(now, port)) as Ten;
  const choice = (e & f) ^ (u32(~e) & g);
  const majority = (a & b) ^ (a & c) ^ (b & c);
  const first = h + sigma(e, [6, 11, 25], "turn") + choice + k + w;
  const second = sigma(a, [2, 13, 22], "turn") + majority;
  const next = [first + second, a, b, c, d + first, e, f, g];
  return Object.fromEntries(next.map((value, at) => [`${"abcdefgh"[at]}_next`, u32(value)]));
};

type Ten = [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];

/** References of the pieces of ciphers. */
export const CIPHERS: Readonly<Record<(typeof CRYPTO)[number], Reference>> = {
  aes_sbox: sbox,
  sbox_tower: sbox,
  aes_round: (past) => {
    const row = before(past, 2);
    return { result: past.length === 0 ? 0n : aesRound(scalar(row, "state"), scalar(row, "key")) };
  },
  chacha_qr: chacha,
  sha256_round: sha256,
};

/** The first 32 bits of the fraction of the square or cube roots of the first primes. */
export function fractions(count: number, power: 2 | 3): readonly bigint[] {
  const primes = indices(400).filter((n) => n > 1 && indices(n).every((d) => d < 2 || n % d !== 0));
  return primes.slice(0, count).map((prime) => {
    const wanted = BigInt(prime) << BigInt(32 * power);
    let root = 0n;
    for (let bit = 1n << 37n; bit > 0n; bit >>= 1n) if ((root + bit) ** BigInt(power) <= wanted) root += bit;
    return u32(root);
  });
}
