// A netlist as a graph of values: every cell is what its `prim` computes. So the evaluator runs netlists, too.
import type { Graph, Node } from "../lang/graph.ts";
import { holdsState, type Operation, operation } from "../lang/ops.ts";
import { inOrder } from "../lang/order.ts";
import { NO_SPANS, type Origin } from "../lang/source.ts";
import { graphOf, truthTable } from "../lang/target/semantics.ts";
import { isOperand, type PrimPort } from "../lang/target/target.ts";
import { BOOL, type Type } from "../lang/type.ts";
import { type Cell, HIGH, LOW, type Net, type Netlist } from "./netlist.ts";

/** A node whose operands are known later. */
interface Draft {
  id: number;
  readonly type: Type;
  readonly op: Operation | undefined;
  readonly args: Draft[];
  readonly attrs: readonly bigint[];
  readonly span: Origin;
}

const CONST = operation("const");
const EXT = operation("ext");
const CAT = operation("cat");
const ID = operation("id");
const LUT = operation("lut");

/**
 * The graph of what a netlist computes; its reset, if it has one, is an ordinary input called `reset`, the last. Undefined
 * where nets have no driver or hang on themselves within a cycle. Throws `TargetError` if a cell's description is wrong.
 */
export function netlistGraph(netlist: Netlist): Graph | undefined {
  const drafts: Draft[] = [];
  const drivers = new Array<Draft | undefined>(netlist.netCount);
  const nowhere: Origin = { start: 0, end: 0, others: NO_SPANS };
  const draft = (op: Operation | undefined, type: Type, attrs: readonly bigint[], args: Draft[], span = nowhere) => {
    const made: Draft = { id: -1, type, op, args, attrs, span };
    drafts.push(made);
    return made;
  };
  /** Operands that are nets, to be led to their drivers once all are known. */
  const open: { readonly user: Draft; readonly nets: readonly Net[] }[] = [];
  const reading = (user: Draft, nets: readonly Net[]) => {
    open.push({ user, nets });
    return user;
  };
  const spread = (from: Draft, nets: readonly Net[], span = nowhere) => {
    nets.forEach((net, bit) => {
      drivers[net] = nets.length === 1 && from.type === BOOL ? from : draft(EXT, BOOL, bits(bit, bit), [from], span);
    });
  };
  const gather = (type: Type, nets: readonly Net[]) => reading(draft(type === BOOL ? ID : CAT, type, [], []), nets);

  const inputs = netlist.inputs.map(({ type }) => draft(undefined, type, [], []));
  if (netlist.reset !== undefined) {
    const reset = draft(undefined, BOOL, [], []);
    inputs.push(reset);
    drivers[netlist.reset] = reset;
  }
  netlist.inputs.forEach(({ type, nets }, at) => {
    const from = inputs[at] as Draft;
    if (type.lanes === 0) spread(from, nets);
    else
      for (let lane = 0; lane < type.lanes; lane++)
        spread(draft(EXT, type.lane, bits(lane, lane), [from]), nets.slice(lane * type.width, (lane + 1) * type.width));
  });
  drivers[LOW] = draft(CONST, BOOL, [0n], []);
  drivers[HIGH] = draft(CONST, BOOL, [1n], []);
  for (const cell of netlist.cells) stamp(cell);
  const outputs = netlist.outputs.map(({ type, nets }) => {
    if (type.lanes === 0) return gather(type, nets);
    const lanes = Array.from({ length: type.lanes }, (_, lane) =>
      gather(type.lane, nets.slice(lane * type.width, (lane + 1) * type.width)),
    );
    return draft(CAT, type, [], lanes);
  });
  for (const { user, nets } of open)
    for (const net of nets) {
      const driver = drivers[net];
      if (driver === undefined) return undefined;
      user.args.push(driver);
    }
  const needed = reached([...inputs, ...outputs]);
  const sequence = inOrder(drafts.filter((one) => needed.has(one)));
  if (sequence === undefined) return undefined;
  return {
    name: netlist.name,
    source: netlist.source,
    nodes: sequence.map(nodeOf(netlist, inputs)),
    inputs: inputs.map(({ id }) => id),
    outputs: netlist.outputs.map(({ name }, at) => ({ name, node: (outputs[at] as Draft).id })),
    stateful: sequence.some(({ op }) => op !== undefined && holdsState(op)),
  };

  /** Puts what a cell computes into the graph: a function of a few bits as one node. */
  function stamp({ prim, params, inputs: from, outputs: to, span }: Cell): void {
    const table = from.length === 0 || to.length !== 1 ? undefined : truthTable(prim, params);
    if (table !== undefined) {
      // The first operand of a `lut` is its most significant, the first input of a table the least significant.
      spread(reading(draft(LUT, BOOL, [table], [], span), from.toReversed()), to);
      return;
    }
    const { nodes, inputs: ports, outputs: results } = graphOf(prim, params);
    const places = new Map(ports.map((id, at) => [id, at]));
    const given = split(prim.inputs.filter(isOperand), from);
    const own = nodes.map(({ id, type, op, attrs }) => {
      const at = places.get(id);
      return at === undefined ? draft(op, type, attrs, [], span) : gather(type, given[at] as readonly Net[]);
    });
    for (const { id, args } of nodes) own[id]?.args.push(...args.map((arg) => own[arg] as Draft));
    split(prim.outputs, to).forEach((nets, at) => {
      spread(own[results[at]?.node as number] as Draft, nets, span);
    });
  }
}

/** All that some drafts hang on, in any cycle: cells compute more than is asked of them. */
function reached(roots: readonly Draft[]): ReadonlySet<Draft> {
  const found = new Set(roots);
  const pending = [...roots];
  for (let one = pending.pop(); one !== undefined; one = pending.pop())
    for (const arg of one.args) {
      if (found.has(arg)) continue;
      found.add(arg);
      pending.push(arg);
    }
  return found;
}

function nodeOf(netlist: Netlist, inputs: readonly Draft[]): (draft: Draft) => Node {
  const names = new Map(inputs.map((one, at) => [one, netlist.inputs[at]?.name ?? "reset"]));
  const own = prefix([...netlist.inputs, ...netlist.outputs].map((one) => one.name));
  return (draft) => {
    const { id, type, op, attrs, args, span } = draft;
    const name = op === undefined ? (names.get(draft) as string) : `${own}${id}`;
    return { id, name, type, op, args: args.map((arg) => arg.id), attrs, hint: undefined, span };
  };
}

/** What names of nodes begin with: nothing that a name of a port begins with. */
function prefix(names: readonly string[]): string {
  let own = "n";
  while (names.some((one) => one.startsWith(own))) own += "_";
  return own;
}

function bits(first: number, last: number): readonly bigint[] {
  return [BigInt(first), BigInt(last)];
}

/** The nets of each port. */
function split(ports: readonly PrimPort[], nets: readonly Net[]): readonly (readonly Net[])[] {
  let from = 0;
  return ports.map(({ width }) => {
    from += width;
    return nets.slice(from - width, from);
  });
}
