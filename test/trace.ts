// Runs programs over traces in tests. A trace is one row a cycle: port → value, or its lanes for a vector.
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { check } from "../lang/check.ts";
import type { Diagnostic } from "../lang/diagnostic.ts";
import { type Machine, machine } from "../lang/eval/machine.ts";
import { elaborate } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import type { Type } from "../lang/type.ts";

export type Value = bigint | readonly bigint[];
export type Row = Readonly<Record<string, Value>>;

/** A program of a file: its text, what is said about it, and a machine that runs it, if nothing is. */
export interface Loaded {
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
  readonly machine: Machine | undefined;
}

/** Loads a program; contents of memories are relative to its folder. */
export function load(file: string): Loaded {
  return loadText(file, readFileSync(file, "utf8"));
}

export function loadText(file: string, text: string): Loaded {
  const parsed = parse({ file, text });
  const files = (path: string) => readFileSync(join(dirname(file), path), "utf8");
  const checked = check(parsed.value, "ir", { files });
  const diagnostics = [...parsed.diagnostics, ...checked.diagnostics];
  if (diagnostics.length > 0) return { text, diagnostics, machine: undefined };
  const graph = elaborate(checked.value);
  const made = graph.value === undefined ? undefined : machine(graph.value);
  return { text, diagnostics: graph.diagnostics, machine: made };
}

/** A machine for a file that has to be right. */
export function started(file: string): Machine {
  const { machine, diagnostics } = load(file);
  if (machine === undefined) throw new Error(`${file}: ${diagnostics.map((d) => d.message).join("; ")}`);
  return machine;
}

/** Sets the inputs of a cycle; those left out are 0. */
export function apply(machine: Machine, row: Row): void {
  machine.inputs.forEach(({ name }, port) => {
    const value = row[name] ?? 0n;
    if (typeof value === "bigint") machine.set(port, 0, value);
    else value.forEach((lane, at) => machine.set(port, at, lane));
  });
}

/** The outputs of this cycle, after `evaluate`. */
export function outputs(machine: Machine): Row {
  const read = ({ lanes }: Type, port: number): Value =>
    lanes === 0 ? machine.get(port, 0) : Array.from({ length: lanes }, (_, lane) => machine.get(port, lane));
  return Object.fromEntries(machine.outputs.map(({ name, type }, port) => [name, read(type, port)]));
}

/** The outputs of each cycle, before its clock edge. */
export function run(machine: Machine, trace: readonly Row[]): readonly Row[] {
  return trace.map((row) => {
    apply(machine, row);
    machine.evaluate();
    const seen = outputs(machine);
    machine.clock();
    return seen;
  });
}

/** Numbers from 0 up to 2^32, the same for the same seed (xorshift, Marsaglia 2003). */
export function randomSource(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** A random value of a lane, a corner of its range one time in four. */
export function randomValue(type: Type, random: () => number): bigint {
  const corner = random() % 16;
  const high = 1n << BigInt(type.width - 1);
  const corners = [0n, 1n, -1n, high, high - 1n];
  let value = corners[corner];
  if (value === undefined) {
    value = 0n;
    for (let bits = 0; bits < type.width; bits += 32) value = (value << 32n) | BigInt(random());
  }
  return type.kind === "i" ? BigInt.asIntN(type.width, value) : BigInt.asUintN(type.width, value);
}

/** Random inputs for `machine`; `en`, if there is one, is high three times in four. */
export function randomTrace({ inputs }: Machine, cycles: number, seed: number): readonly Row[] {
  const random = randomSource(seed);
  const value = (name: string, type: Type): Value => {
    if (name === "en") return random() % 4 === 0 ? 0n : 1n;
    if (type.lanes === 0) return randomValue(type, random);
    return Array.from({ length: type.lanes }, () => randomValue(type, random));
  };
  return Array.from({ length: cycles }, () =>
    Object.fromEntries(inputs.map(({ name, type }) => [name, value(name, type)])),
  );
}
