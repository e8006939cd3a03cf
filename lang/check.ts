// What a program must keep to: names, types, attributes, calls. All mistakes of a file at once, one message a mistake.
import type { Dialect, Expr, Instruction, Item, NameExpr, Port, Program } from "./ast.ts";
import { checkCall, clip } from "./call.ts";
import { checkCalls } from "./calls.ts";
import { type Files, NO_FILES } from "./contents.ts";
import { checkCycles, isBackward } from "./cycles.ts";
import { isHelpful, type Outcome, type Report, report, sorted } from "./diagnostic.ts";
import { checkOperation, operationOf } from "./instruction.ts";
import { asQuestion, didYouMean, near } from "./near.ts";
import { OPERATIONS } from "./ops.ts";
import type { Source } from "./source.ts";
import { finish, STRIDE, type Steps } from "./steps.ts";
import type { Type } from "./type.ts";
import { quietType, typeOf } from "./written.ts";

/** What a name stands for inside a def. */
export interface Binding {
  readonly port: Port;
  /** Undefined where it has been reported. */
  readonly type: Type | undefined;
  /** The instruction that defines it, and which of its results it is; undefined for an input. */
  readonly by: Instruction | undefined;
  readonly index: number;
  used: boolean;
}

/** A def with its names resolved. */
export interface CheckedDef {
  readonly item: Item;
  readonly scope: ReadonlyMap<string, Binding>;
  readonly instructions: readonly Instruction[];
}

/** A program and what the checker found out about it; without errors every fact is there. */
export interface Checked {
  readonly source: Source;
  readonly dialect: Dialect;
  readonly defs: ReadonlyMap<string, CheckedDef>;
  /** Contents of memories that have some. */
  readonly contents: ReadonlyMap<Instruction, readonly bigint[]>;
}

export interface CheckOptions {
  readonly files?: Files;
  /** Resources that a hint may name beside `lut`, `dsp`, `bram` and `??`: those of the target. */
  readonly resources?: Iterable<string>;
}

/** What is handed down while a program is checked. */
export interface Context {
  readonly report: Report;
  readonly dialect: Dialect;
  readonly files: Files;
  readonly resources: ReadonlySet<string>;
  readonly defs: Map<string, CheckedDef>;
  readonly contents: Map<Instruction, readonly bigint[]>;
  /** Definitions with a value that is used before it is defined, so that it may depend on itself. */
  readonly backward: Set<CheckedDef>;
}

/** Hints of the contract, and those of the original language. */
const RESOURCES = ["lut", "dsp", "bram", "lram", "uram", "??"];

/** Checks IR or assembly. Instructions of assembly other than wires are left to the target that has them. */
export function check(program: Program, dialect: "ir" | "asm", options: CheckOptions = {}): Outcome<Checked> {
  return finish(checkSteps(program, dialect, options));
}

/** The same in steps, for editors. */
export function* checkSteps(
  program: Program,
  dialect: "ir" | "asm",
  options: CheckOptions = {},
): Steps<Outcome<Checked>> {
  const context: Context = {
    report: report(program.source),
    dialect,
    files: options.files ?? NO_FILES,
    resources: new Set([...RESOURCES, ...(options.resources ?? [])]),
    defs: new Map(),
    contents: new Map(),
    backward: new Set(),
  };
  const { report: found, defs } = context;
  if (program.items.length === 0)
    found.error(
      "empty-program",
      "this file holds no definition",
      [{ span: { start: 0, end: 0 }, text: "" }],
      ["a definition looks like `def main(a: i8) -> (y: i8) { y: i8 = id(a); }`"],
    );
  for (const item of program.items) if (isDef(item, found)) yield* declareDef(item, context);
  const second = [...defs.values()][1];
  if (dialect === "asm" && second !== undefined)
    found.error("not-in-dialect", "assembly is one definition, without calls", [{ span: second.item.name, text: "" }]);
  for (const def of defs.values()) yield* checkDef(def, context);
  yield;
  const { order, called } = checkCalls(defs, found);
  yield;
  yield* checkCycles(order, defs, dialect, { called, backward: context.backward }, found);
  const value = { source: program.source, dialect, defs, contents: context.contents };
  return { value, diagnostics: sorted(found.list) };
}

function isDef(item: Item, found: Report): boolean {
  if (item.keyword.text !== "def") {
    const help = didYouMean(item.keyword.text, ["def"]);
    found.error(
      "unknown-keyword",
      `\`${item.keyword.text}\` does not begin a definition`,
      [{ span: item.keyword, text: "expected `def`" }],
      help,
    );
    return false;
  }
  const extra = item.params[0] ?? item.attrs[0];
  if (extra !== undefined)
    found.error("not-in-dialect", "parameters and attributes of a definition belong to target descriptions", [
      { span: extra, text: "" },
    ]);
  return true;
}

function* declareDef(item: Item, context: Context): Steps<void> {
  const { defs, report: found } = context;
  const known = defs.get(item.name.text);
  if (known !== undefined) {
    found.error("defined-twice", `\`${item.name.text}\` is defined twice`, [
      { span: item.name, text: "again here" },
      { span: known.item.name, text: "first here" },
    ]);
    return;
  }
  if (OPERATIONS.has(item.name.text))
    found.error("reserved-name", `\`${item.name.text}\` is an operation of the language`, [
      { span: item.name, text: "a definition needs another name" },
    ]);
  defs.set(item.name.text, { item, scope: yield* declareNames(item, context), instructions: flat(item, found) });
}

/** The instructions of a body; loops and branches belong to target descriptions. */
function flat(item: Item, found: Report): Instruction[] {
  const instructions: Instruction[] = [];
  for (const statement of item.body) {
    if (statement.kind === "instruction") instructions.push(statement);
    else
      found.error("not-in-dialect", `\`${statement.kind}\` belongs to target descriptions`, [
        { span: { start: statement.start, end: statement.start + statement.kind.length }, text: "" },
      ]);
  }
  return instructions;
}

function* declareNames(item: Item, context: Context): Steps<Map<string, Binding>> {
  const scope = new Map<string, Binding>();
  const declare = (port: Port, type: Type | undefined, by: Instruction | undefined, index: number) => {
    const known = scope.get(port.name.text);
    if (known === undefined) scope.set(port.name.text, { port, type, by, index, used: false });
    else
      context.report.error("defined-twice", `\`${port.name.text}\` is defined twice`, [
        { span: port.name, text: "again here" },
        { span: known.port.name, text: known.by === undefined ? "an input" : "first here" },
      ]);
  };
  for (const port of item.inputs) declare(port, portType(port, context), undefined, 0);
  const outputs = new Map<string, Port>();
  for (const port of item.outputs) {
    const known = outputs.get(port.name.text);
    if (known !== undefined)
      context.report.error("defined-twice", `the output \`${port.name.text}\` is listed twice`, [
        { span: port.name, text: "again here" },
        { span: known.name, text: "first here" },
      ]);
    else outputs.set(port.name.text, port);
  }
  for (const [at, statement] of item.body.entries()) {
    if (at % STRIDE === STRIDE - 1) yield;
    if (statement.kind !== "instruction") continue;
    statement.results.forEach((port, index) => {
      const output = port.type === undefined ? outputs.get(port.name.text) : undefined;
      const type = output !== undefined ? quietType(output) : portType(port, context);
      declare(port, type, statement, index);
    });
  }
  return scope;
}

/** The type that is written behind a port, or a message. */
function portType(port: Port, context: Context): Type | undefined {
  const { report: found } = context;
  const odd = port.index ?? (port.optional ? port : undefined);
  if (odd !== undefined)
    found.error("not-in-dialect", "bits of nets and optional ports belong to target descriptions", [
      { span: odd, text: "" },
    ]);
  if (port.type === undefined) {
    if (odd === undefined)
      found.error(
        "missing-type",
        `\`${port.name.text}\` has no type`,
        [{ span: port.name, text: "" }],
        [`write \`${port.name.text}: i8\`, with the type that it has`],
      );
    return undefined;
  }
  const type = typeOf(port.type);
  if ("lane" in type) return type;
  found.error("bad-type", type.message, [{ span: port.type, text: "" }], type.help);
  return undefined;
}

function* checkDef(def: CheckedDef, context: Context): Steps<void> {
  const { item, scope, instructions } = def;
  const { report: found } = context;
  if (item.outputs.length === 0)
    found.error(
      "no-output",
      `\`${item.name.text}\` has no outputs`,
      [{ span: item.name, text: "it computes nothing" }],
      ["name the results: `-> (y: i8)`"],
    );
  for (const [at, instruction] of instructions.entries()) {
    if (at % STRIDE === STRIDE - 1) yield;
    checkInstruction(instruction, def, context);
  }
  for (const port of item.outputs) checkOutput(port, def, context);
  for (const binding of scope.values()) {
    if (binding.used || binding.port.name.text.startsWith("_") || binding.by?.partial) continue;
    const what = binding.by === undefined ? "input" : "value";
    found.warning("unused", `the ${what} \`${binding.port.name.text}\` is never used`, [
      { span: binding.port.name, text: "" },
    ]);
  }
}

function checkOutput(port: Port, def: CheckedDef, context: Context): void {
  const { report: found } = context;
  const binding = def.scope.get(port.name.text);
  const name = port.name.text;
  const type = portType(port, context);
  if (binding === undefined) {
    // An instruction that could not be read may have been its definition.
    if (def.item.body.some((s) => s.kind === "instruction" && s.partial && s.results.length === 0)) return;
    found.error(
      "undefined-output",
      `the output \`${name}\` is never defined`,
      [{ span: port.name, text: "" }],
      suggest(name, unusedNames(def), def, found),
    );
    return;
  }
  binding.used = true;
  if (binding.by === undefined) {
    found.error(
      "defined-twice",
      `\`${name}\` is an input and an output`,
      [
        { span: port.name, text: "the output" },
        { span: binding.port.name, text: "the input" },
      ],
      ["give one of them another name, and join them with `id`"],
    );
    return;
  }
  if (type !== undefined && binding.type !== undefined && binding.type !== type)
    found.error(
      "type-mismatch",
      `the output \`${name}\` is \`${type.text}\`, but its value is \`${binding.type.text}\``,
      [
        { span: binding.port.type ?? binding.port, text: `\`${binding.type.text}\`` },
        { span: port.type ?? port, text: `\`${type.text}\`` },
      ],
    );
}

function unusedNames(def: CheckedDef): string[] {
  return [...def.scope].filter(([, b]) => !b.used && b.by !== undefined).map(([name]) => name);
}

function checkInstruction(instruction: Instruction, def: CheckedDef, context: Context): void {
  const { report: found, dialect, backward } = context;
  const op = operationOf(instruction, dialect);
  const note = (binding: Binding | undefined, at: number) => {
    if (binding !== undefined && isBackward(instruction, at, binding, op)) backward.add(def);
    return binding;
  };
  if (instruction.partial) {
    instruction.args.forEach((arg, at) => {
      if (arg.kind === "name") note(lookUp(arg, def, undefined), at);
    });
    return;
  }
  if (instruction.optional)
    found.error("not-in-dialect", "optional instructions belong to target descriptions", [
      { span: instruction.op, text: "" },
    ]);
  const isTargets = op === undefined && dialect === "asm";
  const args = instruction.args.map((arg, at) =>
    isTargets && isImplicit(arg, def) ? undefined : note(argument(arg, def, context), at),
  );
  if (op !== undefined) checkOperation(op, instruction, args, def, context);
  else if (!isTargets) checkCall(instruction, args, def, context);
  if (dialect === "ir") checkHint(instruction, context);
}

/** What instructions of a target may name although nobody declares it: nothing at all, and the reset. */
function isImplicit(arg: Expr, def: CheckedDef): boolean {
  return arg.kind === "name" && (arg.text === "_" || (arg.text === "reset" && !def.scope.has("reset")));
}

function argument(arg: Expr, def: CheckedDef, context: Context): Binding | undefined {
  if (arg.kind !== "name") {
    context.report.error(
      "bad-argument",
      "an argument is the name of a value",
      [{ span: arg, text: "" }],
      [
        arg.kind === "int"
          ? `name the constant: \`k: i8 = const[${arg.text}];\``
          : "compute it in an instruction of its own",
      ],
    );
    return undefined;
  }
  const binding = lookUp(arg, def, context.report);
  if (binding?.type !== undefined && arg.type !== undefined) {
    const said = typeOf(arg.type);
    if (!("lane" in said)) context.report.error("bad-type", said.message, [{ span: arg.type, text: "" }], said.help);
    else if (said !== binding.type)
      context.report.error("type-mismatch", `\`${arg.text}\` is \`${binding.type.text}\`, not \`${said.text}\``, [
        { span: arg.type, text: "" },
        { span: binding.port, text: "defined here" },
      ]);
  }
  return binding;
}

function lookUp(arg: NameExpr, def: CheckedDef, found: Report | undefined): Binding | undefined {
  if (arg.text === "_") {
    found?.error(
      "reserved-name",
      "`_` is the name of what is not used",
      [{ span: arg, text: "" }],
      ["give the value another name"],
    );
    return undefined;
  }
  const binding = def.scope.get(arg.text);
  if (binding !== undefined) binding.used = true;
  else if (found !== undefined) {
    const help = suggest(arg.text, def.scope.keys(), def, found);
    found.error("undeclared", `\`${clip(arg.text)}\` is not defined`, [{ span: arg, text: "" }], help);
  }
  return binding;
}

/** Names that may have been meant; they count as used, so that a slip is one message. */
function suggest(name: string, candidates: Iterable<string>, { scope }: CheckedDef, found: Report): readonly string[] {
  if (!isHelpful(found, scope.size)) return [];
  const names = near(name, candidates);
  for (const one of names) {
    const binding = scope.get(one);
    if (binding !== undefined) binding.used = true;
  }
  return asQuestion(names);
}

function checkHint(instruction: Instruction, context: Context): void {
  const { loc } = instruction;
  if (loc === undefined) return;
  const { report: found, resources } = context;
  if (loc.coordinates.length > 0)
    found.error(
      "location-in-ir",
      "the IR takes hints, no coordinates",
      [{ span: loc, text: "" }],
      [`write \`@${loc.resource.text}\``],
    );
  else if (!resources.has(loc.resource.text))
    found.warning(
      "unknown-hint",
      `no resource is called \`${loc.resource.text}\``,
      [{ span: loc, text: "" }],
      didYouMean(loc.resource.text, resources),
    );
}
