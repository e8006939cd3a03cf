// A critical path for people: its steps in frames of the program, with the time that has passed after each.
import type { Label } from "../../lang/diagnostic.ts";
import { excerpt } from "../../lang/frame.ts";
import { position, type Source, type Span } from "../../lang/source.ts";
import { spanOf } from "./origins.ts";
import { type CriticalPath, ns, type PathStep } from "./report.ts";

/** A step, or many in a row at one place. Times in ns. */
interface Stride {
  readonly span: Span | undefined;
  readonly text: string;
}

/** Strides in a row whose places begin in one line; `line` is undefined for what is not of the program's text. */
interface Stretch {
  readonly line: number | undefined;
  readonly strides: readonly Stride[];
  /** When it ends, from the clock edge on. */
  readonly until: number;
}

/** Frames that are shown at the most: of a longer path, the same number at its start and at its end. */
const SHOWN = 12;
/** Cells and wires in turns that are told of one by one at the most. */
const TOLD = 3;

/** What people call the steps of the router. */
const KINDS: Readonly<Record<string, string>> = { "clk-to-q": "clock-to-q", routing: "wires" };

/**
 * The path from its start to its end, in rows: a frame for each stretch of it in one line of `program`, and a plain row
 * for steps that no line answers for. `whole` names a file that has what is left out of a long one.
 */
export function pathFrames(path: CriticalPath, program: Source, whole: string): readonly string[] {
  const found = stretches(path, program);
  const half = SHOWN / 2;
  const left = found.length > SHOWN ? found.slice(half, -half) : [];
  const show = (some: readonly Stretch[]) => some.flatMap((one) => rows(one, program));
  if (left.length === 0) return show(found);
  const from = found[half - 1]?.until ?? 0;
  const to = left.at(-1)?.until ?? 0;
  return [
    ...show(found.slice(0, half)),
    `  ... ${left.length} more frames, from ${ns(from)} to ${ns(to)}; all of the path is in ${whole}`,
    ...show(found.slice(-half)),
  ];
}

function rows({ line, strides }: Stretch, program: Source): readonly string[] {
  if (line === undefined) return strides.map(({ text }) => `  ${text}`);
  // One label a place: a path may come back to it within the line.
  const labels = new Map<string, Label>();
  for (const { span, text } of strides) {
    if (span === undefined) continue;
    const key = `${span.start} ${span.end}`;
    const known = labels.get(key);
    labels.set(key, { span, text: known === undefined ? text : `${known.text}; ${text}` });
  }
  return excerpt(program, [...labels.values()]);
}

function stretches(path: CriticalPath, program: Source): readonly Stretch[] {
  const found: { line: number | undefined; strides: Stride[]; until: number }[] = [];
  let until = 0;
  for (const { span, steps } of runs(path, program)) {
    const line = span === undefined ? undefined : position(program, span.start).line;
    const last = found.at(-1);
    const stretch = last !== undefined && last.line === line ? last : { line, strides: [], until };
    if (stretch !== last) found.push(stretch);
    for (const part of parts(steps)) {
      until = part.reduce((time, step) => time + step.delay, until);
      const where = span === undefined && part[0]?.from.cell ? ` from \`${part[0].from.cell}\`` : "";
      stretch.strides.push({ span, text: `${phrase(part)}${where}, at ${ns(until)}` });
    }
    stretch.until = until;
  }
  return found;
}

/** Steps in a row at one place. */
function runs(
  path: CriticalPath,
  program: Source,
): readonly { readonly span: Span | undefined; readonly steps: readonly PathStep[] }[] {
  const found: { span: Span | undefined; steps: PathStep[] }[] = [];
  for (const step of path.steps) {
    const span = step.place === undefined ? undefined : spanOf(program, step.place);
    const last = found.at(-1);
    if (last !== undefined && last.span?.start === span?.start && last.span?.end === span?.end) last.steps.push(step);
    else found.push({ span, steps: [step] });
  }
  return found;
}

/** Steps that are told of together: each alone, but cells and wires in turns, such as those of a carry chain, at once. */
function parts(steps: readonly PathStep[]): readonly (readonly PathStep[])[] {
  const found: PathStep[][] = [];
  for (const step of steps) {
    const last = found.at(-1);
    if (last !== undefined && isInside(step) && last.every(isInside)) last.push(step);
    else found.push([step]);
  }
  return found.flatMap((part) => (part.length > TOLD ? [part] : part.map((step) => [step])));
}

function isInside({ kind }: PathStep): boolean {
  return kind === "logic" || kind === "routing";
}

function phrase(part: readonly PathStep[]): string {
  const [step] = part;
  if (step === undefined) return "";
  if (part.length === 1) return `${KINDS[step.kind] ?? step.kind} ${ns(step.delay)}`;
  const sum = (kind: string) => {
    const some = part.filter((one) => one.kind === kind);
    return { count: some.length, delay: some.reduce((all, one) => all + one.delay, 0) };
  };
  const [logic, wires] = [sum("logic"), sum("routing")];
  return `logic ${ns(logic.delay)} in ${logic.count} ${logic.count === 1 ? "cell" : "cells"}, wires ${ns(wires.delay)}`;
}
