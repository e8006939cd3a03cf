// AES-128 in all its forms: the kernels, their netlists on iCE40, and these under iverilog with Yosys' models of the cells
// give what FIPS 197 prints, and what a reference written from it gives.
import { createCipheriv } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { countCells } from "../asm/netlist.ts";
import type { Graph } from "../lang/graph.ts";
import { hasIverilog, NO_IVERILOG, simulate } from "./iverilog.ts";
import { EXAMPLES, encrypted, FORMS, type Form, rowsOf } from "./kernels/aes.ts";
import { fileOf, indices, scalar } from "./kernels/reference.ts";
import { benchOf, type Compiled, compiled, graphOf, ICE40_CELLS, runNetlist, type Stimulus } from "./netlist.ts";
import { targetNamed } from "./target-files.ts";
import { randomSource, run, started } from "./trace.ts";

const NAMES = Object.keys(FORMS);

const random = randomSource(3);
const drawn = () => indices(4).reduce((all) => (all << 32n) | BigInt(random()), 0n);
const BLOCKS = [
  ...EXAMPLES.map(([, key, plaintext]) => [key, plaintext] as const),
  ...indices(6).map(() => [drawn(), drawn()] as const),
];

/** When `ready` rises, and what is shown then. */
function results(seen: readonly { readonly ready: boolean; readonly ciphertext: bigint | undefined }[]) {
  return seen.flatMap(({ ready, ciphertext }, at) =>
    ready && seen[at - 1]?.ready !== true ? [[at, ciphertext] as const] : [],
  );
}

function expectedOf({ cycles }: Form, blocks = BLOCKS) {
  return blocks.map(([key, plaintext], at) => [at * (cycles + 1) + cycles, encrypted(key, plaintext)] as const);
}

test.each(EXAMPLES)("the reference gives the vector of FIPS 197, %s", (_where, key, plaintext, ciphertext) => {
  expect(encrypted(key, plaintext)).toBe(ciphertext);
});

test("the reference agrees with OpenSSL", () => {
  const bytes = (value: bigint) => Buffer.from(value.toString(16).padStart(32, "0"), "hex");
  for (const [key, plaintext] of BLOCKS) {
    const cipher = createCipheriv("aes-128-ecb", bytes(key), null);
    expect(encrypted(key, plaintext)).toBe(BigInt(`0x${cipher.update(bytes(plaintext)).toString("hex")}`));
  }
});

test.each(NAMES)("%s encrypts", (name) => {
  const form = FORMS[name] as Form;
  const seen = run(started(fileOf(name)), rowsOf(form, BLOCKS)).map((row) => ({
    ready: scalar(row, "ready") === 1n,
    ciphertext: scalar(row, "ciphertext"),
  }));
  expect(results(seen)).toEqual(expectedOf(form));
});

const netlists = new Map<string, Compiled>();

function netlistOf(name: string): Compiled {
  const file = fileOf(name);
  const made =
    netlists.get(name) ??
    compiled(graphOf(readFileSync(file, "utf8"), "none", file), targetNamed("ice40"), "none", "area", name);
  netlists.set(name, made);
  return made;
}

function stimulusOf(graph: Graph, form: Form, blocks = BLOCKS): Stimulus {
  const names = graph.inputs.map((id) => graph.nodes[id]?.name ?? "");
  return { trace: rowsOf(form, blocks).map((row) => names.map((name) => [scalar(row, name)])), reset: undefined };
}

function shown(graph: Graph, seen: ReturnType<typeof runNetlist>) {
  const at = (name: string) => graph.outputs.findIndex((output) => output.name === name);
  const [ready, ciphertext] = [at("ready"), at("ciphertext")];
  return seen.map((row) => ({ ready: row[ready]?.[0] === 1n, ciphertext: row[ciphertext]?.[0] }));
}

test.each(NAMES)("the netlist of %s encrypts", { timeout: 300_000 }, (name) => {
  const form = FORMS[name] as Form;
  const one = netlistOf(name);
  expect(results(shown(one.graph, runNetlist(one, stimulusOf(one.graph, form))))).toEqual(expectedOf(form));
});

test("the tables are where they should be", { timeout: 300_000 }, () => {
  const blocks = NAMES.map((name) => countCells(netlistOf(name).netlist).get("SB_RAM40_4K") ?? 0);
  expect(blocks).toEqual([0, 20, 0, 4]);
});

describe.skipIf(!hasIverilog)(hasIverilog ? "under iverilog, with Yosys' cells" : NO_IVERILOG, () => {
  /** The examples of the standard: thousands of LUTs take Icarus Verilog seconds a block. */
  const few = BLOCKS.slice(0, EXAMPLES.length);

  // What block RAMs show before they are read is x there.
  test.each(NAMES)("the Verilog of %s encrypts", { timeout: 600_000 }, (name) => {
    const form = FORMS[name] as Form;
    const one = netlistOf(name);
    const [seen = []] = simulate([benchOf(one, stimulusOf(one.graph, form, few))], ICE40_CELLS);
    expect(results(shown(one.graph, seen))).toEqual(expectedOf(form, few));
  });
});
