// Logic a bit at a time: a graph of ands and exclusive ors with inverted edges. Equal bits are one bit, and what a few rules
// can tell of two operands is decided where it is made.

import type { Origins } from "./origins.ts";

/** A bit or its inverse: twice the number of the bit, plus 1 where it is inverted. */
export type Literal = number;

export const FALSE: Literal = 0;
export const TRUE: Literal = 1;

export const CONSTANT = 0;
export const LEAF = 1;
export const AND = 2;
export const XOR = 3;

/** Bit 0 is the constant 0. The operands of a bit have smaller numbers than it. */
export interface Bits {
  count: number;
  kind: Uint8Array;
  /** Operands of ands and exclusive ors; those of the latter are never inverted. Of a leaf `left` is what `boxOf` tells. */
  left: Int32Array;
  right: Int32Array;
  /** What the bit was made for: a set of `origins`. */
  origin: Int32Array;
  readonly origins: Origins;
  /** A hash table of the ands and exclusive ors; 0 is an empty place. */
  table: Int32Array;
}

export function newBits(origins: Origins, room = 1024): Bits {
  let size = 1024;
  while (size < room) size *= 2;
  return {
    count: 1,
    kind: new Uint8Array(size),
    left: new Int32Array(size),
    right: new Int32Array(size),
    origin: new Int32Array(size).fill(-1),
    origins,
    table: new Int32Array(2 * size),
  };
}

/** A bit that is made elsewhere: in a box of a cone, or in none, -1. */
export function leaf(bits: Bits, origin: number, box = -1): Literal {
  return push(bits, LEAF, box + 1, 0, origin) << 1;
}

/** The box that makes a bit, or -1. */
export function boxOf({ kind, left }: Bits, node: number): number {
  return kind[node] === LEAF ? (left[node] as number) - 1 : -1;
}

export function not(a: Literal): Literal {
  return a ^ 1;
}

export function and(bits: Bits, a: Literal, b: Literal, origin: number): Literal {
  if (a === b || b === TRUE) return a;
  if (a === TRUE) return b;
  if (a <= 1 || b <= 1 || (a ^ b) === 1) return FALSE;
  const known = absorbed(bits, a, b, origin) ?? absorbed(bits, b, a, origin);
  if (known !== undefined) return known;
  return (a < b ? shared(bits, AND, a, b, origin) : shared(bits, AND, b, a, origin)) << 1;
}

/** What `a and b` is where `b` is made of `a`, or says the opposite. */
function absorbed(bits: Bits, a: Literal, b: Literal, origin: number): Literal | undefined {
  const node = b >> 1;
  const kind = bits.kind[node];
  if (kind !== AND && kind !== XOR) return undefined;
  const [x, y] = [bits.left[node] as number, bits.right[node] as number];
  if (kind === XOR) {
    // Where `a` is 1 the exclusive or is its other operand, or the inverse.
    if (a >> 1 === x >> 1) return and(bits, a, y ^ (a & 1) ^ 1 ^ (b & 1), origin);
    if (a >> 1 === y >> 1) return and(bits, a, x ^ (a & 1) ^ 1 ^ (b & 1), origin);
    return undefined;
  }
  if ((b & 1) === 0) {
    if (a === x || a === y) return b;
    if ((a ^ x) === 1 || (a ^ y) === 1) return FALSE;
    const other = a >> 1;
    if ((a & 1) === 0 && bits.kind[other] === AND) {
      const [p, q] = [bits.left[other] as number, bits.right[other] as number];
      if ((p ^ x) === 1 || (p ^ y) === 1 || (q ^ x) === 1 || (q ^ y) === 1) return FALSE;
    }
    return undefined;
  }
  if ((a ^ x) === 1 || (a ^ y) === 1) return a;
  if (a === x) return and(bits, a, y ^ 1, origin);
  if (a === y) return and(bits, a, x ^ 1, origin);
  return undefined;
}

export function or(bits: Bits, a: Literal, b: Literal, origin: number): Literal {
  return and(bits, a ^ 1, b ^ 1, origin) ^ 1;
}

export function xor(bits: Bits, a: Literal, b: Literal, origin: number): Literal {
  const flip = (a ^ b) & 1;
  const [p, q] = [a & ~1, b & ~1];
  if (p === q) return flip;
  if (p === FALSE) return q ^ flip;
  if (q === FALSE) return p ^ flip;
  const known = cancelled(bits, p, q, origin) ?? cancelled(bits, q, p, origin);
  if (known !== undefined) return known ^ flip;
  return ((p < q ? shared(bits, XOR, p, q, origin) : shared(bits, XOR, q, p, origin)) << 1) ^ flip;
}

/** What `a xor b` is where `b` is made of `a`. */
function cancelled(bits: Bits, a: Literal, b: Literal, origin: number): Literal | undefined {
  const node = b >> 1;
  const kind = bits.kind[node];
  if (kind !== AND && kind !== XOR) return undefined;
  const [x, y] = [bits.left[node] as number, bits.right[node] as number];
  if (kind === XOR) return a === x ? y : a === y ? x : undefined;
  // a ^ (a & y) is a & ~y; a ^ (~a & y) is a | y.
  const other = a >> 1 === x >> 1 ? y : a >> 1 === y >> 1 ? x : undefined;
  if (other === undefined) return undefined;
  const own = a >> 1 === x >> 1 ? x : y;
  return own === a ? and(bits, a, other ^ 1, origin) : or(bits, a, other, origin);
}

/** `a` where `test` is 1, else `b`. */
export function mux(bits: Bits, test: Literal, a: Literal, b: Literal, origin: number): Literal {
  if (a === b) return a;
  if ((a ^ b) === 1) return xor(bits, test, b, origin);
  if (test === TRUE) return a;
  if (test === FALSE) return b;
  return or(bits, and(bits, test, a, origin), and(bits, test ^ 1, b, origin), origin);
}

function shared(bits: Bits, kind: number, a: Literal, b: Literal, origin: number): number {
  const { table, left, right } = bits;
  const mask = table.length - 1;
  let place = hash(kind, a, b) & mask;
  for (;;) {
    const node = table[place] as number;
    if (node === 0) break;
    if (left[node] === a && right[node] === b && bits.kind[node] === kind) return node;
    place = (place + 1) & mask;
  }
  table[place] = bits.count;
  return push(bits, kind, a, b, origin);
}

function hash(kind: number, a: Literal, b: Literal): number {
  const mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b + kind, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

function push(bits: Bits, kind: number, a: Literal, b: Literal, origin: number): number {
  if (bits.count === bits.kind.length) grow(bits);
  const node = bits.count++;
  bits.kind[node] = kind;
  bits.left[node] = a;
  bits.right[node] = b;
  bits.origin[node] = origin;
  return node;
}

function grow(bits: Bits): void {
  const size = 2 * bits.kind.length;
  const wider = (from: Int32Array) => {
    const to = new Int32Array(size);
    to.set(from);
    return to;
  };
  const kinds = new Uint8Array(size);
  kinds.set(bits.kind);
  bits.kind = kinds;
  bits.left = wider(bits.left);
  bits.right = wider(bits.right);
  bits.origin = wider(bits.origin);
  const table = new Int32Array(2 * size);
  for (let node = 1; node < bits.count; node++) {
    const kind = bits.kind[node] as number;
    if (kind < AND) continue;
    let place = hash(kind, bits.left[node] as number, bits.right[node] as number) & (table.length - 1);
    while (table[place] !== 0) place = (place + 1) & (table.length - 1);
    table[place] = node;
  }
  bits.table = table;
}

/** The and of several, as a tree of little depth. */
export function all(bits: Bits, list: readonly Literal[], origin: number): Literal {
  return tree(list, TRUE, (a, b) => and(bits, a, b, origin));
}

/** The or of several, as a tree of little depth. */
export function any(bits: Bits, list: readonly Literal[], origin: number): Literal {
  return not(all(bits, list.map(not), origin));
}

function tree(list: readonly Literal[], empty: Literal, join: (a: Literal, b: Literal) => Literal): Literal {
  let layer = list;
  while (layer.length > 1) {
    const next: Literal[] = [];
    for (let at = 0; at < layer.length; at += 2) {
      const [a, b] = [layer[at] as Literal, layer[at + 1]];
      next.push(b === undefined ? a : join(a, b));
    }
    layer = next;
  }
  return layer[0] ?? empty;
}
