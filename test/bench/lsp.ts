// Figures of the language server on a file of 10,000 instructions, over its standard input and output: `npm run bench`.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";

const INSTRUCTIONS = 10_000;
const EDITS = 1_000;
const URI = "file:///bench/a.ir";
const TYPED = "    zz: i16 = add(a, b);\n";

/** A program as a compiler prints it. */
function program(count: number): string {
  const lines: string[] = [];
  for (let at = 0; at < count - 1; at++) {
    const [a, b] = [at === 0 ? "a" : `t${at - 1}`, at < 7 ? "b" : `t${at - 7}`];
    const op = [
      `add(${a}, ${b})`,
      `mul(${a}, ${b}) @dsp`,
      `reg[0](${a}, en)`,
      `xor(${a}, ${b})`,
      `mux(en, ${a}, ${b})`,
    ][at % 5];
    lines.push(`    t${at}: i16 = ${op};`);
  }
  return `def main(a: i16, b: i16, en: bool) -> (y: i16) {\n${lines.join("\n")}\n    y: i16 = id(t${count - 2});\n}\n`;
}

/** Numbers without a rule, always the same. */
function random(): () => number {
  let seed = 20261121;
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

function quantile(times: readonly number[], share: number): number {
  return [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
}

function line(name: string, times: readonly number[]): void {
  const [half, most, worst] = [quantile(times, 0.5), quantile(times, 0.95), Math.max(...times)];
  const figures = [half, most, worst].map((ms) => ms.toFixed(1).padStart(8)).join("");
  console.log(`  ${name.padEnd(42)} ${figures} ms  (p50, p95, worst; p95 under 50)`);
}

const env = { ...process.env, NODE_EXTRA_CA_CERTS: undefined };
const cli = process.env["RETICLE_CLI"] ?? join("dist", "cli.js");
const child = spawn(process.execPath, [cli, "lsp", "--stdio"], { stdio: ["pipe", "pipe", "inherit"], env });
const connection = createProtocolConnection(
  new StreamMessageReader(child.stdout),
  new StreamMessageWriter(child.stdin),
);
let heard: (version: number) => void = () => {};
connection.onNotification("textDocument/publishDiagnostics", ({ version }: { version: number }) => heard(version));
connection.listen();
await connection.sendRequest("initialize", { processId: process.pid, rootUri: null, capabilities: {} });
await connection.sendNotification("initialized", {});

function published(version: number): Promise<void> {
  return new Promise((resolve) => {
    heard = (one) => {
      if (one >= version) resolve();
    };
  });
}

/** In MB: what the process holds, its own pages and those of the collector. */
function memory(): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

const lines = program(INSTRUCTIONS).split("\n");
const opened = published(1);
let start = performance.now();
await connection.sendNotification("textDocument/didOpen", {
  textDocument: { uri: URI, languageId: "reticle", version: 1, text: lines.join("\n") },
});
await opened;
console.log(`language server, ${INSTRUCTIONS.toLocaleString("en-US")} instructions`);
console.log(`  open, until the first diagnostics ${(performance.now() - start).toFixed(0)} ms`);

const times = { diagnostics: [] as number[], completion: [] as number[], hover: [] as number[] };
const next = random();
let version = 1;
let first = 0;
let row = 0;
let column = TYPED.length;
while (version <= EDITS) {
  if (column >= TYPED.length) {
    row = 1 + Math.floor(next() * (lines.length - 3));
    column = 0;
  }
  const text = TYPED[column] ?? "";
  const position = { line: row, character: column };
  const done = published(++version);
  start = performance.now();
  void connection.sendNotification("textDocument/didChange", {
    textDocument: { uri: URI, version },
    contentChanges: [{ range: { start: position, end: position }, text }],
  });
  if (version % 3 === 0) {
    const params = { textDocument: { uri: URI }, position: { line: row, character: column + 1 } };
    await connection.sendRequest("textDocument/completion", params);
    times.completion.push(performance.now() - start);
    await done;
  } else if (version % 3 === 1) {
    const params = { textDocument: { uri: URI }, position: { line: Math.floor(next() * lines.length), character: 15 } };
    await connection.sendRequest("textDocument/hover", params);
    times.hover.push(performance.now() - start);
    await done;
  } else {
    await done;
    times.diagnostics.push(performance.now() - start);
  }
  column++;
  if (version === 2) first = memory();
}
line("diagnostics after a keystroke", times.diagnostics);
line("completion right after a keystroke", times.completion);
line("hover right after a keystroke", times.hover);
const last = memory();
console.log(
  `  memory after the first edit ${first.toFixed(0)} MB, after ${EDITS.toLocaleString("en-US")} ${last.toFixed(0)} MB: ${(last / first).toFixed(2)} times (at most 2)`,
);

const LARGE = "file:///bench/large.ir";
const text = program(10 * INSTRUCTIONS);

/** How long other requests wait while a large file is worked on. */
async function waits(name: string, at: number, send: () => Promise<void>): Promise<void> {
  let isDone = false;
  const done = published(at).then(() => {
    isDone = true;
  });
  const found: number[] = [];
  const begin = performance.now();
  void send();
  while (!isDone) {
    const asked = performance.now();
    await connection.sendRequest("reticle/text", { uri: "file:///bench/none.ir" });
    found.push(performance.now() - asked);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await done;
  console.log(
    `  100,000 instructions, ${name}: ${(performance.now() - begin).toFixed(0)} ms, others wait ${quantile(found, 0.5).toFixed(1)} ms, ${Math.max(...found).toFixed(0)} at the most`,
  );
}

await waits("open", 1, () =>
  connection.sendNotification("textDocument/didOpen", {
    textDocument: { uri: LARGE, languageId: "reticle", version: 1, text },
  }),
);
for (const next of [2, 3, 4])
  await waits("a keystroke", next, () =>
    connection.sendNotification("textDocument/didChange", {
      textDocument: { uri: LARGE, version: next },
      contentChanges: [{ range: { start: { line: 500, character: 4 }, end: { line: 500, character: 4 } }, text: "x" }],
    }),
  );
await connection.sendRequest("shutdown");
void connection.sendNotification("exit");
