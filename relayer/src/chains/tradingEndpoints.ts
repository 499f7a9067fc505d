import { Fault } from '@twinspan/protocol';
import type { BridgeLane, TradingBlock } from '@twinspan/protocol';
import type { BridgeEvent, TradingChain } from '@twinspan/sdk';
import { asFault } from '../asFault.ts';
import { agreed } from './agreement.ts';
import { Failover } from './failover.ts';
import type { Answered, FailoverModules, Source } from './failover.ts';
import { failingOver } from './failingOver.ts';

/** An endpoint so many blocks behind the newest head is not followed while another is nearer. */
const STALE_BLOCKS = 16n;

type Sources = Failover<TradingChain>;

/**
 * One trading chain over one or two endpoints. Carrying goes on by any that works. What is final is what both say: their
 * answers about the same height are compared, and with one of them away nothing becomes final and nothing is attested.
 */
export function overEndpoints(endpoints: readonly Source<TradingChain>[], modules: FailoverModules): TradingChain {
  const [first] = endpoints;
  if (first === undefined) throw new Fault('CONFIG_BAD', 'trading.endpoints is empty');
  const sources = new Failover(endpoints, modules);
  return {
    ...failingOver(first.chain, sources),
    bridgeEvents: (span, names) => events(sources, span, names),
    blockNumber: () => newestHead(sources, modules),
    requireChain: () => requireChain(sources, modules),
    finalizedBlock: async () => {
      const answers = await sources.all((chain) => chain.finalizedBlock());
      return answers.reduce((least, { answer }) => (answer < least ? answer : least), answers[0]?.answer ?? 0n);
    },
    block: (number) => anyBlock(sources, number, modules),
    checkpoint: async (number) => {
      const answers = await sources.all((chain) => chain.checkpoint(number));
      return agreed('checkpoint', answers, ({ blockHash, stateRoot }) => `${blockHash} ${stateRoot}`, modules);
    },
    bridgeLane: async (laneId, block) => {
      // At the tip two endpoints may be a block apart: there is nothing to compare.
      if (typeof block !== 'bigint') return sources.first((chain) => chain.bridgeLane(laneId, block));
      return agreed('lane', await sources.all((chain) => chain.bridgeLane(laneId, block)), laneText, modules);
    },
  };
}

function laneText({ epoch, previousHeader, nextMessage, releasedThrough }: BridgeLane): string {
  return `epoch ${epoch} ${previousHeader}, message ${nextMessage}, released ${releasedThrough}`;
}

async function newestHead(sources: Sources, { metrics }: FailoverModules): Promise<bigint> {
  const heads = await sources.some((chain) => chain.blockNumber());
  const newest = heads.reduce((most, { answer }) => (answer > most ? answer : most), 0n);
  for (const { name, answer } of heads) {
    metrics.list.endpointBehind.set({ endpoint: name }, Number(newest - answer));
  }
  return heads.find(({ answer }) => newest - answer <= STALE_BLOCKS)?.answer ?? newest;
}

async function requireChain(sources: Sources, modules: FailoverModules): Promise<void> {
  const answers = await sources.some(async (chain) => {
    try {
      await chain.requireChain();
      return undefined;
    } catch (error) {
      const fault = asFault(error);
      if (fault.code !== 'CHAIN_WRONG') throw fault;
      return fault;
    }
  });
  const wrong = agreed('chainId', answers, (fault) => fault?.sentence ?? 'the right chain', modules);
  if (wrong !== undefined) throw wrong;
}

/** The block in the word of every endpoint that has it: one that lags says nothing. */
async function anyBlock(sources: Sources, number: bigint, modules: FailoverModules): Promise<TradingBlock> {
  const answers = await sources.some(async (chain) => {
    try {
      return await chain.block(number);
    } catch (error) {
      const fault = asFault(error);
      if (fault.code !== 'REORGED') throw fault;
      return undefined;
    }
  });
  const blocks = answers.filter((one): one is Answered<TradingBlock> => one.answer !== undefined);
  if (blocks.length === 0) throw new Fault('REORGED', `there is no block ${number}`);
  return agreed('block', blocks, ({ hash }) => hash, modules);
}

async function* events(
  sources: Sources,
  ...question: Parameters<TradingChain['bridgeEvents']>
): AsyncGenerator<BridgeEvent> {
  yield* await sources.first(async (chain) => {
    const found: BridgeEvent[] = [];
    for await (const event of chain.bridgeEvents(...question)) found.push(event);
    return found;
  });
}
