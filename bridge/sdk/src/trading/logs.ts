import {
  bloomMayHold,
  Fault,
  releaseKindOf,
  verifiedLogs,
  type Hex,
  type ReleaseKind,
  type TradingBlock,
} from '@twinspan/protocol';
import { parseEventLogs, type ParseEventLogsReturnType } from 'viem';
import { backingsAbi, bridgeAbi } from '../generated/abi.ts';
import { holdReasonOf, type HeldMessage, type HoldReason } from './bridgeVerbs.ts';
import { lowerAddress } from './lowerAddress.ts';
import type { ContractAddresses } from './options.ts';
import { ask, type TradingSession } from './session.ts';

export interface LogPlace {
  readonly blockNumber: bigint;
  readonly blockHash: Hex;
  readonly logIndex: number;
  readonly txHash: Hex;
}

export type BridgeChange =
  | {
      readonly name: 'EpochDelivered';
      readonly laneId: bigint;
      readonly epoch: bigint;
      readonly headerHash: Hex;
      readonly firstMessage: bigint;
      readonly messageCount: number;
    }
  | { readonly name: 'MessageHeld'; readonly held: HeldMessage; readonly reason: HoldReason }
  | { readonly name: 'HeldMinted' | 'HeldBounced'; readonly laneId: bigint; readonly message: bigint }
  | {
      readonly name: 'StateAttested';
      readonly laneId: bigint;
      readonly rightsId: Hex;
      /** 1 ACTIVE, 2 FROZEN, 3 REVOKED. */
      readonly status: number;
      readonly unitValue: bigint;
      readonly valuedAt: number;
      readonly commitment: Hex;
      readonly termsHash: Hex;
    }
  | {
      readonly name: 'YieldAnnounced';
      readonly laneId: bigint;
      readonly message: bigint;
      readonly rightsId: Hex;
      /** The evidence hash's first 20 bytes. */
      readonly evidence: Hex;
      readonly amount: bigint;
    }
  | {
      readonly name: 'Outboxed';
      readonly laneId: bigint;
      readonly index: bigint;
      readonly kind: ReleaseKind;
      readonly rightsId: Hex;
      readonly units: bigint;
      readonly target: Hex;
    }
  | { readonly name: 'Listed'; readonly rightsId: Hex; readonly laneId: bigint; readonly token: Hex }
  | {
      readonly name: 'BackingProven';
      readonly commitment: Hex;
      readonly policy: bigint;
      readonly units: bigint;
      readonly unitValue: bigint;
      /** Unix seconds. */
      readonly until: number;
    }
  | { readonly name: 'PolicySet'; readonly policy: bigint };

export type BridgeEvent = BridgeChange & LogPlace;

export interface BlockSpan {
  readonly fromBlock: bigint;
  readonly toBlock: bigint;
}

export interface HeldTrace {
  readonly held: HeldMessage;
  readonly reason: HoldReason;
  readonly state: 'held' | 'minted' | 'bounced';
}

export interface LogVerbs {
  /** All events of Bridge and Backings in the block, from receipts that its header commits to. @throws Fault CHAIN_ANSWER_BAD */
  blockEvents(block: TradingBlock): Promise<readonly BridgeEvent[]>;
  /** Events of Bridge and Backings in chain order, read in pages of blocks: the node's word. `names` narrows them. */
  bridgeEvents(span: BlockSpan, names?: readonly BridgeEvent['name'][]): AsyncIterable<BridgeEvent>;
  /** Every message ever held on the lane and how it ended, as of `toBlock` (default: the tip). */
  heldMessages(laneId: bigint, span?: Partial<BlockSpan>): Promise<readonly HeldTrace[]>;
}

const eventAbi = [...bridgeAbi, ...backingsAbi].filter((item) => item.type === 'event');

type EventLog = ParseEventLogsReturnType<typeof eventAbi, undefined, true>[number];

/** Events of Bridge and Backings in chain order, one eth_getLogs per page of blocks. */
export async function* bridgeEvents(
  session: TradingSession,
  span: BlockSpan,
  names?: readonly BridgeEvent['name'][],
): AsyncGenerator<BridgeEvent> {
  const { addresses } = session.options;
  const events = eventAbi.filter((item) => names === undefined || names.some((name) => name === item.name));
  for (let from = span.fromBlock; from <= span.toBlock; from += session.logPageBlocks) {
    const lastOfPage = from + session.logPageBlocks - 1n;
    const toBlock = lastOfPage < span.toBlock ? lastOfPage : span.toBlock;
    const logs = await ask('eth_getLogs', () =>
      session.client.getLogs({
        address: [addresses.bridge, addresses.backings],
        events,
        fromBlock: from,
        toBlock,
        strict: true,
      }),
    );
    for (const log of logs) {
      requireAsked(log, addresses, { fromBlock: from, toBlock });
      const event = bridgeEventOf(log);
      if (event !== undefined) yield { ...event, ...placeOf(log) };
    }
  }
}

/** @throws Fault CHAIN_ANSWER_BAD on a log of another contract or of blocks that were not asked for */
function requireAsked(log: EventLog, { bridge, backings }: ContractAddresses, { fromBlock, toBlock }: BlockSpan): void {
  const address = lowerAddress(log.address);
  const isOurs = address === bridge || address === backings;
  if (isOurs && log.blockNumber >= fromBlock && log.blockNumber <= toBlock) return;
  throw new Fault('CHAIN_ANSWER_BAD', `eth_getLogs gave a log of ${address} in block ${log.blockNumber}`);
}

async function blockEvents(session: TradingSession, block: TradingBlock): Promise<readonly BridgeEvent[]> {
  const { bridge, backings } = session.options.addresses;
  const ours = [bridge, backings].filter((address) => bloomMayHold(block.logsBloom, address));
  if (ours.length === 0) return [];
  const receipts: unknown = await ask(`the receipts of block ${block.number}`, () =>
    session.client.request<{ Method: 'eth_getBlockReceipts'; Parameters: [Hex]; ReturnType: unknown }>({
      method: 'eth_getBlockReceipts',
      params: [block.hash],
    }),
  );
  const logs = await verifiedLogs(block, receipts, ours);
  return logs.flatMap((log) => {
    const place = { blockNumber: block.number, blockHash: block.hash, logIndex: log.logIndex, txHash: log.txHash };
    const whole = { ...log, ...place, transactionHash: log.txHash, topics: topicsOf(log.topics) };
    const [parsed] = parseEventLogs({ abi: eventAbi, logs: [{ ...whole, transactionIndex: 0, removed: false }] });
    const event = parsed === undefined ? undefined : bridgeEventOf(parsed);
    return event === undefined ? [] : [{ ...event, ...place }];
  });
}

function topicsOf(topics: readonly Hex[]): [] | [Hex, ...Hex[]] {
  const [signature, ...rest] = topics;
  return signature === undefined ? [] : [signature, ...rest];
}

function placeOf(log: EventLog): LogPlace {
  return {
    blockNumber: log.blockNumber,
    blockHash: log.blockHash,
    logIndex: log.logIndex,
    txHash: log.transactionHash,
  };
}

function bridgeEventOf(log: EventLog): BridgeChange | undefined {
  if (log.eventName === 'MessageHeld') return heldEvent(log.args);
  if (log.eventName === 'Outboxed') return { name: log.eventName, ...log.args, kind: releaseKindOf(log.args.kind) };
  return plainEventOf(log);
}

/** undefined for events of access control, which nobody downstream acts on. */
function plainEventOf(log: EventLog): BridgeChange | undefined {
  switch (log.eventName) {
    case 'EpochDelivered':
      return { name: log.eventName, ...log.args };
    case 'HeldMinted':
      return { name: log.eventName, ...log.args };
    case 'HeldBounced':
      return { name: log.eventName, ...log.args };
    case 'StateAttested':
      return { name: log.eventName, ...log.args };
    case 'YieldAnnounced':
      return { name: log.eventName, ...log.args };
    case 'Listed':
      return { name: log.eventName, ...log.args, token: lowerAddress(log.args.token) };
    case 'PolicySet':
      return { name: log.eventName, ...log.args };
    case 'BackingProven':
      return { name: log.eventName, ...log.args };
    default:
      return undefined;
  }
}

function heldEvent({ reason, ...held }: HeldMessage & { readonly reason: number }): BridgeChange {
  const named = holdReasonOf(reason);
  if (named === undefined)
    throw new Fault('CHAIN_ANSWER_BAD', `a message is said to be held for the unknown reason ${reason}`);
  return { name: 'MessageHeld', held: { ...held, recipient: lowerAddress(held.recipient) }, reason: named };
}

export function logVerbs(session: TradingSession): LogVerbs {
  return {
    blockEvents: (block) => blockEvents(session, block),
    bridgeEvents: (span, names) => bridgeEvents(session, span, names),
    heldMessages: async (laneId, span = {}) => {
      const fromBlock = span.fromBlock ?? session.options.addresses.deployedAtBlock;
      const toBlock = span.toBlock ?? (await ask('eth_blockNumber', () => session.client.getBlockNumber()));
      const traces = new Map<bigint, HeldTrace>();
      for await (const event of bridgeEvents(session, { fromBlock, toBlock }, [
        'MessageHeld',
        'HeldMinted',
        'HeldBounced',
      ])) {
        follow(traces, laneId, event);
      }
      return [...traces.values()];
    },
  };
}

function follow(traces: Map<bigint, HeldTrace>, laneId: bigint, event: BridgeEvent): void {
  if (event.name === 'MessageHeld' && event.held.laneId === laneId) {
    traces.set(event.held.message, { held: event.held, reason: event.reason, state: 'held' });
  }
  if ((event.name === 'HeldMinted' || event.name === 'HeldBounced') && event.laneId === laneId) {
    const trace = traces.get(event.message);
    const state = event.name === 'HeldMinted' ? 'minted' : 'bounced';
    if (trace !== undefined) traces.set(event.message, { ...trace, state });
  }
}
