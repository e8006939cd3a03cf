// Work in slices: the steps of an analysis, with room for messages between them.
import type { CancellationToken } from "vscode-languageserver/node";
import type { Analysis } from "./lang/lsp/analysis.ts";
import type { World } from "./lang/lsp/world.ts";

/** A slice ends with the first step that goes past it, in ms. */
const SLICE = 5;

export interface Slicer {
  /** What is known of a file at its newest version; undefined if it is not open, or when nobody waits any more. */
  ready(uri: string, token?: CancellationToken): Promise<Analysis | undefined>;
}

export function slicer(world: World): Slicer {
  /** The work that goes on for a file. It is given up when another version comes. */
  const running = new Map<string, { readonly version: number; readonly done: Promise<Analysis | undefined> }>();

  async function work(uri: string, version: number): Promise<Analysis | undefined> {
    const steps = world.analysisSteps(uri);
    let until = performance.now() + SLICE;
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
      if (performance.now() < until) continue;
      await new Promise((resolve) => setImmediate(resolve));
      if (world.textOf(uri)?.version !== version) return undefined;
      until = performance.now() + SLICE;
    }
  }

  return {
    async ready(uri, token) {
      for (;;) {
        const version = world.textOf(uri)?.version;
        if (version === undefined || token?.isCancellationRequested === true) return undefined;
        let current = running.get(uri);
        if (current?.version !== version) {
          const done = work(uri, version);
          const made = { version, done };
          current = made;
          running.set(uri, made);
          const end = () => void (running.get(uri) === made && running.delete(uri));
          done.then(end, end);
        }
        const analysis = await current.done;
        if (analysis !== undefined && analysis.version === world.textOf(uri)?.version) return analysis;
      }
    },
  };
}
