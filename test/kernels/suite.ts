// The suite of examples/kernels as a table: which kernel is of which tier, and how far it goes. `bench.json` and the traces
// beside it are written from here.
import { vectorsOf } from "./vectors.ts";

/** Kernels by tier, after what they take with all stages as WASM. */
export const TIERS = {
  seconds: [
    "fsm_3 fsm_5 fsm_7 fsm_9 tadd_64 tdot_5_3 gray_8 bcd_4 lfsr_16 popcount_32 popcount_64 crc_8 crc_32 priority_32",
    "decoder_5 shift_32 rotate_32 mux_16 compare_16 saturate_16 alu_8 uart_tx traffic arbiter_8",
  ],
  minutes: [
    "fir_direct fir_transposed fir_symmetric cordic butterfly matmul_3 matmul_4 conv_3x3 sobel sort_8 sort_8_pipelined",
    "aes_sbox sbox_tower aes_round aes128 aes128_bram aes128_serial aes128_serial_bram chacha_qr sha256_round",
    "cic iir systolic_3 conv_lines fft_8 xtea chacha20 sha256 tadd_scalar_64 tdot_5_9",
  ],
} as const;

/** Targets by name: with logic alone all the way to bits, with DSPs as far as places. */
const TARGETS = [
  { name: "hx8k", target: "ice40", device: "hx8k" },
  { name: "up5k", target: "ice40", device: "up5k", until: "place" },
];

/** Kernels that are too large for one of them, between shift registers or at all. */
const ONLY: Readonly<Record<string, readonly string[]>> = { aes128: ["hx8k"], matmul_4: ["hx8k"] };

/** Kernels that a router as WASM works on for minutes: at night they go on. */
const PLACED: readonly string[] = ["aes128", "chacha20", "sha256", "tdot_5_9", "matmul_4"];

export const FOLDER = "examples/kernels";

export function namesOf(tier: keyof typeof TIERS): readonly string[] {
  return TIERS[tier].flatMap((line) => line.split(" "));
}

export const NAMES = Object.keys(TIERS).flatMap((tier) => namesOf(tier as keyof typeof TIERS));

/** The files of the traces of a kernel, from the folder of the suite. */
export function traceFiles(name: string, at: number): { readonly inputs: string; readonly outputs: string } {
  const base = `traces/${name}${at === 0 ? "" : `-${at}`}`;
  return { inputs: `${base}.in.json`, outputs: `${base}.out.json` };
}

/** The text of `bench.json`, a kernel a line. */
export function suiteText(): string {
  const kernels = Object.keys(TIERS).flatMap((tier) =>
    namesOf(tier as keyof typeof TIERS).map((name) => {
      const traces = vectorsOf(name).map(({ from }, at) => ({
        ...traceFiles(name, at),
        ...(from > 0 ? { skip: from } : {}),
      }));
      const targets = ONLY[name];
      const until = PLACED.includes(name) ? { until: "place" } : {};
      return { name, file: `${name}.ir`, tier, ...until, ...(targets === undefined ? {} : { targets }), traces };
    }),
  );
  const rows = (all: readonly object[]) => all.map((one) => `    ${JSON.stringify(one)}`).join(",\n");
  return `{
  "name": "kernels",
  "tiers": ${JSON.stringify(Object.keys(TIERS))},
  "limits": { "seconds": 900, "megabytes": 3000 },
  "tolerances": { "time": 8, "time_floor_ms": 500, "memory": 3 },
  "targets": [
${rows(TARGETS)}
  ],
  "kernels": [
${rows(kernels)}
  ]
}
`;
}
