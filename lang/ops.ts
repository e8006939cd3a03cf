// The operations of the IR, one row each: parser, checker, evaluator, behavioural Verilog, the reference manual and the
// generator of random programs read it from here. A new operation is a row, and a golden.
//
// A meaning is given a lane at a time. `wide` is the definition, on integers of any size as their types read them;
// `narrow` is the same on 32-bit patterns, for speed (test/ops.test.ts holds one against the other). Both may leave bits
// above the width of the result: the evaluator wraps them.
import { bug } from "./diagnostic.ts";
import { lutVerilog, lutWide } from "./lut.ts";
import { binary, bits, comparison, extend, logic, memory, none, shift, signedBits } from "./meaning.ts";
import { type Form, form } from "./signature.ts";
import type { Type } from "./type.ts";

/** One lane of an instruction: the types of its scalar operands and result, and its attributes. */
export interface Lane {
  readonly args: readonly Type[];
  readonly type: Type;
  readonly attrs: readonly bigint[];
}

/** A meaning without state. */
export interface Meaning {
  readonly wide: (x: readonly bigint[], lane: Lane) => bigint;
  /** Operands are sign-extended (`i`) or zero-extended (`u`, `bool`) 32-bit patterns; `k` is what `fact` gave. */
  readonly narrow: (a: number, b: number, c: number, k: number) => number;
  /** What `narrow` needs to know of the types and attributes. */
  readonly fact: (lane: Lane) => number;
  /** A Verilog expression of the operands' names, whose own width is that of the result. */
  readonly verilog: (x: readonly string[], lane: Lane) => string;
}

/** What the attributes in brackets are. */
export type Attrs = "none" | "values" | "amount" | "bits" | "contents" | "tables";

export interface Operation {
  readonly name: string;
  readonly forms: readonly Form[];
  readonly attrs: Attrs;
  readonly doc: string;
  /** Wires cost nothing, and are part of the assembly, too. */
  readonly wire: boolean;
  /** Whether the operands may be exchanged. */
  readonly commutes: boolean;
  readonly kind: "lanes" | "const" | "ext" | "cat" | "reg" | "memory";
  /** Of `lanes` only. */
  readonly meaning: Meaning | undefined;
  /** A memory: whether it reads at the clock edge, and whether it is written. */
  readonly memory: { readonly synchronous: boolean; readonly writable: boolean } | undefined;
}

/** A row of the table, as far as it is not the default. */
export type Row = Pick<Operation, "doc"> & Partial<Omit<Operation, "forms">> & { readonly forms: string };

const ROWS: Readonly<Record<string, Row>> = {
  add: {
    ...binary(
      (a, b) => a + b,
      (a, b) => a + b,
      "+",
    ),
    forms: "(I, I) -> I",
    commutes: true,
    doc: "The sum, modulo 2^N.",
  },
  sub: {
    ...binary(
      (a, b) => a - b,
      (a, b) => a - b,
      "-",
    ),
    forms: "(I, I) -> I",
    doc: "The difference, modulo 2^N.",
  },
  mul: {
    ...binary((a, b) => a * b, Math.imul, "*"),
    forms: "(I, I) -> I",
    commutes: true,
    doc: "The low N bits of the product.",
  },
  and: {
    ...logic(
      (a, b) => a & b,
      (a, b) => a & b,
      "&",
    ),
    forms: "(T, T) -> T",
    doc: "Bitwise and.",
  },
  or: {
    ...logic(
      (a, b) => a | b,
      (a, b) => a | b,
      "|",
    ),
    forms: "(T, T) -> T",
    doc: "Bitwise or.",
  },
  xor: {
    ...logic(
      (a, b) => a ^ b,
      (a, b) => a ^ b,
      "^",
    ),
    forms: "(T, T) -> T",
    doc: "Bitwise exclusive or.",
  },
  not: {
    forms: "(T) -> T",
    meaning: { wide: ([a = 0n]) => ~a, narrow: (a) => ~a, fact: none, verilog: ([a]) => `~${a}` },
    doc: "Every bit inverted.",
  },
  eq: {
    ...comparison(
      (a, b) => a === b,
      (a, b) => a === b,
      "==",
    ),
    forms: "(S, S) -> bool",
    commutes: true,
    doc: "Whether both are equal.",
  },
  neq: {
    ...comparison(
      (a, b) => a !== b,
      (a, b) => a !== b,
      "!=",
    ),
    forms: "(S, S) -> bool",
    commutes: true,
    doc: "Whether both differ.",
  },
  lt: {
    ...comparison(
      (a, b) => a < b,
      (a, b) => a < b,
      "<",
    ),
    forms: "(S, S) -> bool",
    doc: "Less than: signed for `i`, unsigned for `u` and `bool`.",
  },
  gt: {
    ...comparison(
      (a, b) => a > b,
      (a, b) => a > b,
      ">",
    ),
    forms: "(S, S) -> bool",
    doc: "Greater than: signed for `i`, unsigned for `u` and `bool`.",
  },
  le: {
    ...comparison(
      (a, b) => a <= b,
      (a, b) => a <= b,
      "<=",
    ),
    forms: "(S, S) -> bool",
    doc: "Less than or equal: signed for `i`, unsigned for `u` and `bool`.",
  },
  ge: {
    ...comparison(
      (a, b) => a >= b,
      (a, b) => a >= b,
      ">=",
    ),
    forms: "(S, S) -> bool",
    doc: "Greater than or equal: signed for `i`, unsigned for `u` and `bool`.",
  },
  mux: {
    forms: "(bool, T, T) -> T",
    meaning: {
      wide: ([test, a = 0n, b = 0n]) => (test === 0n ? b : a),
      narrow: (test, a, b) => (test === 0 ? b : a),
      fact: none,
      verilog: ([test, a, b]) => `${test} ? ${a} : ${b}`,
    },
    doc: "The second operand where the first is true, else the third. One condition for all lanes.",
  },
  lut: {
    attrs: "tables",
    forms: "(...) -> T",
    meaning: {
      wide: lutWide,
      narrow: () => bug("a lut has steps of its own"),
      fact: none,
      verilog: lutVerilog,
    },
    doc: "A function of up to six operands, bit by bit, by its truth table: one for all bits, or one a bit. Bit r of a table is the result where the operands spell the number r, the first the most significant. Operands are of the type of the result, or `bool`, which is the same for all bits.",
  },
  reg: {
    kind: "reg",
    attrs: "values",
    forms: "(T, bool?) -> T",
    doc: "The first operand, one clock cycle later; while the second is false the value stays. Before the first clock edge the value is the attribute: one for all lanes, or one a lane.",
  },
  rom: {
    ...memory(false, false, "(A) -> T"),
    forms: "(A) -> T",
    doc: "The word at an address of A bits, out of 2^A, in the same cycle. Contents are a list, a file, or what `--mmap` has under the name of the result.",
  },
  srom: {
    ...memory(true, false, "(A, bool?) -> T"),
    forms: "(A, bool?) -> T",
    doc: "The word at an address, one clock cycle later; while the second operand is false the output stays.",
  },
  ram: {
    ...memory(false, true, ""),
    forms: "(A, T, bool) -> T | (A, A, T, bool) -> T | (A, A, T, K) -> T",
    doc: "Reads in the same cycle; writes the data at the clock edge where the last operand is true. With two addresses the first is for reading, and instead of the `bool` a number may say by a bit each which lanes of a vector, or which bits of a scalar, are written.",
  },
  sram: {
    ...memory(true, true, ""),
    forms: "(A, T, bool, bool?) -> T | (A, A, T, bool, bool?) -> T | (A, A, T, K, bool?) -> T",
    doc: "Reads at the clock edge what the memory held before it, and writes at the same edge. With two addresses the first is for reading, and instead of the `bool` a number may say by a bit each which lanes of a vector, or which bits of a scalar, are written. While the last operand is false the output stays.",
  },
  id: {
    forms: "(T) -> T",
    wire: true,
    meaning: { wide: ([a = 0n]) => a, narrow: (a) => a, fact: none, verilog: ([a]) => a as string },
    doc: "The same value under another name.",
  },
  const: {
    kind: "const",
    attrs: "values",
    forms: "() -> T",
    wire: true,
    doc: "A value that fits in N bits as signed or as unsigned: one for all lanes, or one a lane.",
  },
  sll: {
    ...shift(
      (a, by) => a << by,
      (a, by) => (by > 31 ? 0 : a << by),
      (a, by) => `${a} << ${by}`,
    ),
    forms: "(I) -> I | (I, K) -> I",
    doc: "Shifted left by the attribute, or by the second operand; zeros come in.",
  },
  srl: {
    ...shift(
      (a, by, type) => bits(a, type) >> by,
      (a, by, k) => (by > 31 ? 0 : ((a << k) >>> k) >>> by),
      (a, by) => `${a} >> ${by}`,
    ),
    forms: "(I) -> I | (I, K) -> I",
    doc: "Shifted right by the attribute, or by the second operand; zeros come in.",
  },
  sra: {
    ...shift(
      (a, by, type) => signedBits(a, type) >> by,
      (a, by, k) => ((a << k) >> k) >> (by > 31 ? 31 : by),
      (a, by, type) => (type.kind === "i" ? `${a} >>> ${by}` : `$unsigned($signed(${a}) >>> ${by})`),
    ),
    forms: "(I) -> I | (I, K) -> I",
    doc: "Shifted right by the attribute, or by the second operand; the top bit comes in, also of a `u`.",
  },
  ext: {
    kind: "ext",
    attrs: "bits",
    forms: "(T) -> U",
    wire: true,
    doc: "Bit i, or bits lo to hi, 0 the least significant, as any scalar type of that many bits; of a vector: lanes.",
  },
  cat: {
    kind: "cat",
    forms: "(...) -> U",
    wire: true,
    doc: "The operands side by side, the first the least significant, as any scalar type of the sum of their bits; scalars of one type, or vectors of it, make a vector.",
  },
  sext: {
    forms: "(I) -> J",
    wire: true,
    meaning: extend(true),
    doc: "Widened by repeating the top bit.",
  },
  zext: { forms: "(I) -> J", wire: true, meaning: extend(false), doc: "Widened with zeros." },
};

const DEFAULTS = {
  attrs: "none",
  wire: false,
  commutes: false,
  kind: "lanes",
  meaning: undefined,
  memory: undefined,
} as const;

/** All operations by name, in the order of the manual. */
export const OPERATIONS: ReadonlyMap<string, Operation> = new Map(
  Object.entries(ROWS).map(([name, row]) => [
    name,
    { ...DEFAULTS, ...row, name, forms: row.forms.split(" | ").map(form) },
  ]),
);

/** The operation called `name`, which is one of the table. */
export function operation(name: string): Operation {
  const found = OPERATIONS.get(name);
  if (found === undefined) throw new Error(`no operation ${name}`);
  return found;
}

/** Whether operand `at` of `count` reaches the output of `op` without a clock edge between. */
export function isCombinational(op: Operation, at: number): boolean {
  if (op.kind === "reg") return false;
  if (op.kind === "memory") return !op.memory?.synchronous && at === 0;
  return true;
}

/** Whether the result of `op` changes at clock edges alone. */
export function isClocked(op: Operation | undefined): boolean {
  return op?.kind === "reg" || op?.memory?.synchronous === true;
}

/** Whether instructions of `op` keep something from one cycle to the next. */
export function holdsState(op: Operation): boolean {
  return op.kind === "reg" || (op.memory !== undefined && (op.memory.synchronous || op.memory.writable));
}
