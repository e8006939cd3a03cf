// The refactoring that makes a definition of the selected instructions, and a call in their place.
import type { Instruction } from "../ast.ts";
import type { Span } from "../source.ts";
import type { Change } from "./actions.ts";
import type { Analysis } from "./analysis.ts";
import { indentOf } from "./edits.ts";
import { statementAt } from "./words.ts";

export function extractDef(file: Analysis, { start, end }: Span): readonly Change[] {
  if (file.dialect !== "ir" || file.parsed.diagnostics.length > 0 || start === end) return [];
  const item = statementAt(file.program, start)?.item;
  const def = file.checked?.defs.get(item?.name.text ?? "");
  if (item === undefined || def === undefined || end > item.end) return [];
  const inside = def.instructions.filter((one) => one.start < end && one.end > start);
  const [first, last] = [inside[0], inside.at(-1)];
  if (first === undefined || last === undefined) return [];
  const { inputs, outputs } = cut(
    inside,
    def.instructions,
    item.outputs.map((port) => port.name.text),
  );
  const typed = (names: readonly string[]) =>
    names.map((name) => `${name}: ${def.scope.get(name)?.type?.text ?? "?"}`).join(", ");
  if (outputs.length === 0 || /\?/.test(typed([...inputs, ...outputs]))) return [];
  const name = freeName(file);
  const { text } = file.source;
  const lines = inside.map((one) => `    ${text.slice(one.start, one.end)}\n`).join("");
  const results = outputs.length === 1 ? typed(outputs) : `(${typed(outputs)})`;
  const call = `${results} = ${name}(${inputs.join(", ")});`;
  const removed = inside.slice(1).map((one) => lineOf(text, one));
  const made = `\n\ndef ${name}(${typed(inputs)}) -> (${typed(outputs)}) {\n${lines}}`;
  return [
    {
      title: `extract into \`${name}\``,
      edits: [
        { start: first.start, end: first.end, text: call },
        ...removed,
        { start: item.end, end: item.end, text: made },
      ],
    },
  ];
}

/** What goes in and what comes out: names of the other side of the cut, in the order of the text. */
function cut(inside: readonly Instruction[], all: readonly Instruction[], outputs: readonly string[]) {
  const within = new Set(inside);
  const made = new Set(inside.flatMap((one) => one.results.map((port) => port.name.text)));
  const inputs = new Set<string>();
  const wanted = new Set(outputs);
  for (const one of all)
    for (const arg of one.args) {
      if (arg.kind !== "name") continue;
      if (!within.has(one)) wanted.add(arg.text);
      else if (!made.has(arg.text)) inputs.add(arg.text);
    }
  return { inputs: [...inputs], outputs: [...made].filter((name) => wanted.has(name)) };
}

function freeName({ program }: Analysis): string {
  const taken = new Set(program.items.map((item) => item.name.text));
  let name = "part";
  for (let count = 2; taken.has(name); count++) name = `part_${count}`;
  return name;
}

/** An instruction with its line, if it stands alone there. */
function lineOf(text: string, { start, end }: Instruction): Span & { readonly text: string } {
  const from = start - indentOf(text, start).length;
  const alone = (from === 0 || text[from - 1] === "\n") && text[end] === "\n";
  return { start: alone ? from : start, end: alone ? end + 1 : end, text: "" };
}
