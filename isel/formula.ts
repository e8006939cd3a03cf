// A truth table in words: `(s & a) | (~s & b)` is `s ? a : b`.
import { cofactor } from "./logic/luts.ts";

/** The function of a table over names, the first the most significant of a row. */
export function formula(table: bigint, names: readonly string[]): string {
  return write(table, names, false);
}

/** `isInner`: whether it has to stand in brackets if it is more than a name. */
function write(table: bigint, names: readonly string[], isInner: boolean): string {
  const rows = 2 ** names.length;
  const all = (1n << BigInt(rows)) - 1n;
  if (table === 0n) return "0";
  if (table === all) return "1";
  const bracket = (text: string) => (isInner ? `(${text})` : text);
  for (const [at, name] of names.entries()) {
    const rest = names.toSpliced(at, 1);
    const [low, high] = [
      cofactor(table, names.length, names.length - 1 - at, 0),
      cofactor(table, names.length, names.length - 1 - at, 1),
    ];
    const most = (1n << BigInt(rows / 2)) - 1n;
    if (low === high) return write(low, rest, isInner);
    if (low === 0n && high === most) return name;
    if (low === most && high === 0n) return `~${name}`;
    if (low === 0n) return bracket(`${name} & ${write(high, rest, true)}`);
    if (high === 0n) return bracket(`~${name} & ${write(low, rest, true)}`);
    if (low === most) return bracket(`~${name} | ${write(high, rest, true)}`);
    if (high === most) return bracket(`${name} | ${write(low, rest, true)}`);
    if ((low ^ high) === most) return bracket(`${name} ^ ${write(low, rest, true)}`);
  }
  const [name = "", ...rest] = names;
  const [low, high] = [cofactor(table, names.length, rest.length, 0), cofactor(table, names.length, rest.length, 1)];
  return bracket(`${name} ? ${write(high, rest, true)} : ${write(low, rest, true)}`);
}
