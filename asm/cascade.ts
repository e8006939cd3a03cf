// Cascades: an instruction that reads nothing but what the one before it makes may stand above that, and take it over
// wires of their own. Chains of them are found, cut to what a column holds, and get relative coordinates.
import type { Expr, Instruction, Item, Program } from "../lang/ast.ts";
import { NOWHERE } from "../lang/ast.ts";
import type { Device, SiteRule } from "../lang/target/device.ts";
import type { Pattern, Target } from "../lang/target/target.ts";
import { type CascadeRule, tilesOf } from "../lang/target/tile.ts";

/** The program with its chains laid for a device, the same one if there are none; what has coordinates keeps them. */
export function cascaded(program: Program, target: Target, device: Device | undefined): Program {
  let laid = program;
  for (const { resource, cascade } of tilesOf(target).values()) {
    if (cascade === undefined) continue;
    const columns = columnsOf(resource, device);
    const items = laid.items.map((item) => lay(item, cascade, columns, target));
    laid = { ...laid, items };
  }
  return laid;
}

/** A column of sites of one kind. */
interface Column {
  readonly rule: SiteRule;
  readonly sites: number;
}

function columnsOf(resource: string, device: Device | undefined): readonly Column[] {
  const rules = device?.sites.filter((rule) => rule.resource === resource) ?? [];
  return rules.flatMap((rule) => {
    const tiles = Math.floor((rule.y[1] - rule.y[0] + 1) / rule.rows);
    return Array.from({ length: rule.x[1] - rule.x[0] + 1 }, () => ({ rule, sites: tiles * rule.count }));
  });
}

/** An instruction that another may hand its result to, with the one that it reads that way. */
interface Link {
  readonly at: number;
  readonly from: number;
  /** Whether it reads nothing else than what comes over the wires already. */
  readonly isBound: boolean;
}

function lay(item: Item, rule: CascadeRule, columns: readonly Column[], target: Target): Item {
  const body = item.body.map((one) => (one.kind === "instruction" ? one : undefined));
  const links = linksOf(item, body, rule, target);
  if (links.size === 0) return item;
  const chains = packed(chainsOf(links), columns);
  const made: (Instruction | undefined)[] = [...body];
  const taken = namesOf(body);
  let count = 0;
  for (const chain of chains) {
    while (taken.has(`x${count}`) || taken.has(`y${count}`)) count++;
    const [x, y] = [`x${count}`, `y${count}`];
    count++;
    chain.forEach((at, step) => {
      const one = made[at] as Instruction;
      const pattern = step === 0 ? undefined : target.patterns.get(rule.by.get(one.op.text) ?? "");
      const moved = pattern === undefined ? one : readBy(one, pattern, target);
      made[at] = located(moved, x, y, step, columns[0]?.rule);
    });
  }
  return { ...item, body: item.body.map((one, at) => made[at] ?? one) };
}

/** By instruction that may take its operand over the wires, where that comes from. */
function linksOf(
  item: Item,
  body: readonly (Instruction | undefined)[],
  rule: CascadeRule,
  target: Target,
): ReadonlyMap<number, Link> {
  const makers = new Map<string, number>();
  const uses = new Map<string, number>();
  const use = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  body.forEach((one, at) => {
    for (const result of one?.results ?? []) makers.set(result.name.text, at);
    for (const arg of one?.args ?? []) if (arg.kind === "name") use(arg.text);
  });
  for (const port of item.outputs) use(port.name.text);
  const bound = new Set(rule.by.values());
  const links = new Map<number, Link>();
  body.forEach((one, at) => {
    const pattern = one === undefined ? undefined : target.patterns.get(one.op.text);
    if (one === undefined || pattern === undefined || !isOpen(one)) return;
    const isBound = bound.has(pattern.name);
    const by = isBound ? pattern : target.patterns.get(rule.by.get(pattern.name) ?? "");
    const arg = one.args[pattern.inputs.findIndex((port) => port.name === rule.port)];
    if (by === undefined || arg?.kind !== "name" || uses.get(arg.text) !== 1) return;
    const from = makers.get(arg.text);
    const maker = from === undefined ? undefined : body[from];
    if (from === undefined || maker === undefined || from === at) return;
    if (!rule.feeders.has(maker.op.text) || !isOpen(maker) || typeOf(maker) !== typeOf(one)) return;
    if (isBound || fits(one, by)) links.set(at, { at, from, isBound });
  });
  return links;
}

/** Whether a place is still to be found. */
function isOpen({ loc }: Instruction): boolean {
  return loc?.coordinates.every((one) => one.kind === "hole") === true;
}

function typeOf({ results }: Instruction): string {
  const type = results[0]?.type;
  return type === undefined ? "" : `${type.name} ${type.args.map((arg) => (arg.kind === "int" ? arg.text : "?"))}`;
}

/** Whether the other pattern has all that an instruction names. */
function fits({ attrs }: Instruction, { attrs: known }: Pattern): boolean {
  return attrs.every(({ key }) => key === undefined || known.some(({ name }) => name === key.text));
}

/** Chains from the lowest instruction up; a ring has no lowest, and stays as it is. */
function chainsOf(links: ReadonlyMap<number, Link>): readonly (readonly number[])[] {
  const next = new Map([...links.values()].map(({ at, from }) => [from, at]));
  const heads = [...next.keys()].filter((at) => !links.has(at)).sort((a, b) => a - b);
  return heads.map((head) => {
    const chain = [head];
    for (let at = next.get(head); at !== undefined; at = next.get(at)) chain.push(at);
    return chain;
  });
}

/**
 * The chains that columns hold together: the longest first, each in the first column that has room for it, else cut to
 * the most room that is left. A chain begins with the first site of a tile; what its last tile has over is for others.
 */
function packed(chains: readonly (readonly number[])[], columns: readonly Column[]): readonly (readonly number[])[] {
  const room = columns.map(({ rule, sites }) => ({ sites, per: rule.count }));
  if (room.length === 0) return chains;
  const made: (readonly number[])[] = [];
  const waiting = chains.toSorted((a, b) => b.length - a.length || (a[0] as number) - (b[0] as number));
  for (let chain = waiting.shift(); chain !== undefined; chain = waiting.shift()) {
    const { length } = chain;
    const most = room.reduce((best, one) => (one.sites > best.sites ? one : best));
    const column = room.find(({ sites }) => sites >= length) ?? most;
    const size = Math.min(column.sites, length);
    if (size < 2) continue;
    column.sites -= Math.ceil(size / column.per) * column.per;
    made.push(chain.slice(0, size));
    if (length - size > 1) waiting.unshift(chain.slice(size));
  }
  return made.sort((a, b) => (a[0] as number) - (b[0] as number));
}

/** The names that coordinates of the program have. */
function namesOf(body: readonly (Instruction | undefined)[]): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (expr: Expr | undefined): void => {
    if (expr?.kind === "name") names.add(expr.text);
    if (expr?.kind === "binary") {
      visit(expr.left);
      visit(expr.right);
    }
  };
  for (const one of body) one?.loc?.coordinates.forEach(visit);
  return names;
}

/** The instruction as one of another pattern with the same operands by name. */
function readBy(one: Instruction, pattern: Pattern, target: Target): Instruction {
  const from = target.patterns.get(one.op.text)?.inputs ?? [];
  const args = pattern.inputs.map((port): Expr => {
    const arg = one.args[from.findIndex((own) => own.name === port.name)];
    return arg ?? { kind: "name", text: "_", type: undefined, ...NOWHERE };
  });
  while (args.at(-1)?.kind === "name" && (args.at(-1) as { text: string }).text === "_") args.pop();
  return { ...one, op: { ...one.op, text: pattern.name }, args };
}

/** The instruction `step` sites above the one at (x, y). */
function located(one: Instruction, x: string, y: string, step: number, rule: SiteRule | undefined): Instruction {
  const count = rule?.count ?? 1;
  const rows = Math.floor(step / count) * (rule?.rows ?? 1);
  const name = (text: string): Expr => ({ kind: "name", text, type: undefined, ...NOWHERE });
  const int = (value: number): Expr => ({ kind: "int", value: BigInt(value), text: `${value}`, ...NOWHERE });
  const row: Expr = rows === 0 ? name(y) : { kind: "binary", op: "+", left: name(y), right: int(rows), ...NOWHERE };
  const site = count === 1 ? [] : [int(step % count)];
  return one.loc === undefined ? one : { ...one, loc: { ...one.loc, coordinates: [name(x), row, ...site] } };
}
