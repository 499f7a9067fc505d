import { bytesFromHex, decodeHeader, decodeWords } from '@twinspan/protocol';
import type { EpochWords } from '@twinspan/protocol';
import type { EpochView } from '@twinspan/sdk';
import type { EpochRow } from '../../db/tables.ts';
import type { ApiModules, LockChain } from '../modules.ts';

/** An epoch of which this node has no bundle yet, as its own peer has it. */
export interface SealedOnly {
  readonly epoch: EpochRow;
  readonly words: EpochWords;
}

/** The epoch that carries a message and is sealed but not endorsed, by halving; undefined where there is none. */
export async function sealedOnly(
  laneId: bigint,
  message: bigint,
  { lanes, sealing }: Pick<ApiModules, 'lanes' | 'sealing'>,
): Promise<SealedOnly | undefined> {
  const lane = lanes.get(laneId);
  if (sealing === undefined || lane === undefined) return undefined;
  const onChain = await sealing.asset.lane(laneId);
  if (onChain === undefined || message >= onChain.nextMessage) return undefined;
  const found = await halve({ low: lane.delivered + 1n, high: onChain.epoch }, laneId, message, sealing.asset);
  return found === undefined ? undefined : asRow(found);
}

async function halve(
  { low, high }: { low: bigint; high: bigint },
  laneId: bigint,
  message: bigint,
  asset: LockChain,
): Promise<EpochView | undefined> {
  while (low <= high) {
    const middle = (low + high) / 2n;
    const view = await asset.epoch(laneId, middle);
    if (view === undefined || message < view.firstMessage) high = middle - 1n;
    else if (message >= view.firstMessage + BigInt(view.messageCount)) low = middle + 1n;
    else return view;
  }
  return undefined;
}

function asRow(view: EpochView): SealedOnly {
  const { laneId, epoch, firstMessage, messageCount, stateCount } = view;
  const { sealedAt } = decodeHeader(bytesFromHex(view.header));
  return {
    epoch: { laneId, epoch, firstMessage, messageCount, stateCount, sealedAt, isFinal: false },
    words: decodeWords(bytesFromHex(view.words), view),
  };
}
