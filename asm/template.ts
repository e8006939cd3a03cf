// An implementation, run once for given parameters: the cells of one instruction, with nets numbered from its own ports.
// Instructions of the same shape share a template.
import type { Expr, Instruction, Statement } from "../lang/ast.ts";
import { type Implementation, isOperand, type Prim, type PrimPort, type Target } from "../lang/target/target.ts";
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
  inputs: readonly (Net[] | undefined)[],
  origin: readonly number[],
  run: Run,
  depth: number,
): readonly (readonly Net[])[] {
  if (depth > DEEPEST) throw new TargetError(`\`${imp.name}\` calls itself without end`, imp.item.name);
  const nets = new Map<string, Net[]>();
  imp.inputs.forEach((name, at) => {
    const given = inputs[at];
    if (given !== undefined) nets.set(name, given);
  });
  const missing = imp.params.find((name) => !numbers.has(name));
  if (missing !== undefined)
    throw new TargetError(`\`${imp.name}\` is not given its parameter \`${missing}\``, imp.item.name);
  const present = (name: string) => {
    const at = imp.inputs.indexOf(name);
    return (at >= 0 && inputs[at] !== undefined) || numbers.has(name);
  };
  const env: Env = { run, imp, numbers, nets, present, origin };
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
  if (one.op.text === "id") {
    const nets: Net[] = [];
    for (const arg of one.args) addNets(arg, env, nets);
    define(one, 0, nets, 0, nets.length, env);
  } else if (prim !== undefined) placePrim(prim, one, env);
  else if (imp !== undefined) {
    const numbers = one.attrs.length === 0 ? env.numbers : passed(imp, one, env);
    const inputs = imp.inputs.map((_, at) => {
      const arg = one.args[at];
      const nets: Net[] = [];
      return arg !== undefined && addNets(arg, env, nets) ? nets : undefined;
    });
    const results = call(imp, numbers, inputs, shifted(one, env), run, depth + 1);
    one.results.forEach((_, at) => {
      const nets = results[at] ?? [];
      define(one, at, nets, 0, nets.length, env);
    });
  } else throw new TargetError(`\`${one.op.text}\` is neither a \`prim\` nor an \`imp\``, one.op);
}

/** The numbers that an implementation called by another sees: those of the caller, and what it is given. */
function passed(imp: Implementation, one: Instruction, env: Env): ReadonlyMap<string, bigint> {
  const numbers = new Map(env.numbers);
  one.attrs.forEach((attr, at) => {
    const name = attr.key?.text ?? imp.params[at];
    if (name === undefined) throw new TargetError(`\`${imp.name}\` has no parameter here`, attr);
    numbers.set(name, evaluate(attr.value, env.numbers, env.present));
  });
  return numbers;
}

function shifted(one: Instruction, env: Env): readonly number[] {
  if (one.loc === undefined) return env.origin;
  return one.loc.coordinates.map(
    (expr, at) => Number(evaluate(expr, env.numbers, env.present)) + (env.origin[at] ?? 0),
  );
}

/** What an instruction says of its cell, whatever the parameters of the implementation are. */
interface Use {
  readonly prim: Prim;
  /** The inputs that its arguments are for. */
  readonly ports: readonly PrimPort[];
  /** What gives each parameter of the cell its value; one that is left out is 0. */
  readonly values: readonly (Expr | undefined)[];
}

const uses = new WeakMap<Instruction, Use>();

function useOf(prim: Prim, one: Instruction): Use {
  const known = uses.get(one);
  if (known?.prim === prim) return known;
  const ports = prim.inputs.filter(isOperand);
  if (one.args.length !== ports.length)
    throw new TargetError(`\`${prim.name}\` has ${ports.length} inputs, not ${one.args.length}`, one);
  const strange = one.attrs.find(
    ({ key }) => key !== undefined && !prim.params.some((param) => param.name === key.text),
  );
  if (strange !== undefined) throw new TargetError(`\`${prim.name}\` has no parameter here`, strange);
  const values = prim.params.map((param, at) => {
    const placed = one.attrs[at];
    const named = one.attrs.find((given) => given.key?.text === param.name);
    return (named ?? (placed?.key === undefined ? placed : undefined))?.value;
  });
  const use = { prim, ports, values };
  uses.set(one, use);
  return use;
}

function placePrim(prim: Prim, one: Instruction, env: Env): void {
  const { run } = env;
  const { ports, values } = useOf(prim, one);
  const params = prim.params.map(({ width }, at) => {
    const value = values[at];
    return value === undefined ? 0n : BigInt.asUintN(width, evaluate(value, env.numbers, env.present));
  });
  const inputs: Net[] = [];
  for (let at = 0; at < ports.length; at++) {
    const port = ports[at] as PrimPort;
    const before = inputs.length;
    addNets(one.args[at] as Expr, env, inputs);
    const width = inputs.length - before;
    if (width !== port.width)
      throw new TargetError(`\`${port.name}\` has ${port.width} bits, not ${width}`, one.args[at] as Expr);
  }
  const outputs: Net[] = [];
  for (const { width } of prim.outputs) for (let bit = 0; bit < width; bit++) outputs.push(run.nets++);
  run.cells.push({ prim, params, inputs, outputs, at: one.loc === undefined ? undefined : shifted(one, env) });
  let from = 0;
  prim.outputs.forEach(({ width }, at) => {
    if (one.results[at] !== undefined) define(one, at, outputs, from, width, env);
    from += width;
  });
}

/** Binds result `at` of an instruction to `count` of `nets`: a whole name, or some of its bits. */
function define(one: Instruction, at: number, nets: readonly Net[], from: number, count: number, env: Env): void {
  const result = one.results[at];
  if (result === undefined) throw new TargetError("this gives a result that nothing takes", one);
  const known = env.nets.get(result.name.text);
  if (result.index === undefined) {
    if (known !== undefined) throw new TargetError(`\`${result.name.text}\` is defined twice`, result);
    env.nets.set(result.name.text, nets.slice(from, from + count));
    return;
  }
  const bits = known ?? [];
  if (known === undefined) env.nets.set(result.name.text, bits);
  const { low, width } = range(result.index, env);
  let isFree = low >= 0 && width === count;
  for (let bit = low; isFree && bit < low + count; bit++) isFree = bits[bit] === undefined;
  if (!isFree) throw new TargetError(`bit ${low} of \`${result.name.text}\` cannot be defined here`, result);
  for (let bit = 0; bit < count; bit++) bits[low + bit] = nets[from + bit] as Net;
}

/** The bits that an index means: one, or those of `a..b`. */
function range(at: Expr, env: Env): { readonly low: number; readonly width: number } {
  if (at.kind !== "binary" || at.op !== "..") return { low: Number(evaluate(at, env.numbers, env.present)), width: 1 };
  const [low, high] = bounds(at, env);
  return { low: Number(low), width: Number(high - low) };
}

/** Adds the nets that an argument stands for to `nets`; false for a port that is not connected. */
function addNets(expr: Expr, env: Env, nets: Net[]): boolean {
  switch (expr.kind) {
    case "name": {
      const known = env.nets.get(expr.text);
      if (known !== undefined) addDefined(expr, known, 0, known.length, nets);
      else if (env.imp.inputs.includes(expr.text) || expr.text === "_") return false;
      else nets.push(constant(expr, env));
      return true;
    }
    case "index":
      addBits(expr.of, expr.at, env, nets);
      return true;
    case "condition":
      return addNets(evaluate(expr.test, env.numbers, env.present) !== 0n ? expr.then : expr.otherwise, env, nets);
    case "int":
    case "call":
    case "unary":
    case "binary":
      nets.push(constant(expr, env));
      return true;
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

function addBits(of: Expr, at: Expr, env: Env, nets: Net[]): void {
  let all: readonly Net[] | undefined;
  if (of.kind === "name") all = env.nets.get(of.text);
  else {
    const inner: Net[] = [];
    if (addNets(of, env, inner)) all = inner;
  }
  const { low, width } = range(at, env);
  addDefined(of, all ?? [], low, width, nets);
}

function addDefined(of: Expr, all: readonly Net[], low: number, width: number, nets: Net[]): void {
  let isDefined = low >= 0 && width >= 0;
  for (let bit = low; isDefined && bit < low + width; bit++) {
    const net = all[bit];
    if (net === undefined) isDefined = false;
    else nets.push(net);
  }
  if (!isDefined) throw new TargetError(`bit ${low} is not defined`, of);
}
