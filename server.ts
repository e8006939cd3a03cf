// `reticle lsp`: the language server around its core. Keeps open files up to date, answers requests between slices of work,
// and has programs compiled beside itself.
import {
  type Connection,
  createConnection,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  LSPErrorCodes,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver/node";
import { runCommand } from "./commanding.ts";
import { type Io, misuse, type Options } from "./commands.ts";
import type { Analysis } from "./lang/lsp/analysis.ts";
import { diagnosticsOf, pathDiagnostics } from "./lang/lsp/diagnostics.ts";
import type { Step } from "./lang/lsp/mapping.ts";
import { CAPABILITIES, REQUESTS, type Session } from "./lang/lsp/requests.ts";
import { workspaceSymbols } from "./lang/lsp/symbols.ts";
import { tokenStore } from "./lang/lsp/tokens.ts";
import { world as newWorld } from "./lang/lsp/world.ts";
import { mapper } from "./mapper.ts";
import manifest from "./package.json" with { type: "json" };
import { slicer } from "./slices.ts";
import { workspace } from "./workspace.ts";

/** How long after an edit a file is compiled, in ms. */
const PAUSE = 250;

/** Longer programs are compiled when they are opened and saved, in characters. */
const LARGE = 300_000;

const WARNING = 2;

/** Commands that a client may have executed. */
export const COMMANDS = [
  "reticle.build",
  "reticle.evaluate",
  "reticle.assembly",
  "reticle.verilog",
  "reticle.floorplan",
];

/** Serves until the client goes away; then the process ends, with 0 if it said so before and 1 otherwise. */
export async function serve(_: readonly string[], options: Options, io: Io): Promise<number> {
  if (options["stdio"] !== true) return misuse(io, "how should the client be spoken to?", ["say `--stdio`"]);
  // Standard output belongs to the protocol.
  console.log = console.error;
  const connection = createConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
  for (const event of ["end", "close"]) process.stdin.on(event, () => process.exit(state.isDown ? 0 : 1));
  process.stdout.on("error", () => process.exit(state.isDown ? 0 : 1));
  const state = listen(connection);
  connection.listen();
  return new Promise(() => {});
}

/** What a client said that it can do. */
interface Client {
  snippets: boolean;
  refreshesHints: boolean;
  refreshesLenses: boolean;
  watches: boolean;
  configures: boolean;
}

function listen(connection: Connection): { readonly isDown: boolean } {
  const host = workspace();
  const world = newWorld(host);
  host.attach(world);
  const slices = slicer(world);
  const compiler = mapper();
  const timers = new Map<string, NodeJS.Timeout>();
  const paths = new Map<string, { readonly version: number; readonly name: string; readonly steps: readonly Step[] }>();
  const client: Client = {
    snippets: false,
    refreshesHints: false,
    refreshesLenses: false,
    watches: false,
    configures: false,
  };
  const session: Session & { lensCommand: string } = {
    world,
    tokens: tokenStore(),
    abilities: client,
    lensCommand: "reticle.assembly",
  };
  const state = { isDown: false };
  let folders: readonly string[] = [];

  /** A mistake of ours ends the work on one version of a file, and never the server. */
  function defect(error: unknown): void {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    connection.console.error(`this is a defect of reticle: ${what}`);
  }

  function publish(file: Analysis): void {
    const path = paths.get(file.uri);
    if (path !== undefined && path.version !== file.version) paths.delete(file.uri);
    const steps = path?.version === file.version ? pathDiagnostics(file, path.name, path.steps) : [];
    const diagnostics = [...diagnosticsOf(file, world), ...steps];
    void connection.sendDiagnostics({ uri: file.uri, version: file.version, diagnostics });
  }

  /** Checks a file as soon as the messages that wait have been read. */
  function update(uri: string): void {
    setImmediate(() => {
      slices.ready(uri).then((file) => {
        if (file === undefined) return;
        publish(file);
        compileLater(uri, file.source.text.length > LARGE ? undefined : PAUSE);
      }, defect);
    });
  }

  /** Checks a file when its target has been read. */
  function prepare(uri: string): void {
    host.prepare(uri).then(({ isNew, problems }) => {
      if (isNew) world.invalidate();
      for (const problem of problems)
        void connection.sendNotification("window/showMessage", { type: WARNING, message: `Reticle: ${problem}` });
      update(uri);
    }, defect);
  }

  function updateAll(): void {
    world.invalidate();
    for (const uri of world.uris) prepare(uri);
  }

  function compileLater(uri: string, pause: number | undefined): void {
    if (pause === undefined) return;
    clearTimeout(timers.get(uri));
    timers.set(
      uri,
      setTimeout(() => compileNow(uri).catch(defect), pause),
    );
  }

  async function compileNow(uri: string): Promise<void> {
    const file = await slices.ready(uri);
    const open = world.textOf(uri);
    if (open === undefined || file === undefined || file.dialect === "tdl") return;
    const settings = host.settingsOf(uri);
    if (settings.target === undefined && settings.device === undefined && settings.board === undefined) {
      if (world.mapping(uri) !== undefined) world.setMapping(uri, undefined);
      return;
    }
    const { dialect } = file;
    const job = { file: host.pathOf(uri), text: open.text, version: open.version, dialect, settings };
    const mapping = await compiler.map(job);
    if (mapping === undefined || world.textOf(uri) === undefined) return;
    // Of a program with mistakes the costs of its last good version are shown still.
    const old = world.mapping(uri);
    world.setMapping(
      uri,
      mapping.defs.size === 0 && old !== undefined ? { ...old, ...mapping, defs: old.defs } : mapping,
    );
    if (world.textOf(uri)?.version === mapping.version) {
      const now = await slices.ready(uri);
      if (now !== undefined) publish(now);
    }
    if (client.refreshesHints) void connection.languages.inlayHint.refresh().catch(() => undefined);
    if (client.refreshesLenses) void connection.sendRequest("workspace/codeLens/refresh").catch(() => undefined);
    void connection.sendNotification("reticle/mapped", { uri, version: mapping.version });
  }

  process.on("unhandledRejection", defect);

  connection.onInitialize((params): InitializeResult => {
    readClient(params, client);
    host.configure(params.initializationOptions);
    const own = params.initializationOptions as { readonly lensCommand?: unknown } | undefined;
    if (typeof own?.lensCommand === "string") session.lensCommand = own.lensCommand;
    folders = params.workspaceFolders?.map((one) => one.uri) ?? (params.rootUri ? [params.rootUri] : []);
    return {
      capabilities: {
        ...CAPABILITIES,
        executeCommandProvider: { commands: COMMANDS },
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
      },
      serverInfo: { name: "reticle", version: manifest.version },
    };
  });

  connection.onInitialized(() => {
    // The grammar is made before the first file needs it.
    world.analysisOf({ uri: "reticle:warm.ir", text: "def main(a: bool) -> (y: bool) { y: bool = not(a); }\n" });
    void host.scan(folders).then(updateAll);
    if (client.watches)
      void connection
        .sendRequest("client/registerCapability", {
          registrations: [
            {
              id: "files",
              method: "workspace/didChangeWatchedFiles",
              registerOptions: { watchers: [{ globPattern: "**/*.{ir,asm,tdl,txt,hex,mem,json,pcf}" }] },
            },
          ],
        })
        .catch(() => undefined);
    void configure();
  });

  async function configure(): Promise<void> {
    if (!client.configures) return;
    const settings: unknown = await connection.workspace.getConfiguration("reticle").catch(() => undefined);
    if (typeof settings !== "object" || settings === null) return;
    host.configure(settings);
    updateAll();
  }

  connection.onDidChangeConfiguration(({ settings }) => {
    const own: unknown = (settings as { readonly reticle?: unknown } | null | undefined)?.reticle;
    if (typeof own !== "object" || own === null) return void configure();
    host.configure(own);
    updateAll();
  });

  connection.onDidChangeWatchedFiles(({ changes }) => {
    void host.changed(changes.map((one) => one.uri)).then(updateAll);
  });

  connection.onNotification("workspace/didChangeWorkspaceFolders", (params: unknown) => {
    const event = (params as { event?: { added?: readonly { uri: string }[] } } | undefined)?.event;
    void host.scan((event?.added ?? []).map((one) => one.uri)).then(updateAll);
  });

  connection.onDidOpenTextDocument(({ textDocument: { uri, languageId, version, text } }) => {
    world.open(uri, languageId, version, text);
    prepare(uri);
    compileLater(uri, PAUSE);
  });

  connection.onDidChangeTextDocument(({ textDocument: { uri, version }, contentChanges }) => {
    if (world.edit(uri, version, contentChanges)) update(uri);
  });

  connection.onDidSaveTextDocument(({ textDocument: { uri } }) => {
    void host.changed([uri]).then(() => {
      updateAll();
      compileLater(uri, 0);
    });
  });

  connection.onDidCloseTextDocument(({ textDocument: { uri } }) => {
    clearTimeout(timers.get(uri));
    timers.delete(uri);
    paths.delete(uri);
    session.tokens.forget(uri);
    world.close(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  for (const { method, uriOf, answer, needsAll } of REQUESTS)
    connection.onRequest(method, async (params: unknown, token) => {
      const uri = uriOf(params);
      if (uri === undefined) return new ResponseError(ErrorCodes.InvalidParams, `${method}: parameters are missing`);
      if (needsAll === true) await host.settled();
      const file = await slices.ready(uri, token);
      if (token.isCancellationRequested) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
      if (file === undefined) return null;
      return answered(answer(file, params, session));
    });

  connection.onWorkspaceSymbol(async ({ query }) => {
    await host.settled();
    return [...workspaceSymbols(query, world)];
  });

  // For tests, and for whoever wants to know whether a client and the server agree.
  connection.onRequest("reticle/text", (params: { readonly uri?: unknown } | null) =>
    typeof params?.uri === "string" ? (world.textOf(params.uri) ?? null) : null,
  );

  connection.onExecuteCommand(async ({ command, arguments: args = [] }) => {
    const done = await runCommand(command, args, session, slices);
    if ("path" in done && done.path !== undefined) {
      const { uri, ...path } = done.path;
      paths.set(uri, path);
      const file = await slices.ready(uri);
      if (file !== undefined) publish(file);
    }
    return answered(done.answer);
  });

  connection.onShutdown(() => {
    state.isDown = true;
    compiler.stop();
  });

  return state;
}

/** What cannot be done is an error of the request, with its reason. */
function answered(answer: unknown): unknown {
  const isRefused = typeof answer === "object" && answer !== null && "refused" in answer;
  return isRefused ? new ResponseError(LSPErrorCodes.RequestFailed, String(answer.refused)) : answer;
}

function readClient({ capabilities }: InitializeParams, client: Client): void {
  const { textDocument, workspace: of } = capabilities;
  client.snippets = textDocument?.completion?.completionItem?.snippetSupport === true;
  client.refreshesHints = of?.inlayHint?.refreshSupport === true;
  client.refreshesLenses = of?.codeLens?.refreshSupport === true;
  client.watches = of?.didChangeWatchedFiles?.dynamicRegistration === true;
  client.configures = of?.configuration === true;
}
