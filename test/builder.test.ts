// Programs made by the builder: what their text is, that they mean what their calls say, and which mistakes are refused.
import { describe, expect, test } from "vitest";
import { BuildError, type DefBuilder, programBuilder, singleDef, type TypeLike } from "../lang/builder.ts";
import { check } from "../lang/check.ts";
import { OPERATIONS } from "../lang/ops.ts";
import { parse } from "../lang/parser.ts";
import { print } from "../lang/printer.ts";

const text = (fill: (d: DefBuilder) => void) => print(singleDef("f", fill));
const lines = (...all: readonly string[]) => `${all.join("\n")}\n`;

describe("names", () => {
  test("values without one count in the order of the instructions, past those that are taken", () => {
    const made = text((d) => {
      const a = d.input("t1", "i8");
      const sum = d.add(a, a);
      const named = d.mul(sum, a, { name: "square", hint: "dsp" });
      d.output("y", d.sub(named, d.not(sum)));
    });
    expect(made).toBe(
      lines(
        "def f(t1: i8) -> (y: i8) {",
        "    t0: i8 = add(t1, t1);",
        "    square: i8 = mul(t0, t1) @dsp;",
        "    t2: i8 = not(t0);",
        "    y: i8 = sub(square, t2);",
        "}",
      ),
    );
  });

  test("an output is an instruction's own name where it can be, else an `id`", () => {
    const made = text((d) => {
      const a = d.input("a", "bool");
      const b = d.not(a);
      d.output("x", a);
      d.output("y", b);
      d.output("z", b);
    });
    expect(made).toBe(
      lines(
        "def f(a: bool) -> (x: bool, y: bool, z: bool) {",
        "    y: bool = not(a);",
        "    x: bool = id(a);",
        "    z: bool = id(y);",
        "}",
      ),
    );
  });

  test("a program can be built again, and says the same", () => {
    const program = programBuilder();
    const d = program.def("f");
    d.output("y", d.not(d.not(d.input("a", "u3"))));
    expect(print(program.build())).toBe(print(program.build()));
  });
});

describe("feedback", () => {
  test("a register that feeds itself", () => {
    const made = text((d) => {
      const enable = d.input("en", "bool");
      const one = d.const("u4", 1);
      d.output(
        "y",
        d.feedback("u4", (count) => d.add(count, one), { init: 7, enable, hint: "lut" }),
      );
    });
    expect(made).toBe(
      lines(
        "def f(en: bool) -> (y: u4) {",
        "    t0: u4 = const[1];",
        "    t1: u4 = add(y, t0);",
        "    y: u4 = reg[7](t1, en) @lut;",
        "}",
      ),
    );
  });

  test("two registers that feed each other, one of them an output before it is defined", () => {
    const made = text((d) => {
      const ping = d.declare("bool");
      const pong = d.declare("bool", "pong");
      d.output("ping", ping);
      d.define(ping, d.reg(pong));
      d.define(pong, d.reg(ping, { init: 1 }));
    });
    expect(made).toBe(
      lines("def f() -> (ping: bool) {", "    ping: bool = reg[0](pong);", "    pong: bool = reg[1](ping);", "}"),
    );
  });

  test("a declared value that is a named one, or an input, is joined to it", () => {
    const made = text((d) => {
      const a = d.input("a", "i8");
      const [x, y] = [d.declare("i8", "x"), d.declare("i8")];
      d.output("z", d.add(x, y));
      d.define(x, a);
      d.define(y, d.not(a, { name: "n" }));
    });
    expect(made).toBe(
      lines(
        "def f(a: i8) -> (z: i8) {",
        "    z: i8 = add(x, t0);",
        "    x: i8 = id(a);",
        "    n: i8 = not(a);",
        "    t0: i8 = id(n);",
        "}",
      ),
    );
  });
});

test("calls have several results", () => {
  const program = programBuilder();
  program.comment("Two\nlines.");
  const main = program.def("main");
  const both = program.def("both");
  const [a, b] = [both.input("a", "u8"), both.input("b", "u8<2>")];
  both.output("p", both.not(a));
  both.output("q", both.id(b));
  const results = main.call(both, [main.input("a", "u8"), main.input("b", "u8<2>")], { names: ["p"] });
  results.forEach((value, at) => main.output(`y${at}`, value));
  expect(print(program.build())).toBe(
    lines(
      "// Two",
      "// lines.",
      "def main(a: u8, b: u8<2>) -> (y0: u8, y1: u8<2>) {",
      "    (p: u8, y1: u8<2>) = both(a, b);",
      "    y0: u8 = id(p);",
      "}",
      "",
      "def both(a: u8, b: u8<2>) -> (p: u8, q: u8<2>) {",
      "    p: u8 = not(a);",
      "    q: u8<2> = id(b);",
      "}",
    ),
  );
});

test("literals: negative and small ones in decimal, others of a `u` and the words of a memory in hexadecimal", () => {
  const made = text((d) => {
    const k = d.input("k", "u1");
    d.output("a", d.const("i16", -300));
    d.output("b", d.const("u128", 2n ** 127n));
    d.output("c", d.const("u8<2>", [1, 255]));
    d.output("d", d.rom("u8", k, { contents: [1, 0xab] }));
    d.output("e", d.srom("i8", k, { contents: [-1, 1] }));
    d.output("f", d.rom("i8", k, { contents: "words.txt" }));
  });
  expect(made).toBe(
    lines(
      "def f(k: u1) -> (a: i16, b: u128, c: u8<2>, d: u8, e: i8, f: i8) {",
      "    a: i16 = const[-300];",
      "    b: u128 = const[0x80000000000000000000000000000000];",
      "    c: u8<2> = const[1, 255];",
      "    d: u8 = rom[0x01, 0xab](k);",
      "    e: i8 = srom[-1, 1](k);",
      '    f: i8 = rom["words.txt"](k);',
      "}",
    ),
  );
});

/** A def that uses every operation of the language, in each of its forms. */
function everything(d: DefBuilder): void {
  const [a, b, v] = [d.input("a", "i8"), d.input("b", "i8"), d.input("v", "i8<4>")];
  const [k, on] = [d.input("k", "u3"), d.input("on", "bool")];
  const made = [
    ...([d.add, d.sub, d.mul, d.and, d.or, d.xor] as const).map((op) => op(a, b)),
    ...([d.eq, d.neq, d.lt, d.gt, d.le, d.ge] as const).map((op) => op(a, b)),
    ...([d.sll, d.srl, d.sra] as const).flatMap((op) => [op(a, 2), op(a, k)]),
    ...([d.not, d.id] as const).flatMap((op) => [op(a), op(v), op(on)]),
    ...[
      d.mux(on, a, b),
      d.mux(on, v, v),
      d.lut("i8", 0xca, [on, a, b]),
      d.lut("u3", [1, 2, 3], [k]),
      d.reg(v, { init: [1, 2, 3, 4], enable: on }),
    ],
    ...[d.const("i8<4>", 3), d.sext("i16", a), d.zext("i9<4>", v)],
    ...[d.ext("u4", a, 1, 4), d.at(a, 7), d.at(v, 3), d.ext("i8<2>", v, 1, 2), d.ext("i8<1>", v, 0)],
    ...[d.cat("u20", [a, on, k, b]), d.cat("i8<6>", [a, v, b]), d.cat("u32", [v])],
    ...[d.rom("bool", k), d.srom("u8", k), d.srom("u8", k, { enable: on })],
    ...[d.ram, d.sram].flatMap((op) => [
      op({ address: k, data: a, write: on }),
      op({ address: k, data: a, write: on, readAddress: k }),
    ]),
    d.sram({ address: k, data: v, write: on, enable: on }),
    d.sram({ address: k, data: a, write: on, readAddress: k, enable: on }),
    d.op("ext", "u2", [a], [0, 1]),
    d.op("rom", "u2", [k], "file"),
  ];
  made.forEach((value, at) => d.output(`y${at}`, value));
}

test("every operation can be built, and is what the checker takes", () => {
  const program = singleDef("f", everything);
  const source = { file: "f.ir", text: print(program) };
  const parsed = parse(source);
  expect(parsed.diagnostics).toEqual([]);
  for (const one of [program, parsed.value]) {
    const { diagnostics } = check(one, "ir", { files: () => "0 1 2 3 0 1 2 3" });
    expect(diagnostics.map((d) => d.message)).toEqual([]);
  }
  expect(print(parsed.value)).toBe(source.text);
  const used = new Set(program.items[0]?.body.map((one) => (one.kind === "instruction" ? one.op.text : "")));
  expect([...used].sort()).toEqual([...OPERATIONS.keys()].sort());
});

/** What is done wrong, and a part of what is said about it. */
const MISTAKES: readonly (readonly [message: string, fill: (d: DefBuilder) => void])[] = [
  ["f: operand 2 of `add` is `i9`, expected `i8`", (d) => d.add(d.input("a", "i8"), d.input("b", "i9"))],
  [
    "f: operand 1 of `mux` is `u1`, expected `bool`",
    (d) => d.mux(d.input("a", "u1"), d.input("b", "i8"), d.id(d.declare("i8"))),
  ],
  ["f: operand 1 of `eq` is `u1<2>`, expected a scalar", (d) => d.eq(d.input("a", "u1<2>"), d.input("b", "u1<2>"))],
  ["f: `reg` does not take 0 operands", (d) => d.op("reg", "i8", [], [0])],
  ["f: `nand` is no operation", (d) => d.op("nand", "i8", [])],
  ["f: `a` is defined twice", (d) => [d.input("a", "i8"), d.input("a", "i8")]],
  ["f: `a` is defined twice", (d) => d.output("a", d.not(d.input("a", "i8")))],
  ["f: the output `y` is listed twice", (d) => [d.output("y", d.const("i8", 1)), d.output("y", d.const("i8", 1))]],
  ["`9a` is not a name", (d) => d.input("9a", "i8")],
  ["`a->b` is not a name", (d) => d.input("a->b", "i8")],
  ["`i0` is not a type", (d) => d.input("a", "i0")],
  ["`i8<0>` is not a type", (d) => d.input("a", "i8<0>")],
  ["`bool<2>` is not a type", (d) => d.input("a", "bool<2>" as TypeLike)],
  ["f: 256 does not fit in `u8`", (d) => d.const("u8", 256)],
  ["f: 3 values for `u8<2>`", (d) => d.const("u8<2>", [1, 2, 3])],
  ["f: the contents do not fit: 1 value for 2 words", (d) => d.rom("u8", d.input("k", "u1"), { contents: [1] })],
  ["f: `i8` has no 4 to 8", (d) => d.ext("u5", d.input("a", "i8"), 4, 8)],
  ["f: 0 to 1 of `i8` are not `u3`", (d) => d.ext("u3", d.input("a", "i8"), 0, 1)],
  ["f: `i8`, `i8` do not make `u15`", (d) => d.cat("u15", [d.input("a", "i8"), d.input("b", "i8")])],
  ["f: `u8`, `i8` do not make `u8<2>`", (d) => d.cat("u8<2>", [d.input("a", "u8"), d.input("b", "i8")])],
  ["f: `zext` does not make `i7` of `i8`", (d) => d.zext("i7", d.input("a", "i8"))],
  ["f: -1 is no amount", (d) => d.sll(d.input("a", "i8"), -1)],
  ["f: `q` is declared and never defined", (d) => d.output("y", d.not(d.declare("i8", "q")))],
  ["f: `q` is `i8`, its value is `i9`", (d) => d.define(d.declare("i8", "q"), d.input("a", "i9"))],
  ["f: `a` is defined already", (d) => d.define(d.input("a", "i8"), d.const("i8", 1))],
  ["f: a value of another def", (d) => singleDef("g", (other) => d.not(other.input("a", "i8")))],
  ["f: `g` is no def of this program", (d) => singleDef("g", (other) => d.call(other, []))],
  ["a def cannot be called `add`: the name is taken", () => programBuilder().def("add")],
];

test.each(MISTAKES)("refused: %s", (message, fill) => {
  expect(() => singleDef("f", fill)).toThrow(new BuildError(message));
});
