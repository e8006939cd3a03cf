// Assembly as nets: each instruction as what its pattern says, glued together along the names.
import type { Expr, Instruction, Item, Program } from "../lang/ast.ts";
import { bug, report } from "../lang/diagnostic.ts";
import { operationOf } from "../lang/instruction.ts";
import { type Blasting, blast, drive, type Later } from "../lang/proof/blast.ts";
import type { Net } from "../lang/proof/circuit.ts";
import { portAt } from "../lang/target/enables.ts";
import { isExtension, type Pattern, type PatternTree, type Target, type TypePattern } from "../lang/target/target.ts";
import { evaluate, splitWords } from "../lang/target/value.ts";
import { BOOL, integer, type Type, vector } from "../lang/type.ts";
import { typeOf } from "../lang/written.ts";
import { isThere, type Membership, membership } from "./operands.ts";

type Row = readonly Net[];
type Tree = PatternTree & { kind: "op" };

/** The nets of the outputs of a correct program of assembly. `given` has those of its inputs, by name, and `reset`. */
export function unfold(
  program: Program,
  target: Target,
  blasting: Blasting,
  given: ReadonlyMap<string, Row>,
): readonly Row[] {
  const item = program.items[0] ?? bug("no definition");
  const makers = new Map<string, Instruction>();
  const types = new Map<string, Type>([["reset", BOOL]]);
  for (const port of item.inputs) types.set(port.name.text, typeOfPort(port));
  for (const one of item.body)
    if (one.kind === "instruction")
      for (const result of one.results) {
        makers.set(result.name.text, one);
        types.set(result.name.text, typeOfPort(result));
      }
  const rows = new Map<string, Row>(given);
  const later: Later[] = [];
  const rowOf = (name: string): Row => {
    const known = rows.get(name);
    if (known !== undefined) return known;
    const one = makers.get(name) ?? bug(`no value ${name}`);
    const made =
      operationOf(one, "asm") === undefined
        ? instruction(one, { target, blasting, types, rowOf, later })
        : wire(one, types, blasting, rowOf, later);
    rows.set(name, made);
    return made;
  };
  for (const name of makers.keys()) rowOf(name);
  drive(later);
  return item.outputs.map((port) => rowOf(port.name.text));
}

function typeOfPort(port: Item["inputs"][number]): Type {
  const type = port.type === undefined ? bug("a port without a type") : typeOf(port.type);
  return "lane" in type ? type : bug(type.message);
}

function nameOf(arg: Expr | undefined): string | undefined {
  return arg?.kind === "name" && arg.text !== "_" ? arg.text : undefined;
}

function wire(
  one: Instruction,
  types: ReadonlyMap<string, Type>,
  blasting: Blasting,
  rowOf: (name: string) => Row,
  later: Later[],
): Row {
  const name = one.results[0]?.name.text ?? "";
  const op = operationOf(one, "asm") ?? bug("no operation");
  const names = one.args.map((arg) => nameOf(arg) ?? bug("a wire from nowhere"));
  return blast(
    blasting,
    {
      op,
      type: types.get(name) ?? BOOL,
      attrs: one.attrs.map(({ value }) => (value.kind === "int" ? value.value : 0n)),
      types: names.map((arg) => types.get(arg) ?? BOOL),
      operand: (at) => rowOf(names[at] ?? ""),
      name,
      isReadOnly: false,
    },
    later,
  );
}

interface World {
  readonly target: Target;
  readonly blasting: Blasting;
  readonly types: ReadonlyMap<string, Type>;
  readonly rowOf: (name: string) => Row;
  readonly later: Later[];
}

/** What the pattern of an instruction says, once, or once a lane. */
function instruction(one: Instruction, world: World): Row {
  const { target, types } = world;
  const pattern = target.patterns.get(one.op.text) ?? bug(`no instruction ${one.op.text}`);
  const name = one.results[0]?.name.text ?? "";
  const result = types.get(name) ?? bug("no result");
  const operands = pattern.inputs.map((_, at) => nameOf(one.args[at]));
  const argTypes = operands.map((arg) => (arg === undefined ? undefined : types.get(arg)));
  const found = report({ file: "", text: "" });
  const member = membership(one, pattern, argTypes, result, target, found);
  if (member === undefined) return bug(`\`${pattern.name}\` does not fit: ${found.list[0]?.message}`);
  return member.scopes.flatMap((_, copy) => laneOf(copy, member));

  function laneOf(copy: number, { copies, scopes, present }: Membership): Row {
    const scope = scopes[copy] ?? bug("no copy");
    const ports = new Map(
      pattern.inputs.map(({ name: port }, at): [string, Part] => {
        const type = argTypes[at];
        const isSplit = copies > 1 && type !== undefined && type.lanes > 0;
        const nets = () => {
          const row = world.rowOf(operands[at] ?? "");
          return isSplit ? row.slice(copy * type.width, (copy + 1) * type.width) : row;
        };
        return [port, { type: (isSplit ? type.lane : type) ?? BOOL, nets, isThere: type !== undefined }];
      }),
    );
    const own = () => {
      const row = world.rowOf(name);
      return copies === 1 ? row : row.slice(copy * result.width, (copy + 1) * result.width);
    };
    const self: Part = { type: copies === 1 ? result : result.lane, nets: own, isThere: true };
    return treeOf({ pattern, scope, present, ports, self, name, world, made: new Map() }, pattern.tree).nets();
  }
}

/** A value within a pattern. */
interface Part {
  readonly type: Type;
  readonly nets: () => Row;
  readonly isThere: boolean;
}

interface Copy {
  readonly pattern: Pattern;
  readonly scope: ReadonlyMap<string, bigint>;
  readonly present: (name: string) => boolean;
  readonly ports: ReadonlyMap<string, Part>;
  readonly self: Part;
  readonly name: string;
  readonly world: World;
  readonly made: Map<string, Part>;
}

function treeOf(copy: Copy, tree: PatternTree): Part {
  if (tree.kind === "self") return copy.self;
  if (tree.kind === "port") return copy.ports.get(portAt(tree, copy.present)) ?? bug("no port");
  if (!isThere(tree, copy.present)) return treeOf(copy, tree.args[tree.standIn] as PatternTree);
  const known = copy.made.get(tree.name);
  if (known !== undefined) return known;
  const made = operation(copy, tree);
  copy.made.set(tree.name, made);
  return made;
}

function operation(copy: Copy, tree: Tree): Part {
  const { blasting, later } = copy.world;
  const type = typeOfTree(copy, tree);
  const isOpen = (arg: PatternTree | undefined) =>
    arg?.kind === "port" && copy.ports.get(portAt(arg, copy.present))?.isThere !== true;
  const [first, , last] = tree.args;
  if (isExtension(tree) && tree.optional && first !== undefined && typeOfTree(copy, first) === type)
    return treeOf(copy, first);
  const isReg = tree.op.kind === "reg";
  const reset = isReg && last !== undefined && !isOpen(last) ? treeOf(copy, last).nets()[0] : undefined;
  const used = (isReg ? tree.args.slice(0, 2) : tree.args).filter((arg) => !isOpen(arg));
  const row = blast(
    { ...blasting, reset },
    {
      op: tree.op,
      type,
      attrs: attributes(copy, tree, type),
      types: used.map((arg) => typeOfTree(copy, arg)),
      operand: (at) => treeOf(copy, used[at] ?? bug("no operand")).nets(),
      name: copy.name,
      isReadOnly: false,
    },
    later,
  );
  return { type, nets: () => row, isThere: true };
}

/** The type of a value within a pattern, which is known before its nets are. */
function typeOfTree(copy: Copy, tree: PatternTree): Type {
  if (tree.kind === "self") return copy.self.type;
  if (tree.kind === "port") return copy.ports.get(portAt(tree, copy.present))?.type ?? BOOL;
  if (!isThere(tree, copy.present)) return typeOfTree(copy, tree.args[tree.standIn] as PatternTree);
  if (tree.type !== undefined) return typeIn(tree.type, copy);
  const [first] = tree.args;
  return first === undefined ? BOOL : typeOfTree(copy, first);
}

/** The attributes of an operation, out of what the instruction binds. */
function attributes({ pattern, scope, ports }: Copy, tree: Tree, type: Type): readonly bigint[] {
  return tree.attrs.flatMap((attr): readonly bigint[] => {
    const bound = attr.kind === "name" ? pattern.attrs.find(({ name }) => name === attr.text) : undefined;
    if (bound?.contentsAt !== undefined) {
      const packed = scope.get(bound.name);
      const words = 2 ** (ports.get(bound.contentsAt)?.type.width ?? 0);
      return packed === undefined ? [] : splitWords(packed, words, type.bits);
    }
    const value = evaluate(attr, scope);
    if (tree.op.attrs !== "tables") return [value];
    const rows = 2 ** tree.args.length;
    return Array.from({ length: type.width }, (_, bit) => BigInt.asUintN(rows, value >> BigInt(bit * rows)));
  });
}

/** What a parameter that stands for a kind stands for here; its number does not tell a `bool` from a `u1`. */
function kindOf(param: string, { pattern, self, scope }: Copy): Type["kind"] {
  if (pattern.output.type.kind === param) return self.type.kind;
  return scope.get(param) === 1n ? "i" : "u";
}

function typeIn(type: TypePattern, copy: Copy): Type {
  const { scope, pattern } = copy;
  const isFamily = pattern.params.some(({ name }) => name === type.kind);
  const kind = isFamily ? kindOf(type.kind, copy) : type.kind;
  if (kind === "bool" || type.width === undefined) return BOOL;
  const lane = integer(kind === "i" ? "i" : "u", Number(evaluate(type.width, scope)));
  const lanes = type.lanes === undefined ? 1 : Number(evaluate(type.lanes, scope));
  return lanes === 1 ? lane : vector(lane, lanes);
}
