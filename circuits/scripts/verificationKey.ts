// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const G1 = z.array(z.string()).length(3);
const G2 = z.array(z.array(z.string()).length(2)).length(3);
const VerificationKey = z.looseObject({
  protocol: z.literal('groth16'),
  curve: z.literal('bn128'),
  nPublic: z.number().int().positive(),
  vk_alpha_1: G1,
  vk_beta_2: G2,
  vk_gamma_2: G2,
  vk_delta_2: G2,
  IC: z.array(G1),
});

/** A Groth16 verification key as snarkjs writes it; coordinates are decimal, real parts first. */
export type VerificationKey = z.infer<typeof VerificationKey>;

/** Reads a verification key. Throws if the file holds none. */
export function readVerificationKey(file: string): VerificationKey {
  return VerificationKey.parse(JSON.parse(readFileSync(file, 'utf8')));
}

/**
 * Whether a key never went through a contribution: gamma equals delta straight after set-up, and anyone who sees such a
 * key can forge proofs. Development keys are made so on purpose: no label has to be trusted to know them.
 */
export function isInsecure(key: VerificationKey): boolean {
  return JSON.stringify(key.vk_gamma_2) === JSON.stringify(key.vk_delta_2);
}
