// Memories as targets have them: a word of a vector is one number, its lanes side by side, as the contents have it in any
// case; and contents that are all 0 are none, as a memory that is written starts with 0.
import type { Graph, Node } from "../lang/graph.ts";
import { type Operation, operation } from "../lang/ops.ts";
import { integer, MAX_WIDTH, type Type } from "../lang/type.ts";
import { freshNames } from "./drafts.ts";

/** The graph with memories of numbers alone, where those are not too wide. Names of results stay. */
export function plainMemories(graph: Graph): Graph {
  if (!graph.nodes.some((node) => isPacked(node) || isBlank(node))) return graph;
  const nodes: Node[] = [];
  const places: number[] = [];
  const packed = new Map<number, number>();
  const late: (() => void)[] = [];
  const fresh = freshNames(graph);
  const add = (node: Omit<Node, "id">) => nodes.push({ ...node, id: nodes.length }) - 1;
  const wire = (
    like: Node,
    suffix: string,
    op: Operation,
    type: Type,
    args: readonly number[],
    attrs: readonly bigint[],
  ) => add({ name: fresh(`${like.name}_${suffix}`), type, op, args, attrs, hint: undefined, span: like.span });

  const written = new Set(graph.nodes.filter(isPacked).flatMap((node) => dataOf(node, graph) ?? []));
  const pack = (id: number) => {
    const node = graph.nodes[id] as Node;
    packed.set(id, wire(node, "bits", operation("cat"), integer("u", node.type.bits), [places[id] as number], []));
  };
  const keep = (node: Node) => {
    const at = add({ ...node, attrs: isBlank(node) ? [] : node.attrs });
    late.push(() => {
      nodes[at] = { ...(nodes[at] as Node), args: node.args.map((arg) => places[arg] as number) };
    });
    return at;
  };
  const unpack = (node: Node) => {
    const { type } = node;
    const data = dataOf(node, graph);
    const attrs = isBlank(node) ? [] : node.attrs;
    const word = add({ ...node, name: fresh(`${node.name}_word`), type: integer("u", type.bits), attrs });
    late.push(() => {
      const args = node.args.map((arg, at) => (at > 0 && arg === data ? packed.get(arg) : places[arg]) as number);
      nodes[word] = { ...(nodes[word] as Node), args };
    });
    const lanes = Array.from({ length: type.lanes }, (_, lane) => {
      const low = BigInt(lane * type.width);
      return wire(node, `${lane}`, operation("ext"), type.lane, [word], [low, low + BigInt(type.width) - 1n]);
    });
    return add({ ...node, op: operation("cat"), args: lanes, attrs: [], hint: undefined });
  };

  for (const node of graph.nodes) {
    places[node.id] = isPacked(node) ? unpack(node) : keep(node);
    const isLastInput = node.id === graph.inputs.length - 1;
    const ready = isLastInput ? graph.inputs : node.id < graph.inputs.length ? [] : [node.id];
    for (const id of ready) if (written.has(id)) pack(id);
  }
  for (const finish of late) finish();
  const outputs = graph.outputs.map((one) => ({ ...one, node: places[one.node] as number }));
  return { ...graph, nodes, outputs };
}

function isPacked({ op, type }: Node): boolean {
  return op?.memory?.synchronous === true || op?.memory?.writable === true
    ? type.lanes > 0 && type.bits <= MAX_WIDTH
    : false;
}

function isBlank({ op, attrs }: Node): boolean {
  return op?.memory?.writable === true && attrs.length > 0 && attrs.every((word) => word === 0n);
}

/** The operand that has the type of the words, which no other of a memory of vectors has. */
function dataOf(node: Node, graph: Graph): number | undefined {
  return node.op?.memory?.writable === true
    ? node.args.find((arg) => (graph.nodes[arg] as Node).type === node.type)
    : undefined;
}
