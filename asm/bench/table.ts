// Reports for a terminal: a row a job, then what has changed.
import { type Account, COMPARED, type Comparison, changeText, inOrder, SAID, totals } from "./account.ts";
import type { Figures, Result } from "./results.ts";

/** The columns of a job, by their heads. */
export const COLUMNS: Readonly<Record<string, (result: Result) => string>> = {
  LUTs: ({ figures }) => count(figures, "kinds.lut"),
  carries: ({ figures }) => count(figures, "kinds.carry"),
  registers: ({ figures }) => count(figures, "kinds.register"),
  units: ({ figures }) => units(figures),
  depth: ({ figures }) => figures["depth"]?.toFixed(0) ?? "-",
  "MHz placed": ({ figures }) => (figures["frequency.placed"] ?? figures["frequency.selected"])?.toFixed(1) ?? "-",
  "MHz routed": ({ figures }) => figures["frequency.routed"]?.toFixed(1) ?? "-",
  ms: (result) => totals(result).ms?.toFixed(0) ?? "-",
  MB: (result) => totals(result).mb?.toFixed(0) ?? "-",
};

function count(figures: Figures, name: string): string {
  return figures["depth"] === undefined ? "-" : `${figures[name] ?? 0}`;
}

/** DSPs, block RAMs and whatever else a device has few of. */
function units(figures: Figures): string {
  const all = Object.entries(figures).filter(([name]) => name.startsWith("units."));
  if (all.length === 0) return count(figures, "units");
  return all.map(([name, value]) => `${value} ${name.slice("units.".length)}`).join(" ");
}

/** Rows of cells, each as wide as the widest of its column; the first column is set to the left. */
export function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join("  ")
      .trimEnd(),
  );
}

/** How many are fine, and how many figures have changed. */
export function headline({ run, changes, baseline }: Account): string {
  const bad = run.results.filter(({ status }) => status !== "fine").length;
  const worse = changes.filter(({ kind }) => kind === "regression").length;
  const against =
    baseline === undefined
      ? "no baseline"
      : `${plural(worse, "regression")}, ${plural(changes.length - worse, "improvement")} since ${baseline.since}`;
  return `${plural(run.results.length, "job")}, ${run.results.length - bad} fine, ${bad} failed; ${against}`;
}

export function plural(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

export function tableText(account: Account): string {
  const heads = ["job", ...Object.keys(COLUMNS), ""];
  const rows = inOrder(account.run).map((result) => {
    const { job, status } = result;
    return [job, ...Object.values(COLUMNS).map((of) => of(result)), status === "fine" ? "" : SAID[status]];
  });
  const improved = account.changes.filter(({ kind }) => kind === "improvement");
  const lines = [
    ...aligned([heads, ...rows]),
    ...account.comparisons.flatMap((one) => ["", ...comparisonText(one)]),
    ...(improved.length > 0 ? ["", "better than the baseline"] : []),
    ...improved.map((change) => `  ${change.job}: ${change.metric} ${changeText(change)}`),
    "",
    headline(account),
    "",
  ];
  return lines.join("\n");
}

function comparisonText({ tool, rows, means }: Comparison): readonly string[] {
  const heads = [`ours by ${tool}`, ...COMPARED.map(({ name }) => name), ""];
  const body = rows.map(({ job, ratios, message = "" }) => [job, ...ratios.map(ratioText), message]);
  const foot = ["geometric mean", ...means.map(({ value }) => ratioText(value)), ""];
  return aligned([heads, ...body, foot]);
}

export function ratioText(ratio: number | undefined): string {
  return ratio === undefined ? "-" : ratio >= 0.01 ? ratio.toFixed(2) : ratio.toPrecision(2);
}
