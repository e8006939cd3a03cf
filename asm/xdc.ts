// Constraints of a placement in the vendor's language: where each cell goes, and the clock.
import type { Outcome } from "../lang/diagnostic.ts";
import type { Target } from "../lang/target/target.ts";
import { tilesOf } from "../lang/target/tile.ts";
import { identifier } from "../lang/verilog.ts";
import { joined } from "./lines.ts";
import type { Netlist } from "./netlist.ts";

/** The frequency that is asked for, in MHz. */
export interface XdcOptions {
  readonly megahertz: number | undefined;
}

/** A Tcl command a cell, the part of the site before the site, as the vendor's tool wants it; then the clock. */
export function xdcOf(netlist: Netlist, { megahertz }: XdcOptions): Outcome<string> {
  const lines: string[] = [];
  for (const { name, loc, site } of netlist.cells) {
    if (loc === undefined) continue;
    const cell = `[get_cells {${identifier(name).trimEnd().replace(/^\\/, "")}}]`;
    if (site !== undefined) lines.push(`set_property BEL ${site} ${cell}`);
    lines.push(`set_property LOC ${loc} ${cell}`);
  }
  if (netlist.hasClock && megahertz !== undefined)
    lines.push(`create_clock -name clock -period ${(1e3 / megahertz).toFixed(3)} [get_ports clock]`);
  return joined(lines, netlist.source, "constraints");
}

/** Whether a target says what constraints call its sites. Throws `TargetError`. */
export function hasConstraints(target: Target): boolean {
  return [...tilesOf(target).values()].some(({ loc }) => loc !== undefined);
}
