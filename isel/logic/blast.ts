// What the operations of the IR are, bit by bit: a row each. `test/logic.test.ts` holds every row against the evaluator.
import { bug } from "../../lang/diagnostic.ts";
import type { Node } from "../../lang/graph.ts";
import type { Type } from "../../lang/type.ts";
import { all, and, any, type Bits, FALSE, type Literal, mux, not, or, TRUE, xor } from "./bits.ts";

/** One lane of an instruction. Operands are bits, the lowest first. */
interface Lane {
  readonly bits: Bits;
  readonly args: readonly (readonly Literal[])[];
  readonly types: readonly Type[];
  readonly type: Type;
  readonly attrs: readonly bigint[];
  readonly lane: number;
  readonly origin: number;
}

type Meaning = (lane: Lane) => readonly Literal[];

/** A row of bits that each depend on the bits at their place. */
function bitwise(join: (lane: Lane, ...x: readonly Literal[]) => Literal): Meaning {
  return (lane) => (lane.args[0] ?? []).map((_, bit) => join(lane, ...lane.args.map((arg) => arg[bit] as Literal)));
}

/** The sum of two rows and a carry. */
export function sum(
  bits: Bits,
  a: readonly Literal[],
  b: readonly Literal[],
  carry: Literal,
  origin: number,
): readonly Literal[] {
  let c = carry;
  return a.map((x, bit) => {
    const y = b[bit] as Literal;
    const half = xor(bits, x, y, origin);
    const digit = xor(bits, half, c, origin);
    c = mux(bits, half, c, x, origin);
    return digit;
  });
}

/** Whether `a` is less than `b`, both natural numbers: the halves apart, then put together. */
function less(bits: Bits, a: readonly Literal[], b: readonly Literal[], origin: number): Literal {
  const compare = (low: number, high: number): { readonly less: Literal; readonly same: Literal } => {
    if (high - low === 1) {
      const [x, y] = [a[low] as Literal, b[low] as Literal];
      return { less: and(bits, not(x), y, origin), same: not(xor(bits, x, y, origin)) };
    }
    const middle = high - 2 * Math.ceil((high - low) / 4);
    const [lower, upper] = [compare(low, Math.max(middle, low + 1)), compare(Math.max(middle, low + 1), high)];
    return {
      less: or(bits, upper.less, and(bits, upper.same, lower.less, origin), origin),
      same: and(bits, upper.same, lower.same, origin),
    };
  };
  return compare(0, a.length).less;
}

/** Natural numbers in the order of the signed ones: the top bit the other way round. */
function ordered(row: readonly Literal[], type: Type): readonly Literal[] {
  return type.kind === "i" ? row.map((bit, at) => (at === row.length - 1 ? not(bit) : bit)) : row;
}

function comparison(isSwapped: boolean, isInverted: boolean): Meaning {
  return ({ bits, args, types, origin }) => {
    const [a, b] = args.map((row, at) => ordered(row, types[at] as Type));
    const found = less(bits, (isSwapped ? b : a) ?? [], (isSwapped ? a : b) ?? [], origin);
    return [isInverted ? not(found) : found];
  };
}

/** Whether two rows are equal. */
export function same(bits: Bits, a: readonly Literal[], b: readonly Literal[], origin: number): Literal {
  return all(
    bits,
    a.map((x, bit) => not(xor(bits, x, b[bit] as Literal, origin))),
    origin,
  );
}

function equality(isInverted: boolean): Meaning {
  return ({ bits, args: [a = [], b = []], origin }) => {
    const found = same(bits, a, b, origin);
    return [isInverted ? not(found) : found];
  };
}

/** `to` gives the place from which a bit comes when everything moves by `by`; `fill` is what comes in. */
function shift(place: (bit: number, by: number) => number, fill: (row: readonly Literal[]) => Literal): Meaning {
  return ({ bits, args: [row = [], by], attrs, origin }) => {
    const { length } = row;
    const shifted = (from: readonly Literal[], count: number) =>
      from.map((_, bit) => {
        const at = place(bit, count);
        return at < 0 || at >= length ? fill(row) : (from[at] as Literal);
      });
    if (by === undefined) {
      const count = attrs[0] ?? 0n;
      return shifted(row, count > BigInt(length) ? length : Number(count));
    }
    let out: readonly Literal[] = row;
    const past: Literal[] = [];
    by.forEach((test, digit) => {
      if (digit > 12 || 2 ** digit >= length) {
        past.push(test);
        return;
      }
      const moved = shifted(out, 2 ** digit);
      out = out.map((bit, at) => mux(bits, test, moved[at] as Literal, bit, origin));
    });
    if (past.length === 0) return out;
    const isPast = any(bits, past, origin);
    return out.map((bit) => mux(bits, isPast, fill(row), bit, origin));
  };
}

/** The word at an address: halves of the table, chosen between by the top bit of the address, equal ones made once. */
function look({ bits, args: [address = []], type, attrs, lane, origin }: Lane): readonly Literal[] {
  const size = 2 ** address.length;
  const base = BigInt(lane * type.width);
  return Array.from({ length: type.width }, (_, bit) => {
    const known = new Map<string, Literal>();
    let layer: readonly Literal[] = Array.from({ length: size }, (_, word) =>
      ((attrs[word] ?? 0n) >> (base + BigInt(bit))) & 1n ? TRUE : FALSE,
    );
    address.forEach((test) => {
      known.clear();
      layer = Array.from({ length: layer.length / 2 }, (_, at) => {
        const [low, high] = [layer[2 * at] as Literal, layer[2 * at + 1] as Literal];
        const key = `${low} ${high}`;
        const made = known.get(key) ?? mux(bits, test, high, low, origin);
        known.set(key, made);
        return made;
      });
    });
    return layer[0] as Literal;
  });
}

/** A function by its truth table, the operand `at` choosing between halves. */
function tabulated(bits: Bits, table: bigint, operands: readonly Literal[], at: number, origin: number): Literal {
  const rows = 2 ** (operands.length - at);
  const whole = BigInt.asUintN(rows, table);
  if (whole === 0n) return FALSE;
  if (whole === (1n << BigInt(rows)) - 1n) return TRUE;
  const low = tabulated(bits, whole, operands, at + 1, origin);
  const high = tabulated(bits, whole >> BigInt(rows / 2), operands, at + 1, origin);
  return mux(bits, operands[at] as Literal, high, low, origin);
}

/** The low bits of a product: rows of ands, added two by two. */
function product({ bits, args: [a = [], b = []], origin }: Lane): readonly Literal[] {
  let rows: readonly (readonly Literal[])[] = b.map((digit, by) =>
    a.map((_, bit) => (bit < by ? FALSE : and(bits, digit, a[bit - by] as Literal, origin))),
  );
  while (rows.length > 1) {
    const next: (readonly Literal[])[] = [];
    for (let at = 0; at < rows.length; at += 2) {
      const [x, y] = [rows[at] as readonly Literal[], rows[at + 1]];
      next.push(y === undefined ? x : sum(bits, x, y, FALSE, origin));
    }
    rows = next;
  }
  return rows[0] ?? [];
}

const widen =
  (fill: (row: readonly Literal[]) => Literal): Meaning =>
  ({ args: [row = []], type }) =>
    Array.from({ length: type.width }, (_, bit) => row[bit] ?? fill(row));

const zero = () => FALSE;
const top = (row: readonly Literal[]) => row.at(-1) as Literal;

/** By name: the operations whose lanes are computed apart. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  and: bitwise(({ bits, origin }, a = 0, b = 0) => and(bits, a, b, origin)),
  or: bitwise(({ bits, origin }, a = 0, b = 0) => or(bits, a, b, origin)),
  xor: bitwise(({ bits, origin }, a = 0, b = 0) => xor(bits, a, b, origin)),
  not: bitwise((_, a = 0) => not(a)),
  id: bitwise((_, a = 0) => a),
  mux: ({ bits, args: [test = [], a = [], b = []], origin }) =>
    a.map((bit, at) => mux(bits, test[0] as Literal, bit, b[at] as Literal, origin)),
  add: ({ bits, args: [a = [], b = []], origin }) => sum(bits, a, b, FALSE, origin),
  sub: ({ bits, args: [a = [], b = []], origin }) => sum(bits, a, b.map(not), TRUE, origin),
  mul: product,
  eq: equality(false),
  neq: equality(true),
  lt: comparison(false, false),
  gt: comparison(true, false),
  le: comparison(true, true),
  ge: comparison(false, true),
  sll: shift((bit, by) => bit - by, zero),
  srl: shift((bit, by) => bit + by, zero),
  sra: shift((bit, by) => bit + by, top),
  sext: widen(top),
  zext: widen(zero),
  rom: look,
  lut: ({ bits, args, type, attrs, origin }) =>
    Array.from({ length: type.width }, (_, bit) => {
      const operands = args.map((row) => (row.length === 1 ? row[0] : row[bit]) as Literal);
      return tabulated(bits, (attrs.length === 1 ? attrs[0] : attrs[bit]) ?? 0n, operands, 0, origin);
    }),
};

/** Whether bits can be made of an operation. */
export function canBlast(node: Node): boolean {
  const { op } = node;
  return op !== undefined && (op.kind === "const" || op.kind === "ext" || op.kind === "cat" || op.name in MEANINGS);
}

/** The bits of a node, lane 0 first, out of those of its operands; `origin` is what they are made for. */
export function blast(
  bits: Bits,
  node: Node,
  args: readonly (readonly Literal[])[],
  types: readonly Type[],
  origin: number,
): readonly Literal[] {
  const { op, type, attrs } = node;
  const lanes = Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) => lane);
  switch (op?.kind) {
    case "const":
      return lanes.flatMap((lane) =>
        Array.from({ length: type.width }, (_, bit) => (((attrs[lane] ?? 0n) >> BigInt(bit)) & 1n ? TRUE : FALSE)),
      );
    case "cat":
      return args.flat();
    case "ext": {
      const unit = (types[0]?.lanes ?? 0) > 0 ? (types[0]?.width ?? 1) : 1;
      return args[0]?.slice(Number(attrs[0]) * unit, (Number(attrs[1]) + 1) * unit) ?? [];
    }
    default: {
      const meaning = MEANINGS[op?.name ?? ""] ?? bug(`no bits of ${op?.name}`);
      const laneTypes = types.map((one) => one.lane);
      return lanes.flatMap((lane) => {
        const own = args.map((row, at) => {
          const { width, lanes: count } = types[at] as Type;
          return count === 0 ? row : row.slice(lane * width, (lane + 1) * width);
        });
        return meaning({ bits, args: own, types: laneTypes, type: type.lane, attrs, lane, origin });
      });
    }
  }
}
