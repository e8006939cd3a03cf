// An implementation, run once for given parameters: the cells of one instruction, with nets numbered from its own ports.
// Instructions of the same shape share a template.
import type { Expr, Instruction, Statement } from "../lang/ast.ts";
import { type Implementation, isOperand, type Prim, type Target } from "../lang/target/target.ts";
import { evaluate, TargetError } from "../lang/target/value.ts";
import { HIGH, LOW, type Net } from "./netlist.ts";

export interface TemplateCell {
  readonly prim: Prim;
  readonly params: readonly bigint[];
  readonly inputs: readonly Net[];
  readonly outputs: readonly Net[];
  readonly at: readonly number[] | undefined;
}

/** Nets 0 and 1 are the constants, then come the bits of the inputs in their order, then inner nets. */
export interface Template {
  readonly cells: readonly TemplateCell[];
  readonly outputs: readonly (readonly Net[])[];
  readonly netCount: number;
}

/** Widths of an implementation's inputs; undefined for one that is not connected. */
export type InputWidths = readonly (number | undefined)[];

interface Run {
  readonly target: Target;
  readonly cells: TemplateCell[];
  nets: number;
}

/** The names that a body sees: numbers, and nets by bit. A port that is not connected is in neither. */
interface Env {
  readonly run: Run;
  readonly imp: Implementation;
  readonly numbers: ReadonlyMap<string, bigint>;
  readonly nets: Map<string, Net[]>;
  readonly present: (name: string) => boolean;
  /** Where the implementation stands relative to the one that called it. */
  readonly origin: readonly number[];
}

/** Implementations call each other at most this deep. */
const DEEPEST = 50;

/** Runs an implementation. Throws `TargetError` where the description is wrong. */
export function template(
  imp: Implementation,
  given: ReadonlyMap<string, bigint>,
  widths: InputWidths,
  target: Target,
): Template {
  const numbers = new Map([...given, ...imp.fixed]);
  const run: Run = { target, cells: [], nets: 2 };
  if (widths.length !== imp.inputs.length)
    throw new TargetError(`\`${imp.name}\` has ${imp.inputs.length} operands, not ${widths.length}`, imp.item.name);
  const inputs = widths.map((width) =>
    width === undefined ? undefined : Array.from({ length: width }, () => run.nets++),
  );
  const outputs = call(imp, numbers, inputs, [], run, 0);
  return { cells: run.cells, outputs, netCount: run.nets };
}

function call(
  imp: Implementation,
  numbers: ReadonlyMap<string, bigint>,
  inputs: readonly (readonly Net[] | undefined)[],
  origin: readonly number[],
  run: Run,
  depth: number,
): readonly (readonly Net[])[] {
  if (depth > DEEPEST) throw new TargetError(`\`${imp.name}\` calls itself without end`, imp.item.name);
  const nets = new Map<string, Net[]>();
  imp.inputs.forEach((name, at) => {
    const given = inputs[at];
    if (given !== undefined) nets.set(name, [...given]);
  });
  const missing = imp.params.find((name) => !numbers.has(name));
  if (missing !== undefined)
    throw new TargetError(`\`${imp.name}\` is not given its parameter \`${missing}\``, imp.item.name);
  const connected = new Set(nets.keys());
  const env: Env = { run, imp, numbers, nets, present: (name) => connected.has(name) || numbers.has(name), origin };
  execute(imp.item.body, env, depth);
  return imp.outputs.map((name, at) => {
    const made = nets.get(name);
    if (made === undefined)
      throw new TargetError(`\`${name}\` is never defined`, imp.item.outputs[at] ?? imp.item.name);
    for (let bit = 0; bit < made.length; bit++)
      if (made[bit] === undefined)
        throw new TargetError(`bit ${bit} of \`${name}\` is never defined`, imp.item.outputs[at] ?? imp.item.name);
    return made;
  });
}

function execute(body: readonly Statement[], env: Env, depth: number): void {
  for (const statement of body) {
    switch (statement.kind) {
      case "instruction":
        instruct(statement, env, depth);
        break;
      case "if": {
        const isTrue = evaluate(statement.test, env.numbers, env.present) !== 0n;
        execute(isTrue ? statement.then : statement.otherwise, env, depth);
        break;
      }
      case "for": {
        const [low, high] = bounds(statement.range, env);
        const numbers = new Map(env.numbers);
        const inner = { ...env, numbers };
        for (let i = low; i < high; i++) {
          numbers.set(statement.name.text, i);
          execute(statement.body, inner, depth);
        }
        break;
      }
    }
  }
}

/** `a..b`, the end left out. */
function bounds(range: Expr, env: Env): readonly [bigint, bigint] {
  if (range.kind !== "binary" || range.op !== ".." || range.left === undefined || range.right === undefined)
    throw new TargetError("expected a range `0..n`", range);
  return [evaluate(range.left, env.numbers, env.present), evaluate(range.right, env.numbers, env.present)];
}

function instruct(one: Instruction, env: Env, depth: number): void {
  const { run } = env;
  const prim = run.target.prims.get(one.op.text);
  const imp = run.target.implementations.get(one.op.text);
  if (one.op.text === "id")
    define(
      one,
      0,
      one.args.flatMap((arg) => netsOf(arg, env) ?? []),
      env,
    );
  else if (prim !== undefined) placePrim(prim, one, env);
  else if (imp !== undefined) {
    const numbers = new Map(env.numbers);
    one.attrs.forEach((attr, at) => {
      const name = attr.key?.text ?? imp.params[at];
      if (name === undefined) throw new TargetError(`\`${imp.name}\` has no parameter here`, attr);
      numbers.set(name, evaluate(attr.value, env.numbers, env.present));
    });
    const inputs = imp.inputs.map((_, at) => {
      const arg = one.args[at];
      return arg === undefined ? undefined : netsOf(arg, env);
    });
    const results = call(imp, numbers, inputs, shifted(one, env), run, depth + 1);
    one.results.forEach((_, at) => define(one, at, results[at] ?? [], env));
  } else throw new TargetError(`\`${one.op.text}\` is neither a \`prim\` nor an \`imp\``, one.op);
}

function shifted(one: Instruction, env: Env): readonly number[] {
  if (one.loc === undefined) return env.origin;
  return one.loc.coordinates.map(
    (expr, at) => Number(evaluate(expr, env.numbers, env.present)) + (env.origin[at] ?? 0),
  );
}

/** A cell. Parameters of it that are left out are 0. */
function placePrim(prim: Prim, one: Instruction, env: Env): void {
  const { run } = env;
  const ports = prim.inputs.filter(isOperand);
  if (one.args.length !== ports.length)
    throw new TargetError(`\`${prim.name}\` has ${ports.length} inputs, not ${one.args.length}`, one);
  const strange = one.attrs.find(
    ({ key }) => key !== undefined && !prim.params.some((param) => param.name === key.text),
  );
  if (strange !== undefined) throw new TargetError(`\`${prim.name}\` has no parameter here`, strange);
  const params = prim.params.map((param, at) => {
    const placed = one.attrs[at];
    const attr =
      one.attrs.find((given) => given.key?.text === param.name) ?? (placed?.key === undefined ? placed : undefined);
    return attr === undefined ? 0n : BigInt.asUintN(param.width, evaluate(attr.value, env.numbers, env.present));
  });
  const inputs = ports.flatMap((port, at) => {
    const nets = netsOf(one.args[at] as Expr, env) ?? [];
    if (nets.length !== port.width)
      throw new TargetError(`\`${port.name}\` has ${port.width} bits, not ${nets.length}`, one.args[at] as Expr);
    return nets;
  });
  const outputs = prim.outputs.flatMap((port) => Array.from({ length: port.width }, () => run.nets++));
  run.cells.push({ prim, params, inputs, outputs, at: one.loc === undefined ? undefined : shifted(one, env) });
  let from = 0;
  prim.outputs.forEach((port, at) => {
    if (one.results[at] !== undefined) define(one, at, outputs.slice(from, from + port.width), env);
    from += port.width;
  });
}

/** Binds result `at` of an instruction: a whole name, or some of its bits. */
function define(one: Instruction, at: number, nets: readonly Net[], env: Env): void {
  const result = one.results[at];
  if (result === undefined) throw new TargetError("this gives a result that nothing takes", one);
  const known = env.nets.get(result.name.text);
  if (result.index === undefined) {
    if (known !== undefined) throw new TargetError(`\`${result.name.text}\` is defined twice`, result);
    env.nets.set(result.name.text, [...nets]);
    return;
  }
  const bits = known ?? [];
  if (known === undefined) env.nets.set(result.name.text, bits);
  const [from, end] = range(result.index, env);
  const low = Number(from);
  if (low < 0 || Number(end) - low !== nets.length || nets.some((_, bit) => bits[low + bit] !== undefined))
    throw new TargetError(`bit ${low} of \`${result.name.text}\` cannot be defined here`, result);
  nets.forEach((net, bit) => {
    bits[low + bit] = net;
  });
}

/** The bits that an index means: one, or those of `a..b`. */
function range(at: Expr, env: Env): readonly [bigint, bigint] {
  if (at.kind === "binary" && at.op === "..") return bounds(at, env);
  const low = evaluate(at, env.numbers, env.present);
  return [low, low + 1n];
}

/** The nets that an argument stands for; undefined for a port that is not connected. */
function netsOf(expr: Expr, env: Env): readonly Net[] | undefined {
  switch (expr.kind) {
    case "name": {
      const known = env.nets.get(expr.text);
      if (known !== undefined) return known;
      if (env.imp.inputs.includes(expr.text) || expr.text === "_") return undefined;
      return [constant(expr, env)];
    }
    case "index":
      return bitsOf(expr.of, expr.at, env);
    case "condition":
      return netsOf(evaluate(expr.test, env.numbers, env.present) !== 0n ? expr.then : expr.otherwise, env);
    case "int":
    case "call":
    case "unary":
    case "binary":
      return [constant(expr, env)];
    case "string":
    case "hole":
      throw new TargetError("this is not a net", expr);
  }
}

function constant(expr: Expr, env: Env): Net {
  const value = evaluate(expr, env.numbers, env.present);
  if (value !== 0n && value !== 1n) throw new TargetError(`a net is 0 or 1, not ${value}`, expr);
  return value === 1n ? HIGH : LOW;
}

function bitsOf(of: Expr, at: Expr, env: Env): readonly Net[] {
  const all = of.kind === "name" ? env.nets.get(of.text) : netsOf(of, env);
  const [low, high] = range(at, env);
  const nets = all?.slice(Number(low), Number(high)) ?? [];
  const count = Number(high - low);
  if (low < 0n || nets.length !== count || nets.includes(undefined as unknown as Net))
    throw new TargetError(`bit ${low} is not defined`, of);
  return nets;
}
