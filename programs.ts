// The commands that take programs as they are: check, fmt, emit; and how programs are read for all others.
import { extname } from "node:path";
import { AT_FAULT, FINE, type Io, MISUSED, misuse, type Options } from "./commands.ts";
import { filesBeside, readText, writeText } from "./files.ts";
import type { Dialect, Program } from "./lang/ast.ts";
import { type Checked, check } from "./lang/check.ts";
import { bug, type Diagnostic, failed, type Outcome, report, sorted } from "./lang/diagnostic.ts";
import { frame, type Paint, type Style, summary, toJson } from "./lang/frame.ts";
import { elaborate, type Graph, type Reset } from "./lang/graph.ts";
import { type MemoryFile, readMemoryMap, reportUnknownMemories } from "./lang/mmap.ts";
import { parse } from "./lang/parser.ts";

/** `reticle check`. */
export async function checkFiles(paths: readonly string[], options: Options, io: Io): Promise<number> {
  const diagnostics: Diagnostic[] = [];
  for (const path of paths) {
    const dialect = dialectOf(path, options, io);
    if (dialect === undefined) return MISUSED;
    diagnostics.push(...(await readChecked(path, dialect, io)).diagnostics);
  }
  return tell(diagnostics, options, io);
}

/** `reticle fmt`. */
export async function format(paths: readonly string[], options: Options, io: Io): Promise<number> {
  const { print } = await import("./lang/printer.ts");
  const diagnostics: Diagnostic[] = [];
  const texts: string[] = [];
  const isStaying = options["check"] === true || options["write"] === true;
  for (const path of paths) {
    if (dialectOf(path, options, io) === undefined) return MISUSED;
    if (path === "-" && options["write"] === true) return misuse(io, "standard input cannot be written");
    const { value: program, diagnostics: found } = await readProgram(path, io);
    diagnostics.push(...found);
    if (failed(found)) continue;
    const text = print(program);
    if (parse({ file: path, text }).diagnostics.length > 0) bug(`the layout of ${path} cannot be read again`);
    if (!isStaying) texts.push(text);
    else if (text !== program.source.text)
      diagnostics.push(...(options["write"] === true ? writeText(path, text) : [unformatted(program, text)]));
  }
  if (isStaying || failed(diagnostics)) return tell(diagnostics, options, io);
  return give(texts.join(""), diagnostics, options, io);
}

/** Points at the first line that would change. */
function unformatted({ source }: Program, text: string): Diagnostic {
  const found = report(source);
  let start = 0;
  while (source.text[start] === text[start] && start < text.length) start++;
  start = Math.min(start, source.text.length);
  const span = { start, end: Math.min(start + 1, source.text.length) };
  found.error(
    "not-formatted",
    "this file is not in canonical layout",
    [{ span, text: "the first difference" }],
    ["`reticle fmt --write` changes it"],
  );
  return found.list[0] as Diagnostic;
}

/** The languages that a graph can be printed in. */
const EMITTERS: Readonly<Record<string, (graph: Graph, reset: Reset) => Promise<Outcome<string>>>> = {
  behav: async (graph, reset) => (await import("./lang/behav.ts")).behavioural(graph, { reset }),
};

/** `reticle emit`. */
export async function emit([path = ""]: readonly string[], options: Options, io: Io): Promise<number> {
  const loaded = await readGraph(path, options, io);
  if (typeof loaded === "number") return loaded;
  const emitter = EMITTERS[String(options["to"])] ?? bug(`no emitter ${options["to"]}`);
  const { value, diagnostics } = await emitter(loaded.graph, resetOf(options));
  const all = [...loaded.diagnostics, ...diagnostics];
  return failed(diagnostics) ? tell(all, options, io) : give(value, all, options, io);
}

/** A program that can run, and what was said about it on the way: warnings. */
export interface Loaded {
  readonly graph: Graph;
  readonly diagnostics: readonly Diagnostic[];
}

/** Reads a program down to its graph; tells what is wrong with it, and gives the exit status then. */
export async function readGraph(path: string, options: Options, io: Io): Promise<Loaded | number> {
  const dialect = dialectOf(path, options, io);
  if (dialect === undefined) return MISUSED;
  if (dialect !== "ir")
    return misuse(io, `\`${path}\` is not a program of the IR, which is all that can be taken here`);
  const mmap = typeof options["mmap"] === "string" ? options["mmap"] : undefined;
  if (path === "-" && mmap === "-") return misuse(io, "standard input cannot be the program and its memories");
  const { value: checked, diagnostics } = await readChecked(path, dialect, io);
  const memories = mmap === undefined ? undefined : await readMemories(mmap, io);
  const found = [...diagnostics, ...(memories?.diagnostics ?? [])];
  if (checked === undefined || failed(found)) return tell(found, options, io);
  const top = typeof options["top"] === "string" ? options["top"] : undefined;
  const graph = elaborate(checked, { top, memoryMap: memories?.value.map, reset: resetOf(options) });
  found.push(...graph.diagnostics);
  if (graph.value === undefined || failed(found)) return tell(found, options, io);
  if (memories !== undefined) found.push(...reportUnknownMemories(memories.value, checked, graph.value));
  return { graph: graph.value, diagnostics: found };
}

async function readMemories(path: string, io: Io): Promise<Outcome<MemoryFile>> {
  const { value: source, diagnostics } = await readText(path, io.stdin);
  return failed(diagnostics)
    ? { value: { source, map: new Map(), places: new Map() }, diagnostics }
    : readMemoryMap(source);
}

export function resetOf(options: Options): Reset {
  return options["reset"] === "sync" ? "sync" : "none";
}

async function readProgram(path: string, io: Io): Promise<Outcome<Program>> {
  const { value: source, diagnostics } = await readText(path, io.stdin);
  if (failed(diagnostics)) return { value: { source, items: [], comments: [] }, diagnostics };
  return parse(source);
}

/** Reads and checks a file; the value is missing where the text is at fault. */
async function readChecked(path: string, dialect: Dialect, io: Io): Promise<Outcome<Checked | undefined>> {
  const { value: program, diagnostics } = await readProgram(path, io);
  const isRead = program.items.length > 0 || !failed(diagnostics);
  if (!isRead) return { value: undefined, diagnostics };
  if (dialect === "tdl") {
    const { checkDescription } = await import("./targets.ts");
    return {
      value: undefined,
      diagnostics: failed(diagnostics) ? diagnostics : await checkDescription(program.source, path),
    };
  }
  const checked = check(program, dialect, { files: filesBeside(path) });
  return { value: checked.value, diagnostics: sorted([...diagnostics, ...checked.diagnostics]) };
}

const EXTENSIONS: Readonly<Record<string, Dialect>> = { ".ir": "ir", ".asm": "asm", ".tdl": "tdl" };

/** What a file is, by its name or by `--dialect`; undefined after a message where that is not clear. */
function dialectOf(path: string, options: Options, io: Io): Dialect | undefined {
  const asked = Object.values(EXTENSIONS).find((dialect) => dialect === options["dialect"]);
  const known = EXTENSIONS[extname(path)];
  if (known !== undefined && asked !== undefined && known !== asked) {
    misuse(io, `\`${path}\` is \`${known}\` by its name, and \`${asked}\` by \`--dialect\``);
    return undefined;
  }
  const dialect = known ?? asked ?? (path === "-" ? "ir" : undefined);
  if (dialect === undefined)
    misuse(io, `the name of \`${path}\` does not say what it is`, ["programs end in `.ir`, or say `--dialect ir`"]);
  return dialect;
}

const ansi =
  (codes: string): Paint =>
  (text) =>
    `\u001b[${codes}m${text}\u001b[0m`;

const COLOURS: Style = {
  error: ansi("1;31"),
  warning: ansi("1;33"),
  message: ansi("1"),
  label: ansi("34"),
  frame: ansi("2"),
  note: ansi("36"),
};

/** Shows diagnostics, as frames and a line with their numbers or as JSON, and gives the exit status. */
export async function tell(diagnostics: readonly Diagnostic[], options: Options, io: Io): Promise<number> {
  const status = failed(diagnostics) ? AT_FAULT : FINE;
  if (options["json"] === true) {
    await io.out(`[${diagnostics.map((one) => `\n  ${JSON.stringify(toJson(one))}`).join(",")}\n]\n`);
    return status;
  }
  for (const one of diagnostics) io.err(`${io.hasColours ? frame(one, COLOURS) : frame(one)}\n\n`);
  if (diagnostics.length > 0) io.err(`${summary(diagnostics)}\n`);
  return status;
}

/**
 * Gives out a text that was made without errors, to `--output` or to standard output, and shows the warnings. With
 * `--json` and no file, standard output has both in an object.
 */
export async function give(
  text: string,
  diagnostics: readonly Diagnostic[],
  options: Options,
  io: Io,
): Promise<number> {
  const path = typeof options["output"] === "string" ? options["output"] : "-";
  if (path !== "-") return tell([...diagnostics, ...writeText(path, text)], options, io);
  if (options["json"] === true) {
    await io.out(`${JSON.stringify({ text, diagnostics: diagnostics.map(toJson) }, undefined, 2)}\n`);
    return FINE;
  }
  await io.out(text);
  return tell(diagnostics, options, io);
}
