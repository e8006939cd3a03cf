// Enables and resets that may be left out: whether that is the same as to tie them to what they are then. So a member with
// all of them says what all others are.
import type { Pattern, PatternTree } from "../../lang/target/target.ts";
import { HIGH, LOW, type Net } from "../netlist.ts";
import type { Made } from "./wiring.ts";

/** Whether all enables and resets of registers that are optional are tied to 1 and 0 in the cells where they are left out. */
export function areTied({ symbolic, inputs }: Made, pattern: Pattern): boolean {
  const constants = constantsOf(pattern);
  if (constants.size === 0 || asks(pattern, constants)) return false;
  const isAsked = (text: string) => [...constants.keys()].some((name) => text.includes(`present(${name})`));
  const { cells, dependent, outputs } = symbolic;
  if (cells.some(({ params, guard }) => [guard, ...params.map(String)].some(isAsked))) return false;
  if (dependent.some((one) => (one.kind === "value" ? isAsked(one.text) : isAsked(one.test) && !WHOLE.test(one.test))))
    return false;
  let first = HIGH + 1;
  const own = new Map<Net, string>();
  pattern.inputs.forEach(({ name }, at) => {
    if (constants.has(name)) own.set(first, name);
    const port = inputs[at];
    first += port === undefined ? 0 : port.width * port.lanes;
  });
  const isDirect = (net: Net) => own.has(net);
  if ([...cells.map((cell) => cell.inputs), ...outputs].some((nets) => nets.some(isDirect))) return false;
  /** What a net is where the port is left out: the constant that is meant, through others that are left out, too. */
  const isMeant = (net: Net, tie: Net): boolean => {
    if (net === tie) return true;
    const made = net < LOW ? dependent[-1 - net] : undefined;
    const name = made?.kind === "choice" ? WHOLE.exec(made.test)?.[1] : undefined;
    return made?.kind === "choice" && name !== undefined && constants.get(name) === tie && isMeant(made.other, tie);
  };
  return dependent.every((made) => {
    if (made.kind === "value") return true;
    const name = WHOLE.exec(made.test)?.[1] ?? "";
    const tie = constants.get(name);
    if (tie === undefined) return !isDirect(made.one) && !isDirect(made.other);
    return own.get(made.one) === name && isMeant(made.other, tie);
  });
}

const WHOLE = /^present\((\w+)\)$/;

/** Ports that are enables or resets of registers and nothing else, with what they are where they are left out. */
function constantsOf({ inputs, tree }: Pattern): ReadonlyMap<string, Net> {
  const found = new Map<string, Net>();
  const others = new Set<string>();
  const visit = (one: PatternTree): void => {
    if (one.kind !== "op") return;
    one.args.forEach((arg, at) => {
      if (arg.kind !== "port") return visit(arg);
      const isControl = one.op.kind === "reg" && at > 0;
      for (const name of [arg.name, ...(arg.own === undefined ? [] : [arg.own])])
        if (isControl) found.set(name, at === 1 ? HIGH : LOW);
        else others.add(name);
    });
  };
  visit(tree);
  const optional = new Set(inputs.flatMap((port) => (port.optional ? [port.name] : [])));
  return new Map([...found].filter(([name]) => optional.has(name) && !others.has(name)));
}

/** Whether a condition of the pattern asks for one of the ports. */
function asks({ when, source }: Pattern, ports: ReadonlyMap<string, Net>): boolean {
  const text = when === undefined ? "" : source.text.slice(when.start, when.end);
  return [...ports.keys()].some((name) => text.includes(`present(${name})`));
}
