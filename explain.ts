// `reticle explain`: what diagnostics mean and what operations do, from their tables.
import { CODES, type Code, type Explanation } from "./lang/codes.ts";
import { OPERATIONS, type Operation } from "./lang/ops.ts";

/** What `explain` prints for a code or an operation; undefined if there is none of that name. */
export function explain(name: string, asJson: boolean): string | undefined {
  const operation = OPERATIONS.get(name);
  if (operation !== undefined) return asJson ? jsonText(operationJson(operation)) : operationText(operation);
  if (!Object.hasOwn(CODES, name)) return undefined;
  const code = name as Code;
  return asJson ? jsonText({ code, ...CODES[code] }) : codeText(code, CODES[code]);
}

/** All names that can be explained, with a line for each. */
export function explainAll(asJson: boolean): string {
  const codes = Object.entries<Explanation>(CODES);
  const operations = [...OPERATIONS.values()];
  if (asJson)
    return jsonText({
      codes: codes.map(([code, { title }]) => ({ code, title })),
      operations: operations.map(operationJson),
    });
  return [
    "operations",
    ...table(operations.map(({ name, forms }) => [name, forms.map((form) => form.text).join("  or  ")])),
    "",
    "diagnostics",
    ...table(codes.map(([code, { title }]) => [code, title])),
    "",
    "`reticle explain NAME` tells more about one of them.",
    "",
  ].join("\n");
}

/** All names that can be explained. */
export function explained(): readonly string[] {
  return [...OPERATIONS.keys(), ...Object.keys(CODES)];
}

const WIDTH = 100;

/** What the brackets of an operation hold. */
const ATTRIBUTES: Readonly<Record<Operation["attrs"], string | undefined>> = {
  none: undefined,
  values: "[value], or one value a lane: [v0, v1, ...]",
  amount: "[amount], unless the second operand is the amount",
  bits: "[bit], or the first and the last: [lo, hi]; of a vector, lanes",
  tables: "[table], or one table a bit: [t0, t1, ...]",
  contents: '[word, word, ...], one for each address, or ["file"], or [] for what `--mmap` has',
};

/** How the letters of a form are to be read. */
const LETTERS: Readonly<Record<string, string>> = {
  T: "T is any type",
  U: "U is any type that suits the bits",
  I: "I is an integer or a vector",
  J: "J is one as wide or wider",
  S: "S is a scalar",
  A: "A is a scalar integer, read as unsigned",
  K: "K is an unsigned scalar",
};

function operationText({ name, forms, attrs, doc, commutes }: Operation): string {
  const used = Object.entries(LETTERS).filter(([letter]) =>
    forms.some((form) => new RegExp(`\\b${letter}\\b`).test(form.text)),
  );
  const attributes = ATTRIBUTES[attrs];
  return [
    `operation ${name}`,
    "",
    ...forms.map((form) => `    ${form.text}`),
    "",
    ...wrap(doc),
    ...(commutes ? ["The operands may be exchanged."] : []),
    "",
    ...(attributes === undefined ? [] : wrap(`Brackets: ${attributes}.`)),
    ...(used.length === 0
      ? []
      : wrap(`Here ${used.map(([, text]) => text).join(", ")}; the same letter is the same type.`)),
    "",
  ]
    .join("\n")
    .replace(/\n{3,}/g, "\n\n");
}

function operationJson({ name, forms, attrs, doc, commutes }: Operation): unknown {
  return { operation: name, forms: forms.map((form) => form.text), attributes: ATTRIBUTES[attrs] ?? "", doc, commutes };
}

function codeText(code: Code, { title, explanation, bad, good }: Explanation): string {
  const example = (says: string, text: string) => [
    `${says}:`,
    "",
    ...text.split("\n").map((line) => `    ${shorten(line)}`),
    "",
  ];
  return [
    `${code}: ${title}`,
    "",
    ...wrap(explanation),
    "",
    ...example("Wrong", visible(bad)),
    ...example("Right", good),
  ].join("\n");
}

/** Long examples are told by their beginning. */
function visible(text: string): string {
  const lines = text.replaceAll("\0", "�").trimEnd().split("\n");
  return lines.length > 8 ? [...lines.slice(0, 4), "..."].join("\n") : lines.join("\n");
}

function shorten(line: string): string {
  return line.length > WIDTH ? `${line.slice(0, WIDTH - 30)} ... ${line.slice(-25)}` : line;
}

function wrap(text: string): readonly string[] {
  return text.match(new RegExp(`\\S(?:.{0,${WIDTH - 2}}\\S)?(?=\\s|$)`, "g")) ?? [];
}

function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
