// The files that WASM tools see, in memory.
import { expect, test } from "vitest";
import { contents, find, folder, read, resize, stored, write } from "../asm/flow/wasi/volume.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (from: Uint8Array | undefined) => new TextDecoder().decode(from);

test("reads what was written, over gaps and cuts", () => {
  const file = stored(bytes("abc"));
  write(file, bytes("xy"), 5);
  expect(text(contents(file))).toBe("abc\0\0xy");
  resize(file, 2);
  resize(file, 4);
  expect(text(contents(file))).toBe("ab\0\0");
  const into = new Uint8Array(3);
  expect(read(file, into, 1)).toBe(3);
  expect(read(file, into, 4)).toBe(0);
});

test("small writes cost what they write", () => {
  const file = stored();
  const piece = new Uint8Array(7).fill(1);
  const rooms = new Set<Uint8Array>();
  for (let at = 0; at < 7_000_000; at += 7) {
    write(file, piece, at);
    rooms.add(file.room);
  }
  expect(file.size).toBe(7_000_000);
  expect(rooms.size).toBeLessThan(20);
});

test("nothing lies above its root", () => {
  const root = folder([["a", folder([["b", stored()]])]]);
  expect(find(root, "/a/./b")).toBe(find(root, "../../a/../a/b"));
  expect(find(root, "a/b/c")).toBeUndefined();
});
