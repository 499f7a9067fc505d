import { readFileSync } from 'node:fs';
import { Fault } from '@twinspan/protocol';
import type { z } from 'zod';

/** @throws Fault CONFIG_BAD that names the file and what is wrong in it */
export function readJsonFile<Schema extends z.ZodType>(file: string, schema: Schema): z.output<Schema> {
  const parsed = schema.safeParse(parseJson(file));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join('.') ?? '';
  throw new Fault(
    'CONFIG_BAD',
    `${file}: ${where === '' ? 'the file' : where}: ${issue?.message ?? 'not as expected'}`,
  );
}

function parseJson(file: string): unknown {
  try {
    return JSON.parse(readTextFile(file));
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('CONFIG_BAD', `${file} is not JSON`, { cause });
  }
}

/** @throws Fault CONFIG_BAD */
export function readTextFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Fault('CONFIG_BAD', `${file} cannot be read`, { cause });
  }
}
