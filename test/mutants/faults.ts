// Faults to plant: in patterns, implementations, cells and passes. `pattern` names the family whose check should find one
// of a description; those of passes are to be found by programs that come out wrong.
export interface Fault {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly pattern: string | undefined;
}

const IMPS = "targets/ice40/imps.tdl";
const PATS = "targets/ice40/pats.tdl";
const PRIMS = "targets/ice40/prims.tdl";
const TINY = "targets/tiny/imps.tdl";

/** File, family, what is written, what is planted in its place. */
const ROWS: readonly (readonly [file: string, pattern: string, from: string, to: string])[] = [
  [IMPS, "and", "mask: 0x8888", "mask: 0x888A"],
  [IMPS, "or", "mask: 0xEEEE", "mask: 0xEEEA"],
  [IMPS, "xor", "mask: 0x6666", "mask: 0x6667"],
  [IMPS, "mux", "0x2727 : 0xD8D8", "0xD8D8 : 0xD8D8"],
  [IMPS, "add", "(y, co) = chain(a, b, 0, en, rst, clr);", "(y, co) = chain(a, b, 1, en, rst, clr);"],
  [IMPS, "sub", "(y, co) = chain(a, n, 1, en, rst);", "(y, co) = chain(a, n, 1, _, rst);"],
  [IMPS, "reg", "e = SB_LUT4[0xEEEE](en, rst, 0, 0);", "e = SB_LUT4[0x8888](en, rst, 0, 0);"],
  [IMPS, "reg", "q = SB_DFFESS(en, clr, d);", "q = SB_DFFESR(en, clr, d);"],
  [IMPS, "add_lut", "gather(field(table, i, 16), 0, 1, 10, 11,", "gather(field(table, i, 16), 0, 1, 11, 10,"],
  [IMPS, "const_sub", "? 0xC33C : 0x3CC3](", "? 0x3CC3 : 0xC33C]("],
  [IMPS, "eq", "w <= 2 ? 0x6FF6 : 0x9009", "w <= 2 ? 0x6FF6 : 0x9008"],
  [IMPS, "lt", "^ 0xD4D4]", "^ 0xD4D5]"],
  [
    IMPS,
    "lt_carry",
    "c[0] = id(1);\n    for i in 0..w {\n        if sign == 1",
    "c[0] = id(0);\n    for i in 0..w {\n        if sign == 1",
  ],
  [IMPS, "mul_sext", "? 0x7777 : 0x8888", "? 0x8888 : 0x8888"],
  [IMPS, "sll", "if k > clog2(w) {\n        p = past(n);", "if k > clog2(w) + 1 {\n        p = past(n);"],
  [IMPS, "mul16_sext_sext", "rh: present(y), back: 0", "rh: present(r3), back: 0"],
  [
    IMPS,
    "half_add",
    "TOPADDSUB_UPPERINPUT: back == 0, BOTOUTPUT_SELECT",
    "TOPADDSUB_UPPERINPUT: back == 1, BOTOUTPUT_SELECT",
  ],
  [IMPS, "rom_reg", "? 0xBBBB : 0x8888](v[i], seen", "? 0x8888 : 0x8888](v[i], seen"],
  [IMPS, "sram", "hit = SB_LUT4[0x8888](same, pe, 0, 0);", "hit = SB_LUT4[0xAAAA](same, pe, 0, 0);"],
  [
    PATS,
    "sub_const",
    "s: T<w> = sub(a, b);\n    y: T<w> = reg?[init](s, en, rst);\n}\n\npat const_sub",
    "s: T<w> = sub(b, a);\n    y: T<w> = reg?[init](s, en, rst);\n}\n\npat const_sub",
  ],
  [PATS, "xor", "s: T<w> = xor(a, b);", "s: T<w> = or(a, b);"],
  [PRIMS, "add", "passed: bool = and(any, CI);", "passed: bool = and(both, CI);"],
  [
    PRIMS,
    "mul16_sext_sext",
    "wideJ: u32 = mux(signedB, wideSJ, wideZJ);",
    "wideJ: u32 = mux(signedB, wideZJ, wideSJ);",
  ],
  [TINY, "sub", "along: 0xB2B2, out: 0x6969", "along: 0xB2B2, out: 0x9696"],
  [TINY, "mul", "LUT4[0xF880]", "LUT4[0xF888]"],
  [TINY, "sra", "(a, n, a[w - 1])", "(a, n, 0)"],
];

const PASSES: readonly (readonly [file: string, from: string, to: string])[] = [
  ["asm/expand.ts", "net(Math.min(bit, from - 1))", "net(Math.min(bit, Math.max(from - 2, 0)))"],
  ["asm/expand.ts", "(bit < from ? net(bit) : LOW)),", "(bit < from ? net(bit) : HIGH)),"],
  ["asm/expand.ts", "bit + Number(by) : from - 1)", "bit + Number(by) : 0)"],
  ["asm/expand.ts", "(BigInt(bit) < by ? LOW", "(BigInt(bit) <= by ? LOW"],
  ["asm/expand.ts", ">> BigInt(bit)) & 1n ? HIGH : LOW", ">> BigInt(bit)) & 1n ? LOW : HIGH"],
  ["asm/simplify.ts", "folded |= 1n << BigInt(row);", "folded |= 1n << BigInt(row ^ 1);"],
  ["asm/simplify.ts", "else alias[out] = known;", "else alias[out] = LOW;"],
  ["asm/template.ts", "return value === 1n ? HIGH : LOW;", "return value === 1n ? LOW : HIGH;"],
  ["isel/match.ts", "if (commutes && !isSymmetric", "if (!isSymmetric"],
  ["isel/select.ts", "values.every((value) => value === values[0]);", "values.some((value) => value === values[0]);"],
  ["isel/logic/registers.ts", "|| of(data) === value[leaf];", "|| of(data) !== UNKNOWN;"],
  ["isel/logic/registers.ts", "^ (isInverted[bit] === true ? 1 : 0)", "^ 0"],
  ["isel/logic/blast.ts", "c = mux(bits, half, c, x, origin);", "c = mux(bits, half, x, c, origin);"],
  ["isel/logic/blast.ts", "less: and(bits, not(x), y, origin)", "less: and(bits, x, not(y), origin)"],
  ["isel/logic/blast.ts", "gt: comparison(true, false)", "gt: comparison(false, false)"],
  ["isel/logic/blast.ts", "sext: widen(top)", "sext: widen(zero)"],
  ["isel/logic/blast.ts", "sra: shift((bit, by) => bit + by, top)", "sra: shift((bit, by) => bit + by, zero)"],
  [
    "isel/logic/blast.ts",
    "mux(bits, operands[at] as Literal, high, low, origin)",
    "mux(bits, operands[at] as Literal, low, high, origin)",
  ],
  ["isel/logic/blast.ts", 'type.kind === "i" ? row.map', 'type.kind === "u" ? row.map'],
  [
    "isel/logic/bits.ts",
    "if ((a ^ x) === 1 || (a ^ y) === 1) return FALSE;",
    "if ((a ^ x) === 1 || (a ^ y) === 1) return b;",
  ],
  [
    "isel/logic/bits.ts",
    "return a === x ? y : a === y ? x : undefined;",
    "return a === x ? x : a === y ? y : undefined;",
  ],
  [
    "isel/logic/bits.ts",
    "if ((a ^ b) === 1) return xor(bits, test, b, origin);",
    "if ((a ^ b) === 1) return xor(bits, test, a, origin);",
  ],
  ["lang/target/fold.ts", "condition === 0n ? 2 : 1", "condition === 0n ? 1 : 2"],
  ["lang/target/value.ts", "end - width, end)", "end - width, end - 1)"],
];

export const FAULTS: readonly Fault[] = [
  ...ROWS.map(([file, pattern, from, to]) => ({ file, pattern, from, to })),
  ...PASSES.map(([file, from, to]) => ({ file, pattern: undefined, from, to })),
];
