import { Bucket } from './bucket.ts';
import type { Card } from './card.ts';
import type { PeerLimits } from './limits.ts';
import type { Verdict } from './gate.ts';

/** What a peer did, and how much it weighs. */
const WEIGHTS = {
  /** An item that is not what it says. */
  rejected: 2,
  /** An answer to a fetch that is not what was asked for. */
  lied: 6,
  /** Asked for more than its share. */
  asked: 1,
  /** A second mostly above its rate. */
  flooded: 3,
} as const;
export type Offence = keyof typeof WEIGHTS;

/** Holds it against a peer; one too many and it is shut out. */
export type Offend = (standing: Standing, offence: Offence) => void;

/** Offences weigh half after so long: a flood at any height ends in being shut out, a slip is forgotten. */
const HALF_LIFE_MS = 20_000;
/** Six bad items, five seconds of flooding or two lies in a row. */
const SHUT_OUT_AT = 12;
const FIRST_SHUT_OUT_MS = 60_000;
const LONGEST_SHUT_OUT_MS = 3_600_000;

/** What the API shows of a peer. Times are milliseconds since 1970. */
export interface PeerFacts {
  readonly node: string;
  readonly operator: string;
  readonly roles: readonly string[];
  readonly peerId: string;
  readonly connectedSinceMs: number | undefined;
  readonly lastSeenMs: number | undefined;
  /** Whether it takes part in gossip; a moment after it connects it does. */
  readonly isListening: boolean;
  /** Gossipsub's, in which offences are included; below −40 nothing of the peer is looked at. */
  readonly score: number;
  readonly offences: number;
  /** While in the future, the peer cannot connect. */
  readonly shutOutUntilMs: number;
  readonly items: Readonly<Record<Verdict, number>>;
}

/** How one peer of the allow-list behaves. */
export class Standing {
  readonly card: Card;
  readonly items: Record<Verdict, number> = { accept: 0, ignore: 0, reject: 0 };
  readonly itemsBucket: Bucket;
  readonly bytesBucket: Bucket;
  readonly asksBucket: Bucket;
  underVerification = 0;
  connectedSinceMs: number | undefined;
  lastSeenMs: number | undefined;
  shutOutUntilMs = 0;
  #offences = 0;
  #weighedAtMs: number;
  #timesShutOut = 0;
  readonly #clock: () => number;

  constructor(card: Card, limits: PeerLimits, clock: () => number) {
    this.card = card;
    this.#clock = clock;
    this.#weighedAtMs = clock();
    this.itemsBucket = new Bucket(limits.items, clock);
    this.bytesBucket = new Bucket(limits.bytes, clock);
    this.asksBucket = new Bucket(limits.asks, clock);
  }

  /** @returns whether this was one too many: the peer is shut out from now on */
  offend(offence: Offence): boolean {
    this.#offences = this.offences() + WEIGHTS[offence];
    if (this.#offences < SHUT_OUT_AT || this.isShutOut()) return false;
    const waitMs = FIRST_SHUT_OUT_MS * 2 ** this.#timesShutOut;
    this.shutOutUntilMs = this.#clock() + Math.min(waitMs, LONGEST_SHUT_OUT_MS);
    this.#timesShutOut += 1;
    this.#offences = 0;
    return true;
  }

  offences(): number {
    const nowMs = this.#clock();
    this.#offences *= 2 ** (-(nowMs - this.#weighedAtMs) / HALF_LIFE_MS);
    this.#weighedAtMs = nowMs;
    return this.#offences;
  }

  isShutOut(): boolean {
    return this.#clock() < this.shutOutUntilMs;
  }

  seen(): void {
    this.lastSeenMs = this.#clock();
  }

  facts({ score, isListening }: Pick<PeerFacts, 'score' | 'isListening'>): PeerFacts {
    const { node, operator, roles, peerId } = this.card;
    const { connectedSinceMs, lastSeenMs, shutOutUntilMs, items } = this;
    const offences = Math.round(this.offences() * 10) / 10;
    const times = { connectedSinceMs, lastSeenMs, shutOutUntilMs };
    return { node, operator, roles, peerId, ...times, isListening, score, offences, items };
  }
}

/** The standing of every peer that has a card; nobody else has one, so its size is that of the allow-list. */
export class Roster {
  readonly #standings: ReadonlyMap<string, Standing>;

  constructor(cards: readonly Card[], limits: PeerLimits, clock: () => number) {
    this.#standings = new Map(cards.map((card) => [card.peerId, new Standing(card, limits, clock)]));
  }

  get(peerId: string): Standing | undefined {
    return this.#standings.get(peerId);
  }

  all(): IterableIterator<Standing> {
    return this.#standings.values();
  }

  mayConnect(peerId: string): boolean {
    const standing = this.get(peerId);
    return standing !== undefined && !standing.isShutOut();
  }
}
