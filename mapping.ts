// What a program becomes on a target, as plain data for the language server: costs by value, and texts with their places.
import type { Cell, Group, Netlist } from "./asm/netlist.ts";
import { sitesNeeded } from "./asm/sites.ts";
import { longestPath } from "./asm/timing.ts";
import { type Compilation, type CompileOptions, compile } from "./index.ts";
import type { Program } from "./lang/ast.ts";
import { check } from "./lang/check.ts";
import { type Diagnostic, failed } from "./lang/diagnostic.ts";
import type { Graph, Node } from "./lang/graph.ts";
import type { DefMapping, Link, Made, Mapping, Problem, View } from "./lang/lsp/mapping.ts";
import { parse } from "./lang/parser.ts";
import { print } from "./lang/printer.ts";
import { lines, position, type Source, type Span } from "./lang/source.ts";
import type { Target } from "./lang/target/target.ts";

/** Definitions of a file that are compiled, each as the whole program. */
const MOST_DEFS = 64;

/** Values behind which users are looked for. */
const MOST_USERS = 2000;

export interface MappingOptions extends Omit<CompileOptions, "top" | "consider" | "until" | "json" | "onStage"> {
  readonly version: number;
  /** What the target is called, `ice40, up5k`. */
  readonly called: string;
}

/** Compiles all definitions of a file. One that has mistakes for the target is missing, and they are told. */
export function mappingOf(source: Source, target: Target, options: MappingOptions): Mapping {
  const { version, called, ...rest } = options;
  const parsed = parse(source);
  const checked = check(parsed.value, rest.dialect ?? "ir", rest);
  const known = parsed.diagnostics.length + checked.diagnostics.length;
  const defs = new Map<string, DefMapping>();
  const problems: Problem[] = [];
  if (failed(parsed.diagnostics) || failed(checked.diagnostics)) return { version, target: called, defs, problems };
  for (const name of [...checked.value.defs.keys()].slice(0, MOST_DEFS)) {
    const { value, diagnostics } = compile(source, target, { ...rest, top: name });
    problems.push(...diagnostics.slice(known).flatMap((one) => problemOf(one, source)));
    const mapping = failed(diagnostics) ? undefined : defMapping(value);
    if (mapping !== undefined) defs.set(name, mapping);
  }
  return { version, target: called, defs, problems: distinct(problems) };
}

/** A mistake of a definition is one of all that call it. */
function distinct(problems: readonly Problem[]): readonly Problem[] {
  const seen = new Map(problems.map((one) => [JSON.stringify(one), one]));
  return [...seen.values()];
}

function problemOf({ code, severity, message, source, labels, help }: Diagnostic, program: Source): readonly Problem[] {
  if (source !== program) return [];
  const plain = labels.map(({ span, text }) => ({ span: { start: span.start, end: span.end }, text }));
  return [{ code, severity, message, labels: plain, help: [...help] }];
}

function defMapping(made: Partial<Compilation> & Pick<Compilation, "source">): DefMapping | undefined {
  const { source, netlist, assembly, graph, verilog } = made;
  if (netlist === undefined || assembly === undefined) return undefined;
  const path = longestPath(netlist);
  return {
    made: madeOf(netlist, graph),
    cells: counts(netlist.cells),
    sites: sitesOf(netlist),
    delay: path.delay,
    path: path.steps.map(({ span, result, instruction, delay }) => ({
      span: { start: span.start, end: span.end },
      text: `\`${result}\` = \`${instruction}\``,
      delay,
    })),
    isClocked: graph?.stateful ?? netlist.hasClock,
    assembly: assemblyView(assembly),
    verilog: verilogView(verilog ?? "", source),
  };
}

/** Sites by resource; where cells of one kind stand that are neither logic nor state, by their name. */
function sitesOf(netlist: Netlist): Record<string, number> {
  const named = [...sitesNeeded(netlist)].map(([resource, count]) => {
    const prims = new Set(netlist.cells.flatMap(({ prim }) => (prim.resource === resource ? [prim] : [])));
    const [only, second] = prims;
    const isBlock = only !== undefined && second === undefined && only.role === "other";
    return [isBlock ? only.name : resource.toUpperCase(), count] as const;
  });
  return Object.fromEntries(named);
}

function counts(cells: readonly Cell[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { prim } of cells) found[prim.name] = (found[prim.name] ?? 0) + 1;
  return found;
}

/** What each value has become: the cells of its instruction, or the instructions that it is a part of. */
function madeOf(netlist: Netlist, graph: Graph | undefined): ReadonlyMap<string, Made> {
  const cells = netlist.groups.map((): Cell[] => []);
  for (const cell of netlist.cells) cells[cell.group]?.push(cell);
  const made = new Map<string, Made>();
  netlist.groups.forEach((group, at) => {
    if (group.resource !== undefined) made.set(group.result, instruction(group, cells[at] ?? [], netlist));
  });
  if (graph === undefined) return made;
  const users = usersOf(graph);
  for (const node of graph.nodes) {
    if (node.op === undefined || node.op.wire || made.has(node.name)) continue;
    const into = takers(node, graph, users, made);
    if (into.length > 0) made.set(node.name, { instruction: undefined, cells: {}, sites: {}, delay: 0, into });
  }
  return made;
}

function instruction(group: Group, cells: readonly Cell[], netlist: Netlist): Made {
  const sites = sitesOf({ ...netlist, cells, outputs: [] });
  return { instruction: group.instruction, cells: counts(cells), sites, delay: group.delay, into: [] };
}

function usersOf({ nodes }: Graph): readonly (readonly Node[])[] {
  const users = nodes.map((): Node[] => []);
  for (const node of nodes) for (const arg of node.args) users[arg]?.push(node);
  return users;
}

/** The next instructions of the target behind a value that has none of its own. */
function takers(
  node: Node,
  graph: Graph,
  users: readonly (readonly Node[])[],
  made: ReadonlyMap<string, Made>,
): readonly string[] {
  const found = new Set<string>();
  const seen = new Set<Node>([node]);
  const pending = [...(users[node.id] ?? [])];
  // An output that is another name for a value may be that of the instruction.
  for (const { name, node: id } of graph.outputs)
    if (id === node.id && made.get(name)?.instruction !== undefined) found.add(name);
  for (let next = pending.pop(); next !== undefined && seen.size < MOST_USERS; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (made.get(next.name)?.instruction !== undefined) found.add(next.name);
    else pending.push(...(users[next.id] ?? []));
  }
  return [...found];
}

/** Statements are printed in their order, so that those of the text are those of the tree. */
function assemblyView(assembly: Program): View {
  const text = print(assembly);
  const source = { file: "", text };
  const printed = parse(source).value.items.flatMap((item) => item.body);
  const links = linker();
  const body = assembly.items.flatMap((item) => item.body);
  body.forEach((one, at) => {
    const there = printed[at];
    if (there === undefined) return;
    const [first, last] = [position(source, there.start).line, position(source, there.end).line];
    const spans = one.kind === "instruction" ? [one, ...one.others] : [one];
    for (const span of spans) for (let line = first; line <= last; line++) links.add(span, line - 1);
  });
  return { text, links: links.all() };
}

const PLACES = /^\s*\(\* src = "(.*)" \*\)$/;
const PLACE = /:(\d+)\.(\d+)-(\d+)\.(\d+)$/;

/** A cell stands below the line that says its places. */
function verilogView(text: string, source: Source): View {
  const starts = lines(source);
  const links = linker();
  text.split("\n").forEach((line, at) => {
    for (const one of PLACES.exec(line)?.[1]?.split("|") ?? []) {
      const match = PLACE.exec(one);
      if (match === null) continue;
      const [fromLine = 1, fromColumn = 1, toLine = 1, toColumn = 1] = match.slice(1).map(Number);
      const span = {
        start: (starts[fromLine - 1] ?? 0) + fromColumn - 1,
        end: (starts[toLine - 1] ?? 0) + toColumn - 1,
      };
      links.add(span, at);
      links.add(span, at + 1);
    }
  });
  return { text, links: links.all() };
}

function linker(): { readonly add: (span: Span, line: number) => void; readonly all: () => readonly Link[] } {
  const found = new Map<string, { readonly span: Span; readonly lines: number[] }>();
  return {
    add({ start, end }, line) {
      if (end === 0) return;
      const key = `${start} ${end}`;
      const known = found.get(key) ?? { span: { start, end }, lines: [] };
      known.lines.push(line);
      found.set(key, known);
    },
    all: () => [...found.values()],
  };
}
