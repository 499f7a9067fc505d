import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Writes a generated file, or with `--check` on the command line compares it with what is there.
 * @returns whether the file is, or now is, as generated
 */
export function writeOrCheck(file: URL, content: string, argv: readonly string[]): boolean {
  if (!argv.includes('--check')) {
    mkdirSync(dirname(fileURLToPath(file)), { recursive: true });
    writeFileSync(file, content);
    return true;
  }
  return existsSync(file) && readFileSync(file, 'utf8') === content;
}
