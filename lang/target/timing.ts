// How long signals take through cells and wires: what a `timing` block says. All times are in ps.
import type { Expr, Instruction } from "../ast.ts";
import { keyed, word } from "./facts.ts";
import type { Block, Target } from "./target.ts";
import { TargetError } from "./value.ts";

/**
 * A delay of some cells: through the cell, from the clock to a port, at a port before the clock, or between registers
 * inside.
 */
export interface TimingRow {
  readonly kind: "delay" | "start" | "setup" | "inside";
  readonly ps: number;
  readonly cells: ReadonlySet<string>;
  readonly from: ReadonlySet<string>;
  readonly to: ReadonlySet<string>;
  /** A condition on the parameters of the cell. */
  readonly when: Expr | undefined;
}

/** A wire of a chain from a port to a port, within a tile and into the next one. */
export interface Hop {
  readonly within: number;
  readonly across: number;
}

export interface Timing {
  readonly name: string;
  readonly rows: readonly TimingRow[];
  /** By the ports at its ends, `CO CI`, or by them and the cell that it leads to, `CO CI CARRY`. */
  readonly hops: ReadonlyMap<string, Hop>;
  /** Through a site to a register that has it for itself. */
  readonly alone: number;
  /** A wire to the same or the next tile; a segment more between columns, or rows, each so many tiles long. */
  readonly near: number;
  readonly across: number;
  readonly along: number;
  readonly reach: number;
  /** A wire across the device, with the buffer before it. */
  readonly buffered: number;
}

/** The timing of that name. Throws `TargetError`. */
export function timingNamed(target: Target, name: string | undefined): Timing | undefined {
  const block = name === undefined ? undefined : target.timings.get(name);
  return block === undefined ? undefined : readTiming(block);
}

function readTiming({ name, item }: Block): Timing {
  const rows: TimingRow[] = [];
  const hops = new Map<string, Hop>();
  const numbers = new Map<string, number>();
  for (const one of item.body) {
    if (one.kind !== "instruction") throw new TargetError("a timing consists of delays", one);
    const kind = one.op.text;
    if (kind === "delay" || kind === "start" || kind === "setup" || kind === "inside") rows.push(readRow(one, kind));
    else {
      const facts = keyed(one.attrs);
      const [first, second] = (facts.get("") ?? []).map(Number);
      if (kind === "hop") {
        const hop = { within: first ?? 0, across: second ?? first ?? 0 };
        const cells = facts.get("")?.slice(2) ?? [];
        const ports = one.args.map(word).join(" ");
        for (const name of cells.length > 0 ? cells.map((cell) => `${ports} ${cell}`) : [ports]) hops.set(name, hop);
      } else if (kind === "alone" || kind === "buffered") numbers.set(kind, first ?? 0);
      else if (kind === "wire") for (const [key, [value]] of facts) numbers.set(key, Number(value));
      else throw new TargetError(`a timing has no \`${kind}\``, one.op);
    }
  }
  const number = (key: string, otherwise = 0) => numbers.get(key) ?? otherwise;
  return {
    name,
    rows,
    hops,
    alone: number("alone"),
    near: number("near"),
    across: number("across"),
    along: number("along"),
    reach: number("reach", 1),
    buffered: number("buffered"),
  };
}

function readRow(one: Instruction, kind: TimingRow["kind"]): TimingRow {
  const when = one.attrs.find((attr) => attr.key?.text === "when");
  const [ps = "", ...cells] = one.attrs.filter((attr) => attr !== when).map((attr) => textOf(attr.value));
  const ports = one.args.map(word);
  const ends = kind === "delay" ? [ports.slice(0, -1), ports.slice(-1)] : kind === "start" ? [[], ports] : [ports, []];
  return {
    kind,
    ps: Number(ps),
    cells: new Set(cells),
    from: new Set(ends[0]),
    to: new Set(ends[1]),
    when: when?.value,
  };
}

function textOf(expr: Expr): string {
  return expr.kind === "unary" && expr.op === "-" ? `-${word(expr.arg)}` : word(expr);
}

/** What a wire takes between tiles so many columns and rows apart. Straight ones save the turn. */
export function wireDelay(timing: Timing, columns: number, rows: number): number {
  const { near, across, along, reach } = timing;
  if (columns <= 1) return rows <= 1 ? near : near + along * (Math.floor(rows / reach) + 1);
  if (rows === 0) return near + across * (Math.floor(columns / reach) + 1);
  return near + across * Math.ceil(columns / reach) + along * Math.ceil(rows / reach);
}
