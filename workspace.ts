// The disk, as the language server sees it: read ahead and kept in memory, so that no request reads it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { filesBeside } from "./files.ts";
import type { Dialect } from "./lang/ast.ts";
import type { Files } from "./lang/contents.ts";
import { type File, type Host, NO_SETTINGS, type Settings } from "./lang/lsp/host.ts";
import type { World } from "./lang/lsp/world.ts";
import type { Source } from "./lang/source.ts";
import type { Target } from "./lang/target/target.ts";
import { hardwareFor, packageFolder } from "./targets.ts";

/** The file of settings that lies beside sources, or above them. */
const SETTINGS_FILE = "reticle.json";

/** Of a workspace, so many files are read, up to this length; folders of these names are not looked into. */
const MOST_FILES = 2000;
const LONGEST = 2 ** 22;
const DEEPEST = 12;
const SKIPPED = new Set(["node_modules", "dist", "out", "build"]);

export interface Workspace extends Host {
  /** The world of open files, which come before those on the disk. */
  attach(world: World): void;
  /** Settings of the editor: where no file says otherwise. */
  configure(settings: unknown): void;
  /** Reads the files of these folders. */
  scan(folders: readonly string[]): Promise<void>;
  /** Reads a file again that has changed on the disk, and forgets what was concluded from it. */
  changed(uris: readonly string[]): Promise<void>;
  /** When all that was asked for has been read. */
  settled(): Promise<void>;
  /** Loads the target that is set for a file; gives whether that is news, and what is wrong with the settings. */
  prepare(uri: string): Promise<{ readonly isNew: boolean; readonly problems: readonly string[] }>;
}

export function workspace(): Workspace {
  const files = new Map<string, File>();
  const folders = new Map<string, readonly File[]>();
  const named = new Map<string, Map<string, ReturnType<Files>>>();
  const settings = new Map<string, Settings>();
  const targets = new Map<string, Target | undefined>();
  let preset: Settings = NO_SETTINGS;
  /** What the editor said at first; later it may send what has been set alone. */
  let initial: Settings | undefined;
  let world: World | undefined;
  let reading = Promise.resolve();

  function settingsOf(uri: string): Settings {
    const path = pathOf(uri);
    const folder = dirname(path);
    const known = settings.get(folder);
    if (known !== undefined) return known;
    const found = isAbsolute(path) ? (readSettings(folder, preset) ?? preset) : preset;
    settings.set(folder, found);
    return found;
  }

  function forget(): void {
    folders.clear();
    named.clear();
    settings.clear();
    targets.clear();
  }

  async function load(path: string): Promise<void> {
    const uri = pathToFileURL(path).href;
    if (!/\.(ir|asm|tdl)$/.test(path) || (files.size >= MOST_FILES && !files.has(uri))) return;
    try {
      if ((await stat(path)).size > LONGEST) files.delete(uri);
      else files.set(uri, { uri, text: await readFile(path, "utf8") });
    } catch {
      // It is gone.
      files.delete(uri);
    }
  }

  /** Work on the disk, one after the other, so that the last that is said of a file holds. */
  function then(work: () => Promise<void>): Promise<void> {
    reading = reading.then(work);
    return reading;
  }

  async function walk(folder: string, depth: number): Promise<void> {
    if (depth > DEEPEST || files.size >= MOST_FILES) return;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".") || SKIPPED.has(entry.name)) continue;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await walk(path, depth + 1);
      else if (entry.isFile()) await load(path);
    }
  }

  /** The files of a folder, which need not be in the workspace. */
  function besides(uri: string): readonly File[] {
    const folder = dirname(pathOf(uri));
    if (!isAbsolute(folder)) return [];
    const known = folders.get(folder);
    if (known !== undefined) return known;
    const found: File[] = [];
    try {
      for (const name of readdirSync(folder).sort()) {
        const path = join(folder, name);
        if (!/\.(ir|asm|tdl)$/.test(name) || statSync(path).size > LONGEST) continue;
        found.push({ uri: pathToFileURL(path).href, text: readFileSync(path, "utf8") });
      }
    } catch {
      // The folder is not there yet: the file has not been saved.
    }
    folders.set(folder, found);
    return found;
  }

  return {
    pathOf,
    filesOf(uri) {
      const path = pathOf(uri);
      const known = named.get(path) ?? new Map<string, ReturnType<Files>>();
      named.set(path, known);
      const read = filesBeside(path);
      return (name) => {
        const text = known.get(name) ?? read(name);
        known.set(name, text);
        return text;
      };
    },
    uriBeside: (uri, name) => pathToFileURL(resolve(dirname(pathOf(uri)), name)).href,
    settingsOf,
    targetOf: (uri) => targets.get(keyOf(settingsOf(uri))),
    uriOfTarget: ({ file }: Source) => pathToFileURL(isAbsolute(file) ? file : join(packageFolder(), file)).href,
    workspaceFiles(dialect: Dialect, beside) {
      const all = new Map((beside === undefined ? [...files.values()] : besides(beside)).map((one) => [one.uri, one]));
      for (const uri of world?.uris ?? []) {
        const open = world?.textOf(uri);
        const isThere = beside === undefined || dirname(pathOf(uri)) === dirname(pathOf(beside));
        if (open !== undefined && isThere) all.set(uri, { uri, text: open.text });
      }
      return [...all.values()].filter((one) => one.uri.endsWith(`.${dialect}`));
    },
    attach(made) {
      world = made;
    },
    configure(given) {
      preset = settingsFrom(given, undefined, initial ?? NO_SETTINGS);
      initial ??= preset;
      forget();
    },
    scan: (roots) =>
      then(async () => {
        for (const root of roots) await walk(pathOf(root), 0);
      }),
    changed(uris) {
      forget();
      return then(async () => {
        for (const uri of uris) if (uri.startsWith("file:")) await load(pathOf(uri));
      });
    },
    settled: () => reading,
    async prepare(uri) {
      const found = settingsOf(uri);
      const key = keyOf(found);
      if (targets.has(key)) return { isNew: false, problems: [] };
      targets.set(key, undefined);
      const { value, diagnostics } = await hardwareFor(found);
      targets.set(key, value?.target);
      const problems = diagnostics.filter((one) => one.severity === "error").map((one) => [one.message, ...one.help]);
      return { isNew: value !== undefined, problems: problems.map((lines) => lines.join("; ")) };
    },
  };
}

function keyOf({ target, device, board }: Settings): string {
  return JSON.stringify([target, device, board]);
}

/** The path of a file; of what is no file, such as a buffer without a name, its last word. */
function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return basename(decode(uri)) || "untitled";
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Looks for the file of settings in a folder and above it. */
function readSettings(folder: string, preset: Settings): Settings | undefined {
  for (let at = folder; ; at = dirname(at)) {
    try {
      return settingsFrom(JSON.parse(readFileSync(join(at, SETTINGS_FILE), "utf8")), at, preset);
    } catch (error) {
      // A file that is being written is as good as none.
      if (error instanceof SyntaxError) return undefined;
    }
    if (dirname(at) === at) return undefined;
  }
}

/** Takes what has the shape that it should have; paths are relative to `folder`. */
function settingsFrom(given: unknown, folder: string | undefined, preset: Settings): Settings {
  const row: Readonly<Record<string, unknown>> = typeof given === "object" && given !== null ? { ...given } : {};
  const text = (key: string) => {
    const value = row[key];
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const path = (key: string) => {
    const value = text(key);
    return value === undefined || folder === undefined ? value : resolve(folder, value);
  };
  const one = <T extends string>(key: string, choices: readonly T[]) => choices.find((choice) => choice === row[key]);
  const target = text("target");
  const isPath = target !== undefined && /[/\\]|^\./.test(target);
  const hints: Readonly<Record<string, unknown>> =
    typeof row["hints"] === "object" && row["hints"] !== null ? { ...row["hints"] } : {};
  const chosen = target !== undefined || text("device") !== undefined || text("board") !== undefined;
  return {
    target: isPath && folder !== undefined ? resolve(folder, target) : chosen ? target : preset.target,
    device: chosen ? text("device") : preset.device,
    board: chosen ? text("board") : preset.board,
    package: text("package") ?? preset.package,
    pcf: path("pcf") ?? preset.pcf,
    optimize: one("optimize", ["area", "delay", "balanced"]) ?? preset.optimize,
    reset: one("reset", ["none", "sync"]) ?? preset.reset,
    top: text("top") ?? preset.top,
    mmap: path("mmap") ?? preset.mmap,
    output: path("output") ?? preset.output,
    hints: {
      operands: typeof hints["operands"] === "boolean" ? hints["operands"] : preset.hints.operands,
      mapping: typeof hints["mapping"] === "boolean" ? hints["mapping"] : preset.hints.mapping,
    },
  };
}
