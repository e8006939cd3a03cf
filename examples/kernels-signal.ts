// Signal processing: filters, rotation, the butterfly of the FFT, convolution of pictures.
import type { Program } from "../lang/ast.ts";
import type { DefBuilder, Value } from "../lang/builder.ts";
import { kernel, nth, range, sum } from "./kernel.ts";

/** The three classical ways to build one filter. All give the same numbers, in the same cycles. */
export type FirForm = "direct" | "transposed" | "symmetric";

/**
 * A filter with constant `taps`: samples of i16 where `en` is high, and `y[n]` the sum of `taps[k] * x[n - k]`, modulo
 * 2^32, one enabled cycle later.
 * - `direct`: a line of delayed samples, and the sum of their products;
 * - `transposed`: each product joins a line of delayed sums, so that an adder is all between two registers;
 * - `symmetric`: taps that read the same backwards, an even number of them: samples of one tap are added first, which
 *   halves the multiplications.
 */
export function fir(name: string, form: FirForm, taps: readonly number[]): Program {
  return kernel(name, `A filter of ${taps.length} taps in ${form} form: ${taps.join(", ")}.`, (d) => {
    const x = d.input("x", "i16");
    const enable = d.input("en", "bool");
    d.output("y", FIR_FORMS[form](d, x, enable, taps));
  });
}

type FirBody = (d: DefBuilder, x: Value, enable: Value, taps: readonly number[]) => Value;

const FIR_FORMS: Readonly<Record<FirForm, FirBody>> = {
  direct: (d, x, enable, taps) => {
    const products = delays(d, x, enable, taps.length).map((sample, k) => scaled(d, sample, taps[k] ?? 0));
    return d.reg(sum(d, products), { enable });
  },
  transposed: (d, x, enable, taps) => {
    const products = taps.map((tap) => scaled(d, x, tap));
    const last = d.reg(nth(products, -1), { enable });
    return products.slice(0, -1).reduceRight((later, product) => d.reg(d.add(product, later), { enable }), last);
  },
  symmetric: (d, x, enable, taps) => {
    const samples = delays(d, x, enable, taps.length).map((sample) => d.sext("i17", sample));
    const products = taps.slice(0, taps.length / 2).map((tap, k) => {
      return scaled(d, d.add(nth(samples, k), nth(samples, -1 - k)), tap);
    });
    return d.reg(sum(d, products), { enable });
  },
};

/** `x` and the samples before it, `count` in all. */
function delays(d: DefBuilder, x: Value, enable: Value, count: number): readonly Value[] {
  const line = [x];
  while (line.length < count) line.push(d.reg(nth(line, -1), { enable }));
  return line;
}

function scaled(d: DefBuilder, sample: Value, tap: number): Value {
  return d.mul(d.sext("i32", sample), d.const("i32", tap));
}

/**
 * Turns the vector (x, y) by `angle`, of which 2^16 are a full turn: CORDIC (Volder 1959) in rotation mode, 16 bits, one
 * register a stage. (xr, yr) comes `stages` + 1 enabled cycles later, longer than (x, y) by 1.64676. Vectors of up to
 * 19,896 units do not overflow.
 */
export function cordic(name: string, stages: number): Program {
  return kernel(name, `Rotation of a vector by CORDIC, ${stages} stages; 2^16 units of angle are a turn.`, (d) => {
    const port = (text: string) => d.input(text, "i16");
    const turned = quarterTurn(d, port("x"), port("y"), port("angle"));
    const enable = d.input("en", "bool");
    const registered = (value: Value) => d.reg(value, { enable });
    let [xr, yr, rest] = [registered(turned.x), registered(turned.y), registered(turned.angle)];
    const zero = d.const("i16", 0);
    for (const k of range(stages)) {
      const back = d.lt(rest, zero);
      const dx = k === 0 ? yr : d.sra(yr, k);
      const dy = k === 0 ? xr : d.sra(xr, k);
      const nextX = d.mux(back, d.add(xr, dx), d.sub(xr, dx));
      const nextY = d.mux(back, d.sub(yr, dy), d.add(yr, dy));
      if (k + 1 < stages) {
        const step = d.const("i16", Math.round((Math.atan(2 ** -k) / (2 * Math.PI)) * 2 ** 16));
        rest = registered(d.mux(back, d.add(rest, step), d.sub(rest, step)));
      }
      xr = registered(nextX);
      yr = registered(nextY);
    }
    d.output("xr", xr);
    d.output("yr", yr);
  });
}

/** The stages reach a little over 90 degrees; what is beyond is turned by 90 degrees first. */
function quarterTurn(d: DefBuilder, x: Value, y: Value, angle: Value) {
  const isNegative = d.at(angle, 15);
  const isFar = d.xor(isNegative, d.at(angle, 14));
  const zero = d.const("i16", 0);
  const quarter = d.const("i16", 1 << 14);
  const turned = {
    x: d.mux(isNegative, y, d.sub(zero, y)),
    y: d.mux(isNegative, d.sub(zero, x), x),
    angle: d.mux(isNegative, d.add(angle, quarter), d.sub(angle, quarter)),
  };
  return { x: d.mux(isFar, turned.x, x), y: d.mux(isFar, turned.y, y), angle: d.mux(isFar, turned.angle, angle) };
}

/**
 * The butterfly of a radix-2 FFT with decimation in time: (a + wb) / 2 and (a - wb) / 2 of complex numbers of i16, halves
 * rounded up, modulo 2^16; w has 15 bits behind the point. Two enabled cycles: products, then sums.
 */
export function butterfly(name: string): Program {
  return kernel(name, "The butterfly of a radix-2 FFT: y = (a + wb) / 2, z = (a - wb) / 2.", (d) => {
    const port = (text: string) => d.input(text, "i16");
    const [ar, ai] = [port("ar"), port("ai")];
    const [br, bi, wr, wi] = [port("br"), port("bi"), port("wr"), port("wi")];
    const enable = d.input("en", "bool");
    const product = (p: Value, q: Value) => d.sext("i33", d.reg(d.mul(d.sext("i32", p), d.sext("i32", q)), { enable }));
    const real = d.sub(product(br, wr), product(bi, wi));
    const imaginary = d.add(product(br, wi), product(bi, wr));
    const half = d.const("i33", 1 << 15);
    const point = (a: Value) => d.add(d.sll(d.sext("i33", d.reg(a, { enable })), 15), half);
    const [pr, pi] = [point(ar), point(ai)];
    const rounded = (text: string, value: Value) => d.output(text, d.reg(d.ext("i16", value, 16, 31), { enable }));
    rounded("yr", d.add(pr, real));
    rounded("yi", d.add(pi, imaginary));
    rounded("zr", d.sub(pr, real));
    rounded("zi", d.sub(pi, imaginary));
  });
}

/**
 * One pixel of a 3×3 convolution: the window `p0` … `p8` of u8, row by row, the weights `w0` … `w8` of i8 as inputs, and
 * the exact sum of products as i20, behind a register.
 */
export function convolution(name: string): Program {
  return kernel(name, "A 3x3 convolution: pixels of u8, weights of i8.", (d) => {
    const pixels = range(9).map((k) => d.input(`p${k}`, "u8"));
    const weights = range(9).map((k) => d.input(`w${k}`, "i8"));
    const enable = d.input("en", "bool");
    const products = pixels.map((p, k) => d.mul(asSigned(d, p, 20), d.sext("i20", nth(weights, k))));
    d.output("y", d.reg(sum(d, products), { enable }));
  });
}

/** The Sobel gradients of a 3×3 window of u8, row by row, of which the middle does not count; `m` is |gx| + |gy|, at most 255. */
export function sobel(name: string): Program {
  return kernel(name, "Sobel gradients of a 3x3 window, and their size.", (d) => {
    const pixel = (k: number) => asSigned(d, d.input(`p${k}`, "u8"), 11);
    const [p0, p1, p2, p3] = [pixel(0), pixel(1), pixel(2), pixel(3)];
    const [p5, p6, p7, p8] = [pixel(5), pixel(6), pixel(7), pixel(8)];
    const enable = d.input("en", "bool");
    const side = (a: Value, b: Value, c: Value) => sum(d, [a, d.sll(b, 1), c]);
    const gx = d.sub(side(p2, p5, p8), side(p0, p3, p6));
    const gy = d.sub(side(p6, p7, p8), side(p0, p1, p2));
    const zero = d.const("i11", 0);
    const size = (g: Value) => d.ext("u11", d.mux(d.lt(g, zero), d.sub(zero, g), g), 0, 10);
    const both = d.add(size(gx), size(gy));
    const most = d.const("u11", 255);
    const m = d.ext("u8", d.mux(d.gt(both, most), most, both), 0, 7);
    d.output("gx", d.reg(gx, { enable }));
    d.output("gy", d.reg(gy, { enable }));
    d.output("m", d.reg(m, { enable }));
  });
}

/** A `u` as an `i` of more bits. */
function asSigned(d: DefBuilder, value: Value, width: number): Value {
  return d.ext(`i${width}`, d.zext(`u${width}`, value), 0, width - 1);
}
