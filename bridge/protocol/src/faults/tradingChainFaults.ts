import type { FaultEntry } from './faultEntry.ts';

/** Refusals of the trading chain's contracts. */
export const tradingChainFaults = {
  TRADING_CHAIN_WRONG: {
    meaning: 'The header is for another trading chain.',
    remedy: 'park',
    advice: 'Deliver it on the chain that the header names.',
  },
  BRIDGE_WRONG: {
    meaning: 'The header is for another bridge contract.',
    remedy: 'park',
    advice: 'Deliver it to the bridge that the header names.',
  },
  EPOCH_OUT_OF_ORDER: {
    meaning: "The epoch is not the lane's next one: it was delivered already, or one before it is missing.",
    remedy: 'retry',
    advice: "Deliver the lane's next epoch; if this one is already delivered, nothing is left to do.",
  },
  PREVIOUS_HEADER_WRONG: {
    meaning: "The header does not continue the lane's previous header.",
    remedy: 'halt',
    advice: 'Stop the lane and compare the headers of both chains.',
  },
  FIRST_MESSAGE_WRONG: {
    meaning: "The header's first message is not the lane's next one.",
    remedy: 'halt',
    advice: 'Stop the lane and compare the headers of both chains.',
  },
  SEALED_IN_FUTURE: {
    meaning: 'The header was sealed later than the block time allows.',
    remedy: 'retry',
    advice: 'Deliver again in a later block.',
  },
  SUMS_WRONG: {
    meaning: "Sealed units of a state are not those known so far plus this epoch's mints, or released units fall.",
    remedy: 'halt',
    advice: 'Stop the lane: the endorsers attest to sums that the chaincode never writes.',
  },
  RELEASED_TOO_FAR: {
    meaning: "The header claims more releases than the lane's outbox holds.",
    remedy: 'halt',
    advice: 'Stop the lane and compare the outbox of both chains.',
  },
  NOT_HELD: {
    meaning: 'No such message is held: it was never held, or it was minted or bounced already.',
    remedy: 'park',
    advice: 'Look at the message with `twinspan message show`.',
  },
  STILL_HELD: {
    meaning: 'The reason for holding the message is not gone.',
    remedy: 'retry',
    advice: 'Remove the reason that `twinspan message show` names, then retry.',
  },
  HOLD_PERIOD: {
    meaning: 'The hold period has not passed.',
    remedy: 'retry',
    advice: 'Wait for its end, or ask compliance to bounce the message.',
  },
  RECORD_NOT_LISTED: {
    meaning: 'No mirror token stands for this record.',
    remedy: 'park',
    advice: 'Ask the venue to list the record.',
  },
  ALREADY_LISTED: {
    meaning: 'A token already stands for this record.',
    remedy: 'park',
    advice: 'Use the listed token.',
  },
  TERMS_WRONG: {
    meaning: 'The terms given do not hash to the attested terms of the record.',
    remedy: 'park',
    advice: "List with exactly the record's name, symbol and decimals.",
  },
  ACCOUNT_BAD: {
    meaning: 'The account is not 1–31 characters of a-z 0-9 . _ - in left-aligned ASCII.',
    remedy: 'park',
    advice: "Give the name of an account in the custodian's book.",
  },
  BALANCE_SHORT: {
    meaning: 'The holder has fewer tokens than the amount.',
    remedy: 'park',
    advice: 'Use at most the balance that `twinspan token balance` shows.',
  },
  ALLOWANCE_SHORT: {
    meaning: 'The holder has not allowed the caller this amount.',
    remedy: 'park',
    advice: 'Approve or sign a permit for the amount.',
  },
  RECIPIENT_REFUSED: {
    meaning: "The token's eligibility refuses the recipient.",
    remedy: 'park',
    advice: 'Onboard the recipient with the venue.',
  },
  SENDER_REFUSED: {
    meaning: "The token's eligibility refuses the sender.",
    remedy: 'park',
    advice: 'Ask the venue why the account is blocked.',
  },
  TOKEN_PAUSED: {
    meaning: 'The venue paused the token.',
    remedy: 'retry',
    advice: 'Wait until the venue unpauses it.',
  },
  TOKEN_HALTED: {
    meaning: 'The record is frozen or revoked, so its token is stopped.',
    remedy: 'retry',
    advice: 'Ask the registry; an epoch that attests ACTIVE starts the token again.',
  },
  NOT_AUTHORIZED: {
    meaning: 'The caller does not have the role that this function asks for.',
    remedy: 'park',
    advice: 'Send from the account that holds the role.',
  },
  MEMBERS_BAD: {
    meaning: 'A member of the consortium has no identity, a key that is not on P-256 or a place out of order.',
    remedy: 'halt',
    advice: "Build the members from the peers' certificates and deploy again.",
  },
  THRESHOLD_BAD: {
    meaning: 'The threshold is zero or larger than the number of organizations.',
    remedy: 'halt',
    advice: 'Deploy with a threshold between one and the number of organizations.',
  },
  DECIMALS_BAD: {
    meaning: 'A record has more than six decimals.',
    remedy: 'park',
    advice: "List with the decimals of the record's terms.",
  },
  PERMIT_EXPIRED: {
    meaning: 'The deadline of the permit has passed.',
    remedy: 'park',
    advice: 'Ask the holder for a new permit.',
  },
  PERMIT_NOT_BY_OWNER: {
    meaning: 'The permit is not signed by the owner.',
    remedy: 'park',
    advice: 'Ask the holder for a permit over exactly these values and the current nonce.',
  },
  PLACES_WRONG: {
    meaning: 'A proof carries no place, more than sixteen, or lists of different lengths.',
    remedy: 'park',
    advice: 'Give one commitment and one bound per place, at most sixteen.',
  },
} as const satisfies Record<string, FaultEntry>;
