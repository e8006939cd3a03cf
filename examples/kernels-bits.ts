// Logic without state: encoders, shifters, multiplexers, comparisons and an ALU.
import type { Program } from "../lang/ast.ts";
import type { DefBuilder, Value } from "../lang/builder.ts";
import { kernel, nth, range } from "./kernel.ts";

/** The index of the lowest bit that is set, by halves; the highest index where there is none. `width` is a power of two. */
export function priority(name: string, width: number): Program {
  return kernel(name, `The index of the lowest of ${width} bits that is set; valid unless there is none.`, (d) => {
    const x = d.input("x", `u${width}`);
    const bits = range(width).map((at) => d.at(x, at));
    let layer = range(width / 2).map((at) => {
      const [low, high] = [nth(bits, 2 * at), nth(bits, 2 * at + 1)];
      return { any: d.or(low, high), index: d.cat("u1", [d.not(low)]) };
    });
    for (let wide = 2; layer.length > 1; wide++)
      layer = range(layer.length / 2).map((at) => {
        const [low, high] = [nth(layer, 2 * at), nth(layer, 2 * at + 1)];
        const within = d.mux(low.any, low.index, high.index);
        return { any: d.or(low.any, high.any), index: d.cat(`u${wide}`, [within, d.not(low.any)]) };
      });
    const { any, index } = nth(layer, 0);
    d.output("index", index);
    d.output("valid", any);
  });
}

/** Bit `select` of `y` is `en`, the others are 0. */
export function decoder(name: string, bits: number): Program {
  return kernel(name, `One of ${2 ** bits} lines, if enabled.`, (d) => {
    const select = d.input("select", `u${bits}`);
    const enable = d.input("en", "bool");
    const lines = range(2 ** bits).map((at) => d.and(d.eq(select, d.const(`u${bits}`, at)), enable));
    d.output("y", d.cat(`u${2 ** bits}`, lines));
  });
}

/** Shifts to both sides with one shifter to the right: for the left, bits go in and come out reversed. */
export function shift(name: string): Program {
  return kernel(name, "Shifts by amount: to the left, else to the right, arithmetic or not.", (d) => {
    const x = d.input("x", "u32");
    const amount = d.input("amount", "u5");
    const left = d.input("left", "bool");
    const arithmetic = d.input("arithmetic", "bool");
    const fill = d.and(d.and(arithmetic, d.not(left)), d.at(x, 31));
    const wide = d.cat("i33", [d.mux(left, mirrored(x), x), fill]);
    const shifted = d.ext("u32", d.sra(wide, amount), 0, 31);
    d.output("y", d.mux(left, mirrored(shifted), shifted));

    function mirrored(value: Value): Value {
      return d.cat(
        "u32",
        range(32).map((at) => d.at(value, 31 - at)),
      );
    }
  });
}

/** Rotates to the left: a row of multiplexers for each bit of the amount. */
export function rotate(name: string): Program {
  return kernel(name, "Rotates to the left by amount.", (d) => {
    const x = d.input("x", "u32");
    const amount = d.input("amount", "u5");
    const rows = range(5).reduce((row, at) => d.mux(d.at(amount, at), rotatedLeft(d, row, 2 ** at), row), x);
    d.output("y", rows);
  });
}

/** A u32 rotated to the left by a constant, from 1 to 31. */
export function rotatedLeft(d: DefBuilder, x: Value, by: number): Value {
  return d.cat("u32", [d.ext(`u${by}`, x, 32 - by, 31), d.ext(`u${32 - by}`, x, 0, 31 - by)]);
}

/** One of 16 words. */
export function multiplexer(name: string): Program {
  return kernel(name, "The one of 16 words that select counts.", (d) => {
    const select = d.input("select", "u4");
    const words = range(16).map((at) => d.input(`x${at}`, "u8"));
    d.output("y", chosen(d, select, words));
  });
}

/** A tree of multiplexers, the lowest bit of `select` at its leaves; there are as many values as `select` can count. */
function chosen(d: DefBuilder, select: Value, values: readonly Value[]): Value {
  let layer = values;
  for (let bit = 0; layer.length > 1; bit++) {
    const isOdd = d.at(select, bit);
    layer = range(layer.length / 2).map((at) => d.mux(isOdd, nth(layer, 2 * at + 1), nth(layer, 2 * at)));
  }
  return nth(layer, 0);
}

/** All relations of two words, unsigned with the suffix `u`, signed with `s`, and the smaller and the larger of them. */
export function comparison(name: string): Program {
  return kernel(name, "Two words of 16 bits compared, without (u) and with (s) a sign.", (d) => {
    const [a, b] = [d.input("a", "u16"), d.input("b", "u16")];
    const [sa, sb] = [d.ext("i16", a, 0, 15), d.ext("i16", b, 0, 15)];
    d.output("equal", d.eq(a, b));
    d.output("unequal", d.neq(a, b));
    for (const [suffix, x, y] of [["u", a, b] as const, ["s", sa, sb] as const]) {
      const isLess = d.lt(x, y);
      d.output(`lt_${suffix}`, isLess);
      d.output(`le_${suffix}`, d.le(x, y));
      d.output(`gt_${suffix}`, d.gt(x, y));
      d.output(`ge_${suffix}`, d.ge(x, y));
      d.output(`min_${suffix}`, d.mux(isLess, x, y));
      d.output(`max_${suffix}`, d.mux(isLess, y, x));
    }
  });
}

/** Sum or difference, with or without a sign, by one adder: its lowest bit carries the 1 that a difference needs. */
export function saturation(name: string): Program {
  return kernel(name, "a + b or a - b, held at the least or the greatest number of 16 bits.", (d) => {
    const [a, b] = [d.input("a", "u16"), d.input("b", "u16")];
    const subtract = d.input("subtract", "bool");
    const signed = d.input("signed", "bool");
    const [wideA, wideB] = [widened(a), widened(b)];
    const addend = d.mux(subtract, d.not(wideB), wideB);
    const sum = d.add(d.cat("u18", [d.const("bool", 1), wideA]), d.cat("u18", [subtract, addend]));
    const top = d.at(sum, 17);
    const isOutside = d.xor(top, d.and(signed, d.at(sum, 16)));
    const signedLimit = d.mux(top, d.const("u16", 0x8000), d.const("u16", 0x7fff));
    const unsignedLimit = d.mux(subtract, d.const("u16", 0), d.const("u16", 0xffff));
    const limit = d.mux(signed, signedLimit, unsignedLimit);
    d.output("y", d.mux(isOutside, limit, d.ext("u16", sum, 1, 16)));

    function widened(value: Value): Value {
      return d.cat("u17", [value, d.and(signed, d.at(value, 15))]);
    }
  });
}

/** An ALU of eight operations: and, or, xor, add, sub, less than (signed), shift left, shift right, by code from 0 on. */
export function alu(name: string): Program {
  return kernel(name, "An ALU: and, or, xor, +, -, less than (signed), shift left and right, by opcode.", (d) => {
    const opcode = d.input("opcode", "u3");
    const [a, b] = [d.input("a", "u8"), d.input("b", "u8")];
    const isLess = d.lt(d.ext("i8", a, 0, 7), d.ext("i8", b, 0, 7));
    const less = d.cat("u8", [isLess, d.const("u7", 0)]);
    const amount = d.ext("u3", b, 0, 2);
    const results = [d.and(a, b), d.or(a, b), d.xor(a, b), d.add(a, b)];
    results.push(d.sub(a, b), less, d.sll(a, amount), d.srl(a, amount));
    const y = chosen(d, opcode, results);
    d.output("y", y);
    d.output("zero", d.eq(y, d.const("u8", 0)));
  });
}

/** How many bits of `x` are 1, by full adders made of logic: three bits of a column become one, and one of the next. */
export function popcountLogic(name: string, width: number): Program {
  return kernel(name, `The number of ones in ${width} bits, by columns of full adders.`, (d) => {
    const x = d.input("x", `u${width}`);
    const columns = [range(width).map((at) => d.at(x, at))];
    const digits: Value[] = [];
    for (let column = columns.shift(); column !== undefined; column = columns.shift()) {
      const carries: Value[] = [];
      for (let [a, b, c] = column; a !== undefined && b !== undefined; [a, b, c] = column) {
        const half = d.xor(a, b);
        column.splice(0, 3);
        column.push(c === undefined ? half : d.xor(half, c));
        carries.push(c === undefined ? d.and(a, b) : d.or(d.and(a, b), d.and(half, c)));
      }
      digits.push(nth(column, 0));
      if (carries.length > 0) columns.push(carries);
    }
    d.output("y", d.cat(`u${digits.length}`, digits));
  });
}
