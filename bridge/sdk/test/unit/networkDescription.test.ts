import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { accountFromKeyFile } from '../../src/network.ts';
import { readNetworkDescription } from '../../src/networkDescription.ts';
import { fault } from './fault.ts';

const folder = mkdtempSync(join(tmpdir(), 'twinspan-sdk-'));
after(() => {
  rmSync(folder, { recursive: true });
});

function written(name: string, content: string): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

const description = {
  version: 1,
  asset: {
    networkId: 'n',
    channel: 'assets',
    chaincode: 'rights',
    orgs: [
      {
        name: 'custodian',
        mspId: 'CustodianMSP',
        peers: [{ endpoint: 'localhost:1', tlsCaFile: 'ca.pem', hostAlias: 'peer', peerIdentityFile: 'peer.pem' }],
        users: { user: { certFile: 'cert.pem', keyFile: '/keys/key.pem' } },
      },
    ],
  },
  trading: { chainId: 31337, rpcUrl: 'http://127.0.0.1:1', accounts: [{ name: 'a', address: '0x', keyFile: 'a.key' }] },
};

describe('readNetworkDescription', () => {
  it('makes file paths absolute, from the folder of the description', () => {
    const read = readNetworkDescription(written('network.json', JSON.stringify(description)));
    const [org] = read.asset.orgs;
    assert.equal(org?.peers[0].tlsCaFile, join(folder, 'ca.pem'));
    assert.deepEqual(org.users.user, { certFile: join(folder, 'cert.pem'), keyFile: '/keys/key.pem' });
    assert.equal(read.trading.accounts[0]?.keyFile, join(folder, 'a.key'));
  });

  it('names the file and the field that is wrong', () => {
    const file = written(
      'wrong.json',
      JSON.stringify({ ...description, trading: { ...description.trading, chainId: 'x' } }),
    );
    assert.throws(() => readNetworkDescription(file), /^Fault: CONFIG_BAD: .*wrong\.json: trading\.chainId: /);
    assert.throws(() => readNetworkDescription(written('not.json', '{')), fault('CONFIG_BAD'));
    assert.throws(() => readNetworkDescription(join(folder, 'absent.json')), fault('CONFIG_BAD'));
  });
});

describe('accountFromKeyFile', () => {
  it('reads a key and never repeats one that it refuses', () => {
    const key = `0x${'01'.repeat(32)}`;
    assert.equal(accountFromKeyFile(written('good.key', `${key}\n`)).address.length, 42);
    const bad = written('bad.key', 'secret-looking');
    assert.throws(
      () => accountFromKeyFile(bad),
      (error: Error) => !error.message.includes('secret-looking'),
    );
    assert.throws(() => accountFromKeyFile(bad), fault('CONFIG_BAD'));
  });
});
