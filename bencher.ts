// The process in which one job of a suite runs: an entry point for the bundler, and nothing else.
import { measure, type Order } from "./measuring.ts";

/** What a process says: the stages as they end, then what came out. */
export type Said =
  | { readonly stage: string }
  | { readonly result: Awaited<ReturnType<typeof measure>> }
  | { readonly defect: string };

const say = (said: Said) =>
  new Promise<void>((resolve) => {
    process.send?.(said, undefined, undefined, () => resolve());
  });

process.once("message", (order: Order) => {
  void measure(order, (stage) => void say({ stage }))
    .then(
      (result) => say({ result }),
      (error: unknown) => say({ defect: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
    )
    .then(() => process.exit(0));
});
// Without the one who asked nobody waits for an answer.
process.once("disconnect", () => process.exit(1));
