// SPDX-License-Identifier: GPL-3.0-only
import { COMFORTABLE, type Statement } from './statement.ts';

/** One limit of one numbered rule of BackedRecord: `holds` sits exactly on it, `breaks` one past it. */
export interface Limit {
  rule: number;
  name: string;
  holds: Statement;
  breaks: Statement;
}

type Change = { [Part in keyof Statement]?: Partial<Statement[Part]> };

function changed({ policy = {}, record = {}, bound = {} }: Change): Statement {
  return {
    policy: { ...COMFORTABLE.policy, ...policy },
    record: { ...COMFORTABLE.record, ...record },
    bound: { ...COMFORTABLE.bound, ...bound },
  };
}

function limit(rule: number, name: string, holds: Change, breaks: Change): Limit {
  return { rule, name, holds: changed(holds), breaks: changed(breaks) };
}

const { policy, record, bound } = COMFORTABLE;
const ALL = (1n << 64n) - 1n;
const without = (place: bigint): bigint => ALL ^ (1n << place);

// The least appraised value that covers the bound, and the largest unit value that the record covers.
const cover = (units: bigint, unitValue: bigint): bigint => (units * unitValue * 10_000n - 1n) / policy.maxLtvBps + 1n;
const least = cover(bound.units, bound.unitValue);
const largestValue = (record.appraisedValue * policy.maxLtvBps) / (bound.units * 10_000n);

export const LIMITS: readonly Limit[] = [
  limit(
    2,
    'the class is in the set',
    { policy: { allowedClasses: 1n << record.class } },
    { policy: { allowedClasses: without(record.class) } },
  ),
  limit(
    2,
    'class 63 is in the set',
    { record: { class: 63n }, policy: { allowedClasses: 1n << 63n } },
    { record: { class: 63n }, policy: { allowedClasses: without(63n) } },
  ),
  limit(
    2,
    'the jurisdiction is in the set',
    { policy: { allowedJurisdictions: 1n << record.jurisdiction } },
    { policy: { allowedJurisdictions: without(record.jurisdiction) } },
  ),
  limit(
    2,
    'the rating is the minimum',
    { policy: { minRating: record.rating } },
    { policy: { minRating: record.rating + 1n } },
  ),
  limit(
    3,
    'T is appraisalValidUntil',
    { bound: { until: record.appraisalValidUntil } },
    { bound: { until: record.appraisalValidUntil + 1n }, policy: { maxAppraisalAge: policy.maxAppraisalAge * 2n } },
  ),
  limit(
    3,
    'T is appraisedAt + maxAppraisalAge',
    { policy: { maxAppraisalAge: bound.until - record.appraisedAt } },
    { policy: { maxAppraisalAge: bound.until - record.appraisedAt - 1n } },
  ),
  limit(
    3,
    'T is filingValidUntil',
    { record: { filingValidUntil: bound.until } },
    { record: { filingValidUntil: bound.until - 1n } },
  ),
  limit(
    3,
    'there is no filing, and none is required',
    { record: { filingValidUntil: 0n }, policy: { requireFiling: 0n } },
    { record: { filingValidUntil: 0n } },
  ),
  limit(
    4,
    'it is encumbered, and may be',
    { record: { encumbered: 1n }, policy: { requireUnencumbered: 0n } },
    { record: { encumbered: 1n } },
  ),
  limit(
    5,
    'U is registeredUnits',
    { record: { registeredUnits: bound.units } },
    { record: { registeredUnits: bound.units - 1n } },
  ),
  limit(
    5,
    'appraisedValue just covers U * V',
    { record: { appraisedValue: least } },
    { record: { appraisedValue: least - 1n } },
  ),
  limit(
    5,
    'V is the largest covered',
    { bound: { unitValue: largestValue } },
    { bound: { unitValue: largestValue + 1n } },
  ),
];

/** Each field's largest value in otherwise true statements, and the first that does not fit. */
export const WIDTHS: readonly Limit[] = [
  width('registeredUnits', 80),
  width('appraisedValue', 128),
  width('appraisedAt', 40),
  width('appraisalValidUntil', 40),
  width('rating', 8),
  width('filingValidUntil', 40),
  width('class', 6, { policy: { allowedClasses: ALL } }),
  width('jurisdiction', 6, { policy: { allowedJurisdictions: ALL } }),
  width('encumbered', 1, { policy: { requireUnencumbered: 0n } }),
];

function width(field: keyof Statement['record'], bits: number, change: Change = {}): Limit {
  const largest = (1n << BigInt(bits)) - 1n;
  const name = `${field} has ${bits} bits`;
  return limit(0, name, { ...change, record: { [field]: largest } }, { ...change, record: { [field]: largest + 1n } });
}
