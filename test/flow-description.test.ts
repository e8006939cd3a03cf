// Mistakes in the `flow` of a target description: the user's, with a frame.
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../lang/diagnostic.ts";
import { frame } from "../lang/frame.ts";
import { flowOf } from "../lang/target/flow.ts";
import { loadTarget } from "../lang/target/load.ts";
import { run } from "./command.ts";

const room = mkdtempSync(join(tmpdir(), "reticle-flow-description-"));
afterAll(() => rmSync(room, { recursive: true, force: true }));

const GOOD = `flow short {
    tool[pack, package: "p", version: "-V", oldest: "1.2"];
    file[json: "in.json", pcf: "in.pcf", bin: "out.bin"];
    step[first, tool: pack, reads: json, pcf, writes: bin]("{json}", "{bin}", when(pcf, "--pcf", "{pcf}"));
}
`;

function judged(text: string): readonly Diagnostic[] {
  const { value, diagnostics } = loadTarget("mine", [{ file: "flow.tdl", text }]);
  expect(diagnostics).toEqual([]);
  const flow = flowOf(value);
  expect(flow.value === undefined).toBe(flow.diagnostics.length > 0);
  return flow.diagnostics;
}

test("one without mistakes is read", () => {
  expect(judged(GOOD)).toEqual([]);
  expect(flowOf(loadTarget("mine", []).value)).toEqual({ value: undefined, diagnostics: [] });
});

test("a frame shows the place, and what was meant", () => {
  const [one] = judged(GOOD.replace("tool: pack", "tool: pakc"));
  expect(one === undefined ? "" : frame(one)).toMatchInlineSnapshot(`
    "error[bad-flow]: the flow has no tool \`pakc\`
     ┌─ flow.tdl:4:23
     │
    4 │     step[first, tool: pakc, reads: json, pcf, writes: bin]("{json}", "{bin}", when(pcf, "--pcf", "{p…
      │                       ^^^^
      = help: did you mean \`pack\`?
      = help: it has pack"
  `);
});

describe("is refused:", () => {
  test.each<[string, string, string, string]>([
    ["a statement that is none", 'file[json: "in.json"', 'files[json: "in.json"', "a flow has no `files`"],
    ["a loop", "step[first", "for i in 0..2 { } step[first", "consists of `tool`, `file` and `step`"],
    ["a tool without a package", 'package: "p", ', "", "a `tool` needs a `package`"],
    ["a tool without a name", "tool[pack, package", "tool[package", "a `tool` needs a name"],
    ["a fact that no tool has", "oldest:", "eldest:", "a `tool` has no `eldest`"],
    ["a fact twice", "reads: json, pcf, writes", "reads: json, reads: pcf, writes", "`reads` is given twice"],
    ["a version that is none", '"1.2"', '"new"', "`new` is no version"],
    ["no way to ask for the version", 'version: "-V", ', "", "asks the tool for its version is missing"],
    ["operands of a tool", '"1.2"]', '"1.2"]("-x")', "a `tool` has no operands"],
    ["a file in a folder", '"out.bin"', '"../out.bin"', "without a folder"],
    ["two names of a file", '"out.bin"', '"out.bin", "b.bin"', "needs the name of one file"],
    ["a file twice", '"out.bin"', '"in.json"', "this file is there already"],
    ["a file without a role", 'file[json: "in.json"', 'file["in.json"', "a file has a role"],
    ["a step without a tool", "tool: pack, ", "", "a `step` needs a `tool`"],
    ["a step without a name", "step[first, tool", "step[tool", "a `step` needs a name"],
    ["a step that writes nothing", ", writes: bin", "", "needs a file that it writes"],
    ["a file that is not described", "writes: bin", "writes: bim", "the flow has no file `bim`"],
    ["a file that nobody makes", "reads: json, pcf, writes: bin", "reads: bin, pcf, json, writes: bin", "makes `bin`"],
    ["braces around nothing known", '"{json}"', '"{jsn}"', "nothing is known of `{jsn}`"],
    ["what may be missing", '"{json}"', '"{freq}"', "`{freq}` may be missing"],
    ["a condition on nothing known", "when(pcf", "when(pfc", "`when` asks for a value or a file of the step"],
    ["a condition on nothing", 'when(pcf, "--pcf", "{pcf}")', "when()", "`when` asks for"],
    ["an argument that is no word", '"{json}"', "1 + 2", "expected a name, a number or a string"],
    ["no step", GOOD.slice(GOOD.indexOf("    step")), "}\n", "a flow has steps"],
  ])("%s", (_, from, to, message) => {
    expect(GOOD).toContain(from);
    const found = judged(GOOD.replace(from, to));
    expect(found.map((one) => one.code)).toEqual(found.map(() => "bad-flow"));
    expect(found.map((one) => one.message).join("\n")).toContain(message);
  });

  test.each([
    ["build", "targets/ice40", ["build", "examples/kernels/gray_8.ir", "-o", join(room, "out"), "--target"]],
    ["target check", undefined, ["target", "check"]],
  ])("by `%s`, as the user's mistake", async (name, from, args) => {
    const folder = join(room, name.replace(" ", "-"));
    mkdirSync(folder);
    if (from !== undefined) cpSync(from, folder, { recursive: true });
    const text = readFileSync("targets/ice40/flow.tdl", "utf8").replace("tool: icepack", "tool: icepak");
    writeFileSync(join(folder, "flow.tdl"), text);
    const { err, status } = await run([...args, folder]);
    expect(status).toBe(1);
    expect(err).toContain("error[bad-flow]: the flow has no tool `icepak`");
    expect(err).toContain("help: did you mean `icepack`?");
  });
});
