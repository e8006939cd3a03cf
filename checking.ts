// `reticle target check`: whether a description holds what it says, and how that was found out.
import { checkTarget, type PatternCheck } from "./asm/check-target.ts";
import type { Io, Options } from "./commands.ts";
import { type Diagnostic, failed } from "./lang/diagnostic.ts";
import { toJson } from "./lang/frame.ts";
import { flowOf } from "./lang/target/flow.ts";
import type { Target } from "./lang/target/target.ts";
import { tell } from "./programs.ts";

/** Prints the table of patterns, then what is wrong. */
export async function checkTargetCommand(
  target: Target,
  diagnostics: readonly Diagnostic[],
  options: Options,
  io: Io,
): Promise<number> {
  const result = checkTarget(target);
  const all = [...diagnostics, ...result.diagnostics, ...flowOf(target).diagnostics];
  if (options["json"] === true) {
    await io.out(`${JSON.stringify({ patterns: result.rows, diagnostics: all.map(toJson) }, undefined, 2)}\n`);
    return failed(all) ? 1 : 0;
  }
  const width = Math.max(...result.rows.map(({ pattern }) => pattern.length), "pattern".length);
  const total = { instances: 0, proved: 0, tested: 0, failed: 0, vectors: 0 };
  const lines = [`${"pattern".padEnd(width)}  instances    proved    tested    failed`];
  for (const row of result.rows) {
    lines.push(`${row.pattern.padEnd(width)}${figures(row)}`);
    for (const key of ["instances", "proved", "tested", "failed", "vectors"] as const) total[key] += row[key];
  }
  lines.push(`${"all".padEnd(width)}${figures(total)}`, "");
  lines.push(`proved: all inputs tried; tested: corners and random inputs, ${total.vectors} vectors in all`, "");
  await io.out(lines.join("\n"));
  return tell(all, options, io);
}

function figures(row: Pick<PatternCheck, "instances" | "proved" | "tested" | "failed">): string {
  return [row.instances, row.proved, row.tested, row.failed]
    .map((figure) => `${figure}`.padStart(10))
    .join("")
    .padStart(41);
}
