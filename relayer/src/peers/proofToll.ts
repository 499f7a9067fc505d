import { asFault } from '../asFault.ts';
import { unavailable } from '../chains/failover.ts';
import { InTurn } from '../inTurn.ts';
import { Bucket } from './bucket.ts';
import type { Limit } from './bucket.ts';
import type { Reception } from './gate.ts';

/** Proofs of one peer that may help nobody and be looked at nevertheless: each costs the chain up to 17 questions. */
const USELESS: Limit = { perSecond: 4, burst: 32 };

interface Account {
  readonly bucket: Bucket;
  readonly turns: InTurn;
}

/**
 * What a peer's proofs may cost this node: they are looked at one after another, and each is charged but for news. So an
 * honest backlog of any length only waits, and a peer with nothing to tell soon is not listened to.
 */
export class ProofToll {
  readonly #clock: () => number;
  /** By name; senders have cards, so there are no more than cards. */
  readonly #accounts = new Map<string, Account>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** @returns excess, without a look, while the peer has used up what it may cost @throws what the look throws */
  pass(from: string, look: () => Promise<Reception>): Promise<Reception> {
    const account = this.#accounts.get(from) ?? { bucket: new Bucket(USELESS, this.#clock), turns: new InTurn() };
    this.#accounts.set(from, account);
    return account.turns.run(() => charged(account.bucket, look));
  }
}

async function charged(bucket: Bucket, look: () => Promise<Reception>): Promise<Reception> {
  const refund = (): void => void bucket.take(-1);
  if (bucket.take(1) > 0) {
    refund();
    return 'excess';
  }
  try {
    const reception = await look();
    if (reception === 'news') refund();
    return reception;
  } catch (error) {
    // That a chain does not answer is not the peer's doing.
    if (unavailable.has(asFault(error).code)) refund();
    throw error;
  }
}
