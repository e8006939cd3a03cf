// A flow as data: which tools run, with which arguments, on which files. The description of a target says it; nothing
// here knows a family.
import { bug } from "../../lang/diagnostic.ts";
import type { FlowStep, FlowTool, TargetFlow } from "../../lang/target/flow.ts";

export type Tool = FlowTool;
export type Step = FlowStep;
export type Flow = TargetFlow;

export type Values = Readonly<Record<string, string | undefined>>;
export type Files = ReadonlyMap<string, Uint8Array>;

/** A step with everything filled in: what a runner needs to know. Files go by the names that the tool sees. */
export interface Call {
  readonly tool: Tool;
  readonly args: readonly string[];
  readonly files: Files;
  readonly writes: readonly string[];
}

/**
 * The steps that lead from the files of the roles `given` to what the last step makes. One whose products are given, or
 * needed by none, is left out: that makes a short way of a long one.
 */
export function needed(flow: Flow, given: Iterable<string>): readonly Step[] {
  const there = new Set(given);
  const wanted = new Set(flow.steps.at(-1)?.writes);
  const found: Step[] = [];
  for (const step of flow.steps.toReversed()) {
    if (!step.writes.some((role) => wanted.has(role) && !there.has(role))) continue;
    found.unshift(step);
    for (const role of step.reads) wanted.add(role);
  }
  return found;
}

/** Fills in a step. `files` go by role. */
export function call(flow: Flow, step: Step, values: Values, files: Files): Call {
  const tool = flow.tools.find((one) => one.name === step.tool);
  if (tool === undefined) bug(`the step \`${step.name}\` names a tool that its flow does not have, \`${step.tool}\``);
  const nameOf = (role: string) => flow.files[role] ?? bug(`\`${role}\` is no file of the flow`);
  const there = step.reads.filter((role) => files.has(role));
  const known = (name: string): string | undefined =>
    values[name] ?? (there.includes(name) || step.writes.includes(name) ? nameOf(name) : undefined);
  const fill = (text: string) =>
    text.replace(/\{(\w+)\}/g, (_, name: string) => known(name) ?? bug(`nothing is known of \`{${name}}\``));
  return {
    tool,
    args: step.args.flatMap((arg) => {
      if (typeof arg === "string") return [fill(arg)];
      return known(arg.when) === undefined ? [] : arg.args.map(fill);
    }),
    files: new Map(there.map((role) => [nameOf(role), files.get(role) ?? bug("a file is there or not")])),
    writes: step.writes.map(nameOf),
  };
}
