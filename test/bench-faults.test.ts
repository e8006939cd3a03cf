// Faults that are planted in us and in a copy of a target: `reticle bench` names the kernel and the figure. And kernels
// that crash, hang, eat memory or are not valid: they fail alone.
import { spawn } from "node:child_process";
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Change } from "../asm/bench/baseline.ts";
import { bench, built, copyTarget, type Fault, suiteFolder, type Told, told, write } from "./suites.ts";

const PRODUCT = "def main(a: i16, b: i16) -> (y: i16) { p: i16 = mul(a, b); y: i16 = reg[0](p); }";
const SUM = "def main(a: i8, b: i8) -> (y: i8) { s: i8 = add(a, b); y: i8 = reg[0](s); }";
const MIX = "def main(a: u8, b: u8) -> (y: u8) { s: u8 = xor(a, b); y: u8 = reg[0](s); }";

const kernel = (name: string, ...targets: string[]) => ({ name, file: `${name}.ir`, targets });

let cli = "";
beforeAll(async () => {
  cli = await built("sound-too");
});

let measured: string | undefined;

/** A folder with a target of its own, and a baseline of it; measured once, and copied. */
function measuredFolder(): string {
  measured ??= measure();
  const folder = suiteFolder();
  cpSync(measured, folder, { recursive: true });
  return folder;
}

function measure(): string {
  const folder = suiteFolder();
  copyTarget(folder, "ice40");
  write(folder, {
    "product.ir": PRODUCT,
    "sum.ir": SUM,
    "mix.ir": MIX,
    "bench.json": {
      name: "planted",
      targets: [
        { name: "up5k", target: "./ice40", device: "up5k", until: "select" },
        { name: "hx1k", target: "./ice40", device: "hx1k", until: "select" },
      ],
      kernels: [kernel("product", "up5k"), kernel("sum", "hx1k"), kernel("mix", "hx1k")],
    },
  });
  expect(bench(cli, folder, "--update", "--jobs", "2").status).toBe(0);
  return folder;
}

const worse = (changes: readonly Change[]) =>
  changes.flatMap(({ kind, job, metric }) =>
    kind === "regression" && !/^(time|memory)/.test(metric) ? [`${job} ${metric}`] : [],
  );

const IN_TARGET: Readonly<Record<string, { readonly faults: readonly Fault[]; readonly found: readonly string[] }>> = {
  "the cost of a pattern": {
    faults: [
      {
        file: "pats.tdl",
        from: "dsp: 1, delay: present(pa) + present(pb) + present(r1) > 0 ? 1200 : 4200",
        to: "dsp: 9, delay: present(pa) + present(pb) + present(r1) > 0 ? 1200 : 4200",
      },
    ],
    found: ["product/up5k cells.SB_LUT4"],
  },
  "a LUT more in an implementation": {
    faults: [
      {
        file: "imps.tdl",
        from: "imp add<w>(a, b, en, rst, clr) -> (y) {\n    (y, co) = chain(a, b, 0, en, rst, clr);",
        to: "imp add<w>(a, b, en, rst, clr) -> (y) {\n    n[0] = SB_LUT4[0x00FF](0, 0, 0, a[0]);\n    m[0] = SB_LUT4[0x00FF](0, 0, 0, n[0]);\n    for i in 1..w { m[i] = id(a[i]); }\n    (y, co) = chain(m, b, 0, en, rst, clr);",
      },
    ],
    found: ["sum/hx1k cells.SB_LUT4"],
  },
};

test.each(Object.entries(IN_TARGET))("%s is seen where it is", { timeout: 180_000 }, (_, { faults, found }) => {
  const folder = measuredFolder();
  copyTarget(folder, "ice40", ...faults);
  const ran = bench(cli, folder, "--json", "--jobs", "2");
  expect(ran.status).toBe(1);
  for (const one of found) {
    expect(worse(told(ran).changes)).toContain(one);
    expect(ran.err).toContain(`error[regression]: \`${one.split(" ")[0]}\`: \`${one.split(" ")[1]}\``);
  }
  const jobs = new Set(worse(told(ran).changes).map((one) => one.split(" ")[0]));
  expect([...jobs]).toEqual(found.map((one) => one.split(" ")[0]));
});

test("a placer with half its effort is seen by the frequency", { timeout: 180_000 }, async () => {
  const half: Fault = {
    file: "asm/place.ts",
    from: "moves: Math.max(120, Math.min(1200, Math.round(1_200_000 / units)))",
    to: "moves: Math.max(60, Math.min(600, Math.round(600_000 / units)))",
  };
  const folder = suiteFolder();
  for (const name of ["gray_8", "popcount_64"])
    cpSync(join("examples", "kernels", `${name}.ir`), join(folder, `${name}.ir`));
  write(folder, {
    "bench.json": {
      name: "placed",
      targets: [{ name: "hx1k", target: "ice40", device: "hx1k", until: "place" }],
      kernels: [kernel("gray_8", "hx1k"), kernel("popcount_64", "hx1k")],
    },
  });
  expect(bench(cli, folder, "--update", "--jobs", "2").status).toBe(0);
  const ran = bench(await built("half-placed", [half]), folder, "--json", "--jobs", "2");
  expect(ran.status).toBe(1);
  expect(worse(told(ran).changes)).toEqual(["popcount_64/hx1k frequency.placed"]);
  expect(ran.err).toContain("error[regression]: `popcount_64/hx1k`: `frequency.placed`");
});

/** What a process does before anything else, by the name of the kernel. */
const MISDEEDS = `
  const misdeeds: Record<string, () => void> = {
    hangs: () => { for (;;); },
    exits: () => process.exit(3),
    aborts: () => process.kill(process.pid, "SIGSEGV"),
    throws: () => { throw new Error("planted"); },
    eats: () => { const all: number[][] = []; for (;;) all.push(new Array(100000).fill(all.length)); },
  };
  misdeeds[job.kernel.name]?.();
`;

test("kernels that crash, hang, eat memory or are not valid fail alone", { timeout: 180_000 }, async () => {
  const start = "  const figures: Record<string, number> = {};\n";
  const spoiled = await built("spoiled", [{ file: "measuring.ts", from: start, to: MISDEEDS + start }]);
  const folder = suiteFolder();
  const names = ["hangs", "exits", "aborts", "throws", "eats", "invalid", "missing", "mix"];
  const limits: Readonly<Record<string, object>> = { hangs: { seconds: 3 }, eats: { megabytes: 200 } };
  for (const name of names) if (name !== "missing") write(folder, { [`${name}.ir`]: MIX });
  write(folder, {
    "invalid.ir": MIX.replace("xor", "xorr"),
    "bench.json": {
      name: "spoiled",
      targets: [{ name: "tiny", target: "tiny", until: "select" }],
      kernels: names.map((name) => ({ ...kernel(name, "tiny"), limits: limits[name] ?? {} })),
    },
  });
  const ran = bench(spoiled, folder, "--json", "--jobs", "3");
  expect(ran.status).toBe(1);
  const { results } = told(ran);
  expect(Object.fromEntries(results.map(({ job, status }) => [job.split("/")[0], status]))).toEqual({
    hangs: "hung",
    exits: "crashed",
    aborts: "crashed",
    throws: "crashed",
    eats: "too-large",
    invalid: "invalid",
    missing: "invalid",
    mix: "fine",
  });
  const messages = results.map(({ message = "" }) => message).join("\n");
  for (const said of [
    "not done after 3 s",
    "status 3",
    "SIGSEGV",
    "Error: planted",
    "more than 200 MB",
    "invalid.ir:1:",
    "missing.ir",
  ])
    expect(messages).toContain(said);
  expect(ran.err.match(/error\[kernel-failed\]/g)).toHaveLength(7);
});

test("shards make one run", { timeout: 180_000 }, () => {
  const folder = measuredFolder();
  const one = bench(cli, folder, "--shard", "1/2", "-o", join(folder, "1.json"));
  const two = bench(cli, folder, "--shard", "2/2", "-o", join(folder, "2.json"));
  expect([one.status, two.status, one.err + two.err]).toEqual([0, 0, ""]);
  const both = bench(cli, folder, "--json", "--merge", join(folder, "1.json"), join(folder, "2.json"));
  expect([both.status, both.err]).toEqual([0, ""]);
  expect(told(both).results.map(({ job }) => job)).toEqual(["mix/hx1k", "product/up5k", "sum/hx1k"]);
  const half = bench(cli, folder, "--json", "--merge", join(folder, "1.json"));
  expect(half.err).toContain("error[bad-results]: no file has the result of `sum/hx1k`");
  expect(half.status).toBe(1);
});

test("a run that is interrupted goes on where it stood", { timeout: 180_000 }, async () => {
  const folder = measuredFolder();
  const home = join(folder, ".cache", "reticle", "bench");
  const journal = () => (existsSync(home) ? readdirSync(home).map((one) => readFileSync(join(home, one), "utf8")) : []);
  const env = { ...process.env, XDG_CACHE_HOME: join(folder, ".cache") };
  const running = spawn(process.execPath, [cli, "bench", folder, "--jobs", "1"], { env, stdio: "ignore" });
  const ended = new Promise((resolve) => running.on("close", resolve));
  while (running.exitCode === null && !journal().some((text) => text.includes('"job"')))
    await new Promise((resolve) => setTimeout(resolve, 20));
  running.kill("SIGINT");
  expect(await ended).toBe(130);
  const done = JSON.parse(journal()[0]?.split("\u001e")[0] ?? "") as Told;
  const ran = bench(cli, folder, "--resume", "--json", "--jobs", "2");
  expect(ran.status).toBe(0);
  // Times are never the same twice: the first job was not run again.
  expect(told(ran).results).toContainEqual(done.results[0]);
  expect(told(ran).results).toHaveLength(3);
  expect(journal()).toEqual([]);
});
