// Wires of their own between cells of a column: where a cell reads over them what goes out of another, the netlist says so,
// and the two have to stand one above the other.
import type { Outcome } from "../lang/diagnostic.ts";
import { type Report, report } from "../lang/diagnostic.ts";
import type { Target } from "../lang/target/target.ts";
import { type CascadeRule, tilesOf } from "../lang/target/tile.ts";
import { type Cell, HIGH, type Net, type Netlist, portPlace } from "./netlist.ts";

/** A cell and the one that reads it over the wires, by their places among the cells. */
export interface Neighbours {
  readonly below: number;
  readonly above: number;
}

/**
 * The netlist with whole words over these wires. What is read of them are the low bits that an instruction has; those
 * above do not matter to it, as it has none of them in its result. Refused where something else drives them.
 */
export function overWires(netlist: Netlist, target: Target): Outcome<Netlist | undefined> {
  const rules = rulesOf(target);
  if (rules.size === 0) return { value: netlist, diagnostics: [] };
  const found = report(netlist.source);
  const drivers = new Map<Net, number>();
  netlist.cells.forEach((cell, at) => {
    if (rules.has(cell.prim.resource ?? "")) for (const net of cell.outputs) drivers.set(net, at);
  });
  const cells = netlist.cells.map((cell) => {
    const rule = rules.get(cell.prim.resource ?? "");
    const into = rule === undefined ? undefined : portPlace(cell.prim.inputs, rule.into);
    if (rule === undefined || into === undefined) return cell;
    const nets = cell.inputs.slice(into.low, into.low + into.width);
    const first = nets.findIndex((net) => net > HIGH);
    if (first < 0) return cell;
    const driver = netlist.cells[drivers.get(nets[first] as Net) ?? -1];
    const word = driver === undefined ? undefined : wordOf(driver, rule, nets);
    if (word === undefined) {
      complain(cell, found);
      return cell;
    }
    const inputs = [...cell.inputs];
    inputs.splice(into.low, into.width, ...word);
    return { ...cell, inputs };
  });
  return found.list.length > 0
    ? { value: undefined, diagnostics: found.list }
    : { value: { ...netlist, cells }, diagnostics: [] };
}

/** The cells that have to stand one above the other. */
export function neighbours({ cells }: Netlist, target: Target): readonly Neighbours[] {
  const rules = rulesOf(target);
  const drivers = new Map<Net, number>();
  cells.forEach((cell, at) => {
    const rule = rules.get(cell.prim.resource ?? "");
    const over = rule === undefined ? undefined : portPlace(cell.prim.outputs, rule.over);
    if (over !== undefined) drivers.set(cell.outputs[over.low] as Net, at);
  });
  return cells.flatMap((cell, above): Neighbours[] => {
    const rule = rules.get(cell.prim.resource ?? "");
    const into = rule === undefined ? undefined : portPlace(cell.prim.inputs, rule.into);
    const below = into === undefined ? undefined : drivers.get(cell.inputs[into.low] as Net);
    return below === undefined ? [] : [{ below, above }];
  });
}

function rulesOf(target: Target): ReadonlyMap<string, CascadeRule> {
  return new Map(
    [...tilesOf(target)].flatMap(([name, { cascade }]) => (cascade === undefined ? [] : [[name, cascade]])),
  );
}

/** The word over the wires of which these nets are the low bits, at the port beside; undefined if they are not. */
function wordOf({ prim, outputs }: Cell, { out, over }: CascadeRule, nets: readonly Net[]): readonly Net[] | undefined {
  const [plain, wired] = [portPlace(prim.outputs, out), portPlace(prim.outputs, over)];
  if (plain === undefined || wired === undefined) return undefined;
  const isWord = nets.every((net, bit) => net <= HIGH || net === outputs[plain.low + bit]);
  return isWord ? outputs.slice(wired.low, wired.low + wired.width) : undefined;
}

function complain({ name, span }: Cell, found: Report): void {
  found.error(
    "bad-instruction",
    `\`${name}\` reads an operand over the wires from the cell below, which does not make it`,
    [{ span, text: "" }],
    ["take the instruction that reads it from anywhere, or one whose result goes out whole as the operand"],
  );
}
