// The parser's mistakes, in words for people.
import { EOF, type IRecognitionException, type IToken } from "chevrotain";
import type { Report } from "./diagnostic.ts";
import type { Span } from "./source.ts";

/** A mistake that did not stop the parser: a token that was not there, or text that begins nothing. */
export interface Missing {
  readonly kind: "semicolon" | "close" | "junk" | "stray" | "depth";
  readonly at: IToken;
  readonly before: IToken;
}

/** Reports what the grammar found, at most one mistake for each place. */
export function reportSyntax(
  errors: readonly IRecognitionException[],
  missing: readonly Missing[],
  report: Report,
): void {
  if (missing.some((m) => m.kind === "depth")) {
    const deep = missing.find((m) => m.kind === "depth") as Missing;
    report.error(
      "too-deep",
      "nested more than 200 deep",
      [{ span: spanOf(deep.at, report), text: "" }],
      ["name the inner parts"],
    );
    return;
  }
  for (const error of errors) reportMismatch(error, report);
  for (const one of missing) {
    const behind = { start: endOf(one.before), end: endOf(one.before) };
    switch (one.kind) {
      case "semicolon":
        report.error(
          "syntax",
          `expected \`;\`, found ${describe(one.at)}`,
          [{ span: behind, text: "the instruction ends here" }],
          ["add `;`"],
        );
        break;
      case "close":
        report.error(
          "open-body",
          "this body never closes",
          [{ span: spanOf(one.at, report), text: "opened here" }],
          ["close it with `}`"],
        );
        break;
      case "junk":
        report.error(
          "syntax",
          `expected a definition, found ${describe(one.at)}`,
          [{ span: spanOf(one.at, report), text: "" }],
          ["a definition looks like `def main(a: i8) -> (y: i8) { ... }`"],
        );
        break;
      case "stray":
        report.error(
          "syntax",
          `expected an instruction, found ${describe(one.at)}`,
          [{ span: spanOf(one.at, report), text: "" }],
          ["an instruction looks like `y: i8 = add(a, b);`"],
        );
        break;
      case "depth":
        break;
    }
  }
}

function reportMismatch(error: IRecognitionException, report: Report): void {
  const expected = expectation(error);
  const span = error.token.tokenType === EOF ? endOfText(report) : spanOf(error.token, report);
  report.error("syntax", `expected ${expected}, found ${describe(error.token)}`, [{ span, text: "" }]);
}

/** What the grammar wanted to see; Chevrotain keeps it in the message of the exception. */
function expectation(error: IRecognitionException): string {
  const single = /-->\s(.*?)\s<--/.exec(error.message)?.[1];
  if (single !== undefined) return quote(single);
  const paths = [...error.message.matchAll(/\d+\. \[(.*?)\]$/gm)].map((m) => firstOf(m[1] ?? ""));
  const wanted = [...new Set(paths)].filter((p) => p !== "");
  if (wanted.length === 0) return "something else";
  const last = wanted.at(-1) as string;
  return wanted.length === 1 ? last : `${wanted.slice(0, -1).join(", ")} or ${last}`;
}

function firstOf(path: string): string {
  const name = path.split(", ")[0] ?? "";
  return path.startsWith(",") ? "`,`" : quote(name);
}

/** Names of kinds of tokens stand as they are, the tokens themselves between backticks. */
function quote(name: string): string {
  if (name === "word") return "a name";
  if (name === "definition") return "a name and its type";
  if (name === "integer") return "an integer";
  return /^[a-z ]+$/.test(name) ? `a ${name}` : `\`${name}\``;
}

export function describe(token: IToken): string {
  if (token.tokenType === EOF || token.image === "") return "the end of the file";
  const image = token.image.length > 30 ? `${token.image.slice(0, 30)}…` : token.image;
  return `\`${image}\``;
}

function endOf(token: IToken): number {
  return Number.isNaN(token.startOffset) ? 0 : token.startOffset + token.image.length;
}

function spanOf(token: IToken, report: Report): Span {
  if (token.tokenType === EOF || Number.isNaN(token.startOffset)) return endOfText(report);
  return { start: token.startOffset, end: endOf(token) };
}

function endOfText(report: Report): Span {
  const end = report.source.text.trimEnd().length;
  return { start: end, end };
}
