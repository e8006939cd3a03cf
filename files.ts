// The disk, as the command line sees it: texts in, files out that are written whole or not at all, and the files that
// programs name, which lie in their own folder.
import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { Code } from "./lang/codes.ts";
import type { Files } from "./lang/contents.ts";
import { type Diagnostic, type Outcome, report } from "./lang/diagnostic.ts";
import type { Source } from "./lang/source.ts";

/** The largest text that is read, in bytes; strings end somewhat above. */
const LARGEST = 2 ** 28;
/** Bytes that are read at once, of a text and of a table. */
const PIECE = 2 ** 20;
const SMALL = 2 ** 14;

/** What the operating system's refusals mean. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is no folder",
  ENOSPC: "the disk is full",
  EROFS: "the disk is read-only",
  ELOOP: "its links go in a circle",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
  EFBIG: `it is larger than ${LARGEST / 2 ** 20} MB`,
  EFTYPE: "it is no regular file",
};

/** Throws what the system itself would throw. */
function refuse(code: string): never {
  throw Object.assign(new Error(code), { code });
}

function reason(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
  if (code === undefined) throw error;
  return REASONS[code] ?? `the system says ${code}`;
}

function refusal(code: Code, file: string, message: string): Diagnostic {
  return { code, severity: "error", message, source: { file, text: "" }, labels: [], help: [] };
}

/** Reads a text; without one, `text` is empty and a diagnostic says why. `-` is standard input, given by `stdin`. */
export async function readText(path: string, stdin: AsyncIterable<Uint8Array>): Promise<Outcome<Source>> {
  const file = path === "-" ? "<stdin>" : path;
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of path === "-" ? stdin : bytesOf(path)) {
      pieces.push(Buffer.from(piece));
      size += piece.length;
      if (size > LARGEST) refuse("EFBIG");
    }
  } catch (error) {
    return { value: { file, text: "" }, diagnostics: [unreadable(path, error)] };
  }
  return decode(file, Buffer.concat(pieces));
}

/** The text of a file's bytes, piece by piece; for tables, which are read a line at a time. */
export async function* pieces(path: string, stdin: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  for await (const piece of path === "-" ? stdin : bytesOf(path, SMALL)) yield decoder.decode(piece, { stream: true });
  yield decoder.decode();
}

/** The diagnostic for what `pieces` throws. */
export function unreadable(path: string, error: unknown): Diagnostic {
  const file = path === "-" ? "<stdin>" : path;
  return refusal("cannot-read", file, `cannot read this file: ${reason(error)}`);
}

function* bytesOf(path: string, size = PIECE): Iterable<Uint8Array> {
  const handle = openSync(path, "r");
  try {
    if (fstatSync(handle).isDirectory()) refuse("EISDIR");
    const buffer = Buffer.alloc(size);
    for (let count = readSync(handle, buffer); count > 0; count = readSync(handle, buffer))
      yield buffer.subarray(0, count);
  } finally {
    closeSync(handle);
  }
}

/** UTF-8, without a byte order mark. Bytes that are none are reported, as they would be lost by `fmt --write`. */
function decode(file: string, bytes: Buffer): Outcome<Source> {
  const text = new TextDecoder().decode(bytes);
  const source = { file, text };
  const at = text.includes("\ufffd") ? firstWrong(bytes) : -1;
  if (at < 0) return { value: source, diagnostics: [] };
  const start = new TextDecoder().decode(bytes.subarray(0, at)).length;
  const found = report(source);
  const byte = (bytes[at] as number).toString(16).padStart(2, "0").toUpperCase();
  found.error("not-text", "this is not a text in UTF-8", [
    { span: { start, end: start + 1 }, text: `the byte 0x${byte}` },
  ]);
  return { value: source, diagnostics: found.list };
}

/** The first byte that is not part of a character. */
function firstWrong(bytes: Buffer): number {
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  const again = Buffer.from(new TextDecoder().decode(bytes));
  const body = bytes.subarray(mark);
  for (let from = 0; from < body.length; from += PIECE) {
    const one = body.subarray(from, from + PIECE);
    if (one.equals(again.subarray(from, from + PIECE))) continue;
    return mark + from + one.findIndex((byte, at) => byte !== again[from + at]);
  }
  return -1;
}

/** The files that the program of `path` names: in its folder or below, links followed. */
export function filesBeside(path: string): Files {
  return (name) => {
    const folder = path === "-" ? "." : dirname(path);
    try {
      const base = realpathSync(folder);
      const asked = resolve(base, name);
      const outside = { problem: `the file \`${name}\` is outside of the folder of the program` };
      if (!isInside(base, asked)) return outside;
      const real = realpathSync(asked);
      if (!isInside(base, real)) return outside;
      const stats = statSync(real);
      if (stats.isDirectory()) refuse("EISDIR");
      if (!stats.isFile()) refuse("EFTYPE");
      if (stats.size > LARGEST) refuse("EFBIG");
      return Buffer.concat([...bytesOf(real)].map((piece) => Buffer.from(piece))).toString("utf8");
    } catch (error) {
      return { problem: `cannot read the file \`${name}\`: ${reason(error)}` };
    }
  };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`);
}

/** A file in the making: nothing is seen of it before `commit`, and nothing at all after `discard`. */
export interface Output {
  write(text: string): void;
  writeBytes(bytes: Uint8Array): void;
  commit(): void;
  /** Does nothing after `commit`. */
  discard(): void;
}

/** Outputs that are not committed yet. */
const pending = new Set<Output>();

/** What was begun is removed at the end of the process, however it comes. */
const guard = (() => {
  let isSet = false;
  return () => {
    if (isSet) return;
    isSet = true;
    process.on("exit", () => {
      for (const output of pending) output.discard();
    });
    process.once("SIGINT", () => process.exit(130));
    process.once("SIGTERM", () => process.exit(143));
  };
})();

/**
 * Begins to write a file: beside it, under another name, which `commit` turns into its own. What is there already and is
 * no regular file, such as `/dev/null`, is written directly. What the system refuses is thrown, for `unwritable`.
 */
export function openOutput(path: string): Output {
  guard();
  const opened = attempt(path, () => open(path));
  const { handle, temporary, target } = opened;
  let isOpen = true;
  let gathered = "";
  const writeBytes = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length; ) done += writeSync(handle, bytes, done);
  };
  const flush = () => {
    const bytes = Buffer.from(gathered);
    gathered = "";
    writeBytes(bytes);
  };
  const close = () => {
    isOpen = false;
    pending.delete(output);
    closeSync(handle);
  };
  const output: Output = {
    write: (text) => {
      gathered += text;
      if (gathered.length > PIECE) attempt(path, flush);
    },
    writeBytes: (bytes) =>
      attempt(path, () => {
        flush();
        writeBytes(bytes);
      }),
    commit: () =>
      attempt(path, () => {
        flush();
        close();
        if (temporary !== undefined) renameSync(temporary, target);
      }),
    discard: () => {
      if (!isOpen) return;
      close();
      if (temporary !== undefined) rmSync(temporary, { force: true });
    },
  };
  pending.add(output);
  return output;
}

function open(path: string): {
  readonly handle: number;
  readonly temporary: string | undefined;
  readonly target: string;
} {
  const old = stat(path);
  if (old?.isDirectory()) refuse("EISDIR");
  if (old !== undefined && !old.isFile()) return { handle: openSync(path, "w"), temporary: undefined, target: path };
  const target = old === undefined ? path : realpathSync(path);
  if (old !== undefined) accessSync(target, constants.W_OK);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.part`);
  const handle = openSync(temporary, "wx");
  if (old !== undefined) fchmodSync(handle, old.mode & 0o7777);
  return { handle, temporary, target };
}

/** What the system refuses while a file is written, with the name of the file. */
interface Unwritable extends Error {
  readonly output: string;
}

function attempt<T>(output: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof Error ? Object.assign(error, { output }) : error;
  }
}

export function isUnwritable(error: unknown): error is Unwritable {
  return error instanceof Error && "output" in error;
}

/** What is there under a name; for a link, what it leads to. */
function stat(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** The diagnostic for what an `Output` throws; anything else is thrown again. */
export function unwritable(error: unknown): Diagnostic {
  if (!isUnwritable(error)) throw error;
  const why = "code" in error && error.code === "ENOENT" ? "its folder does not exist" : reason(error);
  return refusal("cannot-write", error.output, `cannot write this file: ${why}`);
}

/** Writes a file whole or not at all, and gives what was wrong. */
export function writeText(path: string, text: string): readonly Diagnostic[] {
  let output: Output | undefined;
  try {
    output = openOutput(path);
    output.write(text);
    output.commit();
    return [];
  } catch (error) {
    output?.discard();
    return [unwritable(error)];
  }
}

/** Writes files into a folder, which is made if need be: all of them, or none. */
export function writeFolder(folder: string, files: ReadonlyMap<string, string | Uint8Array>): readonly Diagnostic[] {
  const outputs: Output[] = [];
  let made: string | undefined;
  try {
    made = attempt(folder, () => mkdirSync(folder, { recursive: true }));
    for (const [name, contents] of files) {
      const output = openOutput(join(folder, name));
      outputs.push(output);
      // At once, so that a disk that is full is known before the first file gets its name.
      output.writeBytes(typeof contents === "string" ? Buffer.from(contents) : contents);
    }
    for (const output of outputs) output.commit();
    return [];
  } catch (error) {
    for (const output of outputs) output.discard();
    if (made !== undefined) removeEmpty(folder, made);
    return [unwritable(error)];
  }
}

/** Removes a folder and those around it, up to `top`, as far as nothing is in them. */
function removeEmpty(folder: string, top: string): void {
  try {
    for (let at = resolve(folder); isInside(dirname(resolve(top)), at); at = dirname(at)) rmdirSync(at);
  } catch {
    // Somebody has put something there.
  }
}
