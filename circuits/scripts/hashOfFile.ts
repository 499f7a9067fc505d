// SPDX-License-Identifier: GPL-3.0-only
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';

/** A file's hash, lower-case hex. */
export async function hashOfFile(file: string, algorithm: 'sha256' | 'blake2b512'): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
