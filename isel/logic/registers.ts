// What can be told of registers before their logic is covered: which bits never change, which are the same as others, and
// when a register keeps its value.
import { AND, type Bits, FALSE, LEAF, type Literal, TRUE } from "./bits.ts";
import { type Frame, initialBit, type State } from "./frame.ts";

/** By leaf of a register: the literal that it always equals, a constant or an earlier leaf. */
export type Known = ReadonlyMap<number, Literal>;

const UNKNOWN = 2;

/**
 * Bits that never leave their initial value. All are supposed to stay at first; what the supposition cannot hold becomes
 * unknown, and so does what depends on it. Each bit changes once, so that time is linear.
 */
export function constants(frame: Frame): Map<number, Literal> {
  const { cone, states } = frame;
  const { bits, roots } = cone;
  const value = new Uint8Array(bits.count).fill(UNKNOWN);
  value[0] = 0;
  const users = fanoutLists(bits);
  const registers = states.flatMap((state) =>
    state.leaves.map((leaf, place) => {
      value[leaf] = beginning(state, place);
      const { data, enable } = state;
      const gate = enable === undefined ? TRUE : (roots[enable] as Literal);
      const { clear } = state;
      const cleared = clear === undefined ? FALSE : (roots[clear.root] as Literal);
      const constant = clear?.constant[state.bits[place] as number] ?? FALSE;
      return { leaf, data: roots[data.first + place] as Literal, enable: gate, cleared, constant };
    }),
  );
  const of = (literal: Literal) => {
    const known = value[literal >> 1] as number;
    return known === UNKNOWN ? UNKNOWN : known ^ (literal & 1);
  };
  for (let node = 1; node < bits.count; node++) if (bits.kind[node] !== LEAF) value[node] = compute(bits, node, of);
  const readers = new Map<number, number[]>();
  registers.forEach((register, at) => {
    for (const literal of [register.data, register.enable, register.cleared]) {
      const list = readers.get(literal >> 1);
      if (list === undefined) readers.set(literal >> 1, [at]);
      else list.push(at);
    }
  });
  const pending: number[] = [];
  const settle = (at: number) => {
    const { leaf, data, enable, cleared, constant } = registers[at] as (typeof registers)[number];
    if (value[leaf] === UNKNOWN || of(enable) === 0) return;
    const isHeld = of(cleared) === 1 || of(data) === value[leaf];
    if (isHeld && (of(cleared) === 0 || constant === value[leaf])) return;
    value[leaf] = UNKNOWN;
    pending.push(leaf);
  };
  registers.forEach((_, at) => settle(at));
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    for (const at of readers.get(node) ?? []) settle(at);
    for (let index = users.first[node] as number; index < (users.first[node + 1] as number); index++) {
      const user = users.list[index] as number;
      if (value[user] === UNKNOWN || compute(bits, user, of) === value[user]) continue;
      value[user] = UNKNOWN;
      pending.push(user);
    }
  }
  const known = new Map<number, Literal>();
  for (const { leaf } of registers) if (value[leaf] !== UNKNOWN) known.set(leaf, value[leaf] === 1 ? TRUE : FALSE);
  return known;
}

function compute({ kind, left, right }: Bits, node: number, of: (literal: Literal) => number): number {
  const [a, b] = [of(left[node] as Literal), of(right[node] as Literal)];
  if (kind[node] === AND) return a === 0 || b === 0 ? 0 : a === UNKNOWN || b === UNKNOWN ? UNKNOWN : 1;
  return a === UNKNOWN || b === UNKNOWN ? UNKNOWN : a ^ b;
}

function fanoutLists(bits: Bits): { readonly first: Int32Array; readonly list: Int32Array } {
  const first = new Int32Array(bits.count + 1);
  const each = (visit: (node: number, operand: number) => void) => {
    for (let node = 1; node < bits.count; node++)
      if ((bits.kind[node] as number) >= AND) {
        visit(node, (bits.left[node] as number) >> 1);
        visit(node, (bits.right[node] as number) >> 1);
      }
  };
  each((_, operand) => {
    first[operand + 1] = (first[operand + 1] as number) + 1;
  });
  for (let node = 0; node < bits.count; node++) first[node + 1] = (first[node + 1] as number) + (first[node] as number);
  const next = first.slice();
  const list = new Int32Array(first[bits.count] as number);
  each((node, operand) => {
    list[next[operand] as number] = node;
    next[operand] = (next[operand] as number) + 1;
  });
  return { first, list };
}

/** Bits that take the same value at every clock edge as an earlier one, and begin with the same. */
export function duplicates({ cone, states }: Frame): Map<number, Literal> {
  const firsts = new Map<string, number>();
  const known = new Map<number, Literal>();
  for (const state of states)
    state.leaves.forEach((leaf, place) => {
      const { data, enable } = state;
      const gate = enable === undefined ? "" : cone.roots[enable];
      const { clear } = state;
      const cleared =
        clear === undefined ? "" : `${cone.roots[clear.root]} ${clear.constant[state.bits[place] as number]}`;
      const key = `${cone.roots[data.first + place]} ${gate} ${cleared} ${beginning(state, place)}`;
      const first = firsts.get(key);
      if (first === undefined) firsts.set(key, leaf);
      else known.set(leaf, 2 * first);
    });
  return known;
}

/** What a leaf of a register is before the first clock edge. */
export function beginning({ node, bits, isInverted }: State, place: number): number {
  const bit = bits[place] as number;
  return initialBit(node, bit) ^ (isInverted[bit] === true ? 1 : 0);
}
