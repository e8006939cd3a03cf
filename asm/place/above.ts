// Cells that hand a word on over wires of their own: whether they stand one above the other.
import type { Instruction } from "../../lang/ast.ts";
import type { Report } from "../../lang/diagnostic.ts";
import type { Target } from "../../lang/target/target.ts";
import type { Netlist } from "../netlist.ts";
import { neighbours } from "../overwires.ts";
import type { Board } from "./board.ts";
import { siteAbove } from "./grid.ts";
import { placeText } from "./requests.ts";

/** Reports cells that do not stand in the site above the one that they read over the wires. */
export function checkAbove(
  netlist: Netlist,
  unitOf: Int32Array,
  { grid, site }: Board,
  instructions: readonly Instruction[],
  target: Target,
  found: Report,
): void {
  for (const { below, above } of neighbours(netlist, target)) {
    const [low, high] = [below, above].map((cell) => site[unitOf[cell] as number] as number) as [number, number];
    if (low < 0 || high < 0 || siteAbove(grid, low) === high) continue;
    const [from, to] = [below, above].map((cell) => instructions[netlist.cells[cell]?.group ?? -1]);
    if (from === undefined || to === undefined) continue;
    found.error(
      "bad-location",
      `\`${to.results[0]?.name.text}\` reads \`${from.results[0]?.name.text}\` over wires to the next site above it`,
      [
        { span: to.loc ?? to, text: `${placeText(high, grid)} is not that` },
        { span: from.loc ?? from, text: `${placeText(low, grid)} here` },
      ],
      ["leave both open with `??`"],
    );
  }
}
