// What a proof says holds: circuits compute what the evaluator computes, nets that were proved equal are equal, and an
// implementation with a fault in it is never proved.
import fc from "fast-check";
import { expect, test } from "vitest";
import { compare } from "../asm/compare.ts";
import { expand } from "../asm/expand.ts";
import { netlistGraph } from "../asm/graph.ts";
import type { Netlist } from "../asm/netlist.ts";
import { equivalent } from "../asm/prove.ts";
import { check } from "../lang/check.ts";
import { machine } from "../lang/eval/machine.ts";
import { elaborate, type Graph } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import { blastGraph } from "../lang/proof/blast.ts";
import { emptyCircuit, inputNets, type Net } from "../lang/proof/circuit.ts";
import { prove } from "../lang/proof/induction.ts";
import { solver } from "../lang/proof/sat.ts";
import { evaluate } from "../lang/proof/simulate.ts";
import { cone, sweep } from "../lang/proof/sweep.ts";
import { type Instance, instances } from "../lang/target/instances.ts";
import { graphOf } from "./netlist.ts";
import { programs } from "./random.ts";
import { targetNamed } from "./target-files.ts";
import { generator, randomTrace } from "./traces.ts";

const MEMORY_BITS = 1 << 14;

/** Bits of a lane. */
function bits(value: bigint, width: number): readonly number[] {
  return Array.from({ length: width }, (_, bit) => Number((value >> BigInt(bit)) & 1n));
}

test("with constants for inputs every operation folds to what the evaluator gives", () => {
  fc.assert(
    fc.property(programs({ instructions: 12, memories: false, hints: ["??"], widest: 40 }), fc.nat(), (text, seed) => {
      const graph = graphOf(text, "none");
      const runner = machine(graph);
      const types = runner.inputs.map(({ type }) => type);
      const [values = []] = randomTrace(types, 1, seed);
      values.forEach((lanes, port) => lanes.forEach((value, lane) => runner.set(port, lane, value)));
      runner.evaluate();
      const circuit = emptyCircuit();
      const rows = blastGraph(
        { circuit, reset: undefined, memoryBits: MEMORY_BITS },
        graph,
        values.map((lanes, port) => lanes.flatMap((value) => bits(value, types[port]?.width ?? 1))),
      );
      for (const node of graph.nodes) {
        const { lanes, width } = node.type;
        const expected = Array.from({ length: Math.max(lanes, 1) }, (_, lane) => runner.probe(node.id, lane));
        const row = rows[node.id] as readonly Net[];
        // State, and products of what is no constant, stand for themselves.
        if (row.some((net) => net > 1)) continue;
        expect(row, node.name).toEqual(expected.flatMap((value) => bits(value, width)));
      }
    }),
    { numRuns: 60 },
  );
});

test("the solver agrees with trying all values", () => {
  const random = generator(5);
  for (let trial = 0; trial < 400; trial++) {
    const variables = 4 + (random() % 6);
    const clauses = Array.from({ length: Math.round(variables * (2 + (random() % 30) / 10)) }, () =>
      Array.from({ length: 1 + (random() % 3) }, () => 2 + (random() % (2 * variables))),
    );
    const all = Array.from({ length: variables }, (_, at) => at + 1);
    const holds = (row: number) =>
      clauses.every((clause) => clause.some((one) => ((row >> ((one >> 1) - 1)) & 1) !== (one & 1)));
    const expected = Array.from({ length: 2 ** variables }, (_, row) => row).some(holds);
    const sat = solver();
    for (const clause of clauses)
      sat.add([...new Set(clause)].filter((one, _, list) => !list.includes(one ^ 1) || one));
    const found = sat.solve([], all, 10_000);
    expect(found, JSON.stringify(clauses)).toBe(expected);
    if (found !== true) continue;
    expect(holds(all.reduce((row, one) => row | (sat.value(one) << (one - 1)), 0))).toBe(true);
  }
});

// Up to ten inputs all values are tried, beyond the solver is asked.
test.each([3, 6, 10, 12])("swept nodes of %s inputs that became one are the same function", (count) => {
  const random = generator(11);
  const ones = (1n << BigInt(2 ** count)) - 1n;
  for (let trial = 0; trial < (count < 10 ? 30 : 6); trial++) {
    const on = sweep();
    const inputs = Array.from({ length: count }, () => on.input());
    const nodes = inputs.map((literal, at) => ({ literal, value: columnOf(at, count) }));
    const pick = () => {
      const { literal, value } = nodes[random() % nodes.length] as { literal: number; value: bigint };
      return random() % 2 === 0 ? { literal, value } : { literal: literal ^ 1, value: value ^ ones };
    };
    for (let step = 0; step < 80; step++) {
      const [a, b] = [pick(), pick()];
      const isAnd = random() % 3 > 0;
      const made = isAnd
        ? { literal: on.and(a.literal, b.literal), value: a.value & b.value }
        : { literal: on.xor(a.literal, b.literal), value: a.value ^ b.value };
      for (const { literal, value } of [...nodes, { literal: 0, value: 0n }]) {
        if (literal >> 1 !== made.literal >> 1) continue;
        expect(made.value === (literal === made.literal ? value : value ^ ones)).toBe(true);
      }
      nodes.push(made);
    }
    for (let question = 0; question < 10; question++) {
      const [a, b] = [pick(), pick()];
      expect(on.same(a.literal, b.literal)).toBe(a.value === b.value);
      if (a.value === b.value || a.literal === (b.literal ^ 1)) continue;
      const row = inputs.reduce((all, literal, at) => all | (BigInt(on.seen(literal)) << BigInt(at)), 0n);
      expect((a.value >> row) & 1n).not.toBe((b.value >> row) & 1n);
    }
  }
});

/** All values of an input beside those of the others, the first the fastest. */
function columnOf(at: number, count: number): bigint {
  const step = BigInt(2 ** at);
  let column = ((1n << step) - 1n) << step;
  for (let rows = 2n * step; rows < 2n ** BigInt(count); rows *= 2n) column |= column << rows;
  return column;
}

test.each([
  [
    "equal registers, one of them inverted",
    "x: bool = not(a); p: bool = reg[1](x); q: bool = reg[0](a); n: bool = not(p); y: bool = xor(n, q);",
    true,
  ],
  ["an initial value that differs", "p: bool = reg[1](a); q: bool = reg[0](a); y: bool = xor(p, q);", false],
  ["an enable that differs", "p: bool = reg[0](a, b); q: bool = reg[0](a); y: bool = xor(p, q);", false],
  [
    "a counter and itself",
    "p: bool = reg[0](n); n: bool = not(p); q: bool = reg[0](m); m: bool = not(q); y: bool = xor(p, q);",
    true,
  ],
  ["a register a cycle later", "p: bool = reg[0](a); q: bool = reg[0](p); y: bool = xor(p, q);", false],
])("by induction: %s", (_what, body, isZero) => {
  const graph = graphOf(`def main(a: bool, b: bool) -> (y: bool) { ${body} }`, "none");
  const circuit = emptyCircuit();
  const rows = blastGraph(
    { circuit, reset: undefined, memoryBits: MEMORY_BITS },
    graph,
    graph.inputs.map(() => inputNets(circuit, 1)),
  );
  const y = rows[graph.outputs[0]?.node ?? -1]?.[0] as Net;
  expect(prove(circuit, [[y, 0]]).open.length === 0).toBe(isZero);
});

test("a bit of a product is simulated without those below it", () => {
  const graph = graphOf("def main(a: i4, b: i4) -> (y: i4) { y: i4 = mul(a, b); }", "none");
  const circuit = emptyCircuit();
  const inputs = graph.inputs.map(() => inputNets(circuit, 4));
  const rows = blastGraph({ circuit, reset: undefined, memoryBits: MEMORY_BITS }, graph, inputs);
  const given = inputs.flat();
  (rows[graph.outputs[0]?.node ?? -1] ?? []).forEach((net, bit) => {
    const order = cone(circuit, [net]);
    for (let row = 0; row < 256; row++) {
      const values = new Int32Array(circuit.definitions.length);
      evaluate(circuit, order, values, (one) => -((row >> given.indexOf(one)) & 1));
      expect((values[net] as number) & 1).toBe((((row & 15) * (row >> 4)) >> bit) & 1);
    }
  });
});

/** A member as it is proved. */
function prepared(one: Instance, target: string): { readonly graph: Graph; readonly netlist: Netlist } | undefined {
  const parsed = parse({ file: "pattern", text: one.ir });
  const checked = check(parsed.value, "ir");
  if ([...parsed.diagnostics, ...checked.diagnostics].some(({ severity }) => severity === "error")) return undefined;
  const assembly = parse({ file: "instruction", text: one.assembly });
  const netlist = expand(assembly.value, targetNamed(target)).value;
  const graph = elaborate(checked.value).value;
  return graph === undefined || netlist === undefined ? undefined : { graph, netlist };
}

/** A netlist with one bit of a parameter turned round, or with two inputs of a cell exchanged. */
function faulty(netlist: Netlist, random: () => number): Netlist {
  const at = random() % netlist.cells.length;
  const cells = netlist.cells.map((cell, index) => {
    if (index !== at) return cell;
    const widths = cell.prim.params.map(({ width }) => width);
    const place = random() % Math.max(cell.params.length, 1);
    if (cell.params.length > 0 && random() % 3 > 0) {
      const bit = BigInt(random() % (widths[place] ?? 1));
      return { ...cell, params: cell.params.map((value, param) => (param === place ? value ^ (1n << bit) : value)) };
    }
    const [p, q] = [random() % cell.inputs.length, random() % cell.inputs.length];
    return {
      ...cell,
      inputs: cell.inputs.map((net, input) => cell.inputs[input === p ? q : input === q ? p : input] ?? net),
    };
  });
  return { ...netlist, cells };
}

const PROBES = {
  single: [1, 3, 5],
  few: [1, 3],
  part: [0, 1] as const,
  several: [2, 5],
  many: [1, 5, 9],
  addresses: [2],
  dense: 4,
};

test.each(["ice40", "tiny"])("an implementation of %s with a fault is never proved", { timeout: 120_000 }, (name) => {
  const random = generator(23);
  let faults = 0;
  for (const pattern of targetNamed(name).patterns.values()) {
    const all = [...instances(pattern, PROBES)];
    for (let trial = 0; trial < (name === "tiny" ? 6 : 3); trial++) {
      const one = all[random() % all.length];
      const made = one === undefined ? undefined : prepared(one, name);
      if (one === undefined || made === undefined || made.netlist.cells.length === 0) continue;
      const netlist = faulty(made.netlist, random);
      let isProved: boolean;
      try {
        isProved = equivalent(made.graph, netlist, one.hasReset) === "proved";
      } catch {
        continue;
      }
      const cells = netlistGraph(netlist);
      if (cells === undefined) continue;
      const { difference } = compare(machine(made.graph, { reset: one.hasReset ? "sync" : "none" }), machine(cells), {
        isClocked: one.isClocked,
        addresses: one.addresses,
        hasContents: true,
        hasReset: one.hasReset,
        vectors: 150,
        exhaustive: 10,
      });
      if (difference !== undefined) faults++;
      expect(isProved && difference !== undefined, `${pattern.name} ${one.text}: ${difference}`).toBe(false);
    }
  }
  // Others change nothing: a mode without a use, a row of a table that never comes.
  expect(faults).toBeGreaterThan(30);
});
