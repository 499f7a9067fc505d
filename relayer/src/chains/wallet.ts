import { Fault } from '@twinspan/protocol';
import type { Hex } from '@twinspan/protocol';
import { asFault } from '../asFault.ts';
import type { SentAs, SubmissionRow } from '../db/tables.ts';
import { nonceKey } from '../db/keys.ts';
import type { Writes } from '../db/writes.ts';
import { rankOf } from '../rank.ts';
import { FeeMarket } from './feeMarket.ts';
import type { Signer } from './signer.ts';
import { Submissions } from './submissions.ts';
import type { SubmissionModules } from './submissionModules.ts';
import type { Submission, Verdict } from './submissions.ts';

/** The mean cost of a delivery follows about the last so many. */
const MEAN_OVER = 16n;

export interface WalletOptions {
  /** Most that is paid per gas, in wei. */
  readonly maxFeePerGas: bigint;
  /** How long a transaction may wait in the pool before it is outbid, in milliseconds. */
  readonly stuckMs: number;
}

/** Where one signer key stands. */
export interface KeyStanding {
  readonly address: Hex;
  /** Whether new work goes to other keys, because it cannot pay or its oldest transaction does not move. */
  readonly isUnfit: boolean;
  /** In wei; undefined until first seen. */
  readonly balance: bigint | undefined;
  /** Epochs that the balance pays for at the present price, each as large as the mean of those paid; undefined until known. */
  readonly runwayEpochs: number | undefined;
  /** Nonces in the pool. */
  readonly pending: readonly number[];
  readonly oldestPendingSeconds: number;
  /** Lanes that it works on. */
  readonly lanes: number;
}

/** All signer keys of the carrier: a lane keeps to one of them, because one sender's nonces keep its epochs in order. */
export class Wallet {
  readonly market: FeeMarket;
  readonly #modules: Omit<SubmissionModules, 'market'>;
  readonly #keys: ReadonlyMap<Hex, Submissions>;
  #meanGas: bigint | undefined;
  readonly #keyOfLane = new Map<bigint, Submissions>();

  constructor(signers: readonly Signer[], options: WalletOptions, modules: Omit<SubmissionModules, 'market'>) {
    this.#modules = modules;
    this.market = new FeeMarket(modules.trading, options.maxFeePerGas, modules.clock);
    const shared = { ...modules, market: this.market };
    this.#keys = new Map(signers.map((signer) => [signer.address, new Submissions(signer, options, shared)]));
  }

  async open(): Promise<void> {
    for (const key of this.#keys.values()) await key.open();
  }

  /**
   * The key for the lane's next epoch; undefined when none can take it now.
   * @param pinned who sent what of the lane is on its way: until that has landed nobody else can follow in order
   */
  forLane(laneId: bigint, pinned?: Hex): Submissions | undefined {
    const kept = pinned === undefined ? this.#keyOfLane.get(laneId) : this.#keys.get(pinned);
    if (pinned !== undefined && (kept === undefined || kept.isUnfit)) return undefined;
    const key = kept === undefined || kept.isUnfit ? this.#leastUsed(laneId) : kept;
    if (key !== undefined) this.#keyOfLane.set(laneId, key);
    return key;
  }

  /** The key with the fewest transactions on their way, for work that needs no order; undefined when none can pay. */
  free(): Submissions | undefined {
    const [key] = this.#fit().sort((a, b) => a.pending.length - b.pending.length);
    return key;
  }

  /** @throws Fault as `Submissions.send`; FUNDS_SHORT when no key can pay, TRANSACTION_STUCK when those that can do not move */
  sendOnLane(laneId: bigint, pinned: Hex | undefined, submission: Submission): Promise<SubmissionRow> {
    return this.#send(() => this.forLane(laneId, pinned), submission);
  }

  /** By any key. @throws as `sendOnLane` */
  send(submission: Submission): Promise<SubmissionRow> {
    return this.#send(() => this.free(), submission);
  }

  /** A key that turns out to be short is unfit from then on, so that the choice falls on another one. */
  async #send(choose: () => Submissions | undefined, submission: Submission): Promise<SubmissionRow> {
    for (let key = choose(); key !== undefined; key = choose()) {
      try {
        return await key.send(submission);
      } catch (error) {
        if (asFault(error).code !== 'FUNDS_SHORT') throw error;
      }
    }
    const isShort = [...this.#keys.values()].every((key) => key.isShort);
    if (isShort) throw new Fault('FUNDS_SHORT', 'none of the signer keys can pay for gas');
    throw new Fault('TRANSACTION_STUCK', 'the signer keys that could pay have transactions that do not move');
  }

  get(sentAs: SentAs): SubmissionRow | undefined {
    return this.#keys.get(sentAs.sender)?.get(sentAs.nonce);
  }

  /** Whether a transaction of this purpose may still be mined, as far as seen. */
  isWaiting(purpose: string): boolean {
    return [...this.#keys.values()].some(({ pending }) => pending.some((row) => row.purpose === purpose));
  }

  /** What became of a transaction. One of a key that this carrier no longer has says `gone`. */
  verdict({ sender, nonce }: SentAs, purpose: string): Promise<Verdict> {
    return this.#keys.get(sender)?.verdict(nonce, purpose) ?? Promise.resolve('gone');
  }

  /** Nobody asks about this transaction any more. */
  forget({ sender, nonce }: SentAs, purpose: string, writes: Writes): void {
    const key = this.#keys.get(sender);
    if (key === undefined) writes.del(this.#modules.tables.submissions, nonceKey(sender, nonce));
    else key.forget(nonce, purpose, writes);
  }

  /** Looks after every key's transactions at once. @throws the first fault, after all were looked after */
  async tend(): Promise<void> {
    const looks = await Promise.allSettled([...this.#keys.values()].map((key) => key.tend()));
    const failed = looks.find((look) => look.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  standings(): KeyStanding[] {
    const nowMs = this.#modules.clock();
    return [...this.#keys.values()].map((key) => {
      const [oldest] = key.pending;
      return {
        address: key.sender,
        isUnfit: key.isUnfit,
        balance: key.balance,
        runwayEpochs: this.#runway(key.balance),
        pending: key.pending.map(({ nonce }) => nonce),
        oldestPendingSeconds: oldest === undefined ? 0 : (nowMs - oldest.addedAtMs) / 1_000,
        lanes: this.#lanesOf(key),
      };
    });
  }

  /** A delivery that is final cost so much gas. */
  paid(gasUsed: bigint): void {
    this.#meanGas = this.#meanGas === undefined ? gasUsed : (this.#meanGas * (MEAN_OVER - 1n) + gasUsed) / MEAN_OVER;
  }

  #runway(balance: bigint | undefined): number | undefined {
    const { seen } = this.market;
    if (balance === undefined || seen === undefined || this.#meanGas === undefined) return undefined;
    return Number(balance / (this.#meanGas * (seen.baseFeePerGas + seen.maxPriorityFeePerGas) || 1n));
  }

  #fit(): Submissions[] {
    return [...this.#keys.values()].filter((key) => !key.isUnfit);
  }

  /** Evenly over the keys; among equals the lane decides, so that a restart spreads the lanes as before. */
  #leastUsed(laneId: bigint): Submissions | undefined {
    const senders = [...this.#keys.keys()];
    const rank = ({ sender }: Submissions): number => rankOf(sender, senders, `lane/${laneId}`);
    const [key] = this.#fit().sort((a, b) => this.#lanesOf(a) - this.#lanesOf(b) || rank(a) - rank(b));
    return key;
  }

  #lanesOf(key: Submissions): number {
    return [...this.#keyOfLane.values()].filter((one) => one === key).length;
  }
}
