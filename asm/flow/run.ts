// Runs a flow: the steps that are needed, one after another, each from the cache where it has been run before.
import { type Cache, keyOf } from "./cache.ts";
import { native } from "./native.ts";
import { packages } from "./packages.ts";
import { call, type Files, type Flow, needed, type Step, type Values } from "./plan.ts";
import { type Failure, failure, type Result, type Runner } from "./runner.ts";
import { stallWatch } from "./stall.ts";
import { threaded } from "./thread.ts";

export interface Job {
  readonly flow: Flow;
  /** What `{name}` in arguments stands for: package, goal, seed. */
  readonly values: Values;
  /** What there is at the start, by role. */
  readonly files: Files;
}

/** What happens, as it happens. */
export type Progress =
  | { readonly kind: "start"; readonly step: string; readonly tool: string }
  | { readonly kind: "line"; readonly step: string; readonly tool: string; readonly line: string }
  | ({ readonly kind: "end" } & Stage);

/** A step that was run. */
export interface Stage {
  readonly step: string;
  readonly tool: string;
  readonly ms: number;
  /** It did not run, as its result was known. */
  readonly cached: boolean;
}

export interface Options {
  /** `wasm`: the npm packages; `native`: what is in PATH. */
  readonly tools: "wasm" | "native";
  readonly cache: Cache | undefined;
  /** Stops what runs. Tools as WASM hear it only in a thread. */
  readonly signal: AbortSignal | undefined;
  /** The built `worker.ts`; without it, tools as WASM run in this thread, which stands still meanwhile. */
  readonly worker: URL | undefined;
  readonly progress: ((event: Progress) => void) | undefined;
}

export interface Ran {
  /** All files by role: those given, and those made so far. */
  readonly files: Files;
  /** What the tools printed, under a heading for each step. */
  readonly log: string;
  readonly stages: readonly Stage[];
  readonly notes: readonly string[];
  /** Why it ended early, and in which step. */
  readonly failed: Failed | undefined;
}

export interface Failed {
  readonly step: string;
  readonly tool: string;
  readonly failure: Failure;
  /** What the tool of this step printed. */
  readonly log: string;
}

/** Runs the steps whose products are not given. What goes wrong with a tool is told in `failed`, never thrown. */
export async function run(job: Job, options: Options): Promise<Ran> {
  const files = new Map(job.files);
  const stages: Stage[] = [];
  const notes = new Set<string>();
  let log = "";
  let failed: Failed | undefined;
  const stalled = new AbortController();
  const signals = options.signal === undefined ? [stalled.signal] : [options.signal, stalled.signal];
  const runner = choose({ ...options, signal: AbortSignal.any(signals) });
  try {
    for (const step of needed(job.flow, files.keys())) {
      const started = performance.now();
      const { name, tool } = step;
      options.progress?.({ kind: "start", step: name, tool });
      const isStalled = stallWatch();
      const { result, cached } = await once(step, { ...job, files }, runner, options, (line) => {
        options.progress?.({ kind: "line", step: name, tool, line });
        if (isStalled(line)) stalled.abort();
      });
      const stage: Stage = { step: name, tool, ms: performance.now() - started, cached };
      options.progress?.({ kind: "end", ...stage });
      stages.push(stage);
      log += `== ${name}: ${tool} ==\n${result.log}\n`;
      for (const note of result.notes) notes.add(note);
      const missing = step.writes.find((role) => !result.files.has(job.flow.files[role] ?? role));
      const failure: Failure | undefined =
        (stalled.signal.aborted ? { kind: "failed", detail: "it routes in circles" } : result.failure) ??
        (missing === undefined ? undefined : { kind: "crashed", detail: `it wrote no ${missing}` });
      if (failure !== undefined) {
        failed = { step: name, tool, failure, log: result.log };
        break;
      }
      for (const role of step.writes) files.set(role, result.files.get(job.flow.files[role] ?? role) as Uint8Array);
    }
  } finally {
    await runner.close();
  }
  return { files, log, stages, notes: [...notes], failed };
}

function choose({ tools, signal, worker }: Options): Runner {
  if (tools === "native") return native(signal);
  return worker === undefined ? packages() : threaded(worker, signal);
}

async function once(
  step: Step,
  job: Job,
  runner: Runner,
  { cache, signal }: Options,
  line: (text: string) => void,
): Promise<{ readonly result: Result; readonly cached: boolean }> {
  const ran = (result: Result) => ({ result, cached: false });
  const made = call(job.flow, step, job.values, job.files);
  if (signal?.aborted) return ran(failure("interrupted", ""));
  const identity = await runner.identity(made.tool);
  if (typeof identity !== "string") return ran(failure(identity.kind, identity.detail));
  const key = cache === undefined ? "" : keyOf(identity, made);
  const kept = await cache?.get(key);
  if (kept !== undefined) return { result: { ...kept, failure: undefined, notes: [] }, cached: true };
  const result = await runner.run(made, line);
  const whole = made.writes.every((name) => result.files.has(name));
  if (result.failure === undefined && whole) await cache?.put(key, result);
  return ran(result);
}
