// Runs the command line inside of a test.
import { type Io, main } from "../commands.ts";

/** What a run printed, and its exit status. */
export interface Ran {
  readonly out: string;
  readonly err: string;
  readonly status: number;
}

/** Runs `reticle` with these arguments; `given` replaces parts of its surroundings. */
export async function run(
  args: readonly string[],
  given: Partial<Io> & { readonly input?: string } = {},
): Promise<Ran> {
  let out = "";
  let err = "";
  async function* stdin(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(given.input ?? "");
  }
  const io: Io = {
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
    stdin: stdin(),
    hasColours: false,
    isWatched: false,
    ...given,
  };
  const status = await main(args, io);
  return { out, err, status };
}
