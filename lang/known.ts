// Values of a graph that do not depend on its inputs, as far as a tool that folds constants would see.
import type { Graph, Node } from "./graph.ts";
import type { Lane } from "./ops.ts";
import { range, type Type, wrap } from "./type.ts";

/** The value of each lane, or undefined where it is not known. */
export type Known = readonly (bigint | undefined)[];

/**
 * Constants, and what is computed from constants alone. Also what one constant decides, as `x & 0` or a shift past the
 * width, and what equal operands do, as `x ^ x`: found by trying some operands, which is good enough to foresee the
 * warnings of a tool, and for nothing else.
 */
export function knownValues(graph: Graph): readonly Known[] {
  const known: Known[] = [];
  for (const node of graph.nodes) known.push(compute(node, graph, known));
  return known;
}

function compute(node: Node, { nodes }: Graph, known: readonly Known[]): Known {
  const { op, type, args, attrs } = node;
  const lanes = Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) => lane);
  const types = args.map((id) => (nodes[id] as Node).type);
  const operands = args.map((id) => known[id] ?? []);
  switch (op?.kind) {
    case undefined:
    case "reg":
    case "memory":
      return lanes.map(() => undefined);
    case "const":
      return lanes.map((lane) => wrap(attrs[lane] ?? 0n, type));
    case "ext": {
      const low = Number(attrs[0]);
      if ((types[0]?.lanes ?? 0) > 0) return lanes.map((lane) => operands[0]?.[low + lane]);
      const value = operands[0]?.[0];
      return [value === undefined ? undefined : wrap(value >> BigInt(low), type)];
    }
    case "cat":
      return type.lanes > 0 ? operands.flat() : [joined(operands, types, type)];
    case "lanes": {
      const meaning = op.meaning?.wide;
      if (meaning === undefined) return lanes.map(() => undefined);
      const lane: Lane = { args: types.map((one) => one.lane), type: type.lane, attrs };
      return lanes.map((at) => {
        const values = operands.map((one, arg) => one[types[arg]?.lanes === 0 ? 0 : at]);
        return decided(values, args, lane, (x) => wrap(meaning(x, lane), type));
      });
    }
  }
}

function joined(operands: readonly Known[], types: readonly Type[], type: Type): bigint | undefined {
  let value = 0n;
  let at = 0n;
  for (const [index, lanes] of operands.entries())
    for (const lane of lanes) {
      if (lane === undefined) return undefined;
      const width = types[index]?.width ?? 0;
      value |= BigInt.asUintN(width, lane) << at;
      at += BigInt(width);
    }
  return wrap(value, type);
}

/** The result, if it is the same whatever the unknown operands are; equal operands are tried with equal values. */
function decided(
  values: Known,
  args: readonly number[],
  lane: Lane,
  meaning: (x: readonly bigint[]) => bigint,
): bigint | undefined {
  const unknown = [...new Set(args.filter((_, at) => values[at] === undefined))];
  const isOpen = unknown.length === args.length && args.length > 0 && lane.attrs.length === 0;
  if (isOpen) return undefined;
  let first: bigint | undefined;
  for (let trial = 0; trial < 5 ** unknown.length; trial++) {
    const result = meaning(
      values.map((value, at) => {
        if (value !== undefined) return value;
        const which = Math.floor(trial / 5 ** unknown.indexOf(args[at] ?? 0)) % 5;
        return sample(lane.args[at] as Type, which);
      }),
    );
    if (first !== undefined && result !== first) return undefined;
    first = result;
  }
  return first;
}

function sample(type: Type, which: number): bigint {
  const [least, most] = range(type);
  return [least, most, 0n, wrap(1n, type), most / 3n][which] ?? 0n;
}
