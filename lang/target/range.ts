// Parameters of families: kinds, or numbers in ranges whose ends may depend on parameters before them.
import type { Param } from "../ast.ts";
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

const KINDS: ReadonlySet<string> = new Set(["i", "u", "bool"]);

/** A parameter as a description declares it. */
export function readParam(param: Param): FamilyParam {
  const kinds = param.domain.flatMap((one) =>
    one.kind === "name" && KINDS.has(one.text) ? [one.text as "i" | "u" | "bool"] : [],
  );
  const range = param.domain.find((one) => one.kind === "binary" && one.op === "..");
  return {
    name: param.name.text,
    kinds: kinds.length > 0 ? new Set(kinds) : undefined,
    range: range?.kind === "binary" ? [range.left, range.right] : undefined,
  };
}
