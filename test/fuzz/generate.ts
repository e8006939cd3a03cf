// Programs that are likely to break a compiler: what patterns of a target compute, nearly, several side by side on the
// same inputs, with inner values as outputs, enables of their own, other constants; and programs of anything.
import fc from "fast-check";
import { type Instance, instances } from "../../lang/target/instances.ts";
import type { Target } from "../../lang/target/target.ts";
import { programs } from "../random.ts";
import type { Random } from "../traces.ts";

/** Two widths that the members of a program share, small ones more often. */
function widths(random: Random): readonly number[] {
  const one = () => 1 + (random() % of([4, 9, 18, 33, 60], random));
  return [one(), one()];
}

/** A member of a target's patterns, any choice of numbers, kinds and optional operations that there is. */
function memberOf(target: Target, shared: readonly number[], random: Random): Instance {
  const one = <T>(all: readonly T[]): readonly T[] => (all.length === 0 ? all : [of(all, random)]);
  for (;;) {
    const several = random() % 4 === 0 ? widths(random) : shared;
    const probes = {
      single: one(several),
      few: several,
      part: [0, 1] as const,
      several,
      many: several,
      addresses: [1 + (random() % 3)],
      dense: 4,
    };
    const pattern = of([...target.patterns.values()], random);
    const all = [...instances(pattern, probes, one)].filter(({ hasReset }) => !hasReset);
    if (all.length > 0) return of(all, random);
  }
}

interface Line {
  readonly name: string;
  readonly type: string;
  readonly work: string;
}

const PORT = /([\w-]+): ([\w<>]+)/g;
const LINE = /^\s*([\w-]+): ([\w<>]+) = (.*);$/gm;

function of<T>(list: readonly T[], random: Random): T {
  return list[random() % list.length] as T;
}

/** Operations that are easily taken for each other. */
const NEAR: Readonly<Record<string, readonly string[]>> = {
  add: ["sub", "xor"],
  sub: ["add"],
  mul: ["add"],
  and: ["or", "xor"],
  or: ["and"],
  xor: ["and"],
  lt: ["le", "gt"],
  le: ["lt", "ge"],
  gt: ["ge"],
  ge: ["le"],
  eq: ["neq"],
  neq: ["eq"],
  sext: ["zext"],
  zext: ["sext"],
  sll: ["srl"],
  srl: ["sra"],
  sra: ["sll"],
};

/** One to four members on shared inputs, each of them changed a little. Not all are programs. */
export function nearMatches(target: Target, random: Random): string {
  const inputs = new Map<string, string>();
  const byType = new Map<string, string[]>();
  const lines: Line[] = [];
  const outputs: Line[] = [];
  const count = 1 + (random() % 4);
  const shared = widths(random);
  for (let at = 0; at < count; at++) {
    const one = memberOf(target, shared, random);
    const [head = "", body = ""] = one.ir.split("{\n");
    const ports = head.slice(head.indexOf("("), head.indexOf("->"));
    const renamed = new Map<string, string>();
    for (const [, name = "", type = ""] of ports.matchAll(PORT)) {
      const known = byType.get(type) ?? [];
      byType.set(type, known);
      // Values of earlier members are operands of later ones, too.
      const chosen = known.length > 0 && random() % 3 > 0 ? of(known, random) : `${name}${at}`;
      renamed.set(name, chosen);
      if (!known.includes(chosen)) {
        known.push(chosen);
        inputs.set(chosen, type);
      }
    }
    const own = [...body.matchAll(LINE)].map(([, name = "", type = "", work = ""]) => ({ name, type, work }));
    for (const { name } of own) renamed.set(name, `${name}${at}`);
    const isChanged = random() % 2 === 0;
    const changedAt = random() % Math.max(own.length, 1);
    own.forEach(({ name, type, work }, index) => {
      let text = work.replace(/\(.*\)/, (args) => args.replace(/[\w-]+/g, (arg) => renamed.get(arg) ?? arg));
      if (isChanged && index === changedAt) text = changed(text, type, byType, random);
      const line = { name: `${name}${at}`, type, work: text };
      lines.push(line);
      if (index === own.length - 1 || random() % 5 === 0) outputs.push(line);
      byType.set(type, [...(byType.get(type) ?? []), line.name]);
    });
  }
  const used = new Set(lines.flatMap(({ work }) => work.match(/[\w-]+/g) ?? []));
  const head = [...inputs].filter(([name]) => used.has(name)).map(([name, type]) => `${name}: ${type}`);
  const results = outputs.map(({ name, type }) => `${name}: ${type}`);
  const text = lines.map(({ name, type, work }) => `  ${name}: ${type} = ${work};\n`).join("");
  return `def main(${head.join(", ")}) -> (${results.join(", ")}) {\n${text}}\n`;
}

/** The work of an instruction with another operation, operand, attribute or enable. */
function changed(work: string, type: string, byType: ReadonlyMap<string, readonly string[]>, random: Random): string {
  const op = /^\w+/.exec(work)?.[0] ?? "";
  switch (random() % 4) {
    case 0:
      return NEAR[op] === undefined ? work : work.replace(op, of(NEAR[op], random));
    case 1:
      return work.replace(/\[(\d+)/, (_, value: string) => `[${BigInt(value) ^ 1n}`);
    case 2: {
      const other = byType.get(type);
      return other === undefined ? work : work.replace(/\(([\w-]+)/, `(${of(other, random)}`);
    }
    default: {
      const enables = byType.get("bool") ?? [];
      return op === "reg" && enables.length > 0 ? work.replace(/\(([\w-]+).*\)/, `($1, ${of(enables, random)})`) : work;
    }
  }
}

/** A program of anything that there is. */
export function anything(random: Random, hints: readonly string[], memories: boolean): string {
  const widest = of([8, 20, 40], random);
  const kind = programs({ instructions: 4 + (random() % 14), memories, hints, widest });
  return fc.sample(kind, { seed: random() | 0, numRuns: 1 })[0] ?? "";
}
