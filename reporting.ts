// The files that a run of a suite leaves: its results, reports for people and for other programs, and the runs before it.
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Account } from "./asm/bench/account.ts";
import { junit } from "./asm/bench/junit.ts";
import { markdown } from "./asm/bench/markdown.ts";
import { page } from "./asm/bench/page.ts";
import { printRun, type Run, readRun } from "./asm/bench/results.ts";
import type { Options } from "./commands.ts";
import { text } from "./compilation.ts";
import { readText, writeText } from "./files.ts";
import { type Diagnostic, failed, type Outcome } from "./lang/diagnostic.ts";
import { NO_INPUT } from "./targets.ts";

/** Reports by the option that names their file. */
const REPORTS: Readonly<Record<string, (account: Account) => string>> = {
  output: ({ run }) => printRun(run),
  junit,
  markdown,
  html: page,
};

/** Writes the reports that are asked for; gives what was wrong. */
export function writeReports(account: Account, options: Options): readonly Diagnostic[] {
  const found = Object.entries(REPORTS).flatMap(([option, print]) => {
    const file = text(options, option);
    return file === undefined || file === "-" ? [] : writeText(file, print(account));
  });
  const folder = text(options, "history");
  return folder === undefined ? found : [...found, ...keep(folder, account.run)];
}

const RUN = /^\d+\.json$/;

/** The runs of a folder, the oldest first; none where there is no folder yet. */
export async function readHistory(folder: string | undefined): Promise<Outcome<readonly Run[]>> {
  if (folder === undefined || !existsSync(folder)) return { value: [], diagnostics: [] };
  const runs: Run[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of numbered(folder)) {
    const { value: source, diagnostics: unread } = await readText(join(folder, name), NO_INPUT);
    const { value, diagnostics: wrong } = failed(unread) ? { value: undefined, diagnostics: unread } : readRun(source);
    diagnostics.push(...wrong);
    if (value !== undefined) runs.push(value);
  }
  return { value: runs, diagnostics };
}

function numbered(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => RUN.test(name))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** Adds a run to a folder of runs, under the next number. */
function keep(folder: string, run: Run): readonly Diagnostic[] {
  try {
    mkdirSync(folder, { recursive: true });
  } catch {
    // What is wrong with the folder is told of the file in it.
  }
  const last = existsSync(folder) ? numbered(folder).at(-1) : undefined;
  const number = last === undefined ? 1 : Number.parseInt(last, 10) + 1;
  return writeText(join(folder, `${String(number).padStart(5, "0")}.json`), printRun(run));
}
