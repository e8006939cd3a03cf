// Matches that no cover needs, as another has the same operands and is never worse.

import type { Node } from "../lang/graph.ts";
import type { Match, Subject } from "./match.ts";
import { isWire } from "./shape.ts";

/** Of matches at one node, those that another before them, or a better one, does not stand for. */
export function undominated(found: readonly Match[], subject: Subject): readonly Match[] {
  if (found.length < 2) return found;
  const groups = new Map<string, Match[]>();
  for (const match of found) {
    const key = keyOf(match, subject);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [match]);
    else if (!group.some((other) => isAsGood(other, match))) {
      const left = group.filter((other) => !isAsGood(match, other));
      groups.set(key, [...left, match]);
    }
  }
  const kept = new Set([...groups.values()].flat());
  return found.filter((match) => kept.has(match));
}

/** What covers are about: operands, units, which edge the result comes from, and what inside has other users. */
function keyOf({ pattern, ports, units, laid, root, isRegistered }: Match, { graph, uses }: Subject): string {
  const leaves = [...new Set(ports.values())].sort((a, b) => a - b);
  const shared = [...new Set(laid.values())].filter(
    (id) => id !== root && uses[id] !== 1 && !isWire(graph.nodes[id] as Node),
  );
  const hinted = [...new Set(laid.values())].filter((id) => graph.nodes[id]?.hint !== undefined);
  const taken = units.map(({ resource, amount }) => `${resource} ${amount}`);
  const inside = [shared, hinted].map((list) => list.sort((a, b) => a - b).join(" "));
  return [pattern.resource, taken, isRegistered, leaves.join(" "), ...inside].join("|");
}

/** Whether one is never larger and never slower than the other; such a one is taken for itself by the pattern's order. */
function isAsGood(one: Match, other: Match): boolean {
  return one.area <= other.area && one.delay <= other.delay && one.after <= other.after;
}
