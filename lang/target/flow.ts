// The flow of a target, from its netlist to a bitstream: what a `flow` block says. `asm/flow` runs it.
import type { Instruction } from "../ast.ts";
import { keyed, word } from "./facts.ts";
import type { Block, Target } from "./target.ts";
import { TargetError } from "./value.ts";

/** One argument, or several that are there only when `when` names a value or a file that is. */
export type FlowArgument = string | { readonly when: string; readonly args: readonly string[] };

export interface FlowTool {
  readonly name: string;
  readonly package: string;
  readonly version: readonly string[];
  readonly oldest: string | undefined;
}

export interface FlowStep {
  readonly name: string;
  readonly tool: string;
  readonly args: readonly FlowArgument[];
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

export interface TargetFlow {
  readonly tools: readonly FlowTool[];
  /** Roles of files, and how they are called. */
  readonly files: Readonly<Record<string, string>>;
  readonly steps: readonly FlowStep[];
}

/** The first flow of a target; undefined if it has none. Throws `TargetError`. */
export function flowOf(target: Target): TargetFlow | undefined {
  const block = [...target.flows.values()][0];
  return block === undefined ? undefined : readFlow(block);
}

function readFlow(block: Block): TargetFlow {
  const tools: FlowTool[] = [];
  const steps: FlowStep[] = [];
  const files = new Map<string, string>();
  for (const one of block.item.body) {
    if (one.kind !== "instruction") throw new TargetError("a flow consists of `tool`, `file` and `step`", one);
    const facts = keyed(one.attrs);
    const name = facts.get("")?.[0] ?? "";
    const first = (key: string) => facts.get(key)?.[0];
    if (one.op.text === "file") for (const [role, names] of facts) files.set(role, names[0] ?? role);
    else if (one.op.text === "tool")
      tools.push({
        name,
        package: first("package") ?? "",
        version: facts.get("version") ?? [],
        oldest: first("oldest"),
      });
    else if (one.op.text === "step") steps.push(step(one, name, facts));
    else throw new TargetError(`a flow has no \`${one.op.text}\``, one.op);
  }
  files.delete("");
  return { tools, files: Object.fromEntries(files), steps };
}

function step(one: Instruction, name: string, facts: ReadonlyMap<string, readonly string[]>): FlowStep {
  const args = one.args.map((arg): FlowArgument => {
    if (arg.kind !== "call" || arg.name.text !== "when") return word(arg);
    const [when = "", ...rest] = arg.args.map(word);
    return { when, args: rest };
  });
  return {
    name,
    tool: facts.get("tool")?.[0] ?? "",
    args,
    reads: facts.get("reads") ?? [],
    writes: facts.get("writes") ?? [],
  };
}
