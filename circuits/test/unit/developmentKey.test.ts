// SPDX-License-Identifier: GPL-3.0-only
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { zKey } from 'snarkjs';
import { compiled, withDevelopmentKeys } from '../../scripts/artefacts.ts';
import { DECLARATION, circuitNamed } from '../../scripts/declaration.ts';
import { DEVELOPMENT_MARK, developmentKey } from '../../scripts/developmentKey.ts';
import { readR1cs } from '../../scripts/r1csFile.ts';
import { stopThreads } from '../../scripts/stopThreads.ts';
import { isInsecure, readVerificationKey } from '../../scripts/verificationKey.ts';
import { verifierContract } from '../../scripts/verifierContract.ts';

after(stopThreads);

const [part] = DECLARATION.parts;
assert(part);
const system = readR1cs(join(await compiled(part), 'circuit.r1cs'));
const zkey = await developmentKey(system);

describe('a development key', () => {
  it('is the same every time', async () => {
    assert.deepEqual(await developmentKey(system), zkey);
  });

  it('shows what it is without a label: gamma equals delta, and its mark', async () => {
    const key = await zKey.exportVerificationKey({ type: 'mem', data: zkey });
    assert.deepEqual(key.vk_gamma_2, key.vk_delta_2);
    assert(Buffer.from(zkey).includes(DEVELOPMENT_MARK));
  });
});

describe('a verifier contract', () => {
  it('says that its key is for development exactly when gamma equals delta', async () => {
    const directory = await withDevelopmentKeys(circuitNamed('AssetState1'));
    const key = readVerificationKey(join(directory, 'verification_key.json'));
    assert(isInsecure(key));
    assert.match(verifierContract('X', 'Y', key), /bool public constant isDevelopmentKey = true;/);
    const contributed = { ...key, vk_delta_2: key.vk_beta_2 };
    assert.match(verifierContract('X', 'Y', contributed), /bool public constant isDevelopmentKey = false;/);
  });
});
