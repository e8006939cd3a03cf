// What the word under the cursor is: its type, the meaning of an operation, the value of a constant, what it costs.
import type { Hover } from "vscode-languageserver-types";
import type { Instruction, Item } from "../ast.ts";
import { OPERATIONS, type Operation } from "../ops.ts";
import { printInstruction } from "../printer.ts";
import { meaningOf } from "../signature.ts";
import type { Source } from "../source.ts";
import { range, type Type, wrap } from "../type.ts";
import type { Analysis } from "./analysis.ts";
import { isOperation, placesOf } from "./definition.ts";
import { costText, type DefMapping, mappingOf, nanoseconds, siteTexts } from "./mapping.ts";
import { typeNamed } from "./operands.ts";
import { rangeOf } from "./places.ts";
import { signature } from "./symbols.ts";
import { LOCAL, type Word, wordAt } from "./words.ts";
import type { World } from "./world.ts";

export function hover(file: Analysis, offset: number, world: World): Hover | null {
  const word = wordAt(file.program, offset);
  if (word === undefined) return null;
  const parts = [...aboutWord(word, file, world)].filter((part) => part !== "");
  if (parts.length === 0) return null;
  return { contents: { kind: "markdown", value: parts.join("\n\n") }, range: rangeOf(file, word) };
}

function* aboutWord(word: Word, file: Analysis, world: World): Generator<string> {
  if (LOCAL.has(word.kind)) yield* aboutValue(word, file, world);
  else if (word.kind === "callee") yield* aboutCallee(word, file, world);
  else if (word.kind === "item") yield* aboutItem(word.item, file, world);
  else if (word.kind === "type") yield aboutType(typeNamed(typeAt(file.source, word.start)));
  else if (word.kind === "number") yield* aboutNumber(word, file);
  else if (word.kind === "resource") yield* aboutResource(word, file, world);
}

function code(text: string): string {
  return `\`\`\`reticle\n${text}\n\`\`\``;
}

function* aboutValue({ text, item, kind }: Word, file: Analysis, world: World): Generator<string> {
  const binding = file.checked?.defs.get(item.name.text)?.scope.get(text);
  if (binding === undefined) {
    if (kind === "parameter") yield `a parameter of \`${item.name.text}\``;
    return;
  }
  const { by, type, port } = binding;
  if (by === undefined) {
    yield code(`${text}: ${type?.text ?? "?"}`);
    yield `an input of \`${item.name.text}\``;
  } else {
    yield code(by.partial ? `${text}: ${type?.text ?? "?"}` : clip(printInstruction(by)));
    const isOutput = item.outputs.some((one) => one.name.text === port.name.text);
    if (isOutput) yield `an output of \`${item.name.text}\``;
    if (by.op.text === "const" && type !== undefined) yield constant(by, type);
  }
  yield aboutMade(text, mappingOf(world, file.uri, item.name.text), world, file);
}

function clip(text: string): string {
  return text.length > 400 ? `${text.slice(0, 400)}…` : text;
}

/** The value of a `const`, a lane at a time. */
function constant({ attrs }: Instruction, type: Type): string {
  const values = attrs.flatMap(({ value }) => (value.kind === "int" ? [value.value] : []));
  const rows = values.slice(0, 8).map((value) => spelled(value, type.lane));
  return [...rows, ...(values.length > 8 ? ["…"] : [])].join("  \n");
}

/** A number in decimal, hexadecimal and binary, as a type reads its bits. */
function spelled(value: bigint, type: Type | undefined): string {
  const read = type === undefined ? value : wrap(value, type);
  const bits = type === undefined ? (value < 0n ? undefined : value) : BigInt.asUintN(type.width, value);
  const digits = type === undefined ? 1 : type.width;
  const forms =
    bits === undefined
      ? []
      : [
          `0x${bits
            .toString(16)
            .toUpperCase()
            .padStart(Math.ceil(digits / 4), "0")}`,
          `0b${grouped(bits.toString(2).padStart(digits, "0"))}`,
        ];
  return [read.toString(), ...forms]
    .map((text) => `\`${text.length > 200 ? `${text.slice(0, 200)}…` : text}\``)
    .join(" = ");
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=([01]{4})+$)/g, "_");
}

function* aboutNumber({ instruction, item, start }: Word, file: Analysis): Generator<string> {
  const attr = instruction?.attrs.find((one) => one.start <= start && start <= one.end);
  if (attr?.value.kind !== "int") return;
  const result = instruction?.results[0]?.name.text ?? "";
  const type = file.checked?.defs.get(item.name.text)?.scope.get(result)?.type;
  const isValue = instruction?.op.text === "const" || instruction?.op.text === "reg";
  yield spelled(attr.value.value, isValue ? type?.lane : undefined);
}

function* aboutCallee(word: Word, file: Analysis, world: World): Generator<string> {
  const { text, item, instruction } = word;
  const operation = OPERATIONS.get(text);
  if (operation !== undefined && isOperation(word, file.dialect)) {
    yield* aboutOperation(operation);
    const result = instruction?.results[0]?.name.text ?? "";
    yield aboutMade(result, mappingOf(world, file.uri, item.name.text), world, file);
    return;
  }
  const pattern = file.dialect === "asm" ? world.host.targetOf(file.uri)?.patterns.get(text) : undefined;
  if (pattern !== undefined) {
    yield code(clip(pattern.source.text.slice(pattern.item.start, pattern.item.end)));
    const result = instruction?.results[0]?.name.text ?? "";
    yield aboutMade(result, mappingOf(world, file.uri, item.name.text), world, file);
    return;
  }
  const place = placesOf(file, word.start, world).find((one) => one.isDefinition);
  const found = place?.file.program.items.find((one) => one.name === place.span);
  if (found !== undefined && place !== undefined) yield* aboutItem(found, place.file, world);
}

function* aboutOperation({ forms, name, doc, commutes }: Operation): Generator<string> {
  yield code(forms.map((form) => `${name}${form.text}`).join("\n"));
  yield commutes ? `${doc} The operands may be exchanged.` : doc;
  const letters = new Set(forms.flatMap((form) => [...form.params, form.result]));
  const meanings = [...letters].flatMap((letter) => {
    const meaning = letter === "bool" ? undefined : meaningOf(letter);
    return meaning === undefined ? [] : [`\`${letter}\` is ${meaning}`];
  });
  yield meanings.join(", ");
}

function* aboutItem(item: Item, file: Analysis, world: World): Generator<string> {
  yield code(`${item.keyword.text} ${item.name.text}${signature(item)}`);
  yield commentBefore(item, file);
  const mapping = mappingOf(world, file.uri, item.name.text);
  if (mapping === undefined) return;
  const { target } = world.mapping(file.uri) ?? { target: "" };
  yield `On ${target}: ${[...siteTexts(mapping.sites, mapping.cells), mapping.delay > 0 ? nanoseconds(mapping.delay) : ""].filter((text) => text !== "").join(", ")}`;
}

/** The comments directly above an item. */
function commentBefore({ start }: Item, { program, source }: Analysis): string {
  const lines: string[] = [];
  let behind = start;
  for (const comment of program.comments.filter((one) => one.end <= start).reverse()) {
    const between = source.text.slice(comment.end, behind);
    if (!/^[ \t\r]*\n?[ \t]*$/.test(between)) break;
    lines.unshift(comment.text.replace(/^\/\/ ?|^\/\*+\s?|\s*\*+\/$/g, ""));
    behind = comment.start;
  }
  return lines.join("\n");
}

/** The type that begins at an offset, with its lanes. */
function typeAt({ text }: Source, start: number): string {
  return /^\w+(?:<\d+>)?/.exec(text.slice(start, start + 40))?.[0] ?? "";
}

function aboutType(type: Type | undefined): string {
  if (type === undefined) return "";
  if (type.kind === "bool") return "a truth value, one bit";
  const [low, high] = range(type.lane);
  const values = type.width <= 64 ? `, from ${low} to ${high}` : "";
  const lane = `${type.kind === "i" ? "a signed" : "an unsigned"} integer of ${type.width} bit${type.width === 1 ? "" : "s"}${values}`;
  return type.lanes === 0 ? lane : `${type.lanes} lanes, each ${lane}; ${type.bits} bits in all`;
}

function* aboutResource({ text }: Word, file: Analysis, world: World): Generator<string> {
  const target = world.host.targetOf(file.uri);
  const resource = target?.hints.get(text);
  if (target === undefined || resource === undefined) return;
  yield `\`${resource}\` of target \`${target.name}\``;
  const names = [...target.patterns.values()].filter((one) => one.resource === resource).map((one) => one.name);
  yield `instructions: ${names.join(", ")}`;
}

/** What has become of a value on the target. */
function aboutMade(name: string, mapping: DefMapping | undefined, world: World, file: Analysis): string {
  const made = mapping?.made.get(name);
  if (made === undefined) return "";
  const target = world.mapping(file.uri)?.target ?? "";
  if (made.instruction === undefined)
    return made.into.length === 0 ? "" : `On ${target}: a part of ${made.into.map((one) => `\`${one}\``).join(", ")}`;
  const cells = Object.entries(made.cells).map(([cell, count]) => `${count} ${cell}`);
  const cost = costText(made);
  return `On ${target}: \`${made.instruction}\`${cost === "" ? "" : `, ${cost}`}${cells.length === 0 ? "" : ` (${cells.join(", ")})`}`;
}
