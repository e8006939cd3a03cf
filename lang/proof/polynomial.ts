// Sums and products by algebra: a row of bits as a number is rewritten, from its highest bits' makers down, into a
// polynomial of the inputs modulo 2^w. Two rows are equal exactly if their polynomials are; no product is taken apart.
// Tables of the same inputs go together, so that a sum and its carry vanish into the numbers that were added (Yu, Brown,
// Liu, Rossi and Ciesielski, "Formal Verification of Arithmetic Circuits by Function Extraction", 2016).
//
// A register is what its operand was when its enable was high the last time. To hold a value in this way goes through every
// function: held(f(x)) is f(held(x)), where the initial values are those of a past in which all inputs were 0. So a variable
// is an input together with the enables that held it, one after the other, and registers may stand elsewhere on the way.
import {
  type Circuit,
  type Definition,
  FALSE,
  type Net,
  type Product,
  type Register,
  reading,
  TRUE,
} from "./circuit.ts";
import { inputsOf } from "./sweep.ts";
import { isWhole, moebius } from "./terms.ts";

/** Rows of bits that should be equal as numbers. */
export interface Rows {
  readonly one: readonly Net[];
  readonly other: readonly Net[];
}

/** Whether all rows are shown to be equal in every cycle. False says nothing. */
export function sameNumbers(circuit: Circuit, rows: readonly Rows[]): boolean {
  const state = feedback(circuit, rows);
  if (state === undefined) return false;
  const { leaders, next } = state;
  if (!isSteady(circuit, [...rows, ...next], leaders)) return false;
  const pasts = emptyPasts();
  return [...rows, ...next].every(({ one, other }) => {
    const width = significant(one, other);
    for (const room of ROOMS) {
      // Place 0 is no variable's.
      const known = [-1];
      const a = normal(circuit, one.slice(0, width), leaders, room, known, pasts);
      const b = a === undefined ? undefined : normal(circuit, other.slice(0, width), leaders, room, known, pasts);
      if (a !== undefined && b !== undefined)
        return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
    }
    return false;
  });
}

/** Which enables held a value one after the other, as a number, by the number without the last of them: 0 is now. */
type Pasts = (past: number, enable: Net) => number;

function emptyPasts(): Pasts {
  const known = new Map<string, number>();
  return (past, enable) => {
    const key = `${past} ${enable}`;
    const made = known.get(key) ?? known.size + 1;
    known.set(key, made);
    return made;
  };
}

/** How many bits two rows have without those that both repeat on top, or that are the same nets. */
function significant(one: readonly Net[], other: readonly Net[]): number {
  let width = one.length;
  const repeats = (row: readonly Net[]) => row[width - 1] === row[width - 2];
  while (width > 1 && (one[width - 1] === other[width - 1] || (repeats(one) && repeats(other)))) width--;
  return width;
}

/** The pasts in which the rows look at a net. */
export function stepsOf(circuit: Circuit, rows: readonly Rows[], input: Net): ReadonlySet<number> | undefined {
  const state = feedback(circuit, rows);
  if (state === undefined) return undefined;
  const found = new Set<number>();
  const isMet = new Set<number>();
  const pasts = emptyPasts();
  const size = circuit.definitions.length;
  const pending = [...rows, ...state.next].flatMap(({ one, other }) => [...one, ...other]);
  for (let at = pending.pop(); at !== undefined; at = pending.pop()) {
    if (isMet.has(at)) continue;
    isMet.add(at);
    const [net, step] = [at % size, Math.floor(at / size)];
    if (net === input) found.add(step);
    const made = circuit.definitions[net] as Definition;
    if (made.kind === "register") {
      const { data, enable } = circuit.registers[made.register] as Register;
      if (!state.leaders.has(net)) pending.push(data + pasts(step, enable) * size);
    } else for (const from of inputsOf(circuit, net)) pending.push(from + step * size);
  }
  return found;
}

/** What a net is made of, registers looked through. */
function deepInputs(circuit: Circuit, net: Net): readonly Net[] {
  const made = circuit.definitions[net] as Definition;
  return made.kind === "register" ? [(circuit.registers[made.register] as Register).data] : inputsOf(circuit, net);
}

interface Feedback {
  /** Registers that hang on themselves stand for themselves, those of the other row for their partners. */
  readonly leaders: ReadonlyMap<Net, Net>;
  /** What they become, which has to be equal, too. */
  readonly next: readonly Rows[];
}

function registerOf(circuit: Circuit, net: Net): Register | undefined {
  const made = circuit.definitions[net];
  return made?.kind === "register" ? circuit.registers[made.register] : undefined;
}

/** Registers on cycles have to be outputs; undefined where they are not on both sides. */
function feedback(circuit: Circuit, rows: readonly Rows[]): Feedback | undefined {
  const roots = rows.flatMap(({ one, other }) => [...one, ...other]);
  const leaders = new Map<Net, Net>();
  const looped = loops(circuit, roots);
  if (looped.size === 0) return { leaders, next: [] };
  const next: Rows[] = [];
  for (const { one, other } of rows) {
    const [data, others] = [one, other].map((row) => row.flatMap((net) => registerOf(circuit, net)?.data ?? [])) as [
      Net[],
      Net[],
    ];
    if (data.length !== one.length || others.length !== other.length) return undefined;
    const enables = [one, other].map((row) => row.map((net) => registerOf(circuit, net)?.enable));
    if (enables[0]?.some((enable, at) => enable !== enables[1]?.[at])) return undefined;
    one.forEach((net, at) => {
      leaders.set(net, net);
      leaders.set(other[at] as Net, net);
    });
    next.push({ one: data, other: others });
  }
  for (const net of looped) if (!leaders.has(net)) leaders.set(net, net);
  return { leaders, next };
}

/** Registers that hang on themselves. */
function loops(circuit: Circuit, roots: readonly Net[]): ReadonlySet<Net> {
  const found = new Set<Net>();
  const seen = new Map<Net, "open" | "done">();
  for (const root of roots) {
    if (seen.has(root)) continue;
    seen.set(root, "open");
    const path = [{ net: root, next: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const from = deepInputs(circuit, step.net)[step.next++];
      if (from === undefined) {
        seen.set(step.net, "done");
        path.pop();
      } else if (seen.get(from) === "open") {
        for (let at = path.length - 1; at >= 0 && path[at]?.net !== from; at--) addRegister(path[at]?.net as Net);
        addRegister(from);
      } else if (!seen.has(from)) {
        seen.set(from, "open");
        path.push({ net: from, next: 0 });
      }
    }
  }
  return found;

  function addRegister(net: Net): void {
    if (circuit.definitions[net]?.kind === "register") found.add(net);
  }
}

/** Whether the initial values are those of a past of zeros. */
function isSteady(circuit: Circuit, rows: readonly Rows[], leaders: Feedback["leaders"]): boolean {
  const values = new Map<Net, number>([[TRUE, 1]]);
  const order = deepOrder(
    circuit,
    rows.flatMap(({ one, other }) => [...one, ...other]),
    leaders,
  );
  for (const net of order) {
    const made = circuit.definitions[net] as Definition;
    if (made.kind === "memory") return false;
    if (made.kind === "table") {
      const row = made.inputs.reduce((all, input, at) => all | ((values.get(input) ?? 0) << at), 0);
      values.set(net, (made.table >> row) & 1);
    } else if (made.kind === "product") {
      const { a, b, nets } = circuit.products[made.product] as Product;
      const read = (row: readonly Net[]) =>
        row.reduce((all, one, bit) => all | (BigInt(values.get(one) ?? 0) << BigInt(bit)), 0n);
      const result = read(a) * read(b);
      nets.forEach((one, bit) => {
        values.set(one, Number((result >> BigInt(bit)) & 1n));
      });
    } else if (made.kind === "register") {
      const { data, init } = circuit.registers[made.register] as Register;
      if (leaders.has(net) ? init !== 0 : (values.get(data) ?? 0) !== init) return false;
      values.set(net, init);
    }
  }
  return true;
}

/** All nets below the roots, operands first, registers looked through but for those on cycles. */
function deepOrder(circuit: Circuit, roots: readonly Net[], leaders: ReadonlyMap<Net, Net>): readonly Net[] {
  const order: Net[] = [];
  const isMet = new Set<Net>();
  for (const root of roots) {
    if (isMet.has(root)) continue;
    isMet.add(root);
    const path = [{ net: root, next: 0 }];
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const from = leaders.has(step.net) ? undefined : deepInputs(circuit, step.net)[step.next++];
      if (from === undefined) {
        order.push(step.net);
        path.pop();
      } else if (!isMet.has(from)) {
        isMet.add(from);
        path.push({ net: from, next: 0 });
      }
    }
  }
  return order;
}

/** Registers of the same bits by the first of them: those of a number have as many of its sign as it is widened by. */
function twinsOf(circuit: Circuit, order: readonly Net[], leaders: Feedback["leaders"]): ReadonlyMap<Net, Net> {
  const twins = new Map<Net, Net>();
  const first = new Map<string, Net>();
  for (const net of order) {
    const register = leaders.has(net) ? undefined : registerOf(circuit, net);
    if (register === undefined) continue;
    const { data, enable, init } = register;
    const key = `${twins.get(data) ?? data} ${enable} ${init}`;
    const twin = first.get(key);
    if (twin === undefined) first.set(key, net);
    else twins.set(net, twin);
  }
  return twins;
}

/** Monomials are products of up to so many variables, of so many that there are, a variable being a net in a past. */
interface Room {
  readonly factors: number;
  readonly variables: number;
}

/** A monomial is a number of up to 52 bits. */
const ROOMS: readonly Room[] = [
  { factors: 4, variables: 2 ** 13 },
  { factors: 3, variables: 2 ** 17 },
];
const MOST_TERMS = 40_000;

/** The polynomial of a row, by monomial; undefined where it becomes too large. */
function normal(
  circuit: Circuit,
  row: readonly Net[],
  leaders: ReadonlyMap<Net, Net>,
  room: Room,
  known: number[],
  pasts: Pasts,
): ReadonlyMap<number, bigint> | undefined {
  const size = circuit.definitions.length;
  const modulus = BigInt(row.length);
  const order = deepOrder(circuit, row, leaders);
  const twins = twinsOf(circuit, order, leaders);
  const levels = new Map<Net, number>();
  for (const net of order) {
    const inputs = leaders.has(net) ? [] : deepInputs(circuit, net);
    levels.set(net, inputs.length === 0 ? 0 : 1 + Math.max(...inputs.map((one) => levels.get(one) ?? 0)));
  }
  const terms = new Map<number, bigint>();
  const uses = new Map<number, Set<number>>();
  const open: Set<number>[] = [];
  let isTooLarge = false;

  const places = new Map(known.map((variable, place) => [variable, place]));
  const placeOf = (variable: number): number => {
    const place = places.get(variable) ?? known.push(variable) - 1;
    places.set(variable, place);
    return place;
  };
  const factors = (key: number): number[] => {
    const list: number[] = [];
    for (let rest = key; rest > 0; rest = Math.floor(rest / room.variables))
      list.push(known[rest % room.variables] as number);
    return list;
  };
  const keyOf = (list: readonly number[]): number => {
    const sorted = [...new Set(list.map(placeOf))].sort((a, b) => a - b);
    if (sorted.length > room.factors || known.length > room.variables) isTooLarge = true;
    return sorted.reduce((key, one) => key * room.variables + one, 0);
  };
  /** Adds a multiple of a product of variables; constants among them are taken out. */
  const add = (list: readonly number[], amount: bigint) => {
    if (amount === 0n || isTooLarge) return;
    const real: number[] = [];
    for (const one of list) {
      const net = one % size;
      const leader = leaders.get(net) ?? twins.get(net) ?? net;
      if (leader === FALSE) return;
      if (net > TRUE) real.push(leader + one - net);
    }
    const key = keyOf(real);
    const value = BigInt.asUintN(row.length, (terms.get(key) ?? 0n) + amount);
    if (value === 0n) terms.delete(key);
    else terms.set(key, value);
    for (const one of real) {
      const level = levels.get(one % size) ?? 0;
      if (level === 0) continue;
      const set = uses.get(one) ?? new Set<number>();
      if (set.size === 0) uses.set(one, set);
      set.add(key);
      open[level] = (open[level] ?? new Set()).add(one);
    }
    isTooLarge ||= terms.size > MOST_TERMS;
  };
  /** The terms that have some of the variables, taken out: what is left of each, its variables, and how often it is. */
  const take = (variables: ReadonlySet<number>) => {
    const keys = new Set([...variables].flatMap((one) => [...(uses.get(one) ?? [])]));
    const taken: { readonly rest: number[]; readonly own: number[]; readonly amount: bigint }[] = [];
    for (const key of keys) {
      const amount = terms.get(key);
      if (amount === undefined) continue;
      const all = factors(key);
      const own = all.filter((one) => variables.has(one));
      if (own.length === 0) continue;
      terms.delete(key);
      taken.push({ rest: all.filter((one) => !variables.has(one)), own, amount });
    }
    for (const one of variables) uses.delete(one);
    return taken;
  };
  /** Puts what variables of equal inputs are in their place. */
  const rewrite = (variables: ReadonlySet<number>): boolean => {
    const [first = 0] = variables;
    const made = circuit.definitions[first % size] as Definition;
    const shift = first - (first % size);
    const taken = take(variables);
    if (made.kind === "register") {
      const { data, enable } = circuit.registers[made.register] as Register;
      const before = data + pasts(shift / size, enable) * size;
      for (const { rest, amount } of taken) add([...rest, before], amount);
      return true;
    }
    const groups = new Map<number, typeof taken>();
    for (const one of taken) {
      const key = keyOf(one.rest);
      groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    if (made.kind === "table") {
      const rows = (variable: number) => (circuit.definitions[variable % size] as typeof made).table;
      for (const group of groups.values()) {
        const values: bigint[] = Array.from({ length: 1 << made.inputs.length }, () => 0n);
        for (const { own, amount } of group) {
          const all = own.reduce((both, one) => both & rows(one), -1);
          values.forEach((value, at) => {
            if ((all >> at) & 1) values[at] = value + amount;
          });
        }
        moebius(values);
        values.forEach((value, subset) => {
          const own = made.inputs.filter((_, at) => (subset >> at) & 1).map((net) => net + shift);
          add([...(group[0]?.rest ?? []), ...own], BigInt.asUintN(row.length, value));
        });
      }
      return true;
    }
    if (made.kind !== "product") return false;
    for (const group of groups.values()) {
      if (group.some(({ own }) => own.length > 1)) return false;
      const amounts = new Map(group.map(({ own, amount }) => [own[0] as number, amount]));
      const one = circuit.products[made.product] as Product;
      const known = one.nets.map((net) => amounts.get(net + shift) ?? 0n);
      const times = one.isSigned && known.length === 1 ? -(known[0] ?? 0n) : (known[0] ?? 0n);
      const [a, b] = [reading(one.a), reading(one.b)];
      if (!isWhole(known, times, modulus, a, b)) return false;
      for (const x of a)
        for (const y of b) add([...(group[0]?.rest ?? []), x.net + shift, y.net + shift], times * x.weight * y.weight);
    }
    return true;
  };

  row.forEach((net, bit) => {
    add([net], 1n << BigInt(bit));
  });
  for (let level = Math.max(0, ...levels.values()); level > 0; level--) {
    const variables = open[level];
    if (variables === undefined) continue;
    const groups = new Map<string, Set<number>>();
    for (const one of variables) {
      const made = circuit.definitions[one % size] as Definition;
      const step = Math.floor(one / size);
      const kind =
        made.kind === "table"
          ? made.inputs.map((net) => twins.get(net) ?? net).join(" ")
          : made.kind === "product"
            ? `p${made.product}`
            : `r${one % size}`;
      const key = `${kind} ${step}`;
      groups.set(key, (groups.get(key) ?? new Set()).add(one));
    }
    for (const group of groups.values()) if (!rewrite(group) || isTooLarge) return undefined;
  }
  return isTooLarge ? undefined : terms;
}
