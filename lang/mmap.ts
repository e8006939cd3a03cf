// Contents of memories by name, as `--mmap` gives them: `{"y": {"values": [1, "0xff", -3]}}`.
import type { Checked } from "./check.ts";
import { type MemoryMap, numeral } from "./contents.ts";
import { type Diagnostic, type Outcome, type Report, report } from "./diagnostic.ts";
import type { Graph } from "./graph.ts";
import { type JsonReader, jsonReader } from "./json.ts";
import { didYouMean } from "./near.ts";
import { OPERATIONS } from "./ops.ts";
import type { Source, Span } from "./source.ts";

/** The names of a file, with their places: see `reportUnknownMemories`. */
export interface MemoryFile {
  readonly source: Source;
  readonly map: MemoryMap;
  readonly places: ReadonlyMap<string, Span>;
}

/**
 * Reads a memory map. An `offset` beside the `values` is passed over: the original's tools put a memory there in the
 * memory of a host, which means nothing to the program.
 */
export function readMemoryMap(source: Source): Outcome<MemoryFile> {
  const found = report(source);
  const json = jsonReader(source.text);
  const map = new Map<string, readonly bigint[]>();
  const places = new Map<string, Span>();
  if (json.next() !== "{") refuse(json, found, "a memory map is an object, with contents by the name of a memory");
  else
    for (let event = json.next(); event === "key"; event = json.next()) {
      const name = json.text();
      const place = { start: json.start, end: json.end };
      const known = places.get(name);
      if (known !== undefined)
        found.error("bad-contents", `\`${name}\` stands in the memory map twice`, [
          { span: place, text: "again here" },
          { span: known, text: "first here" },
        ]);
      places.set(name, place);
      const words = readMemory(name, json, found);
      if (words !== undefined) map.set(name, words);
    }
  if (json.event === "}") json.next();
  if (json.event === "wrong")
    found.error("not-json", json.problem, [{ span: { start: json.start, end: json.end }, text: "" }]);
  return { value: { source, map, places }, diagnostics: found.list };
}

function refuse(json: JsonReader, found: Report, message: string): undefined {
  if (json.event === "wrong") return;
  const span = { start: json.start, end: json.end };
  found.error("bad-contents", message, [{ span, text: "" }], ['contents look like `{"y": {"values": [1, 2, 3, 4]}}`']);
  json.skip();
}

function readMemory(name: string, json: JsonReader, found: Report): readonly bigint[] | undefined {
  if (json.next() !== "{") return refuse(json, found, `\`${name}\` is not an object`);
  let words: readonly bigint[] | undefined;
  let event = json.next();
  for (; event === "key"; event = json.next()) {
    const key = json.text();
    if (key === "values") {
      words = readValues(name, json, found);
      continue;
    }
    if (key !== "offset") refuse(json, found, `\`${key}\` is not known here`);
    json.next();
    json.skip();
  }
  if (words === undefined && event !== "wrong") refuse(json, found, `\`${name}\` has no \`values\``);
  return words;
}

function readValues(name: string, json: JsonReader, found: Report): readonly bigint[] | undefined {
  if (json.next() !== "[") return refuse(json, found, `the \`values\` of \`${name}\` are not a list`) ?? [];
  const words: bigint[] = [];
  for (let event = json.next(); event !== "]" && event !== "wrong"; event = json.next()) {
    const exact = event === "number" && !Number.isNaN(json.integer);
    const value = exact ? BigInt(json.integer) : event === "string" ? numeral(json.text()) : undefined;
    if (value === undefined) refuse(json, found, `a word of \`${name}\` is an integer, or one in a string`);
    words.push(value ?? 0n);
  }
  return words;
}

/** Warns of contents that no memory has taken. */
export function reportUnknownMemories(file: MemoryFile, checked: Checked, graph: Graph): readonly Diagnostic[] {
  const found = report(file.source);
  const names = new Set(graph.nodes.filter(({ op }) => op?.kind === "memory").map(({ name }) => name));
  for (const { instructions } of checked.defs.values())
    for (const { op, results } of instructions)
      if (OPERATIONS.get(op.text)?.kind === "memory") names.add(results[0]?.name.text ?? "");
  for (const [name, span] of file.places)
    if (!names.has(name))
      found.warning("unknown-memory", `no memory is called \`${name}\``, [{ span, text: "" }], didYouMean(name, names));
  return found.list;
}
