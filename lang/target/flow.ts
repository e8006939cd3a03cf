// The flow of a target, from its netlist to a bitstream: what a `flow` block says. `asm/flow` runs it.
import { type Expr, type Instruction, NOWHERE } from "../ast.ts";
import { type Outcome, type Report, report } from "../diagnostic.ts";
import { didYouMean } from "../near.ts";
import type { Span } from "../source.ts";
import { word } from "./facts.ts";
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

/** Values that `{name}` in an argument stands for; one that may be missing is asked for by `when`. */
const VALUES: Readonly<Record<string, "always" | "maybe">> = {
  option: "always",
  package: "always",
  seed: "always",
  top: "always",
  freq: "maybe",
};

/** Roles of the files that are there before the first step. */
const GIVEN: Readonly<Record<string, "always" | "maybe">> = { json: "always", verilog: "always", pcf: "maybe" };

/** The facts that each statement may state, beside its name; what has no list takes any. */
const FACTS: Readonly<Record<string, readonly string[] | undefined>> = {
  tool: ["package", "version", "oldest"],
  file: undefined,
  step: ["tool", "reads", "writes"],
};

/** The first flow of a target; undefined if it has none, or if its description is wrong. */
export function flowOf(target: Target): Outcome<TargetFlow | undefined> {
  const block = [...target.flows.values()][0];
  if (block === undefined) return { value: undefined, diagnostics: [] };
  const found = report(block.source);
  const value = readFlow(block, found);
  return { value: found.list.length > 0 ? undefined : value, diagnostics: found.list };
}

/** A flow in the making. */
interface Draft {
  readonly tools: Map<string, FlowTool>;
  /** Names of files by role. */
  readonly files: Map<string, string>;
  readonly steps: FlowStep[];
  readonly found: Report;
}

/** Refuses something of a flow. */
function refuse({ found }: Pick<Draft, "found">, message: string, span: Span, help: readonly string[] = []): void {
  found.error("bad-flow", message, [{ span, text: "" }], help);
}

function readFlow({ item }: Block, found: Report): TargetFlow {
  const draft: Draft = { tools: new Map(), files: new Map(), steps: [], found };
  const statements = item.body.flatMap((one) => {
    const isKnown = one.kind === "instruction" && Object.hasOwn(FACTS, one.op.text);
    if (isKnown) return [one];
    if (one.kind !== "instruction") refuse(draft, "a flow consists of `tool`, `file` and `step`", one);
    else refuse(draft, `a flow has no \`${one.op.text}\``, one.op, didYouMean(one.op.text, Object.keys(FACTS)));
    return [];
  });
  // Steps name tools and files, wherever those stand.
  for (const kind of ["file", "tool", "step"] as const)
    for (const one of statements) if (one.op.text === kind) readStatement(one, draft);
  if (draft.steps.length === 0 && found.list.length === 0) refuse(draft, "a flow has steps", item.name);
  return { tools: [...draft.tools.values()], files: Object.fromEntries(draft.files), steps: draft.steps };
}

function readStatement(one: Instruction, draft: Draft): void {
  try {
    const facts = factsOf(one, draft);
    if (one.op.text === "file") readFiles(facts, draft);
    else if (one.op.text === "tool") readTool(one, facts, draft);
    else readStep(one, facts, draft);
    const [operand] = one.op.text === "step" ? [] : one.args;
    if (operand !== undefined) refuse(draft, `a \`${one.op.text}\` has no operands`, operand);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    refuse(draft, error.message, error.span);
  }
}

/** A value with its place. */
interface Fact {
  readonly text: string;
  readonly span: Span;
}

type Facts = ReadonlyMap<string, readonly Fact[]>;

/** Values by the key before them; those before the first key are under "". */
function factsOf(one: Instruction, draft: Draft): Facts {
  const facts = new Map<string, Fact[]>();
  const known = FACTS[one.op.text];
  let values: Fact[] = [];
  facts.set("", values);
  for (const { key, value } of one.attrs) {
    if (key !== undefined) {
      if (facts.has(key.text)) refuse(draft, `\`${key.text}\` is given twice`, key);
      else if (known !== undefined && !known.includes(key.text))
        refuse(draft, `a \`${one.op.text}\` has no \`${key.text}\``, key, didYouMean(key.text, known));
      values = [];
      facts.set(key.text, values);
    }
    values.push({ text: word(value), span: value });
  }
  return facts;
}

/** The one value of a fact; undefined, and told of, where there is none or several. */
function only(facts: Facts, key: string, what: string, one: Instruction, draft: Draft): Fact | undefined {
  const [value, more] = facts.get(key) ?? [];
  if (value === undefined || value.text === "") refuse(draft, `a \`${one.op.text}\` needs ${what}`, value?.span ?? one);
  else if (more !== undefined) refuse(draft, `a \`${one.op.text}\` has one of these`, more.span);
  else return value;
  return undefined;
}

function readFiles(facts: Facts, draft: Draft): void {
  for (const [role, values] of facts) {
    const [value, more] = values;
    if (role === "") {
      if (value !== undefined) refuse(draft, "a file has a role", value.span, [`write \`json: "kernel.json"\``]);
    } else if (value === undefined || more !== undefined || !/^[\w][\w.-]*$/.test(value.text))
      refuse(
        draft,
        `the role \`${role}\` needs the name of one file, without a folder`,
        (more ?? value)?.span ?? NOWHERE,
      );
    else if (draft.files.has(role) || [...draft.files.values()].includes(value.text))
      refuse(draft, "this file is there already", value.span, ["each role has a file of its own"]);
    else draft.files.set(role, value.text);
  }
}

function readTool(one: Instruction, facts: Facts, draft: Draft): void {
  const name = only(facts, "", "a name", one, draft);
  const source = only(facts, "package", "a `package`", one, draft);
  const oldest = facts.has("oldest") ? only(facts, "oldest", "a version", one, draft) : undefined;
  if (oldest !== undefined && !/^\d+(\.\d+)*$/.test(oldest.text))
    refuse(draft, `\`${oldest.text}\` is no version`, oldest.span, ["a version is a row of numbers, `0.20`"]);
  if (oldest !== undefined && !facts.has("version"))
    refuse(draft, "the argument that asks the tool for its version is missing", oldest.span, [
      'add it, `version: "--version"`',
    ]);
  if (name === undefined || source === undefined) return;
  if (draft.tools.has(name.text)) refuse(draft, `the tool \`${name.text}\` is described twice`, name.span);
  const version = (facts.get("version") ?? []).map(({ text }) => text);
  draft.tools.set(name.text, { name: name.text, package: source.text, version, oldest: oldest?.text });
}

function readStep(one: Instruction, facts: Facts, draft: Draft): void {
  const name = only(facts, "", "a name", one, draft);
  const tool = only(facts, "tool", "a `tool`", one, draft);
  if (tool !== undefined && !draft.tools.has(tool.text))
    refuse(draft, `the flow has no tool \`${tool.text}\``, tool.span, [
      ...didYouMean(tool.text, draft.tools.keys()),
      ...(draft.tools.size > 0 ? [`it has ${[...draft.tools.keys()].join(", ")}`] : ["describe it, `tool[...];`"]),
    ]);
  const [reads = [], writes = []] = ["reads", "writes"].map((key) => facts.get(key) ?? []);
  const made = draft.steps.flatMap((step) => step.writes);
  for (const { text, span } of [...reads, ...writes])
    if (!draft.files.has(text))
      refuse(draft, `the flow has no file \`${text}\``, span, [
        ...didYouMean(text, draft.files.keys()),
        `name it, \`file[${text}: "..."];\``,
      ]);
  for (const { text, span } of reads)
    if (draft.files.has(text) && !Object.hasOwn(GIVEN, text) && !made.includes(text))
      refuse(draft, `no step before this one makes \`${text}\``, span, [
        `at the start there are ${Object.keys(GIVEN).join(", ")}`,
      ]);
  if (writes.length === 0) refuse(draft, "a `step` needs a file that it writes", one, ["say which, `writes: bin`"]);
  const known = namesIn(reads, writes, made);
  const args = one.args.map((arg) => argument(arg, known, draft));
  if (name === undefined || tool === undefined) return;
  if (draft.steps.some((step) => step.name === name.text))
    refuse(draft, `the step \`${name.text}\` is described twice`, name.span);
  const texts = (some: readonly Fact[]) => some.map(({ text }) => text);
  draft.steps.push({ name: name.text, tool: tool.text, args, reads: texts(reads), writes: texts(writes) });
}

/** What the arguments of a step may name: values, and the files that it reads and writes. */
function namesIn(
  reads: readonly Fact[],
  writes: readonly Fact[],
  made: readonly string[],
): ReadonlyMap<string, "always" | "maybe"> {
  const names = new Map(Object.entries(VALUES));
  for (const { text } of reads) names.set(text, made.includes(text) ? "always" : (GIVEN[text] ?? "always"));
  for (const { text } of writes) names.set(text, "always");
  return names;
}

function argument(arg: Expr, known: ReadonlyMap<string, "always" | "maybe">, draft: Draft): FlowArgument {
  if (arg.kind !== "call" || arg.name.text !== "when") {
    fillable(arg, known, undefined, draft);
    return word(arg);
  }
  const [asked, ...rest] = arg.args;
  const when = asked === undefined ? "" : word(asked);
  if (asked === undefined || !known.has(when))
    refuse(draft, `\`when\` asks for a value or a file of the step, not \`${when}\``, asked ?? arg, [
      ...didYouMean(when, known.keys()),
      `there are ${[...known.keys()].join(", ")}`,
    ]);
  for (const one of rest) fillable(one, known, when, draft);
  return { when, args: rest.map(word) };
}

/** Looks at each `{name}` in an argument: it needs something to stand for. */
function fillable(
  arg: Expr,
  known: ReadonlyMap<string, "always" | "maybe">,
  when: string | undefined,
  draft: Draft,
): void {
  for (const [, name = ""] of word(arg).matchAll(/\{(\w+)\}/g)) {
    const kind = known.get(name);
    if (kind === undefined)
      refuse(draft, `nothing is known of \`{${name}}\``, arg, [
        ...didYouMean(name, known.keys()),
        `there are ${[...known.keys()].join(", ")}`,
      ]);
    else if (kind === "maybe" && name !== when)
      refuse(draft, `\`{${name}}\` may be missing`, arg, [`ask for it, \`when(${name}, ...)\``]);
  }
}
