// What runs the tools: as WASM in this thread or in a worker, or those in PATH.
import type { Call, Files, Tool } from "./plan.ts";

/** Why a tool gave nothing. */
export type Failure =
  /** It is not installed; `detail` says where it was looked for. */
  | { readonly kind: "missing"; readonly detail: string }
  /** Its version is `detail`, which is too old. */
  | { readonly kind: "old"; readonly detail: string }
  /** It ended with a status of its own, and its log says why. */
  | { readonly kind: "failed"; readonly detail: string }
  /** It fell over; `detail` is what the engine or the system calls it. */
  | { readonly kind: "crashed"; readonly detail: string }
  /** The folder where it should run cannot be written, or the disk is full. */
  | { readonly kind: "unwritable"; readonly detail: string }
  | { readonly kind: "interrupted"; readonly detail: string };

export interface Result {
  /** What it wrote of the files that it should, by name; nothing where it failed. */
  readonly files: Files;
  /** All that it printed. */
  readonly log: string;
  readonly failure: Failure | undefined;
  /** What a person should know although it worked, such as a way that is slower than it need be. */
  readonly notes: readonly string[];
}

export interface Runner {
  /** What, beside its input, the output of a tool depends on; or why it cannot run. */
  readonly identity: (tool: Tool) => Promise<string | Failure>;
  /** Runs it once. `line` is told of each line that it prints. */
  readonly run: (call: Call, line: (text: string) => void) => Promise<Result>;
  /** Lets go of what is kept between runs. */
  readonly close: () => Promise<void>;
}

/** A result without files. */
export function failure(kind: Failure["kind"], detail: string, log = ""): Result {
  return { files: new Map(), log, failure: { kind, detail }, notes: [] };
}

/** Logs are kept up to this many characters; what a tool prints beyond it says nothing new. */
const LOG = 1 << 25;

export interface Log {
  readonly add: (bytes: Uint8Array) => void;
  /** The whole text; a last line without an end has been told of by then. */
  readonly end: () => string;
}

/** Makes lines of what comes in pieces. */
export function logger(line: (text: string) => void): Log {
  const decoder = new TextDecoder();
  let text = "";
  let open = "";
  const take = (piece: string) => {
    if (text.length < LOG) text += piece;
    if (!piece.includes("\n")) {
      open = (open + piece).slice(-LOG);
      return;
    }
    const lines = (open + piece).split(/\r?\n/);
    open = lines.pop() ?? "";
    for (const one of lines) line(one);
  };
  return {
    add: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end: () => {
      take(decoder.decode());
      if (open !== "") line(open);
      return text;
    },
  };
}
