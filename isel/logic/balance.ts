// Logic made anew so that what comes late passes few bits: ands and ors of several are trees in the order of arrival, and
// an and of a late or is the or of two ands, so that the late operand of nested choices is gated once, beside them
// all: `g & (s & x | q)` is `(g & s) & x | g & q`.
import { AND, and, type Bits, boxOf, LEAF, type Literal, leaf, newBits, not, xor } from "./bits.ts";
import { type Box, type Cone, fanouts } from "./cone.ts";
import { type Moved, movedCone, newLiterals } from "./moved.ts";

/** Terms of one and at most, so that the time stays linear. */
const MOST_TERMS = 64;
/** Bits in a row that a cell takes in: of 1.4 to 3, that with which most kernels became faster. */
const BITS_PER_CELL = 1.7;

/** The bits that are made, and when each is there, in bits after the inputs. */
interface Made {
  readonly bits: Bits;
  readonly time: number[];
}

/** What a literal is the and of, so that an and around it may take its terms in. */
type Terms = readonly Literal[];

/** The cone with shorter ways; `delay` is that of a cell, in ps. */
export function balanced(cone: Cone, delay: number): Moved {
  const { bits, boxes, roots } = cone;
  const uses = fanouts(cone);
  const made: Made = { bits: newBits(bits.origins, bits.count), time: [0] };
  const literals = newLiterals(bits.count);
  /** By literal of the old cone, of bits that are used once. */
  const parts = new Map<Literal, Terms>();
  const moved = (literal: Literal) => (literals[literal >> 1] as Literal) ^ (literal & 1);
  const boxTime = (node: number) => {
    const at = boxOf(bits, node);
    if (at < 0) return 0;
    const box = boxes[at] as Box;
    const rows = roots.slice(box.firstRoot, box.firstRoot + box.rootCount);
    return Math.max(0, ...rows.map((root) => timeOf(moved(root), made))) + (BITS_PER_CELL * box.delay) / delay;
  };
  for (let node = 1; node < bits.count; node++) {
    const origin = bits.origin[node] as number;
    const kind = bits.kind[node];
    if (kind === LEAF) {
      const literal = leaf(made.bits, origin, boxOf(bits, node));
      made.time[literal >> 1] = boxTime(node);
      literals[node] = literal;
      continue;
    }
    const operands = [bits.left[node] as Literal, bits.right[node] as Literal] as const;
    const ofKind = (one: Literal) => (bits.kind[one >> 1] === kind ? parts.get(one) : undefined);
    const terms = operands.flatMap((one) => ofKind(one) ?? [moved(one)]);
    const sides = kind === AND ? distributed(terms, made) : undefined;
    const few = terms.length <= MOST_TERMS && uses[node] === 1;
    if (sides === undefined) {
      literals[node] = joined(terms, kind === AND ? and : xor, origin, made);
      if (few) parts.set(2 * node, terms);
    } else {
      const none = sides.map((side) => not(joined(side, and, origin, made)));
      literals[node] = not(joined(none, and, origin, made));
      if (few) parts.set(2 * node + 1, none);
    }
  }
  return movedCone(cone, made.bits, literals);
}

function timeOf(literal: Literal, { time }: Made): number {
  return time[literal >> 1] as number;
}

/** Says when a literal is there that was made just now, of bits or as one that was there. */
function timed(literal: Literal, made: Made): Literal {
  const { bits, time } = made;
  for (let node = time.length; node < bits.count; node++)
    time[node] = 1 + Math.max(timeOf(bits.left[node] as Literal, made), timeOf(bits.right[node] as Literal, made));
  return literal;
}

/** The and, or the sum modulo 2, of some terms, those first that are there first. */
function joined(terms: Terms, join: typeof and, origin: number, made: Made): Literal {
  const pending = [...terms];
  const take = () => {
    let first = 0;
    for (let at = 1; at < pending.length; at++)
      if (timeOf(pending[at] as Literal, made) < timeOf(pending[first] as Literal, made)) first = at;
    return pending.splice(first, 1)[0] as Literal;
  };
  while (pending.length > 1) pending.push(timed(join(made.bits, take(), take(), origin), made));
  return pending[0] as Literal;
}

/** When the and of some terms is there, those first that are there first. */
function timeOfAll(times: readonly number[]): number {
  const pending = times.toSorted((a, b) => b - a);
  while (pending.length > 1) {
    const [b, a] = [pending.pop(), pending.pop()] as [number, number];
    const made = 1 + Math.max(a, b);
    let place = pending.length;
    while (place > 0 && (pending[place - 1] as number) < made) place--;
    pending.splice(place, 0, made);
  }
  return pending[0] ?? 0;
}

/** The two ands whose or the terms are, where that is sooner: the latest of them is an or, and all others go into its sides. */
function distributed(terms: Terms, made: Made): readonly Terms[] | undefined {
  const times = terms.map((one) => timeOf(one, made));
  const at = times.indexOf(Math.max(...times));
  const latest = terms[at] as Literal;
  if ((latest & 1) === 0) return undefined;
  const gates = terms.toSpliced(at, 1);
  const sides = operandsOf(latest, made)?.map((one) => [...gates, ...andTerms(not(one), made)]);
  if (sides === undefined) return undefined;
  const time = (side: Terms) => timeOfAll(side.map((one) => timeOf(one, made)));
  return timeOfAll(sides.map(time)) < timeOfAll(times) - 1e-6 ? sides : undefined;
}

function andTerms(literal: Literal, made: Made): Terms {
  return (literal & 1) === 0 ? (operandsOf(literal, made) ?? [literal]) : [literal];
}

function operandsOf(literal: Literal, { bits }: Made): readonly [Literal, Literal] | undefined {
  const node = literal >> 1;
  if (bits.kind[node] !== AND) return undefined;
  return [bits.left[node] as Literal, bits.right[node] as Literal];
}
