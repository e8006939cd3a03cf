// Two nodes held against each other for all values of what they hang on, where that is little: faster than a solver, and
// always with an answer. Boxes of ciphers and state machines are full of such nodes.
import { inputWord, WITHIN } from "./simulate.ts";
import type { Literal } from "./sweep.ts";

/** Nodes as columns: operands come before what is made of them. */
export interface Nodes {
  readonly left: Int32Array;
  readonly right: Int32Array;
  /** 0 and, 1 exclusive or, 2 an input; node 0 is false. */
  readonly kind: Uint8Array;
}

/** An answer; where they differ, with the values of all nodes below them in a case where they do. */
export interface Exhausted {
  readonly isSame: boolean;
  readonly values: ReadonlyMap<number, number>;
}

/** So many inputs have 32 words of 32 rows. */
const MOST_INPUTS = 10;
const MOST_NODES = 4000;

/** Answers questions about nodes; undefined for those that hang on too much. */
export function exhauster(): (a: Literal, b: Literal, nodes: Nodes) => Exhausted | undefined {
  let slots = new Int32Array(1024);
  let tables = new Int32Array(1024);

  /** The nodes below two, operands first, and how many inputs are among them. */
  const below = (roots: readonly number[], { left, right, kind }: Nodes) => {
    if (slots.length < kind.length) slots = new Int32Array(kind.length);
    const cone: number[] = [];
    let inputs = 0;
    const meet = (node: number) => {
      if (slots[node] !== 0) return;
      slots[node] = 1;
      if (kind[node] === 2 && node > 0) inputs++;
      cone.push(node);
    };
    for (const root of roots) meet(root);
    for (let at = 0; at < cone.length && inputs <= MOST_INPUTS && cone.length <= MOST_NODES; at++) {
      const node = cone[at] as number;
      if (kind[node] === 2) continue;
      meet((left[node] as number) >> 1);
      meet((right[node] as number) >> 1);
    }
    for (const node of cone) slots[node] = 0;
    return inputs <= MOST_INPUTS && cone.length <= MOST_NODES
      ? { cone: cone.sort((a, b) => a - b), inputs }
      : undefined;
  };

  const tabulate = (cone: readonly number[], span: number, { left, right, kind }: Nodes) => {
    if (tables.length < cone.length * span) tables = new Int32Array(2 * cone.length * span);
    let input = 0;
    for (const [slot, node] of cone.entries()) {
      slots[node] = slot;
      const base = slot * span;
      if (node === 0) tables.fill(0, base, base + span);
      else if (kind[node] === 2) {
        const one = input++;
        for (let at = 0; at < span; at++) tables[base + at] = inputWord(one, at);
      } else {
        const [a, b] = [left[node] as number, right[node] as number];
        const [from, to] = [(slots[a >> 1] as number) * span, (slots[b >> 1] as number) * span];
        const [flip, turn] = [-(a & 1), -(b & 1)];
        for (let at = 0; at < span; at++) {
          const [p, q] = [(tables[from + at] as number) ^ flip, (tables[to + at] as number) ^ turn];
          tables[base + at] = kind[node] === 1 ? p ^ q : p & q;
        }
      }
    }
  };

  return (a, b, nodes) => {
    const found = below([a >> 1, b >> 1], nodes);
    if (found === undefined) return undefined;
    const { cone, inputs } = found;
    const span = 2 ** Math.max(0, inputs - WITHIN.length);
    tabulate(cone, span, nodes);
    const [from, to] = [(slots[a >> 1] as number) * span, (slots[b >> 1] as number) * span];
    const flip = -((a ^ b) & 1);
    let apart = 0;
    let word = -1;
    while (apart === 0 && ++word < span) apart = (tables[from + word] as number) ^ (tables[to + word] as number) ^ flip;
    const values = new Map<number, number>();
    if (apart !== 0) {
      const row = 31 - Math.clz32(apart & -apart);
      cone.forEach((node, slot) => {
        values.set(node, ((tables[slot * span + word] as number) >>> row) & 1);
      });
    }
    for (const node of cone) slots[node] = 0;
    return { isSame: apart === 0, values };
  };
}
