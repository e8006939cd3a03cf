// The kernels of streams, written from their definitions.
import { BIQUAD, CIC, DIAGONAL, LINE, WINDOW } from "../../examples/kernels-stream.ts";
import type { Row } from "../trace.ts";
import { before, indices, type Reference, scalar } from "./reference.ts";

const i16 = (value: bigint) => BigInt.asIntN(16, value);
const total = (values: readonly bigint[]) => values.reduce((all, one) => all + one, 0n);

/** What a row of ones gives, folded with itself once for each further stage: the filter that the CIC one stands for. */
const BOXCAR = indices(CIC.stages - 1).reduce<readonly bigint[]>(
  (h) => indices(h.length + CIC.rate - 1).map((n) => total(indices(CIC.rate).map((k) => h[n - k] ?? 0n))),
  indices(CIC.rate).map(() => 1n),
);

/** Every `rate`th value of the filter, as late as there are integrators. */
const cic: Reference = (past) => {
  const last = past.length - (past.length % CIC.rate);
  const x = (n: number) => scalar(past[n] ?? {}, "x");
  return { y: last === 0 ? 0n : total(BOXCAR.map((h, k) => h * x(last - 1 - CIC.stages - k))) };
};

/** y[n] = b0 x[n] + b1 x[n - 1] + b2 x[n - 2] - a1 y[n - 1] - a2 y[n - 2]. */
const iir: Reference = (past) => {
  const [b0, b1, b2, a1, a2] = BIQUAD.map(BigInt) as [bigint, bigint, bigint, bigint, bigint];
  let [x1, x2, y1, y2] = [0n, 0n, 0n, 0n];
  for (const row of past) {
    const x = scalar(row, "x");
    const y = i16((b0 * x + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2) >> 14n);
    [x1, x2, y1, y2] = [x, x1, y, y1];
  }
  return { y: y1 };
};

function systolic(size: number): Reference {
  return (past) => {
    const first = past.findLastIndex((row) => scalar(row, "clear") === 1n) + 1;
    const at = (port: string, cycle: number) => scalar(past[cycle] ?? {}, port);
    const sums = indices(size).flatMap((r) =>
      indices(size).map((c) => {
        const cycles = indices(past.length).slice(first);
        const products = cycles.map((t) => at(`a${r}`, t - c - 1) * at(`b${c}`, t - r - 1));
        return [`y${r}_${c}`, BigInt.asIntN(20, total(products))] as const;
      }),
    );
    return Object.fromEntries(sums);
  };
}

const lines: Reference = (past) => {
  const products = WINDOW.map((weight, at) => {
    const [line, column] = [Math.floor(at / 3), at % 3];
    return BigInt(weight) * scalar(before(past, 3 + LINE * line + column), "pixel");
  });
  return { y: total(products) >> 4n };
};

type Complex = readonly [re: bigint, im: bigint];

/** The product with e^(-iπk/4), k from 0 to 3, in whole numbers. */
function rotated([re, im]: Complex, k: number): Complex {
  const scaled = (value: bigint) => i16((value * BigInt(DIAGONAL)) >> 15n);
  if (k === 0) return [re, im];
  if (k === 2) return [im, i16(-re)];
  return k === 1 ? [scaled(re + im), scaled(im - re)] : [scaled(im - re), scaled(i16(-re) - im)];
}

/** The transform of Fourier by that of the even and that of the odd points (Cooley and Tukey, 1965), halved each time. */
export function transform(points: readonly Complex[]): readonly Complex[] {
  if (points.length === 1) return points;
  const [even, odd] = [0, 1].map((first) => transform(points.filter((_, at) => at % 2 === first))) as [
    readonly Complex[],
    readonly Complex[],
  ];
  const turned = odd.map((one, k) => rotated(one, (8 / points.length) * k));
  const both = (sign: bigint) =>
    even.map(([re, im], k): Complex => {
      const [otherRe, otherIm] = turned[k] as Complex;
      return [(re + sign * otherRe) >> 1n, (im + sign * otherIm) >> 1n];
    });
  return [...both(1n), ...both(-1n)];
}

const fft: Reference = (past) => {
  const row = before(past, 3);
  const points = indices(8).map((k): Complex => [scalar(row, `xr${k}`), scalar(row, `xi${k}`)]);
  const found = transform(points).flatMap(([re, im], k) => [[`yr${k}`, re] as const, [`yi${k}`, im] as const]);
  return Object.fromEntries(found);
};

/** References of the kernels of streams. */
export const STREAMS: Readonly<Record<string, Reference>> = {
  cic,
  iir,
  systolic_3: systolic(3),
  conv_lines: lines,
  fft_8: fft,
};

/** Inputs that random ones hardly meet: steps, impulses, pictures of several lines. */
export const MORE_STREAMS: Readonly<Record<string, readonly Row[]>> = {
  cic: indices(60).map((at) => ({ x: at < 30 ? 127n : -128n, en: 1n })),
  iir: indices(60).map((at) => ({ x: at < 2 ? 0n : at < 40 ? 12000n : -12000n, en: 1n })),
  conv_lines: indices(200).map((at) => ({ pixel: BigInt((at * 37) % 256), en: at % 11 === 5 ? 0n : 1n })),
};
