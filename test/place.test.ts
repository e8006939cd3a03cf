// Placements, held against the rules of iCE40's tiles as they are written here once more, and against what the router takes.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compile, deviceNamed } from "../index.ts";
import { parse } from "../lang/parser.ts";
import { print } from "../lang/printer.ts";
import { run } from "./command.ts";
import { type Compiled, compiled, difference, graphOf, runNetlist, runProgram, stimulus } from "./netlist.ts";
import { illegalities } from "./sites.ts";
import { targetNamed } from "./target-files.ts";

const ice40 = targetNamed("ice40");

/** Kernels with chains, control signals and logic, small enough for every run. */
const KERNELS = ["crc_32", "sort_8", "fir_transposed", "arbiter_8", "tdot_5_3", "tadd_64"];

function placed(file: string, text: string, device: string, dialect: "ir" | "asm" = "ir", seed = 1) {
  const found = deviceNamed(ice40, device);
  if (found === undefined) throw new Error(device);
  const { value, diagnostics } = compile({ file, text }, ice40, {
    dialect,
    json: true,
    place: { device: found, seed },
  });
  const errors = diagnostics.filter((one) => one.severity === "error").map((one) => one.message);
  expect(errors, text).toEqual([]);
  const { placement } = value;
  if (placement === undefined) throw new Error("not placed");
  return { placement, json: value.json ?? "", device: found };
}

function kernel(name: string): string {
  return readFileSync(`examples/kernels/${name}.ir`, "utf8");
}

describe.each(["hx8k", "up5k"])("on %s", (device) => {
  test.each(KERNELS)("%s stands on sites that can hold it", { timeout: 60_000 }, (name) => {
    const { placement, device: on } = placed(`${name}.ir`, kernel(name), device);
    expect(illegalities(placement.netlist, on)).toEqual([]);
  });
});

test("what is placed is read again as the same placement", { timeout: 60_000 }, () => {
  const { placement } = placed("a.ir", kernel("arbiter_8"), "hx1k");
  const text = print(placement.assembly);
  expect(text).not.toContain("??");
  const again = placed("a.asm", text, "hx1k", "asm", 7).placement;
  expect(print(again.assembly)).toBe(text);
  const sites = (one: typeof placement) => one.netlist.cells.map(({ name, site }) => `${name} ${site}`).sort();
  expect(sites(again)).toEqual(sites(placement));
});

test("so is what stands on several resources", { timeout: 60_000 }, () => {
  const memory =
    "def main(a: u8, d: u16, we: bool) -> (y: u16) { m: u16 = sram[](a, d, we); n: u16 = reg[0](m); y: u16 = add(n, d); }";
  const { placement } = placed("a.ir", memory, "hx8k");
  const text = print(placement.assembly);
  const again = placed("a.asm", text, "hx8k", "asm", 7).placement;
  expect(print(again.assembly)).toBe(text);
  const blocks = placement.netlist.cells.filter((cell) => cell.prim.resource === "bram").map((cell) => cell.site);
  expect(blocks).toHaveLength(1);
  expect(blocks[0]).toMatch(/^X(8|25)\/Y\d*[13579]\/ram$/);
});

test("the same seed gives the same placement, another one another", { timeout: 60_000 }, () => {
  const text = (seed: number) => print(placed("a.ir", kernel("alu_8"), "up5k", "ir", seed).placement.assembly);
  expect(text(3)).toBe(text(3));
  expect(text(3)).not.toBe(text(4));
});

const PROGRAMS = fc.record({
  width: fc.integer({ min: 1, max: 70 }),
  rows: fc.array(
    fc.record({
      op: fc.constantFrom("add", "sub", "and", "xor", "lt", "mux"),
      a: fc.nat(),
      b: fc.nat(),
      isKept: fc.boolean(),
      enable: fc.integer({ min: 0, max: 2 }),
    }),
    { minLength: 1, maxLength: 14 },
  ),
});

/** A program of words, comparisons and registers with several enables. */
function programOf({ width, rows }: typeof PROGRAMS extends fc.Arbitrary<infer T> ? T : never): string {
  const names = ["a", "b"];
  const type = `u${width}`;
  const lines = rows.map(({ op, a, b, isKept, enable }, at) => {
    const [x, y] = [names[a % names.length], names[b % names.length]];
    const made =
      op === "lt"
        ? [`c${at}: bool = lt(${x}, ${y});`, `v${at}: ${type} = mux(c${at}, ${x}, ${y});`]
        : op === "mux"
          ? [`v${at}: ${type} = mux(e1, ${x}, ${y});`]
          : [`v${at}: ${type} = ${op}(${x}, ${y});`];
    const register = isKept ? [`r${at}: ${type} = reg[0](v${at}${enable === 2 ? "" : `, e${enable}`});`] : [];
    names.push(isKept ? `r${at}` : `v${at}`);
    return [...made, ...register].join(" ");
  });
  const outs = names.slice(2).map((name) => `${name}: ${type}`);
  return `def main(a: ${type}, b: ${type}, e0: bool, e1: bool) -> (${outs.join(", ")}) {\n${lines.join("\n")}\n}\n`;
}

test("random programs are placed legally, and compute what they say", { timeout: 300_000 }, () => {
  const check = (shape: Parameters<typeof programOf>[0]) => {
    const text = programOf(shape);
    const { placement, device } = placed("random.ir", text, "hx8k");
    expect(illegalities(placement.netlist, device), text).toEqual([]);
    const graph = graphOf(text, "none");
    const own: Compiled = { ...compiled(graph, ice40, "none", "balanced"), netlist: placement.netlist };
    const given = stimulus(own, 24, 5);
    expect(difference(own, runProgram(own, given), runNetlist(own, given), "placed")).toBeUndefined();
  };
  fc.assert(fc.property(PROGRAMS, check), { numRuns: process.env["CI"] ? 60 : 12, seed: 6 });
});

test("a chain longer than a column goes on in another", { timeout: 60_000 }, () => {
  const text = "def main(a: u200, b: u200) -> (y: u200) { y: u200 = add(a, b); }";
  const { placement, device } = placed("wide.ir", text, "hx1k");
  expect(placement.packed.chains.length).toBeGreaterThan(1);
  expect(illegalities(placement.netlist, device)).toEqual([]);
});

test('a family without tiles is not placed: "no-tiles"', async () => {
  const folder = mkdtempSync(join(tmpdir(), "reticle-plain-"));
  for (const file of ["devices", "imps", "pats", "prims"])
    writeFileSync(join(folder, `${file}.tdl`), readFileSync(`targets/tiny/${file}.tdl`));
  const { err, status } = await run(["place", "test/golden/place/crowded.asm", "--target", folder]);
  rmSync(folder, { recursive: true });
  expect(status).toBe(1);
  expect(err).toContain("error[no-tiles]");
});

test("a picture has every unit, and the longest path", { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "reticle-svg-"));
  const svg = join(folder, "a.svg");
  const { status } = await run(["place", "examples/kernels/fsm_9.ir", "--device", "hx1k", "--svg", svg]);
  const text = readFileSync(svg, "utf8");
  rmSync(folder, { recursive: true });
  expect(status).toBe(0);
  const { placement } = placed("fsm_9.ir", kernel("fsm_9"), "hx1k");
  expect(text.match(/class="u /g)?.length).toBe(placement.packed.units.length);
  expect(text).toContain('class="path"');
});

test("the printed program is a legal input of the stage", () => {
  const { placement } = placed("a.ir", kernel("traffic"), "hx1k");
  expect(parse({ file: "a.asm", text: print(placement.assembly) }).diagnostics).toEqual([]);
});

const hasRouter = spawnSync("nextpnr-ice40", ["--version"]).status === 0;

describe.skipIf(!hasRouter)("the router", { timeout: 300_000 }, () => {
  test.each([
    ["fir_transposed", "hx8k", "ct256"],
    ["uart_tx", "up5k", "sg48"],
    ["arbiter_8", "hx1k", "vq100"],
  ])("leaves every cell of %s on %s where it is", (name, device, pack) => {
    const { placement, json } = placed(`${name}.ir`, kernel(name), device);
    const folder = mkdtempSync(join(tmpdir(), "reticle-route-"));
    writeFileSync(join(folder, "a.json"), json);
    const args = [`--${device}`, "--package", pack, "--timing-allow-fail", "--pcf-allow-unconstrained", "-q"];
    execFileSync("nextpnr-ice40", [...args, "--json", join(folder, "a.json"), "--write", join(folder, "b.json")], {
      stdio: "ignore",
    });
    const routed = JSON.parse(readFileSync(join(folder, "b.json"), "utf8")) as Routed;
    rmSync(folder, { recursive: true });
    const module = Object.values(routed.modules).find((one) => Object.keys(one.cells).length > 10);
    const wanted = new Map(placement.netlist.cells.map((cell) => [cell.name, cell.site]));
    const odd = Object.entries(module?.cells ?? {}).flatMap(([cell, { type, attributes }]) => {
      if (type !== "ICESTORM_LC" || cell.startsWith("$PACKER_")) return [];
      const site = wanted.get(cell.replace(/_(DFF)?LC$/, ""));
      return site === attributes["NEXTPNR_BEL"] ? [] : [`${cell}: ${attributes["NEXTPNR_BEL"]}, not ${site}`];
    });
    expect(odd).toEqual([]);
  });
});

interface Routed {
  readonly modules: Readonly<
    Record<string, { readonly cells: Readonly<Record<string, { type: string; attributes: Record<string, string> }>> }>
  >;
}
