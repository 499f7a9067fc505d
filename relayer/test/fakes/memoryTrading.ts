import {
  bytesFromHex,
  decodeHeader,
  decodeWordsOf,
  Fault,
  headerHashOf,
  headerOfPayload,
  ZERO_WORD,
} from '@twinspan/protocol';
import type { BridgeLane, Hex, TradingBlock } from '@twinspan/protocol';
import type { BridgeEvent, Receipt, Signed, TradingChain } from '@twinspan/sdk';
import { decodeFunctionData, parseAbi } from 'viem';
import { MemoryPool, pooledOf } from './memoryPool.ts';
import type { Pooled } from './memoryPool.ts';

type Verbs = Pick<
  TradingChain,
  | 'chainId'
  | 'blockNumber'
  | 'finalizedBlock'
  | 'requireChain'
  | 'block'
  | 'blockEvents'
  | 'addresses'
  | 'bridgeLane'
  | 'isHeld'
  | 'recordHoldReason'
  | 'listing'
  | 'tokenStatus'
  | 'accountFlags'
  | 'nonce'
  | 'fees'
  | 'receipt'
  | 'estimate'
  | 'broadcast'
  | 'etherBalance'
  | 'slotGas'
>;

export const BRIDGE: Hex = `0x${'0c'.repeat(20)}`;
export const BACKINGS: Hex = `0x${'0b'.repeat(20)}`;
export const TRADING_CHAIN_ID = 31_337n;

interface Block {
  readonly hash: Hex;
  readonly lanes: ReadonlyMap<bigint, BridgeLane>;
  readonly events: readonly BridgeEvent[];
  readonly receipts: ReadonlyMap<Hex, 'done' | 'reverted'>;
  readonly nonces: ReadonlyMap<string, number>;
  /** Units by recipient. */
  readonly balances: ReadonlyMap<Hex, bigint>;
}

const EMPTY_LANE: BridgeLane = {
  epoch: 0n,
  previousHeader: ZERO_WORD,
  nextMessage: 0n,
  sealedAt: 0,
  releasedThrough: 0n,
};
const bridgeAbi = parseAbi(['function deliver(bytes payload, bytes endorsements, bytes words)']);

/** A trading chain with one bridge in memory: a pool, blocks when asked, and reorganizations when asked. */
export class MemoryTrading {
  readonly pool = new MemoryPool();
  readonly #blocks: Block[] = [];
  readonly #deliveryHashes = new Map<Hex, boolean>();
  #salt = 0;
  /** Blocks behind the tip that count as not final. */
  depth = 1;
  /** Nothing that pays less per gas gets into a block. */
  baseFee = 4n;
  /** Transactions that the miner passes over, for whatever reason. */
  isStubborn: (one: Pooled) => boolean = () => false;
  /** What a sender has, in wei; plenty when not named. */
  readonly ether = new Map<Hex, bigint>();
  /** Deliveries mined, those in vain included. */
  deliveries = 0;
  /** Set to make the next sends fail: before they reach the pool, or after. */
  readonly sendFailures: { readonly fault: Fault; readonly isSent: boolean }[] = [];

  constructor() {
    const [lanes, receipts, nonces, balances] = [new Map(), new Map(), new Map(), new Map()];
    this.#blocks.push({ hash: this.#hash(), lanes, events: [], receipts, nonces, balances });
  }

  get balances(): ReadonlyMap<Hex, bigint> {
    return this.#tip().balances;
  }

  /** Epochs delivered on all lanes. */
  get delivered(): bigint {
    return [...this.#tip().lanes.values()].reduce((sum, { epoch }) => sum + epoch, 0n);
  }

  get pooled(): number {
    return this.pool.size;
  }

  /** Takes everything in the pool that pays enough, each sender's transactions in order of nonce, into one block. */
  mine(): void {
    const block = this.#next();
    this.deliveries += [...block.receipts.keys()].filter((hash) => this.#isDelivery(hash)).length;
    this.pool.drop(({ hash, sender, nonce }) => block.receipts.has(hash) || nonce < (block.nonces.get(sender) ?? 0));
    this.#blocks.push(block);
  }

  /** Replaces the newest blocks by as many empty ones; what they held is lost from the pool too. */
  reorganize(count: number): void {
    this.#blocks.splice(-count, count);
    this.dropPool();
    for (let i = 0; i < count; i++) this.mine();
  }

  /** Forgets what waits in the pool, or the part of it that is named. */
  dropPool(isDropped: (one: Pooled) => boolean = () => true): void {
    this.pool.drop(isDropped);
  }

  verbs(): Verbs {
    return {
      chainId: Number(TRADING_CHAIN_ID),
      addresses: { assetChainClient: BRIDGE, backings: BACKINGS, bridge: BRIDGE, deployedAtBlock: 0n },
      blockNumber: () => Promise.resolve(this.#number()),
      finalizedBlock: () => Promise.resolve(this.#final()),
      requireChain: () => Promise.resolve(),
      block: (number) => Promise.resolve(this.#header(number)),
      blockEvents: ({ number }) => Promise.resolve(this.#at(number).events),
      bridgeLane: (laneId, at) => Promise.resolve(this.#laneAt(laneId, at)),
      isHeld: () => Promise.resolve(false),
      recordHoldReason: () => Promise.resolve(undefined),
      listing: () => Promise.resolve(undefined),
      tokenStatus: () => Promise.reject(new Fault('RECORD_NOT_LISTED', 'there are no tokens here')),
      accountFlags: () => Promise.reject(new Fault('RECORD_NOT_LISTED', 'there are no tokens here')),
      nonce: (tag, of) => Promise.resolve(this.#nonce(of ?? '0x', tag ?? 'pending')),
      fees: () => Promise.resolve(this.#market()),
      receipt: (hash) => this.#receipt(hash),
      estimate: (call) => this.#try(call),
      broadcast: (signed) => this.#take(signed),
      etherBalance: (of) => Promise.resolve(this.#ether(of ?? '0x')),
      slotGas: () => Promise.resolve(22_100n),
    };
  }

  #number(): bigint {
    return BigInt(this.#blocks.length - 1);
  }

  #final(): bigint {
    const final = this.#blocks.length - 1 - this.depth;
    return BigInt(Math.max(0, final));
  }

  #tip(): Block {
    return this.#at(this.#number());
  }

  #at(number: bigint): Block {
    const block = this.#blocks[Number(number)];
    if (block === undefined) throw new Fault('CHAIN_UNREACHABLE', `there is no block ${number}`);
    return block;
  }

  #hash(): Hex {
    this.#salt += 1;
    return `0x${this.#salt.toString(16).padStart(64, '0')}`;
  }

  #market(): Awaited<ReturnType<Verbs['fees']>> {
    return { baseFeePerGas: this.baseFee, maxFeePerGas: 2n * this.baseFee + 2n, maxPriorityFeePerGas: 2n };
  }

  #ether(of: Hex): bigint {
    return this.ether.get(of) ?? 10n ** 18n;
  }

  #header(number: bigint): TradingBlock {
    const { hash } = this.#at(number);
    const parentHash = number === 0n ? ZERO_WORD : this.#at(number - 1n).hash;
    return { number, hash, parentHash, stateRoot: hash, receiptsRoot: hash, logsBloom: '0x', timestamp: number };
  }

  #laneAt(laneId: bigint, at: bigint | 'pending' = this.#number()): BridgeLane {
    return laneIn(at === 'pending' ? this.#next() : this.#at(at), laneId);
  }

  #nonce(sender: Hex, tag: 'latest' | 'pending'): number {
    const latest = this.#tip().nonces.get(sender) ?? 0;
    return tag === 'latest' ? latest : this.pool.pending(sender, latest);
  }

  #try(call: { readonly to: Hex; readonly data: Hex }): Promise<bigint> {
    const header = headerIn(call);
    if (header === undefined) return Promise.resolve(50_000n);
    const next = this.#laneAt(header.laneId).epoch + 1n;
    if (header.epoch !== next) return Promise.reject(new Fault('EPOCH_OUT_OF_ORDER', `epoch ${next} is next`));
    return Promise.resolve(100_000n);
  }

  async #take(signed: Signed): Promise<void> {
    const failure = this.sendFailures.shift();
    if (failure !== undefined && !failure.isSent) throw failure.fault;
    const pooled = await pooledOf(signed);
    this.pool.add(pooled, this.#nonce(pooled.sender, 'latest'), this.#ether(pooled.sender));
    this.#deliveryHashes.set(pooled.hash, headerIn(pooled) !== undefined);
    if (failure !== undefined) throw failure.fault;
  }

  #isDelivery(hash: Hex): boolean {
    return this.#deliveryHashes.get(hash) ?? false;
  }

  #receipt(hash: Hex): Promise<Receipt | undefined> {
    const number = this.#blocks.findIndex((block) => block.receipts.has(hash));
    const block = this.#blocks[number];
    if (block === undefined) return Promise.resolve(undefined);
    if (block.receipts.get(hash) === 'reverted') return Promise.reject(new Fault('DELIVERY_REVERTED', 'it reverted'));
    const costs = { gasUsed: 1n, effectiveGasPrice: 1n };
    return Promise.resolve({ hash, blockNumber: BigInt(number), blockHash: block.hash, ...costs });
  }

  /** The block that would be mined now. */
  #next(): Block {
    let block: Block = { ...this.#tip(), hash: this.#hash(), events: [], receipts: new Map() };
    for (const pooled of this.pool.all()) {
      if (pooled.maxFeePerGas >= this.baseFee && !this.isStubborn(pooled)) block = this.#execute(block, pooled);
    }
    return block;
  }

  #execute(block: Block, pooled: Pooled): Block {
    const { sender, nonce, hash } = pooled;
    if (nonce !== (block.nonces.get(sender) ?? 0)) return block;
    const nonces = new Map(block.nonces).set(sender, nonce + 1);
    const header = headerIn(pooled);
    if (header === undefined) return { ...block, nonces, receipts: new Map(block.receipts).set(hash, 'done') };
    const isNext = header.epoch === laneIn(block, header.laneId).epoch + 1n;
    const receipts = new Map(block.receipts).set(hash, isNext ? 'done' : 'reverted');
    return { ...(isNext ? this.#deliver(block, pooled) : block), nonces, receipts };
  }

  #deliver(block: Block, { data, hash: txHash }: Pooled): Block {
    const { args } = decodeFunctionData({ abi: bridgeAbi, data });
    const raw = headerOfPayload(bytesFromHex(args[0]), 'rights');
    const header = decodeHeader(raw);
    const balances = new Map(block.balances);
    for (const { recipient, units } of decodeWordsOf(header, bytesFromHex(args[2])).messages) {
      balances.set(recipient, (balances.get(recipient) ?? 0n) + units);
    }
    const { laneId, epoch, firstMessage, messageCount } = header;
    const headerHash = headerHashOf(raw);
    const before = laneIn(block, laneId);
    const nextMessage = firstMessage + BigInt(messageCount);
    const lanes = new Map(block.lanes).set(laneId, { ...before, epoch, previousHeader: headerHash, nextMessage });
    const place = { blockNumber: this.#number() + 1n, blockHash: block.hash, logIndex: block.events.length, txHash };
    const event: BridgeEvent = {
      name: 'EpochDelivered',
      ...{ laneId, epoch, headerHash, firstMessage, messageCount },
      ...place,
    };
    return { ...block, lanes, balances, events: [...block.events, event] };
  }
}

function laneIn({ lanes }: Block, laneId: bigint): BridgeLane {
  return lanes.get(laneId) ?? EMPTY_LANE;
}

/** Of a delivery; undefined for any other call. */
function headerIn({ to, data }: Pick<Pooled, 'to' | 'data'>): ReturnType<typeof decodeHeader> | undefined {
  if (to !== BRIDGE || data === '0x') return undefined;
  const { args } = decodeFunctionData({ abi: bridgeAbi, data });
  return decodeHeader(headerOfPayload(bytesFromHex(args[0]), 'rights'));
}
