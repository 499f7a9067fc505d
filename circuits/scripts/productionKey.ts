// SPDX-License-Identifier: GPL-3.0-only
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { hashOfFile } from './hashOfFile.ts';
import { isInsecure, readVerificationKey, type VerificationKey } from './verificationKey.ts';

const Pins = z.object({ circuit: z.string(), verificationKeySha256: z.string() });

/**
 * The verification key that a ceremony left in `directory`/<circuit>, which must be the one that `pins`/<circuit>.json
 * names. Throws if it is not, or nobody contributed to it.
 */
export async function productionKey(circuit: string, directory: string, pins: string): Promise<VerificationKey> {
  const pinFile = join(pins, `${circuit}.json`);
  if (!existsSync(pinFile)) throw new Error(`${pinFile} is missing: check in the ceremony's pins.json under that name`);
  const pinned = Pins.parse(JSON.parse(readFileSync(pinFile, 'utf8')));
  const keyFile = join(directory, circuit, 'verification_key.json');
  const found = await hashOfFile(keyFile, 'sha256');
  if (pinned.circuit !== circuit || pinned.verificationKeySha256 !== found) {
    throw new Error(`${keyFile} has sha256 ${found}, which ${pinFile} does not name`);
  }
  const key = readVerificationKey(keyFile);
  if (isInsecure(key)) throw new Error(`gamma equals delta in ${keyFile}: nobody contributed to it`);
  return key;
}
