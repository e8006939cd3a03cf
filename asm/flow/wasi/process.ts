// Calls of WASI preview 1: arguments, clock, random numbers, the end.
import { type Calls, type Guest, OK } from "./guest.ts";

/** Thrown through the command by its `exit`. */
export interface Exit {
  readonly exit: number;
}

export function isExit(error: unknown): error is Exit {
  return typeof error === "object" && error !== null && "exit" in error;
}

export function processCalls({ args, bytes, put, put64 }: Guest): Calls {
  let random = 1;
  return {
    args_sizes_get: (count: number, size: number) => {
      put(count, args.length);
      return put(
        size,
        args.reduce((sum, arg) => sum + arg.length, 0),
      );
    },
    args_get: (pointers: number, buffer: number) => {
      let to = buffer;
      for (const [index, arg] of args.entries()) {
        put(pointers + 4 * index, to);
        bytes(to, arg.length).set(arg);
        to += arg.length;
      }
      return OK;
    },
    environ_sizes_get: (count: number, size: number) => {
      put(count, 0);
      return put(size, 0);
    },
    environ_get: () => OK,
    clock_time_get: (_clock: number, _precision: bigint, to: number) => put64(to, Math.round(performance.now() * 1e6)),
    // A generator that starts the same in every run, so that the results are the same.
    random_get: (to: number, length: number) => {
      for (const [index] of bytes(to, length).entries()) {
        random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
        bytes(to + index, 1)[0] = random >>> 24;
      }
      return OK;
    },
    proc_exit: (status: number) => {
      const end: Exit = { exit: status };
      throw end;
    },
  };
}
