// The cells of an implementation that is not that of an instruction, between nets that are there already.
import type { Implementation, Target } from "../../lang/target/target.ts";
import type { Cell, Net } from "../netlist.ts";
import { template } from "../template.ts";

/** Cells that take `inputs` and drive `outputs`. The first has the name of `like`, and all its place in the program. */
export function stamped(
  imp: Implementation,
  params: ReadonlyMap<string, bigint>,
  inputs: readonly (readonly Net[])[],
  outputs: readonly (readonly Net[])[],
  like: Cell,
  target: Target,
  fresh: () => Net,
): readonly Cell[] {
  const widths = inputs.map((nets) => nets.length);
  const made = template(imp, params, widths, target);
  const map: (Net | undefined)[] = [0, 1, ...inputs.flat()];
  made.outputs.forEach((locals, port) => {
    locals.forEach((local, bit) => {
      map[local] ??= outputs[port]?.[bit];
    });
  });
  const net = (local: Net) => (map[local] ??= fresh());
  const { group, span } = like;
  return made.cells.map((cell, at) => ({
    ...cell,
    name: at === 0 ? like.name : `${like.name}+${at}`,
    inputs: cell.inputs.map(net),
    outputs: cell.outputs.map(net),
    group,
    at: undefined,
    span,
  }));
}
