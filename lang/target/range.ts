// Ranges of the parameters of families, whose ends may depend on parameters before them.
import type { FamilyParam } from "./target.ts";
import { evaluate } from "./value.ts";

/** The least value that a parameter may have, where there is one. */
export function leastOf(param: FamilyParam, numbers: ReadonlyMap<string, bigint>): readonly bigint[] {
  const [low] = param.range ?? [];
  const least = low === undefined ? undefined : evaluate(low, numbers);
  return least !== undefined && inRange(param, least, numbers) ? [least] : [];
}

/** Whether a value lies in the range of a parameter, both ends included. */
export function inRange(param: FamilyParam, value: bigint, numbers: ReadonlyMap<string, bigint>): boolean {
  const [low, high] = param.range ?? [];
  return (
    (low === undefined || value >= evaluate(low, numbers)) && (high === undefined || value <= evaluate(high, numbers))
  );
}
