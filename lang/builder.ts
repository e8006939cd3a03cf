// Programs made by programs: what a compiler that emits our IR calls instead of printing text. The result is the AST that
// the parser would have made, with all spans 0..0; `print` gives its text.
//
// A mistake of the caller (mixed widths, a name given twice, a value of another def) is a defect of the caller's code:
// it throws a `BuildError` at the call that makes it. What only the whole program shows (cycles, unused values) is left
// to `check`.
import { type Comment, type Item, NOWHERE, type Program } from "./ast.ts";
import { defBuilder, legal, refuse } from "./draft.ts";
import { OPERATIONS } from "./ops.ts";
import type { Signal } from "./tree.ts";
import type { Type } from "./type.ts";

export { BuildError } from "./draft.ts";
export type { Signal } from "./tree.ts";

/** A value of a def: an input, or a result of an instruction. It means something only to the builder that gave it. */
export interface Value {
  readonly type: Type;
}

/** A type, or its spelling: `"bool"`, `"i8"`, `"u16<4>"`. */
export type TypeLike = Type | "bool" | `${"i" | "u"}${number}` | `${"i" | "u"}${number}<${number}>`;

/** An integer. A `number` has to be a safe one. */
export type Int = number | bigint;

/** Words of a memory, or the path of a file of them, relative to the source. */
export type Contents = readonly Int[] | string;

/** What any instruction may be given. Without a name it is called `t0`, `t1`, ... in the order of the instructions. */
export interface Options {
  readonly name?: string | undefined;
  /** `lut`, `dsp`, ...: a constraint on where it goes. */
  readonly hint?: string | undefined;
}

export interface RegOptions extends Options {
  /** The value before the first clock edge, one for all lanes or one a lane; 0 if left out. */
  readonly init?: Int | readonly Int[] | undefined;
  /** Always on if left out. */
  readonly enable?: Value | undefined;
}

export interface RomOptions extends Options {
  /** Without contents a `rom` takes them from `--mmap`. */
  readonly contents?: Contents | undefined;
}

export interface SromOptions extends RomOptions {
  /** While it is false the output stays. */
  readonly enable?: Value | undefined;
}

export interface RamOptions extends RomOptions {
  /** Where data is written, and read unless there is a `readAddress`. */
  readonly address: Value;
  readonly data: Value;
  readonly write: Value;
  readonly readAddress?: Value | undefined;
}

export interface SramOptions extends RamOptions {
  /** Of the read; needs no second address. */
  readonly enable?: Value | undefined;
}

export interface CallOptions {
  /** Names of the results, in order. */
  readonly names?: readonly string[] | undefined;
}

export type Unary = (a: Value, options?: Options) => Value;
export type Binary = (a: Value, b: Value, options?: Options) => Value;
export type Shift = (a: Value, by: number | Value, options?: Options) => Value;
export type Convert = (type: TypeLike, a: Value, options?: Options) => Value;

/** Makes one def. Operations are called as in the language (lang/ops.ts) and give their result. */
export interface DefBuilder {
  readonly name: string;
  readonly inputs: readonly Signal[];
  readonly outputs: readonly Signal[];
  readonly input: (name: string, type: TypeLike) => Value;
  /**
   * Makes `value` an output. An instruction that has no name yet gets this one; an input, or a value with another
   * name, is joined to it by `id`.
   */
  readonly output: (name: string, value: Value) => Value;
  /** A value that is used before it is defined: the way to feed a register back. `define` has to follow. */
  readonly declare: (type: TypeLike, name?: string) => Value;
  /** Says what a declared value is. No instruction is added if `value` is one without a name. */
  readonly define: (declared: Value, value: Value) => void;
  /** A register whose next value depends on its own: `feedback("u8", (q) => d.add(q, one))`. */
  readonly feedback: (type: TypeLike, next: (current: Value) => Value, options?: RegOptions) => Value;

  readonly add: Binary;
  readonly sub: Binary;
  readonly mul: Binary;
  readonly and: Binary;
  readonly or: Binary;
  readonly xor: Binary;
  readonly not: Unary;
  readonly id: Unary;
  readonly eq: Binary;
  readonly neq: Binary;
  readonly lt: Binary;
  readonly gt: Binary;
  readonly le: Binary;
  readonly ge: Binary;
  readonly mux: (test: Value, then: Value, otherwise: Value, options?: Options) => Value;
  /** Bit r of a table is the result where the operands, the first the most significant, spell r. */
  readonly lut: (type: TypeLike, tables: Int | readonly Int[], args: readonly Value[], options?: Options) => Value;
  readonly reg: (a: Value, options?: RegOptions) => Value;
  readonly const: (type: TypeLike, value: Int | readonly Int[], options?: Options) => Value;
  readonly sll: Shift;
  readonly srl: Shift;
  readonly sra: Shift;
  /** Bits (of a vector: lanes) `low` to `high`, both included. */
  readonly ext: (type: TypeLike, a: Value, low: number, high?: number, options?: Options) => Value;
  /** One bit as a `bool`; one lane of a vector as its scalar. */
  readonly at: (a: Value, index: number, options?: Options) => Value;
  /** The first part is the least significant, or lane 0. */
  readonly cat: (type: TypeLike, parts: readonly Value[], options?: Options) => Value;
  readonly sext: Convert;
  readonly zext: Convert;
  readonly rom: (type: TypeLike, address: Value, options?: RomOptions) => Value;
  readonly srom: (type: TypeLike, address: Value, options?: SromOptions) => Value;
  readonly ram: (options: RamOptions) => Value;
  readonly sram: (options: SramOptions) => Value;
  /** Calls a def whose ports are known by now, and gives its results in their order. */
  readonly call: (callee: DefBuilder, args: readonly Value[], options?: CallOptions) => readonly Value[];
  /** Any operation by its name, for compilers that have a table of them. */
  readonly op: (
    name: string,
    type: TypeLike,
    args: readonly Value[],
    attrs?: readonly Int[] | string,
    options?: Options,
  ) => Value;
}

export interface ProgramBuilder {
  /** A comment at the head of the program, `//` before each of its lines. */
  readonly comment: (text: string) => void;
  /** Begins a def. Defs come out in the order in which they were begun. */
  readonly def: (name: string) => DefBuilder;
  readonly build: () => Program;
}

/** Begins a program. `file` is what diagnostics of later stages call it by. */
export function programBuilder(file = "<built>"): ProgramBuilder {
  const defs = new Map<string, { readonly builder: DefBuilder; readonly item: () => Item }>();
  const comments: Comment[] = [];
  return {
    comment: (text) => {
      for (const line of text.split("\n")) comments.push({ text: `// ${line}`.trimEnd(), ...NOWHERE });
    },
    def: (name) => {
      if (defs.has(name) || OPERATIONS.has(name)) refuse(`a def cannot be called \`${name}\`: the name is taken`);
      const made = defBuilder(legal(name), (callee) => defs.get(callee.name)?.builder === callee);
      defs.set(name, made);
      return made.builder;
    },
    build: () => ({ source: { file, text: "" }, items: [...defs.values()].map((def) => def.item()), comments }),
  };
}

/** A program of one def. */
export function singleDef(name: string, fill: (def: DefBuilder) => void, file?: string): Program {
  const program = programBuilder(file);
  fill(program.def(name));
  return program.build();
}
