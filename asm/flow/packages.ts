// The tools as WASM, from their npm packages: found, compiled and run in this thread.
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Call, Files, Tool } from "./plan.ts";
import { type Failure, failure, logger, type Result, type Runner } from "./runner.ts";
import { engine, type Module } from "./wasi/engine.ts";
import { execute, unmet } from "./wasi/host.ts";
import { contents, type Entry, type Folder, find, folder, stored } from "./wasi/volume.ts";

/** What a package has beside its commands: texts, and addresses of files. */
interface Resources {
  readonly [name: string]: Resources | string | URL | Uint8Array;
}

/** The entry point of a package: its own way to run a command, slower than ours. */
interface Door {
  readonly commands: Readonly<
    Record<
      string,
      (
        args: readonly string[],
        files: Readonly<Record<string, Uint8Array>>,
        options: Readonly<Record<string, unknown>>,
      ) => Promise<Readonly<Record<string, unknown>>>
    >
  >;
}

/** How a tool is run: on our host, or by its package where that is not as we know it. */
type Way =
  | { readonly kind: "host"; readonly module: Module; readonly resources: Resources }
  | { readonly kind: "package"; readonly door: string; readonly note: string };

/** Runs tools in the thread that it is called in, which stands still meanwhile: nothing can interrupt it. */
export function packages(): Runner {
  const ways = new Map<string, Promise<Way | Failure>>();
  const wayOf = (tool: Tool) => {
    const known = ways.get(tool.name) ?? look(tool);
    ways.set(tool.name, known);
    return known;
  };
  return {
    identity: async (tool) => {
      const home = locate(tool);
      return typeof home === "string" ? `${tool.package} ${version(home)}` : home;
    },
    run: async (call, line) => {
      const way = await wayOf(call.tool);
      switch (way.kind) {
        case "host":
          return onHost(call, way.module, way.resources, line);
        case "package":
          return byPackage(call, way.door, way.note, line);
        default:
          return failure(way.kind, way.detail);
      }
    },
    close: async () => {},
  };
}

/** The file that the package's name stands for. */
function locate(tool: Tool): string | Failure {
  try {
    return createRequire(import.meta.url).resolve(tool.package);
  } catch {
    return { kind: "missing", detail: tool.package };
  }
}

function version(door: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(dirname(door), "..", "package.json"), "utf8"));
  return String((manifest as { readonly version?: unknown }).version);
}

/**
 * Finds the command's own module beside the entry point. All that this relies on is looked at, and where it is not so
 * the package runs the command itself: a newer one may have another layout, or need another host.
 */
async function look(tool: Tool): Promise<Way | Failure> {
  const door = locate(tool);
  if (typeof door !== "string") return door;
  const way = (what: string): Way => {
    const note = `\`${tool.package}\` ${version(door)} ${what}: \`${tool.name}\` runs by its own, slower way`;
    return { kind: "package", door, note };
  };
  const home = dirname(door);
  try {
    const names = readdirSync(home).filter((name) => /^resources-.*\.js$/.test(name));
    const [list, second] = names;
    if (list === undefined || second !== undefined) return way("has another list of resources than expected");
    const module = await engine.compile(await readFile(join(home, `${tool.name}.core.wasm`)));
    const missing = unmet(module);
    if (missing.length > 0) return way(`asks for \`${missing[0]}\``);
    const { filesystem } = (await import(pathToFileURL(join(home, list)).href)) as { readonly filesystem?: Resources };
    return filesystem === undefined ? way("lists no files") : { kind: "host", module, resources: filesystem };
  } catch {
    return way("has another layout than expected");
  }
}

async function onHost(call: Call, module: Module, resources: Resources, line: (text: string) => void): Promise<Result> {
  const opened: number[] = [];
  const root = folder(Object.entries(resources).map(([name, value]) => [name, entry(value, opened)]));
  for (const [name, bytes] of call.files) root.entries.set(name, stored(bytes));
  const log = logger(line);
  try {
    const status = execute({ module, args: [call.tool.name, ...call.args], root, print: log.add });
    return { ...outcome(status, () => written(root, call.writes)), log: log.end(), notes: [] };
  } catch (error) {
    return trapped(error, log.end());
  } finally {
    for (const fd of opened) closeSync(fd);
  }
}

/** The tools are built without exceptions: after an error of the user's that they have told, some end in a trap. */
function trapped(error: unknown, log: string): Result {
  const detail = error instanceof Error ? error.message : String(error);
  return failure(/^ERROR: /m.test(log) ? "failed" : "crashed", detail, log);
}

function outcome(status: number, files: () => Files): Pick<Result, "files" | "failure"> {
  if (status === 0) return { files: files(), failure: undefined };
  return { files: new Map(), failure: { kind: "failed", detail: `status ${status}` } };
}

function written(root: Folder, names: readonly string[]): Files {
  return new Map(
    names.flatMap((name) => {
      const file = find(root, name);
      return file?.kind === "stored" ? [[name, contents(file).slice()] as const] : [];
    }),
  );
}

/** A resource as the command sees it. Files are opened when it reads them; their descriptors are put into `opened`. */
function entry(value: Resources[string], opened: number[]): Entry {
  if (typeof value === "string") return stored(new TextEncoder().encode(value));
  if (value instanceof Uint8Array) return stored(value);
  if (value instanceof URL) return onDisk(fileURLToPath(value), opened);
  return folder(Object.entries(value).map(([name, child]) => [name, entry(child, opened)]));
}

function onDisk(path: string, opened: number[]): Entry {
  let fd: number | undefined;
  const open = () => {
    if (fd === undefined) {
      fd = openSync(path, "r");
      opened.push(fd);
    }
    return fd;
  };
  return {
    kind: "resource",
    get size() {
      return fstatSync(open()).size;
    },
    read: (into, offset) => {
      for (let done = 0; done < into.length; ) {
        const count = readSync(open(), into, done, into.length - done, offset + done);
        if (count === 0) throw new Error(`${path} ends early`);
        done += count;
      }
    },
  };
}

async function byPackage(call: Call, door: string, note: string, line: (text: string) => void): Promise<Result> {
  const { commands } = (await import(pathToFileURL(door).href)) as Door;
  const command = commands[call.tool.name];
  if (command === undefined) return failure("missing", call.tool.package);
  const log = logger(line);
  const print = (bytes: Uint8Array | null) => {
    if (bytes !== null) log.add(bytes);
  };
  const options = { stdin: null, stdout: print, stderr: print, decodeASCII: false };
  try {
    const files = await command(call.args, Object.fromEntries(call.files), options);
    return { ...outcome(0, () => picked(files, call.writes)), log: log.end(), notes: [note] };
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    if (typeof code === "number") return { ...outcome(code, () => new Map()), log: log.end(), notes: [note] };
    return { ...trapped(error, log.end()), notes: [note] };
  }
}

function picked(files: Readonly<Record<string, unknown>>, names: readonly string[]): Files {
  return new Map(
    names.flatMap((name) => {
      const bytes = files[name];
      return bytes instanceof Uint8Array ? [[name, bytes] as const] : [];
    }),
  );
}
