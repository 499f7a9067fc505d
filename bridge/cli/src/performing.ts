/** Acting verbs: what would be sent, the checks that can be made before, and the sending. */
import { Fault } from '@twinspan/protocol';
import type { Committed, Sent } from '@twinspan/sdk';
import { facts, grouped, type Answer } from './render.ts';

export interface Check {
  readonly check: string;
  readonly ok: boolean;
}

export interface Performance<Result> {
  /** What is done, for people: `freeze record 0x…`. */
  readonly what: string;
  readonly args: unknown;
  /** What a dry run looks up; a verb may have none. */
  readonly checks?: () => Promise<readonly Check[]>;
  readonly send: () => Promise<Result>;
  readonly answer: (result: Result) => Answer | Promise<Answer>;
}

/** Sends, or with `dryRun` says what would be sent. @throws {Fault} BAD_REQUEST when a dry run finds a check that fails */
export async function perform<Result>(performance: Performance<Result>, dryRun: boolean): Promise<Answer> {
  if (!dryRun) return performance.answer(await performance.send());
  const checks = (await performance.checks?.()) ?? [];
  const failed = checks.filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new Fault(
      'BAD_REQUEST',
      `would ${performance.what}, but not so: ${failed.map(({ check }) => check).join('; ')}`,
    );
  }
  const lines = [`would ${performance.what}`, ...checks.map(({ check }) => `  ✔ ${check}`), 'nothing was sent'];
  return { json: { dryRun: true, would: performance.what, args: performance.args, checks }, text: lines.join('\n') };
}

/** Of a transaction on the asset chain. */
export function committedAnswer(
  what: string,
  committed: Committed<unknown>,
  more: Record<string, string> = {},
): Answer {
  const { txId, blockNumber, result } = committed;
  return {
    json: { txId, blockNumber, result },
    text: facts({ [what]: 'done', ...more, transaction: txId, block: grouped(blockNumber) }),
  };
}

/** Waits for a transaction on the trading chain. */
export async function minedAnswer(what: string, sent: Sent, more: Record<string, string> = {}): Promise<Answer> {
  const { hash, blockNumber, gasUsed } = await sent.confirmed();
  return {
    json: { hash, blockNumber, gasUsed, ...more },
    text: facts({ [what]: 'done', ...more, transaction: hash, block: grouped(blockNumber), gas: grouped(gasUsed) }),
  };
}
