import type { ConfidentialRecord } from '@twinspan/protocol';
import type { Hex } from 'viem';
import type { Committed } from './committed.ts';

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
