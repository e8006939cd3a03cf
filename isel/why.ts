// `select --why`: which instructions could have computed a value, at what cost, and which one was taken.
import type { Instruction, Program } from "../lang/ast.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { position } from "../lang/source.ts";
import { formula } from "./formula.ts";
import type { Candidate } from "./fronts.ts";
import { HIGHEST_PRICE } from "./stock.ts";

/**
 * A line for every candidate of the values called `names`, or of all, in the order of the program. `graph` is the program,
 * `covered` the same with its logic as LUTs.
 */
export function why(
  graph: Graph,
  covered: Graph,
  assembly: Program,
  candidates: readonly Candidate[],
  names: ReadonlySet<string>,
): string {
  const chosen = new Map<string, Instruction>();
  for (const one of assembly.items[0]?.body ?? [])
    if (one.kind === "instruction") chosen.set(one.results[0]?.name.text ?? "", one);
  const byNode = new Map<number, Candidate[]>();
  for (const one of candidates) byNode.set(one.node, [...(byNode.get(one.node) ?? []), one]);
  const depths = depthsOf(covered);
  const lines: string[] = [];
  const sources = sourceNames(graph);
  const there = new Set(covered.nodes.map((node) => node.name));
  for (const node of covered.nodes) {
    const found = byNode.get(node.id);
    if (found === undefined) continue;
    const made = [node.span, ...node.span.others].map((span) => sources.get(span.start) ?? "");
    const isAsked = names.size === 0 || [node.name, ...made].some((name) => names.has(name));
    if (!isAsked) continue;
    const { line, column } = position(graph.source, node.span.start);
    lines.push(`${node.name}: ${node.type.text} = ${node.op?.name}  (${graph.source.file}:${line}:${column})`);
    const parts = made.slice(1).filter((name) => name !== "");
    if (parts.length > 0) lines.push(`  has in it ${parts.join(", ")}`);
    for (const name of made) there.add(name);
    if (node.op?.attrs === "tables") lines.push(...explained(node, covered, depths));
    const rows = found.map((candidate) => row(candidate, covered, chosen.get(node.name)));
    const widths = [0, 1, 2].map((at) => Math.max(...rows.map((cells) => (cells[at] as string).length)));
    for (const cells of rows)
      lines.push(
        `  ${cells
          .map((cell, at) => cell.padEnd(widths[at] ?? 0))
          .join("  ")
          .trimEnd()}`,
      );
    if (!chosen.has(node.name)) lines.push("  it became part of the instruction of its user");
    lines.push("");
  }
  for (const node of graph.nodes)
    if (names.has(node.name) && !there.has(node.name))
      lines.push(
        `${node.name}: ${node.type.text} = ${node.op?.name}`,
        "  it became part of the logic of its users",
        "",
      );
  return lines.join("\n");
}

/** By where their instructions begin, the first of the values that each computes. */
function sourceNames({ nodes }: Graph): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { op, span, name } of nodes) if (op !== undefined && !names.has(span.start)) names.set(span.start, name);
  return names;
}

/** At most so many functions of one instruction are written out. */
const SHOWN = 4;

/** The functions of a LUT in words, and how many cells it is away from registers and inputs. */
function explained({ args, attrs }: Node, { nodes }: Graph, depths: ReadonlyMap<number, number>): readonly string[] {
  const operands = args.map((arg) => written(arg, nodes));
  const kinds = [...new Set(attrs)];
  const depth = 1 + Math.max(0, ...args.map((arg) => depths.get(arg) ?? 0));
  const shown = kinds.slice(0, SHOWN).map((table) => `  computes ${formula(table, operands)}`);
  const more = kinds.length > SHOWN ? [`  and ${kinds.length - SHOWN} functions more of the same operands`] : [];
  return [...shown, ...more, `  at depth ${depth}`];
}

/** At most so many parts of a word are written out. */
const PARTS = 4;

/** A value as the program would say it: `a[3]` for a bit of it, `{a[1], a[3]}` for some side by side, the lowest first. */
function written(id: number, nodes: readonly Node[]): string {
  const { op, args, attrs, name } = nodes[id] as Node;
  const [from] = args;
  if (op?.kind === "ext" && from !== undefined) {
    const [low, high] = attrs;
    return `${written(from, nodes)}[${low === high ? low : `${low}..${high}`}]`;
  }
  if (op?.kind === "cat" && args.length <= PARTS) return `{${args.map((arg) => written(arg, nodes)).join(", ")}}`;
  return name;
}

/** Cells on the longest way to each node from registers and inputs. */
function depthsOf({ nodes }: Graph): ReadonlyMap<number, number> {
  const depths = new Map<number, number>();
  for (const { id, op, args, attrs } of nodes) {
    if (op === undefined || op.kind === "reg" || op.memory?.synchronous === true) continue;
    const isFree = op.wire || op.name === "not" || (op.attrs === "amount" && attrs.length > 0);
    depths.set(id, (isFree ? 0 : 1) + Math.max(0, ...args.map((arg) => depths.get(arg) ?? 0)));
  }
  return depths;
}

/** What a tree takes, of which dear units are a part. */
function amountText(area: number): string {
  const units = Math.round((8 * area) / HIGHEST_PRICE) / 8;
  const cells = `${Math.round(1000 * (area - units * HIGHEST_PRICE)) / 1000} cells`;
  return units === 0 ? cells : `${units} ${units > 1 ? "units" : "unit"} and ${cells}`;
}

function row({ match, best }: Candidate, graph: Graph, chosen: Instruction | undefined): readonly string[] {
  const { pattern, attrs, laid, units } = match;
  const tables = new Set(pattern.attrs.flatMap((attr) => (attr.table === undefined ? [] : [attr.name])));
  const given = [...attrs]
    .flatMap(([name, values]) => (tables.has(name) ? [] : [`${name}: ${listed(values)}`]))
    .join(", ");
  const name = `${pattern.name}${given === "" ? "" : `[${given}]`}`;
  const covers = [...laid.values()].map((id) => (graph.nodes[id] as Node).name).join(", ");
  const cells =
    match.area > 0 || units.length === 0
      ? [`${match.area} ${units.length === 0 ? `@${pattern.resource}` : "cells"}`]
      : [];
  const taken = [...units.map(({ resource, amount }) => `${amount} @${resource}`), ...cells].join(" + ");
  const own = `${taken}, ${(match.delay / 1000).toFixed(1)} ns`;
  if (best === undefined) return [name, own, `covers ${covers}`, "ruled out by a hint"];
  const isTaken = chosen?.op.text === pattern.name && sameAttrs(chosen, match);
  const tree = `with what feeds it ${amountText(best.area)}, ${(Math.max(best.arrival, best.critical) / 1000).toFixed(1)} ns`;
  return [name, own, `covers ${covers}`, `${tree}${isTaken ? "  <- taken" : ""}`];
}

/** The words of a memory are many. */
function listed(values: readonly bigint[]): string {
  return values.length > WORDS ? `${values.length} words` : values.join(", ");
}

const WORDS = 8;

function sameAttrs(taken: Instruction, match: Candidate["match"]): boolean {
  const keys = taken.attrs.flatMap((attr) => (attr.key === undefined ? [] : [attr.key.text]));
  const named = [...match.attrs.keys()].filter((key) => keys.includes(key));
  const unnamed = match.pattern.attrs.some((attr) => attr.table !== undefined) ? 1 : 0;
  return named.length === keys.length && keys.length + unnamed === match.attrs.size;
}
