import { canonicalJson, confidentialRecordToJson, rightsIdField, wordField } from '@twinspan/protocol';
import type { ConfidentialRecord, Hex } from '@twinspan/protocol';
import { z } from 'zod';
import type { Committed } from './committed.ts';
import type { AssetSession } from './session.ts';
import { submit, type Submission } from './submit.ts';

export interface RegisterArgs {
  readonly registrationNumber: string;
  readonly name: string;
  readonly symbol: string;
  /** 0–6. */
  readonly decimals: number;
  /** Credited to `account` when the registry confirms; at most the record's registeredUnits. */
  readonly issuedUnits: bigint;
  readonly account: string;
  /** 10⁻¹⁸ HKD per base unit. */
  readonly unitValue: bigint;
  /** Unix seconds. */
  readonly valuedAt: number;
}

export interface Commitment {
  readonly rightsId: Hex;
  readonly commitment: Hex;
}

export interface RecordVerbs {
  /** The record travels as transient data and is seen by the record orgs alone. */
  register(args: RegisterArgs, record: ConfidentialRecord): Promise<Committed<Commitment>>;
  /** A new version of the confidential record, in force once confirmed. */
  appraise(record: ConfidentialRecord): Promise<Committed<Commitment>>;
  /** `windowLimit`: units that may be released per 24 h. */
  confirm(args: Commitment & { readonly windowLimit?: bigint }): Promise<Committed<unknown>>;
  value(args: {
    readonly rightsId: Hex;
    readonly unitValue: bigint;
    readonly valuedAt: number;
  }): Promise<Committed<unknown>>;
  freeze(rightsId: Hex, reason: string): Promise<Committed<unknown>>;
  unfreeze(rightsId: Hex, reason: string): Promise<Committed<unknown>>;
  revoke(rightsId: Hex, reason: string): Promise<Committed<unknown>>;
}

const commitmentAnswer = z.object({ rightsId: rightsIdField, commitment: wordField });

export function recordVerbs(session: AssetSession): RecordVerbs {
  const decide = (transaction: string) => (rightsId: Hex, reason: string) =>
    submit(session, { transaction, args: { rightsId, reason }, result: z.unknown(), onConflict: 'once' });
  return {
    register: (args, record) =>
      submit(session, {
        transaction: 'register',
        args,
        result: commitmentAnswer,
        onConflict: 'repeat',
        ...confidential(session, record),
      }),
    appraise: (record) =>
      submit(session, {
        transaction: 'appraise',
        args: { rightsId: record.rightsId },
        result: commitmentAnswer,
        onConflict: 'once',
        ...confidential(session, record),
      }),
    // Both say themselves what they fall on: the commitment that is confirmed, the moment that is valued.
    confirm: (args) => submit(session, { transaction: 'confirm', args, result: z.unknown(), onConflict: 'repeat' }),
    value: (args) => submit(session, { transaction: 'value', args, result: z.unknown(), onConflict: 'repeat' }),
    freeze: decide('freeze'),
    unfreeze: decide('unfreeze'),
    revoke: decide('revoke'),
  };
}

/** Transient data goes to every endorser, so only the orgs that share the record may be asked. */
function confidential(
  session: AssetSession,
  record: ConfidentialRecord,
): Pick<Submission<z.ZodType>, 'transient' | 'endorsers'> {
  return {
    transient: { record: canonicalJson(confidentialRecordToJson(record)) },
    endorsers: session.options.recordOrgs,
  };
}
