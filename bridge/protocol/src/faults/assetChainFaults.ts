import type { FaultEntry } from './faultEntry.ts';

/** Refusals of the chaincode. */
export const assetChainFaults = {
  BAD_REQUEST: {
    meaning: 'The argument of a transaction does not have the shape that its table entry asks for.',
    remedy: 'park',
    advice: 'Correct the field that the sentence names and send the transaction again.',
  },
  FORBIDDEN: {
    meaning: "The caller's organization may not run this transaction on this record or lane.",
    remedy: 'park',
    advice: 'Use an identity of the organization that owns the record or lane, or ask that organization.',
  },
  RECORD_UNKNOWN: {
    meaning: 'No record with this id is registered, or an endorsing peer has not committed it yet.',
    remedy: 'retry',
    advice: 'Check the id with `twinspan record list`; it depends on both the MSP id and the registration number.',
  },
  RECORD_EXISTS: {
    meaning: 'The registration number is already registered with other content.',
    remedy: 'park',
    advice: 'Use `twinspan record appraise` for new confidential fields, or another registration number.',
  },
  RECORD_NOT_ACTIVE: {
    meaning: 'The record is not confirmed yet, frozen or revoked.',
    remedy: 'park',
    advice: 'Ask the registry to confirm or unfreeze the record; a revoked record stays revoked.',
  },
  RECORD_STATUS: {
    meaning: "The record's status does not allow this change.",
    remedy: 'park',
    advice: "Look at the record's status and history with `twinspan record show`.",
  },
  COMMITMENT_MISMATCH: {
    meaning: 'The commitment differs from the one on the ledger or from the private record.',
    remedy: 'park',
    advice: 'Read the record again and confirm the commitment that it shows as pending.',
  },
  LANE_UNKNOWN: {
    meaning: 'No lane with this id is open, or an endorsing peer has not committed it yet.',
    remedy: 'retry',
    advice: 'Open the lane, or check the id with `twinspan epoch list`.',
  },
  HOLDING_SHORT: {
    meaning: 'The account holds fewer units of the record than the lock asks for.',
    remedy: 'park',
    advice: "Lock at most what the account's holding shows.",
  },
  LOCK_UNKNOWN: {
    meaning: 'No lock with this id waits on the lane, or an endorsing peer has not committed it yet.',
    remedy: 'retry',
    advice: 'Check the lock id and the lane with `twinspan lock list`.',
  },
  LOCK_SEALED: {
    meaning: 'The lock is already sealed in an epoch and cannot be cancelled or sealed again.',
    remedy: 'retry',
    advice: 'Follow the message with `twinspan message show`; units can still come back by redemption or bounce.',
  },
  EPOCH_UNKNOWN: {
    meaning: 'The lane has not sealed this epoch yet, or this peer has not committed it.',
    remedy: 'retry',
    advice: 'Read again once the peer has caught up.',
  },
  EPOCH_EMPTY: {
    meaning: 'A seal must take at least one message or one state.',
    remedy: 'retry',
    advice: 'Wait for a lock or for a record that changed.',
  },
  CLOCK_SKEW: {
    meaning: "The proposal's timestamp is too far from an endorser's clock, or before the previous epoch's.",
    remedy: 'retry',
    advice: "Send the seal again; if it persists, correct the clock of the client or of the peer's machine.",
  },
  OUTBOX_MISMATCH: {
    meaning: "The releases do not lead from the lane's known outbox head to the proven one.",
    remedy: 'retry',
    advice: "Read the lane's outbox again and send the entries in order, without gaps.",
  },
  RELEASE_EXCEEDS_SEALED: {
    meaning: 'The releases would give back more units than the lane has sealed for the record.',
    remedy: 'halt',
    advice: "Stop the lane and compare the supply of both chains: the trading chain's outbox is wrong.",
  },
  RELEASE_LIMIT: {
    meaning: "The release is over the record's limit for 24 hours; it and all behind it wait.",
    remedy: 'retry',
    advice: 'Wait for the window to pass, or ask the registry to confirm a higher limit.',
  },
  UNITS_RANGE: {
    meaning: 'Units are zero, above 80 bits or above what the record has.',
    remedy: 'park',
    advice: "Give units between 1 and the record's registered units.",
  },
  VALUE_RANGE: {
    meaning: 'A value does not fit its width, or a valuation time runs backwards or lies in the future.',
    remedy: 'park',
    advice: 'Give a unit value of at most 80 bits and a valuation time between the last one and now.',
  },
  TOO_MANY: {
    meaning: 'One transaction carries more entries than its table allows.',
    remedy: 'park',
    advice: 'Split it: 100 locks or 256 messages and 64 states at most.',
  },
  PRIVATE_FORBIDDEN: {
    meaning: "Confidential fields are readable only by an organization's own clients at its own peer.",
    remedy: 'park',
    advice: 'Ask a peer of your own organization, as custodian or registry.',
  },
  PRIVATE_MISSING: {
    meaning: 'This peer does not hold the confidential record yet.',
    remedy: 'retry',
    advice: 'Try again once private data has been reconciled, or ask another peer of the organization.',
  },
  TRANSIENT_MISSING: {
    meaning: 'The confidential record was not sent as transient data under the key `record`.',
    remedy: 'park',
    advice: 'Send the 13 confidential fields as transient data, never as an argument.',
  },
  ATTESTORS_UNSET: {
    meaning: 'The asset chain has no attestor set in force.',
    remedy: 'retry',
    advice: 'Have two organizations approve the same attestor set.',
  },
  LEDGER_CORRUPT: {
    meaning: 'A value on the ledger cannot be parsed.',
    remedy: 'halt',
    advice: 'Stop and compare the chaincode version of the peers with the ledger.',
  },
  TRANSACTION_UNKNOWN: {
    meaning: 'The chaincode has no transaction of this name.',
    remedy: 'park',
    advice: 'Check the name and the chaincode version.',
  },
} as const satisfies Record<string, FaultEntry>;
