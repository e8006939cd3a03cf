// Inlay hints: what operands are called, and behind each instruction what it becomes on the target.
import { type InlayHint, InlayHintKind, type Range } from "vscode-languageserver-types";
import type { Instruction, Item } from "../ast.ts";
import { takes } from "../signature.ts";
import type { Analysis } from "./analysis.ts";
import { costText, type DefMapping, mappingOf, siteTexts } from "./mapping.ts";
import { calleeNamed, operandNames } from "./operands.ts";
import { spanOf } from "./places.ts";
import { countBefore } from "./reparse.ts";
import type { World } from "./world.ts";

export function inlayHints(file: Analysis, range: Range, world: World): readonly InlayHint[] {
  const { start, end } = spanOf(file, range);
  const settings = world.host.settingsOf(file.uri).hints;
  const found: InlayHint[] = [];
  for (const item of file.program.items) {
    if (item.end < start || item.start > end || item.keyword.text !== "def") continue;
    const mapping = mappingOf(world, file.uri, item.name.text);
    const from = Math.max(0, countBefore(item.body, start) - 1);
    for (const one of item.body.slice(from, countBefore(item.body, end + 1))) {
      if (one.kind !== "instruction" || one.partial) continue;
      if (settings.operands) found.push(...operandHints(one, file, world));
      const label = settings.mapping ? becomes(one, item, file, mapping, world) : "";
      if (label === "") continue;
      found.push({ position: file.document.positionAt(one.end), label: `→ ${label}`, paddingLeft: true });
    }
  }
  return found;
}

function operandHints(one: Instruction, file: Analysis, world: World): InlayHint[] {
  const names = namesOf(one, file, world);
  return one.args.flatMap((arg, at) => {
    const name = names[at];
    if (name === undefined || (arg.kind === "name" && arg.text === name)) return [];
    return [
      {
        position: file.document.positionAt(arg.start),
        label: `${name}:`,
        kind: InlayHintKind.Parameter,
        paddingRight: true,
      },
    ];
  });
}

function namesOf({ op, args }: Instruction, file: Analysis, world: World): readonly (string | undefined)[] {
  const callee = calleeNamed(op.text, file, world);
  switch (callee?.kind) {
    case undefined:
      return [];
    case "def":
      return callee.item.inputs.map((port) => port.name.text);
    case "pattern":
      return callee.pattern.inputs.map((port) => port.name);
    case "operation": {
      const form = callee.operation.forms.find((each) => takes(each, args.length));
      return form === undefined ? [] : operandNames(callee.operation, form);
    }
  }
}

/** `8 LC, 1.9 ns`; for a part of another instruction where it went; for a call what its definition takes. */
function becomes(one: Instruction, item: Item, file: Analysis, mapping: DefMapping | undefined, world: World): string {
  const made = mapping?.made.get(one.results[0]?.name.text ?? "");
  const callee = calleeNamed(one.op.text, file, world);
  if (callee?.kind === "def" && callee.item !== item) {
    const inner = mappingOf(world, file.uri, callee.item.name.text);
    return inner === undefined ? "" : siteTexts(inner.sites, inner.cells).join(", ");
  }
  if (made === undefined) return "";
  if (made.instruction !== undefined) return costText(made);
  return made.into.length === 0 ? "" : `in ${made.into.slice(0, 3).join(", ")}${made.into.length > 3 ? ", …" : ""}`;
}
