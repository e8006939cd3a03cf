// Which definitions use which: recursion, the order in which they can be inlined, and how much comes out.
import type { Instruction } from "./ast.ts";
import type { CheckedDef } from "./check.ts";
import type { Report } from "./diagnostic.ts";

/** The most instructions, and the most 32-bit words of values, of a program with all its calls inlined. */
const MAX_INSTRUCTIONS = 4_000_000;
const MAX_WORDS = 2 ** 24;

/**
 * The definitions, callees before their callers; those on a circle of calls are reported and left out, and so is one
 * that would become too large.
 */
export function checkCalls(
  defs: ReadonlyMap<string, CheckedDef>,
  report: Report,
): { readonly order: readonly CheckedDef[]; readonly called: ReadonlySet<CheckedDef> } {
  const calls = new Map<CheckedDef, readonly Instruction[]>();
  for (const def of defs.values())
    calls.set(
      def,
      def.instructions.filter((one) => defs.has(one.op.text)),
    );
  const order: CheckedDef[] = [];
  const state = new Map<CheckedDef, "open" | "done">();
  for (const root of defs.values()) {
    if (state.has(root)) continue;
    const path = [visit(root, calls)];
    state.set(root, "open");
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const call = top.calls[top.next++];
      if (call === undefined) {
        path.pop();
        state.set(top.def, "done");
        order.push(top.def);
        continue;
      }
      const callee = defs.get(call.op.text) as CheckedDef;
      if (state.get(callee) === "open") reportRecursion(path, callee, call, report);
      else if (!state.has(callee)) {
        state.set(callee, "open");
        path.push(visit(callee, calls));
      }
    }
  }
  checkSizes(order, defs, calls, report);
  const called = new Set([...calls.values()].flatMap((all) => all.map((one) => defs.get(one.op.text) as CheckedDef)));
  return { order, called };
}

interface Visit {
  readonly def: CheckedDef;
  readonly calls: readonly Instruction[];
  next: number;
}

type Calls = ReadonlyMap<CheckedDef, readonly Instruction[]>;

function visit(def: CheckedDef, calls: Calls): Visit {
  return { def, calls: calls.get(def) ?? [], next: 0 };
}

function reportRecursion(path: readonly Visit[], callee: CheckedDef, call: Instruction, report: Report): void {
  const circle = path.slice(path.findIndex((one) => one.def === callee));
  const names = [...circle.map((one) => one.def.item.name.text), callee.item.name.text];
  const shown = names.length > 8 ? [...names.slice(0, 4), "…", ...names.slice(-3)] : names;
  report.error(
    "recursion",
    `\`${callee.item.name.text}\` calls itself`,
    [
      { span: call.op, text: circle.length === 1 ? "here" : shown.join(" → ") },
      { span: callee.item.name, text: "defined here" },
    ],
    ["calls are inlined, so that a definition cannot contain itself"],
  );
}

function checkSizes(
  order: readonly CheckedDef[],
  defs: ReadonlyMap<string, CheckedDef>,
  calls: Calls,
  report: Report,
): void {
  const sizes = new Map<CheckedDef, { readonly instructions: number; readonly words: number }>();
  for (const def of order) {
    let instructions = def.instructions.length;
    let words = 0;
    let grown = false;
    for (const { type } of def.scope.values())
      words += type === undefined ? 0 : Math.max(type.lanes, 1) * Math.ceil(type.width / 32);
    for (const one of calls.get(def) ?? []) {
      const callee = defs.get(one.op.text);
      const size = callee === undefined ? undefined : sizes.get(callee);
      if (size === undefined) continue;
      grown = true;
      instructions += size.instructions;
      words += size.words;
    }
    if (instructions > MAX_INSTRUCTIONS || words > MAX_WORDS) {
      const size =
        instructions > MAX_INSTRUCTIONS ? `${MAX_INSTRUCTIONS} instructions` : `${MAX_WORDS} words of 32 bits`;
      report.error(
        "too-large",
        `\`${def.item.name.text}\` becomes larger than ${size}${grown ? " when its calls are inlined" : ""}`,
        [{ span: def.item.name, text: "" }],
      );
    } else sizes.set(def, { instructions, words });
  }
}
