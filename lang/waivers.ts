// What `verilator --lint-only -Wall` would say about the Verilog of a sound program, and why it may stay.
import type { Graph, Node } from "./graph.ts";
import { type Known, knownValues } from "./known.ts";
import { matters } from "./lut.ts";
import { range } from "./type.ts";

/** Words of C++ that are none of Verilog: Verilator warns of a port that is called so. */
const FOREIGN = new Set(
  `abort alignas alignof and_eq asm atomic_cancel atomic_commit atomic_noexcept auto bit_vector bitand bitor bool catch
  cdecl char char16_t char32_t compl complex concept const_cast const_iterator constexpr decltype delete deque double
  dynamic_cast explicit false far float friend goto huge inline interrupt iterator list long map mutable namespace near
  noexcept not_eq nullptr NULL operator or_eq override pascal private public queue reference register requires set short
  sizeof stack static_assert switch synchronized template thread_local throw transaction_safe transaction_safe_dynamic
  true try type_info typeid typename uint16_t uint32_t uint8_t using vector volatile wchar_t xor_eq break case class const
  continue default do else enum export extern for if import int module new not or protected restrict return signed static
  struct this typedef union unsigned virtual void while xor and sc_clock sc_in sc_inout sc_out sc_signal sensitive
  sensitive_neg sensitive_pos`.split(/\s+/),
);

/** Lines that switch warnings off, each behind a line that says why. */
export function waivers(graph: Graph, hasReset: boolean): readonly string[] {
  const lines: string[] = [];
  const waive = (code: string, why: string) => lines.push(`// ${why}`, `// verilator lint_off ${code}`);
  waive("DECLFILENAME", "The file may have any name.");
  const node = (id: number) => graph.nodes[id] as Node;
  const ports = [
    ...graph.inputs.map(node),
    ...graph.outputs.map((output) => ({ ...node(output.node), name: output.name })),
  ];
  const foreign = ports.filter(({ name, type }) => type.lanes === 0 && FOREIGN.has(name)).map(({ name }) => name);
  if (foreign.length > 0)
    waive("SYMRSVDWORD", `Ports keep their names, also where these are words of C++: ${listed(foreign)}.`);
  const comparisons = graph.nodes.filter((one) => isUnsignedOrder(one, graph));
  const known = comparisons.length > 0 ? knownValues(graph) : [];
  for (const row of DECISIVE) {
    const names = comparisons.filter((one) => isDecided(one, graph, known, row)).map(({ name }) => name);
    if (names.length > 0)
      waive(row.code, `Compared with the smallest or the largest number, as in the source: ${listed(names)}.`);
  }
  const unused = unread(graph);
  const names = unused.map(({ name }) => name);
  if (hasReset && !graph.nodes.some(({ op }) => op?.kind === "reg")) names.unshift("reset");
  if (names.length > 0) waive("UNUSED", `Not every bit is read: ${listed(names)}.`);
  return lines;
}

/** Comparisons of unsigned numbers that the smallest or the largest one decides: on which side, and in whose warning. */
const DECISIVE = [
  { code: "UNSIGNED", end: 0, left: ["gt", "le"], right: ["lt", "ge"] },
  { code: "CMPCONST", end: 1, left: ["lt", "ge"], right: ["gt", "le"] },
] as const;
const ORDERS: readonly string[] = [...DECISIVE[0].left, ...DECISIVE[0].right];

function isUnsignedOrder({ op, args }: Node, graph: Graph): boolean {
  return ORDERS.includes(op?.name ?? "") && graph.nodes[args[0] ?? -1]?.type.kind !== "i";
}

/** Whether Verilator says `code` of a comparison. */
function isDecided(
  { op, args }: Node,
  { nodes }: Graph,
  known: readonly Known[],
  { end, left, right }: (typeof DECISIVE)[number],
): boolean {
  return [left, right].some((names: readonly string[], side) => {
    const arg = args[side] ?? -1;
    const type = nodes[arg]?.type;
    return names.includes(op?.name ?? "") && type !== undefined && known[arg]?.[0] === range(type)[end];
  });
}

function listed(names: readonly string[]): string {
  const shown = [...new Set(names)];
  const more = shown.length > 6 ? `, and ${shown.length - 5} more` : "";
  return shown
    .slice(0, more === "" ? 6 : 5)
    .map((name) => `\`${name}\``)
    .join(", ")
    .concat(more);
}

/** The values that have bits, or lanes, which nothing reads: no operand, and no output. */
function unread(graph: Graph): readonly Node[] {
  const whole = new Set(graph.outputs.map(({ node }) => node));
  const parts = new Map<number, [low: number, high: number][]>();
  for (const { op, args, attrs } of graph.nodes) {
    for (const [at, arg] of args.entries()) {
      if (op?.attrs === "tables" && !matters(attrs, args.length, at)) continue;
      if (op?.kind !== "ext") whole.add(arg);
      else {
        const ranges = parts.get(arg) ?? [];
        ranges.push([Number(attrs[0]), Number(attrs[1])]);
        parts.set(arg, ranges);
      }
    }
  }
  return graph.nodes.filter(({ id, type }) => {
    if (whole.has(id)) return false;
    const ranges = (parts.get(id) ?? []).sort(([a], [b]) => a - b);
    let next = 0;
    for (const [low, high] of ranges) if (low <= next) next = Math.max(next, high + 1);
    return next < (type.lanes > 0 ? type.lanes : type.width);
  });
}
