// Code actions: what mends a mistake, and ways to rewrite what is selected.
import { type CodeAction, CodeActionKind, type Range, type TextEdit } from "vscode-languageserver-types";
import type { Span } from "../source.ts";
import type { Analysis } from "./analysis.ts";
import { extractDef } from "./extract.ts";
import { type Finding, fixesOf } from "./fixes.ts";
import { inlineCall } from "./inline.ts";
import { rangeOf, spanOf } from "./places.ts";
import type { World } from "./world.ts";

/** A change of the text that is offered under a title. */
export interface Change {
  readonly title: string;
  readonly edits: readonly (Span & { readonly text: string })[];
}

export function codeActions(
  file: Analysis,
  range: Range,
  only: readonly string[] | undefined,
  world: World,
): readonly CodeAction[] {
  const span = spanOf(file, range);
  const wants = (kind: string) => only === undefined || only.some((one) => kind === one || kind.startsWith(`${one}.`));
  const action = (kind: string) => (change: Change) => asAction(change, kind, file);
  return [
    ...(wants(CodeActionKind.QuickFix) ? fixes(file, span, world).map(action(CodeActionKind.QuickFix)) : []),
    ...(wants(CodeActionKind.RefactorInline) ? inlineCall(file, span).map(action(CodeActionKind.RefactorInline)) : []),
    ...(wants(CodeActionKind.RefactorExtract)
      ? extractDef(file, span).map(action(CodeActionKind.RefactorExtract))
      : []),
  ];
}

function fixes(file: Analysis, span: Span, world: World): readonly Change[] {
  const mapping = world.mapping(file.uri);
  const found: readonly Finding[] = [
    ...file.diagnostics,
    ...(mapping?.version === file.version ? mapping.problems : []),
  ];
  const touched = found.filter(({ labels }) => {
    const at = labels[0]?.span;
    return at !== undefined && at.start <= span.end && span.start <= at.end;
  });
  return touched.flatMap((one) => [...fixesOf(one, file, world)]);
}

function asAction({ title, edits }: Change, kind: string, file: Analysis): CodeAction {
  const changes = edits.map(
    ({ start, end, text }): TextEdit => ({ range: rangeOf(file, { start, end }), newText: text }),
  );
  return { title, kind, edit: { changes: { [file.uri]: changes } } };
}
