// Arithmetic over the parameters of a target description: exact integers, and fractions of them for costs.
import type { Expr } from "../ast.ts";
import type { Span } from "../source.ts";

/** The parameters that an expression may name. */
export type Scope = ReadonlyMap<string, bigint>;

/** A mistake in a target description, with its place. The loader makes a diagnostic of it. */
export class TargetError extends Error {
  override readonly name = "TargetError";
  readonly span: Span;
  constructor(message: string, span: Span) {
    super(message);
    this.span = span;
  }
}

export const BINARY: Readonly<Record<string, (a: bigint, b: bigint) => bigint>> = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
  "<<": (a, b) => a << b,
  "&": (a, b) => a & b,
  "|": (a, b) => a | b,
  "^": (a, b) => a ^ b,
  "==": (a, b) => truth(a === b),
  "!=": (a, b) => truth(a !== b),
  "<": (a, b) => truth(a < b),
  "<=": (a, b) => truth(a <= b),
  ">": (a, b) => truth(a > b),
  ">=": (a, b) => truth(a >= b),
};

/**
 * Functions of parameters: `bit(v, i)`, `clog2(n)` (bits to count to n - 1), `ceil(a, b)` (a / b rounded up),
 * `field(v, i, n)` (the i-th n bits of v), `gather(v, k0, k1, ...)` (bit i is bit ki of v), `ones(v, w)` (bits that are 1),
 * `terms(v, w)`, `place(v, w, k)` and `minus(v, w, k)` (how many terms a product with v is the sum of, by how much term k
 * is shifted, and whether it is subtracted), `sums(v, w)` (the bits of all those sums, and of the factor inverted for terms
 * that are subtracted), `max`, `min`, `abs`; see also `bits`.
 */
export const FUNCTIONS: Readonly<Record<string, (...x: readonly bigint[]) => bigint>> = {
  bit: (v = 0n, i = 0n) => (v >> i) & 1n,
  clog2: (n = 1n) => (n <= 1n ? 0n : BigInt((n - 1n).toString(2).length)),
  ceil: (a = 0n, b = 1n) => (a + b - 1n) / b,
  field: (v = 0n, i = 0n, n = 1n) => (v >> (i * n)) & ((1n << n) - 1n),
  gather: (v = 0n, ...places) => places.reduceRight((all, place) => 2n * all + ((v >> place) & 1n), 0n),
  ones: (v = 0n, w = 0n) =>
    BigInt([...BigInt.asUintN(Number(w), v).toString(2)].filter((digit) => digit === "1").length),
  terms: (v = 0n, w = 0n) => BigInt(termsOf(v, Number(w)).length),
  place: (v = 0n, w = 0n, k = 0n) => BigInt(termsOf(v, Number(w))[Number(k)]?.place ?? 0),
  minus: (v = 0n, w = 0n, k = 0n) => truth((termsOf(v, Number(w))[Number(k)]?.digit ?? 0) < 0),
  sums: (v = 0n, w = 0n) => {
    const terms = termsOf(v, Number(w));
    const inverted = terms.slice(1).find(({ digit }) => digit < 0);
    return terms.slice(1).reduce((all, { place }) => all + w - BigInt(place), 0n) + w - BigInt(inverted?.place ?? w);
  },
  max: (...x) => x.reduce((a, b) => (a > b ? a : b)),
  min: (...x) => x.reduce((a, b) => (a < b ? a : b)),
  abs: (a = 0n) => (a < 0n ? -a : a),
};

/** Truth tables of the bits of a word side by side: one that is for all bits, or one for each. */
export function packTables(tables: readonly bigint[], inputs: number, width: number): bigint {
  const rows = BigInt(2 ** inputs);
  let packed = 0n;
  for (let bit = width - 1; bit >= 0; bit--)
    packed = (packed << rows) | ((tables.length === 1 ? tables[0] : tables[bit]) ?? 0n);
  return packed;
}

/** Words side by side in one number, the first at the bottom. */
export function packWords(words: readonly bigint[], width: number): bigint {
  const digits = words.map((word) => BigInt.asUintN(width, word).toString(2).padStart(width, "0"));
  return digits.length === 0 ? 0n : BigInt(`0b${digits.reverse().join("")}`);
}

/** The same backwards. */
export function splitWords(packed: bigint, count: number, width: number): readonly bigint[] {
  const digits = BigInt.asUintN(count * width, packed)
    .toString(2)
    .padStart(count * width, "0");
  return Array.from({ length: count }, (_, at) => {
    const end = digits.length - at * width;
    return BigInt(`0b${digits.slice(end - width, end)}`);
  });
}

/** A digit of a multiplier, 1 or -1, and the power of two that it counts. */
interface Term {
  readonly place: number;
  readonly digit: number;
}

const recoded = new Map<string, readonly Term[]>();

/**
 * The digits of a multiplier of `w` bits that are not 0, modulo 2^w: its bits, or its non-adjacent form (Reitwiesner 1960)
 * with digits -1, where that saves more additions than the inverters of negative digits cost. Sorted by place, behind the
 * first that is positive, or behind a digit 0 past the top if none is.
 */
function termsOf(v: bigint, w: number): readonly Term[] {
  const key = `${w} ${v}`;
  const known = recoded.get(key);
  if (known !== undefined) return known;
  let rest = BigInt.asUintN(w, v);
  const plain: Term[] = [];
  for (let place = 0; place < w; place++) if ((rest >> BigInt(place)) & 1n) plain.push({ place, digit: 1 });
  const signed: Term[] = [];
  for (let place = 0; place < w; place++) {
    const digit = (rest & 1n) === 0n ? 0n : (rest & 3n) === 3n ? -1n : 1n;
    if (digit !== 0n) signed.push({ place, digit: Number(digit) });
    rest = (rest - digit) >> 1n;
  }
  const chosen = signed.length + 1 < plain.length ? signed : plain;
  const first = chosen.find(({ digit }) => digit > 0) ?? { place: w, digit: 0 };
  const terms = [first, ...chosen.filter((term) => term !== first)];
  recoded.set(key, terms);
  return terms;
}

/** What `present(x)` asks: whether an optional port is connected, or an optional attribute is given. */
export type Present = (name: string) => boolean;

function truth(value: boolean): bigint {
  return value ? 1n : 0n;
}

/** The integer that an expression stands for. Throws `TargetError`. */
export function evaluate(expr: Expr, scope: Scope, present: Present = () => false): bigint {
  if (expr.kind === "int") return expr.value;
  if (expr.kind === "name") {
    const known = scope.get(expr.text);
    if (known === undefined) throw new TargetError(unknown(expr.text, scope), expr);
    return known;
  }
  switch (expr.kind) {
    case "unary": {
      const value = evaluate(expr.arg, scope, present);
      return expr.op === "-" ? -value : expr.op === "~" ? ~value : truth(value === 0n);
    }
    case "condition":
      return evaluate(evaluate(expr.test, scope, present) !== 0n ? expr.then : expr.otherwise, scope, present);
    case "binary":
      return binary(expr, (inner) => evaluate(inner, scope, present));
    case "call": {
      const [arg] = expr.args;
      if (expr.name.text === "bits") return bits(expr, scope, present);
      if (expr.name.text === "present" && arg?.kind === "name") return truth(present(arg.text));
      const apply = FUNCTIONS[expr.name.text];
      if (apply === undefined) throw new TargetError(`there is no function \`${expr.name.text}\``, expr.name);
      return apply(...expr.args.map((inner) => evaluate(inner, scope, present)));
    }
    case "string":
    case "hole":
    case "index":
      throw new TargetError("this is not a number", expr);
  }
}

function binary(expr: Expr & { kind: "binary" }, value: (inner: Expr) => bigint): bigint {
  const { op, left, right } = expr;
  if (left === undefined || right === undefined) throw new TargetError(`\`${op}\` lacks an operand`, expr);
  if (op === "&&") return value(left) !== 0n ? truth(value(right) !== 0n) : 0n;
  if (op === "||") return value(left) !== 0n ? 1n : truth(value(right) !== 0n);
  const apply = BINARY[op];
  if (apply === undefined) throw new TargetError(`\`${op}\` is not an operator on numbers`, expr);
  const by = value(right);
  if (by === 0n && (op === "/" || op === "%")) throw new TargetError("division by zero", right);
  if (op === "<<" && (by < 0n || by > 8192n)) throw new TargetError("shifted too far", right);
  return apply(value(left), by);
}

/** `bits(i, 0..n, x)`: the number whose bits are those of `x` for i from 0 on, 1 where it is not 0. */
function bits(expr: Expr & { kind: "call" }, scope: Scope, present: Present): bigint {
  const [name, range, each] = expr.args;
  if (name?.kind !== "name" || range?.kind !== "binary" || range.op !== ".." || each === undefined)
    throw new TargetError("expected `bits(i, 0..n, x)`", expr);
  if (range.left === undefined || range.right === undefined) throw new TargetError("a range has both ends", range);
  const low = evaluate(range.left, scope, present);
  const high = evaluate(range.right, scope, present);
  const place = { at: 0n };
  const value = stepped(each, name.text, place, new Map(scope), present);
  let digits = "";
  for (place.at = high - 1n; place.at >= low; place.at--) digits += value() === 0n ? "0" : "1";
  return digits === "" ? 0n : BigInt(`0b${digits}`);
}

/** An expression that is evaluated thousands of times, each time at another place; what does not name that is known. */
function stepped(expr: Expr, name: string, place: { at: bigint }, scope: Scope, present: Present): () => bigint {
  if (!mentions(expr, name)) {
    let known: bigint | undefined;
    return () => (known ??= evaluate(expr, scope, present));
  }
  const step = (inner: Expr) => stepped(inner, name, place, scope, present);
  switch (expr.kind) {
    case "name":
      return () => place.at;
    case "condition": {
      const [test, then, otherwise] = [step(expr.test), step(expr.then), step(expr.otherwise)];
      return () => (test() !== 0n ? then() : otherwise());
    }
    case "binary": {
      if (expr.left === undefined || expr.right === undefined) break;
      const sides = new Map([expr.left, expr.right].map((side) => [side, step(side)]));
      return () => binary(expr, (side) => sides.get(side)?.() ?? 0n);
    }
    case "call": {
      const apply = FUNCTIONS[expr.name.text];
      if (apply === undefined) break;
      const args = expr.args.map(step);
      return () => apply(...args.map((arg) => arg()));
    }
    case "unary":
    case "int":
    case "string":
    case "hole":
    case "index":
      break;
  }
  const inner = new Map(scope);
  return () => evaluate(expr, inner.set(name, place.at), present);
}

/** Whether an expression names a parameter. */
export function mentions(expr: Expr | undefined, name: string): boolean {
  switch (expr?.kind) {
    case "name":
      return expr.text === name;
    case "unary":
      return mentions(expr.arg, name);
    case "binary":
      return mentions(expr.left, name) || mentions(expr.right, name);
    case "condition":
      return [expr.test, expr.then, expr.otherwise].some((one) => mentions(one, name));
    case "index":
      return mentions(expr.of, name) || mentions(expr.at, name);
    case "call":
      return expr.args.some((one) => mentions(one, name));
    case "int":
    case "string":
    case "hole":
    case undefined:
      return false;
  }
}

function unknown(name: string, scope: Scope): string {
  const spaced = name.includes("-") && scope.has(name.slice(0, name.indexOf("-")));
  return spaced ? `\`${name}\` is one name; write spaces around \`-\`` : `\`${name}\` is not a parameter`;
}

/** A cost, which unlike other values may have a fraction: a number of cells, or picoseconds. */
export function cost(expr: Expr, scope: Scope, present: Present = () => false): number {
  const value = (inner: Expr) => cost(inner, scope, present);
  if (expr.kind === "condition")
    return evaluate(expr.test, scope, present) !== 0n ? value(expr.then) : value(expr.otherwise);
  if (expr.kind === "binary" && expr.left !== undefined && expr.right !== undefined) {
    const { left, right } = expr;
    if (expr.op === "/") return value(left) / value(right);
    if (expr.op === "*") return value(left) * value(right);
    if (expr.op === "+") return value(left) + value(right);
    if (expr.op === "-") return value(left) - value(right);
  }
  return Number(evaluate(expr, scope, present));
}

/** So many lanes, or as often as many bits, are enough to fill any unit. */
const MANY = 16n;

/** What lanes take of units where others may fill the rest of the last one. */
export function sharedCost(value: Expr, scope: Scope, present: Present, lanes: string | undefined): number {
  const count = lanes === undefined ? undefined : scope.get(lanes);
  if (lanes === undefined || count === undefined) return cost(value, scope, present);
  return cost(value, new Map(scope).set(lanes, count * MANY), present) / Number(MANY);
}
