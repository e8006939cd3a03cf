// Kernels that work on streams: filters with feedback, an array of multipliers, a window over the lines of a picture, and
// the transform of Fourier.
import type { Program } from "../lang/ast.ts";
import type { DefBuilder, Value } from "../lang/builder.ts";
import { kernel, nth, range, sum } from "./kernel.ts";

/** Stages of the CIC filter, and how many samples become one. */
export const CIC = { stages: 3, rate: 8 } as const;

/**
 * A decimator after Hogenauer (1981): integrators at the rate of the samples, combs at an eighth of it. Samples of i8 where
 * `en` is high; `y` has all 17 bits that the sum can have.
 */
export function cic(name: string): Program {
  const { stages, rate } = CIC;
  return kernel(name, `A CIC decimator of ${stages} stages by ${rate}, for samples of i8.`, (d) => {
    const x = d.sext("i17", d.input("x", "i8"));
    const enable = d.input("en", "bool");
    const count = d.feedback("u3", (now) => d.add(now, d.const("u3", 1)), { enable });
    const isLast = d.eq(count, d.const("u3", rate - 1));
    const tick = d.and(enable, isLast);
    const integrated = range(stages).reduce((value) => d.feedback("i17", (now) => d.add(now, value), { enable }), x);
    const combed = range(stages).reduce((value) => d.sub(value, d.reg(value, { enable: tick })), integrated);
    d.output("y", d.reg(combed, { enable: tick }));
  });
}

/** Coefficients of the biquad with 14 bits behind the point: b0, b1, b2, a1, a2 (a Butterworth low-pass, a tenth of the rate). */
export const BIQUAD = [1105, 2210, 1105, -18727, 6763] as const;

/** A recursive filter of second order in direct form I: samples and results of i16, modulo 2^16, rounded down. */
export function iir(name: string): Program {
  return kernel(name, "A recursive filter of second order, coefficients of 14 bits behind the point.", (d) => {
    const x = d.input("x", "i16");
    const enable = d.input("en", "bool");
    const y = d.declare("i16", "y1");
    const delayed = (value: Value) => d.reg(value, { enable });
    const [x1, y2] = [delayed(x), delayed(y)];
    const terms = [x, x1, delayed(x1), y, y2].map((value, at) => {
      const coefficient = d.const("i36", at < 3 ? nth(BIQUAD, at) : -nth(BIQUAD, at));
      return d.mul(d.sext("i36", value), coefficient);
    });
    d.define(y, d.reg(d.ext("i16", sum(d, terms), 14, 29), { enable }));
    d.output("y", y);
  });
}

/**
 * A systolic array of `size` × `size` cells, each of which adds the product of what comes from the left and from above to
 * its sum, and passes both on (Kung and Leiserson, 1979). Rows and columns come skewed by one cycle each; `clear` sets all
 * sums to 0.
 */
export function systolic(name: string, size: number): Program {
  return kernel(name, `A systolic array of ${size}x${size} cells for products of matrices of i8.`, (d) => {
    const rows = range(size).map((r) => d.input(`a${r}`, "i8"));
    const columns = range(size).map((c) => d.input(`b${c}`, "i8"));
    const clear = d.input("clear", "bool");
    const enable = d.input("en", "bool");
    const zero = d.const("i20", 0);
    let above = columns;
    rows.forEach((row, r) => {
      let left = row;
      above = above.map((value, c) => {
        left = d.reg(left, { enable });
        const below = d.reg(value, { enable });
        const product = d.mul(d.sext("i20", left), d.sext("i20", below));
        d.output(
          `y${r}_${c}`,
          d.feedback("i20", (now) => d.mux(clear, zero, d.add(now, product)), { enable }),
        );
        return below;
      });
    });
  });
}

/** Pixels of a line of the picture, and the weights of the window, which are sixteenths. */
export const LINE = 32;
export const WINDOW = [1, 2, 1, 2, 4, 2, 1, 2, 1] as const;

/**
 * A 3×3 window over a picture that comes pixel by pixel, with the two lines before in memories: `y` is the weighted sum by
 * 16, three enabled cycles after the last pixel of the window.
 */
export function lineBuffers(name: string): Program {
  return kernel(name, `A 3x3 filter of a picture of ${LINE} columns, with two line buffers.`, (d) => {
    const pixel = d.input("pixel", "u8");
    const enable = d.input("en", "bool");
    const column = d.feedback("u5", (now) => d.add(now, d.const("u5", 1)), { enable });
    const delayed = (value: Value) => d.reg(value, { enable });
    const before = d.sram({ address: column, data: pixel, write: enable, enable });
    const twice = d.sram({ address: delayed(column), data: before, write: enable, enable });
    const lines = [delayed(delayed(pixel)), delayed(before), twice];
    const terms = lines.flatMap((value, line) => {
      const one = delayed(value);
      return [value, one, delayed(one)].map((p, at) => d.sll(d.zext("u12", p), Math.log2(nth(WINDOW, 3 * line + at))));
    });
    d.output("y", d.reg(d.ext("u8", sum(d, terms), 4, 11), { enable }));
  });
}

/** cos 45° with 15 bits behind the point. */
export const DIAGONAL = 23170;

interface Complex {
  readonly re: Value;
  readonly im: Value;
}

/**
 * The Fourier transform of 8 complex numbers of i16, by radix 2 with decimation in time, a register behind each of the
 * three stages; each stage halves, rounded down, so that nothing overflows.
 */
export function fft8(name: string): Program {
  return kernel(name, "The FFT of 8 complex numbers of i16, by 8.", (d) => {
    const points = range(8).map((k): Complex => ({ re: d.input(`xr${k}`, "i16"), im: d.input(`xi${k}`, "i16") }));
    const enable = d.input("en", "bool");
    transformed(d, points, enable).forEach(({ re, im }, k) => {
      d.output(`yr${k}`, re);
      d.output(`yi${k}`, im);
    });
  });
}

function transformed(d: DefBuilder, points: readonly Complex[], enable: Value): readonly Complex[] {
  if (points.length === 1) return points;
  const half = points.length / 2;
  const [even, odd] = [0, 1].map((first) =>
    transformed(
      d,
      points.filter((_, at) => at % 2 === first),
      enable,
    ),
  ) as [readonly Complex[], readonly Complex[]];
  const turned = odd.map((one, k) => rotated(d, one, (8 / points.length) * k));
  const halved = (value: Value) => d.reg(d.ext("i16", value, 1, 16), { enable });
  const wide = (value: Value) => d.sext("i17", value);
  const both = (op: "add" | "sub") =>
    range(half).map((k): Complex => {
      const [a, b] = [nth(even, k), nth(turned, k)];
      return { re: halved(d[op](wide(a.re), wide(b.re))), im: halved(d[op](wide(a.im), wide(b.im))) };
    });
  return [...both("add"), ...both("sub")];
}

/** A number turned by -45° times `eighths`, of 0 to 3; products are rounded down. */
function rotated(d: DefBuilder, { re, im }: Complex, eighths: number): Complex {
  const scaled = (a: Value, b: Value, op: "add" | "sub") => {
    const wide = d[op](d.sext("i33", a), d.sext("i33", b));
    return d.ext("i16", d.mul(wide, d.const("i33", DIAGONAL)), 15, 30);
  };
  if (eighths === 0) return { re, im };
  if (eighths === 1) return { re: scaled(re, im, "add"), im: scaled(im, re, "sub") };
  const negative = d.sub(d.const("i16", 0), re);
  if (eighths === 2) return { re: im, im: negative };
  return { re: scaled(im, re, "sub"), im: scaled(negative, im, "sub") };
}
