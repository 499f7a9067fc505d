import {
  bounceTargetOf,
  bytes32FromAccount,
  EMPTY_OUTBOX_HEAD,
  encodeOutboxEntry,
  hexFromBytes,
  outboxEntryHashOf,
  outboxHeadAfter,
  outboxHeadSlotOf,
} from '../../src/index.ts';
import type { OutboxEntry } from '../../src/index.ts';
import { MAX_248, MAX_32, MAX_80, solarHubei } from './fixtures.ts';
import type { VectorCase, VectorFile } from './vectorFile.ts';

const LANE_ID = 0x0123456789abcdefn;

const chained: readonly OutboxEntry[] = [
  { index: 0n, kind: 'REDEEM', rightsId: solarHubei, units: 120n, target: bytes32FromAccount('client-0017') },
  { index: 1n, kind: 'BOUNCE', rightsId: solarHubei, units: 500n, target: bounceTargetOf(3n) },
  { index: 2n, kind: 'REDEEM', rightsId: MAX_248, units: MAX_80, target: MAX_32 },
  { index: 3n, kind: 'BOUNCE', rightsId: solarHubei, units: 0n, target: bounceTargetOf(0n) },
];

function chainCases(): VectorCase[] {
  let head = EMPTY_OUTBOX_HEAD;
  return chained.map((entry) => {
    const headBefore = head;
    head = outboxHeadAfter(headBefore, entry);
    const bytes = hexFromBytes(encodeOutboxEntry(entry));
    return {
      ...entry,
      bytes,
      entryHash: outboxEntryHashOf(entry),
      headBefore,
      headAfter: head,
      laneId: LANE_ID,
      headSlot: outboxHeadSlotOf(LANE_ID),
    };
  });
}

/** One chain: each case continues the one before. */
export const outboxVectors: VectorFile = { cases: chainCases() };
