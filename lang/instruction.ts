// Checks one instruction against the row of its operation: arity, types, attributes.
import type { Attr, Dialect, Instruction } from "./ast.ts";
import type { Binding, CheckedDef, Context } from "./check.ts";
import { misfit, readWords } from "./contents.ts";
import type { Label, Report } from "./diagnostic.ts";
import { memoryOperands } from "./eval/memory.ts";
import { OPERATIONS, type Operation } from "./ops.ts";
import { type Mismatch, mismatch, takes } from "./signature.ts";
import { BOOL, fits, type Type } from "./type.ts";

/** Memories have at most 2^MAX_ADDRESS words, and MAX_MEMORY bits. */
export const MAX_ADDRESS = 24;
const MAX_MEMORY = 2 ** 28;
/** Operands of a `lut`. */
const MAX_INPUTS = 6;

type Args = readonly (Binding | undefined)[];

/**
 * The operation of the language that an instruction is. In assembly only wires are: shifts by an attribute among them;
 * the other names belong to the target.
 */
export function operationOf({ op, attrs }: Instruction, dialect: Dialect): Operation | undefined {
  const found = OPERATIONS.get(op.text);
  if (dialect === "ir" || found === undefined) return found;
  const isConstantShift = found.attrs === "amount" && attrs.length === 1 && attrs[0]?.key === undefined;
  return found.wire || isConstantShift ? found : undefined;
}

/** Reports what is wrong with an instruction of the language, and notes the contents of a memory. */
export function checkOperation(
  op: Operation,
  instruction: Instruction,
  args: Args,
  def: CheckedDef,
  context: Context,
): void {
  const found = context.report;
  const [result, second] = instruction.results;
  if (result === undefined || second !== undefined) {
    found.error("wrong-arity", `\`${op.name}\` has one result`, [{ span: second ?? instruction, text: "" }]);
    return;
  }
  const own = def.scope.get(result.name.text);
  const type = own?.by === instruction ? own.type : undefined;
  const forms = op.forms.filter((form) => takes(form, args.length));
  if (forms.length === 0) {
    found.error(
      "wrong-arity",
      `\`${op.name}\` does not take ${args.length} operand${args.length === 1 ? "" : "s"}`,
      [{ span: instruction, text: "" }],
      [`it has the form ${op.forms.map((form) => `\`${form.text}\``).join(" or ")}`],
    );
    return;
  }
  if (type === undefined) return;
  const types: Type[] = [];
  for (const arg of args) {
    if (arg?.type === undefined) return;
    types.push(arg.type);
  }
  const call: Call = { op, instruction, args, types, type, result, found };
  let wrong: Mismatch | undefined;
  for (const form of forms) {
    const found = mismatch(form, types, type);
    wrong ??= found;
    if (found !== undefined) continue;
    if (checkAttrs(call, context)) checkRelation(call);
    return;
  }
  if (wrong !== undefined) reportMismatch(call, wrong);
}

interface Call {
  readonly op: Operation;
  readonly instruction: Instruction;
  readonly args: Args;
  readonly types: readonly Type[];
  readonly type: Type;
  readonly result: Instruction["results"][number];
  readonly found: Report;
}

function reportMismatch(call: Call, wrong: Mismatch): void {
  const { op, instruction, args, types, type, result, found } = call;
  const isResult = wrong.at < 0;
  const what = isResult ? "the result" : `operand ${wrong.at + 1}`;
  const actual = isResult ? type : (types[wrong.at] as Type);
  const labels: Label[] = [
    {
      span: isResult ? (result.type ?? result) : (instruction.args[wrong.at] ?? instruction),
      text: `\`${actual.text}\``,
    },
  ];
  if (wrong.like !== undefined) labels.push(...operandLabels(call, wrong.like));
  const own = isResult ? undefined : args[wrong.at]?.port;
  if (own !== undefined) labels.push({ span: own, text: `\`${actual.text}\` here` });
  found.error(
    "type-mismatch",
    `${what} of \`${op.name}\` is \`${actual.text}\`, expected ${wrong.expected}`,
    labels,
    conversion(actual, wrong, types),
  );
}

function operandLabels(call: Call, at: number): Label[] {
  const text = `\`${(call.types[at] as Type).text}\``;
  const labels: Label[] = [{ span: call.instruction.args[at] ?? call.instruction, text }];
  const port = call.args[at]?.port;
  if (port !== undefined) labels.push({ span: port, text: `${text} here` });
  return labels;
}

/** The instruction that would bring one type to the other. */
function conversion(actual: Type, wrong: { at: number; like: number | undefined }, types: readonly Type[]): string[] {
  const wanted = wrong.like === undefined ? undefined : types[wrong.like];
  if (wrong.at < 0 || wanted === undefined || actual.lanes !== wanted.lanes) return [];
  if (actual.lanes > 0 && actual.kind !== wanted.kind) return [];
  if (actual.kind === "bool" || wanted.kind === "bool") return [];
  if (wanted.width > actual.width && wanted.kind === actual.kind)
    return [`widen it: \`w: ${wanted.text} = ${actual.kind === "i" ? "sext" : "zext"}(...);\``];
  if (wanted.width <= actual.width && actual.lanes === 0)
    return [`take its low bits: \`n: ${wanted.text} = ext[0, ${wanted.width - 1}](...);\``];
  return [];
}

/** The integers of attributes, or undefined after a report. */
function integers(call: Call, what: string): bigint[] | undefined {
  const values: bigint[] = [];
  for (const attr of call.instruction.attrs) {
    if (attr.key === undefined && attr.value.kind === "int") values.push(attr.value.value);
    else {
      call.found.error("bad-attribute", `${what} is a number`, [{ span: attr, text: "" }]);
      return undefined;
    }
  }
  return values;
}

/** Whether the attributes are what the operation takes. */
function checkAttrs(call: Call, context: Context): boolean {
  const { op, instruction, found } = call;
  const { attrs } = instruction;
  const refuse = (message: string, attr: Attr | undefined, help: string[] = []) => {
    found.error("bad-attribute", message, [{ span: attr ?? instruction.op, text: "" }], help);
    return false;
  };
  switch (op.attrs) {
    case "none":
      return attrs[0] === undefined || refuse(`\`${op.name}\` takes no attributes`, attrs[0]);
    case "values":
      return checkValues(call, refuse);
    case "amount": {
      const values = integers(call, "an amount");
      if (values === undefined) return false;
      const wanted = call.types.length === 1 ? 1 : 0;
      if (values.length !== wanted)
        return refuse(wanted === 1 ? `\`${op.name}\` needs an amount` : "the amount is given twice", attrs[0], [
          `write \`${op.name}[3](a)\` or \`${op.name}(a, k)\``,
        ]);
      return (values[0] ?? 0n) >= 0n || refuse("an amount is not negative", attrs[0]);
    }
    case "bits":
      return checkBits(call, refuse);
    case "contents":
      return checkContents(call, context, refuse);
    case "tables":
      return checkTables(call, refuse);
  }
}

type Refuse = (message: string, attr: Attr | undefined, help?: string[]) => boolean;

function checkValues(call: Call, refuse: Refuse): boolean {
  const { op, type, instruction } = call;
  const values = integers(call, "a value");
  if (values === undefined) return false;
  const { attrs } = instruction;
  if (values.length === 0)
    return refuse(`\`${op.name}\` needs ${op.name === "reg" ? "an initial value" : "a value"}`, undefined, [
      `write \`${op.name}[0]\``,
    ]);
  if (values.length !== 1 && values.length !== type.lanes)
    return refuse(`${values.length} values for \`${type.text}\``, attrs[Math.max(type.lanes, 1)] ?? attrs[0], [
      type.lanes > 0 ? `give one value for all lanes, or ${type.lanes}` : "give one value",
    ]);
  const at = values.findIndex((value) => !fits(value, type.width));
  return at < 0 || refuse(`the value does not fit in ${type.width} bit${type.width === 1 ? "" : "s"}`, attrs[at]);
}

function checkTables(call: Call, refuse: Refuse): boolean {
  const { type, types, instruction } = call;
  const values = integers(call, "a truth table");
  if (values === undefined) return false;
  if (types.length > MAX_INPUTS) return refuse(`a \`lut\` has at most ${MAX_INPUTS} operands`, undefined);
  if (values.length !== 1 && values.length !== type.width)
    return refuse(`${values.length} truth tables for \`${type.text}\``, instruction.attrs[0], [
      type.width > 1 ? `give one for all bits, or ${type.width}` : "give one",
    ]);
  const rows = 2 ** types.length;
  const at = values.findIndex((value) => value < 0n || value >> BigInt(rows) !== 0n);
  return (
    at < 0 ||
    refuse(
      `the truth table of ${types.length} operand${types.length === 1 ? "" : "s"} has ${rows} bits`,
      instruction.attrs[at],
    )
  );
}

function checkBits(call: Call, refuse: Refuse): boolean {
  const { types, instruction } = call;
  const values = integers(call, "a bit");
  if (values === undefined) return false;
  const [low, high = low] = values;
  const from = types[0] as Type;
  const limit = from.lanes > 0 ? from.lanes : from.width;
  const what = from.lanes > 0 ? "lane" : "bit";
  if (low === undefined || high === undefined || values.length > 2)
    return refuse(`\`ext\` needs one ${what}, or the first and the last`, instruction.attrs[2], [
      "write `ext[0](a)` or `ext[0, 3](a)`",
    ]);
  const outside = values.findIndex((value) => value < 0n || value >= BigInt(limit));
  if (outside >= 0)
    return refuse(`\`${from.text}\` has no ${what} ${clipped(values[outside] ?? 0n)}`, instruction.attrs[outside], [
      `its last ${what} is ${limit - 1}`,
    ]);
  return (
    low <= high ||
    refuse(`the first ${what} comes before the last`, instruction.attrs[0], [`write \`ext[${high}, ${low}]\``])
  );
}

function clipped(value: bigint): string {
  const text = value.toString();
  return text.length > 30 ? `${text.slice(0, 30)}…` : text;
}

function checkContents(call: Call, context: Context, refuse: Refuse): boolean {
  const { types, type, instruction } = call;
  const { attrs } = instruction;
  const address = (types[0] as Type).width;
  if (address > MAX_ADDRESS || 2 ** address * type.bits > MAX_MEMORY)
    return refuse(`a memory of 2^${address} words of ${type.bits} bits is too large`, undefined, [
      `the limit is 2^${MAX_ADDRESS} words, and ${MAX_MEMORY} bits in all`,
    ]);
  if (attrs.length === 0) return true;
  const first = attrs[0] as Attr;
  let words: readonly bigint[] | undefined;
  if (first.value.kind === "string" && attrs.length === 1) {
    const text = context.files(first.value.value);
    if (typeof text !== "string") return refuse(text.problem, first);
    const read = readWords(text);
    if ("problem" in read) return refuse(`\`${first.value.value}\`, line ${read.line}: ${read.problem}`, first);
    words = read;
  } else words = integers(call, "a word of a memory");
  if (words === undefined) return false;
  const wrong = misfit(words, 2 ** address, type.bits);
  if (wrong !== undefined) {
    const at = words.length === 2 ** address ? words.findIndex((value) => !fits(value, type.bits)) : 0;
    return refuse(`the contents do not fit: ${wrong}`, attrs[at] ?? first);
  }
  context.contents.set(instruction, words);
  return true;
}

/** What the form of the operation does not say: widths of `ext`, `cat`, `sext` and `zext`. */
function checkRelation(call: Call): void {
  const { op, types, type, result, found, instruction } = call;
  const refuse = (message: string, help: string[] = []) =>
    found.error(
      "type-mismatch",
      message,
      [
        { span: result.type ?? result, text: `\`${type.text}\`` },
        ...instruction.args.slice(0, 8).map((span, at) => ({ span, text: `\`${(types[at] as Type).text}\`` })),
      ],
      help,
    );
  const from = types[0] as Type;
  if (op.name === "sext" || op.name === "zext") {
    if (from.kind !== type.kind || from.lanes !== type.lanes)
      refuse(`\`${op.name}\` makes an integer of the same sign and lanes, not \`${type.text}\` of \`${from.text}\``);
    else if (type.width < from.width)
      refuse(`\`${op.name}\` widens, \`${type.text}\` is narrower than \`${from.text}\``, [
        `take the low bits with \`ext[0, ${type.width - 1}]\``,
      ]);
  } else if (op.kind === "ext") {
    const [low, high] = extBounds(instruction);
    const many = high - low + 1;
    if (from.lanes === 0 && (type.lanes > 0 || type.width !== many))
      refuse(`\`ext[${low}, ${high}]\` gives ${bitsOf(many)}, not \`${type.text}\``);
    const single = many === 1 && type === from.lane;
    if (from.lanes > 0 && !single && !(type.lane === from.lane && type.lanes === many))
      refuse(
        `\`ext[${low}, ${high}]\` gives ${many === 1 ? `\`${from.lane.text}\`` : `\`${from.lane.text}<${many}>\``}, not \`${type.text}\``,
      );
  } else if (op.memory?.writable === true) {
    const { writeEnable } = memoryOperands(types, type, true);
    const mask = types[writeEnable] as Type;
    const bits = type.lanes > 0 ? type.lanes : type.width;
    if (mask.kind !== "bool" && mask.width !== bits)
      refuse(
        `\`${mask.text}\` does not say which ${type.lanes > 0 ? "lanes" : "bits"} of \`${type.text}\` are written`,
        [`give a \`u${bits}\`, or a \`bool\``],
      );
  } else if (op.attrs === "tables") {
    const odd = types.findIndex((one) => one !== type && one !== BOOL);
    if (odd >= 0)
      refuse(`operand ${odd + 1} of \`lut\` is \`${(types[odd] as Type).text}\`, not \`${type.text}\` or \`bool\``);
  } else if (op.kind === "cat") {
    const sum = types.reduce((bits, one) => bits + one.bits, 0);
    if (type.lanes === 0 && type.width !== sum) refuse(`these are ${bitsOf(sum)}, not \`${type.text}\``);
    if (type.lanes > 0) {
      const odd = types.findIndex((one) => one.lane !== type.lane);
      const lanes = types.reduce((all, one) => all + Math.max(one.lanes, 1), 0);
      if (odd >= 0)
        refuse(
          `operand ${odd + 1} is \`${(types[odd] as Type).text}\`, the lanes of \`${type.text}\` are \`${type.lane.text}\``,
        );
      else if (lanes !== type.lanes) refuse(`these are ${lanes} lanes, not \`${type.text}\``);
    }
  }
}

/** First and last bit, or lane, of an `ext` whose attributes have been checked. */
export function extBounds(instruction: Instruction): readonly [number, number] {
  const [low = 0, high = low] = instruction.attrs.map((attr) =>
    attr.value.kind === "int" ? Number(attr.value.value) : 0,
  );
  return [low, high];
}

function bitsOf(count: number): string {
  return count === 1 ? "1 bit" : `${count} bits`;
}
