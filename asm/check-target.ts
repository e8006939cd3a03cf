// Holds a target against itself: every implementation computes what its pattern says, its cells are correct programs,
// its costs are those of its cells, and nothing is there that cannot be used.
import type { Expr, Statement } from "../lang/ast.ts";
import { check } from "../lang/check.ts";
import { type Diagnostic, failed, report } from "../lang/diagnostic.ts";
import { type Machine, machine } from "../lang/eval/machine.ts";
import { elaborate } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import type { Source, Span } from "../lang/source.ts";
import { type Instance, instances, type Probes } from "../lang/target/instances.ts";
import { definition } from "../lang/target/semantics.ts";
import type { Implementation, Pattern, Target } from "../lang/target/target.ts";
import { tilesOf } from "../lang/target/tile.ts";
import { cost, TargetError } from "../lang/target/value.ts";
import { compare } from "./compare.ts";
import { expand } from "./expand.ts";
import { lift } from "./lift.ts";
import type { Netlist } from "./netlist.ts";
import { sitesNeeded } from "./sites.ts";

export interface TargetCheckOptions {
  /** Widths of families of one number; those of several take the smaller ones. */
  readonly widths?: readonly number[];
  /** Only patterns of these names are proved. */
  readonly only?: readonly string[];
}

/** What became of the members of a pattern's family. */
export interface PatternCheck {
  readonly pattern: string;
  readonly instances: number;
  /** Equal for all inputs. */
  readonly proved: number;
  /** Equal for corners and random values, `vectors` in all. */
  readonly tested: number;
  readonly vectors: number;
  readonly failed: number;
  readonly counterexample: string | undefined;
}

export interface TargetCheck {
  readonly rows: readonly PatternCheck[];
  readonly diagnostics: readonly Diagnostic[];
}

const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 31, 32, 33, 64];
/** Of several numbers of a family each takes these. */
const SEVERAL = [1, 2, 3, 4, 5, 8, 9, 17];
const MANY = [1, 8, 16, 31];
const FEW_OF_MANY = [1, 8, 31];
/** Memories of up to so many words are run through. */
const ADDRESSES = [1, 2, 4, 8, 9, 10, 11, 12, 13, 15];
const DENSE = 8;

/** The most random inputs, and the most random cycles, of a member. */
const VECTORS = 400;
const CYCLES = 120;

/** Checks everything about a target that loaded without errors. */
export function checkTarget(target: Target, options: TargetCheckOptions = {}): TargetCheck {
  const single = options.widths ?? WIDTHS;
  const several = SEVERAL.filter((value) => single.includes(value) || value === 17);
  const addresses = ADDRESSES.filter((value) => single.includes(value) || value === 12 || single === WIDTHS);
  const probes = { single, several, many: options.widths === undefined ? MANY : FEW_OF_MANY, addresses, dense: DENSE };
  const diagnostics: Diagnostic[] = [...checkPrims(target), ...checkUses(target)];
  // What is wrong with the cells would be said again of each pattern.
  if (failed(diagnostics)) return { rows: [], diagnostics };
  const rows: PatternCheck[] = [];
  const seen: Costs = new Map();
  for (const pattern of target.patterns.values()) {
    const imp = target.implementations.get(pattern.name);
    if (imp === undefined || options.only?.includes(pattern.name) === false) continue;
    const { row, found } = checkPattern(pattern, imp, target, probes, seen);
    rows.push(row);
    diagnostics.push(...found);
  }
  diagnostics.push(...checkChoices(target, seen));
  return { rows, diagnostics };
}

function say(
  severity: "error" | "warning",
  code: Diagnostic["code"],
  message: string,
  source: Source,
  span: Span,
  help: readonly string[] = [],
): Diagnostic[] {
  const found = report(source);
  found[severity](code, message, [{ span, text: "" }], help);
  return found.list;
}

/** Each `prim` is a program of the IR, with any values of its parameters. */
function checkPrims(target: Target): readonly Diagnostic[] {
  return [...target.prims.values()].flatMap((prim) => {
    try {
      const program = { source: prim.source, items: [definition(prim, [], "main")], comments: [] };
      return check(program, "ir").diagnostics.filter((one) => one.severity === "error");
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      return say("error", "bad-target", error.message, prim.source, error.span);
    }
  });
}

/** What the chains of tiles are mended with. */
function chainParts(target: Target): readonly string[] {
  const chains = [...tilesOf(target).values()].flatMap(({ chain }) => chain ?? []);
  return chains.flatMap(({ begin, enter, leave, pass, idle }) =>
    [begin, enter, leave, pass, idle].map((imp) => imp.name),
  );
}

/** Implementations that nothing asks for, and operands that they leave open. */
function checkUses(target: Target): readonly Diagnostic[] {
  const { implementations, patterns } = target;
  const used = new Set<string>();
  const pending = [...patterns.keys(), ...chainParts(target)];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const imp = implementations.get(name);
    if (imp === undefined || used.has(name)) continue;
    used.add(name);
    pending.push(...calls(imp.body));
  }
  const found: Diagnostic[] = [];
  for (const imp of implementations.values()) {
    if (!used.has(imp.name))
      found.push(...say("warning", "unused", `nothing uses the \`imp\` \`${imp.name}\``, imp.source, imp.item.name));
    const named = new Set(imp.body.flatMap(namesIn));
    for (const port of imp.item.inputs)
      if (!named.has(port.name.text))
        found.push(
          ...say("warning", "unused", `\`${imp.name}\` does not connect \`${port.name.text}\``, imp.source, port.name),
        );
    const pattern = patterns.get(imp.name);
    if (pattern !== undefined && pattern.inputs.length !== imp.inputs.length)
      found.push(
        ...say(
          "error",
          "bad-target",
          `\`${imp.name}\` has ${imp.inputs.length} operands here, and ${pattern.inputs.length} in its \`pat\``,
          imp.source,
          imp.item.name,
        ),
      );
  }
  return found;
}

function calls(body: readonly Statement[]): readonly string[] {
  return body.flatMap((one) => {
    if (one.kind === "instruction") return [one.op.text];
    return one.kind === "for" ? calls(one.body) : [...calls(one.then), ...calls(one.otherwise)];
  });
}

/** All names in the arguments of a statement. */
function namesIn(one: Statement): readonly string[] {
  if (one.kind === "instruction") return [...one.args, ...one.attrs.map((attr) => attr.value)].flatMap(namesOf);
  if (one.kind === "for") return [...namesOf(one.range), ...one.body.flatMap(namesIn)];
  return [...namesOf(one.test), ...[...one.then, ...one.otherwise].flatMap(namesIn)];
}

function namesOf(expr: Expr | undefined): readonly string[] {
  switch (expr?.kind) {
    case "name":
      return [expr.text];
    case "unary":
      return namesOf(expr.arg);
    case "binary":
      return [...namesOf(expr.left), ...namesOf(expr.right)];
    case "condition":
      return [expr.test, expr.then, expr.otherwise].flatMap(namesOf);
    case "index":
      return [...namesOf(expr.of), ...namesOf(expr.at)];
    case "call":
      return expr.args.flatMap(namesOf);
    case "int":
    case "string":
    case "hole":
    case undefined:
      return [];
  }
}

/** What patterns ask for the same work, by what it is. */
type Costs = Map<string, { readonly pattern: Pattern; readonly area: number; readonly delay: number }[]>;

/** What was found out about the members of a family. */
interface Tally {
  instances: number;
  proved: number;
  tested: number;
  vectors: number;
  failed: number;
  counterexample: string | undefined;
  /** Why members are no programs; it matters if none is one. */
  illTyped: string | undefined;
  /** The member whose cost is the farthest from its cells. */
  worst: { readonly text: string; readonly claimed: number; readonly counted: number } | undefined;
}

function checkPattern(
  pattern: Pattern,
  imp: Implementation,
  target: Target,
  probes: Probes,
  costs: Costs,
): { readonly row: PatternCheck; readonly found: readonly Diagnostic[] } {
  const { name, item, source } = pattern;
  const tally: Tally = {
    instances: 0,
    proved: 0,
    tested: 0,
    vectors: 0,
    failed: 0,
    counterexample: undefined,
    illTyped: undefined,
    worst: undefined,
  };
  const found: Diagnostic[] = [];
  try {
    for (const instance of instances(pattern, probes)) checkInstance(instance, target, tally, costs);
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    found.push(...say("error", "bad-target", `\`${name}\`: ${error.message}`, source, error.span));
  }
  if (tally.instances === 0 && found.length === 0)
    found.push(
      ...say("error", "bad-pattern", `no program has a place for \`${name}\``, source, item.name, [
        tally.illTyped ?? "its conditions are never met",
      ]),
    );
  if (tally.counterexample !== undefined)
    found.push(
      ...say(
        "error",
        "wrong-implementation",
        `the \`imp\` of \`${name}\` does not compute its \`pat\`, in ${tally.failed} of ${tally.instances} members`,
        imp.source,
        imp.item.name,
        [tally.counterexample],
      ),
    );
  const { worst } = tally;
  if (worst !== undefined)
    found.push(
      ...say(
        "warning",
        "wrong-cost",
        `\`${name}\` says it takes ${worst.claimed} \`${pattern.resource}\`, its cells take ${worst.counted}`,
        source,
        item.name,
        [`with ${worst.text}`],
      ),
    );
  const { instances: count, proved, tested, vectors, counterexample } = tally;
  const row = { pattern: name, instances: count, proved, tested, vectors, failed: tally.failed, counterexample };
  return { row, found };
}

function checkInstance(instance: Instance, target: Target, tally: Tally, costs: Costs): void {
  const { pattern, present } = instance;
  if (instance.addresses.length > 0 && claimed(instance) > MOST_OF_MEMORY) return;
  const program = programOf(instance, tally);
  if (program === undefined) return;
  tally.instances++;
  noteCosts(instance, costs);
  const fail = (why: string) => {
    tally.failed++;
    tally.counterexample ??= `with ${instance.text}: ${why}`;
  };
  const made = netlistOf(instance, target);
  if (typeof made === "string") return fail(made);
  const cells = machineOf(made);
  if (typeof cells === "string") return fail(cells);
  if (instance.isTypical) noteSites(instance, made, tally);
  const most = instance.isClocked ? CYCLES : VECTORS;
  const vectors = Math.max(40, Math.min(most, Math.round(100_000 / (made.cells.length + 1))));
  const hasReset = made.reset !== undefined;
  if (hasReset !== instance.hasReset) return fail(hasReset ? "it takes a reset" : "it leaves out the reset");
  const {
    isExhaustive,
    vectors: count,
    difference,
  } = compare(program, cells, {
    isClocked: instance.isClocked,
    addresses: instance.addresses,
    hasContents: pattern.attrs.some(({ name, contentsAt }) => contentsAt !== undefined && present(name)),
    hasReset,
    vectors,
    exhaustive: pattern.params.filter((param) => param.kinds === undefined).length > 1 ? 12 : 16,
  });
  if (difference !== undefined) return fail(difference);
  if (isExhaustive) tally.proved++;
  else {
    tally.tested++;
    tally.vectors += count;
  }
}

/** The member as a program; undefined where its types do not fit together. */
function programOf({ ir, hasReset }: Instance, tally: Tally): Machine | undefined {
  const parsed = parse({ file: "pattern", text: ir });
  const checked = check(parsed.value, "ir");
  const wrong = [...parsed.diagnostics, ...checked.diagnostics].find((one) => one.severity === "error");
  tally.illTyped ??= wrong?.message;
  const graph = wrong === undefined ? elaborate(checked.value).value : undefined;
  return graph === undefined ? undefined : machine(graph, { reset: hasReset ? "sync" : "none" });
}

function netlistOf({ assembly }: Instance, target: Target): Netlist | string {
  const parsed = parse({ file: "instruction", text: assembly });
  const checked = check(parsed.value, "asm");
  const { value, diagnostics } = expand(parsed.value, target);
  const wrong = [...parsed.diagnostics, ...checked.diagnostics, ...diagnostics].find((one) => one.severity === "error");
  return value ?? wrong?.message ?? "it cannot be expanded";
}

function machineOf(netlist: Netlist): Machine | string {
  const checked = check(lift(netlist), "ir");
  const wrong = checked.diagnostics.find((one) => one.severity === "error");
  if (wrong !== undefined) return wrong.message;
  const { value, diagnostics } = elaborate(checked.value, { top: "main" });
  return value === undefined || failed(diagnostics) ? "its cells cannot be run" : machine(value);
}

/** Notes what the member costs, under what it computes: its program with other names. */
function noteCosts({ pattern, ir, hasReset, scope, present }: Instance, costs: Costs): void {
  let area = 0;
  let delay = 0;
  for (const { key, value } of pattern.costs) {
    const amount = cost(value, scope, present);
    if (!(amount >= 0)) throw new TargetError(`a cost is ${amount}`, value);
    if (key?.text === "delay") delay = amount;
    else if (key?.text !== "after") area += amount;
  }
  const names = new Map<string, string>();
  for (const [, name = ""] of ir.matchAll(/([\w-]+): /g)) if (!names.has(name)) names.set(name, `v${names.size}`);
  const work = ir.replace(/[\w-]+/g, (word) => names.get(word) ?? word);
  const key = `${hasReset} ${work}`;
  costs.set(key, [...(costs.get(key) ?? []), { pattern, area, delay }]);
}

/** Differences of less than this share are left to the packer, and those of a few cells to special constants. */
const TOLERANCE = 0.15;
const FEW = 12;

/** Memories of more cells than this are left to smaller ones of the same structure. */
const MOST_OF_MEMORY = 600;

function claimed({ pattern, scope, present }: Instance): number {
  const own = pattern.costs.find((attr) => attr.key?.text === pattern.resource);
  return own === undefined ? 0 : cost(own.value, scope, present);
}

function noteSites({ pattern, text, scope, present }: Instance, netlist: Netlist, tally: Tally): void {
  const own = pattern.costs.find((attr) => attr.key?.text === pattern.resource);
  if (own === undefined) return;
  const claimed = cost(own.value, scope, present);
  const counted = sitesNeeded(netlist).get(pattern.resource) ?? 0;
  const most = Math.max(claimed, counted);
  if (most <= FEW || Math.abs(claimed - counted) <= TOLERANCE * most) return;
  const before = tally.worst;
  const share = (one: { readonly claimed: number; readonly counted: number }) =>
    Math.abs(one.claimed - one.counted) / Math.max(one.claimed, one.counted);
  if (before === undefined || share({ claimed, counted }) > share(before)) tally.worst = { text, claimed, counted };
}

/** Patterns that another one always beats, or equals and comes before. */
function checkChoices(target: Target, costs: Costs): readonly Diagnostic[] {
  const order = [...target.patterns.values()];
  const beaten = new Map<Pattern, Set<Pattern>>();
  for (const list of costs.values())
    for (const one of list) {
      const by = list.filter(
        (other) =>
          other.pattern !== one.pattern &&
          other.pattern.resource === one.pattern.resource &&
          other.area <= one.area &&
          other.delay <= one.delay &&
          (other.area < one.area ||
            other.delay < one.delay ||
            order.indexOf(other.pattern) < order.indexOf(one.pattern)),
      );
      const known = beaten.get(one.pattern);
      const names = by.map((other) => other.pattern);
      beaten.set(one.pattern, new Set(known === undefined ? names : names.filter((name) => known.has(name))));
    }
  return [...beaten].flatMap(([pattern, [by]]) => {
    if (by === undefined) return [];
    const { name, source, item } = pattern;
    return say("warning", "never-chosen", `\`${name}\` can never be chosen`, source, item.name, [
      `\`${by.name}\` does the same, and is never larger or slower`,
    ]);
  });
}
