// Waveforms: all values of a run as a value change dump (IEEE 1364-2005, clause 18), with the names of the source.
import type { Graph } from "../graph.ts";
import type { Type } from "../type.ts";
import { isNarrow, type Machine, maskNarrow } from "./machine.ts";
import { lanesOf } from "./trace.ts";

/** Nanoseconds of a clock cycle. The clock rises where a cycle begins, except the first, and falls in its middle. */
const PERIOD = 10;

/** Gives a dump piece by piece: `header`, then `cycle` for each cycle after `evaluate`, then `end`. */
export interface Vcd {
  header(): string;
  cycle(reset: boolean): string;
  end(): string;
}

/** A lane that is shown. */
interface Variable {
  readonly name: string;
  readonly type: Type;
  readonly node: number;
  readonly lane: number;
  readonly key: string;
}

/** Shows inputs, inner values and outputs; constants stay out. A vector is a variable a lane, `v[0]`, `v[1]`, ... */
export function vcd(graph: Graph, machine: Machine, options: { readonly hasReset: boolean }): Vcd {
  const implicit = [...(graph.stateful ? ["clock"] : []), ...(options.hasReset ? ["reset"] : [])];
  const variables = variablesOf(graph, implicit.length);
  const narrow = variables.filter(({ type }) => isNarrow(type));
  const wide = variables.filter(({ type }) => !isNarrow(type));
  const lastNarrow = new Int32Array(narrow.length);
  const lastWide: bigint[] = new Array(wide.length).fill(0n);
  const clock = graph.stateful ? keyOf(0) : undefined;
  const reset = options.hasReset ? keyOf(implicit.length - 1) : undefined;
  let lastReset = false;
  let cycles = 0;

  function changes(isFirst: boolean, isReset: boolean): string[] {
    const lines: string[] = [];
    if (clock !== undefined) lines.push(`${isFirst ? 0 : 1}${clock}`);
    if (reset !== undefined && (isFirst || isReset !== lastReset)) lines.push(`${isReset ? 1 : 0}${reset}`);
    lastReset = isReset;
    for (let at = 0; at < narrow.length; at++) {
      const { node, lane, type, key } = narrow[at] as Variable;
      const value = machine.probeNarrow(node, lane);
      if (value === lastNarrow[at] && !isFirst) continue;
      lastNarrow[at] = value;
      const pattern = maskNarrow(value, type);
      lines.push(type.width === 1 ? `${pattern}${key}` : `b${pattern.toString(2)} ${key}`);
    }
    for (let at = 0; at < wide.length; at++) {
      const { node, lane, type, key } = wide[at] as Variable;
      const value = machine.probe(node, lane);
      if (value === lastWide[at] && !isFirst) continue;
      lastWide[at] = value;
      lines.push(`b${BigInt.asUintN(type.width, value).toString(2)} ${key}`);
    }
    return lines;
  }

  return {
    header: () =>
      [
        "$version reticle $end",
        "$timescale 1 ns $end",
        `$scope module ${graph.name} $end`,
        ...implicit.map((name, at) => `$var wire 1 ${keyOf(at)} ${name} $end`),
        ...variables.map(({ name, type, key }) => {
          const bits = type.width === 1 ? "" : ` [${type.width - 1}:0]`;
          return `$var wire ${type.width} ${key} ${name}${bits} $end`;
        }),
        "$upscope $end",
        "$enddefinitions $end",
        "",
      ].join("\n"),
    cycle: (isReset) => {
      const time = cycles++ * PERIOD;
      const lines = changes(time === 0, isReset);
      if (time === 0) return `#0\n$dumpvars\n${lines.join("\n")}\n$end\n`;
      const fall = clock === undefined || time === PERIOD ? "" : `#${time - PERIOD / 2}\n0${clock}\n`;
      return lines.length === 0 ? fall : `${fall}#${time}\n${lines.join("\n")}\n`;
    },
    end: () => {
      const time = cycles * PERIOD;
      const fall = clock === undefined || cycles < 2 ? "" : `#${time - PERIOD / 2}\n0${clock}\n`;
      return `${fall}#${time}\n`;
    },
  };
}

function variablesOf(graph: Graph, taken: number): readonly Variable[] {
  const named = graph.nodes.filter(({ op }) => op?.kind !== "const").map(({ id, name }) => ({ node: id, name }));
  const names = new Set(named.map((one) => one.name));
  const others = graph.outputs.filter(({ name }) => !names.has(name));
  return [...named, ...others]
    .flatMap(({ node, name }) => {
      const type = graph.nodes[node]?.type;
      return type === undefined
        ? []
        : lanesOf(name, type).map((text, lane) => ({ name: text, type: type.lane, node, lane }));
    })
    .map((variable, at) => ({ ...variable, key: keyOf(taken + at) }));
}

/** The short name of a variable: its number in digits from `!` to `~`. */
function keyOf(number: number): string {
  let key = "";
  for (let rest = number; ; rest = Math.floor(rest / 94) - 1) {
    key += String.fromCharCode(33 + (rest % 94));
    if (rest < 94) return key;
  }
}
