import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createPublicClient, custom } from 'viem';
import type { Hex, PublicClient } from 'viem';
import { requireDistinctKeys } from '../../deploy/member.ts';
import { developmentChainIds, requireKeysFit, requireP256 } from '../../deploy/preflight.ts';

const word = (value: number): Hex => `0x${value.toString(16).padStart(64, '0')}`;

/** A node that answers every call the same. */
function answering(answer: Hex): PublicClient {
  return createPublicClient({ transport: custom({ request: () => Promise.resolve(answer) }) });
}

describe('deployment', () => {
  it('refuses development keys on any chain but those for development', async () => {
    const development = answering(word(1));
    for (const chainId of developmentChainIds) {
      assert.equal(await requireKeysFit(development, chainId, developmentChainIds), true);
    }
    for (const chainId of [1, 10, 11_155_111]) {
      await assert.rejects(requireKeysFit(development, chainId, developmentChainIds), /development keys/);
    }
  });

  it('takes production keys anywhere', async () => {
    assert.equal(await requireKeysFit(answering(word(0)), 1, developmentChainIds), false);
  });

  it('refuses a chain whose precompile answers nothing, no, or more than a word', async () => {
    await requireP256(answering(word(1)));
    for (const answer of ['0x', word(0), `${word(1)}00`] as const) {
      await assert.rejects(requireP256(answering(answer)), /PRECOMPILE_MISSING/);
    }
  });

  it('refuses a key that stands for two members', () => {
    const member = (mspId: string, x: number) => ({ mspId, identity: new Uint8Array([x]), qx: word(x), qy: word(9) });
    requireDistinctKeys([member('AuditorMSP', 1), member('CustodianMSP', 2)]);
    const shared = [member('AuditorMSP', 1), member('CustodianMSP', 2), member('RegistryMSP', 1)];
    assert.throws(() => {
      requireDistinctKeys(shared);
    }, /AuditorMSP and RegistryMSP have the same key/);
  });
});
