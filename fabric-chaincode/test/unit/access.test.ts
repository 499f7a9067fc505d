import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AssetNetwork, assertNothingWritten, roles } from '../fakes/assetNetwork.ts';
import { transactions } from '../../src/transactions.ts';

/** Who may run what, written down a second time: a change of the dispatch table must be made here too. */
const expected: Readonly<Record<string, string>> = {
  register: 'custodian',
  appraise: 'custodian',
  confirm: 'registry',
  value: 'custodian',
  freeze: 'registry',
  unfreeze: 'registry',
  revoke: 'registry',
  openLane: 'custodian',
  lock: 'custodian',
  cancelLocks: 'custodian',
  seal: 'custodian registry',
  readEpoch: 'custodian registry auditor',
  release: 'custodian registry auditor',
  approveAttestors: 'custodian registry auditor',
  record: 'custodian registry auditor',
  records: 'custodian registry auditor',
  holding: 'custodian registry auditor',
  holdings: 'custodian registry auditor',
  privateRecord: 'custodian registry',
  history: 'custodian registry auditor',
  lane: 'custodian registry auditor',
  lanes: 'custodian registry auditor',
  pendingLocks: 'custodian registry auditor',
  locks: 'custodian registry auditor',
  epoch: 'custodian registry auditor',
  supply: 'custodian registry auditor',
  supplies: 'custodian registry auditor',
  dirty: 'custodian registry auditor',
  attestors: 'custodian registry auditor',
  laneOutbox: 'custodian registry auditor',
  config: 'custodian registry auditor',
};

describe('access', () => {
  it('covers every transaction', () => {
    assert.deepEqual([...transactions.keys()].sort(), Object.keys(expected).sort());
  });

  for (const [name, allowed] of Object.entries(expected)) {
    it(`${name} is for ${allowed}`, async () => {
      const network = new AssetNetwork();
      for (const [mspId, [role]] of roles) {
        // A malformed argument: whoever may run the transaction gets as far as its argument.
        const outcome = await network.propose(mspId, name, '[]');
        const isAllowed = allowed.split(' ').includes(role ?? '');
        assert.equal(outcome.message.split(': ', 1)[0], isAllowed ? 'BAD_REQUEST' : 'FORBIDDEN', mspId);
        assertNothingWritten(outcome);
      }
      await network.refused('FORBIDDEN', 'StrangerMSP', name, '[]');
    });
  }

  it('refuses names that are not in the table', async () => {
    const network = new AssetNetwork();
    for (const name of ['', 'Record', 'readepoch', '__proto__', 'constructor', 'org.hyperledger.fabric:GetMetadata']) {
      await network.refused('TRANSACTION_UNKNOWN', 'CustodianMSP', name, {});
    }
  });

  it('refuses a missing or a second argument', async () => {
    const network = new AssetNetwork();
    const proposal = { txId: 'ab'.repeat(32), mspId: 'CustodianMSP', sentAt: network.now };
    for (const args of [['config'], ['config', '{}', '{}'], []]) {
      const outcome = await network.endorse({ ...proposal, args });
      assert.match(outcome.message, args.length === 0 ? /^TRANSACTION_UNKNOWN: / : /^BAD_REQUEST: /);
    }
  });
});
