// The report as one page with charts, which needs no server and nothing from elsewhere.
import {
  type Account,
  COMPARED,
  type Comparison,
  changeText,
  geometricMean,
  inOrder,
  isGood,
  SAID,
  totals,
} from "./account.ts";
import { figuresByJob } from "./baseline.ts";
import { bars, escaped, lines, sparkline } from "./charts.ts";
import { metricOf } from "./metrics.ts";
import type { Result } from "./results.ts";
import { againstBaseline, againstOther, CHARTED, trends, valuesOf, worstFirst } from "./series.ts";
import { COLUMNS, headline, ratioText } from "./table.ts";

const STYLE = `
:root { --ink: #1f2933; --soft: #6b7280; --line: #e3e7ec; --paper: #fff; --panel: #f6f8fa; --good: #2f8f5b; --bad: #b83a3a;
  --same: #9aa5b1; --s0: #2f6db5; --s1: #8a4aa8; --s2: #4f9a2f; --s3: #c9781f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e7eb; --soft: #9aa5b1; --line: #323f4b; --paper: #16191d;
  --panel: #1f242a; --good: #57b985; --bad: #e27272; --same: #616e7c; --s0: #6aa5e8; --s1: #bd8bd6; --s2: #86c96a;
  --s3: #e8a862; } }
body { font: 14px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 1080px;
  padding: 24px; }
h1 { font-size: 24px; margin: 0; } h2 { font-size: 17px; margin: 36px 0 8px; } p { margin: 4px 0; color: var(--soft); }
code { font: 12.5px ui-monospace, monospace; }
.state { display: inline-block; border-radius: 4px; padding: 1px 9px; color: #fff; font-weight: 600; margin-right: 8px; }
.state.good { background: var(--good); } .state.bad { background: var(--bad); }
.cards { display: flex; flex-wrap: wrap; gap: 12px; margin: 20px 0; }
.card { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 10px 16px; min-width: 120px; }
.card b { display: block; font-size: 22px; font-weight: 600; } .card span { color: var(--soft); font-size: 12.5px; }
.card b.good, .change.good { color: var(--good); } .card b.bad, .change.bad { color: var(--bad); }
.wide { overflow-x: auto; } .panel { border: 1px solid var(--line); border-radius: 8px; padding: 12px; overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; width: 100%; }
th { text-align: right; font-weight: 500; color: var(--soft); border-bottom: 1px solid var(--line); padding: 4px 8px;
  white-space: nowrap; }
td { text-align: right; padding: 3px 8px; border-bottom: 1px solid var(--line); white-space: nowrap; }
th:first-child, td:first-child, td.said { text-align: left; } td.said { color: var(--bad); white-space: normal; }
tr:hover td { background: var(--panel); }
.tabs label { cursor: pointer; margin-right: 14px; color: var(--soft); } .tabs input { accent-color: var(--s0); }
.tab { display: none; margin-top: 8px; } .tab.shown { display: block; }
svg { display: block; font: 12px system-ui, sans-serif; } svg text { fill: var(--ink); }
svg .label { text-anchor: end; } svg .mark { text-anchor: middle; fill: var(--soft); font-size: 11px; }
svg .note { fill: var(--soft); } svg .grid { stroke: var(--line); } svg .axis { stroke: var(--soft); }
svg .good { fill: var(--good); } svg .bad { fill: var(--bad); } svg .same { fill: var(--same); }
svg .line { fill: none; stroke-width: 2; } svg .spark { stroke: var(--s0); stroke-width: 1.5; }
svg circle.spark { fill: var(--s0); }
${[0, 1, 2, 3].map((at) => `svg .line.s${at} { stroke: var(--s${at}); } svg circle.s${at}, svg .name.s${at} { fill: var(--s${at}); }`).join("\n")}
`;

const SCRIPT = `
for (const one of document.querySelectorAll(".tabs input"))
  one.onchange = () => {
    for (const tab of document.querySelectorAll('[data-group="' + one.name + '"]'))
      tab.classList.toggle("shown", tab.dataset.name === one.value);
  };
`;

/** The whole page. */
export function page(account: Account): string {
  const { suite, run, history } = account;
  const title = `${suite.name}, ${run.label}`;
  const state = isGood(account) ? ["good", "as it should be"] : ["bad", "needs a look"];
  const sections = [
    cards(account),
    changed(account),
    failures(account),
    baselineCharts(account),
    ...account.comparisons.map(otherCharts),
    trendChart([...history, run].length > 1 ? account : undefined),
    table(account),
  ];
  return `<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
<body>
<h1>${escaped(suite.name)}</h1>
<p><span class="state ${state[0]}">${state[1]}</span>${escaped(run.label)}: ${escaped(headline(account))}</p>
${sections.filter((one) => one !== "").join("\n")}
<script>${SCRIPT}</script>
</body>
</html>
`;
}

function cards(account: Account): string {
  const { run, changes, baseline, comparisons } = account;
  const bad = run.results.filter(({ status }) => status !== "fine").length;
  const worse = changes.filter(({ kind }) => kind === "regression").length;
  const all = [
    card(`${run.results.length - bad} of ${run.results.length}`, "kernels are fine", bad === 0 ? "good" : "bad"),
    ...(baseline === undefined
      ? []
      : [
          card(`${worse}`, "regressions", worse === 0 ? "" : "bad"),
          card(`${changes.length - worse}`, "improvements", changes.length > worse ? "good" : ""),
          ...CHARTED.flatMap((charted) => {
            const mean = geometricMean(againstBaseline(account, charted).map(({ ratio }) => ratio));
            return mean === undefined ? [] : [card(mean.toFixed(3), `${charted.name} by the baseline`, "")];
          }),
        ]),
    ...comparisons.flatMap(({ tool, means }) =>
      means.flatMap(({ name, value }, at) => {
        if (value === undefined) return [];
        const isBetter = COMPARED[at]?.better === "less" ? value < 1 : value > 1;
        return [card(ratioText(value), `${name} by ${tool}`, isBetter ? "good" : "bad")];
      }),
    ),
  ];
  return `<div class="cards">${all.join("")}</div>`;
}

function card(value: string, what: string, kind: string): string {
  return `<div class="card"><b class="${kind}">${escaped(value)}</b><span>${escaped(what)}</span></div>`;
}

function changed({ changes, baseline }: Account): string {
  if (baseline === undefined || changes.length === 0) return "";
  const rows = changes.map((change) => {
    const kind = change.kind === "regression" ? "bad" : "good";
    return `<tr><td>${escaped(change.job)}</td><td><code>${escaped(change.metric)}</code></td><td class="change ${kind}">${escaped(changeText(change))}</td></tr>`;
  });
  return `<h2>Changes since ${escaped(baseline.since)}</h2><div class="wide"><table>${rows.join("")}</table></div>`;
}

function failures({ run }: Account): string {
  const bad = run.results.filter(({ status }) => status !== "fine");
  if (bad.length === 0) return "";
  const rows = bad.map(
    ({ job, status, message = "" }) =>
      `<tr><td>${escaped(job)}</td><td class="said">${escaped(`${SAID[status]}: ${message}`)}</td></tr>`,
  );
  return `<h2>Failures</h2><div class="wide"><table>${rows.join("")}</table></div>`;
}

/** Panels of which one is shown, by radio buttons. */
function tabs(group: string, all: readonly { readonly name: string; readonly body: string }[]): string {
  const choices = all.map(
    ({ name }, at) =>
      `<label><input type="radio" name="${group}" value="${escaped(name)}"${at === 0 ? " checked" : ""}> ${escaped(name)}</label>`,
  );
  const panels = all.map(
    ({ name, body }, at) =>
      `<div class="tab panel${at === 0 ? " shown" : ""}" data-group="${group}" data-name="${escaped(name)}">${body}</div>`,
  );
  return `<div class="tabs">${choices.join("")}</div>${panels.join("")}`;
}

function baselineCharts(account: Account): string {
  if (account.baseline === undefined) return "";
  const all = CHARTED.flatMap((charted) => {
    const ratios = worstFirst(againstBaseline(account, charted), charted.better);
    return ratios.length === 0 ? [] : [{ name: charted.name, body: bars(ratios, charted.better) }];
  });
  if (all.length === 0) return "";
  return `<h2>By the baseline</h2><p>This run by ${escaped(account.baseline.since)}; the worst first.</p>${tabs("baseline", all)}`;
}

function otherCharts(comparison: Comparison): string {
  const all = COMPARED.flatMap(({ name, better }, at) => {
    const ratios = worstFirst(againstOther(comparison, at), better);
    return ratios.length === 0 ? [] : [{ name, body: bars(ratios, better) }];
  });
  if (all.length === 0) return "";
  const { tool } = comparison;
  return `<h2>By ${escaped(tool)}</h2><p>Ours by what ${escaped(tool)} makes of the same kernel, in the same run; the worst first.</p>${tabs(`by-${tool}`, all)}`;
}

function trendChart(account: Account | undefined): string {
  if (account === undefined) return "";
  const runs = [...account.history, account.run];
  const labels = runs.map(({ label }) => label);
  return `<h2>Trend</h2><p>Geometric means over the kernels, by the first of ${runs.length} runs.</p><div class="panel">${lines(trends(runs), labels)}</div>`;
}

function table(account: Account): string {
  const runs = [...account.history, account.run];
  const hasTrend = runs.length > 1;
  const heads = ["kernel", ...Object.keys(COLUMNS), ...(hasTrend ? ["cells", "MHz", "CPU time"] : [])];
  const before = account.baseline === undefined ? undefined : figuresByJob(account.baseline);
  const rows = inOrder(account.run).map((result) => {
    const cells = Object.values(COLUMNS).map((of) => `<td>${escaped(of(result))}</td>`);
    const trend = hasTrend
      ? CHARTED.filter(({ name }) => name !== "depth").map(
          (one) => `<td>${sparkline(valuesOf(runs, result.job, one))}</td>`,
        )
      : [];
    return `<tr title="${escaped(tooltip(result, before?.get(result.job)))}"><td>${escaped(result.job)}</td>${cells.join("")}${trend.join("")}</tr>`;
  });
  const head = heads.map((one) => `<th>${escaped(one)}</th>`).join("");
  return `<h2>All kernels</h2><p>ms are of CPU, calibrated; MB the most that the process had.</p><div class="wide"><table><thead><tr>${head}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

/** All figures of a job, with those of the baseline where they are others. */
function tooltip(result: Result, before: Readonly<Record<string, number>> = {}): string {
  const figures = Object.entries(result.figures).filter(([name]) => metricOf(name) !== undefined);
  const all = figures.map(([name, value]) => {
    const was = before[name];
    return was === undefined || was === value ? `${name} ${value}` : `${name} ${value} (was ${was})`;
  });
  return [`${result.cycles} cycles compared`, ...all, `${totals(result).ms?.toFixed(0) ?? "-"} ms in all`].join("\n");
}
