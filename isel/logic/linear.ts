// Sums modulo 2: chains of exclusive ors are sets of terms, and terms that several sets have in common are summed once,
// the most frequent pair first, after Paar, "Optimized arithmetic for Reed-Solomon encoders" (1997).
import { AND, and, type Bits, boxOf, LEAF, type Literal, leaf, newBits, XOR, xor } from "./bits.ts";
import { type Cone, fanouts } from "./cone.ts";
import { type Moved, movedCone, newLiterals } from "./moved.ts";
import { union } from "./origins.ts";

/** Larger sets, and more pairs of terms in all, are left as they are: each pair is looked at for each that is shared. */
const MOST_TERMS = 64;
const MOST_PAIRS = 20_000;

/** The cone with its sums shared anew; undefined where there are no sums of three terms and more. */
export function shareSums(cone: Cone): Moved | undefined {
  const { bits } = cone;
  const uses = fanouts(cone);
  const isInner = innerSums(bits, uses, cone);
  const sums: number[] = [];
  for (let node = 1; node < bits.count; node++) if (bits.kind[node] === XOR && isInner[node] === 0) sums.push(node);
  const sets = new Map(sums.map((node) => [node, sumOf(node, bits, isInner)] as const));
  const sizeOf = (node: number) => sets.get(node)?.terms.length ?? 0;
  const large = sums.filter((node) => sizeOf(node) > 2);
  const sizes = large.map(sizeOf);
  const isMuch =
    sizes.some((size) => size > MOST_TERMS) || sizes.reduce((all, size) => all + size * size, 0) > MOST_PAIRS;
  if (large.length < 2 || isMuch) return undefined;
  const plan = pairs(new Map(large.map((node) => [node, new Set(sets.get(node)?.terms)])), bits.count);
  const made = newBits(bits.origins, bits.count);
  const literals = newLiterals(bits.count + plan.pairs.length);
  const literalOf = (one: number, origin: number): Literal => {
    const known = literals[one];
    if (known !== undefined) return known;
    const [a, b] = plan.pairs[one - bits.count] as readonly [number, number];
    const sum = xor(made, literalOf(a, origin), literalOf(b, origin), origin);
    literals[one] = sum;
    return sum;
  };
  for (let node = 1; node < bits.count; node++) {
    const origin = bits.origin[node] as number;
    const kind = bits.kind[node];
    if (kind === LEAF) literals[node] = leaf(made, origin, boxOf(bits, node));
    else if (kind === AND) {
      const [a, b] = [bits.left[node] as number, bits.right[node] as number];
      const [x, y] = [literals[a >> 1] as Literal, literals[b >> 1] as Literal];
      literals[node] = and(made, x ^ (a & 1), y ^ (b & 1), origin);
    } else if (isInner[node] === 0) {
      const sum = sets.get(node) as Sum;
      let layer = [...(plan.sets.get(node) ?? sum.terms)].map((one) => literalOf(one, sum.origin));
      while (layer.length > 1) {
        const next: Literal[] = [];
        for (let at = 0; at < layer.length; at += 2)
          next.push(
            at + 1 < layer.length
              ? xor(made, layer[at] as Literal, layer[at + 1] as Literal, sum.origin)
              : (layer[at] as Literal),
          );
        layer = next;
      }
      literals[node] = layer[0] ?? 0;
    }
  }
  return movedCone(cone, made, literals);
}

/** Exclusive ors that only other exclusive ors use: they vanish into the sets of these. */
function innerSums(bits: Bits, uses: Int32Array, { roots }: Cone): Uint8Array {
  const bySums = new Int32Array(bits.count);
  for (let node = 1; node < bits.count; node++)
    if (bits.kind[node] === XOR)
      for (const operand of [bits.left[node] as number, bits.right[node] as number])
        bySums[operand >> 1] = (bySums[operand >> 1] as number) + 1;
  const isInner = new Uint8Array(bits.count);
  const isRoot = new Set(roots.map((root) => root >> 1));
  for (let node = 1; node < bits.count; node++)
    if (bits.kind[node] === XOR && bySums[node] === uses[node] && !isRoot.has(node)) isInner[node] = 1;
  return isInner;
}

interface Sum {
  readonly terms: readonly number[];
  /** All that the sum and those inside it were made for. */
  readonly origin: number;
}

/** The bits whose sum a bit is; what is there twice cancels out. */
function sumOf(node: number, { left, right, origin: made, origins }: Bits, isInner: Uint8Array): Sum {
  const terms = new Set<number>();
  let origin = made[node] as number;
  const pending = [(left[node] as number) >> 1, (right[node] as number) >> 1];
  let steps = 0;
  for (let one = pending.pop(); one !== undefined; one = pending.pop()) {
    if (isInner[one] === 1 && steps++ < 4 * MOST_TERMS) {
      pending.push((left[one] as number) >> 1, (right[one] as number) >> 1);
      origin = union(origins, origin, made[one] as number);
    } else if (!terms.delete(one)) terms.add(one);
  }
  return { terms: [...terms].sort((a, b) => a - b), origin };
}

interface Plan {
  readonly sets: ReadonlyMap<number, ReadonlySet<number>>;
  /** New terms, numbered from the count of bits on. */
  readonly pairs: readonly (readonly [number, number])[];
}

/** Replaces the pair that most sets have by a term of its own, until no pair is in two sets. */
function pairs(sets: Map<number, Set<number>>, first: number): Plan {
  const made: (readonly [number, number])[] = [];
  const counts = new Map<string, number>();
  const change = (terms: Iterable<number>, one: number, by: number) => {
    for (const other of terms) {
      if (other === one) continue;
      const key = one < other ? `${one} ${other}` : `${other} ${one}`;
      counts.set(key, (counts.get(key) ?? 0) + by);
    }
  };
  for (const terms of sets.values()) {
    const list = [...terms];
    list.forEach((one, at) => change(list.slice(at + 1), one, 1));
  }
  for (;;) {
    let best = "";
    let most = 1;
    for (const [key, count] of counts)
      if (count > most) {
        most = count;
        best = key;
      }
    if (most < 2) return { sets, pairs: made };
    const [a, b] = best.split(" ").map(Number) as [number, number];
    const term = first + made.push([a, b]) - 1;
    for (const terms of sets.values()) {
      if (!terms.has(a) || !terms.has(b)) continue;
      terms.delete(a);
      change(terms, a, -1);
      terms.delete(b);
      change(terms, b, -1);
      counts.set(best, (counts.get(best) ?? 0) - 1);
      change(terms, term, 1);
      terms.add(term);
    }
    counts.delete(best);
  }
}
