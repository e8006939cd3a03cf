// Enables of single registers: what `own: en` of a pattern adds to its operands. Registers that have none of their own
// connected have the enable of all.
import type { Instruction, Item } from "../ast.ts";
import { OPERATIONS } from "../ops.ts";
import type { Pattern, PatternTree } from "./target.ts";

export interface Enables {
  /** The enable of all registers that have none of their own; empty where a pattern has no others. */
  readonly shared: string;
  /** By register that has it, the port of its own: `en_` and the register's name. */
  readonly owns: ReadonlyMap<string, string>;
}

/** The enables of a pattern's registers, in the order of its body. */
export function enablesOf({ attrs, body }: Item): Enables {
  const attr = attrs.find(({ key }) => key?.text === "own")?.value;
  const shared = attr?.kind === "name" ? attr.text : "";
  const registers = body.flatMap((one) => (one.kind === "instruction" && isRegister(one, shared) ? [one] : []));
  const names = registers.flatMap(({ results }) => results[0]?.name.text ?? []);
  return { shared, owns: new Map(names.map((name) => [name, `${shared}_${name}`])) };
}

function isRegister({ op, args }: Instruction, shared: string): boolean {
  const [, enable] = args;
  return OPERATIONS.get(op.text)?.kind === "reg" && enable?.kind === "name" && enable.text === shared;
}

/** The port that an operand within a pattern is, by which are connected. */
export function portAt({ name, own }: PatternTree & { kind: "port" }, isConnected: (name: string) => boolean): string {
  return own !== undefined && isConnected(own) ? own : name;
}

/** The operands that are there, of those that may be `absent`. Where all registers have the same enable, it is that of all. */
export function connections(
  ports: ReadonlyMap<string, number>,
  { owns }: Pattern,
  absent: number,
): ReadonlyMap<string, number> {
  const enables = new Set([...ports].flatMap(([name, id]) => (owns.has(name) ? [id] : [])));
  const connected = new Map<string, number>();
  for (const [name, id] of ports)
    if (id !== absent) connected.set(enables.size === 1 ? (owns.get(name) ?? name) : name, id);
  return connected;
}
