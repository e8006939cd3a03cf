// A client that drives the real server over its standard input and output.
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

/** Bundles the server for one file of tests; gives the command and what removes the bundle. */
export function bundle(name: string): { readonly cli: string; readonly remove: () => void } {
  const folder = join(".cache", `lsp-${name}`);
  execFileSync("node", ["build.mjs", "--no-types", folder]);
  return { cli: join(process.cwd(), folder, "cli.js"), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

export interface Client {
  readonly connection: ProtocolConnection;
  readonly process: ChildProcess;
  readonly initialized: InitializeResult;
  open(uri: string, text: string): void;
  /** Replaces a stretch, by offsets of `text`, which is what the document holds. */
  change(uri: string, version: number, changes: readonly unknown[]): void;
  request<T>(method: string, params: unknown): Promise<T>;
  /** The diagnostics of a version, when they have come. */
  diagnostics(uri: string, version: number): Promise<readonly Diagnostic[]>;
  /** The next notification of a kind. */
  next<T>(method: string): Promise<T>;
  /** Ends the session as the protocol asks; gives the exit status. */
  stop(): Promise<number | null>;
}

/** Starts a server in `folder`. */
export async function start(cli: string, folder: string, options: unknown = {}): Promise<Client> {
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
  const child = spawn(process.execPath, [cli, "lsp", "--stdio"], {
    cwd: folder,
    stdio: ["pipe", "pipe", "inherit"],
    env,
  });
  const connection = createProtocolConnection(
    new StreamMessageReader(child.stdout),
    new StreamMessageWriter(child.stdin),
  );
  const published = new Map<string, PublishDiagnosticsParams>();
  const waiting: { readonly uri: string; readonly version: number; readonly resolve: (list: Diagnostic[]) => void }[] =
    [];
  const listeners = new Map<string, ((params: unknown) => void)[]>();
  connection.onNotification("textDocument/publishDiagnostics", (params: PublishDiagnosticsParams) => {
    published.set(params.uri, params);
    for (const one of waiting.splice(0))
      if (one.uri === params.uri && (params.version ?? 0) >= one.version) one.resolve(params.diagnostics);
      else waiting.push(one);
  });
  for (const method of ["reticle/mapped", "window/showMessage"])
    connection.onNotification(method, (params: unknown) => {
      for (const listener of listeners.get(method)?.splice(0) ?? []) listener(params);
    });
  for (const method of ["workspace/inlayHint/refresh", "workspace/codeLens/refresh"])
    connection.onRequest(method, () => null);
  connection.listen();
  const initialized = await connection.sendRequest<InitializeResult>("initialize", {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    workspaceFolders: [{ uri: pathToFileURL(folder).href, name: "test" }],
    initializationOptions: options,
    capabilities: {
      textDocument: { completion: { completionItem: { snippetSupport: true } }, publishDiagnostics: {} },
      workspace: { configuration: false, inlayHint: { refreshSupport: true }, codeLens: { refreshSupport: true } },
    },
  });
  await connection.sendNotification("initialized", {});
  return {
    connection,
    process: child,
    initialized,
    open: (uri, text) =>
      void connection.sendNotification("textDocument/didOpen", {
        textDocument: { uri, languageId: "reticle", version: 1, text },
      }),
    change: (uri, version, contentChanges) =>
      void connection.sendNotification("textDocument/didChange", { textDocument: { uri, version }, contentChanges }),
    request: (method, params) => connection.sendRequest(method, params),
    diagnostics(uri, version) {
      const known = published.get(uri);
      if (known !== undefined && (known.version ?? 0) >= version) return Promise.resolve(known.diagnostics);
      return new Promise((resolve) => waiting.push({ uri, version, resolve }));
    },
    next: (method) =>
      new Promise((resolve) => {
        const list = listeners.get(method) ?? [];
        listeners.set(method, list);
        list.push(resolve as (params: unknown) => void);
      }),
    async stop() {
      const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
      await connection.sendRequest("shutdown");
      await connection.sendNotification("exit");
      return ended;
    },
  };
}

/** The places of `¦` in a text, which is given without them. */
export function marked(text: string): {
  readonly text: string;
  readonly at: readonly { line: number; character: number }[];
} {
  const at: { line: number; character: number }[] = [];
  let line = 0;
  let character = 0;
  let out = "";
  for (const letter of text) {
    if (letter === "¦") {
      at.push({ line, character });
      continue;
    }
    out += letter;
    character += letter.length;
    if (letter === "\n") {
      line++;
      character = 0;
    }
  }
  return { text: out, at };
}
