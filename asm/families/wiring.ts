// Whether the cells of one member of a family are those of another with some bits of operands tied together: then it
// computes what that computes of operands that are widened, and of that some bits.
import type { Net } from "../netlist.ts";
import { HIGH, LOW } from "../netlist.ts";
import type { Symbolic } from "./symbolic.ts";

/** How an operand is widened for the cells of the other member; `either` where it is not. */
export type Sign = "signed" | "unsigned" | "either";

/** Bits of a lane, and lanes. */
export interface Port {
  readonly width: number;
  readonly lanes: number;
}

/** The members of some numbers: their cells and their ports. */
export interface Made {
  readonly symbolic: Symbolic;
  readonly inputs: readonly Port[];
  readonly output: Port;
}

export interface Tied {
  /** How each operand is widened where it is narrower than that of the other. */
  readonly operands: readonly Sign[];
  /** What stands above the bits of the other's result, where it is wider: its top bit, or 0. */
  readonly above: Sign;
}

/** How members are made of others, with whatever is present; undefined where they are not. */
export function tiedTo(other: Made, member: Made): Tied | undefined {
  const [large, small] = [other.symbolic, member.symbolic];
  if (large.cells.length !== small.cells.length || large.dependent.length !== small.dependent.length) return undefined;
  const ports = portsOf(other, member);
  if (ports === undefined) return undefined;
  const [end, smallEnd] = ports.ends;
  const map = new Map<Net, Net>();
  const resized = ports.bits.filter(({ widths }) => widths[0] !== widths[1]);
  const isResized = (net: Net) =>
    resized.some(({ from, widths, lanes }) => net >= from[0] && net < from[0] + widths[0] * lanes);
  const isSame = (from: Net, to: Net): boolean => {
    if (from < LOW) return to < LOW && isSameDependent(from, to);
    if (from >= end) return to === from - end + smallEnd;
    if (from <= HIGH) return to === from;
    if (to < LOW || to >= smallEnd) return false;
    const known = map.get(from);
    if (known === undefined) map.set(from, to);
    return known === undefined || known === to;
  };
  const isSameDependent = (from: Net, to: Net): boolean => {
    const [one, two] = [large.dependent[-1 - from], small.dependent[-1 - to]];
    if (one?.kind === "value") return two?.kind === "value" && one.text === two.text;
    if (one === undefined || two?.kind !== "choice") return false;
    return one.test === two.test && isSame(one.one, two.one) && isSame(one.other, two.other);
  };
  for (let at = 0; at < large.cells.length; at++) {
    const [one, two] = [large.cells[at], small.cells[at]];
    if (one === undefined || two === undefined || one.prim !== two.prim || one.guard !== two.guard) return undefined;
    if (!one.params.every((value, param) => value === two.params[param])) return undefined;
    // Those that expansion cleans, which looks at constants, have the same operands in both.
    const isCleaned = one.prim.role !== "other";
    if (isCleaned && one.inputs.some((net) => net < LOW || isResized(net))) return undefined;
    if (!one.inputs.every((net, pin) => isSame(net, two.inputs[pin] as Net))) return undefined;
  }
  const above = resultAbove(other, member, isSame);
  if (above === undefined) return undefined;
  const operands: Sign[] = [];
  for (const port of ports.bits) {
    const sign = widened(port, map);
    if (sign === undefined) return undefined;
    operands.push(sign);
  }
  return { operands, above };
}

interface Bits {
  readonly from: readonly [Net, Net];
  readonly widths: readonly [number, number];
  readonly lanes: number;
}

/** Where the bits of the operands are in both, and where they end; undefined where their lanes differ. */
function portsOf(other: Made, member: Made) {
  const ends: [Net, Net] = [HIGH + 1, HIGH + 1];
  const bits: Bits[] = [];
  for (const [at, one] of other.inputs.entries()) {
    const two = member.inputs[at];
    if (one.lanes !== two?.lanes) return undefined;
    bits.push({ from: [ends[0], ends[1]], widths: [one.width, two.width], lanes: one.lanes });
    ends[0] += one.width * one.lanes;
    ends[1] += two.width * two.lanes;
  }
  return { ends, bits };
}

/** Whether each bit of an operand of the other is that of the member, or above that its top bit, or 0. */
function widened({ from, widths, lanes }: Bits, map: ReadonlyMap<Net, Net>): Sign | undefined {
  let sign: Sign = "either";
  for (let lane = 0; lane < lanes; lane++)
    for (let bit = 0; bit < widths[0]; bit++) {
      const net = map.get(from[0] + lane * widths[0] + bit);
      if (net === undefined) continue;
      const own = from[1] + lane * widths[1];
      if (bit < widths[1]) {
        if (net !== own + bit) return undefined;
        continue;
      }
      const found = net === LOW ? "unsigned" : net === own + widths[1] - 1 ? "signed" : undefined;
      if (found === undefined || (sign !== "either" && sign !== found)) return undefined;
      sign = found;
    }
  // Bits that no cell sees may be anything: they are 0.
  return sign === "either" && widths[1] < widths[0] ? "unsigned" : sign;
}

/** What the result has above the bits of the other's; undefined where the bits below are others. */
function resultAbove(other: Made, member: Made, isSame: (from: Net, to: Net) => boolean): Sign | undefined {
  const [large = [], small = []] = [other.symbolic.outputs[0], member.symbolic.outputs[0]];
  const [wide, own] = [other.output.width, member.output.width];
  if (other.output.lanes !== member.output.lanes) return undefined;
  if (large.length !== wide * other.output.lanes || small.length !== own * member.output.lanes) return undefined;
  let above: Sign = "either";
  for (let lane = 0; lane < member.output.lanes; lane++)
    for (let bit = 0; bit < own; bit++) {
      const net = small[lane * own + bit] as Net;
      if (bit < wide) {
        if (!isSame(large[lane * wide + bit] as Net, net)) return undefined;
        continue;
      }
      const found = net === LOW ? "unsigned" : net === small[lane * own + wide - 1] ? "signed" : undefined;
      if (found === undefined || (above !== "either" && above !== found)) return undefined;
      above = found;
    }
  return above;
}
