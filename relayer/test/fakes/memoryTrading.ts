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
import type { BridgeEvent, Bundle, Receipt, Sent, TradingChain, TransactionTerms } from '@twinspan/sdk';
import { LANE } from './memoryAsset.ts';

type Verbs = Pick<
  TradingChain,
  | 'blockNumber'
  | 'finalizedBlock'
  | 'requireChain'
  | 'block'
  | 'blockEvents'
  | 'addresses'
  | 'bridgeLane'
  | 'deliver'
  | 'estimateDeliver'
  | 'retry'
  | 'recordHoldReason'
  | 'listing'
  | 'tokenStatus'
  | 'accountFlags'
  | 'nonce'
  | 'fees'
  | 'receipt'
  | 'cancelNonce'
  | 'etherBalance'
  | 'slotGas'
>;

export const BRIDGE: Hex = `0x${'0c'.repeat(20)}`;
export const TRADING_CHAIN_ID = 31_337n;

interface Pooled {
  readonly sender: string;
  readonly nonce: number;
  readonly hash: Hex;
  /** undefined: an empty transaction. */
  readonly bundle: Bundle | undefined;
}

interface Block {
  readonly hash: Hex;
  readonly lane: BridgeLane;
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

/** A trading chain with one bridge in memory: a pool, blocks when asked, and reorganizations when asked. */
export class MemoryTrading {
  readonly #blocks: Block[] = [];
  #pool: Pooled[] = [];
  #salt = 0;
  /** Blocks behind the tip that count as not final. */
  depth = 1;
  /** Set to make the next sends fail: before they reach the pool, or after. */
  readonly sendFailures: { readonly fault: Fault; readonly isSent: boolean }[] = [];

  constructor() {
    this.#blocks.push({
      hash: this.#hash(),
      lane: EMPTY_LANE,
      events: [],
      receipts: new Map(),
      nonces: new Map(),
      balances: new Map(),
    });
  }

  get balances(): ReadonlyMap<Hex, bigint> {
    return this.#tip().balances;
  }

  get delivered(): bigint {
    return this.#tip().lane.epoch;
  }

  get pooled(): number {
    return this.#pool.length;
  }

  /** Takes everything in the pool, each sender's transactions in order of nonce, into one block. */
  mine(): void {
    const before = this.#tip();
    let block: Block = { ...before, hash: this.#hash(), events: [], receipts: new Map() };
    for (const pooled of this.#pool.sort((a, b) => a.nonce - b.nonce)) block = this.#execute(block, pooled);
    this.#pool = this.#pool.filter((pooled) => !block.receipts.has(pooled.hash));
    this.#blocks.push(block);
  }

  /** Replaces the newest blocks by as many empty ones; what they held is lost from the pool too. */
  reorganize(count: number): void {
    this.#blocks.splice(-count, count);
    this.#pool = [];
    for (let i = 0; i < count; i++) this.mine();
  }

  /** Forgets what waits in the pool. */
  dropPool(): void {
    this.#pool = [];
  }

  verbs(sender: string): Verbs {
    return {
      addresses: { assetChainClient: BRIDGE, backings: BRIDGE, bridge: BRIDGE, deployedAtBlock: 0n },
      blockNumber: () => Promise.resolve(this.#number()),
      finalizedBlock: () => Promise.resolve(this.#final()),
      requireChain: () => Promise.resolve(),
      block: (number) => Promise.resolve(this.#header(number)),
      blockEvents: ({ number }) => Promise.resolve(this.#at(number).events),
      bridgeLane: (_laneId, number) => Promise.resolve(this.#at(number ?? this.#number()).lane),
      estimateDeliver: (bundle) => this.#try(bundle),
      deliver: (bundle, terms) => this.#send(sender, bundle, terms),
      retry: () => Promise.reject(new Fault('NOT_HELD', 'nothing is held here')),
      recordHoldReason: () => Promise.resolve(undefined),
      listing: () => Promise.resolve(undefined),
      tokenStatus: () => Promise.reject(new Fault('RECORD_NOT_LISTED', 'there are no tokens here')),
      accountFlags: () => Promise.reject(new Fault('RECORD_NOT_LISTED', 'there are no tokens here')),
      nonce: (tag) => Promise.resolve(this.#nonce(sender, tag ?? 'pending')),
      fees: () => Promise.resolve({ maxFeePerGas: 10n, maxPriorityFeePerGas: 1n }),
      receipt: (hash) => this.#receipt(hash),
      etherBalance: () => Promise.resolve(10n ** 18n),
      slotGas: () => Promise.resolve(22_100n),
      cancelNonce: (nonce, terms) => this.#send(sender, undefined, { nonce, ...terms }),
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

  #header(number: bigint): TradingBlock {
    const { hash } = this.#at(number);
    const parentHash = number === 0n ? ZERO_WORD : this.#at(number - 1n).hash;
    return { number, hash, parentHash, stateRoot: hash, receiptsRoot: hash, logsBloom: '0x', timestamp: number };
  }

  #nonce(sender: string, tag: 'latest' | 'pending'): number {
    let nonce = this.#tip().nonces.get(sender) ?? 0;
    if (tag === 'latest') return nonce;
    while (this.#pool.some((pooled) => pooled.sender === sender && pooled.nonce === nonce)) nonce += 1;
    return nonce;
  }

  #try(bundle: Bundle): Promise<bigint> {
    const next = this.#tip().lane.epoch + 1n;
    if (bundle.epoch !== next) return Promise.reject(new Fault('EPOCH_OUT_OF_ORDER', `epoch ${next} is next`));
    return Promise.resolve(100_000n);
  }

  #send(sender: string, bundle: Bundle | undefined, terms: TransactionTerms = {}): Promise<Sent> {
    const failure = this.sendFailures.shift();
    if (failure !== undefined && !failure.isSent) return Promise.reject(failure.fault);
    const nonce = terms.nonce ?? this.#nonce(sender, 'pending');
    if (nonce < this.#nonce(sender, 'latest')) return Promise.reject(new Fault('TRANSACTION_STUCK', 'nonce too low'));
    const hash = this.#hash();
    this.#pool = this.#pool.filter((pooled) => pooled.sender !== sender || pooled.nonce !== nonce);
    this.#pool.push({ sender, nonce, hash, bundle });
    if (failure !== undefined) return Promise.reject(failure.fault);
    return Promise.resolve({
      hash,
      nonce,
      confirmed: () => Promise.reject(new Fault('TIMED_OUT', 'nobody waits here')),
    });
  }

  #receipt(hash: Hex): Promise<Receipt | undefined> {
    const number = this.#blocks.findIndex((block) => block.receipts.has(hash));
    const block = this.#blocks[number];
    if (block === undefined) return Promise.resolve(undefined);
    if (block.receipts.get(hash) === 'reverted') return Promise.reject(new Fault('DELIVERY_REVERTED', 'it reverted'));
    const costs = { gasUsed: 1n, effectiveGasPrice: 1n };
    return Promise.resolve({ hash, blockNumber: BigInt(number), blockHash: block.hash, ...costs });
  }

  #execute(block: Block, { sender, nonce, hash, bundle }: Pooled): Block {
    if (nonce !== (block.nonces.get(sender) ?? 0)) return block;
    const nonces = new Map(block.nonces).set(sender, nonce + 1);
    const isNext = bundle?.epoch === block.lane.epoch + 1n;
    const receipts = new Map(block.receipts).set(hash, bundle === undefined || isNext ? 'done' : 'reverted');
    if (bundle === undefined || !isNext) return { ...block, nonces, receipts };
    return { ...this.#deliver(block, bundle, hash), nonces, receipts };
  }

  #deliver(block: Block, bundle: Bundle, txHash: Hex): Block {
    const raw = headerOfPayload(bytesFromHex(bundle.payload), 'rights');
    const header = decodeHeader(raw);
    const balances = new Map(block.balances);
    for (const { recipient, units } of decodeWordsOf(header, bytesFromHex(bundle.words)).messages) {
      balances.set(recipient, (balances.get(recipient) ?? 0n) + units);
    }
    const { epoch, firstMessage, messageCount } = header;
    const lane = {
      ...block.lane,
      epoch,
      previousHeader: headerHashOf(raw),
      nextMessage: firstMessage + BigInt(messageCount),
    };
    const place = { blockNumber: this.#number() + 1n, blockHash: block.hash, logIndex: block.events.length, txHash };
    const what = { laneId: LANE, epoch, headerHash: headerHashOf(raw), firstMessage, messageCount };
    const event: BridgeEvent = { name: 'EpochDelivered', ...what, ...place };
    return { ...block, lane, balances, events: [...block.events, event] };
  }
}
