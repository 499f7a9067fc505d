import type { HoldReason } from '@twinspan/sdk';
import { timeText } from './render.ts';

/** What both chains say about one message. Absent facts have not happened. */
export interface MessageFacts {
  /** Of its lock on the asset chain. */
  readonly lock: 'pending' | 'cancelled' | 'sealed';
  readonly kind: 'MINT' | 'YIELD';
  /** Unix seconds. */
  readonly lockedAt?: number;
  readonly sealedAt?: bigint;
  /** Once sealed. */
  readonly epoch?: bigint;
  readonly index?: bigint;
  /** Of the lane on the trading chain: messages below this index are delivered. */
  readonly deliveredThrough: bigint;
  /** Epochs of the lane that must be delivered before this one. */
  readonly epochsBefore: bigint;
  /** It was held at its delivery. */
  readonly held?: {
    readonly reason: HoldReason;
    readonly outcome: 'held' | 'minted' | 'bounced';
  };
  /** Why it would be held if retried now; absent when a retry would mint. */
  readonly holdReasonNow?: HoldReason;
  /** Of its bounce in the lane's outbox. */
  readonly outboxIndex?: bigint;
  /** Outbox entries of the lane that the asset chain has applied. */
  readonly releasedThrough: bigint;
}

export type MessageState =
  'pending' | 'cancelled' | 'sealed' | 'minted' | 'announced' | 'held' | 'retryable' | 'bounced' | 'released';

export interface Whereabouts {
  readonly state: MessageState;
  readonly chain: 'asset chain' | 'trading chain' | 'between the chains';
  /** Whether anything can still happen to it by itself or by an act on this message. */
  readonly isFinal: boolean;
  readonly why: string;
  readonly next: string;
}

/** Protocol §7: why a message is held, and what makes a retry work. */
const holds: Readonly<Record<HoldReason, { readonly why: string; readonly next: string }>> = {
  RECORD_NOT_LISTED: {
    why: 'no token stands for the record, or it is listed for another lane or other terms',
    next: 'the venue lists the record with `twinspan token create`; a relayer then retries the message',
  },
  RECORD_NOT_ACTIVE: {
    why: 'the attested status of the record is FROZEN or REVOKED',
    next: 'the registry unfreezes the record and its state is sealed again; a revoked record stays revoked: bounce the message',
  },
  RECORD_NOT_BACKED: {
    why: 'no accepted proof covers the record’s current commitment, policy, units and unit value at this time',
    next: 'a relayer proves the backing if the policy allows it (`twinspan token show` says whether); if it never can, bounce the message',
  },
  TOKEN_PAUSED: {
    why: 'the venue paused the token',
    next: 'the venue unpauses it with `twinspan token unpause`; a relayer then retries the message',
  },
  RECIPIENT_REFUSED: {
    why: 'the token’s eligibility refuses the recipient',
    next: 'compliance onboards the recipient with `twinspan token onboard`; a relayer then retries the message',
  },
};

/** Where a message is now and why, from what both chains say. Pure. */
export function whereIs(facts: MessageFacts): Whereabouts {
  if (facts.lock === 'pending') return pending(facts);
  if (facts.lock === 'cancelled') return cancelled;
  if (facts.index === undefined || facts.index >= facts.deliveredThrough) return undelivered(facts);
  if (facts.kind === 'YIELD') return announced;
  if (facts.held === undefined || facts.held.outcome === 'minted') return minted(facts.held?.reason);
  return facts.held.outcome === 'bounced' ? bounced(facts) : held(facts, facts.held.reason);
}

function pending({ lockedAt }: MessageFacts): Whereabouts {
  const since = lockedAt === undefined ? '' : ` since ${timeText(lockedAt)}`;
  return {
    state: 'pending',
    chain: 'asset chain',
    isFinal: false,
    why: `its units are locked${since} and it waits to be sealed into an epoch`,
    next: 'a relayer of the custodian seals it; until then `twinspan lock cancel` gives the units back',
  };
}

const cancelled: Whereabouts = {
  state: 'cancelled',
  chain: 'asset chain',
  isFinal: true,
  why: 'the custodian cancelled the lock before it was sealed; its units are back in the holding',
  next: 'nothing is left to do',
};

const announced: Whereabouts = {
  state: 'announced',
  chain: 'trading chain',
  isFinal: true,
  why: 'the yield was announced at its delivery',
  next: 'nothing is left to do',
};

function undelivered({ epoch, epochsBefore }: MessageFacts): Whereabouts {
  const where = epoch === undefined ? 'an epoch' : `epoch ${epoch.toString()}`;
  const before =
    epochsBefore === 0n
      ? 'and waits to be endorsed and delivered'
      : `and waits behind ${epochsBefore.toString()} undelivered epoch${epochsBefore === 1n ? '' : 's'}`;
  return {
    state: 'sealed',
    chain: 'between the chains',
    isFinal: false,
    why: `it is sealed in ${where} ${before}`,
    next: 'any relayer delivers it; if it stays here, look at the relayers’ /readyz and the endorsing peers',
  };
}

function minted(heldFor: HoldReason | undefined): Whereabouts {
  return {
    state: 'minted',
    chain: 'trading chain',
    isFinal: true,
    why:
      heldFor === undefined
        ? 'its units were minted to the recipient at its delivery'
        : `it was held for ${heldFor} and its units were minted to the recipient by a retry`,
    next: 'nothing is left to do; the holder can send the units home with `twinspan token redeem`',
  };
}

function held({ holdReasonNow }: MessageFacts, heldFor: HoldReason): Whereabouts {
  if (holdReasonNow === undefined) {
    return {
      state: 'retryable',
      chain: 'trading chain',
      isFinal: false,
      why: `it was held for ${heldFor}, which is gone`,
      next: 'a relayer retries it by itself; `twinspan message retry` does so now',
    };
  }
  const changed = holdReasonNow === heldFor ? '' : ` (at its delivery it was held for ${heldFor})`;
  return {
    state: 'held',
    chain: 'trading chain',
    isFinal: false,
    why: `${holdReasonNow}: ${holds[holdReasonNow].why}${changed}`,
    next: holds[holdReasonNow].next,
  };
}

function bounced({ outboxIndex, releasedThrough }: MessageFacts): Whereabouts {
  if (outboxIndex !== undefined && outboxIndex < releasedThrough) {
    return {
      state: 'released',
      chain: 'asset chain',
      isFinal: true,
      why: 'it was bounced and its units are back in the holding that they were locked from',
      next: 'nothing is left to do',
    };
  }
  const place = outboxIndex === undefined ? 'the outbox' : `place ${outboxIndex.toString()} of the outbox`;
  return {
    state: 'bounced',
    chain: 'between the chains',
    isFinal: false,
    why: `it was bounced into ${place}, of which ${releasedThrough.toString()} entries are applied`,
    next: 'attestors sign the next final block and a relayer releases it; see `twinspan release show`',
  };
}
