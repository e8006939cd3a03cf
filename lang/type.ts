// The types of values. Interned: two types are the same type exactly if they are the same object.

/** `bool`, `iN`, `uN`, or a vector of one of the latter two. */
export interface Type {
  readonly kind: "bool" | "i" | "u";
  /** Bits of one lane. */
  readonly width: number;
  /** Number of lanes of a vector; 0 for a scalar. */
  readonly lanes: number;
  /** Bits of all lanes. */
  readonly bits: number;
  /** As it is written, `i8<4>`. */
  readonly text: string;
  /** The type of one lane; a scalar is its own. */
  readonly lane: Type;
}

/** The widest lane, in bits. */
export const MAX_WIDTH = 4096;
/** The most lanes of a vector. */
export const MAX_LANES = 4096;

const interned = new Map<string, Type>();

function intern(kind: Type["kind"], width: number, lanes: number): Type {
  const lane = kind === "bool" ? "bool" : `${kind}${width}`;
  const text = lanes === 0 ? lane : `${lane}<${lanes}>`;
  const known = interned.get(text);
  if (known !== undefined) return known;
  const bits = width * Math.max(lanes, 1);
  const type = { kind, width, lanes, bits, text } as { -readonly [Field in keyof Type]: Type[Field] };
  type.lane = lanes === 0 ? type : intern(kind, width, 0);
  interned.set(text, type);
  return type;
}

export const BOOL: Type = intern("bool", 1, 0);

/** `iN` or `uN`, 1 ≤ `width` ≤ MAX_WIDTH. */
export function integer(kind: "i" | "u", width: number): Type {
  return intern(kind, width, 0);
}

/** An integer of the kind of `type`, of another width; signed for `bool`. */
export function withWidth({ kind }: Type, width: number): Type {
  return integer(kind === "u" ? "u" : "i", width);
}

/** A vector of 1 ≤ `lanes` ≤ MAX_LANES of the scalar `lane`, which is not `bool`. */
export function vector(lane: Type, lanes: number): Type {
  return intern(lane.kind, lane.width, lanes);
}

export function isScalar(type: Type): boolean {
  return type.lanes === 0;
}

/** The smallest and the largest number of a lane, as the type reads its bits. */
export function range(type: Type): readonly [bigint, bigint] {
  const half = 1n << BigInt(type.width - 1);
  return type.kind === "i" ? [-half, half - 1n] : [0n, 2n * half - 1n];
}

/** Whether `value` can be written in the bits of a lane, read as signed or as unsigned. */
export function fits(value: bigint, width: number): boolean {
  const half = 1n << BigInt(width - 1);
  return value >= -half && value < 2n * half;
}

/** `value` modulo 2^N, read as a lane of `type` is read. */
export function wrap(value: bigint, type: Type): bigint {
  return type.kind === "i" ? BigInt.asIntN(type.width, value) : BigInt.asUintN(type.width, value);
}

/** Why a type is refused, or the type. */
export type Resolved = Type | { readonly problem: "unknown" | "width" | "lanes" };

const scalars = new Map<string, Resolved>([["bool", BOOL]]);

/** Reads `bool`, `i8`, `u16`; leading zeros are refused as unknown. */
export function scalarNamed(text: string): Resolved {
  const known = scalars.get(text);
  if (known !== undefined) return known;
  const match = /^([iu])(0|[1-9][0-9]*)$/.exec(text);
  const width = match === null ? 0 : Number(match[2]);
  const resolved: Resolved =
    match === null
      ? { problem: "unknown" }
      : width < 1 || width > MAX_WIDTH
        ? { problem: "width" }
        : integer(match[1] as "i" | "u", width);
  if ("lane" in resolved) scalars.set(text, resolved);
  return resolved;
}
