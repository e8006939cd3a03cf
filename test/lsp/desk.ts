// A desk for tests of features: a server, a folder, and files opened in it in which `¦` marks what is asked about.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle, type Client, marked, start } from "./client.ts";

export interface Edit {
  readonly range: {
    readonly start: { line: number; character: number };
    readonly end: { line: number; character: number };
  };
  readonly newText: string;
}

export interface Desk {
  readonly folder: string;
  readonly client: Client;
  open(text: string, extension?: string): Opened;
  leave(): Promise<number | null>;
}

export interface Opened {
  readonly uri: string;
  readonly text: string;
  readonly at: readonly { line: number; character: number }[];
  readonly textDocument: { readonly uri: string };
  /** Asks about the first mark. */
  ask<T>(method: string, more?: object): Promise<T>;
  diagnostics(): ReturnType<Client["diagnostics"]>;
}

export async function desk(name: string): Promise<Desk> {
  const folder = mkdtempSync(join(tmpdir(), `reticle-${name}-`));
  const made = bundle(name);
  const client = await start(made.cli, folder);
  let count = 0;
  return {
    folder,
    client,
    open(text, extension = "ir") {
      const uri = pathToFileURL(join(folder, `f${++count}.${extension}`)).href;
      const { text: plain, at } = marked(text);
      client.open(uri, plain);
      const textDocument = { uri };
      const place = at[0] === undefined ? { textDocument } : { textDocument, position: at[0] };
      return {
        uri,
        text: plain,
        at,
        textDocument,
        ask: (method, more = {}) => client.request(`textDocument/${method}`, { ...place, ...more }),
        diagnostics: () => client.diagnostics(uri, 1),
      };
    },
    async leave() {
      const status = await client.stop();
      rmSync(folder, { recursive: true });
      made.remove();
      return status;
    },
  };
}

/** The text with edits applied, from the last to the first. */
export function edited(text: string, edits: readonly Edit[]): string {
  const starts = [0];
  for (const match of text.matchAll(/\n/g)) starts.push(match.index + 1);
  const offset = ({ line, character }: { line: number; character: number }) =>
    (starts[line] ?? text.length) + character;
  return [...edits]
    .sort((a, b) => offset(b.range.start) - offset(a.range.start))
    .reduce(
      (now, { range, newText }) => now.slice(0, offset(range.start)) + newText + now.slice(offset(range.end)),
      text,
    );
}

/** Where an answer points: `line:column`. */
export function at(list: readonly { readonly range: Edit["range"] }[]): readonly string[] {
  return list.map(({ range }) => `${range.start.line}:${range.start.character}`).sort();
}
