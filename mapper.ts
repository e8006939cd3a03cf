// The thread in which programs are compiled for the language server, so that an editor never waits for it.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { filesBeside, readText } from "./files.ts";
import { failed } from "./lang/diagnostic.ts";
import type { Settings } from "./lang/lsp/host.ts";
import type { Mapping } from "./lang/lsp/mapping.ts";
import { readMemoryMap } from "./lang/mmap.ts";
import { mappingOf } from "./mapping.ts";
import { type Hardware, hardwareFor, NO_INPUT } from "./targets.ts";

/** A file to be compiled. */
export interface Job {
  /** Its path. */
  readonly file: string;
  readonly text: string;
  readonly version: number;
  readonly dialect: "ir" | "asm";
  readonly settings: Settings;
}

export interface Mapper {
  /** The mapping of a file; undefined when a newer job for it came, or when there is no target. */
  map(job: Job): Promise<Mapping | undefined>;
  stop(): void;
}

/** The name of this file when it is bundled. */
const BUNDLE = "mapper.js";

interface Waiting {
  readonly job: Job;
  readonly resolve: (mapping: Mapping | undefined) => void;
}

/** A job that has run for so long is given up for a newer one of the same file, in ms. */
const PATIENCE = 1000;

/** A thread that compiles one file after the other; of several jobs for a file the newest counts. */
export function mapper(): Mapper {
  const waiting = new Map<string, Waiting>();
  let running: (Waiting & { readonly since: number }) | undefined;
  let thread: Worker | undefined;

  function next(): void {
    if (running !== undefined) return;
    const [first] = waiting;
    if (first === undefined) return;
    const [file, one] = first;
    waiting.delete(file);
    running = { ...one, since: Date.now() };
    thread ??= start();
    thread.postMessage(one.job);
  }

  function start(): Worker {
    const made = new Worker(script(), { workerData: BUNDLE });
    const end = (mapping: Mapping | undefined) => {
      if (thread !== made) return;
      running?.resolve(mapping);
      running = undefined;
      next();
    };
    const fail = () => {
      if (thread !== made) return;
      thread = undefined;
      running?.resolve(undefined);
      running = undefined;
      next();
    };
    made.on("message", end);
    made.on("error", fail);
    made.on("exit", fail);
    made.unref();
    return made;
  }

  function giveUp(): void {
    const old = thread;
    thread = undefined;
    running?.resolve(undefined);
    running = undefined;
    void old?.terminate();
  }

  return {
    map: (job) =>
      new Promise((resolve) => {
        waiting.get(job.file)?.resolve(undefined);
        waiting.set(job.file, { job, resolve });
        if (running?.job.file === job.file && Date.now() - running.since > PATIENCE) giveUp();
        next();
      }),
    stop: giveUp,
  };
}

/** The bundle of this file, which lies beside the others or above them. */
function script(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (let above = dirname(folder); !existsSync(join(folder, BUNDLE)) && above !== folder; above = dirname(folder))
    folder = above;
  return join(folder, BUNDLE);
}

const hardware = new Map<string, Hardware | undefined>();

/** Runs in the thread. */
async function compileJob({ file, text, version, dialect, settings }: Job): Promise<Mapping | undefined> {
  const key = JSON.stringify([settings.target, settings.device, settings.board]);
  if (!hardware.has(key)) hardware.set(key, (await hardwareFor(settings)).value);
  const found = hardware.get(key);
  if (found === undefined) return undefined;
  const memories = settings.mmap === undefined ? undefined : await readText(settings.mmap, NO_INPUT);
  const memoryMap = memories === undefined || failed(memories.diagnostics) ? undefined : readMemoryMap(memories.value);
  const { target, device } = found;
  return mappingOf({ file, text }, target, {
    version,
    called: device === undefined ? target.name : `${target.name} ${device.name}`,
    dialect,
    files: filesBeside(file),
    optimize: settings.optimize,
    reset: settings.reset ?? "none",
    memoryMap: memoryMap?.value.map,
  });
}

if (!isMainThread && workerData === BUNDLE)
  parentPort?.on("message", (job: Job) => {
    void compileJob(job).then(
      (mapping) => parentPort?.postMessage(mapping),
      () => parentPort?.postMessage(undefined),
    );
  });
