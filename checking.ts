// `reticle target check`: whether a description holds what it says, and how that was found out.
import { createHash } from "node:crypto";
import { checkTarget, type PatternCheck } from "./asm/check-target.ts";
import type { Io, Options } from "./commands.ts";
import { writeText } from "./files.ts";
import { type Diagnostic, failed } from "./lang/diagnostic.ts";
import { toJson } from "./lang/frame.ts";
import { flowOf } from "./lang/target/flow.ts";
import type { Target } from "./lang/target/target.ts";
import { tell } from "./programs.ts";

/** Prints the table of patterns, then what is wrong; into a file as Markdown. */
export async function checkTargetCommand(
  target: Target,
  diagnostics: readonly Diagnostic[],
  options: Options,
  io: Io,
): Promise<number> {
  const { rows, diagnostics: found } = checkTarget(target);
  const all = [...diagnostics, ...found, ...flowOf(target).diagnostics];
  const output = typeof options["output"] === "string" ? options["output"] : undefined;
  if (output !== undefined) all.push(...writeText(output, checkedPage(target, rows)));
  if (options["json"] === true) {
    await io.out(`${JSON.stringify({ patterns: rows, diagnostics: all.map(toJson) }, undefined, 2)}\n`);
    return failed(all) ? 1 : 0;
  }
  const width = Math.max(...rows.map(({ pattern }) => pattern.length), "pattern".length);
  const lines = [`${"pattern".padEnd(width)}  instances    proved  followed    tested    failed`];
  for (const row of rows) lines.push(`${row.pattern.padEnd(width)}${figures(row)}${row.isWhole ? "  whole" : ""}`);
  const total = summed(rows);
  lines.push(`${"all".padEnd(width)}${figures(total)}`, "");
  lines.push(
    "whole: every choice of numbers with every choice of what is optional; followed: from a larger one of them",
  );
  lines.push(`tested: corners and random inputs, ${total.vectors} vectors in all`);
  const named = rows.filter(({ unproved }) => unproved.length > 0);
  for (const { pattern, unproved } of named) lines.push(`  ${pattern}: ${shortened(unproved)}`);
  await io.out(`${lines.join("\n")}\n`);
  return tell(all, options, io);
}

/** So many members that were only tested are named for people; a machine gets all. */
const NAMED = 3;

/** Contents of memories, which are long. */
const CONTENTS = /words = [\d, ]*\d…?/;

function shortened(names: readonly string[]): string {
  const more = names.length > NAMED ? `; ${names.length - NAMED} more` : "";
  const short = names.slice(0, NAMED).map((name) => name.replace(CONTENTS, "words"));
  return `${short.join("; ")}${more}`;
}

type Figures = Pick<PatternCheck, "instances" | "proved" | "followed" | "tested" | "failed" | "vectors">;

function summed(rows: readonly PatternCheck[]): Figures {
  const sum = (key: keyof Figures) => rows.reduce((all, row) => all + row[key], 0);
  return {
    instances: sum("instances"),
    proved: sum("proved"),
    followed: sum("followed"),
    tested: sum("tested"),
    failed: sum("failed"),
    vectors: sum("vectors"),
  };
}

/** What the description of a target computes, as a number: a page is out of date where it says another. */
export function fingerprint(target: Target): string {
  const sources = [...target.prims.values(), ...target.patterns.values(), ...target.implementations.values()];
  const texts = new Set(sources.map(({ item, source }) => source.text.slice(item.start, item.end)));
  return createHash("sha256")
    .update([...texts].sort().join("\n"))
    .digest("hex")
    .slice(0, 16);
}

/** The table of a target as a page. */
export function checkedPage(target: Target, rows: readonly PatternCheck[]): string {
  const total = summed(rows);
  const line = (name: string, row: Figures, isWhole = false) =>
    `| ${name} | ${row.instances} | ${isWhole ? "all" : ""} | ${row.proved} | ${row.followed} | ${row.tested} | ${row.failed} |`;
  // Those that follow from others are so many that they would hide what is not proved.
  const alone = total.instances - total.followed;
  const share = ((100 * (total.proved - total.followed)) / Math.max(alone, 1)).toFixed(1);
  return [
    `# What is proved of \`${target.name}\``,
    "",
    `Each \`imp\` against its \`pat\`, cell by cell under the cells' own semantics, over ${total.instances} members of the families: ${total.proved} proved for all inputs in all cycles, ${total.tested} tested with ${total.vectors} vectors, ${total.failed} failed. Made by \`reticle target check ${target.name} -o CHECKED.md\` for the description \`${fingerprint(target)}\`.`,
    "",
    `Where it says *all*, every choice of numbers is there with every choice of registers and other options, of up to 3 lanes; elsewhere so many that were picked, and choices of operations that share an implementation share the choices of registers. Most of these follow from a larger member: that one is proved with each choice of registers, and each smaller choice of numbers is shown to be the same cells with bits of operands tied together, of a pattern that says the same of operands that are widened. An enable or a reset that is left out is one that is tied to a constant. Of the ${alone} that were looked at one by one ${share} % are proved.`,
    "",
    "| pattern | members | | proved | following | tested | failed |",
    "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
    ...rows.map((row) => line(`\`${row.pattern}\``, row, row.isWhole)),
    line("all", total),
    "",
    "Tested, and not proved:",
    "",
    ...rows
      .filter(({ unproved }) => unproved.length > 0)
      .map(({ pattern, unproved }) => `- \`${pattern}\`: ${shortened(unproved)}`),
    "",
  ].join("\n");
}

function figures(row: Figures): string {
  return [row.instances, row.proved, row.followed, row.tested, row.failed]
    .map((figure) => `${figure}`.padStart(10))
    .join("")
    .padStart(51);
}
