// What a cell computes: its `prim` with the parameters filled in, as a definition of the IR.
import { type Attr, type Instruction, type Item, NOWHERE } from "../ast.ts";
import { check } from "../check.ts";
import { machine } from "../eval/machine.ts";
import { elaborate, type Graph } from "../graph.ts";
import { OPERATIONS } from "../ops.ts";
import { typeOf } from "../written.ts";
import { folded } from "./fold.ts";
import { isOperand, type Prim } from "./target.ts";
import { evaluate, type Scope, splitWords, TargetError } from "./value.ts";

/** What a cell with these parameters computes: its definition without what they switch off. */
export function specialized(prim: Prim, params: readonly bigint[], name: string): Item {
  return folded(definition(prim, params, name));
}

/** The definition of a cell with these parameters; the clock is implicit in it. */
export function definition(prim: Prim, params: readonly bigint[], name: string): Item {
  const scope = new Map(prim.params.map((param, at) => [param.name, params[at] ?? 0n]));
  const attribute = (attr: Attr): Attr => {
    if (attr.value.kind === "int" || attr.value.kind === "string") return attr;
    const value = evaluate(attr.value, scope);
    return { ...attr, value: { kind: "int", value, text: `${value}`, start: attr.start, end: attr.end } };
  };
  const operands = new Set(prim.inputs.filter(isOperand).map((port) => port.name));
  return {
    ...prim.item,
    keyword: { text: "def", ...NOWHERE },
    name: { text: name, ...NOWHERE },
    params: [],
    attrs: [],
    inputs: prim.item.inputs.filter((port) => operands.has(port.name.text)),
    body: prim.item.body.map((one) => {
      if (one.kind !== "instruction") return one;
      const isMemory = OPERATIONS.get(one.op.text)?.kind === "memory";
      return { ...one, attrs: isMemory ? one.attrs.flatMap(words(one, prim, scope)) : one.attrs.map(attribute) };
    }),
  };
}

/** The contents of a memory: a parameter holds words side by side, the first at the bottom. */
function words(one: Instruction, prim: Prim, scope: Scope): (attr: Attr) => readonly Attr[] {
  const written = one.results[0]?.type;
  const type = written === undefined ? undefined : typeOf(written);
  const width = type !== undefined && "lane" in type ? type.bits : 1;
  return (attr) => {
    const param = prim.params.find(({ name }) => attr.value.kind === "name" && attr.value.text === name);
    const { start, end } = attr;
    return splitWords(evaluate(attr.value, scope), Math.ceil((param?.width ?? width) / width), width).map((value) => ({
      ...attr,
      value: { kind: "int", value, text: `${value}`, start, end },
    }));
  };
}

const graphs = new WeakMap<Prim, Map<string, Graph>>();
const truthTables = new WeakMap<Prim, Map<string, bigint | undefined>>();

/** What was made of a cell before: cells are the same objects in all programs of a target. */
function once<T>(known: WeakMap<Prim, Map<string, T>>, prim: Prim, params: readonly bigint[], make: () => T): T {
  const own = known.get(prim) ?? new Map<string, T>();
  if (own.size === 0 || own.size >= MOST_KNOWN) {
    own.clear();
    known.set(prim, own);
  }
  const key = params.join(" ");
  if (!own.has(key)) own.set(key, make());
  return own.get(key) as T;
}

/** So many choices of its parameters are remembered of a cell. */
const MOST_KNOWN = 2 ** 16;

/** The same as a graph. Throws `TargetError` if the description is not a correct program. */
export function graphOf(prim: Prim, params: readonly bigint[]): Graph {
  return once(graphs, prim, params, () => makeGraph(prim, params));
}

function makeGraph(prim: Prim, params: readonly bigint[]): Graph {
  const program = { source: prim.source, items: [specialized(prim, params, "main")], comments: [] };
  const checked = check(program, "ir");
  const wrong = checked.diagnostics.find((one) => one.severity === "error");
  if (wrong !== undefined) throw new TargetError(`\`${prim.name}\`: ${wrong.message}`, prim.item.name);
  const { value, diagnostics } = elaborate(checked.value);
  const unclear = diagnostics.find((one) => one.severity === "error");
  if (value === undefined || unclear !== undefined)
    throw new TargetError(`\`${prim.name}\`: ${unclear?.message ?? "it has no meaning"}`, prim.item.name);
  return value;
}

/** Cells of up to this many inputs have truth tables. */
const WIDEST = 6;

/**
 * The function of a stateless cell with one output bit: bit i of the result is its value where the inputs, the first the
 * least significant, spell i. Undefined for other cells.
 */
export function truthTable(prim: Prim, params: readonly bigint[]): bigint | undefined {
  return once(truthTables, prim, params, () => makeTable(prim, params));
}

function makeTable(prim: Prim, params: readonly bigint[]): bigint | undefined {
  const inputs = prim.inputs.filter(isOperand);
  if (inputs.length > WIDEST || prim.outputs.length !== 1) return undefined;
  const graph = graphOf(prim, params);
  if (graph.stateful || graph.nodes.some((node) => node.op === undefined && node.type.bits !== 1)) return undefined;
  const run = machine(graph);
  let table = 0n;
  for (let row = 0; row < 2 ** inputs.length; row++) {
    inputs.forEach((_, at) => {
      run.setNarrow(at, 0, (row >> at) & 1);
    });
    run.evaluate();
    if (run.getNarrow(0, 0) !== 0) table |= 1n << BigInt(row);
  }
  return table;
}
