// What a stage has to say about a program: the user's mistakes are `Diagnostic`s, ours throw `Bug`.
import type { Code } from "./codes.ts";
import type { Source, Span } from "./source.ts";

export type Severity = "error" | "warning";

/** A marked stretch of a frame. The first label of a diagnostic is the mistake itself, the others are its other ends. */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  /** Lower case, no full stop, code in backticks. */
  readonly message: string;
  readonly source: Source;
  readonly labels: readonly Label[];
  /** Actions that would mend it. */
  readonly help: readonly string[];
}

/** What a stage gives: the value is there even beside errors, as far as it could be made. */
export interface Outcome<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** A defect of reticle, never of the user's program. Caught once, at the door. */
export class Bug extends Error {
  override readonly name = "Bug";
}

/** Throws `Bug`: for what an invariant rules out. */
export function bug(message: string): never {
  throw new Bug(message);
}

export function failed(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === "error");
}

/** Collects the diagnostics of one source. A million mistakes help nobody: past `LIMIT` only their number is kept. */
export interface Report {
  readonly source: Source;
  readonly list: Diagnostic[];
  error(code: Code, message: string, labels: readonly Label[], help?: readonly string[]): void;
  warning(code: Code, message: string, labels: readonly Label[], help?: readonly string[]): void;
}

const LIMIT = 1000;

export function report(source: Source): Report {
  const list: Diagnostic[] = [];
  const add = (severity: Severity) => {
    let count = 0;
    return (code: Code, message: string, labels: readonly Label[], help: readonly string[] = []) => {
      count++;
      if (count <= LIMIT) list.push({ code, severity, message, source, labels, help });
      else if (count === LIMIT + 1)
        list.push({
          code: "too-many-errors",
          severity,
          message: `more than ${LIMIT} ${severity === "error" ? "mistakes" : "warnings"}, the rest is not shown`,
          source,
          labels: [{ span: labels[0]?.span ?? { start: 0, end: 0 }, text: "" }],
          help: [],
        });
    };
  };
  return { source, list, error: add("error"), warning: add("warning") };
}

/** Names that are compared, in all, to find out what was meant. */
const COMPARISONS = 5_000_000;

/** Whether it is still worth while to look for near names among `count`, or so many mistakes are known that it takes too long. */
export function isHelpful(found: Report, count: number): boolean {
  return found.list.length < LIMIT && found.list.length * count < COMPARISONS;
}

/** Diagnostics in the order of the text, errors before warnings at the same place. */
export function sorted(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const at = (d: Diagnostic) => d.labels[0]?.span.start ?? 0;
  return [...diagnostics].sort(
    (a, b) => at(a) - at(b) || (a.severity === b.severity ? 0 : a.severity === "error" ? -1 : 1),
  );
}
