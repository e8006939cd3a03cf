// A target: what its description says, ready to be used. Nothing here is unrolled; families stay families until a
// program asks for one of their members.
import type { Attr, Expr, Item } from "../ast.ts";
import type { Operation } from "../ops.ts";
import type { Source, Span } from "../source.ts";

/** A vendor's cell. */
export interface Prim {
  readonly name: string;
  readonly inputs: readonly PrimPort[];
  readonly outputs: readonly PrimPort[];
  readonly params: readonly PrimParam[];
  /** What it computes, as IR with parameters. */
  readonly item: Item;
  readonly source: Source;
  /** A function of its inputs only: may be shared, and replaced where it is a constant or a wire. */
  readonly role: "lut" | "carry" | "choice" | "state" | "other";
  /** The resource whose site it stands on. */
  readonly resource: string | undefined;
  /** How many sites of a tile it takes, from the first on. */
  readonly sites: number;
}

export interface PrimParam {
  readonly name: string;
  /** In bits. */
  readonly width: number;
  /** What it is called where the vendor's parameter is a word: value 0 is the first of them. */
  readonly words: readonly string[] | undefined;
}

export interface PrimPort {
  readonly name: string;
  readonly width: number;
  /** The implicit clock of the program is connected here. */
  readonly isClock: boolean;
  /** What its bits are always tied to; the meaning of the cell is that with these values. */
  readonly tie: 0 | 1 | undefined;
}

/** Whether implementations connect an input of a cell; else it is the clock, or tied. */
export function isOperand(port: PrimPort): boolean {
  return !port.isClock && port.tie === undefined;
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
  /**
   * An operand of a `lut`, and of nothing else, or what says which bits of a word are written: a `bool` there is the same
   * for all bits.
   */
  readonly broadcasts: boolean;
}

/**
 * One instruction of a pattern's body, as a tree: operands are ports, the pattern's own result of the cycle before
 * (`self`), or other instructions. An instruction that is used twice is there twice, under one name.
 */
export type PatternTree =
  | {
      readonly kind: "port";
      readonly name: string;
      /** The port that stands for it here, where that is connected: the register's own enable. */
      readonly own: string | undefined;
    }
  | { readonly kind: "self" }
  | {
      readonly kind: "op";
      readonly op: Operation;
      readonly name: string;
      /** May be absent: then operand `standIn` stands for it, the first that does not vanish with it. */
      readonly optional: boolean;
      readonly standIn: number;
      /**
       * Attributes and ports of which one is there exactly if the operation is: its attributes, its optional ports, or a
       * flag of its own name. Nothing for a `sext` or `zext`, which is there where the types differ.
       */
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
  /** Says with a 1 that the optional operation of this name is there. */
  readonly isFlag: boolean;
  /**
   * The words of a memory, and this port is its address. As a parameter they lie side by side, the first at the bottom;
   * only implementations see them, costs do not.
   */
  readonly contentsAt: string | undefined;
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
  /** Ports that are enables of single registers, with the port that is the enable of those without one of their own. */
  readonly owns: ReadonlyMap<string, string>;
  /** The parameter that counts lanes, a scalar being one: several instructions may then become one of more lanes. */
  readonly lanes: string | undefined;
  /** Of a memory, the width of its words, beside which those of others with the same addresses may lie. */
  readonly beside: string | undefined;
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
  /** Parameters that its pattern settles: which of the operations of a family it is. */
  readonly fixed: ReadonlyMap<string, bigint>;
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
  /** By pattern that is a choice of operations, the family that it is of. */
  readonly families: ReadonlyMap<string, string>;
  readonly implementations: ReadonlyMap<string, Implementation>;
  readonly tiles: ReadonlyMap<string, Block>;
  readonly timings: ReadonlyMap<string, Block>;
  readonly devices: ReadonlyMap<string, Block>;
  readonly flows: ReadonlyMap<string, Block>;
  /** Hints to the resources that they mean: `lut` may mean `lc`; a resource's own name means it. */
  readonly hints: ReadonlyMap<string, string>;
}

/** Whether an optional operation only widens: then it is there where the types differ, and nothing else says so. */
export function isExtension(tree: PatternTree): boolean {
  return tree.kind === "op" && (tree.op.name === "sext" || tree.op.name === "zext");
}

/** A place in a target's file. */
export interface Place {
  readonly source: Source;
  readonly span: Span;
}
