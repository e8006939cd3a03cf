// Circuits run 32 times side by side, a bit of a word each.
import { type Circuit, type Definition, type Net, type Product, TRUE } from "./circuit.ts";

/** Inputs that change within a word of 32 runs, as words. */
export const WITHIN = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000];

/** Word `word` of input `at` where the runs are all values of the inputs, the first the least significant. */
export function inputWord(at: number, word: number): number {
  return WITHIN[at] ?? -((word >> (at - WITHIN.length)) & 1);
}

/** Values of what comes from outside of a cycle: inputs and what memories show. */
export type Given = (net: Net, made: Definition) => number;

/** Computes the nets, operands first; registers keep their values. */
export function evaluate(circuit: Circuit, order: readonly Net[], values: Int32Array, given: Given): void {
  values[TRUE] = -1;
  // All bits of a product are computed at the first of them that is met, which need not be the lowest.
  let last = -1;
  for (const net of order) {
    const made = circuit.definitions[net] as Definition;
    switch (made.kind) {
      case "input":
        if (net > TRUE) values[net] = given(net, made);
        break;
      case "memory":
        values[net] = given(net, made);
        break;
      case "table":
        values[net] = lookUp(made.table, made.inputs, values);
        break;
      case "product":
        if (made.product !== last) multiply(circuit.products[made.product] as Product, values);
        last = made.product;
        break;
      case "register":
        break;
    }
  }
}

function lookUp(rows: number, inputs: readonly Net[], values: Int32Array): number {
  let found = 0;
  for (let row = 0; row < 1 << inputs.length; row++) {
    if (((rows >> row) & 1) === 0) continue;
    let term = -1;
    for (let at = 0; at < inputs.length; at++) {
      const value = values[inputs[at] as Net] as number;
      term &= (row >> at) & 1 ? value : ~value;
    }
    found |= term;
  }
  return found;
}

/** The product of 32 runs, by the school's way. */
function multiply({ a, b, nets }: Product, values: Int32Array): void {
  const sum = new Int32Array(nets.length);
  a.forEach((net, from) => {
    const gate = values[net] as number;
    let carry = 0;
    for (let bit = from; bit < sum.length; bit++) {
      const one = sum[bit] as number;
      const other = bit - from < b.length ? (values[b[bit - from] as Net] as number) & gate : 0;
      if (other === 0 && carry === 0 && bit - from >= b.length) break;
      const half = one ^ other;
      sum[bit] = half ^ carry;
      carry = (one & other) | (half & carry);
    }
  });
  nets.forEach((net, bit) => {
    values[net] = sum[bit] as number;
  });
}
