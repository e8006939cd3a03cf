// A netlist as a program of the IR: every cell a call of what its `prim` computes. So the evaluator runs netlists, too.
import { type Expr, type Instruction, type Item, type Name, NOWHERE, type Port, type Program } from "../lang/ast.ts";
import { specialized } from "../lang/target/semantics.ts";
import { isOperand, type PrimPort } from "../lang/target/target.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "./netlist.ts";

/** The program that a netlist computes; the implicit reset is an ordinary input called `reset`. */
export function lift(netlist: Netlist): Program {
  const cells = new Map<string, Item>();
  const body: Instruction[] = [];
  const own = prefix([...netlist.inputs, ...netlist.outputs].map((one) => one.name));
  const net = (number: Net) => `${own}${number}`;
  const emit = (result: string, type: string, op: string, attrs: readonly bigint[], args: readonly string[]) =>
    body.push(instruction([[result, type]], op, attrs, args));
  emit(net(LOW), "bool", "const", [0n], []);
  emit(net(HIGH), "bool", "const", [1n], []);
  for (const input of netlist.inputs)
    input.nets.forEach((one, bit) => {
      const { type } = input;
      if (type.lanes === 0) emit(net(one), "bool", "ext", [BigInt(bit)], [input.name]);
      else {
        const lane = `${net(input.nets[bit - (bit % type.width)] as Net)}_lane`;
        if (bit % type.width === 0) emit(lane, type.lane.text, "ext", [BigInt(bit / type.width)], [input.name]);
        emit(net(one), "bool", "ext", [BigInt(bit % type.width)], [lane]);
      }
    });
  if (netlist.reset !== undefined) emit(net(netlist.reset), "bool", "id", [], ["reset"]);
  netlist.cells.forEach((cell, at) => {
    body.push(...callOf(cell, `${own}cell${at}`, net, cells));
  });
  for (const output of netlist.outputs) {
    const bits = output.nets.map(net);
    const { type } = output;
    if (type.lanes === 0) emit(output.name, type.text, "cat", [], bits);
    else {
      const lanes = Array.from({ length: type.lanes }, (_, lane) => `${own}${output.name}-lane${lane}`);
      lanes.forEach((lane, at) =>
        emit(lane, type.lane.text, "cat", [], bits.slice(at * type.width, (at + 1) * type.width)),
      );
      emit(output.name, `${type.lane.text}<${type.lanes}>`, "cat", [], lanes);
    }
  }
  const inputs = netlist.inputs.map((one) => port(one.name, one.type.text));
  if (netlist.reset !== undefined) inputs.push(port("reset", "bool"));
  const outputs = netlist.outputs.map((one) => port(one.name, one.type.text));
  const main = {
    keyword: name("def"),
    name: name("main"),
    params: [],
    attrs: [],
    inputs,
    outputs,
    body,
    marks,
    ...NOWHERE,
  };
  return { source: netlist.source, items: [main, ...cells.values()], comments: [] };
}

/** What names of nets begin with: nothing that a name of a port begins with. */
function prefix(names: readonly string[]): string {
  let made = "n";
  while (names.some((one) => one.startsWith(made))) made += "_";
  return made;
}

const marks = { inputsEnd: 0, outputsEnd: 0, bodyStart: 0 };

/** Calls the definition of a cell's kind, which is made at its first use. Ports of several bits are put together. */
function callOf(
  cell: Cell,
  base: string,
  net: (number: Net) => string,
  cells: Map<string, Item>,
): readonly Instruction[] {
  const { prim, params } = cell;
  const key = [prim.name, ...params.map((value) => value.toString(36))].join("_");
  if (!cells.has(key)) cells.set(key, specialized(prim, params, key));
  const before: Instruction[] = [];
  const after: Instruction[] = [];
  const split = (ports: readonly PrimPort[], nets: readonly Net[]) => {
    let from = 0;
    return ports.map((port) => {
      from += port.width;
      return { port, bits: nets.slice(from - port.width, from).map(net) };
    });
  };
  const args = split(prim.inputs.filter(isOperand), cell.inputs).map(({ port: { name, width }, bits }) => {
    if (width === 1) return bits[0] as string;
    before.push(instruction([[`${base}_${name}`, `u${width}`]], "cat", [], bits));
    return `${base}_${name}`;
  });
  const results = split(prim.outputs, cell.outputs).map(({ port: { name, width }, bits }): [string, string] => {
    if (width === 1) return [bits[0] as string, "bool"];
    bits.forEach((bit, at) => {
      after.push(instruction([[bit, "bool"]], "ext", [BigInt(at)], [`${base}_${name}`]));
    });
    return [`${base}_${name}`, `u${width}`];
  });
  return [...before, instruction(results, key, [], args), ...after];
}

function name(text: string): Name {
  return { text, ...NOWHERE };
}

function port(text: string, type: string): Port {
  const [, scalar = type, lanes] = /^(\w+)<(\d+)>$/.exec(type) ?? [];
  const args: Expr[] = lanes === undefined ? [] : [{ kind: "int", value: BigInt(lanes), text: lanes, ...NOWHERE }];
  return { name: name(text), optional: false, index: undefined, type: { name: scalar, args, ...NOWHERE }, ...NOWHERE };
}

function instruction(
  results: readonly (readonly [string, string])[],
  op: string,
  attrs: readonly bigint[],
  args: readonly string[],
): Instruction {
  return {
    kind: "instruction",
    results: results.map(([text, type]) => port(text, type)),
    op: name(op),
    optional: false,
    attrs: attrs.map((value) => ({
      key: undefined,
      value: { kind: "int", value, text: `${value}`, ...NOWHERE },
      ...NOWHERE,
    })),
    args: args.map((text) => ({ kind: "name", text, type: undefined, ...NOWHERE })),
    loc: undefined,
    partial: false,
    others: [],
    ...NOWHERE,
  };
}
