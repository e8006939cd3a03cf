// AES-128 encryption (FIPS 197), a round a cycle.
import type { Program } from "../lang/ast.ts";
import type { DefBuilder, ProgramBuilder, Value } from "../lang/builder.ts";
import { kernel, nth, range } from "./kernel.ts";

const ABOUT = `AES-128 encryption (FIPS 197), a round a cycle, the key expanded on the way.
A block is the number that its bytes make in hexadecimal, first byte first: byte 0 of the standard is bits 127 to 120.
start takes key and plaintext, also in the middle of a block; ten cycles of rounds follow, then ready rises,
and ciphertext stays until the next start.`;

/**
 * The kernel: `start` takes `key` and `plaintext`; from the 11th cycle after it on `ready` is high, and `ciphertext` the
 * result. Blocks are u128 in the byte order of the standard: `0x000102…0f` begins with the byte 0x00. The S-box is a
 * `rom`, used 16 times by the round and 4 times by the expansion of the key.
 */
export function aes128(name: string): Program {
  return kernel(name, ABOUT, (top, program) => {
    const sbox = sboxDef(program);
    const double = doubleDef(program);
    const round = roundDef(program, sbox, mixColumnDef(program, double));
    aesDef(top, round, expandDef(program, sbox), double);
  });
}

/** The control around a round: state, key, round constant and counter are registers. */
function aesDef(d: DefBuilder, round: DefBuilder, expand: DefBuilder, double: DefBuilder): void {
  const key = d.input("key", "u128");
  const plaintext = d.input("plaintext", "u128");
  const start = d.input("start", "bool");
  const [zero, one, ten] = [d.const("u4", 0), d.const("u4", 1), d.const("u4", 10)];
  const count = d.declare("u4", "count");
  const state = d.declare("u128");
  const roundKey = d.declare("u128", "round_key");
  const constant = d.declare("u8", "constant");
  const ready = d.declare("bool");
  const isBusy = d.neq(count, zero);
  const isLast = d.eq(count, ten);
  const enable = d.or(start, isBusy);

  const nextKey = only(d, expand, [roundKey, constant]);
  const nextState = only(d, round, [state, nextKey, isLast]);
  const nextConstant = only(d, double, [constant]);
  const later = d.mux(isLast, zero, d.add(count, one));
  d.define(count, d.reg(d.mux(start, one, later), { enable }));
  d.define(state, d.reg(d.mux(start, d.xor(plaintext, key), nextState), { enable }));
  d.define(roundKey, d.reg(d.mux(start, key, nextKey), { enable }));
  d.define(constant, d.reg(d.mux(start, d.const("u8", 1), nextConstant), { enable }));
  d.define(ready, d.reg(d.and(d.or(ready, isLast), d.not(start))));
  d.output("ciphertext", state);
  d.output("ready", ready);
}

/**
 * The same with tables in block RAMs, which take the place of the registers of the state: what is looked up in the next
 * cycle is the address of this one. A table has a byte of the S-box and its double, so that MixColumns only adds.
 */
export function aes128Bram(name: string): Program {
  const about = ABOUT.replace(
    "the key expanded on the way.",
    "the key expanded on the way, tables in 20 block RAMs.",
  ).replace("ciphertext stays until the next start", "ciphertext stays until the next is ready");
  return kernel(name, about, (d, program) => {
    const sub = tableDef(program);
    const substitute = substituteDef(program);
    const double = doubleDef(program);
    const key = d.input("key", "u128");
    const plaintext = d.input("plaintext", "u128");
    const start = d.input("start", "bool");
    const [zero, one, ten] = [d.const("u4", 0), d.const("u4", 1), d.const("u4", 10)];
    const count = d.declare("u4", "count");
    const roundKey = d.declare("u128", "round_key");
    const state = d.declare("u128", "state");
    const nextKey = d.declare("u128", "next_key");
    const constant = d.declare("u8", "constant");
    const isLast = d.eq(count, ten);
    const enable = d.or(start, d.neq(count, zero));
    const looked = range(16).map((k) => d.call(sub, [byte(d, state, k), enable]));
    const substituted = range(4).map((k) => only(d, substitute, [byte(d, nextKey, 12 + ((k + 1) % 4)), enable]));

    const shifted = range(16).map((k) => nth(looked, (k + 4 * (k % 4)) % 16));
    const columns = range(4).map((c) => mixed(d, shifted.slice(4 * c, 4 * c + 4).map(only2)));
    const plain = shifted.map((one) => only2(one)[0]);
    const expanded = expandedKey(d, roundKey, substituted, constant);
    const rounded = d.xor(d.mux(isLast, block(d, plain), block(d, columns.flat())), expanded);
    d.define(state, d.mux(start, d.xor(plaintext, key), rounded));
    d.define(nextKey, d.mux(start, key, expanded));
    d.define(roundKey, d.reg(nextKey, { enable }));
    const nextConstant = only(d, double, [constant]);
    d.define(constant, d.reg(d.mux(start, d.const("u8", 1), nextConstant), { enable }));
    const later = d.mux(isLast, zero, d.add(count, one));
    d.define(count, d.reg(d.mux(start, one, later), { enable }));
    d.output("ciphertext", d.reg(rounded, { enable: isLast }));
    const ready = d.declare("bool");
    d.define(ready, d.reg(d.and(d.or(ready, isLast), d.not(start))));
    d.output("ready", ready);
  });
}

/** A byte of the S-box, out of a block RAM. */
function substituteDef(program: ProgramBuilder): DefBuilder {
  const d = program.def("substitute");
  const [x, enable] = [d.input("x", "u8"), d.input("en", "bool")];
  d.output("y", d.srom("u8", x, { contents: sbox(), enable, hint: "bram" }));
  return d;
}

/** A byte of the S-box and its double, out of a block RAM. */
export function tableDef(program: ProgramBuilder): DefBuilder {
  const d = program.def("table");
  const [x, enable] = [d.input("x", "u8"), d.input("en", "bool")];
  const contents = sbox().map((y) => y | (doubled(y) << 8));
  const word = d.srom("u16", x, { contents, enable, hint: "bram" });
  d.output("y", d.ext("u8", word, 0, 7));
  d.output("z", d.ext("u8", word, 8, 15));
  return d;
}

/** Section 4.2.1 on numbers. */
export function doubled(a: number): number {
  return ((a << 1) ^ (a >= 0x80 ? 0x11b : 0)) & 0xff;
}

/** The two results of a table. */
export function only2(results: readonly Value[]): readonly [Value, Value] {
  return [nth(results, 0), nth(results, 1)];
}

/** Section 5.1.3 on four bytes and their doubles. */
export function mixed(d: DefBuilder, column: readonly (readonly [Value, Value])[]): readonly Value[] {
  return range(4).map((r) => {
    const at = (k: number) => nth(column, (r + k) % 4);
    const doubles = d.xor(at(0)[1], at(1)[1]);
    const singles = d.xor(d.xor(at(1)[0], at(2)[0]), at(3)[0]);
    return d.xor(doubles, singles);
  });
}

/** Section 5.2, out of the substituted bytes of the last word, turned. */
function expandedKey(d: DefBuilder, key: Value, substituted: readonly Value[], constant: Value): Value {
  const words = range(4).map((w) => d.ext("u32", key, 96 - 32 * w, 127 - 32 * w));
  const [first, ...others] = substituted as [Value, ...Value[]];
  let last = d.cat("u32", [d.xor(first, constant), ...others].reverse());
  return d.cat("u128", words.map((word) => (last = d.xor(word, last))).reverse());
}

/** Bytes in the order of the standard. */
function block(d: DefBuilder, bytes: readonly Value[]): Value {
  return d.cat("u128", [...bytes].reverse());
}

/** Section 5.1: SubBytes, ShiftRows, MixColumns (not in the last round), AddRoundKey. */
function roundDef(program: ProgramBuilder, sbox: DefBuilder, mixColumn: DefBuilder): DefBuilder {
  const d = program.def("round");
  const state = d.input("state", "u128");
  const key = d.input("key", "u128");
  const isLast = d.input("last", "bool");
  const substituted = range(16).map((k) => only(d, sbox, [byte(d, state, k)]));
  const shifted = range(16).map((k) => nth(substituted, (k + 4 * (k % 4)) % 16));
  const columns = range(4).map((c) => d.cat("u32", shifted.slice(4 * c, 4 * c + 4).reverse()));
  const mixed = columns.map((column) => only(d, mixColumn, [column]));
  const plain = d.cat("u128", [...columns].reverse());
  const result = d.mux(isLast, plain, d.cat("u128", mixed.reverse()));
  d.output("result", d.xor(result, key));
  return d;
}

/** Section 5.2: the key of the next round. */
function expandDef(program: ProgramBuilder, sbox: DefBuilder): DefBuilder {
  const d = program.def("expand");
  const key = d.input("key", "u128");
  const constant = d.input("constant", "u8");
  const words = range(4).map((w) => d.ext("u32", key, 96 - 32 * w, 127 - 32 * w));
  const substituted = (k: number) => only(d, sbox, [byte(d, key, k)]);
  let last = d.cat("u32", [substituted(12), substituted(15), substituted(14), d.xor(substituted(13), constant)]);
  const next = words.map((word) => (last = d.xor(word, last)));
  d.output("next", d.cat("u128", next.reverse()));
  return d;
}

/** Section 5.1.3: a column times {03}x³ + {01}x² + {01}x + {02}; byte 0 is the most significant. */
export function mixColumnDef(program: ProgramBuilder, double: DefBuilder): DefBuilder {
  const d = program.def("mix_column");
  const column = d.input("column", "u32");
  const bytes = range(4).map((k) => d.ext("u8", column, 24 - 8 * k, 31 - 8 * k));
  const all = bytes.reduce((sum, one) => d.xor(sum, one));
  const mixed = bytes.map((one, k) => {
    const doubled = only(d, double, [d.xor(one, nth(bytes, (k + 1) % 4))]);
    return d.xor(d.xor(one, all), doubled);
  });
  d.output("mixed", d.cat("u32", mixed.reverse()));
  return d;
}

/** Section 4.2.1: a byte times x, modulo x⁸ + x⁴ + x³ + x + 1. */
export function doubleDef(program: ProgramBuilder): DefBuilder {
  const d = program.def("double");
  const a = d.input("a", "u8");
  const shifted = d.sll(a, 1);
  d.output("y", d.mux(d.at(a, 7), d.xor(shifted, d.const("u8", 0x1b)), shifted));
  return d;
}

/** The S-box as a `rom`. */
export function sboxDef(program: ProgramBuilder): DefBuilder {
  const d = program.def("sbox");
  d.output("y", d.rom("u8", d.input("x", "u8"), { contents: sbox() }));
  return d;
}

/** The result of a call that has one. */
export function only(d: DefBuilder, callee: DefBuilder, args: readonly Value[]): Value {
  return nth(d.call(callee, args), 0);
}

/** Byte `k` of a block, counted as the standard does. */
export function byte(d: DefBuilder, block: Value, k: number): Value {
  return d.ext("u8", block, 120 - 8 * k, 127 - 8 * k);
}

/** Section 5.1.1, computed: the inverse in GF(2⁸), 0 for 0, then an affine map over its bits. */
export function sbox(): readonly number[] {
  const powers = [1];
  while (powers.length < 255) {
    const last = powers.at(-1) as number;
    powers.push(last ^ (last << 1) ^ (last >= 0x80 ? 0x11b : 0));
  }
  return range(256).map((x) => {
    const inverse = x === 0 ? 0 : (powers[(255 - powers.indexOf(x)) % 255] as number);
    const turned = (by: number) => ((inverse << by) | (inverse >> (8 - by))) & 0xff;
    return inverse ^ turned(1) ^ turned(2) ^ turned(3) ^ turned(4) ^ 0x63;
  });
}
