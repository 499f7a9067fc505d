import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { hashTypedData, recoverAddress } from 'viem';
import { privateKeyToAccount } from 'viem/accounts';
import { z } from 'zod';
import {
  addressField,
  attestorAddressOf,
  checkpointDigestOf,
  hexBytesField,
  recoverAttestor,
  requireQuorum,
  signCheckpoint,
  uint64Field,
  wordField,
} from '../../src/index.ts';
import { hexOf, uint } from './arbitraries.ts';
import { fault, faultCodeField, readShared, readVectors } from './vectorFiles.ts';

const fields = {
  name: z.string(),
  blockNumber: uint64Field,
  blockHash: wordField,
  stateRoot: wordField,
  digest: wordField,
  signatures: z.array(hexBytesField),
};
const { cases, refused } = readVectors('checkpoints', {
  cases: z.object(fields),
  refused: z.object({ ...fields, code: faultCodeField }),
});
const shared = readShared(
  'checkpoints',
  z.object({
    tradingChainId: uint64Field,
    bridge: addressField,
    attestors: z.array(addressField),
    threshold: z.number(),
    privateKeys: z.array(wordField),
  }),
);

function typedData(
  domain: typeof shared,
  message: { blockNumber: bigint; blockHash: `0x${string}`; stateRoot: `0x${string}` },
) {
  return {
    domain: { name: 'Twinspan', version: '1', chainId: domain.tradingChainId, verifyingContract: domain.bridge },
    types: {
      Checkpoint: [
        { name: 'blockNumber', type: 'uint64' },
        { name: 'blockHash', type: 'bytes32' },
        { name: 'stateRoot', type: 'bytes32' },
      ],
    },
    primaryType: 'Checkpoint',
    message,
  } as const;
}

describe('checkpoint', () => {
  for (const { name, digest, signatures, ...checkpoint } of cases) {
    it(`matches the vector: ${name}`, async () => {
      assert.equal(checkpointDigestOf(shared, checkpoint), digest);
      assert.equal(hashTypedData(typedData(shared, checkpoint)), digest);
      const signers = requireQuorum(shared, digest, signatures);
      for (const [i, signature] of signatures.entries()) {
        const recovered = await recoverAddress({ hash: digest, signature });
        assert.equal(recovered.toLowerCase(), signers[i]);
      }
    });
  }

  for (const { name, digest, signatures, code } of refused) {
    it(`refuses ${name}`, () => {
      assert.throws(() => requireQuorum(shared, digest, signatures), fault(code));
    });
  }

  it('refuses more signatures than attestors, and a threshold of zero', () => {
    const [signed] = cases;
    assert.ok(signed);
    const pile = Array.from({ length: 4 }, () => signed.signatures[0] ?? '0x');
    assert.throws(() => requireQuorum(shared, signed.digest, pile), fault('SIGNER_ORDER'));
    assert.throws(
      () => requireQuorum({ ...shared, threshold: 0 }, signed.digest, signed.signatures),
      fault('QUORUM_MISSING'),
    );
  });

  it('addresses are those of the keys, as the EVM library derives them', () => {
    for (const [i, key] of shared.privateKeys.entries()) {
      assert.equal(attestorAddressOf(key), shared.attestors[i]);
      assert.equal(privateKeyToAccount(key).address.toLowerCase(), shared.attestors[i]);
    }
  });

  it('signing is the EVM library’s signing, and recovers the signer', async () => {
    const [key] = shared.privateKeys;
    assert.ok(key);
    const account = privateKeyToAccount(key);
    const checkpoint = fc.record({ blockNumber: uint(64), blockHash: hexOf(32), stateRoot: hexOf(32) });
    await fc.assert(
      fc.asyncProperty(checkpoint, async (message) => {
        const signature = signCheckpoint(shared, message, key);
        assert.equal(await account.signTypedData(typedData(shared, message)), signature);
        assert.equal(recoverAttestor(checkpointDigestOf(shared, message), signature), attestorAddressOf(key));
      }),
      { numRuns: 20 },
    );
  });

  it('the digest changes with the chain, the bridge and every field', () => {
    const [{ digest, ...checkpoint } = { digest: '' }] = cases;
    assert.ok('blockHash' in checkpoint);
    const other = `0x${'01'.repeat(32)}` as const;
    const digests = [
      digest,
      checkpointDigestOf({ ...shared, tradingChainId: 1n }, checkpoint),
      checkpointDigestOf({ ...shared, bridge: `0x${'01'.repeat(20)}` }, checkpoint),
      checkpointDigestOf(shared, { ...checkpoint, blockNumber: 1n }),
      checkpointDigestOf(shared, { ...checkpoint, blockHash: other }),
      checkpointDigestOf(shared, { ...checkpoint, stateRoot: other }),
    ];
    assert.equal(new Set(digests).size, digests.length);
  });
});
