// Members of the families of a pattern, written out: which kinds, widths, optional parts and attributes it is probed
// with, what the member computes as IR, and how assembly calls it.

import { check } from "../check.ts";
import { failed } from "../diagnostic.ts";
import { holdsState } from "../ops.ts";
import { parse } from "../parser.ts";
import { portAt } from "./enables.ts";
import {
  addressesOf,
  countNumbers,
  type Member,
  MOST_AT_ONCE,
  MOST_NUMBERS,
  members,
  middles,
  operations,
  type PatternOp,
  type Probes,
} from "./members.ts";
import { constants, initialValues, MIXED, mixedWords, tables } from "./samples.ts";
import { isExtension, type Pattern, type PatternTree, type TypePattern } from "./target.ts";
import { evaluate, type Present, splitWords } from "./value.ts";

/** A member of a family. */
export interface Instance {
  readonly pattern: Pattern;
  /** `w = 3, T = i, init = 5, en`: for people, and unique. */
  readonly text: string;
  /** Parameters and attributes. */
  readonly scope: ReadonlyMap<string, bigint>;
  /** Optional operations that are left out. */
  readonly absent: ReadonlySet<string>;
  readonly present: Present;
  /** What it computes. The reset, if it has one, is that of `--reset sync`. */
  readonly ir: string;
  readonly assembly: string;
  readonly hasReset: boolean;
  /** Whether it holds state. */
  readonly isClocked: boolean;
  /** Ports that are addresses of memories that hold state. */
  readonly addresses: readonly string[];
  /** In how many ways its operands may be there, of those that the same operations may have or lack. */
  readonly choices: number;
  /** No number of it is 1, and no constant one that saves cells: what costs are meant for. */
  readonly isTypical: boolean;
}

/** A member with its optional operations chosen. */
interface Shape extends Member {
  readonly pattern: Pattern;
  readonly absent: ReadonlySet<string>;
}

/** Which choices of operands that the same operations may lack: all, or each of them connected. */
export type Operands = "all" | "most";

/** What is looked at of the choices that there are. */
export type Choosing = <T>(all: readonly T[]) => readonly T[];

/** All members with certain kinds and numbers: those of each choice of optional operations, operands and attributes. */
export function* instancesOf(
  pattern: Pattern,
  member: Member,
  probes: Probes,
  operands: Operands = "all",
): Generator<Instance> {
  for (const absent of shapesOf(pattern)) yield* shaped({ ...member, pattern, absent }, probes, operands);
}

function shapesOf({ tree }: Pattern): readonly ReadonlySet<string>[] {
  return [...subsets(optionalOps(tree))].filter((absent) => isReduced(tree, absent));
}

/**
 * All probed members that meet the conditions of the pattern. Those that no program can ask for, as their types do not
 * fit together, are among them. Where a family has many numbers, every choice of optional operations is there with one
 * choice of numbers, and every choice of numbers with the least and the most of these operations. With `choose` only what
 * it chooses is there, of all that there is.
 */
export function* instances(pattern: Pattern, probes: Probes, choose?: Choosing): Generator<Instance> {
  if (choose !== undefined || countNumbers(pattern) <= MOST_NUMBERS) {
    const [all, shapes] = [[...members(pattern, probes, choose === undefined)], shapesOf(pattern)];
    for (const member of choose?.(all) ?? all)
      for (const absent of choose?.(shapes) ?? shapes) yield* shaped({ ...member, pattern, absent }, probes);
    return;
  }
  const { middle, rest, ends } = outlined(pattern, probes);
  const [first, n] = countNumbers(pattern) > MOST_AT_ONCE ? probes.part : [0, 1];
  if (middle !== undefined)
    for (const [at, absent] of shapesOf(pattern).entries())
      if (at % n === first % n) yield* shaped({ ...middle, pattern, absent }, probes);
  for (const member of rest) for (const absent of ends) yield* shaped({ ...member, pattern, absent }, probes);
}

/** All probed choices of numbers, each with the least and the most of the optional operations. */
export function* outline(pattern: Pattern, probes: Probes, operands: Operands = "all"): Generator<Instance> {
  const { middle, rest, ends } = outlined(pattern, probes);
  const all = middle === undefined ? rest : [...rest, middle];
  for (const member of all) for (const absent of ends) yield* shaped({ ...member, pattern, absent }, probes, operands);
}

/** One choice of numbers for all that is optional; all others; and what may be absent at the least and the most. */
function outlined(pattern: Pattern, probes: Probes) {
  const rest = [...members(pattern, probes)];
  const shapes = shapesOf(pattern);
  for (const middle of [...middles(pattern), ...rest.toReversed()]) {
    const legal = shapes.filter((absent) => {
      const { value: first } = shaped({ ...middle, pattern, absent }, probes).next();
      return first !== undefined && isProgram(first);
    });
    if (legal.length === 0) continue;
    legal.sort((a, b) => a.size - b.size);
    return { middle, rest, ends: [legal[0], legal.at(-1)].filter((one) => one !== undefined) };
  }
  return { middle: undefined, rest, ends: [] };
}

function isProgram({ ir }: Instance): boolean {
  const parsed = parse({ file: "pattern", text: ir });
  return !failed([...parsed.diagnostics, ...check(parsed.value, "ir").diagnostics]);
}

/** Whether an operation is absent only where there would be one. */
function isReduced(tree: PatternTree, absent: ReadonlySet<string>): boolean {
  const met = new Set<string>();
  const visit = (one: PatternTree): void => {
    if (one.kind !== "op") return;
    met.add(one.name);
    if (absent.has(one.name)) visit(one.args[one.standIn] as PatternTree);
    else one.args.forEach(visit);
  };
  visit(tree);
  return [...absent].every((name) => met.has(name));
}

function optionalOps(tree: PatternTree): readonly string[] {
  if (tree.kind !== "op") return [];
  const own = tree.optional && !isExtension(tree) ? [tree.name] : [];
  return [...new Set([...own, ...tree.args.flatMap(optionalOps)])];
}

function* subsets(names: readonly string[]): Generator<ReadonlySet<string>> {
  for (let bits = 0; bits < 2 ** names.length; bits++) yield new Set(names.filter((_, at) => ((bits >> at) & 1) === 1));
}

/** The tree without what is absent. */
function reduced(tree: PatternTree, absent: ReadonlySet<string>): PatternTree {
  if (tree.kind !== "op") return tree;
  const args = tree.args.map((arg) => reduced(arg, absent));
  return absent.has(tree.name) ? (args[tree.standIn] as PatternTree) : { ...tree, args };
}

function portsOf(tree: PatternTree): readonly string[] {
  if (tree.kind !== "port") return tree.kind === "op" ? tree.args.flatMap(portsOf) : [];
  return tree.own === undefined ? [tree.name] : [tree.name, tree.own];
}

function* shaped(shape: Shape, probes: Probes, operands: Operands = "all"): Generator<Instance> {
  const { pattern, absent } = shape;
  const tree = reduced(pattern.tree, absent);
  const ops = operations(tree);
  const registers = ops.filter(({ op }) => op.kind === "reg");
  const resets = new Set(registers.flatMap(({ args }) => (args[2]?.kind === "port" ? [args[2].name] : [])));
  const canReset = resets.size === 1 && registers.every(({ args }) => args[2] !== undefined);
  const used = new Set(portsOf(tree));
  // What makes an optional operation present cannot be left open.
  const fixed = new Set(ops.flatMap((one) => (one.optional ? one.presence : [])));
  const optional = pattern.inputs
    .filter((port) => port.optional && used.has(port.name) && !fixed.has(port.name))
    .map((port) => port.name);
  const choices = choicesOf(pattern, optional);
  for (const open of opensOf(pattern, optional, operands)) {
    const hasReset = [...resets].some((name) => !open.has(name));
    if (hasReset && !canReset) continue;
    const ports = pattern.inputs.filter((port) => used.has(port.name) && !open.has(port.name));
    for (const attrs of attributes(ops, shape, open, probes)) {
      const written = write(tree, { ...shape, open, resets, attrs });
      if (written === undefined) continue;
      const scope = new Map([...shape.numbers, ...attrs]);
      for (const [name, kind] of shape.kinds) scope.set(name, kind === "i" ? 1n : 0n);
      const names = new Set(ports.map((port) => port.name));
      const present: Present = (name) => names.has(name) || attrs.has(name);
      if (pattern.when !== undefined && evaluate(pattern.when, scope, present) === 0n) continue;
      const inputs = ports.filter((port) => !resets.has(port.name));
      const typed = inputs.map((port) => `${port.name}: ${typeText(port.type, shape)}`).join(", ");
      const head = `def main(${typed}) -> (${pattern.output.name}: ${typeText(pattern.output.type, shape)})`;
      const args = pattern.inputs.map(({ name }) =>
        resets.has(name) && names.has(name) ? "reset" : names.has(name) ? name : "_",
      );
      while (args.at(-1) === "_") args.pop();
      const given = pattern.attrs.flatMap(({ name, table, contentsAt }) => {
        const value = attrs.get(name);
        if (value === undefined) return [];
        if (contentsAt !== undefined) return [`${name}: ${wordsOf(value, contentsAt, shape).join(", ")}`];
        return table === undefined ? [`${name}: ${value}`] : [listed(value, table, outputWidth(shape))];
      });
      const called = `${pattern.name}${given.length > 0 ? `[${given.join(", ")}]` : ""}(${args.join(", ")})`;
      const result = `${pattern.output.name}: ${typeText(pattern.output.type, shape)}`;
      yield {
        pattern,
        text: [
          ...[...shape.kinds].map(([name, kind]) => `${name} = ${kind}`),
          ...[...shape.numbers].map(([name, value]) => `${name} = ${value}`),
          ...given.map((one) => clip(one.replace(": ", " = "))),
          ...ports.filter((port) => port.optional).map((port) => port.name),
        ].join(", "),
        scope,
        absent,
        present,
        ir: `${head} {\n${written}}\n`,
        assembly: `${head} {\n  ${result} = ${called} @${pattern.resource}(??, ??);\n}\n`,
        hasReset,
        isClocked: ops.some(({ op }) => holdsState(op)),
        addresses: ops.flatMap(addressesOf),
        choices,
        isTypical: isTypical(ops, shape, attrs),
      };
    }
  }
}

/** Which of the optional operands are left open: with an enable of all registers, and with those of each of several. */
function* opensOf(pattern: Pattern, optional: readonly string[], operands: Operands): Generator<ReadonlySet<string>> {
  const { owns } = pattern;
  const own = optional.filter((name) => owns.has(name));
  const others = optional.filter((name) => !owns.has(name));
  const shared = new Set(owns.values());
  const isOwn = own.length > 1;
  const isFew = countNumbers(pattern) > MOST_AT_ONCE || operands === "most";
  const most = isOwn ? shared : new Set(own);
  if (isFew) yield most;
  if (operands === "most") return;
  for (const open of isFew ? [others] : subsets(others)) yield new Set([...open, ...own]);
  if (isFew || !isOwn) return;
  for (const open of subsets(others.filter((name) => !shared.has(name)))) yield new Set([...open, ...shared]);
}

/** The enable of all registers is there or not, unless each has its own; other operands are there or not. */
function choicesOf({ owns }: Pattern, optional: readonly string[]): number {
  const isOfAll = new Set(owns.values());
  const enables = optional.filter((name) => owns.has(name) || isOfAll.has(name)).length;
  return (enables > 1 ? 2 ** enables - 1 : 2 ** enables) * 2 ** (optional.length - enables);
}

function isTypical(ops: readonly PatternOp[], { numbers }: Shape, attrs: ReadonlyMap<string, bigint>): boolean {
  const constantNames = ops.flatMap((one) =>
    one.op.kind === "reg" ? [] : one.attrs.flatMap((attr) => (attr.kind === "name" ? [attr.text] : [])),
  );
  const isMixed = (name: string) => {
    const value = attrs.get(name);
    return value === undefined || (value > 1n && value === BigInt.asUintN(value.toString(2).length, MIXED));
  };
  return [...numbers.values()].every((value) => value > 1n) && constantNames.every(isMixed);
}

/** Contents of memories are long. */
function clip(text: string): string {
  return text.length > 120 ? `${text.slice(0, 120)}…` : text;
}

/** How many words a memory has whose address is this port. */
function wordCount(address: string, { pattern, numbers }: Shape): number {
  const width = pattern.inputs.find((port) => port.name === address)?.type.width;
  return 2 ** (width === undefined ? 1 : Number(evaluate(width, numbers)));
}

function wordsOf(packed: bigint, address: string, shape: Shape): readonly bigint[] {
  return splitWords(packed, wordCount(address, shape), outputWidth(shape));
}

/** Truth tables that lie side by side, as they are written: one where all are the same. */
function listed(packed: bigint, inputs: number, width: number): string {
  const rows = 2 ** inputs;
  const tables = Array.from({ length: width }, (_, bit) => BigInt.asUintN(rows, packed >> BigInt(bit * rows)));
  return (tables.every((table) => table === tables[0]) ? tables.slice(0, 1) : tables).join(", ");
}

function outputWidth({ pattern, numbers }: Shape): number {
  const { width } = pattern.output.type;
  return width === undefined ? 1 : Number(evaluate(width, numbers));
}

interface Writing extends Shape {
  readonly open: ReadonlySet<string>;
  readonly resets: ReadonlySet<string>;
  readonly attrs: ReadonlyMap<string, bigint>;
}

function typeText(type: TypePattern, { kinds, numbers }: Member): string {
  const kind = kinds.get(type.kind) ?? type.kind;
  const count = type.lanes === undefined ? 1n : evaluate(type.lanes, numbers);
  const lanes = count === 1n ? "" : `<${count}>`;
  if (kind === "bool" && (type.width === undefined || evaluate(type.width, numbers) === 1n)) return `bool${lanes}`;
  return type.width === undefined ? kind : `${kind}${evaluate(type.width, numbers)}${lanes}`;
}

/** The body of the member as IR: the operations, then a name for the result. */
function write(tree: PatternTree, writing: Writing): string {
  const { pattern, open, resets, attrs, numbers } = writing;
  const portTypes = new Map(pattern.inputs.map((port) => [port.name, port.type]));
  const lines: string[] = [];
  const at = (port: PatternTree & { kind: "port" }) => portAt(port, (name) => !open.has(name));
  const emitted = new Map<string, { readonly name: string; readonly type: string }>();
  const emit = (one: PatternTree): { readonly name: string; readonly type: string } => {
    if (one.kind === "port") {
      const name = at(one);
      return { name, type: typeText(portTypes.get(name) ?? pattern.output.type, writing) };
    }
    if (one.kind === "self") return { name: `${pattern.output.name}_`, type: typeText(pattern.output.type, writing) };
    const before = emitted.get(one.name);
    if (before !== undefined) return before;
    const isOpen = (arg: PatternTree) => arg.kind === "port" && (open.has(at(arg)) || resets.has(arg.name));
    const args = one.args.filter((arg) => !isOpen(arg)).map(emit);
    const contents = pattern.attrs.find(({ name }) =>
      one.attrs.some((attr) => attr.kind === "name" && attr.text === name),
    );
    const values = one.attrs.flatMap((attr): readonly (bigint | string)[] => {
      if (contents?.contentsAt !== undefined) {
        const packed = attrs.get(contents.name);
        return packed === undefined ? [] : wordsOf(packed, contents.contentsAt, writing);
      }
      const value = (attr.kind === "name" ? attrs.get(attr.text) : undefined) ?? evaluate(attr, numbers);
      return [one.op.attrs === "tables" ? listed(value, one.args.length, outputWidth(writing)) : value];
    });
    const type = one.type === undefined ? (args[0]?.type ?? "bool") : typeText(one.type, writing);
    const name = `${one.name}_`;
    const [only] = args;
    if (isExtension(one) && one.optional && only?.type === type) return only;
    emitted.set(one.name, { name, type });
    const list = values.length > 0 ? `[${values.join(", ")}]` : "";
    const operands = args.length > 0 ? `(${args.map((arg) => arg.name).join(", ")})` : "";
    lines.push(`  ${name}: ${type} = ${one.op.name}${list}${operands};\n`);
    return { name, type };
  };
  const result = emit(tree);
  const output = `${pattern.output.name}: ${typeText(pattern.output.type, writing)}`;
  return `${lines.join("")}  ${output} = id(${result.name});\n`;
}

/** Values for the attributes that the operations bind. */
function* attributes(
  ops: readonly PatternOp[],
  shape: Shape,
  open: ReadonlySet<string>,
  probes: Probes,
): Generator<ReadonlyMap<string, bigint>> {
  const domains = new Map<string, readonly (bigint | undefined)[]>();
  for (const one of ops)
    for (const attr of one.attrs) {
      if (attr.kind !== "name" || shape.numbers.has(attr.text) || domains.has(attr.text)) continue;
      if (one.op.attrs === "tables") {
        const given = one.args.filter((arg) => arg.kind !== "port" || !open.has(arg.name)).length;
        domains.set(attr.text, tables(given, one.args.length, outputWidth(shape)));
        continue;
      }
      const address = shape.pattern.attrs.find(({ name }) => name === attr.text)?.contentsAt;
      if (address !== undefined) {
        const image = mixedWords(wordCount(address, shape), outputWidth(shape));
        domains.set(attr.text, one.op.memory?.writable === true ? [undefined, image] : [image]);
        continue;
      }
      const type = one.type ?? shape.pattern.output.type;
      const width = type.width === undefined ? 1n : evaluate(type.width, shape.numbers);
      const isInitial = one.op.kind === "reg";
      // What a register is cleared to is the same for all bits.
      const isCleared = attr.text === "to";
      const ends = [0n, (1n << width) - 1n];
      domains.set(
        attr.text,
        isCleared ? ends : isInitial ? initialValues(width, probes.dense) : constants(width, probes.dense),
      );
    }
  const names = [...domains.keys()];
  for (const one of ops) if (one.optional && one.presence[0] === one.name) domains.set(one.name, [1n]);
  // The product of all would be large, and says little more.
  if (names.length > 1) for (const name of names.slice(1)) domains.set(name, domains.get(name)?.slice(-1) ?? []);
  const all = [...domains.keys()];
  const choose = function* (at: number, chosen: ReadonlyMap<string, bigint>): Generator<ReadonlyMap<string, bigint>> {
    const name = all[at];
    if (name === undefined) yield chosen;
    else
      for (const value of domains.get(name) ?? [])
        yield* choose(at + 1, value === undefined ? chosen : new Map(chosen).set(name, value));
  };
  yield* choose(0, new Map());
}
