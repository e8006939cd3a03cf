// All states of a small circuit, from the first one on, with all inputs in each: so values of registers that never come up
// do not matter, as they do not to who made a state machine smaller.
import { type Circuit, type Net, type Pair, TRUE } from "./circuit.ts";
import { evaluate, inputWord, WITHIN } from "./simulate.ts";

export interface Walked {
  readonly isSame: boolean;
  /** Values of the inputs where the pairs differ. */
  readonly counterexample: ReadonlyMap<Net, number> | undefined;
}

const MOST_REGISTERS = 30;
const MOST_INPUTS = 10;
/** Words that are computed. */
const MOST_WORK = 1_000_000;

/** Whether the pairs are equal in all states; `order` are all nets that they hang on. Undefined where that is too much. */
export function walk(circuit: Circuit, pairs: readonly Pair[], order: readonly Net[]): Walked | undefined {
  const kindOf = (net: Net) => circuit.definitions[net]?.kind;
  const inputs = order.filter((net) => net > TRUE && kindOf(net) === "input");
  const met = new Set(order);
  const registers = circuit.registers.filter(({ net }) => met.has(net));
  const isLarge = registers.length > MOST_REGISTERS || inputs.length > MOST_INPUTS;
  if (isLarge || order.some((net) => kindOf(net) === "memory")) return undefined;
  const places = new Map(inputs.map((net, at) => [net, at]));
  const values = new Int32Array(circuit.definitions.length);
  const runs = Math.min(32, 2 ** inputs.length);
  const used = runs === 32 ? -1 : 2 ** runs - 1;
  const first = registers.reduce((state, { init }, at) => state | (init << at), 0);
  const seen = new Set([first]);
  const pending = [first];
  let work = 0;
  for (let state = pending.pop(); state !== undefined; state = pending.pop())
    for (let word = 0; word < 2 ** Math.max(0, inputs.length - WITHIN.length); word++) {
      work += order.length;
      if (work > MOST_WORK) return undefined;
      registers.forEach(({ net }, at) => {
        values[net] = -(((state as number) >> at) & 1);
      });
      evaluate(circuit, order, values, (net) => inputWord(places.get(net) as number, word));
      const apart = pairs.reduce((all, [a, b]) => all | ((values[a] as number) ^ (values[b] as number)), 0) & used;
      if (apart !== 0) {
        const run = 31 - Math.clz32(apart & -apart);
        return {
          isSame: false,
          counterexample: new Map(inputs.map((net) => [net, ((values[net] as number) >>> run) & 1])),
        };
      }
      for (let run = 0; run < runs; run++) {
        let next = 0;
        registers.forEach(({ net, data, enable }, at) => {
          const from = ((values[enable] as number) >>> run) & 1 ? data : net;
          next |= (((values[from] as number) >>> run) & 1) << at;
        });
        if (seen.has(next)) continue;
        seen.add(next);
        pending.push(next);
      }
    }
  return { isSame: true, counterexample: undefined };
}
