// What is known of one file at one version.
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Dialect, Program } from "../ast.ts";
import { type Checked, checkSteps } from "../check.ts";
import { type Diagnostic, sorted } from "../diagnostic.ts";
import type { Source } from "../source.ts";
import type { Steps } from "../steps.ts";
import { loadTarget } from "../target/load.ts";
import type { Host } from "./host.ts";
import { type Change, type Parsed, parseSteps, reparse } from "./reparse.ts";

export interface Analysis {
  readonly uri: string;
  readonly version: number;
  readonly dialect: Dialect;
  /** The text, for places; of this version for as long as it is asked before the next edit. */
  readonly document: TextDocument;
  readonly source: Source;
  readonly program: Program;
  readonly parsed: Parsed;
  /** Of IR and assembly. */
  readonly checked: Checked | undefined;
  /** In the order of the text. */
  readonly diagnostics: readonly Diagnostic[];
}

const EXTENSIONS: Readonly<Record<string, Dialect>> = { ir: "ir", asm: "asm", tdl: "tdl" };

/** What a file is: by its name, else by what the editor calls its language. */
export function dialectOf(uri: string, languageId: string): Dialect {
  const extension = /\.([a-z]+)$/.exec(uri)?.[1] ?? "";
  return EXTENSIONS[extension] ?? (/asm/.test(languageId) ? "asm" : /tdl/.test(languageId) ? "tdl" : "ir");
}

/** A tree, and how the text has changed since. */
export interface Old {
  readonly parsed: Parsed;
  readonly change: Change | undefined;
}

/** The text of a file, by its name. */
function sourceOf(document: TextDocument, host: Host): Source {
  return { file: host.pathOf(document.uri), text: document.getText() };
}

/** Reads a file. With an older tree, whose nodes go over into the new one, it is one step, and most need not be read. */
export function* read(document: TextDocument, host: Host, old: Old | undefined): Steps<Parsed> {
  const source = sourceOf(document, host);
  if (old === undefined || old.parsed.program.source.file !== source.file) return yield* parseSteps(source);
  return old.change === undefined ? old.parsed : reparse(old.parsed, source, old.change);
}

/** Checks a file that has been read. */
export function* judge(document: TextDocument, host: Host, parsed: Parsed): Steps<Analysis> {
  const { uri, version } = document;
  const dialect = dialectOf(uri, document.languageId);
  const { program } = parsed;
  const about = { uri, version, dialect, document, source: program.source, program, parsed };
  if (dialect === "tdl") return { ...about, checked: undefined, diagnostics: description(parsed, host, uri) };
  // Where nothing at all can be read, only that is said.
  if (program.items.length === 0 && parsed.diagnostics.length > 0)
    return { ...about, checked: undefined, diagnostics: sorted(parsed.diagnostics) };
  const resources = host.targetOf(uri)?.hints.keys() ?? [];
  const checked = yield* checkSteps(program, dialect, { files: host.filesOf(uri), resources });
  return { ...about, checked: checked.value, diagnostics: sorted([...parsed.diagnostics, ...checked.diagnostics]) };
}

/** Reads and checks a file. */
export function* analyse(document: TextDocument, host: Host): Steps<Analysis> {
  const parsed = yield* read(document, host, undefined);
  return yield* judge(document, host, parsed);
}

/** What is wrong with a file of a target, the others of its folder beside it. */
function description({ program, diagnostics }: Parsed, host: Host, uri: string): readonly Diagnostic[] {
  if (diagnostics.length > 0) return sorted(diagnostics);
  const { source } = program;
  const others = host
    .workspaceFiles("tdl", uri)
    .filter((file) => file.uri !== uri)
    .map((file) => ({ file: host.pathOf(file.uri), text: file.text }));
  const found = loadTarget("", [source, ...others]);
  return sorted(found.diagnostics.filter((one) => one.source === source));
}
