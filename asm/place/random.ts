// Chance that is the same everywhere: numbers from a seed, by shifts and exclusive ors alone (Marsaglia 2003).

export interface Random {
  /** An integer of 32 bits, not negative. */
  readonly next: () => number;
  /** An integer from 0 up to and without `count`. */
  readonly below: (count: number) => number;
}

export function randomFrom(seed: number): Random {
  let state = (Math.imul(seed, 0x9e3779b1) ^ 0x2545f491) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let round = 0; round < 16; round++) next();
  // The high bits of the product: no remainder, so no bias that matters, and no division.
  const below = (count: number) => Math.floor((next() / 0x100000000) * count);
  return { next, below };
}
