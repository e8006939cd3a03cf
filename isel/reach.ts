// How far patterns reach from the node at their root: a machine whose states are the operations of patterns that may be laid
// over a node, made as far as programs ask for it.
import type { Operation } from "../lang/ops.ts";
import type { Pattern, PatternTree } from "../lang/target/target.ts";
import { mentions } from "../lang/target/value.ts";
import { isWidening } from "./shape.ts";

/** What of some patterns may be laid over a node. */
export interface Place {
  readonly trees: readonly OpTree[];
  /** By the operation of the node: what may be laid over its operands, the last for all further ones. */
  readonly below: Map<string, readonly Place[] | undefined>;
}

type OpTree = PatternTree & { readonly kind: "op" };

/** How far some patterns with the same operation at their roots reach. */
export interface Reach {
  readonly root: Place;
  /** More users than patterns have operands: whether there are more still does not matter. */
  readonly mostUses: number;
  /** Whether a cost or a condition depends on a truth table. */
  readonly readsTables: boolean;
  readonly places: Map<string, Place>;
  readonly numbers: Map<PatternTree, number>;
}

const known = new WeakMap<readonly Pattern[], Reach>();

export function reachOf(patterns: readonly Pattern[]): Reach {
  const before = known.get(patterns);
  if (before !== undefined) return before;
  const readsTables = patterns.some(({ attrs, costs, when }) =>
    attrs.some(
      ({ name, table }) =>
        table !== undefined && (mentions(when, name) || costs.some(({ value }) => mentions(value, name))),
    ),
  );
  const mostUses = 1 + Math.max(0, ...patterns.map(({ tree }) => operandsOf(tree)));
  const machine = { mostUses, readsTables, places: new Map(), numbers: new Map() };
  const trees = patterns.map(({ tree }) => tree);
  const reach = { ...machine, root: placeOf(trees, machine) };
  known.set(patterns, reach);
  return reach;
}

function operandsOf(tree: PatternTree): number {
  return tree.kind === "op" ? tree.args.reduce((all, arg) => all + 1 + operandsOf(arg), 0) : 0;
}

/** The place at which some trees are laid, or what is behind their outer operations where those are optional. */
function placeOf(trees: readonly PatternTree[], { places, numbers }: Omit<Reach, "root">): Place {
  const all = new Set<OpTree>();
  for (const tree of trees)
    for (let inner = tree; inner.kind === "op"; inner = inner.args[inner.standIn] as PatternTree) {
      all.add(inner);
      if (!inner.optional) break;
    }
  const numbered = [...all].map((tree) => {
    const number = numbers.get(tree) ?? numbers.size;
    numbers.set(tree, number);
    return number;
  });
  const key = numbered.sort((a, b) => a - b).join(" ");
  const place = places.get(key) ?? { trees: [...all], below: new Map() };
  places.set(key, place);
  return place;
}

/**
 * What may be laid over the operands of a node with an operation, if anything is laid over the node; the last of the places
 * is that of all further operands.
 */
export function below(place: Place, op: Operation, reach: Reach): readonly Place[] | undefined {
  const { name } = op;
  if (place.below.has(name)) return place.below.get(name);
  const laid = place.trees.filter((tree) => tree.op.name === name);
  // A constant may be widened.
  const widened = isWidening(name) ? place.trees.filter((tree) => tree.op.kind === "const") : [];
  const isAny = op.commutes || op.memory !== undefined;
  const count = isAny ? 1 : Math.max(1, ...laid.map(({ args }) => args.length));
  const made =
    laid.length + widened.length === 0
      ? undefined
      : Array.from({ length: count }, (_, at) =>
          placeOf([...laid.flatMap(({ args }) => (isAny ? args : args.slice(at, at + 1))), ...widened], reach),
        );
  place.below.set(name, made);
  return made;
}
