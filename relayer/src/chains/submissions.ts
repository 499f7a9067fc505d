import { Fault } from '@twinspan/protocol';
import type { Sent, TradingChain, TransactionTerms } from '@twinspan/sdk';
import { asFault } from '../asFault.ts';
import type { CommitPoint, SendingStage } from '../db/commitPoints.ts';
import { numberKey } from '../db/keys.ts';
import type { SubmissionRow, Tables } from '../db/tables.ts';
import type { Writes } from '../db/writes.ts';
import type { Metrics } from '../metrics.ts';

export type SenderChain = Pick<TradingChain, 'nonce' | 'fees' | 'receipt' | 'cancelNonce' | 'etherBalance'>;

interface Options {
  /** Most that is paid per gas, in wei. */
  readonly maxFeePerGas: bigint;
  /** How long a transaction may wait in the pool before its nonce is freed at a higher fee. */
  readonly stuckMs: number;
}

interface Modules {
  readonly trading: SenderChain;
  readonly tables: Tables;
  readonly metrics: Metrics;
  readonly clock: () => number;
}

export interface Call {
  /** The stage that sends. */
  readonly stage: SendingStage;
  /** `<kind>/<what>`; the kind is a metrics label. */
  readonly purpose: string;
  /** Sends with exactly these terms. */
  readonly send: (terms: TransactionTerms) => Promise<Sent>;
  /** Absent: estimated by the client, which also tries the call first. */
  readonly gas?: bigint;
  /** What the caller's own tables have to say about the nonce, durable before anything is sent. */
  readonly note?: (nonce: number, writes: Writes) => void;
  /** Undoes `note` when the transaction certainly did not leave. */
  readonly undo?: (nonce: number, writes: Writes) => void;
}

/** mined: it succeeded. waiting: in the pool. gone: reverted, dropped or replaced. */
export type Verdict = 'mined' | 'waiting' | 'gone';

const FEES_AGE_MS = 500;
const CANCEL = 'cancel/stuck';
/** Nodes ask for a tenth more to replace a transaction; an eighth is safe. */
const BUMP = { of: 9n, by: 8n };

/**
 * The carrier's transactions: one after the other through one nonce, each nonce durable before it is used. What became
 * of a lost one is seen from its effect on chain, never from this memory.
 */
export class Submissions {
  readonly #options: Options;
  readonly #modules: Modules;
  readonly #rows = new Map<number, SubmissionRow>();
  #nextNonce: number | undefined;
  /** The nonce that is being sent now. */
  #sending: number | undefined;
  #queue: Promise<unknown> = Promise.resolve();
  #fees: { readonly atMs: number; readonly maxFeePerGas: bigint; readonly maxPriorityFeePerGas: bigint } | undefined;

  constructor(options: Options, modules: Modules) {
    this.#options = options;
    this.#modules = modules;
  }

  async open(): Promise<void> {
    for await (const [, row] of this.#modules.tables.submissions.entries()) this.#rows.set(row.nonce, row);
  }

  /** @throws Fault of the send; then nothing was sent, unless its code says that the outcome is not known. */
  send(call: Call): Promise<SubmissionRow> {
    const turn = this.#queue.then(() => this.#send(call));
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** What became of a transaction, asked of the chain. A nonce that serves another purpose by now says `gone`. */
  async verdict(nonce: number, purpose: string): Promise<Verdict> {
    const row = this.#rows.get(nonce);
    if (row?.purpose !== purpose) return 'gone';
    if (nonce === this.#sending) return 'waiting';
    const mined = row.hash === undefined ? undefined : await this.#receipt(row.hash);
    if (mined !== undefined) return mined;
    const { trading } = this.#modules;
    // Mined without a receipt of ours, or never accepted: the caller looks for its effect before it sends again.
    if ((await trading.nonce('latest')) > nonce) return 'gone';
    if ((await trading.nonce('pending')) > nonce) return 'waiting';
    // The chain lost it: its nonce is free, and whatever was to follow waits for it to be filled.
    this.#nextNonce = undefined;
    return 'gone';
  }

  /** Frees the nonce of a transaction that waits for too long; the work behind it is then sent again. */
  async unstick(): Promise<void> {
    if (this.#rows.size === 0) return;
    const { clock, trading, tables } = this.#modules;
    const latest = await trading.nonce('latest');
    const writes = tables.writes('submissions/unstick');
    for (const row of this.#rows.values()) {
      if (row.purpose === CANCEL && row.nonce < latest) this.forget(row.nonce, writes);
    }
    await writes.commit();
    const stuck = this.#rows.get(latest);
    if (stuck === undefined || stuck.nonce === this.#sending || clock() - stuck.sentAtMs < this.#options.stuckMs)
      return;
    if ((await trading.nonce('pending')) > latest) await this.#cancel(stuck);
  }

  async #cancel(stuck: SubmissionRow): Promise<void> {
    const { clock, trading } = this.#modules;
    const fees = await this.#currentFees();
    const bumped = (stuck.maxFeePerGas * BUMP.of) / BUMP.by + 1n;
    const maxFeePerGas = bumped > fees.maxFeePerGas ? bumped : fees.maxFeePerGas;
    if (maxFeePerGas > this.#options.maxFeePerGas) return;
    const sent = await trading.cancelNonce(stuck.nonce, { maxFeePerGas, maxPriorityFeePerGas: maxFeePerGas });
    await this.#keep(
      { ...stuck, hash: sent.hash, sentAtMs: clock(), maxFeePerGas, purpose: CANCEL },
      'submissions/cancel',
    );
  }

  /** What the carrier can still spend, in ether. */
  async balance(): Promise<number> {
    return Number(await this.#modules.trading.etherBalance()) / 1e18;
  }

  /** Forgets a transaction that has done its work or is given up. */
  forget(nonce: number, writes: Writes): void {
    writes.del(this.#modules.tables.submissions, numberKey(nonce)).afterwards(() => this.#rows.delete(nonce));
  }

  get(nonce: number): SubmissionRow | undefined {
    return this.#rows.get(nonce);
  }

  async #send(call: Call): Promise<SubmissionRow> {
    const { tables, clock, trading, metrics } = this.#modules;
    const nonce = (this.#nextNonce ??= await trading.nonce('pending'));
    const { maxFeePerGas, maxPriorityFeePerGas } = await this.#currentFees();
    const row = { nonce, purpose: call.purpose, sentAtMs: clock(), maxFeePerGas };
    this.#sending = nonce;
    const before = tables.writes(`${call.stage}/note`).put(tables.submissions, numberKey(nonce), row);
    call.note?.(nonce, before);
    await before.commit();
    this.#rows.set(nonce, row);
    const gas = call.gas === undefined ? {} : { gas: call.gas, simulate: false };
    try {
      const sent = await call.send({ nonce, maxFeePerGas, maxPriorityFeePerGas, ...gas });
      this.#nextNonce = nonce + 1;
      metrics.list.sent.inc({ purpose: call.purpose.split('/')[0] ?? 'other' });
      return await this.#keep({ ...row, hash: sent.hash }, `${call.stage}/sent`);
    } catch (error) {
      // The next send asks the chain which nonce is free: it knows whether this one was taken.
      this.#nextNonce = undefined;
      const fault = asFault(error);
      if (!isUncertain(fault)) await this.#takeBack(nonce, call);
      throw fault;
    } finally {
      this.#sending = undefined;
    }
  }

  async #takeBack(nonce: number, call: Call): Promise<void> {
    const writes = this.#modules.tables.writes(`${call.stage}/undo`);
    this.forget(nonce, writes);
    call.undo?.(nonce, writes);
    await writes.commit();
  }

  async #keep(row: SubmissionRow, point: CommitPoint): Promise<SubmissionRow> {
    const { tables } = this.#modules;
    this.#rows.set(row.nonce, row);
    await tables.writes(point).put(tables.submissions, numberKey(row.nonce), row).commit();
    return row;
  }

  async #receipt(hash: `0x${string}`): Promise<Verdict | undefined> {
    try {
      return (await this.#modules.trading.receipt(hash)) === undefined ? undefined : 'mined';
    } catch (error) {
      const fault = asFault(error);
      if (fault.remedy === 'retry' && fault.code !== 'EPOCH_OUT_OF_ORDER') throw fault;
      return 'gone';
    }
  }

  async #currentFees(): Promise<{ maxFeePerGas: bigint; maxPriorityFeePerGas: bigint }> {
    const nowMs = this.#modules.clock();
    if (this.#fees === undefined || nowMs - this.#fees.atMs > FEES_AGE_MS) {
      this.#fees = { atMs: nowMs, ...(await this.#modules.trading.fees()) };
    }
    const ceiling = this.#options.maxFeePerGas;
    const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
    const maxFeePerGas = least(this.#fees.maxFeePerGas, ceiling);
    return { maxFeePerGas, maxPriorityFeePerGas: least(this.#fees.maxPriorityFeePerGas, maxFeePerGas) };
  }
}

function isUncertain(fault: Fault): boolean {
  return fault.code === 'SUBMIT_UNCERTAIN' || fault.code === 'CHAIN_UNREACHABLE' || fault.code === 'TIMED_OUT';
}
