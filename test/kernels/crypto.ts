// Which kernels of logic are tested in kernels-crypto.test.ts.

export const CRYPTO = ["aes_sbox", "sbox_tower", "aes_round", "chacha_qr", "sha256_round"] as const;
