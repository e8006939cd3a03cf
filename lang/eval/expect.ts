// A machine run over a trace and held against the outputs that are expected of it.
import type { Type } from "../type.ts";
import type { Column } from "./column.ts";
import { isNarrow, type Machine } from "./machine.ts";
import { give, inputsOf, RESET, type Signal, signalsOf, type Trace } from "./trace.ts";

/** Inputs, and outputs as a trace of the outputs' names; those of the first `skip` cycles are not compared. */
export interface Expectation {
  readonly inputs: Trace;
  readonly outputs: Trace;
  readonly skip: number;
}

/** The first value that is not what was expected. */
export interface Difference {
  /** The output, with its lane. */
  readonly output: string;
  readonly cycle: number;
  readonly expected: bigint;
  readonly seen: bigint;
}

/**
 * Runs `machine`. Ports are found by name, so that what was read for a program serves for what was made of it, where the
 * reset is an ordinary input; an input that is not there any more does not matter.
 */
export function firstDifference(machine: Machine, expectation: Expectation, from: Machine): Difference | undefined {
  const { inputs, outputs, skip } = expectation;
  const columns = inputs.columns.flatMap(({ signal, column }) => {
    const found = rebound(signal, from, machine);
    return found === undefined ? [] : [{ signal: found, column }];
  });
  const ports = outputs.columns.map(({ signal, column }) => {
    const name = from.outputs[signal.port]?.name;
    return { signal, column, port: machine.outputs.findIndex((one) => one.name === name) };
  });
  for (let cycle = 0; cycle < outputs.cycles; cycle++) {
    for (const { signal, column } of columns) give(machine, signal, column, cycle);
    machine.evaluate();
    if (cycle >= skip)
      for (const { signal, column, port } of ports) {
        const seen = unsigned(machine.get(port, signal.lane), signal.type);
        const wanted = unsigned(valueAt(column, cycle), signal.type);
        if (seen !== wanted)
          return { output: signal.name, cycle, expected: shown(wanted, signal.type), seen: shown(seen, signal.type) };
      }
    machine.clock();
  }
  return undefined;
}

function rebound(signal: Signal, from: Machine, to: Machine): Signal | undefined {
  if (to === from) return signal;
  const name = signal.port === RESET ? "reset" : (from.inputs[signal.port]?.name ?? "");
  return signalsOf(name, inputsOf(to, false))[signal.lane];
}

function valueAt(column: Column, cycle: number): bigint {
  return isNarrow(column.type) ? BigInt(column.narrow[cycle] as number) : (column.wide[cycle] as bigint);
}

function unsigned(value: bigint, { width }: Type): bigint {
  return BigInt.asUintN(width, value);
}

function shown(value: bigint, { kind, width }: Type): bigint {
  return kind === "i" ? BigInt.asIntN(width, value) : value;
}
