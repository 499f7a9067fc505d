// SPDX-License-Identifier: GPL-3.0-only
import { CompiledCircuit, type Signals } from './compiledCircuit.ts';
import { BACKING_RULES, type RecordFields } from './vectors.ts';

/** The policy's fields, sets as bits. */
export interface PolicyFields {
  allowedClasses: bigint;
  allowedJurisdictions: bigint;
  minRating: bigint;
  maxAppraisalAge: bigint;
  maxLtvBps: bigint;
  requireFiling: bigint;
  requireUnencumbered: bigint;
}

/** U, V and T. */
export interface BoundFields {
  units: bigint;
  unitValue: bigint;
  until: bigint;
}

/** What one place claims; everything can be changed before it is turned into signals. */
export interface Statement {
  policy: PolicyFields;
  record: RecordFields;
  bound: BoundFields;
}

/** One place's signals. */
export interface Place {
  commitment: bigint;
  bound: bigint;
  record: RecordFields;
}

const HUBEI = BACKING_RULES.find(({ name }) => name === 'at every limit at once');
if (!HUBEI) throw new Error('the vectors have no case at every limit at once');

/** A true statement with room on every side. */
export const COMFORTABLE: Statement = {
  policy: {
    allowedClasses: 0b11110n,
    allowedJurisdictions: 0b110n,
    minRating: 150n,
    maxAppraisalAge: 31_536_000n,
    maxLtvBps: 7000n,
    requireFiling: 1n,
    requireUnencumbered: 1n,
  },
  record: HUBEI.record,
  bound: { units: 40_000_000n, unitValue: 2n * 10n ** 18n, until: HUBEI.record.appraisalValidUntil - 86_400n },
};

/** Protocol section 5, written out a second time. */
export function packPolicy(policy: PolicyFields): bigint {
  return (
    policy.allowedClasses +
    (policy.allowedJurisdictions << 64n) +
    (policy.minRating << 128n) +
    (policy.maxAppraisalAge << 136n) +
    (policy.maxLtvBps << 176n) +
    (policy.requireFiling << 192n) +
    (policy.requireUnencumbered << 193n)
  );
}

/** Protocol section 5, written out a second time. */
export function packBound({ units, unitValue, until }: BoundFields): bigint {
  return (units << 120n) + (unitValue << 40n) + until;
}

const commitments = await CompiledCircuit.load('RecordCommitment');

/** The commitment of any fields, in their widths or not. */
export async function commitmentOf(record: RecordFields): Promise<bigint> {
  const [commitment = 0n] = await commitments.outputs({ ...record }, 1);
  return commitment;
}

/** A statement's place, its commitment computed. */
export async function placeOf({ record, bound }: Pick<Statement, 'record' | 'bound'>): Promise<Place> {
  return { commitment: await commitmentOf(record), bound: packBound(bound), record };
}

const NOTHING: RecordFields = {
  rightsId: 0n,
  class: 0n,
  jurisdiction: 0n,
  registeredUnits: 0n,
  appraisedValue: 0n,
  appraisedAt: 0n,
  appraisalValidUntil: 0n,
  rating: 0n,
  encumbered: 0n,
  filingValidUntil: 0n,
  ownerHash: 0n,
  documentsRoot: 0n,
  salt: 0n,
};

/** A place that is not used. */
export const UNUSED: Place = { commitment: 0n, bound: 0n, record: NOTHING };

/** The circuit's inputs. */
export function signalsOf(policy: bigint, places: readonly Place[]): Signals {
  const names = Object.keys(NOTHING) as (keyof RecordFields)[];
  return {
    policy,
    commitment: places.map(({ commitment }) => commitment),
    bound: places.map(({ bound }) => bound),
    ...Object.fromEntries(names.map((name) => [name, places.map(({ record }) => record[name])])),
  };
}
