// A cell with its parameters filled in has choices that are settled: what they leave out is left out, so that a register
// that a parameter switches off is not there, and no path leads through it.
import type { Instruction, Item, Statement } from "../ast.ts";

/** The definition without settled choices, and without what nothing needs then. */
export function folded(item: Item): Item {
  const made = new Map<string, Instruction>();
  for (const one of item.body) {
    const name = one.kind === "instruction" ? one.results[0]?.name.text : undefined;
    if (name !== undefined) made.set(name, one as Instruction);
  }
  const known = new Map<string, bigint | undefined>();
  const settledValue = (name: string): bigint | undefined => {
    if (known.has(name)) return known.get(name);
    // A value that depends on itself is none that is known.
    known.set(name, undefined);
    const one = made.get(name);
    const value = one === undefined ? undefined : constant(one, settledValue);
    known.set(name, value);
    return value;
  };
  const body = item.body.map((one) => (one.kind === "instruction" ? settled(one, settledValue) : one));
  return { ...item, body: needed(item, body) };
}

function operand(one: Instruction, at: number): string {
  const arg = one.args[at];
  return arg?.kind === "name" ? arg.text : "";
}

/** The value of an instruction that parameters alone decide, as far as choices hang on it. */
function constant(one: Instruction, settledValue: (name: string) => bigint | undefined): bigint | undefined {
  const [first] = one.attrs;
  const attr = first?.value.kind === "int" ? first.value.value : 0n;
  const isBit = one.results[0]?.type?.name === "bool";
  switch (one.op.text) {
    case "const":
      return attr;
    case "ext": {
      const word = isBit ? settledValue(operand(one, 0)) : undefined;
      return word === undefined ? undefined : (word >> attr) & 1n;
    }
    case "not": {
      const bit = isBit ? settledValue(operand(one, 0)) : undefined;
      return bit === undefined ? undefined : 1n - (bit & 1n);
    }
    case "and":
      return isBit && (settledValue(operand(one, 0)) === 0n || settledValue(operand(one, 1)) === 0n) ? 0n : undefined;
    default:
      return undefined;
  }
}

/** A choice as the operand that it takes. */
function settled(one: Instruction, settledValue: (name: string) => bigint | undefined): Instruction {
  const condition = one.op.text === "mux" ? settledValue(operand(one, 0)) : undefined;
  const taken = condition === undefined ? undefined : one.args[condition === 0n ? 2 : 1];
  return taken === undefined ? one : { ...one, op: { ...one.op, text: "id" }, args: [taken] };
}

/** The statements that the outputs hang on, in their order. */
function needed(item: Item, body: readonly Statement[]): readonly Statement[] {
  const makers = new Map<string, Instruction>();
  for (const one of body)
    if (one.kind === "instruction") for (const result of one.results) makers.set(result.name.text, one);
  const kept = new Set<Statement>();
  const pending = item.outputs.map((port) => port.name.text);
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const one = makers.get(name);
    if (one === undefined || kept.has(one)) continue;
    kept.add(one);
    for (const arg of one.args) if (arg.kind === "name") pending.push(arg.text);
  }
  return body.filter((one) => kept.has(one));
}
