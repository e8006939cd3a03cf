// A graph that is changed: its nodes as objects that know each other, then numbered anew.
import { bug } from "../lang/diagnostic.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { isCombinational, type Operation, operation } from "../lang/ops.ts";
import { joinOrigins, type Origin } from "../lang/source.ts";
import type { Type } from "../lang/type.ts";

/** A node in the making; operands are known by their objects. */
export interface Draft {
  readonly name: string;
  type: Type;
  op: Operation | undefined;
  args: Draft[];
  attrs: readonly bigint[];
  hint: string | undefined;
  readonly span: Origin;
}

/** The nodes of a graph, by their numbers, and names that none of them has. */
export function draftsOf(graph: Graph): {
  readonly drafts: readonly Draft[];
  readonly fresh: (base: string) => string;
} {
  const drafts = graph.nodes.map(
    ({ name, type, op, attrs, hint, span }): Draft => ({ name, type, op, args: [], attrs, hint, span }),
  );
  graph.nodes.forEach((node, id) => {
    (drafts[id] as Draft).args = node.args.map((arg) => drafts[arg] as Draft);
  });
  return { drafts, fresh: freshNames(graph) };
}

/** Gives names that neither values nor outputs of a graph have, nor what it gave before. */
export function freshNames({ nodes, outputs }: Graph): (base: string) => string {
  const names = new Set([...nodes, ...outputs].map((one) => one.name));
  return (base) => {
    let name = base;
    for (let count = 2; names.has(name); count++) name = `${base}_${count}`;
    names.add(name);
    return name;
  };
}

/** A wire of that name, with the places of what it is made of. */
export function wire(
  name: string,
  type: Type,
  op: string,
  args: readonly Draft[],
  attrs: readonly bigint[] = [],
): Draft {
  return { name, type, op: operation(op), args: [...args], attrs, hint: undefined, span: originOf(args) };
}

/** The places of some values together, the first one's before the others'. */
export function originOf(rows: readonly Draft[]): Origin {
  const [first, ...others] = rows as readonly [Draft, ...Draft[]];
  return joinOrigins(
    first.span,
    others.map((row) => row.span),
  );
}

/** Numbers what the outputs need so that each node comes after what it needs within a cycle. */
export function settled(graph: Graph, drafts: readonly Draft[]): Graph {
  const sequence: Draft[] = [];
  const places = new Map<Draft, number>();
  const place = (draft: Draft) => places.set(draft, sequence.push(draft) - 1);
  const seen = new Set<Draft>();
  const inputs = graph.inputs.map((id) => drafts[id] as Draft);
  for (const input of inputs) {
    seen.add(input);
    place(input);
  }
  const pending = graph.outputs.map((output) => drafts[output.node] as Draft).reverse();
  for (let root = pending.pop(); root !== undefined; root = pending.pop()) {
    if (seen.has(root)) continue;
    seen.add(root);
    const path = [{ draft: root, next: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const { draft } = step;
      const at = step.next++;
      const arg = draft.args[at];
      if (arg === undefined) {
        place(draft);
        path.pop();
      } else if (draft.op === undefined || isCombinational(draft.op, at)) {
        if (!seen.has(arg)) {
          seen.add(arg);
          path.push({ draft: arg, next: 0 });
        }
      } else pending.push(arg);
    }
  }
  const numberOf = (draft: Draft) => places.get(draft) ?? bug(`${draft.name} has no place`);
  return {
    ...graph,
    nodes: sequence.map(
      ({ name, type, op, args, attrs, hint, span }, id): Node => ({
        id,
        name,
        type,
        op,
        args: args.map(numberOf),
        attrs,
        hint,
        span,
      }),
    ),
    inputs: graph.inputs.map((_, at) => at),
    outputs: graph.outputs.map((output) => ({ ...output, node: numberOf(drafts[output.node] as Draft) })),
  };
}
