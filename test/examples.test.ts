// All examples are in order: checked without a word, in canonical layout, and current. `BLESS=1` writes the kernels.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { KERNELS } from "../examples/kernels.ts";
import { check } from "../lang/check.ts";
import { parse } from "../lang/parser.ts";
import { print } from "../lang/printer.ts";
import { load, loadText, type Row, run, started } from "./trace.ts";

const programs = ["tour", "boards", "kernels"].flatMap((folder) =>
  readdirSync(join("examples", folder))
    .filter((file) => file.endsWith(".ir"))
    .map((file) => join("examples", folder, file)),
);

test.each(Object.entries(KERNELS))("the text of %s is current", (name, make) => {
  const file = `examples/kernels/${name}.ir`;
  const program = make(name);
  if (process.env["BLESS"] !== undefined) writeFileSync(file, print(program));
  expect(check(program, "ir").diagnostics).toEqual([]);
  expect(readFileSync(file, "utf8")).toBe(print(program));
});

test("no text of a kernel is left over", () => {
  const texts = programs.filter((file) => file.startsWith("examples/kernels/"));
  expect(texts).toEqual(
    Object.keys(KERNELS)
      .map((name) => `examples/kernels/${name}.ir`)
      .sort(),
  );
});

test.each(programs)("%s checks without a word, in canonical layout", (file) => {
  const { text, diagnostics, machine } = load(file);
  expect(diagnostics).toEqual([]);
  expect(machine).toBeDefined();
  expect(print(parse({ file, text }).value)).toBe(text);
});

type Trace = Readonly<Record<string, readonly (number | string | readonly (number | string)[])[]>>;

function readTrace(file: string): readonly Row[] {
  const trace = JSON.parse(readFileSync(file, "utf8")) as Trace;
  const length = Math.max(...Object.values(trace).map((column) => column.length));
  return Array.from({ length }, (_, cycle) =>
    Object.fromEntries(
      Object.entries(trace).map(([name, column]) => {
        const value = column[cycle] ?? 0;
        return [name, typeof value === "object" ? value.map(BigInt) : BigInt(value)];
      }),
    ),
  );
}

const tour = programs.filter((file) => file.startsWith("examples/tour/"));

test("the tour has ten programs", () => {
  expect(tour).toHaveLength(10);
});

test.each(tour)("%s gives the outputs that stand beside it", (file) => {
  const base = file.slice(0, -".ir".length);
  expect(run(started(file), readTrace(`${base}.in.json`))).toEqual(readTrace(`${base}.out.json`));
});

/** A board program that begins at another count, so that a test need not wait for seconds of blinking. */
function from(file: string, count: number) {
  const text = readFileSync(file, "utf8").replace("reg[0]", `reg[${count}]`);
  const { machine } = loadText(file, text);
  if (machine === undefined) throw new Error(`${file} cannot begin at ${count}`);
  return machine;
}

test("the LED blinks at each 2^23rd cycle", () => {
  const half = 2 ** 23;
  for (const count of [0, half - 3, 2 * half - 3]) {
    const leds = run(from("examples/boards/blink.ir", count), Array(6).fill({})).map((row) => row["led"]);
    const expected = leds.map((_, cycle) => BigInt(Math.floor((count + cycle) / half) % 2));
    expect(leds).toEqual(expected);
  }
});

test("the LED breathes: its share of 256 cycles rises and falls in steps of 2^17 cycles", () => {
  const step = 2 ** 17;
  for (const level of [0, 1, 100, 255, 256, 300, 511]) {
    const machine = from("examples/boards/breathe.ir", level * step);
    const lit = run(machine, Array(256).fill({})).filter((row) => row["led"] === 1n).length;
    expect(lit).toBe(level < 256 ? level : 511 - level);
  }
});
