// What went wrong in a flow, as diagnostics. The logs of the tools are never shown as they are.
import type { Diagnostic, Severity } from "../../lang/diagnostic.ts";
import type { Source } from "../../lang/source.ts";
import { type About, COMPLAINTS, type Meaning, type Scene } from "./complaints.ts";
import { origins } from "./origins.ts";
import { pathLabels, type Routed } from "./report.ts";
import type { Failed } from "./run.ts";
import type { Failure } from "./runner.ts";

export type { About } from "./complaints.ts";

const NOWHERE: Source = { file: "", text: "" };

/** A failed flow in terms of the program; always at least one error. */
export function explainFailure(failed: Failed, about: About): readonly Diagnostic[] {
  const { failure, log, tool, step } = failed;
  const say = (meaning: Meaning) => diagnostic("error", meaning);
  if (failure.kind !== "failed" && failure.kind !== "crashed") return [say(ofRunner(failure, tool))];
  const scene: Scene = { ...about, tool, origins: origins(about.netlist) };
  const full = tooMany(log);
  if (full.length > 0)
    return full.map(({ type, used, available }) =>
      say({
        code: "too-many-cells",
        message: `the program needs ${used} \`${type}\`, and ${about.device} has ${available}: ${used - available} too many`,
        source: about.program,
        help: ["a larger device may hold it"],
      }),
    );
  const said = errorsIn(log);
  for (const text of [...said, log.slice(-TAIL)])
    for (const { match, means } of COMPLAINTS) {
      const found = match.exec(text);
      const meaning = found === null ? undefined : means(scene, ...found.slice(1));
      if (meaning !== undefined) return [say(meaning)];
    }
  if (failure.kind === "crashed") {
    const meaning = ofRunner(failure, tool);
    // Built without exceptions, a tool that is given an argument it does not know ends before its first word.
    const help = [
      `it printed nothing: the \`${step}\` step of the target may give it an argument that it does not know`,
    ];
    return [say(log.trim() === "" ? { ...meaning, help } : meaning)];
  }
  const message = `the step \`${step}\` failed: ${said[0] ?? failure.detail}`;
  return [say({ code: "flow-failed", message, source: about.program, help: [`\`${tool}\` was run for it`] })];
}

/** A warning for each clock that does not reach `goal` (MHz), with its critical path in lines of the program. */
export function explainTiming(routed: Routed, goal: number, program: Source): readonly Diagnostic[] {
  return routed.clocks
    .filter(({ achieved }) => achieved < goal)
    .map(({ name, achieved }) => {
      const path = routed.paths.find((one) => one.from.clock === name && one.to.clock === name);
      const labels = path === undefined ? [] : pathLabels(path, program);
      const more = labels.length - SHOWN;
      return diagnostic("warning", {
        code: "slow-clock",
        message: `\`${name}\` reaches ${achieved.toFixed(2)} MHz of the ${goal} MHz that are asked for`,
        source: program,
        labels: labels.slice(0, SHOWN),
        help: [
          ...(more > 0 ? [`the path has ${more} more ${more === 1 ? "stretch" : "stretches"}, which are faster`] : []),
          "a register on the way, `--optimize delay` or another `--seed` may help",
        ],
      });
    });
}

/** How much of the log's end is looked at for a reason that no line calls an error. In characters. */
const TAIL = 2000;
/** Legs of a critical path that a frame shows. */
const SHOWN = 8;

function diagnostic(severity: Severity, { code, message, source, labels = [], help = [] }: Meaning): Diagnostic {
  return { code, severity, message, source: source ?? NOWHERE, labels, help };
}

/** What the tools call errors, without that word; the last of them only say that it has ended. */
function errorsIn(log: string): readonly string[] {
  return [...log.matchAll(/^(?:\S+:\d+: )?error: *(.+)$/gim)].flatMap((match) => match[1] ?? []);
}

/** Rows of the use of the device, `SB_IO: 400/ 112 357%`, that exceed it. */
function tooMany(log: string): readonly { readonly type: string; readonly used: number; readonly available: number }[] {
  return [...log.matchAll(/^Info:\s+(\w+):\s*(\d+)\/\s*(\d+)\s+\d+%/gm)]
    .map(([, type = "", used, available]) => ({ type, used: Number(used), available: Number(available) }))
    .filter(({ used, available }) => used > available);
}

function ofRunner({ kind, detail }: Failure, tool: string): Meaning {
  switch (kind) {
    case "missing":
      return detail === "PATH"
        ? {
            code: "no-tool",
            message: `\`${tool}\` is not in PATH`,
            help: ["install it, or leave out `--tools native`: the WASM packages do without"],
          }
        : {
            code: "no-tool",
            message: `the package \`${detail}\`, which has \`${tool}\`, is not installed`,
            help: [`\`npm install ${detail}\` adds it; \`--tools native\` takes what is in PATH`],
          };
    case "old":
      return {
        code: "no-tool",
        message: `the \`${tool}\` in PATH is version ${detail}, which is too old`,
        help: ["install a newer one, or leave out `--tools native`"],
      };
    case "unwritable":
      return { code: "cannot-write", message: `no temporary folder can be written: ${detail}` };
    case "interrupted":
      return { code: "interrupted", message: `\`${tool}\` was interrupted` };
    case "failed":
    case "crashed":
      return {
        code: "tool-crashed",
        message: `\`${tool}\` fell over: ${detail}`,
        help: ["another `--seed` may get around it; `--tools native` takes the tool in PATH"],
      };
  }
}
