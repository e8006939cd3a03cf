// Which name a person may have meant.

/** Nobody misspells a longer name by hand, and its distances would cost too much. */
const LONGEST = 64;

interface Match {
  readonly name: string;
  readonly distance: number;
}

/**
 * At most two of `candidates` that `word` may be a slip of, nearest first, at equal distance in their order.
 * The distance counts inserted, missing and wrong letters and swapped neighbours (Damerau-Levenshtein, optimal string
 * alignment), is blind to case, and may reach a third of the longer name. `word` itself is never among the answers,
 * and a word of more than 64 UTF-16 units has none.
 */
export function near(word: string, candidates: Iterable<string>): readonly string[] {
  if (word.length > LONGEST) return [];
  const distanceTo = meter(word.toLowerCase());
  let best: Match | undefined;
  let second: Match | undefined;
  for (const name of candidates) {
    // With two names in hand, only a strictly nearer one matters.
    const worth = second === undefined ? Infinity : second.distance - 1;
    if (worth < 0) break;
    const limit = Math.min(worth, Math.floor(Math.max(word.length, name.length) / 3));
    if (Math.abs(word.length - name.length) > limit) continue;
    if (name === word || name === best?.name || name === second?.name) continue;
    const match = { name, distance: distanceTo(name.toLowerCase(), limit) };
    if (match.distance > limit) continue;
    if (best === undefined || match.distance < best.distance) [best, second] = [match, best];
    else second = match;
  }
  return [best, second].flatMap((match) => match?.name ?? []);
}

/** The help line that names what is near to `word`, "did you mean `foo` or `bar`?"; none where nothing is. */
export function didYouMean(word: string, candidates: Iterable<string>): readonly string[] {
  return asQuestion(near(word, candidates));
}

/** The help line that asks for what `near` gave. */
export function asQuestion(names: readonly string[]): readonly string[] {
  return names.length === 0 ? [] : [`did you mean ${names.map((name) => `\`${name}\``).join(" or ")}?`];
}

/**
 * The distance of names to `word`; anything above `limit` once it is sure to be above. The rows of the table are
 * allocated once for all names; only the band of cells within `limit` of the diagonal is computed.
 */
function meter(word: string): (name: string, limit: number) => number {
  const width = word.length;
  const foreign = letters(word);
  let beforeLast = new Uint16Array(width + 1);
  let last = new Uint16Array(width + 1);
  let row = new Uint16Array(width + 1);
  return (name, limit) => {
    if (limit === 0) return name === word ? 0 : 1;
    const far = limit + 1;
    if (foreign(name, limit) > limit) return far;
    for (let x = 0; x <= width; x++) row[x] = Math.min(x, far);
    for (let y = 1; y <= name.length; y++) {
      [beforeLast, last, row] = [last, row, beforeLast];
      row.fill(far);
      if (y <= limit) row[0] = y;
      let least = row[0] ?? far;
      for (let x = Math.max(1, y - limit); x <= Math.min(width, y + limit); x++) {
        const same = word[x - 1] === name[y - 1];
        let cost = Math.min((last[x] ?? far) + 1, (row[x - 1] ?? far) + 1, (last[x - 1] ?? far) + (same ? 0 : 1));
        if (y > 1 && x > 1 && word[x - 1] === name[y - 2] && word[x - 2] === name[y - 1])
          cost = Math.min(cost, (beforeLast[x - 2] ?? far) + 1);
        row[x] = Math.min(cost, far);
        least = Math.min(least, cost);
      }
      if (least > limit) return far;
    }
    return row[width] ?? far;
  };
}

/**
 * How many letters of a name `word` has no counterpart for: never more than the distance, and quickly known, so that
 * most names need no table. Letters that share a slot of the counters only make the number smaller.
 */
function letters(word: string): (name: string, limit: number) => number {
  const counts = new Int16Array(128);
  const count = (text: string, at: number, step: number) => {
    const slot = text.charCodeAt(at) & 127;
    counts[slot] = (counts[slot] ?? 0) + step;
    return counts[slot] ?? 0;
  };
  for (let at = 0; at < word.length; at++) count(word, at, 1);
  return (name, limit) => {
    let foreign = 0;
    let at = 0;
    while (at < name.length && foreign <= limit) if (count(name, at++, -1) < 0) foreign++;
    while (at > 0) count(name, --at, 1);
    return foreign;
  };
}
