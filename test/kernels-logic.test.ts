// The kernels of logic in examples/ compute what their definitions say; those of ciphers are in kernels-crypto.test.ts.
import { expect, test } from "vitest";
import { LOGIC } from "../examples/kernels.ts";
import { compare } from "./kernels/compare.ts";
import { CRYPTO } from "./kernels/crypto.ts";
import { CRC_8, CRC_32, LOGIC_REFERENCES, MORE, truth } from "./kernels/logic.ts";
import { fileOf, indices, scalar } from "./kernels/reference.ts";
import { type Row, randomSource, run, started } from "./trace.ts";

/** Kernels that have a test of their own below. */
const OWN = ["uart_tx"];

test("every kernel has a reference", () => {
  expect([...Object.keys(LOGIC_REFERENCES), ...OWN, ...CRYPTO].sort()).toEqual(Object.keys(LOGIC).sort());
});

test.each(Object.entries(LOGIC_REFERENCES))("%s computes what its definition says", (name, reference) => {
  compare(name, reference, MORE[name]);
});

test.each([
  ["crc_32", 0xcbf43926n, CRC_32],
  ["crc_8", 0xf4n, CRC_8],
] as const)("%s has the check value of the catalogue", (name, check, reference) => {
  const bytes = [..."123456789"].map((c, at) => ({
    data: BigInt(c.charCodeAt(0)),
    start: at === 0 ? 1n : 0n,
    en: 1n,
  }));
  expect(run(started(fileOf(name)), [...bytes, { en: 0n }]).at(-1)).toEqual({ crc: check });
  expect(reference(bytes, {})).toEqual({ crc: check });
});

test("bcd_4 counts to 9999 and begins again", () => {
  const seen = run(started(fileOf("bcd_4")), Array(10003).fill({ count: 1n }));
  expect(seen.map((row) => row["y"])).toEqual(indices(10003).map((count) => BigInt(`0x${count % 10000}`)));
  expect(seen.flatMap((row, cycle) => (row["carry"] === 1n ? [cycle] : []))).toEqual([9999]);
});

test("lfsr_16 goes through all states but 0", () => {
  const seen = run(started(fileOf("lfsr_16")), Array(65536).fill({ en: 1n })).map((row) => row["y"]);
  expect(new Set(seen).size).toBe(65535);
  expect(seen).not.toContain(0n);
  expect(seen[65535]).toBe(seen[0]);
});

const random = randomSource(5);

test("uart_tx sends a start bit, eight bits and a stop bit of 104 cycles each", () => {
  const trace = indices(6000).map((at): Row => ({ data: BigInt(random() & 255), send: truth(at % 1700 < 1100) }));
  const line: bigint[] = Array(7200).fill(1n);
  const ready: bigint[] = Array(7200).fill(1n);
  for (let at = 0; at < trace.length; at++) {
    const row = trace[at] as Row;
    if (row["send"] === 0n) continue;
    const bits = [0n, ...indices(8).map((place) => (scalar(row, "data") >> BigInt(place)) & 1n), 1n];
    bits.forEach((level, place) => line.fill(level, at + 2 + 104 * place, at + 2 + 104 * (place + 1)));
    ready.fill(0n, at + 1, at + 1 + 1040);
    at += 1040;
  }
  expect(run(started(fileOf("uart_tx")), trace)).toEqual(trace.map((_, at) => ({ tx: line[at], ready: ready[at] })));
});
