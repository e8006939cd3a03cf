// Circuits for proofs: nets of one bit, each a small truth table of others, a bit of a product, a register or a bit of a
// memory. Equal tables of equal nets are one net, so that much is equal as soon as it has been made.

/** 0 and 1 are the constants. */
export type Net = number;
export const FALSE: Net = 0;
export const TRUE: Net = 1;

/** Two nets that should be equal. */
export type Pair = readonly [Net, Net];

/** What a net is. Bit r of a table is the value where the inputs, the first the least significant, spell r. */
export type Definition =
  | { readonly kind: "input" }
  | { readonly kind: "table"; readonly table: number; readonly inputs: readonly Net[] }
  | { readonly kind: "product"; readonly product: number; readonly bit: number }
  | { readonly kind: "register"; readonly register: number }
  | { readonly kind: "memory"; readonly memory: number; readonly bit: number };

/** A bit of state. `data` and `enable` are driven once they are known. */
export interface Register {
  readonly net: Net;
  readonly init: 0 | 1;
  data: Net;
  enable: Net;
}

/** The low bits of a product of two rows of bits, as many as it can need. */
export interface Product {
  readonly a: readonly Net[];
  readonly b: readonly Net[];
  readonly nets: readonly Net[];
  /** Whether the last bit is a sign, which those above repeat; else they are 0. */
  readonly isSigned: boolean;
}

/** A memory too large for registers. What it does is its `key`; two of the same key do the same with the same inputs. */
export interface Memory {
  readonly key: string;
  /** The value that it is, for matching. */
  readonly name: string;
  readonly nets: readonly Net[];
  /** Inputs that reach the outputs within a cycle. */
  reads: readonly Net[];
  /** Inputs of the clock edge. */
  inputs: readonly Net[];
}

export interface Circuit {
  readonly definitions: Definition[];
  readonly registers: Register[];
  readonly products: Product[];
  readonly memories: Memory[];
  readonly known: Map<string, Net>;
  readonly knownProducts: Map<string, Product>;
}

/** The widest table. */
export const WIDEST_TABLE = 4;

const INPUT: Definition = { kind: "input" };

export function emptyCircuit(): Circuit {
  return {
    definitions: [INPUT, INPUT],
    registers: [],
    products: [],
    memories: [],
    known: new Map(),
    knownProducts: new Map(),
  };
}

function define(circuit: Circuit, definition: Definition): Net {
  return circuit.definitions.push(definition) - 1;
}

export function inputNets(circuit: Circuit, count: number): readonly Net[] {
  return Array.from({ length: count }, () => define(circuit, INPUT));
}

export function register(circuit: Circuit, init: 0 | 1): Register {
  const net = define(circuit, { kind: "register", register: circuit.registers.length });
  const made = { net, init, data: net, enable: TRUE };
  circuit.registers.push(made);
  return made;
}

export function memoryBox(circuit: Circuit, key: string, width: number, name: string): Memory {
  const memory = circuit.memories.length;
  const nets = Array.from({ length: width }, (_, bit) => define(circuit, { kind: "memory", memory, bit }));
  const made = { key, name, nets, reads: [], inputs: [] };
  circuit.memories.push(made);
  return made;
}

/** A function of up to four nets. Constants, repeated inputs, inverters and what does not matter are taken out. */
export function table(circuit: Circuit, rows: number, inputs: readonly Net[]): Net {
  // What each input is: a constant, or a net and whether it is inverted.
  const nets: Net[] = [];
  const inverted: number[] = [];
  for (const input of inputs) {
    const made = circuit.definitions[input];
    const isInverse = made?.kind === "table" && made.inputs.length === 1;
    nets.push(isInverse ? (made.inputs[0] as Net) : input);
    inverted.push(isInverse ? 1 : 0);
  }
  let left = [...new Set(nets.filter((net) => net > TRUE))].sort((a, b) => a - b);
  let folded = 0;
  for (let row = 0; row < 1 << left.length; row++) {
    let from = 0;
    for (let at = 0; at < nets.length; at++) {
      const net = nets[at] as Net;
      const value = net <= TRUE ? net : (row >> left.indexOf(net)) & 1;
      from |= (value ^ (inverted[at] as number)) << at;
    }
    folded |= ((rows >> from) & 1) << row;
  }
  for (let at = left.length - 1; at >= 0; at--) {
    const [low, high] = [cofactor(folded, at, left.length, 0), cofactor(folded, at, left.length, 1)];
    if (low !== high) continue;
    folded = low;
    left = left.filter((_, other) => other !== at);
  }
  if (left.length === 0) return folded & 1;
  if (left.length === 1 && folded === 2) return left[0] as Net;
  const key = `${folded} ${left.join(" ")}`;
  const known = circuit.known.get(key);
  if (known !== undefined) return known;
  const net = define(circuit, { kind: "table", table: folded, inputs: left });
  circuit.known.set(key, net);
  return net;
}

/** The rows of a table of `count` inputs where input `at` has that value. */
export function cofactor(rows: number, at: number, count: number, value: number): number {
  let made = 0;
  let place = 0;
  for (let row = 0; row < 1 << count; row++) if (((row >> at) & 1) === value) made |= ((rows >> row) & 1) << place++;
  return made;
}

export const not = (circuit: Circuit, a: Net): Net => table(circuit, 0b01, [a]);
export const and = (circuit: Circuit, a: Net, b: Net): Net => table(circuit, 0b1000, [a, b]);
export const or = (circuit: Circuit, a: Net, b: Net): Net => table(circuit, 0b1110, [a, b]);
export const xor = (circuit: Circuit, a: Net, b: Net): Net => table(circuit, 0b0110, [a, b]);
/** `a` where `test` is 1, else `b`. */
export const mux = (circuit: Circuit, test: Net, a: Net, b: Net): Net => table(circuit, 0xca, [b, a, test]);

/** The sum of two rows and a carry, with the last carry. */
export function sum(circuit: Circuit, a: readonly Net[], b: readonly Net[], carry: Net): readonly Net[] {
  let c = carry;
  return a.map((x, bit) => {
    const operands = [x, b[bit] as Net, c];
    c = table(circuit, 0xe8, operands);
    return table(circuit, 0x96, operands);
  });
}

/** The low bits of a product, as many as the operands have. That with a power of two is a shift. */
export function product(circuit: Circuit, a: readonly Net[], b: readonly Net[]): readonly Net[] {
  if (a.length === 1) return [and(circuit, a[0] as Net, b[0] as Net)];
  for (const [one, other] of [
    [a, b],
    [b, a],
  ] as const)
    if (one.every((net) => net <= TRUE) && one.filter((net) => net === TRUE).length <= 1) {
      const by = one.indexOf(TRUE);
      return one.map((_, bit) => (by < 0 || bit < by ? FALSE : (other[bit - by] as Net)));
    }
  const [first, second] = [a.join(" "), b.join(" ")];
  const key = first < second ? `${first},${second}` : `${second},${first}`;
  const known = circuit.knownProducts.get(key);
  if (known !== undefined) return extended(known.nets, a.length, known.isSigned);
  const at = circuit.products.length;
  const [low, high] = span(reading(a), reading(b));
  const isSigned = low < 0n;
  const fits = (bits: number) =>
    isSigned ? low >= -(1n << BigInt(bits - 1)) && high < 1n << BigInt(bits - 1) : high < 1n << BigInt(bits);
  let bits = 1;
  while (bits < a.length && !fits(bits)) bits++;
  const nets = Array.from({ length: bits }, (_, bit) => define(circuit, { kind: "product", product: at, bit }));
  const made = { a, b, nets, isSigned };
  circuit.products.push(made);
  circuit.knownProducts.set(key, made);
  return extended(nets, a.length, isSigned);
}

function extended(nets: readonly Net[], width: number, isSigned: boolean): readonly Net[] {
  return Array.from({ length: width }, (_, bit) => nets[bit] ?? (isSigned ? (nets.at(-1) as Net) : FALSE));
}

export interface Weighted {
  readonly net: Net;
  readonly weight: bigint;
}

/** A row as a number: where its top bit is repeated, that counts as a sign. */
export function reading(row: readonly Net[]): readonly Weighted[] {
  const top = row.at(-1) as Net;
  let length = row.length;
  while (length > 1 && row[length - 2] === top) length--;
  const isSigned = length < row.length && top !== FALSE;
  return row.slice(0, length).map((net, bit) => {
    const weight = 1n << BigInt(bit);
    return { net, weight: isSigned && bit === length - 1 ? -weight : weight };
  });
}

/** The smallest and the largest value of the product of two numbers. */
export function span(a: readonly Weighted[], b: readonly Weighted[]): readonly [bigint, bigint] {
  const ends = (row: readonly Weighted[]) => {
    const total = (isCounted: (weight: bigint) => boolean) =>
      row.reduce(
        (all, { net, weight }) => (net === TRUE || (net > TRUE && isCounted(weight)) ? all + weight : all),
        0n,
      );
    return [total((weight) => weight < 0n), total((weight) => weight > 0n)];
  };
  const corners = ends(a).flatMap((x) => ends(b).map((y) => x * y));
  const pick = (isBetter: (x: bigint, y: bigint) => boolean) => corners.reduce((x, y) => (isBetter(y, x) ? y : x));
  return [pick((x, y) => x < y), pick((x, y) => x > y)];
}
