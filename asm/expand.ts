// Expansion: each instruction becomes the cells of its implementation; wires become names for nets.
import type { Expr, Instruction, Item, Program } from "../lang/ast.ts";
import { bug, type Outcome, type Report, report } from "../lang/diagnostic.ts";
import { operationOf } from "../lang/instruction.ts";
import { didYouMean } from "../lang/near.ts";
import type { Origin } from "../lang/source.ts";
import type { Target } from "../lang/target/target.ts";
import { TargetError } from "../lang/target/value.ts";
import { scalarNamed, type Type } from "../lang/type.ts";
import { typeOf } from "../lang/written.ts";
import { columnsOf, type FlatNetlist, netOf, type Stamp } from "./flat.ts";
import { combinationalLoop } from "./loops.ts";
import { type Group, HIGH, LOW, type Net, type Netlist } from "./netlist.ts";
import { realize } from "./realize.ts";
import { type GroupFacts, isBroadcast, type Shape, shapeKey, shapeOf } from "./shape.ts";
import { simplify } from "./simplify.ts";
import type { Template } from "./template.ts";

/** The nets of a value, the bits of lane 0 first. */
interface Value {
  readonly type: Type;
  readonly nets: readonly Net[];
}

interface State {
  readonly target: Target;
  readonly found: Report;
  readonly values: Map<string, Value>;
  readonly stamps: Stamp[];
  /** What a net is another name for; itself where it is none. */
  readonly alias: Net[];
  readonly shapes: Map<string, Shape>;
  readonly groups: Group[];
  reset: Net | undefined;
  /** Whether an instruction holds state. Cells without any may have a clock, too. */
  hasState: boolean;
}

/** Implicit inputs that the module has in any case, as the program holds state, be it state that no output shows. */
export interface ImplicitPorts {
  readonly clock?: boolean | undefined;
  readonly reset?: boolean | undefined;
}

/** Expands a checked program of assembly that has one definition. */
export function expand(program: Program, target: Target, implicit: ImplicitPorts = {}): Outcome<Netlist | undefined> {
  const found = report(program.source);
  const item = program.items[0] ?? bug("no definition");
  const state: State = {
    target,
    found,
    values: new Map(),
    stamps: [],
    alias: [LOW, HIGH],
    shapes: new Map(),
    groups: [],
    reset: undefined,
    hasState: false,
  };
  for (const port of item.inputs) declare(port.name.text, portType(port), state);
  for (const one of instructions(item))
    for (const result of one.results) declare(result.name.text, portType(result), state);
  instructions(item).forEach((one, group) => {
    try {
      if (operationOf(one, "asm") !== undefined) wire(one, state);
      else instruct(one, group, state);
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      found.error(
        "bad-target",
        `target \`${target.name}\`: ${error.message}`,
        [{ span: one, text: "needed here" }],
        ["this is a mistake in the target description, not in the program"],
      );
    }
  });
  if (found.list.length > 0) return { value: undefined, diagnostics: found.list };
  const netlist = finish(item, program, state, implicit);
  const loop = combinationalLoop(netlist);
  if (loop === undefined) return { value: netlist, diagnostics: [] };
  const groups = [...new Map(loop.map((cell) => [cell.group, cell.span])).values()];
  found.error(
    "combinational-cycle",
    "a value depends on itself within a clock cycle",
    groups.slice(0, SHOWN).map((span, at) => ({ span, text: at === 0 ? "needs" : "which needs" })),
    ["break the cycle with a register"],
  );
  return { value: undefined, diagnostics: found.list };
}

/** At most this many instructions of a cycle are shown. */
const SHOWN = 6;

function instructions(item: Item): readonly Instruction[] {
  return item.body.filter((one): one is Instruction => one.kind === "instruction");
}

function portType(port: Item["inputs"][number]): Type {
  const type = port.type === undefined ? bug("a port without a type") : typeOf(port.type);
  return "lane" in type ? type : bug(type.message);
}

function fresh(state: State): Net {
  return state.alias.push(state.alias.length) - 1;
}

function declare(name: string, type: Type, state: State): void {
  const nets: Net[] = [];
  for (let bit = 0; bit < type.bits; bit++) nets.push(fresh(state));
  state.values.set(name, { type, nets });
}

/** The net that drives `net`, as far as is known. */
function driver(net: Net, alias: Net[]): Net {
  let end = net;
  while (alias[end] !== end) end = alias[end] as Net;
  for (let at = net; alias[at] !== end && at !== end; ) {
    const next = alias[at] as Net;
    alias[at] = end;
    at = next;
  }
  return end;
}

function valueNamed(arg: Expr, state: State): Value | undefined {
  if (arg.kind !== "name" || arg.text === "_") return undefined;
  const known = state.values.get(arg.text);
  if (known !== undefined) return known;
  if (arg.text !== "reset") return bug(`no value ${arg.text}`);
  state.reset ??= fresh(state);
  const reset = { type: scalarNamed("bool") as Type, nets: [state.reset] };
  state.values.set("reset", reset);
  return reset;
}

function connect(one: Instruction, nets: readonly Net[], state: State): void {
  const result = state.values.get(one.results[0]?.name.text ?? "") ?? bug("no result");
  for (let bit = 0; bit < result.nets.length; bit++)
    state.alias[result.nets[bit] as Net] = nets[bit] ?? bug(`no bit ${bit} for ${one.results[0]?.name.text}`);
}

/** The nets of a wire's result, out of those of its operands. */
const WIRES: Readonly<
  Record<string, (args: readonly Value[], attrs: readonly bigint[], type: Type) => readonly Net[]>
> = {
  id: ([a]) => a?.nets ?? [],
  cat: (args) => strung(args.map((arg) => arg.nets)),
  const: (_, attrs, type) =>
    perBit(type, (lane, bit) => (((attrs[lane] ?? attrs[0] ?? 0n) >> BigInt(bit)) & 1n ? HIGH : LOW)),
  ext: ([a], [low = 0n, high = low]) => {
    const unit = a !== undefined && a.type.lanes > 0 ? a.type.width : 1;
    return a?.nets.slice(Number(low) * unit, (Number(high) + 1) * unit) ?? [];
  },
  sext: ([a], _, type) => perLane(a, type, (bit, width) => Math.min(bit, width - 1)),
  zext: ([a], _, type) => perLane(a, type, (bit) => bit),
  sll: ([a], [by = 0n], type) => perLane(a, type, (bit) => bit - Number(by)),
  srl: ([a], [by = 0n], type) => perLane(a, type, (bit) => bit + Number(by)),
  sra: ([a], [by = 0n], type) => perLane(a, type, (bit, width) => Math.min(bit + Number(by), width - 1)),
};

function perBit(type: Type, net: (lane: number, bit: number) => Net): readonly Net[] {
  const nets: Net[] = [];
  for (let lane = 0; lane < Math.max(type.lanes, 1); lane++)
    for (let bit = 0; bit < type.width; bit++) nets.push(net(lane, bit));
  return nets;
}

/** `from` tells of which bit of the same lane of `a` a bit is, where lanes have `width` bits; those that it has not are 0. */
function perLane(a: Value | undefined, type: Type, from: (bit: number, width: number) => number): readonly Net[] {
  const width = a?.type.width ?? 0;
  return perBit(type, (lane, bit) => {
    const place = from(bit, width);
    return place >= 0 && place < width ? (a?.nets[lane * width + place] as Net) : LOW;
  });
}

/** Lists of nets as one. */
function strung(lists: readonly (readonly Net[] | undefined)[]): readonly Net[] {
  const nets: Net[] = [];
  for (const list of lists) for (const net of list ?? []) nets.push(net);
  return nets;
}

const NO_CELLS: GroupFacts = { resource: undefined, delay: 0, isRegistered: false, after: 0 };

function wire(one: Instruction, state: State): void {
  const attrs = one.attrs.map((attr) => (attr.value.kind === "int" ? attr.value.value : 0n));
  const args = one.args.map((arg) => valueNamed(arg, state) ?? bug("a wire from nowhere"));
  const { type } = state.values.get(one.results[0]?.name.text ?? "") as Value;
  note(one, NO_CELLS, one.args, state);
  const make = WIRES[one.op.text] ?? bug(`no wire ${one.op.text}`);
  connect(one, make(args, attrs, type), state);
}

function instruct(one: Instruction, group: number, state: State): void {
  const { target, found } = state;
  const pattern = target.patterns.get(one.op.text);
  const imp = target.implementations.get(one.op.text);
  if (pattern === undefined || imp === undefined) {
    found.error(
      "unknown-instruction",
      `target \`${target.name}\` has no instruction \`${one.op.text}\``,
      [{ span: one.op, text: "" }],
      didYouMean(one.op.text, target.patterns.keys()),
    );
    return;
  }
  const args = pattern.inputs.map((_, at) =>
    one.args[at] === undefined ? undefined : valueNamed(one.args[at] as Expr, state),
  );
  const result = state.values.get(one.results[0]?.name.text ?? "");
  if (result === undefined) {
    found.error("wrong-arity", `\`${pattern.name}\` has one result`, [{ span: one, text: "" }]);
    return;
  }
  const types = args.map((arg) => arg?.type);
  const key = shapeKey(one, types, result.type);
  const shape = state.shapes.get(key) ?? shapeOf(one, pattern, imp, types, result.type, target, found);
  if (shape === undefined) return;
  state.shapes.set(key, shape);
  state.hasState ||= shape.hasState;
  const { templates, facts } = shape;
  const nets: Net[] = [];
  templates.forEach((made, lane) => {
    const inputs = args.map((arg, at) => {
      if (arg !== undefined && isBroadcast(pattern, at, arg.type))
        return new Array<Net>(result.type.width).fill(arg.nets[0] as Net);
      return arg === undefined || templates.length === 1 || arg.type.lanes === 0 ? arg?.nets : laneOf(arg, lane);
    });
    stamp(made, inputs, group, state, nets);
  });
  if (nets.length !== result.nets.length)
    throw new TargetError(`\`${imp.name}\` makes ${nets.length} bits of ${result.nets.length}`, imp.item.name);
  const reaching = one.args.filter((_, at) => shape.isReached[at] === true);
  note(one, facts, reaching, state);
  connect(one, nets, state);
}

function note(
  one: Instruction,
  { resource, delay, isRegistered, after }: GroupFacts,
  operands: readonly Expr[],
  state: State,
): void {
  const args: string[] = [];
  for (const arg of operands) if (arg.kind === "name" && arg.text !== "_") args.push(arg.text);
  const result = one.results[0]?.name.text ?? "";
  state.groups.push({
    instruction: one.op.text,
    result,
    args,
    span: originOf(one),
    resource,
    delay,
    isRegistered,
    after,
  });
}

function originOf({ start, end, others }: Instruction): Origin {
  return { start, end, others };
}

function laneOf(value: Value, lane: number): readonly Net[] {
  return value.nets.slice(lane * value.type.width, (lane + 1) * value.type.width);
}

/** Puts a template into the netlist, and adds the nets of its output to `nets`. */
function stamp(
  made: Template,
  operands: readonly (readonly Net[] | undefined)[],
  group: number,
  state: State,
  nets: Net[],
): void {
  const inputs = strung(operands);
  const placed: Stamp = { made, inputs, inner: state.alias.length, group };
  for (let count = inputs.length + HIGH + 1; count < made.netCount; count++) fresh(state);
  state.stamps.push(placed);
  for (const net of made.outputs[0] ?? []) nets.push(netOf(placed, net));
}

function finish(item: Item, program: Program, state: State, implicit: ImplicitPorts): Netlist {
  const { alias, values } = state;
  const end = (net: Net) => driver(net, alias);
  const port = (one: Item["inputs"][number]) => {
    const { type, nets } = values.get(one.name.text) ?? bug("a port without nets");
    return { name: one.name.text, type, nets: nets.map(end) };
  };
  const netlist: FlatNetlist = {
    name: item.name.text,
    source: program.source,
    inputs: item.inputs.map(port),
    outputs: item.outputs.map(port),
    cells: columnsOf(state.stamps, end),
    hasClock: implicit.clock === true || state.hasState,
    reset: state.reset ?? (implicit.reset === true ? fresh(state) : undefined),
    netCount: alias.length,
    groups: state.groups,
    names: [...values].map(([name, value]) => ({ name, nets: value.nets.map(end) })),
  };
  return realize(simplify(netlist), state.target);
}
