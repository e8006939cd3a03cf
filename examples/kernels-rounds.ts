// Whole ciphers and hashes, a round a cycle: `start` takes the input, `ready` is high when the result is there, until the
// next start.
import type { Program } from "../lang/ast.ts";
import type { DefBuilder, Value } from "../lang/builder.ts";
import { kernel, nth, range, sum } from "./kernel.ts";
import { rotatedLeft } from "./kernels-bits.ts";

/** A word of 32 bits of a longer number; word 0 is the highest. */
function word(d: DefBuilder, value: Value, at: number): Value {
  const low = value.type.width - 32 * (at + 1);
  return d.ext("u32", value, low, low + 31);
}

/** Words as one number, the first the highest. */
function joined(d: DefBuilder, words: readonly Value[]): Value {
  return d.cat(`u${32 * words.length}`, [...words].reverse());
}

/** Counts rounds from the cycle behind `start` on; `isBusy` while they run, `isLast` in the last, `ready` behind it. */
function rounds(d: DefBuilder, start: Value, count: number) {
  const width = Math.ceil(Math.log2(count + 1));
  const type = `u${width}` as const;
  const [zero, one, last] = [d.const(type, 0), d.const(type, 1), d.const(type, count)];
  const at = d.declare(type, "round");
  const isBusy = d.neq(at, zero);
  const isLast = d.eq(at, last);
  const enable = d.or(start, isBusy);
  d.define(at, d.reg(d.mux(start, one, d.mux(isLast, zero, d.add(at, one))), { enable }));
  const ready = d.declare("bool");
  d.define(ready, d.reg(d.and(d.or(ready, isLast), d.not(start))));
  return { at, enable, isBusy, ready };
}

/** A register that takes `first` at `start` and `next` of itself in each round. */
function state(
  d: DefBuilder,
  type: `u${number}`,
  first: Value,
  start: Value,
  enable: Value,
): [Value, (next: Value) => void] {
  const now = d.declare(type);
  return [now, (next) => d.define(now, d.reg(d.mux(start, first, next), { enable }))];
}

/** XTEA (Needham and Wheeler, 1997), two rounds a cycle: 32 cycles. The first word is the highest. */
export function xtea(name: string): Program {
  return kernel(name, "XTEA encryption, two rounds a cycle: ready 33 cycles after start.", (d) => {
    const plaintext = d.input("plaintext", "u64");
    const key = d.input("key", "u128");
    const start = d.input("start", "bool");
    const { enable, ready } = rounds(d, start, 32);
    const [kept, keep] = state(d, "u128", key, start, enable);
    const [v0, next0] = state(d, "u32", word(d, plaintext, 0), start, enable);
    const [v1, next1] = state(d, "u32", word(d, plaintext, 1), start, enable);
    const [total, nextTotal] = state(d, "u32", d.const("u32", 0), start, enable);
    keep(kept);
    const keyAt = (high: Value, low: Value) => {
      const [k0, k1, k2, k3] = range(4).map((at) => word(d, kept, at)) as [Value, Value, Value, Value];
      return d.mux(high, d.mux(low, k3, k2), d.mux(low, k1, k0));
    };
    const mixed = (v: Value) => d.add(d.xor(d.sll(v, 4), d.srl(v, 5)), v);
    const first = d.add(v0, d.xor(mixed(v1), d.add(total, keyAt(d.at(total, 1), d.at(total, 0)))));
    const later = d.add(total, d.const("u32", 0x9e3779b9));
    const second = d.add(v1, d.xor(mixed(first), d.add(later, keyAt(d.at(later, 12), d.at(later, 11)))));
    next0(first);
    next1(second);
    nextTotal(later);
    d.output("ciphertext", joined(d, [v0, v1]));
    d.output("ready", ready);
  });
}

/** "expand 32-byte k" as little-endian words (RFC 8439, section 2.3). */
const EXPAND = [0x61707865, 0x3320646e, 0x79622d32, 0x6b206574] as const;

/**
 * The block function of ChaCha20 (RFC 8439, section 2.3), a round a cycle: 20 cycles. Key, nonce and block are numbers whose
 * highest word is the first; bytes within a word are as the standard prints words.
 */
export function chacha20(name: string): Program {
  return kernel(name, "The block function of ChaCha20, a round a cycle: ready 21 cycles after start.", (d, program) => {
    const quarter = quarterDef(program.def("quarter"));
    const key = d.input("key", "u256");
    const counter = d.input("counter", "u32");
    const nonce = d.input("nonce", "u96");
    const start = d.input("start", "bool");
    const { at, enable, ready } = rounds(d, start, 20);
    const first = [
      ...EXPAND.map((value) => d.const("u32", value)),
      ...range(8).map((k) => word(d, key, k)),
      counter,
      ...range(3).map((k) => word(d, nonce, k)),
    ];
    const states = first.map((value) => state(d, "u32", value, start, enable));
    const begun = first.slice(4).map((value) => d.reg(value, { enable: start }));
    const now = states.map(([value]) => value);
    // Odd rounds are of columns, even ones of diagonals: the rows turned before and back behind.
    const isColumn = d.at(at, 0);
    const turned = range(16).map((k) => {
      const [row, column] = [Math.floor(k / 4), k % 4];
      const other = 4 * row + ((column + row) % 4);
      return row === 0 ? nth(now, k) : d.mux(isColumn, nth(now, k), nth(now, other));
    });
    const mixed = range(4).map((c) =>
      d.call(
        quarter,
        range(4).map((r) => nth(turned, 4 * r + c)),
      ),
    );
    states.forEach(([, define], k) => {
      const [row, column] = [Math.floor(k / 4), k % 4];
      const at = (c: number) => nth(nth(mixed, (c + 4) % 4), row);
      define(row === 0 ? at(column) : d.mux(isColumn, at(column), at(column - row)));
    });
    const words = now.map((value, k) => d.add(value, k < 4 ? nth(first, k) : nth(begun, k - 4)));
    d.output("block", joined(d, words));
    d.output("ready", ready);
  });
}

function quarterDef(d: DefBuilder): DefBuilder {
  let [a, b, c, e] = ["a", "b", "c", "d"].map((port) => d.input(port, "u32")) as [Value, Value, Value, Value];
  for (const [first, second] of [
    [16, 12],
    [8, 7],
  ] as const) {
    a = d.add(a, b);
    e = rotatedLeft(d, d.xor(e, a), first);
    c = d.add(c, e);
    b = rotatedLeft(d, d.xor(b, c), second);
  }
  [a, b, c, e].forEach((value, at) => d.output(`${"abcd"[at]}_next`, value));
  return d;
}

/** The first 32 bits of the fractions of the square or cube roots of the first primes (FIPS 180-4, section 4.2.2). */
function fractions(count: number, root: (prime: number) => bigint): readonly bigint[] {
  const primes = range(400).filter((n) => n > 1 && range(n).every((by) => by < 2 || n % by !== 0));
  return primes.slice(0, count).map((prime) => root(prime) & 0xffff_ffffn);
}

/** The whole part of `value` to the power of 1 / `power`. */
function wholeRoot(value: bigint, power: bigint): bigint {
  let root = 0n;
  for (let bit = 1n << 40n; bit > 0n; bit >>= 1n) if ((root + bit) ** power <= value) root += bit;
  return root;
}

const INITIAL = fractions(8, (prime) => wholeRoot(BigInt(prime) << 64n, 2n));
const CONSTANTS = fractions(64, (prime) => wholeRoot(BigInt(prime) << 96n, 3n));

/** SHA-256 (FIPS 180-4) of a message of one block, which is padded already: 64 cycles. The first word is the highest. */
export function sha256(name: string): Program {
  return kernel(name, "SHA-256 of one block, a round a cycle: ready 65 cycles after start.", (d) => {
    const block = d.input("block", "u512");
    const start = d.input("start", "bool");
    const { at, enable, ready } = rounds(d, start, 64);
    const initial = INITIAL.map((value) => d.const("u32", value));
    const words = initial.map((value) => state(d, "u32", value, start, enable));
    const [a, b, c, e0, e, f, g, h] = words.map(([value]) => value) as Eight;
    const schedule = range(16).map((k) => state(d, "u32", word(d, block, k), start, enable));
    const w = schedule.map(([value]) => value);
    const turns = (value: Value, by: readonly number[]) =>
      by.map((count) => rotatedLeft(d, value, 32 - count)).reduce((all, one) => d.xor(all, one));
    const small = (value: Value, by: readonly number[], shift: number) => d.xor(turns(value, by), d.srl(value, shift));
    const fresh = sum(d, [small(nth(w, 14), [17, 19], 10), nth(w, 9), small(nth(w, 1), [7, 18], 3), nth(w, 0)]);
    schedule.forEach(([, define], k) => define(k === 15 ? fresh : nth(w, k + 1)));
    const table = d.rom("u32", d.ext("u6", d.sub(at, d.const("u7", 1)), 0, 5), { contents: CONSTANTS });
    const choice = d.xor(d.and(e, f), d.and(d.not(e), g));
    const majority = d.xor(d.xor(d.and(a, b), d.and(a, c)), d.and(b, c));
    const one = sum(d, [h, turns(e, [6, 11, 25]), choice, table, nth(w, 0)]);
    const two = d.add(turns(a, [2, 13, 22]), majority);
    const next = [d.add(one, two), a, b, c, d.add(e0, one), e, f, g];
    words.forEach(([, define], k) => define(nth(next, k)));
    d.output(
      "hash",
      joined(
        d,
        words.map(([value], k) => d.add(value, nth(initial, k))),
      ),
    );
    d.output("ready", ready);
  });
}

type Eight = [Value, Value, Value, Value, Value, Value, Value, Value];
