// Tensor kernels: sums, dot products and products of matrices.
import type { Program } from "../lang/ast.ts";
import type { Value } from "../lang/builder.ts";
import { kernel, nth, range, sum } from "./kernel.ts";

/**
 * Element-wise sums of two tensors of `length` i8, in vectors of `lanes` (0: scalars): registers on both operands and on
 * the sum, one enable for all. `y` is `a + b` of two enabled cycles ago. The benchmark "tensoradd" of the Reticle paper.
 */
export function tensoradd(name: string, length: number, lanes: number): Program {
  const type = lanes === 0 ? "i8" : (`i8<${lanes}>` as const);
  const count = length / Math.max(lanes, 1);
  return kernel(name, `Sums of ${length} pairs of i8, with registers in and out.`, (d) => {
    const enable = d.input("en", "bool");
    const pairs = range(count).map((i) => [d.input(`a${i}`, type), d.input(`b${i}`, type)] as const);
    pairs.forEach(([a, b], i) => {
      const s = d.add(d.reg(a, { enable }), d.reg(b, { enable }));
      d.output(`y${i}`, d.reg(s, { enable }));
    });
  });
}

/**
 * `rows` chains of `columns` multiply-adds of i8: registers on both operands, on each product and on each sum, one
 * enable for all. Row r begins with the addend `c<r>`, and column k enters its row k cycles after column 0. The
 * benchmark "tensordot" of the Reticle paper, the shape of a systolic array.
 */
export function tensordot(name: string, rows: number, columns: number): Program {
  return kernel(name, `${rows} chains of ${columns} multiply-adds of i8, a register behind each step.`, (d) => {
    const enable = d.input("en", "bool");
    const ports = range(rows).map((r) => ({
      a: range(columns).map((k) => d.input(`a${r}_${k}`, "i8")),
      b: range(columns).map((k) => d.input(`b${r}_${k}`, "i8")),
      c: d.input(`c${r}`, "i8"),
    }));
    ports.forEach(({ a, b, c }, r) => {
      const registered = (x: Value) => d.reg(x, { enable });
      const end = range(columns).reduce((above, k) => {
        const product = d.mul(registered(nth(a, k)), registered(nth(b, k)));
        return registered(d.add(registered(product), above));
      }, c);
      d.output(`y${r}`, end);
    });
  });
}

/**
 * The product of two matrices of `size` × `size` i8, with sums of `width` bits (modulo 2^width), and a register with an
 * enable on each. Entry `y<r>_<c>` is row r of `a` by column c of `b`.
 */
export function matmul(name: string, size: number, width: number): Program {
  const type = `i${width}` as const;
  return kernel(name, `The product of two ${size}x${size} matrices of i8, sums of ${width} bits.`, (d) => {
    const enable = d.input("en", "bool");
    const matrix = (prefix: string) =>
      range(size).map((r) => range(size).map((c) => d.sext(type, d.input(`${prefix}${r}_${c}`, "i8"))));
    const a = matrix("a");
    const b = matrix("b");
    for (const r of range(size))
      for (const c of range(size)) {
        const products = range(size).map((k) => d.mul(nth(nth(a, r), k), nth(nth(b, k), c)));
        d.output(`y${r}_${c}`, d.reg(sum(d, products), { enable }));
      }
  });
}
