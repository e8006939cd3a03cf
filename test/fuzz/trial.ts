// One program through all stages: whether what comes out is what went in.
import { compare } from "../../asm/compare.ts";
import { netlistGraph } from "../../asm/graph.ts";
import { misconnected } from "../../asm/verify.ts";
import { compile } from "../../index.ts";
import { check } from "../../lang/check.ts";
import { machine } from "../../lang/eval/machine.ts";
import type { Reset } from "../../lang/graph.ts";
import { parse } from "../../lang/parser.ts";
import { print } from "../../lang/printer.ts";
import { deviceNamed } from "../../lang/target/device.ts";
import type { Target } from "../../lang/target/target.ts";

/** How a program is compiled. */
export interface Setting {
  readonly target: string;
  readonly device: string | undefined;
  readonly optimize: "area" | "delay" | "balanced";
  readonly reset: Reset;
}

/** Whether cells are placed, too, which takes as long as the rest: a third of the settings. */
function isPlaced({ device, optimize }: Setting): boolean {
  return device !== undefined && optimize === "balanced";
}

export const SETTINGS: readonly Setting[] = [
  { target: "ice40", device: "hx8k" },
  { target: "ice40", device: "up5k" },
  { target: "tiny", device: undefined },
  { target: "ultrascale", device: "xczu3eg" },
].flatMap((one) =>
  (["area", "delay", "balanced"] as const).flatMap((optimize) =>
    (["none", "sync"] as const).map((reset) => ({ ...one, optimize, reset })),
  ),
);

/** `wrong` is a defect; `refused` a program that an error speaks of. */
export type Outcome =
  | { readonly kind: "same" }
  | { readonly kind: "refused"; readonly code: string }
  | { readonly kind: "wrong"; readonly what: string };

const CYCLES = 30;

/** Compiles a text, through the text of its assembly, and runs the cells beside the program. Never throws. */
export function trial(text: string, target: Target, setting: Setting): Outcome {
  const { device: name, optimize, reset } = setting;
  try {
    const device = name === undefined ? undefined : deviceNamed(target, name);
    const { value, diagnostics } = compile({ file: "fuzz.ir", text }, target, {
      optimize,
      reset,
      until: "place",
      device,
      place: device !== undefined && isPlaced(setting) ? { device, optional: true } : undefined,
    });
    const error = diagnostics.find(({ severity }) => severity === "error");
    if (error?.code === "bad-target") return { kind: "wrong", what: error.message };
    if (error !== undefined) return { kind: "refused", code: error.code };
    const { graph, assembly, netlist } = value;
    if (graph === undefined || assembly === undefined || netlist === undefined)
      return { kind: "wrong", what: "nothing came out" };
    const printed = print(assembly);
    const again = parse({ file: "fuzz.asm", text: printed });
    const unread = [...again.diagnostics, ...check(again.value, "asm").diagnostics];
    const wrong = unread.find(({ severity }) => severity === "error");
    if (wrong !== undefined) return { kind: "wrong", what: `its assembly is refused: ${wrong.message}` };
    if (print(again.value) !== printed) return { kind: "wrong", what: "its assembly is printed otherwise" };
    const odd = misconnected(netlist);
    if (odd !== undefined) return { kind: "wrong", what: odd };
    const cells = netlistGraph(netlist);
    if (cells === undefined) return { kind: "wrong", what: "the cells cannot be run" };
    const { difference } = compare(machine(graph, { reset }), machine(cells), {
      isClocked: graph.stateful,
      addresses: [],
      hasContents: false,
      hasReset: netlist.reset !== undefined,
      exhaustive: 4,
      vectors: CYCLES,
    });
    return difference === undefined ? { kind: "same" } : { kind: "wrong", what: difference };
  } catch (error) {
    return { kind: "wrong", what: `it throws: ${error instanceof Error ? error.message : error}` };
  }
}
