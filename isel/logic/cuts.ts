// Cuts as they are compared while a bit is covered.

/** Cuts kept of a bit, itself among them. */
export const WIDTH = 9;

/** The best cuts of the bit at hand, in their order; places that are not in the order are free. */
export interface List {
  count: number;
  readonly order: Int32Array;
  readonly leaves: Int32Array;
  readonly sizes: Uint8Array;
  /** The set of the lowest five bits of the leaves of a cut: one that is within another has none that that lacks. */
  readonly signs: Int32Array;
  readonly arrivals: Float64Array;
  readonly flows: Float64Array;
}

export function newList(k: number): List {
  return {
    count: 0,
    order: Int32Array.from({ length: WIDTH }, (_, at) => at),
    leaves: new Int32Array(WIDTH * k),
    sizes: new Uint8Array(WIDTH),
    signs: new Int32Array(WIDTH),
    arrivals: new Float64Array(WIDTH),
    flows: new Float64Array(WIDTH),
  };
}

/** How many bits of a set of 32 are there. */
export function ones(value: number): number {
  let rest = value - ((value >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Whether all of `small` is in `large`; both ascend. */
export function isWithin(
  small: Int32Array,
  fromSmall: number,
  sizeSmall: number,
  large: Int32Array,
  fromLarge: number,
  sizeLarge: number,
): boolean {
  let at = 0;
  for (let i = 0; i < sizeLarge && at < sizeSmall; i++) if (large[fromLarge + i] === small[fromSmall + at]) at++;
  return at === sizeSmall;
}

/** Cuts of `k` leaves at most, one behind the other, and where one in the making is. */
interface Cuts {
  readonly k: number;
  readonly leaves: Int32Array;
  readonly sizes: Uint8Array;
  readonly scratch: Int32Array;
}

/** Puts two cuts together in the scratch; gives the size, or 0 if it is too large. */
export function merge(a: number, b: number, { leaves, sizes, k, scratch }: Cuts): number {
  const fromA = a * k;
  const fromB = b * k;
  const sizeA = sizes[a] as number;
  const sizeB = sizes[b] as number;
  let i = 0;
  let j = 0;
  let size = 0;
  while (i < sizeA || j < sizeB) {
    const x = i < sizeA ? (leaves[fromA + i] as number) : 0x7fffffff;
    const y = j < sizeB ? (leaves[fromB + j] as number) : 0x7fffffff;
    if (size === k) return 0;
    if (x <= y) i++;
    if (y <= x) j++;
    scratch[size++] = x < y ? x : y;
  }
  return size;
}
