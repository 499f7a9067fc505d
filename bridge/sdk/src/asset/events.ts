import type { ChaincodeEventsOptions } from '@hyperledger/fabric-gateway';
import { common, peer } from '@hyperledger/fabric-protos';
import { Fault, laneIdField, rightsIdField, uint64Field } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { z } from 'zod';
import { fabricFault } from './fabricFault.ts';
import { fromAnswer } from './json.ts';
import { deadlineIn, ownOrg, type AssetSession } from './session.ts';

/** After this block and, when given, after this transaction in it. */
export interface EventCursor {
  readonly blockNumber: bigint;
  readonly txId?: string;
}

export type AssetChange =
  | { readonly name: 'RecordChanged'; readonly rightsId: Hex }
  | { readonly name: 'LaneOpened'; readonly laneId: bigint }
  | { readonly name: 'Locked'; readonly laneId: bigint; readonly batchId: string; readonly count: number }
  | { readonly name: 'LocksCancelled'; readonly laneId: bigint; readonly count: number }
  | { readonly name: 'Sealed'; readonly laneId: bigint; readonly epoch: bigint }
  | { readonly name: 'Released'; readonly laneId: bigint; readonly releasedThrough: bigint }
  | { readonly name: 'AttestorsApproved' };

export type AssetEvent = AssetChange & {
  readonly blockNumber: bigint;
  readonly txId: string;
};

export interface EventVerbs {
  /**
   * Chaincode events of valid transactions, in ledger order, from the cursor on and then live, until the signal aborts
   * (the iteration ends) or the peer goes away (it throws a Fault).
   * Without a cursor: from the next block.
   */
  events(options: { readonly from?: EventCursor; readonly signal: AbortSignal }): AsyncIterable<AssetEvent>;
  /** Number of blocks on the connected peer. */
  height(): Promise<bigint>;
  /** Unix seconds that the client of the newest block's last transaction wrote into it. */
  newestBlockSeconds(): Promise<number>;
  /** How a transaction ended, or undefined when the peer has not committed it. */
  outcome(txId: string): Promise<TransactionOutcome | undefined>;
}

export interface TransactionOutcome {
  /** false for one that was committed and invalidated. */
  readonly valid: boolean;
  readonly validationCode: number;
  /** Unix seconds that its client wrote into it. */
  readonly atSeconds: number;
}

const idsByName = {
  RecordChanged: z.object({ rightsId: rightsIdField }),
  LaneOpened: z.object({ laneId: laneIdField }),
  Locked: z.object({ laneId: laneIdField, batchId: z.string(), count: z.int() }),
  LocksCancelled: z.object({ laneId: laneIdField, count: z.int() }),
  Sealed: z.object({ laneId: laneIdField, epoch: uint64Field }),
  Released: z.object({ laneId: laneIdField, releasedThrough: uint64Field }),
  AttestorsApproved: z.object({}),
};

/** undefined for an event of a newer chaincode that this version does not know. */
export function changeOf(name: string, payload: Uint8Array): AssetChange | undefined {
  switch (name) {
    case 'RecordChanged':
      return { name, ...fromAnswer(name, payload, idsByName[name]) };
    case 'LaneOpened':
      return { name, ...fromAnswer(name, payload, idsByName[name]) };
    case 'Locked':
      return { name, ...fromAnswer(name, payload, idsByName[name]) };
    case 'LocksCancelled':
      return { name, ...fromAnswer(name, payload, idsByName[name]) };
    case 'Sealed':
      return { name, ...fromAnswer(name, payload, idsByName[name]) };
    case 'Released':
      return { name, ...fromAnswer(name, payload, idsByName[name]) };
    case 'AttestorsApproved':
      return { name };
    default:
      return undefined;
  }
}

function streamOptions(from: EventCursor | undefined): ChaincodeEventsOptions {
  if (from === undefined) return {};
  if (from.txId === undefined) return { startBlock: from.blockNumber + 1n };
  return { checkpoint: { getBlockNumber: () => from.blockNumber, getTransactionId: () => from.txId } };
}

async function* events(
  session: AssetSession,
  from: EventCursor | undefined,
  signal: AbortSignal,
): AsyncGenerator<AssetEvent> {
  if (signal.aborted) return;
  using stream = await session.network.getChaincodeEvents(session.options.chaincode, streamOptions(from));
  let closed = false;
  const isClosed = (): boolean => closed;
  const close = (): void => {
    closed = true;
    stream.close();
  };
  signal.addEventListener('abort', close, { once: true });
  try {
    for await (const event of stream) {
      const change = changeOf(event.eventName, event.payload);
      if (change !== undefined) yield { ...change, blockNumber: event.blockNumber, txId: event.transactionId };
    }
    if (!isClosed()) throw new Fault('CHAIN_UNREACHABLE', 'the peer ended the stream of events');
  } catch (error) {
    if (!isClosed()) throw fabricFault('evaluate', error);
  } finally {
    signal.removeEventListener('abort', close);
  }
}

async function askLedger(session: AssetSession, transaction: string, args: string[]): Promise<Uint8Array> {
  const proposal = session.ledger.newProposal(transaction, ownOrg(session, { arguments: args }));
  return proposal.evaluate(deadlineIn(session.deadlines.evaluateMs));
}

export function eventVerbs(session: AssetSession): EventVerbs {
  const { channel } = session.options;
  return {
    events: ({ from, signal }) => events(session, from, signal),
    height: async () => {
      try {
        const info = await askLedger(session, 'GetChainInfo', [channel]);
        return BigInt(common.BlockchainInfo.deserializeBinary(info).getHeight());
      } catch (error) {
        throw fabricFault('evaluate', error);
      }
    },
    newestBlockSeconds: async () => {
      try {
        const info = common.BlockchainInfo.deserializeBinary(await askLedger(session, 'GetChainInfo', [channel]));
        const newest = String(info.getHeight() - 1);
        const block = common.Block.deserializeBinary(await askLedger(session, 'GetBlockByNumber', [channel, newest]));
        return secondsIn(block);
      } catch (error) {
        throw fabricFault('evaluate', error);
      }
    },
    outcome: async (txId) => {
      try {
        const found = await askLedger(session, 'GetTransactionByID', [channel, txId]);
        const processed = peer.ProcessedTransaction.deserializeBinary(found);
        const validationCode = processed.getValidationcode();
        return {
          ...{ valid: validationCode === 0, validationCode },
          atSeconds: secondsOf(processed.getTransactionenvelope()),
        };
      } catch (error) {
        const fault = fabricFault('evaluate', error);
        if (/no such transaction ID|not found/i.test(fault.sentence)) return undefined;
        throw fault;
      }
    },
  };
}

function secondsIn(block: common.Block): number {
  const last = block.getData()?.getDataList_asU8().at(-1);
  return secondsOf(last === undefined ? undefined : common.Envelope.deserializeBinary(last));
}

/** 0 when it says nothing of the kind. */
function secondsOf(envelope: common.Envelope | undefined): number {
  const payload = envelope?.getPayload_asU8() ?? new Uint8Array();
  const header = common.Payload.deserializeBinary(payload).getHeader();
  const channelHeader = common.ChannelHeader.deserializeBinary(header?.getChannelHeader_asU8() ?? new Uint8Array());
  // The package that types google.protobuf.Timestamp is not among its dependencies.
  const timestamp = channelHeader.getTimestamp() as { getSeconds(): number } | undefined;
  return timestamp?.getSeconds() ?? 0;
}
