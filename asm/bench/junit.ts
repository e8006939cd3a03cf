// The report as JUnit's XML, which every CI reads: a case a job, where a regression is a failure.
import { type Account, changeText, inOrder, SAID, totals } from "./account.ts";
import { escaped } from "./charts.ts";

/** What XML 1.0 cannot hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

function quoted(text: string): string {
  return escaped(text.replace(FORBIDDEN, "?")).replace(/\n/g, "&#10;");
}

/** Times are CPU time as calibrated, in s. */
export function junit(account: Account): string {
  const { suite, changes, baseline } = account;
  let [failures, errors, seconds] = [0, 0, 0];
  const cases = inOrder(account.run).map((result) => {
    const { job, status, message = "" } = result;
    const took = (totals(result).ms ?? 0) / 1000;
    seconds += took;
    const worse = changes.filter((change) => change.job === job && change.kind === "regression");
    const said = worse.map((change) => `${change.metric} ${changeText(change)}`);
    const body =
      status !== "fine"
        ? element(status === "wrong" ? "failure" : "error", `${SAID[status]}: ${message}`, status, [])
        : said.length === 0
          ? ""
          : element("failure", `${said[0]}${said.length > 1 ? `, and ${said.length - 1} more` : ""}`, "regression", [
              ...said,
              `since ${baseline?.since ?? ""}`,
            ]);
    if (status !== "fine" && status !== "wrong") errors++;
    else if (body !== "") failures++;
    const [name = "", target = ""] = job.split("/");
    const head = `    <testcase classname="${quoted(`${suite.name}.${target}`)}" name="${quoted(name)}" time="${took.toFixed(3)}"`;
    return body === "" ? `${head}/>` : `${head}>\n${body}\n    </testcase>`;
  });
  const counts = `tests="${cases.length}" failures="${failures}" errors="${errors}" time="${seconds.toFixed(3)}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="reticle" ${counts}>`,
    `  <testsuite name="${quoted(suite.name)}" ${counts}>`,
    ...cases,
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function element(name: string, message: string, type: string, lines: readonly string[]): string {
  return `      <${name} message="${quoted(message)}" type="${type}">${quoted(lines.join("\n"))}</${name}>`;
}
