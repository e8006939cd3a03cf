// The kernels of sums and products in examples/ compute what the literature says, written in kernels/sums.ts
// from the definitions. Those of logic are in kernels-logic.test.ts, AES in kernels-aes.test.ts.
import { expect, test } from "vitest";
import { KERNELS, LOGIC } from "../examples/kernels.ts";
import { compare } from "./kernels/compare.ts";
import { fileOf, indices, number } from "./kernels/reference.ts";
import { RFC_8439, ROUNDS, xtea } from "./kernels/rounds.ts";
import { MORE_STREAMS, STREAMS, transform } from "./kernels/streams.ts";
import { SUMS } from "./kernels/sums.ts";
import { type Row, randomSource, run, started } from "./trace.ts";

/** Kernels that have a test of their own, below or in kernels-aes.test.ts. */
const OWN = ["cordic", ...Object.keys(ROUNDS), "aes128", "aes128_bram", "aes128_serial", "aes128_serial_bram"];

test("every kernel has a reference", () => {
  const names = Object.keys(KERNELS).filter((name) => LOGIC[name] === undefined);
  expect([...Object.keys(SUMS), ...Object.keys(STREAMS), ...OWN].sort()).toEqual(names.sort());
});

test.each(Object.entries({ ...SUMS, ...STREAMS }))("%s computes what its definition says", (name, reference) => {
  compare(name, reference, MORE_STREAMS[name]);
});

test.each(Object.entries(ROUNDS))("%s gives what the standard says, when it says so", (name, { cycles, examples }) => {
  for (const { inputs, outputs } of examples) {
    const seen = run(started(fileOf(name)), [{ ...inputs, start: 1n }, ...Array<Row>(cycles + 3).fill({})]);
    expect(seen.findIndex((row) => row["ready"] === 1n)).toBe(cycles);
    for (const row of seen.slice(cycles)) expect(row).toEqual({ ...outputs, ready: 1n });
  }
});

test("the references give the vectors that are published", () => {
  expect(ROUNDS["chacha20"]?.examples[0]?.outputs).toEqual({ block: RFC_8439.block });
  // Key 00 01 ... 0f and the text "ABCDEFGH", as libraries test it.
  expect(xtea(0x000102030405060708090a0b0c0d0e0fn, 0x4142434445464748n)).toBe(0x497df3d072612cb5n);
});

test("the reference of fft_8 is the transform of Fourier, by 8", () => {
  const random = randomSource(11);
  const points = indices(8).map(() => [BigInt(random() % 20000) - 10000n, BigInt(random() % 20000) - 10000n] as const);
  transform(points).forEach(([re, im], k) => {
    const sum = points.reduce<readonly [number, number]>(
      ([a, b], [x, y], n) => {
        const angle = (-2 * Math.PI * k * n) / 8;
        const [c, s] = [Math.cos(angle), Math.sin(angle)];
        return [a + Number(x) * c - Number(y) * s, b + Number(x) * s + Number(y) * c];
      },
      [0, 0],
    );
    expect(Math.abs(Number(re) - sum[0] / 8)).toBeLessThan(3);
    expect(Math.abs(Number(im) - sum[1] / 8)).toBeLessThan(3);
  });
});

test("cordic turns vectors, to 12 units in 32767", () => {
  const machine = started(fileOf("cordic"));
  const latency = 15;
  const random = randomSource(7);
  const trace = indices(2000).map((): Row => {
    const radius = random() % 19897;
    const direction = (random() / 2 ** 32) * 2 * Math.PI;
    const [x, y] = [Math.trunc(radius * Math.cos(direction)), Math.trunc(radius * Math.sin(direction))];
    return { x: BigInt(x), y: BigInt(y), angle: BigInt((random() % 65536) - 32768), en: 1n };
  });
  const gain = indices(14).reduce((product, k) => product * Math.sqrt(1 + 4 ** -k), 1);
  const worst = run(machine, trace)
    .slice(latency)
    .map((seen, at) => {
      const row = trace[at] as Row;
      const angle = (number(row, "angle") / 65536) * 2 * Math.PI;
      const [x, y] = [number(row, "x"), number(row, "y")];
      const xr = gain * (x * Math.cos(angle) - y * Math.sin(angle));
      const yr = gain * (x * Math.sin(angle) + y * Math.cos(angle));
      return Math.max(Math.abs(number(seen, "xr") - xr), Math.abs(number(seen, "yr") - yr));
    });
  expect(Math.max(...worst)).toBeLessThan(12);
});
