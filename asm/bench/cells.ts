// What a netlist costs, ours or another's: both come as JSON in the form that Yosys writes.
import type { Target } from "../../lang/target/target.ts";
import type { Figures } from "./results.ts";

export type Bit = number | string;

/** The part of `write_json` that is read here. */
export interface Module {
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly ports: Readonly<Record<string, { readonly direction: string; readonly bits: readonly Bit[] }>>;
  readonly cells: Readonly<Record<string, ModuleCell>>;
}

export interface ModuleCell {
  readonly type: string;
  readonly port_directions: Readonly<Record<string, string>>;
  readonly connections: Readonly<Record<string, readonly Bit[]>>;
}

/** The top module of a netlist; undefined if it has none. */
export function topOf(json: string): Module | undefined {
  const { modules } = JSON.parse(json) as { readonly modules: Readonly<Record<string, Module>> };
  return Object.values(modules).find(({ attributes }) => attributes["top"] !== undefined);
}

/** What cells are called by their role, whatever the family: figures that are the same for ours and for others'. */
const KINDS = {
  lut: "kinds.lut",
  carry: "kinds.carry",
  choice: "kinds.choice",
  state: "kinds.register",
  other: "kinds.block",
} as const;

/** Cells by their type and by their kind, and the most LUTs on a path. */
export function cellFigures(module: Module, target: Target): Figures {
  const roleOf = (type: string) => target.prims.get(type)?.role;
  const figures: Record<string, number> = { depth: depthOf(module, (type) => weightOf(roleOf(type))) };
  const count = (name: string) => {
    figures[name] = (figures[name] ?? 0) + 1;
  };
  for (const { type } of Object.values(module.cells)) {
    count(`cells.${type}`);
    count(KINDS[roleOf(type) ?? "other"]);
  }
  return figures;
}

function weightOf(role: string | undefined): number | undefined {
  return role === "lut" ? 1 : role === "carry" || role === "choice" ? 0 : undefined;
}

function bitsOf({ port_directions, connections }: ModuleCell, direction: string): readonly Bit[] {
  return Object.entries(connections).flatMap(([name, bits]) => (port_directions[name] === direction ? bits : []));
}

/**
 * The greatest weight of a path between inputs or registers and outputs or registers. A cell without a weight begins and
 * ends paths.
 */
export function depthOf({ ports, cells }: Module, weightOf: (type: string) => number | undefined): number {
  const drivers = new Map<Bit, ModuleCell>();
  const ends: Bit[] = [];
  for (const { direction, bits } of Object.values(ports)) if (direction === "output") ends.push(...bits);
  for (const cell of Object.values(cells)) {
    if (weightOf(cell.type) === undefined) for (const bit of bitsOf(cell, "input")) ends.push(bit);
    else for (const bit of bitsOf(cell, "output")) drivers.set(bit, cell);
  }
  const known = new Map<Bit, number>();
  const stack = ends.map((bit) => ({ bit, isReady: false }));
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const { bit, isReady } = top;
    if (known.has(bit)) continue;
    const driver = drivers.get(bit);
    const before = driver === undefined ? [] : bitsOf(driver, "input");
    if (isReady || driver === undefined) {
      const deepest = before.reduce<number>((most, one) => Math.max(most, known.get(one) ?? 0), 0);
      known.set(bit, deepest + (driver === undefined ? 0 : (weightOf(driver.type) ?? 0)));
      continue;
    }
    stack.push({ bit, isReady: true });
    for (const one of before) if (!known.has(one)) stack.push({ bit: one, isReady: false });
  }
  return ends.reduce<number>((most, bit) => Math.max(most, known.get(bit) ?? 0), 0);
}
