// What a `lut` computes: its truth tables turned round, so that a row is a mask of the bits in which that row is 1. The
// operands then choose among the masks, the first between the lower and the upper half, and so on.
import type { Lane } from "./ops.ts";
import type { Type } from "./type.ts";

/** The masks of the rows, by number: bit b of mask r is bit r of the table of bit b. */
export function rowMasks(tables: readonly bigint[], inputs: number, width: number): readonly bigint[] {
  return Array.from({ length: 2 ** inputs }, (_, row) => {
    let mask = 0n;
    for (let bit = 0; bit < width; bit++)
      mask |= ((((tables.length === 1 ? tables[0] : tables[bit]) ?? 0n) >> BigInt(row)) & 1n) << BigInt(bit);
    return mask;
  });
}

/** The result for operands of any size; a `bool` among wider ones is the same for all bits. */
export function lutWide(x: readonly bigint[], { args, type, attrs }: Lane): bigint {
  let rows = rowMasks(attrs, x.length, type.width);
  x.forEach((operand, at) => {
    const half = rows.length / 2;
    const isShared = args[at]?.kind === "bool" && type.kind !== "bool";
    const bits = isShared ? -operand : operand;
    rows = rows.slice(0, half).map((low, row) => (low & ~bits) | ((rows[row + half] ?? 0n) & bits));
  });
  return rows[0] ?? 0n;
}

/** The same on 32-bit patterns, which `operands` reads from where they lie. */
export function lutNarrow(
  tables: readonly bigint[],
  types: readonly Type[],
  type: Type,
): (operand: (at: number) => number) => number {
  if (type.width === 1) return lutOfBits(tables[0] ?? 0n, types.length);
  const rows = Int32Array.from(rowMasks(tables, types.length, type.width), (mask) => Number(BigInt.asIntN(32, mask)));
  const isShared = types.map((one) => one.kind === "bool" && type.kind !== "bool");
  const work = new Int32Array(rows.length);
  return (operand) => {
    work.set(rows);
    for (let at = 0, half = rows.length >> 1; half > 0; at++, half >>= 1) {
      const bits = isShared[at] === true ? -operand(at) : operand(at);
      for (let row = 0; row < half; row++)
        work[row] = ((work[row] as number) & ~bits) | ((work[row + half] as number) & bits);
    }
    return work[0] as number;
  };
}

/** The same for one bit: a row of the table. */
function lutOfBits(table: bigint, inputs: number): (operand: (at: number) => number) => number {
  const rows = Uint8Array.from({ length: 2 ** inputs }, (_, row) => Number((table >> BigInt(row)) & 1n));
  return (operand) => {
    let row = 0;
    for (let at = 0; at < inputs; at++) row = (row << 1) | (operand(at) & 1);
    return rows[row] as number;
  };
}

/** Whether operand `at` of `inputs` makes a difference to one of the tables. */
export function matters(tables: readonly bigint[], inputs: number, at: number): boolean {
  const step = 1 << (inputs - 1 - at);
  return tables.some((table) => {
    for (let row = 0; row < 2 ** inputs; row++)
      if ((row & step) === 0 && ((table >> BigInt(row)) & 1n) !== ((table >> BigInt(row | step)) & 1n)) return true;
    return false;
  });
}

/** A Verilog expression of the names of the operands: sums of products where a row has some of the bits. */
export function lutVerilog(x: readonly string[], { args, type, attrs }: Lane): string {
  const { width } = type;
  const all = (1n << BigInt(width)) - 1n;
  const literal = (value: bigint) => `${width}'h${value.toString(16)}`;
  const bits = x.map((name, at) => (args[at]?.kind === "bool" && type.kind !== "bool" ? `{${width}{${name}}}` : name));
  const choose = (rows: readonly bigint[], at: number): string => {
    const [first = 0n] = rows;
    if (rows.every((row) => row === first)) return literal(first);
    const half = rows.length / 2;
    const [low, high] = [rows.slice(0, half), rows.slice(half)];
    const name = bits[at] as string;
    if (low.every((row, index) => row === high[index])) return choose(low, at + 1);
    if (low.every((row, index) => row === (~(high[index] ?? 0n) & all))) return `(${choose(low, at + 1)} ^ ${name})`;
    const product = (rest: readonly bigint[], factor: string) =>
      rest.every((row) => row === all)
        ? factor
        : rest.every((row) => row === 0n)
          ? ""
          : `(${choose(rest, at + 1)} & ${factor})`;
    return `(${[product(low, `~${name}`), product(high, name)].filter((one) => one !== "").join(" | ")})`;
  };
  return choose(rowMasks(attrs, x.length, width), 0);
}
