import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { FaultCode } from '../../src/index.ts';
import { isFaultCode } from '../../src/index.ts';
import assert from 'node:assert/strict';

const folder = join(import.meta.dirname, '../../vectors');

function read(name: string): unknown {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

/** What all cases of a vector file share. */
export function readShared<S extends z.ZodType>(name: string, schema: S): z.output<S> {
  return schema.parse(read(name));
}

/** The cases and refused cases of a vector file, every one parsed. */
export function readVectors<C extends z.ZodType, R extends z.ZodType>(
  name: string,
  schemas: { cases: C; refused: R },
): { cases: z.output<C>[]; refused: z.output<R>[] } {
  const parsed = z
    .object({
      count: z.number(),
      cases: z.array(schemas.cases),
      refusedCount: z.number(),
      refused: z.array(schemas.refused),
    })
    .parse(read(name));
  assert.equal(parsed.count, parsed.cases.length);
  assert.equal(parsed.refusedCount, parsed.refused.length);
  return { cases: parsed.cases, refused: parsed.refused };
}

export const noRefused: z.ZodNever = z.never();

export const faultCodeField: z.ZodType<FaultCode, string> = z.string().refine((text) => isFaultCode(text));

/** What `assert.throws` compares a fault with. */
export function fault(code: FaultCode): { name: string; code: FaultCode } {
  return { name: 'Fault', code };
}
