// Combinational cycles: a value may depend on itself only through a register or a synchronous memory.
import type { Dialect, Instruction } from "./ast.ts";
import type { Binding, CheckedDef } from "./check.ts";
import type { Report } from "./diagnostic.ts";
import { operationOf } from "./instruction.ts";
import { isCombinational, type Operation } from "./ops.ts";
import { STRIDE, type Steps } from "./steps.ts";

type Defs = ReadonlyMap<string, CheckedDef>;

/** For each output of a def, the inputs that reach it without a clock edge, as a set of bits. */
type Reach = readonly bigint[];

/**
 * Whether an instruction needs, within a cycle, the result of one that does not stand before it: operand `at`, which `need`
 * is. Where none does, there is no cycle. Instructions that a program made have no place, and so no order.
 */
export function isBackward(one: Instruction, at: number, need: Binding, op: Operation | undefined): boolean {
  return need.by !== undefined && need.by.start >= one.start && (op === undefined || isCombinational(op, at));
}

/** Definitions that others call, and those in which a value is used before it stands. */
interface Facts {
  readonly called: ReadonlySet<CheckedDef>;
  readonly backward: ReadonlySet<CheckedDef>;
}

/**
 * Reports each combinational cycle with its path. `order` has callees before callers. In assembly only wires are looked
 * at, as what an instruction holds back is known to its target.
 */
export function* checkCycles(
  order: readonly CheckedDef[],
  defs: Defs,
  dialect: Dialect,
  { called, backward }: Facts,
  report: Report,
): Steps<void> {
  const reaches = new Map<CheckedDef, Reach>();
  for (const def of order) {
    if (!called.has(def) && !backward.has(def)) continue;
    const reach = yield* checkDef(def, defs, dialect, reaches, called.has(def), report);
    if (reach !== undefined) reaches.set(def, reach);
  }
}

interface Visit {
  readonly binding: Binding;
  readonly needs: readonly Binding[];
  next: number;
}

function* checkDef(
  def: CheckedDef,
  defs: Defs,
  dialect: Dialect,
  reaches: ReadonlyMap<CheckedDef, Reach>,
  isCalled: boolean,
  report: Report,
): Steps<Reach | undefined> {
  const state = new Map<Binding, "open" | "done">();
  const masks = new Map<Binding, bigint>();
  if (isCalled)
    def.item.inputs.forEach((port, at) => {
      const input = def.scope.get(port.name.text);
      if (input !== undefined) masks.set(input, 1n << BigInt(at));
    });
  const open = (binding: Binding): Visit => {
    state.set(binding, "open");
    return { binding, needs: combinationalNeeds(binding, def, defs, dialect, reaches), next: 0 };
  };
  let done = 0;
  for (const root of def.scope.values()) {
    if (state.has(root) || root.by === undefined) continue;
    const path = [open(root)];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      if (++done % STRIDE === 0) yield;
      const need = top.needs[top.next++];
      if (need === undefined) {
        path.pop();
        state.set(top.binding, "done");
        if (isCalled)
          masks.set(
            top.binding,
            top.needs.reduce((all, one) => all | (masks.get(one) ?? 0n), 0n),
          );
      } else if (need.by === undefined) continue;
      else if (state.get(need) === "open") reportCycle(path, need, report);
      else if (!state.has(need)) path.push(open(need));
    }
  }
  return isCalled
    ? def.item.outputs.map((port) => masks.get(def.scope.get(port.name.text) as Binding) ?? 0n)
    : undefined;
}

/** The values that reach `binding` within a cycle. */
function combinationalNeeds(
  binding: Binding,
  def: CheckedDef,
  defs: Defs,
  dialect: Dialect,
  reaches: ReadonlyMap<CheckedDef, Reach>,
): Binding[] {
  const by = binding.by as Instruction;
  const op = operationOf(by, dialect);
  const callee = op === undefined ? defs.get(by.op.text) : undefined;
  const reach = callee === undefined ? undefined : reaches.get(callee)?.[binding.index];
  const needs: Binding[] = [];
  if (op === undefined && callee === undefined) return needs;
  by.args.forEach((arg, at) => {
    if (arg.kind !== "name") return;
    if (op !== undefined && !isCombinational(op, at)) return;
    if (callee !== undefined && (reach === undefined || ((reach >> BigInt(at)) & 1n) === 0n)) return;
    const need = def.scope.get(arg.text);
    if (need !== undefined) needs.push(need);
  });
  return needs;
}

/** At most this many places of a cycle are shown. */
const SHOWN = 6;

function reportCycle(path: readonly Visit[], need: Binding, report: Report): void {
  const circle = path.slice(path.findIndex((one) => one.binding === need)).map((one) => one.binding);
  const first = need.port.name.text;
  const names = [
    first,
    ...circle
      .slice(1)
      .map((one) => one.port.name.text)
      .reverse(),
    first,
  ];
  const shown = names.length > 10 ? [...names.slice(0, 5), "…", ...names.slice(-3)] : names;
  const labels = circle.slice(0, SHOWN).map((one, at) => {
    const next = circle[(at + 1) % circle.length] as Binding;
    return { span: one.port.name, text: one === next ? "depends on itself" : `depends on \`${next.port.name.text}\`` };
  });
  report.error(
    "combinational-cycle",
    `\`${first}\` depends on itself within a clock cycle: ${shown.map((name) => `\`${name}\``).join(" → ")}`,
    labels,
    ["break the cycle with a `reg`"],
  );
}
