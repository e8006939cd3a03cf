// The tools as WASM in a thread of their own, so that progress ticks and an interrupt is heard while they run.
import { parentPort, Worker } from "node:worker_threads";
import { packages } from "./packages.ts";
import type { Call, Tool } from "./plan.ts";
import { type Failure, failure, type Result, type Runner } from "./runner.ts";

/** What the thread is asked. */
type Question = { readonly tool: Tool } | { readonly call: Call };

/** What it says: lines while it works, then an answer. */
type Message = { readonly line: string } | { readonly identity: string | Failure } | { readonly result: Result };

/** Deep recursion of a tool on a large design needs more than the 4 MB of a thread. */
const STACK_MB = 64;

/** Runs tools in a thread that is started from `entry`, which calls `serve`. An abort of `signal` ends it at once. */
export function threaded(entry: URL, signal: AbortSignal | undefined): Runner {
  let thread: Worker | undefined;
  const ask = (question: Question, line: (text: string) => void) =>
    new Promise<Message>((resolve) => {
      if (signal?.aborted) return resolve({ result: failure("interrupted", "") });
      thread ??= new Worker(entry, { resourceLimits: { stackSizeMb: STACK_MB }, stdin: false });
      const worker = thread;
      const stop = () => void worker.terminate();
      const done = (message: Message) => {
        worker.off("message", hear).off("error", fall).off("exit", leave);
        signal?.removeEventListener("abort", stop);
        resolve(message);
      };
      const hear = (message: Message) => ("line" in message ? line(message.line) : done(message));
      const fall = (error: Error) => {
        thread = undefined;
        done({ result: failure("crashed", error.message) });
      };
      const leave = () => {
        thread = undefined;
        done({ result: signal?.aborted ? failure("interrupted", "") : failure("crashed", "the thread ended") });
      };
      worker.on("message", hear).on("error", fall).on("exit", leave);
      signal?.addEventListener("abort", stop, { once: true });
      worker.postMessage(question);
    });
  return {
    identity: async (tool) => {
      const message = await ask({ tool }, () => {});
      if ("identity" in message) return message.identity;
      return ("result" in message ? message.result.failure : undefined) ?? { kind: "crashed", detail: "no answer" };
    },
    run: async (call, line) => {
      const message = await ask({ call }, line);
      return "result" in message ? message.result : failure("crashed", "no answer");
    },
    close: async () => {
      await thread?.terminate();
      thread = undefined;
    },
  };
}

/** The thread's side: answers until it is ended. */
export function serve(): void {
  const runner = packages();
  const say = (message: Message) => parentPort?.postMessage(message);
  parentPort?.on("message", async (question: Question) => {
    if ("tool" in question) say({ identity: await runner.identity(question.tool) });
    else say({ result: await runner.run(question.call, (line) => say({ line })) });
  });
}
