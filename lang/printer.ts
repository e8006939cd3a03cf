// The one printer of all dialects: a program in its canonical layout, with its comments.
import type {
  Attr,
  Branch,
  Expr,
  Instruction,
  Item,
  Location,
  Loop,
  Param,
  Port,
  Program,
  Statement,
  TypeExpr,
} from "./ast.ts";
import { firstOf, lastOf, writeCoordinates, writeDomain, writeExpr, writeIndex, writeType } from "./expression.ts";
import { type Writer, writer } from "./layout.ts";
import type { ListStyle } from "./lines.ts";
import type { Span } from "./source.ts";

/** Lines longer than this are broken, where they can be. */
const WIDTH = 100;

/**
 * The canonical text of a program: parsed again it is the same program, and printed again the same text. Comments stay
 * between the tokens where they were, except that `//` and those on lines of their own go behind `,`, `;` and `{`.
 * Programs made by code print as well; a program with syntax errors prints as far as it was read.
 */
export function print(program: Program): string {
  const w = writer(program, WIDTH);
  for (const item of program.items) printItem(w, item);
  return w.finish();
}

/** One instruction on one line, without its comments. */
export function printInstruction(instruction: Instruction): string {
  return flat((w) => writeInstruction(w, instruction));
}

export function printExpr(expr: Expr): string {
  return flat((w) => writeExpr(w, expr));
}

export function printType(type: TypeExpr): string {
  return flat((w) => writeType(w, type));
}

function flat(write: (w: Writer) => void): string {
  const w = writer({ source: { file: "", text: "" }, comments: [] }, Number.POSITIVE_INFINITY);
  write(w);
  w.end();
  return w.finish().trimEnd();
}

function printItem(w: Writer, item: Item): void {
  w.begin(item);
  w.token(item.keyword.text, item.keyword);
  w.space();
  w.token(item.name.text, item.name);
  if (item.params.length > 0) writeList(w, "<", item.params, ">", (one) => writeParam(w, one));
  writeAttrs(w, item.attrs);
  if (item.keyword.text === "def" || item.inputs.length + item.outputs.length > 0)
    writeList(w, "(", item.inputs, ")", (one) => writePort(w, one), "lines");
  if (item.outputs.length > 0) {
    w.space();
    w.token("->");
    w.space();
    writeList(w, "(", item.outputs, ")", (one) => writePort(w, one), "lines");
  }
  w.space();
  const open = item.marks.bodyStart;
  writeBody(w, item.body, open > 0 ? { start: open, end: open + 1 } : undefined, lastOf(item, "}"));
  w.end();
  w.leaveBlank();
}

function writeBody(w: Writer, body: readonly Statement[], open: Span | undefined, close: Span | undefined): void {
  w.body(open, close, body.length === 0, () => {
    for (const statement of body) writeStatement(w, statement);
  });
}

function writeStatement(w: Writer, statement: Statement): void {
  w.begin(statement);
  switch (statement.kind) {
    case "instruction":
      writeInstruction(w, statement);
      break;
    case "for":
      writeLoop(w, statement);
      break;
    case "if":
      writeBranch(w, statement);
      break;
  }
  w.end();
}

function writeLoop(w: Writer, loop: Loop): void {
  w.token("for", firstOf(loop, "for"));
  w.space();
  w.token(loop.name.text, loop.name);
  w.space();
  w.token("in");
  w.space();
  writeExpr(w, loop.range);
  w.space();
  writeBody(w, loop.body, undefined, lastOf(loop, "}"));
}

function writeBranch(w: Writer, branch: Branch): void {
  for (let at = branch; ; ) {
    w.token("if", firstOf(at, "if"));
    w.space();
    writeExpr(w, at.test);
    w.space();
    const [inner] = at.otherwise;
    writeBody(w, at.then, undefined, inner === undefined ? lastOf(at, "}") : undefined);
    if (inner === undefined) return;
    w.space();
    w.token("else");
    w.space();
    // `else if`; in `else { if ... }` the outer one ends behind the inner one.
    const chained = at.otherwise.length === 1 && inner.kind === "if" && inner.end === at.end;
    if (!chained) return writeBody(w, at.otherwise, undefined, lastOf(at, "}"));
    at = inner;
  }
}

function writeInstruction(w: Writer, instruction: Instruction): void {
  const { results, op, attrs, args, loc } = instruction;
  const [result] = results;
  if (result !== undefined) {
    if (results.length === 1 && !result.optional) writePort(w, result);
    else writeList(w, "(", results, ")", (one) => writePort(w, one));
    w.space();
    w.token("=");
    w.space();
  }
  w.token(op.text, op);
  if (instruction.optional) w.token("?");
  writeAttrs(w, attrs);
  if (args.length > 0) writeList(w, "(", args, ")", (arg) => writeExpr(w, arg));
  if (loc !== undefined) writeLocation(w, loc);
  w.token(";", lastOf(instruction, ";"));
}

function writeLocation(w: Writer, loc: Location): void {
  w.space();
  w.token("@", firstOf(loc, "@"));
  w.token(loc.resource.text, loc.resource);
  if (loc.coordinates.length > 0) writeCoordinates(w, loc.coordinates);
}

function writeParam(w: Writer, { name, domain }: Param): void {
  w.token(name.text, name);
  domain.forEach((expr, at) => {
    w.token(at === 0 ? ":" : "or");
    w.space();
    writeDomain(w, expr, at + 1 === domain.length);
    if (at + 1 < domain.length) w.space();
  });
}

function writePort(w: Writer, { name, optional, index, type }: Port): void {
  w.token(name.text, name);
  if (optional) w.token("?");
  if (index !== undefined) writeIndex(w, index);
  if (type === undefined) return;
  w.token(":");
  w.space();
  writeType(w, type);
}

function writeAttrs(w: Writer, attrs: readonly Attr[]): void {
  if (attrs.length > 0) writeList(w, "[", attrs, "]", (one) => writeAttr(w, one));
}

function writeAttr(w: Writer, { key, value }: Attr): void {
  if (key !== undefined) {
    w.token(key.text, key);
    w.token(":");
    w.space();
  }
  writeExpr(w, value);
}

function writeList<T>(
  w: Writer,
  open: string,
  elements: readonly T[],
  close: string,
  write: (element: T) => void,
  style: ListStyle = "fill",
): void {
  w.open(open, style);
  elements.forEach((element, at) => {
    if (at > 0) w.separate();
    write(element);
  });
  w.close(close);
}
