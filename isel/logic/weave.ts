// The way back: cells that were found a bit at a time become words again. Bits of one origin with the same function are one
// instruction, lane by lane; words are put together from them by wires.
import { bug } from "../../lang/diagnostic.ts";
import type { Graph, Node } from "../../lang/graph.ts";
import { BOOL, type Type } from "../../lang/type.ts";
import { TRUE } from "./bits.ts";
import type { Lut } from "./cone.ts";
import { type Frame, initialBit, type Placed, type Slice, type State } from "./frame.ts";
import { emitGroup, grouped } from "./groups.ts";
import { settleLevels, settlePolarity, unitLevel } from "./levels.ts";
import { emitMerge, merged } from "./merge.ts";
import { add, HIGH, LOW, type Loom, loom, operationNamed, plain, word } from "./pieces.ts";
import { nameOf, pieceOf, type Weaving, wordOf } from "./weaving.ts";

/** The graph with its logic as `lut`s. */
export function weave(frame: Frame, luts: readonly Lut[]): Graph {
  const { graph, cone } = frame;
  const { bits } = cone;
  const room = bits.count + cone.roots.length;
  const weaving: Weaving = {
    frame,
    bits,
    loom: loom([...graph.nodes.map((node) => node.name), ...graph.outputs.map((one) => one.name)]),
    pieces: new Array(room),
    flipped: new Uint8Array(room),
    source: new Int32Array(cone.roots.length),
    luts: [...luts],
    level: new Int32Array(room),
    lutOf: new Int32Array(room).fill(-1),
    inverseOf: new Map(),
  };
  weaving.luts.forEach((lut, at) => {
    weaving.lutOf[lut.node] = at;
  });
  settlePolarity(weaving);
  settleLevels(weaving);
  const merges = merged(weaving);
  const groups = grouped(weaving, new Set(merges.flatMap((merge) => merge.luts.flatMap((lut) => lut?.node ?? []))));
  const keys = new Map<number, string>(
    groups.flatMap((group, at) => group.luts.map((lut) => [lut.node, `group ${at}`] as const)),
  );
  merges.forEach(({ luts, placed }, at) => {
    luts.forEach((lut, bit) => keys.set(lut?.node ?? placed.leaf + bit, `merge ${at}`));
  });
  for (const { node, leaf } of frame.inputs) {
    weaving.loom.claim(node.name);
    const made = add(weaving.loom, { ...node, args: [] });
    for (let bit = 0; bit < node.type.bits; bit++) weaving.pieces[leaf + bit] = { node: made, bit };
  }
  const late = frame.states.map((state) => register(state, weaving, keys));
  const order = [
    ...merges.map((merge) => ({ level: merge.level - 0.5, run: () => emitMerge(merge, weaving) })),
    ...groups.map((group) => ({ level: group.level, run: () => emitGroup(group, weaving) })),
    ...frame.units.map((placed, at) => ({ level: unitLevel(at, weaving), run: () => unit(placed, weaving) })),
  ];
  order.sort((a, b) => a.level - b.level);
  const behind = order.map((one) => one.run());
  for (const finish of [...late, ...behind]) finish?.();
  const outputs = graph.outputs.map(({ name }, at) => {
    const slice = frame.outputs[at] ?? bug("an output without roots");
    const node = graph.nodes[graph.outputs[at]?.node ?? -1] as Node;
    return { name, node: wordOf(slice, node.type, node, weaving) };
  });
  return settle(graph, weaving.loom, outputs);
}

/** The graph out of the drafts. */
function settle(graph: Graph, { drafts }: Loom, outputs: Graph["outputs"]): Graph {
  const nodes = drafts.map((draft, id): Node => ({ ...draft, id }));
  return { ...graph, nodes, inputs: graph.inputs.map((_, at) => at), outputs };
}

/** Makes the words of a register, one for the bits of each source; gives what connects them in the end. */
function register(state: State, weaving: Weaving, keys: ReadonlyMap<number, string>): () => void {
  const { node, bits: live, leaves, data, enable, clear, isInverted, span } = state;
  const { loom, pieces, source } = weaving;
  const parts = new Map<string, number[]>();
  for (let bit = 0; bit < data.count; bit++) {
    const from = source[data.first + bit] as number;
    const maker = from < 0 ? "constant" : (keys.get(from) ?? `leaf ${weaving.bits.origin[from]}`);
    // A cell is cleared to 0 or to 1.
    const key = `${maker} ${clear?.constant[live[bit] as number]}`;
    const part = parts.get(key);
    if (part === undefined) parts.set(key, [bit]);
    else part.push(bit);
  }
  const made = [...parts.values()].map((places) => {
    const isWhole = places.length === node.type.bits;
    const type = isWhole ? node.type : plain(places.length);
    const values = places.map((place) => {
      const bit = live[place] as number;
      return BigInt(initialBit(node, bit) ^ (isInverted[bit] === true ? 1 : 0));
    });
    const attrs = Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) =>
      values.slice(lane * type.width, (lane + 1) * type.width).reduceRight((all, one) => 2n * all + one, 0n),
    );
    const { hint } = node;
    const name = nameOf(node, isWhole ? places.map((place) => 2 * (leaves[place] as number)) : [], weaving);
    const draft = { name, type, op: node.op, args: [] as readonly number[], attrs, hint, span };
    const id = add(loom, draft);
    places.forEach((place, at) => {
      pieces[leaves[place] as number] = { node: id, bit: at };
    });
    const cleared = clear?.constant[live[places[0] as number] as number];
    return { places, draft, type, cleared };
  });
  return () => {
    for (const { places, draft, type, cleared } of made) {
      const row = places.map((place) => pieceOf(data.first + place, weaving));
      const value = word(loom, row, type, node.name, node.span);
      const args = [clear === undefined ? value : clearable(value, type, cleared === TRUE, clear.root, node, weaving)];
      if (enable !== undefined) args.push(wordOf({ first: enable, count: 1 }, BOOL, node, weaving));
      draft.args = args;
    }
  };
}

/** What a register takes: a constant of equal bits where `root` is 1, else `value`. */
function clearable(value: number, type: Type, isOne: boolean, root: number, node: Node, weaving: Weaving): number {
  const { loom } = weaving;
  const { name, span } = node;
  const pieces = Array.from({ length: type.bits }, () => (isOne ? HIGH : LOW));
  const args = [wordOf({ first: root, count: 1 }, BOOL, node, weaving), word(loom, pieces, type, name, span), value];
  const op = operationNamed("mux");
  return add(loom, { name: loom.fresh(name), type, op, args, attrs: [], hint: undefined, span });
}

/** Makes the steps of a unit; gives what connects operands that may come later. */
function unit({ unit: { steps, ports, root }, ports: slices, leaf }: Placed, weaving: Weaving): () => void {
  const { loom, frame, pieces } = weaving;
  const about = frame.graph.nodes[root] as Node;
  const made: number[] = [];
  const operand = (arg: number): number => {
    if (arg >= 0) return made[arg] as number;
    const port = ports[~arg] ?? bug("no such port");
    return wordOf(slices[~arg] as Slice, port.type, frame.graph.nodes[port.node] as Node, weaving);
  };
  const isLate = (arg: number) => arg < 0 && ports[~arg]?.isCombinational === false;
  const late: (() => void)[] = [];
  steps.forEach(({ op, type, attrs, hint, args, span }, at) => {
    const holds = about.type === type ? Array.from({ length: type.bits }, (_, bit) => 2 * (leaf + bit)) : [];
    const name = nameOf(about, at === steps.length - 1 ? holds : [], weaving);
    const waits = args.some(isLate);
    const draft = { name, type, op, args: waits ? [] : args.map(operand), attrs, hint, span };
    made.push(add(loom, draft));
    if (waits)
      late.push(() => {
        (draft as { args: readonly number[] }).args = args.map(operand);
      });
  });
  const result = made.at(-1) ?? bug("a unit of no steps");
  for (let bit = 0; bit < about.type.bits; bit++) pieces[leaf + bit] = { node: result, bit };
  return () => late.forEach((finish) => finish());
}
