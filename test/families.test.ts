// Families that are proved as a whole: what is left open is what each choice makes, members out of the whole hold when they
// are looked at one by one, and a mistake in a single one of them is found.
import { describe, expect, test } from "vitest";
import { checkTarget } from "../asm/check-target.ts";
import { type Symbolic, symbolic, type Value } from "../asm/families/symbolic.ts";
import { type Template, template } from "../asm/template.ts";
import { parse } from "../lang/parser.ts";
import { type Instance, instancesOf } from "../lang/target/instances.ts";
import { loadTarget } from "../lang/target/load.ts";
import { allNumbers, kindsOf, type Member } from "../lang/target/members.ts";
import type { Pattern, Target } from "../lang/target/target.ts";
import { evaluate } from "../lang/target/value.ts";
import { targetNamed, targetSources } from "./target-files.ts";
import { generator } from "./traces.ts";

const PROBES = { single: [1], few: [1], part: [0, 1] as const, several: [1], many: [1], addresses: [1], dense: 8 };

function widthsOf({ inputs }: Pattern, numbers: ReadonlyMap<string, bigint>): readonly number[] {
  const value = (expr: Parameters<typeof evaluate>[0] | undefined) =>
    expr === undefined ? 1 : Number(evaluate(expr, numbers));
  return inputs.map(({ type }) => value(type.width) * value(type.lanes));
}

/** A member of a family, and what is present in it. */
function draw(pattern: Pattern, random: () => number): { readonly member: Member; readonly instance: Instance } {
  const all = allNumbers(pattern) ?? [];
  const kinds = [...kindsOf(pattern)];
  for (;;) {
    const member = {
      kinds: kinds[random() % kinds.length] ?? new Map(),
      numbers: all[random() % all.length] ?? new Map(),
    };
    const instances = [...instancesOf(pattern, member, PROBES)];
    const instance = instances[random() % instances.length];
    if (instance !== undefined) return { member, instance };
  }
}

/** The cells that are there, with what is left open filled in, as lines; nets by what they are. */
function filled({ cells, dependent, outputs }: Symbolic, { pattern, scope, present }: Instance): readonly string[] {
  const read = (value: Value): bigint => {
    if (typeof value !== "string") return value;
    const { items } = parse({ file: "a.tdl", text: `imp a() -> (y) { y = id(${value}); }` }).value;
    const [one] = items[0]?.body ?? [];
    if (one?.kind !== "instruction" || one.args[0] === undefined) throw new Error(value);
    return evaluate(one.args[0], scope, present);
  };
  const names = inputNames(
    widthsOf(pattern, scope).map((width, at) => (present(nameOf(pattern, at)) ? width : -width)),
  );
  const lines: string[] = [];
  let next = names.length;
  const nameOfNet = (net: number): string => {
    const found = net < 0 ? dependent[-1 - net] : undefined;
    if (found?.kind === "value") return nameOfNet(Number(read(found.text)));
    if (found?.kind === "choice") return nameOfNet(read(found.test) !== 0n ? found.one : found.other);
    return names[net] ?? `?${net}`;
  };
  let shown = 0;
  for (const { prim, params, inputs, guard } of cells) {
    const isThere = read(guard) !== 0n;
    const bits = prim.outputs.reduce((sum, { width }) => sum + width, 0);
    for (let bit = 0; bit < bits; bit++) names[next++] = `${isThere ? shown : "?"}.${bit}`;
    if (!isThere) continue;
    shown++;
    const values = params.map((value, at) => BigInt.asUintN(prim.params[at]?.width ?? 0, read(value)));
    lines.push(`${prim.name} ${values.join(" ")} ${inputs.map(nameOfNet).join(" ")}`);
  }
  return [...lines, ...outputs.map((nets) => nets.map(nameOfNet).join(" "))];
}

/** Names of the constants and of the bits of operands; widths of those that are not connected are negative. */
function inputNames(widths: readonly number[]): string[] {
  const bits = (port: number, width: number) =>
    Array.from({ length: Math.abs(width) }, (_, bit) => `${width < 0 ? "?" : ""}p${port}.${bit}`);
  return ["0", "1", ...widths.flatMap((width, port) => bits(port, width))];
}

function nameOf(pattern: Pattern, at: number): string {
  return pattern.inputs[at]?.name ?? "";
}

function lines({ cells, outputs }: Template, widths: readonly (number | undefined)[]): readonly string[] {
  const names = [
    "0",
    "1",
    ...widths.flatMap((width, port) => inputNames(widths.map((_, at) => (at === port ? (width ?? 0) : 0))).slice(2)),
  ];
  cells.forEach(({ outputs: nets }, at) => {
    nets.forEach((net, bit) => {
      names[net] = `${at}.${bit}`;
    });
  });
  const shown = (nets: readonly number[]) => nets.map((net) => names[net]).join(" ");
  return [
    ...cells.map(({ prim, params, inputs }) => `${prim.name} ${params.join(" ")} ${shown(inputs)}`),
    ...outputs.map(shown),
  ];
}

const FAMILIES: readonly (readonly [name: string, families: RegExp])[] = [
  ["ice40", /^(mul16_sext_zext|acc16_hold_sext_sext_add|acc8_zext_zext_sub|half_add|wide_either)$/],
  ["ultrascale", /^dsp_(mul_sext_sext|acc_zext_zext_add|four_acc_sub)$/],
];

test.each(FAMILIES)("what %s leaves open is what each choice makes", (name, families) => {
  const target = targetNamed(name);
  const random = generator(5);
  let tried = 0;
  for (const pattern of [...target.patterns.values()].filter((one) => families.test(one.name))) {
    const imp = target.implementations.get(pattern.name);
    if (imp === undefined) continue;
    for (let trial = 0; trial < 5; trial++) {
      const { member, instance } = draw(pattern, random);
      const widths = widthsOf(pattern, instance.scope);
      const open = {
        attrs: new Set(pattern.attrs.map((attr) => attr.name)),
        ports: pattern.inputs.map(({ optional }) => optional),
      };
      const made = symbolic(imp, member.numbers, widths, target, open);
      const connected = widths.map((width, at) => (instance.present(nameOf(pattern, at)) ? width : undefined));
      const cells = template(imp, instance.scope, connected, target);
      expect(filled(made, instance), instance.text).toEqual(lines(cells, connected));
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(10);
});

test("all combinations are counted, and those that are looked at one by one are proved", () => {
  const { rows } = checkTarget(targetNamed("ice40"), { only: ["wide_add", "half_either"] });
  // 16 widths, signed or not; registers on operands, behind the sum or twice, with an enable or without.
  expect(rows.map(({ instances, proved, isWhole }) => [instances, proved, isWhole])).toEqual([
    [544, 544, true],
    [1440, 1440, true],
  ]);
});

/** The first counterexample of a pattern after a change of its target. */
function mistake(pattern: string, from: string, to: string, target = "ice40"): string | undefined {
  const sources = targetSources(target);
  expect(sources.some(({ text }) => text.includes(from))).toBe(true);
  const { value } = loadTarget(
    target,
    sources.map((one) => ({ ...one, text: one.text.replace(from, () => to) })),
  );
  return checkTarget(value, { only: [pattern] }).rows[0]?.counterexample;
}

describe("a mistake in a single choice of numbers is found", () => {
  test.each([
    [
      "a bit that is lost",
      "wide_add",
      "ea = extended[32, w, 0](a);\n    if",
      "ea = extended[32, w == 23 ? 22 : w, 0](a);\n    if",
      /w = 23/,
    ],
    [
      "a register that is missing, and only with another one",
      "wide_sub",
      "ra: present(pa) || present(q1), rc: present(pc) || present(q1), back: 0, out: present(y)\n    ](a, c, en, _, O);",
      "ra: present(pa) || (present(q1) && w != 21), rc: present(pc) || present(q1), back: 0, out: present(y)\n    ](a, c, en, _, O);",
      /w = 21, .*q1/,
    ],
    [
      "a result that is shifted",
      "wide_either",
      "y = id(o[0..w]);\n}\n\nimp wide<",
      "y = id(w == 26 ? o[1..w+1] : o[0..w]);\n}\n\nimp wide<",
      /w = 26/,
    ],
  ])("%s", (_what, pattern, from, to, found) => {
    expect(mistake(pattern, from, to)).toMatch(found);
  });
});

test("a reset brings a unit back to where it begins, or it is not proved", () => {
  const { rows } = checkTarget(targetNamed("ultrascale"), { only: ["dsp_logic_xor"] });
  expect(rows.map(({ instances, proved }) => [instances, proved])).toEqual([[192, 192]]);
  const found = mistake("dsp_logic_xor", "\n        rp == 1 ? r : 0", " 0", "ultrascale");
  expect(found).toMatch(/with T = i, w = \d+(, en)?, rst: /);
});

const TIMES = `
prim TIMES[site: d](A: u8, B: u8) -> (O: u16) {
  a: i8 = ext[0, 7](A);  b: i8 = ext[0, 7](B);  m: i8 = mul(a, b);  s: i16 = sext(m);  O: u16 = ext[0, 15](s);
}
pat times<w: 1..8>[d: 1, delay: 1](a: i<w>, b: i<w>) -> (y: i16) { m: i<w> = mul(a, b);  y: i16 = sext(m); }
imp times<w>(a, b) -> (y) {
  for i in 0..8 { p[i] = id(i < w ? a[i] : a[w - 1]);  q[i] = id(i < w ? b[i] : b[w - 1]); }
  y = TIMES(p, q) @d(0, 0);
}
`;

test("what does not follow from a larger member is looked at", () => {
  const loaded = loadTarget("made-up", [{ file: "made-up.tdl", text: TIMES }]);
  expect(loaded.diagnostics.map(({ message }) => message)).toEqual([]);
  const [row] = checkTarget(loaded.value as Target).rows;
  // With 8 bits it is what the cell does, with one there is nothing to lose; those between lose bits before the sign.
  expect([row?.failed, row?.followed]).toEqual([7, 0]);
});
