// The kernels of the literature, by name. Their texts are in examples/kernels/: the test of the examples asserts that they
// are current, and writes them with `BLESS=1 npx vitest run test/examples.test.ts`.
import type { Program } from "../lang/ast.ts";
import { aes128, aes128Bram } from "./kernels-aes.ts";
import { aes128Serial } from "./kernels-aes-serial.ts";
import {
  alu,
  comparison,
  decoder,
  multiplexer,
  popcountLogic,
  priority,
  rotate,
  saturation,
  shift,
} from "./kernels-bits.ts";
import { arbiter, bcd, gray, lfsr, lights, transmitter } from "./kernels-control.ts";
import { aesRound, chachaQuarter, sboxTable, sboxTower, sha256Round } from "./kernels-crypto.ts";
import { CRC_8, CRC_32, crc, fsm, popcount, sortingNetwork } from "./kernels-logic.ts";
import { chacha20, sha256, xtea } from "./kernels-rounds.ts";
import { butterfly, convolution, cordic, fir, sobel } from "./kernels-signal.ts";
import { cic, fft8, iir, lineBuffers, systolic } from "./kernels-stream.ts";
import { matmul, tensoradd, tensordot } from "./kernels-tensor.ts";

/** Coefficients of a low-pass filter, a quarter of the sample rate; the first four are those of the symmetric form. */
export const LOW_PASS: readonly number[] = [-212, -871, 2905, 14562, 14562, 2905, -871, -212];
/** Coefficients that are not symmetric, so that nothing can be shared. */
export const SKEWED: readonly number[] = [31, -127, 498, 12007, -32768, 32767, 5, -1];

type Make = (name: string) => Program;

type Kernels = Readonly<Record<string, Make>>;

/** Those of logic rather than of sums and products: what a mapper to LUTs is measured by. */
export const LOGIC: Kernels = {
  ...each([3, 5, 7, 9], (n) => [`fsm_${n}`, (name) => fsm(name, n)]),
  crc_32: (name) => crc(name, CRC_32),
  crc_8: (name) => crc(name, CRC_8),
  popcount_32: (name) => popcount(name, 32),
  sort_8: (name) => sortingNetwork(name, 8, false),
  sort_8_pipelined: (name) => sortingNetwork(name, 8, true),
  priority_32: (name) => priority(name, 32),
  decoder_5: (name) => decoder(name, 5),
  shift_32: shift,
  rotate_32: rotate,
  mux_16: multiplexer,
  compare_16: comparison,
  saturate_16: saturation,
  popcount_64: (name) => popcountLogic(name, 64),
  alu_8: alu,
  gray_8: (name) => gray(name, 8),
  bcd_4: (name) => bcd(name, 4),
  lfsr_16: (name) => lfsr(name, [16, 15, 13, 4], 0xace1),
  uart_tx: (name) => transmitter(name, 104),
  traffic: lights,
  arbiter_8: arbiter,
  aes_sbox: sboxTable,
  sbox_tower: sboxTower,
  aes_round: aesRound,
  chacha_qr: chachaQuarter,
  sha256_round: sha256Round,
};

/** Makes each kernel when it is asked for. The name is that of its top def and of its file. */
export const KERNELS: Kernels = {
  ...LOGIC,
  ...each([64, 128, 256, 512], (n) => [`tadd_${n}`, (name) => tensoradd(name, n, 4)]),
  ...each([64, 128, 256, 512], (n) => [`tadd_scalar_${n}`, (name) => tensoradd(name, n, 0)]),
  ...each([3, 9, 18, 36], (n) => [`tdot_5_${n}`, (name) => tensordot(name, 5, n)]),
  matmul_3: (name) => matmul(name, 3, 32),
  matmul_4: (name) => matmul(name, 4, 16),
  fir_direct: (name) => fir(name, "direct", SKEWED),
  fir_transposed: (name) => fir(name, "transposed", SKEWED),
  fir_symmetric: (name) => fir(name, "symmetric", LOW_PASS),
  cordic: (name) => cordic(name, 14),
  butterfly,
  conv_3x3: convolution,
  sobel,
  aes128,
  aes128_bram: aes128Bram,
  aes128_serial: (name) => aes128Serial(name, "lut"),
  cic,
  iir,
  systolic_3: (name) => systolic(name, 3),
  conv_lines: lineBuffers,
  fft_8: fft8,
  xtea,
  chacha20,
  sha256,
  aes128_serial_bram: (name) => aes128Serial(name, "bram"),
};

function each(sizes: readonly number[], row: (size: number) => readonly [string, Make]): Record<string, Make> {
  return Object.fromEntries(sizes.map(row));
}
