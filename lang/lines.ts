// How a line that is too long is broken.

/** How the elements of a broken list stand: as many on a line as fit, or one a line. */
export type ListStyle = "fill" | "lines";

/** Columns of indentation. */
export const STEP = 4;

/** A place of a line at which it may be broken, which takes away `skip` characters. */
export interface Break {
  readonly kind: "edge" | "gap" | "break";
  readonly at: number;
  readonly skip: number;
  /** Behind it, a list ends. */
  readonly closes: boolean;
}

/** The place behind the bracket that opens a list. */
export interface List {
  readonly kind: "list";
  readonly at: number;
  readonly style: ListStyle;
  /** A comment in it ends with its line. */
  broken: boolean;
  empty: boolean;
  /** Index of the break before its closing bracket. */
  end: number;
}

/** A line before it is broken. */
export interface Line {
  readonly text: string;
  readonly marks: readonly (List | Break)[];
  /** Where it begins. */
  readonly column: number;
  readonly indent: number;
  /** How far its later lines are indented more, outside of lists. */
  readonly hang: number;
}

/** Breaks a line: at every break that must be, and in the lists that do not fit. */
export function broken({ text, marks, column: begin, indent, hang }: Line, width: number): string {
  let out = "";
  let from = 0;
  let column = begin;
  let list: List | undefined;

  function copy(to: number): void {
    const part = text.slice(from, to);
    column = columnBehind(part, column);
    out += part;
    from = to;
  }

  function turn(mark: Break): void {
    column = indent + (mark.closes ? 0 : list !== undefined ? STEP : hang);
    out += `\n${" ".repeat(column)}`;
    from = mark.at + mark.skip;
  }

  marks.forEach((mark, index) => {
    copy(mark.at);
    if (mark.kind === "list") {
      const fits = mark.empty || column + reach(mark, marks, text) - mark.at <= width;
      list = mark.broken || !fits ? mark : undefined;
      return;
    }
    const follows = (marks[index + 1]?.at ?? text.length) - mark.at;
    const full = list !== undefined && (list.style === "lines" || column + follows > width);
    if (mark.kind === "break" || (mark.kind === "gap" ? full : list !== undefined)) turn(mark);
    if (mark.closes) list = undefined;
  });
  copy(text.length);
  return out;
}

/** The column at which `text` ends, if it begins at `column`. */
export function columnBehind(text: string, column: number): number {
  const newline = text.lastIndexOf("\n");
  return newline < 0 ? column + text.length : text.length - newline - 1;
}

/** How far a line goes on before it can be broken again, if the list is not. Ports give way before what follows them. */
function reach(list: List, marks: readonly (List | Break)[], text: string): number {
  for (let index = list.end + 1; index < marks.length; index++) {
    const mark = marks[index];
    if (mark !== undefined && (list.style === "fill" || mark.kind === "break")) return mark.at;
  }
  return text.length;
}
