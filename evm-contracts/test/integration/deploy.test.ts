import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createPublicClient, http, keccak256, sha256, stringToHex } from 'viem';
import { deployBridge, readAddressBook, type DeployOptions } from '../../deploy/deploy.ts';
import { startAnvil } from '../../scripts/gas/anvil.ts';
import { members } from '../../scripts/gas/consortium.ts';
import { account } from '../../scripts/gas/venue.ts';

function optionsFor(rpcUrl: string): DeployOptions {
  const { address } = account;
  return {
    rpcUrl,
    deployer: account,
    members,
    threshold: 2,
    assetChainId: sha256(stringToHex('asset chain')),
    chaincode: 'rights',
    policy: 7n,
    roles: { admin: address, venue: address, compliance: address },
  };
}

describe('deployBridge', () => {
  it('leaves an address book that is true', async () => {
    await using anvil = await startAnvil();
    const folder = mkdtempSync(join(tmpdir(), 'twinspan-deploy-'));
    try {
      const addressBookFile = join(folder, 'address-book.json');
      const book = await deployBridge({ ...optionsFor(anvil.rpcUrl), addressBookFile });
      assert.deepEqual(readAddressBook(addressBookFile), book);

      const client = createPublicClient({ transport: http(anvil.rpcUrl) });
      for (const [name, { address, codeHash }] of Object.entries(book.contracts)) {
        assert.equal(keccak256((await client.getCode({ address })) ?? '0x'), codeHash, name);
      }
      assert.equal(book.chainId, 31337);
      assert.equal(book.developmentKeys, true);
      assert.deepEqual(book.contracts.bridge.constructorArgs.slice(0, 2), [
        book.contracts.assetChainClient.address,
        book.contracts.backings.address,
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps members in the order of their organizations, however they are given', async () => {
    await using anvil = await startAnvil();
    const book = await deployBridge({ ...optionsFor(anvil.rpcUrl), members: [...members].reverse() });
    assert.deepEqual(
      book.consortium.members.map(({ mspId }) => mspId),
      ['AuditorMSP', 'CustodianMSP', 'RegistryMSP'],
    );
  });

  it('refuses development keys on a chain that is not for development', async () => {
    await using anvil = await startAnvil({ chainId: 10_000 });
    await assert.rejects(deployBridge(optionsFor(anvil.rpcUrl)), /development keys.*chain 10000/);
    const book = await deployBridge({ ...optionsFor(anvil.rpcUrl), developmentChainIds: [10_000] });
    assert.equal(book.chainId, 10_000);
  });

  it('refuses a chain without P256VERIFY', async () => {
    await using anvil = await startAnvil({ hardfork: 'cancun' });
    await assert.rejects(deployBridge(optionsFor(anvil.rpcUrl)), /PRECOMPILE_MISSING/);
  });
});
