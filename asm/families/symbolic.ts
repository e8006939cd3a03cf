// An implementation, run once for all choices of what is present: what depends on that stays an expression, as a parameter
// of a cell or as a choice between nets. With what is present filled in, the cells are those of `template`.
import type { Expr, Instruction, Statement } from "../../lang/ast.ts";
import { type Implementation, isOperand, type Prim, type Target } from "../../lang/target/target.ts";
import { BINARY, evaluate, FUNCTIONS, TargetError } from "../../lang/target/value.ts";
import { HIGH, LOW, type Net } from "../netlist.ts";
import { keyOf, wiresOf } from "./wires.ts";

/** A number, or the text of what it is by names of the instruction. */
export type Value = bigint | string;

export interface SymbolicCell {
  readonly prim: Prim;
  readonly params: readonly Value[];
  readonly inputs: readonly Net[];
  /** When it is there. */
  readonly guard: string;
}

/** Nets below 0 depend on what is present: net -1 is the first of them. */
export type Dependent =
  | { readonly kind: "value"; readonly text: string }
  | { readonly kind: "choice"; readonly test: string; readonly one: Net; readonly other: Net };

/** Nets 0 and 1 are the constants, then come the bits of the inputs in their order, then inner nets. */
export interface Symbolic {
  readonly cells: readonly SymbolicCell[];
  readonly outputs: readonly (readonly Net[])[];
  readonly dependent: readonly Dependent[];
}

/** What the instruction leaves open: attributes that may be given, and which of the ports may be connected. */
export interface Open {
  readonly attrs: ReadonlySet<string>;
  readonly ports: readonly boolean[];
}

interface Run {
  readonly target: Target;
  readonly open: Open;
  readonly cells: SymbolicCell[];
  readonly dependent: Dependent[];
  nets: number;
}

interface Env {
  readonly run: Run;
  readonly imp: Implementation;
  readonly numbers: ReadonlyMap<string, Value>;
  readonly nets: Map<string, Net[]>;
  /** Ports that are connected, with the text of when they are. */
  readonly connected: ReadonlyMap<string, Value>;
  readonly guard: string;
  readonly depth: number;
}

/** Implementations call each other at most this deep. */
const DEEPEST = 50;

/** Throws `TargetError` where the description is wrong, or where what is present changes too much to be left open. */
export function symbolic(
  imp: Implementation,
  given: ReadonlyMap<string, bigint>,
  widths: readonly number[],
  target: Target,
  open: Open,
): Symbolic {
  const run: Run = { target, open, cells: [], dependent: [], nets: 2 };
  const inputs = widths.map((width) => Array.from({ length: width }, () => run.nets++));
  const connected = imp.inputs.map((name, at): Value => (open.ports[at] === true ? `present(${name})` : 1n));
  const outputs = call(imp, new Map<string, Value>([...given, ...imp.fixed]), inputs, connected, run, "1", 0);
  return { cells: run.cells, outputs, dependent: run.dependent };
}

function call(
  imp: Implementation,
  numbers: ReadonlyMap<string, Value>,
  inputs: readonly (readonly Net[] | undefined)[],
  presence: readonly Value[],
  run: Run,
  guard: string,
  depth: number,
): readonly (readonly Net[])[] {
  if (depth > DEEPEST) throw new TargetError(`\`${imp.name}\` calls itself without end`, imp.item.name);
  const wires = wiresOf(imp);
  const key = wires === undefined ? undefined : keyOf(wires.names, numbers, inputs);
  const before = key === undefined ? undefined : wires?.made.get(key);
  if (before !== undefined) return before;
  const nets = new Map<string, Net[]>();
  const connected = new Map<string, Value>();
  imp.inputs.forEach((name, at) => {
    const given = inputs[at];
    if (given === undefined) return;
    nets.set(name, [...given]);
    connected.set(name, presence[at] ?? 1n);
  });
  execute(imp.item.body, { run, imp, numbers, nets, connected, guard, depth });
  const outputs = imp.outputs.map((name) => {
    const made = nets.get(name);
    if (made === undefined || made.some((net) => net === undefined))
      throw new TargetError(`\`${name}\` is not defined`, imp.item.name);
    return made;
  });
  if (key !== undefined) wires?.made.set(key, outputs);
  return outputs;
}

function execute(body: readonly Statement[], env: Env): void {
  for (const one of body) {
    switch (one.kind) {
      case "instruction":
        instruct(one, env);
        break;
      case "if": {
        const test = read(one.test, env);
        if (typeof test === "string") branch(one.then, one.otherwise, test, env);
        else execute(test !== 0n ? one.then : one.otherwise, env);
        break;
      }
      case "for": {
        const [low, high] = bounds(one.range, env);
        const numbers = new Map(env.numbers);
        const inner = { ...env, numbers };
        for (let i = low; i < high; i++) {
          numbers.set(one.name.text, i);
          execute(one.body, inner);
        }
        break;
      }
    }
  }
}

/** Both ways; what both define is chosen between, and what only one does has to be a matter of its own. */
function branch(then: readonly Statement[], otherwise: readonly Statement[], test: string, env: Env): void {
  const [one, other] = [then, otherwise].map((body, at) => {
    const nets = new Map([...env.nets].map(([name, bits]): [string, Net[]] => [name, [...bits]]));
    execute(body, { ...env, nets, guard: `${env.guard}&&${at === 0 ? "" : "!"}(${test})` });
    return nets;
  }) as [Map<string, Net[]>, Map<string, Net[]>];
  for (const [name, bits] of one) {
    const others = other.get(name);
    if (others === undefined || others.length !== bits.length) continue;
    const known = env.nets.get(name) ?? [];
    for (let bit = 0; bit < bits.length; bit++)
      if (known[bit] === undefined) known[bit] = chosen(test, bits[bit] as Net, others[bit] as Net, env.run);
    env.nets.set(name, known);
  }
}

function chosen(test: string, one: Net, other: Net, run: Run): Net {
  return -run.dependent.push({ kind: "choice", test, one, other });
}

function instruct(one: Instruction, env: Env): void {
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
      if (name === undefined || run.open.attrs.has(name)) throw new TargetError("this cannot be left open", attr);
      numbers.set(name, read(attr.value, env));
    });
    const given = imp.inputs.map((_, at) => one.args[at]);
    const results = call(
      imp,
      numbers,
      given.map((arg) => (arg === undefined ? undefined : netsOf(arg, env))),
      given.map((arg) => (arg?.kind === "name" ? (env.connected.get(arg.text) ?? 1n) : 1n)),
      run,
      env.guard,
      env.depth + 1,
    );
    one.results.forEach((_, at) => define(one, at, results[at] ?? [], env));
  } else throw new TargetError(`\`${one.op.text}\` is neither a \`prim\` nor an \`imp\``, one.op);
}

function placePrim(prim: Prim, one: Instruction, env: Env): void {
  const { run, guard } = env;
  const ports = prim.inputs.filter(isOperand);
  const params = prim.params.map((param, at): Value => {
    const placed = one.attrs[at];
    const attr =
      one.attrs.find((given) => given.key?.text === param.name) ?? (placed?.key === undefined ? placed : undefined);
    const value = attr === undefined ? 0n : read(attr.value, env);
    return typeof value === "string" ? value : BigInt.asUintN(param.width, value);
  });
  const inputs = ports.flatMap((port, at) => {
    const nets = netsOf(one.args[at] as Expr, env) ?? [];
    if (nets.length !== port.width) throw new TargetError(`\`${port.name}\` has ${port.width} bits`, one);
    return nets;
  });
  run.cells.push({ prim, params, inputs, guard });
  prim.outputs.forEach((port, at) => {
    const nets = Array.from({ length: port.width }, () => run.nets++);
    if (one.results[at] !== undefined) define(one, at, nets, env);
  });
}

function define(one: Instruction, at: number, nets: readonly Net[], env: Env): void {
  const result = one.results[at];
  if (result === undefined) throw new TargetError("this gives a result that nothing takes", one);
  const { text } = result.name;
  const known = env.nets.get(text);
  if (result.index === undefined) {
    if (known !== undefined) throw new TargetError(`\`${text}\` is defined twice`, result);
    env.nets.set(text, [...nets]);
    return;
  }
  const bits = known ?? [];
  if (known === undefined) env.nets.set(text, bits);
  const [low, end] = range(result.index, env).map(Number) as [number, number];
  if (low < 0 || end - low !== nets.length || nets.some((_, bit) => bits[low + bit] !== undefined))
    throw new TargetError(`bit ${low} of \`${text}\` cannot be defined here`, result);
  nets.forEach((net, bit) => {
    bits[low + bit] = net;
  });
}

/** The nets that an argument stands for; undefined for a port that is never connected. */
function netsOf(expr: Expr, env: Env): readonly Net[] | undefined {
  switch (expr.kind) {
    case "name": {
      const known = env.nets.get(expr.text);
      if (known !== undefined) return known;
      return env.imp.inputs.includes(expr.text) || expr.text === "_" ? undefined : [constant(expr, env)];
    }
    case "index": {
      const all = expr.of.kind === "name" ? env.nets.get(expr.of.text) : netsOf(expr.of, env);
      const [low, high] = range(expr.at, env).map(Number) as [number, number];
      const nets = all?.slice(low, high) ?? [];
      if (low < 0 || nets.length !== high - low || nets.includes(undefined as unknown as Net))
        throw new TargetError(`bit ${low} is not defined`, expr);
      return nets;
    }
    case "condition": {
      const test = read(expr.test, env);
      if (typeof test !== "string") return netsOf(test !== 0n ? expr.then : expr.otherwise, env);
      const [one, other] = [netsOf(expr.then, env), netsOf(expr.otherwise, env)];
      if (one === undefined || one.length !== other?.length) throw new TargetError("this cannot be left open", expr);
      return one.map((net, bit) => chosen(test, net, other[bit] as Net, env.run));
    }
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
  const value = read(expr, env);
  if (typeof value === "string") return -env.run.dependent.push({ kind: "value", text: value });
  if (value !== 0n && value !== 1n) throw new TargetError(`a net is 0 or 1, not ${value}`, expr);
  return value === 1n ? HIGH : LOW;
}

function range(at: Expr, env: Env): readonly [bigint, bigint] {
  if (at.kind === "binary" && at.op === "..") return bounds(at, env);
  const low = known(at, env);
  return [low, low + 1n];
}

function bounds(at: Expr, env: Env): readonly [bigint, bigint] {
  if (at.kind !== "binary" || at.op !== ".." || at.left === undefined || at.right === undefined)
    throw new TargetError("expected a range `0..n`", at);
  return [known(at.left, env), known(at.right, env)];
}

function known(expr: Expr, env: Env): bigint {
  const value = read(expr, env);
  if (typeof value === "string") throw new TargetError("this cannot be left open", expr);
  return value;
}

/** As `evaluate`; what is not known is said by names. */
function read(expr: Expr, env: Env): Value {
  switch (expr.kind) {
    case "int":
      return expr.value;
    case "name":
      return env.numbers.get(expr.text) ?? evaluate(expr, new Map());
    case "unary": {
      const arg = read(expr.arg, env);
      if (typeof arg === "string") return `${expr.op}${arg}`;
      return expr.op === "-" ? -arg : expr.op === "~" ? ~arg : arg === 0n ? 1n : 0n;
    }
    case "condition": {
      const test = read(expr.test, env);
      if (typeof test !== "string") return read(test !== 0n ? expr.then : expr.otherwise, env);
      return `(${test}?${read(expr.then, env)}:${read(expr.otherwise, env)})`;
    }
    case "binary":
      return operated(expr, env);
    case "call": {
      const [arg] = expr.args;
      if (expr.name.text === "present" && arg?.kind === "name") return presenceOf(arg.text, env);
      const apply = FUNCTIONS[expr.name.text];
      if (apply === undefined) throw new TargetError("this cannot be left open", expr);
      const args = expr.args.map((one) => read(one, env));
      const numbers = args.filter((one) => typeof one !== "string");
      return numbers.length === args.length ? apply(...numbers) : `${expr.name.text}(${args.join(",")})`;
    }
    case "string":
    case "hole":
    case "index":
      throw new TargetError("this is not a number", expr);
  }
}

function presenceOf(name: string, { run, connected, numbers }: Env): Value {
  if (numbers.has(name)) return 1n;
  const port = connected.get(name);
  if (!run.open.attrs.has(name)) return port ?? 0n;
  return port === undefined ? `present(${name})` : `(present(${name})|${port})`;
}

function operated(expr: Expr & { kind: "binary" }, env: Env): Value {
  const { op, left, right } = expr;
  if (left === undefined || right === undefined) throw new TargetError(`\`${op}\` lacks an operand`, expr);
  const one = read(left, env);
  if (typeof one !== "string" && op === "&&" && one === 0n) return 0n;
  if (typeof one !== "string" && op === "||" && one !== 0n) return 1n;
  const other = read(right, env);
  if (typeof one === "string" || typeof other === "string") return `(${one}${op}${other})`;
  if (op === "&&" || op === "||") return other !== 0n ? 1n : 0n;
  const apply = BINARY[op];
  if (apply === undefined || (other === 0n && (op === "/" || op === "%")))
    throw new TargetError(`\`${op}\` cannot be done here`, expr);
  return apply(one, other);
}
