import swagger from '@fastify/swagger';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import type { App } from './app.ts';

/** As it is checked in. */
export function documentText(app: App): string {
  return `${JSON.stringify(app.swagger(), undefined, 2)}\n`;
}

interface Seen {
  readonly zodSchema: { readonly _zod: { readonly def: { readonly type: string } } };
  readonly jsonSchema: Record<string, unknown>;
}

/** On the wire a bigint is a decimal string; a template is hexadecimal. */
function wireForm({ zodSchema, jsonSchema }: Seen): void {
  const { type } = zodSchema._zod.def;
  if (type === 'bigint') Object.assign(jsonSchema, { type: 'string', pattern: String.raw`^-?\d{1,78}$` });
  if (type === 'template_literal') Object.assign(jsonSchema, { pattern: '^0x([0-9a-f]{2})*$' });
}

const zodToJsonConfig = { override: wireForm };

/** Writes the OpenAPI document from the routes that are added after this. */
export async function describeRoutes(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Twinspan relayer node',
        version: '1',
        description: 'What one node sees of the crossing. Read-only: its verbs are on a local socket.',
      },
      tags: [
        { name: 'crossing', description: 'what crosses, and where it is' },
        { name: 'nodes', description: 'the other nodes' },
        { name: 'node', description: 'this node' },
        { name: 'health', description: 'for machines' },
      ],
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig }),
    transformObject: createJsonSchemaTransformObject({ zodToJsonConfig }),
  });
}
