// What the server needs of its surroundings. The core reads no file and starts no compiler: the door does, and answers
// from what it has read.
import type { Dialect } from "../ast.ts";
import type { Files } from "../contents.ts";
import type { Source } from "../source.ts";
import type { Target } from "../target/target.ts";

/** What is set for the files of a folder: by `reticle.json` in it or above, else by the editor. */
export interface Settings {
  /** A target or a folder of one; a device or a board says its target. */
  readonly target: string | undefined;
  readonly device: string | undefined;
  readonly board: string | undefined;
  readonly package: string | undefined;
  readonly pcf: string | undefined;
  readonly optimize: "area" | "delay" | "balanced" | undefined;
  readonly reset: "none" | "sync" | undefined;
  /** The definition that is built. */
  readonly top: string | undefined;
  /** Contents of memories by name. */
  readonly mmap: string | undefined;
  /** Where a build goes, relative to the folder. */
  readonly output: string | undefined;
  readonly hints: { readonly operands: boolean; readonly mapping: boolean };
}

export const NO_SETTINGS: Settings = {
  target: undefined,
  device: undefined,
  board: undefined,
  package: undefined,
  pcf: undefined,
  optimize: undefined,
  reset: undefined,
  top: undefined,
  mmap: undefined,
  output: undefined,
  hints: { operands: true, mapping: true },
};

/** A file of the workspace. */
export interface File {
  readonly uri: string;
  readonly text: string;
}

export interface Host {
  /** What diagnostics and Verilog call a file: its path. */
  readonly pathOf: (uri: string) => string;
  /** The files that the program of `uri` names. */
  readonly filesOf: (uri: string) => Files;
  /** Where such a file lies, for links. */
  readonly uriBeside: (uri: string, name: string) => string;
  readonly settingsOf: (uri: string) => Settings;
  /** The target that is set for a file, if it can be read. */
  readonly targetOf: (uri: string) => Target | undefined;
  /** Where a file of a target lies. */
  readonly uriOfTarget: (source: Source) => string | undefined;
  /** The files of a dialect that the workspace holds, open or not; with `beside`, those in its folder only. */
  readonly workspaceFiles: (dialect: Dialect, beside: string | undefined) => readonly File[];
}
