// What all generators of kernels share.

import type { Program } from "../lang/ast.ts";
import { type DefBuilder, type ProgramBuilder, programBuilder, type Value } from "../lang/builder.ts";

/** A program whose top is the def `name`; `about` becomes the comment at its head. Defs that it calls come behind it. */
export function kernel(name: string, about: string, fill: (def: DefBuilder, program: ProgramBuilder) => void): Program {
  const program = programBuilder(`${name}.ir`);
  program.comment(`${about}\nMade by examples/kernels.ts.`);
  fill(program.def(name), program);
  return program.build();
}

/** The numbers from 0 up to `count`, without `count`. */
export function range(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}

/** The sum of `terms`, which are of one type, from left to right. */
export function sum(def: DefBuilder, terms: readonly Value[]): Value {
  return terms.reduce((all, term) => def.add(all, term));
}

/** Element `at`, counted from the end if negative; it has to be there. */
export function nth<T>(list: readonly T[], at: number): T {
  const found = list.at(at);
  if (found === undefined) throw new Error(`no element ${at} of ${list.length}`);
  return found;
}
