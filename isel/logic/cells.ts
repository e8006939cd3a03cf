// What a target's own description says of its logic cells: which pattern is the LUT, which patterns are made of LUTs and
// registers alone, which take an operand inverted, and which have inputs to spare.
import type { Statement } from "../../lang/ast.ts";
import { holdsState } from "../../lang/ops.ts";
import type { Pattern, PatternTree, Target } from "../../lang/target/target.ts";
import { tilesOf } from "../../lang/target/tile.ts";
import { cost } from "../../lang/target/value.ts";

/** The logic cells of a target. */
export interface LogicCells {
  readonly lut: Pattern;
  /** Inputs of the LUT. */
  readonly inputs: number;
  /** Of the LUT with the wire to it, in ps. */
  readonly delay: number;
  /** Patterns of LUTs and registers alone: what they compute is logic. */
  readonly soft: ReadonlySet<string>;
  /** `sub 1`: the operation has a pattern that takes this operand inverted. */
  readonly inverting: ReadonlySet<string>;
  /** By operation, further inputs of the cell that makes each bit of its result. */
  readonly absorbing: ReadonlyMap<string, Absorber>;
  /** `lut[table](...)` apart, the pattern of a comparison that takes an operand inverted. */
  readonly comparison: Pattern | undefined;
  /** What chooses between LUTs side by side without being one, if the target has that. */
  readonly choosing: Choosing | undefined;
  /** Whether registers can be cleared to a constant by a signal of their own. */
  readonly clears: boolean;
  /** Whether a register that starts with 1 costs more than one that starts with 0. */
  readonly prefersZero: boolean;
}

/** Cells beside LUTs that choose between two of them, and between two such choices. */
export interface Choosing {
  /** Choices that may be behind each other. */
  readonly levels: number;
  /** From what is chosen to the result, in ps. */
  readonly delay: number;
}

/** A pattern of a function behind an operation, in the same cells: `lut[table](a, b, add(a, b), x)`. */
export interface Absorber {
  readonly op: string;
  /** Operands of the function that the operation does not have. */
  readonly inputs: number;
  /** Which operands of the operation the function may use, by place. */
  readonly shared: readonly number[];
}

const known = new WeakMap<Target, { readonly cells: LogicCells | undefined }>();

/** Undefined for a target without a pattern `lut[table](a, b, ...)`. */
export function logicCells(target: Target): LogicCells | undefined {
  const found = known.get(target) ?? { cells: read(target) };
  known.set(target, found);
  return found.cells;
}

function read(target: Target): LogicCells | undefined {
  const luts = [...target.patterns.values()].filter((one) => isLut(core(one.tree)));
  const lut = luts.reduce<Pattern | undefined>(
    (best, one) => (best === undefined || arity(one) > arity(best) ? one : best),
    undefined,
  );
  if (lut === undefined) return undefined;
  const inverting = new Set<string>();
  const absorbing = new Map<string, Absorber>();
  let comparison: Pattern | undefined;
  for (const pattern of target.patterns.values()) {
    if (pattern.resource !== lut.resource) continue;
    const root = core(pattern.tree);
    if (root.kind === "op" && root.op.name === "lt" && root.args.some((arg) => arg.kind === "op"))
      comparison ??= pattern;
    if (root.kind !== "op") continue;
    root.args.forEach((arg, at) => {
      if (arg.kind === "op" && arg.op.name === "not" && arg.args[0]?.kind === "port")
        inverting.add(`${root.op.name} ${at}`);
    });
    const absorber = absorberOf(root);
    if (absorber !== undefined) absorbing.set(absorber.op, absorber);
  }
  const reg = [...target.patterns.values()].find(
    ({ tree }) =>
      tree.kind === "op" &&
      !tree.optional &&
      tree.op.kind === "reg" &&
      core(tree.args[0] as PatternTree).kind === "port",
  );
  return {
    lut,
    inputs: arity(lut),
    delay: costAt(lut, 1).delay,
    soft: softPatterns(target),
    inverting,
    absorbing,
    comparison,
    choosing: choosingOf(target, lut),
    clears: reg !== undefined && clearsOf(reg),
    prefersZero: reg !== undefined && costOf(reg, 1n) > costOf(reg, 0n),
  };
}

function choosingOf(target: Target, { resource }: Pattern): Choosing | undefined {
  const choices = tilesOf(target).get(resource)?.choices;
  return choices === undefined ? undefined : { levels: choices.by.length, delay: choices.delay };
}

/** The tree without optional operations at its root. */
function core(tree: PatternTree): PatternTree {
  return tree.kind === "op" && tree.optional ? core(tree.args[tree.standIn] as PatternTree) : tree;
}

function isLut(tree: PatternTree): boolean {
  return tree.kind === "op" && tree.op.name === "lut" && tree.args.every((arg) => arg.kind === "port");
}

function arity({ tree }: Pattern): number {
  const root = core(tree);
  return root.kind === "op" ? root.args.length : 0;
}

function absorberOf(root: PatternTree): Absorber | undefined {
  if (root.kind !== "op" || root.op.name !== "lut") return undefined;
  const inner = root.args.find((arg) => arg.kind === "op");
  if (inner?.kind !== "op") return undefined;
  const leaves = (tree: PatternTree): readonly string[] =>
    tree.kind === "op" ? tree.args.flatMap(leaves) : tree.kind === "port" ? [tree.name] : [];
  const own = inner.args.map((arg) => leaves(arg)[0] ?? "");
  const ports = root.args.filter((arg) => arg !== inner).flatMap(leaves);
  return {
    op: inner.op.name,
    inputs: ports.filter((name) => !own.includes(name)).length,
    shared: own.flatMap((name, at) => (ports.includes(name) ? [at] : [])),
  };
}

/** Whether a pattern of a register has a place for `mux(clear, constant, data)`. */
function clearsOf({ tree }: Pattern): boolean {
  const data = tree.kind === "op" ? tree.args[0] : undefined;
  return (
    data?.kind === "op" && data.op.name === "mux" && data.args[1]?.kind === "op" && data.args[1].op.kind === "const"
  );
}

/** Cells and delay, in ps, of a pattern at a width. */
export function costAt({ costs }: Pattern, width: number): { readonly area: number; readonly delay: number } {
  const scope = new Map([["w", BigInt(width)]]);
  const [area, delay] = [costs[0], costs.find((attr) => attr.key?.text === "delay")];
  return {
    area: area === undefined ? 0 : cost(area.value, scope),
    delay: delay === undefined ? 0 : cost(delay.value, scope),
  };
}

function costOf(pattern: Pattern, init: bigint): number {
  const scope = new Map([
    ["w", 1n],
    ["T", 0n],
    ["init", init],
  ]);
  return cost((pattern.costs[0] as Pattern["costs"][number]).value, scope, (name) => name === "init");
}

/** Patterns whose implementation calls for nothing but LUTs and registers; memories stay what they are. */
function softPatterns(target: Target): ReadonlySet<string> {
  const verdicts = new Map<string, boolean>();
  const isSoft = (name: string): boolean => {
    const known = verdicts.get(name);
    if (known !== undefined) return known;
    verdicts.set(name, true);
    const imp = target.implementations.get(name);
    const verdict =
      imp !== undefined &&
      calls(imp.item.body).every((one) => {
        const prim = target.prims.get(one);
        return one === "id" || (prim === undefined ? isSoft(one) : prim.role === "lut" || prim.role === "state");
      });
    verdicts.set(name, verdict);
    return verdict;
  };
  const names = [...target.patterns.values()].filter(({ tree }) => !holdsWords(tree)).map(({ name }) => name);
  return new Set(names.filter(isSoft));
}

/** Whether a pattern has a memory in it that is more than a function. */
function holdsWords(tree: PatternTree): boolean {
  if (tree.kind !== "op") return false;
  return (tree.op.kind === "memory" && holdsState(tree.op)) || tree.args.some(holdsWords);
}

function calls(body: readonly Statement[]): readonly string[] {
  return body.flatMap((one) => {
    if (one.kind === "instruction") return [one.op.text];
    return one.kind === "if" ? [...calls(one.then), ...calls(one.otherwise)] : calls(one.body);
  });
}
