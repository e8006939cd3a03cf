// How expressions and types are written: parentheses where they must be, spaces where they help.
import type { BinaryExpr, CallExpr, ConditionExpr, Expr, IndexExpr, IntExpr, TypeExpr, UnaryExpr } from "./ast.ts";
import { PRECEDENCE } from "./ast.ts";
import type { Writer } from "./layout.ts";
import type { Span } from "./source.ts";

/** Where an expression stands. */
export interface Place {
  /** Between angle brackets, where comparisons need parentheses. */
  readonly narrow: boolean;
  /** In brackets and coordinates, where `y+1` is written without spaces, if it reads well. */
  readonly tight: boolean;
}

const WIDE: Place = { narrow: false, tight: false };
const TIGHT: Place = { narrow: false, tight: true };

/** Writes an expression, with the comments in it. */
export function writeExpr(w: Writer, expr: Expr, place: Place = WIDE): void {
  write(w, expr, { narrow: place.narrow, tight: place.tight && isPlain(expr) });
}

/** Writes the domain of a parameter that another may follow: in `1.. or u` the range would take `or` for its end. */
export function writeDomain(w: Writer, expr: Expr, isLast: boolean): void {
  if (!isLast && expr.kind === "binary" && expr.right === undefined) writeInner(w, expr, WIDE, true);
  else writeExpr(w, expr, { narrow: true, tight: false });
}

export function writeType(w: Writer, type: TypeExpr): void {
  w.token(type.name, firstOf(type, type.name));
  for (const arg of type.args) {
    w.token("<");
    writeExpr(w, arg, { narrow: true, tight: true });
    w.token(">");
  }
}

export function writeIndex(w: Writer, at: Expr): void {
  w.token("[");
  writeExpr(w, at, TIGHT);
  w.token("]");
}

export function writeCoordinates(w: Writer, coordinates: readonly Expr[]): void {
  writeTuple(w, coordinates, TIGHT);
}

/** The place of `word`, with which the node begins. */
export function firstOf({ start, end }: Span, word: string): Span | undefined {
  return end > 0 ? { start, end: start + word.length } : undefined;
}

/** The place of `word`, with which the node ends. */
export function lastOf({ end }: Span, word: string): Span | undefined {
  return end > 0 ? { start: end - word.length, end } : undefined;
}

function write(w: Writer, expr: Expr, place: Place): void {
  switch (expr.kind) {
    case "name":
      if (expr.type === undefined) return w.token(expr.text, lastOf(expr, expr.text));
      w.token(expr.text, firstOf(expr, expr.text));
      w.token(":");
      w.space();
      return writeType(w, expr.type);
    case "int":
      return writeInt(w, expr);
    case "string":
      return w.token(`"${expr.value.replace(/["\\]/g, "\\$&")}"`, expr);
    case "hole":
      return w.token("??", lastOf(expr, "??"));
    case "unary":
      return writeUnary(w, expr, place);
    case "binary":
      return place.narrow && isTest(expr) ? writeInner(w, expr, place, true) : writeBinary(w, expr, place);
    case "condition":
      return place.narrow ? writeInner(w, expr, place, true) : writeCondition(w, expr, place);
    case "index":
      return writeIndices(w, expr, place);
    case "call":
      return writeCall(w, expr);
  }
}

/** Writes a part of an expression, in parentheses or not. */
function writeInner(w: Writer, expr: Expr, place: Place, parentheses: boolean): void {
  if (!parentheses) return write(w, expr, place);
  w.token("(");
  write(w, expr, { narrow: false, tight: place.tight });
  w.token(")");
}

/** A sign may stand apart from its digits in the source. */
function writeInt(w: Writer, expr: IntExpr): void {
  const { text, start, end } = expr;
  const isApart = text.startsWith("-") && end - start > text.length;
  if (isApart) w.token("-", firstOf(expr, "-"));
  const digits = isApart ? text.slice(1) : text;
  w.token(digits, lastOf(expr, digits));
}

function writeUnary(w: Writer, expr: UnaryExpr, place: Place): void {
  const { op, arg } = expr;
  w.token(op, firstOf(expr, op));
  const doubled = op === "-" && (isNegative(arg) || (arg.kind === "unary" && arg.op === "-"));
  writeInner(w, arg, place, doubled || arg.kind === "binary" || arg.kind === "condition");
}

function isNegative(expr: Expr): boolean {
  return expr.kind === "int" && expr.text.startsWith("-");
}

/** A long sum is a deep tree to the left, so that side takes no recursion. */
function writeBinary(w: Writer, expr: BinaryExpr, place: Place): void {
  const spine = [expr];
  let { left } = expr;
  for (let outer = expr; left?.kind === "binary" && !isInner(left, outer, place); left = left.left) {
    spine.push(left);
    outer = left;
  }
  if (left !== undefined) writeInner(w, left, place, left.kind === "binary" || left.kind === "condition");
  for (const node of spine.reverse()) {
    const { op, right } = node;
    const spaced = isSpaced(node, place);
    if (spaced && node.left !== undefined) w.space();
    w.token(op);
    if (right === undefined) continue;
    if (spaced) w.space();
    const parentheses = right.kind === "binary" && strength(right) <= strength(node);
    writeInner(w, right, place, parentheses || right.kind === "condition");
  }
}

/** Whether the left operand of `outer` needs parentheses. */
function isInner(left: BinaryExpr, outer: BinaryExpr, { narrow }: Place): boolean {
  return strength(left) < strength(outer) || (narrow && isTest(left));
}

function strength({ op }: BinaryExpr): number {
  return PRECEDENCE[op] ?? 0;
}

/** Comparisons and their like, which a `>` might end. */
function isTest({ op }: BinaryExpr): boolean {
  const strong = PRECEDENCE[op] ?? 0;
  return strong > (PRECEDENCE[".."] ?? 0) && strong < (PRECEDENCE["|"] ?? 0);
}

/** `-` stands inside names, so there is always space around it. Fractions and ranges have none, if they are simple. */
function isSpaced({ op, left, right }: BinaryExpr, { tight }: Place): boolean {
  if (tight) return false;
  if (op === "..") return left?.kind === "binary" || right?.kind === "binary";
  return !(op === "/" && left?.kind === "int" && right?.kind === "int");
}

const PLAIN: ReadonlySet<string> = new Set(["+", "*", "/", "%", ".."]);

/** Whether an expression reads well without spaces. */
function isPlain(expr: Expr): boolean {
  for (let at: Expr | undefined = expr; at !== undefined; ) {
    if (at.kind === "condition") return false;
    if (at.kind === "unary") at = at.arg;
    else if (at.kind === "index") at = at.of;
    else if (at.kind !== "binary") return true;
    else if (!PLAIN.has(at.op) || (at.right !== undefined && !isPlain(at.right))) return false;
    else at = at.left;
  }
  return true;
}

function writeCondition(w: Writer, { test, then, otherwise }: ConditionExpr, place: Place): void {
  writeInner(w, test, place, test.kind === "condition");
  w.space();
  w.token("?");
  w.space();
  write(w, then, place);
  w.space();
  w.token(":");
  w.space();
  write(w, otherwise, place);
}

function writeIndices(w: Writer, expr: IndexExpr, place: Place): void {
  const indices = [expr.at];
  let { of } = expr;
  for (; of.kind === "index"; of = of.of) indices.push(of.at);
  const { kind } = of;
  writeInner(w, of, place, kind === "binary" || kind === "condition" || kind === "unary" || isNegative(of));
  for (const at of indices.reverse()) writeIndex(w, at);
}

function writeCall(w: Writer, { name, args }: CallExpr): void {
  w.token(name.text, name);
  writeTuple(w, args, WIDE);
}

/** A list in parentheses that stays in its line. */
function writeTuple(w: Writer, elements: readonly Expr[], place: Place): void {
  w.token("(");
  elements.forEach((element, at) => {
    if (at > 0) {
      w.token(",");
      w.space();
    }
    writeExpr(w, element, place);
  });
  w.token(")");
}
