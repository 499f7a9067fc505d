import type { Fault, Hex } from '@twinspan/protocol';
import type { Call, Fees } from '@twinspan/sdk';
import { asFault } from '../asFault.ts';
import type { SubmissionRow } from '../db/tables.ts';
import type { Signer } from './signer.ts';
import type { SubmissionBook } from './submissionBook.ts';
import { isRefusal } from './refusal.ts';
import type { SubmissionModules } from './submissionModules.ts';

const CANCEL = 'cancel/nonce';
const CANCEL_GAS = 21_000n;
/** Purposes whose rows nobody asks about: they end when their nonce is used up. */
const UNATTENDED = ['cancel/', 'done/', 'retry/'];
/** A transaction that the pool does not show so long after it was sent is lost. */
const LOST_AFTER_MS = 2_000;
const BALANCE_AGE_MS = 5_000;
/** Gas is clearly cheaper than it was from here on down. */
const CHEAPER = { of: 3n, by: 4n };
/** At an eighth more each time the ceiling is reached long before. */
const MOST_VERSIONS = 64;

/** The purpose of a transaction whose work is done: it can be recalled by none, so its nonce is given up when it is stuck. */
export function doneOf(purpose: string): string {
  return `done/${purpose}`;
}

/** Looks after the transactions of one key that are not mined: sends lost ones again and outbids stuck ones. */
export class SubmissionTender {
  /** Nonces below are used up, as far as seen. */
  latest = 0;
  balance: bigint | undefined;
  readonly #signer: Signer;
  readonly #stuckMs: number;
  readonly #book: SubmissionBook;
  readonly #modules: SubmissionModules;
  #balanceAtMs = Number.NEGATIVE_INFINITY;
  /** What the key had, and what was bid per gas, when it could not pay. */
  #shortAt: { readonly balance: bigint; readonly maxFeePerGas: bigint } | undefined;

  constructor(signer: Signer, options: { readonly stuckMs: number }, book: SubmissionBook, modules: SubmissionModules) {
    this.#signer = signer;
    this.#stuckMs = options.stuckMs;
    this.#book = book;
    this.#modules = modules;
  }

  get isShort(): boolean {
    return this.#shortAt !== undefined;
  }

  get isUnfit(): boolean {
    const [oldest] = this.#book.from(this.latest);
    const isStuck = oldest !== undefined && this.#modules.clock() - oldest.addedAtMs > 2 * this.#stuckMs;
    return this.isShort || isStuck;
  }

  /** The key could not pay what was bid: it is unfit until it has more, or gas is clearly cheaper. */
  async short({ maxFeePerGas }: Pick<Fees, 'maxFeePerGas'>): Promise<void> {
    this.#shortAt = { balance: await this.#modules.trading.etherBalance(this.#signer.address), maxFeePerGas };
  }

  async tend(): Promise<void> {
    await this.#lookAtBalance();
    if (this.#book.size === 0) return;
    const { trading, clock } = this.#modules;
    this.latest = await trading.nonce('latest', this.#signer.address);
    const pooled = await trading.nonce('pending', this.#signer.address);
    await this.#clear();
    await this.#fillHole(pooled);
    for (const row of this.#book.from(this.latest)) {
      const ageMs = clock() - row.sentAtMs;
      if (row.nonce >= pooled && ageMs >= LOST_AFTER_MS) await this.#sendAgain(row);
      else if (row.nonce < pooled && ageMs >= this.#stuckMs && (await this.#isHeldUp(row))) await this.#outbid(row);
    }
  }

  async #lookAtBalance(): Promise<void> {
    const { clock, trading } = this.#modules;
    if (clock() - this.#balanceAtMs < BALANCE_AGE_MS) return;
    this.balance = await trading.etherBalance(this.#signer.address);
    this.#balanceAtMs = clock();
    if (this.#shortAt === undefined) return;
    const { maxFeePerGas } = await this.#modules.market.market();
    const isCheaper = maxFeePerGas * CHEAPER.by <= this.#shortAt.maxFeePerGas * CHEAPER.of;
    if (isCheaper || this.balance > this.#shortAt.balance) this.#shortAt = undefined;
  }

  /** What nobody asks about ends here. */
  async #clear(): Promise<void> {
    const done = this.#book
      .before(this.latest)
      .filter(({ purpose }) => UNATTENDED.some((kind) => purpose.startsWith(kind)));
    if (done.length === 0) return;
    const writes = this.#modules.tables.writes('submissions/clear');
    for (const { nonce } of done) this.#book.remove(writes, nonce);
    await writes.commit();
  }

  /** A nonce that is neither in the pool nor ours keeps all above it waiting. */
  async #fillHole(pooled: number): Promise<void> {
    const { nextNonce } = this.#book;
    if (nextNonce === undefined || pooled >= nextNonce || this.#book.get(pooled) !== undefined) return;
    this.#book.nextNonce = undefined;
    if (this.#book.from(pooled).length === 0) return;
    const times = { addedAtMs: this.#modules.clock(), sentAtMs: this.#modules.clock() };
    const fees = await this.#modules.market.current();
    const row = { sender: this.#signer.address, nonce: pooled, purpose: CANCEL, gas: CANCEL_GAS, ...fees, hashes: [] };
    await this.#sendVersion({ ...row, ...times }, this.#nothing(), fees);
  }

  /** The first in line holds up all; one behind it only when it bids too little itself. */
  async #isHeldUp(row: SubmissionRow): Promise<boolean> {
    return row.nonce === this.latest || row.maxFeePerGas < (await this.#modules.market.market()).baseFeePerGas;
  }

  /** The pool lost it, or it never got there: the same transaction once more, unless its work is done. */
  async #sendAgain(row: SubmissionRow): Promise<void> {
    const call = await this.#callOf(row, 'pending');
    if (call === undefined && this.#book.from(row.nonce + 1).length === 0) return this.#giveUp([row]);
    const { baseFeePerGas } = await this.#modules.market.market();
    const fees = row.maxFeePerGas < baseFeePerGas ? await this.#modules.market.outbid(row) : row;
    if (fees === undefined) return;
    const fault = await this.#sendVersion(row, call ?? this.#nothing(), fees);
    if (fault === undefined) return;
    // Nothing from here on is on its way: other keys may have the work.
    if (fault.code === 'FUNDS_SHORT' || fault.code === 'GAS_REFUSED') await this.#giveUp(this.#book.from(row.nonce));
  }

  /** The same call at a higher fee, so that what is behind it stays of use; nothing when its work is done otherwise. */
  async #outbid(row: SubmissionRow): Promise<void> {
    const { market, metrics, log } = this.#modules;
    const fees = row.hashes.length < MOST_VERSIONS ? await market.outbid(row) : undefined;
    const about = { stage: 'carrier-tend', sender: row.sender, nonce: row.nonce, transferId: row.purpose };
    if (fees === undefined) {
      log.warn({ ...about, maxFeePerGas: row.maxFeePerGas.toString() }, 'stuck at the ceiling');
      return;
    }
    const call = await this.#callOf(row, 'latest');
    log.info({ ...about, maxFeePerGas: fees.maxFeePerGas.toString(), cancels: call === undefined }, 'outbid');
    metrics.list.replacements.inc({ sender: row.sender });
    await this.#sendVersion(row, call ?? this.#nothing(), fees);
  }

  /** @returns the refusal, if there was one; whether anything else was wrong shows at the next look */
  async #sendVersion(row: SubmissionRow, call: Call, fees: Fees): Promise<Fault | undefined> {
    const { tables, trading, clock } = this.#modules;
    const isCancel = call.to === this.#signer.address;
    const { maxFeePerGas, maxPriorityFeePerGas } = fees;
    const terms = { gas: isCancel ? CANCEL_GAS : row.gas, maxFeePerGas, maxPriorityFeePerGas };
    const signed = await this.#signer.sign(call, { nonce: row.nonce, ...terms });
    const hashes = row.hashes.includes(signed.hash) ? row.hashes : [...row.hashes, signed.hash];
    const writes = tables.writes('submissions/version');
    const purpose = isCancel ? CANCEL : row.purpose;
    this.#book.put(writes, { ...row, purpose, ...terms, hashes, sentAtMs: clock() });
    await writes.commit();
    try {
      await trading.broadcast(signed, call.what);
      return undefined;
    } catch (error) {
      const fault = asFault(error);
      if (fault.code === 'FUNDS_SHORT') await this.short(fees);
      if (fault.remedy === 'halt') throw fault;
      return isRefusal(fault) ? fault : undefined;
    }
  }

  async #giveUp(rows: readonly SubmissionRow[]): Promise<void> {
    const writes = this.#modules.tables.writes('submissions/giveUp');
    for (const { nonce } of rows) this.#book.remove(writes, nonce);
    await writes.commit();
    this.#book.nextNonce = undefined;
  }

  #callOf({ purpose }: SubmissionRow, at: 'latest' | 'pending'): Promise<Call | undefined> {
    return purpose === CANCEL ? Promise.resolve(this.#nothing()) : this.#modules.recall(purpose, at);
  }

  /** A call that does nothing, to use a nonce up. */
  #nothing(): Call {
    const to: Hex = this.#signer.address;
    return { what: 'an empty transaction', to, data: '0x' };
  }
}
