// SPDX-License-Identifier: GPL-3.0-only
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { withDevelopmentKeys } from './artefacts.ts';
import { DECLARATION, ROOT, mainSource, type Circuit } from './declaration.ts';
import { withNativeProver } from './nativeProver.ts';
import { productionKey } from './productionKey.ts';
import { settleFile } from './settleFile.ts';
import { verifierContract } from './verifierContract.ts';
import { readVerificationKey, type VerificationKey } from './verificationKey.ts';

// node circuits/scripts/build.ts [--check] [--keys DIR]
//
// Compiles every circuit, makes its development keys, writes its verifier contract, and builds the native prover. With --check it fails, rather than
// writes, where a checked-in file is not what it would write. With --keys the verifier contracts are those of the keys
// that a ceremony left in DIR, which circuits/keys must name: for a production deployment.

const { values: options } = parseArgs({
  options: { check: { type: 'boolean', default: false }, keys: { type: 'string' } },
});

async function keyOf({ name }: Circuit, development: string): Promise<VerificationKey> {
  if (options.keys === undefined) return readVerificationKey(join(development, 'verification_key.json'));
  return productionKey(name, options.keys, join(ROOT, 'circuits', 'keys'));
}

for (const part of [...DECLARATION.circuits, ...DECLARATION.parts]) {
  settleFile(part.main, mainSource(part), options.check);
}
for (const circuit of DECLARATION.circuits) {
  const key = await keyOf(circuit, await withDevelopmentKeys(circuit));
  const contract = join('evm-contracts', 'src', 'generated', `${circuit.verifier}.sol`);
  settleFile(contract, verifierContract(circuit.verifier, circuit.name, key), options.check);
}
if (!options.check) await withNativeProver();
