// Numbers by pairs of numbers, in flat arrays: what millions of lookups of a proof go through.

export interface PairMap {
  /** The number of a pair; -1 if it has none. */
  get(a: number, b: number): number;
  /** Gives a pair that has none its number, which is not negative. */
  set(a: number, b: number, value: number): void;
}

/** Keys are 32-bit integers. */
export function pairMap(): PairMap {
  let mask = 1023;
  let entries = new Int32Array(3 * (mask + 1)).fill(-1);
  let count = 0;

  const place = (a: number, b: number): number => {
    const mixed = Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b);
    let at = (mixed ^ (mixed >>> 15)) & mask;
    for (;;) {
      const base = 3 * at;
      if (entries[base + 2] === -1 || (entries[base] === a && entries[base + 1] === b)) return base;
      at = (at + 1) & mask;
    }
  };
  const put = (a: number, b: number, value: number) => {
    const base = place(a, b);
    entries[base] = a;
    entries[base + 1] = b;
    entries[base + 2] = value;
  };
  return {
    get: (a, b) => entries[place(a, b) + 2] as number,
    set: (a, b, value) => {
      if (2 * ++count > mask) {
        const old = entries;
        mask = 2 * mask + 1;
        entries = new Int32Array(3 * (mask + 1)).fill(-1);
        for (let base = 0; base < old.length; base += 3)
          if (old[base + 2] !== -1) put(old[base] as number, old[base + 1] as number, old[base + 2] as number);
      }
      put(a, b, value);
    },
  };
}
