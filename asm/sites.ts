// How many sites of a resource the cells of a netlist take, where a site holds a LUT, its carry and its register.
import type { Cell, Net, Netlist } from "./netlist.ts";
import { HIGH } from "./netlist.ts";

/**
 * Sites of `resource`: a register shares that of the LUT that feeds nothing but it, a carry that of a LUT with the same
 * operands. A packer may find better, or be kept from it.
 */
export function countSites(netlist: Netlist, resource: string): number {
  const cells = netlist.cells.filter((cell) => cell.prim.resource === resource);
  const luts = cells.filter((cell) => cell.prim.role === "lut");
  const fanout = new Map<Net, number>();
  const read = (net: Net) => fanout.set(net, (fanout.get(net) ?? 0) + 1);
  for (const cell of netlist.cells) for (const net of cell.inputs) read(net);
  for (const output of netlist.outputs) for (const net of output.nets) read(net);
  const free = new Set(luts.flatMap((cell) => (fanout.get(cell.outputs[0] as Net) === 1 ? cell.outputs : [])));
  const byOperand = new Map<Net, Cell[]>();
  for (const cell of luts)
    for (const net of new Set(cell.inputs)) byOperand.set(net, [...(byOperand.get(net) ?? []), cell]);
  const hosts = new Set<Cell>();
  let alone = 0;
  for (const cell of cells) {
    if (cell.prim.role === "lut") continue;
    if (cell.prim.role === "state") {
      const fed = cell.inputs.find((net) => free.delete(net));
      if (fed === undefined) alone++;
    } else if (cell.prim.role === "carry") {
      const operands = cell.inputs.filter((net) => net > HIGH);
      const host = (byOperand.get(operands[0] ?? HIGH) ?? []).find(
        (lut) => !hosts.has(lut) && operands.every((net) => lut.inputs.includes(net)),
      );
      if (host === undefined) alone++;
      else hosts.add(host);
    } else alone++;
  }
  return luts.length + alone;
}
