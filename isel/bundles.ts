// Matches that fill units together, and how many units they take so.
import type { Bundle, Share } from "./join.ts";
import type { Match } from "./match.ts";

/** How a match may share units, if it may. */
export type Sharing = (match: Match) => Share | undefined;

/** How many lanes fill a unit. */
export function lanesInUnit(match: Match, { lanes }: Share, resource: string): number {
  return Math.max(1, Math.round(lanes / amountOf(match, resource)));
}

/** The matches that take a resource, those that share units together; the fewest units that they can do with. */
export function bundled(matches: readonly Match[], resource: string, sharing: Sharing): readonly Bundle[] {
  const bundles: Match[][] = [];
  const open = new Map<string, { readonly bundle: Match[]; lanes: number }>();
  for (const match of matches) {
    if (amountOf(match, resource) === 0) continue;
    const share = sharing(match);
    const rest = share === undefined ? undefined : open.get(share.key);
    const bundle = rest?.bundle ?? [];
    if (bundle.push(match) === 1) bundles.push(bundle);
    if (share === undefined) continue;
    const lanes = (rest?.lanes ?? 0) + share.lanes;
    if (lanes % lanesInUnit(match, share, resource) === 0) open.delete(share.key);
    else open.set(share.key, { bundle, lanes });
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
