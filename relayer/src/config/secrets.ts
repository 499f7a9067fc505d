import { existsSync, readFileSync, statSync } from 'node:fs';
import { Fault, isHex } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';

/**
 * The text of a file that only the own user can read.
 * @param own this process's user; undefined where users have no numbers
 * @throws Fault CONFIG_BAD
 */
export function readSecret(path: string, own = process.getuid?.()): string {
  if (!existsSync(path)) throw new Fault('CONFIG_BAD', `there is no file ${path}`);
  const { mode, uid } = statSync(path);
  if ((mode & 0o077) !== 0) throw new Fault('CONFIG_BAD', `others can read ${path}: chmod 600 it`);
  if (own !== undefined && uid !== own)
    throw new Fault('CONFIG_BAD', `${path} belongs to user ${uid}, the node runs as ${own}: chown it`);
  return readFileSync(path, 'utf8');
}

/** A secret of 32 bytes in hexadecimal. @throws Fault CONFIG_BAD */
export function readKey(path: string): Hex {
  const text = readSecret(path).trim();
  if (!isHex(text, 32)) throw new Fault('CONFIG_BAD', `${path} does not hold 0x and 64 hex digits`);
  return text;
}
