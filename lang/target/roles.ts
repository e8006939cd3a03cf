// What the operands of a pattern are for, as its body has them.
import type { Attr, Item, Port } from "../ast.ts";
import type { PatternTree } from "./target.ts";
import { TargetError } from "./value.ts";

/** Whether a port is an operand of `lut`s alone, or says which bits of a word are written. */
export function broadcasts({ name, type }: Port, tree: PatternTree): boolean {
  const users: boolean[] = [];
  const visit = (one: PatternTree) => {
    if (one.kind !== "op") return;
    for (const [at, arg] of one.args.entries()) {
      const isMask = one.op.memory?.writable === true && at === MASK && type?.name !== "bool";
      if (arg.kind === "port" && arg.name === name.text) users.push(one.op.attrs === "tables" || isMask);
      visit(arg);
    }
  };
  visit(tree);
  return users.length > 0 && users.every((isOne) => isOne);
}

/** Patterns of memories that are written give two addresses and the data before the write enable. */
const MASK = 3;

/** The parameter of `[beside: w]`. */
export function besideOf({ attrs }: Item, tree: PatternTree): string | undefined {
  const value = attrs.find((attr: Attr) => attr.key?.text === "beside")?.value;
  if (value === undefined) return undefined;
  const isMemory = tree.kind === "op" && tree.op.kind === "memory" && tree.args.every((arg) => arg.kind === "port");
  if (value.kind === "name" && isMemory) return value.text;
  throw new TargetError("`beside` names the width of the words of a memory that stands alone", value);
}
