import { readFileSync } from 'node:fs';
import { Fault } from '@twinspan/protocol';
import type { z } from 'zod';

/**
 * What a person wrote into a JSON file; `-` reads standard input.
 *
 * @throws {Fault} USAGE_BAD that names the file and the field
 */
export function readInputFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(jsonOf(file));
  if (parsed.success) return parsed.data;
  throw new Fault('USAGE_BAD', `${file}: ${issuesText(parsed.error)}`);
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8'));
  } catch (cause) {
    const why = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new Fault('USAGE_BAD', `${file} ${why}`, { cause });
  }
}

/** Every issue with the place it is about. */
function issuesText(error: z.ZodError): string {
  return error.issues
    .map(({ path, message }) => (path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`))
    .join('; ');
}
