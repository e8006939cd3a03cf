// Matches that fill units together, and how many units they take so.
import type { Bundle } from "./join.ts";
import type { Match } from "./match.ts";

/** What matches have in common that may share units; undefined for one that shares none. */
export type Sharing = (match: Match) => string | undefined;

/** The matches that take a resource, those that share units together; the fewest units that they can do with. */
export function bundled(matches: readonly Match[], resource: string, sharing: Sharing): readonly Bundle[] {
  const bundles: Match[][] = [];
  const open = new Map<string, { readonly bundle: Match[]; units: number }>();
  for (const match of matches) {
    const amount = amountOf(match, resource);
    if (amount === 0) continue;
    const key = sharing(match);
    const rest = key === undefined ? undefined : open.get(key);
    const bundle = rest?.bundle ?? [];
    if (bundle.push(match) === 1) bundles.push(bundle);
    if (key === undefined) continue;
    const units = (rest?.units ?? 0) + amount;
    if (Number.isInteger(units)) open.delete(key);
    else open.set(key, { bundle, units });
  }
  // Where nothing is won, each stays by itself.
  return bundles.flatMap((bundle): Match[][] => {
    const alone = bundle.map((match) => [match]);
    return unitsIn(alone, resource) > unitsIn([bundle], resource) ? [bundle] : alone;
  });
}

/** Whole units of some bundles. */
function unitsIn(bundles: readonly Bundle[], resource: string): number {
  return bundles.reduce(
    (all, bundle) => all + Math.ceil(bundle.reduce((sum, match) => sum + amountOf(match, resource), 0)),
    0,
  );
}

/** Whole units that some matches take, those that share units together. */
export function unitsOf(matches: readonly Match[], resource: string, sharing: Sharing): number {
  return unitsIn(bundled(matches, resource, sharing), resource);
}

/** What a match takes of a resource: a share where lanes of others may fill the rest of a unit. */
export function amountOf(match: Match, resource: string): number {
  let amount = 0;
  for (const units of match.units) if (units.resource === resource) amount += units.amount;
  return amount;
}
