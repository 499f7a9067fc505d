import {
  StatusCode,
  type Commit,
  type ProposalOptions,
  type Status,
  type Transaction,
} from '@hyperledger/fabric-gateway';
import { gateway as protos } from '@hyperledger/fabric-protos';
import type { z } from 'zod';
import type { Committed } from './committed.ts';
import { fabricFault, isConflict, isDisagreement, isUncertainSubmit, TransactionFault } from './fabricFault.ts';
import { fromAnswer, toArgument } from './json.ts';
import { CONFLICT_SCHEDULE, SUBMISSION_SCHEDULE, withRetry } from './retry.ts';
import { deadlineIn, type AssetSession } from './session.ts';

export interface Submission<Schema extends z.ZodType> {
  readonly transaction: string;
  readonly args: object;
  readonly result: Schema;
  readonly transient?: Record<string, string>;
  readonly endorsers?: readonly string[];
  /**
   * A conflicting transaction wrote nothing, so proposing it again cannot apply it twice. `repeat` when the new proposal means
   * the same whatever changed; `once` for a person's decision on a record, which must not fall on a state they have not seen.
   */
  readonly onConflict: 'repeat' | 'once';
}

/** Proposes, submits and waits for a valid commit. @throws Fault; TransactionFault once the transaction may have been ordered */
export async function submit<Schema extends z.ZodType>(
  session: AssetSession,
  submission: Submission<Schema>,
): Promise<Committed<z.output<Schema>>> {
  const again = submission.onConflict === 'repeat' ? isConflict : (): boolean => false;
  return withRetry({ schedule: CONFLICT_SCHEDULE, again }, () => submitOnce(session, submission));
}

async function submitOnce<Schema extends z.ZodType>(
  session: AssetSession,
  submission: Submission<Schema>,
): Promise<Committed<z.output<Schema>>> {
  const endorsed = await withRetry({ schedule: SUBMISSION_SCHEDULE, again: isDisagreement }, () =>
    endorse(session, submission.transaction, proposalOptions(submission)),
  );
  const result = fromAnswer(submission.transaction, endorsed.getResult(), submission.result);
  const { blockNumber } = await validCommit(session, endorsed);
  return { txId: endorsed.getTransactionId(), blockNumber, result };
}

function proposalOptions(submission: Submission<z.ZodType>): ProposalOptions {
  return {
    arguments: [toArgument(submission.args)],
    ...(submission.transient === undefined ? {} : { transientData: submission.transient }),
    ...(submission.endorsers === undefined ? {} : { endorsingOrganizations: [...submission.endorsers] }),
  };
}

/** Endorses without submitting. @throws Fault */
export async function endorse(
  session: AssetSession,
  transaction: string,
  options: ProposalOptions,
): Promise<Transaction> {
  try {
    return await session.contract.newProposal(transaction, options).endorse(deadlineIn(session.deadlines.endorseMs));
  } catch (error) {
    throw fabricFault('endorse', error);
  }
}

/**
 * A submit that fails may still have been ordered: SmartBFT answers «request already processed» with UNAVAILABLE for
 * transactions that it has committed. So only a plain refusal is final; for the rest the commit status tells.
 */
async function order(session: AssetSession, endorsed: Transaction): Promise<Commit> {
  try {
    return await endorsed.submit(deadlineIn(session.deadlines.submitMs));
  } catch (error) {
    if (!isUncertainSubmit(error)) throw fabricFault('submit', error);
    return commitOf(session, endorsed.getTransactionId());
  }
}

/** The commit of a transaction that this client has not itself submitted, or lost sight of. */
function commitOf(session: AssetSession, txId: string): Commit {
  const request = new protos.CommitStatusRequest();
  request.setChannelId(session.options.channel);
  request.setTransactionId(txId);
  request.setIdentity(session.creator);
  const signed = new protos.SignedCommitStatusRequest();
  signed.setRequest(request.serializeBinary());
  return session.gateway.newCommit(signed.serializeBinary());
}

async function validCommit(session: AssetSession, endorsed: Transaction): Promise<Status> {
  const txId = endorsed.getTransactionId();
  const status = await commitStatus(session, endorsed);
  if (status.successful) return status;
  const sentence = `transaction ${txId} was invalidated with ${validationName(status.code)}`;
  throw new TransactionFault('TRANSACTION_INVALIDATED', sentence, { txId, validationCode: status.code });
}

/** Submits until the transaction is in a block. Its id is valid in one block at most, so sending it again doubles nothing. */
async function commitStatus(session: AssetSession, endorsed: Transaction): Promise<Status> {
  const txId = endorsed.getTransactionId();
  const { commitMs, orderMs } = session.deadlines;
  const deadline = performance.now() + commitMs;
  for (;;) {
    const commit = await order(session, endorsed);
    const leftMs = deadline - performance.now();
    try {
      return await commit.getStatus(deadlineIn(Math.min(leftMs, orderMs)));
    } catch (error) {
      const { code, sentence } = fabricFault('commit', error);
      if (code === 'TIMED_OUT' && leftMs > orderMs) continue;
      throw new TransactionFault('SUBMIT_UNCERTAIN', `transaction ${txId}: ${sentence}`, { txId, cause: error });
    }
  }
}

function validationName(code: number): string {
  return Object.entries(StatusCode).find(([, value]) => value === code)?.[0] ?? `code ${code}`;
}
