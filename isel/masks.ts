// Memories that are written in parts become memories of those parts, each with its own write enable, as targets have them.
// Where a target writes through masks, those that have the same addresses find each other again when units are allotted.
import { memoryOperands } from "../lang/eval/memory.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { operation } from "../lang/ops.ts";
import { BOOL, withWidth } from "../lang/type.ts";
import { type Draft, draftsOf, settled, wire } from "./drafts.ts";

/** The graph with memories alone whose words are written as a whole. Names of results stay. */
export function wholeWrites(graph: Graph): Graph {
  const masked = graph.nodes.filter((node) => maskOf(node, graph) !== undefined);
  if (masked.length === 0) return graph;
  const { drafts, fresh } = draftsOf(graph);
  for (const node of masked) splitWrites(drafts[node.id] as Draft, maskOf(node, graph) as number, fresh);
  return settled(graph, drafts);
}

/** Which operand of a memory says what is written of a word, if one does. */
function maskOf({ op, type, args }: Node, { nodes }: Graph): number | undefined {
  if (op?.memory?.writable !== true) return undefined;
  const types = args.map((arg) => (nodes[arg] as Node).type);
  const { writeEnable } = memoryOperands(types, type, true);
  return types[writeEnable] === BOOL ? undefined : writeEnable;
}

/** Bits of a scalar, or lanes of a vector, side by side. */
interface Part {
  readonly low: number;
  readonly count: number;
}

function splitWrites(memory: Draft, at: number, fresh: (base: string) => string): void {
  const { name, type, op, args, attrs, hint, span } = memory;
  const data = args[at - 1] as Draft;
  const mask = args[at] as Draft;
  const isVector = type.lanes > 0;
  const sources = sourcesOf(mask, mask.type.width);
  const parts = partsOf(sources, mask.type.width, isVector ? 1 : type.width);
  const bitsEach = isVector ? type.width : 1;
  const made = parts.map(({ low, count }, part): Draft => {
    const own = isVector ? type.lane : withWidth(type, count);
    const [first, last] = [BigInt(low), BigInt(low + count - 1)];
    const word =
      type.kind === "bool"
        ? wire(fresh(`${data.name}_bit`), own, "cat", [data])
        : wire(fresh(`${data.name}_${part}`), own, "ext", [data], [first, last]);
    const source = sources?.[low];
    const we =
      source !== undefined && typeof source !== "bigint" && source.type === BOOL
        ? source
        : wire(fresh(`${mask.name}_${part}`), BOOL, "ext", [mask], [first, first]);
    return {
      name: fresh(`${name}_${part}`),
      type: own,
      op,
      args: args.map((arg, place) => (place === at - 1 ? word : place === at ? we : arg)),
      attrs: attrs.map((value) => BigInt.asUintN(count * bitsEach, value >> BigInt(low * bitsEach))),
      hint,
      span,
    };
  });
  memory.op = operation("cat");
  memory.args = made;
  memory.attrs = [];
  memory.hint = undefined;
}

/** The parts of a word that are written together, as far as that shows: bits of a mask that are the same value. */
function partsOf(sources: Sources, bits: number, most: number): readonly Part[] {
  const parts: { low: number; count: number }[] = [];
  for (let bit = 0; bit < bits; bit++) {
    const last = parts.at(-1);
    const isSame = sources !== undefined && bit > 0 && sources[bit] === sources[bit - 1];
    if (last !== undefined && isSame && last.count < most) last.count++;
    else parts.push({ low: bit, count: 1 });
  }
  return parts;
}

/** By bit, what a mask is made of: values of a bit side by side, or the bits of a constant; undefined where it is neither. */
type Sources = readonly (Draft | bigint)[] | undefined;

function sourcesOf({ op, args, attrs }: Draft, bits: number): Sources {
  if (op?.kind === "const") return Array.from({ length: bits }, (_, at) => ((attrs[0] ?? 0n) >> BigInt(at)) & 1n);
  return op?.kind === "cat" && args.every((arg) => arg.type.bits === 1) ? args : undefined;
}
