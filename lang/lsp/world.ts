// The files that are open, at their newest version, and what is known of them.
import type { TextDocumentContentChangeEvent } from "vscode-languageserver-protocol";
import { TextDocument } from "vscode-languageserver-textdocument";
import { finish, type Steps } from "../steps.ts";
import { type Analysis, analyse, judge, read } from "./analysis.ts";
import type { File, Host } from "./host.ts";
import type { Mapping } from "./mapping.ts";
import type { Change, Parsed } from "./reparse.ts";

/** A file that the editor has open. */
interface Open {
  document: TextDocument;
  /** The newest tree, and what has changed since. */
  parsed: Parsed | undefined;
  change: Change | undefined;
  analysis: Analysis | undefined;
  mapping: Mapping | undefined;
}

/** All that features ask. */
export interface World {
  readonly host: Host;
  open(uri: string, languageId: string, version: number, text: string): void;
  /** Gives false for a file that is not open, or a version that is not newer. */
  edit(uri: string, version: number, changes: readonly TextDocumentContentChangeEvent[]): boolean;
  close(uri: string): void;
  readonly uris: Iterable<string>;
  textOf(uri: string): { readonly text: string; readonly version: number } | undefined;
  /** What is known of an open file; in steps, unless it is known already. */
  analysisSteps(uri: string): Steps<Analysis | undefined>;
  /** The same at once. */
  analysis(uri: string): Analysis | undefined;
  /** Of a file that may be closed: its text comes from `file`. */
  analysisOf(file: File): Analysis;
  /** Forgets what was concluded from files and settings. */
  invalidate(): void;
  mapping(uri: string): Mapping | undefined;
  setMapping(uri: string, mapping: Mapping | undefined): void;
}

export function world(host: Host): World {
  const files = new Map<string, Open>();
  const closed = new Map<string, Analysis>();
  /** Counts what made conclusions void, so that work that was under way then is not kept. */
  let voided = 0;

  function* analysisSteps(uri: string): Steps<Analysis | undefined> {
    const file = files.get(uri);
    if (file === undefined) return undefined;
    const { document } = file;
    if (file.analysis?.version === document.version) return file.analysis;
    const version = document.version;
    const before = voided;
    const old = file.parsed === undefined ? undefined : { parsed: file.parsed, change: file.change };
    // Whatever happens, the old tree is not used again: its nodes go over into the new one.
    file.parsed = undefined;
    file.change = undefined;
    const parsed = yield* read(document, host, old);
    // An edit may have come between two steps; then this is of no use.
    const isStale = () => document.version !== version || files.get(uri) !== file;
    if (isStale()) return undefined;
    file.parsed = parsed;
    file.change = undefined;
    const analysis = yield* judge(document, host, parsed);
    if (isStale() || voided !== before) return undefined;
    file.analysis = analysis;
    return analysis;
  }

  return {
    host,
    open(uri, languageId, version, text) {
      const document = TextDocument.create(uri, languageId, version, text);
      files.set(uri, { document, parsed: undefined, change: undefined, analysis: undefined, mapping: undefined });
      closed.delete(uri);
    },
    edit(uri, version, changes) {
      const file = files.get(uri);
      if (file === undefined || version <= file.document.version) return false;
      for (const change of changes) {
        const { document } = file;
        const length = document.getText().length;
        const [start, end] =
          "range" in change
            ? [document.offsetAt(change.range.start), document.offsetAt(change.range.end)].sort((a, b) => a - b)
            : [0, length];
        file.change = joined(file.change, { start: start ?? 0, end: end ?? 0, length: change.text.length });
        file.document = TextDocument.update(document, [change], document.version);
      }
      file.document = TextDocument.update(file.document, [], version);
      return true;
    },
    close(uri) {
      files.delete(uri);
    },
    get uris() {
      return files.keys();
    },
    textOf(uri) {
      const document = files.get(uri)?.document;
      return document === undefined ? undefined : { text: document.getText(), version: document.version };
    },
    analysisSteps,
    analysis: (uri) => finish(analysisSteps(uri)),
    analysisOf({ uri, text }) {
      const open = finish(analysisSteps(uri));
      if (open !== undefined) return open;
      const known = closed.get(uri);
      if (known !== undefined && known.source.text === text) return known;
      const made = finish(analyse(TextDocument.create(uri, "", 0, text), host));
      closed.set(uri, made);
      return made;
    },
    invalidate() {
      voided++;
      for (const file of files.values()) file.analysis = undefined;
      closed.clear();
    },
    mapping: (uri) => files.get(uri)?.mapping,
    setMapping(uri, mapping) {
      const file = files.get(uri);
      if (file !== undefined) file.mapping = mapping;
    },
  };
}

/** Two changes, the second of the text that the first has made, as one that covers both. */
function joined(first: Change | undefined, second: Change): Change {
  if (first === undefined) return second;
  const { start, end, length } = first;
  const behind = start + length;
  // What the second touches behind the first lies as much further up in the old text.
  const oldEnd = second.end > behind ? second.end + end - behind : end;
  const from = Math.min(start, second.start);
  const newEnd = Math.max(behind, second.end) + second.length - (second.end - second.start);
  return { start: from, end: oldEnd, length: newEnd - from };
}
