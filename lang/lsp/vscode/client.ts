// The client of VS Code: starts the server, and shows beside a program what it becomes.
import { join } from "node:path";
import * as vscode from "vscode";
import { LanguageClient, TransportKind } from "vscode-languageclient/node";

/** What a view consists of, as the server gives it. */
interface View {
  readonly target: string;
  readonly text: string;
  readonly links: readonly { readonly range: Lines; readonly lines: readonly number[] }[];
}

interface Lines {
  readonly start: { readonly line: number };
  readonly end: { readonly line: number };
}

type Kind = "assembly" | "verilog";

const SCHEME = "reticle-view";
const EXTENSIONS: Readonly<Record<Kind, string>> = { assembly: "asm", verilog: "v" };
const LANGUAGES = ["reticle", "reticle-asm", "reticle-tdl"];

let client: LanguageClient | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const settings = vscode.workspace.getConfiguration("reticle");
  const module = settings.get<string>("path") || join(context.extensionPath, "dist", "cli.js");
  const server = { module, args: ["lsp"], transport: TransportKind.stdio };
  client = new LanguageClient("reticle", "Reticle", server, {
    documentSelector: LANGUAGES.flatMap((language) => [
      { scheme: "file", language },
      { scheme: "untitled", language },
    ]),
    initializationOptions: { ...plain(settings), lensCommand: "reticle.showAssembly" },
    synchronize: { configurationSection: "reticle" },
  });
  const views = viewer(client, context);
  context.subscriptions.push(
    vscode.commands.registerCommand("reticle.showAssembly", (uri?: string, def?: string) =>
      views.show("assembly", uri, def),
    ),
    vscode.commands.registerCommand("reticle.showVerilog", (uri?: string, def?: string) =>
      views.show("verilog", uri, def),
    ),
    vscode.commands.registerCommand("reticle.showFloorplan", () => showFloorplan()),
    vscode.commands.registerCommand("reticle.buildFile", () => build()),
    vscode.commands.registerCommand("reticle.evaluateFile", () => evaluate()),
  );
  await client.start();
  client.onNotification("reticle/mapped", ({ uri }: { readonly uri: string }) => void views.refresh(uri));
}

export function deactivate(): Thenable<void> | undefined {
  return client?.stop();
}

/** The settings that the server knows. */
function plain(settings: vscode.WorkspaceConfiguration): object {
  const names = ["target", "device", "board", "package", "optimize", "reset", "hints"];
  return Object.fromEntries(names.map((name) => [name, settings.get(name)]));
}

/** Runs a command of the server on the program that is being edited; tells why it cannot be done. */
async function run<T>(command: string, ...args: readonly unknown[]): Promise<T | undefined> {
  try {
    return await client?.sendRequest<T>("workspace/executeCommand", { command, arguments: args });
  } catch (error) {
    void vscode.window.showErrorMessage(`Reticle: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** The program that is being edited, saved. */
async function current(): Promise<string | undefined> {
  const document = vscode.window.activeTextEditor?.document;
  if (document === undefined || !LANGUAGES.includes(document.languageId)) {
    void vscode.window.showInformationMessage("Reticle: open a program first");
    return undefined;
  }
  await document.save();
  return document.uri.toString();
}

async function build(): Promise<void> {
  const uri = await current();
  if (uri === undefined) return;
  const options = { location: vscode.ProgressLocation.Notification, title: "Reticle: building" };
  const built = await vscode.window.withProgress(options, () =>
    run<{ readonly folder: string; readonly fmax_mhz: Readonly<Record<string, number>> }>("reticle.build", uri),
  );
  if (built === undefined) return;
  const clocks = Object.entries(built.fmax_mhz).map(([name, mhz]) => `${name} up to ${mhz.toFixed(1)} MHz`);
  void vscode.window.showInformationMessage(`Reticle: ${[built.folder, ...clocks].join(", ")}`);
}

async function evaluate(): Promise<void> {
  const uri = await current();
  const made = uri === undefined ? undefined : await run<{ readonly text: string }>("reticle.evaluate", uri);
  if (made === undefined) return;
  const document = await vscode.workspace.openTextDocument({ language: "json", content: made.text });
  await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
}

async function showFloorplan(): Promise<void> {
  const uri = await current();
  const made = uri === undefined ? undefined : await run<{ readonly text: string }>("reticle.floorplan", uri);
  if (made === undefined) return;
  const panel = vscode.window.createWebviewPanel("reticle.floorplan", "Floorplan", vscode.ViewColumn.Beside);
  panel.webview.html = `<!DOCTYPE html><html><body style="background: white">${made.text}</body></html>`;
}

/** Second editors, whose lines are marked where the cursor is in the first, and the other way round. */
function viewer(server: LanguageClient, context: vscode.ExtensionContext) {
  const views = new Map<
    string,
    { readonly of: string; readonly kind: Kind; readonly def: string | undefined; view: View }
  >();
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const mark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor("editor.wordHighlightBackground"),
    overviewRulerColor: new vscode.ThemeColor("editorOverviewRuler.wordHighlightForeground"),
  });
  context.subscriptions.push(
    changed,
    mark,
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (uri) => views.get(uri.toString())?.view.text ?? "",
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => void views.delete(uri.toString())),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => highlight(textEditor)),
  );

  function request(uri: string, kind: Kind, def: string | undefined): Promise<View> {
    return server.sendRequest<View>("reticle/view", { textDocument: { uri }, kind, def });
  }

  async function show(kind: Kind, given: string | undefined, def: string | undefined): Promise<void> {
    const of = given ?? vscode.window.activeTextEditor?.document.uri.toString();
    if (of === undefined) return;
    try {
      const view = await request(of, kind, def);
      const name =
        of
          .split("/")
          .at(-1)
          ?.replace(/\.\w+$/, "") ?? "program";
      const path = `${name}${def === undefined ? "" : `-${def}`}.${EXTENSIONS[kind]}`;
      const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${path}`, query: of });
      const keep = () => void views.set(uri.toString(), { of, kind, def, view });
      keep();
      changed.fire(uri);
      const document = await vscode.workspace.openTextDocument(uri);
      if (kind === "assembly") await vscode.languages.setTextDocumentLanguage(document, "reticle-asm");
      // To take another language, a document is closed and opened again.
      keep();
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
    } catch (error) {
      void vscode.window.showErrorMessage(`Reticle: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Asks for the views of a program again. */
  async function refresh(of: string): Promise<void> {
    for (const [key, shown] of views) {
      if (shown.of !== of) continue;
      const view = await request(of, shown.kind, shown.def).catch(() => undefined);
      if (view === undefined) continue;
      shown.view = view;
      changed.fire(vscode.Uri.parse(key));
    }
  }

  function highlight({ document, selection }: vscode.TextEditor): void {
    const key = document.uri.toString();
    const line = selection.active.line;
    for (const [uri, { of, view }] of views) {
      if (uri !== key && of !== key) continue;
      const isIn = ({ range, lines }: View["links"][number]) =>
        uri === key ? lines.includes(line) : range.start.line <= line && line <= range.end.line;
      const found = view.links.filter(isIn);
      paint(
        of,
        found.map(({ range }) => new vscode.Range(range.start.line, 0, range.end.line, 0)),
      );
      paint(
        uri,
        found.flatMap(({ lines }) => lines.map((at) => new vscode.Range(at, 0, at, 0))),
      );
    }
  }

  function paint(uri: string, ranges: readonly vscode.Range[]): void {
    for (const editor of vscode.window.visibleTextEditors) {
      if (editor.document.uri.toString() !== uri) continue;
      editor.setDecorations(mark, ranges);
      const [first] = ranges;
      if (first !== undefined && editor !== vscode.window.activeTextEditor)
        editor.revealRange(first, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
    }
  }

  return { show, refresh };
}
