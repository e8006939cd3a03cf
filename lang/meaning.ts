// What operations of one kind have in common: parts of rows for the table of operations.
import type { Lane, Meaning, Row } from "./ops.ts";
import type { Type } from "./type.ts";

export const none = () => 0;
/** Flips the top bit of `u32` patterns, so that they compare as signed. */
const order = (lane: Lane) => (lane.args[0]?.kind === "i" ? 0 : -0x80000000);
/** Bits of a 32-bit pattern above the first operand. */
const above = (lane: Lane) => 32 - (lane.args[0]?.width ?? 32);
const amount = (lane: Lane) => Number(lane.attrs[0] ?? 0n);

/** The bits of a lane as a natural number. */
export const bits = (x: bigint, type: Type) => BigInt.asUintN(type.width, x);
/** The bits of a lane as a signed number. */
export const signedBits = (x: bigint, type: Type) => BigInt.asIntN(type.width, x);

/** How far a shift goes: its attribute, or its second operand; never further than 2^13, which is past every width. */
function distance(x: readonly bigint[], lane: Lane): bigint {
  const by = x[1] ?? lane.attrs[0] ?? 0n;
  return by > 8192n ? 8192n : by;
}

function infix(op: string): Meaning["verilog"] {
  return ([a, b]) => `${a} ${op} ${b}`;
}

export function binary(
  wide: (a: bigint, b: bigint) => bigint,
  narrow: (a: number, b: number) => number,
  op: string,
): Partial<Row> {
  return {
    forms: "(I, I) -> I",
    meaning: { wide: ([a = 0n, b = 0n]) => wide(a, b), narrow, fact: none, verilog: infix(op) },
  };
}

export function logic(
  wide: (a: bigint, b: bigint) => bigint,
  narrow: (a: number, b: number) => number,
  op: string,
): Partial<Row> {
  return { ...binary(wide, narrow, op), forms: "(T, T) -> T", commutes: true };
}

export function comparison(
  wide: (a: bigint, b: bigint) => boolean,
  narrow: (a: number, b: number) => boolean,
  op: string,
): Partial<Row> {
  return {
    forms: "(S, S) -> bool",
    meaning: {
      wide: ([a = 0n, b = 0n]) => (wide(a, b) ? 1n : 0n),
      narrow: (a, b, _c, k) => (narrow(a ^ k, b ^ k) ? 1 : 0),
      fact: order,
      verilog: infix(op),
    },
  };
}

/** What stands behind the operator of a shift. Verilator takes no amounts of more than 32 bits, so they saturate there. */
function verilogAmount(by: string | undefined, lane: Lane): string {
  if (by === undefined) return `${Math.min(amount(lane), lane.type.width)}`;
  const width = lane.args[1]?.width ?? 0;
  return width <= 32 ? by : `(|${by}[${width - 1}:32] ? 32'hffffffff : ${by}[31:0])`;
}

export function shift(
  wide: (a: bigint, by: bigint, type: Type) => bigint,
  narrow: (a: number, by: number, above: number) => number,
  verilog: (a: string, by: string, type: Type) => string,
): Partial<Row> {
  return {
    forms: "(I) -> I | (I, K) -> I",
    attrs: "amount",
    meaning: {
      wide: (x, lane) => wide(x[0] ?? 0n, distance(x, lane), lane.type),
      narrow: (a, by, _c, k) => narrow(a, by < 0 || by > 63 ? 63 : by, k),
      fact: above,
      verilog: ([a = "", by], lane) => verilog(a, verilogAmount(by, lane), lane.type),
    },
  };
}

export function memory(synchronous: boolean, writable: boolean, forms: string): Partial<Row> {
  return { kind: "memory", attrs: "contents", forms, memory: { synchronous, writable } };
}

export const extend = (signed: boolean): Meaning => ({
  wide: ([a = 0n], lane) => (signed ? signedBits : bits)(a, lane.args[0] as Type),
  narrow: signed ? (a, _b, _c, k) => (a << k) >> k : (a, _b, _c, k) => (a << k) >>> k,
  fact: above,
  verilog: ([a], lane) => {
    const from = (lane.args[0] as Type).width;
    const more = lane.type.width - from;
    if (more === 0) return a as string;
    const fill = signed ? (from === 1 ? (a as string) : `${a}[${from - 1}]`) : "1'b0";
    return `{{${more}{${fill}}}, ${a}}`;
  },
});
