// The contents of memories: lists in the source, files of numbers, and `--mmap`.
import { fits } from "./type.ts";

/** Gives the text of a file that a program names, or why it cannot be had. Paths are relative to the program's source. */
export type Files = (path: string) => string | { readonly problem: string };

/** No file can be had. For a core without I/O this is the default. */
export const NO_FILES: Files = () => ({ problem: "files cannot be read here" });

/** Contents by the name of a memory: the parsed form of an `--mmap` file. */
export type MemoryMap = ReadonlyMap<string, readonly bigint[]>;

/** Words, or what is wrong with the text. `line` counts from 1. */
export type Words = readonly bigint[] | { readonly problem: string; readonly line: number };

/**
 * Reads a file of memory words: one a line, decimal, `0x` or `0b`; or Verilog's `$readmemh` form, hexadecimal digits with
 * `@` addresses, which is meant if an `@` stands in it. Comments are left out. Words that an address
 * leaps over are 0.
 */
export function readWords(text: string): Words {
  const verilog = /^\s*@/m.test(text);
  const words: bigint[] = [];
  let at = 0;
  let line = 0;
  for (const raw of withoutBlockComments(text).split("\n")) {
    line++;
    for (const token of raw.replace(/\/\/.*/, "").split(/[\s,]+/)) {
      if (token === "") continue;
      if (verilog && token.startsWith("@")) {
        const address = Number.parseInt(token.slice(1), 16);
        if (!/^@[0-9a-fA-F_]+$/.test(token) || address >= 1 << 24)
          return { problem: `\`${clip(token)}\` is no address`, line };
        at = address;
        continue;
      }
      const value = word(token, verilog);
      if (value === undefined) return { problem: `\`${clip(token)}\` is not a number`, line };
      while (words.length < at) words.push(0n);
      words[at++] = value;
    }
  }
  return words;
}

function withoutBlockComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
}

function word(token: string, verilog: boolean): bigint | undefined {
  if (!verilog) return numeral(token);
  const digits = token.replaceAll("_", "");
  return digits.length <= LONGEST_NUMERAL && /^[0-9a-fA-F]+$/.test(digits) ? BigInt(`0x${digits}`) : undefined;
}

/** A numeral that is longer fits no type. */
const LONGEST_NUMERAL = 8200;

/** Reads a decimal, `0x` or `0b` integer with a sign or none; `_` may stand between its digits. */
export function numeral(text: string): bigint | undefined {
  const match = /^([-+]?)(0[xX]_*[0-9a-fA-F][0-9a-fA-F_]*|0[bB]_*[01][01_]*|[0-9][0-9_]*)$/.exec(text);
  if (match === null || text.length > LONGEST_NUMERAL) return undefined;
  const value = BigInt((match[2] as string).replaceAll("_", ""));
  return match[1] === "-" ? -value : value;
}

function clip(token: string): string {
  return token.length > 30 ? `${token.slice(0, 30)}…` : token;
}

/** Why `words` are not the contents of a memory of `count` words of `width` bits, if they are not. */
export function misfit(words: readonly bigint[], count: number, width: number): string | undefined {
  if (words.length !== count) return `${words.length} ${words.length === 1 ? "value" : "values"} for ${count} words`;
  const at = words.findIndex((value) => !fits(value, width));
  return at < 0 ? undefined : `value ${at}, \`${words[at]}\`, does not fit in ${width} bits`;
}
