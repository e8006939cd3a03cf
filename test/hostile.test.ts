// Every door of the compiler under input that somebody has spoilt: programs, assembly, targets, pins, traces, contents of
// memories, and what the tools of the flow print. The worst that comes of it is a diagnostic, soon.
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { explainFailure, explainTiming } from "../asm/flow/errors.ts";
import { origins } from "../asm/flow/origins.ts";
import { pathFrames } from "../asm/flow/path.ts";
import { readReport } from "../asm/flow/report.ts";
import { stallWatch } from "../asm/flow/stall.ts";
import { parsePcf } from "../asm/pcf.ts";
import { compile } from "../index.ts";
import { readWords } from "../lang/contents.ts";
import type { Diagnostic } from "../lang/diagnostic.ts";
import { csvReader } from "../lang/eval/csv.ts";
import { machine } from "../lang/eval/machine.ts";
import { inputsOf, readTrace } from "../lang/eval/trace.ts";
import { frame } from "../lang/frame.ts";
import { readMemoryMap } from "../lang/mmap.ts";
import { print } from "../lang/printer.ts";
import { deviceNamed } from "../lang/target/device.ts";
import { loadTarget } from "../lang/target/load.ts";
import { mutate, mutateJson, mutation } from "./mutation.ts";
import { graphOf } from "./netlist.ts";
import { targetNamed, targetSources } from "./target-files.ts";

const SEED = Number(process.env["SEED"] ?? 20261121);
/** Spoilt inputs a door. */
const RUNS = Number(process.env["RUNS"] ?? (process.env["CI"] === undefined ? 40 : 150));
/** In ms of CPU time, of one input: far more than any takes, as cold code on a busy machine takes several times as long. */
const LONGEST = 10_000;
/** In bytes, of the process. */
const MOST_MEMORY = 1e9;

const target = targetNamed("ice40");

const PROGRAM = `def main(a: i8, b: i8, v: u4<2>, en: bool) -> (y: i8, z: u4<2>, q: u6) {
  s: i8 = add(a, b);
  m: i8 = mul(s, a) @lut;
  y: i8 = reg[3](m, en);
  w: u4<2> = sub(v, z);
  z: u4<2> = reg[1, 2](w);
  k: u3 = ext[0, 2](b);
  q: u6 = rom[1, 2, 3, 4, 5, 6, 7, 8](k);
}
`;

const SUM = "def main(a: i4, b: i4, en: bool) -> (y: i4) { s: i4 = add(a, b); y: i4 = reg[1](s, en); }";

const SMALL = readdirSync("examples/kernels")
  .filter((file) => file.endsWith(".ir"))
  .map((file) => readFileSync(`examples/kernels/${file}`, "utf8"))
  .filter((text) => text.length < 1500);

const graph = graphOf(PROGRAM, "none");
const SOURCE = { file: "main.ir", text: PROGRAM };
const device = deviceNamed(target, "hx1k") ?? expect.fail("hx1k is there");
const made = compile(SOURCE, target, { json: true, place: { device } }).value;
const NETLIST = made.json as string;
const ASSEMBLY = print(made.assembly ?? expect.fail("it has an assembly"));
const cell = Object.keys(JSON.parse(NETLIST).modules.main.cells)[0] as string;
const BITS = ["clock", ...["a", "b", "y"].flatMap((name) => Array.from({ length: 8 }, (_, at) => `${name}[${at}]`))];
const TRACE = { a: [1, -2, "0x7f"], b: [3, 4, 5], v: [[1, 2], [3, 4], [5, 6]], en: [1, 0, true] }; // biome-ignore format: a row
const REPORT = {
  fmax: { clock$SB_IO_IN_$glb_clk: { achieved: 101.5, constraint: 12 } },
  utilization: { ICESTORM_LC: { used: 30, available: 1280 } },
  critical_paths: [
    {
      from: "posedge clock$SB_IO_IN_$glb_clk",
      to: "posedge clock$SB_IO_IN_$glb_clk",
      path: [
        { type: "clk-to-q", delay: 0.5, from: { cell, loc: [1, 2], port: "O" }, to: { cell, loc: [1, 2], port: "O" } },
        { type: "routing", delay: 0.6, net: "s[1]", from: { cell, loc: [1, 2], port: "O" }, to: { cell, port: "I0" } },
      ],
    },
  ],
};
const LOGS = [
  "ERROR: package does not have a pin named 'Z9' (on line 3)\n",
  "ERROR: Unable to place cell 'a_LC', no BELs remaining to implement cell type 'ICESTORM_LC'\n",
  "Info: \t         ICESTORM_LC:  8000/ 7680   104%\nERROR: Unable to find legal placement\n",
  "Info:       1000 |       12        988 |   12   988 |       400|       0.10       0.10|\n",
  "ERROR: IO 'a[0]' is unconstrained in PCF (override this error with --pcf-allow-unconstrained)\n",
];
const TINY = targetSources("tiny");

/** A way in: what is good there, and what is done with it. */
interface Door {
  readonly samples: readonly string[];
  /** What is said about a text; what reads without saying anything has nothing. */
  readonly open: (text: string) => readonly Diagnostic[];
  /** Whether parts of a value are changed, and not only the text. */
  readonly isJson?: boolean;
  /** Of `RUNS`, for what takes long. */
  readonly share?: number;
}

function openReport(text: string): readonly Diagnostic[] {
  const routed = readReport(text, origins(NETLIST));
  for (const path of routed.paths) pathFrames(path, SOURCE, "report.json");
  return explainTiming(routed, 500, SOURCE);
}

function openNetlist(text: string): readonly Diagnostic[] {
  const from = origins(text);
  from.portOf("a[0]");
  const routed = readReport(JSON.stringify(REPORT), from);
  for (const path of routed.paths) pathFrames(path, SOURCE, "report.json");
  return [];
}

function openLog(text: string): readonly Diagnostic[] {
  const watch = stallWatch();
  for (const line of text.split("\n")) watch(line);
  const about = { program: SOURCE, pcf: { file: "a.pcf", text: "set_io a 1\n" }, netlist: NETLIST };
  return (["failed", "crashed"] as const).flatMap((kind) =>
    explainFailure(
      { step: "route", tool: "nextpnr-ice40", failure: { kind, detail: "status 1" }, log: text },
      { ...about, device: "hx1k", package: "tq144" },
    ),
  );
}

function openTarget(text: string): readonly Diagnostic[] {
  const [name = "", body = ""] = text.split(/\n(.*)/s);
  const sources = TINY.map((one) => (one.file === name ? { file: name, text: body } : one));
  const { value, diagnostics } = loadTarget("tiny", sources);
  if (diagnostics.some(({ severity }) => severity === "error")) return diagnostics;
  return compile({ file: "a.ir", text: SUM }, value, { json: true }).diagnostics;
}

const DOORS: Readonly<Record<string, Door>> = {
  programs: {
    samples: [PROGRAM, ...SMALL],
    open: (text) => compile({ file: "a.ir", text }, target, { json: true, place: { device } }).diagnostics,
  },
  assembly: {
    samples: [ASSEMBLY],
    open: (text) => compile({ file: "a.asm", text }, target, { dialect: "asm", place: { device } }).diagnostics,
  },
  targets: { samples: TINY.map(({ file, text }) => `${file}\n${text}`), open: openTarget },
  pins: {
    samples: [BITS.map((bit, at) => `set_io ${at % 3 === 0 ? "-nowarn " : ""}${bit} ${at + 1} # pin`).join("\n")],
    open: (text) => {
      const pins = Array.from({ length: 40 }, (_, at) => `${at + 1}`);
      return parsePcf({ file: "a.pcf", text }, { ports: BITS, pins }).diagnostics;
    },
  },
  traces: {
    samples: [JSON.stringify(TRACE)],
    open: (text) => readTrace({ file: "a.json", text }, inputsOf(machine(graph), true)).diagnostics,
    isJson: true,
  },
  tables: {
    samples: ["a,b,v[0],v[1],en\n1,2,3,4,1\n-1,0x7f,0,15,0\n"],
    open: (text) => {
      const run = machine(graph);
      const reader = csvReader("a.csv", inputsOf(run, false), run, () => run.clock());
      reader.feed(text);
      return reader.finish();
    },
  },
  contents: {
    samples: ["1\n0x2f\n-3\n// a comment\n@0004\nff\n", "@0 12 34 xx\n"],
    open: (text) => {
      readWords(text);
      return [];
    },
  },
  maps: {
    samples: [JSON.stringify({ y: { values: [1, 2, "0x3"] }, z: { values: [0] } })],
    open: (text) => readMemoryMap({ file: "m.json", text }).diagnostics,
    isJson: true,
  },
  "reports of the router": { samples: [JSON.stringify(REPORT)], open: openReport, isJson: true },
  netlists: { samples: [NETLIST], open: openNetlist, isJson: true, share: 0.2 },
  logs: { samples: LOGS, open: openLog },
};

test.each(Object.entries(DOORS))("%s", { timeout: 3600_000 }, (_, { samples, open, isJson = false, share = 1 }) => {
  const edits = fc.array(mutation, { minLength: 1, maxLength: 4 });
  const parts = fc.array(fc.tuple(fc.double({ min: 0, max: 0.9999, noNaN: true }), fc.nat(1000)), { maxLength: 3 });
  const property = fc.property(fc.constantFrom(...samples), edits, parts, fc.boolean(), (text, some, odd, isWhole) => {
    const spoilt =
      isJson && isWhole
        ? JSON.stringify(odd.reduce((value, [at, which]) => mutateJson(value, at, which), JSON.parse(text) as unknown))
        : some.reduce(mutate, text);
    const before = process.cpuUsage();
    const found = open(spoilt ?? "null");
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(LONGEST);
    for (const one of found.slice(0, 3)) expect(frame(one).length).toBeLessThan(200_000);
    for (const { code } of found) expect(code).not.toBe("internal");
  });
  fc.assert(property, { seed: SEED, numRuns: Math.ceil(RUNS * share) });
  expect(process.memoryUsage().rss).toBeLessThan(MOST_MEMORY);
  expect(Object.keys(Object.prototype)).toEqual([]);
});
