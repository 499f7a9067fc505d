// SPDX-License-Identifier: GPL-3.0-only
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Circuit = z.strictObject({
  name: z.string().regex(/^[A-Z][A-Za-z0-9]*$/),
  main: z.string().regex(/^[a-z][A-Za-z0-9]*\.circom$/),
  template: z.string(),
  parameters: z.array(z.number().int()),
  public: z.array(z.string()),
  verifier: z.string(),
});
const Declaration = z.strictObject({
  compiler: z.strictObject({
    package: z.string(),
    version: z.string(),
    circom: z.string(),
    flags: z.array(z.string()),
  }),
  circuits: z.array(Circuit),
});

/** One circuit as `circuits.json` declares it. */
export type Circuit = z.infer<typeof Circuit>;

/** The repository's root: circom runs here, since its wasm build cannot read parent directories. */
export const ROOT = join(import.meta.dirname, '..', '..');

/** The circuits workspace. */
export const CIRCUITS = join(ROOT, 'circuits');

/** The parsed `circuits.json`, the one place that says which circuits exist and how they are compiled. */
export const DECLARATION = Declaration.parse(JSON.parse(readFileSync(join(CIRCUITS, 'circuits.json'), 'utf8')));

/** Where a circuit's artefacts are: circuit.r1cs, circuit.wasm, circuit.zkey, verification_key.json. */
export function artefactsOf(name: string): string {
  return join(ROOT, '.cache', 'circuits', name);
}

/** The circuit of that name. Throws if it is not declared. */
export function circuitNamed(name: string): Circuit {
  const circuit = DECLARATION.circuits.find((declared) => declared.name === name);
  if (!circuit) throw new Error(`circuits.json declares no circuit ${name}`);
  return circuit;
}

/** The text of a circuit's file in `main/`. */
export function mainSource(circuit: Circuit): string {
  return [
    '// SPDX-License-Identifier: GPL-3.0-only',
    `pragma circom ${DECLARATION.compiler.circom};`,
    '',
    `include "${circuit.template}.circom";`,
    '',
    `component main {public [${circuit.public.join(', ')}]} = ${circuit.template}(${circuit.parameters.join(', ')});`,
    '',
  ].join('\n');
}
