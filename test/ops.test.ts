// The two meanings of an operation are one: `narrow` on 32-bit patterns against `wide`, which is the definition.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { wrapNarrow } from "../lang/eval/machine.ts";
import { lutNarrow, lutWide } from "../lang/lut.ts";
import { type Lane, type Meaning, OPERATIONS } from "../lang/ops.ts";
import { accepts, type Form } from "../lang/signature.ts";
import { BOOL, integer, range, type Type, wrap } from "../lang/type.ts";
import { generator, randomValue } from "./traces.ts";

const rows = [...OPERATIONS.values()].flatMap(({ name, meaning, forms, attrs }) =>
  meaning === undefined || attrs === "tables"
    ? []
    : forms.map((form) => ({ title: `${name} ${form.text}`, meaning, form, attrs })),
);

/** Past every width, past 32 bits, past what a number can hold. */
const LARGE_AMOUNTS = [31n, 32n, 33n, 62n, 63n, 64n, 65n, 8192n, 1n << 32n, 10n ** 40n];

/** Scalars of at most `widest` bits that a letter may stand for. */
function candidates(letter: string, widest: number): readonly Type[] {
  const types = Array.from({ length: widest }, (_, at) => [integer("i", at + 1), integer("u", at + 1)]).flat();
  return [BOOL, ...types].filter((type) => accepts(letter, type));
}

/** All typings of a form by scalars of at most `widest` bits. A result of its own letter is at least as wide. */
function typings(form: Form, widest: number): readonly Pick<Lane, "args" | "type">[] {
  const letters = [...new Set([...form.params, form.result])];
  let bindings: readonly ReadonlyMap<string, Type>[] = [new Map()];
  for (const letter of letters)
    bindings = bindings.flatMap((bound) =>
      candidates(letter, widest)
        .filter((type) => form.params.includes(letter) || letter === "bool" || isWider(type, bound))
        .map((type) => new Map([...bound, [letter, type]])),
    );
  return bindings.map((bound) => ({
    args: form.params.map((letter) => bound.get(letter) as Type),
    type: bound.get(form.result) as Type,
  }));
}

function isWider(type: Type, bound: ReadonlyMap<string, Type>): boolean {
  return [...bound.values()].every((from) => from.kind === type.kind && from.width <= type.width);
}

/** The pattern that a narrow slot holds for a value. */
function pattern(value: bigint): number {
  return Number(BigInt.asIntN(32, value));
}

function expectSame(meaning: Meaning, lane: Lane, x: readonly bigint[]): void {
  const amounts = lane.attrs.map((by) => (by < 63n ? Number(by) : 63));
  const [a = 0, b = 0, c = 0] = [...x.map(pattern), ...amounts];
  const narrow = wrapNarrow(meaning.narrow(a, b, c, meaning.fact(lane)), lane.type) | 0;
  const wide = pattern(wrap(meaning.wide(x, lane), lane.type));
  if (narrow === wide) return;
  const types = lane.args.map((type) => type.text).join(", ");
  expect(narrow, `[${lane.attrs.join(", ")}] of ${x.join(", ")} (${types}) as ${lane.type.text}`).toBe(wide);
}

function allValues(types: readonly Type[]): readonly (readonly bigint[])[] {
  return types.reduce<readonly (readonly bigint[])[]>(
    (lists, type) => {
      const [least, most] = range(type);
      const values = Array.from({ length: Number(most - least) + 1 }, (_, at) => least + BigInt(at));
      return lists.flatMap((list) => values.map((value) => [...list, value]));
    },
    [[]],
  );
}

/** The attributes to try: none, or amounts where they are not an operand. */
function attributes(row: (typeof rows)[number], widest: number): readonly (readonly bigint[])[] {
  if (row.attrs !== "amount" || row.form.params.length > 1) return [[]];
  return [...Array.from({ length: widest + 2 }, (_, at) => BigInt(at)), ...LARGE_AMOUNTS].map((by) => [by]);
}

describe("narrow and wide meanings agree", () => {
  test.each(rows)("$title: all operands of up to 4 bits", (row) => {
    for (const typing of typings(row.form, 4))
      for (const attrs of attributes(row, 4))
        for (const x of allValues(typing.args)) expectSame(row.meaning, { ...typing, attrs }, x);
  });

  test.each(rows)("$title: random operands of up to 32 bits", (row) => {
    const all = typings(row.form, 32);
    const amounts = attributes(row, 32);
    const lanes = fc.record({ typing: fc.nat(all.length - 1), amount: fc.nat(amounts.length - 1), seed: fc.nat() });
    fc.assert(
      fc.property(lanes, ({ typing, amount, seed }) => {
        const lane = { ...(all[typing] as (typeof all)[number]), attrs: amounts[amount] ?? [] };
        const random = generator(seed);
        for (let times = 0; times < 8; times++)
          expectSame(
            row.meaning,
            lane,
            lane.args.map((type) => randomValue(type, random)),
          );
      }),
      { numRuns: 2000, seed: 1 },
    );
  });
});

test("a lut is its truth tables, in both meanings", () => {
  const random = generator(5);
  const pick = (count: number) => Number(BigInt.asUintN(16, randomValue(integer("u", 16), random))) % count;
  for (let times = 0; times < 3000; times++) {
    const type = times % 9 === 0 ? BOOL : integer(pick(2) === 0 ? "i" : "u", 1 + pick(32));
    const args = Array.from({ length: 1 + pick(6) }, () => (pick(3) === 0 ? BOOL : type));
    const rowType = integer("u", 2 ** args.length);
    const attrs = Array.from({ length: pick(2) === 0 ? 1 : type.width }, () => randomValue(rowType, random));
    const x = args.map((arg) => randomValue(arg, random));
    const bits = Array.from({ length: type.width }, (_, bit) => {
      const at = (value: bigint, arg: number) => (value >> (args[arg] === BOOL ? 0n : BigInt(bit))) & 1n;
      const row = x.reduce((all, value, arg) => 2n * all + at(value, arg), 0n);
      return (((attrs.length === 1 ? attrs[0] : attrs[bit]) ?? 0n) >> row) & 1n;
    });
    const expected = wrap(
      bits.reduceRight((all, bit) => 2n * all + bit, 0n),
      type,
    );
    const lane: Lane = { args, type, attrs };
    expect(wrap(lutWide(x, lane), type)).toBe(expected);
    const narrow = lutNarrow(attrs, args, type)((at) => pattern(x[at] ?? 0n));
    expect(wrapNarrow(narrow, type) | 0).toBe(pattern(expected));
  }
});
