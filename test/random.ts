// Random programs and traces. What there is to generate is read from the table of operations, so that a new row is
// generated as it stands. A program is made from lists of numbers, a list an instruction, and each list is good for some
// instruction whatever came before: so fast-check drops instructions and lowers numbers to make a program smaller.
import fc from "fast-check";
import { isCombinational, OPERATIONS, type Operation } from "../lang/ops.ts";
import { accepts } from "../lang/signature.ts";
import { BOOL, integer, type Type } from "../lang/type.ts";
import { type Choices, choices, resultType, spelled, type Types, typePool, WIDEST_LANE } from "./random-types.ts";

export interface ProgramOptions {
  /** The most instructions of `main`, beside those that give them operands. */
  readonly instructions?: number;
  /** The most definitions that `main` can call. */
  readonly helpers?: number;
  /** Whether there are memories. */
  readonly memories?: boolean;
  /** Resources to hint at. */
  readonly hints?: readonly string[];
  /** The widest lane, in bits, of inputs and of what is widened. */
  readonly widest?: number;
}

/** Texts of well-typed programs of the IR, the last definition of which is `main`. */
export function programs({
  instructions = 20,
  helpers = 2,
  memories = true,
  hints = ["lut", "dsp", "??"],
  widest = WIDEST_LANE,
}: ProgramOptions = {}): fc.Arbitrary<string> {
  const rows = memories ? ROWS : ROWS.filter((op) => op.kind !== "memory");
  const numbers = (count: number) => fc.array(fc.nat(0xffffff), { minLength: count, maxLength: count });
  const body = (maxLength: number) => fc.array(numbers(24), { minLength: 1, maxLength, size: "max" });
  const recipe = fc.record({
    types: numbers(20),
    helpers: fc.array(body(6), { maxLength: helpers }),
    main: body(instructions),
  });
  return fc.noBias(recipe).map(({ types, helpers, main }) => {
    const pool = typePool(choices(types), widest);
    const defs: Def[] = [];
    const world: World = { pool, rows, hints, widest };
    helpers.forEach((recipes, at) => defs.push(definition(at === 0 ? "f" : `f-${at}`, recipes, world, defs, [])));
    defs.push(definition("main", main, world, defs, [...pool, ...pool.slice(0, 2)]));
    return defs.map((def) => def.text).join("\n");
  });
}

interface Value {
  readonly name: string;
  readonly type: Type;
  /** The inputs of its definition that reach it within a clock cycle, as a set of bits. */
  readonly reach: bigint;
}

/** An operand that a clock edge parts from the result, so that it may come later: chosen again when all are there. */
interface Late {
  readonly at: number;
  readonly number: number;
}

interface Line {
  readonly results: readonly Value[];
  readonly op: string;
  readonly args: Value[];
  readonly late: readonly Late[];
  readonly hint: string;
}

interface Def {
  readonly name: string;
  readonly text: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
}

/** What all definitions of a program are made of. */
interface World extends Types {
  readonly rows: readonly Operation[];
  readonly hints: readonly string[];
}

/** A definition in the making. */
interface Draft extends World {
  readonly callable: readonly Def[];
  readonly inputs: Value[];
  /** Inputs and results, in the order of their making. */
  readonly values: Value[];
  readonly lines: Line[];
  readonly names: Set<string>;
  /** Values that are outputs although others use them, or that are not although none does. */
  readonly exposed: Set<Value>;
  readonly hidden: Set<Value>;
}

/** A definition of some instructions; `inputs` are there from the start, those that nothing uses are left out. */
function definition(
  name: string,
  recipes: readonly (readonly number[])[],
  world: World,
  callable: readonly Def[],
  inputs: readonly Type[],
): Def {
  const draft: Draft = {
    ...world,
    callable: [...callable],
    inputs: [],
    values: [],
    lines: [],
    names: new Set(),
    exposed: new Set(),
    hidden: new Set(),
  };
  for (const type of inputs) input(type, draft);
  for (const numbers of recipes) instruction(choices(numbers), draft);
  for (const { args, late } of draft.lines)
    for (const { at, number } of late) {
      const same = draft.values.filter((value) => value.type === args[at]?.type);
      if (number > 0) args[at] = same[number % same.length] as Value;
    }
  const outputs = chooseOutputs(draft);
  const flags = recipes[0]?.at(-1) ?? 0;
  const used = new Set(draft.lines.flatMap((line) => line.args));
  const kept = draft.inputs.filter((one, at) => at >= inputs.length || used.has(one) || flags % 64 === at);
  const lines = (flags % 3 === 2 ? draft.lines.toReversed() : draft.lines).map(lineText);
  const ports = (values: readonly Value[]) => values.map(portText).join(", ");
  const text = `def ${name}(${ports(kept)}) -> (${ports(outputs)}) {\n${lines.join("")}}\n`;
  return { name, text, inputs: kept, outputs };
}

/** What nothing uses, and some of the others. */
function chooseOutputs({ lines, values, inputs, exposed, hidden }: Draft): readonly Value[] {
  const used = new Set(lines.flatMap((line) => line.args));
  const results = lines.flatMap((line) => line.results);
  const outputs = results.filter((one) => exposed.has(one) || (!used.has(one) && !hidden.has(one)));
  if (outputs.length > 0) return outputs;
  const last = (values.at(-1) ?? inputs[0]) as Value;
  const only = { ...last, name: "y" };
  lines.push({ results: [only], op: "id", args: [last], late: [], hint: "" });
  return [only];
}

function portText({ name, type }: Value): string {
  return `${name}: ${type.text}`;
}

function lineText({ results, op, args, hint }: Line): string {
  const left = results.map(portText).join(", ");
  const names = args.length > 0 ? `(${args.map((arg) => arg.name).join(", ")})` : "";
  return `  ${results.length > 1 ? `(${left})` : left} = ${op}${names}${hint};\n`;
}

/** Registers are worth more than one draw in thirty. */
const ROWS = [...OPERATIONS.values()].flatMap((op) => (op.kind === "reg" ? [op, op, op] : [op]));

function instruction(choose: Choices, draft: Draft): void {
  const { rows, callable } = draft;
  const which = choose.below(rows.length + 2 * callable.length);
  const op = rows[which];
  if (op === undefined) call(callable[(which - rows.length) >> 1] as Def, choose, draft);
  else apply(op, choose, draft);
}

function call(def: Def, choose: Choices, draft: Draft): void {
  const reach = def.outputs.reduce((all, output) => all | output.reach, 0n);
  const late: Late[] = [];
  const args = def.inputs.map(({ type }, at) => {
    if (!hasBit(reach, at)) late.push({ at, number: choose.below(1000) });
    return operand((one) => one === type, [type], [], choose, draft);
  });
  const reaching = def.outputs.map((output) =>
    args.reduce((all, arg, at) => (hasBit(output.reach, at) ? all | arg.reach : all), 0n),
  );
  const results = def.outputs.map(({ type }, at) => result(type, reaching[at] ?? 0n, choose, draft));
  draft.lines.push({ results, op: def.name, args, late, hint: "" });
}

function hasBit(set: bigint, at: number): boolean {
  return ((set >> BigInt(at)) & 1n) === 1n;
}

const MAX_ADDRESS = 4;

function apply(op: Operation, choose: Choices, draft: Draft): void {
  const form = choose.of(op.forms);
  const count = form.variadic
    ? 1 + choose.below(4)
    : form.required + choose.below(form.params.length - form.required + 1);
  const bound = new Map<string, Type>([["bool", BOOL]]);
  const args: Value[] = [];
  const late: Late[] = [];
  for (let at = 0; at < count; at++) {
    const letter = form.variadic ? "T" : (form.params[at] as string);
    const known = form.variadic ? undefined : bound.get(letter);
    const isAddress = op.attrs === "contents" && at === 0;
    const room = 2 * draft.widest - args.reduce((bits, arg) => bits + arg.type.bits, 0);
    const word = args[2]?.type;
    // A mask of a memory has a bit for each lane, or for each bit of a scalar.
    const isMask = op.kind === "memory" && letter === "K" && word !== undefined;
    const mask = isMask ? integer("u", word.lanes > 0 ? word.lanes : word.width) : undefined;
    const fits = (type: Type) =>
      (known === undefined ? accepts(letter, type) : type === known) &&
      (!isAddress || type.width <= MAX_ADDRESS) &&
      (mask === undefined || type === mask) &&
      (!form.variadic || type.bits <= room) &&
      (op.attrs !== "tables" || type === BOOL || args.every((arg) => arg.type === BOOL || arg.type === type));
    if (form.variadic && room < 1) break;
    const base = args.find((one) => one.type !== BOOL)?.type ?? BOOL;
    const fresh =
      mask !== undefined ? [mask] : op.attrs === "tables" && at > 0 ? [base] : freshTypes(letter, choose, draft);
    const types = known === undefined ? fresh : [known];
    const arg = operand(fits, types, args, choose, draft);
    args.push(arg);
    bound.set(letter, arg.type);
    if (!isCombinational(op, at)) late.push({ at, number: choose.below(1000) });
  }
  const types = args.map((arg) => arg.type);
  const { type, attrs } = resultType(op, form, types, bound, choose, draft);
  const reach = args.reduce((all, arg, at) => (isCombinational(op, at) ? all | arg.reach : all), 0n);
  const hint = choose.once(10) ? ` @${choose.of(draft.hints)}` : "";
  const brackets = attrs.length > 0 ? `[${attrs.join(", ")}]` : "";
  draft.lines.push({ results: [result(type, reach, choose, draft)], op: `${op.name}${brackets}`, args, late, hint });
}

/** Types to make an operand of, where there is none that suits: addresses and amounts are small, sometimes huge. */
function freshTypes(letter: string, choose: Choices, draft: Draft): readonly Type[] {
  if (letter === "A") return [integer(choose.of(["u", "u", "i"]), 1 + choose.below(MAX_ADDRESS))];
  if (letter === "K") return [integer("u", choose.of([3, 1, 2, 4, 5, 6, 7, 8, 32, 33, 64, 65, 128]))];
  return draft.pool.slice(1);
}

/**
 * A value that suits: one that is there, of any of the types that are, the latest rather than an early one; or a new one
 * of one of `types`. The same operand twice says little, so it is rare.
 */
function operand(
  fits: (type: Type) => boolean,
  types: readonly Type[],
  others: readonly Value[],
  choose: Choices,
  draft: Draft,
): Value {
  const fitting = draft.values.filter((value) => fits(value.type));
  const wanted = choose.of(types);
  const number = choose.below(60);
  const different = number % 10 === 9 ? fitting : fitting.filter((value) => !others.includes(value));
  const type = choose.of([...new Set(different.map((value) => value.type))]);
  const there = different.filter((value) => value.type === type).reverse();
  if (there.length > 0 && number % 6 < 5)
    return there[(number % 2 === 0 ? number % 4 : number) % there.length] as Value;
  return fresh(fits(wanted) ? wanted : (types.find(fits) ?? draft.pool.find(fits) ?? BOOL), number, choose, draft);
}

const MAX_INPUTS = 20;

function input(type: Type, { inputs, values, names }: Draft): Value {
  const value = { name: `p${inputs.length}`, type, reach: 1n << BigInt(inputs.length) };
  names.add(value.name);
  inputs.push(value);
  values.push(value);
  return value;
}

/** A new value of a type: an input, low bits of another value, or a constant. */
function fresh(type: Type, number: number, choose: Choices, draft: Draft): Value {
  const kind = number % 5;
  if (kind < 3 && draft.inputs.length < MAX_INPUTS) return input(type, draft);
  const wider = draft.values.find((one) => one.type.lanes === 0 && one.type.width > type.width);
  const isPart = kind === 3 && wider !== undefined && type.lanes === 0;
  const value = result(type, isPart ? wider.reach : 0n, choose, draft);
  const op = isPart ? `ext[0, ${type.width - 1}]` : `const[${spelled(type.width, choose)}]`;
  draft.lines.push({ results: [value], op, args: isPart ? [wider] : [], late: [], hint: "" });
  return value;
}

/** Names that Verilog, SystemVerilog or C++ have taken. */
const ODD_NAMES = "wire output begin logic int class signed double i clock reset module main_words".split(" ");

/** Gives a result its name, and notes it. */
function result(type: Type, reach: bigint, choose: Choices, draft: Draft): Value {
  const number = choose.below(64);
  const last = draft.values.at(-1)?.name;
  const plain = `t${draft.values.length}`;
  const wanted =
    number === 63 ? choose.of(ODD_NAMES) : number >= 58 ? `${plain}-x` : number >= 56 ? `${last}_0` : plain;
  const name = draft.names.has(wanted) ? plain : wanted;
  const value = { name, type, reach };
  draft.names.add(name);
  draft.values.push(value);
  // Ports of such names may clash, with the lanes of another or with the clock.
  if (name.endsWith("_0") || name === "clock" || name === "reset") draft.hidden.add(value);
  else if (number % 8 === 7) draft.exposed.add(value);
  else if (number % 16 === 6) draft.hidden.add(value);
  return value;
}
