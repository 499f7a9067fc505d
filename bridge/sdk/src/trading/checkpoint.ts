import {
  Fault,
  bridgeLaneOf,
  laneSlotsOf,
  outboxHeadSlotOf,
  provenOutboxHead,
  provenWord,
  verifiedBlock,
  type Checkpoint,
  type Hex,
  type BridgeLane,
  type StorageProof,
  type TradingBlock,
} from '@twinspan/protocol';
import { numberToHex, type GetProofReturnType } from 'viem';
import { ask, type TradingSession } from './session.ts';

/** Merkle-Patricia proofs from a block's state root to the head of one lane's outbox. */
export interface OutboxProof extends StorageProof {
  readonly head: Hex;
}

/** What can be checked without trusting the node that answers, but for which chain it follows. */
export interface CheckpointVerbs {
  /** @throws Fault CHAIN_WRONG when the node serves another chain than this client is for */
  requireChain(): Promise<void>;
  /** Number of the newest block that is final by the configured rule. */
  finalizedBlock(): Promise<bigint>;
  blockNumber(): Promise<bigint>;
  /** A header whose hash has been recomputed. @throws Fault REORGED when there is none of this number, CHAIN_ANSWER_BAD */
  block(blockNumber: bigint): Promise<TradingBlock>;
  /** The block's hash and the state root that it covers. */
  checkpoint(blockNumber: bigint): Promise<Checkpoint>;
  /**
   * eth_getProof for `outboxHead[laneId]`, checked under the checkpoint's state root. Nodes keep proofs for recent blocks only.
   * @throws Fault CHAIN_ANSWER_BAD when the head is not proven, or the outbox is empty
   */
  proof(laneId: bigint, checkpoint: Checkpoint): Promise<OutboxProof>;
  /** How far the lane is at the block, proven under its state root. @throws Fault CHAIN_ANSWER_BAD */
  provenLane(laneId: bigint, block: TradingBlock): Promise<BridgeLane>;
}

export function checkpointVerbs(session: TradingSession): CheckpointVerbs {
  const { client } = session;
  const blockNumber = (): Promise<bigint> => ask('eth_blockNumber', () => client.getBlockNumber());
  const block = (number: bigint): Promise<TradingBlock> => blockAt(session, number);
  return {
    blockNumber,
    block,
    requireChain: () => requireChain(session),
    finalizedBlock: () => finalizedBlock(session, blockNumber),
    checkpoint: async (number) => {
      const { hash, stateRoot } = await block(number);
      return { blockNumber: number, blockHash: hash, stateRoot };
    },
    proof: async (laneId, { blockNumber: at, stateRoot }) => {
      const bridge = session.options.addresses.bridge;
      const { accountProof, storageProof } = await storageProofs(session, [outboxHeadSlotOf(laneId)], at);
      const proof = { accountProof, storageProof: storageProof[0]?.proof ?? [] };
      const head = await proven(provenOutboxHead({ laneId, bridge }, stateRoot, proof));
      return { head, ...proof };
    },
    provenLane: async (laneId, { number, stateRoot }) => {
      const bridge = session.options.addresses.bridge;
      const slots = laneSlotsOf(laneId);
      const { accountProof, storageProof } = await storageProofs(session, slots, number);
      const prove = (place: 0 | 1): Promise<Hex> =>
        proven(
          provenWord(stateRoot, bridge, slots[place], { accountProof, storageProof: storageProof[place]?.proof ?? [] }),
        );
      return bridgeLaneOf(await prove(0), await prove(1));
    },
  };
}

/** A proof that fails here was read from a node just now: it is the answer that is bad, and another may be good. */
async function proven(word: Promise<Hex>): Promise<Hex> {
  try {
    return await word;
  } catch (cause) {
    throw new Fault('CHAIN_ANSWER_BAD', cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

async function requireChain({ client, options }: TradingSession): Promise<void> {
  const served = await ask('eth_chainId', () => client.getChainId());
  if (served !== options.chainId) {
    throw new Fault('CHAIN_WRONG', `the endpoint serves chain ${served}, not ${options.chainId}`);
  }
}

async function blockAt({ client }: TradingSession, number: bigint): Promise<TradingBlock> {
  const params = [numberToHex(number), false] as const;
  const answer: unknown = await ask(`block ${number}`, () =>
    client.request({ method: 'eth_getBlockByNumber', params: [...params] }),
  );
  if (answer === null) throw new Fault('REORGED', `there is no block ${number}`);
  const block = verifiedBlock(answer);
  if (block.number !== number) throw new Fault('CHAIN_ANSWER_BAD', `asked for block ${number}, got ${block.number}`);
  return block;
}

async function finalizedBlock(
  { client, finality }: TradingSession,
  blockNumber: () => Promise<bigint>,
): Promise<bigint> {
  if ('depth' in finality) {
    const tip = await blockNumber();
    const depth = BigInt(finality.depth);
    return tip > depth ? tip - depth : 0n;
  }
  const answer: unknown = await ask('the finalized block', () =>
    client.request({ method: 'eth_getBlockByNumber', params: ['finalized', false] }),
  );
  return verifiedBlock(answer).number;
}

function storageProofs(
  { client, options }: TradingSession,
  storageKeys: readonly Hex[],
  blockNumber: bigint,
): Promise<GetProofReturnType> {
  return ask('eth_getProof', () =>
    client.getProof({ address: options.addresses.bridge, storageKeys: [...storageKeys], blockNumber }),
  );
}
