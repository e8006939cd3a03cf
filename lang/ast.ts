// The tree of every text of the system: IR, assembly and target descriptions. Immutable; facts about it live in Maps
// of the pass that needs them. Each node is a `Span` of its source; a node made by a program has the span 0..0.
import type { Origin, Source, Span } from "./source.ts";

/** The three dialects. IR and assembly are the same shape, told apart by `check`. */
export type Dialect = "ir" | "asm" | "tdl";

export interface Program {
  readonly source: Source;
  readonly items: readonly Item[];
  readonly comments: readonly Comment[];
}

/** A comment, its marks included. `//` runs to the end of its line. */
export interface Comment extends Span {
  readonly text: string;
}

/** `keyword name<params>[attrs](inputs) -> (outputs) { body }`. */
export interface Item extends Span {
  readonly keyword: Name;
  readonly name: Name;
  readonly params: readonly Param[];
  readonly attrs: readonly Attr[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly body: readonly Statement[];
  /** Offsets behind the inputs, behind the outputs, and of the `{`: the printer needs them for comments. */
  readonly marks: { readonly inputsEnd: number; readonly outputsEnd: number; readonly bodyStart: number };
}

export interface Name extends Span {
  readonly text: string;
}

/** A parameter of a family, `T: i or u` or `w: 1..16`. Target descriptions only. */
export interface Param extends Span {
  readonly name: Name;
  readonly domain: readonly Expr[];
}

/** A value that is given a name: a port, or the result of an instruction. */
export interface Port extends Span {
  readonly name: Name;
  /** `en?`: a port that may be left unconnected. Target descriptions only. */
  readonly optional: boolean;
  /** `c[i+1]`: one bit of a net. Target descriptions only. */
  readonly index: Expr | undefined;
  readonly type: TypeExpr | undefined;
}

/** `i8`, `i8<4>`, or over parameters `T<w>`: a word and what stands between its angle brackets. */
export interface TypeExpr extends Span {
  readonly name: string;
  readonly args: readonly Expr[];
}

export type Statement = Instruction | Loop | Branch;

/** `y: T = op[attrs](args) @loc;`. One that was selected stems from all that it computes, one that was read from its text. */
export interface Instruction extends Origin {
  readonly kind: "instruction";
  readonly results: readonly Port[];
  readonly op: Name;
  /** `reg?`: may be absent. Target descriptions only. */
  readonly optional: boolean;
  readonly attrs: readonly Attr[];
  readonly args: readonly Expr[];
  readonly loc: Location | undefined;
  /** The parser gave up inside: the text has been reported, what can be used stands here. */
  readonly partial: boolean;
}

/** `for i in 0..w { ... }`. Target descriptions only. */
export interface Loop extends Span {
  readonly kind: "for";
  readonly name: Name;
  readonly range: Expr;
  readonly body: readonly Statement[];
}

/** `if test { ... } else { ... }`. Target descriptions only. */
export interface Branch extends Span {
  readonly kind: "if";
  readonly test: Expr;
  readonly then: readonly Statement[];
  readonly otherwise: readonly Statement[];
}

/** `value`, or `key: value`. */
export interface Attr extends Span {
  readonly key: Name | undefined;
  readonly value: Expr;
}

/** `@lut`, `@??`, `@dsp(3, y+1)`. No coordinates in a hint of the IR. */
export interface Location extends Span {
  /** Name of a resource, or `??` for any. */
  readonly resource: Name;
  readonly coordinates: readonly Expr[];
}

export type Expr =
  | NameExpr
  | IntExpr
  | StringExpr
  | HoleExpr
  | UnaryExpr
  | BinaryExpr
  | ConditionExpr
  | IndexExpr
  | CallExpr;

/** A use of a name; the original language lets it carry the type that the name has. */
export interface NameExpr extends Span {
  readonly kind: "name";
  readonly text: string;
  readonly type: TypeExpr | undefined;
}

/** An integer of any size, with its spelling. */
export interface IntExpr extends Span {
  readonly kind: "int";
  readonly value: bigint;
  readonly text: string;
}

export interface StringExpr extends Span {
  readonly kind: "string";
  readonly value: string;
}

/** `??`: to be filled in by a later stage. */
export interface HoleExpr extends Span {
  readonly kind: "hole";
}

export interface UnaryExpr extends Span {
  readonly kind: "unary";
  readonly op: "-" | "!" | "~";
  readonly arg: Expr;
}

/** Arithmetic over parameters; `..` is a range, either end of which may be missing. */
export interface BinaryExpr extends Span {
  readonly kind: "binary";
  readonly op: string;
  readonly left: Expr | undefined;
  readonly right: Expr | undefined;
}

export interface ConditionExpr extends Span {
  readonly kind: "condition";
  readonly test: Expr;
  readonly then: Expr;
  readonly otherwise: Expr;
}

/** `a[i]`, `a[0..3]`. */
export interface IndexExpr extends Span {
  readonly kind: "index";
  readonly of: Expr;
  readonly at: Expr;
}

/** `max(a, b)`. */
export interface CallExpr extends Span {
  readonly kind: "call";
  readonly name: Name;
  readonly args: readonly Expr[];
}

/** Binding strength of the binary operators of target descriptions; `..` binds least. */
export const PRECEDENCE: Readonly<Record<string, number>> = {
  "..": 1,
  "||": 2,
  "&&": 3,
  "==": 4,
  "!=": 4,
  "<": 5,
  "<=": 5,
  ">": 5,
  ">=": 5,
  "|": 6,
  "^": 7,
  "&": 8,
  "<<": 9,
  "+": 10,
  "-": 10,
  "*": 11,
  "/": 11,
  "%": 11,
};

export const NOWHERE: Span = { start: 0, end: 0 };
