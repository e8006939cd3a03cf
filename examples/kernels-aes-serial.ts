// AES-128 encryption (FIPS 197), a column a cycle, with four S-boxes for the state and the key.
import type { Program } from "../lang/ast.ts";
import type { DefBuilder, ProgramBuilder, Value } from "../lang/builder.ts";
import { kernel, nth, range } from "./kernel.ts";
import { doubleDef, mixed, only, only2, sbox, tableDef } from "./kernels-aes.ts";

const ABOUT = `AES-128 encryption (FIPS 197), a column a cycle, with four S-boxes in PLACE, the key expanded on the way.
While load is high, key and plaintext take four words in four cycles, the first bytes first; a word is the number that its
bytes make in hexadecimal. A round takes five cycles, one of them for the key; 52 cycles after the last word ready rises,
and ciphertext stays until the next load.`;

/** Where the S-boxes are. */
export type Tables = "lut" | "bram";

/**
 * The kernel. The rows of the state are shifted to the left as columns are looked up, so that the bytes of a column after
 * ShiftRows are always at the same places: row r at place r, or, where that has come round, at place r - 4, for which the
 * rows are longer on the left. What has been looked up comes a cycle later, and goes in at place 2; the last column at
 * place 3.
 */
export function aes128Serial(name: string, tables: Tables): Program {
  const about = ABOUT.replace("PLACE", tables === "lut" ? "LUTs" : "block RAMs");
  return kernel(name, about, (d, program) => {
    const doubling = doubleDef(program);
    const lookUp = tables === "lut" ? lutDef(program, doubling) : tableDef(program);
    const load = d.input("load", "bool");
    const [keyIn, textIn] = [d.input("key", "u32"), d.input("plaintext", "u32")];
    const control = controlOf(d, load);
    const { step, isLast, isShown } = control;
    const always = d.const("bool", 1);

    const rows = range(4).map((r) => places(d, r));
    const key = range(4).map((w) => d.declare("u32", `key${w}`));
    const newest = nth(key, 3);
    const addresses = range(4).map((r) => {
      const [here, round] = [nth(rows, r).get(r) as Value, nth(rows, r).get(r - 4)];
      const column = round === undefined ? here : d.mux(d.lt(step, d.const("u3", 5 - r)), here, round);
      // RotWord.
      return d.mux(d.eq(step, d.const("u3", 0)), byteOf(d, newest, (r + 1) % 4), column);
    });
    const found = addresses.map((address) => only2(d.call(lookUp, [address, always])));

    const columns = mixed(d, found);
    const results = range(4).map((r) => d.xor(d.mux(isLast, nth(found, r)[0], nth(columns, r)), byteOf(d, newest, r)));
    const isFirst = d.eq(step, d.const("u3", 1));
    const moves = d.or(load, d.neq(step, d.const("u3", 0)));
    const taken = d.xor(textIn, keyIn);
    rows.forEach((row, r) => {
      for (const [place, value] of row) {
        const before = row.get(place + 1);
        const result = nth(results, r);
        if (before === undefined)
          d.define(value, d.reg(d.mux(load, byteOf(d, taken, r), result), { enable: d.or(load, isShown) }));
        else if (place === 2) d.define(value, d.reg(d.mux(d.or(load, isFirst), before, result), { enable: moves }));
        else d.define(value, d.reg(before, { enable: moves }));
      }
    });

    const constant = d.declare("u8", "constant");
    const double = only(d, doubling, [constant]);
    d.define(constant, d.reg(d.mux(load, d.const("u8", 1), double), { enable: d.or(load, isFirst) }));
    const substituted = found.map(([y]) => y);
    const first = [d.xor(nth(substituted, 0), constant), ...substituted.slice(1)];
    const word = d.xor(nth(key, 0), d.mux(isFirst, d.cat("u32", [...first].reverse()), newest));
    key.forEach((value, w) => {
      const next = key[w + 1] ?? d.mux(load, keyIn, word);
      d.define(value, d.reg(next, { enable: moves }));
    });

    const bytes = range(16).map((k) => nth(rows, k % 4).get(Math.floor(k / 4)) as Value);
    d.output("ciphertext", d.cat("u128", [...bytes].reverse()));
    d.output("ready", control.ready);
  });
}

interface Control {
  /** 0 for the key, then one for each column; 0 when nothing is to be done. */
  readonly step: Value;
  /** Whether what has been looked up is of the last round. */
  readonly isLast: Value;
  /** Whether the last column of a round has been looked up. */
  readonly isShown: Value;
  readonly ready: Value;
}

function controlOf(d: DefBuilder, load: Value): Control {
  const [zero, four] = [d.const("u3", 0), d.const("u3", 4)];
  const busy = d.declare("bool", "busy");
  const step = d.declare("u3", "step");
  const round = d.declare("u4", "round");
  const isZero = d.eq(step, zero);
  const isLast = d.eq(round, d.const("u4", 10));
  const isEnd = d.and(isZero, isLast);
  const isShown = d.and(d.and(busy, isZero), d.neq(round, d.const("u4", 0)));
  d.define(busy, d.reg(d.or(load, d.and(busy, d.not(isEnd)))));
  const next = d.mux(d.eq(step, four), zero, d.add(step, d.const("u3", 1)));
  const stands = d.or(load, d.or(isEnd, d.not(busy)));
  d.define(step, d.reg(d.mux(stands, zero, next)));
  const isFirst = d.eq(step, d.const("u3", 1));
  const later = d.mux(isFirst, d.add(round, d.const("u4", 1)), round);
  d.define(round, d.reg(d.mux(load, d.const("u4", 0), later)));
  const ready = d.declare("bool");
  d.define(ready, d.reg(d.and(d.or(ready, d.and(busy, isEnd)), d.not(load))));
  return { step, isLast, isShown, ready };
}

/** The bytes of row `r`, by place. */
function places(d: DefBuilder, r: number): ReadonlyMap<number, Value> {
  const least = r === 0 ? 0 : r - 4;
  return new Map(
    range(4 - least).map((k) => {
      const place = least + k;
      return [place, d.declare("u8", `row${r}_${place < 0 ? `before${-place}` : place}`)];
    }),
  );
}

/** Byte `k` of a word, counted as the standard does. */
function byteOf(d: DefBuilder, word: Value, k: number): Value {
  return d.ext("u8", word, 24 - 8 * k, 31 - 8 * k);
}

/** The S-box as logic with a register behind it, and the double of what it gives. */
function lutDef(program: ProgramBuilder, doubling: DefBuilder): DefBuilder {
  const d = program.def("table");
  const [x, enable] = [d.input("x", "u8"), d.input("en", "bool")];
  const y = d.reg(d.rom("u8", x, { contents: sbox(), hint: "lut" }), { enable });
  d.output("y", y);
  d.output("z", only(d, doubling, [y]));
  return d;
}
