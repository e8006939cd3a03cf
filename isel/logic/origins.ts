// What bits and cells were made for: sets of nodes of the program, each of them a number, so that a bit has one number and
// not a list. A set of one node is the number of the node; the first node of a set is the one whose word a bit is of.

export interface Origins {
  /** Nodes of the program. */
  readonly count: number;
  /** The sets of several nodes, from number `count` on. */
  readonly sets: (readonly number[])[];
  readonly numbers: Map<string, number>;
  /** By two numbers: their union, once it has been asked for. */
  readonly unions: Map<number, number>;
}

/** Nodes of a set at most; those that come first in the program stay. */
const MOST = 16;

export function newOrigins(count: number): Origins {
  return { count, sets: [], numbers: new Map(), unions: new Map() };
}

/** The nodes of a set; none for what was made for nothing of the program. */
export function membersOf({ count, sets }: Origins, set: number): readonly number[] {
  if (set < 0) return [];
  return set < count ? [set] : (sets[set - count] ?? []);
}

/** The node whose word it is, or -1. */
export function mainOf({ count, sets }: Origins, set: number): number {
  return set < count ? set : ((sets[set - count] as readonly number[])[0] as number);
}

/** Both sets in one, the main node that of the first. */
export function union(origins: Origins, a: number, b: number): number {
  if (a === b || b < 0) return a;
  if (a < 0) return b;
  const key = a * 2 ** 26 + b;
  const known = origins.unions.get(key);
  if (known !== undefined) return known;
  const [main = a, ...rest] = membersOf(origins, a);
  const others = new Set([...rest, ...membersOf(origins, b)]);
  others.delete(main);
  const made = numbered(origins, [main, ...[...others].sort((x, y) => x - y).slice(0, MOST - 1)]);
  origins.unions.set(key, made);
  return made;
}

function numbered(origins: Origins, members: readonly number[]): number {
  const { count, sets, numbers } = origins;
  if (members.length === 1) return members[0] as number;
  const key = members.join(" ");
  const known = numbers.get(key) ?? count + sets.push(members) - 1;
  numbers.set(key, known);
  return known;
}
