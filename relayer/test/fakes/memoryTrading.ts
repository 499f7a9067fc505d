import { Fault, packPolicy, ZERO_WORD } from '@twinspan/protocol';
import type { BridgeLane, Hex, TradingBlock } from '@twinspan/protocol';
import { proveCall, type BridgeEvent, type Receipt, type Signed, type TradingChain } from '@twinspan/sdk';
import { LANE } from './memoryAsset.ts';
import {
  actOf,
  BACKINGS,
  boundKey,
  BRIDGE,
  EMPTY_BRIDGE,
  headerIn,
  holdReasonOf,
  laneIn,
  supplyIn,
  TOKEN,
} from './memoryBridge.ts';
import type { Act, BridgeState } from './memoryBridge.ts';
import { MemoryPool, pooledOf } from './memoryPool.ts';
import type { Pooled } from './memoryPool.ts';
import { Tail } from './tail.ts';

export { BRIDGE } from './memoryBridge.ts';

export type TradingVerbs = Pick<
  TradingChain,
  | 'chainId'
  | 'blockNumber'
  | 'finalizedBlock'
  | 'requireChain'
  | 'block'
  | 'blockEvents'
  | 'addresses'
  | 'bridgeLane'
  | 'provenLane'
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
  | 'checkpoint'
  | 'policy'
  | 'backing'
  | 'outboxEntries'
  | 'proof'
  | 'tryProve'
  | 'bridgeSupply'
  | 'totalSupply'
>;

export const TRADING_CHAIN_ID = 31_337n;

interface Block {
  readonly hash: Hex;
  readonly state: BridgeState;
  readonly events: readonly BridgeEvent[];
  readonly receipts: ReadonlyMap<Hex, 'done' | 'reverted'>;
  readonly nonces: ReadonlyMap<string, number>;
}

/** A trading chain with one bridge in memory: a pool, blocks when asked, and reorganizations when asked. */
export class MemoryTrading {
  readonly pool = new MemoryPool();
  readonly blocks = new Tail<Block>();
  #users: Act[] = [];
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
    this.blocks.push({ hash: this.#hash(), state: EMPTY_BRIDGE, events: [], receipts: new Map(), nonces: new Map() });
  }

  get balances(): ReadonlyMap<Hex, bigint> {
    return this.state.balances;
  }

  /** Epochs delivered on all lanes. */
  get delivered(): bigint {
    return [...this.state.lanes.values()].reduce((sum, { epoch }) => sum + epoch, 0n);
  }

  get state(): BridgeState {
    return this.#tip().state;
  }

  /** Whether the record's last attested version has a bound under the policy of now. */
  get isBacked(): boolean {
    const { policy, commitment, bounds } = this.state;
    return policy !== undefined && commitment !== undefined && bounds.has(boundKey(packPolicy(policy), commitment));
  }

  get pooled(): number {
    return this.pool.size;
  }

  /** Takes everything in the pool that pays enough, each sender's transactions in order of nonce, into one block. */
  mine(): void {
    const block = this.#next();
    this.deliveries += [...block.receipts.keys()].filter((hash) => this.#isDelivery(hash)).length;
    this.#users = [];
    this.pool.drop(({ hash, sender, nonce }) => block.receipts.has(hash) || nonce < (block.nonces.get(sender) ?? 0));
    for (const hash of this.blocks.push(block)?.receipts.keys() ?? []) this.#deliveryHashes.delete(hash);
  }

  /** Replaces the newest blocks by as many empty ones; what they held is lost from the pool too. */
  reorganize(count: number): void {
    this.blocks.takeBack(count);
    this.dropPool();
    for (let i = 0; i < count; i++) this.mine();
  }

  /** Somebody else's transaction, first in the next block. */
  user(act: Act): void {
    this.#users.push(act);
  }

  /** Forgets what waits in the pool, or the part of it that is named. */
  dropPool(isDropped: (one: Pooled) => boolean = () => true): void {
    this.pool.drop(isDropped);
  }

  verbs(): TradingVerbs {
    return {
      chainId: Number(TRADING_CHAIN_ID),
      addresses: { assetChainClient: BRIDGE, backings: BACKINGS, bridge: BRIDGE, deployedAtBlock: 0n },
      blockNumber: () => Promise.resolve(this.#number()),
      finalizedBlock: () => Promise.resolve(this.#final()),
      requireChain: () => Promise.resolve(),
      block: (number) => Promise.resolve(this.#header(number)),
      blockEvents: ({ number }) => Promise.resolve(this.#at(number).events),
      bridgeLane: (laneId, at) => Promise.resolve(this.#laneAt(laneId, at)),
      provenLane: (laneId, { number }) => Promise.resolve(this.#laneAt(laneId, number)),
      isHeld: ({ message }) => Promise.resolve(this.state.held.has(message)),
      recordHoldReason: () => Promise.resolve(holdReasonOf(this.state)),
      listing: () => Promise.resolve(this.state.isListed ? { laneId: LANE, token: TOKEN } : undefined),
      tokenStatus: () => Promise.resolve({ paused: false, halted: false, eligibility: 'OPEN' }),
      accountFlags: () => Promise.resolve({ onboarded: true, blocked: false }),
      policy: () => this.#policy(),
      backing: (commitment, packed) => Promise.resolve(this.state.bounds.get(boundKey(packed ?? 0n, commitment))),
      tryProve: async ({ commitments, bounds, proof }) => {
        await this.#tryAct(proveCall(BACKINGS, { commitments, bounds, proof }));
      },
      bridgeSupply: () => Promise.resolve(supplyIn(this.state)),
      totalSupply: () => Promise.resolve([...this.balances.values()].reduce((sum, units) => sum + units, 0n)),
      checkpoint: (blockNumber) => {
        const { hash: blockHash, stateRoot } = this.#header(blockNumber);
        return Promise.resolve({ blockNumber, blockHash, stateRoot });
      },
      outboxEntries: ({ fromIndex, throughBlock }) => {
        const isAsked = (index: bigint, block: bigint): boolean => index >= fromIndex && block <= throughBlock;
        return Promise.resolve(this.state.outbox.filter(({ index, blockNumber }) => isAsked(index, blockNumber)));
      },
      proof: (_laneId, { blockNumber }) => {
        const head = this.#at(blockNumber).state.outboxHead;
        return Promise.resolve({ head, accountProof: [], storageProof: [] });
      },
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
    return BigInt(this.blocks.length - 1);
  }

  #final(): bigint {
    const final = this.blocks.length - 1 - this.depth;
    return BigInt(Math.max(0, final));
  }

  #tip(): Block {
    return this.#at(this.#number());
  }

  #at(number: bigint): Block {
    const block = this.blocks.at(Number(number));
    if (block === undefined) throw new Fault('CHAIN_UNREACHABLE', `there is no block ${number}`);
    return block;
  }

  #hash(): Hex {
    this.#salt += 1;
    return `0x${this.#salt.toString(16).padStart(64, '0')}`;
  }

  #market(): Awaited<ReturnType<TradingVerbs['fees']>> {
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
    return laneIn((at === 'pending' ? this.#next() : this.#at(at)).state, laneId);
  }

  #nonce(sender: Hex, tag: 'latest' | 'pending'): number {
    const latest = this.#tip().nonces.get(sender) ?? 0;
    return tag === 'latest' ? latest : this.pool.pending(sender, latest);
  }

  #try(call: { readonly to: Hex; readonly data: Hex }): Promise<bigint> {
    const header = headerIn(call);
    if (header === undefined) return this.#tryAct(call);
    const next = this.#laneAt(header.laneId).epoch + 1n;
    if (header.epoch !== next) return Promise.reject(new Fault('EPOCH_OUT_OF_ORDER', `epoch ${next} is next`));
    return Promise.resolve(100_000n);
  }

  #tryAct(call: { readonly to: Hex; readonly data: Hex }): Promise<bigint> {
    const effect = actOf(call)?.(this.state, { blockNumber: this.#number() + 1n, txHash: ZERO_WORD });
    return effect === undefined ? Promise.reject(new Fault('NOT_HELD', 'it would revert')) : Promise.resolve(50_000n);
  }

  #policy(): ReturnType<TradingVerbs['policy']> {
    const { policy } = this.state;
    if (policy === undefined) return Promise.reject(new Fault('POLICY_BAD', 'there is no policy yet'));
    return Promise.resolve({ policy, packed: packPolicy(policy) });
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
    const number = this.blocks.placeOf((block) => block.receipts.has(hash));
    const block = this.blocks.at(number);
    if (block === undefined) return Promise.resolve(undefined);
    if (block.receipts.get(hash) === 'reverted') return Promise.reject(new Fault('DELIVERY_REVERTED', 'it reverted'));
    const costs = { gasUsed: 1n, effectiveGasPrice: 1n };
    return Promise.resolve({ hash, blockNumber: BigInt(number), blockHash: block.hash, ...costs });
  }

  /** The block that would be mined now. */
  #next(): Block {
    let block: Block = { ...this.#tip(), hash: this.#hash(), events: [], receipts: new Map() };
    for (const act of this.#users) block = this.#apply(block, act, this.#hash());
    for (const pooled of this.pool.all()) {
      if (pooled.maxFeePerGas >= this.baseFee && !this.isStubborn(pooled)) block = this.#execute(block, pooled);
    }
    return block;
  }

  #execute(block: Block, pooled: Pooled): Block {
    const { sender, nonce, hash } = pooled;
    if (nonce !== (block.nonces.get(sender) ?? 0)) return block;
    return { ...this.#apply(block, actOf(pooled), hash), nonces: new Map(block.nonces).set(sender, nonce + 1) };
  }

  #apply(block: Block, act: Act | undefined, txHash: Hex): Block {
    const blockNumber = this.#number() + 1n;
    const effect = act === undefined ? { state: block.state, changes: [] } : act(block.state, { blockNumber, txHash });
    const receipts = new Map(block.receipts).set(txHash, effect === undefined ? 'reverted' : 'done');
    if (effect === undefined) return { ...block, receipts };
    const events = effect.changes.map((change, place): BridgeEvent => {
      return { ...change, blockNumber, blockHash: block.hash, logIndex: block.events.length + place, txHash };
    });
    return { ...block, state: effect.state, events: [...block.events, ...events], receipts };
  }
}
