// Waveforms: the grammar of IEEE 1364-2005, clause 18, held to the letter, and the values against those of the run.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { run } from "./command.ts";

const folder = mkdtempSync(join(tmpdir(), "reticle-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Wave {
  readonly variables: ReadonlyMap<string, { readonly width: number; readonly key: string }>;
  /** The value of a variable at a time, as a natural number. */
  readonly at: (name: string, time: number) => bigint;
  readonly times: readonly number[];
}

/** Reads a dump; throws where it breaks the grammar. */
function read(text: string): Wave {
  const [head = "", body = "", ...more] = text.split("$enddefinitions $end\n");
  if (more.length > 0) throw new Error("two headers");
  const lines = head.trimEnd().split("\n");
  const expectLine = (pattern: RegExp) => {
    const match = pattern.exec(lines.shift() ?? "");
    if (match === null) throw new Error(`expected ${pattern}`);
    return match;
  };
  expectLine(/^\$version .+ \$end$/);
  expectLine(/^\$timescale 1 ns \$end$/);
  expectLine(/^\$scope module [A-Za-z_][\w-]* \$end$/);
  if (lines.pop() !== "$upscope $end") throw new Error("no $upscope");
  const variables = new Map<string, { width: number; key: string }>();
  const widths = new Map<string, number>();
  for (const line of lines) {
    const match = /^\$var wire ([1-9]\d*) ([!-~]+) ([A-Za-z_][\w-]*(?:\[\d+\])?)(?: \[(\d+):0\])? \$end$/.exec(line);
    if (match === null) throw new Error(`not a variable: ${line}`);
    const [, bits = "", key = "", name = "", top] = match;
    const width = Number(bits);
    if (Number(top ?? 0) !== width - 1 || variables.has(name) || widths.has(key)) throw new Error(`wrong: ${line}`);
    variables.set(name, { width, key });
    widths.set(key, width);
  }
  const changes: { time: number; key: string; value: bigint }[] = [];
  const times: number[] = [];
  let isDumping = false;
  for (const line of body.trimEnd().split("\n")) {
    const scalar = /^([01])([!-~]+)$/.exec(line);
    const vector = /^b([01]+) ([!-~]+)$/.exec(line);
    const [, digits = "", key = ""] = scalar ?? vector ?? [];
    if (line.startsWith("#")) {
      const time = Number(line.slice(1));
      if (!/^#\d+$/.test(line) || isDumping || time <= (times.at(-1) ?? -1)) throw new Error(`wrong time ${line}`);
      times.push(time);
    } else if (line === "$dumpvars" && times.length === 1 && changes.length === 0) isDumping = true;
    else if (line === "$end" && isDumping) isDumping = false;
    else if (key !== "" && digits.length <= (widths.get(key) ?? 0)) {
      if (vector !== null && widths.get(key) === 1) throw new Error(`a vector of one bit: ${line}`);
      changes.push({ time: times.at(-1) ?? -1, key, value: BigInt(`0b${digits}`) });
    } else throw new Error(`not a change: ${line}`);
  }
  const first = changes.filter((one) => one.time === 0).map((one) => one.key);
  if (new Set(first).size !== widths.size || first.length !== widths.size)
    throw new Error("not all are dumped at first");
  const at = (name: string, time: number) => {
    const key = variables.get(name)?.key;
    return changes.filter((one) => one.key === key && one.time <= time).at(-1)?.value ?? -1n;
  };
  return { variables, at, times };
}

const PROGRAM = `def main(a: i8, en: bool, v: u4<2>, wide: u70) -> (y: i8, w: u4<2>, big: u70, k: bool, same: i8, one: u1) {
    t-0: i8 = add(a, y);
    y: i8 = reg[-1](t-0, en);
    w: u4<2> = not(v);
    big: u70 = reg[5](wide);
    k: bool = const[1];
    hidden: u3 = const[5];
    m: u8 = cat(hidden, hidden, en, k);
    bit: bool = ext[0](m);
    q: bool = or(bit, k);
    one: u1 = cat(q);
    same: i8 = helper(a);
}

def helper(a: i8) -> (z: i8) {
    inner: i8 = not(a);
    z: i8 = id(inner);
}
`;

async function dump(program: string, trace: unknown, ...options: readonly string[]) {
  const path = join(folder, "a.ir");
  writeFileSync(path, program);
  writeFileSync(join(folder, "in.json"), JSON.stringify(trace));
  const vcd = join(folder, "out.vcd");
  const ran = await run(["eval", path, "--trace", join(folder, "in.json"), "--vcd", vcd, ...options]);
  expect(ran.err).toBe("");
  return {
    text: readFileSync(vcd, "utf8"),
    out: JSON.parse(ran.out) as Record<string, (number | string | number[])[]>,
  };
}

test("all values of a program, in every cycle", async () => {
  const cycles = 40;
  const each = <T>(make: (at: number) => T) => Array.from({ length: cycles }, (_, at) => make(at));
  const trace = {
    a: each((at) => ((at * 37) % 256) - 128),
    en: each((at) => (at % 3 === 0 ? 0 : 1)),
    v: each((at) => [at % 16, (at * 5) % 16]),
    wide: each((at) => `${(1n << 69n) + BigInt(at) * 12345678901234567n}`),
  };
  const { text, out } = await dump(PROGRAM, trace);
  const wave = read(text);
  const names = [
    "clock",
    "a",
    "en",
    "v[0]",
    "v[1]",
    "wide",
    "t-0",
    "y",
    "w[0]",
    "w[1]",
    "big",
    "k",
    "m",
    "bit",
    "q",
    "one",
    "same",
  ];
  for (const name of names) expect([...wave.variables.keys()]).toContain(name);
  expect([...wave.variables.keys()]).not.toContain("hidden");
  const bits = (value: number | string, width: number) => BigInt.asUintN(width, BigInt(value));
  for (let cycle = 0; cycle < cycles; cycle++) {
    const time = 10 * cycle + 9;
    expect(wave.at("a", time)).toBe(bits(trace.a[cycle] as number, 8));
    expect(wave.at("wide", time)).toBe(bits(trace.wide[cycle] as string, 70));
    for (const name of ["y", "big", "k", "same", "one"] as const)
      expect(wave.at(name, time)).toBe(bits(out[name]?.[cycle] as number, wave.variables.get(name)?.width ?? 0));
    for (const lane of [0, 1])
      expect(wave.at(`w[${lane}]`, time)).toBe(bits((out["w"] as number[][])[cycle]?.[lane] ?? -1, 4));
    // The clock rises where a cycle begins, except the first one, and falls in its middle.
    expect(wave.at("clock", 10 * cycle)).toBe(cycle === 0 ? 0n : 1n);
    expect(wave.at("clock", time)).toBe(0n);
  }
  expect(wave.times.at(-1)).toBe(10 * cycles);
});

test("the reset is shown, and a program without state has no clock", async () => {
  const counter = "def main() -> (y: u8) { one: u8 = const[1]; next: u8 = add(y, one); y: u8 = reg[3](next); }";
  const { text } = await dump(counter, { reset: [0, 0, 1, 0] }, "--reset", "sync");
  const wave = read(text);
  expect([0, 10, 20, 30].map((time) => wave.at("reset", time))).toEqual([0n, 0n, 1n, 0n]);
  expect([0, 10, 20, 30].map((time) => wave.at("y", time))).toEqual([3n, 4n, 5n, 3n]);
  const plain = read((await dump("def main(a: i8) -> (y: i8) { y: i8 = not(a); }", { a: [1, 1, 2] })).text);
  expect([...plain.variables.keys()]).toEqual(["a", "y"]);
  expect(plain.times).toEqual([0, 20, 30]);
});

test("names of variables stay unique past one character", async () => {
  const body = Array.from({ length: 9000 }, (_, at) => `t${at}: bool = not(${at === 0 ? "a" : `t${at - 1}`});`);
  const { text } = await dump(`def main(a: bool) -> (y: bool) { ${body.join("\n")} y: bool = not(t8999); }`, {
    a: [0, 1],
  });
  expect(read(text).variables.size).toBe(9002);
});
