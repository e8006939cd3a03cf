// Charts as SVG, for a page that needs nothing else: bars to both sides of 1, lines over runs, a line in a table's cell.
// Colours are those of classes, which the page sets for light and for dark.
import type { Ratio, Trend } from "./series.ts";

/** Pixels. */
const ROW = 20;
const LABEL = 190;
const PLOT = 420;
const VALUE = 150;
const TOP = 26;

/** Lines of a scale of ratios. */
const MARKS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.33, 0.5, 0.75, 1, 1.33, 2, 3, 5, 10, 20, 50, 100] as const;

/** A ratio this near to 1 is none. */
const SAME = 0.0005;

export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/** Bars from 1, on a logarithmic scale: one a row, coloured by which way is better. */
export function bars(ratios: readonly Ratio[], better: "less" | "more"): string {
  const reach = Math.max(1.1, ...ratios.map(({ ratio }) => Math.max(ratio, 1 / ratio)));
  const limit = Math.log(Math.min(reach * 1.05, 120));
  const x = (ratio: number) => {
    const log = Math.max(-limit, Math.min(limit, Math.log(ratio)));
    return LABEL + (PLOT / 2) * (1 + log / limit);
  };
  const height = TOP + ROW * ratios.length + 8;
  const marks = spaced(
    MARKS.filter((mark) => Math.abs(Math.log(mark)) <= limit),
    x,
  );
  const grid = marks.map((mark) => {
    const at = px(x(mark));
    const name = mark === 1 ? "axis" : "grid";
    return `<line class="${name}" x1="${at}" x2="${at}" y1="${TOP - 4}" y2="${height - 4}"/><text class="mark" x="${at}" y="${TOP - 10}">${mark}</text>`;
  });
  const rows = ratios.map(({ job, ratio, note }, at) => {
    const y = TOP + ROW * at;
    const [from, to] = [x(1), x(ratio)].sort((a, b) => a - b) as [number, number];
    const kind = Math.abs(ratio - 1) < SAME ? "same" : ratio < 1 === (better === "less") ? "good" : "bad";
    const bar = `<rect class="${kind}" x="${px(from - (kind === "same" ? 1.5 : 0))}" y="${y + 3}" width="${px(Math.max(to - from, kind === "same" ? 3 : 1))}" height="${ROW - 6}" rx="2"/>`;
    const value = `<text class="value" x="${LABEL + PLOT + 10}" y="${y + 14}">${ratio.toFixed(ratio < 0.1 ? 3 : 2)} <tspan class="note">${escaped(note)}</tspan></text>`;
    return `<g><title>${escaped(`${job}: ${ratio.toPrecision(3)} (${note})`)}</title><text class="label" x="${LABEL - 10}" y="${y + 14}">${escaped(job)}</text>${bar}${value}</g>`;
  });
  return svg(LABEL + PLOT + VALUE, height, [...grid, ...rows]);
}

/** Marks that do not touch each other, those nearest to 1 first. */
function spaced(marks: readonly number[], x: (mark: number) => number): readonly number[] {
  const kept: number[] = [];
  for (const mark of [...marks].sort((a, b) => Math.abs(Math.log(a)) - Math.abs(Math.log(b))))
    if (kept.every((one) => Math.abs(x(one) - x(mark)) > 30)) kept.push(mark);
  return kept;
}

const WIDE = 720;
const HIGH = 260;
const LEFT = 52;
const RIGHT = 110;

/** Lines over runs: each begins at 1. */
export function lines(trends: readonly Trend[], labels: readonly string[]): string {
  const all = trends.flatMap(({ values }) => values);
  const most = Math.max(1.05, ...all);
  const least = Math.min(0.95, ...all);
  const span = Math.log(most / least) * 1.1;
  const middle = Math.log(most * least) / 2;
  const y = (value: number) => 12 + (HIGH - 52) * (0.5 - (Math.log(value) - middle) / span);
  const x = (at: number) => LEFT + ((WIDE - LEFT - RIGHT) * at) / Math.max(labels.length - 1, 1);
  const steps = [0.25, 0.5, 0.67, 0.8, 0.9, 0.95, 1, 1.05, 1.1, 1.25, 1.5, 2, 4, 8].filter(
    (one) => one >= least * 0.98 && one <= most * 1.02,
  );
  const kept: number[] = [];
  for (const one of [1, ...steps]) if (kept.every((other) => Math.abs(y(other) - y(one)) > 14)) kept.push(one);
  const grid = kept.map(
    (one) =>
      `<line class="${one === 1 ? "axis" : "grid"}" x1="${LEFT}" x2="${WIDE - RIGHT}" y1="${px(y(one))}" y2="${px(y(one))}"/><text class="label" x="${LEFT - 8}" y="${px(y(one) + 4)}">${one}</text>`,
  );
  const every = Math.ceil(labels.length / 6);
  const names = labels.flatMap((label, at) =>
    (labels.length - 1 - at) % every === 0
      ? [`<text class="mark" x="${px(x(at))}" y="${HIGH - 14}">${escaped(label.split(" ")[0] ?? "")}</text>`]
      : [],
  );
  const ends: number[] = [];
  const drawn = trends.map(({ name, values }, at) => {
    const points = values.map((value, run) => `${px(x(run))},${px(y(value))}`).join(" ");
    const last = values.at(-1) ?? 1;
    let end = y(last) + 4;
    while (ends.some((one) => Math.abs(one - end) < 13)) end += 3;
    ends.push(end);
    const dots = values.map(
      (value, run) =>
        `<circle class="s${at}" cx="${px(x(run))}" cy="${px(y(value))}" r="3"><title>${escaped(`${name}, ${labels[run]}: ${value.toFixed(3)}`)}</title></circle>`,
    );
    return `<polyline class="line s${at}" points="${points}"/>${dots.join("")}<text class="name s${at}" x="${WIDE - RIGHT + 10}" y="${px(end)}">${escaped(name)} ${last.toFixed(2)}</text>`;
  });
  return svg(WIDE, HIGH, [...grid, ...names, ...drawn]);
}

/** A line as high as a row of text; runs without a value are left out. */
export function sparkline(values: readonly (number | undefined)[]): string {
  const known = values.flatMap((value, at) => (value === undefined ? [] : [[at, value] as const]));
  if (known.length < 2) return "";
  const numbers = known.map(([, value]) => value);
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const x = (at: number) => 3 + (84 * at) / (values.length - 1);
  const y = (value: number) => (most === least ? 10 : 17 - (14 * (value - least)) / (most - least));
  const points = known.map(([at, value]) => `${px(x(at))},${px(y(value))}`);
  const end = points.at(-1)?.split(",") ?? [];
  return svg(90, 20, [
    `<polyline class="line spark" points="${points.join(" ")}"/>`,
    `<circle class="spark" cx="${end[0]}" cy="${end[1]}" r="2"/>`,
  ]);
}

function svg(width: number, height: number, parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">${parts.join("")}</svg>`;
}

function px(value: number): string {
  return `${Math.round(value * 10) / 10}`;
}
