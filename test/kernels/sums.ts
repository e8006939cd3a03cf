// The kernels of sums and products, written from their definitions.
import { LOW_PASS, SKEWED } from "../../examples/kernels.ts";
import type { Row, Value } from "../trace.ts";
import { before, indices, type Reference, scalar } from "./reference.ts";

const signed = (width: number, value: bigint) => BigInt.asIntN(width, value);
const total = (values: readonly bigint[]) => values.reduce((all, one) => all + one, 0n);

/** Several outputs `prefix0`, `prefix1`, ... */
const each = (count: number, prefix: string, value: (at: number) => Value): Row =>
  Object.fromEntries(indices(count).map((at) => [`${prefix}${at}`, value(at)]));

function tensoradd(length: number, lanes: number): Reference {
  return (past) => {
    const row = before(past, 2);
    if (lanes === 0) return each(length, "y", (i) => signed(8, scalar(row, `a${i}`) + scalar(row, `b${i}`)));
    const lane = (name: string, at: number) => (row[name] as readonly bigint[] | undefined)?.[at] ?? 0n;
    return each(length / lanes, "y", (i) =>
      indices(lanes).map((at) => signed(8, lane(`a${i}`, at) + lane(`b${i}`, at))),
    );
  };
}

function tensordot(columns: number): Reference {
  return (past) =>
    each(5, "y", (r) => {
      const products = indices(columns).map((k) => {
        const row = before(past, columns + 2 - k);
        return scalar(row, `a${r}_${k}`) * scalar(row, `b${r}_${k}`);
      });
      return signed(8, total(products) + scalar(before(past, columns), `c${r}`));
    });
}

function fir(taps: readonly number[]): Reference {
  return (past) => ({
    y: signed(32, total(taps.map((tap, k) => BigInt(tap) * scalar(before(past, k + 1), "x")))),
  });
}

function matmul(size: number, width: number): Reference {
  return (past) => {
    const row = before(past, 1);
    const dot = (r: number, c: number) =>
      total(indices(size).map((k) => scalar(row, `a${r}_${k}`) * scalar(row, `b${k}_${c}`)));
    return Object.assign({}, ...indices(size).map((r) => each(size, `y${r}_`, (c) => signed(width, dot(r, c)))));
  };
}

/** (a ± wb) / 2, where w = (wr + i wi) / 2^15, rounded to the next integer, halves up. */
const butterfly: Reference = (past) => {
  const row = before(past, 2);
  const [ar, ai, br, bi, wr, wi] = ["ar", "ai", "br", "bi", "wr", "wi"].map((name) => scalar(row, name)) as Six;
  const half = (a: bigint, product: bigint) => signed(16, (a * 32768n + product + 32768n) >> 16n);
  const [real, imaginary] = [br * wr - bi * wi, br * wi + bi * wr];
  return { yr: half(ar, real), yi: half(ai, imaginary), zr: half(ar, -real), zi: half(ai, -imaginary) };
};

type Six = [bigint, bigint, bigint, bigint, bigint, bigint];

const convolution: Reference = (past) => {
  const row = before(past, 1);
  return { y: total(indices(9).map((k) => scalar(row, `p${k}`) * scalar(row, `w${k}`))) };
};

const sobel: Reference = (past) => {
  const p = indices(9).map((k) => scalar(before(past, 1), `p${k}`));
  const weigh = (weights: readonly number[]) => total(weights.map((w, k) => BigInt(w) * (p[k] ?? 0n)));
  const gx = weigh([-1, 0, 1, -2, 0, 2, -1, 0, 1]);
  const gy = weigh([-1, -2, -1, 0, 0, 0, 1, 2, 1]);
  const size = (gx < 0n ? -gx : gx) + (gy < 0n ? -gy : gy);
  return { gx, gy, m: size > 255n ? 255n : size };
};

/** References of the kernels of sums and products. */
export const SUMS: Readonly<Record<string, Reference>> = {
  ...Object.fromEntries([64, 128, 256, 512].map((n) => [`tadd_${n}`, tensoradd(n, 4)])),
  ...Object.fromEntries([64, 128, 256, 512].map((n) => [`tadd_scalar_${n}`, tensoradd(n, 0)])),
  ...Object.fromEntries([3, 9, 18, 36].map((n) => [`tdot_5_${n}`, tensordot(n)])),
  fir_direct: fir(SKEWED),
  fir_transposed: fir(SKEWED),
  fir_symmetric: fir(LOW_PASS),
  matmul_3: matmul(3, 32),
  matmul_4: matmul(4, 16),
  butterfly,
  conv_3x3: convolution,
  sobel,
};
