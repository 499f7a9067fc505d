import { Fault, outboxHeadAfterAll, type Hex, type OutboxEntry } from '@twinspan/protocol';
import { bridgeAbi } from '../generated/abi.ts';
import { bridgeEvents } from './logs.ts';
import { ask, type TradingSession } from './session.ts';
import { atBlock } from './tokenVerbs.ts';

export interface LocatedOutboxEntry extends OutboxEntry {
  readonly blockNumber: bigint;
  readonly txHash: Hex;
}

export interface OutboxQuestion {
  readonly laneId: bigint;
  readonly fromIndex: bigint;
  /** The head before `fromIndex`. */
  readonly fromHead: Hex;
  readonly throughBlock: bigint;
  /** Where to start looking for logs; the bridge's deployment block when absent. */
  readonly fromBlock?: bigint;
}

export interface OutboxVerbs {
  outboxLength(laneId: bigint, blockNumber?: bigint): Promise<bigint>;
  outboxHead(laneId: bigint, blockNumber?: bigint): Promise<Hex>;
  /**
   * Entries `fromIndex`.. as of the block, read from logs and checked by recomputing the hash chain from `fromHead` to the
   * contract's head at that block.
   * @throws Fault OUTBOX_MISMATCH when the node's logs do not add up to the head
   */
  outboxEntries(question: OutboxQuestion): Promise<readonly LocatedOutboxEntry[]>;
}

export function outboxVerbs(session: TradingSession): OutboxVerbs {
  const { client, options } = session;
  const contract = { address: options.addresses.bridge, abi: bridgeAbi } as const;
  const outboxHead = (laneId: bigint, blockNumber?: bigint): Promise<Hex> =>
    ask('outboxHead', () =>
      client.readContract({ ...contract, functionName: 'outboxHead', args: [laneId], ...atBlock(blockNumber) }),
    );
  return {
    outboxHead,
    outboxLength: (laneId, blockNumber) =>
      ask('outboxLength', () =>
        client.readContract({ ...contract, functionName: 'outboxLength', args: [laneId], ...atBlock(blockNumber) }),
      ),
    outboxEntries: async (question) => {
      const { laneId, fromIndex, fromHead, throughBlock } = question;
      const entries = await loggedEntries(session, question);
      const head = await outboxHead(laneId, throughBlock);
      if (outboxHeadAfterAll(fromHead, fromIndex, entries) !== head) {
        const range = `${entries.length} entries from ${fromIndex.toString()} on`;
        throw new Fault('OUTBOX_MISMATCH', `${range} do not lead to the outbox head of lane ${laneId.toString()}`);
      }
      return entries;
    },
  };
}

async function loggedEntries(session: TradingSession, question: OutboxQuestion): Promise<LocatedOutboxEntry[]> {
  const { laneId, fromIndex, throughBlock, fromBlock = session.options.addresses.deployedAtBlock } = question;
  const found: LocatedOutboxEntry[] = [];
  for await (const event of bridgeEvents(session, { fromBlock, toBlock: throughBlock }, ['Outboxed'])) {
    if (event.name !== 'Outboxed' || event.laneId !== laneId || event.index < fromIndex) continue;
    const { index, kind, rightsId, units, target, blockNumber, txHash } = event;
    found.push({ index, kind, rightsId, units, target, blockNumber, txHash });
  }
  return found;
}
