// The report as Markdown, for a comment on a change: what matters first, all the rest folded up.
import { type Account, COMPARED, changeText, inOrder, isGood, SAID } from "./account.ts";
import type { Change } from "./baseline.ts";
import { COLUMNS, headline, ratioText } from "./table.ts";

/** Rows of changes of a kind that are shown. */
const SHOWN = 30;

export function markdown(account: Account): string {
  const { suite, run, changes, comparisons } = account;
  const failed = run.results.filter(({ status }) => status !== "fine");
  const of = (kind: Change["kind"]) => changes.filter((change) => change.kind === kind);
  const parts = [
    `### ${isGood(account) ? "✅" : "❌"} ${inline(suite.name)}, ${inline(run.label)}`,
    `${headline(account)}.`,
    ...section(
      "Failures",
      [["kernel", "what"]],
      failed.map(({ job, status, message = "" }) => [code(job), `${SAID[status]}: ${inline(message)}`]),
    ),
    ...section("Regressions", CHANGES, of("regression").map(changeRow)),
    ...section("Improvements", CHANGES, of("improvement").map(changeRow)),
    ...comparisons.flatMap(({ tool, means }) =>
      section(
        `Ours by ${tool}`,
        [["figure", "better is", "geometric mean", "kernels"]],
        means.map(({ name, value, count }, at) => [name, COMPARED[at]?.better ?? "", ratioText(value), `${count}`]),
      ),
    ),
    `<details><summary>All kernels</summary>\n\n${table([["kernel", ...Object.keys(COLUMNS)]], all(account))}\n\n</details>`,
  ];
  return `${parts.join("\n\n")}\n`;
}

const CHANGES = [["kernel", "figure", "change"]];

function changeRow(change: Change): readonly string[] {
  return [code(change.job), code(change.metric), changeText(change)];
}

function all(account: Account): readonly (readonly string[])[] {
  return inOrder(account.run).map((result) => [code(result.job), ...Object.values(COLUMNS).map((of) => of(result))]);
}

function section(
  title: string,
  heads: readonly (readonly string[])[],
  rows: readonly (readonly string[])[],
): readonly string[] {
  if (rows.length === 0) return [];
  const more = rows.length > SHOWN ? [`and ${rows.length - SHOWN} more`] : [];
  return [`**${title}**`, table(heads, rows.slice(0, SHOWN)), ...more];
}

function table(heads: readonly (readonly string[])[], rows: readonly (readonly string[])[]): string {
  const rule = (heads[0] ?? []).map((_, at) => (at === 0 ? "---" : "---:"));
  return [...heads, rule, ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");
}

/** A text within a line: nothing in it is markup. */
function inline(text: string): string {
  return text.replace(/[\\|<>*_[\]]/g, "\\$&").replace(/\s+/g, " ");
}

function code(text: string): string {
  return `\`${text}\``;
}
