import { encodeHeader, encodeWords, headerHashOf, wordsHashOf, ZERO_WORD } from '@twinspan/protocol';
import type { Hex, Message } from '@twinspan/protocol';
import { assembleBundle } from '@twinspan/sdk';
import type { Bundle } from '@twinspan/sdk';
import type { MemoryConsortium } from './consortium.ts';
import { payloadAround } from './consortium.ts';

export interface Aim {
  readonly laneId: bigint;
  readonly tradingChainId: bigint;
  readonly bridge: Hex;
  /** Unix seconds. */
  readonly sealedAt: bigint;
}

/** So many epochs of one lane, endorsed without an asset chain: each mints one unit to an address of its own. */
export function syntheticLane(consortium: MemoryConsortium, aim: Aim, epochs: number): Bundle[] {
  const bundles: Bundle[] = [];
  let previousHeader: Hex = ZERO_WORD;
  for (let epoch = 1n; epoch <= BigInt(epochs); epoch++) {
    const words = wordsOf(aim.laneId, epoch);
    const header = encodeHeader({
      assetChainId: consortium.consortium.assetChainId,
      ...aim,
      epoch,
      previousHeader,
      firstMessage: epoch - 1n,
      messageCount: 1,
      stateCount: 1,
      wordsHash: wordsHashOf(words),
      detailsHash: ZERO_WORD,
      releasedThrough: 0n,
    });
    previousHeader = headerHashOf(header);
    const payload = payloadAround(header);
    const endorsements = consortium.endorse(payload, ['AuditorMSP', 'CustodianMSP']);
    const endorsed = { laneId: aim.laneId, epoch, payload, header, endorsements };
    bundles.push(assembleBundle(endorsed, hexOf(words), consortium.consortium.members));
  }
  return bundles;
}

function wordsOf(laneId: bigint, epoch: bigint): Uint8Array {
  const recipient: Hex = `0x${((laneId << 64n) | epoch).toString(16).padStart(40, '0')}`;
  const message: Message = { kind: 'MINT', slot: 0, recipient, units: 1n };
  const state = {
    rightsId: `0x00${laneId.toString(16).padStart(62, '0')}`,
    status: 'ACTIVE',
    sealedUnits: epoch,
    releasedUnits: 0n,
    unitValue: 1n,
    valuedAt: 1_700_000_000,
    recordCommitment: `0x${'02'.repeat(32)}`,
    termsHash: `0x${'03'.repeat(32)}`,
  } as const;
  return encodeWords({ states: [state], messages: [message] });
}

function hexOf(bytes: Uint8Array): Hex {
  return `0x${Buffer.from(bytes).toString('hex')}`;
}
