// Memories of the evaluator: one array a lane.
import type { Node } from "../graph.ts";
import { BOOL, type Type, wrap } from "../type.ts";
import { isNarrow, maskNarrow, type Slot, type Slots } from "./machine.ts";

/** A memory, and what it does at a clock edge: all memories read, then all write, then outputs change. */
export interface Memory {
  readonly synchronous: boolean;
  readonly out: readonly Slot[];
  readonly readAddress: Slot;
  readonly addressType: Type;
  /** Words by lane: narrow lanes as patterns, wide ones as integers. */
  readonly words: readonly (Int32Array | bigint[])[];
  restart(): void;
  /** Gathers the words that a synchronous read will show. */
  read(slots: Slots): void;
  write(slots: Slots): void;
  /** Shows what was read. */
  commit(slots: Slots): void;
}

/** The places of the operands, which depend on their number. */
interface Ports {
  readonly readAddress: Slot;
  readonly writeAddress: Slot | undefined;
  readonly data: readonly Slot[];
  readonly writeEnable: Slot | undefined;
  /** The type of the write enable, where that says which lanes or bits are written. */
  readonly maskType: Type | undefined;
  readonly readEnable: Slot | undefined;
}

/**
 * The operands of a memory by their role: `(address[, en])` of a `rom` or `srom`; `(address, data, we[, en])` or
 * `(read address, write address, data, we[, en])` of a `ram` or `sram`. With two addresses operand 2 is the data, of the
 * type of the result; else it is `we`. With two addresses `we` may have a bit for each lane, or for each bit of a scalar.
 */
export function memoryOperands(
  types: readonly Type[],
  result: Type,
  writable: boolean,
): { readonly writeAddress: number; readonly data: number; readonly writeEnable: number; readonly readEnable: number } {
  if (!writable) return { writeAddress: -1, data: -1, writeEnable: -1, readEnable: types.length > 1 ? 1 : -1 };
  const isDual = types.length >= 4 && types[1] === types[0] && types[2] === result;
  const data = isDual ? 2 : 1;
  return {
    writeAddress: isDual ? 1 : 0,
    data,
    writeEnable: data + 1,
    readEnable: types.length > data + 2 ? data + 2 : -1,
  };
}

export function memory(
  node: Node,
  out: readonly Slot[],
  types: readonly Type[],
  operands: readonly (readonly Slot[])[],
): Memory {
  const { op, type, attrs } = node;
  const roles = memoryOperands(types, type, op?.memory?.writable === true);
  const ports: Ports = {
    readAddress: operands[0]?.[0] as Slot,
    writeAddress: operands[roles.writeAddress]?.[0],
    data: operands[roles.data] ?? [],
    writeEnable: operands[roles.writeEnable]?.[0],
    readEnable: operands[roles.readEnable]?.[0],
    maskType: types[roles.writeEnable] === BOOL ? undefined : types[roles.writeEnable],
  };
  const addressType = types[0] as Type;
  const size = 2 ** addressType.width;
  const words = out.map(() => (isNarrow(type) ? new Int32Array(size) : new Array<bigint>(size).fill(0n)));
  const restart = () => words.forEach((lane, at) => fill(lane, attrs, at, type));
  const next = words.map((): number | bigint => 0);
  let isRead = false;
  return {
    synchronous: op?.memory?.synchronous === true,
    out,
    readAddress: ports.readAddress,
    addressType,
    words,
    restart,
    read: (slots) => {
      isRead =
        op?.memory?.synchronous === true && (ports.readEnable === undefined || slots.narrow[ports.readEnable] !== 0);
      if (!isRead) return;
      const address = maskNarrow(slots.narrow[ports.readAddress] as number, addressType);
      words.forEach((lane, at) => {
        next[at] = lane[address] as number | bigint;
      });
    },
    write: (slots) => {
      const { writeAddress, writeEnable, maskType } = ports;
      if (writeAddress === undefined || writeEnable === undefined) return;
      const address = maskNarrow(slots.narrow[writeAddress] as number, addressType);
      if (maskType !== undefined) {
        writeMasked(words, address, ports.data, bitsOf(slots, writeEnable, maskType), type, slots);
        return;
      }
      if (slots.narrow[writeEnable] === 0) return;
      words.forEach((lane, at) => {
        const slot = ports.data[at] as Slot;
        if (lane instanceof Int32Array) lane[address] = slots.narrow[slot] as number;
        else lane[address] = slots.wide[~slot] as bigint;
      });
    },
    commit: (slots) => {
      if (!isRead) return;
      out.forEach((slot, at) => {
        if (slot >= 0) slots.narrow[slot] = next[at] as number;
        else slots.wide[~slot] = next[at] as bigint;
      });
    },
  };
}

/** What a slot holds, as a natural number. */
function bitsOf(slots: Slots, slot: Slot, { width }: Type): bigint {
  return BigInt.asUintN(width, slot >= 0 ? BigInt(slots.narrow[slot] as number) : (slots.wide[~slot] as bigint));
}

/** Writes the lanes whose bits `mask` has, or those bits of the one lane of a scalar. */
function writeMasked(
  words: Memory["words"],
  address: number,
  data: readonly Slot[],
  mask: bigint,
  type: Type,
  slots: Slots,
): void {
  words.forEach((lane, at) => {
    const slot = data[at] as Slot;
    const bits = type.lanes === 0 ? mask : (mask >> BigInt(at)) & 1n ? -1n : 0n;
    const written = bitsOf(slots, slot, type) & bits;
    const kept = BigInt(lane[address] as number | bigint) & ~bits;
    const word = wrap(written | kept, type);
    if (lane instanceof Int32Array) lane[address] = Number(BigInt.asIntN(32, word));
    else lane[address] = word;
  });
}

/** The initial words of one lane; a word holds its lanes side by side, lane 0 at the bottom. */
function fill(lane: Int32Array | bigint[], contents: readonly bigint[], at: number, type: Type): void {
  if (lane instanceof Int32Array) lane.fill(0);
  else lane.fill(0n);
  const by = BigInt(at * type.width);
  contents.forEach((word, address) => {
    const value = wrap(word >> by, type);
    if (lane instanceof Int32Array) lane[address] = Number(BigInt.asIntN(32, value));
    else lane[address] = value;
  });
}

/** The step of an asynchronous read. */
export function readStep(from: Memory): (slots: Slots) => void {
  return (slots) => {
    const address = maskNarrow(slots.narrow[from.readAddress] as number, from.addressType);
    from.words.forEach((lane, at) => {
      const slot = from.out[at] as Slot;
      if (lane instanceof Int32Array) slots.narrow[slot] = lane[address] as number;
      else slots.wide[~slot] = lane[address] as bigint;
    });
  };
}
