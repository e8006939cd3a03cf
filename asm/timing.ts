// The delay of a program before it is placed: the longest path from a register or an input to a register or an output,
// with the delay of each instruction as its description estimates it.
import type { Group, Netlist } from "./netlist.ts";

export interface Path {
  /** In ps. */
  readonly delay: number;
  /** From the first instruction to the last. */
  readonly steps: readonly Group[];
}

interface Arrival {
  readonly time: number;
  /** The instruction that makes the value late, and what made that late. */
  readonly by: Group | undefined;
  readonly before: Arrival | undefined;
}

const START: Arrival = { time: 0, by: undefined, before: undefined };

/** The longest path of a netlist, by its instructions. */
export function longestPath(netlist: Netlist): Path {
  const makers = new Map(netlist.groups.map((group) => [group.result, group]));
  const arrivals = new Map<string, Arrival>();
  let longest = START;
  for (const group of netlist.groups) {
    const end = arrive(group, makers, arrivals);
    if (end.time > longest.time) longest = end;
  }
  const steps: Group[] = [];
  for (let at: Arrival | undefined = longest; at !== undefined; at = at.before)
    if (at.by?.resource !== undefined) steps.push(at.by);
  return { delay: longest.time, steps: steps.reverse() };
}

/** When the result of an instruction has been computed; behind a register that is where the path ends. */
function arrive(root: Group, makers: ReadonlyMap<string, Group>, arrivals: Map<string, Arrival>): Arrival {
  const path = [{ group: root, next: 0 }];
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const { group } = step;
    const arg = group.args[step.next++];
    if (arrivals.has(group.result)) path.pop();
    else if (arg === undefined) {
      const before = group.args
        .map((name) => start(makers.get(name), arrivals))
        .reduce((a, b) => (b.time > a.time ? b : a), START);
      arrivals.set(group.result, { time: before.time + group.delay, by: group, before });
      path.pop();
    } else {
      const maker = makers.get(arg);
      if (maker !== undefined && !maker.isRegistered && !arrivals.has(arg)) path.push({ group: maker, next: 0 });
    }
  }
  return arrivals.get(root.result) ?? START;
}

function start(maker: Group | undefined, arrivals: ReadonlyMap<string, Arrival>): Arrival {
  if (maker === undefined) return START;
  if (maker.isRegistered) return maker.after > 0 ? { time: maker.after, by: maker, before: undefined } : START;
  return arrivals.get(maker.result) ?? START;
}
