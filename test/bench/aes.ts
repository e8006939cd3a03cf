// AES-128 on iCE40 in its forms: cells, cycles a block, and the frequency after routing between shift registers (whose
// cells are not counted), with native nextpnr. Needs `npm run build`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Kernels, and cycles from the first of a block to the first of the next. */
const FORMS = [
  ["aes128", 11],
  ["aes128_bram", 11],
  ["aes128_serial", 55],
  ["aes128_serial_bram", 55],
] as const;
const DEVICES = [
  ["hx8k", "ct256"],
  ["up5k", "sg48"],
] as const;

const asked = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "reticle-bench-"));
console.log(
  "kernel              device   LUT4   flip-flops   RAM40   cycles/block   MHz     Mbit/s   select + route s",
);
for (const [name, cycles] of FORMS)
  for (const [device, chip] of DEVICES) {
    if (asked.length > 0 && !asked.includes(name) && !asked.includes(device)) continue;
    const file = `examples/kernels/${name}.ir`;
    const out = join(folder, `${name}-${device}`);
    const started = performance.now();
    const flags = ["--device", device, "--package", chip, "--harness", "scan", "--tools", "native", "-o", out];
    const made = spawnSync("node", ["dist/cli.js", "build", file, ...flags], {
      encoding: "utf8",
    });
    const seconds = (performance.now() - started) / 1000;
    const head = `${name.padEnd(20)}${device.padEnd(6)}`;
    if (made.status !== 0) {
      const why = made.stderr.split("\n").find((line) => line.startsWith("error")) ?? made.stderr.slice(0, 80);
      console.log(`${head}   ${why}`);
      continue;
    }
    const alone = spawnSync("node", ["dist/cli.js", "report", file, "--device", device, "--json"], {
      encoding: "utf8",
    });
    const report = JSON.parse(alone.stdout) as { readonly cells: Readonly<Record<string, number>> };
    const count = (kind: string) =>
      Object.entries(report.cells).reduce((all, [cell, n]) => (cell.startsWith(kind) ? all + n : all), 0);
    const mhz = Number(/clock up to ([0-9.]+) MHz/.exec(made.stdout + made.stderr)?.[1] ?? Number.NaN);
    const figures = [
      count("SB_LUT4"),
      count("SB_DFF"),
      count("SB_RAM40_4K"),
      cycles,
      mhz,
      Math.round((mhz * 128) / cycles),
    ];
    console.log(head, figures.map((value) => `${value}`.padStart(9)).join(""), seconds.toFixed(1).padStart(10));
  }
rmSync(folder, { recursive: true, force: true });
