// How deep the cells of a netlist lie.
import type { Cell, Netlist } from "../netlist.ts";

/** By cell, how many LUTs and carries come before it since a register or an input. */
export function levelsOf({ cells, netCount }: Netlist): Int32Array {
  const drivers = new Int32Array(netCount).fill(-1);
  cells.forEach(({ prim, outputs }, at) => {
    if (prim.role === "lut" || prim.role === "carry") for (const net of outputs) drivers[net] = at;
  });
  const levels = new Int32Array(cells.length).fill(-1);
  const next = new Int32Array(cells.length);
  cells.forEach((_, root) => {
    if (levels[root] !== -1) return;
    const path = [root];
    for (let at = path.at(-1); at !== undefined; at = path.at(-1)) {
      const { inputs } = cells[at] as Cell;
      const net = inputs[next[at] as number];
      next[at] = (next[at] as number) + 1;
      if (net === undefined) {
        let level = 0;
        for (const one of inputs) level = Math.max(level, 1 + (levels[drivers[one] as number] ?? -1));
        levels[at] = level;
        path.pop();
        continue;
      }
      const from = drivers[net] as number;
      if (from !== -1 && next[from] === 0) path.push(from);
    }
  });
  return levels;
}
