// SPDX-License-Identifier: GPL-3.0-only
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zKey, type VerificationKey } from 'snarkjs';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** The circuits this program knows, with the number of places of each. */
export const PLACES: Readonly<Record<string, number>> = { AssetState1: 1, AssetState16: 16 };

/** What proving one circuit takes, held in memory. */
export interface Keys {
  circuit: string;
  places: number;
  wasm: Uint8Array<ArrayBuffer>;
  zkey: Uint8Array;
  zkeyFile: string;
  verificationKey: VerificationKey;
}

const PublishedKey = z.object({ protocol: z.literal('groth16'), curve: z.literal('bn128') });

/**
 * Loads a circuit's keys from `directory`/`circuit`. The verification key is taken from the zkey itself and must be the
 * published one.
 * @throws {Refusal} KEYS_BAD; KEYS_INSECURE for development keys unless `allowDevelopment`
 */
export async function loadKeys(directory: string, circuit: string, allowDevelopment: boolean): Promise<Keys> {
  const places = PLACES[circuit];
  if (places === undefined) throw new Refusal('KEYS_BAD', `there is no circuit ${circuit}`);
  const read = async (name: string): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return new Uint8Array(await readFile(join(directory, circuit, name)));
    } catch {
      throw new Refusal('KEYS_BAD', `${join(directory, circuit, name)} cannot be read: build the circuits first`);
    }
  };
  const [wasm, zkey, published] = await Promise.all([
    read('circuit.wasm'),
    read('circuit.zkey'),
    read('verification_key.json'),
  ]);
  const verificationKey = await verificationKeyOf(circuit, zkey);
  requirePublished(circuit, verificationKey, published);
  if (verificationKey.nPublic !== 1 + 2 * places) throw new Refusal('KEYS_BAD', `the keys are not those of ${circuit}`);
  if (!allowDevelopment) requireCeremony(circuit, verificationKey);
  return { circuit, places, wasm, zkey, zkeyFile: join(directory, circuit, 'circuit.zkey'), verificationKey };
}

async function verificationKeyOf(circuit: string, zkey: Uint8Array): Promise<VerificationKey> {
  try {
    return await zKey.exportVerificationKey({ type: 'mem', data: zkey });
  } catch {
    throw new Refusal('KEYS_BAD', `the file circuit.zkey of ${circuit} is no proving key`);
  }
}

function requirePublished(circuit: string, key: VerificationKey, published: Uint8Array): void {
  const parse = (): unknown => {
    try {
      return JSON.parse(Buffer.from(published).toString());
    } catch {
      return undefined;
    }
  };
  const json = PublishedKey.loose().safeParse(parse());
  const same =
    json.success && Object.keys(key).every((name) => JSON.stringify(json.data[name]) === JSON.stringify(key[name]));
  if (!same) throw new Refusal('KEYS_BAD', `verification_key.json of ${circuit} does not belong to its proving key`);
}

/**
 * Straight after set-up gamma equals delta, and whoever sees such a key can forge proofs. Development keys are made so on
 * purpose: no label has to be trusted.
 */
function requireCeremony(circuit: string, key: VerificationKey): void {
  if (JSON.stringify(key.vk_gamma_2) !== JSON.stringify(key.vk_delta_2)) return;
  throw new Refusal(
    'KEYS_INSECURE',
    `gamma equals delta in the keys of ${circuit}: they come from no ceremony. Give --development to use them all the same`,
  );
}
