// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Part = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  main: z.string().regex(/^circuits\/(test\/)?main\/[a-z][A-Za-z0-9]*\.circom$/),
  template: z.string(),
  parameters: z.array(z.number().int()),
  public: z.array(z.string()),
});
const Circuit = Part.extend({ verifier: z.string() });
const Declaration = z.strictObject({
  compiler: z.strictObject({
    package: z.string(),
    version: z.string(),
    circom: z.string(),
    flags: z.array(z.string()),
  }),
  circuits: z.array(Circuit),
  parts: z.array(Part),
});

/** A template with parameters, compiled from the file `main`, given relative to the root. */
export type Part = z.infer<typeof Part>;

/** A part that is proven on chain: it has keys and a verifier contract. */
export type Circuit = z.infer<typeof Circuit>;

/** The repository's root: everything is named relative to it. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** The parsed `circuits.json`, the one place that says which circuits exist and how they are compiled. */
export const DECLARATION = Declaration.parse(JSON.parse(readFileSync(join(ROOT, 'circuits', 'circuits.json'), 'utf8')));

/** The circuit of that name. Throws if it is not declared. */
export function circuitNamed(name: string): Circuit {
  const circuit = DECLARATION.circuits.find((declared) => declared.name === name);
  if (!circuit) throw new Error(`circuits.json declares no circuit ${name}`);
  return circuit;
}

/** The text of a part's main file. */
export function mainSource(part: Part): string {
  const inputs = part.public.length === 0 ? '' : ` {public [${part.public.join(', ')}]}`;
  return [
    '// SPDX-License-Identifier: GPL-3.0-only',
    '// Generated from circuits.json. Do not edit.',
    `pragma circom ${DECLARATION.compiler.circom};`,
    '',
    `include "${part.template}.circom";`,
    '',
    `component main${inputs} = ${part.template}(${part.parameters.join(', ')});`,
    '',
  ].join('\n');
}
