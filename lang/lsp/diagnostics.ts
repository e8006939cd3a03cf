// Diagnostics as the protocol has them: the mistake itself, its other ends as related places, help behind the message.
import { DiagnosticSeverity, DiagnosticTag, type Diagnostic as Shown } from "vscode-languageserver-types";
import type { Diagnostic } from "../diagnostic.ts";
import type { Analysis } from "./analysis.ts";
import { nanoseconds, type Problem, type Step } from "./mapping.ts";
import { locationOf, rangeOf } from "./places.ts";
import type { World } from "./world.ts";

const SEVERITIES = { error: DiagnosticSeverity.Error, warning: DiagnosticSeverity.Warning } as const;

/** More of them hide each other, and cost a large message at every keystroke. */
const MOST = 500;

const NOWHERE = { start: 0, end: 0 };

/** What is wrong with a file: with the text as it stands, and what the compiler said of that very text. */
export function diagnosticsOf(file: Analysis, world: World): readonly Shown[] {
  const mapping = world.mapping(file.uri);
  const compiled = mapping?.version === file.version ? mapping.problems : [];
  return [...file.diagnostics, ...compiled].slice(0, MOST).map((one) => shown(one, file));
}

function shown(one: Diagnostic | Problem, file: Analysis): Shown {
  const { code, severity, message, labels, help } = one;
  const [first, ...others] = labels;
  const related = others
    .filter(({ text }) => text !== "")
    .map(({ span, text }) => ({ location: locationOf(file, span), message: text }));
  return {
    range: rangeOf(file, first?.span ?? NOWHERE),
    severity: SEVERITIES[severity],
    code,
    source: "reticle",
    message: [message, ...help.map((text) => `help: ${text}`)].join("\n"),
    ...(related.length > 0 ? { relatedInformation: related } : {}),
    ...(code === "unused" ? { tags: [DiagnosticTag.Unnecessary] } : {}),
  };
}

/** The longest path of a build, a hint a step, with the time at which it is passed. */
export function pathDiagnostics(file: Analysis, name: string, steps: readonly Step[]): readonly Shown[] {
  const total = steps.reduce((sum, step) => sum + step.delay, 0);
  let passed = 0;
  return steps.map(({ span, text, delay }, at) => {
    passed += delay;
    return {
      range: rangeOf(file, span),
      severity: DiagnosticSeverity.Hint,
      code: "critical-path",
      source: "reticle",
      message: `longest path of \`${name}\`, step ${at + 1} of ${steps.length}: ${text}, ${nanoseconds(passed)} of ${nanoseconds(total)}`,
    };
  });
}
