// Moves nodes of a tree, as an edit before them has moved their text. They are changed in place: the tree of an open file
// belongs to that file alone, and half of a large one moves at every keystroke. Whoever has an older version of the tree
// must not use it any more.
import type { Attr, Comment, Expr, Item, Location, Name, Param, Port, Statement, TypeExpr } from "../ast.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Source, Span } from "../source.ts";

/** A node whose place may change. */
interface Movable {
  start: number;
  end: number;
}

function move(node: Span, by: number): void {
  const movable: Movable = node;
  movable.start += by;
  movable.end += by;
}

export function moveItem(item: Item, by: number): void {
  move(item, by);
  moveName(item.keyword, by);
  moveName(item.name, by);
  for (const param of item.params) moveParam(param, by);
  for (const attr of item.attrs) moveAttr(attr, by);
  for (const port of item.inputs) movePort(port, by);
  for (const port of item.outputs) movePort(port, by);
  const marks: { -readonly [Mark in keyof Item["marks"]]: number } = item.marks;
  marks.inputsEnd += by;
  marks.outputsEnd += by;
  marks.bodyStart += by;
  for (const statement of item.body) moveStatement(statement, by);
}

export function moveStatement(one: Statement, by: number): void {
  move(one, by);
  switch (one.kind) {
    case "instruction":
      for (const port of one.results) movePort(port, by);
      moveName(one.op, by);
      for (const attr of one.attrs) moveAttr(attr, by);
      for (const arg of one.args) moveExpr(arg, by);
      if (one.loc !== undefined) moveLocation(one.loc, by);
      break;
    case "for":
      moveName(one.name, by);
      moveExpr(one.range, by);
      for (const inner of one.body) moveStatement(inner, by);
      break;
    case "if":
      moveExpr(one.test, by);
      for (const inner of one.then) moveStatement(inner, by);
      for (const inner of one.otherwise) moveStatement(inner, by);
      break;
  }
}

export function moveComment(comment: Comment, by: number): void {
  move(comment, by);
}

/** The same diagnostic about another text, in which `place` tells where a place is. */
export function moved(one: Diagnostic, source: Source, place: (span: Span) => Span): Diagnostic {
  return { ...one, source, labels: one.labels.map(({ span, text }) => ({ span: place(span), text })) };
}

/** The name that stands where there is none is one for all instructions, and has no place. */
function moveName(name: Name, by: number): void {
  if (name.end > 0) move(name, by);
}

function moveParam(param: Param, by: number): void {
  move(param, by);
  moveName(param.name, by);
  for (const one of param.domain) moveExpr(one, by);
}

function movePort(port: Port, by: number): void {
  move(port, by);
  moveName(port.name, by);
  if (port.index !== undefined) moveExpr(port.index, by);
  if (port.type !== undefined) moveType(port.type, by);
}

function moveType(type: TypeExpr, by: number): void {
  move(type, by);
  for (const arg of type.args) moveExpr(arg, by);
}

function moveAttr(attr: Attr, by: number): void {
  move(attr, by);
  if (attr.key !== undefined) moveName(attr.key, by);
  moveExpr(attr.value, by);
}

function moveLocation(loc: Location, by: number): void {
  move(loc, by);
  moveName(loc.resource, by);
  for (const coordinate of loc.coordinates) moveExpr(coordinate, by);
}

function moveExpr(one: Expr, by: number): void {
  move(one, by);
  switch (one.kind) {
    case "name":
      if (one.type !== undefined) moveType(one.type, by);
      break;
    case "int":
    case "string":
    case "hole":
      break;
    case "unary":
      moveExpr(one.arg, by);
      break;
    case "binary":
      if (one.left !== undefined) moveExpr(one.left, by);
      if (one.right !== undefined) moveExpr(one.right, by);
      break;
    case "condition":
      moveExpr(one.test, by);
      moveExpr(one.then, by);
      moveExpr(one.otherwise, by);
      break;
    case "index":
      moveExpr(one.of, by);
      moveExpr(one.at, by);
      break;
    case "call":
      moveName(one.name, by);
      for (const arg of one.args) moveExpr(arg, by);
      break;
  }
}
