// Processes that run the jobs of a suite, a process a job, so many at a time: one that crashes, hangs or eats memory ends
// alone.
import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Result, Status } from "./asm/bench/results.ts";
import type { Said } from "./bencher.ts";
import type { Order } from "./measuring.ts";

/** What happens, as it happens. */
export type CrewEvent =
  | { readonly kind: "start"; readonly job: string }
  | { readonly kind: "stage"; readonly job: string; readonly stage: string }
  | { readonly kind: "end"; readonly result: Result };

/** The name of the process's file when it is bundled. */
const BUNDLE = "bencher.js";

/** How often memory is looked at, in ms. */
const LOOK = 250;
/** Of what a process prints on standard error, so much is kept. */
const TAIL = 4000;

/** Runs all orders, `count` at a time, and tells of each event; ends early when `signal` says so. */
export async function runAll(
  orders: readonly Order[],
  count: number,
  tell: (event: CrewEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const waiting = [...orders];
  const work = async () => {
    for (let order = waiting.shift(); order !== undefined && !signal.aborted; order = waiting.shift()) {
      const { id } = order.job;
      tell({ kind: "start", job: id });
      const result = await runOne(order, (stage) => tell({ kind: "stage", job: id, stage }), signal);
      if (!signal.aborted) tell({ kind: "end", result });
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, orders.length) }, work));
}

/** Runs one order in a process of its own. */
export function runOne(order: Order, say: (stage: string) => void, signal: AbortSignal): Promise<Result> {
  const { job } = order;
  const { seconds, megabytes } = job.limits;
  return new Promise((resolve) => {
    const child = fork(benchScript(), [], {
      execArgv: [`--max-old-space-size=${megabytes}`],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let tail = "";
    let last = "start";
    let answer: Result | undefined;
    let cause: readonly [Status, string] | undefined;
    const stop = (status: Status, message: string) => {
      cause ??= [status, message];
      child.kill("SIGKILL");
    };
    const abort = () => stop("crashed", "interrupted");
    const clock = setTimeout(
      () => stop("hung", `not done after ${seconds} s, behind the stage \`${last}\``),
      1000 * seconds,
    );
    const look = setInterval(() => {
      const size = residentMegabytes(child);
      if (size > megabytes) stop("too-large", `it takes more than ${megabytes} MB, behind the stage \`${last}\``);
    }, LOOK);
    signal.addEventListener("abort", abort, { once: true });
    child.stderr?.on("data", (piece: Buffer) => {
      tail = (tail + piece.toString("utf8")).slice(-TAIL);
    });
    child.on("message", (said: Said) => {
      if ("stage" in said) {
        last = said.stage;
        say(last);
      } else if ("result" in said) answer = said.result;
      else cause ??= ["crashed", `a defect of reticle behind the stage \`${last}\`: ${said.defect}`];
    });
    child.on("error", (error) => {
      cause ??= ["crashed", error.message];
    });
    child.on("close", (status, killer) => {
      clearTimeout(clock);
      clearInterval(look);
      signal.removeEventListener("abort", abort);
      const [kind, message] = cause ?? causeOf(tail, status, killer, megabytes, last);
      const none: Result = { job: job.id, status: kind, message, until: job.until, cycles: 0, figures: {}, others: {} };
      resolve(cause === undefined && answer !== undefined ? answer : none);
    });
    child.send(order, (error) => {
      if (error !== null) stop("crashed", error.message);
    });
  });
}

/** Why a process ended without an answer. */
function causeOf(
  tail: string,
  status: number | null,
  killer: string | null,
  megabytes: number,
  last: string,
): readonly [Status, string] {
  if (/heap out of memory|Array buffer allocation failed/.test(tail))
    return ["too-large", `it takes more than ${megabytes} MB, behind the stage \`${last}\``];
  return ["crashed", `its process ended with ${killer ?? `status ${status}`}, behind the stage \`${last}\``];
}

/** The second field of `/proc/PID/statm` (proc(5)), in pages of 4 kB; 0 where there is none. */
function residentMegabytes({ pid }: ChildProcess): number {
  if (process.platform !== "linux") return 0;
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, "latin1").split(" ")[1]) * 4) / 1024;
  } catch {
    return 0;
  }
}

/** The bundle of the process, which lies beside this one or above it; in a checkout, in `dist`. */
export function benchScript(): string {
  const here = dirname(fileURLToPath(import.meta.url));
  for (let folder = here, above = dirname(here); above !== folder; folder = above, above = dirname(folder))
    for (const one of [join(folder, BUNDLE), join(folder, "dist", BUNDLE)]) if (existsSync(one)) return one;
  return join(here, BUNDLE);
}
