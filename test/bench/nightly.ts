// Writes the suite of the night into a folder, for `reticle bench`: the sweep of functions like a product that Lakeroad
// (ASPLOS 2024) maps to one DSP, kernels from several seeds, and kernels that fill a device.
//
//     nightly.mjs FOLDER [--widths 8,16]
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { FOLDER, traceFiles } from "../kernels/suite.ts";
import { traceText, vectorsOf } from "../kernels/vectors.ts";
import { type Row, randomSource } from "../trace.ts";

const REGISTERS = [0, 1, 2, 3];
const CYCLES = 24;

/** A function of the sweep: its instructions, the last of which gives `p`, and what it means, modulo 2^width. */
interface Form {
  readonly body: readonly string[];
  readonly of: (a: bigint, b: bigint, c: bigint, d: bigint) => bigint;
}

const FORMS: Readonly<Record<string, Form>> = {
  mul: { body: ["p = mul(a, b)"], of: (a, b) => a * b },
  mul_add: { body: ["m = mul(a, b)", "p = add(m, c)"], of: (a, b, c) => a * b + c },
  mul_sub: { body: ["m = mul(a, b)", "p = sub(m, c)"], of: (a, b, c) => a * b - c },
  mul_and: { body: ["m = mul(a, b)", "p = and(m, c)"], of: (a, b, c) => (a * b) & c },
  mul_or: { body: ["m = mul(a, b)", "p = or(m, c)"], of: (a, b, c) => (a * b) | c },
  mul_xor: { body: ["m = mul(a, b)", "p = xor(m, c)"], of: (a, b, c) => (a * b) ^ c },
  add_mul: { body: ["s = add(d, a)", "p = mul(s, b)"], of: (a, b, _c, d) => (d + a) * b },
  add_mul_add: { body: ["s = add(d, a)", "m = mul(s, b)", "p = add(m, c)"], of: (a, b, c, d) => (d + a) * b + c },
  sub_mul_sub: { body: ["s = sub(d, a)", "m = mul(s, b)", "p = sub(m, c)"], of: (a, b, c, d) => (d - a) * b - c },
};

const PORTS = ["a", "b", "c", "d"] as const;

interface Design {
  readonly name: string;
  readonly text: string;
  readonly inputs: readonly Row[];
  readonly outputs: readonly Row[];
}

/** A design of the sweep with its trace: the function of so many cycles before, and 0 before the first. */
function design(kind: "i" | "u", width: number, registers: number, name: string, { body, of }: Form): Design {
  const type = `${kind}${width}`;
  const used = PORTS.filter((port) => body.some((line) => new RegExp(`[( ]${port}[,)]`).test(line)));
  const chain = Array.from({ length: registers }, (_, at) => `q${at} = reg[0](${at === 0 ? "p" : `q${at - 1}`})`);
  const last = registers === 0 ? "p" : `q${registers - 1}`;
  const lines = [...body, ...chain, `y = id(${last})`].map((line) => `    ${line.replace(" =", `: ${type} =`)};`);
  const random = randomSource(width * 64 + registers * 8 + name.length);
  const wrap = (value: bigint) => (kind === "i" ? BigInt.asIntN(width, value) : BigInt.asUintN(width, value));
  const inputs = Array.from({ length: CYCLES }, () =>
    Object.fromEntries(used.map((port) => [port, wrap(BigInt(random()))])),
  );
  const at = (row: Row, port: string) => (typeof row[port] === "bigint" ? row[port] : 0n);
  const outputs = inputs.map((_, cycle) => {
    const row = inputs[cycle - registers];
    return { y: row === undefined ? 0n : wrap(of(at(row, "a"), at(row, "b"), at(row, "c"), at(row, "d"))) };
  });
  const ports = used.map((port) => `${port}: ${type}`).join(", ");
  return {
    name: `${name}_${type}_${registers}`,
    text: `def main(${ports}) -> (y: ${type}) {\n${lines.join("\n")}\n}\n`,
    inputs,
    outputs,
  };
}

/** Kernels of the suite of the examples that go further at night, by the target of the night. */
const SEEDED = "fir_transposed conv_3x3 sha256_round aes_round cordic sort_8_pipelined popcount_64 crc_32".split(" ");
const FULL = "aes128 chacha20 sha256 tdot_5_9 matmul_4".split(" ");

/** Kernels that fill 94 % of hx8k side by side, with the shift registers around them. */
const CROWD = "aes_round fir_direct fir_direct fir_direct fir_direct".split(" ");

/** Kernels with one output each as one, their ports called after their number. */
function crowd(name: string, parts: readonly string[]): Design {
  const texts = parts.map((part) => readFileSync(join(FOLDER, `${part}.ir`), "utf8"));
  const heads = texts.map((text, at) => {
    const [, inputs = "", outputs = ""] = /^def \w+\(([^)]*)\) -> \(([^)]*)\)/m.exec(text) ?? [];
    const list = (ports: string) => ports.split(",").map((port) => `k${at}_${port.trim()}`);
    return { inputs: list(inputs), outputs: list(outputs) };
  });
  const names = (ports: readonly string[]) => ports.map((port) => port.split(":")[0]);
  const calls = heads.map(({ inputs, outputs }, at) => {
    const args = names(inputs).join(", ");
    return `    ${outputs.join(", ")} = ${parts[at]}(${args});\n`;
  });
  const ports = (side: "inputs" | "outputs") => heads.flatMap((head) => head[side]).join(", ");
  const traces = parts.map((part) => vectorsOf(part)[0]);
  const cycles = Math.min(...traces.map((trace) => trace?.inputs.length ?? 0));
  const merged = (side: "inputs" | "outputs") =>
    Array.from({ length: cycles }, (_, cycle) =>
      Object.fromEntries(
        traces.flatMap((trace, at) =>
          Object.entries(trace?.[side][cycle] ?? {}).map(([port, value]) => [`k${at}_${port}`, value]),
        ),
      ),
    );
  return {
    name,
    text: `${[...new Set(texts)].join("\n")}\ndef main(${ports("inputs")}) -> (${ports("outputs")}) {\n${calls.join("")}}\n`,
    inputs: merged("inputs"),
    outputs: merged("outputs"),
  };
}

const { positionals, values } = parseArgs({ allowPositionals: true, options: { widths: { type: "string" } } });
const [folder = ".cache/nightly"] = positionals;
const widths = values.widths?.split(",").map(Number) ?? Array.from({ length: 11 }, (_, at) => 8 + at);
mkdirSync(join(folder, "traces"), { recursive: true });
const designs = (["i", "u"] as const).flatMap((kind) =>
  widths.flatMap((width) =>
    REGISTERS.flatMap((count) => Object.entries(FORMS).map(([name, form]) => design(kind, width, count, name, form))),
  ),
);
function written({ name, text, inputs, outputs }: Design, target: string): object {
  const files = traceFiles(name, 0);
  writeFileSync(join(folder, `${name}.ir`), text);
  writeFileSync(join(folder, files.inputs), traceText(inputs));
  writeFileSync(join(folder, files.outputs), traceText(outputs));
  return { name, file: `${name}.ir`, top: "main", targets: [target], traces: [files] };
}

const kernels: object[] = designs.map((one) => written(one, "dsp"));
kernels.push(written(crowd("crowd", CROWD), "full"));
for (const name of [...SEEDED, ...FULL]) {
  cpSync(join(FOLDER, `${name}.ir`), join(folder, `${name}.ir`));
  const traces = vectorsOf(name).map(({ inputs, outputs, from }, at) => {
    const files = traceFiles(name, at);
    writeFileSync(join(folder, files.inputs), traceText(inputs));
    writeFileSync(join(folder, files.outputs), traceText(outputs, from));
    return { ...files, skip: from };
  });
  kernels.push({ name, file: `${name}.ir`, targets: [SEEDED.includes(name) ? "seeds" : "full"], traces });
}
const suite = {
  name: "nightly",
  limits: { seconds: 3600, megabytes: 4000 },
  targets: [
    { name: "dsp", target: "ice40", device: "up5k", until: "place" },
    { name: "seeds", target: "ice40", device: "hx8k", seeds: [1, 2, 3, 4, 5] },
    { name: "full", target: "ice40", device: "hx8k" },
  ],
  kernels,
};
writeFileSync(join(folder, "bench.json"), `${JSON.stringify(suite, undefined, 1)}\n`);
console.log(`${kernels.length} kernels in ${folder}`);
