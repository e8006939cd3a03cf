// Memories whose words lie side by side in the same blocks, as they have the same addresses: one memory of wider words.
// Each is written by its own enable where the instruction says bit by bit what is written.
import { bug } from "../lang/diagnostic.ts";
import { operation } from "../lang/ops.ts";
import type { Pattern } from "../lang/target/target.ts";
import { BOOL, integer } from "../lang/type.ts";
import { type Draft, originOf, wire } from "./drafts.ts";
import type { Bundle } from "./join.ts";
import type { Match } from "./match.ts";

/** The operands that all bits of a word share, so that memories must have the same ones. `width` is that of the words. */
export function besideKey({ pattern, ports }: Match, width: string): string {
  const shared = pattern.inputs.map(({ name }) => (isBeside(pattern, name, width) ? "" : (ports.get(name) ?? "-")));
  return [pattern.name, ...shared].join("|");
}

/** Whether an operand has something for each bit of a word. */
function isBeside({ inputs }: Pattern, port: string, width: string): boolean {
  const of = inputs.find(({ name }) => name === port)?.type.width;
  return of?.kind === "name" && of.text === width;
}

/** Makes one memory of a bundle, the words of the first at the bottom. */
export function layBeside(
  bundle: Bundle,
  hint: string,
  at: (id: number) => Draft,
  fresh: (base: string) => string,
): void {
  const [{ pattern, ports }] = bundle as readonly [Match];
  const { tree, beside } = pattern;
  if (tree.kind !== "op" || beside === undefined) return bug("no memory");
  const roots = bundle.map((match) => at(match.root));
  const widths = roots.map(({ type }) => type.width);
  const operand = (port: string): Draft[] => {
    const id = ports.get(port);
    if (id === undefined) return [];
    if (!isBeside(pattern, port, beside)) return [at(id)];
    const rows = bundle.map((match) => at(match.ports.get(port) ?? bug(`no \`${port}\``)));
    // What all bits of a word share stands for each of them.
    const parts = rows.flatMap((row, of) =>
      row.type === BOOL ? Array.from({ length: widths[of] ?? 1 }, () => row) : [row],
    );
    const width = parts.reduce((sum, { type }) => sum + type.width, 0);
    return [wire(fresh(rows.map(({ name }) => name).join("_")), integer("u", width), "cat", parts)];
  };
  const whole: Draft = {
    name: fresh(roots.map(({ name }) => name).join("_")),
    type: integer(
      "u",
      widths.reduce((sum, width) => sum + width, 0),
    ),
    op: tree.op,
    args: tree.args.flatMap((arg) => (arg.kind === "port" ? operand(arg.name) : [])),
    attrs: contentsOf(roots),
    hint,
    span: originOf(roots),
  };
  let low = 0;
  for (const root of roots) {
    root.op = operation("ext");
    root.args = [whole];
    root.attrs = [BigInt(low), BigInt(low + root.type.width - 1)];
    root.hint = undefined;
    low += root.type.width;
  }
}

/** The words of all side by side; none where none has any. */
function contentsOf(roots: readonly Draft[]): readonly bigint[] {
  const count = Math.max(...roots.map(({ attrs }) => attrs.length));
  return Array.from({ length: count }, (_, address) => {
    let word = 0n;
    let low = 0n;
    for (const { attrs, type } of roots) {
      word |= BigInt.asUintN(type.width, attrs[address] ?? 0n) << low;
      low += BigInt(type.width);
    }
    return word;
  });
}
