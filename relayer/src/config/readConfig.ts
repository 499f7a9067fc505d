import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Fault } from '@twinspan/protocol';
import { z } from 'zod';
import { configSchemaAt } from './schema.ts';
import type { Config } from './schema.ts';

/** A node's configuration. @throws Fault CONFIG_BAD */
export function readConfig(path: string): Config {
  return readFileAs(configSchemaAt, path);
}

/**
 * Reads a configuration file; comments and trailing commas are allowed. Paths in it are relative to it.
 * @param schemaAt the schema for files in a folder
 * @throws Fault CONFIG_BAD
 */
export function readFileAs<Value>(schemaAt: (base: string) => z.ZodType<Value>, path: string): Value {
  if (!existsSync(path)) throw new Fault('CONFIG_BAD', `there is no file ${path}`);
  const parsed = schemaAt(dirname(resolve(path))).safeParse(parseJson(path, readFileSync(path, 'utf8')));
  if (!parsed.success) throw new Fault('CONFIG_BAD', `${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(plainJson(text));
  } catch (cause) {
    throw new Fault('CONFIG_BAD', `${path} is not JSON: ${String(cause)}`, { cause });
  }
}

/** JSON without `//` comments and trailing commas; what stands in strings stays. */
function plainJson(text: string): string {
  const bare = text.replaceAll(/("(?:\\.|[^"\\])*")|\/\/[^\n]*/g, '$1');
  return bare.replaceAll(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1');
}
