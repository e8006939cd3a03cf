// Nets by what they compute: and, exclusive or, inverters on the edges. A node that is equal to an earlier one for random
// inputs is held against it by the solver, and becomes that one if they are the same (Mishchenko, Chatterjee, Jiang and
// Brayton, "FRAIGs", 2005). So two circuits with the same inner points melt into one from their inputs up.
import type { Circuit, Net, Product } from "./circuit.ts";
import { exhauster } from "./exhaust.ts";
import { pairMap } from "./pairs.ts";
import { type Solver, solver } from "./sat.ts";

/** 2 times a node, plus 1 for its inverse. 0 is false, 1 true. */
export type Literal = number;

export interface Sweep {
  and(a: Literal, b: Literal): Literal;
  xor(a: Literal, b: Literal): Literal;
  /** A new input. */
  input(): Literal;
  /** Whether two are equal; undefined if it could not be found out. Where they are not, `seen` tells the values. */
  same(a: Literal, b: Literal): boolean | undefined;
  /** The value of a node where the last question had an answer. */
  seen(literal: Literal): number;
  readonly size: () => number;
}

/** How much is tried. */
export interface Effort {
  /** Conflicts that a question on the way may take, and one at the end. */
  readonly inside: number;
  readonly end: number;
  /** Nodes that all questions may look at, one after the other. */
  readonly work: number;
}
export const FULL_EFFORT: Effort = { inside: 60, end: 20_000, work: 200_000_000 };
/** What a question counts that is answered by trying all there is. */
const SMALL_WORK = 16;
/** Nodes with the same values that are asked about. */
const MOST_CANDIDATES = 3;
/** Sums modulo 2 of more nodes are known by their two operands alone. */
const MOST_TERMS = 24;
/** Words of 32 random inputs each; and those of answers, which tell apart what they were asked for. */
const WORDS = 32;
const ANSWER_WORDS = 8;

export function sweep(effort: Effort = FULL_EFFORT): Sweep {
  let left = new Int32Array(1024);
  let right = new Int32Array(1024);
  /** Exclusive ors have 1, inputs 2. */
  let kind = new Uint8Array(1024);
  /** By node, the values for random inputs; and by word of answers, those of the nodes. */
  let words = new Int32Array(1024 * WORDS);
  const answered = Array.from({ length: ANSWER_WORDS }, () => new Int32Array(1024));
  let loaded = new Uint8Array(1024);
  /** By node, the last load that went through it. */
  let met = new Int32Array(1024);
  let loads = 0;
  let count = 1;
  let answers = 0;
  const known = pairMap();
  /** By signature the first node that has it; by node the next, and by the first of them the last. */
  const alike = new Map<number, number>();
  let next = new Int32Array(1024);
  let last = new Int32Array(1024);
  const sat: Solver = solver();
  sat.add([1]);
  kind[0] = 2;
  const random = source();

  const make = (of: number, a: Literal, b: Literal): number => {
    if (count === kind.length) {
      const size = 2 * count;
      const wider = <T extends Uint8Array | Int32Array>(to: T, from: T) => {
        to.set(from);
        return to;
      };
      left = wider(new Int32Array(size), left);
      right = wider(new Int32Array(size), right);
      kind = wider(new Uint8Array(size), kind);
      words = wider(new Int32Array(size * WORDS), words);
      answered.forEach((own, at) => {
        answered[at] = wider(new Int32Array(size), own);
      });
      next = wider(new Int32Array(size), next);
      last = wider(new Int32Array(size), last);
      met = wider(new Int32Array(size), met);
      loaded = wider(new Uint8Array(size), loaded);
    }
    kind[count] = of;
    left[count] = a;
    right[count] = b;
    return count++;
  };

  /** Values for random inputs. */
  const simulate = (node: number) => {
    const [a, b] = [left[node] as number, right[node] as number];
    const [from, to, own] = [(a >> 1) * WORDS, (b >> 1) * WORDS, node * WORDS];
    const [flip, turn] = [-(a & 1), -(b & 1)];
    const isSum = kind[node] === 1;
    for (let at = 0; at < WORDS; at++) {
      const [p, q] = [(words[from + at] as number) ^ flip, (words[to + at] as number) ^ turn];
      words[own + at] = isSum ? p ^ q : p & q;
    }
  };

  /** Values for a word of answers. */
  const replay = (node: number, row: Int32Array): number => {
    const [a, b] = [left[node] as number, right[node] as number];
    const [p, q] = [(row[a >> 1] as number) ^ -(a & 1), (row[b >> 1] as number) ^ -(b & 1)];
    return kind[node] === 1 ? p ^ q : p & q;
  };

  /** Clauses of a node and of all below it that have none yet; gives the nodes. */
  const load = (roots: readonly number[]): readonly number[] => {
    const cone: number[] = [];
    const pending = [...roots];
    loads++;
    for (const root of roots) met[root] = loads;
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      cone.push(node);
      if (kind[node] === 2) continue;
      const [a, b] = [left[node] as number, right[node] as number];
      if (loaded[node] === 0) {
        loaded[node] = 1;
        const y = 2 * node;
        if (kind[node] === 1)
          for (const clause of [
            [y ^ 1, a, b],
            [y ^ 1, a ^ 1, b ^ 1],
            [y, a ^ 1, b],
            [y, a, b ^ 1],
          ])
            sat.add(clause);
        else
          for (const clause of [
            [y ^ 1, a],
            [y ^ 1, b],
            [y, a ^ 1, b ^ 1],
          ])
            sat.add(clause);
      }
      for (const next of [a >> 1, b >> 1])
        if (met[next] !== loads) {
          met[next] = loads;
          pending.push(next);
        }
    }
    return cone;
  };

  let work = 0;
  /** By node, its value in the case that the last answer found. */
  let seen: (node: number) => number = sat.value;
  const exhausted = exhauster();
  const ask = (a: Literal, b: Literal, budget: number): boolean | undefined => {
    if (a === b) return true;
    if ((a ^ b) === 1) return false;
    if (work + sat.steps() > effort.work) return undefined;
    const small = exhausted(a, b, { left, right, kind });
    if (small !== undefined) {
      seen = (node) => small.values.get(node) ?? 0;
      work += SMALL_WORK;
      return small.isSame;
    }
    seen = sat.value;
    const cone = load([a >> 1, b >> 1]);
    work += cone.length;
    let isOpen = false;
    for (const assumptions of [
      [a, b ^ 1],
      [a ^ 1, b],
    ]) {
      const answer = sat.solve(assumptions, cone, budget);
      if (answer === true) return false;
      isOpen ||= answer === undefined;
    }
    return isOpen ? undefined : true;
  };

  /** Notes the inputs of an answer, so that other nodes are told apart by them, too. */
  const note = () => {
    work += count >> 2;
    const slot = answers++ % (32 * ANSWER_WORDS);
    const row = answered[slot >> 5] as Int32Array;
    const bit = 1 << (slot & 31);
    for (let node = 1; node < count; node++)
      row[node] = kind[node] === 2 ? ((row[node] as number) & ~bit) | (seen(node) === 1 ? bit : 0) : replay(node, row);
  };

  /** The random values in short, the same for a node and its inverse. */
  const signature = (node: number): number => {
    const base = node * WORDS;
    const flip = -((words[base] as number) & 1);
    let mixed = 0;
    for (let at = 0; at < WORDS; at++)
      mixed = (Math.imul(mixed ^ (words[base + at] as number) ^ flip, 0x9e3779b1) + (mixed >>> 13)) | 0;
    return mixed;
  };

  const isAlike = (a: Literal, b: Literal): boolean => {
    const flip = -((a ^ b) & 1);
    const [from, to] = [(a >> 1) * WORDS, (b >> 1) * WORDS];
    for (let at = 0; at < WORDS; at++)
      if (((words[from + at] as number) ^ (words[to + at] as number)) !== flip) return false;
    return answered.every((row) => ((row[a >> 1] as number) ^ (row[b >> 1] as number)) === flip);
  };

  /** Puts a node behind those with the same signature, the first of which is given; -1 where it is that itself. */
  const enlist = (node: number, first: number, key: number) => {
    next[node] = -1;
    if (first < 0) alike.set(key, node);
    else next[last[first] as number] = node;
    last[first < 0 ? node : first] = node;
  };

  enlist(0, -1, signature(0));

  /** An earlier node of the same function, or the node itself. */
  const settle = (node: number): Literal => {
    simulate(node);
    for (const row of answered) row[node] = replay(node, row);
    const key = signature(node);
    const first = alike.get(key) ?? -1;
    let tried = 0;
    for (let other = first; other >= 0; other = next[other] as number) {
      const literal = 2 * other + (((words[node * WORDS] as number) ^ (words[other * WORDS] as number)) & 1);
      if (!isAlike(2 * node, literal)) continue;
      if (tried++ === MOST_CANDIDATES) break;
      const answer = ask(2 * node, literal, effort.inside);
      if (answer === true) {
        // It is the last one, and if the solver does not know it, nothing does.
        if (loaded[node] === 0) count--;
        return literal;
      }
      if (answer === false) note();
    }
    enlist(node, first, key);
    return 2 * node;
  };

  const shared = (of: number, a: Literal, b: Literal): Literal => {
    const [low, high] = a < b ? [a, b] : [b, a];
    const before = known.get(2 * low + of, high);
    if (before >= 0) return before;
    const made = settle(make(of, low, high));
    known.set(2 * low + of, high, made);
    return made;
  };

  const and = (a: Literal, b: Literal): Literal => {
    if (a === 0 || b === 0 || (a ^ b) === 1) return 0;
    if (a === 1 || a === b) return b;
    if (b === 1) return a;
    return shared(0, a, b);
  };

  /** Of exclusive ors, what they are the sum of, modulo 2: so it does not matter which two of them came first. */
  const termed = new Map<number, readonly number[]>();
  const sums = new Map<string, Literal>();
  const termsOf = (literal: Literal) => termed.get(literal >> 1) ?? [literal >> 1];

  const xor = (a: Literal, b: Literal): Literal => {
    const flip = (a ^ b) & 1;
    const [p, q] = [a & ~1, b & ~1];
    if (p === q) return flip;
    if (p === 0) return q ^ flip;
    if (q === 0) return p ^ flip;
    const terms = apart(termsOf(p), termsOf(q));
    if (terms.length < 2) return (2 * (terms[0] ?? 0)) ^ flip;
    if (terms.length > MOST_TERMS) return shared(1, p, q) ^ flip;
    const key = terms.join(" ");
    const before = sums.get(key);
    if (before !== undefined) return before ^ flip;
    const made = shared(1, p, q);
    sums.set(key, made);
    // Where the sum is the inverse of a node, the node is not the sum.
    if ((made & 1) === 0 && !termed.has(made >> 1) && kind[made >> 1] === 1) termed.set(made >> 1, terms);
    return made ^ flip;
  };

  return {
    and,
    xor,
    input: () => {
      const node = make(2, 0, 0);
      for (let at = 0; at < WORDS; at++) words[node * WORDS + at] = random() | 0;
      for (const row of answered) row[node] = 0;
      const key = signature(node);
      enlist(node, alike.get(key) ?? -1, key);
      return 2 * node;
    },
    same: (a, b) => ask(a, b, effort.end),
    seen: (literal) => seen(literal >> 1) ^ (literal & 1),
    size: () => count,
  };
}

/** What is in one of two ascending lists, and not in the other. */
function apart(a: readonly number[], b: readonly number[]): readonly number[] {
  const made: number[] = [];
  let [at, other] = [0, 0];
  while (at < a.length || other < b.length) {
    const [one, two] = [a[at] ?? Number.POSITIVE_INFINITY, b[other] ?? Number.POSITIVE_INFINITY];
    if (one <= two) at++;
    if (two <= one) other++;
    if (one !== two) made.push(Math.min(one, two));
  }
  return made;
}

/** mulberry32 */
export function source(): () => number {
  let state = 0x1f83d9ab;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** All nets that others hang on, operands first; state and inputs are ends. */
export function cone(circuit: Circuit, roots: readonly Net[]): readonly Net[] {
  const order: Net[] = [];
  const isMet = new Set<Net>();
  for (const root of roots) {
    const path = [{ net: root, next: 0 }];
    if (isMet.has(root)) continue;
    isMet.add(root);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const inputs = inputsOf(circuit, step.net);
      const next = inputs[step.next++];
      if (next === undefined) {
        order.push(step.net);
        path.pop();
      } else if (!isMet.has(next)) {
        isMet.add(next);
        path.push({ net: next, next: 0 });
      }
    }
  }
  return order;
}

/** What a net hangs on within a cycle. */
export function inputsOf(circuit: Circuit, net: Net): readonly Net[] {
  const made = circuit.definitions[net];
  switch (made?.kind) {
    case "table":
      return made.inputs;
    case "product": {
      const { a, b } = circuit.products[made.product] as Product;
      return [...a, ...b];
    }
    case "memory":
      return circuit.memories[made.memory]?.reads ?? [];
    default:
      return [];
  }
}
