// The door for programs: the stages of the compiler, and what they work on.
export * from "./lang/ast.ts";
export type { Checked, CheckedDef, CheckOptions } from "./lang/check.ts";
export { check } from "./lang/check.ts";
export type { Diagnostic, Label, Outcome } from "./lang/diagnostic.ts";
export { type Machine, machine } from "./lang/eval/machine.ts";
export { elaborate, type Graph, type Node, type Reset } from "./lang/graph.ts";
export { parse } from "./lang/parser.ts";
