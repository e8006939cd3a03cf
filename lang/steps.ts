// Long work in steps: whoever drives it may do something else between two of them, or give it up.

/** Work that gives a `T` in the end. A step takes some milliseconds at the most. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Elements of a loop, such as instructions, in one step. */
export const STRIDE = 1024;

/** Does the work in one go. */
export function finish<T>(steps: Steps<T>): T {
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}
