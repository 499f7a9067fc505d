import { readFileSync } from 'node:fs';
import { z } from 'zod';

const hexCode = z.string().regex(/^0x([0-9a-f]{2})+$/, 'bytecode with unlinked libraries or none at all');

const artefactSchema = z.object({
  abi: z.array(z.looseObject({ type: z.string(), name: z.string().optional() })),
  bytecode: z.object({ object: hexCode }),
  deployedBytecode: z.object({ object: hexCode }),
});

/** What forge's build says of one contract. */
export type Artefact = z.infer<typeof artefactSchema>;

/**
 * Reads a contract's artefact from the build folder.
 * @throws when the contracts are not built
 */
export function readArtefact(contract: string): Artefact {
  const file = new URL(`../build/out/${contract}.sol/${contract}.json`, import.meta.url);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new Error(`${contract} is not built: run \`npm run build --workspace evm-contracts\` first`, { cause });
  }
  return artefactSchema.parse(JSON.parse(text));
}
