// Pieces of ciphers and hashes: the S-box of AES in two ways, a round of AES, of ChaCha and of SHA-256.
import type { Program } from "../lang/ast.ts";
import type { DefBuilder, Value } from "../lang/builder.ts";
import { kernel, nth, range, sum } from "./kernel.ts";
import { byte, doubleDef, mixColumnDef, only, sbox, sboxDef } from "./kernels-aes.ts";
import { rotatedLeft } from "./kernels-bits.ts";

/** The S-box of AES as a table. */
export function sboxTable(name: string): Program {
  return kernel(name, "The S-box of AES (FIPS 197), as a table.", (d) => {
    d.output("y", d.rom("u8", d.input("x", "u8"), { contents: sbox() }));
  });
}

/** A round of AES that is not the last: SubBytes, ShiftRows, MixColumns, AddRoundKey. */
export function aesRound(name: string): Program {
  return kernel(name, "A round of AES (FIPS 197) between registers.", (d, program) => {
    const sub = sboxDef(program);
    const mixColumn = mixColumnDef(program, doubleDef(program));
    const state = d.reg(d.input("state", "u128"));
    const key = d.reg(d.input("key", "u128"));
    const substituted = range(16).map((k) => only(d, sub, [byte(d, state, k)]));
    const shifted = range(16).map((k) => nth(substituted, (k + 4 * (k % 4)) % 16));
    const columns = range(4).map((c) => d.cat("u32", shifted.slice(4 * c, 4 * c + 4).reverse()));
    const mixed = columns.map((column) => only(d, mixColumn, [column]));
    d.output("result", d.reg(d.xor(d.cat("u128", mixed.reverse()), key)));
  });
}

/** The quarter round of ChaCha (RFC 8439, section 2.1), a cycle later. */
export function chachaQuarter(name: string): Program {
  return kernel(name, "The quarter round of ChaCha (RFC 8439).", (d) => {
    let [w, x, y, z] = ["a", "b", "c", "d"].map((port) => d.input(port, "u32")) as [Value, Value, Value, Value];
    for (const [first, second] of [
      [16, 12],
      [8, 7],
    ] as const) {
      w = d.add(w, x);
      z = rotatedLeft(d, d.xor(z, w), first);
      y = d.add(y, z);
      x = rotatedLeft(d, d.xor(x, y), second);
    }
    [w, x, y, z].forEach((word, at) => d.output(`${"abcd"[at]}_next`, d.reg(word)));
  });
}

/** A step of the compression of SHA-256 (FIPS 180-4, section 6.2.2), with the words of the message and of the constants. */
export function sha256Round(name: string): Program {
  return kernel(name, "A round of SHA-256 (FIPS 180-4).", (d) => {
    const words = [..."abcdefgh"].map((port) => d.input(port, "u32"));
    const [a, b, c, before, e, f, g, h] = words as [Value, Value, Value, Value, Value, Value, Value, Value];
    const word = d.input("w", "u32");
    const constant = d.input("k", "u32");
    const choice = d.xor(d.and(e, f), d.and(d.not(e), g));
    const majority = d.xor(d.xor(d.and(a, b), d.and(a, c)), d.and(b, c));
    const first = sum(d, [h, turns(e, [6, 11, 25]), choice, constant, word]);
    const second = d.add(turns(a, [2, 13, 22]), majority);
    const next = [d.add(first, second), a, b, c, d.add(before, first), e, f, g];
    next.forEach((value, at) => d.output(`${"abcdefgh"[at]}_next`, value));

    /** The exclusive or of rotations to the right. */
    function turns(value: Value, by: readonly number[]): Value {
      return by.map((count) => rotatedLeft(d, value, 32 - count)).reduce((all, one) => d.xor(all, one));
    }
  });
}

/** The S-box of AES by logic alone: the inverse in GF(2⁸) is taken in GF((2⁴)²), where it costs one in GF(2⁴). */
export function sboxTower(name: string): Program {
  return kernel(name, "The S-box of AES (FIPS 197), by the inverse in GF((2^4)^2).", (d) => {
    const x = d.input("x", "u8");
    const field = linear(d, bitsOf(d, x), 8, toTower);
    const [low, high] = [field.slice(0, 4), field.slice(4)];
    const norm = sums(d, [
      linear(d, high, 4, (a) => times(LAMBDA, times(a, a))),
      product(d, high, low),
      linear(d, low, 4, (a) => times(a, a)),
    ]);
    const inverse = logic(d, norm, 4, (a) => nth(INVERSES, a));
    const parts = [product(d, sums(d, [high, low]), inverse), product(d, high, inverse)];
    const turned = linear(d, parts.flat(), 8, (a) => affine(fromTower(a)));
    d.output("y", d.xor(d.cat("u8", turned), d.const("u8", 0x63)));
  });
}

/** The product of two numbers as polynomials over GF(2), modulo `modulus`, which is of degree `degree`. */
function times(a: number, b: number, modulus = 0x13, degree = 4): number {
  let all = 0;
  for (let bit = degree - 1; bit >= 0; bit--) {
    all <<= 1;
    if (((b >> bit) & 1) === 1) all ^= a;
    if (all >> degree === 1) all ^= modulus;
  }
  return all;
}

/** Inverses in GF(2⁴), modulo x⁴ + x + 1; 0 for 0. */
const INVERSES = range(16).map((a) =>
  Math.max(
    0,
    range(16).findIndex((b) => times(a, b) === 1),
  ),
);

/** The least number for which z² + z + LAMBDA has no root in GF(2⁴): it makes GF((2⁴)²), whose elements are 16 h + l for hz + l. */
const LAMBDA = range(16).findIndex((value) => range(16).every((z) => (times(z, z) ^ z) !== value));

function towerTimes(a: number, b: number): number {
  const [high, low, other, rest] = [a >> 4, a & 15, b >> 4, b & 15];
  const top = times(high, other);
  return ((top ^ times(high, rest) ^ times(low, other)) << 4) | (times(low, rest) ^ times(LAMBDA, top));
}

/** Powers 0 to 7 of an element that is a root of the polynomial of AES, x⁸ + x⁴ + x³ + x + 1. */
const ROOT_POWERS = nth(
  range(256)
    .map((root) => range(8).reduce<number[]>((powers) => [...powers, towerTimes(nth(powers, -1), root)], [1]))
    .filter(([p0 = 0, p1 = 0, , p3 = 0, p4 = 0, , , , p8 = 0]) => (p8 ^ p4 ^ p3 ^ p1 ^ p0) === 0),
  0,
).slice(0, 8);

/** An element of GF(2⁸) of AES as one of GF((2⁴)²): x goes to the root, sums and products to sums and products. */
function toTower(a: number): number {
  return ROOT_POWERS.reduce((all, power, bit) => (((a >> bit) & 1) === 1 ? all ^ power : all), 0);
}

function fromTower(a: number): number {
  return range(256).findIndex((from) => toTower(from) === a);
}

/** The linear part of the affine map of section 5.1.1. */
function affine(a: number): number {
  return [1, 2, 3, 4].reduce((all, by) => all ^ (((a << by) | (a >> (8 - by))) & 0xff), a);
}

function bitsOf(d: DefBuilder, x: Value): readonly Value[] {
  return range(x.type.width).map((at) => d.at(x, at));
}

/** Words added bit by bit. */
function sums(d: DefBuilder, words: readonly (readonly Value[])[]): readonly Value[] {
  return words.reduce((all, word) => all.map((bit, at) => d.xor(bit, nth(word, at))));
}

/** A linear map over bits: each bit of the result is the sum of the bits whose image has it. */
function linear(d: DefBuilder, x: readonly Value[], width: number, map: (a: number) => number): readonly Value[] {
  const images = x.map((_, at) => map(1 << at));
  return range(width).map((to) =>
    x.filter((_, at) => ((nth(images, at) >> to) & 1) === 1).reduce((all, bit) => d.xor(all, bit)),
  );
}

/** The product in GF(2⁴): the coefficients of the polynomials' product, then its remainder. */
function product(d: DefBuilder, a: readonly Value[], b: readonly Value[]): readonly Value[] {
  const coefficients = range(7).map((degree) =>
    range(4)
      .filter((at) => at <= degree && degree - at < 4)
      .map((at) => d.and(nth(a, at), nth(b, degree - at)))
      .reduce((all, bit) => d.xor(all, bit)),
  );
  const remainder = (power: number) => range(Math.log2(power)).reduce((all) => times(all, 2), 1);
  return linear(d, coefficients, 4, remainder);
}

/** A map over a few bits that takes 0 to 0, in its algebraic normal form: each bit is a sum of products of bits. */
function logic(d: DefBuilder, x: readonly Value[], width: number, map: (a: number) => number): readonly Value[] {
  const isWithin = (part: number, whole: number) => (part & whole) === part;
  const factors = range(2 ** x.length).map((term) =>
    range(term + 1).reduce((all, part) => (isWithin(part, term) ? all ^ map(part) : all), 0),
  );
  const products = new Map(x.map((bit, at) => [1 << at, bit]));
  return range(width).map((to) => {
    const terms = range(factors.length).filter((term) => ((nth(factors, term) >> to) & 1) === 1);
    return terms.map(productOf).reduce((all, one) => d.xor(all, one));
  });

  /** The product of the bits of `term`, made once. */
  function productOf(term: number): Value {
    const known = products.get(term);
    if (known !== undefined) return known;
    const top = 1 << (31 - Math.clz32(term));
    const made = d.and(productOf(term ^ top), productOf(top));
    products.set(term, made);
    return made;
  }
}
