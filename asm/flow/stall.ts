// Whether a router goes round in circles: nextpnr prints a row for every 1,000 connections that it has tried, and has no
// limit of its own where two of them take each other's wire for ever.

/** `iterations | with and without rip-up | the same since the row before | connections left | seconds`. */
const ROW = /\|\s*\d+\s+\d+\s*\|\s*\d+\s+(\d+)\s*\|\s*(\d+)\|/;

/** Rows without a connection more that are taken for a circle. */
const PATIENCE = 15;

/** Hears the lines of a tool, and tells from which on it makes no progress: all is torn up again and as much is left. */
export function stallWatch(): (line: string) => boolean {
  let left = -1;
  let rows = 0;
  return (line) => {
    const found = ROW.exec(line);
    if (found === null) return false;
    const isStill = Number(found[1]) === 0 && Number(found[2]) === left;
    left = Number(found[2]);
    rows = isStill && left > 0 ? rows + 1 : 0;
    return rows >= PATIENCE;
  };
}
