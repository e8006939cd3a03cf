// Programs in the one form of several that patterns are written for: values have no second names, and a choice of a sum and
// a difference has the difference first.
import type { Graph } from "../lang/graph.ts";
import { operation } from "../lang/ops.ts";
import { BOOL } from "../lang/type.ts";
import { type Draft, draftsOf, settled } from "./drafts.ts";

/** The graph in that form; the same one where it has it. Outputs keep their names. */
export function plainForm(graph: Graph): Graph {
  const isOutput = new Set(graph.outputs.map(({ node }) => node));
  const names = graph.nodes.filter(({ id, op, hint }) => op?.name === "id" && hint === undefined && !isOutput.has(id));
  const choices = graph.nodes.filter(({ op }) => op?.name === "mux");
  if (names.length === 0 && choices.length === 0) return graph;
  const { drafts, fresh } = draftsOf(graph);
  const named = new Set(names.map(({ id }) => drafts[id] as Draft));
  const meant = (draft: Draft): Draft => {
    let one = draft;
    while (named.has(one)) one = one.args[0] as Draft;
    return one;
  };
  for (const draft of drafts) draft.args = draft.args.map(meant);
  const turned = choices.map(({ id }) => drafts[id] as Draft).filter(isSumFirst);
  for (const choice of turned) turn(choice, fresh);
  return names.length + turned.length === 0 ? graph : settled(graph, drafts);
}

/** Whether it is `mux(c, a + b, a - b)`. */
function isSumFirst({ args }: Draft): boolean {
  const [, sum, difference] = args as unknown as readonly [Draft, Draft, Draft];
  const [a, b] = difference.args;
  return (
    sum.op?.name === "add" &&
    difference.op?.name === "sub" &&
    ((sum.args[0] === a && sum.args[1] === b) || (sum.args[0] === b && sum.args[1] === a))
  );
}

function turn(choice: Draft, fresh: (base: string) => string): void {
  const [condition, sum, difference] = choice.args as [Draft, Draft, Draft];
  const { span } = choice;
  const not = operation("not");
  const name = fresh(`${condition.name}_not`);
  const inverse: Draft = { name, type: BOOL, op: not, args: [condition], attrs: [], hint: undefined, span };
  choice.args = [inverse, difference, sum];
}
