// The suite of examples/kernels is what its table and its references say. `BLESS=1` writes it and its traces.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readSuite } from "../asm/bench/suite.ts";
import { FOLDER, NAMES, suiteText, traceFiles } from "./kernels/suite.ts";
import { traceText, vectorsOf } from "./kernels/vectors.ts";

function hold(file: string, text: string): void {
  if (process.env["BLESS"] !== undefined) writeFileSync(file, text);
  expect(existsSync(file) ? readFileSync(file, "utf8") : "").toBe(text);
}

test.each(NAMES)("the traces of %s are what its reference gives", (name) => {
  mkdirSync(join(FOLDER, "traces"), { recursive: true });
  vectorsOf(name).forEach(({ inputs, outputs, from }, at) => {
    const files = traceFiles(name, at);
    hold(join(FOLDER, files.inputs), traceText(inputs));
    hold(join(FOLDER, files.outputs), traceText(outputs, from));
  });
});

test("the suite is what its table says, and is right", () => {
  const file = join(FOLDER, "bench.json");
  hold(file, suiteText());
  expect(readSuite({ file, text: suiteText() }).diagnostics).toEqual([]);
});

test("no trace is left over", () => {
  const files = NAMES.flatMap((name) =>
    vectorsOf(name).flatMap((_, at) => Object.values(traceFiles(name, at)).map((file) => file.replace("traces/", ""))),
  );
  expect(readdirSync(join(FOLDER, "traces")).sort()).toEqual(files.sort());
});
