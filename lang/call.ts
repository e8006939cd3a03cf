// Checks an instruction that is no operation of the language: the call of a definition.
import type { Instruction } from "./ast.ts";
import type { Binding, CheckedDef, Context } from "./check.ts";
import { isHelpful } from "./diagnostic.ts";
import { didYouMean } from "./near.ts";
import { OPERATIONS } from "./ops.ts";
import { quietType } from "./written.ts";

/** Holds the arguments and results of a call against the ports of its definition, which is looked up. */
export function checkCall(
  instruction: Instruction,
  args: readonly (Binding | undefined)[],
  def: CheckedDef,
  context: Context,
): void {
  const { report: found, defs } = context;
  const { op } = instruction;
  const callee = defs.get(op.text);
  if (callee === undefined) {
    found.error(
      "unknown-operation",
      `\`${clip(op.text)}\` is neither an operation nor a definition`,
      [{ span: op, text: "" }],
      isHelpful(found, defs.size) ? didYouMean(op.text, [...OPERATIONS.keys(), ...defs.keys()]) : [],
    );
    return;
  }
  const extra = instruction.attrs[0] ?? instruction.loc;
  if (extra !== undefined)
    found.error("bad-attribute", "a call takes neither attributes nor a hint", [{ span: extra, text: "" }]);
  const sides = [
    { what: "argument", given: instruction.args, types: args.map((a) => a?.type), ports: callee.item.inputs },
    {
      what: "result",
      given: instruction.results,
      types: instruction.results.map((r) => def.scope.get(r.name.text)?.type),
      ports: callee.item.outputs,
    },
  ];
  for (const { what, given, types, ports } of sides) {
    if (given.length !== ports.length) {
      found.error("wrong-arity", `\`${op.text}\` has ${count(ports.length, what)}, not ${given.length}`, [
        { span: instruction, text: "" },
        { span: callee.item.name, text: "defined here" },
      ]);
      continue;
    }
    ports.forEach((port, at) => {
      const wanted = quietType(port);
      const type = types[at];
      if (wanted === undefined || type === undefined || wanted === type) return;
      found.error(
        "type-mismatch",
        `${what} ${at + 1} of \`${op.text}\` is \`${type.text}\`, expected \`${wanted.text}\``,
        [
          { span: given[at] ?? instruction, text: `\`${type.text}\`` },
          { span: port, text: `\`${wanted.text}\`` },
        ],
      );
    });
  }
}

function count(n: number, what: string): string {
  return `${n === 0 ? "no" : n} ${what}${n === 1 ? "" : "s"}`;
}

/** A name as messages have it. */
export function clip(name: string): string {
  return name.length > 60 ? `${name.slice(0, 60)}…` : name;
}
