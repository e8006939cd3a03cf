// `select --why`: which instructions could have computed a value, at what cost, and which one was taken.
import type { Instruction, Program } from "../lang/ast.ts";
import type { Graph, Node } from "../lang/graph.ts";
import { position } from "../lang/source.ts";
import type { Candidate } from "./cover.ts";

/** A line for every candidate of the values called `names`, or of all, in the order of the program. */
export function why(
  graph: Graph,
  assembly: Program,
  candidates: readonly Candidate[],
  names: ReadonlySet<string>,
): string {
  const chosen = new Map<string, Instruction>();
  for (const one of assembly.items[0]?.body ?? [])
    if (one.kind === "instruction") chosen.set(one.results[0]?.name.text ?? "", one);
  const byNode = new Map<number, Candidate[]>();
  for (const one of candidates) byNode.set(one.node, [...(byNode.get(one.node) ?? []), one]);
  const lines: string[] = [];
  for (const node of graph.nodes) {
    const found = byNode.get(node.id);
    if (found === undefined || (names.size > 0 && !names.has(node.name))) continue;
    const { line, column } = position(graph.source, node.span.start);
    lines.push(`${node.name}: ${node.type.text} = ${node.op?.name}  (${graph.source.file}:${line}:${column})`);
    const rows = found.map((candidate) => row(candidate, graph, chosen.get(node.name)));
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
  return lines.join("\n");
}

function row({ match, best }: Candidate, graph: Graph, taken: Instruction | undefined): readonly string[] {
  const { pattern, attrs, inner } = match;
  const given = [...attrs].map(([name, values]) => `${name}: ${values.join(", ")}`).join(", ");
  const name = `${pattern.name}${given === "" ? "" : `[${given}]`}`;
  const covers = inner.map((id) => (graph.nodes[id] as Node).name).join(", ");
  const own = `${match.area} @${pattern.resource}, ${(match.delay / 1000).toFixed(1)} ns`;
  if (best === undefined) return [name, own, `covers ${covers}`, "ruled out by a hint"];
  const isTaken = taken?.op.text === pattern.name && taken.attrs.length >= attrs.size && sameAttrs(taken, match);
  const tree = `with what feeds it ${best.area} cells, ${(Math.max(best.arrival, best.critical) / 1000).toFixed(1)} ns`;
  return [name, own, `covers ${covers}`, `${tree}${isTaken ? "  <- taken" : ""}`];
}

function sameAttrs(taken: Instruction, match: Candidate["match"]): boolean {
  const keys = taken.attrs.flatMap((attr) => (attr.key === undefined ? [] : [attr.key.text]));
  return keys.length === match.attrs.size && keys.every((key) => match.attrs.has(key));
}
