// How many sites of each resource the cells of a netlist take, where a site holds a LUT, its carry and its register.
import { type Cell, HIGH, type Net, type Netlist } from "./netlist.ts";

/**
 * Sites by resource: a register shares that of the LUT that feeds nothing but it, a carry that of a LUT with the same
 * operands. A packer may be kept from it, and need more.
 */
export function sitesNeeded(netlist: Netlist): ReadonlyMap<string, number> {
  const needed = new Map<string, number>();
  const feeding = feeders(netlist);
  const hosts = carryHosts(netlist);
  for (const cell of netlist.cells) {
    const { resource, role } = cell.prim;
    // A choice between LUTs stands beside them.
    if (resource === undefined || role === "choice") continue;
    const shares =
      (role === "state" && cell.inputs.some((net) => feeding.delete(net))) ||
      (role === "carry" && hosts.delete(operandsOf(cell)));
    if (!shares) needed.set(resource, (needed.get(resource) ?? 0) + cell.prim.sites);
  }
  return needed;
}

/** What LUTs, and sums of several bits, give to one other cell only. */
function feeders(netlist: Netlist): Set<Net> {
  const users = new Map<Net, number>();
  const read = (net: Net) => users.set(net, (users.get(net) ?? 0) + 1);
  for (const cell of netlist.cells) cell.inputs.forEach(read);
  for (const port of netlist.outputs) port.nets.forEach(read);
  // A carry of several bits has sums that registers take.
  const feeding = netlist.cells.filter(
    ({ prim, outputs }) =>
      prim.role === "lut" || prim.role === "choice" || (prim.role === "carry" && outputs.length > 1),
  );
  return new Set(feeding.flatMap((cell) => cell.outputs).filter((net) => users.get(net) === 1));
}

/** The operands of carries that some LUT has, too. */
function carryHosts(netlist: Netlist): Set<string> {
  const carries = netlist.cells.filter((cell) => cell.prim.role === "carry");
  const counts = new Uint32Array(netlist.netCount);
  for (const { inputs } of carries) for (const net of inputs) counts[net] = (counts[net] as number) + 1;
  // A carry is looked for at the operand that the fewest carries have, as thousands may share another.
  const wanted = new Map<Net, Cell[]>();
  for (const carry of carries) {
    const nets = carry.inputs.filter((net) => net > HIGH);
    if (nets.length === 0) continue;
    const rarest = nets.reduce((best, net) => ((counts[net] as number) < (counts[best] as number) ? net : best));
    const known = wanted.get(rarest);
    if (known === undefined) wanted.set(rarest, [carry]);
    else known.push(carry);
  }
  const hosts = new Set<string>();
  for (const { prim, inputs } of netlist.cells) {
    if (prim.role !== "lut") continue;
    for (const net of inputs)
      for (const carry of wanted.get(net) ?? [])
        if (carry.inputs.every((one) => one <= HIGH || inputs.includes(one))) hosts.add(operandsOf(carry));
  }
  return hosts;
}

function operandsOf(cell: Cell): string {
  return cell.inputs.join(" ");
}
