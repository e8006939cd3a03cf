// JSON as events, held against JSON.parse; and traces, as text and as values.
import fc from "fast-check";
import { expect, test } from "vitest";
import { failed } from "../lang/diagnostic.ts";
import { textAt } from "../lang/eval/column.ts";
import { readTrace } from "../lang/eval/trace.ts";
import { type JsonReader, jsonReader } from "../lang/json.ts";
import { integer, range, type Type, vector } from "../lang/type.ts";

/** Builds the value that the reader is at; undefined where the text is wrong. */
function value(json: JsonReader, text: string): unknown {
  switch (json.event) {
    case "number":
    case "true":
    case "false":
    case "null":
      return JSON.parse(text.slice(json.start, json.end));
    case "string":
      return json.text();
    case "[": {
      const list: unknown[] = [];
      for (let event = json.next(); event !== "]" && event !== "wrong"; event = json.next())
        list.push(value(json, text));
      return list;
    }
    case "{": {
      const made: Record<string, unknown> = Object.create(null);
      for (let event = json.next(); event === "key"; event = json.next()) {
        const key = json.text();
        json.next();
        made[key] = value(json, text);
      }
      return made;
    }
    default:
      return undefined;
  }
}

function whole(text: string): { readonly value: unknown } | undefined {
  const json = jsonReader(text);
  json.next();
  const made = value(json, text);
  return json.next() === "end" ? { value: made } : undefined;
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

test("what is JSON is read as JSON.parse does", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(3), (text, indent) => {
      const spaced = JSON.stringify(JSON.parse(text), undefined, indent);
      for (const one of [text, spaced]) expect(JSON.stringify(whole(one)?.value)).toBe(JSON.stringify(JSON.parse(one)));
    }),
    { seed: 1, numRuns: 1000 },
  );
});

test("what is none is refused, with a place in the text", () => {
  const piece = fc.constantFrom(
    ...'[]{},:"\\ \n\t01-+.eEtfn/u',
    "true",
    "null",
    '"a"',
    "[1]",
    "1e5",
    "-0",
    "00",
    "1.",
    "\\u0041",
  );
  fc.assert(
    fc.property(
      fc.json(),
      fc.array(fc.tuple(fc.nat(), piece, fc.nat(2)), { minLength: 1, maxLength: 3 }),
      (text, edits) => {
        const mutant = edits.reduce((all, [at, one, drop]) => {
          const place = at % (all.length + 1);
          return all.slice(0, place) + one + all.slice(place + drop);
        }, text);
        expect(whole(mutant) === undefined).toBe(parsed(mutant) === undefined);
        const json = jsonReader(mutant);
        while (json.next() !== "end" && json.event !== "wrong") expect(json.end).toBeGreaterThan(json.start);
        expect(json.end).toBeLessThanOrEqual(mutant.length);
      },
    ),
    { seed: 1, numRuns: 5000 },
  );
});

test.each(["[", '{"a":'])("a million %s deep", (open) => {
  const deep = open.repeat(1_000_000);
  const found = readTrace({ file: "a.json", text: `{"a": ${deep}` }, { ports: [], hasReset: false });
  expect(found.diagnostics.map((one) => one.code)).toEqual(["unknown-input", "not-json"]);
});

const WIDTHS = [1, 2, 8, 31, 32, 33, 53, 54, 64, 128];
const type: fc.Arbitrary<Type> = fc
  .tuple(fc.constantFrom("i" as const, "u" as const), fc.constantFrom(...WIDTHS), fc.nat(3))
  .map(([kind, width, lanes]) => (lanes === 0 ? integer(kind, width) : vector(integer(kind, width), lanes)));

/** Spellings of a value. */
function spell(value: bigint, how: number): unknown {
  const isSafe = value > -(2n ** 53n) && value < 2n ** 53n;
  const text = `${value < 0n ? "-" : ""}0x${(value < 0n ? -value : value).toString(16)}`;
  return [isSafe ? Number(value) : `${value}`, `${value}`, text][how % 3];
}

test("traces come back as they were written", () => {
  const lane = ({ lane }: Type) => {
    const [min, max] = range(lane);
    return fc.bigInt({ min, max });
  };
  const column = fc.tuple(type, fc.nat(20), fc.nat()).chain(([of, cycles, how]) => {
    const lanes = Math.max(of.lanes, 1);
    const row = fc.array(lane(of), { minLength: lanes, maxLength: lanes });
    return fc.record({
      of: fc.constant(of),
      how: fc.constant(how),
      rows: fc.array(row, { minLength: cycles, maxLength: cycles }),
    });
  });
  fc.assert(
    fc.property(column, ({ of, how, rows }) => {
      const spelled = rows.map((row) => row.map((one, at) => spell(one, how + at)));
      const text = JSON.stringify({ a: of.lanes === 0 ? spelled.map(([one]) => one) : spelled });
      const { value: trace, diagnostics } = readTrace(
        { file: "a.json", text },
        { ports: [{ name: "a", type: of }], hasReset: false },
      );
      expect(failed(diagnostics)).toBe(false);
      const back = rows.map((_, cycle) =>
        trace.columns.map(({ column }) => BigInt(textAt(column, cycle).replaceAll('"', ""))),
      );
      expect(back).toEqual(rows);
    }),
    { seed: 1, numRuns: 500 },
  );
});
