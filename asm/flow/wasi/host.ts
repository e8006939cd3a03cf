// Runs a command that is compiled for WASI preview 1, on a file system in memory. It is a host of our own because that
// of the packages copies a whole file at each small write, and reads all chip databases for the sake of one.
import { engine, type Module } from "./engine.ts";
import { fileCalls } from "./files.ts";
import { type Guest, guest } from "./guest.ts";
import { pathCalls } from "./paths.ts";
import { isExit, processCalls } from "./process.ts";
import type { Folder } from "./volume.ts";

/** A command and its surroundings. */
export interface Process {
  readonly module: Module;
  /** The name of the command, then its arguments. */
  readonly args: readonly string[];
  /** What it sees as `/`, where it starts and what it changes. */
  readonly root: Folder;
  /** Takes standard output and standard error as they come. The bytes are a view that does not last. */
  readonly print: (bytes: Uint8Array) => void;
}

const WASI = "wasi_snapshot_preview1";

const calls = (on: Guest) => ({ ...processCalls(on), ...fileCalls(on), ...pathCalls(on) });

/** What a module needs and this host has not, `module.name` each; empty for one that can run. */
export function unmet(module: Module): readonly string[] {
  const known: ReadonlySet<string> = new Set(
    Object.keys(
      calls(
        guest(
          [],
          { kind: "folder", entries: new Map() },
          () => {},
          () => undefined,
        ),
      ),
    ),
  );
  return engine.Module.imports(module)
    .filter((one) => one.module !== WASI || one.kind !== "function" || !known.has(one.name))
    .map((one) => `${one.module}.${one.name}`);
}

/** Runs it to its end and gives its exit status. Where the command traps, the engine's error is thrown. */
export function execute({ module, args, root, print }: Process): number {
  let memory: unknown;
  const { exports } = new engine.Instance(module, { [WASI]: calls(guest(args, root, print, () => memory)) });
  memory = exports["memory"];
  try {
    (exports["_start"] as () => void)();
    return 0;
  } catch (error) {
    if (isExit(error)) return error.exit;
    throw error;
  }
}
