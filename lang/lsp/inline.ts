// The refactoring that puts the body of a definition in place of a call of it.
import type { Instruction, Item } from "../ast.ts";
import type { Span } from "../source.ts";
import type { Change } from "./actions.ts";
import type { Analysis } from "./analysis.ts";
import { freshName, indentOf } from "./edits.ts";
import { LOCAL, statementAt, type Word, wordsOf } from "./words.ts";

export function inlineCall(file: Analysis, { start }: Span): readonly Change[] {
  if (file.dialect !== "ir" || file.parsed.diagnostics.length > 0) return [];
  const found = statementAt(file.program, start);
  if (found?.statement?.kind !== "instruction") return [];
  const call = found.statement;
  const callee = file.checked?.defs.get(call.op.text)?.item;
  const suits = callee !== undefined && callee !== found.item && call.args.length === callee.inputs.length;
  if (!suits || call.results.length !== callee.outputs.length || call.args.some((arg) => arg.kind !== "name"))
    return [];
  const text = bodyAs(
    callee,
    namesFor(call, callee, file, found.item.name.text),
    file,
    indentOf(file.source.text, call.start),
  );
  return [{ title: `inline \`${callee.name.text}\``, edits: [{ start: call.start, end: call.end, text }] }];
}

/** What the names of the body are called where the call stands: operands, results, and fresh names for the others. */
function namesFor(call: Instruction, callee: Item, file: Analysis, def: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  callee.inputs.forEach((port, at) => {
    const arg = call.args[at];
    if (arg?.kind === "name") names.set(port.name.text, arg.text);
  });
  callee.outputs.forEach((port, at) => names.set(port.name.text, call.results[at]?.name.text ?? port.name.text));
  const made: string[] = [];
  for (const statement of callee.body)
    if (statement.kind === "instruction")
      for (const { name } of statement.results) {
        if (names.has(name.text)) continue;
        const fresh = freshName(`${call.results[0]?.name.text ?? callee.name.text}_${name.text}`, file, def, made);
        made.push(fresh);
        names.set(name.text, fresh);
      }
  return names;
}

/** The statements of a body, with other names, a line each. */
function bodyAs(callee: Item, names: ReadonlyMap<string, string>, { source }: Analysis, indent: string): string {
  const words: Word[] = [];
  wordsOf(callee, (word) => void words.push(word));
  const lines = callee.body.map((statement) => {
    let line = "";
    let at = statement.start;
    for (const word of words) {
      if (word.start < statement.start || word.end > statement.end || !LOCAL.has(word.kind)) continue;
      line += source.text.slice(at, word.start) + (names.get(word.text) ?? word.text);
      at = word.end;
    }
    return line + source.text.slice(at, statement.end);
  });
  return lines.join(`\n${indent}`);
}
