// Whole ciphers and hashes: the vectors that their standards print, and references by definition or of another library.
import { createCipheriv, createHash } from "node:crypto";
import type { Row } from "../trace.ts";
import { indices } from "./reference.ts";

/** What is fed at the start, and what has to be there so many cycles later. */
export interface Rounds {
  readonly cycles: number;
  readonly examples: readonly { readonly inputs: Row; readonly outputs: Row }[];
}

function bytesOf(value: bigint, count: number): Buffer {
  return Buffer.from(value.toString(16).padStart(2 * count, "0"), "hex");
}

function numberOf(bytes: Uint8Array): bigint {
  return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Bytes with those of each word in the opposite order. */
function swapped(bytes: Buffer): Buffer {
  return Buffer.from(bytes).swap32();
}

/** XTEA, as Needham and Wheeler print it in C (1997). */
export function xtea(key: bigint, plaintext: bigint): bigint {
  const words = indices(4).map((at) => Number((key >> BigInt(96 - 32 * at)) & 0xffff_ffffn));
  let [y, z] = [Number(plaintext >> 32n), Number(plaintext & 0xffff_ffffn)];
  let sum = 0;
  for (let round = 0; round < 32; round++) {
    y = (y + ((((z << 4) ^ (z >>> 5)) + z) ^ (sum + (words[sum & 3] as number)))) >>> 0;
    sum = (sum + 0x9e3779b9) >>> 0;
    z = (z + ((((y << 4) ^ (y >>> 5)) + y) ^ (sum + (words[(sum >>> 11) & 3] as number)))) >>> 0;
  }
  return (BigInt(y) << 32n) | BigInt(z);
}

/** The key stream of OpenSSL, whose words are little-endian; key and nonce are words as the standard prints them. */
function chacha(key: bigint, counter: bigint, nonce: bigint): bigint {
  const start = Buffer.alloc(4);
  start.writeUInt32LE(Number(counter));
  const iv = Buffer.concat([start, swapped(bytesOf(nonce, 12))]);
  const cipher = createCipheriv("chacha20", swapped(bytesOf(key, 32)), iv);
  return numberOf(swapped(cipher.update(Buffer.alloc(64))));
}

/** A message as a block: FIPS 180-4, section 5.1.1. */
function padded(message: string): bigint {
  const block = Buffer.alloc(64);
  block.write(message, "latin1");
  block[message.length] = 0x80;
  block.writeUInt32BE(8 * message.length, 60);
  return numberOf(block);
}

const KEY = 0x000102030405060708090a0b0c0d0e0fn;

/** The example of RFC 8439, section 2.3.2: its key and nonce as words, and the state at the end. */
export const RFC_8439 = {
  key: 0x03020100_07060504_0b0a0908_0f0e0d0c_13121110_17161514_1b1a1918_1f1e1d1cn,
  nonce: 0x09000000_4a000000_00000000n,
  counter: 1n,
  block:
    0xe4e7f110_15593bd1_1fdd0f50_c47120a3_c7f4d1c7_0368c033_9aaa2204_4e6cd4c3_466482d2_09aa9f07_05d7c214_a2028bd9_d19c12b5_b94e16de_e883d0cb_4e3c50a2n,
} as const;

const chachaExample = (key: bigint, counter: bigint, nonce: bigint) => ({
  inputs: { key, counter, nonce },
  outputs: { block: chacha(key, counter, nonce) },
});

const xteaExample = (key: bigint, plaintext: bigint) => ({
  inputs: { key, plaintext },
  outputs: { ciphertext: xtea(key, plaintext) },
});

const shaExample = (message: string) => ({
  inputs: { block: padded(message) },
  outputs: { hash: numberOf(createHash("sha256").update(message, "latin1").digest()) },
});

export const ROUNDS: Readonly<Record<string, Rounds>> = {
  xtea: {
    cycles: 33,
    examples: [xteaExample(KEY, 0x4142434445464748n), xteaExample(~KEY & ((1n << 128n) - 1n), 0xfedcba9876543210n)],
  },
  chacha20: {
    cycles: 21,
    examples: [
      chachaExample(RFC_8439.key, RFC_8439.counter, RFC_8439.nonce),
      chachaExample((RFC_8439.key << 3n) & ((1n << 256n) - 1n), 0xffff_ffffn, RFC_8439.nonce + 77n),
    ],
  },
  sha256: { cycles: 65, examples: ["abc", "", "The five boxing wizards jump quickly."].map(shaExample) },
};
