// A program as a graph of values: one definition with its calls inlined, names and types resolved. What the evaluator,
// behavioural Verilog and instruction selection start from.
import type { Instruction } from "./ast.ts";
import type { Binding, Checked, CheckedDef } from "./check.ts";
import { type MemoryMap, misfit } from "./contents.ts";
import { bug, type Outcome, type Report, report } from "./diagnostic.ts";
import { extBounds } from "./instruction.ts";
import { didYouMean } from "./near.ts";
import { holdsState, OPERATIONS, type Operation } from "./ops.ts";
import { inOrder } from "./order.ts";
import { NO_SPANS, type Origin, type Source, type Span } from "./source.ts";
import type { Type } from "./type.ts";

/** A value: its number is its place in `nodes`. */
export interface Node {
  readonly id: number;
  /** Unique in the graph, and a legal name of the language. */
  readonly name: string;
  readonly type: Type;
  /** What computes it; undefined for an input. */
  readonly op: Operation | undefined;
  readonly args: readonly number[];
  /**
   * By kind of attribute: the values of a `const` or the initial values of a `reg`, one a lane; an amount; first and last
   * bit of an `ext`; the words of a memory (empty: all 0).
   */
  readonly attrs: readonly bigint[];
  readonly hint: string | undefined;
  /** Where it stands in the source; what several nodes were made into has all their places. */
  readonly span: Origin;
}

export interface Output {
  readonly name: string;
  readonly node: number;
}

/**
 * Invariant: a node comes after those that reach it within a clock cycle, so that going through `nodes` in order
 * computes a cycle. Registers and synchronous memories may take operands that come later.
 */
export interface Graph {
  readonly name: string;
  readonly source: Source;
  readonly nodes: readonly Node[];
  /** In the order of the ports; they are the first nodes. */
  readonly inputs: readonly number[];
  readonly outputs: readonly Output[];
  /** Whether there is a clock. */
  readonly stateful: boolean;
}

export type Reset = "none" | "sync";

export interface GraphOptions {
  /** The definition that is meant; without it, see `chooseTop`. */
  readonly top?: string | undefined;
  readonly memoryMap?: MemoryMap | undefined;
  readonly reset?: Reset | undefined;
}

/** Inlines the calls of a program that was checked without errors. */
export function elaborate(checked: Checked, options: GraphOptions = {}): Outcome<Graph | undefined> {
  const found = report(checked.source);
  const top = chooseTop(checked, options.top, found);
  if (top === undefined) return { value: undefined, diagnostics: found.list };
  const inlined = inline(top, checked, options.memoryMap ?? new Map(), found);
  const graph = order(top, inlined, checked.source);
  checkReserved(top, graph, options.reset ?? "none", found);
  return { value: graph, diagnostics: found.list };
}

/** The definition asked for; else `main`; else the only one that no other calls. */
function chooseTop(checked: Checked, asked: string | undefined, found: Report): CheckedDef | undefined {
  const { defs } = checked;
  if (asked !== undefined) {
    const def = defs.get(asked);
    if (def === undefined)
      found.error("no-top", `no definition is called \`${asked}\``, [], didYouMean(asked, defs.keys()));
    return def;
  }
  const main = defs.get("main");
  if (main !== undefined) return main;
  const called = new Set([...defs.values()].flatMap((def) => def.instructions.map((one) => one.op.text)));
  const roots = [...defs.values()].filter((def) => !called.has(def.item.name.text));
  if (roots.length === 1) return roots[0];
  found.error(
    "no-top",
    "several definitions could be meant",
    roots.slice(0, 5).map((def) => ({ span: def.item.name, text: "this one?" })),
    ["name one with `--top`, or call it `main`"],
  );
  return undefined;
}

/** A node in the making: its operands are drafts, known once all of a def have been made. */
interface Draft {
  name: string;
  readonly type: Type;
  readonly op: Operation | undefined;
  readonly args: Draft[];
  readonly attrs: readonly bigint[];
  readonly hint: string | undefined;
  readonly span: Span;
  /** A port of an inlined definition: another name for its one operand. */
  readonly alias: boolean;
  id: number;
}

/** One definition being inlined: the drafts of its values by name. */
interface Frame {
  readonly def: CheckedDef;
  readonly prefix: string;
  readonly values: Map<string, Draft>;
}

interface Inlined {
  readonly drafts: readonly Draft[];
  readonly outputs: readonly Draft[];
}

/** Prefixes of inlined names do not grow past this. */
const LONGEST_PREFIX = 60;

function inline(top: CheckedDef, checked: Checked, memoryMap: MemoryMap, found: Report): Inlined {
  const drafts: Draft[] = [];
  const names = uniqueNames(top.scope.keys());
  const link: (() => void)[] = [];
  const pending: Frame[] = [{ def: top, prefix: "", values: new Map() }];
  const { values } = pending[0] as Frame;
  for (const port of top.item.inputs) {
    const draft = { ...blank(port.name.text, top, port), alias: false };
    values.set(port.name.text, draft);
    drafts.push(draft);
  }
  for (let frame = pending.pop(); frame !== undefined; frame = pending.pop()) pending.push(...expand(frame).reverse());
  for (const step of link) step();
  const outputs = top.item.outputs.map((port) => target(draftOf(port.name.text, values)));
  return { drafts, outputs };

  /** Makes the drafts of a definition, and gives those that it calls. */
  function expand(frame: Frame): Frame[] {
    const calls: Frame[] = [];
    for (const one of frame.def.instructions) {
      const op = OPERATIONS.get(one.op.text);
      if (op === undefined) calls.push(call(one, frame));
      else drafts.push(instruction(op, one, frame));
    }
    return calls;
  }

  function instruction(op: Operation, one: Instruction, frame: Frame): Draft {
    const result = one.results[0]?.name.text ?? "";
    const type = (frame.def.scope.get(result) as Binding).type as Type;
    const known = frame.values.get(result);
    const name = known?.name ?? nameIn(frame, result);
    const resource = one.loc?.resource.text;
    const draft: Draft = {
      name,
      type,
      op,
      args: [],
      attrs: attributes(op, one, frame.def, checked, name, memoryMap, found),
      hint: resource === "??" ? undefined : resource,
      span: one,
      alias: false,
      id: -1,
    };
    define(frame, result, draft);
    link.push(() => {
      for (const arg of one.args) draft.args.push(target(draftOf(arg.kind === "name" ? arg.text : "", frame.values)));
    });
    return draft;
  }

  function call(one: Instruction, frame: Frame): Frame {
    const callee = checked.defs.get(one.op.text) as CheckedDef;
    const inner = new Map<string, Draft>();
    callee.item.inputs.forEach((port, at) => {
      const draft = blank(port.name.text, callee, one);
      inner.set(port.name.text, draft);
      const arg = one.args[at];
      draft.args.push(lazily(arg?.kind === "name" ? arg.text : "", frame));
    });
    callee.item.outputs.forEach((port, at) => {
      const result = one.results[at]?.name.text ?? "";
      const known = frame.values.get(result);
      const draft = blank(known?.name ?? nameIn(frame, result), callee, one, port.name.text);
      inner.set(port.name.text, draft);
      define(frame, result, draft);
    });
    const result = one.results[0]?.name.text ?? one.op.text;
    const prefix = frame.prefix === "" ? result : `${frame.prefix}_${result}`;
    return { def: callee, prefix: prefix.slice(0, LONGEST_PREFIX), values: inner };
  }

  /** The draft of a name, which may be defined further down: then a stand-in that its definition fills. */
  function lazily(name: string, frame: Frame): Draft {
    const known = frame.values.get(name);
    if (known !== undefined) return known;
    const draft = blank(nameIn(frame, name), frame.def, frame.def.item, name);
    frame.values.set(name, draft);
    return draft;
  }

  function define(frame: Frame, name: string, draft: Draft): void {
    const known = frame.values.get(name);
    if (known === undefined) frame.values.set(name, draft);
    else known.args.push(draft);
  }

  function nameIn(frame: Frame, name: string): string {
    return frame.prefix === "" ? name : names(`${frame.prefix}_${name}`);
  }
}

/** Gives each name a number behind it when it has been given before. */
function uniqueNames(taken: Iterable<string>): (name: string) => string {
  const times = new Map<string, number>();
  for (const name of taken) times.set(name, 1);
  return (name) => {
    for (let made = name; ; ) {
      const count = times.get(made) ?? 0;
      if (count === 0) {
        times.set(made, 1);
        return made;
      }
      const next = times.get(name) ?? 1;
      times.set(name, next + 1);
      made = `${name}_${next}`;
    }
  };
}

function blank(name: string, def: CheckedDef, span: Span, port = name): Draft {
  const type = (def.scope.get(port) as Binding).type as Type;
  return { name, type, op: undefined, args: [], attrs: [], hint: undefined, span, alias: true, id: -1 };
}

function draftOf(name: string, values: ReadonlyMap<string, Draft>): Draft {
  return values.get(name) ?? bug(`no value ${name}`);
}

/** What a draft stands for; the chain is shortened on the way, as it may be as long as the calls are deep. */
function target(draft: Draft): Draft {
  let end = draft;
  while (end.alias) end = end.args[0] ?? bug(`${end.name} stands for nothing`);
  for (let at = draft; at.alias; ) {
    const next = at.args[0] as Draft;
    at.args[0] = end;
    at = next;
  }
  return end;
}

function attributes(
  op: Operation,
  one: Instruction,
  def: CheckedDef,
  checked: Checked,
  name: string,
  memoryMap: MemoryMap,
  found: Report,
): readonly bigint[] {
  const values = one.attrs.map((attr) => (attr.value.kind === "int" ? attr.value.value : 0n));
  switch (op.attrs) {
    case "none":
    case "amount":
    case "tables":
      return values;
    case "values": {
      const lanes = Math.max(typeIn(def, one.results[0]?.name.text).lanes, 1);
      return values.length === lanes ? values : Array.from({ length: lanes }, () => values[0] ?? 0n);
    }
    case "bits":
      return extBounds(one).map(BigInt);
    case "contents":
      return checked.contents.get(one) ?? mapped(op, one, def, name, memoryMap, found);
  }
}

function typeIn(def: CheckedDef, name: string | undefined): Type {
  return def.scope.get(name ?? "")?.type ?? bug(`no type for ${name}`);
}

/** Contents of a memory that has none in the source: from `--mmap`, by the name of its result. */
function mapped(
  op: Operation,
  one: Instruction,
  def: CheckedDef,
  name: string,
  memoryMap: MemoryMap,
  found: Report,
): readonly bigint[] {
  const result = one.results[0]?.name.text ?? "";
  const span = one.results[0] ?? one;
  const words = memoryMap.get(name) ?? memoryMap.get(result);
  if (words === undefined) {
    if (!op.memory?.writable)
      found.error(
        "no-contents",
        `\`${result}\` has no contents`,
        [{ span, text: `a \`${op.name}\` without values` }],
        [`list them, \`${op.name}[1, 2, ...]\`, or give a file with \`--mmap\``],
      );
    return [];
  }
  const address = one.args[0];
  const width = typeIn(def, address?.kind === "name" ? address.text : undefined).width;
  const wrong = misfit(words, 2 ** width, typeIn(def, result).bits);
  if (wrong !== undefined)
    found.error("bad-contents", `the contents of \`${result}\` do not fit: ${wrong}`, [{ span, text: "" }]);
  return words;
}

/** The drafts as nodes, in an order in which they can be computed. */
function order(top: CheckedDef, { drafts, outputs }: Inlined, source: Source): Graph {
  const sequence = inOrder(drafts) ?? bug("a value that needs itself was not refused");
  const nodes = sequence.map(({ id, name, type, op, args, attrs, hint, span }): Node => {
    const place = { start: span.start, end: span.end, others: NO_SPANS };
    return { id, name, type, op, args: args.map((arg) => arg.id), attrs, hint, span: place };
  });
  return {
    name: top.item.name.text,
    source,
    nodes,
    inputs: top.item.inputs.map((_, at) => at),
    outputs: top.item.outputs.map((port, at) => ({ name: port.name.text, node: (outputs[at] as Draft).id })),
    stateful: nodes.some((node) => node.op !== undefined && holdsState(node.op)),
  };
}

/** `clock` and, with `--reset sync`, `reset` are inputs that nobody wrote. */
function checkReserved(top: CheckedDef, graph: Graph, reset: Reset, found: Report): void {
  if (!graph.stateful) return;
  const implicit = reset === "sync" ? ["clock", "reset"] : ["clock"];
  for (const port of [...top.item.inputs, ...top.item.outputs])
    if (implicit.includes(port.name.text))
      found.error(
        "reserved-name",
        `\`${port.name.text}\` is the name of an implicit input`,
        [{ span: port.name, text: "" }],
        ["this program holds state; give the port another name"],
      );
}
