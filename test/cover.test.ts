// The cover of a tree costs the least that any cover of it costs, in a made-up target and in iCE40.
import fc from "fast-check";
import { expect, test } from "vitest";
import { cover } from "../isel/cover.ts";
import { matches, type Subject } from "../isel/match.ts";
import { indexPatterns } from "../isel/patterns.ts";
import { select } from "../isel/select.ts";
import { isWire } from "../isel/shape.ts";
import type { Objective } from "../isel/ways.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { OPERATIONS } from "../lang/ops.ts";
import { print } from "../lang/printer.ts";
import { loadTarget } from "../lang/target/load.ts";
import type { Target } from "../lang/target/target.ts";
import { graphOf } from "./netlist.ts";
import { targetNamed, targetSources } from "./target-files.ts";

const SEED = Number(process.env["SEED"] ?? 20261122);

/** A tree of operations: its leaves are inputs of a program, or ports of a pattern. */
interface Tree {
  readonly op: string;
  readonly args: readonly (Tree | undefined)[];
}

interface Tile extends Tree {
  readonly area: number;
  readonly delay: number;
}

/** What a cover costs. */
interface Cost {
  readonly area: number;
  readonly arrival: number;
  readonly critical: number;
}

const FREE: Cost = { area: 0, arrival: 0, critical: 0 };

const ARITY: Readonly<Record<string, number>> = { add: 2, mul: 2, sub: 2, not: 1, reg: 1 };

/** Trees of at most `size` operations. */
function trees(size: number, ops: readonly string[]): fc.Arbitrary<Tree> {
  return fc.constantFrom(...ops).chain((op) => {
    const arity = ARITY[op] ?? 0;
    const left = Math.floor((size - 1) / arity);
    const arg = left < 1 ? fc.constant(undefined) : fc.option(trees(left, ops), { nil: undefined, freq: 4 });
    return fc.tuple(...Array.from({ length: arity }, () => arg)).map((args) => ({ op, args }));
  });
}

/** A target of random instructions, and one for every operation. */
const tiles = (ops: readonly string[]): fc.Arbitrary<readonly Tile[]> => {
  const priced = (tree: fc.Arbitrary<Tree>) =>
    fc
      .tuple(tree, fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }))
      .map(([{ op, args }, area, delay]): Tile => ({ op, args, area, delay }));
  const single = ops.map((op) =>
    priced(fc.constant({ op, args: Array.from({ length: ARITY[op] ?? 0 }, () => undefined) })),
  );
  return fc.tuple(fc.tuple(...single), fc.array(priced(trees(4, ops)), { maxLength: 5 })).map((lists) => lists.flat());
};

/** A body that computes a tree, and its inputs. */
function written(
  tree: Tree,
  type: string,
  attrs: string,
): { readonly body: string; readonly inputs: readonly string[] } {
  const inputs: string[] = [];
  const lines: string[] = [];
  const write = (one: Tree | undefined): string => {
    if (one === undefined) return `p${inputs.push(`p${inputs.length}: ${type}`) - 1}`;
    const args = one.args.map(write);
    const name = one === tree ? "y" : `t${lines.length}`;
    lines.push(`  ${name}: ${type} = ${one.op}${one.op === "reg" ? attrs : ""}(${args.join(", ")});\n`);
    return name;
  };
  write(tree);
  return { body: lines.join(""), inputs };
}

function targetOf(list: readonly Tile[]): Target {
  const items = list.map((tile, at) => {
    const { body, inputs } = written(tile, "i8", "[0]");
    const head = `t${at}[cell: ${tile.area}, delay: ${tile.delay}](${inputs.join(", ")}) -> (y: i8)`;
    return `pat ${head} {\n${body}}\nimp t${at}(${inputs.map((one) => one.slice(0, -4)).join(", ")}) -> (y) { y = id(p0); }\n`;
  });
  const { value, diagnostics } = loadTarget("made-up", [{ file: "made-up.tdl", text: items.join("") }]);
  expect(diagnostics.map((one) => one.message)).toEqual([]);
  return value;
}

/** All ways to lay `tile` over `tree`, each as the trees that are left. */
function layings(tile: Tree | undefined, tree: Tree | undefined): readonly (readonly (Tree | undefined)[])[] {
  if (tile === undefined) return [[tree]];
  if (tree?.op !== tile.op) return [];
  const orders = [tree.args, ...(OPERATIONS.get(tree.op)?.commutes ? [tree.args.toReversed()] : [])];
  return orders.flatMap((args) =>
    tile.args.reduce<readonly (readonly (Tree | undefined)[])[]>(
      (before, inner, at) => before.flatMap((some) => layings(inner, args[at]).map((more) => [...some, ...more])),
      [[]],
    ),
  );
}

/** All that covers of `tree` cost. */
function covers(tree: Tree | undefined, list: readonly Tile[]): readonly Cost[] {
  if (tree === undefined) return [FREE];
  return distinct(
    list.flatMap((tile) =>
      layings(tile, tree).flatMap((left) =>
        products(left.map((one) => covers(one, list))).map((some) => together(some, tile, tile.op === "reg")),
      ),
    ),
  );
}

/** What an instruction costs with what feeds it. At a register a path ends, and behind it one begins. */
function together(
  some: readonly Cost[],
  own: { readonly area: number; readonly delay: number },
  isRegister: boolean,
): Cost {
  const area = some.reduce((all, one) => all + one.area, own.area);
  const through = own.delay + Math.max(0, ...some.map((one) => one.arrival));
  const critical = Math.max(0, ...some.map((one) => one.critical));
  return isRegister
    ? { area, arrival: 0, critical: Math.max(critical, through) }
    : { area, arrival: through, critical };
}

function distinct(costs: readonly Cost[]): readonly Cost[] {
  return [...new Map(costs.map((one) => [`${one.area} ${one.arrival} ${one.critical}`, one])).values()];
}

function products<T>(lists: readonly (readonly T[])[]): readonly (readonly T[])[] {
  return lists.reduce<readonly (readonly T[])[]>(
    (before, list) => before.flatMap((some) => list.map((one) => [...some, one])),
    [[]],
  );
}

function least(costs: readonly Cost[], objective: Objective): number {
  return Math.min(...costs.map((one) => (objective === "area" ? one.area : Math.max(one.arrival, one.critical))));
}

function optionsFor(target: Target, objective: Objective) {
  return {
    objective,
    hasReset: false,
    allows: (hint: string, resource: string) => target.hints.get(hint) === resource,
  };
}

/** What the cover that we find for the only output costs. */
function found(graph: Graph, target: Target, objective: Objective): number {
  const { best, uncovered } = cover(graph, indexPatterns(target), optionsFor(target, objective));
  expect(uncovered).toEqual([]);
  const root = best.get(graph.outputs[0]?.node ?? -1);
  return (objective === "area" ? root?.area : Math.max(root?.arrival ?? 0, root?.critical ?? 0)) ?? -1;
}

test.each([
  ["area", ["add", "mul", "sub", "not", "reg"]],
  ["delay", ["add", "mul", "sub", "not", "reg"]],
] as const)("no cover of a tree has less %s", { timeout: 120_000 }, (objective, ops) => {
  const cases = fc.tuple(tiles(ops), trees(8, ops));
  fc.assert(
    fc.property(cases, ([list, tree]) => {
      const { body, inputs } = written(tree, "i8", "[0]");
      const graph = graphOf(`def main(${inputs.join(", ")}) -> (y: i8) {\n${body}}\n`, "none");
      expect(found(graph, targetOf(list), objective)).toBe(least(covers(tree, list), objective));
    }),
    { seed: SEED, numRuns: 300 },
  );
});

/** All that covers of a node cost, by the matches of a target. */
function coversOf(id: number, subject: Subject, target: Target): readonly Cost[] {
  const node = subject.graph.nodes[id] as Node;
  const sums = (
    leaves: readonly number[],
    own: { readonly area: number; readonly delay: number },
    isRegister: boolean,
  ) => products(leaves.map((leaf) => coversOf(leaf, subject, target))).map((some) => together(some, own, isRegister));
  if (node.op === undefined) return [FREE];
  if (isWire(node)) return distinct(sums(node.args, { area: 0, delay: 0 }, false));
  return distinct(
    [...target.patterns.values()].flatMap((pattern) =>
      matches(pattern, id, subject).flatMap((match) => sums([...match.ports.values()], match, match.isRegistered)),
    ),
  );
}

/** The body of a tree whose wider operations get constants and widened values here and there; its result is `y`. */
function mixedBody(
  tree: Tree,
  numbers: readonly number[],
  prefix = "",
): { readonly body: string; readonly inputs: readonly string[] } {
  const inputs: string[] = [];
  const lines: string[] = [];
  const emit = (text: string) => {
    const name = `${prefix}t${lines.length}`;
    lines.push(`  ${name}: i9 = ${text};\n`);
    return name;
  };
  const leaf = (): string => {
    const number = numbers[inputs.length % numbers.length] ?? 0;
    if (number % 3 === 0) return emit(`const[${number % 256}]`);
    const name = `${prefix}p${inputs.length}`;
    inputs.push(`${name}: ${number % 3 === 1 ? "i9" : "i4"}`);
    return number % 3 === 1 ? name : emit(`sext(${name})`);
  };
  const write = (one: Tree | undefined): string =>
    one === undefined ? leaf() : emit(`${one.op}${one.op === "reg" ? "[5]" : ""}(${one.args.map(write).join(", ")})`);
  const last = write(tree);
  lines.push(`  ${prefix}y: i9 = id(${last});\n`);
  return { body: lines.join(""), inputs };
}

function mixedProgram(tree: Tree, numbers: readonly number[]): string {
  const { body, inputs } = mixedBody(tree, numbers);
  return `def main(${[...inputs, "unused: bool"].join(", ")}) -> (y: i9) {\n${body}}\n`;
}

test.each(["area", "delay"] as const)("no cover of a tree by iCE40 has less %s", { timeout: 120_000 }, (objective) => {
  const target = targetNamed("ice40");
  const ops = ["add", "mul", "sub", "not", "reg"];
  const cases = fc.tuple(trees(7, ops), fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 }));
  fc.assert(
    fc.property(cases, ([tree, numbers]) => {
      const graph = graphOf(mixedProgram(tree, numbers), "none");
      const uses = new Int32Array(graph.nodes.length).fill(1);
      const subject = { graph, hasReset: false, uses, scarce: new Set<string>() };
      const all = coversOf(graph.outputs[0]?.node ?? -1, subject, target);
      expect(found(graph, target, objective)).toBeCloseTo(least(all, objective), 6);
    }),
    { seed: SEED, numRuns: 150 },
  );
});

/** The instructions of a cover, by their results, each with its operands by the names that they have in a tree. */
function taken(parts: readonly ReturnType<typeof mixedBody>[], names: readonly string[], target: Target) {
  const ports = [...parts.flatMap(({ inputs }) => inputs), "unused: bool"];
  const results = names.map((name) => `${name}: i9`);
  const body = parts.map((part) => part.body).join("");
  const graph = graphOf(`def main(${ports.join(", ")}) -> (${results.join(", ")}) {\n${body}}\n`, "none");
  const { best, chosen, uncovered } = cover(graph, indexPatterns(target), optionsFor(target, "area"));
  expect(uncovered).toEqual([]);
  const own = (id: number) => (graph.nodes[id] as Node).name;
  return chosen
    .map((id) => [own(id), best.get(id)?.match] as const)
    .map(([name, match]) => `${name} ${match?.pattern.name} ${[...(match?.ports.values() ?? [])].map(own).join(" ")}`);
}

test("trees that look alike are covered as each of them is alone", { timeout: 120_000 }, () => {
  const target = targetNamed("ice40");
  const shape = fc.array(fc.nat(1000), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(trees(7, ["add", "mul", "sub", "not", "reg"]), shape, shape, (tree, one, other) => {
      const kinds = [one, other, one, other, one];
      const parts = kinds.map((numbers, at) => mixedBody(tree, numbers, `c${at}_`));
      const names = kinds.map((_, at) => `c${at}_y`);
      const alone = parts.flatMap((part, at) => taken([part], names.slice(at, at + 1), target));
      expect(taken(parts, names, target).toSorted()).toEqual(alone.toSorted());
    }),
    { seed: SEED, numRuns: 40 },
  );
});

/** A program of about `count` instructions, each value used by one or two others. */
function longProgram(count: number): string {
  const lines = ["  t0: i8 = id(a);\n", "  t1: i8 = id(b);\n"];
  const kinds = ["add(", "xor(", "sub(", "mux(c, ", "reg[3]("];
  for (let at = 2; at < count; at++) {
    const kind = kinds[at % kinds.length] as string;
    const second = kind === "reg[3](" ? "c" : `t${at - 1 - (at % 2)}`;
    lines.push(`  t${at}: i8 = ${kind}t${at - 1}, ${second});\n`);
  }
  return `def main(a: i8, b: i8, c: bool) -> (y: i8) {\n${lines.join("")}  y: i8 = id(t${count - 1});\n}\n`;
}

test("selection takes the same time an instruction for 1,000 as for 10,000", { timeout: 180_000, retry: 2 }, () => {
  const target = targetNamed("ice40");
  const time = (count: number) => {
    const graph = graphOf(longProgram(count), "none");
    const times = [0, 1].map(() => {
      const before = process.cpuUsage();
      select(graph, target);
      return process.cpuUsage(before).user;
    });
    return Math.min(...times);
  };
  time(1000);
  expect(time(10_000) / time(1000)).toBeLessThan(30);
});

test("the same program gives the same assembly, and so does a target that is read again", () => {
  const again = loadTarget("ice40", targetSources("ice40")).value;
  for (const optimize of ["area", "delay", "balanced"] as const) {
    const texts = [targetNamed("ice40"), targetNamed("ice40"), again].map((target) =>
      print(select(graphOf(longProgram(300), "none"), target, { optimize }).value),
    );
    expect(new Set(texts).size).toBe(1);
  }
});

function selected(line: string, target = "ice40") {
  return select(graphOf(`def main(a: i8, b: i8) -> (y: i8) {\n  ${line}\n}\n`, "none"), targetNamed(target));
}

test("a hint that can be met is", () => {
  const { value, diagnostics } = selected("y: i8 = add(a, b) @lut;");
  expect(diagnostics).toEqual([]);
  expect(print(value)).toContain("y: i8 = add(a, b) @lc(??, ??);");
});

test.each(["dsp", "uram"])("a hint at a resource that iCE40 lacks is refused: @%s", (resource) => {
  const { diagnostics } = selected(`y: i8 = add(a, b) @${resource};`);
  expect(diagnostics.map(({ code }) => code)).toEqual(["no-resource"]);
});
