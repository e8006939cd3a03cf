// What there is to build with: the device's cells, of which one kind is plentiful, and the few units of other kinds.
import type { Device } from "../lang/target/device.ts";
import { deviceNamed } from "../lang/target/device.ts";
import type { Target } from "../lang/target/target.ts";
import { indexPatterns, type PatternIndex } from "./patterns.ts";

export interface Stock {
  readonly device: Device | undefined;
  /** How many units there are of each resource but the most plentiful one. */
  readonly scarce: ReadonlyMap<string, number>;
  /** What a unit of each is worth, in cells, be there ever so many left. */
  readonly prices: ReadonlyMap<string, number>;
  /** The same once they are allotted: then every unit counts more than all cells that it could save. */
  readonly dear: ReadonlyMap<string, number>;
  /** Patterns of the plentiful resource alone. */
  readonly plain: PatternIndex;
  /** Those, and what the device has units for. */
  readonly all: PatternIndex;
}

const LEAST_PRICE = 1;
/** More than all cells of any device. */
export const HIGHEST_PRICE = 1e6;

const known = new WeakMap<Target, Map<string, Stock>>();

/**
 * What a device has; that of the target's default device where none is given. `limits` lower it. A target without devices
 * has of everything enough.
 */
export function stockOf(
  target: Target,
  asked: Device | undefined,
  limits: ReadonlyMap<string, number> = new Map(),
): Stock {
  const stocks = known.get(target) ?? new Map<string, Stock>();
  known.set(target, stocks);
  const key = `${asked?.name ?? ""} ${[...limits].join(" ")}`;
  const before = stocks.get(key);
  if (before !== undefined) return before;
  const device = asked ?? deviceNamed(target, undefined);
  const capacity = [...(device?.capacity ?? [])];
  const most = Math.max(...capacity.map(([, count]) => count));
  const plentiful = capacity.find(([, count]) => count === most)?.[0];
  const used = new Set([...target.patterns.values()].map((pattern) => pattern.resource));
  const scarce = new Map(
    [...used]
      .filter((resource) => device !== undefined && resource !== plentiful)
      .map((resource) => [
        resource,
        Math.min(device?.capacity.get(resource) ?? 0, limits.get(resource) ?? Number.POSITIVE_INFINITY),
      ]),
  );
  const plain = indexPatterns(target, (resource) => !scarce.has(resource));
  const all = indexPatterns(target, (resource) => scarce.get(resource) !== 0);
  const prices = new Map([...scarce.keys()].map((resource) => [resource, LEAST_PRICE]));
  const dear = new Map([...scarce.keys()].map((resource) => [resource, HIGHEST_PRICE]));
  const stock = { device, scarce, prices, dear, plain, all };
  stocks.set(key, stock);
  return stock;
}
