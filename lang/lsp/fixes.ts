// What mends a mistake, by its code. Help that names a change is carried out; where there are several ways, all are given.
import type { Instruction } from "../ast.ts";
import { OPERATIONS } from "../ops.ts";
import type { Span } from "../source.ts";
import { BOOL } from "../type.ts";
import type { Change } from "./actions.ts";
import type { Analysis } from "./analysis.ts";
import { freshName, indentOf } from "./edits.ts";
import { calleeNamed, wantedAt } from "./operands.ts";
import { contains } from "./places.ts";
import { statementAt } from "./words.ts";
import type { World } from "./world.ts";

/** What fixes need of a diagnostic. */
export interface Finding {
  readonly code: string;
  readonly labels: readonly { readonly span: Span }[];
  readonly help: readonly string[];
}

interface Place {
  readonly finding: Finding;
  /** What the first label marks. */
  readonly span: Span;
  readonly file: Analysis;
  readonly world: World;
  /** The instruction around it, and the name of its definition. */
  readonly instruction: Instruction | undefined;
  readonly def: string;
}

type Fix = (place: Place) => Iterable<Change>;

/** Fixes that a code has beside the near names, which any may have. */
const FIXES: Readonly<Record<string, readonly Fix[]>> = {
  "type-mismatch": [convert],
  "bad-argument": [nameConstant],
  "wrong-arity": [addEnable],
  "bad-attribute": [addAttribute],
  "unknown-hint": [dropHint],
  "no-pattern": [dropHint],
  "no-resource": [dropHint],
  "location-in-ir": [dropCoordinates],
  unused: [removeUnused],
  syntax: [addSemicolon],
  "open-body": [closeBody],
};

export function* fixesOf(finding: Finding, file: Analysis, world: World): Generator<Change> {
  const span = finding.labels[0]?.span;
  if (span === undefined) return;
  const found = statementAt(file.program, span.start);
  const instruction = found?.statement?.kind === "instruction" ? found.statement : undefined;
  const place = { finding, span, file, world, instruction, def: found?.item.name.text ?? "" };
  yield* nearNames(place);
  for (const fix of FIXES[finding.code] ?? []) yield* fix(place);
}

function* nearNames({ finding, span, instruction }: Place): Generator<Change> {
  const question = finding.help.find((text) => text.startsWith("did you mean"));
  if (question === undefined) return;
  // A hint is marked with its `@`.
  const at = span.start === instruction?.loc?.start ? instruction.loc.resource : span;
  for (const [, name = ""] of question.matchAll(/`([^`]+)`/g))
    yield { title: `change to \`${name}\``, edits: [{ ...bare(at), text: name }] };
}

function bare({ start, end }: Span): Span {
  return { start, end };
}

/** A line above an instruction, and its indentation. */
function lineAbove(instruction: Instruction, file: Analysis, text: string): Span & { readonly text: string } {
  const { start } = instruction;
  return { start, end: start, text: `${text}\n${indentOf(file.source.text, start)}` };
}

/** The instruction that the help writes down, in front, and its result in place of the operand. */
function* convert({ finding, span, file, instruction, def }: Place): Generator<Change> {
  const match = finding.help
    .map((text) => /`\w+: (\S+) = (\w+(?:\[[^\]]*\])?)\(\.\.\.\);`/.exec(text))
    .find((one) => one !== null);
  const operand = file.source.text.slice(span.start, span.end);
  if (match === undefined || match === null || instruction === undefined || !/^[\w-]+$/.test(operand)) return;
  const [, type = "", operation = ""] = match;
  const name = freshName(`${operand}_${type.replace(/\W/g, "_").replace(/_$/, "")}`, file, def);
  yield {
    title: `convert \`${operand}\` to \`${type}\` with \`${operation}\``,
    edits: [
      lineAbove(instruction, file, `${name}: ${type} = ${operation}(${operand});`),
      { ...bare(span), text: name },
    ],
  };
}

/** A literal operand gets a name and a `const`, of the type that is wanted there. */
function* nameConstant({ span, file, world, instruction, def }: Place): Generator<Change> {
  const index = instruction?.args.findIndex((arg) => contains(arg, span.start)) ?? -1;
  const arg = instruction?.args[index];
  if (instruction === undefined || arg?.kind !== "int") return;
  const scope = file.checked?.defs.get(def)?.scope;
  const types = instruction.args.map((one) => (one.kind === "name" ? scope?.get(one.text)?.type : undefined));
  const result = scope?.get(instruction.results[0]?.name.text ?? "")?.type;
  const { type, suits } = wantedAt(calleeNamed(instruction.op.text, file, world), index, result, types);
  const chosen =
    type ??
    (suits(BOOL) && (arg.value === 0n || arg.value === 1n) ? BOOL : (result ?? types.find((one) => one !== undefined)));
  if (chosen === undefined) return;
  const name = freshName(
    `c${arg.value < 0n ? "_minus" : ""}${`${arg.value}`.replace("-", "")}`.slice(0, 30),
    file,
    def,
  );
  yield {
    title: `name the constant \`${arg.text}\``,
    edits: [
      lineAbove(instruction, file, `${name}: ${chosen.text} = const[${arg.text}];`),
      { ...bare(arg), text: name },
    ],
  };
}

/** A memory without its enable: each input that can be one, or always. */
function* addEnable({ file, instruction, def }: Place): Generator<Change> {
  const operation = OPERATIONS.get(instruction?.op.text ?? "");
  const last = instruction?.args.at(-1);
  if (operation === undefined || instruction === undefined || last === undefined) return;
  const count = instruction.args.length;
  if (!operation.forms.some((form) => form.params[count] === "bool" && form.required === count + 1)) return;
  const scope = file.checked?.defs.get(def)?.scope;
  const pass = (name: string) => ({ start: last.end, end: last.end, text: `, ${name}` });
  const inputs = [...(scope ?? [])]
    .filter(([, { by, type }]) => by === undefined && type === BOOL)
    .map(([name]) => name);
  for (const name of inputs.slice(0, 3)) yield { title: `pass \`${name}\` as the enable`, edits: [pass(name)] };
  const name = freshName("always", file, def);
  yield {
    title: "add an enable that is always on",
    edits: [lineAbove(instruction, file, `${name}: bool = const[1];`), pass(name)],
  };
}

function* addAttribute({ finding, instruction }: Place): Generator<Change> {
  const text = finding.help.map((one) => /^write `(\w+)(\[[^\]]*\])`$/.exec(one)).find((one) => one !== null);
  if (instruction === undefined || text === undefined || text === null || instruction.attrs.length > 0) return;
  const [, name, attribute = ""] = text;
  if (name !== instruction.op.text) return;
  const { end } = instruction.op;
  yield { title: `add \`${attribute}\``, edits: [{ start: end, end, text: attribute }] };
}

function* dropHint({ file, instruction }: Place): Generator<Change> {
  const loc = instruction?.loc;
  if (loc === undefined || file.dialect !== "ir") return;
  let { start } = loc;
  while (/\s/.test(file.source.text[start - 1] ?? "")) start--;
  yield { title: `drop the hint \`@${loc.resource.text}\``, edits: [{ start, end: loc.end, text: "" }] };
}

function* dropCoordinates({ instruction }: Place): Generator<Change> {
  const loc = instruction?.loc;
  if (loc === undefined) return;
  yield { title: "drop the coordinates", edits: [{ start: loc.resource.end, end: loc.end, text: "" }] };
}

function* removeUnused({ span, file, instruction }: Place): Generator<Change> {
  const { text } = file.source;
  if (instruction?.results.length === 1) {
    let { start } = instruction;
    while (text[start - 1] === " " || text[start - 1] === "\t") start--;
    const alone = start === 0 || text[start - 1] === "\n";
    const end = alone && text[instruction.end] === "\n" ? instruction.end + 1 : instruction.end;
    yield { title: "remove the instruction", edits: [{ start: alone ? start : instruction.start, end, text: "" }] };
  }
  const name = text.slice(span.start, span.end);
  if (instruction !== undefined && instruction.results.length > 1)
    yield { title: `call it \`_${name}\`, as it is not used`, edits: [{ ...bare(span), text: `_${name}` }] };
}

function* addSemicolon({ finding, span }: Place): Generator<Change> {
  if (finding.help.includes("add `;`")) yield { title: "add `;`", edits: [{ ...bare(span), text: ";" }] };
}

function* closeBody({ file }: Place): Generator<Change> {
  const end = file.source.text.trimEnd().length;
  yield { title: "close the body with `}`", edits: [{ start: end, end, text: "\n}" }] };
}
