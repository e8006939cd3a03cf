// The kernels of sums and products in examples/ compute what the literature says, written in kernels/sums.ts
// from the definitions. Those of logic are in kernels-logic.test.ts, AES in kernels-aes.test.ts.
import { expect, test } from "vitest";
import { KERNELS, LOGIC } from "../examples/kernels.ts";
import { compare, fileOf, indices, number } from "./kernels/reference.ts";
import { SUMS } from "./kernels/sums.ts";
import { type Row, randomSource, run, started } from "./trace.ts";

/** Kernels that have a test of their own, below or in kernels-aes.test.ts. */
const OWN = ["cordic", "aes128", "aes128_bram", "aes128_serial", "aes128_serial_bram"];

test("every kernel has a reference", () => {
  const names = Object.keys(KERNELS).filter((name) => LOGIC[name] === undefined);
  expect([...Object.keys(SUMS), ...OWN].sort()).toEqual(names.sort());
});

test.each(Object.entries(SUMS))("%s computes what its definition says", (name, reference) => {
  compare(name, reference);
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
