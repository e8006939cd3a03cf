// The memory of a running command, and what it has open.
import type { Entry, Folder } from "./volume.ts";

/** An open file or folder, or one of the three standard streams, which have no entry. */
export interface Descriptor {
  readonly entry: Entry | undefined;
  offset: number;
  readonly append: boolean;
}

/** A command while it runs. Addresses and lengths are bytes of its memory. */
export interface Guest {
  readonly args: readonly Uint8Array[];
  readonly root: Folder;
  readonly open: (Descriptor | undefined)[];
  readonly print: (bytes: Uint8Array) => void;
  /** A view that lasts until the command runs again. */
  readonly bytes: (at: number, length: number) => Uint8Array;
  readonly text: (at: number, length: number) => string;
  readonly view: () => DataView;
  /** Writes a number of 32 or 64 bits; both give `OK`, as most calls end with a result. */
  readonly put: (at: number, value: number) => number;
  readonly put64: (at: number, value: number | bigint) => number;
}

/** Calls by their name in WASI preview 1. They take numbers, or a `bigint` for 64 bits, and give an error number. */
export type Calls = Readonly<Record<string, (...args: never[]) => number>>;

/** The error numbers of WASI that are given here. */
export const OK = 0;
export const BADF = 8;
export const EXIST = 20;
export const INVAL = 28;
export const ISDIR = 31;
export const NOENT = 44;
export const NOTDIR = 54;
export const NOTEMPTY = 55;
export const ROFS = 69;
export const SPIPE = 70;

/** The descriptor of `/`, opened beforehand behind the three streams. */
export const ROOT = 3;

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** `memory` is asked for at each use, as it is only there once the module is instantiated. */
export function guest(
  args: readonly string[],
  root: Folder,
  print: (bytes: Uint8Array) => void,
  memory: () => unknown,
): Guest {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const stream: Descriptor = { entry: undefined, offset: 0, append: false };
  let known = new DataView(new ArrayBuffer(0));
  // The buffer is another one whenever the memory has grown.
  const view = () => {
    const { buffer } = memory() as Memory;
    if (known.buffer !== buffer) known = new DataView(buffer);
    return known;
  };
  const bytes = (at: number, length: number) => new Uint8Array(view().buffer, at, length);
  return {
    args: args.map((arg) => encoder.encode(`${arg}\0`)),
    root,
    open: [stream, stream, stream, { entry: root, offset: 0, append: false }],
    print,
    bytes,
    text: (at, length) => decoder.decode(bytes(at, length)),
    view,
    put: (at, value) => {
      view().setUint32(at, value, true);
      return OK;
    },
    put64: (at, value) => {
      view().setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
      return OK;
    },
  };
}

/** What `fdstat`, `filestat` and `dirent` call the kind of an entry; a stream is a device. */
export function kindOf(entry: Entry | undefined): number {
  if (entry === undefined) return 2;
  return entry.kind === "folder" ? 3 : 4;
}

/** Fills in a `filestat`. */
export function stat({ bytes, view, put64 }: Guest, entry: Entry | undefined, to: number): number {
  bytes(to, 64).fill(0);
  view().setUint8(to + 16, kindOf(entry));
  put64(to + 24, 1);
  return put64(to + 32, entry === undefined || entry.kind === "folder" ? 0 : entry.size);
}
