// Patterns by where they may fit.
import type { Graph } from "../lang/graph.ts";
import type { Pattern, Target } from "../lang/target/target.ts";
import { tilesOf } from "../lang/target/tile.ts";
import { neededOperations, rootOperations } from "./shape.ts";

/** Patterns by the operation at their root. */
export type PatternIndex = ReadonlyMap<string, readonly Pattern[]>;

/** The patterns on resources that are wanted, but for those that only a cascade makes use of. */
export function indexPatterns(target: Target, isWanted: (resource: string) => boolean = () => true): PatternIndex {
  const index = new Map<string, Pattern[]>();
  const wired = new Set([...tilesOf(target).values()].flatMap(({ cascade }) => [...(cascade?.by.values() ?? [])]));
  for (const pattern of target.patterns.values())
    if (isWanted(pattern.resource) && !wired.has(pattern.name))
      for (const op of new Set(rootOperations(pattern.tree))) index.set(op, [...(index.get(op) ?? []), pattern]);
  return index;
}

/** The patterns of an index that may fit somewhere in a graph, as the operations that they need are there. */
export function fitting(index: PatternIndex, { nodes }: Graph): PatternIndex {
  const there = new Set(nodes.map(({ op }) => op?.name ?? ""));
  const left = new Map<string, readonly Pattern[]>();
  for (const [op, patterns] of index)
    if (there.has(op))
      left.set(
        op,
        patterns.filter((pattern) => neededOperations(pattern).every((name) => there.has(name))),
      );
  return left;
}
