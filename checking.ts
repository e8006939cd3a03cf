// `reticle target check`: whether a description holds what it says.
import type { Io, Options } from "./commands.ts";
import type { Diagnostic } from "./lang/diagnostic.ts";
import type { Target } from "./lang/target/target.ts";
import { tell } from "./programs.ts";

export async function checkTargetCommand(
  target: Target,
  diagnostics: readonly Diagnostic[],
  options: Options,
  io: Io,
): Promise<number> {
  void target;
  return tell(diagnostics, options, io);
}
