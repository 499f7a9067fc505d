import {
  backingRefusals,
  confidentialRecordToJson,
  isBacked,
  packBound,
  packPolicy,
  recordCommitmentOf,
} from '../../src/index.ts';
import type { Bound, ConfidentialRecord, Policy, Status } from '../../src/index.ts';
import { MAX_80, MAX_40 } from './fixtures.ts';
import { venuePolicy } from './policies.ts';
import { solarRecord } from './records.ts';
import type { VectorCase, VectorFile } from './vectorFile.ts';

interface RuleCase {
  readonly record?: Partial<ConfidentialRecord>;
  readonly policy?: Partial<Policy>;
  readonly bound?: Partial<Bound>;
}

/** 192 M HKD at 70 % over 48 M units is exactly 2.8 HKD a unit. */
const fullBound: Bound = {
  units: solarRecord.registeredUnits,
  unitValue: 2_800_000_000_000_000_000n,
  until: solarRecord.appraisalValidUntil,
};
const ageLimit = solarRecord.appraisedAt + 31_536_000;

const rules: Readonly<Record<string, RuleCase>> = {
  'at every limit at once': {},
  'class not allowed': { record: { class: 5 } },
  'class 0 not allowed': { record: { class: 0 } },
  'class 63 allowed alone': { record: { class: 63 }, policy: { allowedClasses: [63] } },
  'jurisdiction not allowed': { record: { jurisdiction: 0 } },
  'jurisdiction 63 allowed alone': { record: { jurisdiction: 63 }, policy: { allowedJurisdictions: [63] } },
  'rating at the minimum': { record: { rating: 150 } },
  'rating one below': { record: { rating: 149 } },
  'until one after the appraisal ends': { record: { appraisalValidUntil: solarRecord.appraisalValidUntil - 1 } },
  'until one after the age limit': { record: { appraisedAt: solarRecord.appraisedAt - 1 } },
  'age limit beyond 40 bits': {
    record: { appraisedAt: MAX_40, appraisalValidUntil: MAX_40 },
    policy: { maxAppraisalAge: MAX_40, requireFiling: false },
    bound: { until: MAX_40 },
  },
  'filing at its end': { record: { filingValidUntil: ageLimit } },
  'until one after the filing ends': { record: { filingValidUntil: ageLimit - 1 } },
  'no filing': { record: { filingValidUntil: 0 } },
  'no filing, none required': { record: { filingValidUntil: 0 }, policy: { requireFiling: false } },
  encumbered: { record: { encumbered: true } },
  'encumbered, allowed': { record: { encumbered: true }, policy: { requireUnencumbered: false } },
  'one unit above registered': { bound: { units: 48_000_001n, unitValue: 0n } },
  'unit value one above the cover': { bound: { unitValue: 2_800_000_000_000_000_001n } },
  'appraised value one below the cover': { record: { appraisedValue: solarRecord.appraisedValue - 1n } },
  'loan to value one below': { policy: { maxLtvBps: 6_999 } },
  'loan to value zero': { policy: { maxLtvBps: 0 } },
  'loan to value zero, value zero': { policy: { maxLtvBps: 0 }, bound: { unitValue: 0n } },
  'nothing claimed': { bound: { units: 0n, unitValue: 0n, until: 0 } },
  'largest units and value': {
    record: { registeredUnits: MAX_80, appraisedValue: 2n ** 128n - 1n },
    bound: { units: MAX_80, unitValue: MAX_80 },
    policy: { maxLtvBps: 10_000 },
  },
  'largest cover': {
    record: { registeredUnits: MAX_80, appraisedValue: 2n ** 128n - 1n },
    bound: { units: 2n ** 79n, unitValue: 2n ** 49n - 1n },
    policy: { maxLtvBps: 10_000 },
  },
};

/** `provable` says whether the circuit has a witness for these public inputs. */
export const backingRuleVectors: VectorFile = {
  cases: Object.entries(rules).map(([name, changed]): VectorCase => {
    const record = { ...solarRecord, ...changed.record };
    const policy = { ...venuePolicy, ...changed.policy };
    const bound = { ...fullBound, ...changed.bound };
    const refusals = backingRefusals(record, policy, bound);
    return {
      name,
      record: { ...confidentialRecordToJson(record) },
      commitment: BigInt(recordCommitmentOf(record)),
      policy: packPolicy(policy),
      bound: packBound(bound),
      provable: refusals.length === 0,
      refusals,
    };
  }),
};

const state = {
  status: 'ACTIVE' as Status,
  sealedUnits: 1_000n,
  releasedUnits: 200n,
  unitValue: 50n,
};
const stored: Bound = { units: 800n, unitValue: 50n, until: 1_800_000_000 };

const moments: Readonly<Record<string, { state?: Partial<typeof state>; bound?: Bound; at?: number }>> = {
  'at every limit at once': {},
  frozen: { state: { status: 'FROZEN' } },
  revoked: { state: { status: 'REVOKED' } },
  'one unit more outside': { state: { sealedUnits: 1_001n } },
  'one unit less released': { state: { releasedUnits: 199n } },
  'worth one more': { state: { unitValue: 51n } },
  'one second late': { at: 1_800_000_001 },
  'nothing outside, nothing proven': {
    state: { sealedUnits: 0n, releasedUnits: 0n, unitValue: 0n },
    bound: { units: 0n, unitValue: 0n, until: 0 },
    at: 0,
  },
};

export const backedVectors: VectorFile = {
  cases: Object.entries(moments).map(([name, changed]): VectorCase => {
    const attested = { ...state, ...changed.state };
    const bound = changed.bound ?? stored;
    const at = changed.at ?? 1_800_000_000;
    return { name, ...attested, bound: packBound(bound), at, backed: isBacked(attested, bound, at) };
  }),
};
