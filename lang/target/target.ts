// A target: what its description says, ready to be used. Nothing here is unrolled; families stay families until a
// program asks for one of their members.
import type { Attr, Expr, Item, Statement } from "../ast.ts";
import type { Operation } from "../ops.ts";
import type { Source, Span } from "../source.ts";

/** A vendor's cell. */
export interface Prim {
  readonly name: string;
  readonly inputs: readonly PrimPort[];
  readonly outputs: readonly PrimPort[];
  /** Names of its parameters, with their widths in bits. */
  readonly params: readonly { readonly name: string; readonly width: number }[];
  /** What it computes, as IR with parameters. */
  readonly item: Item;
  readonly source: Source;
  /** A function of its inputs only: may be shared, and replaced where it is a constant or a wire. */
  readonly role: "lut" | "carry" | "state" | "other";
  /** The resource whose site it stands on. */
  readonly resource: string | undefined;
}

export interface PrimPort {
  readonly name: string;
  readonly width: number;
  /** The implicit clock of the program is connected here. */
  readonly isClock: boolean;
}

/** A parameter of a family: a kind of type (`T: i or u`), or a number in a range. */
export interface FamilyParam {
  readonly name: string;
  readonly kinds: ReadonlySet<"i" | "u" | "bool"> | undefined;
  readonly range: readonly [Expr | undefined, Expr | undefined] | undefined;
}

/** The type of a port of a pattern: `T<w>`, `i<w>`, `bool`, `T<w><l>`. */
export interface TypePattern {
  /** A kind, or the parameter that stands for one. */
  readonly kind: string;
  readonly width: Expr | undefined;
  readonly lanes: Expr | undefined;
}

export interface PatternPort {
  readonly name: string;
  readonly type: TypePattern;
  readonly optional: boolean;
  /** An operand of a `lut`, and of nothing else: a `bool` there is the same for all bits. */
  readonly broadcasts: boolean;
}

/** One instruction of a pattern's body, as a tree: operands are ports or other instructions. */
export type PatternTree =
  | { readonly kind: "port"; readonly name: string }
  | {
      readonly kind: "op";
      readonly op: Operation;
      readonly name: string;
      /** May be absent: then operand `standIn` stands for it, the first that does not vanish with it. */
      readonly optional: boolean;
      readonly standIn: number;
      /** Attributes and ports of which one is there exactly if the operation is: its attributes, or its optional ports. */
      readonly presence: readonly string[];
      readonly type: TypePattern | undefined;
      /** Names that the attributes are bound to, or values that they must have. */
      readonly attrs: readonly Expr[];
      readonly args: readonly PatternTree[];
    };

export interface PatternAttr {
  readonly name: string;
  readonly optional: boolean;
  /**
   * A truth table of so many inputs: one for all bits, or one a bit. As a parameter it is the tables of all bits side by
   * side, each in 2^inputs bits.
   */
  readonly table: number | undefined;
}

/** An instruction of the target. */
export interface Pattern {
  readonly name: string;
  readonly params: readonly FamilyParam[];
  readonly inputs: readonly PatternPort[];
  readonly output: PatternPort;
  readonly tree: PatternTree;
  /** Attributes of the instruction, in the order in which the body binds them. */
  readonly attrs: readonly PatternAttr[];
  /** Cells by resource, and `delay` in ps. */
  readonly costs: readonly Attr[];
  /** Conditions on the parameters. */
  readonly when: Expr | undefined;
  /** The resource that its location names: the first of its costs. */
  readonly resource: string;
  readonly item: Item;
  readonly source: Source;
}

/** The cells of an instruction. */
export interface Implementation {
  readonly name: string;
  readonly params: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly body: readonly Statement[];
  readonly item: Item;
  readonly source: Source;
}

/** An item whose meaning is data: `tile`, `timing`, `device`, `flow`. */
export interface Block {
  readonly name: string;
  readonly item: Item;
  readonly source: Source;
}

export interface Target {
  readonly name: string;
  readonly prims: ReadonlyMap<string, Prim>;
  readonly patterns: ReadonlyMap<string, Pattern>;
  readonly implementations: ReadonlyMap<string, Implementation>;
  readonly tiles: ReadonlyMap<string, Block>;
  readonly timings: ReadonlyMap<string, Block>;
  readonly devices: ReadonlyMap<string, Block>;
  readonly flows: ReadonlyMap<string, Block>;
  /** Hints to the resources that they mean: `lut` may mean `lc`; a resource's own name means it. */
  readonly hints: ReadonlyMap<string, string>;
}

/** A place in a target's file. */
export interface Place {
  readonly source: Source;
  readonly span: Span;
}
