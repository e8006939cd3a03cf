// A graph as behavioural Verilog-2001 of the same meaning, for other tools and for comparison: an assignment an
// instruction in the order of the graph, then an `always` block for each register and memory.
import { bug, failed, type Outcome, type Report, report } from "./diagnostic.ts";
import { memoryOperands } from "./eval/memory.ts";
import type { Graph, Node, Reset } from "./graph.ts";
import type { Lane } from "./ops.ts";
import type { Span } from "./source.ts";
import { BOOL, integer, type Type } from "./type.ts";
import { declared, identifier, laneNames, literal, type Names, select, verilogNames } from "./verilog.ts";
import { waivers } from "./waivers.ts";

/**
 * The module `graph.name`: `clock`, if there is state, `reset`, if it is "sync", then the inputs and outputs in their
 * order. A vector port `v` is `v_0`, `v_1`, ...; where two ports would get one name, the text is empty and a diagnostic
 * says so. Every other name is kept unless a port has it. Clean under `verilator --lint-only -Wall` but for what the
 * text waives, with the reason.
 */
export function behavioural(graph: Graph, options: { readonly reset: Reset }): Outcome<string> {
  const found = report(graph.source);
  const names = verilogNames();
  const ports = listPorts(graph, options.reset, names, found);
  if (failed(found.list)) return { value: "", diagnostics: found.list };
  const outputs = new Map<number, string>();
  for (const { name, node } of graph.outputs) if (!outputs.has(node)) outputs.set(node, name);
  const nets = nameNets(graph, outputs, names);
  const index = identifier(names.fresh("i", BOOL)[0] ?? "");
  const reset = graph.stateful && options.reset === "sync";
  const text = { state: [], constants: [], logic: [], initial: [], clocked: [] };
  const module: Module = { graph, names, reset, nets, outputs, index, text };
  if (graph.nodes.some(isZeroed)) module.text.state.push(`integer ${index};`);
  for (const node of graph.nodes) print(node, module);
  for (const output of graph.outputs) alias(output.name, output.node, module);
  return { value: assemble(module, ports), diagnostics: found.list };
}

/** The parts of a module, each a list of lines, in the order of the text. */
const SECTIONS = [
  { section: "state", title: "State: registers, outputs of synchronous memories, words of memories." },
  { section: "constants", title: "Constants." },
  { section: "logic", title: "Logic." },
  { section: "initial", title: "Before the first clock edge." },
  { section: "clocked", title: "At the clock edge." },
] as const;

type Section = (typeof SECTIONS)[number]["section"];

interface Module {
  readonly graph: Graph;
  readonly names: Names;
  readonly reset: boolean;
  /** The nets of each node, ready to be printed, one a lane. */
  readonly nets: readonly (readonly string[])[];
  /** The nodes that are output ports; one that is several has the name of the first. */
  readonly outputs: ReadonlyMap<number, string>;
  /** Counts the words of a memory. */
  readonly index: string;
  readonly text: { readonly [Name in Section]: string[] };
}

interface VerilogPort {
  readonly direction: "input" | "output" | "output reg";
  readonly name: string;
  /** Undefined: a bit that nobody wrote, `clock` or `reset`. */
  readonly type: Type | undefined;
  readonly span: Span;
}

/** The ports in their order, their names taken; reports those that clash. */
function listPorts(graph: Graph, reset: Reset, names: Names, found: Report): readonly VerilogPort[] {
  const implicit = graph.stateful ? (reset === "sync" ? ["clock", "reset"] : ["clock"]) : [];
  const node = (id: number) => graph.nodes[id] ?? bug(`no node ${id}`);
  const span = { start: 0, end: 0 };
  const firsts = new Set<number>();
  const ports: VerilogPort[] = [
    ...implicit.map((name) => ({ direction: "input" as const, name, type: undefined, span })),
    ...graph.inputs.map((id) => ({ ...node(id), direction: "input" as const })),
    ...graph.outputs.map((output) => {
      const isRegister = isReg(node(output.node)) && !firsts.has(output.node);
      firsts.add(output.node);
      return { ...node(output.node), name: output.name, direction: isRegister ? "output reg" : "output" } as const;
    }),
  ];
  checkClashes(ports, graph, names, found);
  return ports;
}

/** Takes the names of the ports, and of the module; reports those that are one in Verilog. */
function checkClashes(ports: readonly VerilogPort[], graph: Graph, names: Names, found: Report): void {
  const owners = new Map<string, VerilogPort>();
  for (const port of ports) {
    const lanes = port.type === undefined ? [port.name] : laneNames(port.name, port.type);
    const [clash] = names.claim(lanes);
    const other = owners.get(clash ?? "");
    for (const lane of lanes) if (!owners.has(lane)) owners.set(lane, port);
    if (clash === undefined || other === undefined) continue;
    found.error(
      "name-clash",
      `the ports \`${other.name}\` and \`${port.name}\` would both be \`${clash}\` in Verilog`,
      [
        { span: port.span, text: port.type === undefined ? "" : `\`${port.type.text}\`` },
        ...(other.type === undefined ? [] : [{ span: other.span, text: `\`${other.type.text}\`` }]),
      ],
      ["the lanes of a vector port `v` are `v_0`, `v_1`, ...; give one of the ports another name"],
    );
  }
  const [same] = names.claim([graph.name]);
  if (same === undefined) return;
  found.warning(
    "name-clash",
    `the port \`${same}\` has the name of its module, which Verilator refuses`,
    [{ span: owners.get(same)?.span ?? { start: 0, end: 0 }, text: "" }],
    ["give one of them another name, if the Verilog is meant for Verilator"],
  );
}

/** Whether the nets of a node are variables of Verilog, which an `always` block sets. */
function isReg({ op }: Node): boolean {
  return op?.kind === "reg" || op?.memory?.synchronous === true;
}

/** The names of all nets: those of the ports as they are, then those of the other values, renamed where it must be. */
function nameNets(graph: Graph, outputs: ReadonlyMap<number, string>, names: Names): readonly (readonly string[])[] {
  const inputs = new Set(graph.inputs);
  return graph.nodes.map(({ id, name, type }) => {
    const port = inputs.has(id) ? name : outputs.get(id);
    return (port === undefined ? names.fresh(name, type) : laneNames(port, type)).map(identifier);
  });
}

/** Prints what computes a node. */
function print(node: Node, module: Module): void {
  const { graph, nets, text } = module;
  const { op, type, attrs } = node;
  if (op === undefined) return;
  const operands = node.args.map((id) => nets[id] ?? bug(`no net ${id}`));
  const types = node.args.map((id) => graph.nodes[id]?.type ?? bug(`no node ${id}`));
  const all = operands.flat();
  switch (op.kind) {
    case "const":
      define(node, text.constants, module, (lane) => literal(attrs[lane] ?? 0n, type));
      break;
    case "lanes": {
      const meaning = op.meaning ?? bug(`${op.name} has no meaning`);
      const lane: Lane = { args: types.map((one) => one.lane), type: type.lane, attrs };
      define(node, text.logic, module, (at) =>
        meaning.verilog(
          operands.map((one, arg) => (types[arg]?.lanes === 0 ? one[0] : one[at]) ?? bug("a lane is missing")),
          lane,
        ),
      );
      break;
    }
    case "ext": {
      const [low = 0, high = low] = attrs.map(Number);
      const from = types[0] ?? bug("ext of nothing");
      define(node, text.logic, module, (at) =>
        from.lanes === 0 ? select(all[0] ?? "", low, high, from) : (all[low + at] ?? bug("a lane is missing")),
      );
      break;
    }
    case "cat":
      define(node, text.logic, module, (at) =>
        type.lanes === 0 ? concat(all) : (all[at] ?? bug("a lane is missing")),
      );
      break;
    case "reg":
      printRegister(node, operands, module);
      break;
    case "memory":
      printMemory(node, types, operands, module);
      break;
  }
}

/** Gives each lane of a node its expression: where it is declared, or in an assignment to a port. */
function define(node: Node, lines: string[], module: Module, expression: (lane: number) => string): void {
  const isPort = module.outputs.has(node.id);
  netsOf(node, module).forEach((net, lane) => {
    lines.push(`${isPort ? "assign " : `wire ${declared(node.type)}`}${net} = ${expression(lane)};`);
  });
}

function netsOf(node: Node, { nets }: Module): readonly string[] {
  return nets[node.id] ?? bug(`no net ${node.id}`);
}

/** Nets side by side, the first the least significant. */
function concat(nets: readonly string[]): string {
  return nets.length === 1 ? (nets[0] as string) : `{${nets.toReversed().join(", ")}}`;
}

/** Declares the variables of a node with state, unless they are ports. */
function declareState(node: Node, module: Module): void {
  if (module.outputs.has(node.id)) return;
  for (const net of netsOf(node, module)) module.text.state.push(`reg ${declared(node.type)}${net};`);
}

function printRegister(node: Node, operands: readonly (readonly string[])[], module: Module): void {
  const { text, reset } = module;
  const [data = [], [enable] = []] = operands;
  const nets = netsOf(node, module);
  const initial = nets.map((_, lane) => literal(node.attrs[lane] ?? 0n, node.type));
  declareState(node, module);
  nets.forEach((net, lane) => text.initial.push(`${net} = ${initial[lane]};`));
  const load = nets.map((net, lane) => `${net} <= ${data[lane]};`);
  const clear = nets.map((net, lane) => `${net} <= ${initial[lane]};`);
  const loading = enable === undefined ? load : guarded(`if (${enable})`, load);
  const body = reset ? [...guarded("if (reset)", clear), ...guarded("else", loading)] : loading;
  text.clocked.push(...guarded("always @(posedge clock)", body));
}

/** Statements behind a condition: one of them on its line, more in a block. */
function guarded(head: string, body: readonly string[]): readonly string[] {
  if (body.length === 1) return [`${head} ${body[0]}`];
  const isNested = head === "else" && body[0]?.startsWith("if") === true;
  if (isNested) return [`${head} ${body[0]}`, ...body.slice(1)];
  return [`${head} begin`, ...body.map((line) => `    ${line}`), "end"];
}

/** A memory is an array of words; those of vectors hold their lanes side by side. */
function printMemory(
  node: Node,
  types: readonly Type[],
  operands: readonly (readonly string[])[],
  module: Module,
): void {
  const { text, names } = module;
  const { op, type } = node;
  const roles = memoryOperands(types, type, op?.memory?.writable === true);
  const word = type.lanes === 0 ? type : integer("u", type.bits);
  const words = identifier(names.fresh(`${node.name}_words`, word)[0] ?? "");
  const size = 2 ** (types[0]?.width ?? 0);
  const at = (role: number) =>
    types[role]?.kind === "i" ? `${words}[$unsigned(${operands[role]?.[0]})]` : `${words}[${operands[role]?.[0]}]`;
  const nets = netsOf(node, module);
  if (op?.memory?.synchronous) declareState(node, module);
  text.state.push(`reg ${declared(word)}${words} [0:${size - 1}];`);
  printContents(node, words, word, size, module);
  const clocked: string[] = [];
  if (op?.memory?.synchronous) {
    for (const net of nets) text.initial.push(`${net} = ${literal(0n, type)};`);
    const read = [`${concat(nets)} <= ${at(0)};`];
    clocked.push(...(roles.readEnable < 0 ? read : guarded(`if (${operands[roles.readEnable]?.[0]})`, read)));
  } else if (type.lanes === 0) define(node, text.logic, module, () => at(0));
  else {
    if (!module.outputs.has(node.id)) for (const net of nets) text.logic.push(`wire ${declared(type)}${net};`);
    text.logic.push(`assign ${concat(nets)} = ${at(0)};`);
  }
  if (op?.memory?.writable) {
    const word = at(roles.writeAddress);
    const data = operands[roles.data] ?? [];
    const [enable = ""] = operands[roles.writeEnable] ?? [];
    if (types[roles.writeEnable] === BOOL) clocked.push(`if (${enable}) ${word} <= ${concat(data)};`);
    else if (type.lanes === 0) clocked.push(`${word} <= (${word} & ~${enable}) | (${data[0]} & ${enable});`);
    else
      data.forEach((lane, at) => {
        const bit = select(enable, at, at, types[roles.writeEnable] as Type);
        const place = select(word, at * type.width, (at + 1) * type.width - 1, integer("u", type.bits));
        clocked.push(`if (${bit}) ${place} <= ${lane};`);
      });
  }
  if (clocked.length > 0) text.clocked.push(...guarded("always @(posedge clock)", clocked));
}

/** Whether most words of a memory are 0: then they become so in a loop, and the others follow. */
function isZeroed({ op, attrs }: Node): boolean {
  return op?.kind === "memory" && attrs.filter((value) => value !== 0n).length <= attrs.length / 2;
}

/** The words before the first clock edge. */
function printContents(node: Node, words: string, word: Type, size: number, { text, index: i }: Module): void {
  const zeroed = isZeroed(node);
  if (zeroed)
    text.initial.push(`for (${i} = 0; ${i} < ${size}; ${i} = ${i} + 1) ${words}[${i}] = ${literal(0n, word)};`);
  node.attrs.forEach((value, address) => {
    if (!zeroed || value !== 0n) text.initial.push(`${words}[${address}] = ${literal(value, word)};`);
  });
}

/** An output that has the value of another port, under a name of its own. */
function alias(name: string, id: number, module: Module): void {
  const { graph, outputs, nets, text } = module;
  const node = graph.nodes[id] ?? bug(`no node ${id}`);
  const isInput = node.op === undefined;
  if (!isInput && outputs.get(id) === name) return;
  laneNames(name, node.type).forEach((lane, at) => text.logic.push(`assign ${identifier(lane)} = ${nets[id]?.[at]};`));
}

function assemble(module: Module, ports: readonly VerilogPort[]): string {
  const { graph, text } = module;
  const header = ports.flatMap(({ direction, name, type }) =>
    type === undefined
      ? [`${direction} ${name}`]
      : laneNames(name, type).map((lane) => `${direction} ${declared(type)}${identifier(lane)}`),
  );
  const lines = [
    `// \`${graph.name}\`: behavioural Verilog, printed by reticle.`,
    ...waivers(graph, module.reset),
    `module ${identifier(graph.name)}(`,
    header.map((line) => `    ${line}`).join(",\n"),
    ");",
  ];
  for (const { section, title } of SECTIONS) {
    const body = text[section];
    if (body.length === 0) continue;
    lines.push("", `    // ${title}`);
    const isBlock = section === "initial";
    if (isBlock) lines.push("    initial begin");
    for (const line of body) lines.push(isBlock ? `        ${line}` : `    ${line}`);
    if (isBlock) lines.push("    end");
  }
  lines.push("endmodule", "");
  return lines.join("\n");
}
