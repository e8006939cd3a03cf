// The front of a node: the ways to compute it of which none is better than another in all respects, given the fronts of what
// feeds it. Nodes that look alike, and so do what feeds them, have one front.
import type { Graph, Node } from "../lang/graph.ts";
import { type Likeness, type Memory, moved, type Recall, type Seen } from "./alike.ts";
import { undominated } from "./dominated.ts";
import { type Match, RESET, type Subject } from "./match.ts";
import type { PatternIndex } from "./patterns.ts";
import { isWire } from "./shape.ts";
import { type Best, cellsOf, combine, eachWay, type Laid, least, NOTHING, type Weighing, waysOf } from "./ways.ts";

export interface CoverOptions extends Weighing {
  readonly hasReset: boolean;
  /** Whether the patterns of `resource` may compute a node that bears the hint. */
  readonly allows: (hint: string, resource: string) => boolean;
  /** Where patterns have been laid, in this graph or in one that is much the same. */
  readonly memory?: Memory | undefined;
  /** Matches by node that covers of the same graph have found before. */
  readonly known?: Map<number, readonly Match[]> | undefined;
  /** What a node takes that no pattern computes, as it becomes logic later; undefined where it cannot. */
  readonly estimate?: ((node: Node, graph: Graph) => Estimate | undefined) | undefined;
  /** Told of every match, whether it is allowed or not. */
  readonly consider?: Consider | undefined;
}

/** Cells, and ps. */
export interface Estimate {
  readonly area: number;
  readonly delay: number;
}

/** `graph` is the one whose nodes are meant: logic has been covered in it. */
export type Consider = (candidate: Candidate, graph: Graph) => void;

/** A way to compute a node, and what the whole tree below it costs that way. */
export interface Candidate {
  readonly node: number;
  readonly match: Match;
  /** Undefined where a hint rules it out. */
  readonly best: Best | undefined;
}

export interface Front {
  readonly ways: readonly Best[];
  /** The nodes that its ways are about, and those that are meant, in the same order. */
  readonly from: readonly number[];
  readonly to: readonly number[];
  /** Fronts of the same number have the same ways, each in the places of its own nodes. */
  readonly number: number;
}

/** What is known while a graph is covered. */
export interface Covering extends Subject {
  readonly options: CoverOptions;
  /** The patterns that may fit somewhere, and all that there are. */
  readonly fitting: PatternIndex;
  readonly patterns: PatternIndex;
  readonly recall: Recall;
  readonly fronts: Map<number, Front>;
  /** Fronts by what nodes look like that have them. */
  readonly shared: Map<string, Front>;
  readonly shapes: Map<Likeness, Shape>;
  /** Nodes that nothing covers. */
  readonly isEmpty: Set<number>;
}

/** Whether a node is the root of a tree: what is used once belongs to its user. */
export function isRoot(id: number, { uses }: Subject): boolean {
  return (uses[id] as number) !== 1;
}

/** A way of a front, about the nodes that are meant; those of its operands are as their own fronts have them. */
export function inPlace(way: Best, { from, to }: Front, graph: Graph): Best {
  if (from === to) return way;
  const { match, leaves } = way;
  return {
    ...way,
    match: match === undefined ? undefined : moved(match, from, to, graph),
    leaves: leaves.map(([leaf, best]) => [to[from.indexOf(leaf)] as number, best]),
  };
}

const NO_NODES: readonly number[] = [];
const INPUT: Front = { ways: [NOTHING], from: NO_NODES, to: NO_NODES, number: 0 };

/** The front of a node whose operands have theirs, as far as they belong to the same tree. */
export function frontOf(id: number, covering: Covering): Front {
  const { graph, options, shared, shapes } = covering;
  const node = graph.nodes[id] as Node;
  if (node.op === undefined) return INPUT;
  const number = covering.fronts.size + 1;
  if (isWire(node)) {
    const key = `wire ${numbersOf(node.args, covering)}`;
    const before = shared.get(key);
    if (before !== undefined) return { ...before, to: node.args };
    const ways = leavesOf(covering)(node.args, []);
    const front = { ways, from: node.args, to: node.args, number };
    shared.set(key, front);
    return front;
  }
  const alone = (ways: readonly Best[]): Front => ({ ways, from: NO_NODES, to: NO_NODES, number });
  const found = options.known?.get(id);
  if (found !== undefined) return alone(waysAt(id, found, covering));
  const seen = seenAt(node, covering);
  const shape = shapes.get(seen.like) ?? shapeOf(seen.like, covering);
  shapes.set(seen.like, shape);
  if (!shape.isPlain) {
    const laid = matchesAt(node, covering, seen);
    options.known?.set(id, laid);
    return alone(waysAt(id, laid, covering));
  }
  const ports = shape.ports.map((place) => seen.ids[place] as number);
  const key = `${seen.like.number} ${numbersOf(ports, covering)}`;
  const before = shared.get(key);
  if (before !== undefined) return { ...before, to: seen.ids };
  const ways = waysAt(id, matchesAt(node, covering, seen), covering);
  if (covering.isEmpty.has(id)) return alone(ways);
  const front = { ways, from: seen.ids, to: seen.ids, number };
  shared.set(key, front);
  return front;
}

/** What the matches of nodes that look the same have in common. */
interface Shape {
  /** Whether their front depends on nothing but them and the fronts of their operands. */
  readonly isPlain: boolean;
  /** The operands of all of them, as places among the nodes that they are about. */
  readonly ports: readonly number[];
}

function shapeOf({ ids, matches }: Likeness, covering: Covering): Shape {
  const { counted, consider } = covering.options;
  const isPlain =
    counted === undefined && consider === undefined && matches.every((one) => sharedInside(one, covering).length === 0);
  const ports = new Set(matches.flatMap(({ ports }) => [...ports.values()].filter((port) => port !== RESET)));
  return { isPlain, ports: [...ports].map((port) => ids.indexOf(port)) };
}

/** Which fronts some operands have, as far as they belong to the same tree. */
function numbersOf(ports: readonly number[], covering: Covering): string {
  let text = "";
  for (const port of ports) text += isRoot(port, covering) ? " -" : ` ${covering.fronts.get(port)?.number ?? "-"}`;
  return text;
}

/** The ways to have some operands, as far as they belong to the same tree and to nothing that is `shared`. */
function leavesOf(covering: Covering): (ports: readonly number[], shared: readonly number[]) => readonly Best[] {
  const { fronts, options } = covering;
  // Most matches at a node have the same operands.
  const combined = new Map<string, readonly Best[]>();
  return (ports, shared) => {
    // What lies behind a root that a match has inside belongs to another tree.
    const isOwn = (port: number) =>
      port !== RESET && !isRoot(port, covering) && fronts.has(port) && !shared.includes(port);
    const own = [...new Set(ports.filter(isOwn))];
    if (own.length === 0) return INPUT.ways;
    const key = own.join(" ");
    const made =
      combined.get(key) ??
      combine(
        own.map((port) => [port, (fronts.get(port) ?? INPUT).ways]),
        options,
      );
    combined.set(key, made);
    return made;
  };
}

/** The ways to compute a node by some matches; one as it is estimated where there are none. */
function waysAt(id: number, laid: readonly Match[], covering: Covering): readonly Best[] {
  const { graph, options, isEmpty } = covering;
  const leaves = leavesOf(covering);
  const found: Laid[] = [];
  for (const match of laid) {
    const isAllowed = keepsHints(match, covering);
    if (!isAllowed && options.consider === undefined) continue;
    const shared = sharedInside(match, covering);
    const saved = shared.reduce((all, one) => all + leastAlone(one, match, covering), 0);
    const behindShared = shared.flatMap(({ args }) => args);
    const one = { match, below: leaves([...match.ports.values()], behindShared), saved };
    if (isAllowed) found.push(one);
    if (options.consider === undefined) continue;
    const best = isAllowed ? least(eachWay(one, options), options.objective) : undefined;
    options.consider({ node: id, match, best }, graph);
  }
  const ways = waysOf(found, options);
  if (ways.length > 0) return ways;
  isEmpty.add(id);
  const { area, delay } = options.estimate?.(graph.nodes[id] as Node, graph) ?? IMPOSSIBLE;
  return [{ ...NOTHING, area, arrival: delay }];
}

/** More cells than any device has: whatever else there is, is better. */
const IMPOSSIBLE = { area: 1e12, delay: 0 };

/** What the matches of a node are. Once units are allotted, what stands on them says so, and nothing else is tried there. */
function seenAt(node: Node, covering: Covering): Seen {
  const { isAllotted = false, allows, consider } = covering.options;
  const name = node.op?.name ?? "";
  const tried = (covering.fitting.get(name) ?? []).filter(({ resource }) => {
    const isLeftOut =
      node.hint === undefined ? isAllotted && covering.scarce.has(resource) : !allows(node.hint, resource);
    return !isLeftOut || consider !== undefined;
  });
  return covering.recall(node, covering.patterns.get(name) ?? [], tried, (found) =>
    consider === undefined ? undominated(found, covering) : found,
  );
}

/** The matches at a node. */
function matchesAt(node: Node, covering: Covering, seen: Seen = seenAt(node, covering)): readonly Match[] {
  const { like, ids } = seen;
  return like.matches.map((match) => moved(match, like.ids, ids, covering.graph));
}

/** What a node takes by itself, if a match takes its place for all of its users: so much less it takes than it says. */
function leastAlone(node: Node, match: Match, covering: Covering): number {
  const { graph, uses, options } = covering;
  let inside = 0;
  for (const user of new Set(match.laid.values()))
    for (const arg of (graph.nodes[user] as Node).args) if (arg === node.id) inside++;
  if (inside !== uses[node.id]) return 0;
  const laid = options.known?.get(node.id) ?? seenAt(node, covering).like.matches;
  return laid.length === 0 ? 0 : Math.min(...laid.map((match) => cellsOf(match, options)));
}

const NONE_SHARED: readonly Node[] = [];

/** Nodes inside a match that have several users: copies of registers, and what is used by nothing but the match. */
function sharedInside({ laid, root }: Match, { graph, uses }: Subject): readonly Node[] {
  const inner = new Set<Node>();
  for (const id of laid.values()) {
    const node = graph.nodes[id] as Node;
    if (id !== root && uses[id] !== 1 && !isWire(node)) inner.add(node);
  }
  return inner.size === 0 ? NONE_SHARED : [...inner];
}

function keepsHints(match: Match, covering: Covering): boolean {
  const { graph, uses, options } = covering;
  const { resource } = match.pattern;
  const hintOf = (id: number) => (graph.nodes[id] as Node).hint;
  if (options.isAllotted === true && match.units.length > 0 && hintOf(match.root) === undefined) return false;
  for (const id of match.laid.values()) {
    const hint = hintOf(id);
    if (hint !== undefined && !options.allows(hint, resource)) return false;
  }
  if (options.isAllotted !== true) return true;
  // A copy of a register needs what is before it, which may have its place inside the instruction of the original alone.
  const isHeld = (id: number) => hintOf(id) !== undefined && uses[id] === 1;
  const inner = new Set(match.laid.values());
  return !sharedInside(match, covering).some(({ args }) => args.some((id) => isHeld(id) && !inner.has(id)));
}
