// The pieces of ciphers and hashes in examples/ compute what the standards say, and give the vectors that they publish.
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { SBOX } from "./kernels/aes.ts";
import { CIPHERS, fractions, sigma, u32 } from "./kernels/ciphers.ts";
import { compare } from "./kernels/compare.ts";
import { fileOf, indices, scalar } from "./kernels/reference.ts";
import { type Row, run, started } from "./trace.ts";

test.each(Object.entries(CIPHERS))("%s computes what its definition says", (name, reference) => {
  compare(name, reference);
});

test.each(["aes_sbox", "sbox_tower"])("%s is the S-box, for all bytes", (name) => {
  const seen = run(
    started(fileOf(name)),
    indices(256).map((x) => ({ x: BigInt(x) })),
  );
  expect(seen.map((row) => Number(scalar(row, "y")))).toEqual(SBOX);
  expect([SBOX[0x00], SBOX[0x53], SBOX[0xff]]).toEqual([0x63, 0xed, 0x16]);
});

test("aes_round goes from round 1 to round 2 of FIPS 197, appendix B", () => {
  const first = { state: 0x193de3bea0f4e22b9ac68d2ae9f84808n, key: 0xa0fafe1788542cb123a339392a6c7605n };
  const seen = run(started(fileOf("aes_round")), [first, {}, {}]);
  expect(seen[2]).toEqual({ result: 0xa49c7ff2689f352b6b5bea43026a5049n });
});

test("chacha_qr gives the vector of RFC 8439, section 2.1.1", () => {
  const words = { a: 0x11111111n, b: 0x01020304n, c: 0x9b8d6f43n, d: 0x01234567n };
  expect(run(started(fileOf("chacha_qr")), [words, {}])[1]).toEqual({
    a_next: 0xea2a92f4n,
    b_next: 0xcb1cf8cen,
    c_next: 0x4581472en,
    d_next: 0x5881c4bbn,
  });
});

test("64 rounds of sha256_round hash the message abc", () => {
  const words = [0x61626380n, ...Array<bigint>(14).fill(0n), 24n];
  for (let t = 16; t < 64; t++) {
    const [w2, w7, w15, w16] = [2, 7, 15, 16].map((ago) => words[t - ago]) as [bigint, bigint, bigint, bigint];
    words.push(u32(sigma(w2, [17, 19, 10], "shift") + w7 + sigma(w15, [7, 18, 3], "shift") + w16));
  }
  const initial = fractions(8, 2);
  const constants = fractions(64, 3);
  const machine = started(fileOf("sha256_round"));
  const final = words.reduce<readonly bigint[]>((state, w, t) => {
    const row: Row = Object.fromEntries([..."abcdefgh"].map((port, at) => [port, state[at] as bigint]));
    const [seen = {}] = run(machine, [{ ...row, w, k: constants[t] as bigint }]);
    return [..."abcdefgh"].map((port) => scalar(seen, `${port}_next`));
  }, initial);
  const hash = final.map((word, at) => u32(word + (initial[at] as bigint)));
  const text = hash.map((word) => word.toString(16).padStart(8, "0")).join("");
  expect(text).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect(text).toBe(createHash("sha256").update("abc").digest("hex"));
});
