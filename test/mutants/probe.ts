// What a compiler with a fault in it is tried with: programs of which the fault has to spoil one. Ends with 1 if it does.
import { readdirSync, readFileSync } from "node:fs";
import { compare } from "../../asm/compare.ts";
import { netlistGraph } from "../../asm/graph.ts";
import { compile } from "../../index.ts";
import { check } from "../../lang/check.ts";
import { machine } from "../../lang/eval/machine.ts";
import { elaborate } from "../../lang/graph.ts";
import { parse } from "../../lang/parser.ts";
import { anything, nearMatches } from "../fuzz/generate.ts";
import { SETTINGS, trial } from "../fuzz/trial.ts";
import { targetNamed } from "../target-files.ts";
import { generator } from "../traces.ts";

const EXAMPLES = readdirSync("examples/tour").filter((file) => /^0[1-6].*\.ir$/.test(file));
/** Wires of all kinds, and differences of which the first operand is like the second of a pattern. */
const WIRES = `def main(a: i8, u: u8, v: i4<2>, g: i8, e: i16, f: i16, h: i16) -> (d: i8, p: i8, q: i8, r: u8, s: u8, x: i12, z: u12, w: i4<2>, l: i4, o: i16) {
  p: i8 = sra[3](a);  q: i8 = sll[2](a);  r: u8 = srl[3](u);  s: u8 = sra[1](u);
  x: i12 = sext(a);  z: u12 = zext(u);  w: i4<2> = sra[1](v);  l: i4 = ext[1](v);
  m: i8 = not(g);  d: i8 = sub(m, a);  n: i16 = mul(e, f);  k: i16 = mul(e, h) @lut;  o: i16 = sub(n, k);
}`;
/** The same wires as assembly, which says them as a person may. */
const WRITTEN = `def main(a: i8, u: u8, v: i4<2>) -> (p: i8, q: i8, r: u8, s: u8, x: i12, z: u12, w: i4<2>, l: i4) {
  p: i8 = sra[3](a);  q: i8 = sll[2](a);  r: u8 = srl[3](u);  s: u8 = sra[1](u);
  x: i12 = sext(a);  z: u12 = zext(u);  w: i4<2> = sra[1](v);  l: i4 = ext[1](v);
}`;
const PROGRAMS = Number(process.argv[2] ?? "40");

function* texts(): Generator<{ readonly text: string; readonly at: number }> {
  let at = 0;
  for (let setting = 0; setting < 3; setting++) yield { text: WIRES, at: setting * 6 };
  for (const file of EXAMPLES)
    for (let setting = 0; setting < 6; setting++)
      yield { text: readFileSync(`examples/tour/${file}`, "utf8"), at: setting * 3 };
  const random = generator(99);
  for (; at < PROGRAMS; at++) {
    const { target } = SETTINGS[at % SETTINGS.length] ?? { target: "tiny" };
    yield { text: at % 3 > 0 ? nearMatches(targetNamed(target), random) : anything(random, ["??"], true), at };
  }
}

/** What an assembly of wires alone says that comes out wrong. */
function wrongWires(): string | undefined {
  const source = { file: "wires.asm", text: WRITTEN };
  const { netlist } = compile(source, targetNamed("tiny"), { dialect: "asm", until: "expand" }).value;
  const meant = elaborate(check(parse(source).value, "ir").value).value;
  const made = netlist && netlistGraph(netlist);
  if (meant === undefined || made === undefined) return "it has no cells";
  const plan = { isClocked: false, addresses: [], hasContents: false, hasReset: false, exhaustive: 4, vectors: 50 };
  return compare(machine(meant), machine(made), plan).difference;
}

const wires = wrongWires();
if (wires !== undefined) {
  console.log(wires.slice(0, 100));
  process.exit(1);
}
for (const { text, at } of texts()) {
  const setting = SETTINGS[at % SETTINGS.length];
  const outcome = setting === undefined ? undefined : trial(text, targetNamed(setting.target), setting);
  if (outcome?.kind !== "wrong") continue;
  console.log(outcome.what.slice(0, 100));
  process.exit(1);
}
