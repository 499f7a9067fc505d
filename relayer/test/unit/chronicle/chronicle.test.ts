import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bounceTargetOf } from '@twinspan/protocol';
import type { BridgeChange, BridgeEvent } from '@twinspan/sdk';
import { chronicle } from '../../../src/chronicle/chronicle.ts';
import { laneKey, recordKey } from '../../../src/db/keys.ts';
import { ApiNode, LANE, NOW_MS, recipientOf, RIGHTS, TX } from '../../fakes/apiNode.ts';

const heldMessage = { laneId: LANE, message: 5n, rightsId: RIGHTS, recipient: recipientOf(6), units: 5n, heldAt: 1 };
const held: BridgeChange = { name: 'MessageHeld', held: heldMessage, reason: 'TOKEN_PAUSED' };
const bounced: BridgeChange = { name: 'HeldBounced', laneId: LANE, message: 5n };
const bounce = { kind: 'BOUNCE', rightsId: RIGHTS, units: 5n, target: bounceTargetOf(5n) } as const;
const outboxed: BridgeChange = { name: 'Outboxed', laneId: LANE, index: 0n, ...bounce };

function at(blockNumber: bigint, change: BridgeChange): BridgeEvent {
  return { ...change, blockNumber, blockHash: TX, logIndex: 0, txHash: TX };
}

interface Seen {
  readonly node: ApiNode;
  /** As a feed does: all events of a span in one batch. */
  readonly trading: (...events: BridgeEvent[]) => Promise<void>;
  readonly released: (through: bigint) => Promise<void>;
  readonly reorg: () => Promise<void>;
  readonly kinds: () => string[];
}

async function watching(test: (seen: Seen) => Promise<void>): Promise<void> {
  await using node = await ApiNode.start();
  const { modules } = node;
  const observer = chronicle({ ...modules, retention: { epochs: 100_000 } });
  const first = `${NOW_MS}.0`;
  await test({
    node,
    trading: async (...events) => {
      const writes = modules.tables.writes('trading-feed/apply');
      for (const event of events) await observer.onTrading?.(event, writes);
      await writes.commit();
    },
    released: async (releasedThrough) => {
      const writes = modules.tables.writes('asset-feed/apply');
      await observer.onAsset?.(
        { name: 'Released', laneId: LANE, releasedThrough, blockNumber: 3n, txId: 'tx3' },
        writes,
      );
      await writes.commit();
    },
    reorg: async () => {
      const writes = modules.tables.writes('trading-feed/apply');
      await observer.onReorg?.(90n, writes);
      await writes.commit();
    },
    kinds: () => modules.live.after(first).events.map(({ kind }) => kind),
  });
}

describe('the chronicle', () => {
  it('keeps the whole life of a bounced message, also when it all comes in one batch', async () => {
    await watching(async ({ node: { modules }, trading, released, kinds }) => {
      await trading(at(80n, held), at(81n, bounced), at(81n, outboxed));
      await released(1n);
      const hold = await modules.tables.holds.get(laneKey(LANE, 5n));
      assert.deepEqual(
        [hold?.reason, hold?.held.block, hold?.ended?.how, hold?.outboxIndex],
        [...['TOKEN_PAUSED', 80n, 'bounced', 0n]],
      );
      const release = await modules.tables.releases.get(laneKey(LANE, 0n));
      assert.deepEqual([release?.outboxed.block, release?.released?.txId], [81n, 'tx3']);
      assert.deepEqual(kinds(), ['held', 'bounced', 'outboxed', 'released']);
    });
  });

  it('knows a release whose entry it sees only afterwards, when one chain is read ahead of the other', async () => {
    await watching(async ({ node: { modules }, trading, released }) => {
      await released(1n);
      await trading(at(81n, outboxed), at(82n, { ...outboxed, index: 1n }));
      const releaseAt = async (index: bigint) =>
        (await modules.tables.releases.get(laneKey(LANE, index)))?.released?.txId;
      assert.deepEqual([await releaseAt(0n), await releaseAt(1n)], ['tx3', undefined]);
    });
  });

  it('takes back what stood in blocks that are gone, and nothing else', async () => {
    await watching(async ({ node: { modules }, trading, reorg }) => {
      // Blocks up to 90 stay.
      const other = { ...held, held: { ...heldMessage, message: 6n } } as BridgeChange;
      await trading(at(80n, held), at(95n, bounced), at(95n, outboxed), at(96n, other));
      await reorg();
      const { holds, releases } = modules.tables;
      const [kept, gone] = [await holds.get(laneKey(LANE, 5n)), await holds.get(laneKey(LANE, 6n))];
      assert.deepEqual([kept?.held.block, kept?.ended, gone], [80n, undefined, undefined]);
      assert.equal(await releases.get(laneKey(LANE, 0n)), undefined);
    });
  });

  it('knows the place of an epoch that someone else carried', async () => {
    await watching(async ({ node: { modules }, trading }) => {
      const delivered = { laneId: LANE, epoch: 1n, headerHash: TX, firstMessage: 0n, messageCount: 4 } as const;
      await trading(at(80n, { name: 'EpochDelivered', ...delivered }));
      const { epochs, deliveries } = modules.tables;
      const [row, delivery] = [await epochs.get(laneKey(LANE, 1n)), await deliveries.get(laneKey(LANE, 1n))];
      assert.deepEqual([row?.messageCount, delivery], [4, { block: 80n, txHash: TX }]);
    });
  });

  it('keeps the newest state of a record, and its token whichever came first', async () => {
    await watching(async ({ node: { modules }, trading }) => {
      const token = recipientOf(9);
      const state = { laneId: LANE, rightsId: RIGHTS, unitValue: 3n, valuedAt: 1, commitment: TX, termsHash: TX };
      await trading(
        at(80n, { name: 'Listed', rightsId: RIGHTS, laneId: LANE, token }),
        at(81n, { name: 'StateAttested', ...state, status: 1 }),
        at(82n, { name: 'StateAttested', ...state, status: 2 }),
      );
      const row = await modules.tables.records.get(recordKey(LANE, RIGHTS));
      assert.deepEqual([row?.token, row?.attested?.status, row?.attested?.block], [token, 'FROZEN', 82n]);
    });
  });
});
