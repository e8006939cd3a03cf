// What a target's description says without use: cells that are no programs, implementations that nothing asks for,
// operands that are left open.
import type { Expr, Statement } from "../lang/ast.ts";
import { check } from "../lang/check.ts";
import { type Diagnostic, report } from "../lang/diagnostic.ts";
import type { Source, Span } from "../lang/source.ts";
import { definition } from "../lang/target/semantics.ts";
import type { Target } from "../lang/target/target.ts";
import { tilesOf } from "../lang/target/tile.ts";
import { TargetError } from "../lang/target/value.ts";

/** One message on a place of a description. */
export function say(
  severity: "error" | "warning",
  code: Diagnostic["code"],
  message: string,
  source: Source,
  span: Span,
  help: readonly string[] = [],
): Diagnostic[] {
  const found = report(source);
  found[severity](code, message, [{ span, text: "" }], help);
  return found.list;
}

/** Each `prim` is a program of the IR, with any values of its parameters. */
export function checkPrims(target: Target): readonly Diagnostic[] {
  return [...target.prims.values()].flatMap((prim) => {
    try {
      const program = { source: prim.source, items: [definition(prim, [], "main")], comments: [] };
      return check(program, "ir").diagnostics.filter((one) => one.severity === "error");
    } catch (error) {
      if (!(error instanceof TargetError)) throw error;
      return say("error", "bad-target", error.message, prim.source, error.span);
    }
  });
}

/** What the rules of tiles put in: cells that chains are mended with, carries of several bits, choices, pairs of functions. */
function tileParts(target: Target): readonly string[] {
  return [...tilesOf(target).values()]
    .flatMap(({ chain, wide, choices, pair }) => {
      const mended = chain === undefined ? [] : [chain.begin, chain.enter, chain.leave, chain.pass, chain.idle];
      const carries = wide === undefined ? [] : [wide.by, wide.pass];
      return [...mended, ...carries, ...(choices?.by ?? []), ...(pair === undefined ? [] : [pair.by])];
    })
    .map((imp) => imp.name);
}

/** Implementations that nothing asks for, and operands that they leave open. */
export function checkUses(target: Target): readonly Diagnostic[] {
  const { implementations, patterns } = target;
  const used = new Set<string>();
  const pending = [...patterns.keys(), ...tileParts(target)];
  for (let name = pending.pop(); name !== undefined; name = pending.pop()) {
    const imp = implementations.get(name);
    if (imp === undefined || used.has(name)) continue;
    used.add(name);
    pending.push(...calls(imp.item.body));
  }
  const found: Diagnostic[] = [];
  for (const imp of implementations.values()) {
    if (!used.has(imp.name))
      found.push(...say("warning", "unused", `nothing uses the \`imp\` \`${imp.name}\``, imp.source, imp.item.name));
    const named = new Set(imp.item.body.flatMap(namesIn));
    for (const port of imp.item.inputs)
      if (!named.has(port.name.text))
        found.push(
          ...say("warning", "unused", `\`${imp.name}\` does not connect \`${port.name.text}\``, imp.source, port.name),
        );
    const pattern = patterns.get(imp.name);
    if (pattern !== undefined && pattern.inputs.length !== imp.inputs.length)
      found.push(
        ...say(
          "error",
          "bad-target",
          `\`${imp.name}\` has ${imp.inputs.length} operands here, and ${pattern.inputs.length} in its \`pat\``,
          imp.source,
          imp.item.name,
        ),
      );
  }
  return found;
}

function calls(body: readonly Statement[]): readonly string[] {
  return body.flatMap((one) => {
    if (one.kind === "instruction") return [one.op.text];
    return one.kind === "for" ? calls(one.body) : [...calls(one.then), ...calls(one.otherwise)];
  });
}

/** All names in the arguments of a statement. */
function namesIn(one: Statement): readonly string[] {
  if (one.kind === "instruction") return [...one.args, ...one.attrs.map((attr) => attr.value)].flatMap(namesOf);
  if (one.kind === "for") return [...namesOf(one.range), ...one.body.flatMap(namesIn)];
  return [...namesOf(one.test), ...[...one.then, ...one.otherwise].flatMap(namesIn)];
}

function namesOf(expr: Expr | undefined): readonly string[] {
  switch (expr?.kind) {
    case "name":
      return [expr.text];
    case "unary":
      return namesOf(expr.arg);
    case "binary":
      return [...namesOf(expr.left), ...namesOf(expr.right)];
    case "condition":
      return [expr.test, expr.then, expr.otherwise].flatMap(namesOf);
    case "index":
      return [...namesOf(expr.of), ...namesOf(expr.at)];
    case "call":
      return expr.args.flatMap(namesOf);
    case "int":
    case "string":
    case "hole":
    case undefined:
      return [];
  }
}
