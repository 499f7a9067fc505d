import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { packPolicy, recordCommitmentOf } from '@twinspan/protocol';
import type { ConfidentialRecord } from '@twinspan/protocol';
import { pino } from 'pino';
import { proveStage } from '../../../src/back/2-prove.ts';
import type { ProveModules } from '../../../src/back/modules.ts';
import { recordKey } from '../../../src/db/keys.ts';
import { takeTurn } from '../../../src/stage.ts';
import { ApiNode, LANE, NOW_MS, RIGHTS } from '../../fakes/apiNode.ts';
import { confidentialRecord, PERMISSIVE_POLICY, recordView } from '../../fakes/memoryRecord.ts';

const OPTIONS = {
  ...{ mspId: 'CustodianMSP', batchFrom: 3, leaveForMs: 0, turns: undefined, idleMs: 1 },
  times: { renewBeforeSeconds: 60, valueHeadroomBps: 0 },
};
const REFUSED = { ...confidentialRecord(RIGHTS), rating: 1, encumbered: true };

/** Looks at the one record and says what the API tells of it, and what the log does. */
async function tell(
  onLedger: ConfidentialRecord,
  opened: ConfidentialRecord,
): Promise<{ readonly told: string[]; readonly log: string }> {
  await using node = await ApiNode.start();
  const { tables } = node.modules;
  const lines: string[] = [];
  const log = pino({ level: 'info' }, { write: (line: string) => lines.push(line) });
  const modules: ProveModules = {
    ...node.modules,
    log,
    asset: {
      record: () => Promise.resolve(recordView(onLedger)),
      records: () => assert.fail(),
      privateRecord: () => Promise.resolve({ record: opened, commitment: recordCommitmentOf(opened) }),
    },
    trading: {
      listing: () => Promise.resolve({ laneId: LANE, token: `0x${'0d'.repeat(20)}` }),
      policy: () => Promise.resolve({ policy: PERMISSIVE_POLICY, packed: packPolicy(PERMISSIVE_POLICY) }),
      backing: () => Promise.resolve(undefined),
    },
    prover: { parallel: 1, prove: () => assert.fail() },
    announceProof: () => assert.fail(),
    clock: () => NOW_MS,
  };
  const writes = tables.writes('asset-feed/apply').put(tables.records, recordKey(LANE, RIGHTS), {
    ...{ laneId: LANE, rightsId: RIGHTS },
  });
  tables.queues.prove.add(writes, RIGHTS, { rightsId: RIGHTS });
  await writes.commit();
  await takeTurn(proveStage(OPTIONS, modules), modules, new AbortController().signal);
  const told: string[] = [];
  for (const path of ['status', 'queues/prove', `records?lane=${LANE}`]) {
    told.push(JSON.stringify((await node.get(`/v1/${path}`)).body));
  }
  return { told, log: lines.join('') };
}

describe('why a record is not proven', () => {
  it('is said by the log, and to nobody who asks the API', async () => {
    const { told, log } = await tell(REFUSED, REFUSED);
    assert.match(log, /RATING_TOO_LOW.*ENCUMBERED/);
    for (const body of told) {
      assert.match(body, /NOT_BACKABLE.*cannot be proven as it stands/);
      assert.doesNotMatch(body, /RATING|APPRAISAL|ENCUMBERED|VALUE_NOT/);
    }
  });

  it('looks the same when a newer version of it is not confirmed yet', async () => {
    const refused = await tell(REFUSED, REFUSED);
    const waiting = await tell(confidentialRecord(RIGHTS), REFUSED);
    assert.match(waiting.log, /COMMITMENT_MISMATCH/);
    assert.deepEqual(waiting.told, refused.told);
  });
});
