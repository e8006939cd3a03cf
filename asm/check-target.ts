// Holds a target against itself: every implementation computes what its pattern says, its cells are correct programs,
// its costs are those of its cells, and nothing is there that cannot be used.
import type { Expr, Statement } from "../lang/ast.ts";
import { check } from "../lang/check.ts";
import { type Diagnostic, failed, report } from "../lang/diagnostic.ts";
import { type Machine, machine } from "../lang/eval/machine.ts";
import { elaborate, type Graph } from "../lang/graph.ts";
import { parse } from "../lang/parser.ts";
import type { Span } from "../lang/source.ts";
import { type Instance, instances, type Probes } from "../lang/target/instances.ts";
import { definition } from "../lang/target/semantics.ts";
import type { Implementation, Pattern, PatternTree, Target } from "../lang/target/target.ts";
import { cost, evaluate, TargetError } from "../lang/target/value.ts";
import { type Generator, inputBits, outputBits, seeded, stimulate } from "./compare.ts";
import { expand } from "./expand.ts";
import { lift } from "./lift.ts";
import type { Netlist } from "./netlist.ts";
import { countSites } from "./sites.ts";
