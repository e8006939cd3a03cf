// Holds a target against itself: every implementation computes what its pattern says, its cells are correct programs,
// its costs are those of its cells, and nothing is there that cannot be used.
import { check } from "../lang/check.ts";
import { type Diagnostic, failed } from "../lang/diagnostic.ts";
import { type Machine, machine } from "../lang/eval/machine.ts";
import { elaborate, type Graph } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import { type Instance, instances, instancesOf, outline } from "../lang/target/instances.ts";
import type { Probes } from "../lang/target/members.ts";
import type { Pattern, Target } from "../lang/target/target.ts";
import { tilesOf } from "../lang/target/tile.ts";
import { cost, TargetError } from "../lang/target/value.ts";
import { checkPrims, checkUses, say } from "./check-uses.ts";
import { compare } from "./compare.ts";
import { expand } from "./expand.ts";
import { type Family, isAsMade, type Leader, leadersOf } from "./families.ts";
import { netlistGraph } from "./graph.ts";
import type { Netlist } from "./netlist.ts";
import { equivalent } from "./prove.ts";
import { sitesNeeded } from "./sites.ts";

export interface TargetCheckOptions {
  /** Widths of families of one number, those of several take the smaller ones; then no family is looked at as a whole. */
  readonly widths?: readonly number[];
  /** Only patterns of these names are proved. */
  readonly only?: readonly string[];
}

/** What became of the members of a pattern's family. */
export interface PatternCheck {
  readonly pattern: string;
  readonly instances: number;
  /** Equal for all inputs, in every cycle. */
  readonly proved: number;
  /** Of them those that follow from a larger member that was proved: `families.ts`. */
  readonly followed: number;
  /** Whether these are all members: every choice of numbers with every choice of registers, up to some lanes. */
  readonly isWhole: boolean;
  /** Equal for corners and random values, `vectors` in all. */
  readonly tested: number;
  readonly vectors: number;
  /** The members that were tested. */
  readonly unproved: readonly string[];
  readonly failed: number;
  readonly counterexample: string | undefined;
}

export interface TargetCheck {
  readonly rows: readonly PatternCheck[];
  readonly diagnostics: readonly Diagnostic[];
}

const WIDTHS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 24, 31, 32, 33, 48, 63, 64];
/** The number of a family with many optional operands takes these. */
const FEW = [1, 2, 3, 4, 7, 8, 9, 16, 17, 33];
/** Of several numbers of a family each takes these. */
const SEVERAL = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 31, 32];
const MANY = [1, 2, 8, 9, 16, 24, 32];
const FEW_OF_MANY = [1, 8, 18, 31];
/** Of numbers that are all looked at by way of the largest these are looked at themselves. */
const SOME = [1, 8, 15, 31];
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
  const isWhole = options.widths === undefined;
  const few = FEW.filter((value) => single.includes(value));
  const probes: Probes = {
    single,
    few,
    part: [0, 1],
    several,
    many: isWhole ? MANY : FEW_OF_MANY,
    addresses,
    dense: DENSE,
  };
  const diagnostics: Diagnostic[] = [...checkPrims(target), ...checkUses(target)];
  // What is wrong with the cells would be said again of each pattern.
  if (failed(diagnostics)) return { rows: [], diagnostics };
  const rows: PatternCheck[] = [];
  const seen: Costs = new Map();
  for (const pattern of target.patterns.values()) {
    const imp = target.implementations.get(pattern.name);
    if (imp === undefined || options.only?.includes(pattern.name) === false) continue;
    const part = partOf(pattern, target);
    const { row, found } = checkPattern({ pattern, imp, target }, isWhole, { ...probes, part }, seen);
    rows.push(row);
    diagnostics.push(...found);
  }
  diagnostics.push(...checkChoices(target, seen));
  return { rows, diagnostics };
}

/** Choices of operations that share one implementation share the choices of registers, too, up to so many of them. */
const MOST_SHARES = 4;

function partOf({ name }: Pattern, { families }: Target): Probes["part"] {
  const family = families.get(name);
  const all = [...families].flatMap(([member, of]) => (of === family ? [member] : []));
  return [Math.max(0, all.indexOf(name)), Math.max(1, Math.min(MOST_SHARES, all.length))];
}

/** What patterns ask for the same work, by what it is. */
type Costs = Map<string, { readonly pattern: Pattern; readonly area: number; readonly delay: number }[]>;

/** What was found out about the members of a family. */
interface Tally {
  instances: number;
  proved: number;
  followed: number;
  tested: number;
  vectors: number;
  unproved: string[];
  failed: number;
  counterexample: string | undefined;
  /** Why members are no programs; it matters if none is one. */
  illTyped: string | undefined;
  /** The member whose cost is the farthest from its cells. */
  worst: { readonly text: string; readonly claimed: number; readonly counted: number } | undefined;
}

function checkPattern(
  family: Family,
  canBeWhole: boolean,
  probes: Probes,
  costs: Costs,
): { readonly row: PatternCheck; readonly found: readonly Diagnostic[] } {
  const { pattern, imp, target } = family;
  const { name, item, source } = pattern;
  const tally: Tally = {
    instances: 0,
    proved: 0,
    followed: 0,
    tested: 0,
    vectors: 0,
    unproved: [],
    failed: 0,
    counterexample: undefined,
    illTyped: undefined,
    worst: undefined,
  };
  const found: Diagnostic[] = [];
  let isWhole = false;
  try {
    const leaders = canBeWhole ? leadersOf(family, probes) : undefined;
    if (leaders === undefined)
      for (const instance of instances(pattern, probes)) checkInstance(instance, target, tally, costs);
    else isWhole = checkWhole(family, leaders, probes, tally, costs);
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
  const { instances: count, proved, followed, tested, vectors, unproved, counterexample } = tally;
  const row = {
    pattern: name,
    instances: count,
    proved,
    followed,
    isWhole,
    tested,
    vectors,
    unproved,
    failed: tally.failed,
    counterexample,
  };
  return { row, found };
}

/** Members of leaders, and what follows from them; whether that is all. */
function checkWhole(family: Family, leaders: readonly Leader[], probes: Probes, tally: Tally, costs: Costs): boolean {
  const { pattern, target } = family;
  let isWhole = true;
  let followed = 0;
  const looked = new Set<string>();
  for (const leader of leaders)
    for (const instance of instancesOf(pattern, leader, probes, leader.operands)) {
      const netlist = checkInstance(instance, target, tally, costs);
      looked.add(instance.text);
      const count = leader.count * (leader.operands === "most" ? instance.choices : 1);
      if (count === 1) continue;
      if (netlist !== undefined && isAsMade(family, instance, netlist)) followed += count - 1;
      else isWhole = false;
    }
  // Some are looked at themselves, too; they are counted already where all are.
  const again = isWhole ? { ...tally } : tally;
  const shown = isWhole ? { ...probes, single: SOME, several: SOME, many: SOME } : probes;
  const operands = leaders.every((leader) => leader.operands === "most") ? "most" : "all";
  for (const instance of outline(pattern, shown, operands))
    if (!looked.has(instance.text)) checkInstance(instance, target, again, costs);
  if (!isWhole) return false;
  tally.instances += followed;
  tally.proved += followed;
  tally.followed += followed;
  tally.failed = again.failed;
  tally.counterexample = again.counterexample;
  return true;
}

/** The cells of a member that is proved. */
function checkInstance(instance: Instance, target: Target, tally: Tally, costs: Costs): Netlist | undefined {
  const { pattern, present } = instance;
  if (claimed(instance) > (instance.addresses.length > 0 ? MOST_OF_MEMORY : MOST_CELLS)) return undefined;
  const graph = graphOfMember(instance, tally);
  if (graph === undefined) return undefined;
  tally.instances++;
  noteCosts(instance, costs);
  const fail = (why: string) => {
    tally.failed++;
    tally.counterexample ??= `with ${instance.text}: ${why}`;
    return undefined;
  };
  const made = netlistOf(instance, target);
  if (typeof made === "string") return fail(made);
  if (instance.isTypical) noteSites(instance, made, tally);
  const hasReset = made.reset !== undefined;
  if (hasReset !== instance.hasReset) return fail(hasReset ? "it takes a reset" : "it leaves out the reset");
  if (equivalent(graph, made, hasReset) === "proved") {
    tally.proved++;
    return made;
  }
  const cells = machineOf(made);
  if (typeof cells === "string") return fail(cells);
  const program = machine(graph, { reset: hasReset ? "sync" : "none" });
  const most = instance.isClocked ? CYCLES : VECTORS;
  const vectors = Math.max(40, Math.min(most, Math.round(100_000 / (made.cells.length + 1))));
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
  if (isExhaustive) {
    tally.proved++;
    return made;
  }
  tally.tested++;
  tally.vectors += count;
  tally.unproved.push(instance.text);
  return undefined;
}

/** The member as a program; undefined where its types do not fit together. */
function graphOfMember({ ir }: Instance, tally: Tally): Graph | undefined {
  const parsed = parse({ file: "pattern", text: ir });
  const checked = check(parsed.value, "ir");
  const wrong = [...parsed.diagnostics, ...checked.diagnostics].find((one) => one.severity === "error");
  tally.illTyped ??= wrong?.message;
  return wrong === undefined ? elaborate(checked.value).value : undefined;
}

function netlistOf({ assembly }: Instance, target: Target): Netlist | string {
  const parsed = parse({ file: "instruction", text: assembly });
  const checked = check(parsed.value, "asm");
  const { value, diagnostics } = expand(parsed.value, target);
  const wrong = [...parsed.diagnostics, ...checked.diagnostics, ...diagnostics].find((one) => one.severity === "error");
  return value ?? wrong?.message ?? "it cannot be expanded";
}

function machineOf(netlist: Netlist): Machine | string {
  const cells = netlistGraph(netlist);
  return cells === undefined ? "its cells cannot be run" : machine(cells);
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
const FEW_CELLS = 12;

/** Members of more cells than this are left to smaller ones of the same structure, memories sooner. */
const MOST_CELLS = 1000;
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
  if (most <= FEW_CELLS || Math.abs(claimed - counted) <= TOLERANCE * most) return;
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
  const wired = new Set([...tilesOf(target).values()].flatMap(({ cascade }) => [...(cascade?.by.values() ?? [])]));
  return [...beaten].flatMap(([pattern, [by]]) => {
    // It is not chosen, but put in the place of another.
    if (by === undefined || wired.has(pattern.name)) return [];
    const { name, source, item } = pattern;
    return say("warning", "never-chosen", `\`${name}\` can never be chosen`, source, item.name, [
      `\`${by.name}\` does the same, and is never larger or slower`,
    ]);
  });
}
