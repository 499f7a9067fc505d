// SPDX-License-Identifier: GPL-3.0-only
import { join } from 'node:path';
import { withDevelopmentKeys } from './artefacts.ts';
import { DECLARATION, mainSource } from './declaration.ts';
import { settleFile } from './settleFile.ts';
import { verifierContract } from './verifierContract.ts';
import { readVerificationKey } from './verificationKey.ts';

// node circuits/scripts/build.ts [--check]
//
// Compiles every circuit, makes its development keys and writes its verifier contract. With --check it fails, rather than
// writes, where a checked-in file is not what it would write.

const isCheck = process.argv.includes('--check');
for (const part of [...DECLARATION.circuits, ...DECLARATION.parts]) settleFile(part.main, mainSource(part), isCheck);
for (const circuit of DECLARATION.circuits) {
  const key = readVerificationKey(join(await withDevelopmentKeys(circuit), 'verification_key.json'));
  const contract = join('evm-contracts', 'src', 'generated', `${circuit.verifier}.sol`);
  settleFile(contract, verifierContract(circuit.verifier, circuit.name, key), isCheck);
}
