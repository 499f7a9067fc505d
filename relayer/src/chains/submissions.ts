import type { Fault, Hex } from '@twinspan/protocol';
import type { Call } from '@twinspan/sdk';
import { asFault } from '../asFault.ts';
import type { SendingStage } from '../db/commitPoints.ts';
import type { SentAs, SubmissionRow } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import { InTurn } from '../inTurn.ts';
import { unavailable } from './failover.ts';
import { withMargin } from './gasLimit.ts';
import { isRefusal } from './refusal.ts';
import type { Signer } from './signer.ts';
import { SubmissionBook } from './submissionBook.ts';
import type { SubmissionModules } from './submissionModules.ts';
import { doneOf, SubmissionTender } from './submissionTender.ts';

/** What a stage wants to have sent. */
export interface Submission {
  /** Who sends: names the batches. */
  readonly stage: SendingStage;
  /** `<kind>/<what>`; the kind is a metrics label. The call can be recalled by it after a restart. */
  readonly purpose: string;
  readonly call: Call;
  /** Absent: estimated, which also tries the call first. */
  readonly gas?: bigint;
  /** What the caller's own tables have to say about the nonce, durable before anything is sent. */
  readonly note?: (sentAs: SentAs, writes: Writes) => void;
  /** Undoes `note` when the transaction certainly did not leave. */
  readonly undo?: (writes: Writes) => void;
}

/**
 * mined: it succeeded, or its work is done anyhow. waiting: in the pool, or about to be put there again. gone: its nonce is
 * used up, or never was used, and its work is not done.
 */
export type Verdict = 'mined' | 'waiting' | 'gone';

/**
 * The transactions of one signer key: one after the other, each durable with its hash before it is sent. What became of a
 * lost one is seen from its effect on chain, never from this memory.
 */
export class Submissions {
  readonly sender: Hex;
  readonly #signer: Signer;
  readonly #modules: SubmissionModules;
  readonly #book: SubmissionBook;
  readonly #tender: SubmissionTender;
  readonly #turns = new InTurn();

  constructor(signer: Signer, options: { readonly stuckMs: number }, modules: SubmissionModules) {
    this.sender = signer.address;
    this.#signer = signer;
    this.#modules = modules;
    this.#book = new SubmissionBook(signer.address, modules.tables);
    this.#tender = new SubmissionTender(signer, options, this.#book, modules);
  }

  open(): Promise<void> {
    return this.#book.open();
  }

  /** Transactions that nothing has been heard of, the oldest first. */
  get pending(): SubmissionRow[] {
    return this.#book.from(this.#tender.latest);
  }

  /** Whether new work should go to another key: this one cannot pay, or its oldest transaction does not move. */
  get isUnfit(): boolean {
    return this.#tender.isUnfit;
  }

  get isShort(): boolean {
    return this.#tender.isShort;
  }

  get balance(): bigint | undefined {
    return this.#tender.balance;
  }

  get(nonce: number): SubmissionRow | undefined {
    return this.#book.get(nonce);
  }

  /** @throws Fault of the send; then nothing was sent, unless the outcome is not known: that is found out later. */
  async send(submission: Submission): Promise<SubmissionRow> {
    const gas = submission.gas ?? withMargin(await this.#estimate(submission.call));
    return this.#turns.run(() => this.#send(submission, gas));
  }

  async #estimate(call: Call): Promise<bigint> {
    const { trading, market } = this.#modules;
    try {
      return await trading.estimate(call, this.sender);
    } catch (error) {
      // Some nodes look at the balance already now.
      if (asFault(error).code === 'FUNDS_SHORT') await this.#tender.short(await market.current());
      throw error;
    }
  }

  /** What became of a transaction, asked of the chain. A nonce that serves another purpose by now says `gone`. */
  async verdict(nonce: number, purpose: string): Promise<Verdict> {
    const row = this.#book.get(nonce);
    if (row?.purpose !== purpose) return 'gone';
    // The nonce first: what is not mined afterwards never will be.
    const latest = await this.#modules.trading.nonce('latest', this.sender);
    if (latest <= nonce) return 'waiting';
    if (await this.#hasSucceeded(row)) return 'mined';
    // Receipts may be forgotten, or wrong: whether it was paid for in vain is told by what it was to do.
    return (await this.#modules.recall(purpose, 'latest')) === undefined ? 'mined' : 'gone';
  }

  /** Looks after what is not mined. */
  tend(): Promise<void> {
    return this.#turns.run(() => this.#tender.tend());
  }

  /** Nobody asks about this transaction any more. It stays in the book until its nonce is used up. */
  forget(nonce: number, purpose: string, writes: Writes): void {
    const row = this.#book.get(nonce);
    if (row?.purpose !== purpose) return;
    if (nonce < this.#tender.latest) this.#book.remove(writes, nonce);
    else this.#book.put(writes, { ...row, purpose: doneOf(purpose) });
  }

  async #send(submission: Submission, gas: bigint): Promise<SubmissionRow> {
    const { tables, trading, market, metrics, clock } = this.#modules;
    const { sender } = this;
    const fees = await market.current();
    const nonce = this.#book.freeFrom(this.#book.nextNonce ?? (await trading.nonce('pending', sender)));
    const signed = await this.#signer.sign(submission.call, { nonce, gas, ...fees });
    const times = { addedAtMs: clock(), sentAtMs: clock() };
    const row = { sender, nonce, purpose: submission.purpose, gas, ...fees, hashes: [signed.hash], ...times };
    const before = tables.writes(`${submission.stage}/note`);
    this.#book.put(before, row);
    submission.note?.({ sender, nonce }, before);
    await before.commit();
    this.#book.nextNonce = nonce + 1;
    try {
      await trading.broadcast(signed, submission.call.what);
    } catch (error) {
      await this.#refused(submission, row, asFault(error));
    }
    metrics.list.sent.inc({ purpose: submission.purpose.split('/')[0] ?? 'other' });
    return row;
  }

  /** A refusal takes the transaction back, unless it is one because the transaction is mined already. */
  async #refused(submission: Submission, row: SubmissionRow, fault: Fault): Promise<void> {
    if (!isRefusal(fault)) throw fault;
    if (fault.code === 'NONCE_TAKEN' && (await this.#hasSucceeded(row))) return;
    if (fault.code === 'FUNDS_SHORT') await this.#tender.short(row);
    // The next send asks the chain which nonce is free.
    this.#book.nextNonce = undefined;
    const writes = this.#modules.tables.writes(`${submission.stage}/undo`);
    this.#book.remove(writes, row.nonce);
    submission.undo?.(writes);
    await writes.commit();
    throw fault;
  }

  /** By the receipt of any version. */
  async #hasSucceeded({ hashes }: SubmissionRow): Promise<boolean> {
    for (const hash of [...hashes].reverse()) {
      try {
        if ((await this.#modules.trading.receipt(hash)) !== undefined) return true;
      } catch (error) {
        const fault = asFault(error);
        if (isUnreachable(fault)) throw fault;
        if (!unavailable.has(fault.code)) this.#modules.metrics.list.reverted.inc({ sender: this.sender });
        return false;
      }
    }
    return false;
  }
}

function isUnreachable({ code }: Fault): boolean {
  return code === 'CHAIN_UNREACHABLE' || code === 'TIMED_OUT';
}
