// The work that times are measured by: what a compiler does most, objects, maps, short lists and arithmetic, in a fixed
// amount. A machine that is slow, or busy, is slow with it, too.

/** What a round of `calibrate` takes on the machine that calibrated times are those of, in ms of CPU. */
export const REFERENCE_MS = 10;

const NODES = 12_000;

interface Node {
  readonly key: number;
  readonly args: readonly Node[];
  cost: number;
}

/** A round of work; gives a number that depends on all of it, so that no engine leaves it out. */
export function calibrate(): number {
  let state = 1;
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % below;
  };
  const nodes: Node[] = [];
  const shared = new Map<string, Node>();
  for (let at = 0; at < NODES; at++) {
    const args = at < 2 ? [] : [nodes[random(nodes.length)] as Node, nodes[random(nodes.length)] as Node];
    const name = `${at & 7}:${args.map(({ key }) => key & 1023).join()}`;
    const node = shared.get(name) ?? { key: at, args, cost: 0 };
    shared.set(name, node);
    nodes.push(node);
  }
  const cuts = new Uint32Array(NODES);
  let sum = 0;
  for (const [at, node] of nodes.entries()) {
    node.cost = 1 + node.args.reduce((most, { cost }) => Math.max(most, cost), 0);
    cuts[at] = (cuts[random(at + 1)] as number) ^ Math.imul(node.cost, 2654435761);
    sum = (sum + (cuts[at] as number)) | 0;
  }
  const sorted = cuts.slice().sort();
  for (let at = 1; at < sorted.length; at++) sum = (sum ^ ((sorted[at] as number) - (sorted[at - 1] as number))) | 0;
  return sum;
}
