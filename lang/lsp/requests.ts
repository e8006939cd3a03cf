// The requests of the protocol that are answered about a file, one row each, and what the server says it can do.
import type {
  CallHierarchyIncomingCallsParams,
  CodeActionParams,
  CompletionParams,
  DocumentRangeFormattingParams,
  InlayHintParams,
  ReferenceParams,
  RenameParams,
  SelectionRangeParams,
  SemanticTokensDeltaParams,
  SemanticTokensRangeParams,
  ServerCapabilities,
} from "vscode-languageserver-protocol";
import type { Position } from "vscode-languageserver-types";
import { codeActions } from "./actions.ts";
import type { Analysis } from "./analysis.ts";
import { incomingCalls, outgoingCalls, prepareCalls } from "./calls.ts";
import { type Abilities, completion } from "./completion.ts";
import { definition, references } from "./definition.ts";
import { foldings, selection } from "./folding.ts";
import { formatting } from "./formatting.ts";
import { highlight } from "./highlight.ts";
import { inlayHints } from "./hints.ts";
import { hover } from "./hover.ts";
import { codeLenses } from "./lenses.ts";
import { documentLinks } from "./links.ts";
import { offsetOf } from "./places.ts";
import { prepareRename, rename } from "./rename.ts";
import { signatureHelp } from "./signature.ts";
import { documentSymbols } from "./symbols.ts";
import { LEGEND, type TokenStore, tokens } from "./tokens.ts";
import { view } from "./view.ts";
import type { World } from "./world.ts";

/** What requests are answered with, beside the file that they are about. */
export interface Session {
  readonly world: World;
  readonly tokens: TokenStore;
  readonly abilities: Abilities;
  /** The command that a lens runs. */
  readonly lensCommand: string;
}

export interface Request {
  readonly method: string;
  /** The file that it is about; undefined where the request has not the shape that it should have. */
  readonly uriOf: (params: unknown) => string | undefined;
  readonly answer: (file: Analysis, params: unknown, session: Session) => unknown;
  /** Whether the answer is wrong when a file of the workspace has not been read yet. */
  readonly needsAll?: boolean;
}

/** Documents are kept up to date by the stretches that change. */
const INCREMENTAL = 2;

export const CAPABILITIES: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: INCREMENTAL, save: { includeText: false } },
  completionProvider: { triggerCharacters: ["@", ":", "=", "(", ",", "["], resolveProvider: false },
  signatureHelpProvider: { triggerCharacters: ["(", ","] },
  hoverProvider: true,
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  foldingRangeProvider: true,
  selectionRangeProvider: true,
  documentFormattingProvider: true,
  documentRangeFormattingProvider: true,
  renameProvider: { prepareProvider: true },
  codeActionProvider: { codeActionKinds: ["quickfix", "refactor.inline", "refactor.extract"] },
  inlayHintProvider: true,
  codeLensProvider: { resolveProvider: false },
  documentLinkProvider: { resolveProvider: false },
  callHierarchyProvider: true,
  semanticTokensProvider: { legend: LEGEND, full: { delta: true }, range: true },
};

interface AboutFile {
  readonly textDocument: { readonly uri: string };
}

interface AtPlace extends AboutFile {
  readonly position: Position;
}

function about<P extends AboutFile>(
  method: string,
  answer: (file: Analysis, params: P, session: Session) => unknown,
): Request {
  const uriOf = (params: unknown) => stringAt(params, "textDocument", "uri");
  return { method, uriOf, answer: (file, params, session) => answer(file, params as P, session) };
}

function at<P extends AtPlace>(
  method: string,
  answer: (file: Analysis, offset: number, session: Session, params: P) => unknown,
): Request {
  return {
    method,
    uriOf: (params) => (isPosition(valueAt(params, "position")) ? stringAt(params, "textDocument", "uri") : undefined),
    answer: (file, params, session) => answer(file, offsetOf(file, (params as P).position), session, params as P),
  };
}

/** About the definition that an item of a call hierarchy stands for. */
function ofItem(method: string, answer: (file: Analysis, offset: number, session: Session) => unknown): Request {
  return {
    method,
    uriOf: (params) =>
      isPosition(valueAt(params, "item", "selectionRange", "start")) ? stringAt(params, "item", "uri") : undefined,
    answer: (file, params, session) =>
      answer(file, offsetOf(file, (params as CallHierarchyIncomingCallsParams).item.selectionRange.start), session),
  };
}

function valueAt(params: unknown, ...keys: readonly string[]): unknown {
  let value = params;
  for (const key of keys)
    value = typeof value === "object" && value !== null && Object.hasOwn(value, key) ? value[key as never] : undefined;
  return value;
}

function stringAt(params: unknown, ...keys: readonly string[]): string | undefined {
  const value = valueAt(params, ...keys);
  return typeof value === "string" ? value : undefined;
}

function isPosition(value: unknown): boolean {
  return Number.isInteger(valueAt(value, "line")) && Number.isInteger(valueAt(value, "character"));
}

function hasRange(request: Request): Request {
  const isRange = (range: unknown) => isPosition(valueAt(range, "start")) && isPosition(valueAt(range, "end"));
  return { ...request, uriOf: (params) => (isRange(valueAt(params, "range")) ? request.uriOf(params) : undefined) };
}

function ofAll(request: Request): Request {
  return { ...request, needsAll: true };
}

export const REQUESTS: readonly Request[] = [
  at<CompletionParams>("textDocument/completion", (file, offset, { world, abilities }) =>
    completion(file, offset, world, abilities),
  ),
  at("textDocument/signatureHelp", (file, offset, { world }) => signatureHelp(file, offset, world)),
  at("textDocument/hover", (file, offset, { world }) => hover(file, offset, world)),
  ofAll(at("textDocument/definition", (file, offset, { world }) => definition(file, offset, world))),
  ofAll(
    at<ReferenceParams>("textDocument/references", (file, offset, { world }, { context }) =>
      references(file, offset, world, context?.includeDeclaration !== false),
    ),
  ),
  at("textDocument/documentHighlight", (file, offset, { world }) => highlight(file, offset, world)),
  ofAll(at("textDocument/prepareRename", (file, offset, { world }) => prepareRename(file, offset, world))),
  ofAll(
    at<RenameParams>("textDocument/rename", (file, offset, { world }, { newName }) =>
      rename(file, offset, newName, world),
    ),
  ),
  ofAll(at("textDocument/prepareCallHierarchy", (file, offset, { world }) => prepareCalls(file, offset, world))),
  ofAll(ofItem("callHierarchy/incomingCalls", (file, offset, { world }) => incomingCalls(file, offset, world))),
  ofAll(ofItem("callHierarchy/outgoingCalls", (file, offset, { world }) => outgoingCalls(file, offset, world))),
  about("textDocument/documentSymbol", (file) => documentSymbols(file)),
  about("textDocument/foldingRange", (file) => foldings(file)),
  about<SelectionRangeParams>("textDocument/selectionRange", (file, { positions }) =>
    positions.map((position) => selection(file, position)),
  ),
  about("textDocument/formatting", (file) => formatting(file, undefined)),
  hasRange(
    about<DocumentRangeFormattingParams>("textDocument/rangeFormatting", (file, { range }) => formatting(file, range)),
  ),
  hasRange(
    about<CodeActionParams>("textDocument/codeAction", (file, { range, context }, { world }) =>
      codeActions(file, range, context?.only, world),
    ),
  ),
  hasRange(
    about<InlayHintParams>("textDocument/inlayHint", (file, { range }, { world }) => inlayHints(file, range, world)),
  ),
  about("textDocument/codeLens", (file, _, { world, lensCommand }) => codeLenses(file, world, lensCommand)),
  about("textDocument/documentLink", (file, _, { world }) => documentLinks(file, world)),
  about("textDocument/semanticTokens/full", (file, _, session) => session.tokens.full(file)),
  about<SemanticTokensDeltaParams>("textDocument/semanticTokens/full/delta", (file, { previousResultId }, session) =>
    session.tokens.delta(file, previousResultId),
  ),
  hasRange(
    about<SemanticTokensRangeParams>("textDocument/semanticTokens/range", (file, { range }) => ({
      data: tokens(file, range),
    })),
  ),
  about<AboutFile & { readonly kind: "assembly" | "verilog"; readonly def: string | undefined }>(
    "reticle/view",
    (file, { kind, def }, { world }) => view(file, kind, def, world),
  ),
];
