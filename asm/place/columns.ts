// Chains of which some stand already: where the rest of them has to be.
import type { Board } from "./board.ts";
import type { Packed, Unit } from "./pack.ts";

/** Whether a unit may stand on a site as far as its chain goes: that begins with a tile, and has no gaps. */
export function isInColumn(
  unit: number,
  site: number,
  { units, chains }: Packed,
  { grid, site: sites }: Board,
): boolean {
  const { chain, step } = units[unit] as Unit;
  if (chain < 0) return true;
  const start = site - step;
  if (start < 0 || grid.first[grid.tileOf[start] as number] !== start) return false;
  const other = (chains[chain] as readonly number[]).find((one) => (sites[one] as number) >= 0);
  return other === undefined || (sites[other] as number) - (units[other] as Unit).step === start;
}

/** Puts the rest of chains of which some units stand already. Gives the first unit that cannot, if there is one. */
export function completeChains(packed: Packed, board: Board): number | undefined {
  for (const chain of packed.chains) {
    const first = chain.find((one) => (board.site[one] as number) >= 0);
    if (first === undefined) continue;
    const start = (board.site[first] as number) - (packed.units[first] as Unit).step;
    for (const [step, unit] of chain.entries()) {
      if ((board.site[unit] as number) >= 0) continue;
      const site = start + step;
      const tile = board.grid.tileOf[site];
      const isFree = tile !== undefined && board.kind[unit] === board.grid.kind[tile] && board.unit[site] === -1;
      if (!isFree || !board.fits(unit, tile)) return unit;
      board.put(unit, site);
    }
  }
  return undefined;
}
