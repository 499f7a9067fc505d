import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { status } from '@grpc/grpc-js';
import { z } from 'zod';
import { evaluate } from '../../src/asset/evaluate.ts';
import { TransactionFault } from '../../src/asset/fabricFault.ts';
import { submit, type Submission } from '../../src/asset/submit.ts';
import { fault } from './fault.ts';
import { ScriptedPeer, type Script } from './scriptedPeer.ts';

const MVCC_READ_CONFLICT = 11;
const ENDORSEMENT_POLICY_FAILURE = 10;
const VALID = 0;

const lock: Submission<z.ZodType<{ laneId: string }>> = {
  transaction: 'lock',
  args: {},
  result: z.object({ laneId: z.string() }),
  onConflict: 'repeat',
};
const freeze = { ...lock, transaction: 'freeze', onConflict: 'once' } as const;

/** Runs one submission against the script; gives its outcome and how often the peer was called. */
async function run(script: Script, submission: typeof lock = lock) {
  await using peer = new ScriptedPeer({ result: { laneId: '7' }, ...script });
  const session = await peer.session();
  const [outcome] = await Promise.allSettled([submit(session, submission)]);
  return { outcome, calls: peer.calls };
}

function committed({ outcome }: Awaited<ReturnType<typeof run>>): { result: unknown; blockNumber: bigint } {
  assert.equal(outcome.status, 'fulfilled');
  return outcome.value;
}

function refused({ outcome }: Awaited<ReturnType<typeof run>>): unknown {
  assert.equal(outcome.status, 'rejected');
  return outcome.reason;
}

describe('submit', () => {
  it('answers the result and the block once the commit is valid', async () => {
    const done = await run({});
    assert.deepEqual(committed(done).result, { laneId: '7' });
    assert.equal(committed(done).blockNumber, 7n);
    assert.deepEqual(done.calls, { evaluate: 0, endorse: 1, submit: 1, commit: 1 });
  });

  it('proposes anew after a conflict', async () => {
    const done = await run({ commit: [MVCC_READ_CONFLICT, MVCC_READ_CONFLICT, VALID] });
    committed(done);
    assert.equal(done.calls.endorse, 3);
  });

  it("leaves a person's decision alone after a conflict", async () => {
    const done = await run({ commit: [MVCC_READ_CONFLICT, VALID] }, freeze);
    const reason = refused(done);
    assert.ok(reason instanceof TransactionFault);
    assert.deepEqual([reason.code, reason.validationCode], ['TRANSACTION_INVALIDATED', MVCC_READ_CONFLICT]);
    assert.match(reason.sentence, /[0-9a-f]{64} was invalidated with MVCC_READ_CONFLICT/);
    assert.equal(done.calls.endorse, 1);
  });

  it('does not repeat any other invalidation', async () => {
    const done = await run({ commit: [ENDORSEMENT_POLICY_FAILURE, VALID] });
    assert.match(String(refused(done)), /ENDORSEMENT_POLICY_FAILURE/);
    assert.equal(done.calls.endorse, 1);
  });

  it('looks a transaction up that the orderer calls already processed', async () => {
    const done = await run({ submit: [{ code: status.UNAVAILABLE, details: 'request already processed' }] });
    committed(done);
    assert.deepEqual([done.calls.endorse, done.calls.submit, done.calls.commit], [1, 1, 1]);
  });

  it('says that the outcome is uncertain, and of which transaction', async () => {
    const done = await run({ submit: [{ code: status.UNAVAILABLE, details: 'gone' }], commit: ['silence'] });
    const reason = refused(done);
    assert.ok(reason instanceof TransactionFault);
    assert.equal(reason.code, 'SUBMIT_UNCERTAIN');
    assert.match(reason.txId, /^[0-9a-f]{64}$/);
    assert.equal(done.calls.endorse, 1);
  });

  it('submits a transaction again that came into no block, and only so often', async () => {
    const dropped = await run({ commit: ['silence', VALID] });
    committed(dropped);
    assert.deepEqual(dropped.calls, { evaluate: 0, endorse: 1, submit: 2, commit: 2 });
    const never = await run({ commit: ['silence'] });
    assert.match(String(refused(never)), /SUBMIT_UNCERTAIN/);
    assert.ok(never.calls.submit >= 2 && never.calls.submit <= 4);
  });

  it('takes a plain refusal of the orderer at its word', async () => {
    const done = await run({ submit: [{ code: status.PERMISSION_DENIED, details: 'no' }] });
    assert.match(String(refused(done)), /FORBIDDEN/);
    assert.equal(done.calls.commit, 0);
  });

  it('asks again when peers answer from different heights', async () => {
    const differ = { code: status.ABORTED, details: 'ProposalResponsePayloads do not match' };
    const done = await run({ endorse: [differ, differ, 'ok'] });
    committed(done);
    assert.equal(done.calls.endorse, 3);
  });

  it("does not ask again for chaincode's own refusal", async () => {
    const details = 'chaincode response 500, HOLDING_SHORT: house holds 3';
    const done = await run({ endorse: [{ code: status.ABORTED, details }, 'ok'] });
    assert.match(String(refused(done)), /HOLDING_SHORT: house holds 3/);
    assert.deepEqual([done.calls.endorse, done.calls.submit], [1, 0]);
  });

  it('submits nothing when chaincode answers in a form that it cannot read', async () => {
    const done = await run({ result: { laneId: 7 } });
    assert.match(String(refused(done)), /LEDGER_CORRUPT/);
    assert.equal(done.calls.submit, 0);
  });
});

describe('evaluate', () => {
  it('gives up on a peer that hangs when its deadline is over', async () => {
    await using peer = new ScriptedPeer({ evaluate: ['silence'] });
    const session = await peer.session();
    await assert.rejects(evaluate(session, 'config', {}, z.object({})), fault('TIMED_OUT'));
  });

  it('calls a peer that is not there unreachable', async () => {
    await using peer = new ScriptedPeer({});
    const session = await peer.session();
    peer.vanish();
    await assert.rejects(evaluate(session, 'config', {}, z.object({})), fault('CHAIN_UNREACHABLE'));
  });
});
