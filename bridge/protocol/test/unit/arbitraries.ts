import fc from 'fast-check';
import { assetClasses, hexFromBytes } from '../../src/index.ts';
import type {
  Bound,
  ConfidentialRecord,
  EpochHeader,
  EpochWords,
  Hex,
  Message,
  OutboxEntry,
  Policy,
  RecordState,
} from '../../src/index.ts';

/** Plain objects, so that deepEqual compares them with what a decoder returns. */
function plain<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

export function uint(bits: number): fc.Arbitrary<bigint> {
  return fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n });
}
function smallUint(bits: number): fc.Arbitrary<number> {
  return fc.maxSafeNat().map((n) => n % 2 ** bits);
}
export function hexOf(length: number): fc.Arbitrary<Hex> {
  return fc.uint8Array({ minLength: length, maxLength: length }).map((bytes) => hexFromBytes(bytes));
}
const hex248: fc.Arbitrary<Hex> = hexOf(31).map((hex): Hex => `0x00${hex.slice(2)}`);
const nonZero248 = hex248.filter((hex) => BigInt(hex) !== 0n);

export const record: fc.Arbitrary<ConfidentialRecord> = plain({
  rightsId: hex248,
  class: fc.constantFrom(...Object.values(assetClasses)),
  jurisdiction: smallUint(6),
  registeredUnits: uint(80),
  appraisedValue: uint(128),
  appraisedAt: smallUint(40),
  appraisalValidUntil: smallUint(40),
  rating: smallUint(8),
  encumbered: fc.boolean(),
  filingValidUntil: smallUint(40),
  ownerHash: hex248,
  documentsRoot: hex248,
  salt: nonZero248,
});

const places = fc.uniqueArray(smallUint(6), { maxLength: 64 }).map((set) => set.sort((a, b) => a - b));

export const policy: fc.Arbitrary<Policy> = plain({
  allowedClasses: places,
  allowedJurisdictions: places,
  minRating: smallUint(8),
  maxAppraisalAge: smallUint(40),
  maxLtvBps: fc.nat({ max: 10_000 }),
  requireFiling: fc.boolean(),
  requireUnencumbered: fc.boolean(),
});

export const bound: fc.Arbitrary<Bound> = plain({ units: uint(80), unitValue: uint(80), until: smallUint(40) });

export const state: fc.Arbitrary<RecordState> = plain({
  rightsId: hex248,
  status: fc.constantFrom('ACTIVE', 'FROZEN', 'REVOKED'),
  sealedUnits: uint(80),
  releasedUnits: uint(80),
  unitValue: uint(80),
  valuedAt: smallUint(40),
  recordCommitment: hex248,
  termsHash: hexOf(32),
});

export function message(slots: number): fc.Arbitrary<Message> {
  return plain({
    kind: fc.constantFrom('MINT', 'YIELD'),
    slot: fc.nat({ max: slots - 1 }),
    recipient: hexOf(20),
    units: uint(80),
  });
}

export const words: fc.Arbitrary<EpochWords> = fc
  .uniqueArray(state, { selector: ({ rightsId }) => rightsId, minLength: 1, maxLength: 8 })
  .chain((states) =>
    plain({
      states: fc.constant(states.sort((a, b) => (a.rightsId < b.rightsId ? -1 : 1))),
      messages: fc.array(message(states.length), { maxLength: 16 }).map((list) => list.sort((a, b) => a.slot - b.slot)),
    }),
  );

export const header: fc.Arbitrary<EpochHeader> = plain({
  assetChainId: hexOf(32),
  laneId: uint(64),
  tradingChainId: uint(64),
  bridge: hexOf(20),
  epoch: uint(64).map((epoch) => (epoch < 2n ? 2n : epoch)),
  previousHeader: hexOf(32),
  firstMessage: uint(64),
  messageCount: fc.nat({ max: 256 }),
  stateCount: fc.integer({ min: 1, max: 64 }),
  wordsHash: hexOf(32),
  detailsHash: hexOf(32),
  sealedAt: uint(64),
  releasedThrough: uint(64),
});

export const outboxEntry: fc.Arbitrary<OutboxEntry> = plain({
  index: uint(64),
  kind: fc.constantFrom('REDEEM', 'BOUNCE'),
  rightsId: hexOf(32),
  units: uint(80),
  target: hexOf(32),
});
