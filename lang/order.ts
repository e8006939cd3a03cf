// Values in an order in which they can be computed.
import { isCombinational, type Operation } from "./ops.ts";

/** A value in the making; `id` is -1 until it has its place. */
export interface Unordered<Self> {
  id: number;
  /** Undefined for an input. */
  readonly op: Operation | undefined;
  readonly args: readonly Self[];
}

/** On the path from a value that is being placed. */
const OPEN = -2;

/**
 * Numbers values so that each comes after what it needs within a clock cycle, and otherwise as they are given. Undefined
 * where one needs itself.
 */
export function inOrder<T extends Unordered<T>>(values: readonly T[]): readonly T[] | undefined {
  const sequence: T[] = [];
  for (const root of values) {
    if (root.id >= 0) continue;
    const path = [{ value: root, next: 0 }];
    root.id = OPEN;
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { value } = step;
      const at = step.next++;
      const arg = value.args[at];
      if (arg === undefined) {
        value.id = sequence.push(value) - 1;
        path.pop();
      } else if (arg.id < 0 && (value.op === undefined || isCombinational(value.op, at))) {
        if (arg.id === OPEN) return undefined;
        arg.id = OPEN;
        path.push({ value: arg, next: 0 });
      }
    }
  }
  return sequence;
}
