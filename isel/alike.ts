// Nodes that look alike as far as patterns reach: patterns fit them in the same ways, so that they are laid once. Programs
// repeat themselves, a lane, a tap or a round after the other.
import { bug } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import type { Pattern, PatternTree } from "../lang/target/target.ts";
import { type Match, matches, type Subject } from "./match.ts";
import { below, type Place, type Reach, reachOf } from "./reach.ts";
import { isOfSum } from "./shape.ts";

/** A node and what is below it, in the order in which it is met, and what all that looks like. */
interface Surroundings {
  readonly text: string;
  readonly ids: readonly number[];
}

/** Where patterns have been laid, and how. */
interface Known {
  readonly ids: readonly number[];
  readonly laid: Map<Pattern, readonly Match[]>;
}

/** What patterns have been laid over, for covers of graphs that are much the same. */
export interface Memory {
  readonly known: Map<Reach, Map<string, Known>>;
  /** What is said of a node, to what stands for it in texts. */
  readonly signs: Map<string, string>;
}

export function memory(): Memory {
  return { known: new Map(), signs: new Map() };
}

/** What some nodes of a graph have in common. */
export interface Likeness {
  /** Their number: those of no other nodes have it. */
  readonly number: number;
  /** The nodes that matches at the first of them are about. */
  readonly ids: readonly number[];
  readonly matches: readonly Match[];
}

/** A node as one of those that look the same: the nodes that matches at it are about, in the same order. */
export interface Seen {
  readonly ids: readonly number[];
  readonly like: Likeness;
}

/**
 * The matches at a node, of those patterns that are `tried`, that `keep` leaves; `all` are those whose roots have the
 * operation of the node, tried or not. What is tried and kept may depend on hints, and on nothing else.
 */
export type Recall = (
  root: Node,
  all: readonly Pattern[],
  tried: readonly Pattern[],
  keep: (found: readonly Match[]) => readonly Match[],
) => Seen;

/** For one graph. */
export function recall(subject: Subject, { known: before, signs }: Memory = memory()): Recall {
  const likenesses = new Map<string, Likeness>();
  const { nodes } = subject.graph;
  const isHinted = nodes.some(({ hint }) => hint !== undefined);
  const look = looker(subject, signs);
  const hintsOf = (ids: readonly number[]) => {
    let text = "";
    for (const id of ids) text += signOf(nodes[id]?.hint ?? "", signs);
    return text;
  };
  let count = 0;
  return (root, all, tried, keep) => {
    const reach = reachOf(all);
    const here = look(root.id, reach);
    if (here === undefined) {
      const found = keep(tried.flatMap((pattern) => matches(pattern, root.id, subject)));
      const ids = reached(root.id, found);
      return { ids, like: { number: count++, ids, matches: found } };
    }
    const { text, ids } = here;
    const key = isHinted ? text + hintsOf(ids) : text;
    const same = likenesses.get(key);
    if (same !== undefined) return { ids, like: same };
    const known = knownOf(text, ids, reach, before);
    const found = tried.flatMap((pattern) => {
      const laid = known.laid.get(pattern);
      if (laid !== undefined) return laid.map((match) => moved(match, known.ids, ids, subject.graph));
      const made = matches(pattern, root.id, subject);
      known.laid.set(
        pattern,
        made.map((match) => moved(match, ids, known.ids, subject.graph)),
      );
      return made;
    });
    const like = { number: count++, ids, matches: keep(found) };
    likenesses.set(key, like);
    return { ids, like };
  };
}

function knownOf(text: string, ids: readonly number[], reach: Reach, before: Memory["known"]): Known {
  const texts = before.get(reach) ?? new Map<string, Known>();
  before.set(reach, texts);
  const known = texts.get(text) ?? { ids, laid: new Map() };
  texts.set(text, known);
  return known;
}

/** All nodes that matches are about. */
function reached(root: number, found: readonly Match[]): readonly number[] {
  const ids = new Set([root]);
  for (const { ports, laid } of found) for (const id of [...laid.values(), ...ports.values()]) if (id >= 0) ids.add(id);
  return [...ids];
}

/** Nodes, and attributes of a node, that are looked at; what has more is like nothing else. */
const MOST_NODES = 40;
const MOST_ATTRS = 32;

/** A character for each thing that is said of nodes. */
function signOf(said: string, signs: Map<string, string>): string {
  const known = signs.get(said);
  if (known !== undefined) return known;
  const number = FIRST_SIGN + signs.size;
  const made = number < LAST_SIGN ? String.fromCodePoint(number) : `${LAST}${number.toString(36)}${LAST}`;
  signs.set(said, made);
  return made;
}

/** Signs are above what counts and places are written as, and above the surrogates. */
const FIRST_SIGN = 0x10000;
const LAST_SIGN = 0x10ffff;
const LAST = String.fromCodePoint(LAST_SIGN);
const END = String.fromCharCode(0xffff);
/** Places are written above counts. */
const FIRST_PLACE = 0x8000;

/** Looks at what patterns may be laid over, with the types of what that is given. */
function looker(
  subject: Subject,
  signs: Map<string, string>,
): (root: number, reach: Reach) => Surroundings | undefined {
  const { graph, uses } = subject;
  const { nodes } = graph;
  /** By node, its operation and type; its attributes, too. */
  const briefs: string[] = [];
  const wholes: string[] = [];
  const brief = (id: number): string => {
    const known = briefs[id];
    if (known !== undefined) return known;
    const { op, type } = nodes[id] as Node;
    const made = signOf(`${op?.name} ${type.text}`, signs);
    briefs[id] = made;
    return made;
  };
  const whole = (id: number): string => {
    const known = wholes[id];
    if (known !== undefined) return known;
    const { attrs } = nodes[id] as Node;
    const made = attrs.length === 0 ? "" : signOf(attrs.join(), signs);
    wholes[id] = made;
    return made;
  };
  return (root, reach) => {
    const ids: number[] = [root];
    /** Where patterns may be laid over a node, by its place in `ids`; behind each other. */
    const visited: number[] = [0];
    const places: Place[] = [reach.root];
    let text = brief(root);
    for (let visit = 0; visit < visited.length; visit++) {
      const id = ids[visited[visit] as number] as number;
      const { op, attrs, args } = nodes[id] as Node;
      const laid = op === undefined ? undefined : below(places[visit] as Place, op, reach);
      if (op === undefined || laid === undefined) {
        text += END;
        continue;
      }
      if (attrs.length > MOST_ATTRS || visited.length > MOST_NODES || args.length > MOST_NODES) return undefined;
      const isSum = op.kind === "reg" && isOfSum(nodes[id] as Node, subject);
      text += String.fromCharCode(2 * Math.min(uses[id] as number, reach.mostUses) + (isSum ? 1 : 0));
      text += op.attrs === "tables" && !reach.readsTables ? String.fromCharCode(attrs.length) : whole(id);
      for (let arg = 0; arg < args.length; arg++) {
        const to = args[arg] as number;
        let at = ids.indexOf(to);
        if (at < 0) {
          at = ids.push(to) - 1;
          text += brief(to);
        } else text += String.fromCharCode(FIRST_PLACE + at);
        const place = laid[Math.min(arg, laid.length - 1)] as Place;
        if (place.trees.length === 0) continue;
        let other = 0;
        while (other < visited.length && (visited[other] !== at || places[other] !== place)) other++;
        if (other === visited.length) {
          visited.push(at);
          places.push(place);
        }
      }
    }
    return { text, ids };
  };
}

/** A match of a node at one that looks the same. Operands that are no nodes are the same everywhere. */
export function moved(match: Match, from: readonly number[], to: readonly number[], graph: Graph): Match {
  if (from === to) return match;
  const place = (id: number) => (id < 0 ? id : (to[from.indexOf(id)] as number));
  const all = (ids: ReadonlyMap<string, number>) => {
    const made = new Map<string, number>();
    for (const [name, id] of ids) made.set(name, place(id));
    return made;
  };
  // Truth tables may differ: they are those of the nodes.
  const tables = match.pattern.attrs.filter(({ name, table }) => table !== undefined && match.attrs.has(name));
  const attrs = tables.length === 0 ? match.attrs : new Map(match.attrs);
  for (const { name } of tables) {
    const owner = match.laid.get(ownerOf(name, match.pattern.tree) ?? "") ?? bug("a table of no node");
    (attrs as Map<string, readonly bigint[]>).set(name, graph.nodes[place(owner)]?.attrs ?? []);
  }
  return { ...match, root: place(match.root), ports: all(match.ports), attrs, laid: all(match.laid) };
}

/** The name of the operation in a pattern whose truth table has a name. */
function ownerOf(table: string, tree: PatternTree): string | undefined {
  if (tree.kind !== "op") return undefined;
  const [attr] = tree.attrs;
  if (tree.op.attrs === "tables" && attr?.kind === "name" && attr.text === table) return tree.name;
  for (const arg of tree.args) {
    const owner = ownerOf(table, arg);
    if (owner !== undefined) return owner;
  }
  return undefined;
}
