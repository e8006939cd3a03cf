// A solver for clauses by conflict-driven learning (Marques-Silva and Sakallah 1996; Een and Sorensson 2003, whose
// scheme of two watched literals, activities and assumptions this follows). A literal is 2 v, or 2 v + 1 for the inverse.

export interface Solver {
  /** Clauses are made once for all questions. */
  add(clause: readonly number[]): void;
  /**
   * Whether there are values that satisfy all clauses and the assumptions; undefined after `budget` conflicts. Only the
   * variables of `scope` are decided: what they define must not restrict any other.
   */
  solve(assumptions: readonly number[], scope: readonly number[], budget: number): boolean | undefined;
  /** A measure of the work so far. */
  steps(): number;
  /** After a `true`: the value of a variable; 0 for one that is not in the scope. */
  value(variable: number): number;
}

/** Literals; the first two are watched, so that their order changes. */
type Clause = number[];

const FREE = 2;
const DECAY = 1.05;
const TOO_LARGE = 1e100;
/** Questions of so few conflicts need no order of the variables. */
const SHORT = 100;

export function solver(): Solver {
  let values = new Uint8Array(1024).fill(FREE);
  let model = new Uint8Array(1024);
  let levels = new Int32Array(1024);
  const reasons: (Clause | undefined)[] = [];
  let activity = new Float64Array(1024);
  let phase = new Uint8Array(1024);
  let seen = new Uint8Array(1024);
  const watches: Clause[][] = [];
  const trail: number[] = [];
  const limits: number[] = [];
  let head = 0;
  let bump = 1;
  let isContradiction = false;
  let steps = 0;
  let heap: number[] = [];
  let places = new Int32Array(1024).fill(-1);

  const grow = (variable: number) => {
    if (variable >= values.length) {
      const size = Math.max(2 * values.length, variable + 1);
      const wider = <T extends Uint8Array | Int32Array | Float64Array>(to: T, from: T) => {
        to.set(from);
        return to;
      };
      const free = new Uint8Array(size).fill(FREE);
      values = wider(free, values);
      model = wider(new Uint8Array(size), model);
      levels = wider(new Int32Array(size), levels);
      activity = wider(new Float64Array(size), activity);
      phase = wider(new Uint8Array(size), phase);
      seen = wider(new Uint8Array(size), seen);
      places = wider(new Int32Array(size).fill(-1), places);
    }
    while (watches.length <= 2 * variable + 1) watches.push([]);
  };

  /** 1 true, 0 false, 2 and up free. */
  const of = (literal: number) => (values[literal >> 1] as number) ^ (literal & 1);

  const assign = (literal: number, reason: Clause | undefined) => {
    const variable = literal >> 1;
    values[variable] = (literal & 1) ^ 1;
    levels[variable] = limits.length;
    reasons[variable] = reason;
    trail.push(literal);
  };

  const above = (a: number, b: number) => (activity[a] as number) > (activity[b] as number);
  const sift = (from: number) => {
    let at = from;
    const variable = heap[at] as number;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!above(variable, heap[parent] as number)) break;
      heap[at] = heap[parent] as number;
      places[heap[at] as number] = at;
      at = parent;
    }
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && above(heap[child + 1] as number, heap[child] as number)) child++;
      if (!above(heap[child] as number, variable)) break;
      heap[at] = heap[child] as number;
      places[heap[at] as number] = at;
      at = child;
    }
    heap[at] = variable;
    places[variable] = at;
  };
  const insert = (variable: number) => {
    if ((places[variable] as number) >= 0) return;
    heap.push(variable);
    sift(heap.length - 1);
  };
  const takeTop = (): number => {
    const best = heap[0] as number;
    places[best] = -1;
    const last = heap.pop() as number;
    if (heap.length > 0) {
      heap[0] = last;
      sift(0);
    }
    return best;
  };

  const back = (level: number, isScoped: Uint8Array) => {
    if (limits.length <= level) return;
    const end = limits[level] as number;
    for (let at = trail.length - 1; at >= end; at--) {
      const literal = trail[at] as number;
      const variable = literal >> 1;
      phase[variable] = values[variable] as number;
      values[variable] = FREE;
      if (isScoped[variable] === 1) insert(variable);
    }
    trail.length = end;
    limits.length = level;
    head = end;
  };

  /** The clause that cannot be met, if there is one. Watched literals are the first two of a clause. */
  const propagate = (): Clause | undefined => {
    while (head < trail.length) {
      const literal = trail[head++] as number;
      const falsified = literal ^ 1;
      const list = watches[falsified] as Clause[];
      let kept = 0;
      for (let at = 0; at < list.length; at++) {
        const clause = list[at] as Clause;
        if (clause[0] === falsified) {
          clause[0] = clause[1] as number;
          clause[1] = falsified;
        }
        const first = clause[0] as number;
        if (of(first) === 1) {
          list[kept++] = clause;
          continue;
        }
        let isMoved = false;
        for (let other = 2; other < clause.length; other++)
          if (of(clause[other] as number) !== 0) {
            clause[1] = clause[other] as number;
            clause[other] = falsified;
            (watches[clause[1]] as Clause[]).push(clause);
            isMoved = true;
            break;
          }
        if (isMoved) continue;
        list[kept++] = clause;
        if (of(first) === 0) {
          for (let rest = at + 1; rest < list.length; rest++) list[kept++] = list[rest] as Clause;
          list.length = kept;
          head = trail.length;
          return clause;
        }
        assign(first, clause);
      }
      list.length = kept;
    }
    return undefined;
  };

  const raise = (variable: number) => {
    activity[variable] = (activity[variable] as number) + bump;
    if ((activity[variable] as number) > TOO_LARGE) {
      for (let at = 0; at < activity.length; at++) activity[at] = (activity[at] as number) / TOO_LARGE;
      bump /= TOO_LARGE;
    }
    if ((places[variable] as number) >= 0) sift(places[variable] as number);
  };

  /** The clause of the first unique implication point, its literal first, and the level to go back to. */
  const analyze = (conflict: Clause): { readonly clause: number[]; readonly level: number } => {
    const clause = [0];
    let open = 0;
    let at = trail.length - 1;
    let reason = conflict;
    let isFirst = true;
    const marked: number[] = [];
    for (;;) {
      for (let index = isFirst ? 0 : 1; index < reason.length; index++) {
        const literal = reason[index] as number;
        const variable = literal >> 1;
        if (seen[variable] === 1 || levels[variable] === 0) continue;
        seen[variable] = 1;
        marked.push(variable);
        raise(variable);
        if ((levels[variable] as number) === limits.length) open++;
        else clause.push(literal);
      }
      isFirst = false;
      while (seen[(trail[at] as number) >> 1] === 0) at--;
      const literal = trail[at--] as number;
      if (--open === 0) {
        clause[0] = literal ^ 1;
        break;
      }
      reason = reasons[literal >> 1] as Clause;
    }
    let level = 0;
    for (let index = 1; index < clause.length; index++) {
      const own = levels[(clause[index] as number) >> 1] as number;
      if (own <= level) continue;
      level = own;
      [clause[1], clause[index]] = [clause[index] as number, clause[1] as number];
    }
    for (const variable of marked) seen[variable] = 0;
    return { clause, level };
  };

  const attach = (clause: Clause): Clause => {
    (watches[clause[0] as number] as Clause[]).push(clause);
    (watches[clause[1] as number] as Clause[]).push(clause);
    return clause;
  };

  const add = (literals: readonly number[]) => {
    const open: number[] = [];
    for (const literal of literals) {
      grow(literal >> 1);
      const value = of(literal);
      if (value === 1) return;
      if (value !== 0) open.push(literal);
    }
    if (open.length === 0) isContradiction = true;
    else if (open.length > 1) attach(open);
    else {
      assign(open[0] as number, undefined);
      isContradiction ||= propagate() !== undefined;
    }
  };

  const search = (
    assumptions: readonly number[],
    scope: readonly number[],
    isScoped: Uint8Array,
    budget: number,
  ): boolean | undefined => {
    // Short questions go through the variables in their order.
    const isShort = budget <= SHORT;
    let place = 0;
    for (let conflicts = 0; ; ) {
      const conflict = propagate();
      if (conflict !== undefined) {
        if (limits.length === 0) {
          isContradiction = true;
          return false;
        }
        if (++conflicts > budget) return undefined;
        steps += scope.length;
        const { clause, level } = analyze(conflict);
        bump *= DECAY;
        back(level, isScoped);
        place = 0;
        if (clause.length === 1) assign(clause[0] as number, undefined);
        else assign(clause[0] as number, attach(clause));
        continue;
      }
      if (limits.length < assumptions.length) {
        const literal = assumptions[limits.length] as number;
        if (of(literal) === 0) return false;
        limits.push(trail.length);
        if (of(literal) !== 1) assign(literal, undefined);
        continue;
      }
      let variable = -1;
      for (; isShort && variable < 0 && place < scope.length; place++)
        if (values[scope[place] as number] === FREE) variable = scope[place] as number;
      while (!isShort && heap.length > 0 && variable < 0) {
        const best = takeTop();
        if (values[best] === FREE) variable = best;
      }
      if (variable < 0) return true;
      limits.push(trail.length);
      assign(2 * variable + ((phase[variable] as number) ^ 1), undefined);
    }
  };

  const solve = (assumptions: readonly number[], scope: readonly number[], budget: number) => {
    if (isContradiction) return false;
    for (const literal of assumptions) grow(literal >> 1);
    for (const variable of scope) grow(variable);
    for (const variable of heap) places[variable] = -1;
    heap = [];
    const isScoped = new Uint8Array(budget > SHORT ? values.length : 0);
    for (const variable of scope) {
      if (budget > SHORT) isScoped[variable] = 1;
      if (budget > SHORT && values[variable] === FREE) insert(variable);
    }
    const answer = search(assumptions, scope, isScoped, budget);
    if (answer === true) model.set(values);
    back(0, isScoped);
    return answer;
  };

  return { add, solve, steps: () => steps, value: (variable) => (model[variable] === 1 ? 1 : 0) };
}
