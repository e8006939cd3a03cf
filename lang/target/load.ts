// Target descriptions: from their files to a `Target`. What does not hold together is reported with its place.
import type { Attr, Expr, Instruction, Item, Port, Program, TypeExpr } from "../ast.ts";
import { type Diagnostic, type Outcome, type Report, report } from "../diagnostic.ts";
import { didYouMean } from "../near.ts";
import { OPERATIONS } from "../ops.ts";
import { parse } from "../parser.ts";
import type { Source } from "../source.ts";
import { enablesOf } from "./enables.ts";
import { readParam } from "./range.ts";
import { besideOf, broadcasts } from "./roles.ts";
import type {
  Block,
  Implementation,
  Pattern,
  PatternAttr,
  PatternPort,
  PatternTree,
  Prim,
  PrimParam,
  Target,
  TypePattern,
} from "./target.ts";
import { TargetError } from "./value.ts";
import { variants } from "./variants.ts";

/** Attributes of a `prim` that are no parameters of the cell. */
const ROLES = ["lut", "carry", "choice", "state", "other"] as const;

/** Inputs of a `prim` that are always the same, by what stands for their type. */
const TIES: ReadonlyMap<string, 0 | 1> = new Map([
  ["low", 0],
  ["high", 1],
]);

interface Draft {
  readonly prims: Map<string, Prim>;
  readonly patterns: Map<string, Pattern>;
  readonly implementations: Map<string, Implementation>;
  readonly tiles: Map<string, Block>;
  readonly timings: Map<string, Block>;
  readonly devices: Map<string, Block>;
  readonly flows: Map<string, Block>;
  readonly hints: Map<string, string>;
  /** Patterns of families over operations, with the family's name. */
  readonly variants: Map<string, { readonly family: string; readonly fixed: ReadonlyMap<string, bigint> }>;
}

/** What each keyword of a target description makes. */
const ITEMS: Readonly<Record<string, (item: Item, draft: Draft, found: Report) => void>> = {
  prim: loadPrim,
  pat: loadPatterns,
  imp: (item, draft, found) => {
    const names = (ports: readonly Port[]) => ports.map((port) => port.name.text);
    const params = item.params.map((param) => param.name.text);
    const { name, inputs, outputs } = item;
    const made = {
      name: name.text,
      params,
      inputs: names(inputs),
      outputs: names(outputs),
      fixed: new Map<string, bigint>(),
      item,
      source: found.source,
    };
    define(draft.implementations, made, item, found);
  },
  tile: block("tiles"),
  timing: block("timings"),
  device: block("devices"),
  flow: block("flows"),
};

/** Keeps an item whose meaning is data. */
function block(kind: "tiles" | "timings" | "devices" | "flows"): (item: Item, draft: Draft, found: Report) => void {
  return (item, draft, found) => define(draft[kind], { name: item.name.text, item, source: found.source }, item, found);
}

/** Reads the files of a target, by `read` where their trees are there already. */
export function loadTarget(
  name: string,
  sources: readonly Source[],
  read: (source: Source) => Outcome<Program> = parse,
): Outcome<Target> {
  const draft: Draft = {
    prims: new Map(),
    patterns: new Map(),
    implementations: new Map(),
    tiles: new Map(),
    timings: new Map(),
    devices: new Map(),
    flows: new Map(),
    hints: new Map(),
    variants: new Map(),
  };
  const diagnostics: Diagnostic[] = [];
  for (const source of sources) {
    const parsed = read(source);
    const found = report(source);
    for (const item of parsed.value.items) {
      const load = ITEMS[item.keyword.text];
      if (load !== undefined) load(item, draft, found);
      else
        found.error(
          "unknown-keyword",
          `\`${item.keyword.text}\` does not belong to a target description`,
          [{ span: item.keyword, text: "" }],
          didYouMean(item.keyword.text, Object.keys(ITEMS)),
        );
    }
    diagnostics.push(...parsed.diagnostics, ...found.list);
  }
  for (const [name, { family, fixed }] of draft.variants) {
    const shared = draft.implementations.get(family);
    if (shared !== undefined) draft.implementations.set(name, { ...shared, name, fixed });
  }
  for (const { family } of draft.variants.values()) draft.implementations.delete(family);
  for (const pattern of draft.patterns.values())
    if (!draft.implementations.has(pattern.name)) {
      const found = report(pattern.source);
      found.error("no-implementation", `the pattern \`${pattern.name}\` has no \`imp\``, [
        { span: pattern.item.name, text: "" },
      ]);
      diagnostics.push(...found.list);
    }
  const { variants: chosen, ...target } = draft;
  const families = new Map([...chosen].map(([variant, { family }]) => [variant, family]));
  return { value: { name, ...target, families }, diagnostics };
}

function define<T extends { readonly name: string; readonly item: Item }>(
  into: Map<string, T>,
  made: T,
  item: Item,
  found: Report,
): void {
  const known = into.get(made.name);
  if (known === undefined) into.set(made.name, made);
  else found.error("defined-twice", `\`${made.name}\` is described twice`, [{ span: item.name, text: "" }]);
}

function loadPrim(item: Item, draft: Draft, found: Report): void {
  const params: PrimParam[] = [];
  const facts = new Map<string, string>();
  let sites = 1;
  for (const attr of item.attrs) {
    const key = attr.key?.text;
    if (key === "sites" && attr.value.kind === "int") {
      sites = Math.max(1, Number(attr.value.value));
      continue;
    }
    const words = wordsOf(attr.value);
    const [value = "", second] = words;
    const width = /^u([1-9][0-9]*)$/.exec(value)?.[1];
    if (key === undefined || value === "")
      found.error("bad-attribute", "a parameter looks like `INIT: u16`, or `MODE: FAST | SLOW`", [
        { span: attr, text: "" },
      ]);
    else if (second !== undefined) params.push({ name: key, width: (words.length - 1).toString(2).length, words });
    else if (width !== undefined) params.push({ name: key, width: Number(width), words: undefined });
    else facts.set(key, value);
  }
  const port = (one: Port) => {
    const type = one.type?.name ?? "";
    const tie = TIES.get(type);
    const [bits] = one.type?.args ?? [];
    const width = tie !== undefined && bits?.kind === "int" ? `${bits.value}` : /^[iu]([1-9][0-9]*)$/.exec(type)?.[1];
    return { name: one.name.text, width: width === undefined ? 1 : Number(width), isClock: type === "clock", tie };
  };
  const role = ROLES.find((one) => one === facts.get("role")) ?? "other";
  const site = facts.get("site");
  if (site !== undefined) for (const hint of [site, facts.get("hint") ?? site]) draft.hints.set(hint, site);
  define(
    draft.prims,
    {
      name: item.name.text,
      inputs: item.inputs.map(port),
      outputs: item.outputs.map(port),
      params,
      item,
      source: found.source,
      role,
      resource: site,
      sites,
    },
    item,
    found,
  );
}

/** The words of `A | B | C`; nothing for anything else. */
function wordsOf(value: Expr): readonly string[] {
  if (value.kind === "name") return [value.text];
  if (value.kind !== "binary" || value.op !== "|" || value.left === undefined || value.right === undefined) return [];
  const [left, right] = [wordsOf(value.left), wordsOf(value.right)];
  return left.length > 0 && right.length > 0 ? [...left, ...right] : [];
}

/** A pattern, or one for each choice of operations, with the `imp` of the family. */
function loadPatterns(item: Item, draft: Draft, found: Report): void {
  try {
    for (const variant of variants(item)) {
      loadPattern(variant.item, draft, found);
      if (variant.fixed.size > 0)
        draft.variants.set(variant.item.name.text, { family: item.name.text, fixed: variant.fixed });
    }
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    found.error("bad-pattern", error.message, [{ span: error.span, text: "" }]);
  }
}

function loadPattern(item: Item, draft: Draft, found: Report): void {
  const [output, second] = item.outputs;
  if (output === undefined || second !== undefined) {
    found.error("bad-pattern", "a pattern has one output", [{ span: second ?? item.name, text: "" }]);
    return;
  }
  const before = found.list.length;
  const attrs: PatternAttr[] = [];
  const { shared, owns } = enablesOf(item);
  const tree = loadTree(item, output, owns, attrs, found);
  const costs = item.attrs.filter((attr) => !NO_COSTS.has(attr.key?.text ?? ""));
  const resource = costs[0]?.key?.text;
  if (resource === undefined)
    found.error(
      "bad-pattern",
      "a pattern says what it costs",
      [{ span: item.name, text: "" }],
      ["write `[lut: w, delay: 400]`"],
    );
  if (tree !== undefined && comesBack(tree) && (tree.kind !== "op" || tree.op.kind !== "reg" || tree.optional))
    found.error("bad-pattern", "the result of a pattern comes back, but not through a register", [
      { span: item.name, text: "" },
    ]);
  if (tree === undefined || resource === undefined || found.list.length > before) return;
  define(
    draft.patterns,
    {
      name: item.name.text,
      params: item.params.map(readParam),
      inputs: [
        ...item.inputs.map((port) => loadPort(port, found, broadcasts(port, tree))),
        ...[...owns.values()].map((name) => ({ name, type: ENABLE, optional: true, broadcasts: false })),
      ],
      output: loadPort(output, found, false),
      tree,
      // A truth table is written first, without its name.
      attrs: attrs.toSorted((a, b) => Number(b.table !== undefined) - Number(a.table !== undefined)),
      costs,
      owns: new Map([...owns.values()].map((name) => [name, shared])),
      lanes: lanesOf(output),
      beside: besideOf(item, tree),
      when: item.attrs.find((attr: Attr) => attr.key?.text === "when")?.value,
      resource,
      item,
      source: found.source,
    },
    item,
    found,
  );
}

/** What attributes of a pattern say that are no costs. */
const NO_COSTS: ReadonlySet<string> = new Set(["when", "beside", "own"]);
const ENABLE: TypePattern = { kind: "bool", width: undefined, lanes: undefined };

function loadPort(port: Port, found: Report, isBroadcast: boolean): PatternPort {
  if (port.type === undefined)
    found.error("missing-type", `\`${port.name.text}\` has no type`, [{ span: port, text: "" }]);
  return {
    name: port.name.text,
    type: typePattern(port.type),
    optional: port.optional,
    broadcasts: isBroadcast,
  };
}

/** Reads `T<w>`, `i<w>`, `T<w><l>`, `u8`, `bool`. */
function typePattern(written: TypeExpr | undefined): TypePattern {
  const fixed = /^([iu])([1-9][0-9]*)$/.exec(written?.name ?? "");
  if (written === undefined) return ENABLE;
  if (fixed === null) return { kind: written.name, width: written.args[0], lanes: written.args[1] };
  const { start, end } = written;
  const text = fixed[2] as string;
  const width: Expr = { kind: "int", value: BigInt(text), text, start, end };
  return { kind: fixed[1] as string, width, lanes: written.args[0] };
}

function comesBack(tree: PatternTree): boolean {
  return tree.kind === "self" || (tree.kind === "op" && tree.args.some(comesBack));
}

function lanesOf(output: Port): string | undefined {
  const { lanes } = typePattern(output.type);
  return lanes?.kind === "name" ? lanes.text : undefined;
}

/** The body as a tree that hangs from the output. */
function loadTree(
  item: Item,
  output: Port,
  owns: ReadonlyMap<string, string>,
  attrs: PatternAttr[],
  found: Report,
): PatternTree | undefined {
  const body = new Map<string, Instruction>();
  for (const statement of item.body)
    if (statement.kind === "instruction" && statement.results[0] !== undefined)
      body.set(statement.results[0].name.text, statement);
  const ports = new Set(item.inputs.map((port) => port.name.text));
  /** Undefined while it is being grown. */
  const grown = new Map<string, PatternTree | undefined>();
  const optionalPorts = new Set(item.inputs.flatMap((port) => (port.optional ? [port.name.text] : [])));
  const remains = (tree: PatternTree): boolean => {
    if (tree.kind !== "op") return tree.kind === "self" || !optionalPorts.has(tree.name);
    return tree.op.kind !== "const" && (!tree.optional || remains(tree.args[tree.standIn] as PatternTree));
  };
  const grow = (name: string, at: Expr | Port, isOptional = false): PatternTree | undefined => {
    if (ports.has(name)) return { kind: "port", name, own: undefined };
    const known = grown.get(name);
    if (known !== undefined) return known;
    if (grown.has(name) && name === output.name.text) return { kind: "self" };
    const one = body.get(name);
    if (one === undefined || grown.has(name)) {
      found.error(
        one === undefined ? "undeclared" : "bad-pattern",
        one === undefined ? `\`${name}\` is not defined` : `\`${name}\` depends on itself`,
        [{ span: at, text: "" }],
        one === undefined
          ? didYouMean(name, [...ports, ...body.keys()])
          : ["only the result of a pattern may come back, through its register"],
      );
      return undefined;
    }
    grown.set(name, undefined);
    const op = OPERATIONS.get(one.op.text);
    if (op === undefined) {
      found.error(
        "unknown-operation",
        `\`${one.op.text}\` is not an operation`,
        [{ span: one.op, text: "" }],
        didYouMean(one.op.text, OPERATIONS.keys()),
      );
      return undefined;
    }
    const hides = (arg: Expr) => one.optional && body.get(arg.kind === "name" ? arg.text : "")?.op.text === "const";
    const args = one.args.map((arg) => (arg.kind === "name" ? grow(arg.text, arg, hides(arg)) : undefined));
    const names = one.attrs.flatMap((attr) => (attr.value.kind === "name" ? [attr.value.text] : []));
    for (const attr of one.attrs)
      if (attr.value.kind === "name" && !attrs.some((known) => known.name === (attr.value as { text: string }).text))
        attrs.push({
          name: attr.value.text,
          // A memory that is written may start without contents.
          optional: isOptional || one.optional || op.memory?.writable === true,
          table: op.attrs === "tables" ? one.args.length : undefined,
          isFlag: false,
          contentsAt: op.attrs === "contents" && args[0]?.kind === "port" ? args[0].name : undefined,
        });
    if (args.some((arg) => arg === undefined)) return undefined;
    const type = one.results[0]?.type;
    const own = args.flatMap((arg) => (arg?.kind === "port" && !remains(arg) ? [arg.name] : []));
    const isFlagged = one.optional && !op.wire && names.length === 0 && (own.length === 0 || op.kind === "reg");
    if (isFlagged) attrs.push({ name, optional: true, table: undefined, contentsAt: undefined, isFlag: true });
    const tree: PatternTree = {
      kind: "op",
      op,
      name,
      optional: one.optional,
      standIn: Math.max(
        0,
        args.findIndex((arg) => arg !== undefined && remains(arg)),
      ),
      presence: isFlagged ? [name] : names.length > 0 ? names : own,
      type: type === undefined ? undefined : typePattern(type),
      attrs: one.attrs.map((attr) => attr.value),
      args: (args as PatternTree[]).map((arg, at) =>
        at === 1 && arg.kind === "port" && owns.has(name) ? { ...arg, own: owns.get(name) } : arg,
      ),
    };
    grown.set(name, tree);
    return tree;
  };
  return grow(output.name.text, output);
}
