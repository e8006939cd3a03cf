// The kernels of logic, written from their definitions.
import { type Row, randomSource } from "../trace.ts";
import { before, indices, number, type Reference, scalar } from "./reference.ts";

function fsm(states: number): Reference {
  return (past) => ({
    y: BigInt.asIntN(4, BigInt(past.reduce((s, row) => (scalar(row, `i${s}`) === 1n ? (s + 1) % states : s), 0))),
  });
}

/** The remainder of the message, as a polynomial over GF(2), times x^width; `init` is added to its leading bits. */
function crc(width: number, divisor: bigint, init: bigint, reflected: boolean, mask: bigint): Reference {
  const mirror = (value: bigint, bits: number) =>
    reflected ? BigInt(`0b${[...value.toString(2).padStart(bits, "0")].reverse().join("")}`) : value;
  return (past) => {
    const first = past.findLastIndex((row) => scalar(row, "start") === 1n);
    const bytes = past.slice(Math.max(first, 0)).map((row) => mirror(scalar(row, "data"), 8));
    let rest = bytes.reduce((all, byte) => (all << 8n) | byte, 0n) << BigInt(width);
    rest ^= init << BigInt(8 * bytes.length);
    for (let bit = 8 * bytes.length + width - 1; bit >= width; bit--)
      if (((rest >> BigInt(bit)) & 1n) === 1n) rest ^= divisor << BigInt(bit - width);
    return { crc: mirror(rest, width) ^ mask };
  };
}

const popcount: Reference = (_past, now) => ({
  y: BigInt([...scalar(now, "x").toString(2)].filter((bit) => bit === "1").length),
});

const sorted = (row: Row): Row => ({
  y: [...((row["v"] as readonly bigint[] | undefined) ?? Array(8).fill(0n))].sort((a, b) => Number(a - b)),
});

export const CRC_32 = crc(32, 0x104c11db7n, 0xffffffffn, true, 0xffffffffn);
export const CRC_8 = crc(8, 0x107n, 0n, false, 0n);

const u32 = (value: bigint) => BigInt.asUintN(32, value);
export const truth = (is: boolean) => (is ? 1n : 0n);

const priority: Reference = (_past, now) => {
  const index = [...scalar(now, "x").toString(2)].reverse().indexOf("1");
  return { index: index < 0 ? 31n : BigInt(index), valid: truth(index >= 0) };
};

const decoder: Reference = (_past, now) => ({ y: scalar(now, "en") << scalar(now, "select") });

const shift: Reference = (_past, now) => {
  const [x, amount] = [scalar(now, "x"), scalar(now, "amount")];
  if (scalar(now, "left") === 1n) return { y: u32(x << amount) };
  return { y: u32((scalar(now, "arithmetic") === 1n ? BigInt.asIntN(32, x) : x) >> amount) };
};

const rotate: Reference = (_past, now) => {
  const [bits, amount] = [scalar(now, "x").toString(2).padStart(32, "0"), number(now, "amount")];
  return { y: BigInt(`0b${bits.slice(amount)}${bits.slice(0, amount)}`) };
};

const multiplexer: Reference = (_past, now) => ({ y: scalar(now, `x${scalar(now, "select")}`) });

const comparison: Reference = (_past, now) => {
  const relations = (suffix: string, a: bigint, b: bigint): Row => ({
    [`lt_${suffix}`]: truth(a < b),
    [`le_${suffix}`]: truth(a <= b),
    [`gt_${suffix}`]: truth(a > b),
    [`ge_${suffix}`]: truth(a >= b),
    [`min_${suffix}`]: a < b ? a : b,
    [`max_${suffix}`]: a > b ? a : b,
  });
  const [a, b] = [scalar(now, "a"), scalar(now, "b")];
  const signed = relations("s", BigInt.asIntN(16, a), BigInt.asIntN(16, b));
  return { equal: truth(a === b), unequal: truth(a !== b), ...relations("u", a, b), ...signed };
};

const saturation: Reference = (_past, now) => {
  const isSigned = scalar(now, "signed") === 1n;
  const [least, most] = isSigned ? [-0x8000n, 0x7fffn] : [0n, 0xffffn];
  const [a, b] = ["a", "b"].map((port) => BigInt[isSigned ? "asIntN" : "asUintN"](16, scalar(now, port))) as Two;
  const exact = scalar(now, "subtract") === 1n ? a - b : a + b;
  return { y: BigInt.asUintN(16, exact < least ? least : exact > most ? most : exact) };
};

type Two = [bigint, bigint];

const alu: Reference = (_past, now) => {
  const [a, b] = [scalar(now, "a"), scalar(now, "b")];
  const isLess = BigInt.asIntN(8, a) < BigInt.asIntN(8, b);
  const results = [a & b, a | b, a ^ b, a + b, a - b, truth(isLess), a << (b & 7n), a >> (b & 7n)];
  const y = BigInt.asUintN(8, results[number(now, "opcode")] as bigint);
  return { y, zero: truth(y === 0n) };
};

/** The reflected code: that of one bit less, then the same backwards with a 1 in front. */
function grayCodes(width: number): readonly bigint[] {
  if (width === 0) return [0n];
  const less = grayCodes(width - 1);
  return [...less, ...[...less].reverse().map((code) => code + (1n << BigInt(width - 1)))];
}

const gray: Reference = (past) => ({ gray: grayCodes(8)[past.length % 256] as bigint });

/** Four decimal digits in hexadecimal are the digits in fours of bits. */
const bcd: Reference = (past, now) => {
  const since = past.slice(past.findLastIndex((row) => scalar(row, "clear") === 1n) + 1);
  const count = since.filter((row) => scalar(row, "count") === 1n).length % 10000;
  return { y: BigInt(`0x${count}`), carry: truth(count === 9999 && scalar(now, "count") === 1n) };
};

/** The sequence that the polynomial x¹⁶ + x¹⁵ + x¹³ + x⁴ + 1 makes; the first 16 bits are the state at the beginning. */
const SEQUENCE = [..."1010110011100001"].map(Number);
for (let n = 16; n < 16 + 65535; n++)
  SEQUENCE.push([16, 15, 13, 4].reduce((all, ago) => all ^ (SEQUENCE[n - ago] as number), 0));

const lfsr: Reference = (past) => ({ y: BigInt(`0b${SEQUENCE.slice(past.length, past.length + 16).join("")}`) });

/** Colours of the main and of the side road, and whether a phase is over after so many ticks, `car` as seen at the last. */
const PHASES: readonly [bigint, bigint, (ticks: number, car: boolean) => boolean][] = [
  [1n, 4n, (ticks, car) => ticks >= 10 && car],
  [2n, 4n, (ticks) => ticks === 3],
  [4n, 4n, () => true],
  [4n, 1n, (ticks, car) => ticks === 8 || (ticks >= 4 && !car)],
  [4n, 2n, (ticks) => ticks === 3],
  [4n, 4n, () => true],
];

const traffic: Reference = (past) => {
  const phaseOf = (at: number) => PHASES[at % 6] as (typeof PHASES)[number];
  let [at, ticks] = [0, 0];
  for (const row of past) {
    if (scalar(row, "tick") === 0n) continue;
    ticks++;
    if (phaseOf(at)[2](ticks, scalar(row, "car") === 1n)) [at, ticks] = [at + 1, 0];
  }
  const [main, side] = phaseOf(at);
  return { main, side };
};

const arbiter: Reference = (past, now) => {
  const chosen = (row: Row, last: number) =>
    indices(8)
      .map((at) => (last + 1 + at) % 8)
      .find((at) => ((number(row, "request") >> at) & 1) === 1);
  const last = past.reduce((before, row) => chosen(row, before) ?? before, 7);
  const granted = chosen(now, last);
  return { grant: granted === undefined ? 0n : 1n << BigInt(granted) };
};

/** References of the kernels of logic. */
export const LOGIC_REFERENCES: Readonly<Record<string, Reference>> = {
  ...Object.fromEntries([3, 5, 7, 9].map((n) => [`fsm_${n}`, fsm(n)])),
  crc_32: CRC_32,
  crc_8: CRC_8,
  popcount_32: popcount,
  popcount_64: popcount,
  sort_8: (_past, now) => sorted(now),
  sort_8_pipelined: (past) => sorted(before(past, 6)),
  priority_32: priority,
  decoder_5: decoder,
  shift_32: shift,
  rotate_32: rotate,
  mux_16: multiplexer,
  compare_16: comparison,
  saturate_16: saturation,
  alu_8: alu,
  gray_8: gray,
  bcd_4: bcd,
  lfsr_16: lfsr,
  traffic,
  arbiter_8: arbiter,
};

const random = randomSource(5);
const some = (count: number, row: (at: number) => Row) => indices(count).map(row);
const bit = () => BigInt(random() % 2);
const word = () => BigInt(random() % 65536);

/** Inputs that random ones hardly meet. */
export const MORE: Readonly<Record<string, readonly Row[]>> = {
  priority_32: [{ x: 0n }, ...some(32, (at) => ({ x: u32(BigInt(random() | 1) << BigInt(at)) }))],
  decoder_5: some(32, (at) => ({ select: BigInt(at), en: 1n })),
  compare_16: some(50, (at) => {
    const a = word();
    return { a, b: BigInt.asUintN(16, a + BigInt((at % 3) - 1)) };
  }),
  saturate_16: some(400, () => ({ a: word(), b: word(), subtract: bit(), signed: bit() })),
  alu_8: some(400, (at) => {
    const a = word() & 255n;
    return { a, b: at % 3 === 0 ? a : word() & 255n, opcode: BigInt(at % 8) };
  }),
  gray_8: some(300, () => ({ en: 1n })),
  traffic: some(400, (at) => ({ tick: truth(at % 7 !== 0), car: truth(at % 90 < 45) })),
  arbiter_8: some(300, (at) => ({ request: BigInt(at % 100 < 50 ? random() & random() & 255 : 255) })),
};
