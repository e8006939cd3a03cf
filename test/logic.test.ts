// Logic cones: what comes out of the covering computes what went in, by all inputs where they are few; state machines keep
// their states; and places stay.
import { describe, expect, test } from "vitest";
import { compile } from "../index.ts";
import { formula } from "../isel/formula.ts";
import { balanced } from "../isel/logic/balance.ts";
import { AND, and, LEAF, leaf, mux, newBits, xor } from "../isel/logic/bits.ts";
import type { Cone } from "../isel/logic/cone.ts";
import { decomposeLeast } from "../isel/logic/decompose.ts";
import { newOrigins } from "../isel/logic/origins.ts";
import { ANY, type Func } from "../isel/logic/rows.ts";
import { newShapes } from "../isel/logic/shapes.ts";
import { telling } from "../isel/logic/tell.ts";
import { select } from "../isel/select.ts";
import { type Machine, machine } from "../lang/eval/machine.ts";
import type { Graph } from "../lang/graph.ts";
import { position } from "../lang/source.ts";
import { loadTarget } from "../lang/target/load.ts";
import type { Target } from "../lang/target/target.ts";
import { graphOf } from "./netlist.ts";
import { targetNamed } from "./target-files.ts";
import { generator } from "./traces.ts";

const ROUNDS = process.env["CI"] === undefined ? 150 : 1000;
const target = targetNamed("ice40");

type Objective = "area" | "delay" | "balanced";

/** The graph with its logic covered; the graph itself where no logic is left, as what is considered shows it. */
function coveredGraph(
  graph: Graph,
  optimize: Objective,
  reset: "none" | "sync" = "none",
  family: Target = target,
): Graph {
  let covered = graph;
  const consider = (_: unknown, of: Graph) => {
    covered = of;
  };
  const { diagnostics } = select(graph, family, { optimize, reset, consider });
  expect(diagnostics.map((one) => one.message)).toEqual([]);
  return covered;
}

type Choose = (below: number) => number;

function chooser(seed: number): Choose {
  const random = generator(seed + 1);
  return (below) => (random() >>> 0) % below;
}

const TYPES = ["bool", "u2", "u3", "u4"] as const;

/** A program of logic alone over at most `bits` bits of inputs, with registers where `isStateful`. */
function program(choose: Choose, bits: number, isStateful: boolean): string {
  const values: { readonly name: string; readonly type: (typeof TYPES)[number] }[] = [];
  const widthOf = (type: string) => (type === "bool" ? 1 : Number(type.slice(1)));
  const ports: string[] = [];
  for (let left = bits; left > 0; ) {
    const type = TYPES[choose(TYPES.length)] ?? "bool";
    if (widthOf(type) > left) continue;
    left -= widthOf(type);
    values.push({ name: `p${ports.length}`, type });
    ports.push(`p${ports.length}: ${type}`);
  }
  const lines: string[] = [];
  const pick = (type: string) => {
    const known = values.filter((one) => one.type === type);
    if (known.length > 0 && choose(8) > 0) return (known[choose(known.length)] as (typeof values)[number]).name;
    const name = `c${lines.length}`;
    lines.push(`  ${name}: ${type} = const[${choose(2 ** widthOf(type))}];`);
    return name;
  };
  const define = (type: (typeof TYPES)[number], text: string) => {
    const name = `t${lines.length}`;
    lines.push(`  ${name}: ${type} = ${text};`);
    values.push({ name, type });
  };
  const integer = () => TYPES[1 + choose(3)] as "u2";
  const makers: readonly (() => void)[] = [
    () => {
      const type = TYPES[choose(4)] as "bool";
      define(type, `${["and", "or", "xor"][choose(3)]}(${pick(type)}, ${pick(type)})`);
    },
    () => {
      const type = TYPES[choose(4)] as "bool";
      define(type, `mux(${pick("bool")}, ${pick(type)}, ${pick(type)})`);
    },
    () => {
      const type = TYPES[choose(4)] as "bool";
      define(type, `not(${pick(type)})`);
    },
    () => {
      const type = integer();
      define("bool", `${["eq", "neq", "lt", "gt", "le", "ge"][choose(6)]}(${pick(type)}, ${pick(type)})`);
    },
    () => {
      const type = integer();
      define(type, `${["add", "sub", "mul"][choose(3)]}(${pick(type)}, ${pick(type)})`);
    },
    () => {
      const type = integer();
      define(type, `${["sll", "srl", "sra"][choose(3)]}(${pick(type)}, ${pick("u2")})`);
    },
    () => {
      const type = TYPES[choose(4)] as "bool";
      define(type, `lut[${choose(256)}](${pick("bool")}, ${pick(type)}, ${pick(type)})`);
    },
    () => define("u4", `rom[${Array.from({ length: 8 }, () => choose(16)).join(", ")}](${pick("u3")})`),
    () => define("u3", `cat(${pick("bool")}, ${pick("u2")})`),
  ];
  if (isStateful)
    for (let at = 0; at < 3; at++) {
      const type = TYPES[choose(4)] as "bool";
      values.push({ name: `r${at}`, type });
    }
  for (let count = 10 + choose(20); count > 0; count--) (makers[choose(makers.length)] as () => void)();
  for (const { name, type } of [...values])
    if (/^r\d/.test(name)) {
      // Choices of its own value, and of constants, are what enables and clears are made of.
      const constant = `k${name}`;
      lines.push(`  ${constant}: ${type} = const[${choose(2 ** widthOf(type))}];`);
      const inner = choose(2) === 0 ? name : pick(type);
      lines.push(`  m${name}: ${type} = mux(${pick("bool")}, ${pick(type)}, ${inner});`);
      lines.push(`  n${name}: ${type} = mux(${pick("bool")}, ${choose(2) === 0 ? constant : pick(type)}, m${name});`);
      const enable = choose(3) === 0 ? `, ${pick("bool")}` : "";
      lines.push(`  ${name}: ${type} = reg[${choose(2 ** widthOf(type))}](n${name}${enable});`);
    }
  const shown = values.filter(({ name }) => !name.startsWith("p")).slice(-5);
  const outputs = shown.map(({ name, type }) => `${name}: ${type}`).join(", ");
  return `def main(${ports.join(", ")}) -> (${outputs}) {\n${lines.join("\n")}\n}\n`;
}

/** Sets all inputs from the bits of a number. */
function apply(run: Machine, bits: number): void {
  let left = bits;
  run.inputs.forEach(({ type }, at) => {
    run.setNarrow(at, 0, left & (2 ** type.width - 1));
    left >>>= type.width;
  });
}

function expectEqual(one: Machine, other: Machine, about: string): void {
  for (let at = 0; at < one.outputs.length; at++)
    if (one.get(at, 0) !== other.get(at, 0)) throw new Error(`${one.outputs[at]?.name} differs: ${about}`);
}

describe("the covered program computes the same", () => {
  const objectives = ["balanced", "area", "delay"] as const;

  test(`${ROUNDS} programs of logic, by all inputs`, { timeout: 120_000 }, () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const choose = chooser(seed);
      const bits = 4 + choose(seed % 20 === 0 ? 10 : 6);
      const text = program(choose, bits, false);
      const graph = graphOf(text, "none");
      const [before, after] = [machine(graph), machine(coveredGraph(graph, objectives[seed % 3] as Objective))];
      for (let row = 0; row < 2 ** bits; row++) {
        for (const run of [before, after]) {
          apply(run, row);
          run.evaluate();
        }
        expectEqual(before, after, `inputs ${row}\n${text}`);
      }
    }
  });

  test("wide programs: 16 bits by all inputs, 20 to 28 by some", { timeout: 120_000 }, () => {
    for (let seed = 0; seed < ROUNDS / 15; seed++) {
      const choose = chooser(seed + 2_000_000);
      const isWhole = seed % 5 === 0;
      const bits = isWhole ? 16 : 20 + choose(9);
      const text = program(choose, bits, false);
      const graph = graphOf(text, "none");
      const [before, after] = [machine(graph), machine(coveredGraph(graph, objectives[seed % 3] as Objective))];
      for (let row = 0; row < (isWhole ? 2 ** bits : 4000); row++) {
        const inputs = isWhole ? row : choose(2 ** bits);
        for (const run of [before, after]) {
          apply(run, inputs);
          run.evaluate();
        }
        expectEqual(before, after, `inputs ${inputs}\n${text}`);
      }
    }
  });

  test(`${ROUNDS} programs with registers, for 200 cycles`, { timeout: 120_000 }, () => {
    for (let seed = 0; seed < ROUNDS; seed++) {
      const choose = chooser(seed + 1_000_000);
      const text = program(choose, 5 + choose(6), true);
      const graph = graphOf(text, "none");
      const reset = seed % 2 === 0 ? "none" : "sync";
      const covered = coveredGraph(graph, objectives[seed % 3] as Objective, reset);
      const runs = [machine(graph, { reset }), machine(covered, { reset })] as const;
      for (let cycle = 0; cycle < 200; cycle++) {
        const row = choose(2 ** 20);
        const isReset = choose(16) === 0;
        for (const run of runs) {
          apply(run, row);
          run.setReset(isReset);
          run.evaluate();
        }
        expectEqual(...runs, `cycle ${cycle}, reset ${reset}\n${text}`);
        for (const run of runs) run.clock();
      }
    }
  });
});

/** A target of nothing but LUTs of `inputs` inputs and flip-flops. */
function lutTarget(inputs: number): Target {
  const rows = 2 ** inputs;
  const names = Array.from({ length: inputs }, (_, at) => `i${at}`);
  const text = `
prim LUT[INIT: u${rows}, role: lut, site: lc](${names.map((one) => `${one}: bool`).join(", ")}) -> (O: bool) {
    table: u${rows} = const[INIT];
    row: u${inputs} = cat(${names.join(", ")});
    rest: u${rows} = srl(table, row);
    O: bool = ext[0](rest);
}
prim FF[role: state, site: lc](C: clock, D: bool) -> (Q: bool) {
    Q: bool = reg[0](D);
}
pat lut<T: i or u or bool, w: 1..>[lc: w, delay: 500](
    ${names.map((one, at) => `${one}${at > 0 ? "?" : ""}: T<w>`).join(", ")}
) -> (y: T<w>) {
    y: T<w> = lut[table](${names.join(", ")});
}
imp lut<w, table>(${names.join(", ")}) -> (y) {
    for i in 0..w {
        y[i] = LUT[0](${names.map(() => "0").join(", ")});
    }
}
`;
  const { value, diagnostics } = loadTarget(`lut${inputs}`, [{ file: "lut.tdl", text }]);
  expect(diagnostics.map((one) => one.message)).toEqual([]);
  return value;
}

test.each([3, 5, 6])("the LUT is what the target says: %i inputs", (inputs) => {
  const family = lutTarget(inputs);
  let widest = 0;
  for (let seed = 0; seed < ROUNDS / 5; seed++) {
    const choose = chooser(seed + 7);
    const text = program(choose, 8, false);
    const graph = graphOf(text, "none");
    const covered = coveredGraph(graph, "balanced", "none", family);
    for (const { op, args } of covered === graph ? [] : covered.nodes)
      if (op !== undefined && !op.wire) {
        expect(op.name).toBe("lut");
        widest = Math.max(widest, args.length);
      }
    const [before, after] = [machine(graph), machine(covered)];
    for (let row = 0; row < 256; row++) {
      for (const run of [before, after]) {
        apply(run, row);
        run.evaluate();
      }
      expectEqual(before, after, `inputs ${row}\n${text}`);
    }
  }
  expect(widest).toBe(inputs);
});

test("few bits tell a function where it matters, if any do", () => {
  const tables = [0xaaaaaaaa, 0xcccccccc, 0xf0f0f0f0, 0xff00ff00, 0xffff0000].map((one) => Int32Array.of(one));
  const table = Int32Array.of((0xaaaaaaaa & 0xf0f0f0f0) ^ 0xffff0000);
  const all = Int32Array.of(-1);
  expect(telling({ table, care: all }, tables, 3)?.toSorted()).toEqual([0, 2, 4]);
  expect(telling({ table, care: all }, tables, 2)).toBeUndefined();
  // Where the last is 0, the first two operands are enough.
  expect(telling({ table, care: Int32Array.of(0x0000ffff) }, tables, 2)?.toSorted()).toEqual([0, 2]);
  expect(telling({ table, care: Int32Array.of(0) }, tables, 2)).toEqual([]);
});

test("functions are taken apart into cells that compute them, what does not matter left open", () => {
  for (let seed = 0; seed < 300; seed++) {
    const choose = chooser(seed);
    const count = 2 + choose(9);
    const most = choose(2) === 0 ? 4 : 6;
    const isSparse = choose(2) === 0;
    const rows = Uint8Array.from({ length: 2 ** count }, () => (isSparse && choose(3) === 0 ? ANY : choose(2)));
    // Half of them are made of few inputs at a time, so that there is something to find.
    if (choose(2) === 0)
      rows.forEach((_, row) => {
        const bit = (at: number) => (row >> (at % count)) & 1;
        rows[row] = ((bit(0) & bit(1)) | (bit(2) ^ bit(3))) & (bit(4) | (bit(5) & bit(6)));
      });
    const func: Func = { inputs: Array.from({ length: count }, (_, at) => at), rows };
    const limits = { inputs: most, cells: 200, arrival: () => 0, delay: 1, required: Number.POSITIVE_INFINITY };
    const cells = decomposeLeast(func, limits, newShapes()) ?? [];
    expect(cells.length).toBeGreaterThan(0);
    for (const { inputs } of cells) expect(inputs.length).toBeLessThanOrEqual(most);
    for (let row = 0; row < rows.length; row++) {
      const values: number[] = [];
      for (const { inputs, rows: own } of cells) {
        const index = inputs.reduce(
          (all, input, at) => all | ((input >= 0 ? (row >> input) & 1 : (values[~input] as number)) << at),
          0,
        );
        values.push(own[index] as number);
      }
      if (rows[row] !== ANY) expect(values.at(-1)).toBe(rows[row]);
    }
  }
});

test("what comes late passes two bits, through however many choices", () => {
  const bits = newBits(newOrigins(0));
  const inputs = Array.from({ length: 16 }, () => leaf(bits, -1));
  const late = inputs.slice(8).reduce((all, one) => xor(bits, and(bits, all, one, -1), all, -1));
  const root = inputs
    .slice(0, 4)
    .reduce((value, test, at) => mux(bits, test, value, inputs[4 + at] as number, -1), late);
  const cone: Cone = { bits, roots: [root], boxes: [], spare: new Map() };
  const depth = ({ bits, roots }: Cone) => {
    const times = new Float64Array(bits.count);
    for (let node = 1; node < bits.count; node++)
      if (bits.kind[node] !== LEAF)
        times[node] =
          1 + Math.max(times[(bits.left[node] as number) >> 1] ?? 0, times[(bits.right[node] as number) >> 1] ?? 0);
    return times[(roots[0] as number) >> 1] as number;
  };
  const value = ({ bits, roots }: Cone, row: number) => {
    const values = new Uint8Array(bits.count);
    const at = (literal: number) => (values[literal >> 1] as number) ^ (literal & 1);
    let next = 0;
    for (let node = 1; node < bits.count; node++) {
      const [a, b] = [at(bits.left[node] as number), at(bits.right[node] as number)];
      values[node] = bits.kind[node] === LEAF ? (row >> next++) & 1 : bits.kind[node] === AND ? a & b : a ^ b;
    }
    return at(roots[0] as number);
  };
  const { cone: even } = balanced(cone, 1000);
  const before = depth({ ...cone, roots: [late] });
  expect(depth(cone)).toBe(before + 8);
  expect(depth(even)).toBeLessThanOrEqual(before + 2);
  for (let row = 0; row < 2 ** 16; row++) if (value(cone, row) !== value(even, row)) expect.fail(`inputs ${row}`);
});

test("cells keep the places of all that they were made of", () => {
  const text = `def main(s: bool, a: i8, b: i8, c: i8, en: bool) -> (y: i8, z: i8) {
  t0: i8 = xor(a, b);
  t1: i8 = and(t0, c);
  t2: i8 = not(t1);
  y: i8 = mux(s, t2, a);
  m: i8 = mux(en, t0, z);
  z: i8 = reg[0](m);
}
`;
  const { netlist } = compile({ file: "spans.ir", text }, target).value;
  const linesOf = (result: string) => {
    const group = netlist?.groups.find((one) => one.result === result);
    const spans = group === undefined ? [] : [group.span, ...group.span.others];
    return spans.map(({ start }) => position({ file: "", text }, start).line);
  };
  expect(linesOf("y")).toEqual([5, 2, 3, 4]);
  expect(linesOf("z")).toEqual([7, 2, 6]);
});

test("formulas say what a truth table is", () => {
  expect(formula(0xcan, ["s", "a", "b"])).toBe("s ? a : b");
  expect(formula(0x8n, ["a", "b"])).toBe("a & b");
  expect(formula(0x96n, ["a", "b", "c"])).toBe("a ^ (b ^ c)");
  expect(formula(0x1n, ["a", "b"])).toBe("~a & ~b");
  expect(formula(0n, ["a"])).toBe("0");
});
