// The way back: cells that were found a bit at a time become words again. Bits of one origin with the same function are one
// instruction, lane by lane; words are put together from them by wires.
import { bug } from "../../lang/diagnostic.ts";
import type { Graph, Node } from "../../lang/graph.ts";
import { BOOL, type Type } from "../../lang/type.ts";
import { type Bits, FALSE, LEAF, type Literal, TRUE } from "./bits.ts";
import type { Cone, Lut } from "./cone.ts";
import { permuted } from "./luts.ts";
import { add, HIGH, LOW, type Loom, loom, operationNamed, type Piece, plain, word } from "./pieces.ts";
import type { Unit } from "./units.ts";

/** Roots of the cone, by number, that are the bits of one word. */
export interface Slice {
  readonly first: number;
  readonly count: number;
}

/** A register of the graph, as far as its bits are not known otherwise. */
export interface State {
  readonly node: Node;
  /** The bits of it that are there, their leaves, and the roots that they take. */
  readonly bits: readonly number[];
  readonly leaves: readonly number[];
  readonly data: Slice;
  /** The root that enables it. */
  readonly enable: number | undefined;
  /** The root that clears it, and by bit of the node what the leaf is then. */
  readonly clear: { readonly root: number; readonly constant: readonly Literal[] } | undefined;
  /** By bit of the node, whether the leaf is the inverse of the bit: what starts with 1 is kept inverted. */
  readonly isInverted: readonly boolean[];
}

/** A unit: its ports are roots, its result is leaves from `leaf` on. */
export interface Placed {
  readonly unit: Unit;
  readonly ports: readonly Slice[];
  readonly leaf: number;
}

/** Everything that is between the logic. */
export interface Frame {
  readonly graph: Graph;
  readonly cone: Cone;
  /** Inputs of the graph, by their first leaf. */
  readonly inputs: readonly { readonly node: Node; readonly leaf: number }[];
  readonly states: readonly State[];
  readonly units: readonly Placed[];
  readonly outputs: readonly Slice[];
  /** By node of the graph: its bits, as far as they were needed. */
  readonly values: readonly (readonly Literal[] | undefined)[];
}

interface Weaving {
  readonly frame: Frame;
  readonly bits: Bits;
  readonly loom: Loom;
  /** By bit: where it is, once it has been made. */
  readonly pieces: (Piece | undefined)[];
  /** By bit: whether what is made is its inverse. */
  readonly flipped: Uint8Array;
  /** By root: the bit that has its value, or a constant: -1 is 0, -2 is 1. */
  readonly source: Int32Array;
  readonly luts: Lut[];
  readonly level: Int32Array;
  /** By bit, its place in `luts`, or -1. */
  readonly lutOf: Int32Array;
}

/** The graph with its logic as `lut`s. */
export function weave(frame: Frame, luts: readonly Lut[]): Graph {
  const { graph, cone } = frame;
  const { bits } = cone;
  const room = bits.count + cone.roots.length;
  const weaving: Weaving = {
    frame,
    bits,
    loom: loom([...graph.nodes.map((node) => node.name), ...graph.outputs.map((one) => one.name)]),
    pieces: new Array(room),
    flipped: new Uint8Array(room),
    source: new Int32Array(cone.roots.length),
    luts: [...luts],
    level: new Int32Array(room),
    lutOf: new Int32Array(room).fill(-1),
  };
  weaving.luts.forEach((lut, at) => {
    weaving.lutOf[lut.node] = at;
  });
  settlePolarity(weaving);
  settleLevels(weaving);
  const merges = merged(weaving);
  const groups = grouped(weaving, new Set(merges.flatMap((merge) => merge.luts.flatMap((lut) => lut?.node ?? []))));
  const keys = new Map<number, string>(
    groups.flatMap((group, at) => group.luts.map((lut) => [lut.node, `group ${at}`] as const)),
  );
  merges.forEach(({ luts, placed }, at) => {
    luts.forEach((lut, bit) => keys.set(lut?.node ?? placed.leaf + bit, `merge ${at}`));
  });
  for (const { node, leaf } of frame.inputs) {
    weaving.loom.claim(node.name);
    const made = add(weaving.loom, { ...node, args: [] });
    for (let bit = 0; bit < node.type.bits; bit++) weaving.pieces[leaf + bit] = { node: made, bit };
  }
  const late = frame.states.map((state) => register(state, weaving, keys));
  const order = [
    ...merges.map((merge) => ({ level: merge.level - 0.5, run: () => emitMerge(merge, weaving) })),
    ...groups.map((group) => ({ level: group.level, run: () => emit(group, weaving) })),
    ...frame.units.map((placed, at) => ({ level: unitLevel(at, weaving), run: () => unit(placed, weaving) })),
  ];
  order.sort((a, b) => a.level - b.level);
  const behind = order.map((one) => one.run());
  for (const finish of [...late, ...behind]) finish?.();
  const outputs = graph.outputs.map(({ name }, at) => {
    const slice = frame.outputs[at] ?? bug("an output without roots");
    const node = graph.nodes[graph.outputs[at]?.node ?? -1] as Node;
    return { name, node: wordOf(slice, node.type, node, weaving) };
  });
  return settle(graph, weaving.loom, outputs);
}

/** The graph out of the drafts. */
function settle(graph: Graph, { drafts }: Loom, outputs: Graph["outputs"]): Graph {
  const nodes = drafts.map((draft, id): Node => ({ ...draft, id }));
  return { ...graph, nodes, inputs: graph.inputs.map((_, at) => at), outputs };
}

/**
 * Which polarity of each bit is made: the one that registers, units and outputs need, as a cell takes either for nothing.
 * Where both are needed, or what is there cannot be turned round, an inverter more is made.
 */
function settlePolarity(weaving: Weaving): void {
  const { bits, frame, flipped, source, luts, lutOf } = weaving;
  const { roots } = frame.cone;
  const asIs = new Uint8Array(bits.count);
  for (const root of roots) if ((root & 1) === 0) asIs[root >> 1] = 1;
  const inverters = new Map<number, number>();
  roots.forEach((root, at) => {
    const node = root >> 1;
    if (root <= TRUE) source[at] = root === FALSE ? -1 : -2;
    else if ((root & 1) === 0) source[at] = node;
    else if (asIs[node] === 0 && (lutOf[node] as number) >= 0) {
      flipped[node] = 1;
      source[at] = node;
    } else {
      let inverter = inverters.get(node);
      if (inverter === undefined) {
        inverter = bits.count + inverters.size;
        inverters.set(node, inverter);
        lutOf[inverter] = luts.length;
        luts.push({ node: inverter, leaves: [node], table: 1n });
      }
      source[at] = inverter;
    }
  });
}

/** How many cells and units are before each bit; groups and units of one level do not need each other. */
function settleLevels(weaving: Weaving): void {
  const { bits, frame, level, luts } = weaving;
  const boxLevels = new Int32Array(frame.cone.boxes.length).fill(-1);
  weaving.luts.sort((a, b) => a.node - b.node);
  luts.forEach((lut, at) => {
    weaving.lutOf[lut.node] = at;
  });
  for (let node = 1; node < bits.count; node++) {
    const at = weaving.lutOf[node] as number;
    if (at >= 0) level[node] = lutLevel(luts[at] as Lut, level);
    else if (bits.kind[node] === LEAF) {
      const box = frame.cone.boxOf.get(node);
      if (box === undefined) continue;
      if ((boxLevels[box] as number) < 0) boxLevels[box] = boxLevel(box, weaving);
      level[node] = boxLevels[box] as number;
    }
  }
  for (const lut of luts) if (lut.node >= bits.count) level[lut.node] = lutLevel(lut, level);
}

function lutLevel({ leaves }: Lut, level: Int32Array): number {
  let last = 0;
  for (const leaf of leaves) last = Math.max(last, level[leaf] as number);
  return last + 1;
}

function boxLevel(at: number, { frame, source, level, bits, luts, lutOf }: Weaving): number {
  const box = frame.cone.boxes[at] ?? bug("no box");
  let last = 0;
  for (let root = box.firstRoot; root < box.firstRoot + box.rootCount; root++) {
    const node = source[root] as number;
    if (node < 0) continue;
    const isInverter = node >= bits.count;
    const own = isInverter ? lutLevel(luts[lutOf[node] as number] as Lut, level) : (level[node] as number);
    last = Math.max(last, own);
  }
  return last + 1;
}

function unitLevel(at: number, weaving: Weaving): number {
  const placed = weaving.frame.units[at] as Placed;
  const box = weaving.frame.cone.boxOf.get(placed.leaf);
  return box === undefined ? 0 : (weaving.level[placed.leaf] as number);
}

/** Cells that become one instruction. */
interface Group {
  readonly level: number;
  readonly origin: number;
  /** In the order of their numbers; leaves of one operand at the same place. */
  readonly luts: Lut[];
}

/** The register whose data a bit is, if it is nothing else; by bit. */
function soleUsers({ frame, bits, luts, source }: Weaving): Int32Array {
  const users = new Int32Array(bits.count + frame.cone.roots.length).fill(-1);
  frame.states.forEach(({ data }, at) => {
    for (let root = data.first; root < data.first + data.count; root++) {
      const node = source[root] as number;
      if (node >= 0) users[node] = users[node] === -1 ? at : -2;
    }
  });
  for (const { leaves } of luts) for (const leaf of leaves) users[leaf] = -2;
  return users;
}

/** Cells of the same level, origin and function, for the same register, are one instruction. */
function grouped(weaving: Weaving, taken: ReadonlySet<number>): readonly Group[] {
  const { luts, level, bits, flipped } = weaving;
  const users = soleUsers(weaving);
  const originOf = (node: number) => (node < bits.count ? (bits.origin[node] as number) : -1);
  const singles = new Map<string, Group[]>();
  const groups = new Map<string, Group>();
  luts.forEach((lut, at) => {
    if (taken.has(lut.node)) return;
    const order = lut.leaves.map((_, place) => place);
    const rank = (place: number) => originOf(lut.leaves[place] as number);
    order.sort((a, b) => rank(a) - rank(b) || (lut.leaves[a] as number) - (lut.leaves[b] as number));
    let flips = 0;
    const leaves = order.map((old, place) => {
      const leaf = lut.leaves[old] as number;
      if (flipped[leaf] === 1) flips |= 1 << place;
      return leaf;
    });
    let table = turned(permuted(lut.table, order), leaves.length, flips);
    if (flipped[lut.node] === 1) table ^= (1n << BigInt(2 ** leaves.length)) - 1n;
    const made = { node: lut.node, leaves, table };
    luts[at] = made;
    const origin = lut.node < bits.count ? originOf(lut.node) : originOf(lut.leaves[0] as number);
    const shape = `${level[lut.node]} ${origin} ${users[lut.node]} ${leaves.length} ${lut.node >= bits.count ? 1 : 0}`;
    const key = `${shape} ${leaves.map(originOf).join(" ")} ${table}`;
    const known = groups.get(key);
    if (known !== undefined) known.luts.push(made);
    else {
      const group = { level: level[lut.node] as number, origin, luts: [made] };
      groups.set(key, group);
      singles.set(shape, [...(singles.get(shape) ?? []), group]);
    }
  });
  return [...singles.values()].flatMap((list) => {
    const many = list.filter((group) => group.luts.length > 1);
    const [first, ...rest] = list.filter((group) => group.luts.length === 1);
    if (first === undefined) return many;
    return [...many, { ...first, luts: [first, ...rest].flatMap((group) => group.luts) }];
  });
}

/** A unit whose cells compute functions of its result as well: by bit, the cell that goes into its own. */
interface Merge {
  readonly level: number;
  readonly placed: Placed;
  readonly luts: readonly (Lut | undefined)[];
}

/** Where the only user of a bit of a unit has no more operands than the unit's cell has room for. */
function merged(weaving: Weaving): readonly Merge[] {
  const { frame, luts, level, source } = weaving;
  const { spare } = frame.cone;
  if (spare.size === 0) return [];
  const uses = new Map<number, number>();
  const users = new Map<number, Lut>();
  const use = (node: number) => uses.set(node, (uses.get(node) ?? 0) + 1);
  for (const node of source) use(node);
  for (const lut of luts)
    for (const leaf of lut.leaves) {
      use(leaf);
      users.set(leaf, lut);
    }
  const taken = new Set<number>();
  return frame.units.flatMap((placed) => {
    const { leaf, unit } = placed;
    if (!spare.has(leaf)) return [];
    const width = (frame.graph.nodes[unit.root] as Node).type.bits;
    const own = Array.from({ length: width }, (_, bit): Lut | undefined => {
      const lut = users.get(leaf + bit);
      const room = spare.get(leaf + bit);
      if (lut === undefined || room === undefined || uses.get(leaf + bit) !== 1 || taken.has(lut.node))
        return undefined;
      if (level[lut.node] !== (level[leaf] as number) + 1) return undefined;
      const others = lut.leaves.filter((one) => one !== leaf + bit && !room.free.includes(one));
      if (others.length > room.inputs) return undefined;
      taken.add(lut.node);
      return lut;
    });
    return own.some((lut) => lut !== undefined) ? [{ level: (level[leaf] as number) + 1, placed, luts: own }] : [];
  });
}

function emitMerge({ placed, luts }: Merge, weaving: Weaving): undefined {
  const { frame, loom, pieces, flipped } = weaving;
  const { cone, graph } = frame;
  const { leaf, unit, ports } = placed;
  const { type } = graph.nodes[unit.root] as Node;
  const first = luts.find((lut) => lut !== undefined) ?? bug("a merge of nothing");
  const origin = graph.nodes[
    (first.node < weaving.bits.count ? weaving.bits.origin[first.node] : unit.root) as number
  ] as Node;
  const room = (bit: number) => cone.spare.get(leaf + bit)?.free ?? [];
  const extras = luts.map(
    (lut, bit) => lut?.leaves.filter((one) => one !== leaf + bit && !room(bit).includes(one)) ?? [],
  );
  const most = Math.max(...extras.map((list) => list.length));
  const shared = room(0).length === 0 ? [] : unit.ports.map((_, at) => at);
  const result = (pieces[leaf] as Piece).node;
  const args = [
    ...shared.map((at) => {
      const port = unit.ports[at] ?? bug("no such port");
      return wordOf(ports[at] as Slice, port.type, graph.nodes[port.node] as Node, weaving);
    }),
    result,
    ...Array.from({ length: most }, (_, at) => {
      const row = extras.map((list) =>
        list[at] === undefined ? LOW : (pieces[list[at] as number] ?? bug("a bit before its time")),
      );
      return operand(row, type, origin, loom);
    }),
  ];
  // What the operands of row `row` say of a leaf of the function.
  const tables = luts.map((lut, bit) => {
    let table = 0n;
    for (let row = 0; row < 2 ** args.length; row++) {
      const given = (at: number) => (row >> (args.length - 1 - at)) & 1;
      const value = (one: number): number => {
        if (one === leaf + bit) return given(shared.length);
        const extra = extras[bit]?.indexOf(one) ?? -1;
        if (extra >= 0) return given(shared.length + 1 + extra) ^ (flipped[one] as number);
        const at = shared.findIndex((place) => (cone.roots[(ports[place]?.first ?? 0) + bit] as number) >> 1 === one);
        const root = cone.roots[(ports[shared[at] as number]?.first ?? 0) + bit] as number;
        return given(at) ^ (root & 1);
      };
      const index = lut?.leaves.reduce((all, one, place) => all | (value(one) << place), 0) ?? 0;
      const set =
        lut === undefined
          ? given(shared.length)
          : Number((lut.table >> BigInt(index)) & 1n) ^ (flipped[lut.node] as number);
      if (set === 1) table |= 1n << BigInt(row);
    }
    return table;
  });
  const isUniform = tables.every((table) => table === tables[0]);
  const holds = luts.flatMap((lut) => (lut === undefined ? [] : [2 * lut.node + (flipped[lut.node] as number)]));
  const made = add(loom, {
    name: nameOf(origin, holds.length === luts.length ? holds : [], weaving),
    type,
    op: operationNamed("lut"),
    args,
    attrs: isUniform ? tables.slice(0, 1) : tables,
    hint: undefined,
    span: origin.span,
  });
  luts.forEach((lut, bit) => {
    pieces[lut?.node ?? leaf + bit] = { node: made, bit };
  });
  return undefined;
}

/** A table whose inputs in `flips` are inverted. */
function turned(table: bigint, inputs: number, flips: number): bigint {
  if (flips === 0) return table;
  let made = 0n;
  for (let row = 0; row < 2 ** inputs; row++) made |= ((table >> BigInt(row ^ flips)) & 1n) << BigInt(row);
  return made;
}

/** Makes the instruction of a group. */
function emit(group: Group, weaving: Weaving): undefined {
  const { frame, loom, pieces } = weaving;
  const origin = frame.graph.nodes[group.origin] ?? (frame.graph.nodes[0] as Node);
  const { luts } = group;
  const tables = luts.map((lut) => lut.table);
  const isUniform = tables.every((table) => table === tables[0]);
  const isWhole = origin.type.bits === luts.length && (isUniform || origin.type.lanes === 0);
  const type = isWhole ? origin.type : plain(luts.length);
  const arity = luts[0]?.leaves.length ?? 0;
  const args: number[] = [];
  // The last leaf is the most significant, which comes first.
  for (let place = arity - 1; place >= 0; place--) {
    const row = luts.map((lut) => pieces[lut.leaves[place] as number] ?? bug("a bit before its time"));
    args.push(operand(row, type, origin, loom));
  }
  const holds = luts.map((lut) => 2 * lut.node + (weaving.flipped[lut.node] as number));
  const made = add(loom, {
    name: nameOf(origin, isWhole ? holds : [], weaving),
    type,
    op: operationNamed("lut"),
    args,
    attrs: isUniform ? tables.slice(0, 1) : tables,
    hint: undefined,
    span: origin.span,
  });
  luts.forEach((lut, bit) => {
    pieces[lut.node] = { node: made, bit };
  });
  return undefined;
}

/** An operand of a `lut`: a `bool` where all bits have the same. */
function operand(row: readonly Piece[], type: Type, { name, span }: Node, loom: Loom): number {
  const [first] = row as readonly [Piece];
  const isShared = type !== BOOL && row.every((one) => one.node === first.node && one.bit === first.bit);
  return isShared ? word(loom, [first], BOOL, name, span) : word(loom, row, type, name, span);
}

/** The name of a node for what has exactly its bits; one like it for anything else. */
function nameOf(node: Node, holds: readonly Literal[], { frame, loom }: Weaving): string {
  const bits = frame.values[node.id];
  const isSame = bits?.length === holds.length && bits.every((bit, at) => bit === holds[at]);
  return isSame && loom.claim(node.name) ? node.name : loom.fresh(node.name);
}

function pieceOf(root: number, { source, pieces }: Weaving): Piece {
  const node = source[root] as number;
  if (node < 0) return node === -1 ? LOW : HIGH;
  return pieces[node] ?? bug("a root before its time");
}

function wordOf({ first, count }: Slice, type: Type, about: Node, weaving: Weaving): number {
  const pieces = Array.from({ length: count }, (_, bit) => pieceOf(first + bit, weaving));
  return word(weaving.loom, pieces, type, about.name, about.span);
}

/** Makes the words of a register, one for the bits of each source; gives what connects them in the end. */
function register(state: State, weaving: Weaving, keys: ReadonlyMap<number, string>): () => void {
  const { node, bits: live, leaves, data, enable, clear, isInverted } = state;
  const { loom, pieces, source } = weaving;
  const parts = new Map<string, number[]>();
  for (let bit = 0; bit < data.count; bit++) {
    const from = source[data.first + bit] as number;
    const maker = from < 0 ? "constant" : (keys.get(from) ?? `leaf ${weaving.bits.origin[from]}`);
    // A cell is cleared to 0 or to 1.
    const key = `${maker} ${clear?.constant[live[bit] as number]}`;
    parts.set(key, [...(parts.get(key) ?? []), bit]);
  }
  const made = [...parts.values()].map((places) => {
    const isWhole = places.length === node.type.bits;
    const type = isWhole ? node.type : plain(places.length);
    const values = places.map((place) => {
      const bit = live[place] as number;
      const lane = Math.floor(bit / node.type.width);
      const init = ((node.attrs[lane] ?? 0n) >> BigInt(bit % node.type.width)) & 1n;
      return isInverted[bit] === true ? init ^ 1n : init;
    });
    const attrs = Array.from({ length: Math.max(type.lanes, 1) }, (_, lane) =>
      values.slice(lane * type.width, (lane + 1) * type.width).reduceRight((all, one) => 2n * all + one, 0n),
    );
    const { hint, span } = node;
    const name = nameOf(node, isWhole ? places.map((place) => 2 * (leaves[place] as number)) : [], weaving);
    const draft = { name, type, op: node.op, args: [] as readonly number[], attrs, hint, span };
    const id = add(loom, draft);
    places.forEach((place, at) => {
      pieces[leaves[place] as number] = { node: id, bit: at };
    });
    const cleared = clear?.constant[live[places[0] as number] as number];
    return { places, draft, type, cleared };
  });
  return () => {
    for (const { places, draft, type, cleared } of made) {
      const row = places.map((place) => pieceOf(data.first + place, weaving));
      const value = word(loom, row, type, node.name, node.span);
      const args = [clear === undefined ? value : clearable(value, type, cleared === TRUE, clear.root, node, weaving)];
      if (enable !== undefined) args.push(wordOf({ first: enable, count: 1 }, BOOL, node, weaving));
      draft.args = args;
    }
  };
}

/** What a register takes: a constant of equal bits where `root` is 1, else `value`. */
function clearable(value: number, type: Type, isOne: boolean, root: number, node: Node, weaving: Weaving): number {
  const { loom } = weaving;
  const { name, span } = node;
  const pieces = Array.from({ length: type.bits }, () => (isOne ? HIGH : LOW));
  const args = [wordOf({ first: root, count: 1 }, BOOL, node, weaving), word(loom, pieces, type, name, span), value];
  const op = operationNamed("mux");
  return add(loom, { name: loom.fresh(name), type, op, args, attrs: [], hint: undefined, span });
}

/** Makes the steps of a unit; gives what connects operands that may come later. */
function unit({ unit: { steps, ports, root }, ports: slices, leaf }: Placed, weaving: Weaving): () => void {
  const { loom, frame, pieces } = weaving;
  const about = frame.graph.nodes[root] as Node;
  const made: number[] = [];
  const operand = (arg: number): number => {
    if (arg >= 0) return made[arg] as number;
    const port = ports[~arg] ?? bug("no such port");
    return wordOf(slices[~arg] as Slice, port.type, frame.graph.nodes[port.node] as Node, weaving);
  };
  const isLate = (arg: number) => arg < 0 && ports[~arg]?.isCombinational === false;
  const late: (() => void)[] = [];
  steps.forEach(({ op, type, attrs, hint, args }, at) => {
    const holds = about.type === type ? Array.from({ length: type.bits }, (_, bit) => 2 * (leaf + bit)) : [];
    const name = nameOf(about, at === steps.length - 1 ? holds : [], weaving);
    const waits = args.some(isLate);
    const draft = { name, type, op, args: waits ? [] : args.map(operand), attrs, hint, span: about.span };
    made.push(add(loom, draft));
    if (waits)
      late.push(() => {
        (draft as { args: readonly number[] }).args = args.map(operand);
      });
  });
  const result = made.at(-1) ?? bug("a unit of no steps");
  for (let bit = 0; bit < about.type.bits; bit++) pieces[leaf + bit] = { node: result, bit };
  return () => late.forEach((finish) => finish());
}
