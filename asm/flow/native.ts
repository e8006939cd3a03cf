// The tools in PATH: each run in a folder of its own that is gone afterwards, without a shell.
import { spawn } from "node:child_process";
import { access, constants, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Call, Files, Tool } from "./plan.ts";
import { type Failure, failure, logger, type Result, type Runner } from "./runner.ts";

interface Installed {
  readonly path: string;
  readonly identity: string;
}

/** Runs what is in the folders of `path` (default: PATH); an abort of `signal` kills it. */
export function native(signal: AbortSignal | undefined, path: string = process.env["PATH"] ?? ""): Runner {
  const known = new Map<string, Promise<Installed | Failure>>();
  const install = (tool: Tool) => {
    const found = known.get(tool.name) ?? look(tool, path, signal);
    known.set(tool.name, found);
    return found;
  };
  return {
    identity: async (tool) => {
      const found = await install(tool);
      return "identity" in found ? found.identity : found;
    },
    run: async (call, line) => {
      const found = await install(call.tool);
      return "identity" in found ? inFolder(found.path, call, signal, line) : failure(found.kind, found.detail);
    },
    close: async () => {},
  };
}

async function look(tool: Tool, path: string, signal: AbortSignal | undefined): Promise<Installed | Failure> {
  for (const folder of path.split(delimiter).filter((one) => one !== "")) {
    const file = join(folder, process.platform === "win32" ? `${tool.name}.exe` : tool.name);
    const facts = await access(file, constants.X_OK).then(
      () => stat(file),
      () => undefined,
    );
    if (!facts?.isFile()) continue;
    const identity = `${file} ${facts.size} ${facts.mtimeMs}`;
    if (tool.version.length === 0) return { path: file, identity };
    const { log, failure } = await start(file, tool.version, undefined, signal, () => {});
    if (failure !== undefined && failure.kind !== "failed") return failure;
    const version = /\d+(?:\.\d+)+/.exec(log)?.[0] ?? "unknown";
    if (tool.oldest !== undefined && isOlder(version, tool.oldest)) return { kind: "old", detail: version };
    return { path: file, identity: `${identity} ${log.trim()}` };
  }
  return { kind: "missing", detail: "PATH" };
}

/** Compares versions number by number. What is no version is not older: it may be a build of its own. */
function isOlder(version: string, oldest: string): boolean {
  const wanted = oldest.split(".").map(Number);
  const found = version.split(".").map(Number);
  const at = wanted.findIndex((number, index) => (found[index] ?? 0) !== number);
  return at >= 0 && (found[at] ?? 0) < (wanted[at] ?? 0);
}

async function inFolder(
  path: string,
  call: Call,
  signal: AbortSignal | undefined,
  line: (text: string) => void,
): Promise<Result> {
  let folder: string | undefined;
  try {
    folder = await mkdtemp(join(tmpdir(), "reticle-flow-"));
    for (const [name, bytes] of call.files) await writeFile(join(folder, name), bytes);
  } catch (error) {
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    return failure("unwritable", error instanceof Error ? error.message : String(error));
  }
  try {
    const ended = await start(path, call.args, folder, signal, line);
    const files = ended.failure === undefined ? await products(folder, call.writes) : new Map<string, Uint8Array>();
    return { ...ended, files, notes: [] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function products(folder: string, names: readonly string[]): Promise<Files> {
  const files = new Map<string, Uint8Array>();
  for (const name of names) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (bytes !== undefined) files.set(name, bytes);
  }
  return files;
}

function start(
  path: string,
  args: readonly string[],
  folder: string | undefined,
  signal: AbortSignal | undefined,
  line: (text: string) => void,
): Promise<Pick<Result, "log" | "failure">> {
  return new Promise((resolve) => {
    const log = logger(line);
    const end = (failure: Failure | undefined) => resolve({ log: log.end(), failure });
    const child = spawn(path, args, {
      stdio: ["ignore", "pipe", "pipe"],
      killSignal: "SIGKILL",
      ...(folder === undefined ? {} : { cwd: folder }),
      ...(signal === undefined ? {} : { signal }),
    });
    child.stdout.on("data", log.add);
    child.stderr.on("data", log.add);
    let trouble: string | undefined;
    child.on("error", (error) => {
      trouble = error.message;
      if (child.pid === undefined) end({ kind: signal?.aborted ? "interrupted" : "crashed", detail: trouble });
    });
    child.on("close", (status, killer) => {
      // Ctrl-C reaches the tool, too, and its end may be seen before the signal to this process.
      if (signal?.aborted || killer === "SIGINT") end({ kind: "interrupted", detail: "" });
      else if (status === 0) end(undefined);
      else if (status !== null) end({ kind: "failed", detail: `status ${status}` });
      else end({ kind: "crashed", detail: trouble ?? killer ?? "no status" });
    });
  });
}
