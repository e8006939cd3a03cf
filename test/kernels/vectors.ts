// The traces of the suite in examples/kernels: inputs, and what has to come out by a published vector or by a reference
// that is written from the definition. Nothing here asks our evaluator.
import { type Row, randomSource, randomTrace, started } from "../trace.ts";
import { EXAMPLES, encrypted, FORMS, rowsOf } from "./aes.ts";
import { CIPHERS } from "./ciphers.ts";
import { LOGIC_REFERENCES, MORE, truth } from "./logic.ts";
import { before, fileOf, indices, type Reference, scalar } from "./reference.ts";
import { ROUNDS } from "./rounds.ts";
import { MORE_STREAMS, STREAMS } from "./streams.ts";
import { SUMS } from "./sums.ts";

/** A trace with its outputs; `from` is the first cycle that is compared. */
export interface Vector {
  readonly inputs: readonly Row[];
  readonly outputs: readonly Row[];
  readonly from: number;
}

/** The vectors of a kernel: a function of its name, so that only what is asked for is computed. */
type Vectors = (name: string) => readonly Vector[];

/** Values of inputs in a random trace, and the bounds of its cycles; at most so many chosen rows behind them. */
const VALUES = 3000;
const FEWEST = 12;
const MOST = 64;

/** Random inputs and then chosen ones, with what the reference gives. */
function referred(reference: Reference, chosen: readonly Row[], most = MOST): Vectors {
  return (name) => {
    const machine = started(fileOf(name));
    const lanes = machine.inputs.reduce((sum, { type }) => sum + Math.max(type.lanes, 1), 0);
    const cycles = Math.max(FEWEST, Math.min(MOST, Math.floor(VALUES / lanes)));
    const inputs = [...randomTrace(machine, cycles, name.length + 1), ...chosen.slice(0, most)];
    const past: Row[] = [];
    const outputs = inputs.map((row) => {
      const seen = reference(past, row);
      if (row["en"] !== 0n) past.push(row);
      return seen;
    });
    return [{ inputs, outputs, from: 0 }];
  };
}

/** The examples of FIPS 197, one behind the other, each compared when its result is there. */
function aes(name: string): readonly Vector[] {
  const form = FORMS[name];
  if (form === undefined) throw new Error(`no form of ${name}`);
  return EXAMPLES.map(([, key, plaintext, ciphertext]) => {
    const inputs = rowsOf(form, [[key, plaintext]]);
    if (encrypted(key, plaintext) !== ciphertext) throw new Error("the reference is wrong");
    const outputs = inputs.map(() => ({ ready: 1n, ciphertext }));
    return { inputs, outputs, from: form.cycles };
  });
}

/** Something else is on the inputs while a result is computed; it stays for some cycles. */
function byRounds(name: string): readonly Vector[] {
  const { cycles, examples } = ROUNDS[name] ?? { cycles: 0, examples: [] };
  return examples.map(({ inputs, outputs }) => {
    const other = Object.fromEntries(Object.keys(inputs).map((port) => [port, 1n]));
    const rows = indices(cycles + 3).map((at): Row => ({ ...(at === 0 ? inputs : other), start: truth(at === 0) }));
    return { inputs: rows, outputs: rows.map(() => ({ ...outputs, ready: 1n })), from: cycles };
  });
}

/** The first read of a memory of a line gives what is not specified, until it has left the window. */
const lineBuffers: Vectors = (name) =>
  referred(STREAMS[name] as Reference, MORE_STREAMS[name] ?? [], 200)(name).map((one) => ({ ...one, from: 8 }));

/** A start bit, eight bits of data and a stop bit of 104 cycles each, two cycles after the byte was taken. */
function transmission(): readonly Vector[] {
  const random = randomSource(5);
  const inputs = indices(2400).map((at): Row => ({ data: BigInt(random() & 255), send: truth(at % 1300 < 600) }));
  const line: bigint[] = Array(4000).fill(1n);
  const ready: bigint[] = Array(4000).fill(1n);
  for (let at = 0; at < inputs.length; at++) {
    const row = inputs[at] as Row;
    if (row["send"] === 0n) continue;
    const bits = [0n, ...indices(8).map((place) => (scalar(row, "data") >> BigInt(place)) & 1n), 1n];
    bits.forEach((level, place) => line.fill(level, at + 2 + 104 * place, at + 2 + 104 * (place + 1)));
    ready.fill(0n, at + 1, at + 1 + 1040);
    at += 1040;
  }
  const outputs = inputs.map((_, at) => ({ tx: line[at] as bigint, ready: ready[at] as bigint }));
  return [{ inputs, outputs, from: 0 }];
}

const i16 = (value: number) => (value << 16) >> 16;

/** CORDIC as Volder defines it (1959), in whole numbers: by half a turn first, then by arctan 2^-k towards an angle of 0. */
function turned(x0: number, y0: number, angle0: number, stages: number): readonly [number, number] {
  const isFar = Math.abs(angle0) > 16384 || angle0 === 16384;
  const side = angle0 < 0 ? 1 : -1;
  let [x, y, angle] = isFar ? [i16(side * y0), i16(-side * x0), i16(angle0 + side * 16384)] : [x0, y0, angle0];
  for (const k of indices(stages)) {
    const d = angle < 0 ? -1 : 1;
    [x, y] = [i16(x - d * (y >> k)), i16(y + d * (x >> k))];
    angle = i16(angle - d * Math.round((Math.atan(2 ** -k) / (2 * Math.PI)) * 65536));
  }
  return [x, y];
}

const cordic: Reference = (past) => {
  if (past.length < 15) return {};
  const row = before(past, 15);
  const [x, y, angle] = ["x", "y", "angle"].map((port) => Number(BigInt.asIntN(16, scalar(row, port)))) as Three;
  const [xr, yr] = turned(x, y, angle, 14);
  return { xr: BigInt(xr), yr: BigInt(yr) };
};

type Three = [number, number, number];

/** Vectors of lengths that do not overflow, in all directions. */
function turns(): readonly Vector[] {
  const random = randomSource(7);
  const inputs = indices(80).map((at): Row => {
    const radius = random() % 19000;
    const direction = (random() / 2 ** 32) * 2 * Math.PI;
    const [x, y] = [Math.trunc(radius * Math.cos(direction)), Math.trunc(radius * Math.sin(direction))];
    return { x: BigInt(x), y: BigInt(y), angle: BigInt((random() % 65536) - 32768), en: truth(at < 20 || at % 5 > 0) };
  });
  const past: Row[] = [];
  const outputs = inputs.map((row) => {
    const seen = cordic(past, row);
    if (row["en"] !== 0n) past.push(row);
    return seen;
  });
  return [{ inputs, outputs, from: 15 }];
}

const ALL: Readonly<Record<string, Vectors>> = {
  ...mapped({ ...SUMS, ...STREAMS, ...LOGIC_REFERENCES, ...CIPHERS }),
  conv_lines: lineBuffers,
  ...Object.fromEntries(Object.keys(ROUNDS).map((name) => [name, byRounds])),
  ...Object.fromEntries(Object.keys(FORMS).map((name) => [name, aes])),
  uart_tx: transmission,
  cordic: turns,
};

function mapped(references: Readonly<Record<string, Reference>>): Record<string, Vectors> {
  return Object.fromEntries(
    Object.entries(references).map(([name, reference]) => [
      name,
      referred(reference, MORE[name] ?? MORE_STREAMS[name] ?? []),
    ]),
  );
}

export function vectorsOf(name: string): readonly Vector[] {
  const vectors = ALL[name];
  if (vectors === undefined) throw new Error(`no vectors for ${name}`);
  return vectors(name);
}

/** Rows as a trace file: a port a line; numbers that JSON does not keep are strings. */
export function traceText(rows: readonly Row[], from = 0): string {
  const names = [...new Set(rows.slice(from).flatMap((row) => Object.keys(row)))];
  const value = (one: bigint) => {
    if (one > -(2n ** 53n) && one < 2n ** 53n) return `${one}`;
    return one < 0n ? `"${one}"` : `"0x${one.toString(16)}"`;
  };
  const columns = names.map((name) => {
    const values = rows.map((row) => {
      const one = row[name] ?? 0n;
      return typeof one === "bigint" ? value(one) : `[${one.map(value).join(", ")}]`;
    });
    return `  ${JSON.stringify(name)}: [${values.join(", ")}]`;
  });
  return `{\n${columns.join(",\n")}\n}\n`;
}
