// The outputs of a run as a trace, in columns until it is over, then as JSON piece by piece.
import { append, appendWide, type Column, column, textAt } from "./column.ts";
import { isNarrow, type Machine } from "./machine.ts";
import { lanesOf } from "./trace.ts";

/** Keeps the outputs of a run. */
export interface Recorder {
  /** Takes the values of this cycle, after `evaluate`. */
  sample(): void;
  /** The trace as JSON, an output a line, in pieces of some ten thousand characters. */
  text(): Iterable<string>;
}

export function recorder(machine: Machine): Recorder {
  const outputs = machine.outputs.map(({ name, type }, port) => ({
    name,
    port,
    isVector: type.lanes > 0,
    lanes: lanesOf(name, type).map(() => column(type.lane)),
  }));
  return {
    sample: () => {
      for (const { port, lanes } of outputs)
        for (let lane = 0; lane < lanes.length; lane++) {
          const to = lanes[lane] as Column;
          if (isNarrow(to.type)) append(to, machine.getNarrow(port, lane));
          else appendWide(to, machine.get(port, lane));
        }
    },
    *text() {
      let separator = "{";
      for (const { name, isVector, lanes } of outputs) {
        yield `${separator}\n  ${JSON.stringify(name)}: [`;
        separator = ",";
        yield* isVector ? vectorText(lanes) : scalarText(lanes[0] as Column);
        yield "]";
      }
      yield separator === "{" ? "{}\n" : "\n}\n";
    },
  };
}

const PIECE = 16384;

function* scalarText(from: Column): Iterable<string> {
  for (let start = 0; start < from.length; start += PIECE) {
    const parts: string[] = [];
    for (let at = start; at < Math.min(from.length, start + PIECE); at++) parts.push(textAt(from, at));
    yield (start === 0 ? "" : ", ") + parts.join(", ");
  }
}

function* vectorText(lanes: readonly Column[]): Iterable<string> {
  const cycles = lanes[0]?.length ?? 0;
  const rows = Math.ceil(PIECE / lanes.length);
  for (let start = 0; start < cycles; start += rows) {
    const parts: string[] = [];
    for (let at = start; at < Math.min(cycles, start + rows); at++)
      parts.push(`[${lanes.map((lane) => textAt(lane, at)).join(", ")}]`);
    yield (start === 0 ? "" : ", ") + parts.join(", ");
  }
}
