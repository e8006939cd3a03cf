// The operations of the IR as nets, a row each. The mapper has a reading of its own (`isel/logic/blast.ts`), so that a
// mistake there is none here; `test/proof.test.ts` holds every row against the evaluator.
import { bug } from "../diagnostic.ts";
import { memoryOperands } from "../eval/memory.ts";
import type { Graph, Node } from "../graph.ts";
import type { Operation } from "../ops.ts";
import { BOOL, type Type } from "../type.ts";
import {
  and,
  type Circuit,
  FALSE,
  memoryBox,
  mux,
  type Net,
  not,
  or,
  product,
  type Register,
  register,
  sum,
  TRUE,
  table,
  xor,
} from "./circuit.ts";

type Row = readonly Net[];

/** One lane of an operation. */
interface Lane {
  readonly circuit: Circuit;
  readonly args: readonly Row[];
  readonly types: readonly Type[];
  readonly type: Type;
  readonly attrs: readonly bigint[];
  readonly lane: number;
}

type Meaning = (lane: Lane) => Row;

function bitwise(join: (circuit: Circuit, a: Net, b: Net) => Net): Meaning {
  return ({ circuit, args: [a = [], b = a] }) => a.map((x, bit) => join(circuit, x, b[bit] as Net));
}

/** Whether a is less than b, from the lowest bit up; the top bit of signed numbers counts the other way round. */
function less(circuit: Circuit, a: Row, b: Row, isSigned: boolean): Net {
  let found = FALSE;
  a.forEach((x, bit) => {
    const y = b[bit] as Net;
    const isTop = isSigned && bit === a.length - 1;
    found = table(circuit, 0xd4, isTop ? [y, x, found] : [x, y, found]);
  });
  return found;
}

function comparison(isSwapped: boolean, isInverted: boolean): Meaning {
  return ({ circuit, args: [a = [], b = []], types }) => {
    const isSigned = types[0]?.kind === "i";
    const found = isSwapped ? less(circuit, b, a, isSigned) : less(circuit, a, b, isSigned);
    return [isInverted ? not(circuit, found) : found];
  };
}

function equality(isInverted: boolean): Meaning {
  return ({ circuit, args: [a = [], b = []] }) => {
    const found = tree(
      a.map((x, bit) => table(circuit, 0b1001, [x, b[bit] as Net])),
      TRUE,
      (x, y) => and(circuit, x, y),
    );
    return [isInverted ? not(circuit, found) : found];
  };
}

/** Joined two by two. */
function tree(list: Row, empty: Net, join: (a: Net, b: Net) => Net): Net {
  let layer = list;
  while (layer.length > 1) {
    const next: Net[] = [];
    for (let at = 0; at < layer.length; at += 2) {
      const [a, b] = [layer[at] as Net, layer[at + 1]];
      next.push(b === undefined ? a : join(a, b));
    }
    layer = next;
  }
  return layer[0] ?? empty;
}

/** `step` is 1 where bits come from above, -1 where they come from below. */
function shift(step: 1 | -1, fill: (row: Row) => Net): Meaning {
  return ({ circuit, args: [row = [], by], attrs }) => {
    const { length } = row;
    const moved = (from: Row, count: number): Row =>
      from.map((_, bit) => {
        const at = bit + step * count;
        return at < 0 || at >= length ? fill(row) : (from[at] as Net);
      });
    if (by === undefined) return moved(row, Number((attrs[0] ?? 0n) > BigInt(length) ? length : (attrs[0] ?? 0n)));
    const known = tabled(circuit, row, by, (count) => moved(row, Math.min(count, length)));
    if (known !== undefined) return known;
    let out = row;
    const past: Net[] = [];
    by.forEach((test, digit) => {
      if (digit > 12 || 2 ** digit >= length) {
        past.push(test);
        return;
      }
      const next = moved(out, 2 ** digit);
      out = out.map((bit, at) => mux(circuit, test, next[at] as Net, bit));
    });
    const isPast = tree(past, FALSE, (a, b) => or(circuit, a, b));
    return past.length === 0 ? out : out.map((bit) => mux(circuit, isPast, fill(row), bit));
  };
}

/** Constants that are moved are tables of the amount, if that has few bits. */
function tabled(circuit: Circuit, row: Row, by: Row, moved: (count: number) => Row): Row | undefined {
  if (by.length > 4 || row.some((net) => net > TRUE)) return undefined;
  const all = Array.from({ length: 2 ** by.length }, (_, count) => moved(count));
  return row.map((_, bit) =>
    table(
      circuit,
      all.reduce((rows, one, count) => rows | ((one[bit] as number) << count), 0),
      by,
    ),
  );
}

/** The word at an address: the lowest bits of it choose first. */
export function choose(circuit: Circuit, words: readonly Row[], address: Row): Row {
  return Array.from({ length: words[0]?.length ?? 0 }, (_, bit) => {
    let layer = words.map((word) => word[bit] as Net);
    let from = 0;
    while (from < address.length) {
      const isLast = from + 1 === address.length;
      const isConstant = layer.every((net) => net <= TRUE);
      const taken = isConstant ? Math.min(4, address.length - from) : 1;
      const size = 1 << taken;
      const inputs = address.slice(from, from + taken);
      layer = Array.from({ length: layer.length / size }, (_, at) => {
        const group = layer.slice(at * size, at * size + size);
        return isConstant
          ? table(
              circuit,
              group.reduce((rows, net, row) => rows | (net << row), 0),
              inputs,
            )
          : mux(circuit, inputs[0] as Net, group[1] as Net, group[0] as Net);
      });
      from += taken;
      if (isLast) break;
    }
    return layer[0] as Net;
  });
}

function constantRow(value: bigint, width: number): Row {
  return Array.from({ length: width }, (_, bit) => Number((value >> BigInt(bit)) & 1n));
}

/** A function by its truth table, whose rows the first operand counts as its most significant bit. */
function lookup(circuit: Circuit, rows: bigint, operands: Row): Net {
  if (operands.length <= 4)
    return table(circuit, Number(BigInt.asUintN(2 ** operands.length, rows)), operands.toReversed());
  const half = BigInt(2 ** (operands.length - 1));
  const rest = operands.slice(1);
  return mux(circuit, operands[0] as Net, lookup(circuit, rows >> half, rest), lookup(circuit, rows, rest));
}

const zero = () => FALSE;
const top = (row: Row) => row.at(-1) as Net;
const widen =
  (fill: (row: Row) => Net): Meaning =>
  ({ args: [row = []], type }) =>
    Array.from({ length: type.width }, (_, bit) => row[bit] ?? fill(row));

const MEANINGS: Readonly<Record<string, Meaning>> = {
  id: ({ args: [a = []] }) => a,
  not: ({ circuit, args: [a = []] }) => a.map((net) => not(circuit, net)),
  and: bitwise(and),
  or: bitwise(or),
  xor: bitwise(xor),
  mux: ({ circuit, args: [test = [], a = [], b = []] }) =>
    a.map((net, bit) => mux(circuit, test[0] as Net, net, b[bit] as Net)),
  add: ({ circuit, args: [a = [], b = []] }) => sum(circuit, a, b, FALSE),
  sub: ({ circuit, args: [a = [], b = []] }) =>
    sum(
      circuit,
      a,
      b.map((net) => not(circuit, net)),
      TRUE,
    ),
  mul: ({ circuit, args: [a = [], b = []] }) => product(circuit, a, b),
  eq: equality(false),
  neq: equality(true),
  lt: comparison(false, false),
  gt: comparison(true, false),
  le: comparison(true, true),
  ge: comparison(false, true),
  sll: shift(-1, zero),
  srl: shift(1, zero),
  sra: shift(1, top),
  sext: widen(top),
  zext: widen(zero),
  lut: ({ circuit, args, type, attrs }) =>
    Array.from({ length: type.width }, (_, bit) => {
      const operands = args.map((row) => (row.length === 1 ? row[0] : row[bit]) as Net);
      return lookup(circuit, (attrs.length === 1 ? attrs[0] : attrs[bit]) ?? 0n, operands);
    }),
};

/** What the operations of a graph become. */
export interface Blasting {
  readonly circuit: Circuit;
  /** With it registers have the reset of `--reset sync`. */
  readonly reset: Net | undefined;
  /** Memories of up to so many bits are registers. */
  readonly memoryBits: number;
}

/** State waits for its operands until all nets are there. */
export type Later = () => void;

/** An operation on nets. */
export interface Work {
  readonly op: Operation;
  readonly type: Type;
  readonly attrs: readonly bigint[];
  readonly types: readonly Type[];
  /** The nets of an operand; those that reach the result only at a clock edge are asked for by the later steps. */
  readonly operand: (at: number) => Row;
  /** What the result is called. */
  readonly name: string;
  /** Of a memory: whether it is known that nothing is ever written. */
  readonly isReadOnly: boolean;
}

/** The result, lane 0 first; `later` gets the steps that drive its state. */
export function blast(blasting: Blasting, work: Work, later: Later[]): Row {
  const { circuit } = blasting;
  const { op, type, attrs, types, operand } = work;
  const operands = () => types.map((_, at) => operand(at));
  const lanes = Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) => lane);
  switch (op.kind) {
    case "const":
      return lanes.flatMap((lane) => constantRow(attrs[lane] ?? attrs[0] ?? 0n, type.width));
    case "cat":
      return operands().flat();
    case "ext": {
      const unit = (types[0]?.lanes ?? 0) > 0 ? (types[0]?.width ?? 1) : 1;
      const [low = 0n, high = low] = attrs;
      return operand(0).slice(Number(low) * unit, (Number(high) + 1) * unit);
    }
    case "reg":
      return registers(blasting, work, later);
    case "memory":
      return memory(blasting, work, later);
    case "lanes": {
      const meaning = MEANINGS[op.name] ?? bug(`no nets of ${op.name}`);
      const args = operands();
      const own = types.map((one) => one.lane);
      return lanes.flatMap((lane) => {
        const rows = args.map((row, at) => {
          const { width, lanes: count } = types[at] as Type;
          return count === 0 ? row : row.slice(lane * width, (lane + 1) * width);
        });
        return meaning({ circuit, args: rows, types: own, type: type.lane, attrs, lane });
      });
    }
  }
}

function registers({ circuit, reset }: Blasting, { type, types, attrs, operand }: Work, later: Later[]): Row {
  const made = Array.from({ length: type.bits }, (_, at) => {
    const value = attrs[Math.floor(at / type.width)] ?? attrs[0] ?? 0n;
    return register(circuit, (value >> BigInt(at % type.width)) & 1n ? 1 : 0);
  });
  later.push(() => {
    const data = operand(0);
    const enable = types.length > 1 ? (operand(1)[0] as Net) : TRUE;
    made.forEach((one, at) => {
      one.data = reset === undefined ? (data[at] as Net) : mux(circuit, reset, one.init, data[at] as Net);
      one.enable = reset === undefined ? enable : or(circuit, enable, reset);
    });
  });
  return made.map(({ net }) => net);
}

function memory({ circuit, memoryBits }: Blasting, work: Work, later: Later[]): Row {
  const { op, type, attrs, types, operand } = work;
  const { synchronous, writable: mayWrite } = op.memory ?? bug("no memory");
  const writable = mayWrite && !work.isReadOnly;
  const roles = memoryOperands(types, type, mayWrite);
  const size = 2 ** (types[0]?.width ?? 0);
  const role = (at: number) => (at < 0 ? undefined : operand(at));
  const word = (at: number) => constantRow(attrs[at] ?? 0n, type.bits);
  if (!writable && !synchronous)
    return choose(
      circuit,
      Array.from({ length: size }, (_, at) => word(at)),
      operand(0),
    );
  if (size * type.bits > memoryBits) {
    const mask = types[roles.writeEnable] ?? BOOL;
    const shape = `${op.name} ${types[0]?.width} ${type.bits}${mask === BOOL ? "" : ` by ${mask.width}`}`;
    const words = attrs.every((one) => one === 0n) ? "" : attrs.map((one) => BigInt.asUintN(type.bits, one)).join(" ");
    const box = memoryBox(circuit, `${shape} ${words}`, type.bits, work.name);
    if (!synchronous) box.reads = operand(0);
    later.push(() => {
      const address = operand(0);
      const parts = [roles.writeAddress, roles.data, roles.writeEnable].map((at) => role(at) ?? []);
      box.inputs = [...(synchronous ? address : []), ...parts.flat(), (role(roles.readEnable) ?? [TRUE])[0] as Net];
    });
    return box.nets;
  }
  const read = (address: Row) => {
    const reached = Array.from({ length: size }, (_, at) => at).filter((at) =>
      address.every((net, bit) => net > TRUE || ((at >> bit) & 1) === net),
    );
    const cells = reached.map((at) => {
      const own = word(at).map((bit) => (writable ? register(circuit, bit === 1 ? 1 : 0) : undefined));
      return { at, own, nets: own.map((cell, bit) => cell?.net ?? (word(at)[bit] as Net)) };
    });
    if (writable)
      later.push(() => write(circuit, cells, [roles.writeAddress, roles.data, roles.writeEnable].map(operand)));
    return choose(
      circuit,
      cells.map(({ nets }) => nets),
      address.filter((net) => net > TRUE),
    );
  };
  if (!synchronous) return read(operand(0));
  const shown = Array.from({ length: type.bits }, () => register(circuit, 0));
  later.push(() => {
    const [enable = TRUE] = role(roles.readEnable) ?? [];
    read(operand(0)).forEach((net, bit) => {
      const one = shown[bit] ?? bug("no bit");
      one.data = net;
      one.enable = enable;
    });
  });
  return shown.map(({ net }) => net);
}

/** Words of a memory that are there. */
type Cells = readonly { readonly at: number; readonly own: readonly (Register | undefined)[] }[];

function write(circuit: Circuit, cells: Cells, [address = [], data = [], enable = []]: readonly Row[]): void {
  for (const { at, own } of cells) {
    const isChosen = address.map((net, bit) => ((at >> bit) & 1 ? net : not(circuit, net)));
    const isHere = tree(isChosen, TRUE, (a, b) => and(circuit, a, b));
    // One enable for the whole word, or one for as many bits as there are for each.
    const bitsEach = own.length / Math.max(enable.length, 1);
    const written = enable.map((net) => and(circuit, net, isHere));
    own.forEach((cell, bit) => {
      if (cell === undefined) return;
      cell.data = data[bit] as Net;
      cell.enable = written[Math.floor(bit / bitsEach)] ?? FALSE;
    });
  }
}

/** Takes the later steps, and those that they ask for. */
export function drive(later: Later[]): void {
  for (let step = later.shift(); step !== undefined; step = later.shift()) step();
}

/** The nets of all nodes of a graph. `inputs` are those of its inputs, in their order. */
export function blastGraph(blasting: Blasting, graph: Graph, inputs: readonly Row[]): readonly Row[] {
  const rows: Row[] = [];
  const later: Later[] = [];
  graph.inputs.forEach((id, at) => {
    rows[id] = inputs[at] ?? bug("no nets for an input");
  });
  for (const node of graph.nodes) {
    const { op } = node;
    if (op === undefined) continue;
    const types = node.args.map((arg) => (graph.nodes[arg] as Node).type);
    const operand = (at: number) => rows[node.args[at] ?? -1] ?? bug("a value before its operands");
    rows[node.id] = blast(
      blasting,
      { op, type: node.type, attrs: node.attrs, types, operand, name: node.name, isReadOnly: false },
      later,
    );
  }
  drive(later);
  return rows;
}
