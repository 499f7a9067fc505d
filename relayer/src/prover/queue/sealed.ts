import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** What lies in the broker: a job holds confidential records, a result what a worker made of one. */
export type Sort = 'job' | 'result';

/**
 * Nonce ‖ ciphertext ‖ tag: readable and alterable only with the key, and only as that sort of thing under that job id.
 * @param key 32 bytes
 */
export function seal(key: Uint8Array, sort: Sort, jobId: string, content: string): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(about(sort, jobId));
  return Buffer.concat([nonce, cipher.update(content, 'utf8'), cipher.final(), cipher.getAuthTag()]);
}

/** What was sealed; undefined when it was sealed with another key, altered, or moved from elsewhere. */
export function unseal(key: Uint8Array, sort: Sort, jobId: string, sealed: Uint8Array): string | undefined {
  const bytes = Buffer.from(sealed);
  if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
  decipher.setAAD(about(sort, jobId)).setAuthTag(bytes.subarray(-TAG_BYTES));
  try {
    const plain = decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES));
    return Buffer.concat([plain, decipher.final()]).toString('utf8');
  } catch {
    return undefined;
  }
}

function about(sort: Sort, jobId: string): Buffer {
  return Buffer.from(`twinspan proof queue 1/${sort}/${jobId}`);
}
