// One def in the making: what the builder (lang/builder.ts) knows of its values and instructions before they have names.
import type { Expr, Item } from "./ast.ts";
import type {
  Binary,
  CallOptions,
  Contents,
  Convert,
  DefBuilder,
  Int,
  Options,
  RamOptions,
  RegOptions,
  RomOptions,
  Shift,
  TypeLike,
  Unary,
  Value,
} from "./builder.ts";
import { misfit } from "./contents.ts";
import { bug } from "./diagnostic.ts";
import { OPERATIONS } from "./ops.ts";
import { mismatch, takes } from "./signature.ts";
import { Word } from "./tokens.ts";
import { itemNode, literal, type Parts, type Signal, string } from "./tree.ts";
import { BOOL, fits, MAX_LANES, scalarNamed, type Type, vector } from "./type.ts";

/** What the caller of the builder did wrong. */
export class BuildError extends Error {
  override readonly name = "BuildError";
}

/** What is known of a value. */
interface Entry {
  readonly value: Value;
  name: string | undefined;
  /** `open`: declared, and not yet defined. */
  state: "input" | "open" | "defined";
  /** The value that a declared one turned out to be. */
  same: Entry | undefined;
}

/** An instruction whose results have no names yet. */
interface Draft {
  readonly op: string;
  readonly results: readonly Entry[];
  readonly args: readonly Entry[];
  readonly attrs: readonly Expr[];
  readonly hint: string | undefined;
}

/** Begins a def. `isOurs` tells whether another one is of the same program. */
export function defBuilder(
  name: string,
  isOurs: (callee: DefBuilder) => boolean,
): { readonly builder: DefBuilder; readonly item: () => Item } {
  const entries = new Map<Value, Entry>();
  const names = new Set<string>();
  const inputs: Signal[] = [];
  const outputs: Signal[] = [];
  const body: Draft[] = [];

  const where = (what: string): never => refuse(`${name}: ${what}`);

  function entry(type: Type, state: Entry["state"], given: string | undefined): Entry {
    const made: Entry = { value: { type }, name: undefined, state, same: undefined };
    if (given !== undefined) call(made, given);
    entries.set(made.value, made);
    return made;
  }

  function call(made: Entry, given: string): void {
    if (names.has(given)) where(`\`${given}\` is defined twice`);
    names.add(legal(given));
    made.name = given;
  }

  /** What a value is; declared ones lead to their definition. */
  function known(value: Value): Entry {
    return followed(entries.get(value) ?? where("a value of another def"));
  }

  function emit(op: string, type: Type, args: readonly Value[], attrs: readonly Expr[], options: Options = {}): Value {
    const operands = args.map(known);
    checkForm(op, type, operands, where);
    return push(op, entry(type, "defined", options.name), operands, attrs, options.hint);
  }

  function push(op: string, to: Entry, args: readonly Entry[], attrs: readonly Expr[], hint?: string): Value {
    body.push({ op, results: [to], args, attrs, hint });
    return to.value;
  }

  function define(declared: Value, value: Value): void {
    const from = known(value);
    const to = entries.get(declared) ?? where("a value of another def");
    if (to.state !== "open" || to.same !== undefined) where(`${shown(to)} is defined already`);
    if (from.value.type !== to.value.type)
      where(`${shown(to)} is \`${to.value.type.text}\`, its value is \`${from.value.type.text}\``);
    if (from.state === "defined" && from.name === undefined) {
      to.same = from;
      from.name = to.name;
    } else {
      to.state = "defined";
      push("id", to, [from], []);
    }
  }

  function output(port: string, value: Value): Value {
    const from = known(value);
    const { type } = from.value;
    if (outputs.some((one) => one.name === port)) where(`the output \`${port}\` is listed twice`);
    outputs.push({ name: port, type });
    if (from.state !== "input" && from.name === port) return value;
    if (from.state === "input" || from.name !== undefined) return push("id", entry(type, "defined", port), [from], []);
    call(from, port);
    return value;
  }

  const binary =
    (op: string): Binary =>
    (a, b, options) =>
      emit(op, a.type, [a, b], [], options);
  const compare =
    (op: string): Binary =>
    (a, b, options) =>
      emit(op, BOOL, [a, b], [], options);
  const unary =
    (op: string): Unary =>
    (a, options) =>
      emit(op, a.type, [a], [], options);
  const shift =
    (op: string): Shift =>
    (a, by, options) =>
      typeof by === "number"
        ? emit(op, a.type, [a], [plain(amount(by, where))], options)
        : emit(op, a.type, [a, by], [], options);
  const widen =
    (op: string): Convert =>
    (to, a, options) => {
      const type = resolve(to);
      if (type.kind !== a.type.kind || type.lanes !== a.type.lanes || type.width < a.type.width)
        where(`\`${op}\` does not make \`${type.text}\` of \`${a.type.text}\``);
      return emit(op, type, [a], [], options);
    };

  function reg(a: Value, options: RegOptions = {}): Value {
    const { init = 0, enable } = options;
    return emit("reg", a.type, some(a, enable), values(init, a.type, where), options);
  }

  function ext(to: TypeLike, a: Value, low: number, high: number = low, options: Options = {}): Value {
    const type = resolve(to);
    const count = high - low + 1;
    const limit = a.type.lanes || a.type.bits;
    if (!(Number.isInteger(low) && Number.isInteger(high) && 0 <= low && low <= high && high < limit))
      where(`\`${a.type.text}\` has no ${low} to ${high}`);
    const suits =
      a.type.lanes === 0
        ? type.lanes === 0 && type.width === count
        : type.lane === a.type.lane && (type.lanes === count || (count === 1 && type.lanes === 0));
    if (!suits) where(`${low} to ${high} of \`${a.type.text}\` are not \`${type.text}\``);
    return emit("ext", type, [a], (low === high ? [low] : [low, high]).map(plain), options);
  }

  function cat(to: TypeLike, parts: readonly Value[], options?: Options): Value {
    const type = resolve(to);
    const bits = parts.reduce((sum, one) => sum + one.type.bits, 0);
    if (bits !== type.bits || (type.lanes > 0 && parts.some((one) => one.type.lane !== type.lane)))
      where(`${parts.map((one) => `\`${one.type.text}\``).join(", ")} do not make \`${type.text}\``);
    return emit("cat", type, parts, [], options);
  }

  function memory(op: string, type: Type, args: readonly Value[], options: RomOptions): Value {
    const address = args[0]?.type.width ?? 0;
    return emit(op, type, args, words(options.contents, address, type, where), options);
  }

  function calls(callee: DefBuilder, args: readonly Value[], options: CallOptions = {}): readonly Value[] {
    if (!isOurs(callee)) where(`\`${callee.name}\` is no def of this program`);
    if (args.length !== callee.inputs.length) where(`\`${callee.name}\` takes ${callee.inputs.length} arguments`);
    callee.inputs.forEach(({ type }, at) => {
      const given = args[at]?.type;
      if (given !== type)
        where(`argument ${at} of \`${callee.name}\` is \`${given?.text}\`, expected \`${type.text}\``);
    });
    const results = callee.outputs.map(({ type }, at) => entry(type, "defined", options.names?.[at]));
    body.push({ op: callee.name, results, args: args.map(known), attrs: [], hint: undefined });
    return results.map((one) => one.value);
  }

  const builder: DefBuilder = {
    name,
    inputs,
    outputs,
    input: (port, type) => {
      const { value } = entry(resolve(type), "input", port);
      inputs.push({ name: port, type: value.type });
      return value;
    },
    output,
    declare: (type, given) => entry(resolve(type), "open", given).value,
    define,
    feedback: (type, next, options = {}) => {
      const current = entry(resolve(type), "open", options.name).value;
      define(current, reg(next(current), { ...options, name: undefined }));
      return current;
    },
    add: binary("add"),
    sub: binary("sub"),
    mul: binary("mul"),
    and: binary("and"),
    or: binary("or"),
    xor: binary("xor"),
    not: unary("not"),
    id: unary("id"),
    eq: compare("eq"),
    neq: compare("neq"),
    lt: compare("lt"),
    gt: compare("gt"),
    le: compare("le"),
    ge: compare("ge"),
    mux: (test, then, otherwise, options) => emit("mux", then.type, [test, then, otherwise], [], options),
    lut: (to, tables, args, options) =>
      emit("lut", resolve(to), args, (Array.isArray(tables) ? tables : [tables]).map(plain), options),
    reg,
    const: (to, value, options) => {
      const type = resolve(to);
      return emit("const", type, [], values(value, type, where), options);
    },
    sll: shift("sll"),
    srl: shift("srl"),
    sra: shift("sra"),
    ext,
    at: (a, index, options) => ext(a.type.lanes > 0 ? a.type.lane : BOOL, a, index, index, options),
    cat,
    sext: widen("sext"),
    zext: widen("zext"),
    rom: (to, address, options = {}) => memory("rom", resolve(to), [address], options),
    srom: (to, address, options = {}) => memory("srom", resolve(to), some(address, options.enable), options),
    ram: (options) => memory("ram", options.data.type, ports(options), options),
    sram: (options) => memory("sram", options.data.type, [...ports(options), ...some(options.enable)], options),
    call: calls,
    op: (op, type, args, attrs = [], options) =>
      emit(op, resolve(type), args, typeof attrs === "string" ? [string(attrs)] : attrs.map(plain), options),
  };
  const item = () => {
    for (const one of entries.values())
      if (one.state === "open" && one.same === undefined) where(`${shown(one)} is declared and never defined`);
    return itemNode(name, inputs, outputs, named(body, freshNames(names)));
  };
  return { builder, item };
}

const NAME = new RegExp(`^(?:${(Word.PATTERN as RegExp).source})$`);

type Refuse = (what: string) => never;

export function refuse(what: string): never {
  throw new BuildError(what);
}

/** `name`, if it can stand in a text. */
export function legal(name: string): string {
  return NAME.test(name) ? name : refuse(`\`${name}\` is not a name`);
}

function shown({ name, value }: Entry): string {
  return name === undefined ? `a value of \`${value.type.text}\`` : `\`${name}\``;
}

const resolved = new Map<string, Type>();

/** Reads the spelling of a type, and remembers it. */
function resolve(type: TypeLike): Type {
  if (typeof type !== "string") return type;
  const known = resolved.get(type);
  if (known !== undefined) return known;
  const [, word = "", , lanes] = /^([a-z0-9]+)(<([1-9][0-9]{0,5})>)?$/.exec(type) ?? [];
  const scalar = scalarNamed(word);
  if ("problem" in scalar || (lanes !== undefined && (scalar === BOOL || Number(lanes) > MAX_LANES)))
    return refuse(`\`${type}\` is not a type`);
  const made = lanes === undefined ? scalar : vector(scalar, Number(lanes));
  resolved.set(type, made);
  return made;
}

/** The table of operations says which operands an operation takes. */
function checkForm(op: string, type: Type, args: readonly Entry[], where: Refuse): void {
  const operation = OPERATIONS.get(op) ?? where(`\`${op}\` is no operation`);
  const types = args.map((arg) => arg.value.type);
  const forms = operation.forms.filter((form) => takes(form, args.length));
  const wrong = forms.map((form) => mismatch(form, types, type));
  if (wrong.includes(undefined)) return;
  const first = wrong[0];
  if (first === undefined) return where(`\`${op}\` does not take ${args.length} operands`);
  const [what, actual] = first.at < 0 ? ["the result", type] : [`operand ${first.at + 1}`, types[first.at]];
  where(`${what} of \`${op}\` is \`${actual?.text}\`, expected ${first.expected}`);
}

function some(...all: readonly (Value | undefined)[]): readonly Value[] {
  return all.filter((one) => one !== undefined);
}

/** Read address first, if there is one. */
function ports({ address, data, write, readAddress }: RamOptions): readonly Value[] {
  return [...some(readAddress), address, data, write];
}

function amount(by: number, where: Refuse): number {
  return Number.isSafeInteger(by) && by >= 0 ? by : where(`${by} is no amount`);
}

/** Values of a `const` or `reg`: one, or one a lane. */
function values(given: Int | readonly Int[], type: Type, where: Refuse): readonly Expr[] {
  const all = typeof given === "number" || typeof given === "bigint" ? [given] : given;
  if (all.length !== 1 && all.length !== type.lanes) where(`${all.length} values for \`${type.text}\``);
  return all.map((value) => {
    if (!fits(BigInt(value), type.width)) where(`${value} does not fit in \`${type.lane.text}\``);
    return type.kind === "u" && value >= 256 ? literal(BigInt(value), 1) : plain(value);
  });
}

/** Words of a memory with addresses of `address` bits. */
function words(contents: Contents | undefined, address: number, type: Type, where: Refuse): readonly Expr[] {
  if (contents === undefined) return [];
  if (typeof contents === "string") return [string(contents)];
  const all = contents.map(BigInt);
  const wrong = misfit(all, 2 ** address, type.bits);
  if (wrong !== undefined) where(`the contents do not fit: ${wrong}`);
  return all.map((value) => literal(value, type.kind === "u" ? Math.ceil(type.width / 4) : 0));
}

function plain(value: Int): Expr {
  return literal(BigInt(value), 0);
}

/** Gives names to the results that have none, in the order of the instructions, so that they count without gaps. */
function named(body: readonly Draft[], fresh: () => string): readonly Parts[] {
  for (const { results } of body) for (const one of results) one.name ??= fresh();
  return body.map(({ results, op, attrs, args, hint }) => ({
    results: results.map((one) => ({ name: nameIn(one), type: one.value.type })),
    op,
    attrs,
    args: args.map(nameIn),
    hint,
  }));
}

/** The name of a value, once all have one. */
function nameIn(entry: Entry): string {
  return followed(entry).name ?? bug("a value without a name");
}

/** The end of a chain of declarations. */
function followed(entry: Entry): Entry {
  let end = entry;
  while (end.same !== undefined) end = end.same;
  return end;
}

/** `t0`, `t1`, ..., those that are taken left out. */
function freshNames(taken: Set<string>): () => string {
  let next = 0;
  return () => {
    while (taken.has(`t${next}`)) next++;
    const made = `t${next}`;
    taken.add(made);
    return made;
  };
}
